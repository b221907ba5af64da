"""One build of the real chain for many cases: exchange, sync, dbt, each in a folder of its own."""

import datetime as dt
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from common import paths
from simulator import writers
from simulator.casebook import raw
from simulator.casebook.errors import CaseError
from simulator.casebook.interpret import Case
from simulator.casebook.reader import read_text
from simulator.casebook.relations import Writer


@dataclass
class Build:
    """The cases that share one exchange database."""

    as_of: dt.date
    batch_month: str | None
    cases: list[Case] = field(default_factory=list)
    overrides: dict[int, list[raw.RawOverride]] = field(default_factory=dict)
    models: frozenset[str] = frozenset()  # those that are looked at; none: all


class ChainError(RuntimeError):
    """The chain itself failed; no case can be judged."""


def group(cases: Sequence[Case]) -> list[Build]:
    """As few builds as possible: a build has one business date, one latest month of batch debits, and no hour of logins twice."""
    builds: dict[tuple[dt.date, str | None], list[Build]] = {}

    def take(case: Case, key: tuple[dt.date, str | None]) -> None:
        for build in builds.setdefault(key, []):
            if not case.login_hours & {hour for other in build.cases for hour in other.login_hours}:
                build.cases.append(case)
                return
        builds[key].append(Build(*key, [case]))

    for case in cases:
        if case.own_batch_month:
            take(case, (case.as_of, case.own_batch_month))
    for case in cases:
        if not case.own_batch_month:
            shared = sorted((key for key in builds if key[0] == case.as_of), key=lambda key: key[1] or "", reverse=True)
            take(case, shared[0] if shared else (case.as_of, None))
    return [build for key in sorted(builds, key=lambda key: (key[0], key[1] or "")) for build in builds[key]]


def background(build: Build) -> Case | None:
    """A neutral employer whose batch debit succeeds in the build's month, so that the month is the city's latest."""
    if build.batch_month is None:
        return None
    month = f"{build.batch_month[:4]}-{build.batch_month[4:]}"
    text = (
        f"- case: background\n  as_of: {build.as_of}\n  acts:\n"
        f"    - {{act: batch_debit, by: hrss, months: [{month}], day: 1, result: 成功}}\n  expect: {{}}\n"
    )
    return Case(read_text(text, "background")[0][0], 0, "background")


def write_exchange(build: Build, file: Path) -> dict[Case, CaseError]:
    """The exchange database of a build; cases whose raw overrides do not fit are handed back."""
    writer = Writer(build.as_of)
    neutral = background(build)
    for case in (*([neutral] if neutral else []), *build.cases):
        writer.add(case)
    world = writer.world()
    bad: dict[Case, CaseError] = {}
    for case in build.cases:
        for override in build.overrides.get(case.number, []):
            try:
                override.apply(world.con)
            except CaseError as error:
                bad.setdefault(case, error)
    writers.write_exchange(world, file)
    world.con.close()
    return bad


def halves(build: Build) -> list[Build]:
    """The same build in two, each with half of the cases."""
    middle = len(build.cases) // 2
    return [
        Build(build.as_of, build.batch_month, cases, build.overrides, build.models)
        for cases in (build.cases[:middle], build.cases[middle:])
    ]


def works(build: Build, var: Path, parsed: Path | None = None) -> bool:
    """Whether the chain runs at all for this date, with hardly anything in the exchange."""
    var.mkdir(parents=True, exist_ok=True)
    text = f"- case: nothing\n  as_of: {build.as_of}\n  expect: {{}}\n"
    empty = Build(
        build.as_of, build.batch_month, [Case(read_text(text, "empty")[0][0], 1, "empty")], models=build.models
    )
    try:
        run(empty, var, var / "target", parsed)
    except Exception:
        return False
    return True


def run(build: Build, var: Path, target: Path, parsed: Path | None = None) -> tuple[Path, dict[Case, CaseError]]:
    """Exchange → sync → dbt in a folder; the warehouse file and the cases that could not take part.

    In the folder `parsed` builds share what dbt has read of the project.
    """
    exchange = var / "exchange" / "exchange.duckdb"
    bad = write_exchange(build, exchange)
    warehouse = var / "warehouse" / "warehouse.duckdb"
    environment = {
        **({"SHEBAO_PARSED": str(parsed)} if parsed else {}),
        **os.environ,
        "SHEBAO_VAR": str(var),
        "SHEBAO_WAREHOUSE": str(warehouse),
        "SHEBAO_EXCHANGE": "duckdb",
        "SHEBAO_AS_OF": build.as_of.isoformat(),
        "DBT_TARGET_PATH": str(target),
        "PYTHONPATH": str(paths.root()),
    }
    command = [sys.executable, "-m", "orchestration", "daily", "--fast", "--as-of", build.as_of.isoformat()]
    if build.models:
        command += ["--only", *sorted(build.models)]
    done = subprocess.run(command, cwd=paths.root(), env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        tail = "\n".join((done.stdout + done.stderr).strip().splitlines()[-15:])
        raise ChainError(f"`{' '.join(command[1:7])}` failed:\n{tail}")
    return warehouse, bad
