"""规则目录: what every rule says, its parameters, reasons and columns; no production rows."""

import streamlit as st

from dashboards.components import address, frame, html, rule_filters, states, table
from dashboards.components.context import Context
from dashboards.components.table import Column, Heading
from dashboards.repositories import findings
from dashboards.services import catalogue, rule_groups, words
from dashboards.services.catalogue import Rule

_ALL_FILTERS = ("chapter", "kind", "cadence", "severity")


def show(context: Context) -> None:
    """The page."""
    rules = catalogue.rules(findings.rules(context.user))
    frame.head("规则目录", f"由规则定义自动生成 · 共 {len(rules)} 条", context)
    if not rules:
        states.missing("规则目录")
        return
    with st.container(key="filters_catalogue"):
        _, wanted = rule_filters.show(rules, "catalogue", fields=_ALL_FILTERS)
    found = rule_groups.narrowed(rules, wanted)
    if not found:
        states.empty("没有符合条件的规则", "可以放宽章节、类型、频次或搜索的词后再看。")
        return
    chosen = next((rule for rule in found if rule.rule_id == address.get("rule")), found[0])
    left, right = st.columns([1.25, 1])
    with left, st.container(key="card_catalogue"):
        st.html(html.title(f"{len(found)} 条规则", "点选一行查看定义"))
        rows: list[Rule | Heading] = []
        for group in rule_groups.grouped(found):
            rows += [Heading(group.name, f"{len(group.rules)} 条"), *group.rules]
        table.pick(
            "catalogue",
            [
                Column("编号", lambda rule: f"<b>{html.text(rule.rule_id)}</b>", "n"),
                Column("规则", lambda rule: html.text(rule.title), "w"),
                Column("类型", lambda rule: html.text(rule.kind_name), "c n"),
                Column("责任科室", lambda rule: html.text(rule.section), "n hide-s"),
                Column("级别", lambda rule: html.text(words.SEVERITIES.get(rule.severity, "—")), "c hide-s"),
                Column("频次", lambda rule: html.text(rule.cadence), "c n hide-s"),
            ],
            rows, key_of=lambda rule: rule.rule_id, on_pick=lambda key: address.put(rule=key), selected=chosen.rule_id,
            height=760,
        )  # fmt: skip
    with right, st.container(key="card_definition"):
        _definition(chosen)


def _definition(rule: Rule) -> None:
    st.html(html.title(f"{rule.rule_id}　{rule.title}"))
    st.html(html.paragraph(rule.description))
    st.html(html.facts([
        ("类型", rule.kind_name if rule.ledger else f"{rule.kind_name}（不计疑点）"), ("章节", rule.chapter_title or "—"),
        ("疑点对象", rule.subject), ("责任科室", rule.section), ("频次", rule.cadence),
        ("级别", words.SEVERITIES.get(rule.severity, "—")), ("对应需求", rule.requirements), ("模型", rule.model_name),
    ]))  # fmt: skip
    if rule.next_step:
        st.html(f'<div class="sb-next"><b>下一步　</b>{html.text(rule.next_step)}</div>')
    if rule.parameters:
        table.show(
            [
                Column("参数", lambda row: html.text(row[0]), "n"), Column("取值", lambda row: f"<b>{html.text(row[1])}</b> {html.text(row[2])}", "n"),
                Column("理由", lambda row: html.text(row[3])),
            ],
            rule.parameters,
        )  # fmt: skip
    if rule.reasons:
        if rule.rule_kind == "diagnosis":
            st.html(html.note("原因自上而下依次排除，取最先成立的一个；都不成立的记为未能判定，如实计数。"))
        table.show(
            [Column("原因代码", lambda row: html.text(row[0]), "n"), Column("含义", lambda row: html.text(row[1]))],
            list(rule.reasons.items()),
        )
    own = [column for column in rule.columns if column[0] not in catalogue.LEADING]
    if own:
        table.show(
            [
                Column("列", lambda row: html.text(row[0]), "n"), Column("中文名", lambda row: html.text(row[1]), "n"),
                Column("说明", lambda row: html.text(row[2]) + (f" {html.badge('个人信息', 'warn')}" if row[3] else "")),
            ],
            own, height=320,
        )  # fmt: skip
