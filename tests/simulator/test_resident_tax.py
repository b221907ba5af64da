"""The persons' tax side: sums to the cent, order of steps, returns equal payments, seasons, channels, the same again."""

import datetime as dt
import importlib
import itertools
from functools import cache

import pytest

from simulator import acts, build, contract, params
from simulator.part import Block
from simulator.parts import parts
from simulator.project import project
from simulator.scale import scale_of
from simulator.world import World

ANCHOR = params.load().anchor
SYSTEMS = ("tax_person", "tax_virtual", "hrss_person_return", "nhsa_person_return")
OURS = [table for table in contract.tables() if table.system in SYSTEMS]


def resident_world(seed: int, scale: str = "ci", horizon: dt.date = ANCHOR) -> World:
    """A city of residents only."""
    world = World(seed, scale_of(scale), parts=[part for part in parts() if part.kind == "resident"])
    for block in world.scale.blocks():
        if block.kind == "resident":
            build.fill(world, block, horizon)
    return world


@pytest.fixture(scope="module")
def world() -> World:
    """The residents of the small city, projected at the anchor day."""
    made = resident_world(7)
    project(made, ANCHOR, kinds=("resident",))
    return made


@cache
def content(seed: int, horizon: dt.date, as_of: dt.date) -> dict[str, tuple[int, int]]:
    """Rows and a checksum of each of our tables; without special dues, which are another part's."""
    made = World(seed, scale_of("30"), parts=[part for part in parts() if part.kind == "resident"])
    for block in made.scale.blocks():
        if block.kind == "resident":
            for part in made.parts:
                part.populate(made, block, horizon)
                if part.name == "resident":
                    made.sql("delete from world.special_due")
                if part.tell:
                    part.tell(made, block)
    project(made, as_of, kinds=("resident",))
    return {
        f"{table.system}.{table.name}": made.rows(
            f'select count(*), coalesce(sum(hash(t::varchar)::hugeint), 0) from {table.system}."{table.name}" as t'
        )[0]
        for table in OURS
    }


def count(world: World, query: str) -> int:
    return int(world.value(f"select count(*) from ({query})"))


def test_every_table_has_rows_and_a_key(world: World) -> None:
    assert len(OURS) == 20
    for table in OURS:
        name = f'{table.system}."{table.name}"'
        key = ", ".join(f'"{column}"' for column in table.key)
        rows, keys = world.rows(f"select count(*), count(distinct ({key})) from {name}")[0]
        assert rows == keys > 0, name


def test_nothing_is_known_from_after_the_day_and_update_times_are_the_latest(world: World) -> None:
    end = dt.datetime.combine(ANCHOR, dt.time.max)
    for table in OURS:
        moments = [column.name for column in table.columns if column.kind == "timestamp"]
        cursor = moments[-1]
        for name in moments:
            assert (world.value(f'select max("{name}") from {table.system}."{table.name}"') or end) <= end, (
                table.name,
                name,
            )
        others = ", ".join(f'"{name}"' for name in moments if name != cursor)
        if others:
            late = f'from {table.system}."{table.name}" where "{cursor}" is null or "{cursor}" < greatest({others})'
            assert count(world, late) == 0, table.name


def test_a_household_pays_the_sum_of_its_details(world: World) -> None:
    wrong = """
        select pays.JKXH from tax_virtual."XNH_JKXX" as pays
        left join (select JKXH, sum(YJFE) as amount, count(*) as persons from tax_virtual."XNH_SBMX" group by all) as details using (JKXH)
        where pays.JKJE is distinct from details.amount or pays.JFRS is distinct from details.persons"""
    assert count(world, 'from tax_virtual."XNH_JKXX"') > 50
    assert count(world, wrong) == 0


def test_steps_of_a_payment_follow_each_other(world: World) -> None:
    steps = ["declared_at", "issued_at", "remitted_at", "settled_at", "settlement_returned_at", "settlement_read_at"]
    back = ["remitted_at", "remittance_returned_at", "remittance_read_at", "posted_at", "posting_fed_back_at"]
    for way in (steps, back):
        for earlier, later in itertools.pairwise(way):
            wrong = (
                f"from world.person_payment where {later} < {earlier} or ({later} is not null and {earlier} is null)"
            )
            assert count(world, wrong) == 0, (earlier, later)
    assert (
        count(
            world,
            "from world.person_payment where summarised_on < issued_at::date or remitted_at::date < summarised_on",
        )
        == 0
    )
    outside = """from world.person_payment as pays join world.tax_person as persons using (registration_key)
        where pays.issued_at < persons.created_at or pays.channel_code in ('21', '31', '51') and not is_workday(pays.issued_at)"""
    assert count(world, outside) == 0


def test_nobody_pays_after_his_end_or_as_a_pensioner(world: World) -> None:
    dead = """from world.person_payment as pays join world.tax_person as persons using (registration_key)
        join world.resident as residents using (resident_key)
        where pays.kind_code = '1' and pays.household_payment_no is null
            and (pays.issued_at::date >= residents.died_on or pays.issued_at::date >= persons.stopped_on)"""
    assert count(world, dead) == 0
    old = """from world.person_payment as pays join world.tax_person as persons using (registration_key)
        join world.resident as residents using (resident_key)
        where pays.insurance_code = '10210' and pays.kind_code = '1' and residents.birth_date + interval 60 year < make_date(pays.fee_year, 1, 1)"""
    assert count(world, old) == 0


def test_returns_equal_payments_unless_planted(world: World) -> None:
    wrong = """
        with returns as (
            select HPXH as no, AAC001 as person_no, AAC002 as id, AAC003 as name, YAB003 as agency, SJJE as amount
            from hrss_person_return."RS_RYSJHP"
            union all select HPXH, AAC001, AAC002, AAC003, YAB003, RKJE from hrss_person_return."RS_RYRKHP"
            union all select RTN_NO, PSN_NO, CERTNO, PSN_NAME, OPTINS_NO, RMT_AMT from nhsa_person_return."PSN_RMT_D"
            union all select RTN_NO, PSN_NO, CERTNO, PSN_NAME, OPTINS_NO, STL_AMT from nhsa_person_return."PSN_STL_D"
        )
        select '44' || substr(returns.no, 2) as payment_no
        from returns join snap.person_payment as pays on pays.payment_no = '44' || substr(returns.no, 2)
        where (returns.person_no, returns.id, returns.name, returns.agency, returns.amount)
            is distinct from (pays.person_no, pays.id_number, pays.name, pays.agency_code, pays.amount)"""
    planted = "select subject_key from world.truth where rule_id = 'B2' and act = 'person_return_differs'"
    assert {row[0] for row in world.rows(wrong)} <= {row[0] for row in world.rows(planted)}
    assert count(world, wrong) >= 4
    missing = f"""from snap.person_payment where settlement_returned_at is null and settled_at < timestamp '{ANCHOR}' - interval 5 day
        and payment_no not in (select subject_key from world.truth where rule_id = 'B2')"""
    assert count(world, missing) == 0


def test_seasons_and_channels(world: World) -> None:
    shares = dict(world.rows(
        """select channel_code, count(*) / sum(count(*)) over () from world.person_payment
        where insurance_code in ('10210', '10212') and kind_code = '1' group by all"""
    ))  # fmt: skip
    assert 0.62 < shares["11"] + shares["12"] < 0.85
    assert 0.05 < shares["41"] < 0.12
    assert 0.08 < shares["31"] < 0.20
    assert shares["51"] < 0.03
    season = world.value(
        "select count(case when month(issued_at) >= 9 then 1 end) / count(*) from world.person_payment where insurance_code = '10212'"
    )
    assert season > 0.85
    paid, due = world.rows(
        "select count(pay_on), count(*) from due where insurance_code = '10212' and fee_year = 2026 and not is_newcomer"
    )[0]
    assert 0.88 < paid / due < 0.98
    assert set(
        world.rows(
            "select distinct amount from world.person_payment where insurance_code = '10212' and fee_year = 2026"
        )
    ) == {(400,)}


def test_batch_items_succeed_as_often_as_said(world: World) -> None:
    tried, succeeded, poor = world.rows(
        """select count(*), count(case when return_code = '90000' then 1 end), count(case when return_code = '24007' then 1 end)
        from world.batch_item where returned_at is not null"""
    )[0]
    assert 0.58 < succeeded / tried < 0.80
    assert 0.55 < poor / (tried - succeeded) < 0.80
    unpaid = """from world.batch_item as items left join world.person_payment as pays using (payment_no)
        where items.return_code = '90000' and (pays.amount is distinct from items.amount or pays.channel_code <> '31')"""
    assert count(world, unpaid) == 0


def test_cards_pass_their_check_digit(world: World) -> None:
    for (number,) in world.rows("select distinct account_no from world.person_agreement limit 300"):
        digits = [int(digit) for digit in reversed(number)]
        doubled = [digit * 2 - 9 if digit > 4 else digit * 2 for digit in digits[1::2]]
        assert len(number) == 19
        assert (sum(digits[::2]) + sum(doubled)) % 10 == 0


def test_stories_are_told(world: World) -> None:
    told = {row[0] for row in world.rows("select distinct rule_id from world.truth")}
    assert told >= {
        "A10.02", "A10.03", "A10.11", "A10.12", "A10.13", "B1.01b", "B1.02a", "B1.04", "B1.05", "B1.09", "B1.10", "B11.1", "B11.2",
        "B11.7", "B2", "B8.1", "B8.2",
    }  # fmt: skip
    assert {row[0] for row in world.rows("select distinct rule_id from world.near_miss")} >= {
        "A10.13",
        "B1.04",
        "B11.2",
        "B2",
    }


REGISTRATION = "people.BMLY_DM || '|' || XTLY || '|' || people.RYBH || '|' || insurance_code"
IDENTITY = "case when length(ZJHM) = 15 then make_long_id(ZJHM) else upper(trim(ZJHM)) end"
RETURNS = """
    select HPXH as no, AAC001 as person_no, AAC002 as id, AAC003 as name, YAB003 as agency, SJJE as amount, HPSJ as returned, 'HRSS' as department,
        left(HPXH, 1) as side from hrss_person_return."RS_RYSJHP"
    union all select HPXH, AAC001, AAC002, AAC003, YAB003, RKJE, HPSJ, 'HRSS', '2' from hrss_person_return."RS_RYRKHP"
    union all select RTN_NO, PSN_NO, CERTNO, PSN_NAME, OPTINS_NO, RMT_AMT, RTN_TIME, 'NHSA', '1' from nhsa_person_return."PSN_RMT_D"
    union all select RTN_NO, PSN_NO, CERTNO, PSN_NAME, OPTINS_NO, STL_AMT, RTN_TIME, 'NHSA', '2' from nhsa_person_return."PSN_STL_D"
"""
POSTINGS = """
    select HPXH as no, FKSJ as told from hrss_person_return."RS_RYDZ" union all select RTN_NO, FDBK_TIME from nhsa_person_return."PSN_ARVL_D"
"""
PAID = """
    select DZSPHM as no, RYBH as person_no, ZJHM as id, XM as name, SBJBJG_DM as agency, SJJE as amount, SJRQ as remitted, RKRQ as settled
    from tax_person."ZRR_JKXX"
    union all
    select SBMXXH, RYBH, ZJHM, XM, people.SBJBJG_DM, YJFE, SJRQ, RKRQ
    from tax_virtual."XNH_SBMX" as details join tax_virtual."XNH_JKXX" as pays on pays.JKXH = details.JKXH
    join (select SBDJXH, SBJBJG_DM from tax_person."ZRR_DJXX") as people on people.SBDJXH = details.SBDJXH
"""
AGENCY = """
    select 'HRSS|' || XTLY || '|' || AAC001 || '|' || case AAE140 when '170' then '10210' else '10201L' end as key, AAC031 as state, ZZYY as why,
        (select max(JBSJ) from hrss_person."RS_RYBD" as changes where changes.AAC001 = people.AAC001 and changes.XTLY = people.XTLY
            and changes.AAE140 = people.AAE140 and day_text(BDRQ) = least(day_text(ZZRQ), day_text(TBRQ), day_text(DYKSRQ))) as told
    from hrss_person."RS_RYCB" as people
    union all
    select 'NHSA|' || SRC_SYS || '|' || PSN_NO || '|' || case INSUTYPE when '390' then '10212' else '10203L' end, INSU_STAS, END_RSN,
        (select max(OPTER_TIME) from nhsa_person."PSN_CHG_D" as changes where changes.PSN_NO = people.PSN_NO and changes.SRC_SYS = people.SRC_SYS
            and changes.INSUTYPE = people.INSUTYPE and day_text(CHG_DATE) = least(day_text(INSU_END), day_text(PAUS_DATE)))
    from nhsa_person."PSN_INSU_D" as people
"""
VALID_IN_TAX = f"""select {REGISTRATION} as key from tax_person."ZRR_DJXX" as people join person_item on zspm_code = ZSPM_DM where DJZT_DM = '1'"""
BOTH = f"select key from ({VALID_IN_TAX}) as tax join ({AGENCY}) as agency using (key) where coalesce(workday_after(told, 4) <= {{day}}, true)"
UNKNOWN = (
    f"select key from ({VALID_IN_TAX}) as tax left join ({AGENCY}) as agency using (key) where agency.state is null"
)
PENSION = """
    select AAC001, people.XTLY, AAC031, case when length(AAC002) = 15 then left(AAC002, 6) || '19' || substr(AAC002, 7, 9) else left(AAC002, 17) end as identity
    from hrss_person."RS_RYCB" as people join hrss_person."RS_RYJBXX" using (AAC001) where AAE140 = '170'
"""
# What a rule would say, from the exchange tables alone, with the delays of the part's params.yml.
RECOUNTS = {
    "A10.02": "select TSJFXH from tax_person.\"ZRR_TSJF\" where JSZT_DM = '2'",
    "A10.03": "select BWXH from tax_person.\"ZRR_JSBW\" where JSZT_DM = '2'",
    "A10.11": f"""select {REGISTRATION} from tax_person."ZRR_XY" as signed join tax_person."ZRR_DJXX" as people using (SBDJXH)
        join person_item on zspm_code = people.ZSPM_DM left join tax_person."ZRR_YJF" as amounts using (SBDJXH)
        where signed.PKBZ = 'Y' and signed.XYZT_DM = '1' and amounts.SBDJXH is null and people.DJZT_DM = '1'""",
    "A10.12": f"""select {REGISTRATION} from tax_person."ZRR_DJXX" as people join person_item on zspm_code = people.ZSPM_DM where DJZT_DM = '1'
        qualify min(RYBH) over (partition by {IDENTITY}, ZSPM_DM) <> max(RYBH) over (partition by {IDENTITY}, ZSPM_DM)""",
    "A10.13": f"""select XYXH from (select signed.* from tax_person."ZRR_XY" as signed join tax_person."ZRR_DJXX" as people
            on people.SBDJXH = signed.SBDJXH and people.DJZT_DM = '1') where PKBZ = 'Y' and XYZT_DM = '1'
        qualify count(*) over (partition by {IDENTITY}, ZSPM_DM) > 1""",
    "B1.01b": f"""{UNKNOWN} and key like 'HRSS%' union
        select 'HRSS|' || gone.XTLY || '|' || gone.AAC001 || '|10210'
        from ({PENSION}) as gone join ({PENSION}) as living using (identity)
        where gone.AAC031 = '3' and living.AAC031 <> '3' and 'HRSS|' || gone.XTLY || '|' || gone.AAC001 || '|10210' in ({BOTH})""",
    "B1.02a": f"{BOTH} and state = '3' and why in ('01', '02', '03')",
    "B1.02b": f"{BOTH} and state = '3' and why = '09'",
    "B1.05": f"{UNKNOWN} and key like 'NHSA%'",
    "B8.1": f"{BOTH} and state = '2'",
    "B8.2": f"{BOTH} and state = '3' union {UNKNOWN}",
    "B1.04": f"""select department || '|remittance|' || no from ({RETURNS}) left join ({POSTINGS}) as booked using (no)
        where side = '1' and booked.no is null and workday_after(returned, 3) <= {{day}}""",
    "B11.7": f"""select paid.no from ({PAID}) as paid left join ({POSTINGS}) as booked on booked.no = '1' || substr(paid.no, 3)
        where booked.told is null and workday_after(remitted, 5) <= {{day}}""",
    "B2": f"""select paid.no from ({PAID}) as paid cross join (values ('1'), ('2')) as sides(side)
        left join ({RETURNS}) as back on back.no = sides.side || substr(paid.no, 3)
        where workday_after(case sides.side when '1' then remitted else settled end, 3) <= {{day}}
            and (back.person_no, back.id, back.name, back.agency, back.amount)
            is distinct from (paid.person_no, paid.id, paid.name, paid.agency, paid.amount)""",
}


@pytest.mark.parametrize("rule", RECOUNTS)
def test_the_exchange_shows_what_is_planted_and_nothing_else(world: World, rule: str) -> None:
    world.sql(
        """
        create or replace temp macro make_long_id(short) as left(short, 6) || '19' || right(short, 9)
            || id_check(left(short, 6) || '19' || right(short, 9));
        create or replace temp macro day_text(day) as replace(day::varchar, '-', '');
        """
    )
    day = f"date '{ANCHOR}'"
    found = {row[0] for row in world.rows(RECOUNTS[rule].format(day=day))}
    wanted = {row[0] for row in world.rows(
        f"select subject_key from world.truth where rule_id = '{rule}' and visible_from <= {day} and (visible_to is null or visible_to > {day})"
    )}  # fmt: skip
    assert wanted
    assert found == wanted


def test_the_same_again_and_not_with_another_seed() -> None:
    assert content(3, ANCHOR, ANCHOR) == content.__wrapped__(3, ANCHOR, ANCHOR)
    assert content(3, ANCHOR, ANCHOR) != content(4, ANCHOR, ANCHOR)


def test_a_longer_horizon_changes_no_history() -> None:
    for as_of in (dt.date(2025, 12, 19), ANCHOR):
        assert content(3, ANCHOR, as_of) == content(3, dt.date(2026, 9, 15), as_of)


def test_acts_say_what_they_do() -> None:
    importlib.import_module("simulator.acts.resident_tax")
    ours = [act for act in acts.catalogue().values() if act.function.__module__ == "simulator.acts.resident_tax"]
    assert len(ours) == 22
    assert all(act.doc for act in ours)


def test_some_declare_and_do_not_pay(world: World) -> None:
    """Declared without a payment, a few with a voided ticket; none of it goes any further."""
    declared = """from tax_person."ZRR_SBXX" as said left join tax_person."ZRR_JKXX" as paid using (SBXH)
        where paid.SBXH is null or paid.ZFBZ = 'Y'"""
    assert count(world, declared) > 3
    further = "from world.person_payment where (voided_at is not null or issued_at is null) and (remitted_at is not null or summarised_on is not null)"
    assert count(world, further) == 0


def test_blocks_are_independent_of_each_other() -> None:
    """The city made in two blocks has the same registrations, agreements, items and payments as made at once."""

    def made(*bounds: tuple[int, int]) -> list[set[tuple[object, ...]]]:
        found: list[set[tuple[object, ...]]] = [set(), set(), set(), set()]
        for number, (first, last) in enumerate(bounds):
            world = World(5, scale_of("20"), parts=[part for part in parts() if part.kind == "resident"])
            for part in world.parts:
                part.populate(world, Block("resident", number, first, last), ANCHOR)
            for rows, query in zip(
                found,
                (
                    "from world.tax_person",
                    "from world.person_agreement",
                    "from world.batch_item",
                    "select payment_no, registration_key, period_end, amount, channel_code, declared_at from world.person_payment",
                ),
                strict=True,
            ):
                rows.update(world.rows(query))
        return found

    assert made((1, 1856)) == made((1, 700), (701, 1856))
