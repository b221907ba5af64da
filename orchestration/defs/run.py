"""Run a Dagster job in this process for the command line: a few lines of progress, one clear failure."""

import logging
import os
import sqlite3
import warnings
from typing import Any

import dagster as dg
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy.engine import Engine


def _spare_the_disk(connection: Any, _: Any) -> None:
    """Dagster commits six times a table: its own history need not survive a power cut, ours is in the warehouse."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("pragma synchronous = off")


def run_job(name: str, *, as_of: str | None, exchange: str | None, ephemeral: bool = False) -> str | None:
    """Run the job; returns None on success, else why it failed."""
    from orchestration.lib import home

    home.prepare()
    os.environ["SHEBAO_PROGRESS"] = "1"
    warnings.simplefilter("ignore")
    logging.getLogger("dagster").setLevel(logging.CRITICAL)
    from orchestration.definitions import defs

    if not sqlalchemy_event.contains(Engine, "connect", _spare_the_disk):
        sqlalchemy_event.listen(Engine, "connect", _spare_the_disk)
    job = defs.resolve_job_def(name)
    from orchestration.lib import runtime

    # Resolved here, so that a wrong date is told before anything runs.
    as_of = runtime.resolve_as_of(as_of).isoformat()
    exchange = runtime.resolve_exchange(exchange)
    config = {
        "resources": {"settings": {"config": {"as_of": as_of, "exchange": exchange}}},
        "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
    }
    instance = dg.DagsterInstance.ephemeral() if ephemeral else dg.DagsterInstance.get()
    with instance:
        result = job.execute_in_process(instance=instance, run_config=config, raise_on_error=False)
    if result.success:
        return None
    for event in result.all_events:
        if event.is_step_failure:
            data = event.step_failure_data
            described = data.user_failure_data.description if data.user_failure_data else None
            if described:
                return described
            # An unforeseen error: its kind and the step, not its text, which may quote a row.
            cause = data.error.cause if data.error and data.error.cause else data.error
            return f"步骤 {event.step_key} 出错（{cause.cls_name if cause else '未知'}）"
    return "运行失败"
