"""Filters over rules: words, chapter, kind, cadence, severity, responsible section."""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from dashboards.components import address
from dashboards.services import rule_groups, words
from dashboards.services.catalogue import Rule
from dashboards.services.rule_groups import Wanted


def show(
    rules: Sequence[Rule],
    key: str,
    *,
    first: Callable[[], Any] | None = None,
    fields: Sequence[str] = ("chapter", "kind", "cadence", "severity"),
) -> tuple[Any, Wanted]:
    """The widgets in one row; returns what `first` chose and what the rules are narrowed to.

    What is typed and the section stay in the session: the address holds codes only.
    """
    options: dict[str, tuple[str, dict[str, str]]] = {
        "chapter": ("章节", rule_groups.chapters(rules)),
        "kind": ("类型", {rule.rule_kind: rule.kind_name for rule in rules}),
        "cadence": ("频次", {rule.cadence_code: rule.cadence for rule in rules}),
        "severity": ("级别", {code: name for code, name in words.SEVERITIES.items() if any(r.severity == code for r in rules)}),
    }  # fmt: skip
    widths = ([1.1] if first else []) + [1.6 if name == "chapter" else 0.9 for name in fields] + [1.1, 1.6]
    slots = iter(st.columns(widths, vertical_alignment="bottom"))
    chosen_first = None
    if first:
        with next(slots):
            chosen_first = first()
    chosen = {}
    for name in fields:
        label, names = options[name]
        with next(slots):
            shown = {"": "全部", **names}
            chosen[name] = address.select(label, name, list(shown), default="", names=shown.__getitem__)
    with next(slots):
        sections = ["", *sorted({rule.section for rule in rules})]
        section = st.selectbox("责任科室", sections, key=f"{key}_section", format_func=lambda name: name or "全部")
    with next(slots):
        text = st.text_input(
            "搜索", key=f"{key}_search", placeholder="编号、名称、说明或原因", max_chars=40, autocomplete="off"
        )
    return chosen_first, Wanted(text=(text or "").strip(), section=section or "", **chosen)
