"""Last line of defence on screen: masks what looks like an id number, a phone or an account in a text."""

import re

_ID = re.compile(r"(?<!\d)(\d{6})\d{8}(\d{3}[\dXx])(?![\dA-Za-z])")
# 1450… with eleven digits is a tax authority of the region, not a phone.
_PHONE = re.compile(r"(?<!\d)(?!1450)(1[3-9]\d)\d{4}(\d{4})(?!\d)")


def masked(text: str) -> str:
    """The text with id numbers as 6+4 and mobile numbers as 3+4; serials of other lengths stay."""
    return _PHONE.sub(r"\1****\2", _ID.sub(r"\1********\2", text))


def looks_personal(text: str) -> bool:
    """Whether a text holds something like a clear id number or mobile number."""
    return bool(_ID.search(text) or _PHONE.search(text))
