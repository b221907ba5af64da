"""Compare the columns that a table has upstream with its contract, and with what they were at the last sync."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from orchestration.lib.contract import Table
from orchestration.lib.sources.base import SourceColumn
from orchestration.lib.sync.result import SyncError

_FAMILIES = (
    ("text", re.compile(r"char|text|clob|string|enum|json|uuid|xml|long\b")),
    ("time", re.compile(r"date|time")),
    ("float", re.compile(r"double|float|real")),
    ("number", re.compile(r"int|decimal|numeric|number")),
    ("boolean", re.compile(r"bool|bit")),
)


@dataclass(frozen=True)
class Drift:
    """One thing that is upstream otherwise than agreed."""

    column: str
    kind: str  # new_column | missing_optional | missing_column | missing_table | retyped | changed_type | gone_column
    detail: str


def family(type_name: str) -> str:
    """What a value of a type is, whatever its width and whichever database says so."""
    lower = type_name.lower()
    return next((name for name, pattern in _FAMILIES if pattern.search(lower)), "other")


def types_of(found: Mapping[str, SourceColumn]) -> dict[str, str]:
    """What is remembered until the next sync."""
    return {name: column.source_type or column.read_as for name, column in found.items()}


def compare(table: Table, found: Mapping[str, SourceColumn], before: Mapping[str, str]) -> list[Drift]:
    """Everything that differs; `before` holds the types of the last sync ({} when there was none)."""
    if not found:
        return [Drift("", "missing_table", "交换库中没有这张表")]
    drifts = []
    declared = {c.name.upper(): c for c in table.columns}
    for name, column in declared.items():
        if name not in found:
            kind = "missing_optional" if column.optional else "missing_column"
            drifts.append(Drift(column.name, kind, "可选列缺少，按空值读入" if column.optional else "缺少列"))
    for name, source in found.items():
        now = source.source_type or source.read_as
        if name not in declared:
            drifts.append(Drift(source.name, "new_column", f"合同外的列，类型 {now}，一并读入"))
        if name in before and before[name] != now:
            same = family(before[name]) == family(now)
            kind = "changed_type" if same or name not in declared else "retyped"
            drifts.append(Drift(source.name, kind, f"类型由 {before[name]} 变为 {now}"))
    drifts += [
        Drift(name, "gone_column", "合同外的列已不再提供") for name in before if name not in found | declared.keys()
    ]
    return drifts


def stop_if_broken(table: Table, drifts: list[Drift]) -> None:
    """A table that is not there, or lost or retyped a column, is not read at all; the message says so plainly."""
    kinds = {d.kind for d in drifts}
    if "missing_table" in kinds:
        raise SyncError(f"{table.id}: 交换库中没有这张表。请与对方确认表名与查询权限")
    missing = [d.column for d in drifts if d.kind == "missing_column"]
    if missing:
        raise SyncError(
            f"{table.id}: 交换库中缺少列 {', '.join(missing)}。数仓保留上次的数据；请与对方确认，约定取消的列在契约中标 optional"
        )
    retyped = [f"{d.column} {d.detail}" for d in drifts if d.kind == "retyped"]
    if retyped:
        raise SyncError(
            f"{table.id}: 交换库中列的类型变了：{'；'.join(retyped)}。"
            f"数仓保留上次的数据；确认后运行 python -m orchestration drift --accept {table.id}"
        )


def describe(drifts: list[Drift]) -> str:
    """One line for the ledger."""
    words = {
        "new_column": "合同外的列 ",
        "missing_optional": "缺少可选列 ",
        "changed_type": "类型变宽变窄的列 ",
        "gone_column": "不再提供的合同外列 ",
    }
    parts = []
    for kind, word in words.items():
        names = [d.column for d in drifts if d.kind == kind]
        if names:
            parts.append(word + ", ".join(names))
    return "；".join(parts)
