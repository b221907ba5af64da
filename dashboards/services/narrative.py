"""The sentences at the top of a page, made from the same numbers that the page shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from dashboards.services import formats, ranking
from dashboards.services.ranking import Standing


@dataclass(frozen=True)
class FindingFacts:
    """What is said about findings."""

    open_count: int
    new_count: int
    resolved_today: int
    top_title: str = ""
    top_count: int = 0
    not_checked_rules: int = 0


def move(value: Decimal | None, against: str) -> str:
    """A change of a share in words."""
    if value is None:
        return f"{against}无可比数据"
    rounded = formats.points(abs(value))
    if Decimal(rounded) == 0:
        return f"与{against}持平"
    return f"较{against}{'提高' if value > 0 else '下降'} {rounded.lstrip('+')} 个百分点"


def progress_sentence(area: str, period: str, as_of: Any, own: Standing | None) -> str:
    """How far the period is collected."""
    head = f"截至{formats.day_zh(as_of)}，{area}{formats.period_name(period)}费款"
    if own is None or own.rate is None:
        return f"{head}暂无应征数据，不计算征收率。"
    return (
        f"{head}应征 {formats.money(own.due)}，已征收 {formats.money(own.collected)}，征收率 {formats.share(own.rate)}，"
        f"{move(own.moves.get('amount'), '上月同期')}，{move(own.yearly.get('amount'), '去年同期')}。"
    )


def standing_sentence(items: list[Standing], noun: str) -> str:
    """Who leads, who trails, who moved, where the money is missing; only areas that are compared with each other."""
    ends = ranking.best_and_worst(items)
    if ends is None:
        return f"可比较的{noun}不足两个，不作排名。"
    first, last = ends
    top, bottom = first.rate or Decimal(0), last.rate or Decimal(0)
    if top == bottom:
        return f"{len(items)} 个{noun}的征收率均为 {formats.share(top)}。"
    text = (
        f"{len(items)} 个{noun}中，{_with_ties(items, first, noun)} {formats.share(top)} {'并列' if _ties(items, top) > 1 else ''}居首，"
        f"{_with_ties(items, last, noun)} {formats.share(bottom)} {'并列' if _ties(items, bottom) > 1 else ''}居末，"
        f"首末相差 {formats.points(top - bottom).lstrip('+')} 个百分点"
    )
    up, down = ranking.movers(items)
    if up is not None:
        text += f"；{up.name}较上月上升 {up.rank_change} 位"
    if down is not None:
        text += f"{'，' if up is not None else '；'}{down.name}{'' if up is not None else '较上月'}下降 {-(down.rank_change or 0)} 位"
    owing = ranking.biggest_gap(items)
    total = sum((item.gap for item in items if item.gap > 0), Decimal(0))
    if owing is not None and total:
        text += f"；尚欠最多的是{owing.name}（{formats.money(owing.gap)}，占 {formats.share(owing.gap / total)}）"
    return text + "。"


def _ties(items: list[Standing], rate: Decimal) -> int:
    return sum(1 for item in items if item.rate == rate)


def _with_ties(items: list[Standing], one: Standing, noun: str) -> str:
    number = _ties(items, one.rate or Decimal(0))
    return f"{one.name}以" if number == 1 else f"{one.name}等 {number} 个{noun}以"


def finding_sentence(facts: FindingFacts, break_count: int | None, break_amount: Any, period: str) -> str:
    """Open findings, what came and went today, and the reconciliation."""
    if facts.open_count == 0 and facts.new_count == 0:
        text = "目前没有未结疑点"
    else:
        text = (
            f"未结疑点 {formats.count(facts.open_count)} 条，今日新增 {formats.count(facts.new_count)} 条、"
            f"消除 {formats.count(facts.resolved_today)} 条"
        )
        if facts.top_title:
            text += f"，最多的是“{facts.top_title}”（{formats.count(facts.top_count)} 条）"
    if facts.not_checked_rules:
        text += f"，另有 {facts.not_checked_rules} 条规则今日未检查"
    if break_count is None:
        return text + "。"
    name = formats.period_name(period)
    if break_count == 0:
        return f"{text}；{name}与人社、医保逐笔对平。"
    return (
        f"{text}；{name}与人社、医保对账尚有 {formats.count(break_count)} 笔差异，涉及 {formats.money(break_amount)}。"
    )


@dataclass(frozen=True)
class Lead:
    """Who has most: one name, two, or the first of more, with what each of them has."""

    name: str
    value: Any
    is_shared: bool = False

    def said(self, spoken: str, whole: Any = None) -> str:
        """With the value in words, and its share where there is a whole: A（3 条，占 30.00%）, A、B（各 3 条，各占 30.00%）."""
        each = "各" if self.is_shared else ""
        share = "" if not whole else f"，{each}占 {share_of(self.value, whole)}"
        return f"{self.name}（{each}{' ' if each else ''}{spoken}{share}）"


def leading(named: Sequence[tuple[str, Any]], counted: str = "个") -> Lead | None:
    """Who has most, `counted` being what one of them is; None where nobody has anything."""
    most = max((value for _, value in named), default=0)
    if most <= 0:
        return None
    names = [name for name, value in named if value == most]
    shown = "、".join(names) if len(names) < 3 else f"{names[0]}等 {len(names)} {counted}"
    return Lead(shown, most, len(names) > 1)


def share_of(value: Any, whole: Any) -> str:
    """A share of a whole in words."""
    return formats.share((formats.decimal_of(value) or Decimal(0)) / (formats.decimal_of(whole) or Decimal(1)))


def joined(parts: Sequence[str]) -> str:
    """Parts that have something to say as one sentence; nothing without any."""
    said = [part for part in parts if part]
    return f"{'；'.join(said)}。" if said else ""


def quoted(name: str) -> str:
    """A title as it is named within a sentence."""
    return f"“{name}”"
