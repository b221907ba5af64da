"""规则目录: what every rule says, its parameters, reasons and columns; no production rows."""

import streamlit as st

from dashboards.components import address, frame, html, states, table
from dashboards.components.context import Context
from dashboards.components.table import Column
from dashboards.repositories import findings
from dashboards.services import catalogue, words
from dashboards.services.catalogue import Rule


def show(context: Context) -> None:
    """The page."""
    rules = catalogue.rules(findings.rules(context.user))
    frame.head("规则目录", f"由规则定义自动生成 · 共 {len(rules)} 条", context)
    if not rules:
        states.missing("规则目录")
        return
    chosen = next((rule for rule in rules if rule.rule_id == address.get("rule")), rules[0])
    left, right = st.columns([1.25, 1])
    with left, st.container(key="card_catalogue"):
        st.html(html.title("规则", "点选一行查看定义"))
        table.pick(
            "catalogue",
            [
                Column("编号", lambda rule: f"<b>{html.text(rule.rule_id)}</b>", "n"),
                Column("规则", lambda rule: html.text(rule.title), ""),
                Column("责任科室", lambda rule: html.text(rule.section), "n hide-s"),
                Column("级别", lambda rule: html.text(words.SEVERITIES.get(rule.severity, "—")), "c"),
                Column("频次", lambda rule: html.text(rule.cadence), "c n"),
            ],
            rules, key_of=lambda rule: rule.rule_id, on_pick=lambda key: address.put(rule=key), selected=chosen.rule_id,
        )  # fmt: skip
    with right, st.container(key="card_definition"):
        _definition(chosen)


def _definition(rule: Rule) -> None:
    st.html(html.title(f"{rule.rule_id}　{rule.title}"))
    st.html(f'<p style="margin:0;font-size:.94rem;line-height:1.75">{html.text(rule.description)}</p>')
    st.html(html.facts([
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
