"""What the faces of 疑点数据 share: the way back, what a rule says, badges, the choice of a bureau."""

from typing import Any

import streamlit as st

from dashboards.components import address, html, list_tools, table
from dashboards.components.context import Context
from dashboards.repositories import names
from dashboards.services import values, words
from dashboards.services.catalogue import Rule

PURPOSE = "疑点数据"
PAGE_SIZE = 20
NOT_CARRIED_OUT = "这是建议，本系统不改任何业务系统的数据：核实后由有权限的人员在业务系统中办理，办妥后建议自动消除。"
_LIST_STATE = ("reason", "state", "age", "sort", "cols", "page", "period")


def crumb(rule: Rule, last: str | None = None) -> None:
    """疑点数据 › rule › finding; every step but the last leads back."""
    steps = [("catalogue", "疑点数据")] + ([("rule", f"{rule.rule_id} {rule.title}")] if last else [])
    links = html.STEP.join(f'<a data-key="{key}" tabindex="0" role="link">{html.text(name)}</a>' for key, name in steps)

    def go(key: str) -> None:
        address.drop("finding")
        if key == "catalogue":
            address.drop("rule", *_LIST_STATE)
            st.session_state.pop("finding_search", None)

    tail = html.text(last or f"{rule.rule_id} {rule.title}")
    table.clickable("finding_crumb", f'<div class="sb-crumb">{links}{html.STEP}<b>{tail}</b></div>', go)


def about(rule: Rule) -> None:
    """What the rule says, its limits and the next step."""
    with st.container(key="card_about"):
        st.html(html.paragraph(rule.description))
        st.html(html.facts([
            ("类型", rule.kind_name), ("级别", words.SEVERITIES.get(rule.severity, "—")), ("疑点对象", rule.subject),
            ("约定时限与参数", rule.limits or "无"), ("下一步", rule.next_step or "—"),
        ]))  # fmt: skip


def subtitle(rule: Rule) -> str:
    """The line below a rule's title."""
    return f"规则 {rule.rule_id} · {rule.kind_name} · {rule.section} · {rule.cadence}检查"


def severity(rule: Rule) -> str:
    """A badge."""
    return html.badge(
        words.SEVERITIES.get(rule.severity, rule.severity or "—"),
        {"high": "bad", "medium": "warn"}.get(rule.severity, "mute"),
    )


def checked(rule: Rule) -> str:
    """Whether the rule was checked today, as a badge."""
    return (
        html.badge(words.status_word(rule.status), words.status_tone(rule.status))
        if rule.status
        else html.badge("未检查", "warn")
    )


def state(row: dict[str, Any]) -> str:
    """A finding's state as a badge."""
    return html.badge(
        words.STATES.get(row["state"], row["state"]), {"open": "warn", "resolved": "good"}.get(row["state"], "mute")
    )


def choose_bureau(context: Context) -> str | None:
    """The bureau that whole-city users narrow to; others see their own."""
    if context.user.scope.kind != "city":
        st.html(html.facts([("主管局", context.user.scope.label)]))
        return None
    options = {"": "全市", **context.bureaus}
    return (
        address.select(
            "主管局",
            "bureau",
            list(options),
            default="",
            names=lambda code: options.get(code, code),
            resets=("town", "page"),
        )
        or None
    )


def search_box() -> str | None:
    """What a person looks for in a rule's list."""
    return list_tools.search("finding_search", "单位名称、编号或说明")


def known(context: Context) -> values.Names:
    """Names of all codes that a row may hold."""
    user = context.user
    return values.Names(names.codes(user), names.bureaus(user), names.fee_items(user), names.agencies(user))
