"""The dictionary that goes into a snapshot: every table and column with its Chinese name, and from which tables each is made, out of the manifest."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from orchestration.lib import warehouse
from orchestration.lib.dbt_cli import meta_of

# Folder of the project → layer; a source and a seed are layers of their own.
LAYERS = ("source", "seed", "staging", "intermediate", "marts")
TABLES = {
    "dictionary_table": (
        "table_name varchar, layer varchar, title varchar, description varchar, requirements varchar, rule_id varchar,"
        " is_published boolean"
    ),
    "dictionary_column": (
        "table_name varchar, column_name varchar, sort_order integer, label varchar, description varchar, data_type varchar,"
        " personal_data varchar"
    ),
    "dictionary_edge": "table_name varchar, upstream_name varchar",
}
_STOPS = (*"（(；;，,：:。\n", ". ")

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Dictionary:
    """Rows of the three tables."""

    tables: list[Row]
    columns: list[Row]
    edges: list[Row]


def of_manifest(manifest: Mapping[str, Any], published: Sequence[str]) -> Dictionary:
    """Everything that is read or made, in the order of its names; `published` are the models that a snapshot holds."""
    nodes = dict(_nodes(manifest))
    names = {key: _name(node) for key, node in nodes.items()}
    tables: list[Row] = []
    columns: list[Row] = []
    edges: set[Row] = set()
    for key in sorted(nodes, key=names.__getitem__):
        node, name = nodes[key], names[key]
        meta = meta_of(node)
        description = " ".join(str(node.get("description") or "").split())
        title = str(meta.get("title") or meta.get("label") or heading(description) or name)
        requirements = meta.get("requirements") or []
        is_published = node["resource_type"] == "model" and node["name"] in published
        tables.append(
            (
                name,
                layer(node),
                title,
                description,
                json.dumps([str(one) for one in requirements], ensure_ascii=False),
                meta.get("rule_id"),
                is_published,
            )
        )
        for position, column in enumerate((node.get("columns") or {}).values()):
            columns.append((name, *_column(column, position)))
        for upstream in (node.get("depends_on") or {}).get("nodes") or []:
            if upstream in names:
                edges.add((name, names[upstream]))
    return Dictionary(tables, columns, sorted(edges))


def _nodes(manifest: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for key, node in (manifest.get("sources") or {}).items():
        yield key, node
    for key, node in manifest["nodes"].items():
        if node["resource_type"] in ("model", "seed"):
            yield key, node


def _name(node: Mapping[str, Any]) -> str:
    if node["resource_type"] == "source":
        return f"{node['source_name']}.{node['name']}"
    return str(node.get("alias") or node["name"])


def layer(node: Mapping[str, Any]) -> str:
    """Where a node stands between exchange and dashboard."""
    if node["resource_type"] in ("source", "seed"):
        return str(node["resource_type"])
    first = str(node["path"]).replace("\\", "/").split("/", 1)[0]
    return first if first in LAYERS else "intermediate"


def heading(description: str) -> str:
    """The first words of a description, up to the first mark."""
    end = min((at for mark in _STOPS if (at := description.find(mark)) >= 0), default=len(description))
    return description[:end].strip()[:40]


def _column(column: Mapping[str, Any], position: int) -> Row:
    meta = meta_of(column)
    description = " ".join(str(column.get("description") or "").split())
    return (
        str(column["name"]),
        position,
        str(meta.get("label") or heading(description) or column["name"]),
        description,
        str(column.get("data_type") or ""),
        meta.get("personal_data") or meta.get("lookup_key"),
    )


def write(con: duckdb.DuckDBPyConnection, schema: str, found: Dictionary) -> None:
    """Create the three tables in a schema and fill them."""
    for name, rows in zip(TABLES, (found.tables, found.columns, found.edges), strict=True):
        warehouse.create_filled(con, f"{schema}.{name}", TABLES[name], rows)
