"""All style checks in one go: `python -m common.lint` (ruff, mypy, sqlfluff, yamllint, and what tools do not know)."""

import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from common.paths import root

BIN = Path(sys.executable).parent
SQL_FOLDERS = ("dbt_project/models", "dbt_project/tests")
YAML_FOLDERS = ("dbt_project", "cases", ".github", ".pre-commit-config.yaml", "profiles.yml", ".sqlfluff")

# What must not stand in any file of the repository: a path of one machine, an address inside a private network.
# (Split, so that this file passes its own check.)
FORBIDDEN = {
    "path of one machine": re.compile(
        r"(?<![\w.])/(?:wor" r"k|roo" r"t|hom" r"e/\w+|opt/pypi|opt/wheels)(?:/|\b(?![-\w]))"
    ),
    "temporary folder of one machine": re.compile(r"(?<![\w.])/tm" r"p/(?:brief|try|bash_jobs)"),
    "private address": re.compile(
        r"(?<![\d.])(?:10\.\d{1,3}|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.\d{1,3}\.\d{1,3}(?![\d.])"
    ),
    "package registry": re.compile(r"--(?:extra-)?index" r"-url[ =]|(?:pypi|npmjs)\.(?:org|io)/simple"),
    "merge marker": re.compile(r"^(?:<{7} |>{7} |={7}$)", re.MULTILINE),
}


def tracked_files(base: Path) -> list[Path]:
    """Files that git knows or would add."""
    out = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=base,
        capture_output=True,
        check=True,
    )
    return [base / name for name in out.stdout.decode().split("\0") if name and (base / name).is_file()]


def forbidden_in(text: str) -> list[str]:
    """What a file's text must not hold, as 'line: what (match)'."""
    found = []
    for what, pattern in FORBIDDEN.items():
        for match in pattern.finditer(text):
            found.append(f"{text.count(chr(10), 0, match.start()) + 1}: {what} ({match.group(0).strip()})")
    return found


def house_problems(base: Path) -> list[str]:
    """Our own checks over all files: nothing of one machine, no tabs or trailing blanks in SQL, docstring first."""
    problems = []
    for path in tracked_files(base):
        name = path.relative_to(base).as_posix()
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        problems += [f"{name}:{found}" for found in forbidden_in(text)]
        if path.suffix == ".sql" and "\t" in text:
            problems.append(f"{name}: tab in SQL")
        if path.suffix in {".sql", ".py", ".yml", ".md"} and text and not text.endswith("\n"):
            problems.append(f"{name}: no newline at the end")
        is_model = name.startswith("dbt_project/models/") and path.suffix == ".sql"
        if is_model and not text.lstrip().startswith(("--", "{#", "{{ config", "{{- config")):
            problems.append(f"{name}: a model begins with a comment that says purpose and grain")
        if is_model and re.search(r"\b(?:current_date|current_timestamp|now\s*\(\))", text, re.IGNORECASE):
            problems.append(f"{name}: a clock in a model; use as_of_date()")
    return problems


def commands(base: Path) -> list[tuple[str, list[str]]]:
    """The tools and how they are called."""
    python_packages = [
        p
        for p in ("common", "simulator", "orchestration", "dashboards", "engines", "benchmarks")
        if (base / p).is_dir()
    ]
    yaml = [p for p in YAML_FOLDERS if (base / p).exists() and not p.endswith(".sqlfluff")]
    sql = [p for p in SQL_FOLDERS if (base / p).is_dir()]
    # A fresh clone in CI has no cache and leaves none: writing one (263 MB) is for nothing.
    cached = "CI" not in os.environ or (base / ".mypy_cache").is_dir()
    mypy_cache = [] if cached else ["--cache-dir", os.devnull]
    return [
        ("ruff", [str(BIN / "ruff"), "check", "."]),
        ("ruff format", [str(BIN / "ruff"), "format", "--check", "."]),
        ("mypy", [str(BIN / "mypy"), *mypy_cache, *python_packages]),
        ("sqlfluff", [str(BIN / "sqlfluff"), "lint", "--processes", "2", "--disable-progress-bar", *sql]),
        ("yamllint", [str(BIN / "yamllint"), "--strict", *yaml]),
    ]


def main() -> int:
    """Run all, report each, fail when one fails."""
    base = root()
    failed = []

    def check(named: tuple[str, list[str]]) -> tuple[str, subprocess.CompletedProcess[str], float]:
        started = time.monotonic()
        name, command = named
        done = subprocess.run(command, cwd=base, capture_output=True, text=True)
        return name, done, time.monotonic() - started

    # Two beside each other: mypy fills one core only.
    with ThreadPoolExecutor(2) as pool:
        for name, done, seconds in pool.map(check, commands(base)):
            if done.returncode:
                failed.append(name)
                print(done.stdout + done.stderr)
            print(f"{'ok    ' if not done.returncode else 'FAILED'}  {name}  ({seconds:.1f} s)", flush=True)
    problems = house_problems(base)
    print("\n".join(problems))
    print(f"{'ok    ' if not problems else 'FAILED'}  house checks")
    if problems:
        failed.append("house checks")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
