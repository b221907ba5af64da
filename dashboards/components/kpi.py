"""Figures at the top of a page."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import streamlit as st

from dashboards.components import html


@dataclass(frozen=True)
class Kpi:
    """One figure: name, number, unit, and a line of HTML below (already escaped)."""

    label: str
    value: str
    unit: str = ""
    below: str = ""
    main: bool = False
    mark: str = ""
    """HTML beside the label: whether the figure is reconciled."""


def show(items: Sequence[Kpi]) -> None:
    """A row of cards; on a phone two columns."""
    cards = "".join(
        f'<div class="sb-kpi{" main" if item.main else ""}"><div class="l">{html.text(item.label)}{f" {item.mark}" if item.mark else ""}</div>'
        f'<div class="v">{html.text(item.value)}<i>{html.text(item.unit) if item.unit else ""}</i></div>'
        f'<div class="d">{item.below or "&nbsp;"}</div></div>'
        for item in items
    )
    st.html(f'<div class="sb-kpis">{cards}</div>')


def marked(items: Sequence[Kpi], mark: str) -> list[Kpi]:
    """The figures with a mark beside each that has none yet."""
    return [item if item.mark else replace(item, mark=mark) for item in items]
