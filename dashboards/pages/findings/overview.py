"""All rules with what they found, by the chapters of the users' text; rules without findings are folded away."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import streamlit as st

from dashboards.components import address, frame, html, kpi, reconciled, rule_filters, says, states, table
from dashboards.components.context import Context
from dashboards.components.table import Column, Heading
from dashboards.pages.findings import pieces
from dashboards.repositories import findings
from dashboards.services import formats, narrative_findings, rule_groups
from dashboards.services.catalogue import Rule

_NUMBERS = ("未结", "今日新增", "今日消除", "涉及金额（万元）")
Counts = Mapping[str, Mapping[str, Any]]


def show(context: Context, rules: list[Rule]) -> None:
    """The overview."""
    frame.head("疑点数据", f"{context.user.scope.label} · 共 {len(rules)} 条规则", context)
    with st.container(key="filters_findings"):
        bureau, wanted = rule_filters.show(
            rules, "overview", first=lambda: pieces.choose_bureau(context), fields=("chapter", "kind")
        )
    counts: dict[str, Mapping[str, Any]] = {
        **findings.counts(context.user, pieces.PURPOSE, context.as_of, bureau_code=bureau)
    }
    lists = findings.list_counts(context.user, pieces.PURPOSE, bureau_code=bureau)
    _figures(context, rules, counts)
    says.show([
        narrative_findings.open_sentence(rules, counts), narrative_findings.news_sentence(rules, counts),
        narrative_findings.waiting_sentence(rules, counts, context.as_of),
    ])  # fmt: skip
    with st.container(key="card_rules"):
        st.html(html.title("按规则", frame.as_of_note(context, "点选一行查看清单")))
        if not rules:
            states.missing("规则目录")
            return
        chosen = rule_groups.narrowed(rules, wanted)
        if not chosen:
            states.empty("没有符合条件的规则", "可以放宽章节、类型或搜索的词后再看。")
            return

        def found(rule: Rule) -> int:
            return _number(counts, rule, "open_count") if rule.ledger else _number(lists, rule, "row_count")

        def matters(rule: Rule) -> bool:
            return bool(
                found(rule)
                or _number(counts, rule, "new_count")
                or _number(counts, rule, "resolved_today")
                or rule.status == "not_checked"
            )

        quiet = [rule for rule in chosen if not matters(rule)]
        everything = not quiet or len(quiet) == len(chosen) or bool(wanted.text) or address.get("empty") == "shown"
        groups = rule_groups.grouped(chosen, kept=(lambda rule: True) if everything else matters)
        _table(groups, counts, lists, found)
        if quiet and len(quiet) < len(chosen) and not wanted.text:
            _fold(len(quiet), everything=everything)


def _fold(number: int, *, everything: bool) -> None:
    words = f"收起 {number} 条没有疑点的规则" if everything else f"显示另外 {number} 条没有疑点的规则"
    table.clickable(
        "fold",
        f'<div class="sb-more" data-key="fold" tabindex="0" role="button">{words}</div>',
        lambda _: address.put(empty=None if everything else "shown"),
    )


def _figures(context: Context, rules: list[Rule], counts: Counts) -> None:
    def total(name: str) -> int:
        return sum(int(row[name] or 0) for row in counts.values())

    unchecked = sum(1 for rule in rules if rule.status == "not_checked")
    amount = sum((row["open_amount"] or Decimal(0) for row in counts.values()), Decimal(0))
    mark = reconciled.outside("finding")
    kpi.show(kpi.marked([
        kpi.Kpi("未结疑点", formats.count(total("open_count")), "条", below=f"涉及 {formats.money(amount)}", main=True),
        kpi.Kpi("今日新增", formats.count(total("new_count")), "条", below="今日首次发现"),
        kpi.Kpi("今日消除", formats.count(total("resolved_today")), "条", below="数据更正后自动消除"),
        kpi.Kpi("累计消除", formats.count(total("resolved_count")), "条", below="建账以来"),
        kpi.Kpi("未检查规则", formats.count(unchecked), "条", below="来源未到，不作消除" if unchecked else "今日规则均已检查"),
    ], mark.badge))  # fmt: skip
    reconciled.below(context, [mark])


def _number(counts: Counts, rule: Rule, name: str) -> int:
    return int(counts.get(rule.rule_id, {}).get(name) or 0)


def _table(groups: list[rule_groups.Group], counts: Counts, lists: Counts, found: Any) -> None:
    rows: list[Rule | Heading] = []
    for group in groups:
        rows += [_heading(group, counts), *group.rules]

    def open_rule(rule_id: str) -> None:
        address.put(rule=rule_id)
        address.drop("page", "reason", "finding", "state", "age", "sort", "cols")

    def amount(rule: Rule) -> str:
        row = counts.get(rule.rule_id, {}) if rule.ledger else lists.get(rule.rule_id, {})
        return formats.wan(row.get("open_amount" if rule.ledger else "amount"))

    def signed(rule: Rule, name: str, tone: str) -> str:
        return _signed(_number(counts, rule, name), tone) if rule.ledger else html.text(None)

    table.pick(
        "rules",
        [
            Column("编号", lambda rule: f"<b>{html.text(rule.rule_id)}</b>", "n"),
            Column("名称", lambda rule: f'<span class="go">{html.text(rule.title)}</span>', "w"),
            Column("类型", lambda rule: html.text(rule.kind_name), "c n hide-s"),
            Column("责任科室", lambda rule: html.text(rule.section), "n hide-s"),
            Column("级别", pieces.severity, "c hide-s"),
            Column("频次", lambda rule: html.text(rule.cadence), "c n hide-s"),
            Column("未结", lambda rule: f"<b>{found(rule):,}</b>{'' if rule.ledger else ' <small>行</small>'}", "r"),
            Column("今日新增", lambda rule: signed(rule, "new_count", "bad"), "r"),
            Column("今日消除", lambda rule: signed(rule, "resolved_today", "good"), "r hide-s"),
            Column("涉及金额（万元）", amount, "r hide-s"),
            Column("今日检查", pieces.checked, "c n"),
        ],
        rows, key_of=lambda rule: rule.rule_id, on_pick=open_rule,
    )  # fmt: skip


def _heading(group: rule_groups.Group, counts: Counts) -> Heading:
    quiet = f"{group.hidden} 条规则没有疑点" if group.hidden else ""
    return Heading(group.name, quiet, {
        "未结": f"<b>{sum(_number(counts, rule, 'open_count') for rule in group.rules):,}</b>",
        "今日新增": f"{sum(_number(counts, rule, 'new_count') for rule in group.rules):,}",
        "今日消除": f"{sum(_number(counts, rule, 'resolved_today') for rule in group.rules):,}",
        "涉及金额（万元）": formats.wan(
            sum((counts.get(rule.rule_id, {}).get("open_amount") or Decimal(0) for rule in group.rules), Decimal(0))
        ),
    })  # fmt: skip


def _signed(value: int, tone: str) -> str:
    return "0" if value == 0 else html.badge(f"{'+' if tone == 'bad' else '−'}{formats.count(value)}", tone)
