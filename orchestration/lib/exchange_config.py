"""Read exchange.toml: which database each department's tables come from, how gently, when, and with whose secrets."""

from __future__ import annotations

import datetime as dt
import os
import re
import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from common import paths

KINDS = ("duckdb", "postgres", "mysql", "oracle", "files")
ALL_SYSTEMS = "*"
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MASK = "***"

# What may be said about the address of each kind. `<name>_env` names an environment variable that holds the value.
_ADDRESS: dict[str, frozenset[str]] = {
    "duckdb": frozenset({"file"}),
    "postgres": frozenset(
        {"host", "port", "database", "user", "password", "sslmode", "sslrootcert", "uri", "uri_file"}
    ),
    "mysql": frozenset({"host", "port", "socket", "user", "password", "ssl_mode", "ssl_ca", "uri_file"}),
    "oracle": frozenset({"dsn", "user", "password", "wallet_folder", "wallet_password", "drcp"}),
    "files": frozenset({"folder", "encoding"}),
}
_NEEDED: dict[str, tuple[tuple[str, ...], ...]] = {
    "duckdb": (("file",),),
    "postgres": (("host", "uri", "uri_file"),),
    "mysql": (("host", "socket", "uri_file"),),
    "oracle": (("dsn",), ("user",), ("password",)),
    "files": (("folder",),),
}
_SECRET = frozenset({"password", "wallet_password", "uri"})
_PATHS = frozenset({"file", "folder", "uri_file", "socket", "wallet_folder", "sslrootcert", "ssl_ca"})
_COMMON = frozenset({"kind", "systems", "schemas", "limits", "windows"})
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_WINDOW = re.compile(r"(?:(?P<days>[a-z,\-]+)\s+)?(?P<begin>\d{1,2}:\d{2})\s*-\s*(?P<end>\d{1,2}:\d{2})")
_IN_ADDRESS = re.compile(r"(?P<scheme>[A-Za-z][\w+.\-]*://)[^\s/@]*@")
_ASSIGNED = re.compile(r"(?i)\b(password|passwd|pwd|wallet_password)(\s*[=:]\s*)('[^']*'|\"[^\"]*\"|[^\s;,&)]+)")


class ConfigError(ValueError):
    """exchange.toml (or the environment it names) is wrong; the message names what, and holds no secret."""


class Secret:
    """A value that shows itself to nobody who does not ask for it by name."""

    __slots__ = ("__value",)

    def __init__(self, value: str) -> None:
        self.__value = value

    def reveal(self) -> str:
        """The value, for the driver."""
        return self.__value

    def __repr__(self) -> str:
        return MASK

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return MASK

    def __reduce__(self) -> Any:
        raise TypeError("a secret is not written anywhere")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other.reveal() == self.__value

    def __hash__(self) -> int:
        return hash(self.__value)


@dataclass(frozen=True)
class Limits:
    """How gently a source is read. Every field is a key of [limits]."""

    connections: int = 2
    fetch_rows: int = 50_000
    rows_per_second: int = 0  # 0: as fast as it goes
    statement_timeout_seconds: int = 600
    connect_timeout_seconds: int = 15
    lock_wait_seconds: int = 30
    retries: int = 2
    retry_wait_seconds: int = 5


@dataclass(frozen=True)
class Window:
    """Hours of some days of the week at which a source may be read; over midnight when end <= begin."""

    days: frozenset[int]
    begin: dt.time
    end: dt.time
    text: str

    def opens(self, day: dt.date) -> tuple[dt.datetime, dt.datetime] | None:
        """Its span that begins on a day."""
        if day.weekday() not in self.days:
            return None
        begin = dt.datetime.combine(day, self.begin)
        last = day if self.end > self.begin else day + dt.timedelta(days=1)
        return begin, dt.datetime.combine(last, self.end)


@dataclass(frozen=True)
class Windows:
    """All windows of a source; none means always."""

    items: tuple[Window, ...] = ()
    zone: str = "Asia/Shanghai"

    def local(self, moment: dt.datetime) -> dt.datetime:
        """A moment (aware, or naive UTC) as the source's clock on the wall shows it."""
        aware = moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
        return aware.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None)

    def closes_at(self, moment: dt.datetime) -> dt.datetime | None:
        """Local time at which the present window ends; None while it is closed (or when there are no windows)."""
        now = self.local(moment)
        ends = [
            span[1]
            for window in self.items
            for back in (0, 1)
            if (span := window.opens(now.date() - dt.timedelta(days=back))) and span[0] <= now < span[1]
        ]
        return max(ends, default=None)

    def is_open(self, moment: dt.datetime) -> bool:
        """Whether the source may be read at a moment."""
        return not self.items or self.closes_at(moment) is not None

    def next_opening(self, moment: dt.datetime) -> dt.datetime | None:
        """Local time of the next opening; None when it is open or has no windows."""
        if self.is_open(moment):
            return None
        now = self.local(moment)
        starts = [
            span[0]
            for window in self.items
            for ahead in range(8)
            if (span := window.opens(now.date() + dt.timedelta(days=ahead))) and span[0] > now
        ]
        return min(starts, default=None)


@dataclass(frozen=True)
class Connection:
    """One database (or folder) and the systems whose tables are read there."""

    name: str
    kind: str
    systems: tuple[str, ...]
    address: Mapping[str, str | int | Secret] = field(default_factory=dict)
    schemas: Mapping[str, str] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    windows: Windows = field(default_factory=Windows)

    def text(self, key: str) -> str | None:
        """A part of the address; a secret is revealed here and nowhere else."""
        value = self.address.get(key)
        if value is None:
            return None
        return value.reveal() if isinstance(value, Secret) else str(value)

    def required(self, key: str) -> str:
        """A part of the address that must be there."""
        value = self.text(key)
        if value is None:
            raise ConfigError(f"交换库连接 {self.name}（{self.kind}）缺少 {key}")
        return value

    def schema_of(self, exchange_schema: str) -> str:
        """What the schema of the contract is called in this database."""
        return self.schemas.get(exchange_schema, exchange_schema)

    def secrets(self) -> tuple[str, ...]:
        """What must never be shown."""
        return tuple(v.reveal() for v in self.address.values() if isinstance(v, Secret) and v.reveal())

    def redact(self, text: str) -> str:
        """A text of a driver or server without this connection's secrets."""
        return redact(text, self.secrets())

    def __repr__(self) -> str:
        return f"Connection({self.name!r}, {self.kind!r}, systems={list(self.systems)!r}, <address hidden>)"


@dataclass(frozen=True)
class Environment:
    """A chosen set of connections, e.g. the simulated exchange, or the bureau's production."""

    name: str
    connections: tuple[Connection, ...]

    def connection_of(self, system: str) -> Connection:
        """Where the tables of a system are read."""
        for connection in self.connections:
            if system in connection.systems:
                return connection
        for connection in self.connections:
            if ALL_SYSTEMS in connection.systems:
                return connection
        raise ConfigError(f"交换库环境 {self.name} 没有配置系统 {system} 从哪里读取")

    def check_names(self, systems: Iterable[str]) -> None:
        """No system is named that the contract does not know: what is misspelt would go to the connection of the rest."""
        known = set(systems)
        for connection in self.connections:
            for system in connection.systems:
                if system not in known and system != ALL_SYSTEMS:
                    raise ConfigError(
                        f"交换库环境 {self.name} 的连接 {connection.name} 写了不认识的系统 {system}"
                        f"（契约中有：{'，'.join(sorted(known))}）"
                    )

    def check_systems(self, systems: Iterable[str]) -> None:
        """All names are known, and every system of the contract has a connection."""
        known = set(systems)
        self.check_names(known)
        for system in sorted(known):
            self.connection_of(system)

    def redact(self, text: str) -> str:
        """A text without the secrets of any of its connections."""
        return redact(text, [s for c in self.connections for s in c.secrets()])


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """A text without given secrets, without user and password in addresses, and without `password=…`."""
    for secret in sorted(secrets, key=len, reverse=True):
        if secret:
            text = text.replace(secret, MASK)
    text = _IN_ADDRESS.sub(lambda m: f"{m['scheme']}{MASK}@", text)
    return _ASSIGNED.sub(lambda m: f"{m[1]}{m[2]}{MASK}", text)


def config_file() -> Path:
    """The configuration in use; SHEBAO_EXCHANGE_CONFIG names another."""
    named = os.environ.get("SHEBAO_EXCHANGE_CONFIG")
    return Path(named).expanduser() if named else paths.root() / "exchange.toml"


def environments(file: Path | None = None) -> tuple[str, ...]:
    """Names of all environments of a configuration."""
    return tuple(_read(file or config_file())["environments"])


def load(
    name: str,
    *,
    file: Path | None = None,
    variables: Mapping[str, str] | None = None,
    systems: Collection[str] | None = None,
) -> Environment:
    """An environment by name, checked to the last key; secrets come from the variables it names."""
    source = file or config_file()
    found = _read(source)["environments"]
    if name not in found:
        raise ConfigError(f"{source.name}：没有名为 {name} 的交换库环境（已有：{'，'.join(found)}）")
    builder = _Builder(f"{source.name}：环境 {name}", os.environ if variables is None else variables)
    environment = builder.environment(name, found[name])
    if systems is not None:
        environment.check_systems(systems)
    return environment


def _read(file: Path) -> dict[str, Any]:
    if not file.exists():
        raise ConfigError(f"找不到交换库配置文件 {file.name}")
    try:
        body = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        # The parser's text names a place; it could quote a line, so only the place is passed on.
        place = re.search(r"\(at .*?\)", str(error))
        raise ConfigError(f"{file.name} 不是正确的 TOML {place[0] if place else ''}".rstrip()) from None
    _known(body, {"environments"}, file.name)
    if not isinstance(body.get("environments"), dict) or not body["environments"]:
        raise ConfigError(f"{file.name}：没有任何交换库环境 [environments.<名称>]")
    return body


def _known(table: Mapping[str, Any], known: Collection[str], where: str) -> None:
    for key in table:
        if key not in known:
            raise ConfigError(f"{where}：不认识的键 {key}（可用：{'，'.join(sorted(known))}）")


class _Builder:
    """Turns the tables of the file into checked objects; knows where it is, for the messages."""

    def __init__(self, where: str, variables: Mapping[str, str]) -> None:
        self.where = where
        self.variables = variables

    def environment(self, name: str, body: Any) -> Environment:
        if not isinstance(body, dict):
            raise ConfigError(f"{self.where}：应为一张表")
        _known(body, {"connections", "limits", "time_zone"}, self.where)
        zone = body.get("time_zone", "Asia/Shanghai")
        try:
            ZoneInfo(str(zone))
        except (ZoneInfoNotFoundError, ValueError):
            raise ConfigError(f"{self.where}：不认识的时区 time_zone = {zone}") from None
        common = self._limits(body.get("limits", {}), self.where, Limits())
        tables = body.get("connections")
        if not isinstance(tables, dict) or not tables:
            raise ConfigError(f"{self.where}：没有任何连接 [environments.{name}.connections.<名称>]")
        connections = tuple(self._connection(key, value, common, str(zone)) for key, value in tables.items())
        taken: dict[str, str] = {}
        for connection in connections:
            for system in connection.systems:
                if system in taken:
                    raise ConfigError(f"{self.where}：系统 {system} 同时属于连接 {taken[system]} 和 {connection.name}")
                taken[system] = connection.name
        return Environment(name, connections)

    def _connection(self, name: str, body: Any, common: Limits, zone: str) -> Connection:
        where = f"{self.where}，连接 {name}"
        if not isinstance(body, dict):
            raise ConfigError(f"{where}：应为一张表")
        kind = body.get("kind")
        if kind not in KINDS:
            raise ConfigError(f"{where}：kind = {kind!r} 不认识（可用：{'，'.join(KINDS)}）")
        allowed = _ADDRESS[kind]
        from_environment = {f"{key}_env" for key in allowed}
        for key in _SECRET & allowed & set(body):
            raise ConfigError(f"{where}：{key} 不能写在文件里，请用 {key}_env 写出存放它的环境变量名")
        _known(body, _COMMON | from_environment | (allowed - _SECRET), where)
        address: dict[str, str | int | Secret] = {}
        for key in sorted(allowed):
            value = self._part(key, body, where)
            if value is not None:
                address[key] = value
        for one_of in _NEEDED[kind]:
            if not any(key in address for key in one_of):
                raise ConfigError(f"{where}：缺少 {' 或 '.join(one_of)}（{kind}）")
        return Connection(
            name=name,
            kind=kind,
            systems=self._systems(body.get("systems"), where),
            address=address,
            schemas=self._schemas(body.get("schemas", {}), where),
            limits=self._limits(body.get("limits", {}), where, common),
            windows=Windows(self._windows(body.get("windows", []), where), zone),
        )

    def _part(self, key: str, body: Mapping[str, Any], where: str) -> str | int | Secret | None:
        named = body.get(f"{key}_env")
        if named is not None:
            if key in body:
                raise ConfigError(f"{where}：{key} 与 {key}_env 只能写一个")
            if not isinstance(named, str) or not _VARIABLE.fullmatch(named):
                # Somebody may have written the secret itself here: it is not repeated.
                raise ConfigError(f"{where}：{key}_env 应是环境变量的名称")
            value = self.variables.get(named)
            if not value:
                raise ConfigError(f"{where}：环境变量 {named}（{key}_env）没有设置")
            return Secret(value) if key in _SECRET else self._place(key, value)
        if key not in body:
            return None
        written = body[key]
        wanted: type[Any] = {"port": int, "drcp": bool}.get(key, str)
        if type(written) is not wanted:
            kind = {"int": "整数", "bool": "true 或 false", "str": "文字"}[wanted.__name__]
            raise ConfigError(f"{where}：{key} 应为{kind}")
        if isinstance(written, str) and _holds_password(written):
            raise ConfigError(f"{where}：{key} 里写有口令，口令只能放在环境变量里（password_env）")
        return self._place(key, written) if isinstance(written, str) else int(written)

    @staticmethod
    def _place(key: str, value: str) -> str:
        """Paths are relative to the repository; {var} is the folder of what runs leave behind."""
        if key not in _PATHS:
            return value
        return str(paths.root() / Path(value.replace("{var}", str(paths.var_dir()))).expanduser())

    @staticmethod
    def _systems(value: Any, where: str) -> tuple[str, ...]:
        if not isinstance(value, list) or not value or not all(isinstance(v, str) and v for v in value):
            raise ConfigError(f'{where}：systems 应列出系统名，如 ["hrss"]，或 ["*"] 表示其余全部')
        if len(set(value)) != len(value):
            raise ConfigError(f"{where}：systems 中有重复的名称")
        return tuple(value)

    @staticmethod
    def _schemas(value: Any, where: str) -> dict[str, str]:
        if not isinstance(value, dict) or not all(isinstance(v, str) and v for v in value.values()):
            raise ConfigError(f"{where}：schemas 应为 系统模式名 = 库中模式名")
        return dict(value)

    @staticmethod
    def _limits(value: Any, where: str, base: Limits) -> Limits:
        if not isinstance(value, dict):
            raise ConfigError(f"{where}：limits 应为一张表")
        names = {f.name for f in fields(Limits)}
        _known(value, names, f"{where}，limits")
        for key, number in value.items():
            least = 0 if key in ("rows_per_second", "retries", "retry_wait_seconds") else 1
            if isinstance(number, bool) or not isinstance(number, int) or number < least:
                raise ConfigError(f"{where}，limits：{key} 应为不小于 {least} 的整数")
        return Limits(**{**{f: getattr(base, f) for f in names}, **value})

    @staticmethod
    def _windows(value: Any, where: str) -> tuple[Window, ...]:
        if not isinstance(value, list):
            raise ConfigError(f'{where}：windows 应为列表，如 ["mon-fri 20:00-06:00", "sat,sun 00:00-24:00"]')
        return tuple(_window(text, where) for text in value)


def parse_windows(texts: Iterable[Any], where: str, zone: str = "Asia/Shanghai") -> Windows:
    """Hours written as in [connections]: "mon-fri 20:00-06:00"; for whoever else keeps to booked hours."""
    return Windows(tuple(_window(text, where) for text in texts), zone)


def _holds_password(text: str) -> bool:
    match = _IN_ADDRESS.search(text)
    return bool(match and ":" in match[0].split("://", 1)[1]) or bool(_ASSIGNED.search(text))


def _window(text: Any, where: str) -> Window:
    wrong = ConfigError(f'{where}：windows 中的 {text!r} 写法不对，应如 "mon-fri 20:00-06:00"')
    match = _WINDOW.fullmatch(text.strip().lower()) if isinstance(text, str) else None
    if match is None:
        raise wrong
    days: set[int] = set()
    for part in (match["days"] or "mon-sun").split(","):
        ends = part.split("-")
        if len(ends) > 2 or any(end not in DAYS for end in ends):
            raise wrong
        first, last = DAYS.index(ends[0]), DAYS.index(ends[-1])
        days |= {(first + step) % 7 for step in range((last - first) % 7 + 1)}
    try:
        begin = dt.time.fromisoformat(match["begin"].zfill(5))
        # 24:00 is the midnight at the end of the day.
        end = dt.time(0) if match["end"] == "24:00" else dt.time.fromisoformat(match["end"].zfill(5))
    except ValueError:
        raise wrong from None
    return Window(frozenset(days), begin, end, text)
