"""The comparison of engines sees every kind of difference, and nothing where there is none."""

import duckdb
import pytest

from engines.compare import compare_model

BASE = """
select * from (values
    ('a', 1.10::decimal(18, 2), date '2026-06-30', 0.1::double),
    ('b', null, null, 0.3::double),
    ('b', null, null, 0.3::double)
) as rows(key, amount, day, rate)
"""


@pytest.fixture
def compare(tmp_path):
    def run(there: str):
        with duckdb.connect(str(tmp_path / "w.duckdb")) as con:
            con.execute(f"create schema marts; create table marts.m as {BASE}")
            (tmp_path / "m").mkdir()
            con.execute(f"copy ({there}) to '{tmp_path / 'm' / 'part-0.parquet'}' (format parquet)")
        return compare_model(tmp_path / "w.duckdb", "marts", "m", tmp_path / "m")

    return run


def test_order_types_and_the_last_bit_of_a_float_do_not_matter(compare):
    there = f"select key, amount::decimal(20, 4) as amount, day, rate + 1e-15 as rate from ({BASE}) order by key desc"
    assert compare(there).equal


@pytest.mark.parametrize(
    "there",
    [
        f"select * replace (amount + 0.01 as amount) from ({BASE})",
        f"select * replace (coalesce(amount, 0) as amount) from ({BASE})",
        f"select distinct * from ({BASE})",
        f"select * from ({BASE}) union all select 'c', 1, null, 1",
        f"select * from ({BASE}) where false",
        f"select * exclude (day) from ({BASE})",
        f"select key, day, amount, rate from ({BASE})",
    ],
    ids=["a cent", "null is not zero", "a doubled row", "a row more", "no rows", "a column less", "columns moved"],
)
def test_a_difference_is_seen(compare, there):
    difference = compare(there)
    assert not difference.equal
    assert difference.line().startswith("DIFFERENT  m")
