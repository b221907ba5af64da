"""What README, CONTRIBUTING and docs say is there: commands, paths, links, rules."""

import re
from pathlib import Path

import pytest
import yaml

from common.paths import dbt_project_dir, root

DOCUMENTS = sorted([*root().glob("*.md"), *(root() / "docs").rglob("*.md")])
TARGETS = set(re.findall(r"^([a-z-]+):", (root() / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def names(documents: list[Path]) -> list[str]:
    return [document.relative_to(root()).as_posix() for document in documents]


@pytest.mark.parametrize("document", DOCUMENTS, ids=names(DOCUMENTS))
def test_every_make_target_exists(document):
    mentioned = set(re.findall(r"(?:^|`|\$ )make ([a-z-]+)", document.read_text(encoding="utf-8"), re.MULTILINE))
    assert mentioned <= TARGETS


@pytest.mark.parametrize("document", DOCUMENTS, ids=names(DOCUMENTS))
def test_every_link_inside_the_repository_leads_somewhere(document):
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", document.read_text(encoding="utf-8"))
    inside = [link for link in links if not link.startswith(("http://", "https://", "mailto:"))]
    assert [link for link in inside if not (document.parent / link).exists()] == []


def paths_in_code(text: str) -> set[str]:
    """`a/b` in backticks that starts with one of our folders, without placeholders."""
    found = set(re.findall(r"`([A-Za-z_.][\w./-]*/[\w./-]*)`", text))
    ours = {path.name for path in root().iterdir()} - {"var", ".venv", ".venv-spark"}
    return {path for path in found if path.split("/")[0] in ours and "target" not in path}


@pytest.mark.parametrize("document", DOCUMENTS, ids=names(DOCUMENTS))
def test_every_path_exists(document):
    mentioned = paths_in_code(document.read_text(encoding="utf-8"))
    assert [path for path in sorted(mentioned) if not (root() / path).exists()] == []


def test_the_map_of_the_house_is_complete():
    rows = re.findall(r"^\| `([^`]+)` \| ", (root() / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    mapped = {row.split("/")[0] for row in rows if not row.startswith("make ")}
    assert all((root() / row).exists() for row in rows if not row.startswith("make "))
    packages = {p.parent.name for p in root().glob("*/__init__.py")} | {"dbt_project", "tests", "docs"}
    assert packages <= mapped


def test_every_rule_is_in_the_table_of_decisions():
    one = r"[ABP]\d+(?:\.\d+)+\w?"
    cells = re.findall(
        rf"^\| ({one}(?:, {one})*) \|", (root() / "docs/data-quality.md").read_text("utf-8"), re.MULTILINE
    )
    documented = {rule for cell in cells for rule in cell.split(", ")}
    files = (dbt_project_dir() / "models/marts/anomaly").rglob("_*.yml")
    models = [m for file in files for m in yaml.safe_load(file.read_text("utf-8")).get("models", [])]
    assert documented == {model["config"]["meta"]["rule_id"] for model in models}


def test_the_dashboards_table_of_roles_names_the_pages_of_the_registry():
    from dashboards.access.roles import Role
    from dashboards.registry import PAGES

    text = (root() / "docs" / "dashboard.md").read_text(encoding="utf-8")
    text = text.split("\n## Roles\n")[1].split("\n## ")[0]
    rows = dict(re.findall(r"^\| \S+ (\w+) \|.*\| ([^|]+) \|$", text, re.MULTILINE))
    for role in Role:
        titles = [page.title for page in PAGES if role in page.roles]
        if len(titles) == len(PAGES) - 1:
            [left_out] = {page.title for page in PAGES} - set(titles)
            assert rows[role.value] == f"all but {left_out}"
        else:
            assert rows[role.value].split(", ") == titles, role
