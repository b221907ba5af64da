"""A password in the configuration shows nowhere when a sync fails: not on screen, not in ops tables, not in Dagster's folder."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import duckdb
import pytest

from common import paths
from tests.conftest import BuiltWorld

pytestmark = pytest.mark.slow
SECRET = "Geheim-4711 'ü@/"
# Nobody listens on port 9; the password is right where each driver would quote it.
CONFIG = """
[environments.broken.connections.pg]
kind = "postgres"
host = "127.0.0.1"
port = 9
database = "jhk"
user = "reader"
password_env = "EXCHANGE_PASSWORD"
systems = ["hrss"]

[environments.broken.connections.my]
kind = "mysql"
host = "127.0.0.1"
port = 9
user = "reader"
password_env = "EXCHANGE_PASSWORD"
systems = ["nhsa"]

[environments.broken.connections.ora]
kind = "oracle"
dsn = "127.0.0.1:9/JHK"
user = "reader"
password_env = "EXCHANGE_PASSWORD"
systems = ["*"]
"""
HIDDEN = (SECRET, quote(SECRET), quote(SECRET, safe=""), "Geheim-4711")


@pytest.fixture(scope="module")
def world(built_world: Callable[..., BuiltWorld], tmp_path_factory: pytest.TempPathFactory) -> BuiltWorld:
    """A built world whose exchange has moved to servers that do not answer."""
    built = built_world(seed=1)
    folder = tmp_path_factory.mktemp("secrets")
    (folder / "exchange.toml").write_text(CONFIG, encoding="utf-8")
    settings = {"SHEBAO_EXCHANGE_CONFIG": str(folder / "exchange.toml"), "EXCHANGE_PASSWORD": SECRET}
    own = BuiltWorld(built.seed, built.as_of, folder / "var", settings)
    shutil.copytree(built.var, own.var)
    return own


def files_of(folder: Path) -> Iterator[tuple[str, bytes]]:
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            yield file.name, file.read_bytes()


@pytest.mark.parametrize("command", ["sync", "watch"])
def test_nowhere(world: BuiltWorld, command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "orchestration", command, "--exchange", "broken", "--as-of", world.as_of],
        cwd=paths.root(), env=world.environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stdout
    said = done.stdout + done.stderr
    told = [word for word in HIDDEN if word in said]
    assert told == []
    with duckdb.connect(str(world.warehouse), read_only=True) as con:
        tables = [
            n for (n,) in con.execute("select table_name from duckdb_tables() where schema_name = 'ops'").fetchall()
        ]
        rows = {table: repr(con.execute(f"select * from ops.{table}").fetchall()) for table in tables}
    # The failures were written down: with nothing there, nothing could be found.
    assert "failed" in rows["sync_table"]
    assert "连不上服务器" in rows["sync_table"]
    assert [(table, word) for table, text in rows.items() for word in HIDDEN if word in text] == []
    everything = list(files_of(world.var))
    if command == "watch":
        assert any(name.endswith(".db") for name, _ in everything), "Dagster kept no history"
    found = [(name, word) for name, content in everything for word in HIDDEN if word.encode() in content]
    assert found == []
