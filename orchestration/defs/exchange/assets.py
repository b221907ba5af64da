"""One asset for each declared exchange table, one parity check on each; a single step syncs those selected."""

from collections.abc import Iterator, Sequence
from typing import Any

import dagster as dg

from common import paths
from orchestration.defs.settings import WRITER_POOL, RunSettings, progress
from orchestration.lib import sources, sync, warehouse
from orchestration.lib.contract import Table
from orchestration.lib.warehouse import WarehouseBusyError

PARITY = "parity"


def raw_key(source: str, table: str) -> dg.AssetKey:
    """Key of a synced table."""
    return dg.AssetKey([f"raw_{source}", table])


def _metadata(result: sync.SyncResult) -> dict[str, Any]:
    return {
        "dagster/row_count": result.parity.count,
        "mode": result.mode,
        "rows_read": result.rows_read,
        "rows_changed": result.rows_changed,
        "rows_vanished_upstream": result.rows_deleted,
        "rows_quarantined": result.rows_quarantined,
        "bytes_read": result.bytes_read,
        "seconds": result.seconds,
        "proof": result.parity.scope,
        "keys_proven": result.parity.keys_proven,
        "latest_cursor": str(result.latest_cursor or ""),
        "detail": result.detail,
    }


def build_sync_assets(tables: Sequence[Table]) -> dg.AssetsDefinition:
    """Assets of all tables of the contract; adding a table touches no Python."""
    by_key = {raw_key(t.source, t.name): t for t in tables}

    @dg.multi_asset(
        name="sync_exchange",
        specs=[
            dg.AssetSpec(
                key,
                group_name=f"raw_{table.source}",
                description=table.description,
                kinds={"duckdb", "table"},
                skippable=True,
                metadata={
                    "key": ", ".join(table.key),
                    "cursor": table.cursor or "",
                    "mode": table.mode,
                    "dagster/column_schema": dg.TableSchema(
                        [dg.TableColumn(c.name, c.data_type, description=c.description) for c in table.columns]
                    ),
                },
            )
            for key, table in by_key.items()
        ],
        check_specs=[
            dg.AssetCheckSpec(PARITY, asset=key, description="两侧行数、金额合计与主键校验一致（隔离行除外）")
            for key in by_key
        ],
        can_subset=True,
        pool=WRITER_POOL,
    )
    def sync_exchange(context: dg.AssetExecutionContext, settings: RunSettings) -> Iterator[Any]:
        selected = [by_key[key] for key in sorted(context.selected_asset_keys) if key in by_key]
        total = {"rows": 0, "quarantined": 0, "late": 0, "done": 0}
        try:
            with sync.only_one(paths.warehouse_file(), context.run_id), warehouse.opened() as con:
                run = settings.context(context.run_id, con, context.job_name)
                readers = sources.open_readers(run.exchange, selected)
                progress(context, f"同步 {len(selected)} 张表（{run.exchange}，业务日期 {run.as_of}）…")
                results = sync.sync_tables(
                    con,
                    readers,
                    selected,
                    run_id=run.run_id,
                    identity=sync.exchange_identity(run.exchange),
                    now=run.started_at,
                )
                for result in results:
                    total["done"] += 1
                    total["rows"] += result.rows_changed
                    total["quarantined"] += result.rows_quarantined
                    key = raw_key(result.table.source, result.table.name)
                    if result.status != "ok":
                        total["late"] += result.status == "failed"
                        progress(context, f"  {'未到' if result.status == 'failed' else '等候'}：{result.detail}")
                        # The raw table stands as it was; without an output the whole build would be skipped.
                        yield dg.MaterializeResult(
                            asset_key=key, metadata={"status": "late, kept as it was", "detail": result.detail}
                        )
                        yield dg.AssetCheckResult(
                            asset_key=key,
                            check_name=PARITY,
                            passed=False,
                            severity=dg.AssetCheckSeverity.WARN,
                            metadata={"detail": result.detail},
                        )
                        continue
                    if not result.parity.equal or result.rows_quarantined:
                        progress(context, f"  {result.table.id}：隔离 {result.rows_quarantined} 行 {result.detail}")
                    yield dg.MaterializeResult(asset_key=key, metadata=_metadata(result))
                    yield dg.AssetCheckResult(
                        asset_key=key,
                        check_name=PARITY,
                        passed=result.parity.equal,
                        severity=dg.AssetCheckSeverity.WARN,
                        metadata={
                            "source_count": result.parity.source_count,
                            "expected_count": result.parity.expected_count,
                            "raw_count": result.parity.count,
                            "detail": result.parity.describe(),
                        },
                    )
        except (sources.ExchangeError, sync.SyncError, WarehouseBusyError) as error:
            raise dg.Failure(description=str(error), allow_retries=False) from None
        if selected and total["late"] == len(selected):
            raise dg.Failure(description="没有一张交换表能同步，数仓保持原样", allow_retries=False)
        progress(context, f"  写入 {total['rows']:,} 行，隔离 {total['quarantined']} 行，未到 {total['late']} 张")

    return sync_exchange
