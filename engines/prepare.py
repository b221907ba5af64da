"""Make the DuckDB side of the comparison: a small simulated city, synced and built, its raw tables as Parquet.

`python -m engines.prepare` (environment of the project); afterwards `python -m engines.spark` (environment of Spark).
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb

from common.paths import root
from engines import places

AS_OF = "2026-06-30"


def build_duckdb_side(scale: str, seed: int) -> None:
    """Simulator, sync and models, in folders of their own."""
    shutil.rmtree(places.base(), ignore_errors=True)
    places.duckdb_var().mkdir(parents=True)
    env = os.environ | {"SHEBAO_VAR": str(places.duckdb_var()), "DBT_TARGET_PATH": str(places.duckdb_target())}
    env.pop("SHEBAO_WAREHOUSE", None)
    for arguments in (
        ["simulator", "build", "--scale", scale, "--seed", str(seed), "--as-of", AS_OF, "--keep-world"],
        ["orchestration", "daily", "--fast", "--as-of", AS_OF],
    ):
        subprocess.run([sys.executable, "-m", *arguments], cwd=root(), env=env, check=True)


def export_raw(warehouse: Path) -> list[tuple[str, str, int]]:
    """Each raw table as one Parquet file; returns schema, table, rows."""
    shutil.rmtree(places.raw_dir(), ignore_errors=True)
    exported = []
    with duckdb.connect(str(warehouse), read_only=True) as con:
        tables = con.execute(
            "select schema_name, table_name from duckdb_tables() where starts_with(schema_name, 'raw_') order by all"
        ).fetchall()
        for schema, table in tables:
            file = places.raw_dir() / schema / f"{table}.parquet"
            file.parent.mkdir(parents=True, exist_ok=True)
            con.execute(f"""copy "{schema}"."{table}" to '{file}' (format parquet)""")
            counted = con.execute(f'select count(*) from "{schema}"."{table}"').fetchone()
            exported.append((schema, table, counted[0] if counted else 0))
    return exported


def main() -> None:
    """Build (unless told to reuse), export, write down the inputs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", default="ci")
    parser.add_argument("--seed", type=int, default=20)
    parser.add_argument("--reuse", action="store_true", help="keep the DuckDB side of the last run")
    arguments = parser.parse_args()
    if not (arguments.reuse and places.duckdb_warehouse().exists()):
        build_duckdb_side(arguments.scale, arguments.seed)
    exported = export_raw(places.duckdb_warehouse())
    if not exported:
        sys.exit("no raw tables in the warehouse: the sync did not run")
    places.inputs_file().write_text(json.dumps({"as_of": AS_OF, "tables": exported}, indent=1), encoding="utf-8")
    print(f"raw tables as Parquet: {len(exported)}, rows: {sum(rows for _, _, rows in exported):,}")


if __name__ == "__main__":
    main()
