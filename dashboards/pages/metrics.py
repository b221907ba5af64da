"""指标: any metric by its name: ranking of the bureaus, course over time, cuts, and what it means, in words."""

from typing import Any

import streamlit as st

from dashboards.components import (
    arrivals,
    charts,
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
from dashboards.components.table import Column
from dashboards.repositories import metrics
from dashboards.services import formats, measures, narrative_places, placing, topics

_PURPOSE = "指标"
# What is shown first; a village has only the second.
_FIRST = ("collection_rate_amount", "resident_rate")
_NOUNS = {"bureau": "主管局", "town": "街道乡镇", "village": "村社区"}
Row = dict[str, Any]


def show(context: Context) -> None:
    """The page."""
    known = metrics.by_id(context.user)
    if not known:
        frame.head("指标", context.user.scope.label, context)
        states.missing("指标")
        return
    path = context.path()
    here = path[-1]
    if here.level == "village":
        known = {name: row for name, row in known.items() if "village" in str(row["levels"]).split(",")}
        if not known:
            frame.head("指标", here.name, context)
            states.missing("到村社区的指标")
            return
    frame.head("指标", f"{here.name} · 共 {len(known)} 个指标，统一口径", context)
    frame.breadcrumb(path)
    metric, per, period, cut_type, cut_code = metric_choice.choose(
        context, known, default=next((one for one in _FIRST if one in known), next(iter(known)))
    )
    if not period:
        states.empty("这个指标还没有数据", "换一个期间类型或指标。")
        _definition(metric)
        return
    bureau = bureau_of(path)
    rows = _rows(context, metric, per, period, here, cut_type, cut_code)
    own = placing.joined([row for row in rows if bureau is None or row["bureau_code"] == bureau])
    insurance = cut_code if cut_type == residents.CUT else None
    mark = reconciled.of_metric(context, metric, per, period, path, insurance)
    _figures(context, metric, own, mark)
    below = _below(context, metric, per, period, here, cut_type, cut_code)
    _sentences(metric, own, here, below, measures.period_name(per, period), cut_type)
    left, right = st.columns([1.7, 1])
    with left:
        _areas(context, metric, per, period, below)
        _course(context, metric, per, here, cut_type, cut_code)
    with right:
        _definition(metric)
        _values(context, metric, per, period, here)


def _rows(
    context: Context, metric: Row, per: str, period: str | None, here: Area, cut_type: str, cut_code: str
) -> list[Row]:
    return metrics.figures(
        context.user,
        _PURPOSE,
        metric,
        per,
        period,
        here.level,
        cut_type=cut_type,
        cut_code=cut_code,
        area_code=here.code,
    )


def _figures(context: Context, metric: Row, row: Row | None, mark: reconciled.Mark) -> None:
    if row is None:
        states.empty("本期没有数据", "分母为零的指标显示“不适用”，不作0%或100%。")
        return
    unit = str(metric["unit"])
    items = [
        kpi.Kpi(
            str(metric["title"]), measures.value(metric, row),
            below=f"较上期 {html.text(measures.change(metric, row, 'prev'))}　较上年 {html.text(measures.change(metric, row, 'prev_year'))}", main=True,
        )
    ]  # fmt: skip
    if metric["is_rate"]:
        items.append(
            kpi.Kpi("分子", measures.amount(row["numerator"], unit), below=html.text(metric["numerator_words"]))
        )
        items.append(
            kpi.Kpi("分母", measures.amount(row["denominator"], unit), below=html.text(metric["denominator_words"]))
        )
    if row["target"] is not None:
        items.append(
            kpi.Kpi(
                "距目标",
                measures.gap(metric, row),
                below=f"目标 {formats.share(row['target'])} · {html.text(metric['target_source'] or '')}",
            )
        )
    if row["rank"] is not None:
        items.append(kpi.Kpi("排名", f"第 {row['rank']} 名", below=html.steps(row["rank_change"])))
    kpi.show(kpi.marked(items, mark.badge))
    reconciled.below(context, [mark])


def _below(
    context: Context, metric: Row, per: str, period: str, here: Area, cut_type: str, cut_code: str
) -> tuple[str, list[Row]]:
    """The level below and its rows; no level where the metric has none."""
    level = {"city": "bureau", "bureau": "town", "town": "village"}.get(here.level, "")
    if level not in str(metric["levels"]).split(","):
        return "", []
    return level, metrics.figures(
        context.user, _PURPOSE, metric, per, period, level, cut_type=cut_type, cut_code=cut_code,
        parent_code=None if level == "bureau" else here.code,
    )  # fmt: skip


def _sentences(
    metric: Row, row: Row | None, here: Area, below: tuple[str, list[Row]], when: str, cut_type: str
) -> None:
    level, rows = below
    what = narrative_places.named(metric, when, rows, cut_type)
    said = (
        [] if row is None else [topics.figure_sentence(metric, row, f"{here.name}{narrative_places.cut_of(row)}", when)]
    )
    if level:
        found, noun = placing.places(metric, rows), _NOUNS[level]
        said += [
            narrative_places.standing_sentence(metric, found, noun, what),
            narrative_places.target_sentence(metric, found, noun),
        ]
    says.show(said)


def _areas(context: Context, metric: Row, per: str, period: str, found: tuple[str, list[Row]]) -> None:
    below, rows = found
    if not below:
        return
    with st.container(key="card_metric_areas"):
        st.html(
            html.title(
                f"各{_NOUNS[below]}",
                arrivals.brief(context, str(metric["cube"]), measures.period_name(per, period)),
            )
        )
        if not rows:
            states.empty("这一级没有数据", "换一个期间类型：日、周一般只到主管局。")
            return
        sizes = [row["rate"] if metric["is_rate"] else row["numerator"] for row in rows]
        best = max((abs(float(one)) for one in sizes if one is not None), default=0.0)
        columns = [
            Column(_NOUNS[below], lambda row: f"<b>{html.text(_label(row, below))}</b>{' *' if row['is_small'] else ''}", "n"),
            Column("数值", lambda row: measures.value(metric, row) + html.bar(_part(metric, row, best)), "r"),
            Column("较上期", lambda row: html.text(measures.change(metric, row, "prev")), "r hide-s"),
            Column("较上年", lambda row: html.text(measures.change(metric, row, "prev_year")), "r hide-s"),
        ]  # fmt: skip
        if below == "bureau":
            columns = [
                Column("名次", lambda row: "—" if row["rank"] is None else str(row["rank"]), "c"),
                Column("升降", lambda row: html.steps(row["rank_change"]), "c n"),
                *columns,
            ]
        if any(row["gap"] is not None for row in rows):
            columns.append(Column("距目标", lambda row: measures.gap(metric, row), "r hide-s"))
        if any(row["band"] for row in rows):
            columns.append(Column("分档", html.band, "n hide-s"))
        table.show(columns, rows)
        st.html(
            html.note(
                f"{html.text(metric['ranking'])}。带“*”的涉及对象不足 {metric['small_denominator']}，比率波动大，仅供参考。"
            )
        )


def _label(row: Row, level: str) -> str:
    return formats.bureau_label(row["area_name"]) if level == "bureau" else str(row["area_name"])


def _part(metric: Row, row: Row, best: float) -> float | None:
    value = row["rate"] if metric["is_rate"] else row["numerator"]
    return None if value is None or not best else min(abs(float(value)) / best, 1.0)


def _course(context: Context, metric: Row, per: str, here: Area, cut_type: str, cut_code: str) -> None:
    rows = _rows(context, metric, per, None, here, cut_type, cut_code)
    if len(rows) < 2:
        return
    with st.container(key="card_metric_course"):
        st.html(html.title(f"近 {len(rows)} 期走势", arrivals.brief(context, str(metric["cube"]))))
        names = [measures.period_name(per, str(row["period"])) for row in rows]
        charts.lines(
            "metric_course", names,
            [charts.Line(str(metric["title"]), [measures.size(metric, row) for row in rows], [measures.value(metric, row) for row in rows])],
            y_title=measures.axis(metric), alt=f"{metric['title']}各期走势",
            ticks={name: name for name in names[:: max(len(names) // 6, 1)]},
        )  # fmt: skip


def _values(context: Context, metric: Row, per: str, period: str, here: Area) -> None:
    found: dict[str, list[Row]] = {}
    for cut in metrics.cuts(context.user, metric, per, period):
        found.setdefault(str(cut["cut_type"]), []).append(cut)
    for cut_type in list(found)[:4]:
        rows = metrics.figures(
            context.user, _PURPOSE, metric, per, period, here.level, cut_type=cut_type, area_code=here.code
        )
        if not rows:
            continue
        with st.container(key=f"card_metric_{cut_type}"):
            st.html(
                html.title(f"按{measures.CUTS.get(cut_type, cut_type)}", arrivals.brief(context, str(metric["cube"])))
            )
            table.show(
                [
                    Column(
                        measures.CUTS.get(cut_type, cut_type), lambda row: f"<b>{html.text(row['cut_name'])}</b>", "n"
                    ),
                    Column("数值", lambda row: measures.value(metric, row), "r"),
                    Column("较上期", lambda row: html.text(measures.change(metric, row, "prev")), "r hide-s"),
                ],
                rows,
            )


def _definition(metric: Row) -> None:
    with st.container(key="card_metric_definition"):
        st.html(html.title("口径"))
        st.html(html.paragraph(metric["description"]))
        facts = [
            ("分子", metric["numerator_words"]), ("分母", metric["denominator_words"] or "—"), ("单位", metric["unit"]),
            ("计算粒度", metric["grain"]), ("可切维度", metric["dimensions"] or "—"), ("不计入", metric["exclusions"] or "—"),
            ("比较", metric["comparison"]), ("方向", "越低越好" if metric["direction"] == "lower" else "越高越好"),
            ("目标", "—" if metric["target"] is None else f"{formats.share(metric['target'])}（{metric['target_source']}）"),
            ("对应需求", metric["requirements"]), ("起用", formats.day(metric["valid_from"])), ("汇总表", metric["cube"]),
        ]  # fmt: skip
        st.html(html.facts([(name, str(text)) for name, text in facts]))
