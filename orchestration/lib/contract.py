"""Turn the exchange contract (dbt sources) into checked, frozen descriptions of tables."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

# incremental: by a change time; append: by a time or serial that only grows; window: the last days are read again each
# time and older ones in turn, for changes that no cursor shows; full: read and compared whole.
MODES = ("incremental", "append", "window", "full")
OVERLAP_DAYS = {"incremental": 3, "append": 3, "window": 35, "full": 0}
TEXT_FORMATS = ("yyyymmdd", "yyyymm")
PERSONAL_DATA = ("phone", "id_number", "account", "person_name")
_TYPE = re.compile(r"^(varchar|integer|bigint|date|timestamp|double|boolean|decimal\(\d+,\s*\d+\))$")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_IDENTIFIER = re.compile(r"^[A-Za-z][A-Za-z0-9_]*$")


class ContractError(ValueError):
    """A declaration of the contract is wrong; the message names the table and the column."""


@dataclass(frozen=True)
class Column:
    """One declared column."""

    name: str
    data_type: str
    description: str = ""
    text_format: str | None = None
    personal_data: str | None = None
    optional: bool = False
    max_length: int | None = None


@dataclass(frozen=True)
class Table:
    """One declared exchange table: what it is called, what identifies a row, how it is read."""

    source: str
    name: str
    description: str
    exchange_schema: str
    raw_schema: str
    key: tuple[str, ...]
    cursor: str | None
    mode: str
    columns: tuple[Column, ...]
    parity_sums: tuple[str, ...]
    entity: str | None
    warn_after_hours: int | None
    overlap_days: int = 3
    group: str = ""

    @property
    def id(self) -> str:
        """Short name in messages and metadata."""
        return f"{self.source}.{self.name}"

    @property
    def raw(self) -> str:
        """Quoted name of the raw table."""
        return f'"{self.raw_schema}"."{self.name}"'

    @property
    def checksum(self) -> str:
        """Changes when the shape of the table changes, so that it is loaded anew."""
        columns = [
            (c.name, c.data_type, c.text_format, *([c.max_length] if c.max_length else [])) for c in self.columns
        ]
        shape = [self.key, self.cursor, self.mode, columns]
        return hashlib.sha256(json.dumps(shape).encode()).hexdigest()[:16]

    def column(self, name: str) -> Column:
        """The column of that name."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.id} has no column {name}")


def _meta(node: Mapping[str, Any]) -> dict[str, Any]:
    config = node.get("config") or {}
    return {**(node.get("meta") or {}), **(config.get("meta") or {})}


def _column(item: Mapping[str, Any], fail: Callable[[str], ContractError]) -> Column:
    """Check one declared column."""
    name = item["name"]
    column_meta = _meta(item)
    data_type = str(item.get("data_type") or "").lower().replace(" ", "")
    if not _IDENTIFIER.match(name):
        raise fail(f"column {name!r} is not a plain identifier")
    if not _TYPE.match(data_type):
        raise fail(f"column {name} has the unknown data_type {item.get('data_type')!r}")
    text_format = column_meta.get("text_format")
    if text_format is not None and text_format not in TEXT_FORMATS:
        raise fail(f"column {name} has the unknown text_format {text_format!r} (known: {', '.join(TEXT_FORMATS)})")
    personal = column_meta.get("personal_data")
    if personal is not None and personal not in PERSONAL_DATA:
        raise fail(f"column {name} has the unknown personal_data {personal!r} (known: {', '.join(PERSONAL_DATA)})")
    longest = column_meta.get("max_length")
    if longest is not None and (not isinstance(longest, int) or longest < 1):
        raise fail(f"column {name} has the max_length {longest!r}, must be a number of characters")
    optional = bool(column_meta.get("optional"))
    return Column(name, data_type, item.get("description") or "", text_format, personal, optional, longest)


def _build(node: Mapping[str, Any]) -> Table:
    """Check one source node of the manifest and freeze it."""
    where = f"{node['source_name']}.{node['name']}"

    def fail(message: str) -> ContractError:
        return ContractError(f"exchange contract, table {where}: {message}")

    meta = {**(node.get("source_meta") or {}), **_meta(node)}
    raw_columns = node.get("columns") or {}
    declared: Iterable[Mapping[str, Any]] = raw_columns.values() if isinstance(raw_columns, Mapping) else raw_columns
    columns = [_column(item, fail) for item in declared]
    names = [c.name for c in columns]
    if not columns:
        raise fail("no columns declared")
    if len({n.upper() for n in names}) != len(names):
        raise fail("a column is declared twice")
    if not _IDENTIFIER.match(node["name"]):
        raise fail("its name is not a plain identifier")

    key = tuple(meta.get("key") or ())
    cursor = meta.get("cursor")
    mode = meta.get("mode")
    sums = tuple(meta.get("parity_sums") or ())
    if mode not in MODES:
        raise fail(f"mode is {mode!r}, must be one of {', '.join(MODES)}")
    if not key:
        raise fail("no key declared")
    for use, used in (("key", key), ("parity_sums", sums), ("cursor", (cursor,) if cursor else ())):
        for name in used:
            if name not in names:
                raise fail(f"{use} names column {name}, which is not declared")
    if mode != "full" and cursor is None:
        raise fail(f"mode {mode} needs a cursor")
    by_name = {c.name: c for c in columns}
    serial = cursor is not None and by_name[cursor].data_type in ("integer", "bigint")
    if cursor and not serial and by_name[cursor].data_type not in ("timestamp", "date"):
        raise fail(f"cursor {cursor} must be a timestamp, a date or a serial number")
    if serial and mode not in ("append", "full"):
        raise fail(f"cursor {cursor} is a serial number: only mode append can follow it")
    for name in (*key, *((cursor,) if cursor else ()), *sums):
        if by_name[name].optional:
            raise fail(f"column {name} is needed and cannot be optional")
    overlap = meta.get("overlap_days", OVERLAP_DAYS[mode])
    if not isinstance(overlap, int) or overlap < 0:
        raise fail(f"overlap_days is {overlap!r}, must be a number of days")
    for name in sums:
        if not by_name[name].data_type.startswith(("decimal", "integer", "bigint")):
            raise fail(f"parity_sums names column {name}, which is no exact number")
    if "exchange_schema" not in meta:
        raise fail("no exchange_schema declared")

    freshness = node.get("freshness") or (node.get("config") or {}).get("freshness") or {}
    warn = (freshness or {}).get("warn_after") or {}
    hours = {"hour": 1, "day": 24, "minute": 0}.get(str(warn.get("period")), 0) * int(warn.get("count") or 0)
    return Table(
        source=node["source_name"],
        name=node["name"],
        description=node.get("description") or "",
        exchange_schema=meta["exchange_schema"],
        raw_schema=node["schema"],
        key=key,
        cursor=cursor,
        mode=mode,
        columns=tuple(columns),
        parity_sums=sums,
        entity=meta.get("entity"),
        warn_after_hours=hours or None,
        overlap_days=overlap,
        group=str(meta.get("snapshot_group") or node["source_name"]),
    )


def _checked(nodes: Iterable[Mapping[str, Any]]) -> tuple[Table, ...]:
    tables = tuple(sorted((_build(node) for node in nodes), key=lambda t: (t.source, t.name)))
    seen: set[str] = set()
    for table in tables:
        if table.raw.upper() in seen:
            raise ContractError(f"exchange contract: {table.id} is declared twice")
        seen.add(table.raw.upper())
    return tables


def from_manifest(manifest: Mapping[str, Any]) -> tuple[Table, ...]:
    """All exchange tables of a dbt manifest (sources that declare an exchange_schema)."""
    nodes = [
        node
        for node in manifest["sources"].values()
        if "exchange_schema" in {**(node.get("source_meta") or {}), **_meta(node)}
    ]
    return _checked(nodes)


def _yaml_nodes(folder: Path, raw_prefix: str) -> Iterator[dict[str, Any]]:
    for path in sorted(folder.glob("*/_*__sources.yml")):
        for source in yaml.load(path.read_text(encoding="utf-8"), _LOADER).get("sources", []):  # noqa: S506
            for table in source.get("tables", []):
                yield {
                    **table,
                    "source_name": source["name"],
                    "schema": f"{raw_prefix}{source['name']}",
                    "source_meta": _meta(source),
                    "freshness": (source.get("config") or {}).get("freshness"),
                }


def from_yaml(staging_folder: Path, raw_prefix: str = "raw_") -> tuple[Table, ...]:
    """The same tables straight from the YAML files, for use without dbt."""
    return _checked(_yaml_nodes(staging_folder, raw_prefix))
