"""Where the comparison of engines keeps its files: everything under var/spark."""

from pathlib import Path

from common.paths import var_dir


def base() -> Path:
    """The comparison's own folder; its DuckDB side is a whole SHEBAO_VAR of its own."""
    return var_dir() / "spark"


def duckdb_var() -> Path:
    """SHEBAO_VAR of the DuckDB side."""
    return base() / "duckdb"


def duckdb_target() -> Path:
    """dbt's artefacts of the DuckDB side."""
    return base() / "target-duckdb"


def duckdb_warehouse() -> Path:
    """The warehouse that DuckDB built."""
    return duckdb_var() / "warehouse" / "warehouse.duckdb"


def raw_dir() -> Path:
    """The raw tables as Parquet: <schema>/<table>.parquet."""
    return base() / "raw"


def inputs_file() -> Path:
    """What the Spark side has to know: as_of and the raw tables."""
    return base() / "inputs.json"


def spark_target() -> Path:
    """dbt's artefacts of the Spark side."""
    return base() / "target-spark"


def spark_warehouse() -> Path:
    """The tables that Spark built."""
    return base() / "warehouse"


def spark_marts() -> Path:
    """Spark's marts as Parquet, for the comparison."""
    return base() / "marts"
