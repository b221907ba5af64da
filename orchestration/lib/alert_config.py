"""Read alerts.toml: who is told what, when it is quiet, and which environment variable holds each channel's address."""

from __future__ import annotations

import datetime as dt
import os
import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from common import paths
from orchestration.lib.exchange_config import ConfigError, Secret

SEVERITIES = ("normal", "high", "urgent")
TOPICS = ("exchange", "client", "special", "patrol", "run")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]*")
_TIME = re.compile(r"([01]?\d|2[0-3]):[0-5]\d")


@dataclass(frozen=True)
class Channel:
    """A way to tell people: e-mail, WeCom, a webhook. Its address is in an environment variable and nowhere else."""

    name: str
    url_env: str

    def address(self) -> Secret | None:
        """The address as Apprise writes it, several separated by blanks; nothing when the variable is not set."""
        value = os.environ.get(self.url_env, "").strip()
        return Secret(value) if value else None


@dataclass(frozen=True)
class Route:
    """Which conditions go to a channel."""

    channel: str
    topics: tuple[str, ...]
    min_severity: str

    def takes(self, topic: str, severity: str) -> bool:
        """Whether a condition is for this channel."""
        return topic in self.topics and SEVERITIES.index(severity) >= SEVERITIES.index(self.min_severity)


@dataclass(frozen=True)
class Quiet:
    """When only what is urgent is told; local time, and free days all day when said so."""

    begin: dt.time
    end: dt.time
    free_days: bool

    def covers(self, moment: dt.datetime, is_workday: bool) -> bool:
        """Whether a local moment is quiet."""
        if self.free_days and not is_workday:
            return True
        now = moment.time()
        if self.begin <= self.end:
            return self.begin <= now < self.end
        return now >= self.begin or now < self.end


@dataclass(frozen=True)
class AlertConfig:
    """Everything that alerts.toml says."""

    channels: Mapping[str, Channel]
    routes: tuple[Route, ...]
    quiet: Quiet | None
    remind_after: dt.timedelta
    urgent: frozenset[str]

    def channels_for(self, topic: str, severity: str) -> list[str]:
        """Names of the channels that take a condition."""
        return sorted({route.channel for route in self.routes if route.takes(topic, severity)})


def config_file() -> Path:
    """The file that is read: SHEBAO_ALERTS_CONFIG, or alerts.toml of the repository."""
    return Path(os.environ.get("SHEBAO_ALERTS_CONFIG") or paths.root() / "alerts.toml")


def load(file: Path | None = None) -> AlertConfig:
    """Read and judge the file; whatever it does not know is an error that names it."""
    source = file or config_file()
    try:
        raw = tomllib.loads(source.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"没有告警配置 {source.name}") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{source.name} 写法不对：{error}") from None
    return parse(raw, source.name)


def parse(raw: Mapping[str, Any], where: str = "alerts.toml") -> AlertConfig:
    """The configuration out of what TOML gave."""
    _only(raw, {"general", "quiet", "channels", "routes"}, where)
    general = _table(raw, "general", where)
    _only(general, {"remind_after_hours", "urgent"}, f"{where} [general]")
    hours = general.get("remind_after_hours", 24)
    if isinstance(hours, bool) or not isinstance(hours, (int, float)) or hours <= 0:
        raise ConfigError(f"{where} [general]：remind_after_hours 应为大于 0 的小时数")
    channels = {}
    for name, entry in _table(raw, "channels", where).items():
        place = f"{where} [channels.{name}]"
        if not _NAME.fullmatch(name) or not isinstance(entry, dict):
            raise ConfigError(f"{place}：渠道名只用字母、数字、- 和 _")
        _only(entry, {"url_env"}, place)
        variable = entry.get("url_env")
        if not isinstance(variable, str) or not _VARIABLE.fullmatch(variable):
            raise ConfigError(f"{place}：url_env 应为环境变量名（大写字母、数字、_），地址不写在文件里")
        channels[name] = Channel(name, variable)
    routes = []
    entries = raw.get("routes", [])
    if not isinstance(entries, list):
        raise ConfigError(f"{where}：routes 写作 [[routes]]")
    for number, entry in enumerate(entries, start=1):
        place = f"{where} [[routes]] 第 {number} 项"
        _only(entry, {"channel", "topics", "min_severity"}, place)
        routes.append(
            Route(
                _one_of(entry.get("channel"), channels, f"{place} channel"),
                tuple(_one_of(topic, TOPICS, f"{place} topics") for topic in entry.get("topics", TOPICS)),
                _one_of(entry.get("min_severity", SEVERITIES[0]), SEVERITIES, f"{place} min_severity"),
            )
        )
    urgent = general.get("urgent", [])
    if not isinstance(urgent, list) or not all(isinstance(one, str) for one in urgent):
        raise ConfigError(f"{where} [general]：urgent 应为告警项的列表")
    return AlertConfig(channels, tuple(routes), _quiet(raw, where), dt.timedelta(hours=hours), frozenset(urgent))


def _quiet(raw: Mapping[str, Any], where: str) -> Quiet | None:
    if "quiet" not in raw:
        return None
    quiet = _table(raw, "quiet", where)
    _only(quiet, {"from", "until", "free_days"}, f"{where} [quiet]")
    times = []
    for name in ("from", "until"):
        text = str(quiet.get(name, ""))
        if not _TIME.fullmatch(text):
            raise ConfigError(f"{where} [quiet]：{name} 应为 HH:MM")
        hour, minute = text.split(":")
        times.append(dt.time(int(hour), int(minute)))
    free = quiet.get("free_days", False)
    if not isinstance(free, bool):
        raise ConfigError(f"{where} [quiet]：free_days 应为 true 或 false")
    return Quiet(times[0], times[1], free)


def _table(raw: Mapping[str, Any], name: str, where: str) -> Mapping[str, Any]:
    found = raw.get(name, {})
    if not isinstance(found, dict):
        raise ConfigError(f"{where}：{name} 应写作 [{name}]")
    return found


def _only(entry: Any, known: Collection[str], where: str) -> None:
    if not isinstance(entry, dict):
        raise ConfigError(f"{where} 写法不对")
    unknown = sorted(set(entry) - set(known))
    if unknown:
        raise ConfigError(f"{where} 有不认识的键：{', '.join(unknown)}（可用：{', '.join(sorted(known))}）")


def _one_of(value: Any, known: Collection[str], where: str) -> str:
    if not isinstance(value, str) or value not in known:
        raise ConfigError(f"{where} 不认识 {value!r}（可用：{', '.join(sorted(known))}）")
    return value
