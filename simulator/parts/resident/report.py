"""How many persons the departments know, beside the numbers that the population is calibrated to."""

from typing import Any

import duckdb

from simulator.part import ReportLine

SECTION = "自然人参保"
CHANGES = {
    "01": "死亡",
    "02": "参军",
    "03": "迁出",
    "04": "停保",
    "05": "转职工",
    "06": "转学校参保",
    "07": "领取待遇",
    "08": "暂停待遇",
}


def report(con: duckdb.DuckDBPyConnection) -> list[ReportLine]:
    """Lines over the written exchange."""

    def rows(query: str) -> list[tuple[Any, ...]]:
        return con.execute(query).fetchall()

    lines = []
    for label, query, expected in (
        (
            "城乡居民医疗有效参保",
            'nhsa_person."PSN_INSU_D" where "INSUTYPE" = \'390\' and "INSU_STAS" = \'1\'',
            "612 万 × 比例",
        ),
        (
            "城乡居民养老有效参保（含领取待遇）",
            "hrss_person.\"RS_RYCB\" where \"AAE140\" = '170' and \"AAC031\" in ('1', '4', '5')",
            "240 万 × 比例",
        ),
        (
            "城乡居民养老缴费人员",
            'hrss_person."RS_RYCB" where "AAE140" = \'170\' and "AAC031" = \'1\'',
            "150 多万 × 比例",
        ),
        (
            "灵活就业医疗（市本级）",
            'nhsa_person."PSN_INSU_D" where "INSUTYPE" = \'310\' and "INSU_STAS" = \'1\' and "OPTINS_NO" = \'4500000201450100\'',
            "16 万 × 比例",
        ),
        (
            "灵活就业医疗（区本级）",
            'nhsa_person."PSN_INSU_D" where "INSUTYPE" = \'310\' and "INSU_STAS" = \'1\' and "OPTINS_NO" = \'4500000201450000\'',
            "1.3055 万 × 比例",
        ),
        (
            "市本级参保学生",
            'nhsa_person."PSN_INSU_D" where "INSUTYPE" = \'390\' and "INSU_STAS" = \'1\' and "OPTINS_NO" = \'4500000201450100\'',
            "29 万 × 比例",
        ),
        ("学校", 'nhsa_person."SCHL_INFO_B"', ""),
        ("城乡居民医疗旧系统人员", 'nhsa_legacy."LYB_RYXX"', ""),
        ("城乡居民养老旧系统人员", 'hrss_legacy."LRS_RYCB"', ""),
    ):
        source = "source" if expected else "computed"
        lines.append(ReportLine(SECTION, label, rows(f"select count(*) from {query}")[0][0], expected, source))
    for year, count in rows(
        """select extract(year from "HDSJ")::int, count(*) from hrss_person."RS_TSJF" where "TSJFLX" = '1' group by all order by all"""
    ):
        lines.append(ReportLine(SECTION, f"{year} 年退休一次性补缴", count, "每年约 8 万（含职工）× 比例", "source"))
    for kind, count in rows(
        """
        select kind, count(*) from (
            select "BDLX" as kind from hrss_person."RS_RYBD" union all select "CHG_TYPE" from nhsa_person."PSN_CHG_D"
        ) group by all order by all
        """
    ):
        lines.append(ReportLine(SECTION, f"人员变更 {CHANGES.get(kind, kind)}", count, "", "assumed"))
    for term, count in rows('select "TERM_CODE", count(*) from nhsa_person."STU_INFO_D" group by all order by all'):
        lines.append(ReportLine(f"{SECTION}：学生按学期", term, count, "29 万 × 比例", "source"))
    for agency, medical, pension in rows(
        """
        select agency, count(case when insurance = '390' then 1 end), count(case when insurance = '170' then 1 end) from (
            select "OPTINS_NO" as agency, "INSUTYPE" as insurance from nhsa_person."PSN_INSU_D" where "INSU_STAS" = '1'
            union all
            select "YAB003", "AAE140" from hrss_person."RS_RYCB" where "AAC031" in ('1', '4', '5')
        ) group by all order by all
        """
    ):
        lines.append(
            ReportLine(
                f"{SECTION}：居民医疗／养老按经办机构", agency, f"{medical} / {pension}", "户籍人口占比", "assumed"
            )
        )
    return lines
