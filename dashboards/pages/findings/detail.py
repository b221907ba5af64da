"""One finding: why it is suspicious, the values compared, what to do, what happened to it."""

import streamlit as st

from dashboards.components import frame, html, outside, states
from dashboards.components.context import Context
from dashboards.pages.findings import pieces
from dashboards.repositories import findings, names
from dashboards.services import formats, values, words
from dashboards.services.catalogue import Rule


def show(context: Context, rule: Rule, finding_id: str) -> None:
    """The finding."""
    row = findings.one(context.user, finding_id)
    if not row or row.get("rule_id") != rule.rule_id:
        outside.asked(context.user, "疑点数据：明细", f"finding:{finding_id}")
        frame.head(rule.title, f"规则 {rule.rule_id}", context)
        pieces.crumb(rule, "疑点明细")
        states.empty("没有找到这条疑点", "它不在您的数据范围内，或已不在当前数据中。")
        return
    bureaus, agencies, items = (
        names.bureaus(context.user),
        names.agencies(context.user),
        names.fee_items(context.user),
    )
    unit = str(row.get("unit_name") or "单位未知")
    frame.head(unit, f"规则 {rule.rule_id} · {rule.title}", context, badge=pieces.state(row))
    pieces.crumb(rule, unit)
    if row.get("state") == "not_checked":
        states.banner(
            f"规则今日未检查（{words.not_checked_reason(rule.status_reason) or '来源未到'}），这条疑点保持原状。"
        )
    if rule.rule_kind == "proposal":
        states.banner(pieces.NOT_CARRIED_OUT)
    with st.container(key="card_evidence"):
        st.html(html.title("为什么可疑", frame.as_of_note(context)))
        st.html(f'<div class="sb-evidence">{html.text(row.get("evidence"))}</div>')
        if rule.next_step:
            st.html(f'<div class="sb-next"><b>下一步　</b>{html.text(rule.next_step)}</div>')
    left, right = st.columns([1.7, 1])
    with left:
        with st.container(key="card_facts"):
            st.html(html.title("基本情况"))
            st.html(html.facts([
                ("主管局", bureaus.get(row.get("bureau_code") or "", row.get("bureau_code") or "未分配")),
                ("经办机构", agencies.get(row.get("agency_code") or "", row.get("agency_code"))),
                ("部门", words.DEPARTMENTS.get(row.get("department_code") or "", row.get("department_code"))),
                ("险种", items.get(row.get("insurance_code") or "", row.get("insurance_code"))),
                ("费款所属期", formats.period_name(row.get("period"))), ("涉及金额（元）", formats.yuan(row.get("amount"))),
                ("原因", rule.reason(row.get("reason_code"))), ("异常起始日", formats.day(row.get("since_date"))),
                ("已过工作日", formats.count(row.get("age_workdays"))),
                ("疑点对象", f"{words.SUBJECTS.get(row.get('subject_type') or '', '')} {row.get('subject_key')}"),
                ("户籍键", row.get("registration_key")), ("单据键", row.get("bill_key")),
            ]))  # fmt: skip
        _compared(context, rule, str(row["subject_key"]))
    with right, st.container(key="card_history"):
        st.html(html.title("经过"))
        events = findings.history(context.user, rule.rule_id, str(row["subject_key"]))
        if events:
            st.html(html.history(
                (formats.day(event["as_of"]), words.EVENTS.get(event["event"], str(event["event"])), str(event["detail"] or "")) for event in events
            ))  # fmt: skip
        else:
            st.html(
                html.note(
                    f"首次发现 {formats.day(row.get('first_seen'))}，最近一次 {formats.day(row.get('last_seen'))}。"
                )
            )


def _compared(context: Context, rule: Rule, subject_key: str) -> None:
    rows = findings.evidence(context.user, rule.model_name, subject_key)
    with st.container(key="card_compared"):
        st.html(html.title("建议的内容" if rule.rule_kind == "proposal" else "比对的数据", "规则当日取到的各方数值"))
        if not rows:
            states.empty("当日清单中已没有这条", "疑点消除后，比对数值不再保留在当日清单里。")
            return
        known = pieces.known(context)
        shown = [(rule.label(column), value) for column, value in values.compared(rows[0], known)]
        st.html(html.facts(shown))
