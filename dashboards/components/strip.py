"""A compact history: a row of cells, or of small columns, whose form tells what their colour tells, with words for pointers and screen readers."""

from collections import Counter
from collections.abc import Sequence
from html import escape

from dashboards.services.monitoring import Cell

# Tones in the order in which they are told, with the form of their cells in theme.css and in LEGEND.
_TOLD = {"bad": "异常", "warn": "提醒", "mute": "计划维护或无法判断", "none": "无记录", "good": "正常"}
LEGEND = "每格：矮格正常，叹号形提醒，高格异常，空心为计划维护或无法判断，点为无记录。"
_OVER = "，超过平时的上限"
_MOST_NAMED = 5


def cells(items: Sequence[Cell], label: str) -> str:
    """Cells, oldest at the left: as high as bad, and with a form of its own each."""
    body = "".join(f'<i class="{item.tone}" title="{escape(item.words, quote=True)}"></i>' for item in items)
    return (
        f'<span class="sb-strip" role="img" aria-label="{escape(f"{label}：{said(items)}", quote=True)}">{body}</span>'
    )


def said(items: Sequence[Cell]) -> str:
    """The strip in words: how many cells of each tone, and the newest of those that are bad or warn."""
    counts = Counter(item.tone for item in items)
    shares = "、".join(f"{words} {counts[tone]} 格" for tone, words in _TOLD.items() if counts[tone])
    wrong = [item.words for item in items if item.tone in ("bad", "warn")]
    named = "；".join(words.rstrip("。") for words in reversed(wrong[-_MOST_NAMED:]))
    return f"{shares}。最近：{named}。" if named else f"{shares}。"


def columns(values: Sequence[tuple[str, int]], label: str, *, limit: float | None = None) -> str:
    """Small columns as high as their values; those above the limit are striped, and named."""
    top = max([value for _, value in values] + [1])
    over = [when for when, value in values if limit is not None and value > limit]
    body = "".join(_column(when, value, top, is_over=when in over) for when, value in values)
    told = f"{label}：最多 {top:,} 行" + (
        f"，{len(over)} 天超过平时的上限：{'、'.join(over[-_MOST_NAMED:])}" if over else ""
    )
    return f'<span class="sb-cols" role="img" aria-label="{escape(told, quote=True)}">{body}</span>'


def _column(when: str, value: int, top: int, *, is_over: bool) -> str:
    words = f"{when}：{value:,} 行{_OVER if is_over else ''}"
    return (
        f'<i class="{"bad" if is_over else "brand"}" style="height:{max(4, round(100 * value / top))}%"'
        f' title="{escape(words, quote=True)}"></i>'
    )
