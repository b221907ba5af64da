"""Command line of the simulator: build, day, acts, cases, postgres, mariadb."""

import argparse
import datetime as dt
import inspect
import sys
import time

from simulator import params


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m simulator", description="Simulated departments and their exchange."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    build = commands.add_parser("build", help="write the exchange of a seed, scale and business date")
    build.add_argument("--seed", type=int, default=params.load()["seed"])
    build.add_argument("--scale", default="demo", help="ci, demo, city, or a number of employers")
    build.add_argument("--as-of", type=dt.date.fromisoformat, default=params.load().anchor)
    build.add_argument("--exchange", choices=("duckdb", "postgres", "mariadb"), default="duckdb")
    commands.add_parser("day", help="live on one business day")
    commands.add_parser("acts", help="list the acts of the case language with their parameters")
    cases = commands.add_parser("cases", help="run hand-written cases through the real chain")
    cases.add_argument("folder")
    cases.add_argument("rest", nargs=argparse.REMAINDER)
    for name, title in (("postgres", "PostgreSQL"), ("mariadb", "MariaDB")):
        server = commands.add_parser(name, help=f"the private {title} exchange")
        server.add_argument("action", choices=("start", "stop", "uri"))
    return parser


def say(line: str) -> None:
    """A line of output, shown at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main(argv: list[str] | None = None) -> int:
    """Run one command; the exit status."""
    args = _parser().parse_args(argv)
    started = time.monotonic()

    def progress(line: str) -> None:
        say(f"[simulator {time.monotonic() - started:5.1f} s] {line}")

    if args.command == "build":
        from simulator.build import build

        build(args.seed, args.scale, args.as_of, args.exchange, progress)
    elif args.command == "day":
        from simulator.build import next_day

        state = next_day(progress)
        say(f"it is {state['as_of']}")
    elif args.command == "acts":
        from simulator.acts import catalogue

        for name, act in sorted(catalogue().items(), key=lambda item: (item[1].subject, item[0])):
            parameters = ", ".join(
                key if default is inspect.Parameter.empty else f"{key}={default!r}"
                for key, default in act.parameters.items()
            )
            say(f"{act.subject}: {name}({parameters})\n    {act.doc.splitlines()[0]}")
    elif args.command in ("postgres", "mariadb"):
        import importlib

        say(importlib.import_module(f"simulator.{args.command}").command(args.action))
    else:
        from simulator.casebook import main as cases_main  # the case harness

        return int(cases_main([args.folder, *args.rest]))
    return 0
