"""Command line of the simulator."""

import argparse
import datetime as dt
import inspect
import sys
import time

from simulator import params
from simulator.part import KINDS


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m simulator", description="Simulated departments and their exchange."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    build = commands.add_parser("build", help="write the exchange of a seed, scale and business date")
    build.add_argument("--seed", type=int, default=params.load()["seed"])
    build.add_argument("--scale", default="demo", help="ci, demo, city, or a number of employers")
    build.add_argument("--as-of", type=dt.date.fromisoformat, default=params.load().anchor)
    build.add_argument("--exchange", choices=("duckdb", "parquet", "postgres", "mariadb"), default="duckdb")
    build.add_argument(
        "--keep-world", action="store_true", help="also write event_log.duckdb: every entity and its plan"
    )
    commands.add_parser("day", help="live on one business day")
    forward = commands.add_parser("advance", help="live on some business days")
    forward.add_argument("--days", type=int, default=1)
    commands.add_parser("report", help="what the written exchange looks like, beside what it should")
    block = commands.add_parser("block", help="make one block of a scale alone, and measure it")
    block.add_argument("kind", choices=KINDS)
    block.add_argument("number", type=int)
    block.add_argument("--seed", type=int, default=params.load()["seed"])
    block.add_argument("--scale", default="city")
    block.add_argument("--as-of", type=dt.date.fromisoformat, default=params.load().anchor)
    commands.add_parser("acts", help="list the acts of the case language with their parameters")
    cases = commands.add_parser("cases", help="run hand-written cases through the real chain")
    cases.add_argument("folder")
    cases.add_argument("rest", nargs=argparse.REMAINDER)
    for name, title in (("postgres", "PostgreSQL"), ("mariadb", "MariaDB")):
        server = commands.add_parser(name, help=f"the private {title} exchange")
        server.add_argument(
            "action", choices=("start", "stop", "uri", "fill"), help="fill: with the exchange file as it is"
        )
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

        build(args.seed, args.scale, args.as_of, args.exchange, progress, keep_world=args.keep_world)
    elif args.command == "day":
        from simulator.build import next_day

        state = next_day(progress)
        say(f"it is {state['as_of']}")
    elif args.command == "advance":
        from simulator.build import advance

        say(f"it is {advance(args.days, progress)['as_of']}")
    elif args.command == "report":
        from simulator.report import show

        show()
    elif args.command == "block":
        from simulator import city, scale

        size = scale.scale_of(args.scale)
        chosen = next(b for b in size.blocks() if (b.kind, b.number) == (args.kind, args.number))
        say(city.rows_of(city.build_one(args.seed, size, chosen, args.as_of, progress)))
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

        from simulator import copies

        if args.action == "fill":
            say(copies.copy_to(args.command))
        else:
            say(importlib.import_module(f"simulator.{args.command}").command(args.action))
    else:
        from simulator.casebook import main as cases_main  # the case harness

        return int(cases_main([args.folder, *args.rest]))
    return 0
