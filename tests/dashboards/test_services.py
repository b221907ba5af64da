"""Numbers, addresses, sentences and rankings."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.services import (
    catalogue,
    causes,
    formats,
    links,
    narrative,
    outcomes,
    ranking,
    rule_groups,
    series,
    values,
)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "—"), (0, "0.00 元"), (Decimal("1234.5"), "1,234.50 元"), (Decimal("9999.99"), "9,999.99 元"),
        (Decimal("10000"), "1.00 万元"), (Decimal("12345678.90"), "1,234.57 万元"), (Decimal("99999999.99"), "1.00 亿元"),
        (Decimal("312345678.90"), "3.12 亿元"), (Decimal("-25000"), "-2.50 万元"),
    ],
)  # fmt: skip
def test_money(value, shown) -> None:  # type: ignore[no-untyped-def]
    assert formats.money(value) == shown


def test_shares_are_rounded_half_up_and_nothing_due_is_not_zero() -> None:
    assert formats.share(Decimal("0.97345")) == "97.35%"
    assert formats.share(None) == "不适用"
    assert formats.points(Decimal("0.0014")) == "+0.14"
    assert formats.points(Decimal("-0.0305")) == "-3.05"
    assert formats.points(Decimal("0")) == "0.00"


@given(st.text(max_size=40))
def test_the_address_never_takes_free_text(text: str) -> None:
    for name in links.PATTERNS:
        kept = links.clean(name, text)
        assert kept is None or len(kept) <= 64
    assert links.clean("search", text) is None


@pytest.mark.parametrize("value", ["450103197501011235", "13877138000x", "45010319750101123X", "张三"])
def test_the_address_takes_no_id_phone_or_name(value: str) -> None:
    for name in set(links.PATTERNS) - {"finding", "rule"}:
        assert links.clean(name, value) is None, name


def _row(code: str, basis: str, done: str, due: str, **more: object) -> dict[str, object]:
    rate = None if due == "0" else Decimal(done) / Decimal(due)
    return {
        "area_code": code, "area_name": code, "parent_code": None, "basis": basis, "numerator": Decimal(done),
        "denominator": Decimal(due), "rate": rate, "settled_numerator": Decimal(0), "rate_mom": None, "rate_yoy": None,
        "rank": None, "rank_change": None, "is_small": False, "level": "town", **more,
    }  # fmt: skip


def test_areas_where_nothing_was_due_come_last() -> None:
    found = ranking.standings([_row("a", "amount", "0", "0"), _row("b", "amount", "5", "10", rank=1)])
    assert [item.code for item in found] == ["b", "a"]
    assert found[1].rate is None


def test_a_town_of_two_bureaus_is_added_up() -> None:
    found = ranking.standings([_row("t", "amount", "5", "10"), _row("t", "amount", "10", "10")])
    assert [(item.rate, item.gap) for item in found] == [(Decimal("0.7500"), Decimal(5))]


def test_sentences() -> None:
    best = ranking.standings(
        [
            _row("甲", "amount", "99", "100", rank=1, rank_change=2),
            _row("乙", "amount", "90", "100", rank=2, rank_change=-2),
        ]
    )
    said = narrative.standing_sentence(best, "主管局")
    assert said == (
        "2 个主管局中，甲以 99.00% 居首，乙以 90.00% 居末，首末相差 9.00 个百分点；甲较上月上升 2 位，乙下降 2 位；"
        "尚欠最多的是乙（10.00 元，占 90.91%）。"
    )  # fmt: skip
    assert "不足两个" in narrative.standing_sentence(best[:1], "主管局")
    assert "暂无应征数据" in narrative.progress_sentence("全市", "202606", date(2026, 6, 30), None)
    nothing = narrative.FindingFacts(0, 0, 0)
    assert narrative.finding_sentence(nothing, 0, 0, "202606") == "目前没有未结疑点；2026年6月与人社、医保逐笔对平。"
    assert narrative.finding_sentence(nothing, None, 0, "202606") == "目前没有未结疑点。"
    many = narrative.FindingFacts(1_763_349, 61_840, 1_200, "规则A", 1_640_269)
    assert narrative.finding_sentence(many, None, 0, "202606") == (
        "未结疑点 1,763,349 条，今日新增 61,840 条、消除 1,200 条，最多的是“规则A”（1,640,269 条）。"
    )


def test_daily_curves_have_one_value_a_day() -> None:
    rows = [
        {
            "period": "202602",
            "calendar_date": date(2026, 2, 3),
            "collected_amount_cum": Decimal(20000),
            "collected_bills_cum": 3,
        }
    ]
    curve = series.daily(rows, ["202602"], "amount")[0]
    assert curve.values[2] == 2
    assert curve.values[3] is None
    assert len(curve.values) == 31
    assert series.daily([], ["202602"], "amount") == []


def test_rule_ids_sort_as_numbers() -> None:
    found = catalogue.rules([{"rule_id": rule_id} for rule_id in ("A2.11a", "A1.09", "A1.10", "A10.1", "A2.9", "REC")])
    assert [rule.rule_id for rule in found] == ["A1.09", "A1.10", "A2.9", "A2.11a", "A10.1", "REC"]


def test_item_breaks_make_a_comparison_uneven() -> None:
    rows = [{"pair": "tax_hrss", "measure": "bill", "outcome_code": 1, "bill_count": 9, "difference": 0}]
    even = outcomes.comparisons(rows, [])[0]
    assert even.is_even
    uneven = outcomes.comparisons(
        rows, [{"pair": "tax_hrss", "measure": "bill", "bill_count": 2, "difference": Decimal(7)}]
    )[0]
    assert (uneven.is_even, uneven.breaks, uneven.break_amount) == (False, 2, Decimal(7))


def test_ties_at_the_top_are_said() -> None:
    found = ranking.standings(
        [_row(code, "amount", done, "100") for code, done in (("甲", "100"), ("乙", "100"), ("丙", "50"))]
    )
    assert "等 2 个街道乡镇以 100.00% 并列居首" in narrative.standing_sentence(found, "街道乡镇")
    assert narrative.standing_sentence(found[:2], "街道乡镇") == "2 个街道乡镇的征收率均为 100.00%。"


def test_only_ranked_bureaus_and_named_towns_are_compared() -> None:
    found = ranking.standings([_row("a", "amount", "5", "10", rank=1), _row("UNASSIGNED", "amount", "0", "10")])
    assert [item.code for item in ranking.compared(found, ranked=True)] == ["a"]
    assert [item.code for item in ranking.compared(found, ranked=False)] == ["a"]


def test_compared_values_are_said_in_words() -> None:
    row = {
        "evidence": "x", "channel_code": "2", "hrss_bureau_code": "14501030000", "hrss_bureau_name": "青秀区税务局", "first_month": "202602",
        "is_batch": True, "paid_amount": Decimal("1234.5"), "signed_date": date(2022, 12, 21), "tax_state": "missing", "missing": None,
    }  # fmt: skip
    names = values.Names({("payment_channel", "2"): "批量扣款"}, {"14501030000": "青秀局"})
    assert values.compared(row, names) == [
        ("channel_code", "批量扣款"), ("hrss_bureau_name", "青秀区税务局"), ("first_month", "2026年2月"), ("is_batch", "是"),
        ("paid_amount", "1,234.50 元"), ("signed_date", "2022-12-21"), ("tax_state", "无记录"),
    ]  # fmt: skip


def test_axis_names_the_year_where_it_begins() -> None:
    assert series.month_ticks(["202510", "202511", "202512", "202601", "202602"]) == {
        "25年10月": "10月<br>2025年", "25年12月": "12月", "26年2月": "2月<br>2026年",
    }  # fmt: skip


def test_causes_count_what_was_not_decided() -> None:
    reasons = {"first": "其一", "second": "其二", "not_decided": "未能判定"}
    rows = [
        {"reason_code": "second", "finding_count": 3, "amount": Decimal("1.00")},
        {"reason_code": "first", "finding_count": 1, "amount": None},
    ]
    found = causes.distribution(rows, reasons)
    assert [(one.name, one.count, one.share) for one in found] == [
        ("其二", 3, Decimal("0.75")),
        ("其一", 1, Decimal("0.25")),
        ("未能判定", 0, Decimal(0)),
    ]
    many = causes.distribution([*rows, {"reason_code": "not_decided", "finding_count": 9, "amount": None}], reasons)
    assert many[-1].count == 9
    assert not many[-1].decided
    assert causes.distribution([], {"first": "其一"}) == []


def test_rules_are_narrowed_and_grouped() -> None:
    rows = [
        {"rule_id": "A10.1", "title": "导出", "chapter": "A10", "chapter_title": "导出类", "rule_kind": "list", "ledger": False, "row_count": 7},
        {"rule_id": "A2.9", "title": "前置库", "chapter": "A2", "chapter_title": "户籍", "rule_kind": "diagnosis", "open_count": 2,
         "reasons": '{"no_section": "未分配科所"}'},
        {"rule_id": "A2.10", "title": "对照", "chapter": "A2", "chapter_title": "户籍", "cadence": "weekly", "open_count": 0},
    ]  # fmt: skip
    known = catalogue.rules(rows)
    assert [rule.rule_id for rule in known] == ["A2.9", "A2.10", "A10.1"]
    assert [rule.count for rule in known] == [2, 0, 7]
    groups = rule_groups.grouped(known, kept=lambda rule: rule.count > 0)
    assert [(group.name, [rule.rule_id for rule in group.rules], group.hidden) for group in groups] == [
        ("A2　户籍", ["A2.9"], 1),
        ("A10　导出类", ["A10.1"], 0),
    ]
    wanted = rule_groups.Wanted
    assert [r.rule_id for r in rule_groups.narrowed(known, wanted(text="科所 前置"))] == ["A2.9"]
    assert [r.rule_id for r in rule_groups.narrowed(known, wanted(kind="list"))] == ["A10.1"]
    assert [r.rule_id for r in rule_groups.narrowed(known, wanted(cadence="weekly", chapter="A2"))] == ["A2.10"]


def test_strips_show_what_was_not_measured_as_such() -> None:
    """An hour without a heartbeat is no good hour; one lost beat warns, two are an outage; maintenance is neither."""
    from dashboards.services import monitoring

    def beat(hour: int, down: int = 0, slow: int = 0, maintenance: int = 0, system: str = "A") -> dict[str, Any]:
        return {"system_code": system, "beat_hour_at": datetime(2026, 6, 30, hour), "beat_count": 2, "down_count": down, "slow_count": slow,
                "maintenance_count": maintenance}  # fmt: skip

    rows = [
        beat(8),
        beat(9, down=1),
        beat(10, down=2),
        beat(11, slow=1),
        beat(12, maintenance=2),
        beat(14),
        beat(14, system="B"),
    ]
    strips = monitoring.hours_strip(rows, hours=7)
    assert [cell.tone for cell in strips["A"]] == ["good", "warn", "bad", "warn", "mute", "none", "good"]
    assert [cell.tone for cell in strips["B"]] == ["none"] * 6 + ["good"]
    assert monitoring.days_strip(rows, days=2)["A"][0].tone == "none"
    assert monitoring.hours_strip([]) == {}


def test_patrol_shows_the_days_worst_and_days_without_a_walk() -> None:
    from dashboards.services import monitoring

    def row(day: int, check: str, status: str, worst: str) -> dict[str, Any]:
        return {
            "as_of": date(2026, 6, day),
            "check_id": check,
            "status": status,
            "worst_status": worst,
            "worst_why": "缘由",
        }

    grid = monitoring.patrol_grid(
        [row(30, "a", "PASS", "FAIL"), row(30, "b", "FAIL", "FAIL"), row(28, "a", "PASS", "PASS")], days=3
    )
    assert [(found["check_id"], [cell.tone for cell in cells]) for found, cells in grid] == [
        ("b", ["none", "none", "bad"]),
        ("a", ["good", "none", "bad"]),
    ]


@pytest.mark.parametrize(
    ("hours", "workdays", "words"),
    [(None, None, "—"), (5, 0, "5 小时"), (30, 0, "30 小时"), (30, 1, "1 个工作日"), (856, 24, "24 个工作日")],
)
def test_waiting_in_words(hours: int | None, workdays: int | None, words: str) -> None:
    from dashboards.services import monitoring

    assert monitoring.waited({"oldest_hours": hours, "oldest_workdays": workdays}) == words
