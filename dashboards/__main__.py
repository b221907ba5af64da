"""`python -m dashboards` serves the dashboard; its other commands make accounts and read the access log (`--help`)."""

import argparse
import os
import sys
import threading
from collections.abc import Callable
from datetime import timedelta

from rich.box import ROUNDED
from rich.console import Console, Group
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table

from dashboards.access import accounts, administration, audit, audit_search, store, unusual
from dashboards.access.accounts import DEMO_PASSWORD
from dashboards.access.administration import AdministrationError, Wanted
from dashboards.access.demo import DEMO_ACCOUNTS, init_demo
from dashboards.access.masking import masked
from dashboards.access.roles import ROLE_NAMES, Role
from dashboards.repositories import snapshot
from dashboards.services import formats, log_words

_console = Console()
_ONCE = "[dim]口令只显示这一次，系统内只存散列 · shown this once, only hashes are stored[/]"


def main(arguments: list[str] | None = None) -> int:
    """Parse and run one command."""
    chosen = _parser().parse_args(arguments)
    if chosen.command == "init-demo":
        _console.print(
            Panel(Group(_accounts_table(init_demo()), _ONCE), title="演示账号  ·  demo accounts", expand=False)
        )
        return 0
    if chosen.command == "create-admin":
        return _first_password(lambda: administration.create(None, Wanted(chosen.login, chosen.name, Role.ADMIN)))
    if chosen.command == "reset-password":
        return _first_password(lambda: administration.reset_password(None, _account_id(chosen.login)))
    if chosen.command == "audit-verify":
        return _verify()
    if chosen.command == "audit-search":
        return _search(chosen)
    if chosen.command == "unusual-use":
        return _unusual(chosen.days)
    return _serve(chosen.address, chosen.port)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m dashboards", description=__doc__)
    parser.add_argument("--port", type=int, default=int(os.environ.get("SHEBAO_PORT") or 8501))
    parser.add_argument("--address", default=os.environ.get("SHEBAO_ADDRESS") or "127.0.0.1")
    commands = parser.add_subparsers(dest="command", metavar="command")
    commands.add_parser("serve", help="serve the dashboard (the default)")
    commands.add_parser("init-demo", help="make the demo accounts anew")
    admin = commands.add_parser("create-admin", help="make an administrator; prints the first password once")
    admin.add_argument("login")
    admin.add_argument("name", help="the person's name, as the watermark shows it")
    reset = commands.add_parser("reset-password", help="give an account a first password again")
    reset.add_argument("login")
    commands.add_parser("audit-verify", help="check the access log's chain; names the first broken row")
    search = commands.add_parser("audit-search", help="search the access log")
    for name in ("login", "subject", "purpose", "code"):
        search.add_argument(f"--{name}", default="")
    search.add_argument("--days", type=int, default=31, help="0: all")
    search.add_argument("--limit", type=int, default=100)
    use = commands.add_parser("unusual-use", help="look for unusual use and list what is open")
    use.add_argument("--days", type=int, default=2)
    return parser


def _account_id(login: str) -> int:
    user = accounts.find(login)
    if user is None:
        raise AdministrationError("没有这个账号，或它已停用。")
    return user.account_id


def _first_password(made: Callable[[], str]) -> int:
    try:
        first = made()
    except AdministrationError as error:
        _console.print(f"[red]{error}[/]")
        return 1
    _console.print(
        Panel(
            Group(
                f"首次口令 first password  [bold]{first}[/]",
                "首次登录时须修改 · to be changed at the first sign-in",
                _ONCE,
            ),
            expand=False,
        )
    )
    return 0


def _verify() -> int:
    verdict = audit_search.verify()
    audit.record_system("audit_verified", "", purpose="命令行", what=f"broken={verdict.broken_id}")
    if verdict.holds:
        audit.anchor_newest()
        _console.print(
            f"[green]日志完整 · the chain holds[/]  {verdict.rows:,} rows, newest {verdict.newest_id} {verdict.newest_hash}"
        )
        return 0
    _console.print(f"[red]第 {verdict.broken_id} 行起不再可信：{verdict.why} · broken from row {verdict.broken_id}[/]")
    return 1


def _search(chosen: argparse.Namespace) -> int:
    since = store.now() - timedelta(days=chosen.days) if chosen.days else None
    search = audit_search.Search(chosen.login, chosen.subject, chosen.purpose, chosen.code, since=since)
    audit.record_system(
        "audit_search",
        masked(chosen.subject),
        purpose=f"命令行 {chosen.purpose}",
        what=f"login={chosen.login} code={chosen.code}",
    )
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("编号", "时间", "账号", "事项", "用途", "内容", "对象", "水印码", "地址"):
        table.add_column(name)
    for row in audit_search.find(search, limit=chosen.limit):
        table.add_row(
            str(row.id), formats.moment_beijing(row.at), escape(row.login), log_words.action(row.action), escape(row.purpose),
            escape(log_words.detail(row)), escape(row.subject), row.session_code, row.client,
        )  # fmt: skip
    _console.print(table)
    return 0


def _unusual(days: int) -> int:
    new = unusual.scan(days)
    for row in unusual.findings():
        _console.print(f"{row.day}  {escape(row.who)}  {unusual.TITLES.get(row.kind, row.kind)}  {row.count:,}")
    _console.print(f"新发现 new  {new}")
    return 0


def _serve(address: str, port: int) -> int:
    passwords: dict[str, str] = {}
    if accounts.count() == 0:
        passwords = init_demo()
    if accounts.is_demo_mode():
        passwords = dict.fromkeys((demo.login for demo in DEMO_ACCOUNTS), DEMO_PASSWORD)
    _console.print(_welcome_panel(address, port, passwords))
    sys.stdout.flush()
    from dashboards.web import serving

    threading.Thread(target=_watch, name="unusual-use", daemon=True).start()
    try:
        serving.serve(address, port)
    except serving.ServingError as error:
        _console.print(f"[red]{error}[/]")
        return 1
    except KeyboardInterrupt:
        _console.print("已停止 · stopped")
    return 0


def _watch(minutes: float = 10) -> None:
    """Every few minutes while the dashboard is served: look for unusual use, and note the log's newest hash outside the store."""
    waiting = threading.Event()
    while True:
        try:
            unusual.scan()
            audit.anchor_newest()
        except Exception as error:
            # The next round tries again; the pages do not depend on it.
            _console.print(f"unusual use was not looked for: {type(error).__name__}")
        waiting.wait(minutes * 60)


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
