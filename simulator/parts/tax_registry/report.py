"""What the tax core's odds and ends look like, beside the numbers that they are calibrated to."""

from typing import Any

import duckdb

from simulator.part import ReportLine

SECTION = "税务登记与户籍配套"


def report(con: duckdb.DuckDBPyConnection) -> list[ReportLine]:
    """Lines over the written exchange."""

    def value(query: str) -> Any:
        row = con.execute(query).fetchone()
        return row[0] if row else None

    institutions = """select DJXH from tax_core."DJ_NSRXX" where NSRZT_DM = '03' and substr(SHXYDM, 1, 2) in ('11', '12') and DJRQ < """
    lines = [
        ReportLine(
            SECTION, f"机关事业单位残保金申报率 {year} 年度（%）",
            value(
                f"""select round(100.0 * count(distinct c.DJXH) / count(distinct n.DJXH), 1) from ({institutions} make_date({year} + 1, 1, 1)) as n
                left join (select DJXH from tax_registry."CBJ_SB" where SBND = '{year}' and ZFBZ is null) as c using (DJXH)"""
            ),
            expected, "assumed",
        )
        for year, expected in (("2024", "约 92–97 %"), ("2025", "申报期未结束"))
    ]  # fmt: skip
    for label, query, expected, source in (
        ("待批扣生成率（%）", 'select round(100.0 * count(case when SCBZ = \'Y\' then 1 end) / count(SCBZ), 2) from tax_registry."PK_YY"',
         "近 100 %", "assumed"),
        ("征集单拦截率（%）",
         'select round(100.0 * (select count(*) from tax_registry."ZC_JYJG") / count(*), 3) from tax_support."ZC_ZJXX"', "0.05–2 %", "assumed"),
        ("已分配科所户籍占比（%）",
         """select round(100.0 * count(f.DWBH) / count(*), 2) from tax_support."ZC_DWXX" as z
            left join (select distinct BMLY_DM, DWBH, XTLY from tax_registry."KS_FP" where SXSJ is null) as f using (BMLY_DM, DWBH, XTLY)""",
         "近 100 %", "assumed"),
        ("原南宁系统含医疗险种户籍", "select count(distinct DWBH) from tax_registry.\"YXT_DWXZ\" where XZLX_DM = '04'", "", "computed"),
        ("安置退役士兵单位", 'select count(*) from tax_registry."TYSB_DW" where YXQZ is null', "1.5 %", "assumed"),
        ("特殊缴费报文", 'select count(*) from tax_registry."TSJF_BW"', "", "computed"),
        ("代码未对照", "select count(*) from tax_registry.\"DM_DZ\" where DZZT_DM = '0'", "约 1.2 %", "assumed"),
    ):  # fmt: skip
        lines.append(ReportLine(SECTION, label, value(query), expected, source))
    return lines
