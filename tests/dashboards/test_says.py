"""The sentences at the head of the pages: they stand there, say what the page's figures say, and nothing of other bureaus."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from streamlit.testing.v1 import AppTest

from tests.dashboards.conftest import words_of

OpenPage = Callable[..., AppTest]
# What a sentence says, with a number in brackets that must stand among the page's own figures; for the whole city, for a bureau's clerk.
CITY: dict[str, tuple[str, ...]] = {
    "progress": (
        r"截至6月30日，全市2026年6月费款应征 .*?征收率 ([\d.]+%)",
        r"^尚欠 ([\d,.]+) 万元，按险种看最多的是城职养老（([\d,.]+) 万元",
        r"按主管局看最多的是青秀局（([\d,.]+) 万元",
        r"停得最多的环节是“已开票”（([\d,]+) 张），最早的 (2026-06-03) 发送。$",
    ),
    "ranking": (
        r"^2026年6月征收率（按金额），(16) 个主管局中，\S+局以 ([\d.]+%) 居首，\S+局以 ([\d.]+%) 居末",
        r"^目标 (98.00%)，\d+ 个主管局已达标.*?（([\d,.]+ 万元)）",
        r"^与上期比，上升最多的是.*?(\d+) 位",
    ),
    "metrics": (
        r"^2026年6月，全市应征金额 ([\d,.]+) 亿元，已上解金额 ([\d,.]+) 亿元，征收率（按金额） ([\d.]+%)",
        r"^2026年6月征收率（按金额），(16) 个主管局中，\S+局以 ([\d.]+%) 居首",
    ),
    "findings": (
        r"^未结疑点 ([\d,]+) 条，涉及 ([\d,.]+) 万元，其中级别高的 \d+ 条；最多的是“税务与人社、医保对账差异”（(\d+) 条",
        r"^今日新增 (\d+) 条，消除 (\d+) 条，新增最多的是",
        r"未结最久的自 2026-\d\d-\d\d 发现已 \d+ 天.*“协议所属机关与社保主管局不一致”今日未检查",
    ),
    "reconciliation": (
        r"^2026年6月与人社、医保 \d+ 项比对均未对平，差异最多的是税务 ↔ 人社 · 征收（(\d+) 笔）。$",
        r"^税务 ↔ 人社 · 应征的差异清单共 (\d+) 笔，涉及 .*?原因最多的是“[^”]+”（\d+ 笔",
    ),
    "deduction": (
        r"^待提交清册 (160) 条、([\d,.]+) 万元，其中可以放行 (112) 条，应停止 (32) 条，要核实 (16) 条。$",
        r"“本年度已缴纳”（各 (16) 条）.*?要退费 ([\d,.]+) 元。$",
        r"已提交 ([\d,]+) 条.*?成功率 ([\d.]+%)，较上一批下降 .*?“余额不足”（([\d,]+) 条，占 ([\d.]+%)）。$",
    ),
}
CLERK: dict[str, tuple[str, ...]] = {
    "progress": (
        r"截至6月30日，青秀局2026年6月费款应征 ([\d,.]+) 万元，已征收 ([\d,.]+) 万元，征收率 ([\d.]+%)",
        r"^尚欠 ([\d,.]+) 万元，按险种看最多的是城职养老（([\d,.]+) 万元.*按街道乡镇看最多的是南湖街道（([\d,.]+) 万元",
        r"停得最多的环节是“已开票”（(\d+) 张）",
    ),
    "ranking": (
        r"^青秀局2026年6月征收率（按金额） ([\d.]+%)，第 (\d+) 名，较上期上升 (\d+) 位。$",
        r"(5) 个街道乡镇中，津头街道以 ([\d.]+%) 居首",
    ),
    "metrics": (
        r"^2026年6月，青秀局应征金额 ([\d,.]+ 万元)，已上解金额 ([\d,.]+ 万元)",
        r"5 个街道乡镇中，津头街道以 ([\d.]+%) 居首",
    ),
    "findings": (r"^未结疑点 (\d+) 条，涉及 ([\d,.]+) 万元", r"^今日新增 (\d+) 条，消除 (\d+) 条"),
    "reconciliation": (
        r"^2026年6月与人社、医保 \d+ 项比对中，\d+ 项对平，1 项未对平，差异最多的是税务 ↔ 医保 · 征收（(1) 笔）。$",
    ),
    "deduction": (r"^待提交清册 (10) 条、([\d,.]+) 元，其中可以放行 (7) 条，应停止 (2) 条，要核实 (1) 条。$",),
}
VIEWS: dict[str, tuple[str, ...]] = {
    "waterfall": (
        r"^(\d+) 组对账中 (\d+) 组没有差异，.*?差额最大的是税务 ↔ 人社 · 应征（([\d,.]+) 万元）。$",
        r"影响最大的是“[^”]+”（.*?）；每一分钱都有去向。$",
    ),
    "received": (
        r"^2026年6月征收 .*?当月入库 ([\d,.]+) 万元（占 [\d.]+%），以后月份入库 ([\d,.]+) 万元.*?尚未入库 ([\d,.]+) 万元",
        r"^2026年6月费款的异常数据 \d+ 笔.*?等 3 类（各 (\d+) 笔）",
    ),
    "internal": (
        r"^2026年6月 \d+ 组比对中，1 组对平，3 组未对平，共 \d+ 笔差异，最多的是征收子系统 ↔ 税库银（(\d+) 笔）。$",
    ),
    "annuity": (
        r"^2026年6月职业年金转账与确认的差异 \d+ 笔，.*?（各 (\d+) 笔）；全部已超过预计消除日。$",
        r"都在税务确认单据 ↔ 银行转账流水。$",
    ),
    "treasury": (
        r"^2026年6月国库入库 .*?入库最多的是风景区经办机构（",
        r"^本月合计，财务收入与人社业务到账相等，均为 ([\d,.]+) 元。$",
    ),
    "persons": (r"^2026年6月 \d+ 组比对中，.*?（各 (\d+) 笔）。$",),
    "movement": (
        r"^今日新增差异 (\d+) 笔，消除 (\d+) 笔；期初 (\d+) 笔、([\d,.]+) 万元，期末 (\d+) 笔、([\d,.]+) 万元，笔数不变。$",
        r"^未结差异 \d+ 笔，其中 \d+ 笔已超过预计消除日，.*?银行转账流水（(\d+) 笔",
    ),
}
_BOX = re.compile(r"<ul class=\\*[\"']sb-says\\*[\"']>(.*?)</ul>")


def told(app: AppTest) -> tuple[list[str], str]:
    """The sentences at the head, and the rest of the page without its markup."""
    assert not app.exception
    said = words_of(app)
    boxes = _BOX.findall(said)
    assert len(boxes) == 1
    rest = re.sub(r"<[^>]+>", " ", _BOX.sub("", said))
    return [unescape(one) for one in re.findall(r"<li>(.*?)</li>", boxes[0])], rest


def checked(app: AppTest, wanted: tuple[str, ...]) -> list[str]:
    """Each expected sentence stands there, and its numbers are figures of the page."""
    sentences, rest = told(app)
    assert 1 <= len(sentences) <= 3
    for pattern in wanted:
        found = next((match for one in sentences if (match := re.search(pattern, one))), None)
        assert found, (pattern, sentences)
        for number in found.groups():
            assert re.search(rf"(?<![\d.,]){re.escape(number)}(?![\d,.]*\d)", rest), (pattern, number)
    return sentences


@pytest.mark.parametrize("page", CITY)
def test_a_leader_reads_what_the_figures_say(open_page: OpenPage, page: str) -> None:
    checked(open_page("leader", page), CITY[page])


@pytest.mark.parametrize("page", CLERK)
def test_a_clerk_reads_of_the_own_bureau_alone(open_page: OpenPage, page: str) -> None:
    sentences = checked(open_page("qingxiu", page), CLERK[page])
    for other in ("兴宁局", "良庆局", "上林局", "全市", "16 个主管局"):
        assert other not in "".join(sentences), other


@pytest.mark.parametrize("view", VIEWS)
def test_each_view_of_the_reconciliation_says_what_it_found(open_page: OpenPage, view: str) -> None:
    checked(open_page("section", "reconciliation", view=view), VIEWS[view])


def test_a_cut_and_a_bureau_are_named(open_page: OpenPage) -> None:
    said, _ = told(open_page("leader", "metrics", cut="insurance:10201"))
    assert said[0].startswith("2026年6月，全市（城职养老）应征金额") and said[1].startswith(
        "2026年6月征收率（按金额）（城职养老），"
    )
    said, _ = told(open_page("leader", "progress", by_cut="department"))
    assert "按系统看最多的是人社（" in said[1]
    whole, _ = told(open_page("leader", "findings"))
    narrowed, _ = told(open_page("leader", "findings", bureau="14501030000"))
    own, _ = told(open_page("qingxiu", "findings"))
    assert narrowed == own != whole


def test_one_rules_list_says_how_long_the_oldest_stands(open_page: OpenPage) -> None:
    app = open_page("qingxiu", "findings", rule="A6.1")
    wanted = (
        r"^符合条件的 (\d+) 条，涉及 ([\d,.]+) 万元；最久的已过 (\d+) 个工作日",
        r"^规则今日未检查（来源表未按时到：tax_mgmt.SF_SFXY），疑点保持原状",
    )
    checked(app, wanted)
    assert not _BOX.search(words_of(open_page("section", "findings", rule="A1.10", state="not_checked")))


def test_a_cadre_reads_no_word_of_bills_and_breaks(open_page: OpenPage) -> None:
    said, _ = told(open_page("cadre", "progress"))
    assert said[0].startswith("截至6月30日，南湖街道") and len(said) == 2
