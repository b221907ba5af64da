"""What the employer client looks like, beside the numbers that it is calibrated to."""

import duckdb

from simulator.part import ReportLine

SECTION = "用人单位客户端"
USED = """
    with units as (select distinct DJXH from tax_mgmt."SB_DJXX"),
    registered as (select distinct ZCDJXH as DJXH from tax_client."KHD_ZH" where ZHZT_DM = '1'),
    bound as (
        select DJXH from tax_client."KHD_BDRZ" where CZJG_DM = '1' and DJXH is not null
        group by DJXH having count(case when CZLX_DM = '1' then 1 end) > count(case when CZLX_DM = '2' then 1 end)
    )
    select count(*), count(registered.DJXH), count(bound.DJXH) from units
    left join registered using (DJXH) left join bound using (DJXH)
"""


def report(con: duckdb.DuckDBPyConnection) -> list[ReportLine]:
    """Lines over the written exchange."""

    def share(query: str) -> float | None:
        part, whole = con.execute(query).fetchone() or (0, 0)
        return round(100 * part / whole, 2) if whole else None

    units, registered, bound = con.execute(USED).fetchone() or (0, 0, 0)
    lines = [
        ReportLine(
            SECTION,
            "有本单位账户的纳税人（%）",
            round(100 * registered / units, 2) if units else None,
            "85–95 %，代理记账另计",
            "assumed",
        ),
        ReportLine(
            SECTION, "已绑定户籍的纳税人（%）", round(100 * bound / units, 2) if units else None, "80–92 %", "assumed"
        ),
    ]
    for label, wanted, table, counted, where in (
        ("险种信息已确认（%）", "75–90 %", "KHD_XZQR", "QRZT_DM = '1'", "QRZT_DM <> '3'"),
        ("三方协议在客户端签订（%）", "前台与客户端比对", "KHD_QYRZ", "BLQD_DM <> '1'", "CZLX_DM = '1'"),
        ("缴费在客户端办理（%）", "75–90 %", "KHD_JFRZ", "BLQD_DM <> '1'", "JFZT_DM = '1'"),
        ("完税证明线上打印（%）", "60–85 %", "KHD_PZDY", "BLQD_DM <> '1'", "DYJG_DM = '1'"),
        ("登录失败（%）", "3–10 %，含无法登录的时段", "KHD_DLRZ", "DLJG_DM = '2'", "true"),
    ):
        query = f'select count(case when {counted} then 1 end), count(*) from tax_client."{table}" where {where}'
        lines.append(ReportLine(SECTION, label, share(query), wanted, "assumed"))
    return lines
