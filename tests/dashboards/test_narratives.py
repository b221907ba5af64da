"""Each sentence at the head of a page: the ordinary case, nothing, what is missing, what is even, and one alone."""

from datetime import date
from decimal import Decimal
from typing import Any

from dashboards.services import (
    narrative,
    narrative_deduction,
    narrative_findings,
    narrative_places,
    narrative_progress,
    narrative_reconciliation,
    placing,
    waterfall,
)
from dashboards.services.catalogue import Rule
from dashboards.services.outcomes import Comparison
from dashboards.services.ranking import Standing
from dashboards.services.series import Step

Row = dict[str, Any]
DAY = date(2026, 6, 30)


def test_who_has_most_alone_of_two_and_of_many() -> None:
    one = narrative.leading([("甲", 3), ("乙", 2)])
    assert one is not None and one.said("3 条", 5) == "甲（3 条，占 60.00%）"
    two = narrative.leading([("甲", 3), ("乙", 3), ("丙", 1)])
    assert two is not None and two.said("3 条", 7) == "甲、乙（各 3 条，各占 42.86%）"
    many = narrative.leading([(name, 3) for name in "甲乙丙"], "个局")
    assert many is not None and many.said("3 条") == "甲等 3 个局（各 3 条）"
    assert narrative.leading([]) is None
    assert narrative.leading([("甲", 0), ("乙", -2)]) is None


def standing(name: str, due: str, collected: str) -> Standing:
    rate = Decimal(collected) / Decimal(due) if Decimal(due) else None
    return Standing(name, name, None, Decimal(due), Decimal(collected), {"amount": rate}, {}, {}, {}, Decimal(0))


def test_what_is_owing() -> None:
    own = standing("全市", "100", "60")
    items = [standing("养老", "60", "30"), standing("医疗", "40", "30")]
    areas = [standing("青秀局", "50", "30"), standing("兴宁局", "50", "30")]
    said = narrative_progress.owing_sentence(own, "险种", items, "主管局", areas)
    assert said == (
        "尚欠 40.00 元，按险种看最多的是养老（30.00 元，占 75.00%），按主管局看最多的是青秀局、兴宁局（各 20.00 元，各占 50.00%）。"
    )
    only = [items[0], standing("工伤", "40", "40")]
    owing = standing("全市", "100", "70")
    assert narrative_progress.owing_sentence(owing, "险种", only, "", []) == "尚欠 30.00 元，按险种看全部在养老。"
    assert narrative_progress.owing_sentence(own, "险种", items[:1], "主管局", []) == "尚欠 40.00 元。"
    paid = standing("全市", "100", "100")
    assert narrative_progress.owing_sentence(paid, "险种", items, "主管局", areas) == "本期费款已全部征收，没有尚欠。"
    assert narrative_progress.owing_sentence(None, "险种", [], "主管局", []) == ""
    assert narrative_progress.owing_sentence(standing("全市", "0", "0"), "险种", [], "", []) == ""


def step(name: str, bills: int, order: int, oldest: date | None = None) -> Step:
    return Step(name, bills, bills, 0, Decimal(0), oldest, order)


def test_where_the_bills_stand() -> None:
    steps = [
        step("税务已作废", 900, 3, date(2026, 1, 2)), step("已开票", 7, 80, date(2026, 6, 3)), step("已申报", 5, 70, date(2026, 6, 9)),
        step("已上解", 20, 90, date(2026, 5, 1)),
    ]  # fmt: skip
    assert narrative_progress.stage_sentence(steps) == (
        "有效单据 32 张中，12 张还没有全部上解，停得最多的环节是“已开票”（7 张），最早的 2026-06-03 发送。"
    )
    assert narrative_progress.stage_sentence(steps[3:]) == "有效单据 20 张，均已上解。"
    assert narrative_progress.stage_sentence(steps[:1]) == ""
    assert narrative_progress.stage_sentence([]) == ""
    even = narrative_progress.stage_sentence([step("已申报", 2, 70), step("已开票", 2, 80)])
    assert even == "有效单据 4 张中，4 张还没有全部上解，停得最多的环节是“已申报”、“已开票”（各 2 张）。"


RATE: Row = {
    "metric_id": "rate", "title": "征收率", "unit": "元", "is_rate": True, "direction": "higher", "target": Decimal("0.95"),
}  # fmt: skip


def place(name: str, rate: str | None, *, rank: int | None = None, change: int | None = None, gap: str | None = "0", **more: Any) -> Row:  # fmt: skip
    return {
        "area_code": name, "area_name": name, "bureau_code": name, "parent_code": None, "level": "bureau", "cut_type": "total",
        "cut_name": "全部", "rate": None if rate is None else Decimal(rate), "numerator": Decimal(1), "rank": rank,
        "prev_rank": None, "rank_change": change, "gap": None if gap is None else Decimal(gap), "is_small": False, "band": None, **more,
    }  # fmt: skip


def test_who_leads_and_trails() -> None:
    rows = [
        place("甲局", "0.99", rank=1),
        place("乙局", "0.93", rank=2),
        place("丙局", "0.93", rank=2),
        place("丁局", None),
    ]
    what = narrative_places.named(RATE, "2026年6月", rows, "total")
    assert what == "2026年6月征收率"
    said = narrative_places.standing_sentence(RATE, placing.places(RATE, rows), "主管局", what)
    assert said == (
        "2026年6月征收率，3 个主管局中，甲局以 99.00% 居首，乙局等 2 个主管局并列以 93.00% 居末，相差 6.00 个百分点；"
        "另有 1 个本期没有应计对象，不参加排名。"
    )  # fmt: skip
    same = placing.places(RATE, rows[1:3])
    assert narrative_places.standing_sentence(RATE, same, "主管局", what) == "2026年6月征收率，2 个主管局均为 93.00%。"
    assert narrative_places.standing_sentence(RATE, same[:1], "主管局", what) == ""
    small = placing.places(RATE, [rows[0], place("戊局", "0.5", rank=2, is_small=True)])
    assert "戊局（对象少，仅供参考）以 50.00% 居末" in narrative_places.standing_sentence(RATE, small, "主管局", what)
    cut = [place("甲局", "0.99", rank=1, cut_type="insurance", cut_name="工伤")]
    assert narrative_places.named(RATE, "6月", cut, "insurance") == "6月征收率（工伤）"


def test_an_area_with_a_place_of_its_own() -> None:
    what = "6月征收率"
    row = place("甲局", "0.95", rank=3, change=2)
    assert narrative_places.own_sentence(RATE, row, "甲局", what) == "甲局6月征收率 95.00%，第 3 名，较上期上升 2 位。"
    assert "名次与上期相同" in narrative_places.own_sentence(RATE, {**row, "rank_change": 0}, "甲局", what)
    assert "较上期下降 1 位" in narrative_places.own_sentence(RATE, {**row, "rank_change": -1}, "甲局", what)
    assert narrative_places.own_sentence(RATE, {**row, "rank_change": None}, "甲局", what).endswith("第 3 名。")
    assert narrative_places.own_sentence(RATE, place("全市", "0.95"), "全市", what) == ""
    assert narrative_places.own_sentence(RATE, None, "全市", what) == ""


def test_who_moved() -> None:
    rows = [
        place("甲局", "0.99", rank=1, change=2), place("乙局", "0.98", rank=2, change=-1), place("丙局", "0.97", rank=3, change=-1),
    ]  # fmt: skip
    assert (
        narrative_places.moves_sentence(placing.places(RATE, rows), "主管局")
        == "与上期比，上升最多的是甲局（2 位），下降最多的是乙局、丙局（各 1 位）。"
    )
    still = [{**row, "rank_change": 0} for row in rows]
    assert narrative_places.moves_sentence(placing.places(RATE, still), "主管局") == "与上期比，各主管局名次没有变动。"
    new = [{**row, "rank_change": None} for row in rows]
    assert narrative_places.moves_sentence(placing.places(RATE, new), "主管局") == ""


def test_how_far_the_target_is() -> None:
    rows = [
        place("甲局", "0.99", rank=1),
        place("乙局", "0.9", rank=2, gap="500"),
        place("丙局", "0.8", rank=3, gap="700"),
    ]
    found = placing.places(RATE, rows)
    assert (
        narrative_places.target_sentence(RATE, found, "主管局")
        == "目标 95.00%，1 个主管局已达标，2 个未达标，差得最多的是丙局（700.00 元）。"
    )
    assert narrative_places.target_sentence(RATE, found[:1], "主管局") == "目标 95.00%，1 个主管局均已达标。"
    assert narrative_places.target_sentence(RATE, found[1:], "主管局").startswith("目标 95.00%，2 个主管局均未达标，")
    assert narrative_places.target_sentence({**RATE, "target": None}, found, "主管局") == ""
    assert narrative_places.target_sentence(RATE, [], "主管局") == ""
    unknown = placing.places(RATE, [place("甲局", "0.99", rank=1, gap=None)])
    assert narrative_places.target_sentence(RATE, unknown, "主管局") == ""


def rule(rule_id: str, severity: str = "low", status: str = "checked", reason: str = "") -> Rule:
    return Rule(
        rule_id, "", f"规则{rule_id}", "", "", severity, "", "", "", status, None, None, status_reason=reason,
        reasons={"paid": "已缴纳", "none": "没有协议"},
    )  # fmt: skip


def count(opened: int, new: int = 0, gone: int = 0, resolved: int = 0, oldest: date | None = None) -> Row:
    return {
        "open_count": opened, "open_amount": Decimal(opened * 10), "new_count": new, "resolved_today": gone,
        "resolved_count": resolved, "oldest_seen": oldest,
    }  # fmt: skip


def test_open_findings() -> None:
    rules = [rule("A", "high"), rule("B"), rule("C")]
    assert narrative_findings.open_sentence(rules, {"A": count(2), "B": count(6)}) == (
        "未结疑点 8 条，涉及 80.00 元，其中级别高的 2 条；最多的是“规则B”（6 条，占 75.00%）。"
    )
    even = narrative_findings.open_sentence(rules, {"B": count(6), "C": count(6)})
    assert even.endswith("最多的是“规则B”、“规则C”（各 6 条，各占 50.00%）。") and "级别高" not in even
    assert narrative_findings.open_sentence(rules, {}) == "目前没有未结疑点。"
    assert narrative_findings.open_sentence([], {}) == ""


def test_what_came_and_went() -> None:
    rules = [rule("A"), rule("B")]
    said = narrative_findings.news_sentence(rules, {"A": count(5, new=2, gone=1, resolved=4), "B": count(3, new=3)})
    assert said == "今日新增 5 条，消除 1 条，新增最多的是“规则B”（3 条），也是首次出现。"
    assert narrative_findings.news_sentence(rules, {"A": count(5)}) == "今日没有新增，也没有消除。"
    gone = narrative_findings.news_sentence(rules, {"A": count(5, gone=2, resolved=2)})
    assert gone == "今日新增 0 条，消除 2 条。"
    both = narrative_findings.news_sentence(rules, {"A": count(1, new=1), "B": count(1, new=1)})
    other = narrative_findings.news_sentence(rules, {"A": count(5, new=2), "B": count(1, new=1)})
    assert other == "今日新增 3 条，消除 0 条，新增最多的是“规则A”（2 条）；“规则B”首次出现疑点。"
    assert both.endswith("；“规则A”等 2 类首次出现疑点。")
    assert narrative_findings.news_sentence(rules, {}) == ""
    assert narrative_findings.news_sentence(rules, {"A": count(0)}) == ""


def test_what_waits_longest_and_what_was_not_checked() -> None:
    rules = [rule("A"), rule("B", status="not_checked", reason="table_late: hrss.AB01")]
    counts = {"A": count(1, oldest=date(2026, 6, 20)), "B": count(1, oldest=date(2026, 6, 29))}
    assert narrative_findings.waiting_sentence(rules, counts, DAY) == (
        "未结最久的自 2026-06-20 发现已 10 天，见“规则A”；“规则B”今日未检查（来源表未按时到：hrss.AB01），其疑点不作消除。"
    )
    assert (
        narrative_findings.waiting_sentence(rules[:1], counts, DAY)
        == "未结最久的自 2026-06-20 发现已 10 天，见“规则A”。"
    )
    two = [rules[1], rule("C", status="not_checked")]
    assert narrative_findings.waiting_sentence(two, {}, DAY) == "“规则B”等 2 条规则今日未检查，其疑点不作消除。"
    assert narrative_findings.waiting_sentence(rules[:1], {"A": count(1, oldest=DAY)}, DAY) == ""
    assert narrative_findings.waiting_sentence([], {}, DAY) == ""


def test_one_rules_list() -> None:
    row = {"total": 40, "amount": Decimal(900), "oldest_workdays": 33, "old_count": 2}
    said = narrative_findings.list_sentence
    assert said(row) == "符合条件的 40 条，涉及 900.00 元；最久的已过 33 个工作日，超过 20 个工作日的 2 条。"
    assert said({**row, "oldest_workdays": 4, "old_count": 0}).endswith("；最久的已过 4 个工作日。")
    assert said({**row, "amount": None, "oldest_workdays": 0, "old_count": 0}) == "符合条件的 40 条。"
    assert said({**row, "total": 0}) == ""
    assert said({}) == ""
    late = narrative_findings.unchecked_sentence
    assert late(rule("B", status="not_checked", reason="table_late: hrss.AB01"), "疑点保持原状") == (
        "规则今日未检查（来源表未按时到：hrss.AB01），疑点保持原状。"
    )
    assert late(rule("B", status="not_checked"), "疑点保持原状") == "规则今日未检查，疑点保持原状。"
    assert late(rule("B"), "疑点保持原状") == ""


def item(verdict: str, reason: str | None, number: int, saved: str = "0") -> Row:
    return {
        "verdict": verdict, "rule_id": "A" if reason else None, "reason_code": reason, "item_count": number,
        "amount": Decimal(number * 200), "refund_saved_amount": Decimal(saved),
    }  # fmt: skip


def test_the_gate_before_a_batch() -> None:
    rows = [item("stop", "paid", 3, "600"), item("check", "none", 1), item("go", None, 6)]
    rules = {"A": rule("A")}
    assert (
        narrative_deduction.gate_sentence(rows)
        == "待提交清册 10 条、2,000.00 元，其中可以放行 6 条，应停止 3 条，要核实 1 条。"
    )
    assert narrative_deduction.reason_sentence(rows, rules) == (
        "停止的原因最多是“已缴纳”（3 条），核实的原因最多是“没有协议”（1 条）；停止的如果照扣，要退费 600.00 元。"
    )
    go = rows[2:]
    assert narrative_deduction.gate_sentence(go) == "待提交清册 6 条、1,200.00 元，各项核查均通过，可以全部放行。"
    assert narrative_deduction.reason_sentence(go, rules) == ""
    assert narrative_deduction.gate_sentence(rows[:1]) == "待提交清册 3 条、600.00 元，其中应停止 3 条。"
    assert narrative_deduction.gate_sentence([]) == ""
    even = [item("stop", "paid", 2), item("stop", "none", 2)]
    assert narrative_deduction.reason_sentence(even, rules) == "停止的原因最多是“已缴纳”、“没有协议”（各 2 条）。"


def sent(number: int, success: int, unanswered: int = 0) -> Row:
    return {
        "generated_date": date(2026, 6, 20), "sent_count": number, "success_count": success, "unanswered_count": unanswered,
    }  # fmt: skip


def test_the_last_round() -> None:
    failures = [{"result_name": "余额不足", "item_count": 3}, {"result_name": "账户无效", "item_count": 1}]
    assert narrative_deduction.round_sentence([sent(100, 72, 10), sent(100, 85)], failures) == (
        "最近一批（2026-06-20 生成）已提交 100 条，已回 90 条，成功率 80.00%，较上一批下降 5.00 个百分点；"
        "近 2 批未扣成的原因最多是“余额不足”（3 条，占 75.00%）。"
    )
    assert narrative_deduction.round_sentence([sent(10, 10)], []) == (
        "最近一批（2026-06-20 生成）已提交 10 条，已回 10 条，成功率 100.00%。"
    )
    assert narrative_deduction.round_sentence([sent(10, 0, 10)], []).endswith("已提交 10 条，银行还没有返回。")
    assert narrative_deduction.round_sentence([sent(0, 0)], []).endswith("已提交 0 条。")
    assert narrative_deduction.round_sentence([], []) == ""


def compared(pair: str, measure: str, breaks: int) -> Comparison:
    return Comparison(pair, measure, {1: 5, 2: breaks}, Decimal(0), Decimal(0))


def test_the_departments() -> None:
    rows = [compared("tax_hrss", "bill", 0), compared("tax_hrss", "collection", 4), compared("tax_nhsa", "bill", 2)]
    assert narrative_reconciliation.departments_sentence("202606", rows) == (
        "2026年6月与人社、医保 3 项比对中，1 项对平，2 项未对平，差异最多的是税务 ↔ 人社 · 征收（4 笔）。"
    )
    assert narrative_reconciliation.departments_sentence("202606", rows[1:]).startswith(
        "2026年6月与人社、医保 2 项比对均未对平，"
    )
    assert (
        narrative_reconciliation.departments_sentence("202606", rows[:1]) == "2026年6月与人社、医保 1 项比对全部对平。"
    )
    assert narrative_reconciliation.departments_sentence("202606", []) == ""
    causes = [
        {"case_name": None, "cause": "尚未读取", "cause_code": "a", "break_count": 3, "difference": Decimal(5)},
        {"case_name": None, "cause": "部分缴纳", "cause_code": "b", "break_count": 1, "difference": Decimal(2)},
    ]
    assert narrative_reconciliation.causes_sentence("甲", causes) == (
        "甲的差异清单共 4 笔，涉及 7.00 元，原因最多的是“尚未读取”（3 笔，占 75.00%）。"
    )
    assert narrative_reconciliation.causes_sentence("甲", []) == ""


def test_the_waterfall() -> None:
    rows = [
        {"pair": "levy_tips", "measure": "stage", "cause_count": 2, "cause_amount": Decimal(-30)},
        {"pair": "levy_treasury", "measure": "day", "cause_count": 0, "cause_amount": Decimal(0)},
    ]
    assert narrative_reconciliation.groups_sentence(rows) == (
        "2 组对账中 1 组没有差异，1 组有差异，差额最大的是征收子系统 ↔ 税库银（30.00 元）。"
    )
    assert narrative_reconciliation.groups_sentence(rows[1:]) == "1 组对账均没有差异。"
    assert narrative_reconciliation.groups_sentence([]) == ""

    def steps(first: str, cause: str, other: str) -> waterfall.Way:
        made = [(0, "first", "", first), (2, "double", "重复", cause), (9, "other", "", other)]
        return waterfall.way(
            [
                {"step_no": number, "step_code": code, "step_name": name, "case_count": 1, "amount": Decimal(amount)}
                for number, code, name, amount in made
                if number != 2 or amount != "0"
            ],
            "甲",
            "乙",
        )

    way = narrative_reconciliation.way_sentence
    assert way("甲 ↔ 乙", steps("100", "-30", "70"), "甲", "乙") == (
        "甲 ↔ 乙：甲比乙多 30.00 元，影响最大的是“重复”（30.00 元）；每一分钱都有去向。"
    )
    assert way("甲 ↔ 乙", steps("100", "30", "140"), "甲", "乙") == (
        "甲 ↔ 乙：乙比甲多 40.00 元，影响最大的是“重复”（30.00 元）；还有 10.00 元没有查明去向。"
    )
    assert way("甲 ↔ 乙", steps("100", "0", "100"), "甲", "乙") == (
        "甲 ↔ 乙：双方合计均为 100.00 元，没有在途，没有差异。"
    )
    assert way("甲 ↔ 乙", waterfall.Way((), Decimal(0), Decimal(0)), "甲", "乙") == ""


def pair(name: str, breaks: int, moving: int = 0, department: str | None = None) -> Row:
    return {"pair": name, "department_code": department, "break_count": breaks, "in_transit_count": moving}


def test_pairs() -> None:
    said = narrative_reconciliation.pairs_sentence
    rows = [pair("levy_tips", 3, 2), pair("levy_settlement", 1), pair("front_levy", 0)]
    assert said("202606", rows) == (
        "2026年6月 3 组比对中，1 组对平，2 组未对平，共 4 笔差异，最多的是征收子系统 ↔ 税库银（3 笔）；"
        "在途 2 笔，还在约定时限内，不算差异。"
    )
    assert said("202606", rows[1:]) == "2026年6月 2 组比对中，1 组对平，1 组未对平，共 1 笔差异，都在上解 ↔ 国库入库。"
    assert said("202606", rows[2:]) == "2026年6月 1 组比对全部对平。"
    assert said("202606", []) == ""
    by_department = [pair("person_posting", 2, department="HRSS"), pair("person_posting", 2, department="NHSA")]
    assert said("202606", by_department) == (
        "2026年6月 2 组比对均未对平，共 4 笔差异，最多的是自然人缴款 ↔ 到账反馈（人社）、自然人缴款 ↔ 到账反馈（医保）（各 2 笔）。"
    )


def test_classes_of_breaks() -> None:
    said = narrative_reconciliation.classes_sentence
    rows = [
        {"name": "单边账", "break_count": 2, "amount": Decimal(9), "overdue_count": 1},
        {"name": "重复", "break_count": 1, "amount": Decimal(1), "overdue_count": 0},
    ]
    assert said("差异", rows, "name", compared=True) == (
        "差异 3 笔，差额（不计正负）合计 10.00 元，最多的是“单边账”（2 笔）；其中 1 笔已超过预计消除日。"
    )
    late = [{**rows[0], "overdue_count": 2}]
    assert (
        said("差异", late, "name", compared=True)
        == "差异 2 笔，差额（不计正负）合计 9.00 元，都是“单边账”；全部已超过预计消除日。"
    )
    assert said("差异", rows[1:], "name", compared=True).endswith("；没有超过预计消除日的。")
    assert said("差异", [], "name", compared=True) == "差异 0 笔。"
    assert said("差异", [], "name", compared=False) == ""


def test_collected_and_settled() -> None:
    row = {
        "month": "202606", "collected_amount": Decimal(100), "settled_same_month": Decimal(90), "settled_later_month": Decimal(0),
        "not_settled_amount": Decimal(10),
    }  # fmt: skip
    assert narrative_reconciliation.bucket_sentence(row) == (
        "2026年6月征收 100.00 元，当月入库 90.00 元（占 90.00%），尚未入库 10.00 元（占 10.00%）。"
    )
    assert narrative_reconciliation.bucket_sentence({**row, "collected_amount": Decimal(0)}) == ""
    assert narrative_reconciliation.bucket_sentence(None) == ""
    settled = [
        {"settled_amount": Decimal(80), "refund_amount": Decimal(5), "net_amount": Decimal(75)},
        {"settled_amount": Decimal(20), "refund_amount": Decimal(0), "net_amount": Decimal(20)},
    ]
    said = narrative_reconciliation.treasury_sentence
    assert said("202606", settled, ["甲", "乙"]) == (
        "2026年6月国库入库 100.00 元，退库 5.00 元，净额 95.00 元；入库最多的是甲（80.00 元，占 80.00%）。"
    )
    assert said("202606", settled[1:], ["乙"]) == "2026年6月国库入库 20.00 元。"
    assert said("202606", [], []) == ""


def test_income_and_arrivals() -> None:
    said = narrative_reconciliation.arrival_sentence

    def day(income: int, arrived: int) -> Row:
        return {"income_amount": income, "arrival_amount": arrived, "difference": income - arrived}

    assert said("人社", [day(100, 80), day(0, 15)]) == "本月合计，人社业务到账 95.00 元，比财务收入少 5.00 元。"
    assert said("人社", [day(100, 80), day(0, 25)]) == "本月合计，人社业务到账 105.00 元，比财务收入多 5.00 元。"
    assert said("人社", [day(100, 80), day(0, 20)]) == "本月合计，财务收入与人社业务到账相等，均为 100.00 元。"
    assert said("人社", []) == ""


def test_how_differences_move() -> None:
    total = {
        "opening_count": 10, "new_count": 3, "cleared_count": 1, "closing_count": 12, "closing_amount": Decimal(5),
        "opening_amount": Decimal(4),
    }  # fmt: skip
    said = narrative_reconciliation.movement_sentence
    assert said(total) == "今日新增差异 3 笔，消除 1 笔；期初 10 笔、4.00 元，期末 12 笔、5.00 元，多 2 笔。"
    assert said({**total, "new_count": 1, "closing_count": 10}).endswith("，笔数不变。")
    assert said({**total, "cleared_count": 5, "closing_count": 8}).endswith("，少 2 笔。")
    assert said(dict.fromkeys(total, 0)) == ""


def test_what_is_past_its_day() -> None:
    said = narrative_reconciliation.overdue_sentence
    rows = [
        {"pair": "levy_tips", "open_count": 4, "overdue_count": 3, "overdue_amount": Decimal(30)},
        {"pair": "levy_settlement", "open_count": 1, "overdue_count": 1, "overdue_amount": Decimal(2)},
    ]
    assert said(rows) == (
        "未结差异 5 笔，其中 4 笔已超过预计消除日，涉及 32.00 元，最多的是征收子系统 ↔ 税库银（3 笔，占 75.00%）。"
    )
    assert (
        said(rows[1:])
        == "未结差异 1 笔，全部已超过预计消除日，涉及 2.00 元，最多的是上解 ↔ 国库入库（1 笔，占 100.00%）。"
    )
    fine = [{**row, "overdue_count": 0, "overdue_amount": Decimal(0)} for row in rows]
    assert said(fine) == "未结差异 5 笔，没有超过预计消除日的。"
    assert said([]) == ""
