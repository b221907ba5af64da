"""From one side's total to the other's: the steps of a waterfall, and whether a cent is left over."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from dashboards.services.formats import decimal_of

_ZERO = Decimal(0)


@dataclass(frozen=True)
class Step:
    """One bar: a total, or what a cause adds (+) or takes (−), from where to where."""

    code: str
    name: str
    count: int
    amount: Decimal
    start: Decimal
    end: Decimal
    is_total: bool

    @property
    def has_list(self) -> bool:
        """Whether single records stand behind it; what is on its way within the delay is in no list of breaks."""
        return not self.is_total and self.code != "in_transit"


@dataclass(frozen=True)
class Way:
    """The whole way of a total."""

    steps: tuple[Step, ...]
    first: Decimal
    other: Decimal

    @property
    def moves(self) -> tuple[Step, ...]:
        """The steps between the totals."""
        return tuple(step for step in self.steps if not step.is_total)

    @property
    def remainder(self) -> Decimal:
        """What no step explains; zero when every cent has its cause."""
        return self.first + sum((step.amount for step in self.moves), _ZERO) - self.other

    def axis(self) -> tuple[Decimal, Decimal, bool]:
        """Where the axis begins and ends, and whether it is cut off above zero so that small steps can be seen."""
        points = [self.first, self.other, *(step.end for step in self.moves)]
        low, high = min(points), max(points)
        spread = high - low
        cut = low > 0 and spread * 3 < low
        if cut:
            # On a phone's width too, an amount finds room before a step that spans all.
            return low - spread, high + spread / 3, True
        return min(low, _ZERO), high + max(high - min(low, _ZERO), Decimal(1)) / 4, False


def way(rows: Iterable[Mapping[str, Any]], first_name: str, other_name: str) -> Way:
    """Steps in the order of the rows, which begin with the first total and end with the other."""
    steps: list[Step] = []
    running = first = other = _ZERO
    for row in rows:
        number, amount = int(row["step_no"]), decimal_of(row["amount"]) or _ZERO
        count = int(row["case_count"] or 0)
        if number == 0:
            first = running = amount
            steps.append(Step("first_total", f"{first_name}合计", count, amount, _ZERO, amount, True))
        elif number == 9:
            other = amount
            steps.append(Step("other_total", f"{other_name}合计", count, amount, _ZERO, amount, True))
        else:
            name = str(row["step_name"] or "原因未明")
            steps.append(Step(str(row["step_code"]), name, count, amount, running, running + amount, False))
            running += amount
    return Way(tuple(steps), first, other)


def total_of(rows: Sequence[Mapping[str, Any]], names: Iterable[str]) -> dict[str, Decimal]:
    """Sums of columns over rows."""
    return {name: sum((decimal_of(row[name]) or _ZERO for row in rows), _ZERO) for name in names}


def is_balanced(row: Mapping[str, Any]) -> bool:
    """Opening + new + changed − cleared = closing, in number and to the cent."""
    value = {name: decimal_of(row[name]) or _ZERO for name in row if name.endswith(("_count", "_amount"))}
    counts = value["opening_count"] + value["new_count"] - value["cleared_count"] == value["closing_count"]
    money = value["opening_amount"] + value["new_amount"] + value["changed_amount"] - value["cleared_amount"]
    return counts and money == value["closing_amount"]
