"""Our way of putting tables and views in place: a model that fails leaves what stood, kinds may change, a contract holds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.dbt import small_project

MODELS = {
    "steady": "select 1 as a",
    "breaks": "select cast('{{ var('text', '1') }}' as integer) as a",
    "turns": "{{ config(materialized=var('kind', 'view')) }} select 1 as a",
    "promised": "select {{ var('promised', 1) }} as a",
    "hooked": "select 1 as a",
}
ENTRIES = """
version: 2
models:
  - {name: steady, config: {materialized: table}}
  - {name: breaks, config: {materialized: table}}
  - name: promised
    config: {materialized: table, contract: {enforced: true}}
    columns: [{name: a, data_type: integer}]
  - name: hooked
    config:
      materialized: table
      pre_hook: "create or replace table before as select 7 as a"
      post_hook: "create or replace table after as select a from {{ this }}"
"""


class Project:
    """A small dbt project with our macros, and its warehouse."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.second: dict[str, tuple[str, str]] = {}
        small_project.write(folder, MODELS, ENTRIES)

    def run(self, *select: str, **values: Any) -> dict[str, tuple[str, str]]:
        """Status and message of each model of a run."""
        chosen = ["--select", *select] if select else []
        found = small_project.run(self.folder, "run", "--vars", json.dumps(values), *chosen)
        return {one["unique_id"].rsplit(".", 1)[1]: (one["status"], one["message"] or "") for one in found}

    def kind(self) -> str:
        """What the model whose kind changes is now."""
        return str(self.rows("select table_type from information_schema.tables where table_name = 'turns'")[0][0])

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(small_project.warehouse(self.folder)), read_only=True) as con:
            return con.execute(statement).fetchall()


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Built as it should be, then with two models spoilt and a view become a table."""
    made = Project(tmp_path_factory.mktemp("in_place"))
    assert {status for status, _ in made.run().values()} == {"success"}
    assert made.kind() == "VIEW"
    made.second = made.run(text="no number", kind="table", promised="'text'")
    return made


def test_a_model_that_fails_leaves_what_stood(project: Project) -> None:
    assert project.second["breaks"][0] == "error"
    assert project.second["steady"][0] == "success"
    assert project.rows("select a from breaks") == [(1,)]


def test_a_contract_is_enforced(project: Project) -> None:
    status, message = project.second["promised"]
    assert (status, "contract" in message) == ("error", True), message
    assert project.rows("select a from promised") == [(1,)]


def test_hooks_are_run_and_nothing_is_left_beside(project: Project) -> None:
    assert project.rows("select a from before") == [(7,)]
    assert project.rows("select a from after") == [(1,)]
    assert project.rows("select table_name from information_schema.tables order by all") == [
        (name,) for name in sorted([*MODELS, "before", "after"])
    ]


def test_kinds_may_change_and_what_it_does_not_know_is_refused(project: Project) -> None:
    assert project.second["turns"][0] == "success"
    assert project.kind() == "BASE TABLE"
    entries = project.folder / "models" / "models.yml"
    indexed = ENTRIES.replace("name: steady, config: {", "name: steady, config: {indexes: [{columns: [a]}], ")
    entries.write_text(indexed, encoding="utf-8")
    third = project.run("turns", "steady")
    assert third["turns"][0] == "success"
    assert project.kind() == "VIEW"
    assert project.rows("select a from turns") == [(1,)]
    status, message = third["steady"]
    assert (status, "put_in_place.sql" in message) == ("error", True), message
