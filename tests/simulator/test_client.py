"""The employer client: whatever it logs agrees with the employers' plans, and its acts do what they say."""

import datetime as dt
from functools import cache
from typing import Any

import pytest

from simulator import acts, params, population, story
from simulator.part import Block
from simulator.parts import of_kind
from simulator.project import project
from simulator.scale import scale_of
from simulator.world import World

ANCHOR = params.load().anchor
PART = next(part for part in of_kind("employer") if part.name == "client")


@cache
def small_city() -> World:
    """60 employers with their story and the client's, projected at the anchor day."""
    world = World(5, scale_of("60"), parts=[PART])
    block = world.scale.blocks()[0]
    population.populate(world, block)
    population.bill_months(world, ANCHOR)
    story.tell(world, block)
    PART.populate(world, block, ANCHOR)
    assert PART.tell
    PART.tell(world, block)
    project(world, ANCHOR, kinds=("employer",))
    return world


@pytest.fixture
def city() -> World:
    return small_city()


@pytest.fixture
def cast() -> World:
    """Two employers that work with the client, and one bill each."""
    world = World.empty(parts=[PART])
    users = [row[0] for row in world.rows(
        "select 'U' || n from range(40) as r(n) where uses_client('U' || n, '14501030000') and chance('U' || n, 'second handler') > 0.5 "
        "and chance('U' || n, 'to the bookkeeper') > 0.5 and chance('U' || n, 'binds at once') < 1 order by n limit 2"
    )]  # fmt: skip
    world.add_employers(world.relation("users", [{"employer_key": key, "bureau_code": "14501030000"} for key in users]))
    world.add_registrations("select employer_key, 'HRSS' as department_code from world.employer")
    world.add_agreements("select taxpayer_key from world.taxpayer")
    bills = "select registration_key, '202606' as period, 1 as bill_no"
    world.add_bills(
        f"{bills}, date '2026-06-12' as pay_on, timestamp '2026-06-03 09:00:00' as summary_sent_at from world.registration",
        items=f"{bills}, '10202' as insurance_code, 100.00 as unit_amount, 50.00 as person_amount from world.registration",
    )
    PART.populate(world, Block("employer", 0, 1, 2), ANCHOR)
    world.sql("delete from world.client_outage")
    return world


def first(world: World, table: str = "registration", key: str = "registration_key") -> str:
    return f"select min({key}) from world.{table}"


def seen(world: World, query: str, as_of: dt.date = ANCHOR) -> list[tuple[Any, ...]]:
    project(world, as_of, kinds=("employer",))
    return world.rows(query)


TABLES = (
    "KHD_ZH",
    "KHD_DLRZ",
    "KHD_DXRZ",
    "KHD_BDRZ",
    "KHD_XZQR",
    "KHD_SBRZ",
    "KHD_QYRZ",
    "KHD_JFRZ",
    "KHD_PZSC",
    "KHD_PZDY",
)


def test_every_table_has_rows(city: World) -> None:
    assert [table for table in TABLES if not city.value(f'select count(*) from tax_client."{table}"')] == []


def test_accounts_are_no_bank_accounts(city: World) -> None:
    for table in ("KHD_DLRZ", "KHD_DXRZ", "KHD_BDRZ", "KHD_XZQR", "KHD_SBRZ", "KHD_QYRZ", "KHD_JFRZ", "KHD_PZDY"):
        unknown = city.value(
            f'select count(*) from tax_client."{table}" where "YHXH" is not null and "YHXH" not in (select "YHXH" from tax_client."KHD_ZH")'
        )
        assert unknown == 0, table


def test_who_pays_in_the_client_has_bound_before(city: World) -> None:
    unbound = city.rows(
        """
        select j."JFLSH" from tax_client."KHD_JFRZ" as j where j."BLQD_DM" <> '1' and not exists (
            select 1 from tax_client."KHD_BDRZ" as b where b."SBDJXH" = j."SBDJXH" and b."CZLX_DM" = '1' and b."CZJG_DM" = '1' and b."CZSJ" < j."CZSJ")
        """
    )
    assert unbound == []


def test_paid_tickets_are_paid_once_and_to_the_cent(city: World) -> None:
    wrong = city.rows(
        """
        with paid as (
            select t.ticket_no, sum(i.amount) as amount from world.ticket as t join world.ticket_item as i using (ticket_no)
            where t.channel_code in ('1', '3', '4') and t.issued_at >= timestamp '2025-07-01'
            group by t.ticket_no having min(i.remitted_at) < timestamp '2026-07-01'
        ),
        logged as (select "DZSPHM", count(*) as n, sum("JKJE") as amount from tax_client."KHD_JFRZ" where "JFZT_DM" = '1' group by all)
        select * from paid left join logged on logged."DZSPHM" = paid.ticket_no
        where logged.n is distinct from 1 or logged.amount is distinct from paid.amount
        """
    )
    assert wrong == []


def test_cash_is_taken_at_the_counter(city: World) -> None:
    assert city.value("""select count(*) from tax_client."KHD_JFRZ" where "JKFS_DM" = '4' and "BLQD_DM" <> '1'""") == 0


def test_unconfirmed_registrations_are_the_truth_of_the_list(city: World) -> None:
    open_now = city.rows(
        """
        select distinct r.registration_key from tax_client."KHD_XZQR" as q
        join snap.registration as r on r.department_code = q."BMLY_DM" and r.unit_no = q."DWBH" and r.source_system = q."XTLY"
        where q."QRZT_DM" = '0' and r.status_code = '1' order by 1
        """
    )
    noted = city.rows(
        f"""select distinct subject_key from world.truth where rule_id = 'A2.12' and visible_from <= date '{ANCHOR}'
        and (visible_to is null or visible_to > date '{ANCHOR}') order by 1"""
    )
    assert open_now == noted
    assert open_now


def test_bound_payers_come_to_the_counter_twice_a_month_unless_planted(city: World) -> None:
    often = city.rows(
        """
        with visits as (
            select "DJXH" as payer, strftime("CZSJ", '%Y%m') as month from tax_client."KHD_JFRZ" where "BLQD_DM" = '1' and "JFZT_DM" = '1' and "JKFS_DM" <> '4'
            union all
            select "DJXH", strftime("DYSJ", '%Y%m') from tax_client."KHD_PZDY" where "BLQD_DM" = '1' and "DYJG_DM" = '1'
        ),
        users as (select distinct t.taxpayer_key from world.taxpayer as t join world.client_use as u using (employer_key) where u.binds and u.ends_at is null)
        select payer from visits where payer in (from users) group by payer, month having count(*) > 2
        """
    )
    planted = {row[0] for row in city.rows("select subject_key from world.truth where rule_id = 'A9.7'")}
    assert planted
    assert {row[0] for row in often} - planted == set()


def test_accounts_are_of_one_person_each_unless_planted(city: World) -> None:
    for column in ("id_number", "mobile"):
        twice = city.rows(
            f"""select {column} from world.client_account where account_no not in (
                select subject_key from world.truth union all select subject_key from world.near_miss)
            group by 1 having count(*) > 1"""
        )
        assert twice == [], column


def test_a_bookkeeper_is_one_account_whatever_the_block() -> None:
    def bookkeepers(first_no: int, last_no: int) -> set[str]:
        world = World.empty(parts=[PART])
        world.add_employers(
            f"select 'E' || lpad(n::varchar, 6, '0') as employer_key, n as employer_no from range({first_no}, {last_no + 1}) as r(n)"
        )
        PART.populate(world, Block("employer", 0, first_no, last_no), ANCHOR)
        return {row[0] for row in world.rows("select account_no from world.client_account where employer_key is null")}

    assert bookkeepers(1, 40) == bookkeepers(1, 19) | bookkeepers(20, 40)
    assert bookkeepers(1, 19) & bookkeepers(20, 40) == set()


def test_binding_fails_for_the_reason_of_the_moment(cast: World) -> None:
    one, two = (row[0] for row in cast.rows("select registration_key from world.registration order by 1"))
    acts.perform(cast, "association_cancelled", f"select '{one}'", on="2026-06-10")
    acts.perform(cast, "binding_fails", f"select '{one}'", on="2026-06-24")
    payer = f"select taxpayer_key from world.taxpayer where employer_key = (select employer_key from world.registration where registration_key = '{two}')"
    acts.perform(cast, "contact_phone_wrong", payer, how="landline")
    acts.perform(cast, "binding_fails", f"select '{two}'", on="2026-06-25", tries=2)
    tries = seen(
        cast,
        """select "DWBH", "SBYY_DM", count(*) from tax_client."KHD_BDRZ" where "CZJG_DM" = '2' group by all order by 2""",
    )
    assert [(row[1], row[2]) for row in tries] == [("01", 1), ("03", 2)]
    assert cast.rows("select rule_id, count(*) from world.truth where starts_with(rule_id, 'A4') group by all order by 1") == [
        ("A4.2.1", 2), ("A4.2.2", 1),
    ]  # fmt: skip


def test_an_association_that_heals_ends_the_finding(cast: World) -> None:
    one = first(cast)
    acts.perform(cast, "association_cancelled", one, on="2026-06-10")
    acts.perform(cast, "tied_anew", one, on="2026-06-29")
    acts.perform(cast, "binding_fails", one, on="2026-06-24")
    [(since, until)] = cast.rows("select visible_from, visible_to from world.truth where rule_id = 'A4.2.1'")
    assert (since, until) == (dt.date(2026, 6, 24), dt.date(2026, 6, 29))


@pytest.mark.parametrize(
    ("cause", "system_table", "column"),
    [("03", 'tax_core."DJ_NSRXX"', "HY_DM"), ("04", 'tax_mgmt."SB_DJXX"', "ZGSWSKFJ_DM")],
)
def test_a_refused_declaration_has_its_state(cast: World, cause: str, system_table: str, column: str) -> None:
    bill = first(cast, "bill", "bill_key")
    acts.perform(cast, "declaration_fails", bill, cause=cause, on="2026-06-15", until="2026-06-29")
    blank = f"""select count(*) from {system_table} where coalesce("{column}", '') = ''"""
    failures = """select count(*) from tax_client."KHD_SBRZ" where "SBJG_DM" = '2' and "SBYY_DM" = '""" + cause + "'"
    assert seen(cast, blank, dt.date(2026, 6, 26)) == [(1,)]
    assert cast.rows(failures) == [(1,)]
    assert cast.value('select count(distinct "ZJTZLSH") from tax_levy."ZS_SBXX"') == 1
    assert seen(cast, blank, ANCHOR) == [(0,)]
    assert cast.value('select count(distinct "ZJTZLSH") from tax_levy."ZS_SBXX"') == 2


def test_a_changed_association_keeps_the_bill_under_the_old_number(cast: World) -> None:
    acts.perform(cast, "declaration_fails", first(cast, "bill", "bill_key"), cause="01", on="2026-06-15")
    old = seen(cast, """select "SBDJXH" from tax_client."KHD_SBRZ" where "SBYY_DM" = '01'""")
    now = cast.rows(
        f"select fee_registration_no from world.fee_registration where cancelled_at is null and registration_key = ({first(cast)})"
    )
    assert old != now
    assert (
        cast.value(
            "select cancelled_at from world.fee_registration where fee_registration_no = ?".replace(
                "?", f"'{old[0][0]}'"
            )
        )
        is not None
    )


def test_a_certificate_without_data_is_not_printed(cast: World) -> None:
    ticket = first(cast, "ticket", "ticket_no")
    acts.perform(cast, "certificate_cannot_be_printed", ticket, cause="02", on="2026-06-18", until="2026-06-29")
    data = f"""select count(*) from tax_client."KHD_PZSC" where "DZSPHM" = ({ticket})"""
    prints = f"""select "DYJG_DM" from tax_client."KHD_PZDY" where "DZSPHM" = ({ticket}) order by "DYSJ" """
    assert seen(cast, data, dt.date(2026, 6, 26)) == [(0,)]
    assert cast.rows(prints) == [("2",)]
    assert seen(cast, data, ANCHOR) == [(1,)]
    assert cast.rows(prints) == [("2",), ("1",)]


def test_shared_identities_in_their_forms(cast: World) -> None:
    acts.perform(
        cast, "account_shares", "select account_no from world.client_account where employer_key is not null", form="old"
    )
    numbers = [
        row[0]
        for row in cast.rows(
            "select id_number from world.client_account where employer_key is not null order by length(id_number)"
        )
    ]
    assert [len(number) for number in numbers] == [15, 18]
    assert numbers[1][:6] + numbers[1][8:17] == numbers[0]
    assert cast.value("select count(*) from world.truth where rule_id = 'A4.1.2'") == 2


def test_an_outage_stands_out(city: World) -> None:
    hour = city.value("select min(subject_key) from world.truth where rule_id = 'A4.1.3'")
    inside, usual = city.rows(
        f"""
        select count(case when "DLJG_DM" = '2' then 1 end) from tax_client."KHD_DLRZ" where strftime("DLSJ", '%Y-%m-%d %H') = '{hour}'
        union all
        select max(n) from (select count(case when "DLJG_DM" = '2' then 1 end) as n from tax_client."KHD_DLRZ"
            where strftime("DLSJ", '%Y-%m-%d %H') not in (select subject_key from world.truth where rule_id = 'A4.1.3')
            group by strftime("DLSJ", '%Y-%m-%d %H'))
        """
    )  # fmt: skip
    assert inside[0] > 3 * usual[0]


def test_nothing_is_known_before_it_happens(city: World) -> None:
    early = dt.date(2026, 3, 11)
    project(city, early, kinds=("employer",))
    try:
        for table, column in (
            ("KHD_JFRZ", "GXSJ"),
            ("KHD_XZQR", "GXSJ"),
            ("KHD_DLRZ", "DLSJ"),
            ("KHD_PZDY", "DYSJ"),
            ("KHD_DXRZ", "GXSJ"),
        ):
            assert city.value(f'select max("{column}")::date from tax_client."{table}"') <= early, table
    finally:
        project(city, ANCHOR, kinds=("employer",))
