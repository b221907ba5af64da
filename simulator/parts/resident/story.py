"""What goes wrong with single persons at the departments, and what only looks like it."""

from typing import TYPE_CHECKING

from simulator.acts.registry import perform
from simulator.part import settings
from simulator.world import Sql

if TYPE_CHECKING:
    from simulator.part import Block
    from simulator.world import World

PART = "resident"
SINCE = 400  # changes of so many days before the story's day are still being worked at


def tell(world: "World", block: "Block") -> None:
    """Plant every case of the departments' side a few times, on different persons."""
    cases = block.cases(settings(PART)["planting"]["minimum"])
    if not cases:
        return
    anchor = world.params.anchor.isoformat()
    world.sql("create or replace temp table used (resident_key varchar)")
    # what is known of at the story's day: choices must not turn on how far the plans go beyond it
    known = ", ".join(
        f"case when {c} <= date '{anchor}' then {c} end as {c}" for c in ("ended_on", "suspended_on", "benefits_on")
    )
    world.sql(
        f"""create or replace temp view standing as
        select * replace ({known}, case when ended_on <= date '{anchor}' then end_reason_code end as end_reason_code)
        from world.insured where enrolled_on <= date '{anchor}' - 10"""
    )
    teller = _Teller(world, cases, anchor)
    _changes(teller)
    _numbers(teller)
    _students(teller)
    _dues(teller)
    _near_misses(teller)


class _Teller:
    """Chooses subjects that no case had before."""

    def __init__(self, world: "World", cases: int, anchor: str) -> None:
        self.world, self.cases, self.anchor = world, cases, anchor

    def choose(self, name: str, query: str, key: str = "insured_key") -> str:
        """Temp table of as many subjects as there are cases; `query` gives key and resident_key."""
        table = f"told_{name}"
        self.world.sql(
            f"""
            create or replace temp table {table} as
            select {key} as key, resident_key from ({query}) as candidates
            where resident_key not in (select resident_key from used)
            qualify row_number() over (partition by resident_key order by {key}) = 1
            order by chance({key}, '{name}'), {key} limit {self.cases};
            insert into used select resident_key from {table}
            """
        )
        return f"select key from {table}"

    def act(self, act: str, name: str, query: str, key: str = "insured_key", **params: object) -> None:
        """Do an act to subjects chosen for it."""
        perform(self.world, act, self.choose(name, query, key), **params)

    def near_miss(self, rule_id: str, name: str, why: str, query: str) -> None:
        """Note subjects that look like a finding."""
        self.world.note_near_miss(rule_id, self.choose(name, query), why)


def _changes(teller: _Teller) -> None:
    recent = f"registered_at between date '{teller.anchor}' - {SINCE} and date '{teller.anchor}' - 10"
    for kind, department in (
        ("dead", "HRSS"), ("dead", "NHSA"), ("moved", "NHSA"), ("enlisted", "NHSA"), ("suspended", "NHSA"), ("suspended", "HRSS"),
        ("benefits_suspended", "HRSS"), ("employed", "NHSA"),
    ):  # fmt: skip
        teller.act(
            "change_not_told", f"{kind}_{department}",
            f"select insured_key, resident_key from world.person_change where kind_code = '{kind}' and department_code = '{department}' and {recent}",
        )  # fmt: skip
    teller.act(
        "change_not_read", "change_not_read",
        f"select insured_key, resident_key from world.person_change where kind_code in ('dead', 'moved', 'employed') and {recent}",
    )  # fmt: skip
    late = f"created_at between date '{teller.anchor}' - {SINCE} and date '{teller.anchor}' - 10"
    teller.act(
        "enrolment_not_told", "enrolment_not_told",
        f"select insured_key, resident_key from standing where place_no = 1 and ended_on is null and {late}",
    )  # fmt: skip
    withdrawn = teller.choose(
        "enrolment_withdrawn",
        f"select insured_key, resident_key from standing where place_no = 1 and ended_on is null and suspended_on is null and {late}",
    )
    perform(teller.world, "enrolment_withdrawn_by_agency", withdrawn, on=Sql("sent_at + interval 30 minute"))
    teller.world.note_near_miss("B9.1", withdrawn, "withdrawn before tax read it: waits for nobody")


def _numbers(teller: _Teller) -> None:
    valid = """select i.insured_key, i.resident_key from standing as i join world.resident as r using (resident_key)
        where i.place_no = 1 and i.ended_on is null and i.suspended_on is null and i.benefits_on is null and not r.is_student and not r.is_flexible"""
    anchor = f"date '{teller.anchor}'"
    day = teller.world.value(f"select workday_not_before({anchor} - 200)")
    later = teller.world.value(f"select workday_not_before({anchor} - 60)")
    medical, pension = f"{valid} and i.insurance_code = '10212'", f"{valid} and i.insurance_code = '10210'"
    teller.act("second_number", "two_places", medical, on=day)
    teller.act("second_number", "two_places_pension", pension, on=day)
    teller.act("second_number", "two_numbers", medical, on=day, elsewhere=False)
    teller.act("second_number", "two_numbers_pension", pension, on=day, elsewhere=False)
    teller.act("second_number", "merged_untold", medical, on=day, merged_on=later, elsewhere=False, told=False)
    teller.act("second_number", "merged_untold_pension", pension, on=day, merged_on=later, elsewhere=False, told=False)
    merged = teller.choose("merged_told", medical)
    perform(teller.world, "second_number", merged, on=day, merged_on=later, elsewhere=False)
    for rule_id in ("A10.12", "B1.02b", "B8.2"):
        teller.world.note_near_miss(rule_id, merged, "second number was merged and tax was told")
    files = "f.corrected_at is null and f.known_id_number is null"
    for what in ("name", "id_number", "id_type"):
        teller.act(
            "number_occupied", f"occupied_{what}",
            f"""select i.insured_key, i.resident_key from standing as i join world.resident as r using (resident_key)
            join world.person_file as f on f.department_code = 'NHSA' and f.person_no = i.person_no
            where i.insurance_code = '10212' and i.ended_on is null and i.place_no = 1 and r.id_type_code = '201' and {files}""",
            on=later, what=what,
        )  # fmt: skip
    teller.act("old_number_not_carried_over", "unmapped_pension", f"{pension} and i.old_person_no is not null")
    teller.act("old_number_not_carried_over", "unmapped_medical", f"{medical} and i.old_person_no is not null")


def _students(teller: _Teller) -> None:
    now = """select {key}.insured_key, s.resident_key from standing as s join world.resident as r using (resident_key)
        {join} where s.insurance_code = '10212' and s.place_no = 1 and r.is_student and s.ended_on is null and s.suspended_on is null"""
    home = "join standing as h on h.resident_key = s.resident_key and h.department_code = 'NHSA' and h.place_no = 2"
    teller.act(
        "student_stays_at_home",
        "student_at_home",
        now.format(key="h", join=home) + " and h.agency_code <> s.agency_code",
    )
    teller.act(
        "student_in_home_town", "student_town",
        now.format(key="s", join="") + f""" and r.town_code <> s.town_code and exists (select 1 from world.student_term as t
            where t.resident_key = s.resident_key and t.school_code = r.school_code and t.sent_at <= timestamp '{teller.anchor}'
                and t.term_start > date '{teller.anchor}' - 200)""",
    )  # fmt: skip
    teller.near_miss(
        "B1.08a", "student_ended_at_home", "the number in the village was ended when the school took over",
        now.format(key="h", join=home) + " and h.end_reason_code = 'student'",
    )  # fmt: skip


def _dues(teller: _Teller) -> None:
    special = f"""select s.special_key, i.resident_key from world.special_due as s join standing as i using (insured_key)
        where s.assessed_at between date '{teller.anchor}' - {SINCE} and date '{teller.anchor}' - 6"""
    flexible = f"""select insured_key, resident_key from standing where insurance_code = '10203L' and ended_on is null and suspended_on is null
        and not exists (select 1 from world.special_due as s where s.insured_key = standing.insured_key
            and s.assessed_at <= timestamp '{teller.anchor}')"""
    day = teller.world.value(f"select workday_not_before(date '{teller.anchor}' - 40)")
    ill = f"select insured_key from ({flexible}) order by chance(insured_key, 'ill'), insured_key limit {2 * teller.cases}"
    perform(teller.world, "special_priced", ill, on=day)
    teller.act(
        "special_not_sent",
        "special_unsent_hrss",
        f"{special} and s.withdrawn_at is null and s.department_code = 'HRSS'",
        "special_key",
    )
    teller.act(
        "special_not_sent",
        "special_unsent_nhsa",
        f"{special} and s.withdrawn_at is null and s.department_code = 'NHSA'",
        "special_key",
    )
    teller.act(
        "special_with_care",
        "special_care",
        f"{special} and s.withdrawn_at is null and s.department_code = 'NHSA'",
        "special_key",
    )
    large = """select l.insured_key, i.resident_key from world.large_payment as l join standing as i using (insured_key)
        where (select left(min(d.period), 4) from world.flexible_due as d where d.insured_key = l.insured_key and d.agency_item_code = '310') """
    teller.act("large_amount_again", "large_again", large + "= l.insured_year")
    teller.near_miss("B1.07", "large_last_year", "the employer paid for the year before", large + "> l.insured_year")


def _near_misses(teller: _Teller) -> None:
    twins = teller.choose(
        "twins",
        """select i.insured_key, i.resident_key from standing as i join person as p using (resident_key)
        where p.is_twin and i.department_code = 'NHSA' and i.ended_on is null and i.place_no = 1""",
    )
    for rule_id in ("A10.12", "B1.06"):
        teller.world.note_near_miss(rule_id, twins, "twins: like names, one day of birth, two id numbers")
    teller.near_miss(
        "B1.09", "id15", "the 15-digit form of the same id number",
        """select i.insured_key, i.resident_key from standing as i
        join world.person_file as f on f.department_code = i.department_code and f.person_no = i.person_no
        where length(f.known_id_number) = 15 and i.ended_on is null""",
    )  # fmt: skip
