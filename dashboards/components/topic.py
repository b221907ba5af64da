"""What the topic pages share: month and area, figures by metric name, the areas compared, the course, cuts, and the rules to work through."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from dashboards.components import address, arrivals, charts, frame, html, kpi, reconciled, states, table
from dashboards.components.context import Area, Context
from dashboards.components.table import Column
from dashboards.repositories import findings, metrics
from dashboards.repositories import topics as stored
from dashboards.services import catalogue, formats, measures, topics, words
from dashboards.services.catalogue import Rule
from dashboards.services.topics import Bar

Row = dict[str, Any]
_POINTS = 13


@dataclass(frozen=True)
class View:
    """One topic at one area and period. Every figure is a metric's, read by its name; the page computes none."""

    context: Context
    purpose: str
    here: Area
    per: str
    period: str
    known: Mapping[str, Row]
    asked: dict[tuple[Any, ...], list[Row]] = field(default_factory=dict, compare=False, repr=False)
    """What this run has read, so that no figure is asked for twice."""

    @property
    def bureau(self) -> str | None:
        """The bureau that lists are narrowed to."""
        return self.here.code if self.here.level == "bureau" else None

    @property
    def when(self) -> str:
        """The period in words."""
        return measures.period_name(self.per, self.period)

    def metric(self, metric_id: str) -> Row | None:
        """The metric's definition; none when the snapshot has none, or not for such periods."""
        metric = self.known.get(metric_id)
        return metric if metric is not None and self.per in str(metric["period_types"]).split(",") else None

    def metrics(self, metric_ids: Sequence[str]) -> list[Row]:
        """The definitions of those that there are."""
        return [metric for metric_id in metric_ids if (metric := self.metric(metric_id)) is not None]

    def row(self, metric_id: str) -> Row | None:
        """The metric's figure here; none where it has none."""
        return next(iter(self._rows(metric_id, self.period, self.here.level, area_code=self.here.code)), None)

    def below(self, metric_id: str) -> list[Row]:
        """The figures of the bureaus, or of the towns of the bureau."""
        if self.here.level == "city":
            return self._rows(metric_id, self.period, "bureau")
        return self._rows(metric_id, self.period, "town", parent_code=self.here.code)

    def course(self, metric_id: str) -> list[Row]:
        """The figures of all periods up to the chosen one, the oldest first."""
        rows = self._rows(metric_id, None, self.here.level, area_code=self.here.code)
        return [row for row in rows if str(row["period"]) <= self.period]

    def cut(self, metric_id: str, cut_type: str) -> list[Row]:
        """The figures of the values of a cut."""
        return self._rows(metric_id, self.period, self.here.level, cut_type=cut_type, area_code=self.here.code)

    def sentence(self, metric_id: str) -> str:
        """The figure in words; nothing when there is no such metric."""
        metric = self.metric(metric_id)
        return "" if metric is None else topics.figure_sentence(metric, self.row(metric_id), self.here.name, self.when)

    def standing(self, metric_id: str) -> str:
        """Who leads and who trails; only where bureaus are compared."""
        metric = self.metric(metric_id)
        return topics.standing_sentence(metric, self.below(metric_id)) if metric and self.here.level == "city" else ""

    def _rows(self, metric_id: str, period: str | None, level: str, **which: str | None) -> list[Row]:
        metric = self.metric(metric_id)
        if metric is None:
            return []
        key = (metric_id, period, level, *sorted(which.items()))
        if key not in self.asked:
            self.asked[key] = metrics.figures(
                self.context.user, self.purpose, metric, self.per, period, level, **which,  # type: ignore[arg-type]
            )  # fmt: skip
        return self.asked[key]


def open_view(
    context: Context, *, title: str, question: str, headline: str, pers: Sequence[str] = ("month",),
    faces: Mapping[str, str] | None = None,
) -> View | None:  # fmt: skip
    """Heading, way back, faces of the page and choice of the period; None after having said that there is nothing to show."""
    path = context.path_to_bureau()
    here = path[-1]
    frame.head(title, f"{here.name} · {question}", context)
    frame.breadcrumb(path, key="topic_crumb")
    if faces:
        names = dict(faces)
        address.segments(
            "专题",
            "view",
            list(names),
            default=next(iter(names)),
            names=names.__getitem__,
            resets=("per", "at", "page"),
        )
    known = metrics.by_id(context.user)
    if headline not in known:
        states.missing(title)
        return None
    with st.container(key="filters_topic"):
        first, second, _ = st.columns([1, 1.3, 3], vertical_alignment="bottom")
        per = pers[0]
        if len(pers) > 1:
            with first:
                per = address.select(
                    "期间", "per", list(pers), default=pers[0], names=lambda code: measures.PERIOD_TYPES.get(code, code),
                    resets=("at", "page"),
                )  # fmt: skip
        periods = metrics.periods(context.user, known[headline], per)
        if not periods:
            states.empty(f"{title}还没有数据", "换一个期间类型，或等下一次发布。")
            return None
        with second if len(pers) > 1 else first:
            period = address.select(
                "哪一期", "at", periods, default=periods[0], names=lambda one: measures.period_name(per, one), resets=("page",),
            )  # fmt: skip
    return View(context, title, here, per, period, known)


def figures(view: View, metric_ids: Sequence[str], more: Sequence[kpi.Kpi] = ()) -> None:
    """Figures as cards, the first one as the main; at most five."""
    items: list[kpi.Kpi] = []
    marks: list[reconciled.Mark] = []
    for metric in view.metrics(metric_ids):
        marks.append(reconciled.of_metric(view.context, metric, view.per, view.period, [view.here]))
        row = view.row(str(metric["metric_id"]))
        below = ""
        if row is not None:
            unit = " 百分点" if metric["is_rate"] else ""
            below = html.text(
                f"较上期 {measures.change(metric, row, 'prev')}，较上年 {measures.change(metric, row, 'prev_year')}{unit}"
            )
        items.append(
            kpi.Kpi(
                str(metric["title"]), measures.value(metric, row), below=below, main=not items, mark=marks[-1].badge
            )
        )
    if more:
        marks.append(reconciled.outside("counted"))
    kpi.show([*items, *kpi.marked(more, reconciled.outside("counted").badge)][:5])
    reconciled.below(view.context, marks)


def areas(view: View, metric_ids: Sequence[str], title: str = "", *, key: str = "topic_areas") -> None:
    """The areas below by the first metric's rank, with the other metrics beside it; a bureau opens by its row, a town's row leads to 指标."""
    kept = view.metrics(metric_ids)
    below = "bureau" if view.here.level == "city" else "town"
    name = "主管局" if below == "bureau" else "街道乡镇"
    with st.container(key=f"card_{key}"):
        hint = "点选一行只看该局" if below == "bureau" else "点选一行看该街道乡镇的走势与村社区"
        st.html(
            html.title(
                f"各{name}{title}",
                arrivals.brief(view.context, cubes(view.metrics(metric_ids)), f"{view.when} · {hint}"),
            )
        )
        rows = view.below(str(kept[0]["metric_id"])) if kept else []
        if not rows:
            states.empty("这一级没有数据", "有的指标、有的期间类型只统计到主管局。")
            return
        metric, *others = kept
        columns = [
            Column(name, lambda row: f"<b>{html.text(_label(row, below))}</b>{' *' if row['is_small'] else ''}", "n")
        ]
        if below == "bureau":
            columns = [
                Column("名次", lambda row: "—" if row["rank"] is None else str(row["rank"]), "c"),
                Column("升降", lambda row: html.steps(row["rank_change"]), "c n hide-s"),
                *columns,
            ]
        columns += [
            Column(str(metric["title"]), lambda row: _sized(metric, row), "r t"),
            Column("较上期", lambda row: html.text(measures.change(metric, row, "prev")), "r hide-s"),
            Column("较上年", lambda row: html.text(measures.change(metric, row, "prev_year")), "r hide-s"),
            *(_beside(other, view.below(str(other["metric_id"])), "area_code", "parent_code") for other in others),
        ]
        if any(row["band"] for row in rows):
            columns.append(Column("分档", _band, "n hide-s"))

        def go(code: str) -> None:
            if below == "bureau" and code in view.context.bureaus:
                address.put(bureau=code)
                address.drop("town", "page")
            elif below == "town":
                frame.go(
                    "metrics", metric=str(metric["metric_id"]), per=view.per, at=view.period, bureau=view.here.code, town=code,
                )  # fmt: skip

        table.pick(key, columns, rows, key_of=lambda row: str(row["area_code"]), on_pick=go)
        order = "名次按第一个指标；" if below == "bureau" else ""
        st.html(
            html.note(f"{metric['ranking']}，{order}带“*”的涉及对象少，比率波动大，仅供参考。“不适用”指没有应计对象。")
        )


def cubes(shown: Sequence[Row]) -> list[str]:
    """The published tables that these metrics are read from."""
    return sorted({str(metric["cube"]) for metric in shown})


def _sized(metric: Row, row: Row) -> str:
    bar = html.bar(row["rate"]) if metric["is_rate"] and row["rate"] is not None else ""
    return measures.value(metric, row) + bar


def _beside(metric: Row, rows: Sequence[Row], *keys: str) -> Column:
    """Another metric's figures of the same areas, or values of a cut."""
    found = {tuple(row[key] for key in keys): row for row in rows}
    return Column(
        str(metric["title"]),
        lambda row: measures.value(metric, found.get(tuple(row[key] for key in keys))),
        "r t hide-s",
    )


def _label(row: Row, level: str) -> str:
    return formats.bureau_label(row["area_name"]) if level == "bureau" else str(row["area_name"])


def _band(row: Row) -> str:
    tone = {"better": "good", "worse": "warn"}.get(str(row["band"]))
    name = measures.BANDS.get(row["band"], formats.NONE)
    return html.badge(name, tone) if tone else f"<small>{html.text(name)}</small>"


def course(view: View, metric_ids: Sequence[str], title: str, *, key: str = "topic_course") -> None:
    """Metrics of one unit over the last periods."""
    kept = view.metrics(metric_ids)
    found = {
        str(metric["metric_id"]): {str(row["period"]): row for row in view.course(str(metric["metric_id"]))}
        for metric in kept
    }
    periods = sorted({period for rows in found.values() for period in rows})[-_POINTS:]
    if len(periods) < 2:
        return
    names = {period: measures.period_name(view.per, period) for period in periods}
    dashes = ("solid", "dash", "dot", "dashdot", "longdash")
    with st.container(key=f"card_{key}"):
        st.html(html.title(title, arrivals.brief(view.context, cubes(kept))))
        charts.lines(
            key, list(names.values()),
            [
                charts.Line(
                    str(metric["title"]),
                    [measures.size(metric, row) if (row := found[str(metric["metric_id"])].get(period)) else None for period in periods],
                    [measures.value(metric, found[str(metric["metric_id"])].get(period)) for period in periods],
                    dash,
                )
                for metric, dash in zip(kept, dashes, strict=False)
            ],
            y_title=measures.axis(kept[0]), alt=f"{title}：各期数值",
            ticks={names[period]: _tick(view.per, period) for period in periods[:: -(-len(periods) // 5)]},
        )  # fmt: skip


def _tick(per: str, period: str) -> str:
    return (
        formats.period_short(period)
        if per == "month"
        else period.removeprefix("20")
        if per in ("week", "day")
        else period
    )


def cut(view: View, metric_id: str, cut_type: str, more: Sequence[str] = ()) -> None:
    """A metric by the values of one of its dimensions."""
    metric, rows = view.metric(metric_id), view.cut(metric_id, cut_type)
    if metric is None or not rows:
        return
    name = measures.CUTS.get(cut_type, cut_type)
    with st.container(key=f"card_topic_{cut_type}"):
        st.html(html.title(f"按{name}", arrivals.brief(view.context, cubes([metric, *view.metrics(more)]), view.when)))
        table.show(
            [
                Column(name, lambda row: f"<b>{html.text(row['cut_name'])}</b>", "n"),
                Column(str(metric["title"]), lambda row: measures.value(metric, row), "r t"),
                Column("较上期", lambda row: html.text(measures.change(metric, row, "prev")), "r hide-s"),
                *(_beside(other, view.cut(str(other["metric_id"]), cut_type), "cut_code") for other in view.metrics(more)),
            ],
            rows,
        )  # fmt: skip


def pareto(
    view: View, bars: Sequence[Bar], *, title: str, hint: str, unit: str, on_pick: Callable[[str], None] | None, empty: str,
    note: str, with_amount: bool = True, models: Sequence[str] = (),
) -> None:  # fmt: skip
    """Reasons as a Pareto chart with the same numbers in a table beside it; a row opens what stands behind it, where there is a list.

    `models` are the published tables behind it; open findings have theirs in the state of their rule.
    """
    with st.container(key="card_topic_pareto"):
        st.html(html.title(title, arrivals.brief(view.context, models, hint)))
        if not bars:
            states.empty(empty)
            return
        left, right = st.columns([1.2, 1])
        with left:
            charts.pareto("topic_pareto", bars, unit=unit, alt=f"{title}：由多到少，折线为累计占比")
        columns = [
            Column(
                "原因",
                lambda bar: f'<span class="go">{html.text(bar.name)}</span>' if on_pick else html.text(bar.name),
                "m",
            ),
            Column("数量", lambda bar: f"<b>{formats.count(bar.count)}</b> {html.text(unit)}", "r n"),
            Column("占比", lambda bar: formats.share(bar.share), "r"),
            Column("金额（元）", lambda bar: formats.yuan(bar.amount), "r hide-s")
            if with_amount
            else Column("累计", lambda bar: formats.share(bar.cumulative), "r hide-s"),
        ]
        with right:
            if on_pick is None:
                table.show(columns, bars)
            else:
                table.pick("topic_pareto_rows", columns, bars, key_of=lambda bar: bar.code, on_pick=on_pick)
        st.html(html.note(note))


@dataclass(frozen=True)
class Worklist:
    """The rules of a topic that the catalogue has, with what stands behind each."""

    rules: list[Rule]
    counts: Mapping[str, Row]
    rows: Sequence[Row]
    reasons: Mapping[str, str]

    def rule(self, rule_id: str) -> Rule | None:
        """One of them."""
        return next((one for one in self.rules if one.rule_id == rule_id), None)

    def open_count(self, rule_id: str) -> int:
        """Open findings of a rule, or the rows of a list without findings."""
        rule = self.rule(rule_id)
        if rule is None:
            return 0
        column = "open_count" if rule.ledger else "row_count"
        return int(self.counts.get(rule_id, {}).get(column) or 0)

    def bars(self, rule_id: str) -> list[Bar]:
        """The reasons of a rule's open findings."""
        rule = self.rule(rule_id)
        return topics.pareto(topics.of_rule(self.rows, rule_id), rule.reasons if rule else {})

    @property
    def sentence(self) -> str:
        """How many open findings there are."""
        return topics.worklist_sentence(
            self.rules, {rule.rule_id: self.open_count(rule.rule_id) for rule in self.rules}
        )


def worklist(view: View, rule_ids: Sequence[str]) -> Worklist:
    """Read it: in the order of the topic, rules that the snapshot does not know left out."""
    user = view.context.user
    known = {rule.rule_id: rule for rule in catalogue.rules(findings.rules(user))}
    kept = [known[rule_id] for rule_id in rule_ids if rule_id in known]
    counts = {
        **findings.list_counts(user, view.purpose, bureau_code=view.bureau),
        **findings.counts(user, view.purpose, view.context.as_of, bureau_code=view.bureau),
    }
    listed = stored.reasons(user, view.purpose, [rule.rule_id for rule in kept], view.bureau)
    return Worklist(kept, counts, listed, topics.top_reasons(listed, known))


def finding_pareto(
    view: View, work: Worklist, rule_id: str, *, title: str, unit: str, empty: str, with_amount: bool = False
) -> None:
    """The reasons of one rule's open findings; a row opens the findings of that reason."""

    def go(code: str) -> None:
        frame.go("findings", rule=rule_id, reason=code, **({"bureau": view.bureau} if view.bureau else {}))

    pareto(
        view, work.bars(rule_id), title=title, hint="点选一行看清单", unit=unit, on_pick=go, empty=empty, with_amount=with_amount,
        note="按未结疑点计，每条只取最先成立的一个原因；未能判定的如实列出。",
    )  # fmt: skip


def show_worklist(view: View, work: Worklist, title: str = "去处理") -> None:
    """The rules with open findings, the newest, the commonest reasons; a row opens the rule's list."""

    def go(rule_id: str) -> None:
        frame.go("findings", rule=rule_id, **({"bureau": view.bureau} if view.bureau else {}))

    def count(row: Rule, column: str) -> str:
        return formats.count(work.counts.get(row.rule_id, {}).get(column) or 0) if row.ledger else "—"

    with st.container(key="card_topic_rules"):
        st.html(html.title(title, frame.as_of_note(view.context, "点选一行看清单")))
        if not work.rules:
            states.empty("没有相关规则", "当前发布的快照中没有这些规则。")
            return
        st.html(html.paragraph(work.sentence))
        table.pick(
            "topic_rules",
            [
                Column("规则", lambda row: f'<span class="go">{html.text(f"{row.rule_id} {row.title}")}</span>', "w"),
                Column("类型", lambda row: html.text(row.kind_name), "c n hide-s"),
                Column("未结", lambda row: f"<b>{formats.count(work.open_count(row.rule_id))}</b>{'' if row.ledger else ' 行'}", "r n"),
                Column("今日新增", lambda row: count(row, "new_count"), "r hide-s"),
                Column("最多的原因", lambda row: html.text(work.reasons.get(row.rule_id, "")), "w hide-s"),
                Column("状态", _checked, "c n"),
            ],
            work.rules, key_of=lambda row: row.rule_id, on_pick=go,
        )  # fmt: skip
        st.html(html.note("清单不是疑点，只数行数，不计入未结。“未检查”的规则，其疑点不作消除。"))


def _checked(rule: Rule) -> str:
    """Whether the rule was checked today: the word, with its tone."""
    if not rule.status:
        return html.badge("未检查", "warn")
    return html.badge(words.status_word(rule.status), words.status_tone(rule.status))
