"""Where runs hand in what holds: tells the channels, keeps the log, and never breaks the run that called it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import duckdb

from orchestration.lib import alert_book, alert_config, alerts, patrol
from orchestration.lib.exchange_config import ConfigError
from orchestration.lib.rules import Rule

JOB_TITLES = {"daily_refresh": "每日刷新", "hourly_watch": "每小时监测", "publish_again": "重新发布"}


def after_patrol(
    con: duckdb.DuckDBPyConnection, rules: Sequence[Rule], answers: Sequence[patrol.Answer], now: dt.datetime
) -> str:
    """Alerts of the rules and of the patrol; returns what happened in a few words."""
    try:
        config = alert_config.load()
        of_rules = alerts.of_rules(con, rules, config)
        conditions = [*of_rules, *alerts.of_patrol(answers, config, of_rules)]
        with alert_book.opened() as book:
            outcomes = alerts.tell(book, config, conditions, ("exchange", "client", "special", "patrol"), now)
            book.copy_log(con)
    except ConfigError as error:
        return f"告警未发送：{error}"
    except Exception as error:  # an alert that cannot be sent must not cost the day's data
        return f"告警未发送（{type(error).__name__}）"
    return f"告警 {len(conditions)} 项；" + _told(outcomes)


def after_run(job: str, failure: str | None, now: dt.datetime, con: duckdb.DuckDBPyConnection | None = None) -> str:
    """A run that ended: an alert when it failed, the end of an earlier alert of the same job when it did not."""
    title = JOB_TITLES.get(job, job)
    try:
        config = alert_config.load()
        conditions = alerts.of_run(job, title, failure, config)
        with alert_book.opened() as book:
            outcomes = alerts.tell(book, config, conditions, (f"run:{job}",), now)
            if con is not None:
                book.copy_log(con)
    except ConfigError as error:
        return f"告警未发送：{error}"
    except Exception as error:
        return f"告警未发送（{type(error).__name__}）"
    return _told(outcomes)


WORDS = {"sent": "已发送", "failed": "发送失败，下次再试", "held": "静默时段，稍后汇总", "no_address": "未配置地址", "bad_address": "地址写法不对"}  # fmt: skip


def _told(outcomes: dict[str, str]) -> str:
    return (
        "，".join(f"{channel} {WORDS.get(outcome, outcome)}" for channel, outcome in outcomes.items())
        or "没有要发送的告警"
    )
