"""The look of the product: colours, type, cards, tables; one style sheet for light and dark."""

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

FONT = (
    '"Noto Sans CJK SC","Noto Sans SC","Source Han Sans SC","PingFang SC","Microsoft YaHei","Hiragino Sans GB",'
    '"WenQuanYi Micro Hei",sans-serif'
)


_CSS = (Path(__file__).parent / "theme.css").read_text(encoding="utf-8")
_WALL = (Path(__file__).parent / "wall.css").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Palette:
    """Colours by what they mean. Series colours follow Okabe and Ito, which colour-blind people can tell apart."""

    ink: str
    ink2: str
    ink3: str
    line: str
    ground: str
    card: str
    stripe: str
    brand: str
    brand_soft: str
    good: str
    good_soft: str
    warn: str
    warn_soft: str
    bad: str
    bad_soft: str
    mute_soft: str
    series: tuple[str, ...]


LIGHT = Palette(
    ink="#17212e", ink2="#4b5868", ink3="#616c79", line="#e1e6ed", ground="#f3f5f8", card="#ffffff", stripe="#f8fafc",
    brand="#0f4c81", brand_soft="#e6eff7", good="#00684f", good_soft="#e0f2ec", warn="#8a5300", warn_soft="#fdf1dc",
    bad="#b23c0e", bad_soft="#fdeae3", mute_soft="#eceff3",
    series=("#0f4c81", "#d55e00", "#009e73", "#56b4e9", "#cc79a7", "#8c6d00", "#6b7683"),
)  # fmt: skip
DARK = Palette(
    ink="#e7ecf3", ink2="#b3bdca", ink3="#93a0b0", line="#2b3647", ground="#0f1621", card="#172030", stripe="#1b2536",
    brand="#6fb1ea", brand_soft="#1d3247", good="#4cc9a0", good_soft="#143229", warn="#f0b55b", warn_soft="#3a2c14",
    bad="#ff9066", bad_soft="#40221a", mute_soft="#243042",
    series=("#6fb1ea", "#ff9f5a", "#4cc9a0", "#9bd3f5", "#e5a3c8", "#e0c14f", "#a3adba"),
)  # fmt: skip


def is_dark() -> bool:
    """Whether the browser shows the dark theme."""
    try:
        return st.context.theme.type == "dark"
    except Exception:
        return False


def palette() -> Palette:
    """Colours of the current theme."""
    return DARK if is_dark() else LIGHT


def apply() -> None:
    """Put the style sheet on the page."""
    colours = palette()
    tokens = "".join(
        f"--{name.replace('_', '-')}:{value};" for name, value in vars(colours).items() if isinstance(value, str)
    )
    st.html(f"<style>:root{{{tokens}--font:{FONT};}}{_CSS}</style>")


def enlarge() -> None:
    """Large type and nothing but figures, for a screen on a wall."""
    st.html(f"<style>{_WALL}</style>")
