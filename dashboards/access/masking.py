"""Last line of defence on screen and in the log: masks what looks like an id number, a phone or a bank card in a text."""

import re

_ID = re.compile(r"(?<!\d)(\d{6})\d{8}(\d{3}[\dXx])(?![\dA-Za-z])")
# The ids issued until 1999: area, birth as yymmdd, serial. Without a date in the middle it is some other number.
_OLD_ID = re.compile(r"(?<!\d)([1-9]\d{5})\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(\d{3})(?![\dA-Za-z])")
# 1450… with eleven digits is a tax authority of the region, not a phone.
_PHONE = re.compile(r"(?<!\d)(?!1450)(1[3-9]\d)\d{4}(\d{4})(?!\d)")
_CARD = re.compile(r"(?<!\d)\d{16,19}(?!\d)")


def masked(text: str) -> str:
    """The text with id numbers as 6+4 (old ones 6+3), mobile numbers as 3+4 and cards as 4+4; other serials stay."""
    text = _OLD_ID.sub(r"\1******\2", _ID.sub(r"\1********\2", text))
    return _PHONE.sub(r"\1****\2", _CARD.sub(_masked_card, text))


def looks_personal(text: str) -> bool:
    """Whether a text holds something like a clear id number or mobile number; one serial in ten would pass for a card."""
    return any(pattern.search(text) for pattern in (_ID, _OLD_ID, _PHONE))


def is_id_number(text: str) -> bool:
    """Whether the whole text has the form of an id number, long or short."""
    return bool(_ID.fullmatch(text) or _OLD_ID.fullmatch(text))


def _masked_card(found: re.Match[str]) -> str:
    number = found[0]
    return f"{number[:4]}{'*' * (len(number) - 8)}{number[-4:]}" if _is_card(number) else number


def _is_card(number: str) -> bool:
    """Whether the last digit is right by Luhn, as on bank cards."""
    doubled = (int(mark) * (1 + place % 2) for place, mark in enumerate(reversed(number)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0
