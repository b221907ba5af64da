"""Made-up breaks, waterfalls, buckets and movements for the fixture snapshot; the steps are the sums of the breaks."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

Rows = dict[str, list[tuple[Any, ...]]]
Row = dict[str, Any]

FILLED = {
    "rec_all_break": "rule_id subject_key pair measure department_code bureau_code agency_code insurance_code insurance_name period"
    " unit_name bill_key ticket_no outcome_code outcome cause_code cause tax_state agency_state tax_amount agency_amount difference"
    " since_date age_workdays expected_clear_date is_overdue evidence is_counted",
    "rec_internal_break": "rule_id subject_key pair cause_code bureau_code period difference is_overdue exception_code exception_name",
    "rec_annuity_break": "rule_id subject_key pair cause_code cause case_code case_name bureau_code since_date tax_amount"
    " agency_amount difference is_overdue is_counted",
    "rec_waterfall": "pair measure month bureau_code agency_code insurance_code step_no step_code step_name case_count amount",
    "rec_internal_summary": "pair period bureau_code agency_code insurance_code outcome_code case_count tax_amount agency_amount difference",
    "rec_annuity_summary": "pair month bureau_code agency_code outcome_code case_count tax_amount agency_amount difference",
    "rec_person_summary": "pair department_code month bureau_code agency_code insurance_code outcome_code case_count tax_amount"
    " agency_amount difference",
    "rec_bucket": "month department_code bureau_code agency_code insurance_code collected_amount settled_same_month"
    " settled_later_month settled_from_earlier not_settled_amount settled_amount",
    "rec_received_by_item": "basis_code month department_code insurance_code insurance_name unit_type_code unit_type_name"
    " household_class_code household_class_name agency_code bureau_code received_count received_amount voided_count voided_amount"
    " due_count due_amount collected_amount settled_same_month settled_later_month settled_from_earlier not_settled_amount"
    " agency_bill_count agency_bill_amount posted_amount bill_amount_difference collected_amount_difference",
    "rec_annuity_income": "month bureau_code agency_code ticket_count employer_amount person_amount late_fee_amount interest_amount"
    " total_amount",
    "rec_treasury_agency": "month agency_code agency_name bureau_code levy_item_code levy_subitem_code insurance_name employer_count"
    " employer_amount person_count person_amount settled_amount refund_count refund_amount net_amount",
    "rec_arrival_day": "pair day agency_code insurance_code income_amount arrival_amount difference amount_difference"
    " crosses_day_amount crosses_month_amount not_returned_amount not_read_amount without_income_amount",
    "rec_household_match": "household_payment_no bureau_code insurance_code period amount difference match_code match_name is_count_different",
    "rec_clearing_time": "pair measure channel_code case_count median_workdays expected_workdays longest_workdays",
    "break_movement": "as_of rule_id bureau_code agency_code insurance_code opening_count opening_amount new_count new_amount"
    " changed_amount cleared_count cleared_amount closing_count closing_amount",
}  # fmt: skip

MONTHS = ("202605", "202606")
# List, pair, measure, outcome, cause, its words, first side's and other side's amount, item.
_BREAKS: tuple[tuple[str, str, str, int, str, str, str, str, str], ...] = (
    ("A12.3", "support_sharing", "stage", 4, "lost", "上一环节已传出，下一环节没有记录", "84.14", "0", "*"),
    ("A12.3", "levy_tips", "stage", 2, "double", "重复扣款、重复缴纳", "1200.00", "2400.00", "*"),
    ("A12.3", "levy_tips", "stage", 5, "one_sided", "单边账：一方有成功记录，另一方没有", "0", "731.88", "*"),
    ("A12.3", "levy_settlement", "stage", 4, "partial", "部分入库", "50.22", "0", "10204"),
    ("A12.4", "annuity_bank", "annuity", 5, "transferred_not_confirmed", "单位已转账，税务未确认", "0", "2633.37", "ZYNJ"),
    ("A12.4", "annuity_bank", "annuity", 4, "confirmed_not_transferred", "单位未转账，税务已确认", "1450.00", "0", "ZYNJ"),
    ("A12.4", "annuity_bank", "annuity", 2, "differs_confirmed", "转账金额与单据金额不一致，税务已确认", "900.10", "900.00", "ZYNJ"),
    ("A12.4", "annuity_bank", "annuity", 5, "differs_not_confirmed", "转账金额与单据金额不一致，税务未确认", "0", "835.73", "ZYNJ"),
    ("A12.4", "annuity_bank", "annuity", 2, "double", "重复扣款、重复缴纳", "300.00", "600.00", "ZYNJ"),
    ("A13.1", "levy_treasury", "day", 2, "amount_changed", "双方金额不同", "6017.71", "6017.41", "10201"),
    ("A13.1", "levy_treasury", "day", 2, "crosses_month", "跨月：国库流水记在另一月", "150.00", "0", "10201"),
    ("B2", "person_remittance", "payment", 4, "not_returned", "税务未回盘", "300.00", "0", "10210"),
    ("B2", "person_settlement", "payment", 2, "wrong_id", "证件号码不一致", "200.00", "200.00", "10210"),
    ("B11.7", "person_posting", "payment", 3, "read_not_posted", "已读取，未登账", "1000.00", "0", "10203L"),
)  # fmt: skip
_EXCEPTIONS = {
    "double": ("double", "重复缴纳"),
    "one_sided": ("one_sided", "单边账"),
    "partial": ("partial", "部分入库"),
}
_CASES = {
    "transferred_not_confirmed": (1, "已转账未确认"), "confirmed_not_transferred": (2, "未转账已确认"),
    "differs_confirmed": (3, "金额不一致已确认"), "differs_not_confirmed": (4, "金额不一致未确认"),
}  # fmt: skip
_OTHER_PAIRS = (("levy_clearing", "annuity"), ("clearing_bank", "annuity"), ("bill_collection", "stage"))
_NAMES = {
    "10201": "城职养老",
    "10203": "城职医疗",
    "10204": "工伤",
    "ZYNJ": "职业年金",
    "10210": "城乡居民养老",
    "10203L": "灵活就业医疗",
    "*": "整单",
}


def fill(rows: Rows, bureaus: Sequence[dict[str, str]], agencies: Sequence[str], as_of: date) -> None:
    """Add what the views of 对账 read."""
    places = [
        (row["bureau_code"], row["short_name"], agencies[number % len(agencies)]) for number, row in enumerate(bureaus)
    ]
    found = [*_of_departments(rows, as_of), *_of_pairs(places, as_of)]
    rows["rec_all_break"] = [_values("rec_all_break", row) for row in found]
    rows["rec_internal_break"] = [
        _values("rec_internal_break", {**row, **dict(zip(("exception_code", "exception_name"), _EXCEPTIONS.get(row["cause_code"], (None, None)), strict=True))})
        for row in found
        if row["rule_id"] == "A12.3"
    ]  # fmt: skip
    rows["rec_annuity_break"] = [
        _values("rec_annuity_break", {**row, **dict(zip(("case_code", "case_name"), _CASES.get(row["cause_code"], (None, None)), strict=True))})
        for row in found
        if row["rule_id"] == "A12.4"
    ]  # fmt: skip
    _summaries(rows, found, places)
    _money(rows, places)
    _movement(rows, found, as_of)
    _ledger(rows, found, as_of)


def _values(table: str, row: Row) -> tuple[Any, ...]:
    return tuple(row[name] for name in FILLED[table].split())


def _break(as_of: date, **row: Any) -> Row:
    tax, other = Decimal(row["tax_amount"]), Decimal(row["agency_amount"])
    since = row["since_date"]
    expected = since + timedelta(days=3)
    return {
        **row, "tax_amount": tax, "agency_amount": other, "difference": tax - other, "insurance_name": _NAMES[row["insurance_code"]],
        "outcome": "见结果代码", "tax_state": "success" if tax else "missing", "agency_state": "success" if other else "missing",
        "age_workdays": max((as_of - since).days * 5 // 7, 0), "expected_clear_date": expected, "is_overdue": expected < as_of,
        "evidence": f"前者 {tax:,} 元，后者 {other:,} 元，相差 {tax - other:,} 元；核对后补登或更正，双方一致即解除。",
    }  # fmt: skip


def _of_departments(rows: Rows, as_of: date) -> list[Row]:
    """The breaks of bills as they are counted, and by item."""
    made = []
    names = "pair measure bill_key registration_key unit_name insurance_code agency_code bureau_code period outcome_code outcome cause_code"
    for values in rows["rec_break"]:
        row = dict(zip(names.split(), values, strict=False))
        item = "10201" if row["pair"] == "tax_hrss" else "10203"
        for code, counted in (("*", True), (item, False)):
            made.append(_break(
                as_of, rule_id="REC", subject_key=f"{row['measure']}|{row['bill_key']}|{code}", pair=row["pair"], measure=row["measure"],
                department_code=row["bill_key"].split("|")[0], bureau_code=row["bureau_code"], agency_code=row["agency_code"],
                insurance_code=code, period=row["period"], unit_name=row["unit_name"], bill_key=row["bill_key"], ticket_no=None,
                outcome_code=row["outcome_code"], cause_code=row["cause_code"], cause=f"原因：{row['cause_code']}", tax_amount=values[12],
                agency_amount=values[13], since_date=date(2026, 6, 12), is_counted=counted,
            ))  # fmt: skip
        rows["fct_bill"].append(
            (
                row["bill_key"],
                row["registration_key"],
                row["bill_key"].split("|")[0],
                row["bureau_code"],
                None,
                row["unit_name"],
                row["period"],
                values[12],
            )
        )
    return made


def _of_pairs(places: Sequence[tuple[str, str, str]], as_of: date) -> list[Row]:
    made = []
    for place, (bureau, name, agency) in enumerate(places):
        for month in MONTHS:
            for number, (rule, pair, measure, outcome, cause, words, tax, other, item) in enumerate(_BREAKS):
                if (place + number) % 3 and place:
                    continue
                has_unit = measure in ("stage", "annuity")
                bill = f"HRSS|ZX{month}{place:02d}{number:02d}|1" if has_unit else None
                made.append(_break(
                    as_of, rule_id=rule, subject_key=f"{pair}|{month}|{place}|{number}", pair=pair, measure=measure, department_code="HRSS",
                    bureau_code=bureau, agency_code=agency, insurance_code=item, period=month,
                    unit_name=f"南宁市{name}环节测试有限公司" if has_unit else None, bill_key=bill, ticket_no=f"4450{month}{place:02d}{number:04d}",
                    outcome_code=outcome, cause_code=cause, cause=words, tax_amount=tax, agency_amount=other,
                    since_date=date(2026, int(month[4:]), 15 + number), is_counted=cause != "crosses_month",
                ))  # fmt: skip
    return made


def _summaries(rows: Rows, found: Sequence[Row], places: Sequence[tuple[str, str, str]]) -> None:
    """Waterfall and summaries: what agrees, what is on its way, and the breaks' own sums."""
    broken: dict[tuple[str, str, str, str], list[Row]] = defaultdict(list)
    for row in found:
        if row["measure"] in ("bill", "collection", "settlement") and row["insurance_code"] == "*":
            continue
        broken[row["pair"], row["measure"], row["period"], row["bureau_code"]].append(row)
    pairs = dict.fromkeys([(key[0], key[1]) for key in broken] + list(_OTHER_PAIRS))
    waterfall, summaries = [], defaultdict(list)
    for pair, measure in pairs:
        for place, (bureau, _, agency) in enumerate(places):
            for month in MONTHS:
                own = broken[pair, measure, month, bureau]
                even, on_its_way = (
                    Decimal(10_000 * (place + 1)),
                    Decimal("-125.50") if pair == "tax_nhsa" else Decimal(0),
                )
                first = even - on_its_way + sum((row["tax_amount"] for row in own), Decimal(0))
                item = own[0]["insurance_code"] if own else "*"
                steps: dict[tuple[int, str, str], list[Any]] = {(0, "first_total", "前者合计"): [10 + len(own), first]}
                if on_its_way:
                    steps[1, "in_transit", "在途（未超过约定时限）"] = [1, on_its_way]
                for row in own:
                    step = steps.setdefault((2, row["cause_code"], row["cause"]), [0, Decimal(0)])
                    step[0], step[1] = step[0] + 1, step[1] - row["difference"]
                other = even + sum((row["agency_amount"] for row in own), Decimal(0))
                steps[9, "other_total", "后者合计"] = [10 + len(own), other]
                waterfall += [
                    (pair, measure, month, bureau, agency, item, *step, count, amount)
                    for step, (count, amount) in steps.items()
                ]
                states = [(1, 10, even, even)] + [
                    (row["outcome_code"], 1, row["tax_amount"], row["agency_amount"]) for row in own
                ]
                summaries[pair] += [
                    (month, bureau, agency, item, code, count, tax, amount, tax - amount)
                    for code, count, tax, amount in states
                ]
    rows["rec_waterfall"] = waterfall
    rows["rec_internal_summary"] = [
        (pair, *row)
        for pair in ("support_sharing", "levy_tips", "bill_collection", "levy_settlement")
        for row in summaries[pair]
    ]
    rows["rec_annuity_summary"] = [
        (pair, *row[:3], *row[4:])
        for pair in ("annuity_bank", "levy_clearing", "clearing_bank")
        for row in summaries[pair]
    ]
    rows["rec_person_summary"] = [
        (pair, *(("NHSA", *row[:3], "10212") if row[3] == "10203L" else ("HRSS", *row[:3], "10210")), *row[4:])
        for pair in ("person_remittance", "person_settlement", "person_posting")
        for row in summaries[pair]
    ]


def _money(rows: Rows, places: Sequence[tuple[str, str, str]]) -> None:
    tables: Rows = {
        name: []
        for name in (
            "rec_bucket",
            "rec_received_by_item",
            "rec_annuity_income",
            "rec_treasury_agency",
            "rec_arrival_day",
            "rec_household_match",
        )
    }
    for place, (bureau, name, agency) in enumerate(places):
        for month in MONTHS:
            for item, department in (("10201", "HRSS"), ("10203", "NHSA")):
                same, later, earlier, left = (Decimal(part * (place + 1)) for part in (9_000, 700, 600, 50))
                buckets = (same + later + left, same, later, earlier, left)
                tables["rec_bucket"].append((month, department, bureau, agency, item, *buckets, same + earlier))
                for basis in ("flow", "period"):
                    for unit, unit_name, household, household_name in (
                        ("91", "企业", "managed", "正常管户"),
                        ("92", "个体工商户", "ceased", "注销、非正常户"),
                    ):
                        due = Decimal(5_200 * (place + 1))
                        collected = buckets[0] / 2
                        halves = tuple(part / 2 for part in buckets[1:])
                        tables["rec_received_by_item"].append((
                            basis, month, department, item, _NAMES[item], unit, unit_name, household, household_name, agency, bureau,
                            12, due + 100, 1, 100, 11, due, collected, *halves, 11, due + 20, collected - 5, -20, 5,
                        ))  # fmt: skip
            tables["rec_annuity_income"].append((month, bureau, agency, 3, 2000 + place, 1000, 12, 3, 3015 + place))
            settled = Decimal(9_600 * (place + 1))
            tables["rec_treasury_agency"].append(
                (
                    month,
                    agency,
                    f"{name}经办机构",
                    bureau,
                    "10201",
                    "102010101",
                    "城职养老",
                    7,
                    settled - 100,
                    1,
                    100,
                    settled,
                    1,
                    40,
                    settled - 40,
                )
            )
            if place < 3:
                tables["rec_arrival_day"] += [
                    (
                        "tax_hrss",
                        date(2026, int(month[4:]), 10 + number),
                        agency,
                        "10201",
                        1000,
                        1000 - gap,
                        gap,
                        0,
                        gap,
                        0,
                        0,
                        0,
                        0,
                    )
                    for number, gap in enumerate((250, -250))
                ]
        tables["rec_household_match"].append(
            (f"XH{place:04d}", bureau, "10210", "202601", 400, 0 if place else 200, "by_key" if place else "ambiguous",
             "明细合计相符" if place else "不能唯一匹配，需人工认定", not place)
        )  # fmt: skip
    rows |= tables
    rows["rec_clearing_time"] = [
        ("tax_hrss", "bill", "*", 4269, 0, 1, 2), ("tax_nhsa", "collection", "*", 3700, 1, 1, 5), ("levy_settlement", "settlement", "*", 10645, 1, 1, 1),
        ("tax_hrss", "bill", "3", 1200, 0, 1, 1),
    ]  # fmt: skip


def _movement(rows: Rows, found: Sequence[Row], as_of: date) -> None:
    """Two days: on the first all breaks but one of each cell, on the second that one is new and one of 5 yuan is cleared."""
    cells: dict[tuple[Any, ...], list[Decimal]] = defaultdict(list)
    for row in found:
        if row["is_counted"]:
            cells[row["rule_id"], row["bureau_code"], row["agency_code"], row["insurance_code"]].append(
                abs(row["difference"])
            )
    made = []
    for cell, amounts in cells.items():
        before, new, cleared = [*amounts[1:], Decimal(5)], amounts[0], Decimal(5)
        made.append(
            (as_of - timedelta(days=1), *cell, 0, 0, len(before), sum(before), 0, 0, 0, len(before), sum(before))
        )
        made.append((as_of, *cell, len(before), sum(before), 1, new, 0, 1, cleared, len(amounts), sum(amounts)))
    rows["break_movement"] = made


def _ledger(rows: Rows, found: Sequence[Row], as_of: date) -> None:
    """The counted breaks of bills as open findings of one list."""
    own = [row for row in found if row["rule_id"] == "REC" and row["is_counted"]]
    for row in own:
        key = hashlib.sha256(f"REC|{row['subject_key']}".encode()).hexdigest()[:16]
        rows["finding"].append((
            key, "REC", "break", row["subject_key"], row["department_code"], row["bureau_code"], row["agency_code"], None, row["insurance_code"],
            row["period"], abs(row["difference"]), row["cause_code"], row["since_date"], row["age_workdays"], row["evidence"], None, row["bill_key"], None,
            None, "open", as_of, as_of, None, 0, row["unit_name"],
        ))  # fmt: skip
        rows["finding_event"].append((as_of, "REC", row["subject_key"], "opened", None))
    reasons = {row["cause_code"]: row["cause"] for row in own}
    rows["rule"].append((
        "REC", "rec_break", "税务与人社、医保对账差异", "双方记录不一致的单据。", "daily", "high", "收入核算科", "break", "按原因处理。", "{}",
        json.dumps(reasons, ensure_ascii=False), '["A12.1"]', len(own), as_of, "checked", "[]", "reconciliation", 200, None, "reconciliation", True,
        "REC", "对账", "[]",
    ))  # fmt: skip
