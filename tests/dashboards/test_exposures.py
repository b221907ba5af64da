"""The exposures of dbt and the registry's pages are the same pages, and each names the models that its page reads."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import yaml
from streamlit.testing.v1 import AppTest

from common import paths
from dashboards import app
from dashboards.access.roles import Role
from dashboards.registry import PAGES, PageSpec
from dashboards.repositories.gate import Reads
from orchestration.lib import roster_match
from tests.dashboards import page_reads

OpenPage = Callable[..., AppTest]
FOLDER = paths.root() / "dbt_project" / "models"
MODELS = {file.stem for file in FOLDER.rglob("*.sql")}
BUREAU, TOWN = "14501030000", "450103004"
# What a page shows beside its first face.
FACES: dict[str, tuple[dict[str, str], ...]] = {
    "overview": ({"bureau": BUREAU}, {"bureau": BUREAU, "town": TOWN}),
    "progress": ({"view": "residents"}, {"bureau": BUREAU, "basis": "employer", "by_cut": "department"}),
    "ranking": ({"metric": "resident_rate"}, {"metric": "resident_rate", "among": "town"}),
    "metrics": ({"metric": "resident_rate"},),
    "client": ({"view": "cadre"},),
    "score": ({"bureau": BUREAU},),
    "findings": ({"rule": "A7.4"}, {"rule": "A3.04"}, {"rule": "A8.1"}),
    "reconciliation": tuple(
        {"view": view} for view in ("waterfall", "received", "internal", "annuity", "treasury", "persons", "movement")
    ),
    "deduction": ({"verdict": "stop"},),
    "subject": ({"view": "unit"},),
    "dictionary": ({"view": "rules"}, {"view": "tables", "of": "fct_bill"}),
}


def _exposures() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for file in sorted(FOLDER.rglob("*exposures*.yml")):
        for one in yaml.safe_load(file.read_text(encoding="utf-8"))["exposures"]:
            assert one["name"] not in found, one["name"]
            found[one["name"]] = one
    return found


def _models(exposure: dict[str, Any]) -> list[str]:
    return [re.fullmatch(r"ref\('(\w+)'\)", one)[1] for one in exposure.get("depends_on", [])]  # type: ignore[index]


EXPOSURES = _exposures()


def test_each_page_is_one_exposure_under_its_own_name() -> None:
    assert set(EXPOSURES) == {f"page_{page.page_id}" for page in PAGES}
    for page in PAGES:
        exposure = EXPOSURES[f"page_{page.page_id}"]
        assert (exposure["label"], exposure["type"]) == (page.title, "dashboard")
        named = _models(exposure)
        assert len(named) == len(set(named)), page.page_id
        assert set(named) <= MODELS, page.page_id


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.page_id)
def test_an_exposure_names_nothing_that_its_page_cannot_read(page: PageSpec) -> None:
    """Followed through the source: page, components, repositories, SQL. A query that is told its table may read any cube, or any rule's list."""
    reach = page_reads.tables(page.page_id)
    if page_reads.ANY_TABLE in reach:
        reach |= {model for model in MODELS if model.startswith(("mtr_cube_", "anm_"))}
    # Through what is kept outside dbt: the ledger reads the models of rules, the matching of rosters its own.
    if "finding" in reach:
        reach |= {model for model in MODELS if model.startswith("anm_")} | {"rec_break"}
    if "ops_roster_count" in reach:
        reach |= {roster_match.MODEL}
    assert set(_models(EXPOSURES[f"page_{page.page_id}"])) <= reach


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.page_id)
def test_an_exposure_names_each_model_that_its_page_read(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch, page: PageSpec
) -> None:
    """The page's faces are opened, and what the gate noted is compared: the same notes from which a page says how fresh it is."""
    read: set[str] = set()

    def noted(_context: object, title: str, reads: Reads) -> None:
        # Whoever signs in comes by the home page first.
        if title == page.title:
            read.update(*reads.tables.values())

    monkeypatch.setattr(app.arrivals, "behind", noted)
    login = {Role.ADMIN: "admin"}.get(next(iter(page.roles)), "section")
    for face in ({}, *FACES.get(page.page_id, ())):
        assert not open_page(login, page.page_id, **face).exception
    assert read & MODELS <= set(_models(EXPOSURES[f"page_{page.page_id}"]))
