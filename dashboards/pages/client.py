"""客户端与村干: how far units use the client and cadres their accounts, who has not, and what keeps them from it."""

import streamlit as st

from dashboards.components import address, frame, html, says, table, topic
from dashboards.components.context import Context
from dashboards.components.table import Column
from dashboards.components.topic import View
from dashboards.repositories import health
from dashboards.services import formats, words

_FACES = {"client": "用人单位客户端", "cadre": "村干"}
_REGISTERED, _BOUND, _CONFIRMED, _ITEMS = (
    "client_registration_rate",
    "binding_rate",
    "confirmation_rate",
    "item_confirmation_rate",
)
_PAID, _QUERY, _PRINTED = "client_payment_share", "client_query_share", "online_print_share"
_QUERIES = (
    _QUERY,
    "client_query_bill_count",
    "client_query_paid_amount",
    "counter_voucher_count",
    "counter_voucher_total",
)
_CLIENT_RULES = (
    "A4.2.1", "A4.2.2", "A2.12", "A9.7", "A4.1.1", "A4.1.2", "A4.1.3", "A4.4.1", "A4.5.1", "A4.5.2", "A4.6.1", "A4.6.2", "A4.7", "A4.8", "A4.2.4",
)  # fmt: skip
_CADRES, _NEW, _ACTIVE, _ACTIVE_RATE = "registered_cadres", "new_cadres", "active_cadres", "cadre_active_rate"
_MANAGED, _MANAGED_SHARE = "managed_persons", "managed_share"
_PRINTS = ("payment_proofs", "cadre_certificates")
_CADRE_RULES = ("P1.3.1", "P1.3.2")
_BINDING_FAILS, _CADRE_ABNORMAL = "A4.2.1", "P1.3.1"


def show(context: Context) -> None:
    """The page."""
    cadre = address.get("view") == "cadre"
    view = topic.open_view(
        context, title="客户端与村干", headline=_CADRES if cadre else _BOUND, faces=_FACES,
        pers=("month", "quarter", "day") if cadre else ("month", "week"),
        question="村干注册、管理、活跃和打印多少，哪些账户有问题" if cadre else "多少单位注册、绑定、确认并在线缴费，没有的卡在哪里",
    )  # fmt: skip
    if view is None:
        return
    if cadre:
        _cadres(view)
    else:
        _clients(view)


def _clients(view: View) -> None:
    work = topic.worklist(view, _CLIENT_RULES)
    topic.figures(view, (_BOUND, _REGISTERED, _CONFIRMED, _PAID, _PRINTED))
    says.show([view.sentence(_BOUND), view.standing(_BOUND), view.sentence(_REGISTERED)])
    topic.areas(view, (_BOUND, _REGISTERED, _CONFIRMED, _ITEMS, _PAID, _QUERY, _PRINTED))
    topic.finding_pareto(view, work, _BINDING_FAILS, title="户籍为什么绑定不了", unit="户", empty="没有绑定不了的户籍")
    left, right = st.columns([1.5, 1])
    with left:
        topic.course(view, (_REGISTERED, _BOUND, _CONFIRMED, _ITEMS), "注册、绑定与确认")
    with right:
        topic.course(view, (_PAID, _QUERY, _PRINTED), "在线缴费与打印占比", key="client_online")
    topic.areas(view, _QUERIES, "银行端查询缴款：客户端与前台", key="client_queries")
    topic.show_worklist(view, work)


def _cadres(view: View) -> None:
    work = topic.worklist(view, _CADRE_RULES)
    topic.figures(view, (_CADRES, _NEW, _ACTIVE_RATE, _MANAGED, _MANAGED_SHARE))
    says.show([view.sentence(_CADRES), view.sentence(_ACTIVE_RATE), view.sentence(_MANAGED_SHARE)])
    topic.areas(view, (_CADRES, _ACTIVE, _ACTIVE_RATE, _MANAGED, *_PRINTS))
    topic.finding_pareto(
        view, work, _CADRE_ABNORMAL, title="哪些账户与名册有问题", unit="条", empty="没有异常的账户与名册"
    )
    left, right = st.columns([1.5, 1])
    with left:
        topic.course(view, (_CADRES, _ACTIVE), "注册与活跃人数")
    with right:
        topic.course(view, _PRINTS, "打印数量", key="cadre_prints")
    _runs(view)
    topic.show_worklist(view, work)


def _runs(view: View) -> None:
    """The last runs of the matching of rosters; technical rows, which users of one bureau do not have."""
    if view.context.user.scope.kind != "city":
        return
    rows = health.roster_runs(view.context.user)
    if not rows:
        return
    with st.container(key="card_cadre_runs"):
        st.html(html.title("名册匹配", frame.as_of_note(view.context, "最近几次")))
        table.show(
            [
                Column("开始", lambda row: formats.moment(row["started_at"]), "n"),
                Column("结果", lambda row: html.badge(words.status_word(row["status"]), words.status_tone(row["status"])), "c n"),
                Column("名册人数", lambda row: formats.count(row["lines"]), "r"),
                Column("未完成段数", lambda row: formats.count(row["chunks_left"]), "r"),
            ],
            rows,
        )  # fmt: skip
        st.html(html.note("匹配到谁、为什么匹配不到，见“运行健康”的名册再次匹配。"))
