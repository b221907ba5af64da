"""Judge a dbt build: what blocks publication, what is only an answer, and how each check went."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from orchestration.lib.dbt_cli import NodeResult
from orchestration.lib.warehouse import transaction

STATUS = {"pass": "PASS", "warn": "WARN", "fail": "FAIL", "error": "FAIL", "skipped": "N/A"}


@dataclass(frozen=True)
class Outcome:
    """The build in the terms of the run."""

    built: int
    passed: int
    warned: int
    blocking: tuple[NodeResult, ...]
    failed_rules: tuple[NodeResult, ...]

    def lines(self) -> list[str]:
        """For the person who waits."""
        lines = [f"建成 {self.built} 个，检查通过 {self.passed} 项，提示 {self.warned} 项"]
        lines += [f"规则未完成：{n.name}（{n.message or n.status}）" for n in self.failed_rules]
        lines += [f"阻断：{n.name}（{n.message or n.status}）" for n in self.blocking if n.status != "skipped"][:20]
        return lines

    def message(self) -> str:
        """Why nothing is published."""
        causes = [n for n in self.blocking if n.status != "skipped"] or list(self.blocking)
        names = "，".join(n.name for n in causes[:5])
        return f"{len(causes)} 项阻断性检查或构建失败（{names}），快照不发布，仍用上一次的"


def _follows_from(result: NodeResult, node: Mapping[str, Any], broken: set[str]) -> bool:
    """Whether a node was skipped only because a rule failed: its tests, and the pages that show it."""
    if result.status != "skipped":
        return False
    if result.resource_type == "exposure":
        return True
    parents = set((node.get("depends_on") or {}).get("nodes") or [])
    return result.resource_type == "test" and bool(parents & broken)


def judge(results: Sequence[NodeResult], manifest: Mapping[str, Any], tolerated: Iterable[str]) -> Outcome:
    """A rule that cannot run makes itself 'not checked'; anything else that fails keeps the day from being published."""
    rules = set(tolerated)
    bad = [r for r in results if not r.good]
    failed_rules = [r for r in bad if r.unique_id in rules and r.status == "error"]
    broken = {r.unique_id for r in failed_rules}
    blocking = []
    for result in bad:
        if result.unique_id in broken:
            continue
        node = manifest["nodes"].get(result.unique_id) or manifest.get("unit_tests", {}).get(result.unique_id) or {}
        # What could not run because of a failed rule is part of that failure, not a second one.
        if _follows_from(result, node, broken):
            continue
        blocking.append(result)
    return Outcome(
        built=sum(1 for r in results if r.status == "success"),
        passed=sum(1 for r in results if r.status == "pass"),
        warned=sum(1 for r in results if r.status == "warn"),
        blocking=tuple(blocking),
        failed_rules=tuple(failed_rules),
    )


def kind_of(node: Mapping[str, Any], manifest: Mapping[str, Any]) -> str:
    """contract (of the exchange), rule, or integrity (of our own)."""
    attached = node.get("attached_node")
    parents = (node.get("depends_on") or {}).get("nodes") or []
    if any(p.startswith("source.") for p in ([attached] if attached else parents)):
        return "contract"
    if (node.get("test_metadata") or {}).get("name") == "no_findings":
        return "rule"
    return "unit" if node.get("resource_type") == "unit_test" else "integrity"


def store(
    con: duckdb.DuckDBPyConnection,
    run_id: str,
    results: Sequence[NodeResult],
    manifest: Mapping[str, Any],
) -> None:
    """Write down how each check and each model went."""
    rows = []
    for result in results:
        node = manifest["nodes"].get(result.unique_id) or manifest.get("unit_tests", {}).get(result.unique_id) or {}
        if result.resource_type in ("test", "unit_test"):
            attached = node.get("attached_node") or next(iter((node.get("depends_on") or {}).get("nodes") or []), "")
            severity = str((node.get("config") or {}).get("severity") or "error").lower()
            status = STATUS.get(result.status, "N/A")
            rows.append(
                (
                    run_id,
                    result.name,
                    attached.split(".", 2)[-1] if attached else "",
                    kind_of(node, manifest),
                    severity,
                    status,
                    result.failures,
                    result.message if status != "PASS" else None,
                )
            )
        elif not result.good:
            rows.append((run_id, result.name, result.name, "build", "error", "FAIL", 1, result.message))
    with transaction(con):
        con.execute("delete from ops.check_result where run_id = ? and kind <> 'parity'", [run_id])
        if rows:
            con.executemany("insert into ops.check_result values (?, ?, ?, ?, ?, ?, ?, ?)", rows)
        con.execute("delete from ops.node_status")
        if results:
            con.executemany(
                "insert into ops.node_status values (?, ?, ?, ?)",
                [(run_id, r.unique_id, r.status, r.seconds) for r in results],
            )


def node_status(con: duckdb.DuckDBPyConnection, run_id: str) -> dict[str, str]:
    """What became of each node in this run."""
    return dict(con.execute("select unique_id, status from ops.node_status where run_id = ?", [run_id]).fetchall())
