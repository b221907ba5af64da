"""Where files live: the repository root and everything under var/."""

from __future__ import annotations

import os
from pathlib import Path


def root() -> Path:
    """Repository root."""
    return Path(__file__).resolve().parent.parent


def var_dir() -> Path:
    """Folder of everything that a run writes (env SHEBAO_VAR, default <root>/var)."""
    return Path(os.environ.get("SHEBAO_VAR") or root() / "var").resolve()


def exchange_file() -> Path:
    """The embedded exchange database that the simulator writes."""
    return var_dir() / "exchange" / "exchange.duckdb"


def truth_file() -> Path:
    """The simulator's truth tables, which the warehouse never reads."""
    return var_dir() / "exchange" / "truth.duckdb"


def world_file() -> Path:
    """State of the simulated world: seed, scale, as_of, exchange."""
    return var_dir() / "exchange" / "world.json"


def postgres_uri_file() -> Path:
    """Where the address of the embedded PostgreSQL exchange is written."""
    return var_dir() / "exchange" / "postgres.uri"


def warehouse_file() -> Path:
    """The warehouse that sync and dbt write (env SHEBAO_WAREHOUSE)."""
    return Path(os.environ.get("SHEBAO_WAREHOUSE") or var_dir() / "warehouse" / "warehouse.duckdb").resolve()


def published_dir() -> Path:
    """Published snapshots, the CURRENT pointer and STATUS.json."""
    return var_dir() / "published"


def vault_file() -> Path:
    """Encrypted clear values of personal data."""
    return var_dir() / "vault" / "vault.duckdb"


def secret_key_file() -> Path:
    """The key of tokens and vault, when env SHEBAO_KEY is not set."""
    return var_dir() / "secrets" / "key"


def state_file() -> Path:
    """What users write: accounts, audit, handling of findings."""
    return var_dir() / "state" / "state.sqlite"


def dagster_home() -> Path:
    """Dagster's own storage."""
    return var_dir() / "dagster"


def dbt_project_dir() -> Path:
    """The dbt project."""
    return root() / "dbt_project"


def manifest_file() -> Path:
    """dbt's manifest of the default target."""
    return dbt_project_dir() / "target" / "manifest.json"
