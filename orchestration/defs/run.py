"""Run a Dagster job in this process for the command line: a few lines of progress, one clear failure."""

import logging
import os
import sqlite3
import warnings
from typing import Any

import dagster as dg
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError

from common import failures


def _spare_the_disk(connection: Any, _: Any) -> None:
    """Dagster commits six times a table: its own history need not survive a power cut, ours is in the warehouse."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("pragma synchronous = off")


def run_job(name: str, *, as_of: str | None, exchange: str | None) -> str | None:
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
    result = executed(job, config)
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


def executed(job: dg.JobDefinition, config: dict[str, Any]) -> dg.ExecuteInProcessResult:
    """Run with Dagster's history, or where that breaks once more without: a day's data is not to wait for a record of runs, ours is in the warehouse.

    What goes wrong in a step is in the result and raises nothing; each step may be run again.
    """
    try:
        with dg.DagsterInstance.get() as instance:
            return job.execute_in_process(instance=instance, run_config=config, raise_on_error=False)
    except (SQLAlchemyError, OSError) as error:
        print(  # noqa: T201
            f"Dagster 的运行历史用不了，本次运行不记入其中（{failures.described(error)}）。"
            f"请检查 {os.environ['DAGSTER_HOME']} 的磁盘空间和权限；文件已损坏的，停止 Dagster 后移走该目录即可。",
            flush=True,
        )
    with dg.DagsterInstance.ephemeral() as instance:
        return job.execute_in_process(instance=instance, run_config=config, raise_on_error=False)
