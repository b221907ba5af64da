"""How DuckDB runs models: nothing compares each row of one table with each of another, which only the size of a city feels."""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from engines import duckdb_functions
from tests.conftest import BuiltWorld

# Joins by anything but an equality. A product that the SQL itself asks for (each area for each cut) has a kind of its own and is meant.
_LOOPS = ("BLOCKWISE_NL_JOIN", "NESTED_LOOP_JOIN")
# Few on one side by nature, whatever the size of the city.
FEW = {
    "anm_staff_check": "the years that have limits",
    "mtr_cube_taxpayer": "the months that the cube shows",
    "mtr_taxpayer_base": "the months that the cube shows",
    "rec_treasury_break": "how many parts may make up a whole",
}
# What has no plan: the old one dropped, a table under contract declared before it is filled.
_PLANLESS = re.compile(r"^(?:drop\s|create\s+table\s+\S+\s*\()", re.I)


def _loops(node: dict[str, Any]) -> Iterator[str]:
    """Such joins, unless one side is a single row: a date, a limit."""
    sides = node["children"]
    rows = [_rows(side) for side in sides]
    if node["name"].strip() in _LOOPS and min(rows) > 1:
        said = node["extra_info"]
        yield f"{rows[0]} with {rows[1]} rows: {said.get('Condition') or said.get('Conditions')}"
    for side in sides:
        yield from _loops(side)


def _rows(node: dict[str, Any]) -> int:
    """How many DuckDB expects; an aggregate without groups is one."""
    if node["name"].strip() == "UNGROUPED_AGGREGATE":
        return 1
    said = node["extra_info"].get("Estimated Cardinality")
    return int(said) if said is not None else max((_rows(side) for side in node["children"]), default=0)


def loops_of(con: duckdb.DuckDBPyConnection, statement: str) -> list[str]:
    """All such joins of a statement."""
    (plan,) = con.execute(f"explain (format json) {statement}").fetchall()
    return [loop for root in json.loads(plan[1]) for loop in _loops(root)]


def test_a_condition_on_one_side_is_found() -> None:
    """The joins that this test is for, and those that it leaves alone."""
    with duckdb.connect() as con:
        con.execute("create table one as select range as a, range % 7 as kind from range(10000)")
        con.execute("create table other as select range as a from range(10000)")
        assert loops_of(con, "from one left join other on one.kind = 3 and one.a = other.a")
        assert loops_of(con, "from one join other on one.a <> other.a")
        assert not loops_of(con, "from one left join other on case when one.kind = 3 then one.a end = other.a")
        assert not loops_of(con, "from one where a < (select max(a) from other)")


@pytest.mark.slow
def test_no_model_compares_all_with_all(built_world: Callable[..., BuiltWorld], tmp_path: Path) -> None:
    """As dbt ran them, over what they built; on a copy, for DuckDB explains what writes only where it may write."""
    world = built_world(seed=1)
    copy = tmp_path / world.warehouse.name
    shutil.copy(world.warehouse, copy)
    found: dict[str, list[str]] = {}
    looked = 0
    with duckdb.connect(str(copy)) as con:
        duckdb_functions.register(con)
        for file in sorted((world.var / "target" / "run" / "shebao" / "models").rglob("*.sql")):
            for statement in con.extract_statements(file.read_text(encoding="utf-8")):
                if _PLANLESS.match(statement.query.strip()):
                    continue
                looked += 1
                loops = loops_of(con, statement.query)
                if loops:
                    found.setdefault(file.stem, []).extend(loops)
    assert looked > 450
    assert set(found) <= set(FEW), found
