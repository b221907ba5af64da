"""What the items of 批扣核查 look like as a file: its columns, what is said above it, its name."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from dashboards.services import values, verdicts
from dashboards.services.catalogue import Rule
from dashboards.services.workbook import Field

REGISTERED = "批扣核查"
TITLE = "清册明细"
DEFINITION = "尚未提交的批扣清册，逐条核查；一条有多个原因时停止先于核实，列出最先成立的原因。"


def fields(rules: Mapping[str, Rule], insurances: Mapping[str, str], names: values.Names) -> dict[str, Field]:
    """Columns of the items by their names, as on the page."""
    return {
        "person": Field("人员编号", lambda row: row["person_no"]),
        "item": Field("险种", lambda row: insurances.get(row["insurance_code"], row["insurance_code"])),
        "bureau": Field("主管局", lambda row: names.bureaus.get(str(row["bureau_code"]), row["bureau_code"] or "未分配")),
        "year": Field("年度", lambda row: row["fee_year"]),
        "amount": Field("金额（元）", lambda row: row["amount"], "money"),
        "verdict": Field("结论", lambda row: verdicts.VERDICTS[row["verdict"]][0]),
        "reason": Field("原因", lambda row: why(row, rules)),
        "saved": Field("可避免退费（元）", lambda row: row["refund_saved_amount"], "money"),
        "batch": Field("批次", lambda row: row["deduction_batch_no"]),
        "generated": Field("生成日期", lambda row: row["generated_date"], "day"),
        "number": Field("清册序号", lambda row: row["item_no"]),
    }  # fmt: skip


def why(row: Mapping[str, Any], rules: Mapping[str, Rule]) -> str:
    """The first reason, and how many more there are."""
    more = int(row["reason_count"]) - 1
    return verdicts.reason_name(row, rules) + (f"（另有 {more} 个原因）" if more > 0 else "")


def filter_words(filters: Mapping[str, Any], bureaus: Mapping[str, str], insurances: Mapping[str, str]) -> str:
    """The filters of the items in words."""
    verdict = filters.get("verdict")
    said = [f"结论：{verdicts.VERDICTS[verdict][0] if verdict else '停止和核实'}"]
    if filters.get("bureau_code"):
        said.append(f"主管局：{bureaus.get(filters['bureau_code'], filters['bureau_code'])}")
    if filters.get("insurance_code"):
        said.append(f"险种：{insurances.get(filters['insurance_code'], filters['insurance_code'])}")
    if filters.get("reason_code"):
        said.append(f"原因：{filters.get('reason_name') or filters['reason_code']}")
    return "；".join(said)


def file_name(as_of: date, code: str) -> str:
    """For instance 批扣核查 清册明细 2026-06-30 K7M2PQ9D.xlsx."""
    return f"{REGISTERED} {TITLE} {as_of:%Y-%m-%d} {code}.xlsx"
