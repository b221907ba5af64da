"""A rule's own columns as people read them: codes by their names, dates, amounts, yes and no."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from dashboards.services import formats, words
from dashboards.services.catalogue import LEADING

# Which list of short codes a column's values are from.
_CODE_TYPES = {
    "channel_code": "payment_channel",
    "stage_code": "bill_stage",
    "origin_code": "bill_origin",
    "unit_type_code": "unit_type",
    "entity_type_code": "entity_type",
    "status_code": "taxpayer_status",
    "reason_class": "bank_reason",
    "bank_code": "bank",
    "department_code": "department",
}
_WORDS = {
    "missing": "无记录",
    "success": "有效",
    "failed": "无效",
    "remittance": "上解",
    "settlement": "入库",
    "HRSS": "人社",
    "NHSA": "医保",
    "tax": "税务",
    "TAX": "税务",
}
_WORD_COLUMNS = ("tax_state", "agency_state", "return_kind", "newer_side")
_INTERNAL = frozenset({"is_counted"})


@dataclass(frozen=True)
class Names:
    """Names of codes, as the snapshot knows them."""

    codes: Mapping[tuple[str, str], str]
    bureaus: Mapping[str, str]
    items: Mapping[str, str] = field(default_factory=dict)
    agencies: Mapping[str, str] = field(default_factory=dict)

    def bank(self, code: str | None) -> str:
        """A bank by its class code; codes that nobody knows stay."""
        return self.codes.get(("bank", str(code)), "未知" if code in (None, "UNKNOWN") else str(code))


def compared(row: Mapping[str, Any], names: Names) -> list[tuple[str, str]]:
    """Own columns of a rule's row with their values in words; a code whose name stands beside it is left out."""
    shown = []
    for column, value in row.items():
        base = column.removesuffix("_code")
        has_name = base != column and (base in row or f"{base}_name" in row)
        if column in LEADING or column in _INTERNAL or has_name or value is None:
            continue
        shown.append((column, spoken(column, value, names)))
    return shown


def spoken(column: str, value: Any, names: Names) -> str:
    """One value."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        return f"{formats.yuan(value)} 元"
    if isinstance(value, datetime):
        return formats.moment(value)
    if isinstance(value, date):
        return formats.day(value)
    text = str(value)
    return _coded(column, text, names) or text


def _coded(column: str, text: str, names: Names) -> str | None:
    if column == "pair":
        return words.PAIRS.get(text)
    if column == "measure":
        return words.MEASURES.get(text)
    if column in _WORD_COLUMNS:
        return _WORDS.get(text)
    if column.endswith("_month") and len(text) == 6:
        return formats.period_name(text)
    for endings, found in (
        (("bureau_code", "authority_code"), names.bureaus),
        (("insurance_code",), names.items),
        (("agency_code",), names.agencies),
    ):
        if column.endswith(endings):
            return found.get(text)
    for ending, code_type in _CODE_TYPES.items():
        if column.endswith(ending):
            return names.codes.get((code_type, text))
    return None
