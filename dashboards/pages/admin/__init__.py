"""管理: accounts with their scope, sessions, the access log, unusual use."""

from datetime import datetime
from zoneinfo import ZoneInfo

import streamlit as st

from dashboards.access.roles import User
from dashboards.components import address, frame
from dashboards.pages.admin import log, signed_in, unusual, users

_VIEWS = {"users": "账号", "sessions": "在线会话", "log": "访问日志", "unusual": "异常使用"}
_FACES = {"users": users.show, "sessions": signed_in.show, "log": log.show, "unusual": unusual.show}


def show(user: User) -> None:
    """The page; it shows no business data."""
    now = datetime.now(ZoneInfo("Asia/Shanghai"))
    frame.plain_head("管理", "账号与范围、在线会话、访问日志、异常使用", f"截至 {now:%Y-%m-%d %H:%M}")
    with st.container(key="views_admin"):
        view = address.segments(
            "内容", "view", list(_VIEWS), default="users", names=lambda code: _VIEWS[code], resets=("page", "action")
        )
    _FACES[view](user)
