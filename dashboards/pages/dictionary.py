"""口径字典: metrics, rules, tables and columns in words, and for each where it comes from, back to the exchange tables."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from dashboards.access.roles import Role
from dashboards.components import address, frame, html, states, table
from dashboards.components.context import Context
from dashboards.components.table import Column, Heading
from dashboards.repositories import dictionary as records
from dashboards.repositories import findings
from dashboards.services import catalogue, formats, measures, words
from dashboards.services import dictionary as spoken
from dashboards.services.catalogue import Rule

Row = dict[str, Any]
_VIEWS = {"measures": "指标", "rules": "规则", "tables": "表与字段"}
_ALL = "all"


def show(context: Context) -> None:
    """The page: what kind of word is in the address; what is typed stays in the session."""
    view = address.get("view") or "measures"
    view = view if view in _VIEWS else "measures"
    frame.head("口径字典", "指标、规则、表与字段的含义，以及每个数从哪里来", context)
    with st.container(key="filters_dictionary"):
        slots = st.columns([1.6, 2.4, 1.2], vertical_alignment="bottom")
        with slots[0]:
            address.segments(
                "查什么", "view", list(_VIEWS), default="measures", names=_VIEWS.__getitem__, resets=("of", "metric", "rule", "layer"),
            )  # fmt: skip
        with slots[1]:
            typed = st.text_input(
                "搜索", key="dictionary_search", max_chars=40, autocomplete="off", placeholder="名称、编号、含义或字段"
            )
        with slots[2]:
            layer = _layer() if view == "tables" else None
    search = (typed or "").strip()
    if view == "measures":
        _metrics(context, search)
    elif view == "rules":
        _rules(context, search)
    else:
        _tables(context, search, layer)


def _layer() -> str | None:
    names = {_ALL: "全部", **spoken.LAYERS}
    chosen = address.select("层次", "layer", list(names), default=_ALL, names=names.__getitem__, resets=("of",))
    return None if chosen == _ALL else chosen


# Metrics


def _metrics(context: Context, search: str) -> None:
    known = [
        row
        for row in records.metrics(context.user)
        if spoken.matches(search, row["metric_id"], row["title"], row["description"], row["numerator_words"])
    ]
    if not known:
        _nothing("指标")
        return
    chosen = next((row for row in known if row["metric_id"] == address.get("metric")), known[0])
    left, right = st.columns([1, 1.25])
    with left, st.container(key="card_dictionary"):
        st.html(html.title(f"{len(known)} 个指标", "点选一行看口径与来源"))
        table.pick(
            "dictionary_metrics",
            [
                Column("指标", lambda row: html.text(row["title"]), "w"),
                Column("公式", lambda row: html.text(spoken.formula(row)), "w hide-s"),
                Column("单位", lambda row: html.text(row["unit"]), "c n"),
            ],
            known, key_of=lambda row: str(row["metric_id"]), on_pick=lambda key: address.put(metric=key),
            selected=str(chosen["metric_id"]), height=760,
        )  # fmt: skip
    with right:
        _metric(context, chosen)


def _metric(context: Context, metric: Row) -> None:
    periods = [measures.PERIOD_TYPES.get(one, one) for one in str(metric["period_types"] or "").split(",") if one]
    with st.container(key="card_definition"):
        st.html(html.title(str(metric["title"]), str(metric["metric_id"])))
        st.html(f'<p style="margin:0;font-size:.94rem;line-height:1.75">{html.text(metric["description"])}</p>')
        st.html(html.facts([
            ("公式", spoken.formula(metric)), ("单位", metric["unit"]), ("不计入", metric["exclusions"]), ("计算粒度", metric["grain"]),
            ("可切分", metric["dimensions"]), ("期间", "、".join(periods)), ("比较方法", metric["comparison"]), ("排名方法", metric["ranking"]),
            ("目标", formats.share(metric["target"]) if metric["target"] is not None and metric["is_rate"] else metric["target"]),
            ("目标来源", metric["target_source"]), ("起用日期", formats.day(metric["valid_from"])), ("对应需求", metric["requirements"]),
        ]))  # fmt: skip
        if context.user.role in (Role.LEADER, Role.SECTION, Role.BUREAU):
            st.button(
                "看这个指标的数",
                key="dictionary_figure",
                on_click=lambda: frame.go("metrics", metric=str(metric["metric_id"])),
            )
    _lineage(context, str(metric["cube"]))


# Rules


def _rules(context: Context, search: str) -> None:
    known = [
        rule
        for rule in catalogue.rules(findings.rules(context.user))
        if spoken.matches(search, rule.rule_id, rule.title, rule.description, *rule.reasons.values())
    ]
    if not known:
        _nothing("规则")
        return
    chosen = next((rule for rule in known if rule.rule_id == address.get("rule")), known[0])
    left, right = st.columns([1, 1.25])
    with left, st.container(key="card_dictionary"):
        st.html(html.title(f"{len(known)} 条规则", "点选一行看定义与来源"))
        table.pick(
            "dictionary_rules",
            [
                Column("编号", lambda rule: f"<b>{html.text(rule.rule_id)}</b>", "n"),
                Column("规则", lambda rule: html.text(rule.title), "w"),
                Column("类型", lambda rule: html.text(rule.kind_name), "c n hide-s"),
            ],
            known, key_of=lambda rule: rule.rule_id, on_pick=lambda key: address.put(rule=key), selected=chosen.rule_id, height=760,
        )  # fmt: skip
    with right:
        _rule(chosen)
        _lineage(context, chosen.model_name)


def _rule(rule: Rule) -> None:
    limits = "；".join(f"{value} {unit}（{why}）" for _, value, unit, why in rule.parameters)
    with st.container(key="card_definition"):
        st.html(html.title(f"{rule.rule_id}　{rule.title}", rule.kind_name))
        st.html(f'<p style="margin:0;font-size:.94rem;line-height:1.75">{html.text(rule.description)}</p>')
        st.html(html.facts([
            ("责任科室", rule.section), ("级别", words.SEVERITIES.get(rule.severity, "—")), ("频次", rule.cadence), ("疑点对象", rule.subject),
            ("约定时限与参数", limits or "无"), ("原因", "、".join(rule.reasons.values()) or "—"), ("下一步", rule.next_step or "—"),
            ("对应需求", rule.requirements), ("所在表", rule.model_name),
        ]))  # fmt: skip


# Tables


def _tables(context: Context, search: str, layer: str | None) -> None:
    known = records.tables(context.user, search, layer)
    wanted = address.get("of")
    chosen = records.one(context.user, wanted) if wanted else {}
    if not known and not chosen:
        _nothing("表")
        return
    chosen = chosen or known[0]
    left, right = st.columns([1, 1.25])
    with left, st.container(key="card_dictionary"):
        st.html(html.title(f"{len(known)} 张表" if len(known) < 400 else "前 400 张表", "点选一行看字段与来源"))
        table.pick(
            "dictionary_tables",
            [
                Column("表", lambda row: f"<b>{html.text(row['title'])}</b><br><small>{html.text(row['table_name'])}</small>", "w"),
                Column("层次", lambda row: html.text(spoken.LAYERS.get(row["layer"], row["layer"])), "c n"),
            ],
            known, key_of=lambda row: str(row["table_name"]), on_pick=lambda key: address.put(of=key),
            selected=str(chosen["table_name"]), height=760,
        )  # fmt: skip
    with right:
        _table(context, chosen)


def _table(context: Context, chosen: Row) -> None:
    name = str(chosen["table_name"])
    columns = records.columns(context.user, name)
    with st.container(key="card_definition"):
        st.html(html.title(str(chosen["title"]), f"{spoken.LAYERS.get(chosen['layer'], '')} · {name}"))
        st.html(f'<p style="margin:0;font-size:.94rem;line-height:1.75">{html.text(chosen["description"])}</p>')
        if columns:
            table.show(
                [
                    Column("字段", lambda row: f"<b>{html.text(row['label'])}</b><br><small>{html.text(row['column_name'])}</small>", "n"),
                    Column("类型", lambda row: html.text(row["data_type"]), "n hide-s"),
                    Column("含义", _meaning, ""),
                ],
                columns, height=460,
            )  # fmt: skip
        else:
            st.html(html.note("这张表的字段没有登记。"))
    _lineage(context, name)
    users = records.downstream(context.user, name)
    if users:
        with st.container(key="card_downstream"):
            st.html(html.title(f"用到它的表：{len(users)} 张"))
            _list("dictionary_downstream", users)


def _meaning(row: Row) -> str:
    kind = row["personal_data"]
    badge = f" {html.badge(f'个人信息：{spoken.PERSONAL.get(kind, kind)}', 'warn')}" if kind else ""
    return html.text(row["description"]) + badge


# Lineage


def _lineage(context: Context, table_name: str) -> None:
    """From a table back to the exchange, layer by layer."""
    with st.container(key="card_lineage"):
        st.html(html.title("从哪里来", frame.as_of_note(context)))
        if not records.is_there(context.user):
            states.missing("来源")
            return
        own = records.one(context.user, table_name)
        rows = records.upstream(context.user, table_name)
        if not rows:
            is_source = own.get("layer") == "source"
            states.empty(
                "这就是交换库的表" if is_source else "没有登记来源", "数据由外部系统写入交换库。" if is_source else ""
            )
            return
        st.html(html.note(f"{own.get('title') or table_name}（{table_name}）{spoken.origin(rows)}"))
        shown: list[Any] = []
        for layer, found in spoken.by_layer(rows):
            shown += [Heading(spoken.LAYERS.get(layer, layer), f"{len(found)} 张"), *found]
        _list("dictionary_upstream", shown)


def _list(key: str, rows: Sequence[Any]) -> None:
    """Tables; picking one opens it."""
    table.pick(
        key,
        [
            Column("表", lambda row: f'<span class="go">{html.text(row["title"])}</span>', "w"),
            Column("表名", lambda row: f"<small>{html.text(row['table_name'])}</small>", "n"),
        ],
        rows, key_of=lambda row: str(row["table_name"]), on_pick=_open, height=420,
    )  # fmt: skip


def _open(table_name: str) -> None:
    address.drop("metric", "rule")
    address.put(view="tables", of=table_name)


def _nothing(what: str) -> None:
    with st.container(key="card_dictionary"):
        states.empty(f"没有符合条件的{what}", "换一个词再搜索。")
