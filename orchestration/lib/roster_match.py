"""Match persons on rosters again in chunks, inside booked hours, so that a run that stops anywhere goes on where it was (docs/adr/0015).

dbt's fct_roster_match answers for the chunks that it is asked for; what is finished is kept here, outside dbt. A chunk is open when nothing is kept of
it, or when its lines, whom they may mean, or the rule itself have changed since.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import duckdb

from orchestration.lib import dbt_cli, runtime, warehouse
from orchestration.lib.exchange_config import Windows, parse_windows
from orchestration.lib.rules import project_vars

MODEL = "fct_roster_match"
LINES, CANDIDATES, ANSWERS = "intermediate.int_roster_open", "intermediate.int_roster_candidate", f"marts.{MODEL}"
KEPT, CHUNKS = "ledger.roster_match", "ledger.roster_chunk"
DONE, WAITING, STOPPED, FAILED = "success", "waiting", "stopped", "failed"

Say = Callable[[str], None]
Clock = Callable[[], dt.datetime]
Work = Callable[[Sequence[str]], None]


class RosterError(RuntimeError):
    """The matching cannot go on; the message quotes no row."""


@dataclass(frozen=True)
class Settings:
    """What the project's vars say about the matching."""

    windows: Windows
    chunk_lines: int
    at_once_lines: int


@dataclass(frozen=True)
class Chunk:
    """Lines that are worked together, and the sum of everything that their answer depends on."""

    code: str
    lines: int
    inputs: str


@dataclass(frozen=True)
class Plan:
    """What is to be done: chunks that are open, and those whose lines are gone."""

    chunks: tuple[Chunk, ...]
    open: tuple[Chunk, ...]
    gone: tuple[str, ...]

    @property
    def lines(self) -> int:
        """All lines that want a second look."""
        return sum(chunk.lines for chunk in self.chunks)

    def steps(self, lines: int) -> Iterator[tuple[Chunk, ...]]:
        """Open chunks in their order, as many in a step as have about so many lines together."""
        step: list[Chunk] = []
        for chunk in self.open:
            if step and sum(c.lines for c in step) + chunk.lines > lines:
                yield tuple(step)
                step = []
            step.append(chunk)
        if step:
            yield tuple(step)


@dataclass(frozen=True)
class Outcome:
    """How a run ended."""

    status: str
    total: int
    done: int
    left: int
    message: str
    counts: tuple[tuple[str, str, int], ...]

    def report(self) -> list[str]:
        """For the person who waits."""
        of = {
            state: sum(number for s, _, number in self.counts if s == state)
            for state in ("matched", "ambiguous", "unmatched")
        }
        return [
            f"名册再次匹配：{self.message}（共 {self.total} 段，本次完成 {self.done} 段，未完成 {self.left} 段）",
            f"  匹配到一人 {of['matched']:,}，多人待认定 {of['ambiguous']:,}，匹配不到 {of['unmatched']:,}",
        ]


def settings(variables: Mapping[str, Any] | None = None) -> Settings:
    """From dbt_project.yml; SHEBAO_MATCH_WINDOW books other hours for a run."""
    known = project_vars() if variables is None else variables
    booked = os.environ.get("SHEBAO_MATCH_WINDOW") or str(known["p1_3_2_window"])
    texts = [text for text in booked.split(";") if text.strip()]
    if not texts:
        raise RosterError("没有预约名册匹配的时段（p1_3_2_window）")
    return Settings(
        parse_windows(texts, "p1_3_2_window"), int(known["p1_3_2_chunk_lines"]), int(known["p1_3_2_at_once_lines"])
    )


def rule_of(manifest: Mapping[str, Any]) -> str:
    """A sum of the rule's own text: what was matched by another one is matched again."""
    nodes = {node["name"]: node for node in manifest["nodes"].values() if node["resource_type"] == "model"}
    macros = manifest.get("macros", {}).get("macro.shebao.partial_id_kind", {})
    text = str(nodes[MODEL].get("raw_code")) + str(macros.get("macro_sql"))
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def create(con: duckdb.DuckDBPyConnection) -> None:
    """The tables of what is finished, with the columns of the model."""
    missing = [name for name in (LINES, CANDIDATES, ANSWERS) if not _exists(con, name)]
    if missing:
        raise RosterError(f"还没有构建 {'，'.join(missing)}，请先完成每日运行")
    con.execute("create schema if not exists ledger")
    con.execute(
        f"create table if not exists {CHUNKS} (chunk_code varchar, lines bigint, inputs varchar, run_id varchar)"
    )
    wanted = _columns(con, ANSWERS)
    if _exists(con, KEPT) and _columns(con, KEPT) != wanted:
        # A version with other columns: nothing of the old one is kept.
        con.execute(f"drop table {KEPT}")
        con.execute(f"delete from {CHUNKS}")
    con.execute(f"create table if not exists {KEPT} as from {ANSWERS} limit 0")


def is_kept(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether anything was ever matched again in this warehouse."""
    return _exists(con, KEPT)


def _exists(con: duckdb.DuckDBPyConnection, relation: str) -> bool:
    schema, name = relation.split(".")
    found = con.execute(
        "select 1 from duckdb_tables() where database_name = current_database() and schema_name = ? and table_name = ?",
        [schema, name],
    ).fetchone()
    return found is not None


def _columns(con: duckdb.DuckDBPyConnection, relation: str) -> list[tuple[str, str]]:
    return [(row[0], row[1]) for row in con.execute(f"describe {relation}").fetchall()]


def plan(con: duckdb.DuckDBPyConnection, rule: str) -> Plan:
    """Compare what is kept with what there is; the kept rows themselves are counted too."""
    create(con)
    found = con.execute(
        f"""
        with candidate as (select person_name, person_key, hash(c)::hugeint as inputs from {CANDIDATES} c),
        by_name as (select person_name, sum(inputs) as inputs from candidate group by person_name),
        by_id as (select person_key, sum(inputs) as inputs from candidate group by person_key)
        select line.chunk_code, count(*), sum(hash(line, by_name.inputs, by_id.inputs)::hugeint)::varchar
        from {LINES} line
        left join by_name on line.person_name = by_name.person_name
        left join by_id on line.id_key = by_id.person_key
        group by line.chunk_code order by line.chunk_code
        """
    ).fetchall()
    chunks = tuple(Chunk(code, lines, f"{inputs} {rule}") for code, lines, inputs in found)
    kept = {
        code: (inputs, rows)
        for code, inputs, rows in con.execute(
            f"select c.chunk_code, c.inputs, count(m.chunk_code) from {CHUNKS} c"
            f" left join {KEPT} m on c.chunk_code = m.chunk_code group by c.chunk_code, c.inputs"
        ).fetchall()
    }
    known = {chunk.code for chunk in chunks}
    return Plan(
        chunks,
        tuple(chunk for chunk in chunks if kept.get(chunk.code) != (chunk.inputs, chunk.lines)),
        tuple(sorted(set(kept) - known)),
    )


def keep(con: duckdb.DuckDBPyConnection, step: Sequence[Chunk], run_id: str) -> None:
    """Take the answers of some chunks over, all or nothing; they replace what was kept of these chunks."""
    codes = [chunk.code for chunk in step]
    answered = dict(
        con.execute(
            f"select chunk_code, count(*) from {ANSWERS} where chunk_code in (select unnest(?::varchar[])) group by chunk_code",
            [codes],
        ).fetchall()
    )
    if answered != {chunk.code: chunk.lines for chunk in step}:
        raise RosterError("名册或匹配结果在匹配时被另一个进程改动，请再运行一次")
    with warehouse.transaction(con):
        _forget(con, codes)
        con.execute(
            f"insert into {KEPT} select * from {ANSWERS} where chunk_code in (select unnest(?::varchar[]))", [codes]
        )
        con.executemany(
            f"insert into {CHUNKS} values (?, ?, ?, ?)", [[c.code, c.lines, c.inputs, run_id] for c in step]
        )


def _forget(con: duckdb.DuckDBPyConnection, codes: Sequence[str]) -> None:
    con.execute(f"delete from {KEPT} where chunk_code in (select unnest(?::varchar[]))", [list(codes)])
    con.execute(f"delete from {CHUNKS} where chunk_code in (select unnest(?::varchar[]))", [list(codes)])


def counts(con: duckdb.DuckDBPyConnection) -> tuple[tuple[str, str, int], ...]:
    """What is kept, by outcome and method or reason."""
    return tuple(
        con.execute(
            f"select match_state, coalesce(reason_code, method), count(*) from {KEPT} group by all order by all"
        ).fetchall()
    )


def dbt_work(as_of: dt.date) -> Work:
    """Have dbt answer for some chunks."""

    def work(codes: Sequence[str]) -> None:
        arguments = dbt_cli.build_arguments("run", as_of, select=[MODEL], variables={"roster_chunks": ",".join(codes)})
        bad = [node for node in dbt_cli.run(arguments) if not node.good]
        if bad:
            raise dbt_cli.DbtError("；".join(f"{node.name}: {node.message or node.status}" for node in bad))

    return work


def run(
    run_id: str,
    as_of: dt.date,
    rule: str,
    chosen: Settings,
    work: Work | None = None,
    *,
    clock: Clock = runtime.now,
    say: Say = lambda line: None,
) -> Outcome:
    """Work the open chunks while the booked hours last; a chunk that was begun is finished, and then the clock is asked again.

    Without work the day's build has just answered for all chunks: few lines are taken over at any hour, many are left to the booked ones.
    """
    with warehouse.opened() as con:
        todo = plan(con, rule)
        if todo.gone:
            with warehouse.transaction(con):
                _forget(con, todo.gone)
        _begin(con, run_id, as_of, clock(), todo)
    done = 0
    message = "全部完成"
    status = DONE
    try:
        for step in todo.steps(chosen.chunk_lines if work else max(todo.lines, 1)):
            if work is None and todo.lines > chosen.at_once_lines:
                status, message = WAITING, f"{todo.lines:,} 人超过一次处理的上限，等待预约时段"
                break
            if work is not None and not chosen.windows.is_open(clock()):
                opening = chosen.windows.next_opening(clock())
                when = f"，下次 {opening:%m-%d %H:%M}" if opening else ""
                status, message = (STOPPED if done else WAITING), f"不在预约时段内{when}"
                break
            if work is not None:
                work([chunk.code for chunk in step])
            with warehouse.opened() as con:
                keep(con, step, run_id)
                done += len(step)
                _progress(con, run_id, done, len(todo.open) - done)
            say(f"  匹配 {done}/{len(todo.open)} 段")
    except Exception as error:
        # What went wrong first is what is told, also when the warehouse cannot be opened now.
        with suppress(duckdb.Error, warehouse.WarehouseBusyError), warehouse.opened() as con:
            _end(con, run_id, FAILED, clock(), type(error).__name__, ())
        raise
    with warehouse.opened() as con:
        found = counts(con)
        _end(con, run_id, status, clock(), message, found)
    return Outcome(status, len(todo.chunks), done, len(todo.open) - done, message, found)


def _begin(con: duckdb.DuckDBPyConnection, run_id: str, as_of: dt.date, now: dt.datetime, todo: Plan) -> None:
    con.execute("update ops.roster_run set status = 'interrupted' where status = 'running'")
    con.execute("delete from ops.roster_run where run_id = ?", [run_id])
    con.execute(
        "insert into ops.roster_run values (?, ?, ?, null, 'running', ?, ?, ?, 0, ?, null)",
        [run_id, as_of, now, todo.lines, len(todo.chunks), len(todo.open), len(todo.open)],
    )


def _progress(con: duckdb.DuckDBPyConnection, run_id: str, done: int, left: int) -> None:
    con.execute("update ops.roster_run set chunks_done = ?, chunks_left = ? where run_id = ?", [done, left, run_id])


def _end(
    con: duckdb.DuckDBPyConnection,
    run_id: str,
    status: str,
    now: dt.datetime,
    message: str,
    found: Iterable[tuple[str, str, int]],
) -> None:
    with warehouse.transaction(con):
        con.execute(
            "update ops.roster_run set status = ?, finished_at = ?, message = ? where run_id = ?",
            [status, now, message, run_id],
        )
        con.execute("delete from ops.roster_count where run_id = ?", [run_id])
        rows = [[run_id, *row] for row in found]
        if rows:
            con.executemany("insert into ops.roster_count values (?, ?, ?, ?)", rows)
