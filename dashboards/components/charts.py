"""Charts with plotly: calm, without toolbar, numbers as Chinese readers write them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import plotly.graph_objects as go
import streamlit as st

from dashboards.components import theme

CONFIG = {"displayModeBar": False, "displaylogo": False, "showTips": False, "scrollZoom": False, "responsive": True}


@dataclass(frozen=True)
class Line:
    """One line: its name, values on the common x axis (None leaves a gap), and the words of each point."""

    name: str
    values: Sequence[Decimal | float | None]
    words: Sequence[str]
    dash: str = "solid"


def lines(
    key: str,
    x: Sequence[str],
    series: Sequence[Line],
    *,
    y_title: str,
    height: int = 270,
    alt: str = "",
    ticks: Mapping[str, str] | None = None,
) -> None:
    """Lines over an ordered axis, named at the top."""
    colours = theme.palette()
    figure = go.Figure()
    for number, line in enumerate(series):
        figure.add_trace(
            go.Scatter(
                x=list(x),
                y=[None if value is None else float(value) for value in line.values],
                name=line.name,
                mode="lines+markers" if len(x) <= 13 else "lines",
                customdata=list(line.words),
                line={"color": colours.series[number], "width": 2.6 if number == 0 else 1.9, "dash": line.dash},
                marker={"size": 6},
                hovertemplate=line.name + "　%{customdata}<extra></extra>",
                connectgaps=False,
            )
        )
    _show(key, figure, y_title, height, alt, legend=len(series) > 1, ticks=ticks)


def bars(
    key: str, names: Sequence[str], values: Sequence[Decimal | float | None], words: Sequence[str], *,
    y_title: str, height: int = 270, alt: str = "", colour: int = 0,
) -> None:  # fmt: skip
    """Upright bars."""
    colours = theme.palette()
    figure = go.Figure(
        go.Bar(
            x=list(names),
            y=[None if value is None else float(value) for value in values],
            customdata=list(words),
            marker={"color": colours.series[colour]},
            hovertemplate="%{x}　%{customdata}<extra></extra>",
        )
    )
    _show(key, figure, y_title, height, alt, legend=False)


def _show(
    key: str,
    figure: go.Figure,
    y_title: str,
    height: int,
    alt: str,
    *,
    legend: bool,
    ticks: Mapping[str, str] | None = None,
) -> None:
    colours = theme.palette()
    axis = {
        "gridcolor": colours.line, "linecolor": colours.line, "zeroline": False, "tickfont": {"color": colours.ink2, "size": 12},
        "fixedrange": True, "automargin": True,
    }  # fmt: skip
    figure.update_layout(
        height=height, margin={"l": 8, "r": 14, "t": 46, "b": 8}, paper_bgcolor="rgba(0,0,0,0)", plot_bgcolor="rgba(0,0,0,0)",
        font={"family": theme.FONT.replace('"', ""), "size": 12, "color": colours.ink2}, separators=".,", showlegend=legend,
        legend={"orientation": "h", "x": 0, "y": 1.13, "xanchor": "left", "yanchor": "bottom", "font": {"size": 12, "color": colours.ink2}},
        hovermode="x unified" if legend else "closest", dragmode=False,
        hoverlabel={"bgcolor": colours.card, "bordercolor": colours.line, "font": {"color": colours.ink, "size": 12.5}},
        xaxis={**axis, "showgrid": False, "type": "category", "tickangle": 0, **({"tickvals": list(ticks), "ticktext": list(ticks.values())} if ticks else {})},
        yaxis={**axis, "tickformat": ",", "exponentformat": "none"}, bargap=0.42,
        annotations=[{
            "text": y_title, "xref": "paper", "yref": "paper", "x": 1, "y": 1.13, "xanchor": "right", "yanchor": "bottom",
            "showarrow": False, "font": {"size": 11.5, "color": colours.ink3},
        }],
    )  # fmt: skip
    st.plotly_chart(figure, key=key, theme=None, config=CONFIG, alt=alt or None)
