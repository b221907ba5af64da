"""The places of areas by any metric: shared ranks, those without a value last, what to draw of them, and their course."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from dashboards.services import formats, measures

Row = dict[str, Any]
NOT_PLACED = "UNASSIGNED"
"""The code of what belongs to no area: shown, never ranked."""


@dataclass(frozen=True)
class Place:
    """One area with its row of the metric; rank is None where nothing was due."""

    key: str
    code: str
    name: str
    parent_code: str | None
    rank: int | None
    rank_change: int | None
    is_shared: bool
    row: Row


@dataclass(frozen=True)
class Dumbbell:
    """One area's value now and a year before (None where there is none), as numbers to draw and as words."""

    name: str
    now: float
    before: float | None
    words: str
    words_before: str


@dataclass(frozen=True)
class Course:
    """The ranks of one area over the periods; None where it had none."""

    key: str
    name: str
    ranks: list[int | None]

    @property
    def last(self) -> int | None:
        """The rank of the newest period."""
        return self.ranks[-1] if self.ranks else None


def key_of(row: Row) -> str:
    """An area within the bureau: a town or a village under two bureaus has two rows."""
    return f"{row.get('bureau_code') or ''}|{row['area_code']}"


def places(metric: Row, rows: Sequence[Row], *, names: dict[str, str] | None = None) -> list[Place]:
    """Areas in their order. Bureaus have the rank of the cube; towns and villages are ranked among the rows given.

    `names` are the bureaus' names, where areas of several bureaus stand in one list.
    """
    ranks = _ranks(metric, rows, "")
    before = _ranks(metric, rows, "prev_")
    made = []
    for row in rows:
        key = key_of(row)
        rank = ranks.get(key)
        change = row.get("rank_change")
        if row["level"] != "bureau":
            change = None if rank is None or key not in before else before[key] - rank
        made.append(
            Place(
                key, str(row["area_code"]), _name(row, names), row.get("parent_code"), rank,
                None if change is None else int(change), list(ranks.values()).count(rank) > 1 if rank is not None else False, row,
            )
        )  # fmt: skip
    made.sort(key=lambda place: (place.rank is None, place.rank or 0, place.code, place.key))
    return made


def _name(row: Row, names: dict[str, str] | None) -> str:
    name = str(row["area_name"] or row["area_code"])
    if row["level"] == "bureau":
        return formats.bureau_label(name)
    bureau = (names or {}).get(str(row.get("bureau_code")))
    return f"{name}（{bureau}）" if bureau else name


def _ranks(metric: Row, rows: Sequence[Row], moment: str) -> dict[str, int]:
    """Ranks by key. Equal values share a rank and the next one is as much later, as in sport."""
    column = moment + ("rate" if metric["is_rate"] else "numerator")
    if rows and rows[0]["level"] == "bureau":
        return {key_of(row): int(row[f"{moment}rank"]) for row in rows if row.get(f"{moment}rank") is not None}
    lower = metric["direction"] == "lower"
    found = {
        key_of(row): formats.decimal_of(row[column])
        for row in rows
        if row[column] is not None and row["area_code"] != NOT_PLACED
    }
    values = [value for value in found.values() if value is not None]
    return {
        key: 1 + sum(1 for other in values if (other < value if lower else other > value))
        for key, value in found.items()
        if value is not None
    }


def explained(metric: Row, level: str, name: str, found: Sequence[Place]) -> str:
    """How the places of a table came about; `name` is what the areas of this level are called."""
    order = "数值小的在前" if metric["direction"] == "lower" else "数值大的在前"
    said = f"{order}，相同者并列；本期没有应计对象的显示“不适用”，不参加排名。带“*”的涉及对象不足 {metric['small_denominator']}，比率波动大，名次仅供参考。"
    if level != "bureau":
        said += f"名次只在表中所列的{name}之间。"
    if any(place.row["band"] for place in found):
        said += "分档：与全市比率的差别超出随机波动的，标“明显好于”或“明显差于”；在控制限以内的，名次先后没有实际差别。"
    if metric["target"] is not None:
        said += f"目标 {formats.share(metric['target'])}：{metric['target_source'] or '来源未注明'}。"
    return said


def without(found: Sequence[Place]) -> int:
    """How many areas have no place, those that are no area left out."""
    return sum(1 for place in found if place.rank is None and place.code != NOT_PLACED)


def ends(found: Sequence[Place], size: int) -> list[Place]:
    """The ranked places; of more than `size` only the first and the last half."""
    ranked = [place for place in found if place.rank is not None]
    return ranked if len(ranked) <= size else [*ranked[: size // 2], *ranked[-(size // 2) :]]


def dumbbells(metric: Row, found: Sequence[Place]) -> list[Dumbbell]:
    """Value now and on the same day a year before, in the order of the places."""
    made = []
    for place in found:
        now = measures.size(metric, place.row)
        if place.rank is None or now is None:
            continue
        made.append(
            Dumbbell(
                f"{place.rank}　{place.name}", now, measures.size_year_before(metric, place.row), measures.value(metric, place.row),
                measures.value_year_before(metric, place.row),
            )
        )  # fmt: skip
    return made


def courses(metric: Row, rows: Sequence[Row]) -> tuple[list[str], list[Course]]:
    """Ranks by period of all areas that ever had one: the periods, oldest first, and a course an area by its newest rank."""
    by_period: dict[str, list[Row]] = {}
    names: dict[str, str] = {}
    for row in rows:
        by_period.setdefault(str(row["period"]), []).append(row)
        names[key_of(row)] = _name(row, None)
    periods = sorted(by_period)
    ranks = {period: _ranks(metric, by_period[period], "") for period in periods}
    made = [Course(key, name, [ranks[period].get(key) for period in periods]) for key, name in names.items()]
    made = [course for course in made if any(rank is not None for rank in course.ranks)]
    made.sort(key=lambda course: (course.last is None, course.last or 0, course.key))
    return periods, made


def told(items: Sequence[Course], own: str | None) -> list[str]:
    """Keys of the courses that stand out: one's own, the first, the last, and who moved most since the first period."""
    ranked = [course for course in items if course.last is not None]
    if not ranked:
        return []
    wanted = [own] if own is not None else []
    wanted += [ranked[0].key, ranked[-1].key]
    moved = [course for course in ranked if course.ranks[0] is not None and course.ranks[0] != course.last]
    if moved:
        wanted.append(max(moved, key=lambda course: (abs((course.ranks[0] or 0) - (course.last or 0)), course.key)).key)
    known = {course.key for course in items}
    return [key for key in dict.fromkeys(wanted) if key in known][:4]


def joined(rows: Sequence[Row]) -> Row | None:
    """One row of the rows of an area, such as a town whose people belong to two bureaus: sums, and the rate of the sums."""
    if len(rows) < 2:
        return rows[0] if rows else None
    moments = ("", "prev_", "prev_year_")
    names = [moment + part for moment in moments for part in ("numerator", "denominator")]
    sums = {
        name: sum((formats.decimal_of(row.get(name)) or Decimal(0) for row in rows), Decimal(0))
        for name in [*names, "gap"]
    }
    now, before, year_before = (_part(sums[f"{moment}numerator"], sums[f"{moment}denominator"]) for moment in moments)
    rates = {
        "rate": now, "prev_rate": before, "prev_year_rate": year_before,
        "rate_mom": None if now is None or before is None else now - before,
        "rate_yoy": None if now is None or year_before is None else now - year_before,
        "gap": None if rows[0]["gap"] is None else sums["gap"],
    }  # fmt: skip
    unknown = dict.fromkeys(("rank", "prev_rank", "rank_change", "band", "band_low", "band_high"))
    return {**rows[0], **unknown, **sums, **rates}


def _part(part: Decimal, whole: Decimal) -> Decimal | None:
    return (part / whole).quantize(Decimal("0.0001"), ROUND_HALF_UP) if whole else None


def family(known: dict[str, Row], metric: Row) -> list[Row]:
    """The metric and the others of its family that have a target, in people first and money after: the gap in both."""
    found = [
        one
        for one in known.values()
        if one["family"] == metric["family"] and one["cube"] == metric["cube"] and one["target"] is not None
    ]
    return sorted(found, key=lambda one: (one["unit"] == "元", str(one["metric_id"])))


def gaps(metrics: Sequence[Row], rows: dict[str, Sequence[Row]]) -> dict[str, dict[str, str]]:
    """What is missing to the target: metric → area → words."""
    return {
        str(metric["metric_id"]): {key_of(row): measures.gap(metric, row) for row in rows[str(metric["metric_id"])]}
        for metric in metrics
    }
