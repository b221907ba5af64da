"""The frame around every page: menu, heading, date of the data, banners, breadcrumb."""

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from typing import Any

import streamlit as st

from dashboards.access import store
from dashboards.access.roles import User
from dashboards.components import address, html, states, table
from dashboards.components.context import Area, Context
from dashboards.registry import PageSpec, pages_of
from dashboards.repositories import reconciliation, snapshot
from dashboards.services import formats, links

CARRIED = ("period", "bureau", "town")


def menu(
    user: User, here: PageSpec, pages: list[tuple[PageSpec, Any]], sign_out: Callable[[], None],
    change_password: Callable[[], None],
) -> None:  # fmt: skip
    """The side menu, with the pages of this user only."""
    carried = {name: value for name in CARRIED if (value := address.get(name)) is not None}
    with st.sidebar:
        st.html('<div class="sb-brand"><b>社保费征管数据仓</b><span>南宁市税务局</span></div>')
        section = None
        for spec, page in pages:
            if spec.section != section:
                section = spec.section
                st.html(f'<div class="sb-navhead">{section}</div>')
            with st.container(key="nav_here") if spec == here else nullcontext():
                st.page_link(page, label=spec.title, query_params=carried)
        st.html(
            f'<div class="sb-user"><b>{html.text(user.display_name)}</b><br><small>{html.text(user.role_name)}<br>'
            f"范围：{html.text(user.scope.label)}</small></div>"
        )
        st.button("修改口令", key="change_password", on_click=change_password)
        st.button("退出登录", key="sign_out", on_click=sign_out)


_GO = "go_to_page"


def go(page_id: str, **query: str) -> None:
    """Open another page in this session after the callback; what the session holds stays. Only what an address may hold goes along."""
    st.session_state[_GO] = (
        page_id,
        {name: value for name, value in query.items() if links.clean(name, value) is not None},
    )


def opens(user: User, page_id: str) -> bool:
    """Whether the user may open this page, so that only rows that lead somewhere look like it."""
    return any(spec.page_id == page_id for spec in pages_of(user.role))


def follow(pages: Mapping[str, Any]) -> None:
    """Carry out what go() asked for."""
    page_id, query = st.session_state.pop(_GO, (None, {}))
    if page_id in pages:
        st.switch_page(pages[page_id], query_params=query)


def head(title: str, subtitle: str, context: Context, *, badge: str = "") -> None:
    """The page's heading with the date of the data."""
    st.html(
        f'<div class="sb-head"><div><h1>{html.text(title)}</h1><p>{html.text(subtitle)}</p></div>'
        f'<div class="sb-asof">数据截至 <b>{formats.day(context.as_of)}</b>　{badge}<br>'
        f"发布于 {html.text(formats.moment_beijing(context.published_at))}</div></div>"
    )


def plain_head(title: str, subtitle: str, right: str) -> None:
    """The heading of a page that shows no data of a snapshot."""
    st.html(
        f'<div class="sb-head"><div><h1>{html.text(title)}</h1><p>{html.text(subtitle)}</p></div>'
        f'<div class="sb-asof">{html.text(right)}</div></div>'
    )


def as_of_note(context: Context, more: str = "") -> str:
    """The small line at a card's right."""
    return f"{more + ' · ' if more else ''}截至 {formats.day(context.as_of)}"


def banners(context: Context) -> None:
    """Say so when the newest run failed and what is shown is older, or when for long there was no run at all."""
    run = snapshot.last_run()
    silent = snapshot.silent_hours(context.published_at, store.now())
    if silent is not None:
        states.banner(
            f"已有 {silent // 24} 天 {silent % 24} 小时没有更新，当前显示的是截至 {formats.day(context.as_of)} 的数据。请运维人员检查每日任务。"
        )
    if run is not None and run.failed:
        when = f"（{formats.moment_beijing(run.at)}）" if run.at else ""
        states.banner(f"最近一次更新{when}未成功，当前显示的是截至 {formats.day(context.as_of)} 的上一版数据。")
    elif run is not None and run.degraded:
        states.banner("最近一次更新只完成了一部分：有的来源表未按时到，相关规则记为“未检查”，其疑点不作消除。")


def reconciled_badge(context: Context, bureau_code: str | None = None, *, period: str | None = None) -> str:
    """已对平 / 未对平 / 未核对 for a period, within the user's scope; nothing for roles that may not know."""
    if not context.user.sees_rows:
        return ""
    row = reconciliation.state(context.user, period or context.period, bureau_code)
    return html.reconciled(None if row is None else int(row["break_count"] or 0))


def breadcrumb(path: list[Area], key: str = "crumb") -> None:
    """City › bureau › town; every step but the last leads back."""
    if len(path) < 2:
        return
    parts = []
    for area in path[:-1]:
        parts.append(f'<a data-key="{area.level}" tabindex="0" role="link">{html.text(area.name)}</a>')
    parts.append(f"<b>{html.text(path[-1].name)}</b>")

    def go(level: str) -> None:
        address.drop("village", "page")
        if level != "town":
            address.drop("town")
        if level == "city":
            address.drop("bureau")

    table.clickable(key, f'<div class="sb-crumb">{html.STEP.join(parts)}</div>', go)
