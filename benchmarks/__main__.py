"""Measure the sync against plain copies, models against their exchange tables, reconciliation against pandas, cuts of cubes."""

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks import city, compiled, measure, pages, rules, sync, two_sides
from common import paths

ROWS = 500_000


def main() -> int:
    """The sync on rows of its own, the marts on a warehouse that the demo has built."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--warehouse", type=Path, default=paths.warehouse_file(), help="a built warehouse (make demo SERVE=0)"
    )
    parser.add_argument("--as-of", default=None, help="business date of the build (default: the project's)")
    parser.add_argument("--repeat", type=int, default=3, help="runs of each piece of work; the fastest counts")
    parser.add_argument(
        "part",
        nargs="?",
        choices=("all", "sync", "rules", "build", "marts", "sides", "pages", "city"),
        default="all",
        help="what to measure; pages: cuts of the published cubes; build: rules, reconciliation and metrics from the exchange"
        " tables; sides: the bill reconciliation's two sides, DuckDB and pandas; city: the sync of the whole exchange under"
        " SHEBAO_VAR, embedded or PostgreSQL",
    )
    parser.add_argument("--delta", action="store_true", help="city: a day's delta too (moves rows, and sets them back)")
    parser.add_argument("--undo", action="store_true", help="city: set back what a delta that was broken off had moved")
    parser.add_argument("--rows", type=int, default=ROWS, help="rows of the table that is synced")
    parser.add_argument("--no-postgres", action="store_true", help="sync from DuckDB only")
    parser.add_argument(
        "--no-inline", action="store_true", help="rules: leave out the dear half, the rules over intermediate views"
    )
    parser.add_argument(
        "--keep",
        type=Path,
        default=None,
        help="build: a folder where scratch.duckdb stays, for sides and a look inside",
    )
    args = parser.parse_args()
    if args.part == "city":
        return city.command(delta=args.delta, undo=args.undo)
    if args.part == "pages":
        pages.show(pages.run())
        return 0
    if args.part in ("all", "sync"):
        sync.show(sync.run(args.rows, postgres=not args.no_postgres))
    if args.part == "sync":
        return 0
    print()
    if not args.warehouse.exists():
        print(f"No warehouse at {args.warehouse}: run `make demo SERVE=0` first.", file=sys.stderr)
        return 2
    if args.part == "sides":
        return _sides(args)
    with tempfile.TemporaryDirectory(dir=args.warehouse.parent, prefix=".bench-") as folder:
        project = compiled.project(args.warehouse, Path(folder), args.as_of)
        if args.part in ("all", "rules", "build"):
            groups = rules.groups_of(project, everything=args.part == "build")
            if args.keep:
                args.keep.mkdir(parents=True, exist_ok=True)
            report = rules.run(args.warehouse, project, args.keep or Path(folder), groups, inline=not args.no_inline)
            rules.show(report)
            if report.failed:
                return 1
    return 0 if args.part in ("rules", "build") else _marts(args, project)


def _marts(args: argparse.Namespace, project: compiled.Project) -> int:
    print()
    models = sorted((m for m in project.models.values() if m.layer == "marts"), key=lambda model: model.name)
    found = [m for m in models if m.folder == "anomaly"]
    works = [
        measure.copy_of_inputs(models),
        measure.one_group(f"{len(found)} rules", found),
        measure.one_group("reconciliation", [m for m in models if m.folder == "reconciliation"]),
        measure.one_group("collection metrics", [m for m in models if m.folder == "collection"]),
        measure.one_group("metric cubes", [m for m in models if m.name.startswith("mtr_cube_")]),
    ]
    results = measure.run(args.warehouse, works, args.repeat)
    print(f"{'work':<44}{'CPU s':>9}{'copies of its inputs':>23}")
    base = results[0]
    for result in results:
        print(f"{result.name:<44}{result.seconds:>9.3f}{result.seconds / base.seconds:>22.2f}x")
    return _sides(args)


def _sides(args: argparse.Namespace) -> int:
    duck, pandas, lines = two_sides.run(args.warehouse, args.repeat)
    print(f"\n{f'bill reconciliation, two sides, {lines} lines':<44}{'CPU s':>9}{'times DuckDB':>23}")
    for name, seconds in (("DuckDB, full outer join", duck), ("pandas, outer merge", pandas)):
        print(f"{name:<44}{seconds:>9.3f}{seconds / duck:>22.2f}x")
    return 0


if __name__ == "__main__":
    sys.exit(main())
