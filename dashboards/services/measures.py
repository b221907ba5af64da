"""A metric's figures as people read them: values with their unit, changes, bands, names of periods and cuts."""

from decimal import Decimal
from typing import Any

from dashboards.services import formats

Row = dict[str, Any]
PERIOD_TYPES = {"day": "日", "week": "周", "month": "月", "quarter": "季", "year": "年", "fee_year": "缴费年度"}
CUTS = {
    "total": "全部", "insurance": "险种", "levy_item": "征收项目", "department": "社保医保系统", "origin": "单据来源", "agency": "经办机构",
    "unit_type": "单位类型", "source_system": "系统来源", "void_reason": "作废原因", "channel": "缴款方式", "place": "办理渠道",
    "sign_place": "签约渠道", "person_insurance": "险种", "subitem": "征收品目", "person_kind": "人员类别", "person_channel": "缴费渠道",
    "channel_group": "渠道大类",
}  # fmt: skip
BANDS = {"better": "明显好于全市", "same": "与全市无显著差别", "worse": "明显差于全市"}


def period_name(period_type: str, period: str) -> str:
    """202606 → 2026年6月, 2026Q2 → 2026年第2季度, a Monday → the week from it on."""
    if period_type == "month":
        return formats.period_name(period)
    if period_type == "quarter":
        return f"{period[:4]}年第{period[-1]}季度"
    if period_type == "week":
        return f"{period} 起一周"
    return f"{period}年" if period_type == "year" else f"{period} 年度" if period_type == "fee_year" else period


def period_short(period_type: str, period: str) -> str:
    """The same for an axis."""
    return formats.period_short(period) if period_type == "month" else period


def amount(value: Any, unit: str) -> str:
    """A number with the metric's unit."""
    if value is None:
        return formats.NONE
    return formats.money(value) if unit == "元" else f"{formats.count(value)} {unit}"


def value(metric: Row, row: Row | None) -> str:
    """What a metric is: its rate, or its number."""
    if row is None:
        return formats.NONE
    return formats.share(row["rate"]) if metric["is_rate"] else amount(row["numerator"], str(metric["unit"]))


def size(metric: Row, row: Row) -> float | None:
    """The same as a number to draw: a rate in percent, money in 万元, else the count."""
    if metric["is_rate"]:
        return None if row["rate"] is None else float(row["rate"]) * 100
    return float(row["numerator"]) / (10_000 if metric["unit"] == "元" else 1)


def is_compared(row: Row, other: str) -> bool:
    """Whether there is a season to compare with: in one in which nobody has paid nothing was collected yet, or it is not in the data."""
    return str(row.get("period_type")) != "fee_year" or bool(formats.decimal_of(row.get(f"{other}_numerator")))


def rate_change(row: Row, other: str) -> Decimal | None:
    """The change of a rate against `prev` or `prev_year`; None where there is nothing to compare with."""
    return formats.decimal_of(row["rate_mom" if other == "prev" else "rate_yoy"]) if is_compared(row, other) else None


def value_year_before(metric: Row, row: Row) -> str:
    """What the metric was a year before, at the same progress."""
    if not is_compared(row, "prev_year"):
        return formats.NONE
    if metric["is_rate"]:
        return formats.share(row["prev_year_rate"])
    return amount(row["prev_year_numerator"], str(metric["unit"]))


def size_year_before(metric: Row, row: Row) -> float | None:
    """The same as a number to draw."""
    if not is_compared(row, "prev_year"):
        return None
    if metric["is_rate"]:
        return None if row["prev_year_rate"] is None else float(row["prev_year_rate"]) * 100
    if row["prev_year_numerator"] is None:
        return None
    return float(row["prev_year_numerator"]) / (10_000 if metric["unit"] == "元" else 1)


def limits(row: Row) -> str:
    """The control limits between which a difference from the city may be chance."""
    if row["band_low"] is None or row["band_high"] is None:
        return formats.NONE
    return f"{formats.share(row['band_low'])}～{formats.share(row['band_high'])}"


def axis(metric: Row) -> str:
    """The unit of the drawing."""
    return "%" if metric["is_rate"] else "万元" if metric["unit"] == "元" else str(metric["unit"])


def change(metric: Row, row: Row, other: str) -> str:
    """The change against `prev` or `prev_year`: points of a rate, percent of a number."""
    if metric["is_rate"]:
        return formats.points(rate_change(row, other))
    now, before = formats.decimal_of(row["numerator"]), formats.decimal_of(row[f"{other}_numerator"])
    if now is None or not before:
        return formats.NONE
    return f"{formats.points(now / before - 1)}%"


def gap(metric: Row, row: Row) -> str:
    """How much is missing to the target, in people or money; 已达标 where nothing is, none where nothing was due."""
    if row["gap"] is None or (metric["is_rate"] and row["rate"] is None):
        return formats.NONE
    return amount(row["gap"], str(metric["unit"])) if row["gap"] > 0 else "已达标"
