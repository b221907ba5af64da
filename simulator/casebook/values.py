"""Turns what an author wrote into dates, months, exact amounts and yes/no."""

import datetime as dt
import re
from decimal import Decimal, InvalidOperation
from typing import Any

from common.calendar import add_workdays
from simulator.casebook.errors import CaseError
from simulator.casebook.vocabulary import NO_WORDS, YES_WORDS, plain

CENT = Decimal("0.01")
_DAY = re.compile(r"^(\d{4})(?:-|/|\.|年)?(\d{1,2})(?:-|/|\.|月)?(\d{1,2})日?$")
_MONTH = re.compile(r"^(\d{4})(?:-|/|\.|年)?(\d{1,2})月?$")
_CLOCK = re.compile(r"^(\d{1,2}):(\d{2})(?::(\d{2}))?$")
_RELATIVE = re.compile(
    r"^(?:as_of|asof|业务日期)\s*(?:([+-])\s*(\d+)\s*(w|wd|workdays?|working days?|个?工作日|d|days?|天)?)?$"
)
_BEFORE = re.compile(r"^(\d+)\s*(workdays?|working days?|个?工作日|days?|天)\s*(before|after)\s*as_of$")


def to_date(value: object, as_of: dt.date | None = None) -> dt.date:
    """A day: 2026-06-05, 20260605, 2026/6/5, 2026年6月5日, `as_of`, `as_of - 2 workdays`."""
    text = plain(value)
    if as_of is not None:
        relative = _RELATIVE.match(text.lower())
        before = _BEFORE.match(text.lower())
        if relative or before:
            if relative:
                sign, number, unit = relative.groups()
                count = int(number or 0) * (-1 if sign == "-" else 1)
            else:
                assert before is not None
                number, unit, way = before.groups()
                count = int(number) * (-1 if way == "before" else 1)
            if count == 0:
                return as_of
            if unit and (unit.startswith("w") or "工作" in unit):
                return _workdays_from(as_of, count)
            return as_of + dt.timedelta(days=count)
    found = _DAY.match(text)
    if not found:
        raise CaseError(f"“{value}” is not a date; write 2026-06-05 (or as_of, as_of - 2 workdays)")
    year, month, day = (int(part) for part in found.groups())
    try:
        return dt.date(year, month, day)
    except ValueError:
        raise CaseError(f"“{value}” is not a day of the calendar") from None


def _workdays_from(day: dt.date, count: int) -> dt.date:
    """The day whose age at `day` is −count (the working day itself)."""
    if count < 0:
        # the newest day with the asked age: one whose index is index(as_of) + count
        from common.calendar import workday_index

        target = workday_index(day) + count
        found = day
        while workday_index(found) > target:
            found -= dt.timedelta(days=1)
        while workday_index(found - dt.timedelta(days=1)) == target:
            found -= dt.timedelta(days=1)
        return found
    return add_workdays(day, count)


def to_moment(value: object, clock: str, as_of: dt.date | None = None) -> dt.datetime:
    """A day with or without a time; without one, `clock` is the time of that step."""
    text = plain(value).replace("T", " ")
    day_text, _, time_text = text.rpartition(" ")
    if day_text and _CLOCK.match(time_text):
        hours, minutes, seconds = _CLOCK.match(time_text).groups()  # type: ignore[union-attr]
        day = to_date(day_text, as_of)
        try:
            return dt.datetime(day.year, day.month, day.day, int(hours), int(minutes), int(seconds or 0))
        except ValueError:
            raise CaseError(f"“{value}” has no such time of day") from None
    day = to_date(text, as_of)
    hours, minutes = clock.split(":")
    return dt.datetime(day.year, day.month, day.day, int(hours), int(minutes))


def to_month(value: object) -> str:
    """A month as YYYYMM: 2026-06, 202606, 2026年6月."""
    found = _MONTH.match(plain(value))
    if not found or not 1 <= int(found.group(2)) <= 12:
        raise CaseError(f"“{value}” is not a month; write 2026-06")
    return f"{found.group(1)}{int(found.group(2)):02d}"


def shift_month(period: str, by: int) -> str:
    """The period `by` months later."""
    months = int(period[:4]) * 12 + int(period[4:]) - 1 + by
    return f"{months // 12:04d}{months % 12 + 1:02d}"


def to_amount(value: object) -> Decimal:
    """An exact amount in yuan, at most two decimals: 2400, 2400.00, 2,400.00, 2400元."""
    text = plain(value).replace(",", "").removesuffix("元").removeprefix("¥").strip()
    try:
        amount = Decimal(text)
    except InvalidOperation:
        raise CaseError(f"“{value}” is not an amount; write 2400.00") from None
    if not amount.is_finite() or amount != amount.quantize(CENT):
        raise CaseError(f"“{value}” has more than two decimals; amounts are exact to the cent")
    if abs(amount) >= Decimal(10) ** 13:
        raise CaseError(f"“{value}” is too large for an amount")
    return amount.quantize(CENT)


def to_number(value: object) -> int:
    """A whole number."""
    try:
        return int(plain(value).replace(",", ""))
    except ValueError:
        raise CaseError(f"“{value}” is not a whole number") from None


def to_flag(value: object) -> bool:
    """Yes or no."""
    text = plain(value).lower()
    if text in YES_WORDS:
        return True
    if text in NO_WORDS:
        return False
    raise CaseError(f"“{value}” is neither yes nor no")


def is_no(value: object) -> bool:
    """Whether the author wrote a plain no."""
    return value is None or (isinstance(value, str) and plain(value).lower() in NO_WORDS)


def is_yes(value: object) -> bool:
    """Whether the author wrote a plain yes."""
    return isinstance(value, str) and plain(value).lower() in YES_WORDS


def to_list(value: Any) -> list[Any]:
    """One value or several (a YAML list, or words divided by commas)."""
    if value is None:
        return []
    if isinstance(value, list):
        return list(value)
    if isinstance(value, str):
        parts = [part.strip() for part in re.split(r"[,，、;；]", value) if part.strip()]
        return parts if len(parts) > 1 else [value]
    return [value]


def is_date_like(value: object) -> bool:
    """Whether a text begins like a date or speaks of as_of."""
    text = plain(value)
    return bool(re.match(r"^\d{4}[-/.年]?\d", text)) or text.lower().startswith("as_of") or "as_of" in text.lower()


def birth_and_sex(id_number: str | None) -> tuple[dt.date, str]:
    """What an id number says of its holder (1 male, 2 female); a day of its own where it says nothing."""
    digits = "".join(char for char in plain(id_number or "") if char.isalnum())
    body = digits[6:17] if len(digits) == 18 else f"19{digits[6:15]}" if len(digits) == 15 else ""
    if body.isdigit():
        try:
            return dt.date(int(body[:4]), int(body[4:6]), int(body[6:8])), "1" if int(body[10]) % 2 else "2"
        except ValueError:
            pass
    return dt.date(1985, 1, 1), "1"
