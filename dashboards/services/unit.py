"""What there is of one employer, in sentences: where its registrations differ, what is unpaid, what differs between departments."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from dashboards.services import formats, words
from dashboards.services.person import Saying

Row = Mapping[str, Any]
Name = Callable[[Any], str]
VERIFY = {"0": "未验证", "1": "验证通过", "2": "验证失败"}


def sayings(
    registrations: Sequence[Row], bills: Sequence[Row], breaks: Sequence[Row], agreements: Sequence[Row], bureau: Name
) -> list[Saying]:
    """First what there is, then a sentence for each thing that is wrong; one that says so when there is none."""
    valid = [row for row in registrations if row["is_valid"]]
    made = [Saying("mute", _summary(registrations, valid, bills))]
    bad = [
        *_names(valid),
        *_sides(valid),
        *_bureaus(valid, bureau),
        *_associations(valid),
        *_unpaid(bills),
        *_breaks(breaks),
    ]
    if valid and not any(row["is_valid"] and row["verify_code"] == "1" for row in agreements):
        bad.append("没有验证通过的三方协议，不能实时扣款和批量扣款。")
    made += [Saying("bad", text) for text in bad]
    return made if bad else [*made, Saying("good", "两部门户籍、税务登记、单据与对账没有不一致。")]


def _summary(registrations: Sequence[Row], valid: Sequence[Row], bills: Sequence[Row]) -> str:
    mine = [row for row in bills if row["is_valid"]]
    due, paid = _total(mine, "amount"), _total(mine, "collected_amount")
    return (
        f"{len(registrations)} 个户籍，{len(valid)} 个有效；近 12 个月有效征集单 {len(mine)} 张，"
        f"应缴 {formats.money(due)}，已缴 {formats.money(paid)}，未缴 {formats.money(due - paid)}。"
    )


def _names(valid: Sequence[Row]) -> list[str]:
    names = {name for row in valid for name in (row["unit_name"], row["taxpayer_name"]) if name}
    return [f"各处登记的名称不同：{'、'.join(sorted(map(str, names)))}；核实后更正。"] if len(names) > 1 else []


def _sides(valid: Sequence[Row]) -> list[str]:
    have = {row["department_code"] for row in valid}
    missing = [words.DEPARTMENTS[code] for code in ("HRSS", "NHSA") if code not in have]
    return [f"{'、'.join(missing)}没有有效户籍。"] if valid and len(missing) == 1 else []


def _bureaus(valid: Sequence[Row], bureau: Name) -> list[str]:
    codes = {str(code) for row in valid for code in (row["bureau_code"], row["fee_bureau_code"]) if code}
    return [f"主管局不一致：{'、'.join(sorted(bureau(code) for code in codes))}。"] if len(codes) > 1 else []


def _associations(valid: Sequence[Row]) -> list[str]:
    return [
        f"{words.DEPARTMENTS.get(row['department_code'], '')}户籍 {row['unit_no']} 没有关联税务登记，不能申报缴费。"
        for row in valid
        if not row["is_associated"]
    ]


def _unpaid(bills: Sequence[Row]) -> list[str]:
    waiting = [row for row in bills if row["is_valid"] and (row["amount"] or 0) > (row["collected_amount"] or 0)]
    if not waiting:
        return []
    oldest = min(str(row["period"]) for row in waiting)
    return [
        f"{len(waiting)} 张征集单没有缴清，尚欠 {formats.money(_total(waiting, 'amount') - _total(waiting, 'collected_amount'))}，"
        f"最早为 {formats.period_name(oldest)}。"
    ]


def _breaks(breaks: Sequence[Row]) -> list[str]:
    counts: dict[str, int] = {}
    for row in breaks:
        name = words.pair_name(row["pair"], row["measure"])
        counts[name] = counts.get(name, 0) + 1
    return (
        [f"对账有差异：{'，'.join(f'{name} {count} 笔' for name, count in sorted(counts.items()))}。"] if counts else []
    )


def _total(rows: Sequence[Row], column: str) -> Decimal:
    return sum((Decimal(row[column] or 0) for row in rows), Decimal(0))
