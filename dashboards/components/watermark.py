"""The watermark over every page, dialog and figure: who, when, a code that the access log resolves, 内部数据，禁止外传."""

from datetime import datetime
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import streamlit as st

from dashboards.access.roles import User
from dashboards.components import theme

WORDS = "内部数据，禁止外传"
_LINE = "watermark_line"


def line(user: User, at: datetime) -> str:
    """Name, account, time and code."""
    return " ".join(part for part in (user.display_name, user.login, f"{at:%Y-%m-%d %H:%M}", user.session_code) if part)


def tile(user: User, at: datetime, *, dark: bool = False) -> str:
    """The SVG tile."""
    who = line(user, at).replace("&", "＆").replace("<", "＜")
    ink = "#ffffff" if dark else "#10243c"
    opacity = "0.055" if dark else "0.06"
    return (
        "<svg xmlns='http://www.w3.org/2000/svg' width='400' height='210'>"
        f"<g transform='rotate(-20 200 105)' fill='{ink}' fill-opacity='{opacity}' font-family='Noto Sans CJK SC,Microsoft YaHei,sans-serif'"
        f" font-size='15' text-anchor='middle'><text x='200' y='98'>{WORDS}</text>"
        f"<text x='200' y='121' font-size='13'>{who}</text></g></svg>"
    )


def show(user: User) -> None:
    """Lay it over the whole application; clicks go through. Figures of this run get it too."""
    now = datetime.now(ZoneInfo("Asia/Shanghai"))
    st.session_state[_LINE] = line(user, now)
    svg = tile(user, now, dark=theme.is_dark())
    st.html(
        "<style>.stApp::after{content:'';position:fixed;inset:0;pointer-events:none;z-index:2147483000;"
        f'background-image:url("data:image/svg+xml,{quote(svg)}");background-repeat:repeat;'
        "-webkit-print-color-adjust:exact;print-color-adjust:exact;}</style>"
    )


def mark(figure: Any) -> None:
    """Write it into a figure, so that it stays in a picture that is cut out of the page."""
    words = st.session_state.get(_LINE)
    if words:
        figure.add_annotation(
            text=f"{WORDS}<br>{str(words).replace('<', '＜')}", xref="paper", yref="paper", x=0.5, y=0.5, showarrow=False,
            textangle=-12, opacity=0.16, font={"size": 13, "color": theme.palette().ink3},
        )  # fmt: skip
