"""The sanity report: what the written exchange looks like, beside the numbers that it is calibrated to."""

import itertools
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
from rich.console import Console
from rich.table import Table

from common import paths
from simulator import contract, params, reference, writers
from simulator.part import ReportLine
from simulator.parts import parts
from simulator.scale import Scale, scale_of

# Both departments' bills, and the money on its way, in one form each.
VIEWS = """
create temp view notice as
    select 'HRSS' as department, ZJTZLSH as serial, CSPCH as batch, AAB001 || XTLY as unit, FKSSQ as period, ZJLY_DM as origin,
        ZJE as amount, YXBZ as valid, CSSJ as sent_at from hrss."RS_ZJHZ"
    union all
    select 'NHSA', CLCT_NTC_NO, SEND_BTCH, EMP_NO || SRC_SYS, CASHYM, CLCT_SOUC, CLCT_SUMAMT, VALI_FLAG, SEND_TIME from nhsa."CLCT_NTC_B";
create temp view declared as
    select BMLY_DM as department, ZJTZLSH as serial, CSPCH as batch, strftime(SKSSQZ, '%Y%m') as period, SKSSSWJG_DM as bureau,
        DJXH as taxpayer, YBTSE as amount from tax_levy."ZS_SBXX";
"""


def open_exchange() -> duckdb.DuckDBPyConnection:
    """The written exchange, read only: its schemas are reached by the systems' names, the seeds by theirs."""
    con = duckdb.connect()
    kind = writers.read_state()["exchange"]
    if kind == "duckdb":
        con.execute(f"attach '{paths.exchange_file()}' as exchange (read_only)")
    elif kind != "parquet":
        raise ValueError(f"the report reads a DuckDB or Parquet exchange, not {kind}")
    for table in contract.tables():
        con.execute(f"create schema if not exists {table.system}")
        name = f'{table.system}."{table.name}"'
        files = paths.exchange_dir() / "parquet" / table.system / table.name
        found = f"exchange.{name}" if kind == "duckdb" else _parquet(files, table)
        con.execute(f"create view {name} as from {found}")
    reference.install(con)
    con.execute(VIEWS)
    return con


def _parquet(folder: Path, table: contract.Table) -> str:
    if folder.exists():
        return f"read_parquet('{folder}/*.parquet')"
    columns = ", ".join(f'null::{column.kind} as "{column.name}"' for column in table.columns)
    return f"(select {columns} where false)"


def lines() -> Iterator[ReportLine]:
    """Everything that is known about the written exchange: the employers' own lines, then the parts'."""
    con = open_exchange()
    state = writers.read_state()
    size = scale_of(str(state["scale"]))
    for make in (_counts, _bills, _ways, _rates, _curves):
        yield from make(con, size)
    for part in parts():
        if part.report:
            yield from (_in_proportion(line, size) for line in part.report(con))


def _in_proportion(line: ReportLine, size: Scale) -> ReportLine:
    """A count of residents says what it should be at this scale."""
    if line.of_city is None:
        return line
    share = size.resident_share
    number = f"{line.of_city / 10_000:g} 万 × {share:.4g} = {round(line.of_city * share):,}"
    return replace(line, expected=f"{number}，{line.expected}" if line.expected else number)


def _one(con: duckdb.DuckDBPyConnection, query: str) -> Any:
    row = con.execute(query).fetchone()
    return row[0] if row else None


def _percent(part: Any, whole: Any) -> Decimal | None:
    return round(Decimal(100) * Decimal(part or 0) / Decimal(whole), 2) if whole else None


def _counts(con: duckdb.DuckDBPyConnection, size: Scale) -> Iterator[ReportLine]:
    section = "用人单位"
    for department, query in (
        ("人社", "select count(*) from hrss.\"RS_DWJBXX\" where HJZT_DM = '1'"),
        ("医保", "select count(*) from nhsa.\"EMP_INFO_B\" where EMP_STAS = '1'"),
    ):
        yield ReportLine(
            section, f"{department}有效户籍", _one(con, query), f"15 万 × {size.share:.4f} = {size.employers}", "source"
        )
    weights = params.load()["bureau_weights"]
    total = sum(weights.values())
    for bureau, name, share in con.execute(
        """
        select ZGSWJ_DM, any_value(bureau_name), round(100.0 * count(*) / sum(count(*)) over (), 1)
        from tax_mgmt."SB_DJXX" left join ref_bureau on bureau_code = ZGSWJ_DM where YXBZ = 'Y' group by all order by 1
        """
    ).fetchall():
        wanted = f"{100 * weights[bureau] / total:.1f}" if bureau in weights else ""
        yield ReportLine("户籍占比（%，按主管局）", name or bureau, share, wanted, "source")


def _bills(con: duckdb.DuckDBPyConnection, size: Scale) -> Iterator[ReportLine]:
    section = "征集信息"
    months, count, charged = con.execute(
        """
        select count(distinct period), count(*), count(distinct period || unit) filter (where department = 'HRSS') from notice
        where period in (select distinct period from notice order by 1 desc limit 12)
        """
    ).fetchall()[0]
    yield ReportLine(
        section,
        f"最近 {months} 个月笔数",
        count,
        f"700 万 × {size.share:.4f} = {7_000_000 * size.share * months / 12:,.0f}",
        "source",
    )
    yield ReportLine(section, "每户每月笔数", round(count / charged, 2) if charged else None, "3.9", "source")
    items = _one(con, 'select (select count(*) from hrss."RS_ZJCL") + (select count(*) from nhsa."CLCT_NTC_D")')
    everything = _one(con, "select count(*) from notice")
    yield ReportLine(section, "每笔处理行数", round(items / everything, 2) if everything else None, "", "computed")
    share = params.load()["detail_lines"].get(size.name, params.load()["detail_lines"]["default"])
    sampled = _one(
        con, "select round(100.0 * count(*) filter (where JFBF_DM <> '0') / count(*), 1) from hrss.\"RS_ZJMX\""
    )
    yield ReportLine(
        section, "明细表中到人的行（%）", sampled, f"{100 * share:.0f} % 的单位下发到人，其余每险种一行", "assumed"
    )
    void = _one(con, "select count(*) from notice where valid = 'N'")
    yield ReportLine(section, "作废率（%）", _percent(void, everything), "1–4 %", "assumed")
    for origin, name, first, last, number in con.execute(
        """
        select origin, any_value(origin_name), min(period), max(period), count(*) from notice
        left join read_csv(?, all_varchar = true) on origin_code = origin group by all order by 1
        """,
        [str(paths.dbt_project_dir() / "seeds" / "reference" / "ref_bill_origin.csv")],
    ).fetchall():
        yield ReportLine(
            "征集来源",
            f"{name}（{first}–{last}）",
            _percent(number, everything),
            "转换日前核定征集，之后自行申报" if origin != "3" else "",
            "assumed",
        )


def _ways(con: duckdb.DuckDBPyConnection, _size: Scale) -> Iterator[ReportLine]:
    names = {"1": "三方协议实时", "2": "批量扣款", "3": "银行端查询", "4": "自收现金", "5": "年金托收或实时"}
    wanted = {"1": "55 %", "2": "15 %", "3": "25 %", "4": "< 3 %", "5": ""}
    for channel, count, total in con.execute(
        """
        select JKFS_DM, count(distinct DZSPHM), sum(count(distinct DZSPHM)) over () from tax_levy."ZS_JKS"
        where ZFBZ is null group by all order by 1
        """
    ).fetchall():
        yield ReportLine(
            "缴款渠道（缴款书，%）",
            names.get(channel, channel),
            _percent(count, total),
            wanted.get(channel, ""),
            "assumed",
        )
    sent, succeeded = con.execute(
        "select count(*), count(*) filter (where FHDM = '90000') from tax_levy.\"ZS_KKXX\" where KKLX_DM = '2' and FHSJ is not null"
    ).fetchall()[0]
    yield ReportLine("批量扣款", "成功率（%）", _percent(succeeded, sent), "85–95 %", "assumed")
    for code, text, count in con.execute(
        """
        select FHDM, any_value(FHXX), count(*) from tax_levy."ZS_KKXX" where KKLX_DM = '2' and FHDM <> '90000' group by all order by 3 desc, 1
        """
    ).fetchall():
        yield ReportLine(
            "批量扣款",
            f"失败原因 {code} {text}（%）",
            _percent(count, sent - succeeded),
            "60–75 %" if code == "24007" else "",
            "assumed",
        )


def _rates(con: duckdb.DuckDBPyConnection, _size: Scale) -> Iterator[ReportLine]:
    section = "征缴"
    last = _one(con, "select max(period) from notice where period < (select max(period) from notice)")
    due, paid = con.execute(
        """
        select sum(amount), sum(money) from notice
        left join (select BMLY_DM, ZJTZLSH, CSPCH, sum(SJJE) as money from tax_levy."ZS_SJXX" group by all)
            on BMLY_DM = department and ZJTZLSH = serial and CSPCH = batch
        where period = ? and valid = 'Y'
        """,
        [last],
    ).fetchall()[0]
    yield ReportLine(section, f"{last} 所属期上解金额占应征（%）", _percent(paid, due), "97–99.5 %", "assumed")
    late, settled = con.execute(
        """
        select count(*) filter (where strftime(RKRQ, '%Y%m') > strftime(SJRQ, '%Y%m')), count(*)
        from tax_levy."ZS_RKXX" join tax_levy."ZS_SJXX" using (DZSPHM, ZSXM_DM, ZSPM_DM)
        """
    ).fetchall()[0]
    yield ReportLine(section, "跨月入库（%）", _percent(late, settled), "0.5–2 %", "assumed")
    for label, condition in (
        ("1–10 日", "extract(day from SJRQ) <= 10"), ("11–20 日", "extract(day from SJRQ) between 11 and 20"),
        ("21–25 日", "extract(day from SJRQ) between 21 and 25"), ("26 日至月末", "extract(day from SJRQ) > 25"),
    ):  # fmt: skip
        share = _one(
            con, f'select round(100.0 * count(*) filter (where {condition}) / count(*), 1) from tax_levy."ZS_SJXX"'
        )
        yield ReportLine("上解在月内的分布（%）", label, share, "征期至 25 日左右", "source")


def _curves(con: duckdb.DuckDBPyConnection, _size: Scale) -> Iterator[ReportLine]:
    rows = con.execute(
        """
        select coalesce(bureau_name, bureau), strftime(SJRQ, '%Y%m') as month, sum(money) from (
            select SKSSSWJG_DM as bureau, BMLY_DM, ZJTZLSH, CSPCH, ZSXM_DM, ZSPM_DM from tax_levy."ZS_SBXX")
        join (select BMLY_DM, ZJTZLSH, CSPCH, ZSXM_DM, ZSPM_DM, SJRQ, SJJE as money from tax_levy."ZS_SJXX")
            using (BMLY_DM, ZJTZLSH, CSPCH, ZSXM_DM, ZSPM_DM)
        left join ref_bureau on bureau_code = bureau
        group by all order by 1, 2
        """
    ).fetchall()
    for bureau, months in itertools.groupby(rows, key=lambda row: row[0]):
        found = list(months)
        section = f"上解金额（万元，{found[0][1]} 起按月）"
        yield ReportLine(section, bureau, " ".join(f"{money / 10000:.0f}" for _, _, money in found), "", "computed")


def show(console: Console | None = None) -> None:
    """Print the report, a table for each section."""
    console = console or Console(width=150)
    state = writers.read_state()
    console.print(
        f"seed {state['seed']}, scale {state['scale']}, as of {state['as_of']}, world {state.get('world_id', '')}"
    )
    for section, found in itertools.groupby(lines(), key=lambda line: line.section):
        table = Table(title=section, title_justify="left", show_edge=False, pad_edge=False)
        for column, justify in (("项目", "left"), ("模拟值", "right"), ("应为", "left"), ("来源", "left")):
            table.add_column(column, justify=justify)  # type: ignore[arg-type]
        for line in found:
            value = "" if line.value is None else f"{line.value:,}" if isinstance(line.value, int) else str(line.value)
            table.add_row(line.label, value, line.expected, line.source)
        console.print(table)
        console.print()
