"""Fixtures that several folders of tests share."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pytest

from common import paths
from engines import places

# Whatever is to hold whatever the seed is shown on these worlds.
SEEDS = (1, 20)


@dataclass(frozen=True)
class BuiltWorld:
    """A simulated city, synced and built in a folder of its own."""

    seed: int
    as_of: str
    var: Path
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def warehouse(self) -> Path:
        """What sync and dbt made."""
        return self.var / "warehouse" / "warehouse.duckdb"

    @property
    def truth(self) -> Path:
        """What the simulator planted."""
        return self.var / "exchange" / "truth.duckdb"

    def event_log(self) -> duckdb.DuckDBPyConnection:
        """The world itself, schema `world`: who did what when, known to the simulator alone."""
        return duckdb.connect(str(self.truth.with_name("event_log.duckdb")), read_only=True)

    def environment(self) -> dict[str, str]:
        """The environment in which commands see this world and nothing else."""
        dropped = ("SHEBAO_WAREHOUSE", "SHEBAO_AS_OF", "SHEBAO_EXCHANGE", "SHEBAO_KEY")
        kept = {name: value for name, value in os.environ.items() if name not in dropped}
        return {**kept, "SHEBAO_VAR": str(self.var), "DBT_TARGET_PATH": str(self.var / "target"), **self.settings}

    def run(self, *arguments: str, cwd: Path | None = None) -> str:
        """Run `python -m …` on this world; a failure shows what the command said."""
        done = subprocess.run(
            [sys.executable, "-m", *arguments],
            cwd=cwd or paths.root(),
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        said = done.stdout + done.stderr
        assert done.returncode == 0, f"python -m {' '.join(arguments)} failed:\n{said[-4000:]}"
        return said


@pytest.fixture(scope="session", autouse=True)
def parsed_once(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What dbt has read of the project is read once a test run, whatever the number of worlds and workers."""
    os.environ.setdefault("SHEBAO_PARSED", str(shared_folder(tmp_path_factory) / "parsed"))


def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The test run's own folder, the same for all workers."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session")
def built_world(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., BuiltWorld]:
    """Make (once a test run, whatever the number of workers) the small world of a seed: exchange, raw tables, all models."""
    shared = shared_folder(tmp_path_factory)

    def build(seed: int = 1, as_of: str = "2026-06-30") -> BuiltWorld:
        # CI has built one for the comparison of engines, by the same commands.
        if os.environ.get("SHEBAO_WORLD_OF_ENGINES") == f"{seed} {as_of}" and places.duckdb_warehouse().exists():
            return BuiltWorld(seed, as_of, places.duckdb_var())
        world = BuiltWorld(seed, as_of, shared / f"world_{seed}_{as_of}")
        built = shared / f"world_{seed}_{as_of}.built"
        with (shared / f"world_{seed}_{as_of}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not built.exists():
                world.run("simulator", "build", "--seed", str(seed), "--scale", "ci", "--as-of", as_of, "--keep-world")
                world.run("orchestration", "daily", "--fast", "--as-of", as_of)
                built.touch()
        return world

    return build


@pytest.fixture(scope="session")
def shared_var(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A dashboard's var folder with the snapshot and the demo accounts.

    Here and once for all folders of tests: each of two would set SHEBAO_VAR for the rest of the session.
    """
    from argon2 import PasswordHasher

    from dashboards.access import accounts, demo
    from dashboards.repositories.gate import gate
    from tests.dashboards import fixture_snapshot

    folder = tmp_path_factory.mktemp("var")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SHEBAO_VAR", str(folder))
        patch.setenv("SHEBAO_DEMO", "1")
        patch.delenv("SHEBAO_STATE_URL", raising=False)
        # Hashing that is meant to be slow would be most of the tests' time.
        patch.setattr(accounts, "_hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
        fixture_snapshot.write(folder)
        gate.clear()
        demo.init_demo()
        yield folder
        gate.clear()


@pytest.fixture(scope="module")
def var(shared_var: Path) -> Path:
    """The shared folder, its state store as it was at first: what one file of tests exports or signs, no other sees."""
    from dashboards.access import audit, store

    first = shared_var.with_name(f"{shared_var.name}_state")
    kept = [paths.state_file(), audit.anchors_file()]
    store.engine().dispose()  # its last connection writes the log of SQLite into the file
    if not first.exists():
        first.mkdir()
        for file in (file for file in kept if file.exists()):
            shutil.copy(file, first)
    for file in [*kept, *(Path(f"{kept[0]}{end}") for end in ("-wal", "-shm"))]:
        file.unlink(missing_ok=True)
    shutil.copytree(first, kept[0].parent, dirs_exist_ok=True)
    return shared_var


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Slow files first: the small ones then fill the end of a parallel run, where one core would wait for the other."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)
