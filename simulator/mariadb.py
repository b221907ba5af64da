"""The exchange on a real MariaDB server of our own: start, fill, stop. Data under var/exchange/mariadb, a unix socket only."""

import getpass
import hashlib
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from common import paths
from simulator import contract

if TYPE_CHECKING:
    from simulator.world import World

TOOLS = ("mariadbd", "mariadb-install-db", "mariadb-admin", "mariadb")
READER = "reader"
PATIENCE = 60.0  # seconds to start or stop
_SOCKET_LIMIT = 100  # the system allows 107 characters


class MariaDBError(RuntimeError):
    """The server cannot be had, started or filled."""


def missing_tools() -> list[str]:
    """Which of the server's programs this machine lacks."""
    return [name for name in TOOLS if _tool(name) is None]


def _tool(name: str) -> str | None:
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin:/usr/local/bin:/usr/bin")


def _need(name: str) -> str:
    found = _tool(name)
    if found is None:
        raise MariaDBError(f"{name} is not on this machine: install MariaDB (Debian: apt-get install mariadb-server)")
    return found


def _folder() -> Path:
    return paths.mariadb_dir()


def socket_file() -> Path:
    """The server's socket: in its folder, or, where that path is too long for a socket, in a folder named after it."""
    wanted = _folder() / "server.sock"
    if len(str(wanted)) <= _SOCKET_LIMIT:
        return wanted
    name = hashlib.sha256(str(_folder()).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"shebao-mariadb-{name}" / "server.sock"


def address() -> str:
    """How the server is reached: by a user who may only read."""
    return f"mysql://{READER}@localhost?socket={quote(str(socket_file()))}"


def is_running() -> bool:
    """Whether a server answers on our socket."""
    if not socket_file().exists():
        return False
    done = subprocess.run(
        [_need("mariadb-admin"), "--no-defaults", "-uroot", f"--socket={socket_file()}", "--connect-timeout=3", "ping"],
        capture_output=True,
    )
    return done.returncode == 0


def start() -> str:
    """Start the server (make its data first when it is new), leave it running, and return its address."""
    programs = {name: _need(name) for name in TOOLS}
    folder, socket = _folder(), socket_file()
    for place in (folder, socket.parent):
        place.mkdir(parents=True, exist_ok=True)
        place.chmod(0o700)  # whoever reaches the socket is the server's master
    if not is_running():
        _install(programs["mariadb-install-db"])
        socket.unlink(missing_ok=True)
        _launch(programs["mariadbd"])
        execute(f"create user if not exists {READER}@localhost; grant select on *.* to {READER}@localhost;")
    paths.mariadb_uri_file().write_text(address() + "\n", encoding="utf-8")
    return address()


def _install(program: str) -> None:
    """A new data directory, made beside and renamed, so that one that was interrupted is not taken for whole."""
    data = _folder() / "data"
    if data.exists():
        return
    fresh = _folder() / "data.new"
    shutil.rmtree(fresh, ignore_errors=True)
    done = subprocess.run(
        [
            program, "--no-defaults", f"--user={getpass.getuser()}", f"--datadir={fresh}",
            "--auth-root-authentication-method=normal", "--skip-test-db",
        ],
        capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        raise MariaDBError(f"mariadb-install-db failed: {(done.stdout + done.stderr)[-500:]}")
    fresh.rename(data)


def _launch(program: str) -> None:
    log = _folder() / "server.log"
    server = subprocess.Popen(
        [
            program, "--no-defaults", f"--user={getpass.getuser()}", f"--datadir={_folder() / 'data'}",
            f"--socket={socket_file()}", f"--pid-file={_folder() / 'server.pid'}", f"--log-error={log}",
            "--skip-networking", "--skip-log-bin", "--character-set-server=utf8mb4", "--collation-server=utf8mb4_bin",
            "--innodb-buffer-pool-size=256M", "--innodb-flush-log-at-trx-commit=0", "--innodb-doublewrite=0",
            "--performance-schema=off", "--max-connections=50", "--default-time-zone=+08:00",
        ],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    deadline = time.monotonic() + PATIENCE
    while not is_running():
        if server.poll() is not None or time.monotonic() > deadline:
            if server.poll() is None:
                server.kill()
                server.wait()
            if socket_file().parent != _folder():
                shutil.rmtree(socket_file().parent, ignore_errors=True)
            said = log.read_text(encoding="utf-8", errors="replace")[-500:] if log.exists() else "nothing"
            raise MariaDBError(f"the MariaDB server did not start; it said: {said}")
        time.sleep(0.05)


def stop() -> str:
    """Stop the server when it runs, and wait until its process is gone."""
    pid_file = _folder() / "server.pid"
    if not is_running():
        return "not running"
    pid = int(pid_file.read_text()) if pid_file.exists() else 0
    subprocess.run(
        [_need("mariadb-admin"), "--no-defaults", "-uroot", f"--socket={socket_file()}", "shutdown"],
        check=True, capture_output=True,
    )  # fmt: skip
    deadline = time.monotonic() + PATIENCE
    while _lives(pid):
        if time.monotonic() > deadline:
            raise MariaDBError(f"the MariaDB server (process {pid}) does not stop")
        time.sleep(0.05)
    if socket_file().parent != _folder():
        shutil.rmtree(socket_file().parent, ignore_errors=True)
    return "stopped"


def _lives(pid: int) -> bool:
    if not pid:
        return is_running()
    try:
        if os.waitpid(pid, os.WNOHANG)[0] == pid:  # it was our own child
            return False
    except ChildProcessError:
        pass
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def uri() -> str:
    """The address that was written at the last start."""
    file = paths.mariadb_uri_file()
    if not file.exists():
        raise FileNotFoundError("no MariaDB exchange: run `python -m simulator mariadb start` first")
    return file.read_text(encoding="utf-8").strip()


def command(action: str) -> str:
    """start | stop | uri, from the command line."""
    return {"start": start, "stop": stop, "uri": uri}[action]()


def execute(statements: str) -> str:
    """Run SQL on the server as its master; what it answers, tab-separated without a head."""
    done = subprocess.run(
        [
            _need("mariadb"), "--no-defaults", "-uroot", f"--socket={socket_file()}", "--batch", "--skip-column-names",
            "--default-character-set=utf8mb4",
        ],
        input=statements, capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip
    if done.returncode:
        raise MariaDBError(f"MariaDB refused: {done.stderr.strip()[-500:]}")
    return done.stdout


def write(world: "World") -> str:
    """Fill the server with the projected exchange. New databases are filled beside the old ones and take their place at once."""
    start()
    tables = contract.tables()
    systems = sorted({table.system for table in tables})
    execute("".join(f"drop database if exists `{s}_new`; create database `{s}_new`;\n" for s in systems))
    transfer = _folder() / "transfer"
    shutil.rmtree(transfer, ignore_errors=True)
    transfer.mkdir()
    try:
        for table in tables:
            _fill(world, table, transfer / f"{table.system}.{table.name}.csv")
    finally:
        shutil.rmtree(transfer, ignore_errors=True)
    _swap(systems)
    return address()


def _fill(world: "World", table: contract.Table, file: Path) -> None:
    """One table through a file that the server loads itself: quoted texts, a bare NULL, no escape character."""
    relation = f'{table.system}."{table.name}"'
    texts = [c.name for c in table.columns if c.kind == "varchar"]
    lengths: dict[str, int] = {}
    if texts:
        longest = ", ".join(f'max(length("{name}"))' for name in texts)
        found = world.rows(f"select {longest} from {relation}")[0]
        lengths = {name: length or 0 for name, length in zip(texts, found, strict=True)}
    columns = ", ".join(f"`{c.name}` {_kind(c, lengths.get(c.name, 0))}" for c in table.columns)
    indexes = "".join(f", index ({', '.join(f'`{name}`' for name in names)})" for names in _indexes(table, lengths))
    values = ", ".join(
        f'"{c.name}"::utinyint as "{c.name}"' if c.kind == "boolean" else f'"{c.name}"' for c in table.columns
    )
    world.sql(
        f"copy (select {values} from {relation}) to '{file}'"
        " (format csv, header false, delimiter ',', quote '\"', escape '\"', nullstr 'NULL', force_quote *)"
    )
    name = f"`{table.system}_new`.`{table.name}`"
    quoted = str(file).replace("\\", "\\\\").replace("'", "''")
    execute(
        f"create table {name} ({columns}{indexes}) engine = InnoDB;\n"
        "set unique_checks = 0; set foreign_key_checks = 0; set sql_mode = 'STRICT_ALL_TABLES';\n"
        f"load data infile '{quoted}' into table {name} character set utf8mb4"
        " fields terminated by ',' optionally enclosed by '\"' escaped by '' lines terminated by '\\n';\n"
    )
    file.unlink()


def _kind(column: contract.Column, length: int) -> str:
    """The type of a column there: texts as long as they may grow, times to the microsecond."""
    if column.kind == "varchar":
        return next((f"varchar({size})" for size in (64, 128, 500) if length * 2 <= size), "longtext")
    return {"timestamp": "datetime(6)", "boolean": "tinyint(1)"}.get(column.kind, column.kind)


def _indexes(table: contract.Table, lengths: dict[str, int]) -> list[tuple[str, ...]]:
    """What a department's table has: its key (not unique: doubled rows are part of the world) and the time of change."""
    found = [table.key] if all(lengths.get(name, 0) <= 64 for name in table.key) else []
    return found + ([(table.cursor,)] if table.cursor else [])


def _swap(systems: list[str]) -> None:
    """Put the new tables in place of the old ones in one statement, which the server does wholly or not at all."""
    listed = ", ".join(f"'{s}', '{s}_new'" for s in systems)
    rows = execute(
        f"select table_schema, table_name from information_schema.tables where table_schema in ({listed})"
    ).splitlines()
    present = [tuple(row.split("\t")) for row in rows]
    moves = [f"`{s}`.`{t}` to `{s}_old`.`{t}`" for s, t in present if not s.endswith("_new")]
    moves += [f"`{s}`.`{t}` to `{s.removesuffix('_new')}`.`{t}`" for s, t in present if s.endswith("_new")]
    before = "".join(
        f"create database if not exists `{s}`; drop database if exists `{s}_old`; create database `{s}_old`;\n"
        for s in systems
    )
    after = "".join(f"drop database `{s}_old`; drop database `{s}_new`;\n" for s in systems)
    execute(f"{before}rename table {', '.join(moves)};\n{after}")
