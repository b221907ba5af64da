"""The rules in words, docs/rules.md, made from the manifest alone."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from common import paths
from orchestration.lib.rules import Rule

PAGE = Path("docs/rules.md")
KINDS = {
    "anomaly": "疑点",
    "diagnosis": "诊断",
    "list": "清单",
    "proposal": "建议",
    "monitor": "监测",
    "reconciliation": "对账",
}
CADENCES = {
    "hourly": "每小时",
    "daily": "每日",
    "weekly": "每周",
    "monthly": "每月",
    "month_end": "月末两天",
    "on_demand": "按需",
}
SEVERITIES = {"high": "高", "medium": "中", "low": "低"}
INTRODUCTION = """# The rules

Generated from dbt's manifest by `make rules-doc`; a test compares. The same entries make the page 规则目录, the schedules, the ledger and the lists.
What the kinds mean is told in [data-quality.md](data-quality.md), how to add a rule in [CONTRIBUTING](../CONTRIBUTING.md).
"""


def page(rules: Sequence[Rule]) -> str:
    """The whole page."""
    chapters = [list(found) for _, found in groupby(rules, key=lambda rule: (rule.chapter, rule.chapter_title))]
    lines = [INTRODUCTION, "| chapter | rules |", "|---|---|"]
    for found in chapters:
        names = "、".join(f"[{rule.rule_id}](#{_anchor(rule)})" for rule in found)
        lines.append(f"| {_chapter(found[0])} | {names} |")
    for found in chapters:
        lines += ["", f"## {_chapter(found[0])}"]
        for rule in found:
            lines += ["", *_entry(rule)]
    return "\n".join(lines) + "\n"


def _chapter(rule: Rule) -> str:
    return rule.chapter if rule.chapter == rule.chapter_title else f"{rule.chapter} {rule.chapter_title}"


def _anchor(rule: Rule) -> str:
    return rule.rule_id.lower().replace(".", "-")


def _cell(value: object) -> str:
    return " ".join(str(value).split()).replace("|", "\\|")


def _entry(rule: Rule) -> list[str]:
    facts = [
        KINDS.get(rule.rule_kind, rule.rule_kind),
        CADENCES.get(rule.cadence, rule.cadence),
        f"级别{SEVERITIES.get(rule.severity, rule.severity)}",
        f"责任科室：{rule.section}",
        f"`{rule.model}`",
    ]
    if not rule.ledger:
        facts.insert(1, "不计疑点")
    lines = [f'<a id="{_anchor(rule)}"></a>', "", f"### {rule.rule_id} {rule.title}", "", " · ".join(facts), ""]
    lines += [_cell(rule.description), "", f"下一步：{_cell(rule.next_step)}"]
    if rule.parameters:
        lines += ["", "| 参数 | 取值 | 理由 |", "|---|---|---|"]
        for name, spec in rule.parameters.items():
            value = spec.get("value", spec.get("default"))
            lines.append(f"| `{name}` | {_cell(value)} {_cell(spec.get('unit', ''))} | {_cell(spec.get('why', ''))} |")
    if rule.reasons:
        kind = "原因（依次排除，取最先成立的一个）" if rule.rule_kind == "diagnosis" else "原因"
        lines += ["", f"| {kind} | 含义 |", "|---|---|"]
        lines += [f"| `{code}` | {_cell(words)} |" for code, words in rule.reasons.items()]
    if rule.rule_kind == "list":
        labels = {column["name"]: column["label"] or column["name"] for column in rule.columns}
        lines += ["", "列：" + "、".join(labels[name] for name in rule.shown_columns)]
    return lines


def write(rules: Sequence[Rule]) -> Path:
    """Write the page; returns its file."""
    file = paths.root() / PAGE
    file.write_text(page(rules), encoding="utf-8")
    return file


def is_current(rules: Sequence[Rule]) -> bool:
    """Whether the page says what the entries say now."""
    file = paths.root() / PAGE
    return file.exists() and file.read_text(encoding="utf-8") == page(rules)
