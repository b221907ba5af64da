"""`python -m dashboards.screenshots <folder>`: pictures of every page with a headless browser, at the widths of a desk, a small laptop and a phone."""

import argparse
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from common import paths
from dashboards.access.accounts import DEMO_PASSWORD

BROWSER_ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
DESK: Any = {"width": 1440, "height": 900}
LAPTOP: Any = {"width": 1024, "height": 768}
PHONE: Any = {"width": 390, "height": 844}


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
        page.wait_for_function("(unfinished) => !document.querySelector(unfinished)", arg=_UNFINISHED)
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
    ("admin", "users", ""), ("admin", "sessions", "?view=sessions"), ("admin", "log", "?view=log"), ("admin", "unusual", "?view=unusual"),
]  # fmt: skip


def take(folder: Path, *, dark: bool = False) -> list[Path]:
    """Take all pictures; returns the files."""
    from playwright.sync_api import sync_playwright

    chromium = browser_file()
    if chromium is None:
        raise SystemExit("chromium is missing: apt-get install chromium fonts-noto-cjk")
    folder.mkdir(parents=True, exist_ok=True)
    made: list[Path] = []
    with served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=BROWSER_ARGUMENTS)
        for size_name, size in (("desk", DESK), ("laptop", LAPTOP), ("phone", PHONE)):
            logins = dict.fromkeys(login for login, _, _ in SHOTS)
            for login in logins:
                context = browser.new_context(viewport=size, locale="zh-CN", color_scheme="dark" if dark else "light")
                page = context.new_page()
                if login == "leader":
                    page.goto(address)
                    page.get_by_label("账号").wait_for()
                    settle(page)
                    made.append(_save(page, folder / f"{size_name}-signin.png"))
                sign_in(page, address, login)
                for who, name, path in SHOTS:
                    if who == login:
                        page.goto(
                            f"{address}/{path.removeprefix('overview') if who == 'leader' and path.startswith('overview?') else path}"
                        )
                        page.locator(".sb-head h1, .sb-banner").first.wait_for(timeout=20_000)
                        settle(page)
                        made.append(_save(page, folder / f"{size_name}-{login}-{name}.png"))
                        if name == "findings-list":
                            page.locator("tr[data-key]").first.click()
                            page.locator(".sb-evidence").wait_for()
                            settle(page)
                            made.append(_save(page, folder / f"{size_name}-{login}-finding.png"))
                context.close()
        browser.close()
    return made


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
    chosen = parser.parse_args()
    for file in take(chosen.folder, dark=chosen.dark):
        sys.stdout.write(f"{file}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
