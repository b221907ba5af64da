"""Files lie where the environment says, else under var/."""

from pathlib import Path

from common import paths


def test_everything_a_run_writes_is_under_var(monkeypatch):
    monkeypatch.delenv("SHEBAO_VAR", raising=False)
    monkeypatch.delenv("SHEBAO_WAREHOUSE", raising=False)
    written = [
        paths.exchange_file(), paths.truth_file(), paths.world_file(), paths.postgres_dir(), paths.postgres_uri_file(),
        paths.mariadb_dir(), paths.mariadb_uri_file(), paths.exchange_files_dir(),
        paths.warehouse_file(), paths.published_dir(), paths.vault_file(), paths.secret_key_file(), paths.state_file(),
        paths.dagster_home(),
    ]  # fmt: skip
    assert all(path.is_relative_to(paths.root() / "var") for path in written)


def test_the_environment_moves_them(monkeypatch, tmp_path):
    monkeypatch.setenv("SHEBAO_VAR", str(tmp_path))
    monkeypatch.delenv("SHEBAO_WAREHOUSE", raising=False)
    assert paths.published_dir() == tmp_path / "published"
    assert paths.warehouse_file() == tmp_path / "warehouse" / "warehouse.duckdb"
    monkeypatch.setenv("SHEBAO_WAREHOUSE", str(tmp_path / "other.duckdb"))
    assert paths.warehouse_file() == tmp_path / "other.duckdb"


def test_relative_paths_become_absolute(monkeypatch):
    monkeypatch.setenv("SHEBAO_VAR", "var")
    assert paths.var_dir() == Path("var").resolve()
