"""What a run is told: business date and exchange; and what all its steps share."""

import os

import dagster as dg
import duckdb

from orchestration.lib import runtime

WRITER_POOL = "warehouse_writer"
HOURLY_WATCH = "hourly_watch"
ROSTER_JOB = "roster_match"


class RunSettings(dg.ConfigurableResource):
    """Business date and exchange of a run; empty means: from the environment or the simulated world, else today."""

    as_of: str = ""
    exchange: str = ""

    def context(self, run_id: str, con: duckdb.DuckDBPyConnection, job: str = "") -> runtime.RunContext:
        """The same facts in every step of a run: the first step decides and writes them down."""
        known = con.execute("select as_of, started_at, job from ops.run where run_id = ?", [run_id]).fetchone()
        exchange = runtime.resolve_exchange(self.exchange or None)
        if known:
            return runtime.RunContext(run_id, known[0], exchange, known[1], known[2] or "")
        context = runtime.new_context(self.as_of or None, exchange, run_id, job)
        runtime.record_start(con, context)
        return context


def progress(context: dg.AssetExecutionContext, line: str) -> None:
    """One line for the person who waits, and for the run's page."""
    context.log.info(line)
    if os.environ.get("SHEBAO_PROGRESS") == "1":
        print(line, flush=True)  # noqa: T201
