"""What the persons' tax side looks like, beside the numbers that it is calibrated to."""

import itertools
from typing import Any

import duckdb

from simulator.part import ReportLine

SECTION = "自然人缴费"
PAYMENTS = """(
    select JFQD_DM as channel, ZSXM_DM as item, BMLY_DM as department, SKSSQZ as period_end, SJJE as amount, KJSJ as issued_at, SKSSSWJG_DM as bureau
    from tax_person."ZRR_JKXX"
    union all
    select '41', pays.ZSXM_DM, pays.BMLY_DM, details.SKSSQZ, details.YJFE, pays.KJSJ, pays.SKSSSWJG_DM
    from tax_virtual."XNH_SBMX" as details join tax_virtual."XNH_JKXX" as pays on pays.JKXH = details.JKXH
)"""
NAMES = {"10212": "城乡居民医疗", "10210": "城乡居民养老", "10201": "灵活就业养老", "10203": "灵活就业医疗"}


def report(con: duckdb.DuckDBPyConnection) -> list[ReportLine]:
    """Lines over the written exchange."""

    def rows(query: str) -> list[tuple[Any, ...]]:
        return con.execute(query).fetchall()

    lines = []
    of_city = {"10212": 6_120_000, "10210": 1_500_000, "10203": 173_000}
    for item, count in rows(
        "select ZSXM_DM, count(*) from tax_person.\"ZRR_DJXX\" where DJZT_DM = '1' group by all order by all"
    ):
        lines.append(
            ReportLine(SECTION, f"有效参保登记 {NAMES.get(item, item)}", count, "", "source", of_city=of_city.get(item))
        )
    for year, count, amount in rows(
        f"select extract(year from issued_at)::int, count(*), sum(amount) from {PAYMENTS} group by all order by all"
    ):
        lines.append(ReportLine(SECTION, f"{year} 年缴款笔数", count, "一整年", "source", of_city=8_000_000))
        lines.append(ReportLine(SECTION, f"{year} 年缴款金额（元）", amount, "", "computed"))
    total = rows(f"select count(*) from {PAYMENTS} where item in ('10210', '10212')")[0][0]
    for label, codes, wanted in (
        ("微信、支付宝", "'11', '12'", "70–85 %"),
        ("虚拟户", "'41'", "5–10 %"),
        ("批扣", "'31'", "10–20 %"),
        ("大厅现金", "'51'", "< 2 %"),
    ):
        count = rows(f"select count(*) from {PAYMENTS} where item in ('10210', '10212') and channel in ({codes})")[0][0]
        lines.append(
            ReportLine(
                SECTION,
                f"居民缴费渠道 {label}（%）",
                round(100 * count / total, 2) if total else None,
                wanted,
                "assumed",
            )
        )
    sent, succeeded = rows("select count(*), count(case when FHDM = '90000' then 1 end) from tax_person.\"ZRR_PKJG\"")[
        0
    ]
    lines.append(
        ReportLine(SECTION, "批扣成功率（%）", round(100 * succeeded / sent, 2) if sent else None, "60–80 %", "assumed")
    )
    for reason, count in rows(
        "select FHDM || ' ' || FHXX, count(*) from tax_person.\"ZRR_PKJG\" where FHDM <> '90000' group by all order by 2 desc, 1"
    ):
        share = round(100 * count / (sent - succeeded), 2)
        lines.append(
            ReportLine(
                SECTION,
                f"批扣失败原因 {reason}（%）",
                share,
                "余额不足 60–75 %" if reason.startswith("24007") else "",
                "assumed",
            )
        )
    for month, count in rows(
        f"select strftime(issued_at, '%Y%m'), count(*) from {PAYMENTS} where item = '10212' group by all order by all"
    ):
        lines.append(ReportLine(f"{SECTION}：城乡居民医疗按月", month, count, "10–12 月集中", "source"))
    paid = rows(
        f"""
        select coalesce(any_value(bureau_name), bureau), strftime(issued_at, '%Y%m') as month, count(*) from {PAYMENTS}
        left join ref_bureau on bureau_code = bureau
        where issued_at >= date_trunc('month', (select max(issued_at) from {PAYMENTS})) - interval 12 months
        group by bureau, month order by bureau, month
        """
    )
    months = sorted({month for _, month, _ in paid})
    for bureau, counts in itertools.groupby(paid, key=lambda row: row[0]):
        of_month = {month: count for _, month, count in counts}
        section = f"自然人缴款笔数（{months[0]} 起按月，按主管局）"
        curve = " ".join(str(of_month.get(month, 0)) for month in months)
        lines.append(ReportLine(section, str(bureau), curve, "居民 10–12 月集中", "source"))
    for bureau, share in rows(
        """
        select coalesce(any_value(bureau_name), people.ZGSWJ_DM), round(100.0 * count(paid.SBDJXH) / count(*), 2)
        from tax_person."ZRR_DJXX" as people
        left join (
            select distinct SBDJXH from (
                select SBDJXH, SKSSQZ from tax_person."ZRR_JKXX" union all select SBDJXH, SKSSQZ from tax_virtual."XNH_SBMX"
            ) where SKSSQZ = (select max(SKSSQZ) from tax_person."ZRR_JKXX" where ZSXM_DM = '10212')
        ) as paid on paid.SBDJXH = people.SBDJXH
        left join ref_bureau on bureau_code = people.ZGSWJ_DM
        where people.DJZT_DM = '1' and people.ZSXM_DM = '10212'
        group by people.ZGSWJ_DM order by people.ZGSWJ_DM
        """
    ):
        lines.append(ReportLine(f"{SECTION}：居民医疗参保缴费率（%）", str(bureau), share, "90–97 %", "assumed"))
    return lines
