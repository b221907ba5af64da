"""Compare one mart of two engines row by row, as multisets, decimals exact."""

from dataclasses import dataclass, field
from pathlib import Path

import duckdb


@dataclass(frozen=True)
class Difference:
    """What the comparison of one model found."""

    model: str
    rows: int
    only_duckdb: int = 0
    only_other: int = 0
    note: str = ""
    examples: list[str] = field(default_factory=list)

    @property
    def equal(self) -> bool:
        """Nothing differs, neither columns nor rows."""
        return not (self.note or self.only_duckdb or self.only_other)

    def line(self) -> str:
        """The report on this model."""
        if self.equal:
            return f"equal      {self.model}: {self.rows} rows"
        what = self.note or f"{self.only_duckdb} rows only in DuckDB, {self.only_other} only in Spark"
        return "\n".join(
            [f"DIFFERENT  {self.model}: {what}"] + [f"             {example}" for example in self.examples]
        )


def _expression(column: str, data_type: str) -> str:
    """A column as both sides are compared: in DuckDB's type; floating numbers to nine digits."""
    name = f'"{column}"'
    if data_type in {"DOUBLE", "FLOAT"}:
        return f"round(cast({name} as double), 9) as {name}"
    return f"cast({name} as {data_type}) as {name}"


def compare_model(warehouse: Path, schema: str, relation: str, parquet: Path) -> Difference:
    """DuckDB's table against a folder of Parquet files that the other engine wrote."""
    with duckdb.connect() as con:
        # Under its own name: views in it say which catalog they read.
        con.execute(f"attach '{warehouse}' as \"{warehouse.stem}\" (read_only)")
        table = f'"{warehouse.stem}"."{schema}"."{relation}"'
        here = con.execute(f"describe {table}").fetchall()
        con.execute(f"create view other as select * from read_parquet('{parquet}/*.parquet')")
        there = con.execute("describe other").fetchall()
        names_here, names_there = [row[0].lower() for row in here], [row[0].lower() for row in there]
        if names_here != names_there:
            return Difference(
                relation, 0, note=f"columns differ: {sorted(set(names_here) ^ set(names_there)) or 'their order'}"
            )
        select = ", ".join(_expression(row[0], row[1]) for row in here)
        con.execute(f"create temp view a as select {select} from {table}")
        con.execute(f"create temp view b as select {select} from other")
        counted = con.execute("select count(*) from a").fetchone()
        rows = counted[0] if counted else 0
        con.execute("create temp table only_a as select * from a except all select * from b")
        con.execute("create temp table only_b as select * from b except all select * from a")
        only_a, only_b = (len(con.execute(f"select 1 from {name}").fetchall()) for name in ("only_a", "only_b"))
        return Difference(
            relation, rows, only_a, only_b, examples=_examples(con, names_here) if only_a or only_b else []
        )


def _examples(con: duckdb.DuckDBPyConnection, columns: list[str]) -> list[str]:
    """Some differing rows of both sides, in the same order, with only the columns that differ between the first two."""
    shown = {}
    for name in ("only_a", "only_b"):
        shown[name] = con.execute(f"select * from {name} order by all limit 2").fetchall()
    first_a, first_b = (shown[name][0] if shown[name] else None for name in ("only_a", "only_b"))
    wanted = list(range(len(columns)))
    if first_a and first_b:
        wanted = [i for i in wanted if first_a[i] != first_b[i] or i == 0]
    return [
        f"{side}: " + ", ".join(f"{columns[i]}={row[i]!s}" for i in wanted)
        for name, side in (("only_a", "DuckDB"), ("only_b", "Spark "))
        for row in shown[name]
    ]
