"""三方协议: how many units have signed, where, what of it is verified and confirmed, why the rest is not, and what is wrong with agreements."""

import streamlit as st

from dashboards.components import arrivals, html, kpi, says, table, topic
from dashboards.components.context import Context
from dashboards.components.table import Column
from dashboards.components.topic import View
from dashboards.pages.findings import pieces
from dashboards.repositories import topics
from dashboards.repositories.topics import Rows
from dashboards.services import formats, verdicts

_RATE, _CONFIRMED, _BATCH = "agreement_rate", "batch_confirmation_rate", "batch_agreement_share"
_SHARE = "client_agreement_share"
_NEW = ("new_agreements", "client_agreements", "counter_agreements")
_RULES = ("A4.3.1", "A6.1", "A6.3", "A6.4", "A6.5", "A4.6.1")
_NOT_VERIFIED = "A4.3.1"
_COUNTS = ("agreement_count", "batch_count", "verified_count", "refused_count", "waiting_count")


def show(context: Context) -> None:
    """The page."""
    view = topic.open_view(
        context,
        title="三方协议",
        question="签了多少，验证和确认了多少，没通过的为什么",
        headline=_RATE,
        pers=("month", "week"),
    )
    if view is None:
        return
    work = topic.worklist(view, _RULES)
    banks = topics.agreement_banks(context.user, view.purpose, view.bureau)
    total = {column: sum(int(row[column]) for row in banks) for column in _COUNTS}
    topic.figures(
        view, (_RATE, _CONFIRMED, _SHARE, _BATCH),
        [kpi.Kpi("验证失败", formats.count(total["refused_count"]), "份", below=f"有效协议 {formats.count(total['agreement_count'])} 份，现状")],
    )  # fmt: skip
    says.show([view.sentence(_RATE), view.standing(_RATE), view.sentence(_CONFIRMED)])
    topic.areas(view, (_RATE, _CONFIRMED, _SHARE, _BATCH, *_NEW))
    topic.finding_pareto(
        view, work, _NOT_VERIFIED, title="为什么验证不通过", unit="份", empty="没有验证未通过的有效协议"
    )
    left, right = st.columns([1.5, 1])
    with left:
        topic.course(view, _NEW, "新签协议：合计、客户端与前台")
        topic.course(view, (_RATE, _CONFIRMED, _SHARE), "签订、确认与客户端签约占比", key="agreement_rates")
    with right:
        _banks(view, banks, total)
    topic.show_worklist(view, work)


def _banks(view: View, banks: Rows, total: dict[str, int]) -> None:
    if not banks:
        return
    known = pieces.known(view.context)
    with st.container(key="card_agreement_banks"):
        st.html(html.title("有效协议的验证，按开户银行", arrivals.brief(view.context, "fct_agreement", "现状")))
        whole = {"bank_code": "合计", **total}
        table.show(
            [
                Column("银行行别", lambda row: f"<b>{html.text(known.bank(row['bank_code']))}</b>", "n"),
                Column("有效", lambda row: formats.count(row["agreement_count"]), "r"),
                Column("批扣", lambda row: formats.count(row["batch_count"]), "r hide-s"),
                Column("验证通过", lambda row: formats.count(row["verified_count"]), "r hide-s"),
                Column("验证失败", lambda row: formats.count(row["refused_count"]), "r"),
                Column("未验证", lambda row: formats.count(row["waiting_count"]), "r hide-s"),
                Column("通过率", lambda row: formats.share(verdicts.share_of(row["verified_count"], row["agreement_count"])), "r"),
            ],
            banks, sums=[whole],
        )  # fmt: skip
        st.html(html.note("只计仍有效的协议，按协议所属机关归入主管局；通过率＝验证通过÷有效。"))
