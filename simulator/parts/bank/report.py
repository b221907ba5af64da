"""Lines of the sanity report about banks, cash, vouchers and treasury, over the written exchange."""

from typing import TYPE_CHECKING

from simulator.part import ReportLine

if TYPE_CHECKING:
    import duckdb

SECTION = "银行与国库（单位）"
SHARES = (
    ("批扣成功率（按笔，%）", "count(*) filter (where \"QCZT_DM\" = '3')", "count(*)", 'tax_bank."PK_MX" where "FHDM" is not null', "85–95 %"),
    ("批扣失败中余额不足（%）", "count(*) filter (where \"FHDM\" = '24007')", "count(*)", 'tax_bank."PK_MX" where "FHDM" <> \'90000\'', "60–75 %"),
    ("缴款书中自收现金（%）", "count(*) filter (where \"JKFS_DM\" = '4')", "count(*)", 'tax_levy."ZS_JKS"', "< 3 %"),
    ("现金票据已汇总（%）", 'count("HZXH")', "count(*)", 'tax_bank."XJ_PJ"', ""),
    ("银行端查询凭证由客户端开具（%）", "count(*) filter (where \"KJQD_DM\" = '2')", "count(*)", 'tax_bank."YHD_PZ"', ""),
    ("凭证号请求获取成功（%）", "count(*) filter (where \"HQJG_DM\" = '1')", "count(*)", 'tax_bank."YHD_PZ"', ""),
)  # fmt: skip


def report(con: "duckdb.DuckDBPyConnection") -> list[ReportLine]:
    """Success of batches, shares of cash and vouchers, and the treasury's statement beside the settlements."""
    lines = []
    for label, part, whole, source, expected in SHARES:
        row = con.execute(f"select round(100.0 * {part} / nullif({whole}, 0), 2) from {source}").fetchone()
        lines.append(
            ReportLine(SECTION, label, row[0] if row else None, expected, "assumed" if expected else "computed")
        )
    for label, query in (
        ("国库入库流水合计（元）", 'select sum("RKJE") from tax_bank."GK_RKLS"'),
        ("入库信息合计（元）", 'select sum("RKJE") from tax_levy."ZS_RKXX"'),
        ("TIPS与税务不一致（笔）", "select count(*) from tax_bank.\"TIPS_JG\" where \"DZBS_DM\" in ('2', '3', '4')"),
        ("未发送的待批扣清册（笔）", 'select count(*) from tax_bank."PK_MX" where "FSSJ" is null'),
    ):
        row = con.execute(query).fetchone()
        expected = "等于国库入库流水，预置差异除外" if label.startswith("入库信息") else ""
        lines.append(ReportLine(SECTION, label, row[0] if row else None, expected, "computed"))
    return lines
