"""The main way through the dashboard in a real headless browser, with mouse and keyboard, and nothing fetched from outside."""

import os
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from sqlalchemy import update

from dashboards import screenshots
from dashboards.access import accounts, audit_search, exports, sessions, store
from dashboards.access.audit_search import Search
from dashboards.access.models import SignInSession
from dashboards.access.roles import Role
from orchestration.lib import vault
from tests.browser import contrast, sheets
from tests.dashboards import fixture_person as made
from tests.dashboards import fixture_snapshot
from tests.dashboards.faces import RECONCILIATION_VIEWS
from tests.dashboards.test_consent import VILLAGE
from tests.dashboards.test_exports import FINDINGS

CHROMIUM = screenshots.browser_file()
pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(
        CHROMIUM is None and not os.environ.get("CI"),
        reason="chromium is missing: apt-get install chromium fonts-noto-cjk",
    ),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the served dashboard reads and writes."""
    made = tmp_path_factory.mktemp("browser")
    fixture_snapshot.write(made)
    return made


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    with screenshots.served({"SHEBAO_VAR": str(folder)}) as served:
        yield served


@pytest.fixture
def inside(folder: Path, address: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The served dashboard's own store, vault and keys, in reach of the test."""
    monkeypatch.setenv("SHEBAO_VAR", str(folder))
    monkeypatch.delenv("SHEBAO_STATE_URL", raising=False)
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    assert CHROMIUM is not None, "CI must have chromium"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=screenshots.BROWSER_ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Any]:
    context = browser.new_context(viewport=screenshots.DESK, locale="zh-CN")
    opened = context.new_page()
    outside: list[str] = []
    complaints: list[str] = []
    opened.on("request", lambda request: None if _is_home(request.url) else outside.append(request.url))
    opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    opened.set_default_timeout(30_000)
    yield opened
    context.close()
    assert outside == [], "nothing may be fetched from outside"
    assert [text for text in complaints if "Content Security Policy" in text or "Uncaught" in text] == []


def _is_home(url: str) -> bool:
    return url.startswith(("http://127.0.0.1", "data:", "blob:", "ws://127.0.0.1"))


def _heading(page: Any, words: str) -> None:
    page.locator(".sb-head h1", has_text=words).wait_for()
    screenshots.settle(page)


def _address_has(page: Any, words: str) -> None:
    # Streamlit sends the address by a message of its own, which may come after the page's headings.
    page.wait_for_function("words => location.href.includes(words)", arg=words)


def _address_lacks(page: Any, words: str) -> None:
    page.wait_for_function("words => !location.href.includes(words)", arg=words)


def test_main_way(page: Any, address: str) -> None:
    screenshots.sign_in(page, address, "section")
    _heading(page, "社保费征收总览")
    assert page.locator(".st-key-card_ranking tr[data-key]").count() == 16

    # Down: city → bureau → town, with mouse and keyboard; the address keeps it.
    page.locator("tr[data-key='14501030000']").click()
    page.locator(".sb-crumb b", has_text="青秀局").wait_for()
    _address_has(page, "bureau=14501030000")
    page.locator("tr[data-key='450103004']").focus()
    page.keyboard.press("Enter")
    page.locator(".sb-crumb b", has_text="南湖街道").wait_for()
    _address_has(page, "town=450103004")

    # The cookie brings one back to the same place in a new tab; it cannot be read by scripts.
    cookies = {cookie["name"]: cookie for cookie in page.context.cookies()}
    assert cookies["shebao_session"]["httpOnly"] is True
    assert cookies["shebao_session"]["sameSite"] == "Strict"
    other = page.context.new_page()
    other.goto(page.url)
    other.locator(".sb-crumb b", has_text="南湖街道").wait_for()
    other.close()

    # Up again.
    page.locator(".sb-crumb a", has_text="全市").click()
    page.locator("h2", has_text="主管局排名").wait_for()
    screenshots.settle(page)
    _address_lacks(page, "bureau=")

    # Findings: catalogue → list → detail.
    page.get_by_role("link", name="疑点数据").click()
    _heading(page, "疑点数据")
    page.locator("tr[data-key='A7.4']").click()
    _heading(page, "部分缴纳")
    page.locator("table.sb-table tr[data-key]").first.click()
    page.locator(".sb-evidence").wait_for()
    assert "核实并更正后解除" in page.locator(".sb-evidence").inner_text()
    _address_has(page, "finding=")

    # Reconciliation.
    page.get_by_role("link", name="对账").click()
    _heading(page, "对账")
    page.locator("tr[data-key='tax_nhsa|collection']").click()
    page.locator("h2", has_text="税务 ↔ 医保 · 征收：差异清单").wait_for()
    _address_has(page, "pair=tax_nhsa")

    # From the totals to a cause, by keyboard, to a record, to its bill, and back to where one was.
    page.get_by_role("radio", name="差额去向").click()
    page.locator("h2", has_text="税务 ↔ 人社 · 应征：差额去向").wait_for()
    _address_lacks(page, "pair=")
    page.locator("tr[data-key='levy_tips|stage']").click()
    page.locator("tr[data-key='double']").focus()
    page.keyboard.press("Enter")
    page.locator("h2", has_text="征收子系统 ↔ 税库银：重复扣款、重复缴纳").wait_for()
    _address_has(page, "cause=double")
    assert page.locator(".js-plotly-plot .bars path").count() >= 4
    page.locator("tr[data-key]", has_text="环节测试有限公司").first.click()
    page.locator("h2", has_text="征集单的经过").wait_for()
    page.locator(".sb-crumb a").focus()
    page.keyboard.press("Enter")
    page.locator("h2", has_text="征收子系统 ↔ 税库银：重复扣款、重复缴纳").wait_for()
    _address_has(page, "cause=double")
    _address_lacks(page, "finding=")

    # Out; going back with the old cookie shows the sign-in page.
    page.get_by_role("button", name="退出登录").click()
    page.get_by_label("口令").wait_for()
    page.goto(address)
    page.get_by_label("口令").wait_for()


def test_a_list_is_fetched_once_as_a_file(page: Any, address: str, tmp_path: Path) -> None:
    screenshots.sign_in(page, address, "qingxiu")
    page.goto(f"{address}/findings?rule=A7.4")
    _heading(page, "部分缴纳")
    page.get_by_role("button", name="导出").click()
    page.get_by_label("用途").fill("逐户核实")
    page.get_by_label("用途").press("Enter")
    screenshots.settle(page)
    page.get_by_role("button", name="生成下载链接").click()
    link = page.locator("a.sb-download")
    link.wait_for()
    with page.expect_download() as waiting:
        link.click()
    file = tmp_path / "list.xlsx"
    waiting.value.save_as(file)
    assert file.read_bytes()[:2] == b"PK"
    assert waiting.value.suggested_filename.startswith("A7.4 部分缴纳 2026-06-30")
    again = page.request.get(f"{address}{link.get_attribute('href')}")
    assert again.status == 403


def test_watermark_lies_over_everything_and_lets_clicks_through(page: Any, address: str) -> None:
    screenshots.sign_in(page, address, "leader")
    style = page.evaluate(
        "() => { const s = getComputedStyle(document.querySelector('.stApp'), '::after');"
        " return [s.position, s.pointerEvents, decodeURIComponent(s.backgroundImage)]; }"
    )
    assert style[:2] == ["fixed", "none"]
    assert "内部数据，禁止外传" in style[2]
    assert "leader" in style[2]


def test_the_wall_screen_has_no_menu_and_leads_back_by_keyboard(page: Any, address: str) -> None:
    screenshots.sign_in(page, address, "leader")
    small = page.evaluate("() => parseFloat(getComputedStyle(document.documentElement).fontSize)")
    page.goto(f"{address}/?wall=on")
    page.locator(".sb-screen", has_text="退出大屏").wait_for()
    screenshots.settle(page)
    assert not page.locator("[data-testid='stSidebar']").is_visible()
    assert page.evaluate("() => parseFloat(getComputedStyle(document.documentElement).fontSize)") > small
    page.locator(".sb-screen").focus()
    page.keyboard.press("Enter")
    page.locator(".sb-screen", has_text="大屏显示").wait_for()
    page.get_by_role("link", name="征收进度").wait_for()
    _address_lacks(page, "wall=")


def test_print_is_the_whole_page_without_menu(page: Any, address: str) -> None:
    screenshots.sign_in(page, address, "leader")
    page.goto(f"{address}/ranking?metric=resident_rate&among=town")
    _heading(page, "街道乡镇排名")
    page.emulate_media(media="print")
    page.wait_for_timeout(300)
    assert not page.locator("[data-testid='stSidebar']").is_visible()
    assert not page.locator("[class*='st-key-filters']").first.is_visible()
    assert page.locator(".stPopover").count() == 1
    assert not page.locator(".stPopover").is_visible(), "a button to press is nothing to print"
    # Nothing scrolls inside: what is below the window is printed too.
    cut = page.evaluate(
        "() => [...document.querySelectorAll('[data-testid=\"stMain\"],.sb-scroll')].filter((e) => e.scrollHeight > e.clientHeight + 2).length"
    )
    assert cut == 0
    page.emulate_media(media="screen")


# As wide as a sheet between its margins.
SHEET: Any = {"width": 703, "height": 1000}
FOOT = re.compile(r"^.*?section[0-9]{4}-[0-9]{2}-[0-9]{2}[0-9:]{5}[2-9A-Z]{8}")


def test_each_printed_sheet_bears_the_watermark_and_something_to_read(page: Any, address: str) -> None:
    """Read from the PDF itself: the words at each foot, rows on each sheet, headings again, and nothing of the menu."""
    screenshots.sign_in(page, address, "section")
    for path, heading, least in (
        ("ranking?metric=resident_rate&among=town", "名次升降街道乡镇", 3),
        ("findings?rule=A1.10&state=all", "单位主管局原因", 1),
        ("reconciliation?view=movement", "主管局期初", 3),
        ("dictionary", "指标公式单位", 2),
    ):
        page.goto(f"{address}/{path}")
        page.locator("table.sb-table").first.wait_for()
        screenshots.settle(page)
        printed = sheets.sheets(page.pdf(format="A4", prefer_css_page_size=True))
        assert len(printed) >= least, (path, len(printed))
        assert sum(heading in sheet for sheet in printed) >= min(least, 2), path
        for number, sheet in enumerate(printed, 1):
            foot = FOOT.match(sheet)
            assert foot is not None, (path, number, sheet[:80])
            assert sheets.plain("内部数据，禁止外传　征收科（演示） section") in foot[0], (path, number)
            assert f"第{number}" in foot[0] and f"共{len(printed)}" in foot[0], (path, number)
            assert len(sheet) - len(foot[0]) > 10, (path, number, "a sheet without anything on it")
            for menu in ("退出登录", "修改口令", "社保费征管数据仓", "征收进度排名指标"):
                assert menu not in sheet, (path, number, menu)
        assert page.locator(".main-svg:not([viewBox])").count() == 0, "a figure that is wider than the sheet is cut off"
        # Nothing reaches over the sheet's edge.
        page.set_viewport_size(SHEET)
        page.emulate_media(media="print")
        over = page.evaluate(
            "() => [...document.querySelectorAll('.sb-table, .sb-kpi, .sb-title, [class*=\"st-key-card\"]')]"
            ".filter((e) => e.getBoundingClientRect().right > innerWidth + 1).length"
        )
        assert over == 0, path
        page.emulate_media(media="null")
        page.set_viewport_size(screenshots.DESK)


NAMED = (
    "() => [...document.querySelectorAll('.stApp *')].flatMap("
    "(e) => ['aria-label', 'title', 'placeholder', 'alt'].map((name) => e.getAttribute(name))).filter((words) => words)"
)
ENGLISH = (
    "Skip to",
    "Press Enter",
    "Choose",
    "Select",
    "Deploy",
    "Rerun",
    "No results",
    "Download",
    "Error",
    "not found",
)


def _speaks_chinese(page: Any, where: str) -> None:
    """Neither the page's words nor what its elements are called for those who do not see them."""
    words = page.locator("body").inner_text()
    for english in ENGLISH:
        assert english not in words, (where, english)
    named = set(page.evaluate(NAMED))
    assert named, where
    # A table of the exchange is called by its name, in capitals; the fixture calls its causes by their codes.
    named = {re.sub("原因：[a-z_]+", "", words) for words in named}
    assert [words for words in named if re.search("[a-z]{3}", words)] == [], where


def test_no_english_words_of_streamlit_and_no_sideways_scrolling(page: Any, address: str) -> None:
    for size in (screenshots.DESK, screenshots.PHONE):
        page.set_viewport_size(size)
        screenshots.sign_in(page, address, "section")
        for path in (
            "", "progress", "progress?view=residents", "ranking", "findings", "findings?rule=A7.4", "reconciliation", "health", "catalogue",
            *(f"reconciliation?view={view}" for view in RECONCILIATION_VIEWS),
        ):  # fmt: skip
            page.goto(f"{address}/{path}")
            page.locator(".sb-head h1").wait_for()
            screenshots.settle(page)
            _speaks_chinese(page, path)
            wide = page.evaluate(
                "() => { const m = document.querySelector('[data-testid=\"stMain\"]'); return m.scrollWidth - m.clientWidth; }"
            )
            assert wide <= 1, (path, size, wide)
            if path.startswith("reconciliation"):
                tables = page.evaluate(
                    "() => [...document.querySelectorAll('.sb-scroll')].map((e) => e.scrollWidth - e.clientWidth)"
                )
                assert max(tables, default=0) <= 1, (path, size, tables)
        page.context.clear_cookies()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out_from_their_ground(browser: Any, address: str, scheme: str) -> None:
    context = browser.new_context(viewport=screenshots.DESK, locale="zh-CN", color_scheme=scheme)
    page = context.new_page()
    page.goto(address)
    page.get_by_label("口令").wait_for()
    screenshots.settle(page)
    assert contrast.measured(page).faint == []
    for login, paths in (
        ("section", (
            "", "progress", "progress?view=residents", "ranking", "metrics", "findings", "findings?rule=A7.4",
            "reconciliation", "reconciliation?view=waterfall", "deduction", "batch", "client", "score", "subject", "bulk", "exports", "health",
            "dictionary", "catalogue",
        )),
        ("admin", ("?view=users", "?view=log")),
    ):  # fmt: skip
        screenshots.sign_in(page, address, login)
        for path in paths:
            page.goto(f"{address}/{path}")
            page.locator(".sb-head h1, .sb-banner").first.wait_for()
            screenshots.settle(page)
            if "rule=" in path:
                # What opens over the page is no part of Streamlit's own block.
                page.get_by_role("button", name="导出").click()
                page.get_by_label("用途").wait_for()
                screenshots.settle(page)
            seen = contrast.measured(page)
            assert seen.looked > 10, path
            assert seen.faint == [], path
        context.clear_cookies()
    # What is measured is what is seen.
    page.evaluate("() => document.querySelector('.sb-head h1').style.setProperty('opacity', '0.3')")
    assert len(contrast.measured(page).faint) == 1
    context.close()


def test_other_roles_read_chinese_too(page: Any, address: str) -> None:
    assert page.goto(address).status == 200
    page.get_by_label("口令").wait_for()
    screenshots.settle(page)
    assert page.evaluate("() => document.documentElement.lang") == "zh-CN"
    _speaks_chinese(page, "signing in")
    for login, paths in (("cadre", ("", "ranking")), ("operator", ("",)), ("admin", ("",))):
        screenshots.sign_in(page, address, login)
        for path in paths:
            page.goto(f"{address}/{path}")
            page.locator(".sb-head h1").wait_for()
            screenshots.settle(page)
            _speaks_chinese(page, f"{login}: {path}")
        page.context.clear_cookies()
    assert page.goto(f"{address}/nothing").status == 404
    page.get_by_text("没有这个页面").wait_for()
    page.get_by_role("link", name="回到首页").click()
    page.get_by_label("口令").wait_for()


def test_a_lost_connection_is_told_in_chinese(page: Any, address: str) -> None:
    """Streamlit's English dialog is there and hidden; our banner stands instead, and goes when the connection is back."""
    page.route("**/_stcore/**", lambda route: route.abort())
    page.goto(address)
    page.locator(".stDialog").wait_for(state="attached")
    banner = (
        "() => { const s = getComputedStyle(document.querySelector('[data-testid=\"stApp\"]'), '::before');"
        " return s.visibility === 'visible' ? s.content : ''; }"
    )
    page.wait_for_function(f"() => ({banner})().includes('正在重新连接')")
    assert not page.locator(".stDialog").is_visible()
    assert "onnect" not in page.evaluate("() => document.body.innerText")
    page.unroute("**/_stcore/**")
    page.get_by_label("口令").wait_for()
    assert page.evaluate(banner) in ("", "none")
    assert page.locator(".stDialog").count() == 0


def test_pictures_can_be_taken(tmp_path: Path) -> None:
    # The command itself is `make screenshots`; here only that it names every page that exists.
    from dashboards.registry import PAGES

    taken = {path.split("?")[0] for _, _, path in screenshots.SHOTS}
    assert {"subject-found", "subject-revealed", "bulk-answered", "findings-export", "changed"} <= {
        name for _, name, *_ in screenshots.ACTS
    }
    assert {name for _, name, _ in screenshots.BEFORE} == {"consent", "first-password"}
    assert {page.url_path for page in PAGES} <= taken | {"overview", "admin"}, (
        "the home of a role has no path of its own"
    )


def test_a_list_is_uploaded_and_answered(page: Any, address: str) -> None:
    """With the real file dialogue's input and our own route; a file that is no list is refused in words."""
    screenshots.sign_in(page, address, "qingxiu")
    page.goto(f"{address}/bulk")
    _heading(page, "批量查询")
    rows = "统一社会信用代码\n91450103MA5000001X\n91450103MA5999999X\n"
    given = page.locator(".sb-upload input")
    given.set_input_files({"name": "名单.csv", "mimeType": "text/csv", "buffer": rows.encode("gb18030")})
    page.get_by_text("名单已读取：2 行").wait_for()
    screenshots.settle(page)
    page.get_by_role("button", name="查询", exact=True).click()
    page.get_by_text("找到 1 个，未找到 1 个").wait_for()
    assert "91450103" not in page.url
    given.set_input_files({"name": "名单.csv", "mimeType": "text/csv", "buffer": "单位编号\n=1+1\n".encode()})
    page.get_by_text("第 2 行第 1 列是公式").wait_for()
    given.set_input_files({"name": "名单.csv", "mimeType": "text/csv", "buffer": b"900001\n" * 200_000})
    page.get_by_text("文件超过 1024 KB").wait_for()


def _logged(login: str, *actions: str) -> int:
    return audit_search.count(Search(login=login, actions=actions))


def test_a_wrong_password_opens_nothing(page: Any, address: str, inside: Path) -> None:
    page.goto(f"{address}/catalogue")
    page.get_by_label("账号").fill("analyst")
    page.get_by_label("口令").fill("wrong-password")
    page.get_by_role("button", name="登录").click()
    page.get_by_role("alert").get_by_text("账号或口令不正确").wait_for()
    assert page.locator(".sb-head, .st-key-sign_out").count() == 0
    assert sessions.COOKIE not in {cookie["name"] for cookie in page.context.cookies()}
    assert _logged("analyst", "sign_in_failed") == 1
    # The right one leads where one wanted to go.
    page.get_by_label("口令").fill(accounts.DEMO_PASSWORD)
    page.get_by_role("button", name="登录").click()
    _heading(page, "规则目录")
    assert _logged("analyst", "sign_in") == 1


def test_a_session_that_rested_too_long_asks_for_the_password(page: Any, address: str, inside: Path) -> None:
    screenshots.sign_in(page, address, "leader")
    leader = accounts.find("leader")
    assert leader is not None
    rested = store.now() - sessions.idle_timeout() - timedelta(minutes=1)
    before = _logged("leader", "session_refused")
    with store.unit_of_work() as work:
        mine = SignInSession.account_id == leader.account_id
        work.execute(update(SignInSession).where(mine).values(last_seen_at=rested))
    page.get_by_role("link", name="征收进度").click()
    page.get_by_label("口令").wait_for()
    screenshots.settle(page)
    assert page.locator(".sb-head, .sb-kpi, table.sb-table tr[data-key]").count() == 0, (
        "nothing of the page before is left"
    )
    # The cookie is worth nothing either, in this tab and in a new one.
    page.reload()
    page.get_by_label("口令").wait_for()
    assert _logged("leader", "session_refused") == before + 1
    page.get_by_label("账号").fill("leader")
    page.get_by_label("口令").fill(accounts.DEMO_PASSWORD)
    page.get_by_role("button", name="登录").click()
    _heading(page, "征收进度")


def test_a_cadre_signs_by_hand_on_a_phone(page: Any, browser: Any, address: str, inside: Path) -> None:
    """A phone that is not signed in opens what the square code holds, a name is drawn there, and it is submitted where one is signed in."""
    accounts.save("signing", "某村", Role.CADRE, VILLAGE, accounts.DEMO_PASSWORD, is_demo=True)
    page.goto(address)
    page.get_by_label("账号").fill("signing")
    page.get_by_label("口令").fill(accounts.DEMO_PASSWORD)
    page.get_by_role("button", name="登录").click()
    code = page.get_by_role("img", name="签字二维码")
    code.wait_for()
    assert code.evaluate("(image) => image.complete && image.naturalWidth") > 100
    _speaks_chinese(page, "the consent")
    link = page.get_by_role("link", name="在本机签字").get_attribute("href")
    phone = browser.new_context(viewport=screenshots.PHONE, locale="zh-CN", has_touch=True).new_page()
    try:
        assert phone.goto(f"{address}{link}").status == 200
        assert not any(english in phone.locator("body").inner_text() for english in ENGLISH)
        assert phone.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
        said = phone.get_by_role("status")
        phone.get_by_role("button", name="签好了").click()
        said.get_by_text("手写本人姓名").wait_for()
        _write(phone)
        phone.get_by_role("button", name="重写").click()
        phone.get_by_role("button", name="签好了").click()
        said.get_by_text("手写本人姓名").wait_for()
        _write(phone)
        phone.get_by_role("button", name="签好了").click()
        said.get_by_text("签字已传回").wait_for()
        assert not phone.get_by_role("button", name="签好了").is_visible()
        assert phone.context.cookies() == []
    finally:
        phone.context.close()
    # Nothing is clicked here: the page looks by itself.
    drawn = page.get_by_role("img", name="某村的手写签字")
    drawn.wait_for()
    assert drawn.evaluate("(image) => image.complete && image.naturalWidth") > 100
    page.get_by_role("button", name="提交同意书").click()
    _heading(page, "总览")
    assert _logged("signing", "consent_given") == 1


def _write(phone: Any) -> None:
    """Two strokes of a pen."""
    box = phone.get_by_role("img", name="手写签字框").bounding_box()
    for begin, end in (((0.1, 0.2), (0.8, 0.7)), ((0.6, 0.1), (0.4, 0.9))):
        phone.mouse.move(box["x"] + begin[0] * box["width"], box["y"] + begin[1] * box["height"])
        phone.mouse.down()
        phone.mouse.move(box["x"] + end[0] * box["width"], box["y"] + end[1] * box["height"], steps=15)
        phone.mouse.up()


def test_back_and_forward_show_what_was_there(page: Any, address: str) -> None:
    screenshots.sign_in(page, address, "section")
    page.goto(f"{address}/findings")
    _heading(page, "疑点数据")
    page.locator("tr[data-key='A7.4']").click()
    _heading(page, "部分缴纳")
    _address_has(page, "rule=A7.4")
    page.locator("table.sb-table tr[data-key]").first.click()
    page.locator(".sb-evidence").wait_for()
    _address_has(page, "finding=")
    page.go_back()
    page.locator(".sb-evidence").wait_for(state="detached")
    _heading(page, "部分缴纳")
    _address_lacks(page, "finding=")
    page.go_back()
    page.locator("tr[data-key='A7.4']").wait_for()
    _address_lacks(page, "rule=")
    page.go_forward()
    _heading(page, "部分缴纳")
    _address_has(page, "rule=A7.4")


def test_who_exports_nothing_is_refused_and_who_must_ask_is_granted(
    browser: Any, page: Any, address: str, inside: Path, tmp_path: Path
) -> None:
    """A leader has no button of a list and no way to one by hand; the section asks, the leader agrees, the section fetches."""
    screenshots.sign_in(page, address, "leader")
    page.goto(f"{address}/findings?rule=A7.4")
    _heading(page, "部分缴纳")
    assert page.get_by_role("button", name="导出").count() == 0
    before = _logged("leader", "refused")
    clerk = accounts.find("qingxiu")
    assert clerk is not None
    ticket = exports.ticket(clerk, exports.request(clerk, "A7.4", "部分缴纳", FINDINGS, 4, "逐户核实"))
    answer = page.request.get(f"{address}/export/{ticket}")
    assert (answer.status, answer.text()) == (403, "您的岗位不能导出清单；本次操作已记入日志。")
    assert _logged("leader", "refused") == before + 1

    desk = browser.new_context(viewport=screenshots.DESK, locale="zh-CN")
    asking = desk.new_page()
    asking.set_default_timeout(30_000)
    screenshots.sign_in(asking, address, "section")
    asking.goto(f"{address}/findings?rule=A7.4")
    _heading(asking, "部分缴纳")
    asking.get_by_role("button", name="导出").click()
    asking.get_by_label("用途").fill("逐户核实")
    asking.get_by_label("用途").press("Enter")
    screenshots.settle(asking)
    asking.get_by_role("button", name="提交审批").click()
    asking.get_by_text("已提交市局领导审批").wait_for()
    assert asking.locator("a.sb-download").count() == 0

    page.get_by_role("link", name="导出登记").click()
    _heading(page, "导出登记")
    page.locator("tr[data-key]", has_text="待审批").first.click()
    page.get_by_role("button", name="同意", exact=True).click()
    page.locator("tr[data-key]", has_text="可下载").first.wait_for()

    asking.goto(f"{address}/exports")
    _heading(asking, "导出登记")
    asking.locator("tr[data-key]", has_text="可下载").first.click()
    asking.get_by_role("button", name="生成下载链接").click()
    link = asking.locator("a.sb-download")
    link.wait_for()
    assert page.request.get(f"{address}{link.get_attribute('href')}").status == 403, "not the leader's"
    with asking.expect_download() as waiting:
        link.click()
    file = tmp_path / "list.xlsx"
    waiting.value.save_as(file)
    assert file.read_bytes()[:2] == b"PK"
    assert _logged("section", "exported") == 1
    desk.close()


def test_a_clear_value_hides_by_itself_and_is_never_printed(page: Any, address: str, inside: Path) -> None:
    with duckdb.connect() as con:
        con.execute("create table kept (token varchar, kind varchar, clear_value varchar)")
        con.execute("insert into kept values (?, 'phone', ?)", [made.token_of(made.WRONG_ID), made.WRONG_PHONE])
        vault.write(con, "kept")
    screenshots.sign_in(page, address, "qingxiu")
    page.goto(f"{address}/subject")
    _heading(page, "户籍体检")
    page.get_by_label("证件号码或人员编号").fill(made.WRONG_NO)
    page.get_by_role("button", name="查询", exact=True).click()
    page.get_by_label("查看明文的事由").wait_for()
    screenshots.settle(page)
    assert made.WRONG_PHONE not in page.content()
    page.get_by_role("combobox", name="查看明文").click()
    page.get_by_role("option", name="联系电话").click()
    page.get_by_label("查看明文的事由").fill("村干来电核对参保，需要回拨本人")
    page.get_by_role("button", name="查看", exact=True).click()
    shown = page.locator(".sb-reveal")
    shown.get_by_text(made.WRONG_PHONE).wait_for()
    assert "秒后隐藏" in shown.inner_text()
    assert made.WRONG_PHONE not in page.url
    assert _logged("qingxiu", "reveal") == 1
    page.emulate_media(media="print")
    assert not shown.is_visible()
    page.emulate_media(media="screen")
    # The browser's own clock is moved: what it shows a minute later, whether the server still answers or not.
    hidden = page.evaluate(
        "() => { const e = document.querySelector('.sb-reveal'); const [a] = e.getAnimations();"
        " const t = a.effect.getComputedTiming(); a.currentTime = t.endTime; return [t.endTime, getComputedStyle(e).visibility]; }"
    )
    assert hidden == [62_000, "hidden"]
    page.get_by_role("button", name="清除").click()
    page.get_by_text("请输入一个人的证件号码或人员编号").wait_for()
    screenshots.settle(page)
    assert made.WRONG_PHONE not in page.content()


def test_the_way_through_an_identity_provider(
    browser: Any, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Off to another site and back: the cookie that other sites' links never bring is there all the same."""
    from dashboards.access import administration
    from tests.dashboards import stand_in_provider

    folder = tmp_path_factory.mktemp("provider")
    fixture_snapshot.write(folder)
    file = folder / "oidc.toml"
    file.write_text("", encoding="utf-8")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "127.0.0.1,localhost")
    monkeypatch.setenv("SHEBAO_VAR", str(folder))
    monkeypatch.delenv("SHEBAO_STATE_URL", raising=False)
    with (
        stand_in_provider.running("localhost") as provider,
        screenshots.served({"SHEBAO_VAR": str(folder), "SHEBAO_OIDC_FILE": str(file)}) as served,
    ):
        settings = {
            "issuer": provider.issuer,
            "client_id": stand_in_provider.CLIENT_ID,
            "client_secret": stand_in_provider.CLIENT_SECRET,
            "address": served,
        }
        file.write_text("".join(f'{name} = "{value}"\n' for name, value in settings.items()), encoding="utf-8")
        clerk = accounts.find("qingxiu")
        assert clerk is not None
        administration.set_outside(None, clerk.account_id, provider.subject)
        context = browser.new_context(viewport=screenshots.DESK, locale="zh-CN")
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.goto(served)
        page.get_by_role("link", name="用统一身份认证登录").click()
        _heading(page, "社保费征收总览")
        assert page.url.removeprefix(served) in ("", "/")
        (cookie,) = [one for one in context.cookies() if one["name"] == sessions.COOKIE]
        assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")
        page.reload()
        _heading(page, "社保费征收总览")
        provider.subject = "u-unknown"
        stranger = browser.new_context(viewport=screenshots.DESK, locale="zh-CN").new_page()
        stranger.goto(f"{served}/oidc/start")
        stranger.get_by_text("没有与之对应的账号").wait_for()
        context.close()
        stranger.context.close()
