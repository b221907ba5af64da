"""Charts with plotly: calm, without toolbar, numbers as Chinese readers write them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from dashboards.components import theme, watermark
from dashboards.services import formats
from dashboards.services.placing import Course, Dumbbell
from dashboards.services.topics import Bar
from dashboards.services.waterfall import Way

CONFIG = {"displayModeBar": False, "displaylogo": False, "showTips": False, "scrollZoom": False, "responsive": True}


class _Drawing:
    """Traces and layout as plain values: plotly's own objects check again at every step, and take four times as long."""

    def __init__(self, *traces: dict[str, Any]) -> None:
        self._traces = list(traces)
        self._layout: dict[str, Any] = {}

    def add_trace(self, trace: dict[str, Any]) -> None:
        """One more line or set of bars, drawn over those before."""
        self._traces.append(trace)

    def add_shape(self, **shape: Any) -> None:
        """A line that is no data."""
        self._layout.setdefault("shapes", []).append(shape)

    def add_annotation(self, **annotation: Any) -> None:
        """A text at a place."""
        self._layout.setdefault("annotations", []).append(annotation)

    def update_layout(self, **layout: Any) -> None:
        """Set parts of the layout; what an axis already has stays where nothing new is said of it."""
        for name, value in layout.items():
            before = self._layout.get(name)
            self._layout[name] = {**before, **value} if isinstance(before, dict) and isinstance(value, dict) else value

    def made(self) -> go.Figure:
        """The figure, unchecked; a test has plotly check all that pages draw."""
        return go.Figure({"data": self._traces, "layout": self._layout}, _validate=False)


def _trace(kind: str, **values: Any) -> dict[str, Any]:
    return {"type": kind, **values}


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
    figure = _Drawing()
    for number, line in enumerate(series):
        figure.add_trace(
            _trace(
                "scatter",
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
    figure = _Drawing(
        _trace(
            "bar",
            x=list(names),
            y=[None if value is None else float(value) for value in values],
            customdata=list(words),
            marker={"color": colours.series[colour]},
            hovertemplate="%{x}　%{customdata}<extra></extra>",
        )
    )
    _show(key, figure, y_title, height, alt, legend=False)


def pareto(key: str, bars: Sequence[Bar], *, unit: str, alt: str, height: int = 300) -> None:
    """Reasons as bars, the commonest first, with the cumulated share as a line on an axis of its own at the right; each point has its words."""
    colours = theme.palette()
    codes = [bar.code for bar in bars]
    figure = _Drawing(
        _trace(
            "bar",
            x=codes,
            y=[bar.count for bar in bars],
            name=f"数量（{unit}）",
            customdata=[
                [bar.name, formats.count(bar.count), formats.share(bar.share), formats.money(bar.amount)]
                for bar in bars
            ],
            marker={"color": colours.series[0]},
            text=[formats.count(bar.count) for bar in bars],
            textposition="outside",
            cliponaxis=False,
            hovertemplate=f"%{{customdata[0]}}　%{{customdata[1]}} {unit}，占 %{{customdata[2]}}，%{{customdata[3]}}<extra></extra>",
        )
    )
    figure.add_trace(
        _trace(
            "scatter",
            x=codes,
            y=[float(bar.cumulative) * 100 for bar in bars],
            yaxis="y2",
            name="累计占比（%）",
            mode="lines+markers",
            customdata=[formats.share(bar.cumulative) for bar in bars],
            line={"color": colours.series[1], "width": 2, "dash": "dash"},
            marker={"size": 7, "symbol": "diamond"},
            hovertemplate="累计　%{customdata}<extra></extra>",
        )
    )
    most = max(bar.count for bar in bars)
    figure.update_layout(
        yaxis={"range": [0, most * 1.15], **({"dtick": 1} if most < 8 else {})},
        yaxis2={
            "overlaying": "y", "side": "right", "range": [0, 105], "tickmode": "array", "tickvals": [0, 20, 40, 60, 80, 100],
            "fixedrange": True, "showgrid": False, "zeroline": False,
            "ticksuffix": "%", "tickfont": {"color": colours.ink2, "size": 12}, "automargin": True,
        }
    )  # fmt: skip
    width = 6 if len(bars) <= 4 else 4 if len(bars) <= 6 else 3
    _show(key, figure, "", height, alt, legend=True, ticks={bar.code: _folded(bar.name, width) for bar in bars})


def waterfall(key: str, way: Way, *, alt: str) -> None:
    """From one total to the other, one bar a cause; each bar has its amount with its sign, so that colour says nothing alone."""
    colours = theme.palette()
    low, high, _ = way.axis()
    steps = way.steps
    figure = _Drawing(
        _trace(
            "bar",
            orientation="h",
            y=[step.code for step in steps],
            x=[float(step.amount) if not step.is_total else float(step.end - low) for step in steps],
            base=[float(step.start) if not step.is_total else float(low) for step in steps],
            customdata=[[step.name, formats.yuan(step.amount), formats.count(step.count)] for step in steps],
            marker={
                "color": [
                    colours.series[0] if step.is_total else colours.series[2] if step.amount > 0 else colours.series[1]
                    for step in steps
                ]
            },
            hovertemplate="%{customdata[0]}<br>%{customdata[1]} 元，%{customdata[2]} 笔<extra></extra>",
        )
    )
    for step, after in pairwise(steps):
        figure.add_shape(
            type="line", x0=float(step.end), x1=float(step.end), y0=step.code, y1=after.code, layer="below",
            line={"color": colours.ink3, "width": 1, "dash": "dot"},
        )  # fmt: skip
    for step in steps:
        # A total's amount stands inside its bar where it is long; a step's beside it, at the side where there is room.
        low_end, high_end = (low, step.end) if step.is_total else sorted((step.start, step.end))
        inside = step.is_total and (high_end - low) * 2 > high - low
        left = inside or (
            not step.is_total and (high_end - low) * 3 > (high - low) * 2 and low_end - low > high - high_end
        )
        figure.add_annotation(
            x=float(low_end if left and not inside else high_end), y=step.code, xanchor="right" if left else "left", xshift=-5 if left else 5,
            text=f"{step.amount:,.2f}" if step.is_total else f"{step.amount:+,.2f}", showarrow=False,
            font={"size": 12, "color": colours.card if inside else colours.ink},
        )  # fmt: skip
    figure.update_layout(
        height=74 + 40 * len(steps), margin={"l": 4, "r": 14, "t": 6, "b": 30}, paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)", font={"family": theme.FONT.replace('"', ""), "size": 12, "color": colours.ink2},
        separators=".,", showlegend=False, dragmode=False, bargap=0.45,
        hoverlabel={"bgcolor": colours.card, "bordercolor": colours.line, "font": {"color": colours.ink, "size": 12.5}},
        xaxis={
            "range": [float(low), float(high)], "tickformat": ",", "exponentformat": "none", "nticks": 4, "fixedrange": True,
            "gridcolor": colours.line, "zeroline": False, "tickfont": {"color": colours.ink2, "size": 11},
        },
        yaxis={
            "autorange": "reversed", "fixedrange": True, "automargin": True, "type": "category",
            "tickvals": [step.code for step in steps], "ticktext": [_folded(step.name) for step in steps],
            "tickfont": {"color": colours.ink, "size": 12}, "ticklen": 0,
        },
    )  # fmt: skip
    _put(key, figure, alt)


def dumbbell(key: str, items: Sequence[Dumbbell], *, names: tuple[str, str], unit: str, alt: str) -> None:
    """Two points a row joined by a line: now a full circle, a year before an open diamond, so that shape tells them too."""
    colours = theme.palette()
    at = [str(number) for number in range(len(items))]
    figure = _Drawing()
    for place, item in zip(at, items, strict=True):
        if item.before is not None:
            figure.add_shape(
                type="line", x0=item.before, x1=item.now, y0=place, y1=place, layer="below",
                line={"color": colours.ink3, "width": 2},
            )  # fmt: skip
    for name, values, words, symbol, colour in (
        (names[1], [item.before for item in items], [item.words_before for item in items], "diamond-open", colours.series[1]),
        (names[0], [item.now for item in items], [item.words for item in items], "circle", colours.series[0]),
    ):  # fmt: skip
        figure.add_trace(
            _trace(
                "scatter",
                x=list(values), y=at, name=name, mode="markers", customdata=list(words),
                marker={"symbol": symbol, "size": 10, "color": colour, "line": {"color": colour, "width": 2}},
                hovertemplate=name + "　%{customdata}<extra></extra>",
            )
        )  # fmt: skip
    figure.update_layout(
        height=84 + 27 * len(items), margin={"l": 4, "r": 14, "t": 34, "b": 34}, paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)", font={"family": theme.FONT.replace('"', ""), "size": 12, "color": colours.ink2},
        separators=".,", showlegend=True, dragmode=False, hovermode="y unified",
        legend={
            "orientation": "h", "x": 0, "y": 1, "xanchor": "left", "yanchor": "bottom", "traceorder": "reversed",
            "font": {"size": 12, "color": colours.ink2},
        },
        hoverlabel={"bgcolor": colours.card, "bordercolor": colours.line, "font": {"color": colours.ink, "size": 12.5}},
        xaxis={
            "tickformat": ",", "exponentformat": "none", "nticks": 5, "fixedrange": True, "gridcolor": colours.line,
            "zeroline": False, "tickfont": {"color": colours.ink2, "size": 11}, "ticksuffix": "%" if unit == "%" else "",
            "title": {"text": "" if unit == "%" else unit, "font": {"size": 11.5, "color": colours.ink3}},
        },
        yaxis={
            "autorange": "reversed", "fixedrange": True, "automargin": True, "type": "category", "tickvals": at,
            "ticktext": [item.name for item in items], "tickfont": {"color": colours.ink, "size": 12}, "ticklen": 0,
            "gridcolor": colours.line,
        },
    )  # fmt: skip
    _put(key, figure, alt)


_DASHES = ("solid", "dash", "dot", "dashdot")


def ranks(key: str, periods: Sequence[str], items: Sequence[Course], *, told: Sequence[str], alt: str) -> None:
    """Ranks over time, the first at the top: the courses in `told` by colour and dash, the others thin, all named at the right end."""
    colours = theme.palette()
    figure = _Drawing()
    for item in sorted(items, key=lambda one: one.key in told):
        place = told.index(item.key) if item.key in told else None
        figure.add_trace(
            _trace(
                "scatter",
                x=list(periods), y=item.ranks, name=item.name, mode="lines+markers" if place is not None else "lines",
                opacity=0.4 if place is None else 1,
                line={"color": colours.ink3 if place is None else colours.series[place], "width": 1.4 if place is None else 2.6,
                      "dash": "solid" if place is None else _DASHES[place]},
                marker={"size": 6}, connectgaps=False, hovertemplate=item.name + "　%{x}　第 %{y} 名<extra></extra>",
            )
        )  # fmt: skip
    lowest = max((rank for item in items for rank in item.ranks if rank is not None), default=1)
    ends: dict[int, list[str]] = {}
    for item in items:
        if item.last is not None:
            ends.setdefault(item.last, []).append(f"<b>{item.name}</b>" if item.key in told else item.name)
    for rank, found in ends.items():
        figure.add_annotation(
            x=len(periods) - 1, y=rank, xanchor="left", xshift=8, showarrow=False, align="left",
            text=f"{rank}　{'、'.join(found[:2])}{f' 等 {len(found)} 个并列' if len(found) > 2 else ''}",
            font={"size": 11.5, "color": colours.ink2},
        )  # fmt: skip
    figure.update_layout(
        height=90 + 22 * lowest, margin={"l": 30, "r": 132, "t": 12, "b": 30}, paper_bgcolor="rgba(0,0,0,0)", plot_bgcolor="rgba(0,0,0,0)",
        font={"family": theme.FONT.replace('"', ""), "size": 12, "color": colours.ink2}, showlegend=False, dragmode=False, hovermode="closest",
        hoverlabel={"bgcolor": colours.card, "bordercolor": colours.line, "font": {"color": colours.ink, "size": 12.5}},
        xaxis={"type": "category", "fixedrange": True, "showgrid": False, "tickvals": [0, len(periods) - 1],
               "ticktext": [periods[0], periods[-1]], "tickangle": 0,
               "tickfont": {"color": colours.ink2, "size": 11}},
        yaxis={"range": [lowest + 0.6, 0.4], "fixedrange": True, "dtick": 1 if lowest <= 10 else 3, "tick0": 1, "tickformat": "d",
               "gridcolor": colours.line, "zeroline": False, "tickfont": {"color": colours.ink2, "size": 11}},
    )  # fmt: skip
    _put(key, figure, alt)


def _put(key: str, figure: _Drawing, alt: str) -> None:
    """Every figure comes this way, so that none is without the watermark: the browser can save it as a picture."""
    watermark.mark(figure)
    st.plotly_chart(figure.made(), key=key, theme=None, config=CONFIG, alt=alt or None)


def _folded(name: str, width: int = 9) -> str:
    """A long name in lines, broken after punctuation where that is near."""
    lines, rest = [], name
    while len(rest) > width:
        at = max((rest.rfind(mark, 0, width) for mark in "，：、（"), default=-1) + 1
        at = at if at >= width // 2 else width
        lines.append(rest[:at])
        rest = rest[at:]
    return "<br>".join([*lines, rest])


def _show(
    key: str,
    figure: _Drawing,
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
            # Above its axis and below the legend, so that the two never meet on a phone.
            "text": y_title, "xref": "paper", "yref": "paper", "x": 0, "y": 1.01, "xanchor": "left", "yanchor": "bottom",
            "showarrow": False, "font": {"size": 11.5, "color": colours.ink3},
        }],
    )  # fmt: skip
    _put(key, figure, alt)
