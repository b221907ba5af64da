"""How the exchange differs from the contract, and the raw tables from the exchange, as the last sync of each table found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb

from orchestration.lib.contract import Table

KINDS = {
    "missing_table": "缺少的表",
    "missing_column": "缺少的列",
    "retyped": "类型变了的列（该表停止同步）",
    "changed_type": "类型宽度变了的列",
    "new_column": "合同外的新列（一并读入）",
    "gone_column": "不再提供的合同外列",
    "missing_optional": "缺少的可选列（按空值读入）",
}
_LAST = """
select * from ops.sync_table
qualify row_number() over (partition by source_name, table_name order by synced_at desc, run_id) = 1
"""


@dataclass(frozen=True)
class Line:
    """One table as its last sync left it."""

    table: str
    status: str
    mode: str
    parity: str
    keys: str
    source_count: int | None
    raw_count: int | None
    quarantined: int
    detail: str


@dataclass(frozen=True)
class Report:
    """Both kinds of difference."""

    tables: tuple[Line, ...]
    schema: tuple[tuple[str, str, str, str], ...]  # kind, table, column, detail

    @property
    def differs(self) -> bool:
        """Whether anything needs somebody."""
        stops = ("missing_table", "missing_column", "retyped")
        return any(t.status == "failed" or t.parity == "FAIL" for t in self.tables) or any(
            kind in stops for kind, *_ in self.schema
        )

    def lines(self) -> Iterator[str]:
        """The report in words."""
        if not self.tables:
            yield "还没有同步过"
            return
        yield f"共 {len(self.tables)} 张表：" + "，".join(
            f"{word} {sum(1 for t in self.tables if test(t))}"
            for word, test in (
                ("两侧相平", lambda t: t.parity == "PASS"),
                ("不平", lambda t: t.parity == "FAIL"),
                ("未到", lambda t: t.status == "failed"),
                ("等候时段", lambda t: t.status == "waiting"),
                ("主键已核对", lambda t: t.keys == "PASS"),
                ("有隔离行", lambda t: t.quarantined > 0),
            )
        )
        for t in self.tables:
            if t.parity != "PASS" or t.quarantined or t.mode in ("healed", "full"):
                counts = "" if t.source_count is None else f"，交换库 {t.source_count:,} 行，数仓 {t.raw_count:,} 行"
                held = f"，隔离 {t.quarantined:,} 行" if t.quarantined else ""
                yield f"  {t.table}：{t.status}，{t.mode or '—'}{counts}{held}{'，' + t.detail if t.detail else ''}"
        for kind, title in KINDS.items():
            found = [item for item in self.schema if item[0] == kind]
            if found:
                yield f"{title}："
                for _, table, column, detail in found:
                    yield f"  {table}{'.' + column if column else ''}：{detail}"


def build(con: duckdb.DuckDBPyConnection) -> Report:
    """Read what the last sync of each table wrote down."""
    tables = con.execute(
        "select source_name || '.' || table_name, status, coalesce(mode, ''), parity_status, coalesce(key_status, 'N/A'),"
        f" source_count, raw_count, coalesce(rows_quarantined, 0), coalesce(detail, '') from ({_LAST}) order by 1"
    ).fetchall()
    schema = con.execute(
        "select distinct d.kind, d.source_name || '.' || d.table_name, d.column_name, d.detail from ops.drift d"
        f" join ({_LAST}) t using (run_id, source_name, table_name) order by all"
    ).fetchall()
    return Report(tuple(Line(*row) for row in tables), tuple(schema))


def accept(con: duckdb.DuckDBPyConnection, table: Table) -> None:
    """Forget the types that the table had upstream, so that the next sync takes them as they are."""
    con.execute(
        "update ops.sync_state set types = '{}' where source_name = ? and table_name = ?", [table.source, table.name]
    )
