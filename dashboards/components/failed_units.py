"""Units whose deductions failed several months running, the longest first; a row opens its finding."""

from collections.abc import Mapping

import streamlit as st

from dashboards.components import address, frame, html, states, table
from dashboards.components.table import Column
from dashboards.components.topic import View, Worklist
from dashboards.repositories import findings, topics
from dashboards.repositories.findings import ListFilter
from dashboards.services import formats

_PAGE_SIZE = 20


def count(view: View, work: Worklist, rule_id: str) -> int:
    """How many there are; asked before any is loaded."""
    rule = work.rule(rule_id)
    if rule is None:
        return 0
    chosen = ListFilter(bureau_code=view.bureau)
    return int(findings.list_total(view.context.user, rule.model_name, chosen).get("total") or 0)


def show(view: View, work: Worklist, rule_id: str, total: int, title: str) -> None:
    """One page of them, with the rule's own limits in words."""
    rule = work.rule(rule_id)
    names: Mapping[str, str] = rule.reasons if rule else {}

    def go(finding_id: str) -> None:
        if finding_id:
            frame.go("findings", rule=rule_id, finding=finding_id)

    with st.container(key="card_failed_units"):
        st.html(html.title(f"{title}：{total:,} 户", frame.as_of_note(view.context, "点选一行看证据与历史")))
        if not total:
            states.empty("没有连续多月失败的单位")
            return
        slot = st.container()
        number = address.pager(total, _PAGE_SIZE)
        rows = topics.failed_units(
            view.context.user, view.purpose, rule_id, view.bureau, number=number, size=_PAGE_SIZE
        )
        with slot:
            table.pick(
                "failed_units",
                [
                    Column("单位", lambda row: html.unit(row["unit_name"], row["unit_no"]), "w"),
                    Column("主管局", lambda row: html.text(view.context.bureaus.get(row["bureau_code"] or "", "未分配")), "n hide-s"),
                    Column("连续月数", lambda row: f"<b>{formats.count(row['failed_months'])}</b>", "r"),
                    Column("起止", lambda row: html.text(f"{formats.period_name(row['first_month'])}—{formats.period_name(row['last_month'])}"), "n hide-s"),
                    Column("扣款笔数", lambda row: formats.count(row["attempts"]), "r hide-s"),
                    Column("未扣成（元）", lambda row: formats.yuan(row["amount"]), "r"),
                    Column("最近原因", lambda row: html.text(names.get(row["reason_code"], row["return_text"] or "—")), "m"),
                ],
                rows, key_of=lambda row: str(row["finding_id"] or ""), on_pick=go,
            )  # fmt: skip
        st.html(
            html.note(
                f"到最近一个有银行返回的月份为止，与所选月份无关。参数：{(rule.limits if rule else '') or '无'}。"
            )
        )
