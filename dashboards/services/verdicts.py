"""Verdicts of the gate before a batch deduction: their words, and sums over the reasons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from dashboards.services.catalogue import Rule

VERDICTS = {"stop": ("停止", "bad"), "check": ("核实", "warn"), "go": ("放行", "good")}
OWN_REASONS = {"registration_unknown": "查不到参保登记", "listed_twice": "同一人同一险种同一所属期重复列入清册"}


@dataclass(frozen=True)
class Total:
    """Items, their amount, and what need not be paid back."""

    count: int = 0
    amount: Decimal = Decimal(0)
    saved: Decimal = Decimal(0)


def totals(rows: Sequence[Mapping[str, Any]]) -> dict[str, Total]:
    """Sums by verdict, and over all under the empty word."""
    found: dict[str, Total] = {}
    for row in rows:
        for verdict in (str(row["verdict"]), ""):
            so_far = found.get(verdict, Total())
            found[verdict] = Total(
                so_far.count + int(row["item_count"]),
                so_far.amount + row["amount"],
                so_far.saved + row["refund_saved_amount"],
            )
    return found


def share_of(part: Any, whole: Any) -> Decimal | None:
    """A share with four decimals, half up; none where there is nothing."""
    if not whole:
        return None
    return (Decimal(part) / Decimal(whole)).quantize(Decimal("0.0001"), ROUND_HALF_UP)


def success_rate(row: Mapping[str, Any]) -> Decimal | None:
    """Of the items that the bank has answered, the share that succeeded."""
    return share_of(row["success_count"], int(row["sent_count"]) - int(row["unanswered_count"]))


def reason_name(row: Mapping[str, Any], rules: Mapping[str, Rule]) -> str:
    """The reason in words: the rule's own, or one of the list itself."""
    code = row["reason_code"]
    if code is None:
        return "各项核查均通过"
    rule = rules.get(str(row["rule_id"] or ""))
    return rule.reason(code) if rule else OWN_REASONS.get(str(code), str(code))
