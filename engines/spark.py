"""Build all models with dbt-spark and compare marts and seeds with DuckDB's: `python -m engines.spark`."""

import argparse
import json
import os
import shutil
import sys
import time
from pathlib import Path
from typing import Any

from common.paths import dbt_project_dir, root
from engines import functions, places
from engines.compare import Difference, compare_model

MEMORY = os.environ.get("SHEBAO_SPARK_MEMORY", "4g")


# Built by DuckDB alone so far (docs/adr/0006): cubes, over whose hundreds of branches Spark's optimizer runs out of memory; the exchange's health,
# whose hours and medians come in other types and last digits; the candidates of an association, which have not been tried there.
ONE_ENGINE = ("mtr_cube_*+", "path:models/marts/monitoring", "anm_client_unreachable", "int_association_match+")


def start_session() -> Any:
    """One local session without any port beyond this machine; dbt finds it as the active one."""
    scratch = places.base() / "scratch"
    os.environ |= {"SPARK_LOCAL_IP": "127.0.0.1", "SPARK_LOCAL_DIRS": str(scratch)}
    settings = {
        "spark.master": "local[2]",
        "spark.driver.memory": MEMORY,
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.warehouse.dir": str(places.spark_warehouse()),
        "spark.sql.catalogImplementation": "in-memory",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.timestampType": "TIMESTAMP_NTZ",  # the trade's times are local times without zone
        # Some thousand rows: another partition is another task to plan and start. Two stages of a statement still run beside each other.
        "spark.sql.shuffle.partitions": "1",
        "spark.default.parallelism": "1",
        # Each of the many operators of a long statement claims a page at least: by default a sixteenth of a task's memory.
        "spark.buffer.pageSize": "2m",
        # Compiling costs more than running at this size, be it a stage or a single expression.
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        # Plans what is left of a statement again after each of its stages; there is nothing to win in a single partition.
        "spark.sql.adaptive.enabled": "false",
        # Predicates known to hold of every node: they grow with each branch of a long `case`, and would only spare reading rows.
        "spark.sql.constraintPropagation.enabled": "false",
        # Each plan is written out for a page that nobody opens; the short form costs least.
        "spark.sql.ui.explainMode": "simple",
        "spark.sql.debug.maxToStringFields": "1",
        "spark.sql.maxPlanStringLength": "2000",
        # The quick compiler alone (TieredStopAtLevel=1) begins faster, but the planner runs long enough for the good one:
        # 595 s of CPU over all models, 766 without it.
        "spark.driver.extraJavaOptions": " ".join(
            [
                "-XX:+UseSerialGC",
                "-XX:MetaspaceSize=256m",  # at the usual 20 it is collected again and again while it grows
                "-Xmn1500m",  # what a plan leaves behind dies young: with 700 MB a seventh of the time went into copying it
                f"-Djava.io.tmpdir={scratch}",
                f"-Dderby.system.home={scratch}",
            ]
        ),
    }
    scratch.mkdir(parents=True, exist_ok=True)
    from pyspark.sql import SparkSession  # only in Spark's environment

    builder = SparkSession.builder.appName("shebao")
    for key, value in settings.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    return session


def register_raw(session: Any, tables: list[list[Any]]) -> None:
    """The raw Parquet files as Spark tables under the names that the contract gives them."""
    for schema, table, _ in tables:
        session.sql(f"create schema if not exists {schema}")
        file = places.raw_dir() / schema / f"{table}.parquet"
        session.sql(f"create table {schema}.`{table}` using parquet location '{file.as_uri()}'")


def register_functions(session: Any) -> None:
    """The project's SQL functions, as DuckDB's connections know them."""
    from pyspark.sql.types import DoubleType

    session.udf.register(functions.NAME_SIMILARITY, functions.name_similarity, DoubleType())


def run_dbt(as_of: str, select: str | None) -> tuple[bool, list[tuple[str, str, str]]]:
    """Seeds and models with the spark target; returns success and the nodes that failed as (name, status, message)."""
    from dbt.cli.main import dbtRunner

    arguments = [
        "build", "--target", "spark", "--profiles-dir", str(root()), "--project-dir", str(dbt_project_dir()),
        "--target-path", str(places.spark_target()), "--log-path", str(places.base() / "logs"),
        "--vars", json.dumps({"as_of": as_of}),
        "--resource-type", "seed", "--resource-type", "model",
        "--no-version-check", "--log-level", os.environ.get("SHEBAO_SPARK_LOG", "warn"), "--no-use-colors",
    ]  # fmt: skip
    arguments += ["--exclude", *ONE_ENGINE]
    if select:
        arguments += ["--select", *select.split()]
    outcome = dbtRunner().invoke(arguments)
    failed = [
        (result.node.name, str(result.status), " ".join((result.message or "").split())[:600])
        for result in getattr(outcome.result, "results", None) or []
        if str(result.status) not in {"success", "pass"}
    ]
    if outcome.exception:
        failed.append(("dbt", "error", str(outcome.exception)[:2000]))
    return bool(outcome.success), failed


def compared_tables() -> list[tuple[str, str, str]]:
    """All seeds and all models under models/marts as (name, schema, relation)."""
    if not (places.spark_target() / "manifest.json").exists():  # dbt could not even parse
        return []
    manifest = json.loads((places.spark_target() / "manifest.json").read_text(encoding="utf-8"))
    return sorted(
        (node["name"], node["schema"], node["alias"])
        for node in manifest["nodes"].values()
        if node["resource_type"] in {"seed", "model"}
        and (node["resource_type"] == "seed" or node["original_file_path"].startswith("models/marts/"))
    )


def mart_files(session: Any, schema: str, relation: str) -> Path:
    """The folder of Parquet files that hold one of Spark's marts: a table's own; a view, or a table without any file, is written out."""
    own = places.spark_warehouse() / f"{schema}.db" / relation
    if any(own.glob("*.parquet")):
        return own
    folder = places.spark_marts() / relation
    session.table(f"{schema}.{relation}").write.mode("overwrite").parquet(folder.as_uri())
    return folder


def main() -> int:
    """Register, build, compare, report; 1 when anything differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--select", help="dbt selection, to work on some models only")
    arguments = parser.parse_args()
    if not places.inputs_file().exists():
        sys.exit("run python -m engines.prepare first")
    inputs = json.loads(places.inputs_file().read_text(encoding="utf-8"))
    for folder in (places.spark_warehouse(), places.spark_marts(), places.spark_target()):
        shutil.rmtree(folder, ignore_errors=True)

    started = time.monotonic()
    session = start_session()
    register_raw(session, inputs["tables"])
    print(
        f"Spark {session.version}: {len(inputs['tables'])} raw tables registered ({time.monotonic() - started:.0f} s)",
        flush=True,
    )

    started = time.monotonic()
    built, failed = run_dbt(inputs["as_of"], arguments.select)
    print(f"dbt build on Spark: {'ok' if built else 'FAILED'} ({time.monotonic() - started:.0f} s)", flush=True)
    for name, status, message in failed:
        print(f"  {status:8} {name}: {message}")

    not_built = {name for name, _, _ in failed}
    differences: list[Difference] = []
    compared = 0
    for name, schema, relation in compared_tables():
        if name in not_built or not session.catalog.tableExists(f"{schema}.{relation}"):
            if not arguments.select:
                print(f"missing    {name}: not built on Spark")
            continue
        difference = compare_model(places.duckdb_warehouse(), schema, relation, mart_files(session, schema, relation))
        compared += 1
        print(difference.line(), flush=True)
        if not difference.equal:
            differences.append(difference)
    session.stop()
    print(f"{compared} tables compared, {len(differences)} differ, {len(failed)} nodes failed on Spark")
    return 1 if differences or failed or not built or not compared else 0


if __name__ == "__main__":
    sys.exit(main())
