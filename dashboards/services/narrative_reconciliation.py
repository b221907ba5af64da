"""What each view of 对账 says first: what came out even, where most of the rest lies, and what is past its day."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from dashboards.services import export_breaks, formats, narrative, words
from dashboards.services.outcomes import Comparison
from dashboards.services.waterfall import Way, total_of

Row = Mapping[str, Any]
_ZERO = Decimal(0)


def departments_sentence(period: str, comparisons: Sequence[Comparison]) -> str:
    """How many comparisons with the departments came out even, and which has most breaks; nothing without any."""
    if not comparisons:
        return ""
    head = f"{formats.period_name(period)}与人社、医保 {len(comparisons)} 项比对"
    broken = [one for one in comparisons if not one.is_even]
    if not broken:
        return f"{head}全部对平。"
    even = len(comparisons) - len(broken)
    text = f"{head}中，{even} 项对平，{len(broken)} 项未对平" if even else f"{head}均未对平"
    most = narrative.leading([(one.title, one.breaks) for one in broken], "项")
    return f"{text}，差异最多的是{most.said(f'{formats.count(most.value)} 笔')}。" if most else f"{text}。"


def causes_sentence(title: str, totals: Sequence[Row]) -> str:
    """Which cause most breaks of one comparison have; nothing where it came out even."""
    named: dict[str, int] = {}
    for row in totals:
        name = narrative.quoted(export_breaks.cause(row))
        named[name] = named.get(name, 0) + int(row["break_count"])
    most = narrative.leading(list(named.items()), "个原因")
    if most is None:
        return ""
    total, amount = sum(named.values()), total_of(totals, ("difference",))["difference"]
    spoken = most.said(f"{formats.count(most.value)} 笔", total)
    return f"{title}的差异清单共 {formats.count(total)} 笔，涉及 {formats.money(amount)}，原因最多的是{spoken}。"


def groups_sentence(rows: Sequence[Row]) -> str:
    """How many pairs of the month have no difference, and in which the sums differ most; nothing without pairs."""
    if not rows:
        return ""
    even = sum(1 for row in rows if not row["cause_count"])
    if even == len(rows):
        return f"{len(rows)} 组对账均没有差异。"
    text = f"{len(rows)} 组对账中 {even} 组没有差异，{len(rows) - even} 组有差异"
    most = narrative.leading([
        (words.pair_name(str(row["pair"]), str(row["measure"])), abs(row["cause_amount"])) for row in rows
    ], "组")  # fmt: skip
    return f"{text}，差额最大的是{most.said(formats.money(most.value))}。" if most else f"{text}。"


def way_sentence(title: str, way: Way, first: str, other: str) -> str:
    """From one side's total to the other's, and the largest step between; nothing where no total is."""
    if not way.steps:
        return ""
    apart = way.first - way.other
    if not apart and not way.moves:
        return f"{title}：双方合计均为 {formats.money(way.first)}，没有在途，没有差异。"
    less, more = (other, first) if apart > 0 else (first, other)
    text = f"{title}：{more}比{less}多 {formats.money(abs(apart))}" if apart else f"{title}：双方合计相等"
    most = narrative.leading([(narrative.quoted(step.name), abs(step.amount)) for step in way.moves])
    if most is not None:
        text += f"，影响最大的是{most.said(formats.money(most.value))}"
    left = way.remainder
    return f"{text}；{'每一分钱都有去向' if not left else f'还有 {formats.money(abs(left))}没有查明去向'}。"


def pair_row_name(row: Row, rows: Sequence[Row]) -> str:
    """A pair's name, with the department where the rows know departments."""
    split = any(one["department_code"] for one in rows)
    department = words.DEPARTMENTS.get(row["department_code"] or "", "")
    return words.pair_name(str(row["pair"])) + (f"（{department}）" if split and department else "")


def pairs_sentence(period: str, rows: Sequence[Row]) -> str:
    """How many pairs came out even, which has most breaks, and what is still on its way; nothing without pairs."""
    if not rows:
        return ""
    head = f"{formats.period_name(period)} {len(rows)} 组比对"
    broken = [(pair_row_name(row, rows), int(row["break_count"] or 0)) for row in rows if row["break_count"]]
    moving = sum(int(row["in_transit_count"] or 0) for row in rows)
    tail = f"在途 {formats.count(moving)} 笔，还在约定时限内，不算差异" if moving else ""
    if not broken:
        return narrative.joined([f"{head}全部对平", tail])
    even = len(rows) - len(broken)
    text = f"{head}中，{even} 组对平，{len(broken)} 组未对平" if even else f"{head}均未对平"
    text += f"，共 {formats.count(sum(count for _, count in broken))} 笔差异"
    most = narrative.leading(broken, "组")
    if most is not None and len(broken) > 1:
        text += f"，最多的是{most.said(f'{formats.count(most.value)} 笔')}"
    elif most is not None:
        text += f"，都在{most.name}"
    return narrative.joined([text, tail])


def classes_sentence(what: str, rows: Sequence[Row], name: str, *, compared: bool) -> str:
    """Breaks in classes, such as the annuity's four cases: how many, for how much, which has most, what is overdue.

    Without breaks there is good news only where something was compared.
    """
    named = [(narrative.quoted(str(row[name])), int(row["break_count"] or 0)) for row in rows]
    total = sum(count for _, count in named)
    if not total:
        return f"{what} 0 笔。" if compared else ""
    most = narrative.leading(named, "类")
    text = (
        f"{what} {formats.count(total)} 笔，差额（不计正负）合计 {formats.money(total_of(rows, ('amount',))['amount'])}"
    )
    if most is not None and len([count for _, count in named if count]) > 1:
        text += f"，最多的是{most.said(f'{formats.count(most.value)} 笔')}"
    elif most is not None:
        text += f"，都是{most.name}"
    late = sum(int(row["overdue_count"] or 0) for row in rows)
    return f"{text}；{_overdue(late, total)}。"


def _overdue(count: int, whole: int) -> str:
    if not count:
        return "没有超过预计消除日的"
    return "全部已超过预计消除日" if count == whole else f"其中 {formats.count(count)} 笔已超过预计消除日"


def bucket_sentence(row: Row | None) -> str:
    """What was collected in the month, and how much of it has reached the treasury; nothing where nothing was."""
    if row is None or not row["collected_amount"]:
        return ""
    whole = row["collected_amount"]
    parts = [
        f"{said} {formats.money(row[name])}（占 {narrative.share_of(row[name], whole)}）"
        for name, said in (
            ("settled_same_month", "当月入库"), ("settled_later_month", "以后月份入库"), ("not_settled_amount", "尚未入库"),
        )
        if row[name]
    ]  # fmt: skip
    return f"{formats.period_name(str(row['month']))}征收 {formats.money(whole)}，{'，'.join(parts)}。"


def treasury_sentence(period: str, rows: Sequence[Row], names: Sequence[str]) -> str:
    """What the treasury settled and paid back, and for which agency most; nothing where nothing was settled."""
    sums = total_of(rows, ("settled_amount", "refund_amount", "net_amount"))
    if not sums["settled_amount"]:
        return ""
    text = f"{formats.period_name(period)}国库入库 {formats.money(sums['settled_amount'])}"
    if sums["refund_amount"]:
        text += f"，退库 {formats.money(sums['refund_amount'])}，净额 {formats.money(sums['net_amount'])}"
    most = narrative.leading([(name, row["settled_amount"] or _ZERO) for name, row in zip(names, rows, strict=True)])
    if most is not None and len(rows) > 1:
        text += f"；入库最多的是{most.said(formats.money(most.value), sums['settled_amount'])}"
    return text + "。"


def arrival_sentence(agency: str, rows: Sequence[Row]) -> str:
    """What the treasury has taken in and the department has not read, over the days of a month; nothing without days."""
    if not rows:
        return ""
    sums = total_of(rows, ("income_amount", "arrival_amount", "difference"))
    if not sums["difference"]:
        return f"本月合计，财务收入与{agency}业务到账相等，均为 {formats.money(sums['income_amount'])}。"
    word = "少" if sums["difference"] > 0 else "多"
    return (
        f"本月合计，{agency}业务到账 {formats.money(sums['arrival_amount'])}，比财务收入{word} "
        f"{formats.money(abs(sums['difference']))}。"
    )


def movement_sentence(total: Row) -> str:
    """Whether differences grew or shrank on the newest day; nothing where there were none and are none."""
    opening, closing = int(total["opening_count"] or 0), int(total["closing_count"] or 0)
    fresh, cleared = int(total["new_count"] or 0), int(total["cleared_count"] or 0)
    if not (opening or closing or fresh or cleared):
        return ""
    change = closing - opening
    word = "笔数不变" if not change else f"{'多' if change > 0 else '少'} {formats.count(abs(change))} 笔"
    return (
        f"今日新增差异 {formats.count(fresh)} 笔，消除 {formats.count(cleared)} 笔；"
        f"期初 {formats.count(opening)} 笔、{formats.money(total['opening_amount'])}，"
        f"期末 {formats.count(closing)} 笔、{formats.money(total['closing_amount'])}，{word}。"
    )


def overdue_sentence(rows: Sequence[Row]) -> str:
    """How much of what is open is past its expected day, and between whom most of it; nothing where nothing is open."""
    opened = sum(int(row["open_count"] or 0) for row in rows)
    if not opened:
        return ""
    late = [(words.pair_name(str(row["pair"])), int(row["overdue_count"] or 0)) for row in rows]
    count = sum(number for _, number in late)
    head = f"未结差异 {formats.count(opened)} 笔"
    most = narrative.leading(late, "组")
    if most is None:
        return f"{head}，没有超过预计消除日的。"
    amount = formats.money(total_of(rows, ("overdue_amount",))["overdue_amount"])
    late_part = "全部" if count == opened else f"其中 {formats.count(count)} 笔"
    return f"{head}，{late_part}已超过预计消除日，涉及 {amount}，最多的是{most.said(f'{formats.count(most.value)} 笔', count)}。"
