"""Id numbers and person numbers as they are compared, and the keyed token that stands for one where people may look."""

import hashlib
import hmac

_WIDE = {0xFF01 + place: 0x21 + place for place in range(94)} | {0x3000: 0x20}
# Left out as in the SQL: their literals differ between engines.
_HALF_WIDTH = {wide: narrow for wide, narrow in _WIDE.items() if chr(narrow) not in "'\\"}
_BLANKS = dict.fromkeys(map(ord, " \t\n\r\u00a0\u2002\u2003\u2009\u200b\u3000\ufeff"))


def code_norm(text: str) -> str:
    """A code made comparable, as the dbt macro of this name does: half width, no blanks, upper case."""
    return text.translate(_HALF_WIDTH).translate(_BLANKS).upper()


def id_number_key(text: str) -> str:
    """An id number made comparable, as the dbt macro of this name does: the short and the long form of one id are one."""
    number = code_norm(text)
    if len(number) == 18:
        return number[:17]
    if len(number) == 15:
        return f"{number[:6]}19{number[6:]}"
    return number


def token_value(value: str, kind: str, key: bytes) -> str:
    """The keyed token of one value of a class, as publication computes it for whole columns."""
    return hmac.new(key, f"{kind}:{value.strip()}".encode(), hashlib.sha256).hexdigest()[:32]
