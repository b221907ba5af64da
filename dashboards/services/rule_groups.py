"""Rules narrowed and grouped by the chapters of the users' text, so that a hundred of them stay readable."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

from dashboards.services.catalogue import Rule


@dataclass(frozen=True)
class Wanted:
    """What a list of rules is narrowed to; empty means any."""

    text: str = ""
    chapter: str = ""
    kind: str = ""
    cadence: str = ""
    severity: str = ""
    section: str = ""


@dataclass(frozen=True)
class Group:
    """The rules of one chapter."""

    code: str
    title: str
    rules: list[Rule]
    hidden: int = 0

    @property
    def name(self) -> str:
        """Code and title."""
        return self.title if self.title == self.code else f"{self.code}　{self.title}"


def narrowed(rules: Sequence[Rule], wanted: Wanted) -> list[Rule]:
    """The rules that fit."""
    parts = wanted.text.lower().split()
    return [
        rule
        for rule in rules
        if wanted.chapter in ("", rule.chapter)
        and wanted.kind in ("", rule.rule_kind)
        and wanted.cadence in ("", rule.cadence_code)
        and wanted.severity in ("", rule.severity)
        and wanted.section in ("", rule.section)
        and all(part in _said(rule) for part in parts)
    ]


def _said(rule: Rule) -> str:
    """Everything that a search looks into."""
    told = (rule.rule_id, rule.title, rule.description, rule.section, rule.subject, rule.requirements, rule.model_name)
    return " ".join((*told, *rule.reasons.values())).lower()


def grouped(rules: Sequence[Rule], *, kept: Callable[[Rule], bool] = lambda rule: True) -> list[Group]:
    """The rules by chapter in their order; those that are not kept are only counted."""
    groups = []
    for (code, title), found in groupby(rules, key=lambda rule: (rule.chapter, rule.chapter_title)):
        members = list(found)
        shown = [rule for rule in members if kept(rule)]
        groups.append(Group(code, title or code, shown, len(members) - len(shown)))
    return groups


def chapters(rules: Sequence[Rule]) -> dict[str, str]:
    """Titles by code, in the order of the rules."""
    return {group.code: group.name for group in grouped(rules)}
