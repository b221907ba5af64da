"""The benchmark of the rules builds them twice from the same SQL and leaves the warehouse as it was."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from benchmarks import rules
from benchmarks.compiled import Model, Project


def model(name: str, layer: str, sql: str, *parents: str, rule_id: str = "") -> Model:
    """A model whose schema is its layer."""
    relation = f'"{layer}"."{name}"'
    return Model(name, layer, "", sql, (), f"model.shebao.{name}", relation, parents, bool(rule_id), rule_id, "daily")


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    """A warehouse with one raw table, one seed and nothing built."""
    file = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(file)) as con:
        con.execute("create schema raw_hrss")
        con.execute("create schema reference")
        con.execute("create table raw_hrss.T as select range as a from range(1000)")
        con.execute("create table reference.ref_day as select 7 as day")
    return file


def project() -> Project:
    """Two rules over one intermediate table over one staging view."""
    stage = model("stg_t", "staging", 'select a from "warehouse"."raw_hrss"."T"', "source.shebao.hrss.T")
    middle = model(
        "int_t", "intermediate", 'select a, a % 2 = 0 as even from "warehouse"."staging"."stg_t"', stage.unique_id
    )
    rules_of = [
        model("anm_even", "marts", 'select a from "warehouse"."intermediate"."int_t" where even', middle.unique_id, rule_id="A1.01"),
        model("anm_day", "marts",
              'select a from "warehouse"."intermediate"."int_t" join "warehouse"."reference"."ref_day" on a = day',
              middle.unique_id, "seed.shebao.ref_day", rule_id="B1.01"),
    ]  # fmt: skip
    everything = [*rules_of, middle, stage]
    stored = {"source.shebao.hrss.T": '"raw_hrss"."T"', "seed.shebao.ref_day": '"reference"."ref_day"'}
    return Project({one.unique_id: one for one in everything}, stored)


def test_each_model_stands_after_what_it_reads() -> None:
    known = project()
    chosen = [one for one in known.models.values() if one.is_rule]
    assert [one.name for one in known.with_all_above(chosen)] == ["stg_t", "int_t", "anm_even", "anm_day"]


def test_rules_are_measured_over_tables_and_over_views(warehouse: Path, tmp_path: Path) -> None:
    known = project()
    groups = rules.groups_of(known, everything=True)
    report = rules.run(warehouse, known, tmp_path, groups)
    assert (report.rules, report.intermediates, report.tables, report.rows) == (2, 1, 2, 1001)
    assert report.over_views is not None
    assert report.saved is not None
    assert {name for name, _ in report.slowest} == {"int_t", "anm_even", "anm_day"}
    assert [(one.name, one.models, one.tables) for one in report.groups] == [
        ("all rules", 2, 2), ("rules on employers", 1, 1), ("rules on natural persons", 1, 2)
    ]  # fmt: skip
    whole, *parts = report.groups
    assert whole.own.cpu >= max(part.own.cpu for part in parts)
    assert rules.run(warehouse, known, tmp_path, groups, inline=False).saved is None
    with duckdb.connect(str(warehouse), read_only=True) as con:
        found = con.execute("select schema_name from duckdb_tables() order by 1").fetchall()
    assert found == [("raw_hrss",), ("reference",)]


def test_an_hour_costs_what_the_watch_builds_anew() -> None:
    """The rule and the table of the hour beneath it; what is built once a day counts as beneath."""
    known = project()
    rule, day = known.models["model.shebao.anm_day"], known.models["model.shebao.int_t"]
    hour = replace(model("int_hour", "intermediate", "select 1 as a", day.unique_id), is_watched=True)
    rule = replace(rule, cadence="hourly", parents=(*rule.parents, hour.unique_id))
    grown = Project({**known.models, rule.unique_id: rule, hour.unique_id: hour}, known.stored)
    found = {one.name: [own.name for own in one.models] for one in rules.groups_of(grown, everything=True)}
    assert found["hourly rules on natural persons"] == ["int_hour", "anm_day"]


def test_intermediates_go_after_their_last_reader(warehouse: Path, tmp_path: Path) -> None:
    """A city's worth of them would not fit beside what spills; what is compared with pandas afterwards stays."""
    known = project()
    groups = rules.groups_of(known, everything=True)
    rules.run(warehouse, known, tmp_path, groups, inline=False)
    assert "int_t" not in left_in(tmp_path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rules, "KEPT", ("int_t",))
        rules.run(warehouse, known, tmp_path, groups, inline=False)
    assert "int_t" in left_in(tmp_path)


def test_a_view_is_a_view_and_what_it_reads_stays_for_its_readers(warehouse: Path, tmp_path: Path) -> None:
    """As dbt builds it: the view costs nothing, each of its readers pays for it."""
    known = project()
    middle = known.models["model.shebao.int_t"]
    view = model(
        "int_v", "intermediate", 'select a from "warehouse"."intermediate"."int_t" where even', middle.unique_id
    )
    view = replace(view, is_view=True)
    first = model(
        "anm_odd", "marts", 'select a from "warehouse"."intermediate"."int_v"', view.unique_id, rule_id="A1.02"
    )
    more = Project({**known.models, view.unique_id: view, first.unique_id: first}, known.stored)
    report = rules.run(warehouse, more, tmp_path, rules.groups_of(more, everything=True), inline=False)
    assert (report.rules, report.failed) == (3, {})
    assert left_in(tmp_path) == set()
    assert rules.run(warehouse, more, tmp_path, rules.groups_of(more, everything=True)).saved is not None


def left_in(folder: Path) -> set[str]:
    with duckdb.connect(str(folder / f"{rules.SCRATCH}.duckdb"), read_only=True) as con:
        return {row[0] for row in con.execute("select table_name from duckdb_tables()").fetchall()}


def test_a_model_without_enough_memory_is_named_with_what_stands_on_it(
    warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    known = project()
    timed = rules._Bench.timed

    def narrow(bench: rules._Bench, sql: str) -> rules.Cost:
        if '"int_t" as' in sql:
            raise duckdb.OutOfMemoryException("could not allocate\nmore")
        return timed(bench, sql)

    monkeypatch.setattr(rules._Bench, "timed", narrow)
    report = rules.run(warehouse, known, tmp_path, rules.groups_of(known, everything=True), inline=False)
    assert report.failed == {
        "int_t": "needs more memory than SHEBAO_MEMORY allows: could not allocate",
        "anm_even": "stands on int_t",
        "anm_day": "stands on int_t",
    }
    rules.show(report)
    assert "NOT BUILT, so in none of the figures: anm_day stands on int_t" in capsys.readouterr().out
