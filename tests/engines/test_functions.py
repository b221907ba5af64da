"""The SQL function name_similarity: one value on both engines, missing names, and that DuckDB's connections know it."""

import duckdb
import pytest

from engines import duckdb_functions, functions

PAIRS = [("桂福商贸", "桂福商贸"), ("桂福商贸", "桂福商贸行"), ("桂福商贸", "桂禄商贸"), ("甲", "乙"), ("", "")]


def test_pairs_and_single_names_are_computed_alike() -> None:
    """DuckDB asks for many at once, Spark for one by one."""
    many = functions.name_similarities([one for one, _ in PAIRS], [other for _, other in PAIRS])
    assert list(many) == [functions.name_similarity(one, other) for one, other in PAIRS]


def test_the_scale() -> None:
    """1 is the same, 0 has nothing in common; a missing name is like nothing."""
    assert functions.name_similarity("桂福商贸", "桂福商贸") == 1
    assert functions.name_similarity("甲", "乙") == 0
    assert functions.name_similarity("桂福商贸", "桂禄商贸") == pytest.approx(0.75)
    assert functions.name_similarity(None, "甲") is None


def test_connections_of_a_database_know_it() -> None:
    """Registered once, known to every cursor; NULL stays NULL."""
    con = duckdb.connect()
    duckdb_functions.register(con)
    query = "select name_similarity(a, b) from (values ('桂福商贸', '桂禄商贸'), ('甲', null)) as names(a, b)"
    assert con.cursor().execute(query).fetchall() == [(0.75,), (None,)]
