"""What 批扣核查 says first: what may be sent, what it would cost to send the rest, and how the last round went."""

from collections.abc import Mapping, Sequence
from typing import Any

from dashboards.services import formats, narrative, verdicts
from dashboards.services.catalogue import Rule

Rows = Sequence[Mapping[str, Any]]


def gate_sentence(rows: Rows) -> str:
    """How many items wait and what is to be done with them; nothing where none waits."""
    sums = verdicts.totals(rows)
    whole = sums.get("", verdicts.Total())
    if not whole.count:
        return ""
    head = f"待提交清册 {formats.count(whole.count)} 条、{formats.money(whole.amount)}"
    parts = [
        f"{name} {formats.count(found.count)} 条"
        for verdict, name in (("go", "可以放行"), ("stop", "应停止"), ("check", "要核实"))
        if (found := sums.get(verdict)) is not None and found.count
    ]
    if len(parts) == 1 and "go" in sums:
        return f"{head}，各项核查均通过，可以全部放行。"
    return f"{head}，其中{'，'.join(parts)}。"


def reason_sentence(rows: Rows, rules: Mapping[str, Rule]) -> str:
    """Why items are stopped or are to be checked, and what need not be paid back; nothing where all may go."""
    parts = []
    for verdict, word in (("stop", "停止"), ("check", "核实")):
        named: dict[str, int] = {}
        for row in rows:
            if row["verdict"] == verdict:
                name = narrative.quoted(verdicts.reason_name(row, rules))
                named[name] = named.get(name, 0) + int(row["item_count"])
        most = narrative.leading(list(named.items()), "个原因")
        if most is not None:
            parts.append(f"{word}的原因最多是{most.said(f'{formats.count(most.value)} 条')}")
    saved = verdicts.totals(rows).get("", verdicts.Total()).saved
    return narrative.joined([
        "，".join(parts), f"停止的如果照扣，要退费 {formats.money(saved)}" if parts and saved > 0 else "",
    ])  # fmt: skip


def round_sentence(rounds: Rows, failures: Rows) -> str:
    """How the last round went against the one before, and why items failed; nothing before the first round."""
    if not rounds:
        return ""
    last = rounds[0]
    answered = int(last["sent_count"]) - int(last["unanswered_count"])
    head = f"最近一批（{formats.day(last['generated_date'])} 生成）已提交 {formats.count(last['sent_count'])} 条"
    rate = verdicts.success_rate(last)
    if rate is None:
        text = f"{head}，银行还没有返回" if last["sent_count"] else head
    else:
        text = f"{head}，已回 {formats.count(answered)} 条，成功率 {formats.share(rate)}"
        before = verdicts.success_rate(rounds[1]) if len(rounds) > 1 else None
        if before is not None:
            text += f"，{narrative.move(rate - before, '上一批')}"
    most = narrative.leading(
        [(narrative.quoted(str(row["result_name"])), int(row["item_count"])) for row in failures], "个原因"
    )
    if most is None:
        return text + "。"
    whole = sum(int(row["item_count"]) for row in failures)
    spoken = most.said(f"{formats.count(most.value)} 条", whole)
    return f"{text}；近 {len(rounds)} 批未扣成的原因最多是{spoken}。"
