"""The command line's way into Dagster."""

import os
from pathlib import Path

import dagster as dg
import pytest

from orchestration.defs.run import executed
from orchestration.lib import home

seen: list[bool] = []


@dg.op
def _look(context: dg.OpExecutionContext) -> None:
    seen.append(context.instance.is_ephemeral)


@dg.op
def _fail() -> None:
    raise OSError("a step's own")


@dg.op
def _break(context: dg.OpExecutionContext) -> None:
    """The history is gone while the job runs."""
    seen.append(context.instance.is_ephemeral)
    for file in Path(os.environ["DAGSTER_HOME"]).rglob("*.db"):
        file.write_bytes(b"not a database " * 100)


@dg.job
def _looks() -> None:
    _look()


@dg.job
def _fails() -> None:
    _fail()


@dg.job
def _breaks() -> None:
    _break()


@pytest.fixture
def dagster_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of Dagster's own; what the jobs saw is forgotten."""
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "dagster"))
    seen.clear()
    return home.prepare()


def test_a_history_that_works_is_used(dagster_home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert executed(_looks, {}).success
    assert seen == [False]
    assert not executed(_fails, {}).success
    assert "运行历史" not in capfd.readouterr().out
    with dg.DagsterInstance.get() as instance:
        assert instance.get_runs_count() == 2


@pytest.mark.parametrize("file", ["runs.db", "index.db", "schedules.db"])
def test_a_broken_history_stops_no_run(dagster_home: Path, capfd: pytest.CaptureFixture[str], file: str) -> None:
    assert executed(_looks, {}).success
    (broken,) = dagster_home.rglob(file)
    broken.write_bytes(b"not a database " * 100)
    assert executed(_looks, {}).success
    assert seen == [False, True]
    said = capfd.readouterr().out
    assert "DatabaseError SQLITE_NOTADB" in said
    assert str(dagster_home) in said


def test_a_history_that_breaks_on_the_way_costs_a_second_run(
    dagster_home: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert executed(_breaks, {}).success
    assert seen == [False, True]
    assert "DatabaseError SQLITE_NOTADB" in capfd.readouterr().out
