"""Reconciliation against the simulator: what it planted is found and nothing else, its event log adds up to the marts to the cent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from simulator import build
from simulator.world import World
from tests.conftest import BuiltWorld

pytestmark = pytest.mark.slow

SEEDS = (1, 20, 300)
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
def log(built: BuiltWorld) -> World:
    """The same city as its event log: who did what when."""
    return build.make_world(built.seed, "ci", dt.date.fromisoformat(built.as_of))


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


def test_money_of_the_event_log_is_the_money_of_the_marts(
    built: BuiltWorld, con: duckdb.DuckDBPyConnection, log: World
) -> None:
    """Collected, settled and booked, per item and month of the event, recomputed from the log without any model.

    Per bureau nothing is compared yet: a payment's bureau is decided at its declaration, which the log does not keep.
    """
    end = f"timestamp '{built.as_of} 23:59:59'"

    def logged(moment: str, amount: str, condition: str = "true") -> dict[tuple[Any, ...], Decimal]:
        return _sums(
            log.rows(
                f"select insurance_code, strftime({moment}, '%Y%m'), sum({amount}) from world.ticket_item"
                f" where {moment} <= {end} and {condition} group by all"
            )
        )

    def marts(column: str, condition: str = "true") -> dict[tuple[Any, ...], Decimal]:
        return _sums(
            con.execute(
                f"select insurance_code, month, sum({column}) from marts.rec_received_by_item"
                f" where basis_code = 'flow' and {condition} group by all"
            ).fetchall()
        )

    assert marts("collected_amount") == logged("remitted_at", "remitted_amount")
    assert marts("settled_same_month + settled_from_earlier") == logged("settled_at", "settled_amount")
    same = f"strftime(settled_at, '%Y%m') = strftime(remitted_at, '%Y%m') and settled_at <= {end}"
    later = f"strftime(settled_at, '%Y%m') > strftime(remitted_at, '%Y%m') and settled_at <= {end}"
    assert marts("settled_same_month") == logged("remitted_at", "settled_amount", same)
    assert marts("settled_later_month") == logged("remitted_at", "settled_amount", later)
    assert marts("settled_from_earlier") == logged("settled_at", "settled_amount", later)
    booked = _sums(
        con.execute(
            "select insurance_code, sum(agency_collected_amount) from marts.rec_employer_item group by all"
        ).fetchall()
    )
    assert booked == _sums(
        log.rows(
            f"select insurance_code, sum(posted_amount * post_count) from world.ticket_item where posted_at <= {end} group by all"
        )
    )


def test_the_same_breaks_by_a_plain_full_outer_join(con: duckdb.DuckDBPyConnection) -> None:
    """Raw tables of both sides, joined without any model: the bills whose valid amounts differ are those of the reconciliation, in time or broken."""
    plain = """
        with agency as (
            select 'HRSS|' || trim("ZJTZLSH") || '|' || trim("CSPCH") as bill_key, "ZJE" as amount,
                coalesce("YXBZ", 'Y') = 'N' or coalesce("CXBZ", 'N') = 'Y' as is_gone from raw_hrss."RS_ZJHZ"
        ),
        tax as (
            select 'HRSS|' || trim("ZJTZLSH") || '|' || trim("CSPCH") as bill_key, "ZJE" as amount, coalesce("ZFBZ", 'N') = 'Y' as is_gone
            from raw_tax_support."ZC_ZJXX" where "BMLY_DM" = 'HRSS'
        )
        select bill_key from (from agency where not is_gone) as a full outer join (from tax where not is_gone) as t using (bill_key)
        where a.amount is distinct from t.amount
    """
    found = """
        select bill_key from marts.rec_measured where pair = 'tax_hrss' and measure = 'bill' and insurance_code = '*'
        and cause_code is distinct from 'wrong_agency'
        and bill_key not in (select bill_key from intermediate.int_bill where not has_summary)
    """
    headless = (
        "select bill_key from intermediate.int_bill where department_code = 'HRSS' and not has_summary and has_tax"
    )
    joined = {key for (key,) in con.execute(plain).fetchall()}
    without_header = {key for (key,) in con.execute(headless).fetchall()}
    assert joined
    assert {key for (key,) in con.execute(found).fetchall()} == joined - without_header


def test_the_waterfall_leaves_nothing(con: duckdb.DuckDBPyConnection) -> None:
    rows = con.execute(
        "select pair, measure, sum(case when step_code = 'other_total' then -amount else amount end) from marts.rec_waterfall group by all"
    ).fetchall()
    assert len({pair for pair, *_ in rows}) >= 13
    assert {remainder for *_, remainder in rows} == {Decimal(0)}
