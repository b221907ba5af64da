"""批扣: how the employers' batch deductions of a month went, by bureau, bank and reason, who keeps failing, and the way to the gate."""

import streamlit as st

from dashboards.components import arrivals, failed_units, frame, html, kpi, says, states, table, topic
from dashboards.components.context import Context
from dashboards.components.table import Column
from dashboards.components.topic import View
from dashboards.pages.findings import pieces
from dashboards.repositories import deduction, topics
from dashboards.services import formats, verdicts
from dashboards.services import topics as said
from dashboards.services.catalogue import Rule
from dashboards.services.values import Names

_BILL, _EMPLOYER, _AMOUNT = ("batch_success_rate_bill", "batch_success_rate_employer", "batch_success_rate_amount")
_RULES = ("A8.2", "B3.4", "A4.6.1", "A7.6", "A8.4", "A8.1")
_FAILED, _RESULTS = "A8.4", "A8.1"
# What the banks told back, as the cards read it.
_RETURNS = ("fct_agreement", "fct_deduction")


def show(context: Context) -> None:
    """The page."""
    view = topic.open_view(
        context, title="批扣", question="用人单位批量扣款扣成了多少，为什么没扣成，哪些单位连月扣不成", headline=_BILL
    )
    if view is None:
        return
    work = topic.worklist(view, _RULES)
    known = pieces.known(context)
    results = topics.batch_results(context.user, view.purpose, view.period, view.bureau)
    bars = said.failures(results, _reasons(known, work.rule(_RESULTS)))
    failed = failed_units.count(view, work, _FAILED)
    topic.figures(
        view,
        (_BILL, _EMPLOYER, _AMOUNT),
        [
            kpi.Kpi("当月未扣成", formats.count(sum(bar.count for bar in bars)), "张", below=formats.money(sum(bar.amount for bar in bars))),
            kpi.Kpi("连续多月失败", formats.count(failed), "户", below="至最近一个有银行返回的月份"),
        ],
    )  # fmt: skip
    says.show([
        view.sentence(_BILL), view.standing(_BILL), said.pareto_sentence(bars, "送银行后当月没有扣成的单据", "张"),
    ])  # fmt: skip
    topic.areas(view, (_BILL, _EMPLOYER, _AMOUNT))
    _pareto(view, bars)
    left, right = st.columns([1.5, 1])
    with left:
        topic.course(view, (_BILL, _EMPLOYER, _AMOUNT), "逐月成功率")
        _banks(view, said.banks(results), known)
    with right:
        _to_gate(view)
        topic.cut(view, _BILL, "department", (_AMOUNT,))
        topic.cut(view, _BILL, "unit_type", (_AMOUNT,))
    failed_units.show(view, work, _FAILED, failed, "连续多月扣不成的单位")
    topic.show_worklist(view, work)


def _reasons(known: Names, results: Rule | None) -> dict[str, str]:
    """Words of the reasons: those of the bank's classes, and over them the rule's own."""
    classes = {code: name for (kind, code), name in known.codes.items() if kind == "bank_reason"}
    return {said.NO_ANSWER: "银行未返回", **classes, **(results.reasons if results else {})}


def _pareto(view: View, bars: list[said.Bar]) -> None:
    def go(code: str) -> None:
        frame.go("findings", rule=_RESULTS, reason=code, **({"bureau": view.bureau} if view.bureau else {}))

    # The list holds the month of the business date only.
    listed = view.period == f"{view.context.as_of:%Y%m}"
    topic.pareto(
        view, bars, title="为什么没扣成", hint=f"{view.when}{' · 点选一行看批扣明细' if listed else ''}", unit="张",
        models=_RETURNS, on_pick=go if listed else None,
        empty="当月送银行的单据都已扣成，或没有送银行的批扣",
        note="一张单据当月扣几次只算一张，任一次扣成即不在此列，原因取最后一次。未送银行的、送前作废的没有银行原因，不在此列，但仍在成功率的分母里，"
        "见“社保费未送批扣清册名单”。批扣明细按扣款逐笔列出，只列统计月份。",
    )  # fmt: skip


def _banks(view: View, banks: list[said.Bank], known: Names) -> None:
    if not banks:
        return
    with st.container(key="card_batch_banks"):
        st.html(html.title("按开户银行", arrivals.brief(view.context, _RETURNS, view.when)))
        table.show(
            [
                Column("银行行别", lambda one: f"<b>{html.text(known.bank(one.code))}</b>", "n"),
                Column("送银行", lambda one: formats.count(one.sent), "r"),
                Column("扣成", lambda one: formats.count(one.success), "r"),
                Column("未扣成", lambda one: formats.count(one.failed), "r hide-s"),
                Column("未返回", lambda one: formats.count(one.unanswered), "r hide-s"),
                Column("扣成率", lambda one: formats.share(verdicts.share_of(one.success, one.sent - one.unanswered)), "r"),
                Column("扣成金额（万元）", lambda one: formats.wan(one.success_amount), "r hide-s"),
            ],
            banks,
        )  # fmt: skip
        st.html(
            html.note(
                "扣成率＝扣成÷（送银行－未返回），与成功率的分母不同，只用来比较银行。行别取自三方协议；查不到协议或协议属其他主管局的记为未知。"
            )
        )


def _to_gate(view: View) -> None:
    """The gate of the natural persons' batch, which is worked through before the next list is sent."""
    sums = verdicts.totals(deduction.reasons(view.context.user, view.bureau, None))
    whole = sums.get("", verdicts.Total())
    with st.container(key="card_batch_gate"):
        st.html(html.title("提交前核查（自然人）", arrivals.brief(view.context, "mtr_deduction_gate")))
        if not whole.count:
            states.empty("没有待提交的清册", "生成待批扣清册后，次日可以核查。")
        else:
            st.html(html.facts([
                (name, f"{formats.count(sums.get(code, verdicts.Total()).count)} 条")
                for code, (name, _) in verdicts.VERDICTS.items()
            ]))  # fmt: skip
        table.clickable(
            "to_gate", '<a class="sb-more" data-key="deduction" tabindex="0" role="link">去批扣核查，逐条处理 ›</a>',
            lambda _: frame.go("deduction", **({"bureau": view.bureau} if view.bureau else {})),
        )  # fmt: skip
