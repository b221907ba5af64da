"""Every page's headline figures: a word on the reconciliation beside each, and at most five at once."""

import re
from collections.abc import Callable

import pytest
import yaml
from streamlit.testing.v1 import AppTest

from common import paths
from dashboards.access.roles import Role
from dashboards.registry import PAGES
from dashboards.repositories import reconciliation
from dashboards.services import coverage, words
from tests.dashboards.conftest import words_of

OpenPage = Callable[..., AppTest]
BUREAU = "14501030000"
_CARD = re.compile(
    r"<div class=\\*[\"']sb-kpi(?: main)?\\*[\"']>(.*?)(?=<div class=\\*[\"']sb-kpi|</div></div></div>|$)", re.M
)
WORDS = ("已对平", "未对平", "不在对账范围", "当日待核对")
# Pages that count nothing at first glance: what they show is typed in, a register, a or a catalogue.
WITHOUT = {"subject", "bulk", "exports", "admin", "catalogue", "dictionary", "progress"}
FACES = [
    *((page.page_id, {}) for page in PAGES),
    ("progress", {"view": "residents"}),
    ("client", {"view": "cadre"}),
    ("score", {"bureau": BUREAU}),
    ("ranking", {"metric": "resident_rate"}),
    *(("reconciliation", {"view": view}) for view in ("waterfall", "received", "internal", "annuity", "treasury", "persons", "movement")),
]  # fmt: skip


def cards(said: str) -> list[str]:
    """The headline figures of a page."""
    return _CARD.findall(said)


@pytest.mark.parametrize(("page", "query"), FACES, ids=lambda one: one if isinstance(one, str) else "-".join(one.values()) or "first")  # fmt: skip
def test_headline_figures_are_five_at_most_and_each_says_whether_it_is_reconciled(
    open_page: OpenPage, page: str, query: dict[str, str]
) -> None:
    roles = next(spec.roles for spec in PAGES if spec.page_id == page)
    login = "section" if Role.SECTION in roles else "admin"
    app = open_page(login, page, **query)
    assert not app.exception
    found = cards(words_of(app))
    assert len(found) <= 5
    for card in found:
        assert any(word in card for word in WORDS), card
    if page not in WITHOUT and not query and page != "score":
        assert found, "the page has lost its figures, or the cards look otherwise"


def test_the_figures_lead_to_their_view_of_the_reconciliation(open_page: OpenPage) -> None:
    first = [(page, {}) for page in ("overview", "progress", "annuity", "metrics", "ranking")]
    for page, query in (*first, ("progress", {"view": "residents"})):
        assert "去对账 ›" in words_of(open_page("section", page, **query)), (page, query)
    for page in ("agreement", "client", "batch", "findings", "deduction"):
        said = words_of(open_page("section", page))
        assert "不在对账范围：" in said, page
        assert "去对账 ›" not in said, page


def test_six_comparisons_are_told_by_what_is_compared(open_page: OpenPage, monkeypatch: pytest.MonkeyPatch) -> None:
    real = reconciliation.outcomes

    def six(*asked: object) -> list[dict[str, object]]:
        rows = real(*asked)  # type: ignore[arg-type]
        bills = [row for row in rows if row["measure"] == "bill"]
        return [{**row, "measure": measure} for measure in words.MEASURES for row in bills]

    monkeypatch.setattr(reconciliation, "outcomes", six)
    found = cards(words_of(open_page("section", "reconciliation")))
    assert len(found) == 3
    for card, name in zip(found, words.MEASURES.values(), strict=True):
        assert f"税务 ↔ 部门 · {name}" in card
        assert "人社 " in card and "医保 " in card


def test_roles_that_may_not_know_see_no_state(open_page: OpenPage) -> None:
    for page in ("overview", "progress", "ranking", "metrics"):
        said = words_of(open_page("cadre", page))
        for word in ("已对平", "未对平", "未核对", "对账到主管局", "去对账"):
            assert word not in said, (page, word)


def test_every_cube_is_said_to_be_reconciled_or_why_not() -> None:
    folder = paths.dbt_project_dir() / "models" / "marts" / "metric"
    files = [yaml.safe_load(file.read_text()) for file in folder.glob("_semantic_*.yml")]
    cubes = {f"mtr_cube_{model['name']}" for file in files for model in file.get("semantic_models", [])}
    whole = {cube for cube, found in coverage.COVERED.items() if not isinstance(found, dict)}
    parts = set(coverage.COVERED) - whole
    assert cubes == whole | {name for name in coverage.OUTSIDE if name.startswith("mtr_")}
    assert parts <= set(coverage.OUTSIDE)
    names = {metric["name"] for file in files for metric in file.get("metrics", [])}
    for found in coverage.COVERED.values():
        assert not isinstance(found, dict) or set(found) <= names


def test_only_whole_months_are_reconciled() -> None:
    assert coverage.months("month", "202605", "202606") == ["202605"]
    assert coverage.months("quarter", "2026Q2", "202605") == ["202604", "202605"]
    assert coverage.months("year", "2026", "202602") == ["202601", "202602"]
    assert coverage.months("week", "2026-06-01", "202606") == []
