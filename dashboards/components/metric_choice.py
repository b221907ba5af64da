"""The choice of a metric, its period and its cut, bound to the address; shared by the pages that show any metric."""

from typing import Any, NamedTuple

import streamlit as st

from dashboards.components import address
from dashboards.components.context import Context
from dashboards.repositories import metrics
from dashboards.services import measures

Row = dict[str, Any]


class Choice(NamedTuple):
    """What the address asks for."""

    metric: Row
    per: str
    period: str
    cut_type: str
    cut_code: str


def choose(context: Context, known: dict[str, Row], *, default: str) -> Choice:
    """The metric, type of period, period and cut of the address; without a period when there are no figures."""
    with st.container(key="filters_metrics"):
        first, second, third, fourth = st.columns([2.2, 1, 1.2, 1.6], vertical_alignment="bottom")
        with first:
            chosen = address.select(
                "指标", "metric", sorted(known, key=lambda one: str(known[one]["cube"])), default=default,
                names=lambda code: str(known[code]["title"]), resets=("per", "at", "cut"),
            )  # fmt: skip
        metric = known[chosen]
        types = [one for one in str(metric["period_types"]).split(",") if one]
        with second:
            per = address.select(
                "期间", "per", types, default="month" if "month" in types else types[0],
                names=lambda code: measures.PERIOD_TYPES.get(code, code), resets=("at", "cut"),
            )  # fmt: skip
        periods = metrics.periods(context.user, metric, per)
        if not periods:
            return Choice(metric, per, "", "total", "total")
        newest = (
            periods[1]
            if per == "fee_year" and len(periods) > 1 and int(periods[0]) > context.as_of.year
            else periods[0]
        )
        with third:
            period = address.select(
                "哪一期", "at", periods, default=newest, names=lambda one: measures.period_name(per, one)
            )
        found = {f"{row['cut_type']}:{row['cut_code']}": row for row in metrics.cuts(context.user, metric, per, period)}
        with fourth:
            cut = address.select(
                "切片", "cut", ["total:total", *found], default="total:total",
                names=lambda code: "全部" if code not in found
                else f"{measures.CUTS.get(str(found[code]['cut_type']), found[code]['cut_type'])}：{found[code]['cut_name']}",
            )  # fmt: skip
    cut_type, _, cut_code = cut.partition(":")
    return Choice(metric, per, period, cut_type, cut_code)
