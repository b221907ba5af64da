"""The watermark over every page and dialog: who, when, 内部数据，禁止外传."""

from datetime import datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

import streamlit as st

from dashboards.access.roles import User
from dashboards.components import theme

WORDS = "内部数据，禁止外传"


def tile(user: User, at: datetime, *, dark: bool = False) -> str:
    """The SVG tile."""
    who = f"{user.display_name} {user.login} {at:%Y-%m-%d %H:%M}".replace("&", "＆").replace("<", "＜")
    ink = "#ffffff" if dark else "#10243c"
    opacity = "0.055" if dark else "0.06"
    return (
        "<svg xmlns='http://www.w3.org/2000/svg' width='380' height='210'>"
        f"<g transform='rotate(-20 190 105)' fill='{ink}' fill-opacity='{opacity}' font-family='Noto Sans CJK SC,Microsoft YaHei,sans-serif'"
        f" font-size='15' text-anchor='middle'><text x='190' y='98'>{WORDS}</text>"
        f"<text x='190' y='121' font-size='13'>{who}</text></g></svg>"
    )


def show(user: User) -> None:
    """Lay it over the whole application; clicks go through."""
    svg = tile(user, datetime.now(ZoneInfo("Asia/Shanghai")), dark=theme.is_dark())
    st.html(
        "<style>.stApp::after{content:'';position:fixed;inset:0;pointer-events:none;z-index:2147483000;"
        f'background-image:url("data:image/svg+xml,{quote(svg)}");background-repeat:repeat;}}</style>'
    )
