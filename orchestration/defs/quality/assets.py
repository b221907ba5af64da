"""The findings' ledger as an asset: what is new, changed, resolved or could not be checked today."""

from collections.abc import Sequence

import dagster as dg

from orchestration.defs.settings import WRITER_POOL, RunSettings, progress
from orchestration.defs.transform.assets import BUILT
from orchestration.lib import build_outcome, ledger, runtime, sync, warehouse
from orchestration.lib.contract import Table
from orchestration.lib.rules import Rule

FINDING = dg.AssetKey(["ledger", "finding"])


def build_ledger_asset(rules: Sequence[Rule], tables: Sequence[Table]) -> dg.AssetsDefinition:
    """One asset over all rules of the run."""

    @dg.asset(
        key=FINDING,
        deps=[BUILT],
        group_name="quality",
        kinds={"duckdb"},
        description="疑点台账：首次发现、变化、解除、复发、未检查",
        pool=WRITER_POOL,
    )
    def finding(context: dg.AssetExecutionContext, settings: RunSettings) -> dg.MaterializeResult[None]:
        with warehouse.opened() as con:
            run = settings.context(context.run_id, con, context.job_name)
            status = build_outcome.node_status(con, run.run_id)
            current = ledger.table_status(con, tables, runtime.now())
            # A run of some rules says nothing about the others.
            chosen = [rule for rule in rules if rule.unique_id in status]
            outcomes = ledger.decide(chosen, status, current)
            ledger.record(
                con, outcomes, as_of=run.as_of, run_id=run.run_id, identity=sync.exchange_identity("exchange")
            )
            counts = dict(
                con.execute(
                    "select event, count(*) from ledger.finding_event where as_of = ? group by event", [run.as_of]
                ).fetchall()
            )
            states = dict(con.execute("select state, count(*) from ledger.finding group by state").fetchall())
        missed = [o for o in outcomes if o.status != ledger.CHECKED]
        for outcome in missed:
            progress(context, f"  未检查 {outcome.rule.rule_id}：{outcome.reason}")
        progress(
            context,
            f"台账：{len(outcomes) - len(missed)}/{len(outcomes)} 条规则已检查，"
            f"在办疑点 {states.get('open', 0):,}，新增 {counts.get('opened', 0) + counts.get('reopened', 0):,}，"
            f"解除 {counts.get('resolved', 0):,}",
        )
        return dg.MaterializeResult(metadata={**{f"state_{k}": v for k, v in states.items()}, **counts})

    return finding
