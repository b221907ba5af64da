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
    "10": "转灵活就业",
}


def report(con: duckdb.DuckDBPyConnection) -> list[ReportLine]:
    """Lines over the written exchange."""

    def rows(query: str) -> list[tuple[Any, ...]]:
        return con.execute(query).fetchall()

    lines = []
    for label, query, of_city in (
        (
            "城乡居民医疗有效参保",
            'nhsa_person."PSN_INSU_D" where "INSUTYPE" = \'390\' and "INSU_STAS" = \'1\'',
            6_120_000,
        ),
        (
            "城乡居民养老有效参保（含领取待遇）",
            "hrss_person.\"RS_RYCB\" where \"AAE140\" = '170' and \"AAC031\" in ('1', '4', '5')",
            2_400_000,
        ),
        (
            "城乡居民养老缴费人员",
            'hrss_person."RS_RYCB" where "AAE140" = \'170\' and "AAC031" = \'1\'',
            1_500_000,
        ),
        (
            "灵活就业医疗（市本级）",
            'nhsa_person."PSN_INSU_D" where "INSUTYPE" = \'310\' and "INSU_STAS" = \'1\' and "OPTINS_NO" = \'4500000201450100\'',
            160_000,
        ),
        (
            "灵活就业医疗（区本级）",
            'nhsa_person."PSN_INSU_D" where "INSUTYPE" = \'310\' and "INSU_STAS" = \'1\' and "OPTINS_NO" = \'4500000201450000\'',
            13_055,
        ),
        (
            "市本级参保学生",
            'nhsa_person."PSN_INSU_D" where "INSUTYPE" = \'390\' and "INSU_STAS" = \'1\' and "OPTINS_NO" = \'4500000201450100\'',
            290_000,
        ),
        ("学校", 'nhsa_person."SCHL_INFO_B"', None),
        ("城乡居民医疗旧系统人员", 'nhsa_legacy."LYB_RYXX"', None),
        ("城乡居民养老旧系统人员", 'hrss_legacy."LRS_RYCB"', None),
    ):
        source = "source" if of_city else "computed"
        lines.append(
            ReportLine(SECTION, label, rows(f"select count(*) from {query}")[0][0], "", source, of_city=of_city)
        )
    for year, count in rows(
        """select extract(year from "HDSJ")::int, count(*) from hrss_person."RS_TSJF" where "TSJFLX" = '1' group by all order by all"""
    ):
        lines.append(ReportLine(SECTION, f"{year} 年退休一次性补缴", count, "一年，含职工", "source", of_city=80_000))
    for kind, count in rows(
        """
        select kind, count(*) from (
            select "BDLX" as kind from hrss_person."RS_RYBD" union all select "CHG_TYPE" from nhsa_person."PSN_CHG_D"
        ) group by all order by all
        """
    ):
        lines.append(ReportLine(SECTION, f"人员变更 {CHANGES.get(kind, kind)}", count, "", "assumed"))
    for term, count in rows('select "TERM_CODE", count(*) from nhsa_person."STU_INFO_D" group by all order by all'):
        lines.append(ReportLine(f"{SECTION}：学生按学期", term, count, "", "source", of_city=290_000))
    for agency, medical, pension in rows(
        """
        select coalesce(any_value(agency_name), agency), count(case when insurance = '390' then 1 end), count(case when insurance = '170' then 1 end) from (
            select "OPTINS_NO" as agency, "INSUTYPE" as insurance from nhsa_person."PSN_INSU_D" where "INSU_STAS" = '1'
            union all
            select "YAB003", "AAE140" from hrss_person."RS_RYCB" where "AAC031" in ('1', '4', '5')
        ) left join ref_agency on agency_code = agency group by agency order by agency
        """
    ):
        lines.append(
            ReportLine(
                f"{SECTION}：居民医疗／养老按经办机构", agency, f"{medical} / {pension}", "户籍人口占比", "assumed"
            )
        )
    return lines
