"""The causes of a diagnosis as a distribution; what was not decided is counted like any other cause and never left out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from dashboards.services import words


@dataclass(frozen=True)
class Cause:
    """One cause with what stands behind it."""

    code: str
    name: str
    count: int
    amount: Decimal | None
    share: Decimal | None

    @property
    def decided(self) -> bool:
        """Whether it is a cause, and not the lack of one."""
        return self.code != words.NOT_DECIDED


def distribution(rows: Sequence[Mapping[str, Any]], reasons: Mapping[str, str]) -> list[Cause]:
    """The causes that occur, the commonest first; 'not decided' stands last, also when it is nought."""
    total = sum(int(row["finding_count"]) for row in rows)
    found = {
        str(row["reason_code"]): (int(row["finding_count"]), None if row["amount"] is None else Decimal(row["amount"]))
        for row in rows
    }
    if words.NOT_DECIDED in reasons:
        found.setdefault(words.NOT_DECIDED, (0, None))
    causes = [
        Cause(code, reasons.get(code, code), count, amount, Decimal(count) / total if total else None)
        for code, (count, amount) in found.items()
    ]
    order = {code: place for place, code in enumerate(reasons)}
    return sorted(causes, key=lambda cause: (not cause.decided, -cause.count, order.get(cause.code, len(order))))
