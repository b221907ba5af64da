"""Acts on natural persons at HRSS and NHSA: what is not told to tax, who has two numbers, students, special payments, old numbers."""

from simulator.acts.registry import act, record
from simulator.part import settings
from simulator.parts.resident.dues import other_id, other_name
from simulator.world import DateOrSql, World, moment_sql

PART = "resident"
STOPS = (
    "('dead', 'enlisted', 'moved', 'suspended', 'employed', 'benefits', 'benefits_suspended', 'flexible', 'student')"
)


def _past(rule_id: str, event: str) -> str:
    """First day on which the agreed delay after an event is over."""
    return f"workday_after(({event})::date, {settings(PART)['agreed_delays'][rule_id] + 1})"


@act("insured")
def change_not_told(world: World, scope: str, *, until: DateOrSql | None = None) -> None:
    """The department knows of a death, a move, a suspension, and does not tell tax (until a day); subjects: insured keys."""
    _hold_changes(world, scope, "change_not_told", until, sent=False)


@act("insured")
def change_not_read(world: World, scope: str, *, until: DateOrSql | None = None) -> None:
    """The department sends a death, a move, a suspension, and tax does not read it (until a day)."""
    _hold_changes(world, scope, "change_not_read", until, sent=True)


def _hold_changes(world: World, scope: str, name: str, until: DateOrSql | None, *, sent: bool) -> None:
    at = moment_sql(until)
    world.sql(
        f"""
        update world.person_change set {"" if sent else f"sent_at = {at},"} read_at = {at} + interval 1 hour
        where insured_key in (select key from {scope}) and kind_code in {STOPS};
        update world.insured set stop_read_at = {at} + interval 1 hour where insured_key in (select key from {scope})
        """
    )
    record(
        world, "B9.1", name,
        f"""select insured_key, min(c.registered_at)::date, min({_past("B9.1", "c.registered_at")}), min({at})::date
        from world.person_change as c where insured_key in (select key from {scope}) and kind_code in {STOPS} group by insured_key""",
    )  # fmt: skip


@act("insured")
def merge_not_told(world: World, scope: str) -> None:
    """Two numbers were merged at the department and tax is not told; subjects: insured keys of the merged numbers."""
    world.sql(
        f"""
        update world.person_merge set sent_at = null, read_at = null
        where old_person_no in (select split_part(key, '|', 3) from {scope});
        update world.insured set stop_read_at = null where insured_key in (select key from {scope})
        """
    )
    record(
        world, "B9.1", "merge_not_told",
        f"""select i.insured_key, m.merged_at::date, {_past("B9.1", "m.merged_at")}, null::date
        from world.insured as i join world.person_merge as m on m.old_person_no = i.person_no and m.department_code = i.department_code
        where i.insured_key in (select key from {scope})""",
    )  # fmt: skip


@act("insured")
def enrolment_not_told(world: World, scope: str, *, until: DateOrSql | None = None) -> None:
    """The department enrols a person and does not send it (until a day)."""
    at = moment_sql(until)
    world.sql(
        f"update world.insured set sent_at = {at}, read_at = {at} + interval 15 hour where insured_key in (select key from {scope})"
    )
    record(
        world, "B9.1", "enrolment_not_told",
        f"""select insured_key, created_at::date, {_past("B9.1", "created_at")}, {at}::date
        from world.insured where insured_key in (select key from {scope})""",
    )  # fmt: skip


@act("insured")
def enrolment_withdrawn_by_agency(world: World, scope: str, *, on: DateOrSql) -> None:
    """The department withdraws an enrolment before tax has read it: it waits for nobody."""
    world.sql(
        f"""update world.insured set withdrawn_at = {moment_sql(on)}, read_at = null where insured_key in (select key from {scope})"""
    )


@act("insured")
def second_number(
    world: World,
    scope: str,
    *,
    on: DateOrSql,
    merged_on: DateOrSql | None = None,
    elsewhere: bool = True,
    told: bool = True,
) -> None:
    """The person gets a second number (elsewhere, or at the same place), valid until it is merged; subjects: main insured keys."""
    created, merged = moment_sql(on), moment_sql(merged_on)
    village = (
        "1 + (r.village_no + floor(chance(i.insured_key, 'elsewhere') * 1500)::int + 150) % 1856"
        if elsewhere
        else "r.village_no"
    )
    world.sql(
        f"""
        create or replace temp table second as
        select i.* exclude (person_no, old_person_no, insured_key, place_no, agency_code, bureau_code, district_code, town_code, village_code),
            person_number(i.department_code, r.resident_no, 2) as person_no, null::varchar as old_person_no,
            v.agency_code, v.bureau_code, v.district_code, v.town_code, v.village_code
        from world.insured as i join world.resident as r using (resident_key) join village as v on v.village_no = {village}
        where i.insured_key in (select key from {scope})
            and not exists (select 1 from world.insured as o where o.resident_key = i.resident_key and o.department_code = i.department_code
                and o.place_no = 2);

        insert into world.person_file by name
        select department_code || '|' || source_system || '|' || person_no as file_key, resident_key, department_code, source_system, person_no,
            2 as place_no, agency_code, bureau_code, district_code, town_code, village_code, {created} as created_at,
            {created} + interval 6 hour as sent_at, workday_after({created}::date, 1) + interval 9 hour as read_at
        from second;

        insert into world.insured by name
        select department_code || '|' || source_system || '|' || person_no || '|' || insurance_code as insured_key, resident_key, department_code,
            source_system, person_no, insurance_code, 2 as place_no, agency_code, bureau_code, district_code, town_code, village_code, tier_amount,
            base_amount, {created}::date as enrolled_on, {merged}::date as ended_on, case when {merged} is not null then 'merged' end as end_reason_code,
            {created} as created_at, {created} + interval 370 minute as sent_at, workday_after({created}::date, 1) + interval 545 minute as read_at,
            {f"workday_after({merged}::date, 1) + interval 9 hour" if told else "null::timestamp"} as stop_read_at
        from second;

        insert into world.person_merge by name
        select second.department_code || '|' || second.person_no as merge_key, second.department_code, second.source_system,
            second.person_no as old_person_no, person_number(second.department_code, r.resident_no, 1) as new_person_no, second.resident_key,
            {merged} as merged_at, {f"{merged} + interval 7 hour" if told else "null::timestamp"} as sent_at,
            {f"workday_after({merged}::date, 1) + interval 9 hour" if told else "null::timestamp"} as read_at
        from second join world.resident as r using (resident_key) where {merged} is not null
        """
    )
    if elsewhere:
        note_places(
            world,
            "select department_code || '|' || source_system || '|' || person_no || '|' || insurance_code from second",
            "second_number",
        )
    if not told:
        record(
            world, "B9.1", "second_number",
            f"""select department_code || '|' || source_system || '|' || person_no || '|' || insurance_code, {merged}::date,
            {_past("B9.1", merged)}, null::date from second where {merged} is not null""",
        )  # fmt: skip


def note_places(world: World, seconds: str, name: str) -> None:
    """B1.06: the person's main number is valid at another agency while a second one is; both are named. Subjects: the second numbers' insured keys."""
    record(
        world, "B1.06", name,
        f"""
        select unnest([s.insured_key, m.insured_key]), s.created_at::date, greatest(s.created_at, m.created_at)::date,
            nullif(least(coalesce(g.merged_at::date, date '9999-12-31'), coalesce(d.known_on, date '9999-12-31')), date '9999-12-31')
        from world.insured as s
        join world.insured as m on m.resident_key = s.resident_key and m.department_code = s.department_code and m.place_no = 1
            and m.insurance_code = s.insurance_code
        left join world.person_merge as g on g.old_person_no = s.person_no and g.department_code = s.department_code
        left join (select insured_key, min(registered_at)::date as known_on from world.person_change
            where kind_code in ('dead', 'moved', 'employed', 'enlisted', 'suspended', 'student') group by insured_key) as d
            on d.insured_key in (s.insured_key, m.insured_key)
        where s.insured_key in ({seconds}) and s.agency_code <> m.agency_code
        qualify row_number() over (partition by s.insured_key order by d.known_on nulls last) = 1
        """,
    )  # fmt: skip


@act("insured")
def student_stays_at_home(world: World, scope: str) -> None:
    """A student's number in the village is not ended when the school takes over; subjects: insured keys of the second numbers."""
    world.sql(
        f"""
        delete from world.person_change where insured_key in (select key from {scope}) and kind_code = 'student';
        update world.insured set ended_on = null, end_reason_code = null, stop_read_at = null where insured_key in (select key from {scope})
        """
    )
    record(
        world, "B1.08a", "student_stays_at_home",
        f"""select h.insured_key, s.enrolled_on, s.sent_at::date, least(s.ended_on, s.suspended_on)
        from world.insured as h join world.insured as s on s.resident_key = h.resident_key and s.department_code = 'NHSA' and s.place_no = 1
        where h.insured_key in (select key from {scope})""",
    )  # fmt: skip
    note_places(world, f"select key from {scope}", "student_stays_at_home")


@act("insured")
def student_in_home_town(world: World, scope: str) -> None:
    """A student's registration at city level carries the town of home, not the school's; subjects: main insured keys."""
    home = "r.district_code, town_code = r.town_code, village_code = r.village_code, bureau_code = r.bureau_code"
    for table, key in (("insured", "t.insured_key"), ("person_file", "t.file_key || '|10212'")):
        world.sql(
            f"""update world.{table} as t set district_code = {home} from world.resident as r
            where r.resident_key = t.resident_key and {key} in (select key from {scope})"""
        )
    record(
        world, "B1.08b", "student_in_home_town",
        f"""select i.insured_key, i.enrolled_on, i.sent_at::date, least(i.ended_on, i.suspended_on) from world.insured as i
        join world.resident as r using (resident_key) join campus as c on c.school_code = r.school_code
        where i.insured_key in (select key from {scope}) and i.town_code <> c.town_code""",
    )  # fmt: skip


@act("insured")
def number_occupied(world: World, scope: str, *, on: DateOrSql, what: str = "name") -> None:
    """The department changes name, id_number or id_type of a number and does not tell tax, where the number stays occupied by the old ones."""
    new = {
        "name": f"known_name = {other_name('f.file_key', 'r.name')}, previous_name = r.name",
        "id_number": f"known_id_number = {other_id('f.file_key', 'r.id_number')}, previous_id_number = r.id_number",
        "id_type": "known_id_type_code = case r.id_type_code when '201' then '237' else '201' end, previous_id_type_code = r.id_type_code",
    }[what]
    world.sql(
        f"""
        update world.person_file as f set {new}, corrected_at = {moment_sql(on)}, correction_sent_at = null, correction_read_at = null
        from world.resident as r
        where r.resident_key = f.resident_key and f.file_key in (select regexp_extract(key, '^[^|]*.[^|]*.[^|]*') from {scope})
        """
    )
    for rule_id in ("B1.09", "B9.1"):
        record(
            world, rule_id, "number_occupied",
            f"""select i.insured_key, f.corrected_at::date, {_past(rule_id, "f.corrected_at")}, null::date from world.insured as i
            join world.person_file as f on f.department_code = i.department_code and f.person_no = i.person_no
            where i.insured_key in (select key from {scope})""",
        )  # fmt: skip


@act("insured")
def special_priced(world: World, scope: str, *, on: DateOrSql, months: int = 3) -> None:
    """NHSA prices the arrears of some months of a flexible worker, mostly somebody gravely ill: sent and read as usual."""
    world.sql(
        f"""
        create or replace temp table ill as
        select i.insured_key, i.department_code, i.base_amount, {moment_sql(on)} as assessed_at,
            '4562' || strftime({moment_sql(on)}, '%Y%m') || lpad(r.resident_no::varchar, 8, '0') || '4' as serial
        from world.insured as i join world.resident as r using (resident_key) where i.insured_key in (select key from {scope});

        insert into world.special_due by name
        select department_code || '|' || serial as special_key, insured_key, department_code, serial as notice_serial, '3' as kind_code,
            cents(base_amount * 0.085 * {months}) as amount, 0 as care_amount,
            (date_trunc('month', assessed_at) - interval {months} month)::date as period_begin,
            (date_trunc('month', assessed_at) - interval 1 day)::date as period_end, assessed_at, message_sent(serial, assessed_at) as sent_at,
            message_read(serial, assessed_at) as read_at, message_read(serial, assessed_at) + interval 40 minute as platform_at
        from ill
        """
    )


@act("special_due")
def special_not_sent(world: World, scope: str, *, until: DateOrSql | None = None) -> None:
    """The department prices a special payment, shows it as on its way, and never puts it into the exchange (until a day)."""
    at = moment_sql(until)
    world.sql(
        f"""update world.special_due set sent_at = {at}, read_at = {at} + interval 1 hour, platform_at = {at} + interval 2 hour
        where special_key in (select key from {scope})"""
    )
    for rule_id, department in (("B1.03", "NHSA"), ("B1.10", "HRSS")):
        record(
            world, rule_id, "special_not_sent",
            f"""select special_key, assessed_at::date, {_past(rule_id, "assessed_at")}, {at}::date from world.special_due
            where department_code = '{department}' and special_key in (select key from {scope})""",
        )  # fmt: skip


@act("special_due")
def special_with_care(world: World, scope: str, *, share: float = 0.0015) -> None:
    """NHSA prices long-term care into a flexible worker's special payment by mistake: it cannot pass the check at tax."""
    world.sql(
        f"""
        update world.special_due set care_amount = greatest(cents(amount * {share} / 0.085), 1),
            amount = amount + greatest(cents(amount * {share} / 0.085), 1), platform_at = null
        where special_key in (select key from {scope}) and department_code = 'NHSA'
        """
    )
    record(
        world, "B1.03", "special_with_care",
        f"""select special_key, assessed_at::date, assessed_at::date, null::date from world.special_due
        where special_key in (select key from {scope}) and department_code = 'NHSA'""",
    )  # fmt: skip


@act("insured")
def large_amount_again(world: World, scope: str) -> None:
    """Large-amount medical is assessed again for the year in which the employer has paid it; subjects: flexible medical insured keys."""
    amount = settings(PART)["flexible"]["large_amount"]
    world.sql(
        f"""
        create or replace temp table again as
        select d.*, '4553' || substr(d.notice_serial, 5) as serial from world.flexible_due as d
        join (select insured_key, min(period) as period from world.flexible_due where agency_item_code = '310' group by insured_key) as first_one
            using (insured_key, period)
        join world.large_payment as l on l.insured_key = d.insured_key and l.insured_year = left(d.period, 4) and l.payer_code = '1'
        where d.insured_key in (select key from {scope}) and d.agency_item_code = '310';

        insert into world.flexible_due by name
        select department_code || '|' || serial as due_key, insured_key, department_code, serial as notice_serial, '330' as agency_item_code, period,
            base_amount, {amount} as amount, assessed_at, sent_at, read_at
        from again
        """
    )
    record(
        world, "B1.07", "large_amount_again",
        "select insured_key, assessed_at::date, sent_at::date, null::date from again",
    )  # fmt: skip


@act("insured")
def old_number_not_carried_over(world: World, scope: str) -> None:
    """The old number has no new one in the map of the departments; subjects: insured keys with an old number."""
    world.sql(
        f"""
        insert into world.legacy_oddity by name
        select department_code, old_person_no, 'unmapped' as kind_code, resident_key, agency_code, town_code
        from world.insured where insured_key in (select key from {scope}) and old_person_no is not null
        """
    )
    note_legacy(
        world,
        f"select old_person_no from world.insured where insured_key in (select key from {scope})",
        "old_number_not_carried_over",
    )


def note_legacy(world: World, old_numbers: str, name: str) -> None:
    """B11.6: rows of the old pension system without a counterpart in the new one; subjects: HRSS|old number."""
    cutover = settings(PART)["pension"]["cutover"]
    record(
        world, "B11.6", name,
        f"""select department_code || '|' || old_person_no, date '{cutover}', date '{cutover}', null::date
        from world.legacy_oddity where department_code = 'HRSS' and old_person_no in ({old_numbers})""",
    )  # fmt: skip
