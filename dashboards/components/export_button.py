"""The button 导出 of a list: why, how much, and a link that fetches the file once. Missing for roles that export nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import streamlit as st

from dashboards.access import exports
from dashboards.access.exports import ExportRefusedError
from dashboards.access.roles import User
from dashboards.components import html

_SAID, _LINK = "export_said", "export_link"


class Listed(Protocol):
    """What is exported: a rule's list, or whatever else has a number and a title."""

    @property
    def rule_id(self) -> str:
        """Its number in the register."""

    @property
    def title(self) -> str:
        """Its name in the register."""


@dataclass(frozen=True)
class Named:
    """A list that is no rule's."""

    rule_id: str
    title: str


def show(
    user: User, rule: Listed, filters: Mapping[str, Any], found: int, *, searched: bool,
    before: Callable[[int], None] | None = None,
) -> None:  # fmt: skip
    """The button with what it asks; `before` gets the number in the register before a ticket is made."""
    is_aggregate = filters.get("kind") in exports.AGGREGATES
    if not (user.exports_aggregates if is_aggregate else user.exports_lists) or not found:
        return
    waits = user.needs_approval and not is_aggregate
    what = (rule.rule_id, tuple(sorted((name, str(value)) for name, value in filters.items())))
    with st.popover("导出", key="export_open"):
        if searched:
            st.html(html.note("导出按筛选取数，不含搜索：清空搜索框后再导出。"))
            return
        what_it_holds = "为汇总数据，不含单位和个人明细" if is_aggregate else "个人信息保持脱敏"
        st.html(html.note(f"按上面的筛选共 {found:,} 行，{what_it_holds}，文件带水印并登记。"))
        st.text_input(
            "用途", key="export_purpose", max_chars=60, autocomplete="off",
            placeholder="例如：六月征收情况通报" if is_aggregate else "例如：逐户核实部分缴纳原因",
        )  # fmt: skip
        st.button(
            "提交审批" if waits else "生成下载链接", key="export_ask", type="primary", on_click=_ask,
            args=(user, rule, dict(filters), found, what, before, waits),
        )  # fmt: skip
        said = st.session_state.pop(_SAID, None)
        if said:
            st.html(f'<div class="sb-banner {said[0]}" role="status">{html.text(said[1])}</div>')
        made = st.session_state.get(_LINK)
        if made and made[0] == what:
            link(made[1])


def link(ticket: str) -> None:
    """The link; it works once, for a few minutes, and only in this browser."""
    minutes = int(exports.TICKET_TIME.total_seconds() // 60)
    st.html(
        f'<a class="sb-download" href="/export/{ticket}" download>下载 Excel 文件</a>'
        f'<p class="sb-note">链接 {minutes} 分钟内一次有效，只能由本人在本浏览器打开。</p>'
    )


def _ask(
    user: User, rule: Listed, filters: dict[str, Any], found: int, what: Any, before: Callable[[int], None] | None, waits: bool
) -> None:  # fmt: skip
    purpose = str(st.session_state.get("export_purpose") or "")
    st.session_state.pop(_LINK, None)
    try:
        number = exports.request(user, rule.rule_id, rule.title, filters, found, purpose)
        if waits:
            st.session_state[_SAID] = ("good", "已提交市局领导审批，结果见“导出登记”。")
        else:
            if before is not None:
                before(number)
            st.session_state[_LINK] = (what, exports.ticket(user, number))
    except ExportRefusedError as error:
        st.session_state[_SAID] = ("bad", str(error))
    else:
        st.session_state.pop("export_purpose", None)
