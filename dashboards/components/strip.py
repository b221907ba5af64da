"""A compact history: a row of coloured cells, or of small columns, each with its words for the pointer and for screen readers."""

from collections.abc import Sequence
from html import escape

from dashboards.services.monitoring import Cell


def cells(items: Sequence[Cell], label: str) -> str:
    """Coloured cells, oldest at the left."""
    body = "".join(f'<i class="{item.tone}" title="{escape(item.words, quote=True)}"></i>' for item in items)
    return f'<span class="sb-strip" role="img" aria-label="{escape(label, quote=True)}">{body}</span>'


def columns(values: Sequence[tuple[str, int]], label: str, *, limit: float | None = None) -> str:
    """Small columns as high as their values; those above the limit are marked."""
    top = max([value for _, value in values] + [1])
    body = "".join(
        f'<i class="{"bad" if limit is not None and value > limit else "brand"}" style="height:{max(4, round(100 * value / top))}%"'
        f' title="{escape(f"{when}：{value:,} 行", quote=True)}"></i>'
        for when, value in values
    )
    return f'<span class="sb-cols" role="img" aria-label="{escape(label, quote=True)}">{body}</span>'
