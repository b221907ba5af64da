"""The collection rate counts, compares and ranks as its definition says, shown on a city small enough to count by hand and on a simulated one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from common import paths
from tests.conftest import BuiltWorld

AS_OF = "2026-06-30"
MODELS = ("mtr_collection_employer", "mtr_cube_collection")

Row = tuple[str | None, str, str, str, int, int, int | None, int | None]
# bureau, employer, bill, item, due, collected, due and collected at the same progress (None: not due yet)
JUNE: list[Row] = [
    ("A", "A1", "A1-1", "10201", 100, 100, None, None),
    ("A", "A1", "A1-1", "10202", 100, 50, None, None),  # half paid: neither its bill nor its employer is done
    ("A", "A1", "A1-2", "10203", 100, 100, None, None),
    ("A", "A2", "A2-1", "10201", 100, 100, None, None),
    ("B", "B1", "B1-1", "10201", 100, 100, None, None),
    ("B", "B2", "B2-1", "10201", 300, 250, None, None),
    ("C", "C1", "C1-1", "10201", 100, 100, None, None),
    ("E", "E1", "E1-1", "10201", 100, 100, None, None),
    (None, "U1", "U1-1", "10201", 100, 50, None, None),
]
MAY: list[Row] = [
    ("A", "A1", "A1-0", "10201", 100, 100, 100, 100),
    ("B", "B1", "B1-0", "10201", 100, 100, 100, 0),  # paid in June: a month ago it was not
    ("C", "C1", "C1-0", "10201", 100, 100, None, None),  # received after the last day of May
]


@pytest.fixture(scope="module")
def rates(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str, str, str], dict[str, Any]]:
    """Collection rates of the cube over the hand-made base, by (period, area, cut code, basis)."""
    folder = tmp_path_factory.mktemp("rate")
    warehouse = folder / "warehouse.duckdb"
    with duckdb.connect(str(warehouse)) as con:
        con.execute("create schema reference; create schema marts")
        con.execute(
            "create table reference.ref_bureau as select * from (values"
            " ('CITY', '市局', 'city', false), ('A', '甲', 'bureau', true), ('B', '乙', 'bureau', true),"
            " ('C', '丙', 'bureau', true), ('D', '丁', 'bureau', true), ('E', '分局', 'branch', false)"
            ") as t(bureau_code, short_name, kind, is_ranked)"
        )
        for table, columns in {
            "ref_division": "level, division_code, division_name",
            "ref_insurance_item": "insurance_code, insurance_name, zsxm_code",
            "ref_person_insurance": "insurance_code, insurance_name",
            "ref_agency": "agency_code, agency_name",
            "ref_payment_channel": "channel_code, channel_name",
            "ref_person_channel": "channel_code, channel_name",
            "ref_bill_origin": "origin_code, origin_name",
            "ref_unit_type": "unit_type_code, unit_type_name",
        }.items():
            con.execute(f"create table reference.{table} ({columns.replace(',', ' varchar,')} varchar)")
        con.execute(
            "create table marts.mtr_collection_base (period varchar, bureau_code varchar, town_code varchar, registration_key varchar,"
            " bill_key varchar, insurance_code varchar, department_code varchar, agency_code varchar, origin_code varchar,"
            " unit_type_code varchar, is_due boolean,"
            " due_amount decimal(18,2), collected_amount decimal(18,2), settled_amount decimal(18,2), is_complete boolean, is_settled boolean,"
            " is_due_prev_month boolean, is_complete_prev_month boolean, due_amount_prev_month decimal(18,2),"
            " collected_amount_prev_month decimal(18,2), is_due_prev_year boolean, is_complete_prev_year boolean,"
            " due_amount_prev_year decimal(18,2), collected_amount_prev_year decimal(18,2), person_count integer)"
        )
        for period, rows in {"202606": JUNE, "202605": MAY}.items():
            for bureau, unit, bill, item, due, paid, due_before, paid_before in rows:
                was_due = due_before is not None
                was_done = due_before is not None and (paid_before or 0) >= due_before
                now = [True, due, paid, 0, paid >= due, False]
                before = [was_due, was_done, due_before or 0, paid_before or 0, False, False, 0, 0]
                con.execute(
                    f"insert into marts.mtr_collection_base values ({', '.join(['?'] * 25)})",
                    [period, bureau, None, unit, bill, item, "HRSS", None, "1", "91", *now, *before, 10],
                )
    employers, cube = _compiled(warehouse, folder, {"as_of": AS_OF, "small_denominator": 2, "metric_periods": 2})
    with duckdb.connect(str(warehouse)) as con:
        con.execute(f"create view marts.mtr_collection_employer as {employers}")
        found = con.execute(cube)
        names = [column[0] for column in found.description]
        rows_found = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    return {
        (r["period"], r["area_code"], r["cut_code"], r["metric_id"].removeprefix("collection_rate_")): r
        for r in rows_found
        if r["metric_id"].startswith("collection_rate_") and r["period_type"] == "month" and r["level"] != "town"
    }


def _compiled(warehouse: Path, folder: Path, values: dict[str, Any]) -> list[str]:
    """The models' SQL as dbt compiles it for these parameters."""
    project = str(paths.dbt_project_dir())
    command = [
        str(Path(sys.executable).with_name("dbt")),
        "compile",
        "--quiet",
        "--select",
        *MODELS,
        "--vars",
        json.dumps(values),
    ]
    places = [
        "--project-dir",
        project,
        "--profiles-dir",
        str(paths.root()),
        "--target-path",
        str(folder),
        "--log-path",
        str(folder),
    ]
    environment = {**os.environ, "SHEBAO_WAREHOUSE": str(warehouse), "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}
    done = subprocess.run(command + places, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return [next((folder / "compiled").rglob(f"{name}.sql")).read_text(encoding="utf-8") for name in MODELS]


def test_an_employer_is_done_when_all_its_bills_are(rates: dict[tuple[str, str, str, str], dict[str, Any]]) -> None:
    """Bureau A: A1 still owes half of one item of one of its two bills, A2 is done."""
    employers, bills, amount = (rates["202606", "A", "total", basis] for basis in ("employer", "bill", "amount"))
    assert (employers["numerator"], employers["denominator"]) == (1, 2)
    assert (bills["numerator"], bills["denominator"]) == (2, 3)
    assert (amount["numerator"], amount["denominator"]) == (350, 400)
    assert amount["rate"] == Decimal("0.8750")
    assert bills["rate"] == Decimal("0.6667")  # two decimals of a percentage, half up


def test_an_item_is_counted_for_itself(rates: dict[tuple[str, str, str, str], dict[str, Any]]) -> None:
    """In the cut by item, the half-paid item fails and the others of the same bill do not."""
    assert rates["202606", "A", "10201", "employer"]["numerator"] == 2
    assert rates["202606", "A", "10202", "employer"]["numerator"] == 0
    assert rates["202606", "A", "10203", "bill"]["rate"] == 1


def test_ties_share_a_rank_and_nothing_due_has_none(rates: dict[tuple[str, str, str, str], dict[str, Any]]) -> None:
    """A and B both stand at 87.50 %: both second; D has nothing due; the branch and what nobody owns are outside."""
    ranks = {
        area: rates["202606", area, "total", "amount"]["rank"]
        for area in ("A", "B", "C", "D", "E", "UNASSIGNED", "CITY")
    }
    assert ranks == {"C": 1, "A": 2, "B": 2, "D": None, "E": None, "UNASSIGNED": None, "CITY": None}
    assert rates["202606", "D", "total", "amount"]["rate"] is None
    assert rates["202606", "D", "total", "amount"]["denominator"] == 0


def test_compared_at_the_same_progress(rates: dict[tuple[str, str, str, str], dict[str, Any]]) -> None:
    """A month before, on its last day, A's bill was paid, B's was not, and C's had not come."""
    row = {area: rates["202606", area, "total", "amount"] for area in ("A", "B", "C")}
    assert [row[a]["prev_rate"] for a in "ABC"] == [1, 0, None]
    assert row["A"]["rate_mom"] == Decimal("-0.1250")
    assert row["C"]["rate_mom"] is None
    assert [row[a]["prev_rank"] for a in "ABC"] == [1, 2, None]
    assert [row[a]["rank_change"] for a in "ABC"] == [-1, 0, None]
    assert rates["202605", "B", "total", "amount"]["rate"] == 1, "May itself is as of today: paid"


def test_what_no_bureau_owns_stays_in_the_city(rates: dict[tuple[str, str, str, str], dict[str, Any]]) -> None:
    """City = bureaus + unassigned."""
    areas = ("A", "B", "C", "D", "E", "UNASSIGNED")
    for part in ("numerator", "denominator"):
        assert rates["202606", "CITY", "total", "amount"][part] == sum(
            rates["202606", a, "total", "amount"][part] for a in areas
        )
    assert rates["202606", "UNASSIGNED", "total", "amount"]["area_name"] == "未分配"


def test_few_employers_are_marked_small(rates: dict[tuple[str, str, str, str], dict[str, Any]]) -> None:
    """Below the parameter of two employers a bureau is small."""
    assert [rates["202606", a, "total", "amount"]["is_small"] for a in ("A", "B", "C")] == [False, False, True]


def test_the_gap_to_the_target_is_in_money_and_in_whole_employers(
    rates: dict[tuple[str, str, str, str], dict[str, Any]],
) -> None:
    """Target 98 %: A lacks 42 yuan of 400, and one of its two employers; C lacks nothing."""
    assert rates["202606", "A", "total", "amount"]["gap"] == Decimal("42.00")
    assert rates["202606", "A", "total", "employer"]["gap"] == 1
    assert rates["202606", "C", "total", "amount"]["gap"] == 0


def test_bands_say_what_may_be_chance(rates: dict[tuple[str, str, str, str], dict[str, Any]]) -> None:
    """With one or two employers nothing differs from the city by more than chance; amounts have no limits."""
    assert {rates["202606", a, "total", "employer"]["band"] for a in "ABC"} == {"same"}
    assert rates["202606", "A", "total", "amount"]["band"] is None


@pytest.mark.slow
def test_a_simulated_city_recounted(built_world: Callable[..., BuiltWorld]) -> None:
    """The city's numbers of the month, recounted in Python from bills, items and tickets."""
    world = built_world()
    with duckdb.connect(str(world.warehouse), read_only=True) as con:
        items = con.execute(
            "select b.registration_key, b.bill_key, i.insurance_code, i.tax_amount from intermediate.int_bill b"
            " join intermediate.int_bill_item i using (bill_key) where b.period = '202606' and b.is_valid and b.has_tax and i.tax_amount > 0"
        ).fetchall()
        paid: dict[tuple[str, str], Decimal] = {}
        for bill, item, amount in con.execute(
            "select bill_key, insurance_code, remitted_amount from intermediate.int_ticket_item where remitted_amount is not null"
        ).fetchall():
            paid[bill, item] = paid.get((bill, item), Decimal(0)) + amount
        published = {
            row[0]: row[1:]
            for row in con.execute(
                "select basis, numerator, denominator from marts.mtr_collection_rate"
                " where period = '202606' and level = 'city' and cut_type = 'total'"
            ).fetchall()
        }
    unpaid_bills = {bill for _, bill, item, due in items if paid.get((bill, item), Decimal(0)) < due}
    unpaid_units = {unit for unit, bill, _, _ in items if bill in unpaid_bills}
    bills, units = {row[1] for row in items}, {row[0] for row in items}
    assert published["bill"] == (len(bills) - len(unpaid_bills), len(bills))
    assert published["employer"] == (len(units) - len(unpaid_units), len(units))
    due = sum(row[3] for row in items)
    assert published["amount"] == (sum(min(paid.get((b, i), Decimal(0)), d) for _, b, i, d in items), due)
