"""Commands of the orchestration: `python -m orchestration daily|sync|publish|summary|check`."""

from __future__ import annotations

import argparse
import sys
import time


def _say(line: str) -> None:
    print(line, flush=True)


def _sync(args: argparse.Namespace) -> int:
    from orchestration.lib import contract, fast, runtime, sync

    started = time.perf_counter()
    context = runtime.new_context(args.as_of, args.exchange)
    results = fast.sync_all(contract.from_yaml(fast.paths_staging()), context)
    for result in results:
        if result.detail or result.rows_quarantined:
            _say(f"  {result.table.id}: {result.status} 隔离 {result.rows_quarantined} 行 {result.detail}")
    changed = sum(r.rows_changed for r in results)
    _say(f"同步 {len(results)} 张表，写入 {changed:,} 行，{time.perf_counter() - started:.1f} 秒")
    return 1 if sync.failed(results) else 0


def _daily(args: argparse.Namespace) -> int:
    from orchestration.lib import fast, runtime

    context = runtime.new_context(args.as_of, args.exchange)
    if args.fast:
        fast.build(context, _say)
        return 0
    from orchestration.defs.run import run_job

    started = time.perf_counter()
    problem = run_job("daily_refresh", as_of=context.as_of.isoformat(), exchange=context.exchange)
    if problem:
        _say(f"失败：{problem}")
        return 1
    _say(f"完成，共 {time.perf_counter() - started:.1f} 秒")
    return 0


def main(argv: list[str] | None = None) -> int:
    """Parse the command line, run the command, and turn failures into one clear line."""
    parser = argparse.ArgumentParser(prog="python -m orchestration", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, help_text in (
        ("daily", "sync, build, audit and publish one business day"),
        ("sync", "bring the exchange tables into the raw schemas"),
    ):
        command = commands.add_parser(name, help=help_text)
        command.add_argument("--as-of", help="business date, YYYY-MM-DD")
        command.add_argument("--exchange", choices=["duckdb", "postgres"])
        if name == "daily":
            command.add_argument("--fast", action="store_true", help="sync and models only, no tests, no publication")
    args = parser.parse_args(argv)
    try:
        return {"daily": _daily, "sync": _sync}[args.command](args)
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        _say(f"失败：{error}")
        return 1


if __name__ == "__main__":
    sys.exit(main())
