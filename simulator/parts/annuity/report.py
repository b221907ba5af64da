"""Lines of the sanity report about occupational annuity, over the written exchange."""

from typing import TYPE_CHECKING

from simulator.part import ReportLine

if TYPE_CHECKING:
    import duckdb

SECTION = "职业年金"
LINES = (
    ("签约单位（户）", 'select count(distinct "DWBH") from annuity."NJ_XY"', "全部机关事业单位"),
    ("实时扣款单位占比（%）", "select round(100.0 * count(*) filter (where \"KKFS_DM\" = '1') / nullif(count(*), 0), 2) from annuity.\"NJ_XY\"", "30 %"),
    ("托收成功率（按笔，%）",
     "select round(100.0 * count(*) filter (where \"QCZT_DM\" = '3') / nullif(count(*), 0), 2) from annuity.\"NJ_TSQC\" where \"FHDM\" is not null", ""),
    ("单位缴纳（元）", 'select sum("DWJFJE") from annuity."NJ_SR"', "个人缴纳的两倍（8 % 与 4 %）"),
    ("个人缴纳（元）", 'select sum("GRJFJE") from annuity."NJ_SR"', ""),
    ("滞纳金（元）", 'select sum("ZNJ") from annuity."NJ_SR"', ""),
    ("利息（元）", 'select sum("LX") from annuity."NJ_SR"', ""),
    ("转账流水本金（元）", "select sum(\"ZZJE\") from annuity.\"NJ_ZZLS\" where \"KXLX_DM\" = '1' and \"CZBZ\" is null", "单位加个人，预置差异除外"),
    ("冲正（笔）", 'select count(*) from annuity."NJ_CZ"', ""),
)  # fmt: skip


def report(con: "duckdb.DuckDBPyConnection") -> list[ReportLine]:
    """Agreements, success of collection, the split of the income and the transfers beside it."""
    lines = []
    for label, query, expected in LINES:
        row = con.execute(query).fetchone()
        lines.append(
            ReportLine(SECTION, label, row[0] if row else None, expected, "assumed" if expected else "computed")
        )
    return lines
