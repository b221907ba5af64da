"""`python -m dashboards.screenshots <folder>`: pictures of every page with a headless browser, at the widths of a desk, a small laptop and a phone."""

import argparse
import os
import re
import secrets
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from common import paths
from dashboards.access import accounts, demo
from dashboards.access.accounts import DEMO_PASSWORD
from dashboards.access.roles import Role, Scope, ScopeKind

BROWSER_ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
DESK: Any = {"width": 1440, "height": 900}
LAPTOP: Any = {"width": 1024, "height": 768}
PHONE: Any = {"width": 390, "height": 844}
SIZES = {"desk": DESK, "laptop": LAPTOP, "phone": PHONE}


def browser_file() -> str | None:
    """Debian's chromium, or the browser that SHEBAO_CHROMIUM names."""
    for file in (os.environ.get("SHEBAO_CHROMIUM"), "/usr/bin/chromium", "/usr/bin/chromium-browser"):
        if file and Path(file).exists():
            return file
    return None


@contextmanager
def served(environment: dict[str, str] | None = None) -> Iterator[str]:
    """A dashboard of its own on a free port, in demo mode; yields its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = {**os.environ, "SHEBAO_DEMO": "1", **(environment or {})}
    process = subprocess.Popen(
        [sys.executable, "-m", "dashboards", "--port", str(port)], cwd=paths.root(), env=env, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL if not os.environ.get("SHEBAO_DEBUG") else None,
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(address, process)
        yield address
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


def _wait(address: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(900):
        if process.poll() is not None:
            raise RuntimeError("the dashboard ended before it answered")
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=1):  # noqa: S310 - our own port
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("the dashboard did not answer within 90 seconds")


def sign_in(page: Any, address: str, login: str, password: str = DEMO_PASSWORD) -> None:
    """Fill in the sign-in form and wait for the menu."""
    page.goto(address)
    page.get_by_label("账号").fill(login)
    page.get_by_label("口令").fill(password)
    page.get_by_role("button", name="登录").click()
    page.locator(".sb-head h1").wait_for(timeout=20_000)
    settle(page)


# What stands for an element whose script is still fetched, a figure without a drawing, a table without rows.
_UNFINISHED = (
    '[data-testid="stApp"][data-test-script-state="running"], [data-testid="stSkeleton"],'
    ' [data-testid="stPlotlyChart"]:not(:has(.main-svg)), .sb-root:empty'
)


def settle(page: Any) -> None:
    """Wait until Streamlit has finished its run and fonts and charts are there."""
    for _ in range(2):
        page.wait_for_function("(unfinished) => !document.querySelector(unfinished)", arg=_UNFINISHED, timeout=90_000)
        page.wait_for_timeout(350)


SHOTS = [
    ("leader", "overview", "?"), ("leader", "overview-bureau", "?bureau=14501030000"),
    ("leader", "overview-town", "?bureau=14501030000&town=450103004"), ("leader", "progress", "progress"),
    ("leader", "overview-wall", "?wall=on"),
    ("leader", "progress-residents", "progress?view=residents"),
    ("section", "progress-village", "progress?view=residents&bureau=14501030000&town=450103004&village=450103004002"),
    ("leader", "ranking", "ranking"), ("leader", "ranking-households", "ranking?metric=collection_rate_employer"),
    ("leader", "ranking-towns", "ranking?metric=resident_rate&among=town"),
    ("leader", "ranking-villages", "ranking?metric=resident_rate&bureau=14501030000&town=450103004"), ("cadre", "ranking", "ranking"),
    ("leader", "metrics", "metrics"), ("leader", "progress-bureau", "progress?bureau=14501030000&basis=employer&by_cut=department"),
    ("leader", "batch", "batch"), ("qingxiu", "batch", "batch"), ("section", "annuity", "annuity"), ("section", "agreement", "agreement"),
    ("section", "agreement-week", "agreement?per=week"), ("leader", "client", "client"), ("section", "client-cadre", "client?view=cadre"),
    ("leader", "score", "score"), ("leader", "score-bureau", "score?bureau=14501030000&tab=binding"),
    ("section", "findings", "findings"), ("section", "findings-list", "findings?rule=A7.4"), ("section", "catalogue", "catalogue?rule=A7.4"),
    ("section", "reconciliation", "reconciliation"), ("section", "reconciliation-employer", "reconciliation?pair=tax_nhsa&measure=collection&by=employer"),
    ("section", "reconciliation-waterfall", "reconciliation?view=waterfall"), ("section", "reconciliation-received", "reconciliation?view=received&item=10201"),
    ("section", "reconciliation-internal", "reconciliation?view=internal"), ("section", "reconciliation-annuity", "reconciliation?view=annuity"),
    ("section", "deduction", "deduction"), ("section", "subject", "subject"), ("section", "subject-unit", "subject?view=unit"),
    ("section", "bulk", "bulk"), ("section", "dictionary", "dictionary"),
    ("section", "dictionary-table", "dictionary?view=tables&of=fct_bill"),
    ("section", "deduction-stop", "deduction?verdict=stop&reason=already_paid"),
    ("section", "reconciliation-treasury", "reconciliation?view=treasury"), ("section", "reconciliation-persons", "reconciliation?view=persons"),
    ("section", "reconciliation-movement", "reconciliation?view=movement"), ("qingxiu", "reconciliation-waterfall", "reconciliation?view=waterfall"),
    ("section", "health", "health"), ("qingxiu", "overview", ""), ("cadre", "overview", ""), ("cadre", "progress", "progress"),
    ("operator", "health", ""), ("leader", "refused", "catalogue"), ("leader", "exports", "exports"), ("section", "exports", "exports"),
    ("villager", "overview", ""), ("villager", "progress", "progress"), ("villager", "ranking", "ranking"), ("villager", "metrics", "metrics"),
    ("admin", "users", ""), ("admin", "sessions", "?view=sessions"), ("admin", "log", "?view=log"), ("admin", "unusual", "?view=unusual"),
]  # fmt: skip


@dataclass(frozen=True)
class Given:
    """What is typed in where a picture shows an answer; without it there is no such picture. Nothing is looked up for it: a number is somebody's."""

    person: str = ""
    unit: str = ""


def _found(page: Any, given: Given) -> None:
    page.get_by_label("证件号码或人员编号").fill(given.person)
    page.get_by_role("button", name="查询", exact=True).click()
    page.get_by_label("查看明文的事由").wait_for()


def _revealed(page: Any, given: Given) -> None:
    _found(page, given)
    settle(page)
    page.get_by_label("查看明文的事由").fill("村干来电核对参保，需要核对本人证件")
    page.get_by_role("button", name="查看", exact=True).click()
    page.locator(".sb-reveal").wait_for()


def _answered(page: Any, given: Given) -> None:
    rows = f"单位编号\n{given.unit}\n990000000001\n"
    page.locator(".sb-upload input").set_input_files(
        {"name": "名单.csv", "mimeType": "text/csv", "buffer": rows.encode("gb18030")}
    )
    page.get_by_text("名单已读取").wait_for()
    settle(page)
    page.get_by_role("button", name="查询", exact=True).click()
    page.get_by_text("未找到").first.wait_for()


def _export_asked(page: Any, _: Given) -> None:
    page.get_by_role("button", name="导出").click()
    page.get_by_label("用途").fill("逐户核实")
    page.get_by_label("用途").press("Enter")
    settle(page)
    page.get_by_role("button", name="生成下载链接").click()
    page.locator("a.sb-download").wait_for()


def _changing(page: Any, _: Given) -> None:
    if page.get_by_test_id("stExpandSidebarButton").is_visible():
        page.get_by_test_id("stExpandSidebarButton").click()
        settle(page)
    page.get_by_role("button", name="修改口令").click()
    page.get_by_label("原口令").wait_for()
    # On a phone the menu lies over the form until it is closed.
    if page.get_by_test_id("stExpandSidebarButton").count() == 0 and page.viewport_size["width"] < 768:
        page.get_by_test_id("stSidebarCollapseButton").get_by_role("button").click()
        settle(page)


def _changed(page: Any, given: Given) -> None:
    _changing(page, given)
    new = f"Picture-{secrets.token_hex(6)}"
    for label, words in (("原口令", DEMO_PASSWORD), ("新口令", new), ("再输一次新口令", new)):
        page.get_by_label(label, exact=True).fill(words)
    page.get_by_role("button", name="确定").click()
    page.get_by_text("口令已修改").wait_for()


ACTS: list[tuple[str, str, str, Callable[[Any, Given], None], str]] = [
    ("section", "subject-found", "subject", _found, "person"), ("section", "subject-revealed", "subject", _revealed, "person"),
    ("section", "bulk-answered", "bulk", _answered, "unit"), ("qingxiu", "findings-export", "findings?rule=A2.12", _export_asked, ""),
    ("analyst", "changing", "catalogue", _changing, ""), ("renewed", "changed", "", _changed, ""),
]  # fmt: skip
"""Pictures for which something is done first; the last word names what has to be given for it."""
# Pages that stand before all others: what the account meets when it has signed in.
BEFORE = (("newcomer", "consent", "个人信息保护告知同意书"), ("beginner", "first-password", "修改口令"))
_NOTHING = Scope(ScopeKind.NONE, (), "无业务数据")
_VILLAGE = Scope(ScopeKind.VILLAGE, ("450103004002",), "南湖街道 金湖社区居委会")


@contextmanager
def _own_accounts() -> Iterator[dict[str, str]]:
    """A state store of its own with the demo accounts and those that pictures need besides: the real log and accounts stay as they are."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {"SHEBAO_STATE_URL": f"sqlite:///{folder}/state.sqlite", "SHEBAO_DEMO": "1"}
        before = {name: os.environ.get(name) for name in environment}
        os.environ.update(environment)
        try:
            demo.init_demo()
            for size in SIZES:
                for login, name, signed in (("villager", "金湖社区（演示）", "demo"), ("newcomer", "韦小村", "")):
                    accounts.save(f"{login}.{size}", name, Role.CADRE, _VILLAGE, DEMO_PASSWORD, consent_by=signed)
                for login, fresh in (("beginner", True), ("renewed", False)):
                    accounts.save(
                        f"{login}.{size}", "分析员（演示）", Role.ANALYST, _NOTHING, DEMO_PASSWORD, must_change=fresh
                    )
            yield environment
        finally:
            for name, value in before.items():
                os.environ.pop(name)
                if value is not None:
                    os.environ[name] = value


def _login(name: str, size: str) -> str:
    """An account that a picture changes is another at each size."""
    return f"{name}.{size}" if name in ("villager", "newcomer", "beginner", "renewed") else name


def take(
    folder: Path, *, dark: bool = False, given: Given | None = None, only: str = ""
) -> tuple[list[Path], list[str]]:
    """Take all pictures, or those in whose name the pattern `only` is found.

    Returns the files, and the names of pictures for which the snapshot lacks what has to be clicked.
    """
    from playwright.sync_api import TimeoutError, sync_playwright

    chromium = browser_file()
    if chromium is None:
        raise SystemExit("chromium is missing: apt-get install chromium fonts-noto-cjk")
    folder.mkdir(parents=True, exist_ok=True)
    made: list[Path] = []
    missing: list[str] = []
    with _own_accounts() as environment, served(environment) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=BROWSER_ARGUMENTS)
        for size_name, size in SIZES.items():

            def opened(size: Any = size) -> Any:
                return browser.new_context(
                    viewport=size, locale="zh-CN", color_scheme="dark" if dark else "light"
                ).new_page()

            for login in dict.fromkeys([login for login, *_ in SHOTS] + [login for login, *_ in ACTS]):
                wanted = [
                    (name, path, act)
                    for who, name, path, act in [*((*shot, None) for shot in SHOTS), *_possible(given or Given())]
                    if who == login and re.search(only, f"{login}-{name}")
                ]
                if not wanted:
                    continue
                page = opened()
                if login == "leader":
                    page.goto(address)
                    page.get_by_label("账号").wait_for()
                    settle(page)
                    made.append(_save(page, folder / f"{size_name}-signin.png"))
                sign_in(page, address, _login(login, size_name))
                for name, path, act in wanted:
                    page.goto(
                        f"{address}/{path.removeprefix('overview') if login == 'leader' and path.startswith('overview?') else path}"
                    )
                    page.locator(".sb-head h1, .sb-banner").first.wait_for(timeout=20_000)
                    settle(page)
                    if act is not None:
                        try:
                            act(page, given or Given())
                        except TimeoutError:
                            missing.append(f"{size_name}-{login}-{name}")
                            continue
                        settle(page)
                    made.append(_save(page, folder / f"{size_name}-{login}-{name}.png"))
                    if name == "findings-list":
                        page.locator("tr[data-key]").first.click()
                        page.locator(".sb-evidence").wait_for()
                        settle(page)
                        made.append(_save(page, folder / f"{size_name}-{login}-finding.png"))
                page.context.close()
            for login, name, heading in BEFORE:
                if re.search(only, f"{login}-{name}"):
                    page = opened()
                    page.goto(address)
                    page.get_by_label("账号").fill(_login(login, size_name))
                    page.get_by_label("口令").fill(DEMO_PASSWORD)
                    page.get_by_role("button", name="登录").click()
                    page.get_by_role("heading", name=heading).wait_for()
                    settle(page)
                    made.append(_save(page, folder / f"{size_name}-{login}-{name}.png"))
                    page.context.close()
        browser.close()
    return made, missing


def _possible(given: Given) -> list[tuple[str, str, str, Callable[[Any, Given], None]]]:
    return [(login, name, path, act) for login, name, path, act, needs in ACTS if not needs or getattr(given, needs)]


def _save(page: Any, file: Path) -> Path:
    # The page scrolls inside Streamlit's own block: make the window as tall as it.
    size = page.viewport_size
    height = page.evaluate(
        "() => Math.max(...[...document.querySelectorAll('[data-testid=\"stMain\"]')].map((e) => e.scrollHeight), 0)"
    )
    page.set_viewport_size({"width": size["width"], "height": int(min(max(height, size["height"]), 4000))})
    page.wait_for_timeout(350)
    page.screenshot(path=str(file))
    page.set_viewport_size(size)
    return file


def main() -> int:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=paths.var_dir() / "screenshots")
    parser.add_argument("--dark", action="store_true")
    parser.add_argument(
        "--person", default="", help="a number of an invented person, for the pictures of one who is found"
    )
    parser.add_argument("--unit", default="", help="a unit's number (单位编号), for the picture of a list's answers")
    parser.add_argument("--only", default="", help="a pattern: only pictures in whose name it is found")
    chosen = parser.parse_args()
    given = Given(chosen.person, chosen.unit)
    made, missing = take(chosen.folder, dark=chosen.dark, given=given, only=chosen.only)
    for file in made:
        sys.stdout.write(f"{file}\n")
    for name in missing:
        sys.stderr.write(f"no picture {name}: this snapshot has nothing to click there\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
