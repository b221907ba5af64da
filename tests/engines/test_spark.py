"""Which files of Spark's stand for a mart in the comparison."""

from unittest.mock import MagicMock

from engines import places, spark


def test_a_table_is_read_where_it_lies_and_anything_else_is_written_out(tmp_path, monkeypatch) -> None:
    """A view has no folder, an empty seed no file; neither may pass for a table."""
    monkeypatch.setenv("SHEBAO_VAR", str(tmp_path))
    table, empty = (places.spark_warehouse() / "marts.db" / name for name in ("table", "empty"))
    table.mkdir(parents=True)
    (table / "part-0.parquet").touch()
    empty.mkdir()
    session = MagicMock()
    assert spark.mart_files(session, "marts", "table") == table
    session.table.assert_not_called()
    for name in ("empty", "view"):
        assert spark.mart_files(session, "marts", name) == places.spark_marts() / name
        session.table.assert_called_with(f"marts.{name}")
