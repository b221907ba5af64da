"""What 疑点数据 says first: what is open, what is new, what waits longest, and what was not checked."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from dashboards.services import formats, narrative, words
from dashboards.services.catalogue import Rule

LONG_WORKDAYS = 20
"""What has stood longer is told apart, as in the choice of ages above a list."""
Counts = Mapping[str, Mapping[str, Any]]


def open_sentence(rules: Sequence[Rule], counts: Counts) -> str:
    """How much is open, how much of it is of a high level, and which rules have most; nothing without rules."""
    if not rules:
        return ""
    opened = _numbers(rules, counts, "open_count")
    total = _sum(counts, "open_count")
    if not total:
        return "目前没有未结疑点。"
    amount = sum((row["open_amount"] or Decimal(0) for row in counts.values()), Decimal(0))
    high = sum(count for rule, count in opened if rule.severity == "high")
    text = f"未结疑点 {formats.count(total)} 条，涉及 {formats.money(amount)}"
    if high:
        text += f"，其中级别高的 {formats.count(high)} 条"
    most = _lead(opened)
    if most is not None:
        text += f"；最多的是{most.said(f'{formats.count(most.value)} 条', total)}"
    return text + "。"


def news_sentence(rules: Sequence[Rule], counts: Counts) -> str:
    """What came and went today, and which rules have found something for the first time; nothing without findings."""
    if not any(row["open_count"] or row["resolved_count"] for row in counts.values()):
        return ""
    new, gone = _sum(counts, "new_count"), _sum(counts, "resolved_today")
    if not (new or gone):
        return "今日没有新增，也没有消除。"
    fresh = _numbers(rules, counts, "new_count")
    most = _lead(fresh)
    more = f"，新增最多的是{most.said(f'{formats.count(most.value)} 条')}" if most is not None else ""
    first = [rule for rule, count in fresh if count and _never_before(counts.get(rule.rule_id, {}))]
    said = f"今日新增 {formats.count(new)} 条，消除 {formats.count(gone)} 条{more}"
    if most is not None and [narrative.quoted(rule.title) for rule in first] == [most.name]:
        return f"{said}，也是首次出现。"
    return narrative.joined([said, _first_time(first)])


def _never_before(row: Mapping[str, Any]) -> bool:
    """Whether all that a rule has ever found was found today."""
    return int(row["open_count"] or 0) + int(row["resolved_count"] or 0) == int(row["new_count"] or 0)


def _first_time(rules: Sequence[Rule]) -> str:
    if not rules:
        return ""
    name = narrative.quoted(rules[0].title)
    return f"{name}首次出现疑点" if len(rules) == 1 else f"{name}等 {len(rules)} 类首次出现疑点"


def waiting_sentence(rules: Sequence[Rule], counts: Counts, as_of: date) -> str:
    """What has been open longest, and which rules were not checked today; nothing where neither is."""
    waited = [
        (rule, (as_of - day).days) for rule in rules if (day := _oldest(counts.get(rule.rule_id, {}))) is not None
    ]
    longest = narrative.leading([(narrative.quoted(rule.title), days) for rule, days in waited], "条规则")
    said = ""
    if longest is not None:
        since = formats.day(as_of - timedelta(days=longest.value))
        said = f"未结最久的自 {since} 发现已 {formats.count(longest.value)} 天，见{longest.name}"
    return narrative.joined([said, _not_checked([rule for rule in rules if rule.status == "not_checked"])])


def list_sentence(total: Mapping[str, Any]) -> str:
    """How many findings a list holds, for how much, and how long the oldest of them stands; nothing for an empty one."""
    count = int(total.get("total") or 0)
    if not count:
        return ""
    text = f"符合条件的 {formats.count(count)} 条"
    if total["amount"]:
        text += f"，涉及 {formats.money(total['amount'])}"
    oldest, old = int(total["oldest_workdays"] or 0), int(total["old_count"] or 0)
    waited = f"最久的已过 {formats.count(oldest)} 个工作日" if oldest else ""
    if old:
        waited += f"，超过 {LONG_WORKDAYS} 个工作日的 {formats.count(old)} 条"
    return narrative.joined([text, waited])


def unchecked_sentence(rule: Rule, then: str) -> str:
    """That a rule was not checked today, why, and what that means for its list; nothing when it was."""
    if rule.status != "not_checked":
        return ""
    return f"规则{_unchecked(rule)}，{then}。"


def _oldest(row: Mapping[str, Any]) -> date | None:
    day = row.get("oldest_seen")
    return day if isinstance(day, date) else None


def _not_checked(rules: Sequence[Rule]) -> str:
    if not rules:
        return ""
    first = rules[0]
    if len(rules) > 1:
        return f"{narrative.quoted(first.title)}等 {len(rules)} 条规则今日未检查，其疑点不作消除"
    return f"{narrative.quoted(first.title)}{_unchecked(first)}，其疑点不作消除"


def _unchecked(rule: Rule) -> str:
    why = words.not_checked_reason(rule.status_reason)
    return f"今日未检查{f'（{why}）' if why else ''}"


def _sum(counts: Counts, name: str) -> int:
    return sum(int(row[name] or 0) for row in counts.values())


def _numbers(rules: Sequence[Rule], counts: Counts, name: str) -> list[tuple[Rule, int]]:
    return [(rule, int(counts.get(rule.rule_id, {}).get(name) or 0)) for rule in rules]


def _lead(found: Sequence[tuple[Rule, int]]) -> narrative.Lead | None:
    return narrative.leading([(narrative.quoted(rule.title), count) for rule, count in found], "条规则")
