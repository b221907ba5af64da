"""Sentences, Pareto bars and scores of the topic pages."""

from decimal import Decimal
from itertools import pairwise
from typing import Any, cast

import yaml
from hypothesis import given
from hypothesis import strategies as st

from common import paths
from dashboards.components import topic
from dashboards.components.context import Area
from dashboards.services import catalogue, formats, measures, scores, topics

RATE = {
    "title": "批扣成功率", "unit": "张", "is_rate": True, "numerator_words": "扣款成功的单据数", "denominator_words": "生成批扣清册的单据数",
}  # fmt: skip
COUNT = {"title": "新签量", "unit": "份", "is_rate": False, "numerator_words": "新签数", "denominator_words": None}


def _figure(**more: Any) -> dict[str, Any]:
    return {
        "area_code": "a", "area_name": "青秀", "numerator": Decimal(80), "denominator": Decimal(100), "rate": Decimal("0.8"), "rate_mom": Decimal("0.0120"),
        "rate_yoy": None, "prev_numerator": Decimal(64), "prev_year_numerator": Decimal(80), "rank": None, "band": None, **more,
    }  # fmt: skip


def _reason(code: str, count: int, amount: str = "0") -> dict[str, Any]:
    return {"reason_code": code, "item_count": count, "amount": Decimal(amount)}


def test_pareto_goes_down_and_adds_up() -> None:
    bars = topics.pareto(
        [_reason("b", 1, "5"), _reason("a", 3), _reason("c", 1, "9"), _reason("none", 0)], {"a": "余额不足"}
    )
    assert [bar.code for bar in bars] == ["a", "c", "b"]
    assert bars[0].name == "余额不足"
    assert [bar.share for bar in bars] == [Decimal("0.6000"), Decimal("0.2000"), Decimal("0.2000")]
    assert [bar.cumulative for bar in bars] == [Decimal("0.6000"), Decimal("0.8000"), Decimal("1.0000")]


@given(st.lists(st.integers(min_value=0, max_value=1000), max_size=12))
def test_the_last_bar_is_the_whole(counts: list[int]) -> None:
    bars = topics.pareto([_reason(f"r{place}", count) for place, count in enumerate(counts)], {})
    assert sum(bar.count for bar in bars) == sum(counts)
    assert [bar.count for bar in bars] == sorted((bar.count for bar in bars), reverse=True)
    if bars:
        assert bars[-1].cumulative == 1
        assert all(one.cumulative <= other.cumulative for one, other in pairwise(bars))


def test_a_pareto_in_words() -> None:
    bars = topics.pareto([_reason("a", 6), _reason("b", 3), _reason("c", 1)], {"a": "余额不足"})
    assert (
        topics.pareto_sentence(bars, "没扣成的单据", "张")
        == "没扣成的单据 10 张，最多的原因是余额不足（6 张，占 60.00%），前 2 个原因合计占 90.00%。"
    )
    one = topics.pareto([_reason("a", 6)], {"a": "余额不足"})
    assert topics.pareto_sentence(one, "单据", "张") == "单据 6 张，最多的原因是余额不足（6 张，占 100.00%）。"
    assert topics.pareto_sentence([], "没扣成的单据", "张") == "没扣成的单据为 0 张。"


def test_a_rate_says_what_of_what_and_how_it_moved() -> None:
    said = topics.figure_sentence(RATE, _figure(), "全市", "2026年6月")
    assert said == (
        "2026年6月，全市生成批扣清册的单据数 100 张，扣款成功的单据数 80 张，批扣成功率 80.00%，较上期提高 1.20 个百分点，上年同期无可比数据。"
    )


def test_a_season_in_which_nobody_paid_is_no_season_to_rise_against() -> None:
    """The sentence and the figure above it say the same."""
    row = _figure(period_type="fee_year", prev_numerator=Decimal(0), prev_year_numerator=None)
    assert measures.change(RATE, row, "prev") == formats.NONE
    assert topics.figure_sentence(RATE, row, "某村", "2026年度").endswith(
        "80.00%，上期无可比数据，上年同期无可比数据。"
    )
    paid = {**row, "prev_numerator": Decimal(9)}
    assert "较上期提高 1.20 个百分点" in topics.figure_sentence(RATE, paid, "某村", "2026年度")


def test_nothing_due_is_not_applicable_and_no_row_is_no_data() -> None:
    empty = _figure(numerator=Decimal(0), denominator=Decimal(0), rate=None, rate_mom=None)
    assert topics.figure_sentence(RATE, empty, "青秀", "6月").endswith("批扣成功率不适用。")
    assert topics.figure_sentence(RATE, None, "青秀", "6月") == "6月，青秀没有批扣成功率的数据。"


def test_a_count_moves_in_percent() -> None:
    said = topics.figure_sentence(COUNT, _figure(rate=None), "全市", "2026年6月")
    assert said == "2026年6月，全市新签量 80 份，较上期增加 25.00%，与上年同期持平。"
    assert "减少 20.00%" in topics.figure_sentence(COUNT, _figure(prev_numerator=Decimal(100)), "全市", "6月")
    assert "上期无可比数据" in topics.figure_sentence(COUNT, _figure(prev_numerator=None), "全市", "6月")


def test_standing_names_first_last_ties_and_who_differs() -> None:
    rows = [
        _figure(area_code="c", area_name="良庆", rank=3, rate=Decimal("0.5"), band="worse"),
        _figure(area_code="a", area_name="青秀", rank=1, rate=Decimal("0.9")),
        _figure(area_code="b", area_name="兴宁", rank=1, rate=Decimal("0.9")),
        _figure(area_code="d", area_name="未分配", rank=None),
    ]
    said = topics.standing_sentence(RATE, rows)
    assert said == "3 个主管局中，青秀局等 2 个局并列以 90.00% 居首，良庆局以 50.00% 居末；明显差于全市的有良庆局。"
    assert topics.standing_sentence(RATE, rows[:1]) == ""
    same = [_figure(area_code=code, rank=1, rate=Decimal("0.9")) for code in "ab"]
    assert topics.standing_sentence(RATE, same) == "2 个主管局的批扣成功率均为 90.00%。"


def _rule(rule_id: str, **more: Any) -> catalogue.Rule:
    row = {
        "rule_id": rule_id,
        "title": f"规则{rule_id}",
        "reasons": '{"a": "甲", "b": "乙", "c": "丙"}',
        "status": "checked",
        **more,
    }
    return catalogue.rules([row])[0]


def test_what_a_kind_of_period_does_not_have_is_left_out() -> None:
    known = {
        "rate": {"metric_id": "rate", "period_types": "month,quarter"},
        "count": {"metric_id": "count", "period_types": "month,day"},
    }
    view = topic.View(cast(Any, None), "测试", Area("city", "0", "全市"), "day", "2026-06-30", known)
    assert view.metrics(["rate", "count", "unknown"]) == [known["count"]]
    assert view.sentence("rate") == "" and view.standing("rate") == "" and view.course("rate") == []


def test_results_are_counted_by_reason_and_by_bank() -> None:
    rows = [
        {"bank_code": "102", "result_code": "success", "bill_count": 6, "amount": Decimal(60)},
        {"bank_code": "102", "result_code": "insufficient_funds", "bill_count": 2, "amount": Decimal(20)},
        {"bank_code": "103", "result_code": "insufficient_funds", "bill_count": 1, "amount": Decimal(5)},
        {"bank_code": "103", "result_code": "no_answer", "bill_count": 9, "amount": None},
    ]
    bars = topics.failures(rows, {"insufficient_funds": "余额不足"})
    assert [(bar.code, bar.name, bar.count, bar.amount) for bar in bars] == [
        ("no_answer", "no_answer", 9, 0), ("insufficient_funds", "余额不足", 3, 25),
    ]  # fmt: skip
    banks = topics.banks(rows)
    assert [(one.code, one.sent, one.success, one.failed, one.unanswered, one.success_amount) for one in banks] == [
        ("103", 10, 0, 1, 9, 0), ("102", 8, 6, 2, 0, 60),
    ]  # fmt: skip


def test_top_reasons_are_two_a_rule() -> None:
    rows = [
        {"rule_id": "A1", "reason_code": "a", "finding_count": 1200}, {"rule_id": "A1", "reason_code": "b", "finding_count": 2},
        {"rule_id": "A1", "reason_code": "c", "finding_count": 1}, {"rule_id": "A2", "reason_code": None, "finding_count": 1},
    ]  # fmt: skip
    rules = {"A1": _rule("A1"), "A2": _rule("A2")}
    assert topics.top_reasons(rows, rules) == {"A1": "甲 1,200、乙 2"}
    listed = topics.of_rule([{**row, "amount": None} for row in rows], "A1")
    assert [row["item_count"] for row in listed] == [1200, 2, 1]
    assert topics.of_rule([{**row, "amount": None} for row in rows], "A2") == []


def test_the_worklist_in_words() -> None:
    rules = [_rule("A1"), _rule("A2", status="not_checked"), _rule("A3", ledger=False)]
    said = topics.worklist_sentence(rules, {"A1": 2, "A2": 5, "A3": 900})
    assert said == "相关 2 条规则未结疑点 7 条，最多的是“规则A2”（5 条），另有 1 条规则今日未检查。"
    assert topics.worklist_sentence(rules[:1], {}) == "相关 1 条规则没有未结疑点。"
    assert topics.worklist_sentence([], {}) == ""


def _score(period: str, bureau: str, component: str, **more: Any) -> dict[str, Any]:
    return {
        "period": period, "bureau_code": bureau, "area_name": bureau, "component_code": component, "component_name": component, "sort_order": 1,
        "metric_id": "m", "cut_type": "total", "cut_code": "total", "numerator": None, "denominator": None, "rate": None, "weight": Decimal(10),
        "points": None, "score": None, "rank": None, **more,
    }  # fmt: skip


def _month() -> list[dict[str, Any]]:
    return [
        _score("202606", "甲", "x", points=Decimal(4), rate=Decimal("0.4")), _score("202606", "甲", "y", points=Decimal(9), rate=Decimal("0.9"), sort_order=2),
        _score("202606", "甲", "TOTAL", score=Decimal(65), rank=2), _score("202606", "乙", "x", points=None), _score("202606", "乙", "y", points=Decimal(8)),
        _score("202606", "乙", "TOTAL", score=Decimal(80), rank=1), _score("202605", "乙", "TOTAL", score=Decimal(70), rank=2),
        _score("202605", "甲", "TOTAL", score=Decimal(75), rank=1), _score("202605", "甲", "x", points=Decimal(5)),
    ]  # fmt: skip


def test_scores_are_ranked_and_compared_with_the_month_before() -> None:
    found = scores.read(_month(), "202606")
    assert [score.code for score in found] == ["乙", "甲"]
    assert (found[0].rank_change, found[0].moved) == (1, Decimal(10))
    mine = found[1]
    assert mine.weakest is not None and mine.weakest.code == "x"
    assert mine.components["x"].lost == 6 and mine.components["x"].before == 5
    assert list(mine.components) == ["x", "y"]
    assert found[0].components["x"].lost is None


def test_scores_in_words() -> None:
    found = scores.read(_month(), "202606")
    assert (
        scores.standing_sentence(found, "202606")
        == "2026年6月压力测试指标评分，2 个主管局中乙局 80.00 分居首，甲局 65.00 分居末；乙局上升最多（1 位）。"
    )
    assert (
        scores.own_sentence(found[1], "202606")
        == "2026年6月甲局 65.00 分，第 2 名，较上月 -10.00 分；失分最多的是x（40.00%，失 6.00 分）。"
    )
    assert scores.lost_sentence(found) == "各局合计失分最多的是x（6.00 分）。"
    assert scores.standing_sentence(found[:1], "202606") == ""
    nothing = scores.read([_score("202606", "丙", "TOTAL")], "202606")[0]
    assert "不计分" in scores.own_sentence(nothing, "202606")


def _declared(pattern: str, key: str) -> list[dict[str, Any]]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    files = sorted((paths.dbt_project_dir() / "models" / "marts").rglob(pattern))
    return [one for file in files for one in yaml.load(file.read_text(encoding="utf-8"), loader).get(key) or []]


def test_topics_name_only_rules_and_metrics_that_exist() -> None:
    """A name that nobody declares would simply be left out on the page."""
    from dashboards.pages import agreement, annuity, batch, client

    rules = {
        str((model.get("config") or {}).get("meta", {}).get("rule_id"))
        for model in _declared("_*__models.yml", "models")
    }
    named = {*batch._RULES, *annuity._RULES, *agreement._RULES, *client._CLIENT_RULES, *client._CADRE_RULES}
    assert named <= rules
    metrics = {str(metric["name"]) for metric in _declared("_semantic_*.yml", "metrics")}
    used = {
        batch._BILL, batch._EMPLOYER, batch._AMOUNT, annuity._BILL, annuity._EMPLOYER, annuity._AMOUNT, annuity._INCOME, *annuity._PARTS,
        agreement._RATE, agreement._CONFIRMED, agreement._BATCH, agreement._SHARE, *agreement._NEW, client._REGISTERED, client._BOUND, client._CONFIRMED,
        client._ITEMS, client._PAID, client._QUERY, client._PRINTED, *client._QUERIES,
        client._CADRES, client._NEW, client._ACTIVE, client._ACTIVE_RATE, client._MANAGED,
        client._MANAGED_SHARE, *client._PRINTS,
    }  # fmt: skip
    assert used <= metrics
