"""Jobs and schedules: the whole day, and the rules of each cadence, made from the manifest."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import dagster as dg

from orchestration.defs.exchange.assets import raw_key
from orchestration.defs.publish.assets import SNAPSHOT
from orchestration.defs.quality.assets import FINDING
from orchestration.defs.quality.roster import ROSTER_MATCH
from orchestration.defs.quality.watch import WATCH
from orchestration.defs.settings import HOURLY_WATCH, ROSTER_JOB
from orchestration.defs.transform.assets import BUILT
from orchestration.lib import alert_desk, roster_match, runtime, warehouse
from orchestration.lib.contract import Table
from orchestration.lib.dbt_cli import meta_of
from orchestration.lib.rules import Rule, by_cadence, upstream_sources

TIMEZONE = "Asia/Shanghai"
DAILY = "daily_refresh"
PUBLISH = "publish_again"
# Models that the hourly watch builds anew; what they read is synced first.
WATCHED = "monitoring"
CRON = {
    HOURLY_WATCH: "10 * * * *",
    "daily": "0 5 * * *",
    "weekly": "0 6 * * 1",
    "monthly": "30 6 1 * *",
    "month_end": "0 */4 28-31 * *",
}


@dg.failure_hook(name="leave_word")
def leave_word(context: dg.HookContext) -> None:
    """A failed run leaves word for the dashboard's banner and tells who is on duty; the snapshot before stays."""
    as_of, message = _write_down(context)
    runtime.write_status("failed", as_of, message, context.run_id)


@dg.failure_hook(name="tell_duty")
def tell_duty(context: dg.HookContext) -> None:
    """A failed watch, or matching of rosters, tells who is on duty; what was published this morning stays right."""
    _write_down(context)


def _write_down(context: dg.HookContext) -> tuple[dt.date | None, str]:
    error = context.op_exception
    message = getattr(error, "description", None) or f"{context.op.name} 失败（{type(error).__name__}）"
    as_of = None
    try:
        with warehouse.opened() as con:
            row = con.execute("select as_of from ops.run where run_id = ?", [context.run_id]).fetchone()
            as_of = row[0] if row else None
            runtime.record_end(con, context.run_id, "failed", message)
    except Exception as problem:  # the word itself must be left even when the warehouse cannot be opened
        context.log.warning(f"ops.run not updated: {type(problem).__name__}")
    context.log.info(alert_desk.after_run(context.job_name, message, runtime.now()))
    return as_of, message


def rule_key(rule: Rule) -> dg.AssetKey:
    """Asset of a rule's model."""
    return dg.AssetKey([rule.schema, rule.model])


def watch_selection(manifest: Mapping[str, Any]) -> dg.AssetSelection:
    """Everything tagged as monitoring and the hourly rules, the exchange tables that they read, and what follows."""
    nodes = [
        node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model"
        and (WATCHED in node["config"].get("tags", []) or meta_of(node).get("cadence") == "hourly")
    ]
    read = {source for node in nodes for source in upstream_sources(manifest, node["unique_id"])}
    keys = [dg.AssetKey([node["schema"], node["name"]]) for node in nodes]
    return dg.AssetSelection.assets(*(raw_key(*one) for one in sorted(read)), *keys, BUILT, FINDING, WATCH, SNAPSHOT)


def build_jobs(rules: Sequence[Rule], manifest: Mapping[str, Any]) -> list[Any]:
    """daily_refresh does everything; hourly_watch looks after exchange, client and the hourly rules; rules_<cadence> runs the rules of one cadence again."""
    jobs = [
        dg.define_asset_job(
            DAILY,
            selection=dg.AssetSelection.all(),
            description="每日：同步、构建、检查、台账、发布",
            hooks={leave_word},
            executor_def=dg.in_process_executor,
        )
    ]
    jobs.append(
        dg.define_asset_job(
            PUBLISH,
            selection=dg.AssetSelection.assets(SNAPSHOT),
            description="把数仓现有内容再发布一次",
            hooks={leave_word},
            executor_def=dg.in_process_executor,
        )
    )
    jobs.append(
        dg.define_asset_job(
            HOURLY_WATCH,
            selection=watch_selection(manifest),
            description="每小时：同步监测、读取标志与加急规则的表，构建监测模型与加急规则，巡视与告警",
            hooks={tell_duty},
            executor_def=dg.in_process_executor,
        )
    )
    jobs.append(
        dg.define_asset_job(
            ROSTER_JOB,
            selection=dg.AssetSelection.assets(ROSTER_MATCH, SNAPSHOT),
            description="在预约的空闲时段，逐段再次匹配名册中未匹配的人员，并发布",
            hooks={tell_duty},
            executor_def=dg.in_process_executor,
        )
    )
    for cadence, chosen in by_cadence(tuple(rules)).items():
        if cadence in ("daily", "on_demand", "hourly"):  # hourly rules belong to the watch, which syncs first
            continue
        jobs.append(
            dg.define_asset_job(
                f"rules_{cadence}",
                selection=dg.AssetSelection.assets(*[rule_key(r) for r in chosen], BUILT, FINDING, SNAPSHOT),
                description=f"{cadence} 频次的规则、台账与发布",
                hooks={leave_word},
                executor_def=dg.in_process_executor,
                tags={"rules": str(len(chosen))},
            )
        )
    return jobs


def booked_openings() -> list[str]:
    """Cron expressions of the moments at which the hours booked for matching rosters begin; Dagster's week begins on Sunday."""
    return [
        f"{w.begin.minute} {w.begin.hour} * * {','.join(str(day) for day in sorted((day + 1) % 7 for day in w.days))}"
        for w in roster_match.settings().windows.items
    ]


def build_schedules(jobs: Sequence[Any]) -> list[dg.ScheduleDefinition]:
    """One schedule a job; the month-end watch asks for the last two days by itself."""
    schedules = []
    for job in jobs:
        if job.name == PUBLISH:
            continue
        cadence = {DAILY: "daily", HOURLY_WATCH: HOURLY_WATCH}.get(job.name, job.name.removeprefix("rules_"))
        schedules.append(
            dg.ScheduleDefinition(
                name=f"{job.name}_schedule",
                job=job,
                cron_schedule=booked_openings() if job.name == ROSTER_JOB else CRON[cadence],
                execution_timezone=TIMEZONE,
                default_status=dg.DefaultScheduleStatus.STOPPED,
            )
        )
    return schedules


def raw_keys(tables: Sequence[Table]) -> list[dg.AssetKey]:
    """Keys of all synced tables."""
    return [raw_key(t.source, t.name) for t in tables]
