"""Say in the terminal what the last run found: ranking, findings, reconciliation, where the snapshot lies."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
from rich import box
from rich.console import Console
from rich.table import Table

BASES = (("amount", "按金额"), ("bill", "按单据"), ("employer", "按单位"))
PAIRS = {"tax_hrss": "税务—人社", "tax_nhsa": "税务—医保"}
MEASURES = {"bill": "征集", "collection": "征收", "settlement": "入库"}
STATUS = {"checked": "已检查", "not_checked": "未检查"}


def _percent(value: Decimal | float | None) -> str:
    return "—" if value is None else f"{float(value) * 100:.2f}%"


def _money(value: Decimal | float | None) -> str:
    return "—" if value is None else f"{value:,.2f}"


def _wan(value: Decimal | float | None) -> str:
    return "—" if value is None else f"{float(value) / 10_000:,.2f}"


def _move(change: int | None) -> str:
    if change is None:
        return ""
    return f"↑{change}" if change > 0 else f"↓{-change}" if change < 0 else "–"


def _table(title: str, columns: Sequence[tuple[str, str]]) -> Table:
    table = Table(title=title, box=box.SIMPLE_HEAD, title_justify="left", title_style="bold", pad_edge=False)
    for name, justify in columns:
        table.add_column(name, justify=justify, no_wrap=True)  # type: ignore[arg-type]
    return table


def _has(con: duckdb.DuckDBPyConnection, name: str) -> bool:
    return con.execute("select 1 from duckdb_tables() where table_name = ?", [name]).fetchone() is not None


def ranking(con: duckdb.DuckDBPyConnection) -> Table | None:
    """The bureaus by collection rate of the latest month, on the three bases."""
    if not _has(con, "mtr_collection_rate"):
        return None
    row = con.execute("select max(period) from mtr_collection_rate").fetchone()
    period = row[0] if row else None
    if period is None:
        return None
    rows = con.execute(
        "select area_code, any_value(area_name) as area_name, any_value(level) as level,"
        " max(case when basis = 'amount' then numerator end) as collected,"
        " max(case when basis = 'amount' then denominator end) as due,"
        + ", ".join(
            f"max(case when basis = '{b}' then rate end), max(case when basis = '{b}' then rank end),"
            f" max(case when basis = '{b}' then rank_change end)"
            for b, _ in BASES
        )
        + " from mtr_collection_rate where period = ? and cut_type = 'total' and level in ('city', 'bureau')"
        " group by area_code having any_value(level) = 'city' or max(rank) is not null"
        " order by any_value(level) = 'city', max(case when basis = 'amount' then rank end) nulls last, area_code",
        [period],
    ).fetchall()
    table = _table(
        f"各主管税务局征收率排名（{period[:4]}年{period[4:]}月）",
        [("主管税务局", "left"), ("已征（万元）", "right"), ("应征（万元）", "right")]
        + [(what, "right") for _, label in BASES for what in (label, "名次")],
    )
    for area_code, name, level, collected, due, *cuts in rows:
        cells: list[str] = []
        for index in range(3):
            rate, rank, change = cuts[index * 3 : index * 3 + 3]
            cells += [_percent(rate), "" if rank is None else f"{rank} {_move(change)}".strip()]
        style = "bold" if level == "city" else None
        table.add_row(name or area_code, _wan(collected), _wan(due), *cells, style=style)
    return table


def _city_rates(con: duckdb.DuckDBPyConnection) -> dict[str, tuple[Any, Any, Any]]:
    rows = con.execute(
        "select period, numerator, denominator, rate from mtr_collection_rate"
        " where level = 'city' and cut_type = 'total' and basis = 'amount' order by period desc limit 2"
    ).fetchall()
    return {period: (collected, due, rate) for period, collected, due, rate in rows}


def _day_before(snapshot: Path, as_of: dt.date) -> Path | None:
    """The kept snapshot of the last business date before this one; names begin with the time of publication."""
    for file in sorted(snapshot.parent.glob("*.duckdb"), reverse=True):
        if file == snapshot:
            continue
        with duckdb.connect(str(file), read_only=True) as con:
            row = con.execute("select as_of from snapshot").fetchone()
            if row is not None and row[0] < as_of and _has(con, "mtr_collection_rate"):
                return file
    return None


def progress(con: duckdb.DuckDBPyConnection, snapshot: Path, as_of: dt.date) -> Table | None:
    """The city's last two months, and how far they have come since the snapshot of the business date before."""
    if not _has(con, "mtr_collection_rate"):
        return None
    before: dict[str, tuple[Any, Any, Any]] = {}
    earlier = _day_before(snapshot, as_of)
    if earlier is not None:
        with duckdb.connect(str(earlier), read_only=True) as old:
            before = _city_rates(old)
    table = _table(
        "全市征收进度",
        [
            ("费款所属期", "left"),
            ("已征（万元）", "right"),
            ("应征（万元）", "right"),
            ("征收率", "right"),
            ("较上一业务日", "right"),
        ],
    )
    for period, (collected, due, rate) in _city_rates(con).items():
        grown = ""
        if period in before and rate is not None and before[period][2] is not None:
            points = (float(rate) - float(before[period][2])) * 100
            grown = f"{points:+.2f} 个百分点，{_wan(collected - before[period][0])} 万元"
        table.add_row(f"{period[:4]}年{period[4:]}月", _wan(collected), _wan(due), _percent(rate), grown)
    return table


def findings(con: duckdb.DuckDBPyConnection) -> Table:
    """How many findings each rule has, and how many rows each list; rules that found nothing are counted together."""
    table = _table(
        "疑点与清单",
        [("规则", "left"), ("名称", "left"), ("在办", "right"), ("新增", "right"), ("解除", "right"), ("状态", "left")],
    )
    total = [0, 0, 0]
    clean = 0
    for rule_id, title, ledger, rows, *found, status, reason in con.execute(
        "select rule_id, title, ledger, row_count, open_count, new_count, resolved_count, status, status_reason"
        " from rule order by sort_order"
    ).fetchall():
        checked = status == "checked"
        state = STATUS.get(status, status) + (f"（{reason}）" if reason else "")
        if not ledger:
            listed = f"清单 {rows or 0:,} 行" if checked else state
            table.add_row(rule_id, title, "", "", "", listed, style="dim" if checked else "yellow")
            continue
        counts = [int(value or 0) for value in found]
        total = [a + b for a, b in zip(total, counts, strict=True)]
        if checked and not reason and not any(counts):
            clean += 1
            continue
        table.add_row(rule_id, title, *[f"{c:,}" for c in counts], state, style=None if checked else "yellow")
    if clean:
        table.add_row("", f"其余 {clean} 条规则已检查，无疑点", "0", "0", "0", "", style="dim")
    table.add_row("合计", "", *[f"{c:,}" for c in total], "", style="bold")
    return table


def reconciliation(con: duckdb.DuckDBPyConnection) -> Table | None:
    """Bills by outcome of the reconciliation, for each pair of departments."""
    if not _has(con, "rec_summary"):
        return None
    table = _table(
        "对账",
        [
            ("双方", "left"),
            ("结果", "left"),
            ("原因", "left"),
            ("笔数", "right"),
            ("差额（元）", "right"),
        ],
    )
    for pair, measure, code, text, why, bills, difference in con.execute(
        "select pair, measure, outcome_code, any_value(outcome), cause as why, sum(bill_count)::bigint,"
        " sum(difference) from rec_summary where insurance_code = '*' group by pair, measure, outcome_code, why"
        " order by pair, measure, outcome_code, why"
    ).fetchall():
        broken = code not in (0, 1, 7)
        table.add_row(
            f"{PAIRS.get(pair, pair)} {MEASURES.get(measure, measure)}",
            text,
            why or "",
            f"{bills:,}",
            _money(difference),
            style="yellow" if broken else "dim",
        )
    return table


def run_state(con: duckdb.DuckDBPyConnection) -> tuple[Any, ...]:
    """Quarantined rows and checks of the snapshot's run."""
    row = con.execute(
        "select (select coalesce(sum(rows_quarantined), 0) from ops_sync_table t join snapshot s using (run_id)),"
        " (select count(*) from ops_check_result c join snapshot s using (run_id) where status = 'PASS'),"
        " (select count(*) from ops_check_result c join snapshot s using (run_id) where status <> 'PASS')"
    ).fetchone()
    assert row is not None
    return row


def show(snapshot: Path, console: Console | None = None) -> None:
    """Print everything."""
    out = console or Console(highlight=False)
    if console is None and not out.is_terminal:
        out = Console(highlight=False, width=120)
    with duckdb.connect(str(snapshot), read_only=True) as con:
        identity = con.execute("select as_of, published_at, reconciled from snapshot").fetchone()
        assert identity is not None
        as_of, published_at, reconciled = identity
        for table in (progress(con, snapshot, as_of), ranking(con), findings(con), reconciliation(con)):
            if table is not None and table.row_count:
                out.print(table)
        quarantined, passed, other = run_state(con)
    state = "未对平" if reconciled is False else "已对平" if reconciled else "未对账"
    out.print(f"业务日期 {as_of}，发布于 {published_at:%Y-%m-%d %H:%M}（UTC），{state}")
    out.print(f"隔离 {quarantined:,} 行；检查通过 {passed:,} 项，其余 {other:,} 项")
    out.print(f"快照 {snapshot}", soft_wrap=True)
