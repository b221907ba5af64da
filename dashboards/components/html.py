"""Small pieces of HTML, every value escaped."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from html import escape
from typing import Any

from dashboards.services import formats, measures

STEP = '<i aria-hidden="true">›</i>'
"""What stands between the steps of a way back; nothing to read aloud."""


def text(value: Any) -> str:
    """A value as escaped text; nothing as a dash."""
    return escape(formats.NONE if value is None or value == "" else str(value))


def badge(label: str, tone: str = "mute") -> str:
    """A small coloured word; the tone never says more than the word."""
    return f'<span class="sb-badge sb-{tone}">{escape(label)}</span>'


def reconciled(breaks: int | None, unit: str = "笔") -> str:
    """已对平, 未对平 with the number of breaks, or 未核对 where nothing was compared."""
    if breaks is None:
        return badge("未核对", "mute")
    return badge("已对平", "good") if breaks == 0 else badge(f"未对平 {formats.count(breaks)} {unit}", "warn")


def band(row: Mapping[str, Any]) -> str:
    """Whether an area differs from the city by more than chance, in words."""
    if not row["band"]:
        return formats.NONE
    return badge(measures.BANDS[str(row["band"])], {"better": "good", "worse": "warn"}.get(str(row["band"]), "mute"))


def delta(value: Any, *, places: int = 2, suffix: str = "") -> str:
    """A difference of shares in points, with arrow and sign."""
    number = formats.decimal_of(value)
    if number is None:
        return f'<span class="sb-flat">{formats.NONE}</span>'
    shown = formats.points(number, places)
    if Decimal(shown) == 0:
        return f'<span class="sb-flat">持平{suffix and ""}</span>'
    kind, arrow = ("up", "▲") if number > 0 else ("down", "▼")
    return f'<span class="sb-{kind}">{arrow} {shown.lstrip("+-")}{suffix}</span>'


def steps(change: int | None) -> str:
    """A change of rank; above 0 is a rise."""
    if change is None:
        return f'<span class="sb-flat">{formats.NONE}</span>'
    if change == 0:
        return '<span class="sb-flat">＝</span>'
    return f'<span class="sb-up">▲ {change}</span>' if change > 0 else f'<span class="sb-down">▼ {-change}</span>'


def bar(part: Any, *, kind: str = "") -> str:
    """A thin bar for a share between 0 and 1."""
    width = min(max(float(part or 0), 0.0), 1.0) * 100
    return f'<span class="sb-bar {kind}"><u style="width:{width:.1f}%"></u></span>'


def facts(pairs: Iterable[tuple[str, Any]]) -> str:
    """A grid of named values."""
    cells = "".join(f"<div><dt>{escape(name)}</dt><dd>{text(value)}</dd></div>" for name, value in pairs)
    return f'<dl class="sb-facts">{cells}</dl>'


def title(name: str, note: str = "") -> str:
    """The heading of a card with a note at its right."""
    return f'<div class="sb-title"><h2>{escape(name)}</h2><span>{escape(note)}</span></div>'


def paragraph(words: Any) -> str:
    """Text to read."""
    return f'<p class="sb-text">{text(words)}</p>'


def note(words: str) -> str:
    """Small print."""
    return f'<p class="sb-note">{escape(words)}</p>'


def history(events: Iterable[tuple[str, str, str]]) -> str:
    """A time line of (date, what, detail)."""
    items = "".join(
        f"<li><b>{escape(what)}</b>　{escape(when)}<small>{escape(detail)}</small></li>"
        for when, what, detail in events
    )
    return f'<ul class="sb-line">{items}</ul>'


def attributes(values: Mapping[str, str]) -> str:
    """HTML attributes."""
    return "".join(f' {name}="{escape(value, quote=True)}"' for name, value in values.items())


def unit(name: Any, key: Any) -> str:
    """A unit's name with the record's key below."""
    return f"<b>{text(name or '（单位未知）')}</b><br><small>{text(key)}</small>"
