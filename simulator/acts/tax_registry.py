"""Acts on what the tax core keeps beside bills: the inner way of registrations and bills, merges, projects, checks, write-offs, staff."""

from simulator import plan
from simulator.acts.registry import act, record
from simulator.part import settings
from simulator.world import DateOrSql, World, date_sql, moment_sql


def past(rule_id: str, event: str) -> str:
    """SQL of the first day on which this part's agreed delay after an event is over."""
    return f"workday_after(({event})::date, {int(settings('tax_registry')['agreed_delays'][rule_id])} + 1)"


def at_once(event: str) -> str:
    """SQL of the day of an event that nobody need wait for."""
    return f"({event})::date"


# --- registrations on their way inside tax ------------------------------------------------------------------------
def _tie_as_processed(world: World, scope: str) -> None:
    """A registration can be tied only when the front database has processed it; the tie follows an hour later."""
    world.sql(
        f"""
        delete from world.fee_registration where registration_key in (
            select registration_key from world.registration where registration_key in (select key from {scope})
                and (front_processed_at is null or front_state_code <> '1'));
        update world.fee_registration set created_at = r.front_processed_at, associated_at = r.front_processed_at + interval 1 hour
        from world.registration as r
        where r.registration_key = fee_registration.registration_key and r.registration_key in (select key from {scope});
        """
    )


@act("registration")
def push_not_shared(world: World, scope: str, *, until: DateOrSql | None = None, planted: bool = True) -> None:
    """The support platform has pushed the registration; the sharing platform never sees it (until a day).

    planted: whether that is a finding (not where the department calls the registration back).
    """
    again = moment_sql(until, "09:00:00")
    world.sql(
        f"""
        update world.registration set shared_at = {again}, shared_pushed_at = {again} + interval 3 minute,
            front_at = {again} + interval 5 minute, front_processed_at = {again} + interval 40 minute,
            written_back_at = {again} + interval 50 minute
        where registration_key in (select key from {scope})
        """
    )
    _tie_as_processed(world, scope)
    if not planted:
        return
    record(
        world, "A2.07", "push_not_shared",
        f"""select registration_key, pushed_at::date, {past("A2.07", "pushed_at")}, shared_at::date
        from world.registration where registration_key in (select key from {scope})""",
    )  # fmt: skip


@act("registration")
def shared_not_in_front(
    world: World, scope: str, *, is_pushed: bool = False, until: DateOrSql | None = None, planted: bool = True
) -> None:
    """The sharing platform has the registration, the front database has not (until a day); it may have pushed it or not."""
    again = moment_sql(until, "09:10:00")
    pushed = "shared_pushed_at" if is_pushed else f"{again} - interval 2 minute"
    world.sql(
        f"""
        update world.registration set shared_pushed_at = {pushed}, front_at = {again}, front_processed_at = {again} + interval 30 minute,
            written_back_at = {again} + interval 40 minute
        where registration_key in (select key from {scope})
        """
    )
    _tie_as_processed(world, scope)
    if not planted:
        return
    record(
        world, "A2.08", "shared_not_in_front",
        f"""select registration_key, shared_at::date, {past("A2.08", "shared_at")}, front_at::date
        from world.registration where registration_key in (select key from {scope})""",
    )  # fmt: skip


@act("registration")
def front_registration_fails(world: World, scope: str, *, reason: str, planted: bool = True) -> None:
    """The front database could not process the registration, and says why."""
    world.sql(
        f"""update world.registration set front_state_code = '2', front_fail_reason = '{reason}', written_back_at = null
        where registration_key in (select key from {scope})"""
    )
    _tie_as_processed(world, scope)
    if not planted:
        return
    record(
        world, "A2.09", "front_registration_fails",
        f"""select registration_key, front_processed_at::date, {at_once("front_processed_at")}, null::date
        from world.registration where registration_key in (select key from {scope})""",
    )  # fmt: skip


@act("registration")
def no_section(world: World, scope: str) -> None:
    """No section of the bureau was assigned to the registration."""
    world.sql(
        f"""
        update world.registration set office_code = null where registration_key in (select key from {scope});
        update world.fee_registration set office_code = null where registration_key in (select key from {scope});
        """
    )


@act("registration")
def no_bureau(world: World, scope: str, *, proposable: bool = True) -> None:
    """No bureau could be assigned; the taxpayer of the same credit code has one of the 16, so it can be proposed (or not)."""
    world.sql(
        f"update world.registration set bureau_code = null, office_code = null where registration_key in (select key from {scope})"
    )
    front_registration_fails(world, scope, reason="未分配主管局")
    if not proposable:
        return
    record(
        world, "A2.05", "no_bureau",
        f"""select r.registration_key, r.received_at::date, {past("A2.05", "r.received_at")}, null::date
        from world.registration as r where r.registration_key in (select key from {scope})
            and exists (select 1 from world.taxpayer as t where t.employer_key = r.employer_key)""",
    )  # fmt: skip


@act("employer")
def no_taxpayer(world: World, scope: str) -> None:
    """The tax register has nobody of the employers' credit codes."""
    for table, key in (("fee_registration", "taxpayer_key"), ("taxpayer", "taxpayer_key")):
        world.sql(
            f"""delete from world.{table} where {key} in (
                select taxpayer_key from world.taxpayer where employer_key in (select key from {scope}))"""
        )


@act("registration")
def enrolment_before_base(world: World, scope: str) -> None:
    """The agency sends the enrolments a day before the base information: the front database does not find the unit number."""
    world.sql(
        f"""
        update world.enrolment set sent_at = r.base_sent_at - interval 1 day, read_at = r.base_sent_at - interval 20 hour
        from world.registration as r
        where r.registration_key = enrolment.registration_key and r.registration_key in (select key from {scope});
        update world.registration set received_at = base_sent_at - interval 19 hour, pushed_at = base_sent_at - interval 1125 minute,
            shared_at = base_sent_at - interval 1122 minute, shared_pushed_at = base_sent_at - interval 1119 minute,
            front_at = base_sent_at - interval 1117 minute, front_processed_at = base_sent_at - interval 1080 minute
        where registration_key in (select key from {scope});
        """
    )
    front_registration_fails(world, scope, reason="未查询到单位编号对应的基础信息")
    _record_not_in_management(world, scope, "enrolment_before_base", "front_processed_at")


@act("registration")
def wrong_district(world: World, scope: str, *, district: str = "450111") -> None:
    """The agency sends a district code that does not exist in the city."""
    world.sql(
        f"update world.registration set district_code = '{district}' where registration_key in (select key from {scope})"
    )
    front_registration_fails(world, scope, reason="行政区划代码不正确")
    _record_not_in_management(world, scope, "wrong_district", "front_processed_at")


@act("registration")
def lost_in_exchange(world: World, scope: str) -> None:
    """Tax has read the registration, and no platform of tax has it: the exchange database says its data is broken."""
    world.sql(
        f"""
        update world.registration set received_at = null, pushed_at = null, written_back_at = null, shared_at = null,
            shared_pushed_at = null, front_at = null, front_processed_at = null, front_state_code = null
        where registration_key in (select key from {scope})
        """
    )
    _tie_as_processed(world, scope)
    _note_check(world, scope, "R09", "base_read_at")
    _record_not_in_management(world, scope, "lost_in_exchange", "base_read_at")


def _record_not_in_management(world: World, scope: str, act_name: str, event: str) -> None:
    record(
        world, "B3.3", act_name,
        f"""select registration_key, {event}::date, {past("B3.3", event)}, null::date
        from world.registration where registration_key in (select key from {scope})""",
    )  # fmt: skip


def _note_check(world: World, scope: str, code: str, event: str) -> None:
    world.sql(
        f"""
        insert into world.registration_check
        select 'HJ' || lpad(registration_no::varchar, 9, '0') || '{code}', registration_key, '{code}',
            (select name from check_rule where check_code = '{code}'), {event} + interval 25 minute, null
        from world.registration where registration_key in (select key from {scope})
        """
    )


@act("registration")
def association_refused(world: World, scope: str, *, check: str, on: DateOrSql | None = None) -> None:
    """The counter cannot tie the registration: a check fails (R01 merged, R02 tie cancelled, R03 twice, R04 set-up, R05 taxpayer)."""
    event = "front_processed_at" if on is None else moment_sql(on, "10:05:00")
    _note_check(world, scope, check, event)
    record(
        world, "A2.01", "association_refused",
        f"""select registration_key, ({event})::date, {at_once(f"{event} + interval 25 minute")}, null::date
        from world.registration where registration_key in (select key from {scope})""",
    )  # fmt: skip


@act("registration")
def agency_out_of_scope(world: World, scope: str) -> None:
    """A medical agency of a city district sends the registration, though only the city's own handles employers."""
    world.sql(
        f"""
        update world.registration set agency_code = coalesce((select min(agency_code) from ref_agency
            where level = 'district' and ref_agency.district_code = registration.district_code), agency_code)
        where registration_key in (select key from {scope})
        """
    )


@act("registration")
def unit_type_differs(world: World, scope: str, *, unit_type: str = "12", seen: bool = True) -> None:
    """The agency sends another unit type than the other department does; both are tied to one taxpayer."""
    world.sql(
        f"update world.registration set unit_type_code = '{unit_type}' where registration_key in (select key from {scope})"
    )
    if seen:
        record(
            world, "A9.9", "unit_type_differs",
            f"""select taxpayer_key, min(associated_at)::date, min(associated_at)::date, null::date from world.fee_registration
            where registration_key in (select key from {scope}) and cancelled_at is null and associated_at is not null group by 1""",
        )  # fmt: skip


@act("employer")
def listed_with_other_type(
    world: World, scope: str, *, unit_type: str = "91", supplied: DateOrSql, corrected: DateOrSql | None = None
) -> None:
    """A section's list gives the employers another unit type than tax keeps (until a clerk corrects it)."""
    world.sql(
        f"""
        insert into world.unit_type_list
        select 'QC' || strftime({moment_sql(supplied)}, '%Y%m%d') || '09', e.employer_no, e.uscc, e.name, '{unit_type}', {moment_sql(supplied)}
        from world.employer as e where e.employer_key in (select key from {scope});
        insert into world.kept_unit_type
        select registration_key, '{unit_type}', {moment_sql(corrected, "15:20:00")} from world.registration
        where employer_key in (select key from {scope}) and {moment_sql(corrected)} is not null;
        """
    )
    record(
        world, "A2.06", "listed_with_other_type",
        f"""select registration_key, {date_sql(supplied)}, {date_sql(supplied)}, {date_sql(corrected)} from world.registration
        where employer_key in (select key from {scope}) and base_sent_at is not null""",
    )  # fmt: skip


# --- taxpayers ------------------------------------------------------------------------------------------------------
@act("taxpayer")
def abnormal_and_restored(world: World, scope: str, *, on: DateOrSql, restored: DateOrSql) -> None:
    """The taxpayer becomes abnormal on a day and is restored on a later one."""
    for moment, status in ((on, "05"), (restored, "03")):
        world.change("taxpayer", f"select key from {scope}", "status_code", f"'{status}'", moment)
        world.change("taxpayer", f"select key from {scope}", "status_date", f"{date_sql(moment)}::varchar", moment)


@act("employer")
def files_merged(world: World, scope: str, *, on: DateOrSql, moved: bool = False) -> None:
    """The employer's tax file is merged into a new one and ceases; its unit numbers stay tied to the dead one, unless moved.

    What is sent later cannot be declared under the dead file.
    """
    at = moment_sql(on, "16:00:00")
    world.sql(
        f"""create or replace temp table merging as
        select key as employer_key, (select min(t.taxpayer_key) from world.taxpayer as t where t.employer_key = key) as old_taxpayer_key,
            {at} - interval 2 day as created_at from {scope}"""
    )
    world.add_taxpayers(
        "select employer_key, created_at, created_at::date as registered_on, created_at::date as status_date from merging"
    )
    world.sql(
        f"""
        create or replace temp table merged as
        select merging.*, (select max(t.taxpayer_key) from world.taxpayer as t where t.employer_key = merging.employer_key) as taxpayer_key from merging;
        insert into world.file_merge select 'BD' || old_taxpayer_key, old_taxpayer_key, taxpayer_key, '重复登记并档', {at} from merged;
        """
    )
    olds = "select old_taxpayer_key from merged"
    world.change("taxpayer", olds, "status_code", "'07'", on)
    world.change("taxpayer", olds, "status_date", f"{date_sql(on)}::varchar", on)
    registrations = f"select registration_key from world.registration where employer_key in (select key from {scope})"
    if moved:
        from simulator.acts import association

        world.sql(
            f"""create or replace temp table new_tie as
            select r.registration_key, merged.taxpayer_key, r.bureau_code
            from world.registration as r join merged using (employer_key) where r.registration_key in ({registrations})"""
        )
        association.retie(world, scope, f"{str(on)[:10]} 16:30:00")
        return
    world.sql(
        f"""
        create or replace temp table stranded as
        select bill_key as key from world.bill where registration_key in ({registrations}) and summary_sent_at > {at};
        update world.bill set pay_on = null, declare_on = null where bill_key in (select key from stranded);
        """
    )
    plan.plan_from_front(world, "stranded")
    record(
        world, "B3.2", "files_merged",
        f"""select f.registration_key, {date_sql(on)}, {date_sql(on)}, null::date from world.fee_registration as f
        where f.registration_key in ({registrations}) and f.cancelled_at is null""",
    )  # fmt: skip


# --- bills on their way inside tax ------------------------------------------------------------------------------------
NOT_PUSHED = """pushed_at = null, written_back_at = null, shared_at = null, shared_pushed_at = null, front_at = null, front_processed_at = null,
    front_state_code = null"""


@act("bill")
def intercepted(world: World, scope: str, *, check: str, voids: bool = True) -> None:
    """A check of the support platform intercepts the bill and voids it within minutes (unless it is only sent back)."""
    world.sql(
        f"""
        update world.bill set validation_code = '2', intercept_reason = (select name from check_rule where check_code = '{check}'),
            {NOT_PUSHED}, tax_voided_at = {"received_at + interval 12 minute" if voids else "null"}
        where bill_key in (select key from {scope});
        insert into world.bill_check select key, '{check}' from {scope};
        """
    )
    plan.plan_from_front(world, scope)
    if voids:
        record(
            world, "A3.01", "intercepted",
            f"""select bill_key, received_at::date, received_at::date, null::date from world.bill
            where bill_key in (select key from {scope}) and received_at is not null""",
        )  # fmt: skip
    # intercepted or void, the department still has to split it
    record(
        world, "A5.4", "intercepted",
        f"""select bill_key, summary_sent_at::date, summary_sent_at::date, least(voided_at, withdrawn_at)::date from world.bill
        where bill_key in (select key from {scope}) and (
            select count(*) filter (where insurance_code = 'ZYNJ') between 1 and count(*) - 1 from world.bill_item as i where i.bill_key = bill.bill_key)""",
    )  # fmt: skip


@act("bill")
def received_not_pushed(world: World, scope: str, *, is_shared: bool = False, until: DateOrSql | None = None) -> None:
    """The bill passed the checks and was not pushed (until a day), or the sharing platform has it and nothing was written back."""
    again = moment_sql(until, "09:15:00")
    later = f"""pushed_at = {again}, front_at = {again} + interval 6 minute, front_processed_at = {again} + interval 30 minute,
        written_back_at = {again} + interval 40 minute, front_state_code = case when {again} is not null then '1' end"""
    shared = (
        "shared_pushed_at = null"
        if is_shared
        else f"shared_at = {again} + interval 2 minute, shared_pushed_at = {again} + interval 4 minute"
    )
    world.sql(
        f"update world.bill set checked_at = received_at + interval 6 minute, {shared}, {later} where bill_key in (select key from {scope})"
    )
    plan.plan_from_front(world, scope)


@act("bill")
def front_bill_fails(
    world: World,
    scope: str,
    *,
    reason: str,
    redelivered: DateOrSql | None = None,
    is_assignment: bool = False,
    heals: bool = False,
) -> None:
    """The front database cannot process the bill, and says why; a delivery anew fails again, unless it heals.

    is_assignment: the cause is the assignment of bureau or section, so it is for the list of what is pushed anew.
    """
    world.sql(
        f"""
        update world.bill set front_state_code = '2', front_fail_reason = '{reason}', written_back_at = null
        where bill_key in (select key from {scope})
        """
    )
    if heals:
        world.sql(
            f"""update world.bill set front_state_code = '1', front_fail_reason = null, front_processed_at = {moment_sql(redelivered, "11:00:00")},
                written_back_at = {moment_sql(redelivered, "11:10:00")}
            where bill_key in (select key from {scope})"""
        )
    plan.plan_from_front(world, scope)
    if redelivered is not None:
        result = "'1', null" if heals else f"'2', '{reason}'"
        world.sql(
            f"""
            insert into world.redelivery
            select 'CT' || ticket_stem || '1', '2', registration_key, bill_key, '{reason}', {moment_sql(redelivered, "09:30:00")},
                {moment_sql(redelivered, "11:00:00")}, {result}
            from world.bill where bill_key in (select key from {scope})
            """
        )
    if is_assignment:
        record(
            world, "B3.1", "front_bill_fails",
            f"""select bill_key, front_processed_at::date, {at_once("front_processed_at")}, null::date
            from world.bill where bill_key in (select key from {scope})""",
        )  # fmt: skip


@act("bill")
def write_off_stuck(
    world: World, scope: str, *, on: DateOrSql, until: DateOrSql | None = None, refused: DateOrSql | None = None
) -> None:
    """The counter starts a write-off; the void result does not come (until a day), or the core refuses it."""
    world.sql(
        f"""
        update world.bill set write_off_at = {moment_sql(on, "10:20:00")}, tax_voided_at = {moment_sql(until, "09:50:00")}
        where bill_key in (select key from {scope});
        """
    )
    if refused is not None:
        world.sql(
            f"""insert into world.write_off_failure select key, {moment_sql(refused, "14:10:00")}, '核心征管处理异常' from {scope}"""
        )
    record(
        world, "A3.05", "write_off_stuck",
        f"""select bill_key, write_off_at::date, {past("A3.05", "write_off_at")}, tax_voided_at::date
        from world.bill where bill_key in (select key from {scope})""",
    )  # fmt: skip


@act("bill")
def single_push_fails(
    world: World, scope: str, *, reason: str, on: DateOrSql, succeeds: DateOrSql | None = None
) -> None:
    """A clerk pushes the bill singly, and it fails with a reason; later it may succeed."""
    received_not_pushed(world, scope, until=succeeds)
    world.sql(
        f"""
        insert into world.single_push
        select 'DT' || ticket_stem || '1', bill_key, {moment_sql(on, "15:05:00")}, '2', '{reason}' from world.bill where bill_key in (select key from {scope})
        union all
        select 'DT' || ticket_stem || '2', bill_key, {moment_sql(succeeds, "09:15:00")}, '1', null from world.bill
        where bill_key in (select key from {scope}) and {moment_sql(succeeds)} is not null;
        """
    )
    record(
        world, "A3.06", "single_push_fails",
        f"select key, {date_sql(on)}, {date_sql(on)}, {date_sql(succeeds)} from {scope}",
    )  # fmt: skip


@act("registration")
def copy_not_synced(world: World, scope: str, *, until: DateOrSql | None = None) -> None:
    """The support platform does not take over the registration's present association (until a day)."""
    world.sql(f"insert into world.stale_copy select key, {moment_sql(until, '08:50:00')} from {scope}")


@act("bill")
def agency_differs(world: World, scope: str, *, agency: str) -> None:
    """The bill names another agency than its registration: the to-deduct list cannot be generated."""
    world.sql(f"update world.bill set agency_code = '{agency}' where bill_key in (select key from {scope})")
    _not_generated(world, scope, "征集单经办机构与单位参保经办机构不一致", "agency_differs")


@act("bill")
def booked_elsewhere(world: World, scope: str, *, bureau: str) -> None:
    """The employer booked the batch deduction with another bureau than its own: the to-deduct list cannot be generated."""
    _not_generated(world, scope, "预约税务机关与主管税务机关不一致", "booked_elsewhere", bureau)


def _not_generated(world: World, scope: str, reason: str, act_name: str, bureau: str | None = None) -> None:
    first, _ = plan.batch_days(world, "b.period")
    world.sql(
        f"""
        create or replace temp table unbooked as
        select b.registration_key, b.period, {f"'{bureau}'" if bureau else "r.bureau_code"} as bureau_code, r.agency_code,
            {first} as batch_day, chance(b.bill_key, 'booked') as p, b.bill_key
        from world.bill as b join world.registration as r using (registration_key) where b.bill_key in (select key from {scope});
        delete from world.booking where (registration_key, period) in (select registration_key, period from unbooked);
        insert into world.booking
        select registration_key, period, bureau_code, agency_code, moment(workday_after(batch_day, -4), p, 560, 1000),
            moment(batch_day, p, 470, 490), 'N', '{reason}'
        from unbooked;
        """
    )
    record(
        world, "B3.4", act_name,
        "select registration_key || '|' || period, batch_day, batch_day, null::date from unbooked",
    )  # fmt: skip


@act("registration")
def special_message_fails(
    world: World,
    scope: str,
    *,
    on: DateOrSql,
    reason: str,
    seq: int = 1,
    resent: bool = False,
    withdrawn: DateOrSql | None = None,
) -> None:
    """A message of a special payment cannot be received; no bill follows, unless it is sent anew and received."""
    world.sql(
        f"""
        create or replace temp table failing as
        select registration_key, strftime({moment_sql(on)}, '%Y%m') as period,
            case department_code when 'HRSS' then '4501' else '4599' end || strftime({moment_sql(on)}, '%Y%m')
                || lpad(registration_no::varchar, 6, '0') || '8{seq}' as serial,
            strftime({moment_sql(on)}, '%Y%m%d') || case department_code when 'HRSS' then 'RS' else 'YB' end || '08' as batch,
            cents(800 + 4000 * chance(registration_key, 'message amount {seq}')) as amount, registration_no
        from world.registration where registration_key in (select key from {scope});
        insert into world.special_message
        select 'TS' || lpad(registration_no::varchar, 6, '0') || period || '{seq}1', registration_key, serial, batch, '{min(seq, 4)}', period, amount,
            {moment_sql(on, "09:40:00")}, {moment_sql(on, "10:10:00")}, {moment_sql(on, "10:12:00")}, '{reason}', {moment_sql(withdrawn, "16:00:00")}
        from failing;
        insert into world.special_message
        select 'TS' || lpad(registration_no::varchar, 6, '0') || period || '{seq}2', registration_key, serial, batch || 'R', '{min(seq, 4)}', period,
            amount, {moment_sql(on, "14:00:00")}, {moment_sql(on, "14:30:00")}, {moment_sql(on, "14:31:00")}, null, null
        from failing where {resent};
        """
    )
    messages = f"select 'TS' || lpad(registration_no::varchar, 6, '0') || period || '{seq}1' from failing"
    if resent or withdrawn is not None:
        world.note_near_miss("A10.02", messages, "sent anew and received" if resent else "withdrawn by the agency")
        return
    record(
        world, "A10.02", "special_message_fails",
        f"select *, {date_sql(on)}, {date_sql(on)}, null::date from ({messages})",
    )  # fmt: skip


# --- construction projects --------------------------------------------------------------------------------------------
@act("bill")
def project_district_unknown(
    world: World, scope: str, *, district: str | None, corrected: DateOrSql | None = None
) -> None:
    """HRSS sends a project bill with a district code that is not one of the agreed ones; it cannot be pushed (until corrected)."""
    code = "null" if district is None else f"'{district}'"
    world.sql(
        f"""update world.bill_project set district_code = {code}, corrected_at = {moment_sql(corrected, "09:00:00")}
        where bill_key in (select key from {scope})"""
    )
    _project_not_pushed(world, scope, "B21", corrected)
    record(
        world, "A1.12", "project_district_unknown",
        f"""select bill_key, received_at::date, {past("A1.12", "received_at")}, {date_sql(corrected)}
        from world.bill where bill_key in (select key from {scope})""",
    )  # fmt: skip
    _record_project(world, scope, "project_district_unknown", corrected)


def _project_not_pushed(world: World, scope: str, check: str, corrected: DateOrSql | None) -> None:
    received_not_pushed(world, scope, until=corrected)
    world.sql(
        f"""
        update world.bill set validation_code = '2', checked_at = null, intercept_reason = (select name from check_rule where check_code = '{check}')
        where bill_key in (select key from {scope}) and {moment_sql(corrected)} is null;
        insert into world.bill_check select key, '{check}' from {scope};
        """
    )


def _record_project(world: World, scope: str, act_name: str, until: DateOrSql | None) -> None:
    record(
        world, "A4.8", act_name,
        f"""select bill_key, received_at::date, {past("A4.8", "received_at")}, {date_sql(until)}
        from world.bill where bill_key in (select key from {scope})""",
    )  # fmt: skip


@act("bill")
def project_flag_differs(world: World, scope: str) -> None:
    """The summary table says the bill is for a project, the processing table does not; it cannot be pushed."""
    world.sql(
        f"update world.bill set processing_is_project = not is_project where bill_key in (select key from {scope})"
    )
    _project_not_pushed(world, scope, "B22", None)
    _record_project(world, scope, "project_flag_differs", None)


@act("bill")
def project_not_associated(world: World, scope: str) -> None:
    """The project registration of the bill is not tied to a taxpayer; the bill cannot be pushed."""
    world.sql(
        f"""delete from world.fee_registration where registration_key in (
            select registration_key from world.bill where bill_key in (select key from {scope}));
        update world.bill set fee_registration_no = null, taxpayer_key = null where registration_key in (
            select registration_key from world.bill where bill_key in (select key from {scope}));"""
    )
    _project_not_pushed(world, scope, "B23", None)
    _record_project(world, scope, "project_not_associated", None)


@act("bill")
def project_info_differs(world: World, scope: str, *, what: str, corrected: DateOrSql | None = None) -> None:
    """The bill's project number is unknown or missing, or its name or address is not the register's (until HRSS corrects it)."""
    changes = {
        "unknown_number": "project_no = project_no || 'X'",
        "no_number": "project_no = null",
        "name": "name = replace(name, '工程', '二期工程')",
        "address": "address = make_street(bill_key || 'elsewhere')",
        "brackets": "name = name || '(一标段)'",  # the same as the register's, brackets of another width
        "blanks": "name = substr(name, 1, 3) || '　' || substr(name, 4) || ' '",  # the same, with blanks
    }
    if what == "brackets":
        world.sql(
            f"""update world.project set name = name || '（一标段）' where project_no in (
                select project_no from world.bill_project where bill_key in (select key from {scope}))"""
        )
    world.sql(
        f"""update world.bill_project set {changes[what]}, corrected_at = {moment_sql(corrected, "09:00:00")}
        where bill_key in (select key from {scope})"""
    )
    if what in ("brackets", "blanks"):
        world.note_near_miss("A1.13", f"select key from {scope}", f"{what} only")
        return
    record(
        world, "A1.13", "project_info_differs",
        f"""select bill_key, summary_sent_at::date, summary_sent_at::date, {date_sql(corrected)}
        from world.bill where bill_key in (select key from {scope})""",
    )  # fmt: skip


# --- staff ------------------------------------------------------------------------------------------------------------
@act("registration")
def roster_base_off(world: World, scope: str, *, factor: float) -> None:
    """The first person's base in the initialised staff lies outside the year's band."""
    world.sql(
        f"""
        insert into world.roster_change
        select r.registration_key, case r.department_code when 'HRSS' then p.hrss_no else p.nhsa_no end, cents(p.wage * {factor}), null
        from world.registration as r join world.person as p on p.employer_key = r.employer_key and p.person_no = 1
        where r.registration_key in (select key from {scope})
        """
    )
    record(
        world, "A14.4", "roster_base_off",
        f"""select given.key, base_sent_at::date, base_sent_at::date + 2, null::date from ({_first_person(scope)}) as given(key)
        join world.registration as r on starts_with(given.key, r.registration_key || '|') and r.registration_key in (select key from {scope})""",
    )  # fmt: skip


@act("registration")
def roster_person_missing(world: World, scope: str) -> None:
    """The first person is not in the initialised staff, though the bills name it."""
    world.sql(
        f"""
        insert into world.roster_change
        select r.registration_key, case r.department_code when 'HRSS' then p.hrss_no else p.nhsa_no end, null, null
        from world.registration as r join world.person as p on p.employer_key = r.employer_key and p.person_no = 1
        where r.registration_key in (select key from {scope})
        """
    )
    _record_staff(world, scope, "roster_person_missing")


@act("registration")
def removed_and_still_billed(world: World, scope: str, *, period: str, added_again: bool = False) -> None:
    """The employer removes the first person from a period on, and the agency goes on billing it, unless it is added again."""
    world.sql(
        f"""
        insert into world.staff_change
        select 'ZJ2' || lpad(r.registration_no::varchar, 6, '0') || '001' || '{period}', r.registration_key, p.person_key, '2', '{period}',
            moment(workday_not_before(month_first('{period}') + 2), 0.4, 540, 1000)
        from world.registration as r join world.person as p on p.employer_key = r.employer_key and p.person_no = 1
        where r.registration_key in (select key from {scope});
        insert into world.staff_change
        select replace(change_no, 'ZJ2', 'ZJ1'), registration_key, person_key, '1', period, declared_at + interval 30 minute
        from world.staff_change where {added_again} and kind_code = '2' and registration_key in (select key from {scope});
        """
    )
    if added_again:
        world.note_near_miss("A14.4", _first_person(scope), "removed by mistake and added again")
    else:
        _record_staff(world, scope, "removed_and_still_billed")


def _first_person(scope: str) -> str:
    return f"""select r.registration_key || '|' || case r.department_code when 'HRSS' then p.hrss_no else p.nhsa_no end
        from world.registration as r join world.person as p on p.employer_key = r.employer_key and p.person_no = 1
        where r.registration_key in (select key from {scope})"""


def _record_staff(world: World, scope: str, act_name: str) -> None:
    record(
        world, "A14.4", act_name,
        f"""select given.key, b.first_sent, b.first_sent, null::date from ({_first_person(scope)}) as given(key)
        join (select registration_key, min(summary_sent_at)::date as first_sent from world.bill
              where registration_key in (select key from {scope}) group by all) as b
            on starts_with(given.key, b.registration_key || '|')""",
    )  # fmt: skip
