"""The dictionary: tables and columns in words, and where a figure comes from, back to the exchange tables."""

from typing import Any

from dashboards.access.roles import User
from dashboards.repositories.gate import MissingTableError, gate

Rows = list[dict[str, Any]]
_PURPOSE = "口径字典"


def is_there(user: User) -> bool:
    """Whether the snapshot was published with a dictionary."""
    return gate.has(user, "dictionary_table")


def metrics(user: User) -> Rows:
    """All metrics in words, also for people who see none of their figures."""
    return _rows(user, "metric_list", {})


def tables(user: User, search: str, layer: str | None) -> Rows:
    """Tables that fit what was typed, at most 400."""
    return _rows(user, "dictionary_tables", {"search": search.strip().lower(), "layer": layer})


def one(user: User, table_name: str) -> dict[str, Any]:
    """One table; empty when there is none of this name."""
    found = _rows(user, "dictionary_named", {"names": [table_name]})
    return found[0] if found else {}


def columns(user: User, table_name: str) -> Rows:
    """Columns of a table, in their order."""
    return _rows(user, "dictionary_columns", {"table_name": table_name})


def downstream(user: User, table_name: str) -> Rows:
    """Tables that read this one."""
    names = [str(row["table_name"]) for row in _rows(user, "dictionary_downstream", {"table_name": table_name})]
    return _rows(user, "dictionary_named", {"names": names})


def upstream(user: User, table_name: str) -> Rows:
    """All tables that this one is made from, back to the exchange, each with how many steps away it is."""
    steps = {table_name: 0}
    reached = [table_name]
    while reached:
        edges = _rows(user, "dictionary_upstream", {"names": reached})
        reached = sorted({str(row["upstream_name"]) for row in edges} - steps.keys())
        steps |= dict.fromkeys(reached, max(steps.values()) + 1)
    del steps[table_name]
    found = _rows(user, "dictionary_named", {"names": sorted(steps)})
    return [{**row, "steps": steps[str(row["table_name"])]} for row in found]


def _rows(user: User, name: str, params: dict[str, Any]) -> Rows:
    try:
        return gate.query(user, _PURPOSE, name, params).rows
    except MissingTableError:
        return []
