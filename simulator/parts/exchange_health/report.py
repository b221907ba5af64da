"""How available the exchange systems were, and how their load ran, beside what was assumed."""

import duckdb

from simulator.part import ReportLine

SECTION = "交换库运行"


def report(con: duckdb.DuckDBPyConnection) -> list[ReportLine]:
    """Lines over the written exchange."""
    lines = [
        ReportLine(SECTION, f"{name} 可用率（%，不含计划维护）", share, "99.5 % 以上", "assumed")
        for name, share in con.execute(
            """select XTMC, round(100.0 * count(case when ZT_DM <> '3' then 1 end) / count(*), 2)
            from exchange_ops."JK_XTXT" where JHWHBZ is null group by all order by all"""
        ).fetchall()
    ]
    for hour, milliseconds in con.execute(
        """select hour(TXSJ), round(avg(XYHS), 1) from exchange_ops."JK_XTXT" where hour(TXSJ) in (3, 10, 13, 16, 20) group by all order by all"""
    ).fetchall():
        lines.append(ReportLine(SECTION, f"{hour} 时平均响应（毫秒）", milliseconds, "上下午高、夜间低", "assumed"))
    for table, label in (("JK_CRSB", "插入失败批次"), ("JK_MCX", "慢查询次数")):
        row = con.execute(f'select count(*) from exchange_ops."{table}"').fetchone()
        lines.append(ReportLine(SECTION, label, row[0] if row else None, "月末较多", "assumed"))
    return lines
