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
# What would end a string or the style sheet.
_PLAIN = str.maketrans({'"': "”", "\\": "＼", "<": "＜", "\n": " ", "\r": " "})


def line(user: User, at: datetime) -> str:
    """Name, account, time and code."""
    return " ".join(part for part in (user.display_name, user.login, f"{at:%Y-%m-%d %H:%M}", user.session_code) if part)


def tile(user: User, at: datetime, *, dark: bool = False, printed: bool = False) -> str:
    """The SVG tile; on paper it is dark whatever the theme, and strong enough for a printer and a copier."""
    who = line(user, at).replace("&", "＆").replace("<", "＜")
    ink, opacity = ("#10243c", "0.13") if printed else ("#ffffff", "0.055") if dark else ("#10243c", "0.06")
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
    st.html(
        "<style>.stApp::after{content:'';position:fixed;inset:0;pointer-events:none;z-index:2147483000;"
        f"background-image:{_image(tile(user, now, dark=theme.is_dark()))};background-repeat:repeat;"
        f"-webkit-print-color-adjust:exact;print-color-adjust:exact;}}{_sheet(user, now)}</style>"
    )


def _image(svg: str) -> str:
    return f'url("data:image/svg+xml,{quote(svg)}")'


def _sheet(user: User, at: datetime) -> str:
    """Every printed sheet: the tile, two side by side, and at its foot the words with the sheet's number, where the browser knows margin boxes."""
    words = f"{WORDS}　{line(user, at)}".translate(_PLAIN)
    look = "font:9px sans-serif;color:#444;vertical-align:top;padding-top:2mm;white-space:nowrap;"
    return (
        f"@media print{{.stApp::after{{background-image:{_image(tile(user, at, printed=True))};background-size:50% auto;}}"
        f'@page{{@bottom-left{{content:"{words}";{look}}}'
        f'@bottom-right{{content:"第 " counter(page) " 页，共 " counter(pages) " 页";{look}}}}}}}'
    )


def mark(figure: Any) -> None:
    """Write it into a figure, so that it stays in a picture that is cut out of the page."""
    words = st.session_state.get(_LINE)
    if words:
        figure.add_annotation(
            text=f"{WORDS}<br>{str(words).replace('<', '＜')}", xref="paper", yref="paper", x=0.5, y=0.5, showarrow=False,
            textangle=-12, opacity=0.16, font={"size": 13, "color": theme.palette().ink3},
        )  # fmt: skip
