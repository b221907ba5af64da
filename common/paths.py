"""Where everything lies: the repository's own folders and what a run leaves under var/."""

import os
from functools import cache, lru_cache
from pathlib import Path


@cache
def root() -> Path:
    """The repository."""
    return Path(__file__).resolve().parent.parent


def var_dir() -> Path:
    """Everything a run writes; SHEBAO_VAR moves it."""
    return _resolved(os.environ.get("SHEBAO_VAR") or str(root() / "var"))


@lru_cache(maxsize=16)
def _resolved(folder: str) -> Path:
    """Without links; every page asks many times, and a running service stays in its folder."""
    return Path(folder).resolve()


def exchange_dir() -> Path:
    """The simulated departments' side."""
    return var_dir() / "exchange"


def exchange_file() -> Path:
    """The embedded exchange database."""
    return exchange_dir() / "exchange.duckdb"


def truth_file() -> Path:
    """What the simulator planted; the warehouse never opens it."""
    return exchange_dir() / "truth.duckdb"


def world_file() -> Path:
    """Seed, scale, business date and kind of the simulated exchange."""
    return exchange_dir() / "world.json"


def postgres_dir() -> Path:
    """Data directory of the embedded PostgreSQL exchange."""
    return exchange_dir() / "pg"


def postgres_uri_file() -> Path:
    """Holds the address of the PostgreSQL exchange while it is used."""
    return exchange_dir() / "postgres.uri"


def mariadb_dir() -> Path:
    """Data directory of the private MariaDB exchange."""
    return exchange_dir() / "mariadb"


def mariadb_uri_file() -> Path:
    """Holds the address of the MariaDB exchange while it is used."""
    return exchange_dir() / "mariadb.uri"


def exchange_files_dir() -> Path:
    """The exchange as a folder of files."""
    return exchange_dir() / "files"


def warehouse_file() -> Path:
    """The warehouse that sync and dbt write; SHEBAO_WAREHOUSE moves it."""
    return Path(os.environ.get("SHEBAO_WAREHOUSE") or var_dir() / "warehouse" / "warehouse.duckdb").resolve()


def published_dir() -> Path:
    """The published snapshots and CURRENT."""
    return var_dir() / "published"


def vault_file() -> Path:
    """Clear personal data, encrypted."""
    return var_dir() / "vault" / "vault.duckdb"


def secret_key_file() -> Path:
    """The key of tokens and vault, when SHEBAO_KEY is not set."""
    return var_dir() / "secrets" / "key"


def dagster_home() -> Path:
    """Dagster's own storage."""
    return var_dir() / "dagster"


def state_file() -> Path:
    """What users write: accounts, sessions, the access log."""
    return var_dir() / "state" / "state.sqlite"


def dbt_project_dir() -> Path:
    """The dbt project."""
    return root() / "dbt_project"


def dbt_target_dir() -> Path:
    """Where dbt writes its artefacts; DBT_TARGET_PATH moves it."""
    return Path(os.environ.get("DBT_TARGET_PATH") or dbt_project_dir() / "target").resolve()


def manifest_file() -> Path:
    """dbt's manifest, from which everything about sources, rules and marts is read."""
    return dbt_target_dir() / "manifest.json"


def calendar_seed() -> Path:
    """The seed that says which days are worked."""
    return dbt_project_dir() / "seeds" / "reference" / "ref_calendar.csv"
