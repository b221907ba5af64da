"""Matching persons on rosters again as an asset: in the day's run what is few, in its own job the open chunks inside the booked hours."""

from collections.abc import Mapping
from typing import Any

import dagster as dg

from orchestration.defs.settings import ROSTER_JOB, WRITER_POOL, RunSettings, progress
from orchestration.defs.transform.assets import BUILT
from orchestration.lib import dbt_cli, roster_match, warehouse
from orchestration.lib.exchange_config import ConfigError

ROSTER_MATCH = dg.AssetKey(["ledger", "roster_match"])


def build_roster_asset(manifest: Mapping[str, Any]) -> dg.AssetsDefinition:
    """One asset: the finished chunks."""

    @dg.asset(
        key=ROSTER_MATCH,
        deps=[BUILT],
        group_name="quality",
        kinds={"duckdb"},
        description="名册未匹配人员的再次匹配：分段、可续跑、只在预约时段内",
        pool=WRITER_POOL,
    )
    def match_rosters(context: dg.AssetExecutionContext, settings: RunSettings) -> dg.MaterializeResult[None]:
        with warehouse.opened() as con:
            run = settings.context(context.run_id, con, context.job_name)
        try:
            outcome = roster_match.run(
                run.run_id,
                run.as_of,
                roster_match.rule_of(manifest),
                roster_match.settings(),
                roster_match.dbt_work(run.as_of) if context.job_name == ROSTER_JOB else None,
                say=lambda line: progress(context, line),
            )
        except (roster_match.RosterError, dbt_cli.DbtError, ConfigError) as error:
            raise dg.Failure(description=str(error), allow_retries=False) from None
        for line in outcome.report():
            progress(context, line)
        return dg.MaterializeResult(
            metadata={
                "status": outcome.status,
                "chunks": outcome.total,
                "done": outcome.done,
                "left": outcome.left,
                **{f"{state}_{code}": number for state, code, number in outcome.counts},
            }
        )

    return match_rosters
