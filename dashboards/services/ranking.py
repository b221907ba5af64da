"""Turns metric rows (area × basis) into ranking rows (area), and finds what is worth saying about them."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from dashboards.services.formats import bureau_label, decimal_of

Row = dict[str, Any]


@dataclass(frozen=True)
class Standing:
    """One area (or one value of a cut) with its three rates."""

    code: str
    name: str
    parent_code: str | None
    due: Decimal
    collected: Decimal
    rates: dict[str, Decimal | None]
    moves: dict[str, Decimal | None]
    yearly: dict[str, Decimal | None]
    counts: dict[str, tuple[int, int]]
    settled: Decimal
    rank: int | None = None
    rank_change: int | None = None
    is_small: bool = False

    @property
    def gap(self) -> Decimal:
        """Still missing, in yuan."""
        return self.due - self.collected

    @property
    def rate(self) -> Decimal | None:
        """The rate that ranks: by amount."""
        return self.rates.get("amount")


def standings(rows: list[Row], *, by: str = "area") -> list[Standing]:
    """One standing an area, or a cut value with by='cut'; order: rank, then rate, areas where nothing was due last."""
    code_column, name_column = ("area_code", "area_name") if by == "area" else ("cut_code", "cut_name")
    grouped: dict[str, dict[str, Row]] = {}
    for row in rows:
        found = grouped.setdefault(str(row[code_column]), {})
        basis = str(row["basis"])
        found[basis] = _joined(found[basis], row) if basis in found else row
    made = [_standing(code, found, name_column) for code, found in grouped.items()]
    if by == "area":
        made.sort(key=lambda item: (item.rank is None, item.rank or 0, item.rate is None, -(item.rate or 0), item.code))
    else:
        made.sort(key=lambda item: item.code)
    return made


def _name(row: Row, column: str, code: str) -> str:
    name = str(row.get(column) or code)
    return bureau_label(name) if column == "area_name" and row.get("level") == "bureau" else name


def _joined(first: Row, second: Row) -> Row:
    """Two rows of one area, such as a town whose payers belong to two bureaus: sums, and the rate of the sums."""
    sums = {
        name: (first.get(name) or 0) + (second.get(name) or 0)
        for name in ("numerator", "denominator", "settled_numerator")
    }
    due = decimal_of(sums["denominator"])
    rate = (Decimal(sums["numerator"]) / due).quantize(Decimal("0.0001"), ROUND_HALF_UP) if due else None
    unknown = dict.fromkeys(("rate_mom", "rate_yoy", "prev_rate", "prev_year_rate", "rank", "rank_change"))
    return {**first, **sums, **unknown, "rate": rate}


def _standing(code: str, found: dict[str, Row], name_column: str) -> Standing:
    amount = found.get("amount") or {}
    any_row = next(iter(found.values()))
    return Standing(
        code=code,
        name=_name(any_row, name_column, code),
        parent_code=any_row.get("parent_code"),
        due=decimal_of(amount.get("denominator")) or Decimal(0),
        collected=decimal_of(amount.get("numerator")) or Decimal(0),
        settled=decimal_of(amount.get("settled_numerator")) or Decimal(0),
        rates={basis: decimal_of(row.get("rate")) for basis, row in found.items()},
        moves={basis: decimal_of(row.get("rate_mom")) for basis, row in found.items()},
        yearly={basis: decimal_of(row.get("rate_yoy")) for basis, row in found.items()},
        counts={
            basis: (int(row.get("numerator") or 0), int(row.get("denominator") or 0))
            for basis, row in found.items()
            if basis != "amount"
        },
        rank=None if amount.get("rank") is None else int(amount["rank"]),
        rank_change=None if amount.get("rank_change") is None else int(amount["rank_change"]),
        is_small=bool(amount.get("is_small")),
    )


def compared(items: list[Standing], *, ranked: bool) -> list[Standing]:
    """Areas that are compared with each other: the ranked bureaus, or all named towns where something was due."""
    if ranked:
        return [item for item in items if item.rank is not None]
    return [item for item in items if item.rate is not None and item.code != "UNASSIGNED"]


def best_and_worst(items: list[Standing]) -> tuple[Standing, Standing] | None:
    """The areas with the highest and the lowest rate; None when fewer than two have one."""
    rated = [item for item in items if item.rate is not None]
    if len(rated) < 2:
        return None
    ordered = sorted(rated, key=lambda item: (-(item.rate or Decimal(0)), item.code))
    return ordered[0], ordered[-1]


def biggest_gap(items: list[Standing]) -> Standing | None:
    """The area that misses most money."""
    owing = [item for item in items if item.gap > 0]
    return max(owing, key=lambda item: (item.gap, item.code)) if owing else None


def movers(items: list[Standing]) -> tuple[Standing | None, Standing | None]:
    """The area that rose most ranks and the one that fell most; rank_change above 0 is a rise."""
    moved = [item for item in items if item.rank_change]
    up = max(moved, key=lambda item: (item.rank_change or 0, item.code), default=None)
    down = min(moved, key=lambda item: (item.rank_change or 0, item.code), default=None)
    return (up if up and (up.rank_change or 0) > 0 else None, down if down and (down.rank_change or 0) < 0 else None)
