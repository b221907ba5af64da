"""What a list of 疑点数据 looks like as a file: its columns, its name, what is said above it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from dashboards.services import formats, listed, values, words
from dashboards.services.catalogue import Rule
from dashboards.services.workbook import Field

_STATES = {"open": "未结", "resolved": "已消除", "not_checked": "未检查"}
# Columns that a file always has where the list has them: on the page they stand in the cell of the first.
_IDENTIFYING = ("record", "bill", "ticket", "pair", "outcome")
_SHARES = ("confidence", "score")


def chosen(fields: Mapping[str, Field], cols: Sequence[str] | None) -> list[Field]:
    """The columns of a file: all, or what says what a row is and those that were chosen for the page."""
    if not cols:
        return list(fields.values())
    first = next(iter(fields), "")
    return [field for name, field in fields.items() if name == first or name in _IDENTIFYING or name in cols]


def finding_fields(rule: Rule, names: values.Names) -> dict[str, Field]:
    """Columns of a list of findings by their names, as on the page and with the evidence."""
    return {
        "unit": Field("单位", lambda row: row["unit_name"]),
        "record": Field("记录编号", lambda row: row["subject_key"]),
        "bureau": Field("主管局", lambda row: names.bureaus.get(str(row["bureau_code"]), row["bureau_code"] or "未分配")),
        "item": Field("险种", lambda row: names.items.get(str(row["insurance_code"]), row["insurance_code"])),
        "reason": Field("原因", lambda row: rule.reason(row["reason_code"])),
        "period": Field("所属期", lambda row: formats.period_name(row["period"]) if row["period"] else None),
        "amount": Field("金额（元）", lambda row: row["amount"], "money"),
        "since": Field("起始日", lambda row: row["since_date"], "day"),
        "age": Field("已过工作日", lambda row: row["age_workdays"], "count"),
        "state": Field("状态", lambda row: words.STATES.get(row["state"], row["state"])),
        "first_seen": Field("首次发现", lambda row: row["first_seen"], "day"),
        "evidence": Field("依据", lambda row: row["evidence"], "long"),
    }  # fmt: skip


def table_fields(rule: Rule, columns: Mapping[str, Any], names: values.Names) -> dict[str, Field]:
    """Columns of a rule's own table, in the users' order; `columns` is a first row, which says what the user may see."""
    return {
        name: Field(rule.label(name), lambda row, name=name: _value(rule, name, row, names), _kind(name, columns[name]))  # type: ignore[misc]
        for name in rule.shown
        if name in columns
    }


def _kind(name: str, value: Any) -> str:
    if name in _SHARES:
        return "share"
    if isinstance(value, Decimal | float):
        return "money"
    if isinstance(value, int) and not isinstance(value, bool):
        return "count"
    if isinstance(value, date):
        return "day"
    return "long" if name == "evidence" or (isinstance(value, str) and len(value) > 24) else "text"


def _value(rule: Rule, name: str, row: Mapping[str, Any], names: values.Names) -> Any:
    value = row[name]
    if value is None or (isinstance(value, int | float | Decimal | date | datetime) and not isinstance(value, bool)):
        return value
    return listed.spoken(rule, name, row, names)


def filter_words(rule: Rule, filters: Mapping[str, Any], bureaus: Mapping[str, str]) -> str:
    """The filters of a list in words."""
    said = []
    if filters.get("bureau_code"):
        said.append(f"主管局：{bureaus.get(filters['bureau_code'], filters['bureau_code'])}")
    if filters.get("kind") == "findings":
        said.append(f"状态：{_STATES.get(str(filters.get('state')), '全部')}")
    if filters.get("period"):
        said.append(f"所属期：{formats.period_name(filters['period'])}")
    if filters.get("reason_code"):
        said.append(f"原因：{rule.reason(filters['reason_code'])}")
    if filters.get("min_age") is not None:
        said.append(f"已过工作日不少于 {filters['min_age']}")
    if filters.get("max_age") is not None:
        said.append(f"已过工作日不超过 {filters['max_age']}")
    return "；".join(said) or "全部"


def file_name(rule: Rule, as_of: date, code: str) -> str:
    """For instance A7.4 部分缴纳 2026-06-30 K7M2PQ9D.xlsx."""
    title = "".join(mark for mark in rule.title if mark not in '\\/:*?"<>|')[:40]
    return f"{rule.rule_id} {title} {as_of:%Y-%m-%d} {code}.xlsx"
