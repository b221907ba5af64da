"""What 排名 and 指标 say first: who leads and trails, who moved, and how far the target is."""

from collections.abc import Sequence
from typing import Any

from dashboards.services import formats, measures, narrative, placing
from dashboards.services.placing import Place

Row = dict[str, Any]


def named(metric: Row, when: str, rows: Sequence[Row], cut_type: str) -> str:
    """What is counted, in words: the period, the metric, and the part of it where a cut is chosen."""
    return f"{when}{metric['title']}{next((cut_of(row) for row in rows), '') if cut_type != 'total' else ''}"


def cut_of(row: Row) -> str:
    """The part that a row is of, in brackets; nothing where it is of all."""
    return "" if row["cut_type"] == "total" else f"（{row['cut_name']}）"


def own_sentence(metric: Row, row: Row | None, area: str, what: str) -> str:
    """The place that the cube gives the area itself; nothing where it has none."""
    if row is None or row["rank"] is None:
        return ""
    change = row["rank_change"]
    moved = "" if change is None else f"，{_moved(int(change))}"
    return f"{area}{what} {measures.value(metric, row)}，第 {row['rank']} 名{moved}。"


def _moved(change: int) -> str:
    if change == 0:
        return "名次与上期相同"
    return f"较上期{'上升' if change > 0 else '下降'} {abs(change)} 位"


def standing_sentence(metric: Row, found: Sequence[Place], noun: str, what: str) -> str:
    """Who leads and who trails of those that have a place; nothing with fewer than two."""
    ranked = [place for place in found if place.rank is not None]
    if len(ranked) < 2:
        return ""
    first, last = ranked[0], ranked[-1]
    if first.rank == last.rank:
        text = f"{what}，{len(ranked)} 个{noun}均为 {measures.value(metric, first.row)}"
    else:
        text = (
            f"{what}，{len(ranked)} 个{noun}中，{_ending(metric, ranked, first, noun)} 居首，"
            f"{_ending(metric, ranked, last, noun)} 居末"
        )
        if metric["is_rate"]:
            apart = formats.points(abs(_value(first) - _value(last))).lstrip("+")
            text += f"，相差 {apart} 个百分点"
    if left := placing.without(found):
        text += f"；另有 {left} 个本期没有应计对象，不参加排名"
    return text + "。"


def _value(place: Place) -> Any:
    return formats.decimal_of(place.row["rate"]) or 0


def _ending(metric: Row, ranked: Sequence[Place], one: Place, noun: str) -> str:
    same = [place for place in ranked if place.rank == one.rank]
    star = "（对象少，仅供参考）" if len(same) == 1 and one.row["is_small"] else ""
    name = f"{one.name}等 {len(same)} 个{noun}并列" if len(same) > 1 else one.name
    return f"{name}{star}以 {measures.value(metric, one.row)}"


def moves_sentence(found: Sequence[Place], noun: str) -> str:
    """Who rose and who fell most since the period before; nothing where nobody had a place then."""
    known = [place for place in found if place.rank_change is not None]
    if len(known) < 2:
        return ""
    up = narrative.leading([(place.name, place.rank_change or 0) for place in known], f"个{noun}")
    down = narrative.leading([(place.name, -(place.rank_change or 0)) for place in known], f"个{noun}")
    parts = [
        f"上升最多的是{up.said(f'{up.value} 位')}" if up else "",
        f"下降最多的是{down.said(f'{down.value} 位')}" if down else "",
    ]
    said = "，".join(part for part in parts if part)
    return f"与上期比，{said}。" if said else f"与上期比，各{noun}名次没有变动。"


def target_sentence(metric: Row, found: Sequence[Place], noun: str) -> str:
    """How many have reached the target, and who misses most; nothing without a target."""
    if metric["target"] is None:
        return ""
    known = [place for place in found if place.rank is not None and place.row["gap"] is not None]
    if not known:
        return ""
    head = f"目标 {formats.share(metric['target'])}"
    missing = [(place.name, formats.decimal_of(place.row["gap"]) or 0) for place in known if place.row["gap"] > 0]
    if not missing:
        return f"{head}，{len(known)} 个{noun}均已达标。"
    most = narrative.leading(missing, f"个{noun}")
    reached = len(known) - len(missing)
    count = f"{reached} 个{noun}已达标，{len(missing)} 个未达标" if reached else f"{len(known)} 个{noun}均未达标"
    return (
        f"{head}，{count}"
        + (f"，差得最多的是{most.said(measures.amount(most.value, str(metric['unit'])))}" if most else "")
        + "。"
    )
