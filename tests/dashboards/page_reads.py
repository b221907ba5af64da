"""Which published tables a page can read, from the syntax trees: page → components and services → repositories → SQL files → tables."""

import ast
import re
from functools import cache
from pathlib import Path

import duckdb

from common import paths

Place = tuple[str, str]
"""A module and a name on its top level."""
PACKAGES = ("pages", "components", "services", "repositories")
SQL = paths.root() / "dashboards" / "repositories" / "sql"
ANY_TABLE = "{table}"
# The gate and what it is made of name tables for another reason; the context is read for every page, whatever it shows.
BELOW = {f"dashboards.repositories.{name}" for name in ("gate", "policy", "snapshot")}


def tables(page_id: str) -> set[str]:
    """Tables that the page's queries name; ANY_TABLE where a query is told its table when it is asked."""
    found: set[str] = set()
    for query in queries(page_id):
        found |= _tables_of(query)
    return found


def queries(page_id: str) -> set[str]:
    """Names of the SQL files that are in reach of a page's own modules."""
    page = f"dashboards.pages.{page_id}"
    waiting = [place for place in _graph() if place[0] == page or place[0].startswith(f"{page}.")]
    assert waiting, page_id
    seen: set[Place] = set()
    while waiting:
        place = waiting.pop()
        if place in seen or place not in _graph() or place[0] in BELOW:
            continue
        seen.add(place)
        waiting.extend(_graph()[place][0])
    return {query for place in seen for query in _graph()[place][1]}


@cache
def _tables_of(query: str) -> frozenset[str]:
    text = (SQL / f"{query}.sql").read_text(encoding="utf-8")
    with duckdb.connect() as con:
        named = con.get_table_names(re.sub(r"\$\w+", "null", text.replace(ANY_TABLE, "any_table")))
    return frozenset(ANY_TABLE if name == "any_table" else name for name in named)


@cache
def _graph() -> dict[Place, tuple[set[Place], set[str]]]:
    """Each name on a module's top level: what it speaks of, and the queries that it names."""
    folder = paths.root() / "dashboards"
    files = {_module(file, folder): file for package in PACKAGES for file in sorted((folder / package).rglob("*.py"))}
    known = {file.stem for file in SQL.glob("*.sql")}
    graph: dict[Place, tuple[set[Place], set[str]]] = {}
    for module, file in files.items():
        tree = ast.parse(file.read_text(encoding="utf-8"))
        spoken = _imports(tree, set(files))
        own = {name for node in tree.body for name in _names(node)}
        for node in tree.body:
            asks = {
                one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str) and one.value in known
            } if module.startswith("dashboards.repositories.") else set[str]()  # fmt: skip
            spoke = {(module, one.id) for one in ast.walk(node) if isinstance(one, ast.Name) and one.id in own}
            spoke |= _outside(node, spoken)
            for name in _names(node):
                graph[module, name] = (spoke, asks)
    return graph


def _module(file: Path, folder: Path) -> str:
    parts = file.relative_to(folder.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _names(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.Assign):
        return [target.id for target in node.targets if isinstance(target, ast.Name)]
    return [node.target.id] if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) else []


def _imports(tree: ast.Module, modules: set[str]) -> dict[str, Place | str]:
    """What a name stands for: a module, or a name of a module."""
    found: dict[str, Place | str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module is not None and node.module.startswith("dashboards"):
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                found[alias.asname or alias.name] = whole if whole in modules else (node.module, alias.name)
    return found


def _outside(node: ast.stmt, spoken: dict[str, Place | str]) -> set[Place]:
    found: set[Place] = set()
    for one in ast.walk(node):
        if isinstance(one, ast.Name) and isinstance(said := spoken.get(one.id), tuple):
            found.add(said)
        elif (
            isinstance(one, ast.Attribute)
            and isinstance(one.value, ast.Name)
            and isinstance(said := spoken.get(one.value.id), str)
        ):
            found.add((said, one.attr))
    return found
