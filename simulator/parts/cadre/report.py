"""What the village cadres' module looks like, beside the numbers that it is calibrated to."""

from typing import Any

import duckdb

from simulator.part import ReportLine

SECTION = "个人社保（村干）"


def report(con: duckdb.DuckDBPyConnection) -> list[ReportLine]:
    """Lines over the written exchange."""

    def one(query: str) -> Any:
        row = con.execute(query).fetchone()
        return row[0] if row else None

    return [
        ReportLine(SECTION, "已注册村干", one('select count(*) from tax_cadre."GB_ZH"'), "每村 1–2 名，小规模时每镇", "assumed"),
        ReportLine(SECTION, "管理人数（去重）", one('select count(distinct MXXH) from tax_cadre."GB_DRMX"'), "约为居民的一半", "assumed"),
        ReportLine(
            SECTION, "名册匹配成功（%）",
            one("""select round(100.0 * count(case when PPZT_DM = '1' then 1 end) / nullif(count(*), 0), 2) from tax_cadre."GB_DRMX" """),
            "97–99 %", "assumed",
        ),
        ReportLine(SECTION, "打印缴费证明", one("""select count(*) from tax_cadre."GB_DYRZ" where PZZL_DM = '2'"""), "", "computed"),
        ReportLine(SECTION, "打印完税证明", one("""select count(*) from tax_cadre."GB_DYRZ" where PZZL_DM = '1'"""), "", "computed"),
    ]  # fmt: skip
