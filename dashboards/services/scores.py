"""The monthly score of the bureaus (压力测试指标) from its rows: totals with rank and change, components with the points that are missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from dashboards.services import formats
from dashboards.services.formats import decimal_of

Row = Mapping[str, Any]
TOTAL = "TOTAL"


@dataclass(frozen=True)
class Component:
    """One component of a bureau's score; without points nothing was due in it and it does not count."""

    code: str
    name: str
    rate: Decimal | None
    weight: Decimal
    points: Decimal | None
    metric_id: str
    cut: str
    numerator: Decimal | None
    denominator: Decimal | None
    before: Decimal | None = None

    @property
    def lost(self) -> Decimal | None:
        """Points that are missing to the full mark."""
        return None if self.points is None else self.weight - self.points


@dataclass(frozen=True)
class Score:
    """One bureau in one month."""

    code: str
    name: str
    total: Decimal | None
    rank: int | None
    rank_before: int | None = None
    total_before: Decimal | None = None
    components: dict[str, Component] = field(default_factory=dict)

    @property
    def rank_change(self) -> int | None:
        """Places won since the month before; above 0 is a rise."""
        return None if self.rank is None or self.rank_before is None else self.rank_before - self.rank

    @property
    def moved(self) -> Decimal | None:
        """Points won since the month before."""
        return None if self.total is None or self.total_before is None else self.total - self.total_before

    @property
    def weakest(self) -> Component | None:
        """The component in which most points are missing."""
        counted = [one for one in self.components.values() if one.lost is not None and one.lost > 0]
        return max(counted, key=lambda one: (one.lost or Decimal(0), one.code), default=None)


def read(rows: Sequence[Row], period: str) -> list[Score]:
    """The scores of a month by rank; the rows hold the month before as well."""
    before = {(row["bureau_code"], row["component_code"]): row for row in rows if row["period"] != period}
    now = [row for row in rows if row["period"] == period]
    scores = []
    for row in now:
        if row["component_code"] != TOTAL:
            continue
        code = row["bureau_code"]
        earlier = before.get((code, TOTAL), {})
        parts = sorted(
            (one for one in now if one["bureau_code"] == code and one["component_code"] != TOTAL),
            key=lambda one: int(one["sort_order"]),
        )
        scores.append(
            Score(
                str(code or ""), str(row["area_name"]), decimal_of(row["score"]), row["rank"], earlier.get("rank"), decimal_of(earlier.get("score")),
                {str(one["component_code"]): _component(one, before.get((code, one["component_code"]), {})) for one in parts},
            )
        )  # fmt: skip
    return sorted(scores, key=lambda score: (score.rank is None, score.rank or 0, score.code))


def _component(row: Row, before: Row) -> Component:
    return Component(
        str(row["component_code"]), str(row["component_name"]), decimal_of(row["rate"]), decimal_of(row["weight"]) or Decimal(0),
        decimal_of(row["points"]), str(row["metric_id"] or ""), f"{row['cut_type']}:{row['cut_code']}", decimal_of(row["numerator"]),
        decimal_of(row["denominator"]), decimal_of(before.get("points")),
    )  # fmt: skip


def points(value: Decimal | None) -> str:
    """A score with two decimals, or a dash."""
    return formats.NONE if value is None else f"{value:.2f}"


def signed(value: Decimal | None) -> str:
    """A change of points with its sign."""
    if value is None:
        return formats.NONE
    return f"{value:+.2f}" if value else "持平"


def standing_sentence(scores: Sequence[Score], period: str) -> str:
    """Who leads and who trails in a month."""
    ranked = [score for score in scores if score.rank is not None]
    if len(ranked) < 2:
        return ""
    first, last = ranked[0], ranked[-1]
    text = (
        f"{formats.period_name(period)}压力测试指标评分，{len(ranked)} 个主管局中{formats.bureau_label(first.name)} {points(first.total)} 分居首，"
        f"{formats.bureau_label(last.name)} {points(last.total)} 分居末"
    )
    climbed = max(ranked, key=lambda one: (one.rank_change or 0, one.code))
    if (climbed.rank_change or 0) > 0:
        text += f"；{formats.bureau_label(climbed.name)}上升最多（{climbed.rank_change} 位）"
    return text + "。"


def own_sentence(score: Score, period: str) -> str:
    """One bureau's month, and where most points are missing."""
    if score.total is None:
        return f"{formats.period_name(period)}{formats.bureau_label(score.name)}没有应计对象，不计分。"
    text = (
        f"{formats.period_name(period)}{formats.bureau_label(score.name)} {points(score.total)} 分，第 {score.rank} 名"
    )
    if score.moved is not None:
        text += f"，较上月 {signed(score.moved)} 分" if score.moved else "，与上月持平"
    weakest = score.weakest
    if weakest is not None:
        text += f"；失分最多的是{weakest.name}（{formats.share(weakest.rate)}，失 {points(weakest.lost)} 分）"
    return text + "。"


def lost_sentence(scores: Sequence[Score]) -> str:
    """The component in which all bureaus together miss most points."""
    sums: dict[str, tuple[str, Decimal]] = {}
    for score in scores:
        for one in score.components.values():
            name, so_far = sums.get(one.code, (one.name, Decimal(0)))
            sums[one.code] = (name, so_far + (one.lost or Decimal(0)))
    if not sums:
        return ""
    name, lost = max(sums.values(), key=lambda one: (one[1], one[0]))
    return f"各局合计失分最多的是{name}（{points(lost)} 分）。" if lost else ""
