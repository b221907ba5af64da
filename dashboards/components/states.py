"""What a panel shows when there is nothing, when it is not for this person, or when something broke."""

import streamlit as st

from dashboards.components import html


def empty(headline: str, hint: str = "") -> None:
    """Nothing to show, and why."""
    st.html(f'<div class="sb-empty"><b>{html.text(headline)}</b>{html.text(hint) if hint else ""}</div>')


def refused(what: str = "本页面") -> None:
    """Not for this role."""
    banner(f"您的岗位无权查看{what}。如确有工作需要，请联系系统管理员调整权限；本次访问已记入日志。", tone="bad")


def missing(what: str) -> None:
    """The snapshot has no such table yet."""
    empty(f"{what}暂无数据", "当前发布的快照中没有这部分内容。")


def broken(number: str) -> None:
    """Something went wrong while the page was made."""
    banner(
        f"页面没有显示完整，出错编号 {number}。请刷新重试；仍然不行的，把编号告诉运维人员，编号可在日志中查到原因。",
        tone="bad",
    )


def banner(words: str, *, tone: str = "warn") -> None:
    """A sentence across the page."""
    st.html(f'<div class="sb-banner {tone}" role="status">{html.text(words)}</div>')
