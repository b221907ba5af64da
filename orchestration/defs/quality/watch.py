"""The daily patrol and the alerts as an asset: after models and ledger, before publication."""

from collections.abc import Sequence

import dagster as dg

from orchestration.defs.quality.assets import FINDING
from orchestration.defs.settings import WRITER_POOL, RunSettings, progress
from orchestration.lib import alert_desk, ledger, patrol, runtime, warehouse
from orchestration.lib.contract import Table
from orchestration.lib.rules import Rule

WATCH = dg.AssetKey(["ops", "watch"])


def build_watch_asset(rules: Sequence[Rule], tables: Sequence[Table]) -> dg.AssetsDefinition:
    """One asset: disk measured, checks answered and kept, people told."""

    @dg.asset(
        key=WATCH,
        deps=[FINDING],
        group_name="ops",
        kinds={"duckdb"},
        description="每日巡视与告警",
        pool=WRITER_POOL,
    )
    def watch(context: dg.AssetExecutionContext, settings: RunSettings) -> dg.MaterializeResult[None]:
        with warehouse.opened() as con:
            run = settings.context(context.run_id, con, context.job_name)
            now = runtime.now()
            patrol.measure_disk(con, run.run_id, now)
            look = patrol.Look(con, ledger.table_status(con, tables, now))
            answers = patrol.walk(look, as_of=run.as_of, run_id=run.run_id, now=now)
            told = alert_desk.after_patrol(con, rules, answers, now)
        counts = {
            status: sum(1 for answer in answers if answer.status == status)
            for status in (patrol.PASS, patrol.WARN, patrol.FAIL, patrol.NOT_APPLICABLE)
        }
        progress(
            context,
            f"巡视：通过 {counts['PASS']}，提醒 {counts['WARN']}，未通过 {counts['FAIL']}，不适用 {counts['N/A']}；{told}",
        )
        return dg.MaterializeResult(metadata={**counts, "alerts": told})

    return watch
