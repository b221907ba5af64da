"""What every figure of every page bears: the watermark inside itself, since a figure can be saved as a picture, and words for who does not see it."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from plotly import graph_objects
from streamlit.testing.v1 import AppTest

from common import paths
from dashboards.access import sessions
from dashboards.access.roles import Role
from dashboards.components import watermark
from dashboards.registry import PAGES
from tests.dashboards.conftest import go, user

OpenPage = Callable[..., AppTest]
# The views and choices of a page that draw figures of their own.
VIEWS: dict[str, tuple[dict[str, str], ...]] = {
    "progress": ({"view": "residents"},),
    "ranking": ({"metric": "resident_rate", "among": "town"},),
    "reconciliation": ({"view": "waterfall"},),
}
DRAW = {"progress", "ranking", "metrics", "batch", "annuity", "agreement", "client", "reconciliation"}
DRAWN_BY = {Role.SECTION: "section", Role.CADRE: "cadre"}


def _figures(node: Any) -> Iterator[Any]:
    proto = getattr(node, "proto", None)
    if getattr(node, "type", "") == "plotly_chart" and proto is not None:
        yield proto
    for child in getattr(node, "children", {}).values():
        yield from _figures(child)


@pytest.mark.parametrize("role", DRAWN_BY, ids=str)
def test_every_figure_bears_who_looked_at_it(open_page: OpenPage, role: Role) -> None:
    login = DRAWN_BY[role]
    app = open_page(login)
    found: set[str] = set()
    token = app.session_state["session_token"]
    seen = sessions.user_of(token)
    assert seen is not None and seen.session_code
    for page in (page for page in PAGES if role in page.roles):
        for view in ({}, *VIEWS.get(page.page_id, ())):
            app.query_params.clear()
            app.query_params.update(view)
            go(app, page.page_id)
            assert not app.run().exception
            for figure in _figures(app._tree):
                found.add(page.page_id)
                drawn = json.loads(figure.spec)
                layout = drawn["layout"]
                graph_objects.Figure(drawn)  # raises at a name or value that plotly does not know
                texts = [note.get("text", "") for note in layout.get("annotations", [])]
                (mark,) = [text for text in texts if watermark.WORDS in text]
                for words in (user(login).display_name, login, seen.session_code):
                    assert words in mark, (page.page_id, view)
                assert figure.alt, (page.page_id, view, "no words for who does not see it")
    assert found == (DRAW if role is Role.SECTION else {"progress", "ranking", "metrics"})


def test_figures_are_put_on_a_page_at_one_place_only() -> None:
    puts = [
        file.name
        for file in (paths.root() / "dashboards").rglob("*.py")
        for _ in range(file.read_text(encoding="utf-8").count("st.plotly_chart("))
    ]
    assert puts == ["charts.py"]
