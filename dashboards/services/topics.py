"""What a topic page says and draws: sentences made of a metric's figures, reasons as Pareto bars, the commonest reasons of rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from dashboards.services import formats, measures, narrative
from dashboards.services.catalogue import Rule

Row = Mapping[str, Any]
_FOUR = Decimal("0.0001")
VITAL = Decimal("0.8")
SUCCESS, NO_ANSWER = "success", "no_answer"


@dataclass(frozen=True)
class Bar:
    """One reason: how often, for how much, its share, and the share of it and all before it."""

    code: str
    name: str
    count: int
    amount: Decimal
    share: Decimal
    cumulative: Decimal


def pareto(rows: Sequence[Row], names: Mapping[str, str]) -> list[Bar]:
    """Reasons by count, the commonest first; ties by amount, then by code. The last one's cumulative share is 1."""
    found = sorted(
        ((str(row["reason_code"]), int(row["item_count"]), formats.decimal_of(row["amount"]) or Decimal(0)) for row in rows),
        key=lambda one: (-one[1], -one[2], one[0]),
    )  # fmt: skip
    total = sum(count for _, count, _ in found)
    bars: list[Bar] = []
    so_far = 0
    for code, count, amount in found:
        if not count:
            continue
        so_far += count
        bars.append(Bar(code, names.get(code, code), count, amount, _part(count, total), _part(so_far, total)))
    return bars


def _part(part: int, whole: int) -> Decimal:
    return (Decimal(part) / Decimal(whole)).quantize(_FOUR, ROUND_HALF_UP)


@dataclass(frozen=True)
class Bank:
    """What one bank made of the bills that it was asked for."""

    code: str
    sent: int
    success: int
    unanswered: int
    success_amount: Decimal

    @property
    def failed(self) -> int:
        """Bills that it answered and did not deduct."""
        return self.sent - self.success - self.unanswered


def failures(rows: Sequence[Row], names: Mapping[str, str]) -> list[Bar]:
    """Bars of the bills that were not deducted, from rows by bank and result."""
    found: dict[str, tuple[int, Decimal]] = {}
    for row in rows:
        if row["result_code"] != SUCCESS:
            count, amount = found.get(row["result_code"], (0, Decimal(0)))
            found[row["result_code"]] = (
                count + int(row["bill_count"]),
                amount + (formats.decimal_of(row["amount"]) or 0),
            )
    return pareto(
        [{"reason_code": code, "item_count": count, "amount": amount} for code, (count, amount) in found.items()], names
    )


def banks(rows: Sequence[Row]) -> list[Bank]:
    """The same rows by bank, the one that was asked most first."""
    codes = dict.fromkeys(str(row["bank_code"]) for row in rows)

    def count(code: str, *results: str) -> int:
        return sum(
            int(row["bill_count"]) for row in rows
            if row["bank_code"] == code and (not results or row["result_code"] in results)
        )  # fmt: skip

    made = [
        Bank(
            code, count(code), count(code, SUCCESS), count(code, NO_ANSWER),
            sum((formats.decimal_of(row["amount"]) or Decimal(0) for row in rows
                 if row["bank_code"] == code and row["result_code"] == SUCCESS), Decimal(0)),
        )
        for code in codes
    ]  # fmt: skip
    return sorted(made, key=lambda one: (-one.sent, one.code))


def of_rule(rows: Sequence[Row], rule_id: str) -> list[Row]:
    """Open findings of one rule by reason, as pareto() takes them."""
    return [
        {"reason_code": row["reason_code"], "item_count": row["finding_count"], "amount": row["amount"]}
        for row in rows
        if str(row["rule_id"]) == rule_id and row["reason_code"] is not None
    ]


def pareto_sentence(bars: Sequence[Bar], what: str, unit: str) -> str:
    """The commonest reason, and how few reasons make up four fifths."""
    if not bars:
        return f"{what}为 0 {unit}。"
    total = sum(bar.count for bar in bars)
    first = bars[0]
    text = f"{what} {formats.count(total)} {unit}，最多的原因是{first.name}（{formats.count(first.count)} {unit}，占 {formats.share(first.share)}）"
    few = next(place for place, bar in enumerate(bars, 1) if bar.cumulative >= VITAL)
    if 1 < few < len(bars):
        text += f"，前 {few} 个原因合计占 {formats.share(bars[few - 1].cumulative)}"
    return text + "。"


def figure_sentence(metric: Row, row: Row | None, area: str, when: str) -> str:
    """A metric in words: what of what, its value, and how it moved against the period before and the year before."""
    if row is None:
        return f"{when}，{area}没有{metric['title']}的数据。"
    about, figure, unit = dict(metric), dict(row), str(metric["unit"])
    if metric["is_rate"]:
        counted = (
            f"{metric['denominator_words']} {measures.amount(row['denominator'], unit)}，{metric['numerator_words']} "
            f"{measures.amount(row['numerator'], unit)}，"
        )
        if row["rate"] is None:
            return f"{when}，{area}{counted}{metric['title']}不适用。"
        before, year_before = measures.rate_change(figure, "prev"), measures.rate_change(figure, "prev_year")
        moves = f"{narrative.move(before, '上期')}，{narrative.move(year_before, '上年同期')}"
        return f"{when}，{area}{counted}{metric['title']} {measures.value(about, figure)}，{moves}。"
    moves = f"{_percent(about, figure, 'prev', '上期')}，{_percent(about, figure, 'prev_year', '上年同期')}"
    return f"{when}，{area}{metric['title']} {measures.value(about, figure)}，{moves}。"


def _percent(metric: dict[str, Any], row: dict[str, Any], other: str, against: str) -> str:
    shown = measures.change(metric, row, other)
    if shown == formats.NONE:
        return f"{against}无可比数据"
    if Decimal(shown.rstrip("%")) == 0:
        return f"与{against}持平"
    return f"较{against}{'增加' if shown.startswith('+') else '减少'} {shown.lstrip('+-')}"


def standing_sentence(metric: Row, rows: Sequence[Row]) -> str:
    """Who leads and who trails by the metric's own rank, and who differs from the city by more than chance."""
    ranked = sorted(
        (row for row in rows if row["rank"] is not None), key=lambda row: (int(row["rank"]), str(row["area_code"]))
    )
    if len(ranked) < 2:
        return ""
    about = dict(metric)
    top, bottom = (measures.value(about, dict(row)) for row in (ranked[0], ranked[-1]))
    if ranked[0]["rank"] == ranked[-1]["rank"]:
        return f"{len(ranked)} 个主管局的{metric['title']}均为 {top}。"
    text = f"{len(ranked)} 个主管局中，{_who(ranked, ranked[0])} {top} 居首，{_who(ranked, ranked[-1])} {bottom} 居末"
    worse = [formats.bureau_label(row["area_name"]) for row in ranked if row["band"] == "worse"]
    if worse:
        text += f"；明显差于全市的有{'、'.join(worse)}"
    return text + "。"


def _who(ranked: Sequence[Row], one: Row) -> str:
    same = [row for row in ranked if row["rank"] == one["rank"]]
    name = formats.bureau_label(one["area_name"])
    return f"{name}等 {len(same)} 个局并列以" if len(same) > 1 else f"{name}以"


def top_reasons(rows: Sequence[Row], rules: Mapping[str, Rule], limit: int = 2) -> dict[str, str]:
    """The commonest reasons of each rule's open findings, in words; rows come with the commonest first."""
    found: dict[str, list[str]] = {}
    for row in rows:
        rule = rules.get(str(row["rule_id"]))
        kept = found.setdefault(str(row["rule_id"]), [])
        if rule is not None and row["reason_code"] is not None and len(kept) < limit:
            kept.append(f"{rule.reason(row['reason_code'])} {formats.count(row['finding_count'])}")
    return {rule_id: "、".join(kept) for rule_id, kept in found.items() if kept}


def worklist_sentence(rules: Sequence[Rule], open_counts: Mapping[str, int]) -> str:
    """How many open findings stand behind the topic, and which rule has most."""
    kept = [(open_counts.get(rule.rule_id, 0), rule) for rule in rules if rule.ledger]
    total = sum(count for count, _ in kept)
    if not kept:
        return ""
    not_checked = sum(1 for _, rule in kept if rule.status == "not_checked")
    tail = f"，另有 {not_checked} 条规则今日未检查" if not_checked else ""
    if not total:
        return f"相关 {len(kept)} 条规则没有未结疑点{tail}。"
    count, most = max(kept, key=lambda one: (one[0], one[1].rule_id))
    return f"相关 {len(kept)} 条规则未结疑点 {formats.count(total)} 条，最多的是“{most.title}”（{formats.count(count)} 条）{tail}。"
