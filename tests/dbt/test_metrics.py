"""Metrics: each is declared whole and stands in its cube, each requirement has one, and the simulator's own world counts the same to the cent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from simulator.casebook import catalogue
from tests.conftest import SEEDS, BuiltWorld

END = "timestamp '2026-06-30 23:59:59.999999'"
# Requirements of figures that a table of its own answers, not a metric.
TABLES = {
    "A9.2": "mtr_score", "A11.5": "mtr_unpaid_reason", "B11.9": "mtr_warning", "B11.11": "mtr_readiness_backtest",
}  # fmt: skip
REQUIREMENTS = {
    "A4.2.3", "A4.3.2", "A4.4.2", "A6.2", "A8.3", "A8.7", "A9.1", "A9.2", "A9.3", "A9.4", "A9.5", "A10.04", "A10.07", "A13.7", "A14.3",
    *(f"A11.{number}" for number in range(1, 10)), *(f"P1.4.{number}" for number in range(1, 9)), "B4.08", "B4.12",
    *(f"B11.{number}" for number in range(9, 14)),
}  # fmt: skip


def test_every_requirement_has_a_metric_or_a_table_of_its_own() -> None:
    """No figure of the users' text is without a name."""
    named = {requirement for one in catalogue.metrics().values() for requirement in one.requirements}
    assert named | set(TABLES) >= REQUIREMENTS


@pytest.mark.slow
def test_every_metric_stands_in_its_cube(built_world: Callable[..., BuiltWorld]) -> None:
    """Each declared metric has its city total in the current period, and its words in mtr_definition."""
    with duckdb.connect(str(built_world().warehouse), read_only=True) as con:
        words = {
            row[0]: row[1:]
            for row in con.execute(
                "select metric_id, cube, title, unit, numerator_words, grain, comparison, valid_from, is_rate, denominator_words from marts.mtr_definition"
            ).fetchall()
        }
        for metric in catalogue.metrics().values():
            assert words[metric.metric_id][0] == metric.cube
            assert all(words[metric.metric_id][:7]), f"{metric.metric_id} lacks words"
            assert words[metric.metric_id][8] or not words[metric.metric_id][7], (
                f"{metric.metric_id} has no denominator in words"
            )
            found = con.execute(
                f"select count(*) from marts.{metric.cube} where metric_id = ? and level = 'city' and cut_type = 'total'"
                " and period_type = ?",
                [metric.metric_id, metric.period_types[-1]],
            ).fetchall()
            assert found[0][0] > 0, metric.metric_id
        for table in TABLES.values():
            assert con.execute(f"select count(*) from marts.{table}").fetchall()[0][0] > 0, table


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_the_simulators_world_counts_the_same(built_world: Callable[..., BuiltWorld], seed: int) -> None:
    """Money of each item and month, each bureau and month, and what was due and collected, out of the world's own events."""
    built = built_world(seed)
    with built.event_log() as log:
        remitted = log.execute(
            "select t.insurance_code, strftime(t.remitted_at, '%Y%m'), b.bureau_code, t.remitted_amount, t.bill_key, b.period"
            f" from world.ticket_item as t join world.bill as b using (bill_key) where t.remitted_at <= {END}"
        ).fetchall()
        items = log.execute(
            "select b.bill_key, b.period, i.insurance_code, coalesce(i.tax_amount, i.amount) from world.bill as b"
            f" join world.bill_item as i using (bill_key) where b.received_at <= {END}"
            f" and coalesce(b.withdrawn_at > {END}, true) and coalesce(b.voided_at > {END}, true) and coalesce(b.tax_voided_at > {END}, true)"
            # A bill of which the department never sent the lines has no amount of any item.
            " and b.processing_sent_at is not null and coalesce(i.tax_amount, i.amount) > 0"
        ).fetchall()
    by_item: Counter[tuple[str, str]] = Counter()
    by_bill: Counter[tuple[str, str]] = Counter()
    for item, month, _, amount, bill, _ in remitted:
        by_item[item, month] += amount
        by_bill[bill, item] += amount
    due: Counter[tuple[str, str]] = Counter()
    collected: Counter[tuple[str, str]] = Counter()
    for bill, period, item, amount in items:
        due[period, item] += amount
        collected[period, item] += min(by_bill[bill, item], amount)
    with duckdb.connect(str(built.warehouse), read_only=True) as con:
        assert _differences(by_item, _cube(con, "mtr_cube_money", "collected_amount", "numerator", swap=True)) == {}
        assert _differences(due, _cube(con, "mtr_cube_collection", "collection_rate_amount", "denominator")) == {}
        assert _differences(collected, _cube(con, "mtr_cube_collection", "collection_rate_amount", "numerator")) == {}
        _bureaus_add_up(con)


def _cube(
    con: duckdb.DuckDBPyConnection, cube: str, metric: str, part: str, *, swap: bool = False
) -> dict[tuple[str, str], Decimal]:
    """The city's figures of a metric by month and insurance item."""
    rows = con.execute(
        f"select period, cut_code, {part} from marts.{cube} where metric_id = ? and period_type = 'month' and level = 'city'"
        " and cut_type = 'insurance'",
        [metric],
    ).fetchall()
    return {((code, period) if swap else (period, code)): value for period, code, value in rows}


def _differences(
    wanted: Counter[tuple[str, str]], have: dict[tuple[str, str], Decimal]
) -> dict[tuple[str, str], tuple[Any, Any]]:
    """Where two sides differ, and by what; a side without a row has 0."""
    keys = {key for key, value in wanted.items() if value} | {key for key, value in have.items() if value}
    return {key: (wanted[key], have.get(key, 0)) for key in keys if wanted[key] != have.get(key, 0)}


def _bureaus_add_up(con: duckdb.DuckDBPyConnection) -> None:
    """In every cube the bureaus, with what nobody owns, are the city."""
    for cube in {metric.cube for metric in catalogue.metrics().values()}:
        wrong = con.execute(
            "select metric_id, period_type, period, cut_type, cut_code from ("
            "select metric_id, period_type, period, cut_type, cut_code,"
            " sum(case when level = 'city' then numerator end) as city, sum(case when level = 'bureau' then numerator end) as bureaus"
            f" from marts.{cube} group by all) where city is distinct from bureaus"
        ).fetchall()
        assert wrong == [], cube
