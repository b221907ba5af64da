"""A rule's own table as people read it: the columns in the users' order with their headings, every value in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from dashboards.services import formats, values, words
from dashboards.services.catalogue import Rule

Row = Mapping[str, Any]
# The reason that a rule's state gives when its list is too long for a snapshot.
EXTRACT_ONLY = "extract_only"
_SHARES = ("confidence", "score")


@dataclass(frozen=True)
class Field:
    """One column: its name in the table, its heading, and whether it holds numbers or long text."""

    name: str
    label: str
    is_number: bool
    is_long: bool


def fields(rule: Rule, rows: Sequence[Row]) -> list[Field]:
    """The columns that the rule shows and the user may see, in the users' order."""
    present = rows[0].keys() if rows else ()
    made = []
    for name in rule.shown:
        if name in present:
            own = [row[name] for row in rows if row[name] is not None]
            is_number = bool(own) and all(
                isinstance(value, int | float | Decimal) and not isinstance(value, bool) for value in own
            )
            is_long = any(isinstance(value, str) and len(value) > 16 for value in own)
            made.append(Field(name, rule.label(name), is_number, is_long))
    return made


def spoken(rule: Rule, name: str, row: Row, names: values.Names) -> str:
    """One value in words."""
    value = row[name]
    if value is None or value == "":
        return formats.NONE
    if name == "reason_code":
        return rule.reason(value)
    if name == "period":
        return formats.period_name(str(value))
    if name == "department_code":
        return words.DEPARTMENTS.get(str(value), str(value))
    if name == "state" and rule.rule_kind == "proposal":
        return words.PROPOSAL_STATES.get(str(value), str(value))
    if name in _SHARES and isinstance(value, Decimal):
        return formats.share(value)
    if isinstance(value, Decimal):
        return formats.yuan(value)
    return values.spoken(name, value, names)
