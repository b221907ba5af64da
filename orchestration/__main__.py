"""Commands of the orchestration: `python -m orchestration daily|watch|match|sync|replay|quarantine|drift|publish|summary|check|rules-doc`."""

from __future__ import annotations

import argparse
import os
import sys
import time

from common import failures
from orchestration.lib.contract import ContractError, Table
from orchestration.lib.dbt_cli import DbtError
from orchestration.lib.exchange_config import ConfigError
from orchestration.lib.rules import RuleError
from orchestration.lib.sources import ExchangeError
from orchestration.lib.sync import SyncError
from orchestration.lib.warehouse import WarehouseBusyError

# Errors whose text is ours: it names things and quotes no row.
EXPECTED = (ConfigError, ContractError, DbtError, ExchangeError, RuleError, SyncError, WarehouseBusyError, ValueError)


def _say(line: str) -> None:
    print(line, flush=True)


def _chosen(names: list[str] | None) -> tuple[Table, ...]:
    """The tables of the contract, or those named."""
    from orchestration.lib import contract, fast

    tables = contract.from_yaml(fast.paths_staging())
    if not names:
        return tables
    known = {t.id for t in tables}
    for name in names:
        if name not in known:
            raise ValueError(f"契约中没有表 {name}，写法如 hrss.RS_ZJHZ")
    return tuple(t for t in tables if t.id in names)


def _sync(args: argparse.Namespace) -> int:
    from orchestration.lib import fast, runtime, sync

    started = time.perf_counter()
    context = runtime.new_context(args.as_of, args.exchange)
    results = fast.sync_all(_chosen(args.table), context, replay=args.command == "replay")
    for result in results:
        if result.detail or result.rows_quarantined:
            _say(f"  {result.table.id}: {result.status} 隔离 {result.rows_quarantined} 行 {result.detail}")
    changed = sum(r.rows_changed for r in results)
    _say(f"同步 {len(results)} 张表，写入 {changed:,} 行，{time.perf_counter() - started:.1f} 秒")
    return 1 if sync.failed(results) else 0


def _drift(args: argparse.Namespace) -> int:
    """What is upstream otherwise than agreed, and where both sides do not agree."""
    from orchestration.lib import drift_report, warehouse

    with warehouse.opened() as con:
        for name in args.accept or ():
            [table] = _chosen([name])
            drift_report.accept(con, table)
            _say(f"{name}: 下次同步按现有的列类型读取")
        if args.accept:
            return 0
        report = drift_report.build(con)
    for line in report.lines():
        _say(line)
    return 1 if report.differs else 0


def _quarantine(args: argparse.Namespace) -> int:
    """What waits in quarantine, with masked values."""
    from orchestration.lib import quarantine, warehouse

    names = [table.id for table in _chosen(args.table)] if args.table else []
    with warehouse.opened() as con:
        found = quarantine.held(con, names, shown=quarantine.LIMIT if names else quarantine.SHOWN)
    for table in found:
        for line in table.lines():
            _say(line)
    _say(f"{len(found)} 张表共隔离 {sum(table.rows for table in found):,} 行" if found else "没有隔离的数据")
    return 0


def _daily(args: argparse.Namespace) -> int:
    if args.only and not args.fast:
        _say("失败：--only 只能与 --fast 一起使用，每日任务总是构建全部模型")
        return 2
    if not args.fast:
        return _run("daily_refresh", args)
    from orchestration.lib import fast, runtime

    fast.build(runtime.new_context(args.as_of, args.exchange), _say, args.only or ())
    return 0


def _run(job: str, args: argparse.Namespace) -> int:
    from orchestration.defs.run import run_job

    started = time.perf_counter()
    problem = run_job(job, as_of=args.as_of, exchange=args.exchange)
    if problem:
        _say(f"失败：{problem}")
        return 1
    _say(f"完成，共 {time.perf_counter() - started:.1f} 秒")
    return 0


def _watch(args: argparse.Namespace) -> int:
    return _run("hourly_watch", args)


def _match(args: argparse.Namespace) -> int:
    return _run("roster_match", args)


def _publish(args: argparse.Namespace) -> int:
    return _run("publish_again", args)


def _summary(args: argparse.Namespace) -> int:
    from orchestration.lib import publish, summary

    current = publish.current_file()
    if current is None or not current.exists():
        _say("还没有发布过快照，请先运行 python -m orchestration daily")
        return 1
    summary.show(current)
    return 0


def _test(args: argparse.Namespace) -> int:
    """All dbt tests, unit tests too, or those selected, on the warehouse as it is."""
    from orchestration.lib import dbt_cli, runtime

    arguments = dbt_cli.build_arguments("test", runtime.resolve_as_of(args.as_of), select=args.select or ())
    results = dbt_cli.run(arguments)
    bad = [r for r in results if not r.good]
    for result in bad:
        _say(f"  {result.status} {result.name}：{result.message}")
    warned = sum(1 for r in results if r.status == "warn")
    _say(f"{len(results)} 项检查：通过 {len(results) - len(bad) - warned}，提示 {warned}，失败 {len(bad)}")
    return 1 if bad else 0


def _exchange_check(args: argparse.Namespace) -> int:
    """Source tests and freshness where the departments' tables lie."""
    import datetime as dt

    from orchestration.lib import exchange_check, exchange_config, runtime

    environment = exchange_config.load(runtime.resolve_exchange(args.exchange))
    moment = dt.datetime.fromisoformat(args.at) if args.at else None
    lines = exchange_check.check_environment(environment, args.system or (), checked_at=moment)
    _say(exchange_check.report(lines))
    return 1 if any(line.status == "FAIL" for line in lines) else 0


def _home(args: argparse.Namespace) -> int:
    """Dagster's folder with its settings."""
    from orchestration.lib import home

    _say(str(home.prepare()))
    return 0


def _check(args: argparse.Namespace) -> int:
    """Load everything without running anything."""
    from orchestration.lib import contract, dbt_cli, rules

    manifest = dbt_cli.load_manifest()
    tables = contract.from_manifest(manifest)
    catalogue = rules.catalogue(manifest)
    from orchestration.definitions import defs

    jobs = sorted(job.name for job in defs.resolve_all_job_defs() if not job.name.startswith("__"))
    _say(f"交换表 {len(tables)} 张，规则 {len(catalogue)} 条，作业 {'，'.join(jobs)}")
    return 0


def _rules_doc(args: argparse.Namespace) -> int:
    """The page of all rules."""
    from orchestration.lib import dbt_cli, rules, rules_doc

    catalogue = rules.catalogue(dbt_cli.load_manifest())
    if not args.check:
        rules_doc.write(catalogue)
    elif not rules_doc.is_current(catalogue):
        _say(f"{rules_doc.PAGE} is out of date: run `make rules-doc`")
        return 1
    return 0


COMMANDS = {
    "daily": (_daily, "sync, build, audit and publish one business day"),
    "sync": (_sync, "bring the exchange tables into the raw schemas"),
    "replay": (_sync, "read the rows in quarantine again, after they were put right"),
    "quarantine": (_quarantine, "list the rows in quarantine: key, column, reason and masked value"),
    "drift": (_drift, "report how the exchange and the raw tables differ; exit code 1 when they do"),
    "watch": (_watch, "sync what is watched, build the monitoring models, walk the patrol and send alerts"),
    "match": (_match, "match persons on rosters again: the open chunks, inside the booked hours; then publish"),
    "publish": (_publish, "publish what the warehouse holds once more"),
    "summary": (_summary, "print what the published snapshot holds"),
    "test": (_test, "run all dbt tests and unit tests on the warehouse"),
    "exchange-check": (_exchange_check, "run dbt's source tests and freshness inside the exchange databases"),
    "home": (_home, "prepare Dagster's own folder and print where it is"),
    "check": (_check, "load contract, rules and definitions"),
    "rules-doc": (_rules_doc, "write docs/rules.md from the rules' entries"),
}


def main(argv: list[str] | None = None) -> int:
    """Parse the command line, run the command, and turn failures into one clear line."""
    parser = argparse.ArgumentParser(prog="python -m orchestration", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, (_, help_text) in COMMANDS.items():
        command = commands.add_parser(name, help=help_text)
        if name in ("sync", "replay", "quarantine"):
            command.add_argument("--table", action="append", help="only this table, e.g. hrss.RS_ZJHZ; may be repeated")
        if name == "drift":
            command.add_argument(
                "--accept", action="append", help="take a retyped table as it is from the next sync on"
            )
        if name in ("daily", "watch", "match", "sync", "replay", "publish", "test"):
            command.add_argument("--as-of", help="business date, YYYY-MM-DD")
        if name in ("daily", "watch", "match", "sync", "replay", "publish"):
            command.add_argument("--exchange", help="an environment of exchange.toml, e.g. duckdb, postgres, mariadb")
        if name == "test":
            command.add_argument("--select", nargs="+", help="only these, as dbt selects, e.g. test_type:unit")
        if name == "exchange-check":
            command.add_argument("--exchange", help="environment of exchange.toml")
            command.add_argument("--system", action="append", help="only this system (may be repeated)")
            command.add_argument(
                "--at", help="local moment that ages are counted to, YYYY-MM-DD HH:MM:SS (default: now)"
            )
        if name == "rules-doc":
            command.add_argument("--check", action="store_true", help="only say whether the page is up to date")
        if name == "daily":
            command.add_argument("--fast", action="store_true", help="sync and models only, no tests, no publication")
            command.add_argument(
                "--only", nargs="+", metavar="MODEL", help="with --fast: these models and what they stand on"
            )
    args = parser.parse_args(argv)
    try:
        return COMMANDS[args.command][0](args)
    except KeyboardInterrupt:
        return 130
    except EXPECTED as error:
        _say(f"失败：{error}")
        return 1
    except Exception as error:
        if os.environ.get("SHEBAO_DEBUG") == "1":
            raise
        # Its text may quote a row; SHEBAO_DEBUG=1 shows all of it to a developer.
        _say(f"失败：{failures.described(error)}（SHEBAO_DEBUG=1 可看详情）")
        return 1


if __name__ == "__main__":
    sys.exit(main())
