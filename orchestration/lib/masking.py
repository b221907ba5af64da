"""Mask personal data: as SQL expressions for whole columns, as functions for single values."""

from __future__ import annotations

import hashlib
import re

from common import identity

_LONG_DIGITS = re.compile(r"\d(?:[\d\- ]{5,})[\dXx]")


def mask_value(value: str | None, kind: str | None) -> str | None:
    """Mask one value of a class of personal data; unknown classes hide everything."""
    if value is None:
        return None
    text = value.strip()
    if kind == "person_name":
        return text[:1] + "*" * max(len(text) - 1, 1) if text else text
    if kind == "phone":
        if re.fullmatch(r"1\d{10}", text):
            return f"{text[:3]}****{text[-4:]}"
        return _mask_landline(text)
    if kind == "account":
        return f"{text[:4]}****{text[-4:]}" if len(text) >= 12 else "****" if text else text
    if kind == "id_number":
        return f"{text[:6]}********{text[-4:]}" if len(text) >= 15 else "****" if text else text
    return "****" if text else text


def _mask_landline(text: str) -> str:
    if not text:
        return text
    match = re.fullmatch(r"(0\d{2,3})-?(\d{7,8})", text)
    if match:
        return f"{match.group(1)}-****{match.group(2)[-2:]}"
    return "****"


def mask_free_text(value: str | None, limit: int = 60) -> str | None:
    """Hide long runs of digits in text that is not declared personal, and cut it short."""
    if value is None:
        return None
    text = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in value)[:limit]
    return _LONG_DIGITS.sub(lambda m: m.group(0)[:2] + "****" + m.group(0)[-2:], text)


def mask_sql(expression: str, kind: str) -> str:
    """The SQL expression that masks a text column of the class, equal to mask_value."""
    v = f"trim({expression})"
    if kind == "person_name":
        return f"case when {v} = '' then '' else left({v}, 1) || repeat('*', greatest(length({v}) - 1, 1)) end"
    if kind == "phone":
        area = f"regexp_extract({v}, '^(0\\d{{2,3}})-?(\\d{{7,8}})$', 1)"
        return (
            f"case when {v} = '' then '' "
            f"when regexp_full_match({v}, '1\\d{{10}}') then left({v}, 3) || '****' || right({v}, 4) "
            f"when regexp_full_match({v}, '0\\d{{2,3}}-?\\d{{7,8}}') then {area} || '-****' || right({v}, 2) "
            f"else case when {v} is null then null else '****' end end"
        )
    if kind == "account":
        return (
            f"case when {v} is null then null when {v} = '' then '' "
            f"when length({v}) >= 12 then left({v}, 4) || '****' || right({v}, 4) else '****' end"
        )
    if kind == "id_number":
        return (
            f"case when {v} is null then null when {v} = '' then '' "
            f"when length({v}) >= 15 then left({v}, 6) || '********' || right({v}, 4) else '****' end"
        )
    raise ValueError(f"unknown class of personal data: {kind}")


def hmac_pads(key: bytes) -> tuple[bytes, bytes]:
    """Inner and outer padded keys of HMAC-SHA256, so that SQL can compute it from sha256 alone."""
    block = hashlib.sha256(key).digest() if len(key) > 64 else key
    block = block.ljust(64, b"\0")
    return bytes(b ^ 0x36 for b in block), bytes(b ^ 0x5C for b in block)


def token_sql(expression: str, kind: str) -> str:
    """SQL of a keyed token; the pads are connection variables, never text of the statement."""
    value = f"trim({expression})"
    inner = f"sha256(getvariable('token_ipad') || encode('{kind}:' || {value}))"
    outer = f"left(sha256(getvariable('token_opad') || unhex({inner})), 32)"
    return f"case when {value} is null or {value} = '' then null else {outer} end"


# The same token as token_sql computes, for one value.
token_value = identity.token_value
