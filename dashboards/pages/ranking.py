"""排名: who stands where by any metric, how much is missing to the target, against last year, and over time."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from dashboards.components import (
    address,
    arrivals,
    charts,
    export_button,
    frame,
    html,
    kpi,
    metric_choice,
    reconciled,
    residents,
    says,
    states,
    table,
)
from dashboards.components.context import Area, Context, bureau_of
from dashboards.components.metric_choice import Choice
from dashboards.components.table import Column
from dashboards.repositories import metrics
from dashboards.services import export_aggregates, formats, measures, narrative_places, placing
from dashboards.services.placing import Place

_PURPOSE = "排名"
_LEVELS = export_aggregates.LEVELS
_BELOW = {"city": ("bureau", "town"), "bureau": ("town",), "town": ("village",)}
# The metric that opens, by what is ranked: employers' money where the level has it, else the residents' two insurances.
_FIRST = {"bureau": "collection_rate_amount", "town": "collection_rate_amount", "village": "resident_rate"}
# More areas than this are not drawn, or only their ends.
_DRAWN = 24
Row = dict[str, Any]


def show(context: Context) -> None:
    """The page."""
    path = context.path()
    here = path[-1]
    if here.level not in _BELOW:
        frame.head("排名", here.name, context)
        frame.breadcrumb(path)
        states.empty("村社区以下没有排名", "本村社区的征缴率见“征收进度”。")
        return
    every = metrics.by_id(context.user)
    known = {name: row for name, row in every.items() if _levels(row, here)}
    if not known:
        frame.head("排名", here.name, context)
        frame.breadcrumb(path)
        states.missing("可排名的指标")
        return
    head = st.container()
    first = _FIRST[_BELOW[here.level][0]]
    choice = metric_choice.choose(context, known, default=first if first in known else next(iter(known)))
    level = _among(choice.metric, here)
    insurance = choice.cut_code if choice.cut_type == residents.CUT else None
    mark = (
        reconciled.of_metric(context, choice.metric, choice.per, choice.period, path, insurance)
        if choice.period
        else reconciled.Mark()
    )
    with head:
        when = measures.period_name(choice.per, choice.period) if choice.period else formats.NONE
        frame.head(
            f"{_LEVELS[level]}排名", f"{here.name} · {choice.metric['title']} · {when}", context, badge=mark.badge
        )
        frame.breadcrumb(path)
    if not choice.period:
        states.empty("这个指标还没有数据", "换一个期间类型或指标。")
        return
    rows = _figures(context, choice.metric, choice, level, path)
    own = metrics.figures(
        context.user, _PURPOSE, choice.metric, choice.per, choice.period, here.level, cut_type=choice.cut_type,
        cut_code=choice.cut_code, area_code=here.code,
    )  # fmt: skip
    bureau = bureau_of(path)
    mine = placing.joined([row for row in own if bureau is None or row["bureau_code"] == bureau])
    names = context.bureaus if level == "town" and here.level == "city" else None
    found = placing.places(choice.metric, rows, names=names)
    _own(context, choice, mine, found, level, mark)
    _sentences(choice, mine, here, found, level)
    if not found:
        states.empty("这一级没有数据", "换一个期间类型：季、年一般只到主管局，日、周一般只到街道乡镇。")
        return
    _table(context, choice, known, level, path, found)
    left, right = st.columns(2)
    with left:
        _last_year(context, choice, level, found)
    with right:
        _over_time(context, choice, level, path)


def _levels(metric: Row, here: Area) -> list[str]:
    return [level for level in _BELOW[here.level] if level in str(metric["levels"]).split(",")]


def _among(metric: Row, here: Area) -> str:
    levels = _levels(metric, here)
    if len(levels) < 2:
        return levels[0]
    return address.segments("排名范围", "among", levels, default=levels[0], names=lambda level: f"各{_LEVELS[level]}")


def _figures(context: Context, metric: Row, choice: Choice, level: str, path: list[Area], *, whole: bool = False) -> list[Row]:  # fmt: skip
    """Rows of the areas that are ranked with each other; `whole` for all periods."""
    here = path[-1]
    parent = None if level == "bureau" or here.level == "city" else here.code
    return metrics.among(
        context.user, _PURPOSE, metric, choice.per, None if whole else choice.period, level, cut_type=choice.cut_type,
        cut_code=choice.cut_code, parent_code=parent, bureau_code=bureau_of(path),
    )  # fmt: skip


def _own(
    context: Context, choice: Choice, row: Row | None, found: list[Place], level: str, mark: reconciled.Mark
) -> None:
    metric = choice.metric
    items = []
    if row is not None:
        items.append(
            kpi.Kpi(
                str(metric["title"]), measures.value(metric, row), main=True,
                below=f"较上期 {html.text(measures.change(metric, row, 'prev'))}　较去年 {html.text(measures.change(metric, row, 'prev_year'))}",
            )
        )  # fmt: skip
        if row["rank"] is not None:
            items.append(kpi.Kpi("本局名次", f"第 {row['rank']} 名", below=html.steps(row["rank_change"])))
        if row["target"] is not None:
            items.append(
                kpi.Kpi(
                    "距目标", measures.gap(metric, row),
                    below=f"目标 {formats.share(row['target'])} · {html.text(metric['target_source'] or '')}",
                )
            )  # fmt: skip
    ranked = [place for place in found if place.rank is not None]
    if ranked:
        items.append(
            kpi.Kpi(
                f"参加排名的{_LEVELS[level]}", formats.count(len(ranked)), "个",
                below=f"不适用 {placing.without(found)} 个 · 并列 {sum(1 for place in ranked if place.is_shared)} 个",
            )
        )  # fmt: skip
    if items:
        kpi.show(kpi.marked(items, mark.badge))
        reconciled.below(context, [mark])


def _sentences(choice: Choice, mine: Row | None, here: Area, found: list[Place], level: str) -> None:
    metric, noun = choice.metric, _LEVELS[level]
    when = measures.period_name(choice.per, choice.period)
    what = narrative_places.named(metric, when, [place.row for place in found], choice.cut_type)
    says.show([
        narrative_places.own_sentence(metric, mine, here.name, what),
        narrative_places.standing_sentence(metric, found, noun, what),
        narrative_places.target_sentence(metric, found, noun),
        narrative_places.moves_sentence(found, noun),
    ])  # fmt: skip


def _table(
    context: Context, choice: Choice, known: dict[str, Row], level: str, path: list[Area], found: list[Place]
) -> None:
    metric = choice.metric
    sizes = [size for place in found if (size := measures.size(metric, place.row)) is not None]
    widest = max((abs(size) for size in sizes), default=0.0)

    def value(place: Place) -> str:
        size = measures.size(metric, place.row)
        bar = html.bar(abs(size) / widest) if size is not None and widest else ""
        return measures.value(metric, place.row) + bar

    columns = [
        Column("名次", _rank, "c"),
        Column("升降", lambda place: html.steps(place.rank_change), "c n"),
        Column(_LEVELS[level], lambda place: f"<b>{html.text(place.name)}</b>{' *' if place.row['is_small'] else ''}", "n"),
        Column("数值", value, "r"),
        Column("较上期", lambda place: html.text(measures.change(metric, place.row, "prev")), "r hide-s"),
        Column("较去年", lambda place: html.text(measures.change(metric, place.row, "prev_year")), "r hide-s"),
        *_gap_columns(context, choice, known, level, path),
    ]  # fmt: skip
    if any(place.row["band"] for place in found):
        columns += [
            Column("分档", lambda place: html.band(place.row), "n"),
            Column("控制限", lambda place: measures.limits(place.row), "n hide-s"),
        ]
    with st.container(key="card_ranking_table"):
        hint = "点选一行查看下一级" if level != "village" else ""
        st.html(html.title(f"各{_LEVELS[level]}名次", arrivals.brief(context, str(metric["cube"]), hint)))
        export_button.show(
            context.user, export_button.Named(export_aggregates.RANKING, export_aggregates.ranking_title(metric, level, choice.per, choice.period)),
            {
                "kind": "ranking", "metric": metric["metric_id"], "per": choice.per, "period": choice.period, "cut_type": choice.cut_type,
                "cut_code": choice.cut_code, "level": level, "parent_code": None if level == "bureau" or path[-1].level == "city" else path[-1].code,
                "bureau_code": bureau_of(path), "areas": " › ".join(area.name for area in path),
            },
            len(found), searched=False,
        )  # fmt: skip
        if level == "village":
            table.show(columns, found)
        else:
            table.pick("ranking_rows", columns, found, key_of=lambda place: place.key, on_pick=_opener(level))
        st.html(html.note(placing.explained(metric, level, _LEVELS[level], found)))


def _rank(place: Place) -> str:
    if place.rank is None:
        return '<span class="sb-rank">—</span>'
    return f'<span class="sb-rank{" top" if place.rank <= 3 else ""}">{place.rank}</span>{"<small> 并列</small>" if place.is_shared else ""}'


def _opener(level: str) -> Callable[[str], None]:
    def go(key: str) -> None:
        bureau, _, code = key.partition("|")
        address.drop("among")
        if level == "bureau":
            address.put(bureau=code, town=None)
        else:
            address.put(town=code, **({"bureau": bureau} if bureau else {}))

    return go


def _gap_columns(context: Context, choice: Choice, known: dict[str, Row], level: str, path: list[Area]) -> list[Column]:  # fmt: skip
    """What is missing to the target, a column a basis: people or households, and money."""
    bases = placing.family(known, choice.metric)
    words = placing.gaps(
        bases, {str(one["metric_id"]): _figures(context, one, choice, level, path) for one in bases}
    )  # fmt: skip

    def column(one: Row) -> Column:
        found = words[str(one["metric_id"])]
        is_own = one["metric_id"] == choice.metric["metric_id"]
        return Column(
            f"距目标（{one['unit']}）", lambda place: found.get(place.key, formats.NONE), "r" if is_own else "r hide-s"
        )

    return [column(one) for one in bases]


def _last_year(context: Context, choice: Choice, level: str, found: list[Place]) -> None:
    metric = choice.metric
    shown = placing.ends(found, _DRAWN)
    items = placing.dumbbells(metric, shown)
    with st.container(key="card_ranking_year"):
        ranked = sum(1 for place in found if place.rank is not None)
        which = f"，{ranked} 个中的前后各 {_DRAWN // 2} 个" if ranked > _DRAWN else ""
        st.html(html.title(f"与去年同期比{which}", arrivals.brief(context, str(metric["cube"]))))
        if not any(item.before is not None for item in items):
            states.empty("没有去年同期的数据", "去年同期不在数据范围内，或这个指标当时还没有。")
            return
        charts.dumbbell(
            "ranking_year", items, names=("本期", "去年同期"), unit=measures.axis(metric),
            alt=f"各{_LEVELS[level]}{metric['title']}，本期与去年同期",
        )  # fmt: skip


def _over_time(context: Context, choice: Choice, level: str, path: list[Area]) -> None:
    with st.container(key="card_ranking_time"):
        st.html(html.title("名次走势", arrivals.brief(context, str(choice.metric["cube"]))))
        rows = _figures(context, choice.metric, choice, level, path, whole=True)
        periods, items = placing.courses(choice.metric, rows)
        if len(periods) < 2 or not items:
            states.empty("只有一期名次", "有两期以上才能看走势。")
            return
        if len(items) > _DRAWN:
            states.empty(f"{len(items)} 个{_LEVELS[level]}不画走势", "先点选一个主管局，再看其街道乡镇的名次走势。")
            return
        own = items[0].key if len(items) == 1 else None
        names = [measures.period_short(choice.per, period) for period in periods]
        charts.ranks(
            "ranking_time",
            names,
            items,
            told=placing.told(items, own),
            alt=f"各{_LEVELS[level]}{choice.metric['title']}各期名次",
        )
        st.html(html.note("上方为第 1 名；加粗的是现在首位、末位和变动最大的，线型各不相同。"))
