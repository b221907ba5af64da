"""The reconciliation's lists are closed and explained, and what it finds in a simulated city is what a recount of both sides finds."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from common import paths
from orchestration.lib import dbt_cli
from tests.conftest import BuiltWorld

FOLDER = paths.dbt_project_dir() / "models" / "marts" / "reconciliation" / "agency"
WORDS = paths.dbt_project_dir() / "macros" / "metrics" / "reconciliation_words.sql"


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    """dbt's manifest of the project as it is."""
    return dbt_cli.load_manifest()


def _macro_words(macro: str) -> dict[str, str]:
    """A closed list that a macro writes down."""
    text = WORDS.read_text(encoding="utf-8").split(f"macro {macro}()")[1].split("endmacro")[0]
    return dict(re.findall(r"'(\w+)': '([^']+)'", text))


def _node(manifest: dict[str, Any], name: str) -> dict[str, Any]:
    return dict(manifest["nodes"][f"model.shebao.{name}"])


def test_causes_are_one_closed_list(manifest: dict[str, Any]) -> None:
    """The words, the reasons of the catalogue and the codes that the SQL gives are the same causes."""
    words = _macro_words("rec_causes")
    assert dbt_cli.meta_of(_node(manifest, "rec_break"))["reasons"] == words
    given = set(re.findall(r"(?:then|else) '(\w+)'", (FOLDER / "rec_measured.sql").read_text(encoding="utf-8")))
    given |= set(re.findall(r"(?:then|else) '(\w+)'", (FOLDER / "rec_timing.sql").read_text(encoding="utf-8")))
    assert given - {"false"} == set(words)
    advice = set(
        re.findall(r"when '(\w+)'", (FOLDER / "rec_break.sql").read_text(encoding="utf-8").split("as advice")[0])
    )
    assert set(words) - advice == {"unknown"}, "every cause says what would make it right"


def test_breaks_feed_the_ledger(manifest: dict[str, Any]) -> None:
    """rec_break has what the ledger and the catalogue need."""
    meta = dbt_cli.meta_of(_node(manifest, "rec_break"))
    assert meta["ledger"] is True
    assert set(meta["requirements"]) == {"A12.1", "A12.2", "A13.1"}
    assert {"rec_bill_delay", "rec_collection_delay", "rec_settlement_delay"} < set(meta["parameters"])
    for parameter in meta["parameters"].values():
        assert {"default", "unit", "why"} <= set(parameter)


def test_every_column_is_described_and_labelled(manifest: dict[str, Any]) -> None:
    """Columns of the reconciliation and of the collection metrics carry a description and a Chinese heading."""
    for name in (n for n in manifest["nodes"] if re.search(r"model\.shebao\.(rec|mtr)_", n)):
        for column in manifest["nodes"][name]["columns"].values():
            assert column["description"], f"{name}.{column['name']}"
            assert dbt_cli.meta_of(column).get("label"), f"{name}.{column['name']}"


def test_they_read_intermediate_models_and_seeds_only(manifest: dict[str, Any]) -> None:
    """No mart reads staging or a source; the gate before a batch deduction unites rules, so it alone reads rules too."""
    allowed = r"(seed\.shebao\.ref_|model\.shebao\.(int|rec|mtr|dim)_)"
    united = r"model\.shebao\.anm_"
    for name in (n for n in manifest["nodes"] if re.search(r"model\.shebao\.(rec|mtr)_", n)):
        for parent in manifest["nodes"][name]["depends_on"]["nodes"]:
            by_rules = name == "model.shebao.mtr_deduction_gate" and re.match(united, parent)
            assert re.match(allowed, parent) or by_rules, f"{name} reads {parent}"


def _recount(con: duckdb.DuckDBPyConnection, measure: str) -> dict[str, int]:
    """Outcome of every bill by a second way: plain Python over the two sides, without the delays' calendar for breaks in time."""
    outcome: dict[str, int] = {}
    for row in con.execute(
        "select bill_key, (has_summary or has_processing or has_detail), has_tax, is_withdrawn or is_agency_voided, is_tax_voided,"
        " coalesce(amount, detail_amount), tax_amount, collected_amount, agency_posted_amount from intermediate.int_bill"
    ).fetchall():
        bill, agency, tax, agency_failed, tax_failed, agency_amount, tax_amount, collected, posted = row
        if measure == "bill":
            tax_state = "missing" if not tax else "failed" if tax_failed else "success"
            agency_state = "missing" if not agency else "failed" if agency_failed else "success"
            equal = agency_amount == tax_amount
        else:
            tax_state = "success" if collected else "failed" if tax else "missing"
            agency_state = "success" if posted else "failed" if agency else "missing"
            equal = collected == posted
        if tax_state == agency_state == "success":
            outcome[bill] = 1 if equal else 2
        elif tax_state == "success":
            outcome[bill] = 3 if agency_state == "failed" else 4
        elif agency_state == "success":
            outcome[bill] = 5 if tax_state == "failed" else 6
        else:
            outcome[bill] = 7
    return outcome


@pytest.mark.slow
def test_a_simulated_city_recounted(built_world: Callable[..., BuiltWorld]) -> None:
    """Every bill's outcome equals a recount, or is on its way within the delay; the grid ties to the cent."""
    world = built_world()
    with duckdb.connect(str(world.warehouse), read_only=True) as con:
        for measure in ("bill", "collection"):
            recount = _recount(con, measure)
            found = dict(
                con.execute(
                    "select bill_key, outcome_code from marts.rec_measured"
                    " where insurance_code = '*' and measure = ? and cause_code is distinct from 'wrong_agency'",
                    [measure],
                ).fetchall()
            )
            assert set(found) <= set(recount)
            # What is not written agrees, or neither side has it.
            different = {
                bill: (found.get(bill), code)
                for bill, code in recount.items()
                if found.get(bill, code if code in (1, 7) else None) not in (0, code)
            }
            assert not different
            assert all(recount[bill] in (2, 3, 6) for bill, code in found.items() if code == 0)
        grid, remitted = con.execute(
            "select (select sum(tax_collected_amount) from marts.rec_employer_item),"
            " (select sum(remitted_amount) from intermediate.int_ticket_item where bill_key is not null)"
        ).fetchall()[0]
        assert grid == remitted
        assert isinstance(grid, Decimal)
        for (evidence,) in con.execute("select evidence from marts.rec_break").fetchall():
            words = re.sub(r"流水号\w+、批次\w+", "", evidence)
            assert not re.search(r"\d{17}[\dX]|1[3-9]\d{9}(?!\d)", words), "no personal data"
            assert "（空）元" not in words


def test_parameters_are_variables_of_the_project(manifest: dict[str, Any]) -> None:
    """The delays named in the catalogue are what the SQL reads."""
    raw = "".join(json.dumps(_node(manifest, name)["raw_code"]) for name in ("rec_measured", "rec_clearing_time"))
    for name in dbt_cli.meta_of(_node(manifest, "rec_break"))["parameters"]:
        assert f"var('{name}')" in raw
