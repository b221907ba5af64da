"""Outcome rows of a reconciliation as one comparison for each pair and measure."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from dashboards.services import words
from dashboards.services.formats import decimal_of


@dataclass(frozen=True)
class Comparison:
    """Tax against one department, of bills or of money."""

    pair: str
    measure: str
    counts: dict[int, int]
    break_difference: Decimal
    break_amount: Decimal
    item_breaks: int = 0

    @property
    def title(self) -> str:
        """For instance 税务 ↔ 人社 · 应征."""
        return f"{words.PAIRS.get(self.pair, self.pair)} · {words.MEASURES.get(self.measure, self.measure)}"

    @property
    def total(self) -> int:
        """All bills compared."""
        return sum(self.counts.values())

    @property
    def breaks(self) -> int:
        """Bills with outcome 2 to 6, and bills of which only the items disagree."""
        return sum(self.counts.get(code, 0) for code in words.BREAKS) + self.item_breaks

    @property
    def is_even(self) -> bool:
        """Whether nothing is broken."""
        return self.breaks == 0


def comparisons(rows: list[dict[str, Any]], item_rows: list[dict[str, Any]]) -> list[Comparison]:
    """In a fixed order: HRSS before NHSA, bills before money."""
    grouped: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows:
        grouped.setdefault((str(row["pair"]), str(row["measure"])), []).append(row)
    order = [(pair, measure) for pair in words.PAIRS for measure in words.MEASURES]
    by_item = {(str(row["pair"]), str(row["measure"])): row for row in item_rows}
    made = []
    for key in sorted(grouped, key=lambda key: order.index(key) if key in order else len(order)):
        found = grouped[key]
        broken = [
            decimal_of(row["difference"]) or Decimal(0) for row in found if int(row["outcome_code"]) in words.BREAKS
        ]
        made.append(
            Comparison(
                *key,
                {int(row["outcome_code"]): int(row["bill_count"] or 0) for row in found},
                sum(broken, Decimal(0)),
                sum((abs(value) for value in broken), decimal_of(by_item.get(key, {}).get("difference")) or Decimal(0)),
                int(by_item.get(key, {}).get("bill_count") or 0),
            )
        )
    return made
