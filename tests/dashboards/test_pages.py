"""Every page as every role: opens, shows what it should, refuses what it must, says nothing it must not."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from dashboards.access import accounts, sessions
from dashboards.access.accounts import DEMO_PASSWORD
from dashboards.access.demo import DEMO_ACCOUNTS
from dashboards.access.masking import looks_personal
from dashboards.access.roles import Role, Scope, ScopeKind
from dashboards.registry import PAGES, PageSpec
from tests.dashboards.conftest import go, sign_in, words_of

OpenPage = Callable[..., AppTest]
REFUSAL = "您的岗位无权查看"
EXPECTED = {
    "overview": (
        "社保费征收",
        "征收率",
        "尚欠",
        "城乡居民两险",
        "较上季同一天",
        "来自 6 张交换表",
        "预计到达",
        "大屏显示",
    ),
    "progress": ("征收进度", "逐日累计", "按险种"),
    "ranking": ("排名", "名次", "距目标", "与去年同期比", "名次走势"),
    "metrics": ("指标", "征收率（按金额）", "口径", "分母"),
    "findings": ("疑点数据", "未结疑点", "有效征集单重复传递"),
    "reconciliation": ("对账", "逐笔比对结果", "税务 ↔ 医保 · 征收", "差异清单"),
    "deduction": (
        "批扣核查",
        "待提交清册",
        "可避免退费",
        "本年度已缴纳",
        "重复列入清册",
        "清册明细",
        "历次批扣",
        "余额不足",
    ),
    "batch": (
        "批扣成功率（按单据）",
        "为什么没扣成",
        "余额不足",
        "逐月成功率",
        "连续多月扣不成的单位",
        "去批扣核查",
        "连续多月批扣失败单位",
    ),
    "annuity": ("职业年金托收成功率（按单据）", "每月年金收入", "托收为什么失败", "单位转账与税务确认", "年金托收失败"),
    "agreement": ("三方协议签订率", "为什么验证不通过", "有效协议的验证", "新签协议", "三方协议验证失败"),
    "client": ("客户端注册率", "客户端绑定率", "户籍为什么绑定不了", "村干"),
    "score": ("压力测试指标", "户籍清洗率", "用人单位城职养老征收率", "较上月"),
    "bulk": ("批量查询", "选择名单文件", "查询事由", "请选择一份用人单位名单"),
    "exports": ("导出登记", "清单导出"),
    "admin": ("管理", "个账号", "新建账号", "系统管理员（演示）"),
    "subject": ("户籍体检", "证件号码或人员编号", "查询事由"),
    "catalogue": ("规则目录", "部分缴纳", "对应需求"),
    "dictionary": ("口径字典", "征收率（按金额）", "已上解金额 ÷ 应征金额", "从哪里来"),
    "health": (
        "运行健康",
        "交换表",
        "最近运行",
        "交换系统",
        "未读取的数据",
        "写入失败",
        "表空间",
        "每日巡视",
        "告警记录",
        "名册再次匹配",
        "未完成 36 段",
        "姓名和不完整的证件号码",
    ),
}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.page_id)
@pytest.mark.parametrize("account", DEMO_ACCOUNTS, ids=lambda account: account.login)
def test_page_opens_or_is_refused(open_page: OpenPage, account, page) -> None:  # type: ignore[no-untyped-def]
    app = open_page(account.login, page.page_id)
    assert not app.exception
    said = words_of(app)
    assert "内部数据，禁止外传" in _plain(said) or "%E5%86%85%E9%83%A8%E6%95%B0%E6%8D%AE" in said
    if account.role not in page.roles:
        assert REFUSAL in said
        assert "sb-kpi" not in said.replace(".sb-kpi", "")
        assert "第1测试有限公司" not in said
        return
    assert REFUSAL not in said
    for words in EXPECTED[page.page_id]:
        assert words in said
    assert "截至" in said
    assert not looks_personal(said)
    assert "_token" not in said
    assert "138****8000" not in said


def _plain(said: str) -> str:
    from urllib.parse import unquote

    return unquote(said)


def test_menu_names_only_own_pages(open_page: OpenPage) -> None:
    for account in DEMO_ACCOUNTS:
        app = open_page(account.login)
        links = [item.proto.label for item in app.get("page_link")]
        assert links == [page.title for page in PAGES if account.role in page.roles]


def test_bureau_clerk_sees_no_other_bureau(open_page: OpenPage) -> None:
    for page, more in (
        ("overview", {}), ("progress", {}), ("findings", {"rule": "A1.10"}), ("reconciliation", {}), ("batch", {}), ("annuity", {}),
        ("agreement", {}), ("client", {}), ("client", {"view": "cadre"}), ("score", {}),
    ):  # fmt: skip
        said = words_of(open_page("qingxiu", page, bureau="14501080000", **more))
        for other in ("良庆局", "兴宁局", "横州局", "南宁市良庆", "全市"):
            assert other not in said, (page, other)


@pytest.mark.parametrize(
    ("page", "own_words"),
    [
        ("overview", "较上季同一天"),
        ("progress", "缴费季逐日累计"),
        ("ranking", "村社区以下没有排名"),
        ("metrics", "两险征缴率"),
    ],
)
def test_a_cadre_of_a_village_sees_the_own_village_alone(
    own: None, open_page: OpenPage, page: str, own_words: str
) -> None:
    scope = Scope(ScopeKind.VILLAGE, ("450103004002",), "南湖街道 金湖社区居委会")
    accounts.save("villager", "某村", Role.CADRE, scope, DEMO_PASSWORD, consent_by="test")
    asked = {"bureau": "14501080000", "town": "450103004", "village": "450103004001"}
    app = open_page("villager", page, **asked)
    assert not app.exception
    said = words_of(app)
    assert "金湖社区" in said
    for other in ("嘉宾社区", "凤岭北社区", "未结疑点", "尚欠"):
        assert other not in said, other
    assert own_words in said


def test_cadre_sees_only_sums_of_the_own_town(open_page: OpenPage) -> None:
    for page in ("overview", "progress"):
        said = words_of(open_page("cadre", page, bureau="14501080000", town="450108001"))
        assert "南湖街道" in said
        for other in ("津头街道", "青秀局", "良庆", "测试有限公司", "全市"):
            assert other not in said, (page, other)


def test_analyst_and_operator_see_no_production_rows(open_page: OpenPage) -> None:
    for login, page in (("analyst", "catalogue"), ("analyst", "health"), ("operator", "health")):
        said = words_of(open_page(login, page))
        assert "测试有限公司" not in said
        assert "青秀局" not in said


def test_drill_down_keeps_its_address(open_page: OpenPage) -> None:
    app = open_page("leader", None, bureau="14501030000", town="450103004", period="202605")
    said = words_of(app)
    assert "南湖街道" in said
    assert "2026年5月" in said
    assert app.query_params["bureau"] == "14501030000"
    assert app.query_params["period"] == "202605"


def test_choosing_a_period_writes_the_address(open_page: OpenPage) -> None:
    app = open_page("leader")
    app.selectbox(key="choose_period").select("202605").run()
    assert not app.exception
    assert app.query_params["period"] == "202605"
    assert "2026年5月费款" in words_of(app)
    app.selectbox(key="choose_period").select("202606").run()
    assert "period" not in app.query_params


def test_three_sentences_say_what_the_cards_say(open_page: OpenPage) -> None:
    said = words_of(open_page("leader"))
    assert "截至6月30日，全市2026年6月费款应征" in said
    assert "16 个主管局中" in said
    assert "未结疑点" in said
    assert "对账尚有" in said


def test_findings_list_filters_pages_and_detail(open_page: OpenPage) -> None:
    app = open_page("section", "findings", rule="A1.10", state="all")
    said = words_of(app)
    assert "共 54 条" in said
    assert "第 1–20 条" in said
    app.query_params["page"] = "3"
    assert "第 41–54 条" in words_of(app.run())
    app.selectbox(key="choose_reason").select("suffix_differs").run()
    assert app.query_params["reason"] == "suffix_differs"
    assert "page" not in app.query_params


def test_the_overview_groups_rules_by_chapter_and_folds_the_quiet_ones(open_page: OpenPage) -> None:
    app = open_page("section", "findings")
    said = words_of(app)
    for words in ("A1　用人单位日常数据流转监控", "A8　批量扣款", "社保费批扣明细", "显示另外 2 条没有疑点的规则"):
        assert words in said
    assert "没有疑点的规则</span>" not in said  # the quiet rule's own name
    app = open_page("section", "findings", empty="shown")
    assert "没有疑点的规则</span>" in words_of(app)
    app = open_page("section", "findings", kind="proposal")
    said = words_of(app)
    assert "批量分配户籍主管局" in said
    assert "部分缴纳" not in said


def test_the_catalogue_is_narrowed_by_kind_and_words(open_page: OpenPage) -> None:
    app = open_page("analyst", "catalogue", kind="diagnosis")
    said = words_of(app)
    assert "1 条规则" in said
    assert "取最先成立的一个" in said
    app = open_page("analyst", "catalogue")
    app.text_input(key="catalogue_search").input("不会有的词").run()
    assert "没有符合条件的规则" in words_of(app)
    app.text_input(key="catalogue_search").input("余额不足").run()
    assert "连续多月批扣失败单位" in words_of(app)
    assert "部分缴纳" not in words_of(app)


def test_a_diagnosis_shows_its_causes_first(open_page: OpenPage) -> None:
    said = words_of(open_page("section", "findings", rule="A3.04"))
    for words in ("原因分布", "户籍未关联", "未能判定", "占比"):
        assert words in said
    assert "原因分布" not in words_of(open_page("section", "findings", rule="A7.4"))
    one = words_of(open_page("section", "findings", rule="A3.04", reason="no_section"))
    assert "户籍未关联" in one  # the distribution stays whole when one cause is chosen
    assert one.split("共 ")[1].split(" 条")[0] != said.split("共 ")[1].split(" 条")[0]


def test_a_list_has_the_users_columns_in_their_order(open_page: OpenPage) -> None:
    said = words_of(open_page("section", "findings", rule="A7.1"))
    heads = ["单位名称</th>", "主管税务局</th>", "欠费金额</th>", "单位编号</th>"]
    assert [said.index(head) for head in heads] == sorted(said.index(head) for head in heads)
    assert "data-key" in said.split("单位编号</th>")[1]


def test_persons_insurance_has_its_name(open_page: OpenPage) -> None:
    said = words_of(open_page("section", "findings", rule="B4.09"))
    assert "灵活就业医疗" in said
    assert "10203L" not in said
    one = words_of(open_page("section", "findings", rule="B4.09", finding=_some_finding("B4.09")))
    assert "灵活就业医疗" in one
    assert "10203L" not in one


def test_a_pure_extract_has_rows_and_no_findings(open_page: OpenPage) -> None:
    said = words_of(open_page("section", "findings", rule="A8.1"))
    assert "不是疑点" in said
    assert "余额不足" in said
    assert "银行返回信息</th>" in said
    other = words_of(open_page("qingxiu", "findings", rule="A8.1"))
    assert "余额不足" in other
    assert other.split("共 ")[1].split(" 条")[0] != said.split("共 ")[1].split(" 条")[0]


def test_a_proposal_says_that_it_is_never_carried_out(open_page: OpenPage) -> None:
    app = open_page("section", "findings", rule="A2.05")
    said = words_of(app)
    for words in ("拟改字段</th>", "现值</th>", "建议值</th>", "95.00%", "待审批", "本系统不改任何业务系统的数据"):
        assert words in said
    finding_id = _some_finding("A2.05")
    assert "本系统不改任何业务系统的数据" in words_of(
        open_page("section", "findings", rule="A2.05", finding=finding_id)
    )


def test_search_stays_out_of_the_address(open_page: OpenPage) -> None:
    app = open_page("section", "findings", rule="A1.10", state="all")
    app.text_input(key="finding_search").input("青秀第").run()
    assert not app.exception
    assert "青秀" not in str(app.query_params)
    assert "共 54 条" not in words_of(app)


def test_finding_detail_shows_evidence_values_and_history(open_page: OpenPage, var) -> None:  # type: ignore[no-untyped-def]
    finding_id = _some_finding("A7.4")
    said = words_of(open_page("section", "findings", rule="A7.4", finding=finding_id))
    for words in ("为什么可疑", "核实并更正后解除", "下一步", "已征收金额", "首次发现"):
        assert words in said


def test_finding_out_of_scope_is_not_found(open_page: OpenPage, var) -> None:  # type: ignore[no-untyped-def]
    finding_id = _some_finding("A7.4", "bureau_code <> '14501030000'")
    said = words_of(open_page("qingxiu", "findings", rule="A7.4", finding=finding_id))
    assert "没有找到这条疑点" in said
    assert "测试有限公司" not in said


def _some_finding(rule_id: str, condition: str = "true") -> str:
    from dashboards.access import accounts
    from dashboards.repositories.gate import gate

    user = accounts.find("section")
    assert user is not None
    sql = f"select finding_id from finding where rule_id = '{rule_id}' and state = 'open' and {condition} order by 1"
    return str(gate.query_text(user, "测试", "some_finding", sql, {}).one()["finding_id"])


def test_rejected_address_values_are_ignored(open_page: OpenPage) -> None:
    app = open_page("leader", None, period="2026-06", bureau="'; drop table", town="x")
    assert not app.exception
    assert "主管局排名" in words_of(app)


def test_a_view_of_another_page_is_ignored(open_page: OpenPage) -> None:
    app = open_page("section")
    for page in PAGES:
        for view in ("residents", "waterfall", "unit", "tables"):
            app.query_params["view"] = view
            go(app, page.page_id)
            assert not app.run().exception, (page.page_id, view)


def test_signing_in_on_screen(var) -> None:  # type: ignore[no-untyped-def]
    from common import paths

    app = AppTest.from_file(str(paths.root() / "dashboards" / "web" / "script.py"), default_timeout=60).run()
    assert "口令均为" in words_of(app)
    sign_in(app, "leader", "wrong")
    assert "账号或口令不正确" in words_of(app)
    sign_in(app, "leader", DEMO_PASSWORD)
    assert not app.exception
    assert "社保费征收总览" in words_of(app)
    app.button(key="sign_out").click().run()
    assert "请输入口令" in words_of(app)
    assert "社保费征收总览" not in words_of(app)


def test_an_idle_session_has_to_sign_in_again(open_page: OpenPage, later) -> None:  # type: ignore[no-untyped-def]
    app = open_page("leader")
    later(sessions.idle_timeout() + timedelta(minutes=1))
    said = words_of(app.run())
    assert "请输入口令" in said
    assert "主管局排名" not in said


def test_nothing_published_is_said_plainly(open_page: OpenPage, var) -> None:  # type: ignore[no-untyped-def]
    pointer = var / "published" / "CURRENT"
    kept = pointer.read_text()
    pointer.unlink()
    try:
        app = open_page("leader")
        assert not app.exception
        assert "尚未发布数据" in words_of(app)
    finally:
        pointer.write_text(kept)


@pytest.mark.usefixtures("failed_run")
def test_a_failed_run_is_said_on_every_page(open_page: OpenPage) -> None:
    for page in PAGES:
        if not page.needs_snapshot:
            continue
        app = open_page("section", page.page_id)
        assert "未成功，当前显示的是截至 2026-06-30 的上一版数据" in words_of(app), page.page_id


def test_the_first_page_has_its_name_as_an_address_too(open_page: OpenPage) -> None:
    """A colleague's link or a typed address: not the English box of a page that is not found."""
    for account in DEMO_ACCOUNTS:
        app = open_page(account.login)
        known = {str(info.get("url_pathname")) for info in app._registered_pages.values()}
        assert {"", *(page.page_id for page in PAGES)} == known


def test_go_knows_all_pages(open_page: OpenPage) -> None:
    app = open_page("section")
    for page in PAGES:
        go(app, page.page_id)
        assert words_of(app.run())


def test_health_says_how_the_exchange_is(open_page: OpenPage) -> None:
    """What is wrong stands first and is named; what is not known is not called well; nothing of a row is shown."""
    said = words_of(open_page("operator", "health"))
    assert "医保交换库" in said
    assert said.index(">中断<") < said.index(">计划维护<")
    for words in (
        "4 批",
        "17,000 行",
        "堆积",
        "96 / 8",
        "2 个工作日",
        "历史不足",
        "另有 1 张表近 60 天没有数据",
        "94.8%",
        "自动扩展",
        "没有巡视",
        "发送失败",
        "静默后汇总",
    ):
        assert words in said, words
    assert "为通常的" in said


@pytest.mark.parametrize("missing", ["mon_system", "mon_heartbeat_hour", "ops_patrol", "ops_alert_log"])
def test_health_opens_without_a_part(open_page: OpenPage, missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A snapshot of an earlier version lacks tables: the rest of the page is there."""
    from dashboards.repositories import monitoring

    name = {"mon_system": "systems", "mon_heartbeat_hour": "beats", "ops_patrol": "patrol", "ops_alert_log": "alerts"}[
        missing
    ]
    monkeypatch.setattr(monitoring, name, lambda user: [])
    app = open_page("operator", "health")
    assert not app.exception
    assert "最近运行" in words_of(app)


@pytest.mark.parametrize("page", [page for page in PAGES if Role.BUREAU in page.roles], ids=lambda page: page.page_id)
def test_a_bureau_without_figures_has_every_page(own: None, open_page: OpenPage, page: PageSpec) -> None:
    """One that has just been founded: nothing was due there yet, and its people sign in all the same."""
    accounts.save(
        "newborn", "新局", Role.BUREAU, Scope(ScopeKind.BUREAU, ("14501990000",), "新设税务局"), DEMO_PASSWORD
    )
    app = open_page("newborn", page.page_id)
    assert not app.exception
    assert page.title in words_of(app)
