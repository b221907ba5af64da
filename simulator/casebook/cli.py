"""`python -m simulator cases <folder>`: run hand-written cases, a line each, then `N passed, N failed`."""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from common import paths
from simulator.casebook import chain, expect, raw, relations
from simulator.casebook.errors import CaseError, Place, choices
from simulator.casebook.interpret import Case
from simulator.casebook.reader import Record, read_file

FILE_KEYS = ("cases", "as_of", "why", "note", "requirement", "requirements", "source", "title", "案例")


@dataclass
class Outcome:
    """What became of one case."""

    file: str
    name: str
    line: int
    problem: str | None = None
    verdicts: list[expect.Verdict] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Passed: understood, and every expectation holds."""
        return self.problem is None and all(one.ok for one in self.verdicts)


def find_files(folders: Sequence[Path]) -> list[Path]:
    """The YAML files of folders and their subfolders, and files given by name."""
    found: list[Path] = []
    for folder in folders:
        found += [folder] if folder.is_file() else sorted(f for p in ("*.yaml", "*.yml") for f in folder.rglob(p))
    return found


def records_of(documents: Iterable[Any], shown: str) -> tuple[list[Record], dict[str, Any], list[CaseError]]:
    """The cases of a file: a list, several documents, or a mapping with `cases` and what holds for all of them."""
    records: list[Record] = []
    defaults: dict[str, Any] = {}
    errors: list[CaseError] = []
    for document in documents:
        entries: list[Any]
        if (
            isinstance(document, Record)
            and ("cases" in document or "案例" in document)
            and not isinstance(document.get("案例"), str)
        ):
            for key in document:
                if key not in FILE_KEYS:
                    line = document.key_lines.get(key, document.line)
                    errors.append(
                        CaseError(
                            f"key “{key}” is not known beside cases; {choices(FILE_KEYS, key)}", Place(shown, line)
                        )
                    )
            entries = document.get("cases") or document.get("案例") or []
            if document.get("as_of") is not None:
                defaults["as_of"] = document["as_of"]
        else:
            entries = document if isinstance(document, list) else [document]
        for entry in entries:
            if isinstance(entry, Record):
                records.append(entry)
            elif entry is not None:
                errors.append(
                    CaseError("a case is a mapping that begins with `case:`", Place(shown, getattr(entry, "line", 0)))
                )
    return records, defaults, errors


def load(
    folders: Sequence[Path],
) -> tuple[list[tuple[Outcome, Case | None, list[expect.Expectation], list[raw.RawOverride]]], int]:
    """All cases of a folder, read and checked; those that cannot be understood carry their problem."""
    loaded: list[tuple[Outcome, Case | None, list[expect.Expectation], list[raw.RawOverride]]] = []
    number = 0
    files = find_files(folders)
    for file in files:
        shown = _shown(file)
        try:
            records, defaults, errors = records_of(read_file(file, shown), shown)
        except CaseError as error:
            loaded.append((Outcome(shown, "(the file)", error.place.line, str(error)), None, [], []))
            continue
        for wrong in errors:
            loaded.append((Outcome(shown, "(the file)", wrong.place.line, str(wrong)), None, [], []))
        for record in records:
            number += 1
            name = next(
                (str(record[key]) for key in ("case", "name", "案例") if isinstance(record.get(key), str)),
                "(without name)",
            )
            outcome = Outcome(shown, name, record.line)
            try:
                case = Case(record, number, shown, defaults)
                entry = (outcome, case, expect.read(case), raw.read(case))
                relations.Writer(case.as_of).add(case)  # whatever cannot be played shows here, not in the build of all
                loaded.append(entry)
            except Exception as error:
                outcome.problem = _said(error, Place(shown, record.line, name))
                loaded.append((outcome, None, [], []))
    return loaded, len(files)


def _said(error: Exception, place: Place) -> str:
    """An error as the author reads it."""
    if not isinstance(error, CaseError):
        return f"{place}: {type(error).__name__}: {error}"
    if not error.place.file:
        error.place = place
    return str(error)


def _shown(file: Path) -> str:
    """A path as short as possible."""
    try:
        return str(file.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(file)


def run(folders: Sequence[Path], keep: Path | None = None, say: Any = None) -> list[Outcome]:
    """Run all cases of a folder through the chain."""
    tell = say or (lambda line: None)
    loaded, files = load(folders)
    by_case = {case: (outcome, expectations) for outcome, case, expectations, _ in loaded if case is not None}
    builds = chain.group(list(by_case))
    for build in builds:
        build.overrides = {
            case.number: overrides for _, case, _, overrides in loaded if case in build.cases and case is not None
        }
        build.models = frozenset(expect.models(one for case in build.cases for one in by_case[case][1]))
    tell(f"{len(loaded)} cases in {files} files, {len(builds)} build{'s' if len(builds) != 1 else ''}")
    with tempfile.TemporaryDirectory(prefix="shebao-cases-") as temporary:
        place = keep or Path(temporary)
        workers = max(1, min(2, os.cpu_count() or 1, len(builds)))

        def judge(build: chain.Build, var: Path) -> None:
            """Build and judge; where the chain stumbles over the rows of one case, the others are built without it."""
            var.mkdir(parents=True, exist_ok=True)
            try:
                warehouse, bad = chain.run(build, var, var / "target", place / "parsed")
                results = expect.Results(warehouse, var / "target" / paths.manifest_file().name)
            except Exception as error:
                halves = chain.halves(build) if len(build.cases) > 1 else []
                if not halves or not chain.works(build, var.with_name(var.name + "-empty"), place / "parsed"):
                    for case in build.cases:
                        by_case[case][0].problem = f"the chain failed for as_of {build.as_of}: {error}"
                    return
                tell(f"as_of {build.as_of}: the chain failed on {len(build.cases)} cases, trying them in halves")
                for name, half in zip("ab", halves, strict=True):
                    judge(half, var.with_name(var.name + name))
                return
            try:
                for case in build.cases:
                    outcome, expectations = by_case[case]
                    try:
                        if case in bad:
                            raise bad[case]
                        outcome.verdicts = expect.judge(case, expectations, results)
                    except Exception as error:
                        outcome.problem = _said(error, case.place)
            finally:
                results.close()

        def work(numbered: tuple[int, chain.Build]) -> None:
            index, build = numbered
            started = time.monotonic()
            judge(build, place / f"{index:02d}-{build.as_of}{'-' + build.batch_month if build.batch_month else ''}")
            seconds = time.monotonic() - started
            tell(f"as_of {build.as_of}: {len(build.cases)} cases built and judged in {seconds:.0f} s")

        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(work, enumerate(builds, start=1)))
    return [outcome for outcome, *_ in loaded]


def report(outcomes: list[Outcome]) -> tuple[list[str], int]:
    """The lines of a run and its exit status."""
    lines = []
    for outcome in outcomes:
        lines.append(f"{'PASS' if outcome.ok else 'FAIL'}  {outcome.file}:{outcome.line}  {outcome.name}")
        if outcome.problem:
            lines += [f"      {part}" for part in outcome.problem.splitlines()]
        for verdict in outcome.verdicts:
            if not verdict.ok:
                lines.append(f"      line {verdict.place.line}: expected {verdict.expected}")
                lines += [f"        instead: {part}" for part in verdict.instead]
    failed = sum(not outcome.ok for outcome in outcomes)
    lines.append(f"{len(outcomes) - failed} passed, {failed} failed")
    return lines, 1 if failed else 0


def main(argv: list[str] | None = None) -> int:
    """Run the command; the exit status is 1 when any case failed."""
    parser = argparse.ArgumentParser(
        prog="python -m simulator cases", description="Run hand-written cases through the real chain."
    )
    parser.add_argument("folder", type=Path, nargs="+", help="folders of YAML files, or files")
    parser.add_argument("--keep", type=Path, help="keep exchange and warehouse of each build in this folder")
    parser.add_argument("--check", action="store_true", help="only read and check the cases, build nothing")
    args = parser.parse_args(argv)
    missing = [str(folder) for folder in args.folder if not folder.exists()]
    if missing:
        sys.stdout.write(f"there is no {', '.join(missing)}\n0 passed, 1 failed\n")
        return 1
    if args.check:
        outcomes = [outcome for outcome, *_ in load(args.folder)[0]]
    else:
        outcomes = run(args.folder, args.keep, lambda line: (sys.stderr.write(f"[cases] {line}\n"), sys.stderr.flush()))
    if not outcomes:
        outcomes = [Outcome(str(args.folder[0]), "(no cases)", 0, "there is no case to run")]
    lines, status = report(outcomes)
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()
    return status
