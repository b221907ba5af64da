"""对账 in its eight views: with rows and without, as every role; every cent has its list, every break its bill."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from common import paths
from dashboards.access import accounts
from dashboards.access.masking import looks_personal
from dashboards.access.roles import User
from dashboards.pages import reconciliation as page
from dashboards.repositories import breaks, reconciled_sums
from dashboards.repositories.breaks import BreakFilter
from dashboards.repositories.gate import gate
from dashboards.services import links, waterfall, words
from tests.dashboards.conftest import words_of

OpenPage = Callable[..., AppTest]
VIEWS = tuple(page._VIEWS)
EXPECTED = {
    "departments": ("逐笔比对结果", "差异清单"),
    "waterfall": ("余额 0.00 元", "全部对账组", "税务 ↔ 人社 · 应征：差额去向", "余额均为 0.00 元", "税务合计", "人社合计"),
    "received": (
        "南宁社保、医保用人单位社保费全量接收数据按险种", "本月征收本月入库", "本月征收次月入库", "往月征收本月入库", "社保（人社）",
        "异常数据子表", "部分入库", "单边账", "重复缴纳", "单位类别", "管户分类",
    ),
    "internal": ("相邻环节逐笔比对", "支撑平台 ↔ 共享平台", "征收子系统 ↔ 税库银", "重复缴纳"),
    "annuity": (
        "（1）已转账未确认", "（2）未转账已确认", "（3）金额不一致已确认", "（4）金额不一致未确认", "四种情形以外", "职业年金收入数",
        "单位缴纳", "个人缴纳", "滞纳金", "利息",
    ),
    "treasury": ("按社保经办机构统计国库入库", "按征收项目、品目", "品目 102010101", "入库与国库流水：差异清单", "已说明"),
    "persons": ("自然人缴款 ↔ 上解回盘（人社）", "证件号码不一致", "虚拟户缴款与人员明细匹配"),
    "movement": ("期初", "今日新增", "今日消除", "期末", "平衡", "税务与人社、医保对账差异", "超期笔数", "预计消除日"),
}  # fmt: skip
EMPTY = {
    "departments": "本期没有对账结果",
    "waterfall": "本月没有对账结果",
    "received": "没有接收数据",
    "internal": "本月没有对账结果",
    "annuity": "没有税务确认的职业年金",
    "treasury": "本月没有国库入库",
    "persons": "本月没有对账结果",
}


def _user(login: str = "section") -> User:
    user = accounts.find(login)
    assert user is not None
    return user


@pytest.mark.parametrize("login", ["leader", "section", "qingxiu"])
@pytest.mark.parametrize("view", VIEWS)
def test_every_view_for_every_role(open_page: OpenPage, view: str, login: str) -> None:
    app = open_page(login, "reconciliation", view=view)
    assert not app.exception
    said = words_of(app)
    # A bureau has some of the breaks only, but what the view is about in any case.
    for expected in EXPECTED[view] if login != "qingxiu" else EXPECTED[view][:1]:
        assert expected in said, expected
    assert not looks_personal(said)
    if login == "qingxiu":
        for other in ("兴宁局", "良庆局", "南宁市兴宁", "南宁市良庆", "全市"):
            assert other not in said, (view, other)


@pytest.mark.parametrize("login", ["section", "qingxiu"])
@pytest.mark.parametrize("view", EMPTY)
def test_a_month_without_data_says_so(open_page: OpenPage, view: str, login: str) -> None:
    app = open_page(login, "reconciliation", view=view, period="202507")
    assert not app.exception
    said = words_of(app)
    assert EMPTY[view] in said
    assert "2025年7月" in said


@pytest.mark.parametrize("login", ["cadre", "operator", "analyst"])
@pytest.mark.parametrize("view", ["waterfall", "movement"])
def test_other_roles_are_refused(open_page: OpenPage, view: str, login: str) -> None:
    said = words_of(open_page(login, "reconciliation", view=view))
    assert "您的岗位无权查看" in said
    assert "余额" not in said
    assert "期末" not in said


def test_choosing_a_view_drops_what_belongs_to_another(open_page: OpenPage) -> None:
    app = open_page(
        "section",
        "reconciliation",
        view="waterfall",
        pair="levy_tips",
        measure="stage",
        cause="double",
        bureau="14501030000",
    )
    app.segmented_control(key="choose_view").set_value("internal").run()
    assert not app.exception
    assert app.query_params["view"] == "internal"
    assert app.query_params["bureau"] == "14501030000"
    for name in ("pair", "measure", "cause"):
        assert name not in app.query_params


def test_the_settlement_measure_can_be_chosen() -> None:
    for measure in words.MEASURES:
        assert links.clean("measure", measure) == measure
    for pair in words.SIDES:
        assert links.clean("pair", pair) == pair


def test_the_pages_names_are_the_models_names() -> None:
    files = [file.read_text(encoding="utf-8") for file in (paths.dbt_project_dir() / "macros").rglob("*.sql")]
    text = next(text for text in files if "macro rec_pairs()" in text)
    pairs = re.findall(r"'([a-z_]+)':", text.split("macro rec_pairs()")[1].split("endmacro")[0])
    assert set(pairs) == set(words.SIDES)
    assert {*words.PAIRS, *words.INTERNAL_PAIRS, *words.ANNUITY_PAIRS, *words.PERSON_PAIRS, "levy_treasury"} == set(
        pairs
    )


@pytest.mark.parametrize("login", ["section", "qingxiu"])
def test_the_list_behind_a_step_is_the_step(var: Any, login: str) -> None:
    """Every step of every pair is the sum of the records that the page lists for it, to the cent; nothing is left over."""
    user, checked = _user(login), 0
    for row in reconciled_sums.waterfall_totals(user, "202606", None):
        steps = reconciled_sums.waterfall_steps(user, row["pair"], row["measure"], "202606", None)
        way = waterfall.way(steps, "前者", "后者")
        assert way.remainder == row["remainder"] == 0
        for step in way.moves:
            if step.has_list:
                chosen = BreakFilter([row["pair"]], row["measure"], "202606", None, step.code, as_in_waterfall=True)
                total = breaks.total(user, chosen)
                assert (total["total"], -total["difference"]) == (step.count, step.amount), (row, step)
                checked += 1
        for dimension in ("insurance", "agency", "bureau"):
            parts = reconciled_sums.waterfall_by(user, dimension, row["pair"], row["measure"], "202606", None)
            assert all(part["remainder"] == 0 for part in parts)
            assert sum(part["cause_amount"] for part in parts) == row["cause_amount"]
    assert checked > (10 if login == "section" else 3)


def test_a_cent_left_over_is_said_and_not_hidden(open_page: OpenPage, monkeypatch: pytest.MonkeyPatch) -> None:
    real = reconciled_sums.waterfall_steps

    def short(*args: Any) -> list[dict[str, Any]]:
        rows = real(*args)
        return [{**row, "amount": row["amount"] + Decimal("0.01")} if row["step_no"] == 9 else row for row in rows]

    monkeypatch.setattr(reconciled_sums, "waterfall_steps", short)
    said = words_of(open_page("section", "reconciliation", view="waterfall"))
    assert "余额 -0.01 元" in said
    assert "余额 0.00 元" not in said.replace("余额均为 0.00 元", "")


def _a_break(login: str, **chosen: Any) -> str:
    rows = breaks.page(_user(login), BreakFilter(**chosen), number=1, size=1)
    return str(rows[0]["finding_id"])


def test_a_break_leads_to_its_bill(open_page: OpenPage) -> None:
    finding = _a_break("section", pairs=["tax_hrss"])
    app = open_page("section", "reconciliation", view="waterfall", finding=finding)
    assert not app.exception
    said = words_of(app)
    for expected in (
        "为什么不一致",
        "比对的数据",
        "征集单的经过",
        "部门登账",
        "这张征集单的全部差异（2）",
        "首次发现",
        "对账 · 差额去向",
    ):
        assert expected in said, expected


def test_a_break_without_a_bill_opens_too(open_page: OpenPage) -> None:
    for pair in ("person_settlement", "levy_treasury"):
        app = open_page("section", "reconciliation", view="persons", finding=_a_break("section", pairs=[pair]))
        assert not app.exception
        said = words_of(app)
        assert "为什么不一致" in said
        assert "征集单的经过" not in said


def test_a_break_out_of_scope_is_not_found(open_page: OpenPage) -> None:
    finding = _a_break("section", pairs=["tax_hrss"], bureau_code="14501080000")
    said = words_of(open_page("qingxiu", "reconciliation", finding=finding))
    assert "没有找到这笔差异" in said
    assert "测试有限公司" not in said


def test_the_lists_narrow_as_the_address_says(var: Any) -> None:
    user = _user()
    every = breaks.total(user, BreakFilter(list(words.INTERNAL_PAIRS), None, "202606"))["total"]
    by_exception = {
        code: breaks.total(user, BreakFilter(list(words.INTERNAL_PAIRS), None, "202606", exception_code=code))["total"]
        for code in (*words.EXCEPTIONS, "any")
    }
    assert by_exception["any"] == sum(by_exception[code] for code in words.EXCEPTIONS) < every
    counted = {row["exception_code"]: row["break_count"] for row in reconciled_sums.exceptions(user, "202606", None)}
    assert counted == {code: by_exception[code] for code in words.EXCEPTIONS}
    cases = {row["case_code"]: row["break_count"] for row in reconciled_sums.annuity_cases(user, "202606", None)}
    for case in words.ANNUITY_CASES:
        assert (
            breaks.total(user, BreakFilter(["annuity_bank"], None, "202606", case_code=case))["total"]
            == cases[case]
            > 0
        )
    both = breaks.total(user, BreakFilter(None))
    late = breaks.total(user, BreakFilter(None, overdue_only=True))
    assert 0 < late["total"] == both["overdue"] <= both["total"]
    assert both["total"] == sum(row["open_count"] for row in breaks.overdue(user, None))


def test_a_clerk_of_a_bureau_is_told_why_there_is_no_daily_report(open_page: OpenPage) -> None:
    assert "日报不分主管局" in words_of(open_page("qingxiu", "reconciliation", view="treasury"))
    said = words_of(open_page("section", "reconciliation", view="treasury"))
    assert "跨日" in said
    assert "日报不分主管局" not in said
    assert "差异消除用时" not in words_of(open_page("qingxiu", "reconciliation", view="movement"))
    assert "差异消除用时" in words_of(open_page("section", "reconciliation", view="movement"))
    assert not gate.has(_user("qingxiu"), "rec_arrival_day")


def test_received_is_narrowed_and_one_item_opens(open_page: OpenPage) -> None:
    whole = reconciled_sums.received(_user(), reconciled_sums.ReceivedFilter("flow", "202606"))
    part = reconciled_sums.received(_user(), reconciled_sums.ReceivedFilter("flow", "202606", unit_type_code="92"))
    assert sum(row["due_amount"] for row in part) * 2 == sum(row["due_amount"] for row in whole) > 0
    for row in reconciled_sums.buckets(_user(), "202606", None, None):
        assert (
            row["collected_amount"]
            == row["settled_same_month"] + row["settled_later_month"] + row["not_settled_amount"]
        )
        assert row["settled_amount"] == row["settled_same_month"] + row["settled_from_earlier"]
    said = words_of(open_page("section", "reconciliation", view="received", item="10201", clock="period"))
    assert "城职养老（元）：按单位类别、管户分类" in said
    assert "注销、非正常户" in said
    assert "按费款所属期：" in said


def test_a_large_month_is_shown_in_wan(open_page: OpenPage, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "全量接收数据按险种（元）" in words_of(open_page("section", "reconciliation", view="received"))
    whole = reconciled_sums.received(_user(), reconciled_sums.ReceivedFilter("flow", "202606"))
    due = sum(row["due_amount"] for row in whole)
    monkeypatch.setattr(page.received, "_IN_WAN_FROM", due)
    said = words_of(open_page("section", "reconciliation", view="received"))
    assert "全量接收数据按险种（万元）" in said
    assert f"{due / 10_000:,.2f}" in said


def test_movements_balance_at_every_roll_up(var: Any) -> None:
    for user in (_user(), _user("qingxiu")):
        rows = [*breaks.movement_days(user, None, None), *breaks.movement_lists(user, None)]
        rows += [row for by in ("bureau", "agency", "insurance") for row in breaks.movement_by(user, by, None, None)]
        assert len(rows) > 8
        assert all(waterfall.is_balanced(row) for row in rows)
        days = breaks.movement_days(user, None, None)
        assert days[0]["opening_amount"] == days[1]["closing_amount"]
    wrong = {**rows[0], "closing_amount": rows[0]["closing_amount"] + Decimal("0.01")}
    assert not waterfall.is_balanced(wrong)


def _rows(*steps: tuple[int, str]) -> list[dict[str, Any]]:
    return [
        {"step_no": number, "step_code": f"s{place}", "step_name": "原因", "case_count": 1, "amount": Decimal(amount)}
        for place, (number, amount) in enumerate(steps)
    ]


def test_a_waterfall_runs_from_total_to_total() -> None:
    way = waterfall.way(_rows((0, "100.00"), (1, "-10.00"), (2, "25.50"), (9, "115.50")), "税务", "人社")
    assert [(step.start, step.end) for step in way.steps] == [
        (0, 100),
        (100, 90),
        (90, Decimal("115.50")),
        (0, Decimal("115.50")),
    ]
    assert way.remainder == 0
    assert [step.name for step in way.steps if step.is_total] == ["税务合计", "人社合计"]
    low, high, cut = way.axis()
    assert cut
    assert low < 90
    assert high > Decimal("115.50")
    short = waterfall.way(_rows((0, "100.00"), (2, "-10.00"), (9, "89.99")), "税务", "人社")
    assert short.remainder == Decimal("0.01")


@pytest.mark.parametrize(
    "amounts", [("0", "5", "5"), ("10", "-40", "-30"), ("0", "0", "0"), ("1000000", "0", "1000000")]
)
def test_the_axis_holds_every_bar(amounts: tuple[str, str, str]) -> None:
    first, move, other = amounts
    way = waterfall.way(_rows((0, first), (2, move), (9, other)), "甲", "乙")
    low, high, cut = way.axis()
    assert all(low <= step.end <= high for step in way.steps)
    assert low < high or way.first == way.other
    assert cut or low <= 0
