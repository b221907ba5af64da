"""What a list of 对账 looks like as a file: its columns, what is said above it, its name."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from dashboards.services import formats, values, words
from dashboards.services.workbook import Field

REGISTERED = "对账"
_DEFINITION = "逐笔比对，双方不一致的记录；约定时限内的不算差异。差额＝{first}－{other}。"
_BY_ITEM = "按险种列出，与差额去向的合计相同；已由他日流水说明的也在其中。"


def fields(filters: Mapping[str, Any], names: values.Names) -> dict[str, Field]:
    """Columns of a list of breaks by their names, as on the page."""
    first, other = sides(filters)
    return {
        "unit": Field("单位", lambda row: row["unit_name"]),
        "bill": Field("单据键", lambda row: row["bill_key"]),
        **({} if _of_departments(filters) else {
            "ticket": Field("电子税票号码", lambda row: row["ticket_no"]),
            "pair": Field("前者 ↔ 后者", lambda row: words.pair_name(row["pair"], row["measure"])),
        }),
        **({"outcome": Field("结果", outcome)} if _of_departments(filters) else {}),
        "cause": Field("原因", cause),
        "item": Field("险种", lambda row: row["insurance_name"] or names.items.get(str(row["insurance_code"]), row["insurance_code"])),
        "bureau": Field("主管局", lambda row: names.bureaus.get(str(row["bureau_code"]), row["bureau_code"] or "未分配")),
        "agency": Field("经办机构", lambda row: names.agencies.get(str(row["agency_code"]), row["agency_code"])),
        "period": Field("所属期", lambda row: formats.period_name(row["period"]) if row["period"] else None),
        "first": Field(f"{first}（元）", lambda row: row["tax_amount"], "money"),
        "other": Field(f"{other}（元）", lambda row: row["agency_amount"], "money"),
        "difference": Field("差额（元）", lambda row: row["difference"], "money"),
        "age": Field("已过工作日", lambda row: row["age_workdays"], "count"),
        **({} if _of_departments(filters) else {
            "since": Field("起始日", lambda row: row["since_date"], "day"),
            "due": Field("预计消除日", lambda row: row["expected_clear_date"], "day"),
            "overdue": Field("超期", lambda row: "超期" if row["is_overdue"] else None),
        }),
        "evidence": Field("依据", lambda row: row["evidence"], "long"),
    }  # fmt: skip


def sides(filters: Mapping[str, Any]) -> tuple[str, str]:
    """The names of the two sides; of several pairs there are no names in common."""
    pairs = [filters["pair"]] if _of_departments(filters) else filters["pairs"]
    return words.SIDES.get(pairs[0], ("前者", "后者")) if pairs and len(pairs) == 1 else ("前者", "后者")


def outcome(row: Mapping[str, Any]) -> str:
    """A break's outcome in words."""
    return words.OUTCOMES.get(int(row["outcome_code"]), str(row["outcome"]))


def cause(row: Mapping[str, Any]) -> str:
    """Why a break is there: the annuity's case, the exception, or the cause, in words."""
    special = row.get("case_name") or row.get("exception_name")
    return str(special or row["cause"] or words.CAUSES.get(row["cause_code"], row["cause_code"]))


def filter_words(filters: Mapping[str, Any], bureaus: Mapping[str, str]) -> str:
    """The filters of a list of breaks in words."""
    of_departments = _of_departments(filters)
    said = [
        "、".join(
            words.pair_name(pair, filters["measure"] or "")
            for pair in ([filters["pair"]] if of_departments else filters["pairs"] or [])
        )
        or "全部比对"
    ]
    if filters.get("period"):
        said.append(f"{'费款所属期' if of_departments else '月份'}：{formats.period_name(filters['period'])}")
    if filters.get("bureau_code"):
        said.append(f"主管局：{bureaus.get(filters['bureau_code'], filters['bureau_code'])}")
    if filters.get("outcome_code") is not None:
        said.append(f"结果：{words.OUTCOMES[int(filters['outcome_code'])]}")
    if filters.get("cause_code"):
        code = filters["cause_code"]
        said.append(f"原因：{filters.get('cause_name') or words.CAUSES.get(code, code)}")
    if filters.get("exception_code"):
        said.append(f"异常类别：{words.EXCEPTIONS.get(filters['exception_code'], '全部异常')}")
    if filters.get("case_code"):
        said.append(f"情形：{words.ANNUITY_CASES[int(filters['case_code'])]}")
    if filters.get("overdue_only"):
        said.append("只看超期")
    return "；".join(said)


def definition(filters: Mapping[str, Any]) -> str:
    """What the rows are."""
    first, other = sides(filters)
    said = _DEFINITION.format(first=first, other=other)
    return said + (_BY_ITEM if filters.get("as_in_waterfall") else "")


def file_name(title: str, as_of: date, code: str) -> str:
    """For instance 对账 税务 ↔ 人社 应征 差异清单 2026-06-30 K7M2PQ9D.xlsx."""
    plain = "".join(" " if mark in '\\/:*?"<>|：' else mark for mark in title)[:40]
    return f"{REGISTERED} {plain} {as_of:%Y-%m-%d} {code}.xlsx"


def _of_departments(filters: Mapping[str, Any]) -> bool:
    return bool(filters["list"] == "departments")
