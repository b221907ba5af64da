"""`python -m dashboards` serves the dashboard; `python -m dashboards init-demo` makes the demo accounts anew."""

import argparse
import gc
import os
import sys

from rich.box import ROUNDED
from rich.console import Console, Group
from rich.panel import Panel
from rich.table import Table

from dashboards.access import accounts
from dashboards.access.accounts import DEMO_PASSWORD
from dashboards.access.demo import DEMO_ACCOUNTS, init_demo
from dashboards.access.roles import ROLE_NAMES
from dashboards.repositories import snapshot

_console = Console()
_ONCE = "[dim]口令只显示这一次，系统内只存散列 · shown this once, only hashes are stored[/]"


def main(arguments: list[str] | None = None) -> int:
    """Parse and run one command."""
    parser = argparse.ArgumentParser(prog="python -m dashboards", description=__doc__)
    parser.add_argument("command", nargs="?", default="serve", choices=["serve", "init-demo"])
    parser.add_argument("--port", type=int, default=int(os.environ.get("SHEBAO_PORT") or 8501))
    parser.add_argument("--address", default=os.environ.get("SHEBAO_ADDRESS") or "127.0.0.1")
    chosen = parser.parse_args(arguments)
    if chosen.command == "init-demo":
        _console.print(
            Panel(Group(_accounts_table(init_demo()), _ONCE), title="演示账号  ·  demo accounts", expand=False)
        )
        return 0
    return _serve(chosen.address, chosen.port)


def _serve(address: str, port: int) -> int:
    passwords: dict[str, str] = {}
    if accounts.count() == 0:
        passwords = init_demo()
    if accounts.is_demo_mode():
        passwords = dict.fromkeys((demo.login for demo in DEMO_ACCOUNTS), DEMO_PASSWORD)
    _console.print(_welcome_panel(address, port, passwords))
    sys.stdout.flush()
    from dashboards.web.server import app

    # Streamlit collects garbage after every run of a page; what is loaded by now never becomes garbage.
    gc.collect()
    gc.freeze()
    try:
        app.run(config={"server.port": port, "server.address": address, "server.headless": True})
    except KeyboardInterrupt:
        _console.print("已停止 · stopped")
    return 0


def _welcome_panel(address: str, port: int, passwords: dict[str, str]) -> Panel:
    try:
        state = f"数据快照 snapshot  {snapshot.current().snapshot_id}"
    except snapshot.NoSnapshotError:
        state = "[yellow]尚未发布数据，请先运行 make demo  ·  nothing published yet, run make demo first[/]"
    host = "localhost" if address in ("127.0.0.1", "0.0.0.0", "::") else address  # noqa: S104 - compared, not bound
    parts: list[object] = [f"地址 address      [bold cyan]http://{host}:{port}[/]", state, ""]
    if passwords:
        parts.append(_accounts_table(passwords))
        parts.append(_password_words())
    else:
        parts.append("账号沿用上次生成的口令  ·  accounts keep their passwords")
        parts.append("[dim]重新生成 renew them: python -m dashboards init-demo[/]")
    parts.append("[dim]Ctrl-C 停止 stop[/]")
    return Panel(Group(*parts), title="社保费征管数据仓  ·  dashboard", box=ROUNDED, border_style="blue", expand=False)  # type: ignore[arg-type]


def _password_words() -> str:
    if accounts.is_demo_mode():
        return "[dim]SHEBAO_DEMO=1：演示口令只在此模式下有效 · this password works in demo mode only[/]"
    return _ONCE


def _accounts_table(passwords: dict[str, str]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("账号 login", "口令 password", "岗位 role", "范围 scope"):
        table.add_column(name)
    for demo in DEMO_ACCOUNTS:
        table.add_row(demo.login, passwords[demo.login], f"{ROLE_NAMES[demo.role]} {demo.role}", demo.scope.label)
    return table


if __name__ == "__main__":
    sys.exit(main())
