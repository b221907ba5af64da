"""职业年金: what was asked of banks and came, what it was made of, why the rest failed, and where bank and tax disagree."""

from typing import Any

import streamlit as st

from dashboards.components import arrivals, failed_units, frame, html, kpi, says, table, topic
from dashboards.components.context import Context
from dashboards.components.table import Column
from dashboards.components.topic import View
from dashboards.repositories import reconciled_sums
from dashboards.services import formats, measures, words

Row = dict[str, Any]
_BILL, _EMPLOYER, _AMOUNT = (
    "annuity_success_rate_bill",
    "annuity_success_rate_employer",
    "annuity_success_rate_amount",
)
_INCOME = "annuity_income"
_PARTS = ("annuity_employer_income", "annuity_person_income", "annuity_late_fee", "annuity_interest")
_RULES = ("A5.1", "A5.2", "A5.3", "A5.4", "A5.5", "A8.6", "A8.8", "A13.4", "A13.5", "A13.6", "A8.5")
_COLLECTION, _FAILED = "A5.3", "A8.8"
_MONTHS = 12


def show(context: Context) -> None:
    """The page."""
    view = topic.open_view(
        context, title="职业年金", question="托收成了多少，收入由哪几部分组成，没扣成的为什么", headline=_BILL
    )
    if view is None:
        return
    work = topic.worklist(view, _RULES)
    failed = failed_units.count(view, work, _FAILED)
    topic.figures(
        view, (_BILL, _AMOUNT, _INCOME),
        [
            kpi.Kpi("签约未送托收", formats.count(work.open_count("A8.6")), "户", below="关联变更、未验证、验证失败"),
            kpi.Kpi("连续多月失败", formats.count(failed), "户", below="至最近一个有托收返回的月份"),
        ],
    )  # fmt: skip
    says.show([view.sentence(_BILL), view.standing(_BILL), view.sentence(_INCOME)])
    topic.areas(view, (_BILL, _EMPLOYER, _AMOUNT, _INCOME))
    topic.finding_pareto(
        view, work, _COLLECTION, title="托收为什么失败", unit="张", empty="没有托收失败的未结疑点", with_amount=True
    )
    left, right = st.columns([1.5, 1])
    with left:
        topic.course(view, (_BILL, _EMPLOYER, _AMOUNT), "逐月托收成功率")
    with right:
        _cases(view)
    _income(view)
    topic.cut(view, _INCOME, "agency", _PARTS)
    failed_units.show(view, work, _FAILED, failed, "连续多月托收失败的单位")
    topic.show_worklist(view, work)


def _income(view: View) -> None:
    """Income of the last months in its parts, each a metric of its own."""
    shown = [view.known[metric_id] for metric_id in (*_PARTS, _INCOME) if metric_id in view.known]
    months: dict[str, dict[str, Row]] = {}
    for metric in shown:
        for row in view.course(str(metric["metric_id"])):
            months.setdefault(str(row["period"]), {})[str(metric["metric_id"])] = row
    if not months:
        return
    with st.container(key="card_annuity_income"):
        st.html(html.title("每月年金收入", arrivals.brief(view.context, topic.cubes(shown), f"最近 {_MONTHS} 个月")))
        table.show(
            [
                Column("确认月份", lambda month: f"<b>{html.text(measures.period_name(view.per, month))}</b>", "n"),
                *(_part(metric, months) for metric in shown),
            ],
            sorted(months, reverse=True)[:_MONTHS],
        )  # fmt: skip
        st.html(html.note("月份为税务确认月。职业年金不进国库。本月收入到统计日为止。"))


def _part(metric: Row, months: dict[str, dict[str, Row]]) -> Column:
    name = str(metric["metric_id"])
    kind = "r t" if name == _INCOME else "r t hide-s"
    return Column(str(metric["title"]), lambda month: measures.value(metric, months[month].get(name)), kind)


def _cases(view: View) -> None:
    """Transfers against tax's confirmation, in the users' four cases; the reconciliation has the list."""
    found = {
        int(row["case_code"]): row
        for row in reconciled_sums.annuity_cases(view.context.user, view.period, view.bureau)
        if row["case_code"] is not None
    }

    def go(code: str) -> None:
        more = {"bureau": view.bureau} if view.bureau else {}
        frame.go("reconciliation", view="annuity", case=code, period=view.period, **more)

    with st.container(key="card_annuity_cases"):
        st.html(
            html.title(
                "单位转账与税务确认", arrivals.brief(view.context, "rec_annuity_break", f"{view.when} · 点选一行看清单")
            )
        )
        st.html(html.reconciled(reconciled_sums.annuity_state(view.context.user, view.period, view.bureau)))
        table.pick(
            "annuity_cases",
            [
                Column("情形", lambda code: f'<span class="go">{html.text(words.ANNUITY_CASES[code])}</span>', ""),
                Column("笔数", lambda code: f"<b>{formats.count(found.get(code, {}).get('break_count') or 0)}</b>", "r"),
                Column("差额（元）", lambda code: formats.yuan(found.get(code, {}).get("amount") or 0), "r"),
            ],
            list(words.ANNUITY_CASES), key_of=str, on_pick=go,
        )  # fmt: skip
        st.html(html.note("按确认月份，没有确认的按转账月份；只比本金，差额为各笔绝对值之和。"))
