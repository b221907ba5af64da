"""Reconciliation against the simulator: what it planted is found and nothing else, its event log adds up to the marts to the cent."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from tests.conftest import SEEDS, BuiltWorld

pytestmark = pytest.mark.slow

CUBE_MONTHS = 6  # at least so many months are in the cube
# rule id of the truth table → the subjects that the lists name, in its own keys
FOUND = {
    "A12.3": "select distinct bill_key from marts.rec_internal_break where pair in ('levy_tips', 'levy_settlement', 'bill_collection')",
    "A12.4": "select distinct bill_key from marts.rec_annuity_break where case_code is not null",
    "A13.1": "select subject_key from marts.rec_treasury_break where is_counted",
    "B2": "select distinct payment_no from marts.rec_person_return_break",
    "B11.7": "select payment_no from marts.rec_person_posting_break",
}


@pytest.fixture(scope="module", params=SEEDS, ids=lambda seed: f"seed{seed}")
def built(request: pytest.FixtureRequest, built_world: Callable[..., BuiltWorld]) -> BuiltWorld:
    """One city of each seed, through the whole chain."""
    return built_world(request.param)


@pytest.fixture(scope="module")
def log(built: BuiltWorld) -> duckdb.DuckDBPyConnection:
    """The same city as its event log: who did what when."""
    return built.event_log()


@pytest.fixture(scope="module")
def con(built: BuiltWorld) -> duckdb.DuckDBPyConnection:
    """The warehouse."""
    return duckdb.connect(str(built.warehouse), read_only=True)


@pytest.mark.parametrize("rule", FOUND)
def test_exactly_what_was_planted(built: BuiltWorld, con: duckdb.DuckDBPyConnection, rule: str) -> None:
    with duckdb.connect(str(built.truth), read_only=True) as truth:
        planted = {
            key
            for (key,) in truth.execute(
                "select distinct subject_key from truth where rule_id = ?"
                " and visible_from <= ?::date and (visible_to is null or visible_to > ?::date)",
                [rule, built.as_of, built.as_of],
            ).fetchall()
        }
        near = {
            key for (key,) in truth.execute("select subject_key from near_miss where rule_id = ?", [rule]).fetchall()
        }
    found = {key for (key,) in con.execute(FOUND[rule]).fetchall()}
    assert planted
    assert found == planted
    assert not found & near


def _sums(rows: list[tuple[Any, ...]]) -> dict[tuple[Any, ...], Decimal]:
    """Key → money, without what is nothing."""
    return {tuple(row[:-1]): Decimal(row[-1]) for row in rows if row[-1]}


# A registration's bureau on the business date, from the world's own entities: whose fee registration keeps it, an office counting as its bureau;
# nobody keeps it: whom the support platform, once it has the registration, gave it to
KEPT_BY = """
    create or replace temp table kept_by as
    with now as (
        select entity, key, max_by(value, changed_at) filter (attribute = 'bureau_code') as authority_code,
            max_by(value, changed_at) filter (attribute = 'is_valid')::boolean as is_valid
        from world.change where changed_at <= {end} group by all
    ),
    tie as (
        select fees.registration_key, coalesce(now.authority_code, fees.bureau_code) as authority_code
        from world.fee_registration as fees
        left join now on now.entity = 'fee_registration' and now.key = fees.fee_registration_no
        where fees.created_at <= {end}
        qualify row_number() over (
            partition by fees.registration_key
            order by coalesce(now.is_valid, fees.is_valid) and coalesce(fees.cancelled_at > {end}, true) desc,
                coalesce(now.is_valid, fees.is_valid) desc, fees.associated_at desc nulls last, fees.fee_registration_no desc
        ) = 1
    )
    select registrations.registration_key,
        coalesce(
            office.parent_bureau_code, tie.authority_code,
            case when registrations.received_at <= {end} then coalesce(now.authority_code, registrations.bureau_code) end
        ) as bureau_code
    from world.registration as registrations
    left join tie using (registration_key)
    left join now on now.entity = 'registration' and now.key = registrations.registration_key
    left join ref_tax_office as office on office.office_code = tie.authority_code
"""


def test_money_of_the_event_log_is_the_money_of_the_marts(
    built: BuiltWorld, con: duckdb.DuckDBPyConnection, log: duckdb.DuckDBPyConnection
) -> None:
    """Collected, settled and booked, per bureau, item and month of the event, recomputed from the log without any model.

    The bureau is the one that keeps the registration on the business date; where nobody does, the one named at the declaration.
    """
    end = f"timestamp '{built.as_of} 23:59:59'"
    log.execute(KEPT_BY.format(end=end))

    def logged(moment: str, amount: str, condition: str = "true") -> dict[tuple[Any, ...], Decimal]:
        return _sums(
            log.execute(
                f"select coalesce(kept_by.bureau_code, bill.bureau_code), insurance_code, strftime({moment}, '%Y%m'), sum({amount})"
                " from world.ticket_item join world.bill using (bill_key) left join kept_by using (registration_key)"
                f" where {moment} <= {end} and {condition} group by all"
            ).fetchall()
        )

    def marts(column: str, condition: str = "true") -> dict[tuple[Any, ...], Decimal]:
        return _sums(
            con.execute(
                f"select bureau_code, insurance_code, month, sum({column}) from marts.rec_received_by_item"
                f" where basis_code = 'flow' and {condition} group by all"
            ).fetchall()
        )

    def cube(metric: str) -> dict[tuple[Any, ...], Decimal]:
        return _sums(
            con.execute(
                "select area_code, cut_code, period, numerator from marts.mtr_cube_money where metric_id = ?"
                " and period_type = 'month' and level = 'bureau' and cut_type = 'insurance'",
                [metric],
            ).fetchall()
        )

    collected = logged("remitted_at", "remitted_amount")
    settled = logged("settled_at", "settled_amount")
    assert marts("collected_amount") == collected
    assert marts("settled_same_month + settled_from_earlier") == settled
    same = f"strftime(settled_at, '%Y%m') = strftime(remitted_at, '%Y%m') and settled_at <= {end}"
    later = f"strftime(settled_at, '%Y%m') > strftime(remitted_at, '%Y%m') and settled_at <= {end}"
    assert marts("settled_same_month") == logged("remitted_at", "settled_amount", same)
    assert marts("settled_later_month") == logged("remitted_at", "settled_amount", later)
    assert marts("settled_from_earlier") == logged("settled_at", "settled_amount", later)
    # the cube counts the annuity as settled once it is remitted
    annuity = {key: money for key, money in collected.items() if key[1] == "ZYNJ"}
    shown = cube("collected_amount")
    months = {month for _, _, month in shown}
    assert len(months) >= CUBE_MONTHS
    assert shown == {key: money for key, money in collected.items() if key[2] in months}
    assert cube("settled_amount") == {key: money for key, money in (settled | annuity).items() if key[2] in months}
    booked = _sums(
        con.execute(
            "select bureau_code, insurance_code, sum(agency_collected_amount) from marts.rec_employer_item group by all"
        ).fetchall()
    )
    assert booked == _sums(
        log.execute(
            "select coalesce(kept_by.bureau_code, bill.bureau_code), insurance_code, sum(posted_amount * post_count)"
            " from world.ticket_item join world.bill using (bill_key) left join kept_by using (registration_key)"
            f" where posted_at <= {end} group by all"
        ).fetchall()
    )


# Both sides of a pair as they stand in the raw tables: bill, amount, whether the row is gone.
AGENCY_BILLS = {
    "HRSS": """select trim("ZJTZLSH") || '|' || trim("CSPCH") as bill, "ZJE" as amount,
        coalesce("YXBZ", 'Y') = 'N' or coalesce("CXBZ", 'N') = 'Y' as is_gone from raw_hrss."RS_ZJHZ" """,
    "NHSA": """select trim("CLCT_NTC_NO") || '|' || trim("SEND_BTCH") as bill, "CLCT_SUMAMT" as amount,
        coalesce("VALI_FLAG", 'Y') = 'N' or coalesce("WTDR_FLAG", 'N') = 'Y' as is_gone from raw_nhsa."CLCT_NTC_B" """,
}
AGENCY_MONEY = {
    "HRSS": """select trim("ZJTZLSH") || '|' || trim("CSPCH") as bill, sum("DZJE") as amount from raw_hrss."RS_DZ" group by all""",
    "NHSA": """select trim("CLCT_NTC_NO") || '|' || trim("SEND_BTCH") as bill, sum("ARVL_AMT") as amount from raw_nhsa."ARVL_CFM_D" group by all""",
}
DEPARTMENTS = tuple(AGENCY_BILLS)


@pytest.mark.parametrize("department", DEPARTMENTS)
def test_the_same_breaks_by_a_plain_full_outer_join(con: duckdb.DuckDBPyConnection, department: str) -> None:
    """Raw tables of both sides, joined without any model: the bills whose valid amounts differ are those of the reconciliation, in time or broken."""
    plain = f"""
        with agency as ({AGENCY_BILLS[department]}),
        tax as (
            select trim("ZJTZLSH") || '|' || trim("CSPCH") as bill, "ZJE" as amount, coalesce("ZFBZ", 'N') = 'Y' as is_gone
            from raw_tax_support."ZC_ZJXX" where "BMLY_DM" = '{department}'
        )
        select '{department}|' || bill from (from agency where not is_gone) as a full outer join (from tax where not is_gone) as t using (bill)
        where a.amount is distinct from t.amount
    """
    found = f"""
        select bill_key from marts.rec_measured where pair = 'tax_{department.lower()}' and measure = 'bill' and insurance_code = '*'
        and cause_code is distinct from 'wrong_agency'
        and bill_key not in (select bill_key from intermediate.int_bill where not has_summary)
    """
    headless = f"select bill_key from intermediate.int_bill where department_code = '{department}' and not has_summary and has_tax"
    joined = {key for (key,) in con.execute(plain).fetchall()}
    without_header = {key for (key,) in con.execute(headless).fetchall()}
    assert joined
    assert {key for (key,) in con.execute(found).fetchall()} == joined - without_header


@pytest.mark.parametrize("department", DEPARTMENTS)
def test_the_same_money_differs_by_a_plain_full_outer_join(con: duckdb.DuckDBPyConnection, department: str) -> None:
    """What tax remitted against what the department booked, by bill out of the raw tables: what differs is what the reconciliation has, to the cent."""
    plain = f"""
        with agency as ({AGENCY_MONEY[department]}),
        tax as (
            select trim("ZJTZLSH") || '|' || trim("CSPCH") as bill, sum("SJJE") as amount
            from raw_tax_levy."ZS_SJXX" where "BMLY_DM" = '{department}' group by all
        )
        select '{department}|' || bill, coalesce(t.amount, 0) - coalesce(a.amount, 0) as difference
        from agency as a full outer join tax as t using (bill)
        where a.amount is distinct from t.amount
    """
    found = f"""
        select bill_key, coalesce(tax_amount, 0) - coalesce(agency_amount, 0) from marts.rec_measured
        where pair = 'tax_{department.lower()}' and measure = 'collection' and insurance_code = '*'
    """
    joined = dict(con.execute(plain).fetchall())
    assert joined
    assert dict(con.execute(found).fetchall()) == joined


def test_the_waterfall_leaves_nothing(con: duckdb.DuckDBPyConnection) -> None:
    rows = con.execute(
        "select pair, measure, sum(case when step_code = 'other_total' then -amount else amount end) from marts.rec_waterfall group by all"
    ).fetchall()
    assert len({pair for pair, *_ in rows}) >= 13
    assert {remainder for *_, remainder in rows} == {Decimal(0)}
