"""The fixture snapshot has the columns that the real one has, so that pages tested on it work on the real one."""

import re

from tests.dashboards import fixture_snapshot


def _names(ddl: str) -> list[str]:
    text = re.sub(r"\([^)]*\)", "", ddl)
    return [part.split()[0] for part in text.split(",") if part.strip()]


def test_marts_come_from_the_contracts() -> None:
    tables = fixture_snapshot.tables()
    assert sum(1 for name in tables if name.startswith("anm_")) >= 23
    for table, columns in fixture_snapshot.FILLED.items():
        known = [name for name, _ in tables[table]]
        assert set(columns.split()) <= set(known), table


def test_operations_are_those_that_the_warehouse_keeps() -> None:
    from orchestration.lib import publish, warehouse

    tables = fixture_snapshot.tables()
    for name in publish.OPS_TABLES:
        assert [column for column, _ in tables[f"ops_{name}"]] == _names(warehouse.OPS_TABLES[name]), name


def test_movements_are_those_that_the_ledger_keeps() -> None:
    import duckdb

    from orchestration.lib import movement

    with duckdb.connect() as connection:
        connection.execute("create schema ledger")
        movement.create(connection)
        kept = [tuple(row[:2]) for row in connection.execute(f"describe {movement.TABLE}").fetchall()]
    assert [(name, kind.upper()) for name, kind in fixture_snapshot.tables()["break_movement"]] == kept


def test_ledger_and_catalogue_are_those_that_are_published() -> None:
    from orchestration.lib import ledger, publish

    tables = fixture_snapshot.tables()
    assert [name for name, _ in tables["rule"]] == _names(publish.RULE_TABLE)
    assert [name for name, _ in tables["list_count"]] == _names(publish.LIST_COUNT_TABLE)
    assert [name for name, _ in tables["mart_source"]] == _names(publish.SOURCE_TABLE)
    for name in (*ledger.LEADING, "finding_id", "state", "first_seen", "last_seen", "resolved_on", "reopened_count"):
        assert name in [column for column, _ in tables["finding"]], name
    assert tables["finding_by_key"] == [("owner_key", "varchar"), *tables["finding"]]


def test_the_dictionary_is_the_one_that_is_published() -> None:
    from orchestration.lib import dictionary

    tables = fixture_snapshot.tables()
    for name, ddl in dictionary.TABLES.items():
        assert [column for column, _ in tables[name]] == _names(ddl), name
