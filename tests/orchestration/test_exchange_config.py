"""exchange.toml: what it says is used, what it gets wrong is named, and a secret is never shown."""

from __future__ import annotations

import datetime as dt
import logging
import pickle
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest

from common import paths
from orchestration.lib import exchange_config as config
from orchestration.lib.exchange_config import ConfigError

SECRET = "geheim-口令-7"
GOOD = """
[environments.bureau]
time_zone = "Asia/Shanghai"
[environments.bureau.limits]
rows_per_second = 30000
[environments.bureau.connections.hrss]
kind = "oracle"
dsn = "jhk.example:1521/JHK"
user_env = "HRSS_USER"
password_env = "HRSS_PASSWORD"
systems = ["hrss"]
schemas = { hrss = "SBJHK" }
windows = ["mon-fri 20:00-06:30", "sat,sun 00:00-24:00"]
[environments.bureau.connections.hrss.limits]
fetch_rows = 500
[environments.bureau.connections.rest]
kind = "duckdb"
file = "{var}/exchange/exchange.duckdb"
systems = ["*"]
"""
VARIABLES = {"HRSS_USER": "reader", "HRSS_PASSWORD": SECRET}

Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(text: str) -> Path:
        file = tmp_path / "exchange.toml"
        file.write_text(text, encoding="utf-8")
        return file

    return write


def load(file: Path, name: str = "bureau", **more: object) -> config.Environment:
    return config.load(name, file=file, variables=VARIABLES, **more)  # type: ignore[arg-type]


def test_what_is_written_is_used(write: Write) -> None:
    environment = load(write(GOOD), systems=["hrss", "nhsa"])
    hrss, rest = environment.connection_of("hrss"), environment.connection_of("nhsa")
    assert (hrss.kind, hrss.text("user"), hrss.text("password")) == ("oracle", "reader", SECRET)
    assert (hrss.schema_of("hrss"), hrss.schema_of("nhsa")) == ("SBJHK", "nhsa")
    # Limits of the connection over those of the environment over the defaults.
    assert (hrss.limits.fetch_rows, hrss.limits.rows_per_second, hrss.limits.retries) == (500, 30000, 2)
    assert (rest.kind, rest.text("file")) == ("duckdb", str(paths.exchange_file()))


def test_the_committed_files_are_right() -> None:
    assert set(config.environments()) == {"duckdb", "postgres", "mariadb", "parquet", "files"}
    for name in config.environments():
        config.load(name)
    example = paths.root() / "docs" / "exchange.production.toml"
    names = {f"{who}_EXCHANGE_{what}": "x" for who in ("HRSS", "NHSA", "TAX") for what in ("USER", "PASSWORD")}
    assert len(config.load("production", file=example, variables=names).connections) == 3


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('dsn = "jhk', 'dns = "jhk', "不认识的键 dns"),
        ("fetch_rows", "fetch_row", "不认识的键 fetch_row"),
        ("[environments.bureau.limits]", "[environments.bureau.limit]", "不认识的键 limit"),
        ('kind = "oracle"', 'kind = "db2"', "'db2'"),
        ('kind = "duckdb"', 'kind = "postgres"', "不认识的键 file"),
        ('password_env = "HRSS_PASSWORD"', 'password_env = "HRSS_PASWORD"', "环境变量 HRSS_PASWORD"),
        ('dsn = "jhk.example:1521/JHK"', "", "缺少 dsn"),
        ('systems = ["*"]', 'systems = ["hrss"]', "系统 hrss 同时属于连接 hrss 和 rest"),
        ("Asia/Shanghai", "Asia/Nanning", "Asia/Nanning"),
        ("mon-fri 20:00", "mo-fri 20:00", "mo-fri 20:00-06:30"),
        ("20:00-06:30", "20:00-26:30", "26:30"),
        ("fetch_rows = 500", "fetch_rows = 0", "fetch_rows 应为不小于 1"),
        ("fetch_rows = 500", "fetch_rows = true", "fetch_rows"),
        ("[environments.bureau]", "[environments.bureau", "不是正确的 TOML"),
    ],
)
def test_a_mistake_is_named(write: Write, old: str, new: str, named: str) -> None:
    assert old in GOOD
    with pytest.raises(ConfigError) as error:
        load(write(GOOD.replace(old, new, 1)))
    assert named in str(error.value)
    assert error.value.__cause__ is None


def test_unknown_environments_and_systems_are_errors(write: Write) -> None:
    file = write(GOOD)
    with pytest.raises(ConfigError, match="没有名为 production 的交换库环境（已有：bureau）"):
        load(file, "production")
    with pytest.raises(ConfigError, match="不认识的系统 hrss（契约中有：nhsa）"):
        load(file, systems=["nhsa"])
    alone = GOOD.replace('systems = ["*"]', 'systems = ["nhsa"]')
    with pytest.raises(ConfigError, match="没有配置系统 tax_core 从哪里读取"):
        load(write(alone), systems=["hrss", "nhsa", "tax_core"])
    with pytest.raises(ConfigError, match="找不到交换库配置文件"):
        config.load("bureau", file=file.with_name("none.toml"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('password_env = "HRSS_PASSWORD"', f'password = "{SECRET}"'),
        ('password_env = "HRSS_PASSWORD"', f'password_env = "{SECRET}"'),
        ('dsn = "jhk.example', f'dsn = "tcps://reader:{SECRET}@jhk.example'),
        ("[environments.bureau]", f'password = "{SECRET}\n[environments.bureau]'),
    ],
)
def test_a_secret_in_the_file_is_refused_and_not_repeated(write: Write, old: str, new: str) -> None:
    with pytest.raises(ConfigError) as error:
        load(write(GOOD.replace(old, new, 1)))
    assert SECRET not in "".join(traceback.format_exception(error.value))


def test_a_secret_shows_nowhere(write: Write, caplog: pytest.LogCaptureFixture) -> None:
    environment = load(write(GOOD))
    hrss = environment.connection_of("hrss")
    held = hrss.address["password"]
    shown = [repr(environment), str(hrss), f"{held}", f"{held:>9}", "%s %r" % (held, held), str(dict(hrss.address))]  # noqa: UP031
    with caplog.at_level(logging.INFO):
        logging.getLogger("x").info("using %s", hrss)
    assert SECRET not in "\n".join([*shown, caplog.text])
    with pytest.raises(TypeError):
        pickle.dumps(held)
    said = (
        f"ORA-01017: reader/{SECRET}@jhk; postgresql://u:p%40x@h/db; password='a b' PWD=abc;"
        " mysql://clerk:xyz@localhost; host=h password=q user=r"
    )
    clean = environment.redact(said)
    for hidden in (SECRET, "p%40x", "a b", "abc", "clerk:xyz", "password=q"):
        assert hidden not in clean
    assert "ORA-01017" in clean
    assert "user=r" in clean


@pytest.mark.parametrize(
    ("moment", "is_open", "edge"),
    [
        # Local wall clock of Asia/Shanghai; 2026-06-29 is a Monday.
        ("2026-06-29 19:59", False, "2026-06-29 20:00"),
        ("2026-06-29 20:00", True, "2026-06-30 06:30"),
        ("2026-06-30 06:29", True, "2026-06-30 06:30"),
        ("2026-06-30 06:30", False, "2026-06-30 20:00"),
        ("2026-07-04 12:00", True, "2026-07-05 00:00"),  # Saturday
        ("2026-07-06 03:00", False, "2026-07-06 20:00"),  # Monday night: Sunday's window ended at midnight
    ],
)
def test_windows(write: Write, moment: str, is_open: bool, edge: str) -> None:
    windows = load(write(GOOD)).connection_of("hrss").windows
    utc = dt.datetime.fromisoformat(moment) - dt.timedelta(hours=8)
    assert windows.is_open(utc) is is_open
    assert windows.is_open(utc.replace(tzinfo=dt.UTC)) is is_open
    found = windows.closes_at(utc) if is_open else windows.next_opening(utc)
    assert found == dt.datetime.fromisoformat(edge)


def test_without_windows_it_is_always_open(write: Write) -> None:
    windows = load(write(GOOD)).connection_of("nhsa").windows
    assert windows.is_open(dt.datetime(2026, 6, 30))
    assert windows.next_opening(dt.datetime(2026, 6, 30)) is None
