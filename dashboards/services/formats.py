"""Numbers, dates and periods as people of the bureau write them."""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

NONE = "—"
_BEIJING = ZoneInfo("Asia/Shanghai")


def decimal_of(value: Any) -> Decimal | None:
    """A number as Decimal; None stays None."""
    if value is None:
        return None
    return value if isinstance(value, Decimal) else Decimal(str(value))


def _round(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def money_parts(value: Any) -> tuple[str, str]:
    """An amount in yuan as number and unit: 亿元 from 1e8, 万元 from 1e4, else 元."""
    amount = decimal_of(value)
    if amount is None:
        return NONE, ""
    size = abs(amount)
    if size >= Decimal("99995000"):
        return f"{_round(amount / 10**8, 2):,}", "亿元"
    if size >= Decimal("9999.995"):
        return f"{_round(amount / 10**4, 2):,}", "万元"
    return f"{_round(amount, 2):,}", "元"


def money(value: Any) -> str:
    """An amount with its unit: 1,234.56 万元."""
    number, unit = money_parts(value)
    return f"{number} {unit}".strip()


def wan(value: Any) -> str:
    """An amount in 万元 without unit, for table columns that name the unit."""
    amount = decimal_of(value)
    return NONE if amount is None else f"{_round(amount / 10**4, 2):,}"


def yuan(value: Any) -> str:
    """An exact amount in yuan, for single records."""
    amount = decimal_of(value)
    return NONE if amount is None else f"{_round(amount, 2):,}"


def share(value: Any) -> str:
    """A share between 0 and 1 as percent, two decimals, half up; 不适用 where nothing was due."""
    number = decimal_of(value)
    return "不适用" if number is None else f"{_round(number * 100, 2)}%"


def points(value: Any, places: int = 2) -> str:
    """A difference of two shares in percentage points, with its sign."""
    number = decimal_of(value)
    if number is None:
        return NONE
    rounded = _round(number * 100, places)
    return f"{rounded:+}" if rounded else f"{abs(rounded)}"


def count(value: Any) -> str:
    """A whole number with thousands separators."""
    number = decimal_of(value)
    return NONE if number is None else f"{int(number):,}"


def period_name(period: str | None) -> str:
    """202606 → 2026年6月."""
    if not period or len(str(period)) != 6:
        return NONE
    return f"{str(period)[:4]}年{int(str(period)[4:])}月"


def period_short(period: str) -> str:
    """202606 → 26年6月, for axes."""
    return f"{period[2:4]}年{int(period[4:])}月"


def shift_period(period: str, months: int) -> str:
    """The period some months later or earlier."""
    number = int(period[:4]) * 12 + int(period[4:]) - 1 + months
    return f"{number // 12}{number % 12 + 1:02d}"


def day(value: Any) -> str:
    """A date as 2026-06-30."""
    if value is None:
        return NONE
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)[:10]


def day_zh(value: Any) -> str:
    """A date as 6月30日."""
    if value is None:
        return NONE
    found = value if isinstance(value, date) else date.fromisoformat(str(value)[:10])
    return f"{found.month}月{found.day}日"


def moment(value: Any) -> str:
    """A stored time as it stands, to the minute."""
    if value is None:
        return NONE
    return value.strftime("%Y-%m-%d %H:%M") if isinstance(value, datetime) else str(value)[:16].replace("T", " ")


def moment_beijing(value: datetime | None) -> str:
    """A time known to be UTC, in Beijing time, to the minute."""
    if value is None:
        return NONE
    aware = value if value.tzinfo else value.replace(tzinfo=ZoneInfo("UTC"))
    return aware.astimezone(_BEIJING).strftime("%Y-%m-%d %H:%M")


def bureau_label(name: Any) -> str:
    """青秀 → 青秀局; names that are whole already stay."""
    text = str(name or NONE)
    return text if text == NONE or text.endswith(("局", "分配")) else f"{text}局"
