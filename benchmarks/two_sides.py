"""The bill reconciliation with DuckDB and with pandas: the same two sides, the same outcomes, results compared."""

from pathlib import Path

import duckdb
import pandas as pd

from benchmarks.measure import cpu_seconds

SIDES = """
create or replace temp table {side}_side as
select bill_key, insurance_code, cast({column} * 100 as bigint) as cents
from intermediate.int_bill_item where {column} is not null
"""
COMPARE = """
select
    case when t.cents is null then 6 when a.cents is null then 4 when t.cents = a.cents then 1 else 2 end as outcome,
    count(*) as line_count, sum(coalesce(t.cents, 0) - coalesce(a.cents, 0)) as difference
from tax_side t full outer join agency_side a on t.bill_key = a.bill_key and t.insurance_code = a.insurance_code
group by outcome order by outcome
"""


def _pandas(tax: pd.DataFrame, agency: pd.DataFrame) -> list[tuple[int, int, int]]:
    both = tax.merge(
        agency, how="outer", on=["bill_key", "insurance_code"], suffixes=("_tax", "_agency"), indicator=True
    )
    both["outcome"] = 2
    both.loc[both["cents_tax"] == both["cents_agency"], "outcome"] = 1
    both.loc[both["_merge"] == "left_only", "outcome"] = 4
    both.loc[both["_merge"] == "right_only", "outcome"] = 6
    both["difference"] = both["cents_tax"].fillna(0) - both["cents_agency"].fillna(0)
    grouped = both.groupby("outcome")["difference"].agg(["size", "sum"]).reset_index()
    return [(int(row[0]), int(row[1]), int(row[2])) for row in grouped.itertuples(index=False)]


def run(warehouse: Path, repeat: int) -> tuple[float, float, int]:
    """CPU seconds of DuckDB and of pandas (its frames already in memory), and the number of lines of both sides."""
    duck, frames = float("inf"), float("inf")
    with duckdb.connect(str(warehouse), read_only=True, config={"threads": 2}) as con:
        for side, column in (("tax", "tax_amount"), ("agency", "agency_amount")):
            con.execute(SIDES.format(side=side, column=column))
        tax, agency = (con.table(f"{side}_side").df() for side in ("tax", "agency"))
        for _ in range(repeat):
            begin = cpu_seconds()
            by_duckdb = con.execute(COMPARE).fetchall()
            middle = cpu_seconds()
            by_pandas = _pandas(tax, agency)
            end = cpu_seconds()
            duck, frames = min(duck, middle - begin), min(frames, end - middle)
        if [tuple(int(value) for value in row) for row in by_duckdb] != by_pandas:
            raise AssertionError(f"The two do not agree: {by_duckdb} and {by_pandas}")
    return max(duck, 0.001), max(frames, 0.001), len(tax) + len(agency)
