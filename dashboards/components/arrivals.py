"""What a panel is made of: its date, the exchange tables behind it, and when the next of them is due."""

from collections.abc import Mapping, Sequence

import streamlit as st

from dashboards.components import frame, html, states, table
from dashboards.components.context import Context
from dashboards.components.table import Column
from dashboards.repositories import health, names
from dashboards.repositories.gate import Reads
from dashboards.services import arrivals, formats
from dashboards.services.arrivals import Feed


def note(context: Context, models: Sequence[str], more: str = "") -> str:
    """The small line at a card's right: what to do, the date of the data, and the next arrival."""
    said = arrivals.words(_fed(context, models), context.as_of)
    return frame.as_of_note(context, more) + (f" · {said}" if said else "")


def brief(context: Context, models: str | Sequence[str], more: str = "") -> str:
    """The same small line where a page has many cards: the date of the data, and only what is late or older than that."""
    wanted = [models] if isinstance(models, str) else models
    if not wanted:
        return frame.as_of_note(context, more)
    said = arrivals.lateness(_fed(context, wanted, health.DATES), context.as_of)
    return frame.as_of_note(context, more) + (f" · {said}" if said else "")


def show(context: Context, panels: Mapping[str, Sequence[str]]) -> None:
    """All panels of a page with the tables behind each, folded away."""
    with st.expander("各部分的数据来源与预计到达"):
        shown = False
        for title, models in panels.items():
            found = _fed(context, models)
            if not found:
                continue
            shown = True
            st.html(html.title(title, arrivals.words(found, context.as_of)))
            table.show(
                [
                    Column("交换表", lambda feed: f"<b>{html.text(feed.title)}</b><br><small>{html.text(feed.source)}.{html.text(feed.table)}</small>", "w"),
                    Column("最近更新", lambda feed: html.text(formats.moment(feed.latest)), "n hide-s"),
                    Column("应于此前到", lambda feed: html.text(formats.moment(feed.due)), "n"),
                    Column("状态", _state, "c"),
                ],
                found,
            )  # fmt: skip
        if not shown:
            states.empty("没有数据来源的记录", "当前发布的快照中没有这部分内容。")


def behind(context: Context, title: str, read: Reads) -> None:
    """What a page has just read, told below it; nothing where no exchange table stands behind it, or where the page tells it by panel itself."""
    if health.ARRIVALS in read.tables:
        return
    models = sorted({table for purpose, tables in read.tables.items() if purpose != names.PURPOSE for table in tables})
    if _fed(context, models):
        show(context, {title: models})


def _fed(context: Context, models: Sequence[str], purpose: str = health.ARRIVALS) -> list[Feed]:
    """The exchange tables behind published ones, asked for once in a run."""
    wanted = (purpose, *sorted(models))
    if wanted not in context.fed:
        context.fed[wanted] = arrivals.feeds(health.arrivals(context.user, sorted(models), purpose), models)
    return context.fed[wanted]


def _state(feed: Feed) -> str:
    if feed.status is None:
        return html.badge("没有记录", "mute")
    return html.badge("未按时", "warn") if feed.is_late else html.badge("及时", "good")
