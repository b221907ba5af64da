"""The daily patrol (每日巡视): one answer a check and day, PASS, WARN, FAIL or N/A with why, kept as history in ops.patrol."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from common import paths

PASS, WARN, FAIL, NOT_APPLICABLE = "PASS", "WARN", "FAIL", "N/A"
# The worst answer of a check's subjects is the check's; what could not be judged never hides behind what passed.
ORDER = (FAIL, WARN, NOT_APPLICABLE, PASS)
FREE_WARN, FREE_FAIL = 0.20, 0.10
SHOWN = 5
TABLE_STATUS = {"late": "未到", "stale": "超过约定的更新时间", "mismatch": "两侧不平"}


@dataclass(frozen=True)
class Check:
    """One check of the patrol: what it is called, under which heading of the users' list, and how it is answered."""

    check_id: str
    section: str
    title: str
    answer: Callable[[Look], list[Line]]
    # Findings of monitor rules that tell the same already: reason codes.
    told_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Look:
    """What the checks look at: the warehouse, and how current each table is by what its source promises."""

    con: duckdb.DuckDBPyConnection
    table_status: Mapping[tuple[str, str], str]


@dataclass(frozen=True)
class Line:
    """What a check says about one subject: a system, a table, a disk."""

    subject: str
    status: str
    why: str
    system: str = ""


@dataclass(frozen=True)
class Answer:
    """A check's answer of a day, and the lines that it stands on."""

    check: Check
    status: str
    why: str
    lines: tuple[Line, ...]


def _has(con: duckdb.DuckDBPyConnection, schema: str, table: str) -> bool:
    row = con.execute(
        "select 1 from duckdb_tables() where database_name = current_database() and schema_name = ? and table_name = ?",
        [schema, table],
    ).fetchone()
    return row is not None


def _not_built(table: str) -> list[Line]:
    return [Line(table, NOT_APPLICABLE, "监测模型尚未构建")]


def _sources(look: Look) -> list[Line]:
    """Whether each source could be read when it was read last."""
    rows = look.con.execute(
        """
        with newest as (
            select * from ops.sync_table
            qualify row_number() over (partition by source_name, table_name order by synced_at desc, run_id) = 1
        )
        select source_name, count(*), count(case when status = 'failed' then 1 end), count(case when status = 'waiting' then 1 end),
            max(case when status = 'failed' then table_name end)
        from newest group by source_name order by source_name
        """
    ).fetchall()
    lines = []
    for source, tables, failed, waiting, example in rows:
        if failed == tables:
            lines.append(Line(source, FAIL, f"{tables} 张表都读不到"))
        elif failed:
            lines.append(Line(source, FAIL, f"{failed} 张表未能读取（如 {example}）"))
        elif waiting:
            lines.append(Line(source, WARN, f"{waiting} 张表等候可读时段"))
        else:
            lines.append(Line(source, PASS, f"{tables} 张表都能读取"))
    return lines


def _heartbeat(look: Look) -> list[Line]:
    """Whether each system answers."""
    if not _has(look.con, "marts", "mon_system"):
        return _not_built("mon_system")
    lines = []
    for code, name, state, beat, share in look.con.execute(
        "select system_code, system_name, state, newest_beat_at, availability_24h from marts.mon_system order by system_code"
    ).fetchall():
        at = f"{beat:%m-%d %H:%M}" if beat else ""
        percent = f"{share * 100:.2f}%" if share is not None else "—"
        status, why = {
            "down": (FAIL, f"{at} 心跳无应答"),
            "silent": (FAIL, f"{at} 以后没有心跳"),
            "no_data": (NOT_APPLICABLE, "没有心跳记录"),
            "maintenance": (PASS, "计划维护中"),
            "exhausted": (WARN, "处理器或内存接近用满"),
        }.get(state, (PASS, f"近24小时可用率 {percent}"))
        if status == PASS and share is not None and share < 1 and state != "maintenance":
            status, why = WARN, f"现已恢复，近24小时可用率 {percent}"
        lines.append(Line(name, status, why, code))
    return lines


def _response(look: Look) -> list[Line]:
    """Whether each system answers as fast as usual."""
    if not _has(look.con, "marts", "mon_system"):
        return _not_built("mon_system")
    lines = []
    for code, name, response, usual, ratio in look.con.execute(
        "select system_code, system_name, response_ms, usual_ms, response_ratio from marts.mon_system order by system_code"
    ).fetchall():
        if response is None or ratio is None:
            lines.append(
                Line(name, NOT_APPLICABLE, "没有应答，无法测量" if response is None else "历史不足，无法比较", code)
            )
            continue
        status = FAIL if ratio >= 4 else WARN if ratio >= 2 else PASS
        lines.append(Line(name, status, f"{response} 毫秒，通常 {usual:.0f} 毫秒", code))
    return lines


def _freshness(look: Look) -> list[Line]:
    """Whether tables came as agreed."""
    lines = []
    for (source, table), status in sorted(look.table_status.items()):
        if status == "fresh":
            lines.append(Line(f"{source}.{table}", PASS, "及时"))
        else:
            bad = FAIL if status in ("late", "mismatch") else WARN
            lines.append(Line(f"{source}.{table}", bad, TABLE_STATUS.get(status, status)))
    return lines


def _parity(look: Look) -> list[Line]:
    """Whether both sides agree."""
    return [
        Line(f"{source}.{table}", PASS if status == "PASS" else FAIL if status == "FAIL" else NOT_APPLICABLE,
             "两侧相平" if status == "PASS" else "两侧不平" if status == "FAIL" else "未核对")
        for source, table, status in look.con.execute(
            """select source_name, table_name, parity_status from ops.sync_table
            qualify row_number() over (partition by source_name, table_name order by synced_at desc, run_id) = 1 order by all"""
        ).fetchall()
    ]  # fmt: skip


def _quarantine(look: Look) -> list[Line]:
    """Rows that could not be typed."""
    rows = look.con.execute(
        """select source_name || '.' || table_name, rows_quarantined from ops.sync_table
        qualify row_number() over (partition by source_name, table_name order by synced_at desc, run_id) = 1 order by all"""
    ).fetchall()
    return [Line(name, WARN if count else PASS, f"隔离 {count} 行" if count else "没有隔离") for name, count in rows]


def _backlog(look: Look) -> list[Line]:
    """Whether rows pile up unread, or are read slowly: less than half of the usual while more wait than usual (A1.01 wants word of it)."""
    if not _has(look.con, "marts", "mon_backlog"):
        return _not_built("mon_backlog")
    lines = []
    for table, title, system, state, slow, unread, usual, hours, workdays, read, usual_read in look.con.execute(
        "select table_name, table_title, system_code, state, is_read_slow, unread_rows, usual_rows, oldest_hours, oldest_workdays,"
        " read_rows, usual_read_rows from marts.mon_backlog order by table_name"
    ).fetchall():
        name = f"{title}（{table}）"
        if state in ("no_rows", "too_early"):
            lines.append(
                Line(name, NOT_APPLICABLE, "期内没有数据" if state == "no_rows" else "历史不足，无法比较", system)
            )
            continue
        words = f"未读 {unread:,} 行，通常 {usual:,.0f} 行" + (
            f"，最早一行已等 {hours} 小时" if hours is not None else ""
        )
        if slow:
            words = f"读取缓慢：今日已读 {read:,} 行，通常 {usual_read:,.0f} 行；{words}"
        if state == "piled_up":
            waits = workdays is not None and workdays >= 1
            lines.append(Line(name, FAIL if waits or slow else WARN, f"堆积{'，' if slow else '：'}{words}", system))
        else:
            lines.append(Line(name, FAIL if slow else PASS, words, system))
    return lines


def _inserts(look: Look) -> list[Line]:
    """Whether everything sent went in."""
    if not _has(look.con, "marts", "mon_insert_failure_day"):
        return _not_built("mon_insert_failure_day")
    lines = []
    for code, name, batches, rows, minutes in look.con.execute(
        """select system_code, coalesce(max(system_name), system_code), sum(open_batch_count), sum(open_row_count), max(longest_open_minutes)
        from marts.mon_insert_failure_day group by system_code order by system_code"""
    ).fetchall():
        if not batches:
            lines.append(Line(name, PASS, "没有未恢复的失败", code))
            continue
        status = FAIL if minutes and minutes > 120 else WARN
        lines.append(Line(name, status, f"{batches} 批 {rows:,} 行未写入，最长 {(minutes or 0) // 60} 小时", code))
    return lines or [Line("交换库", PASS, "近30天没有插入失败")]


def _space(look: Look) -> list[Line]:
    """Whether the departments' tablespaces have room."""
    if not _has(look.con, "marts", "mon_space"):
        return _not_built("mon_space")
    lines = []
    for code, tablespace, state, share, days in look.con.execute(
        "select system_code, tablespace_name, state, used_share, days_until_full from marts.mon_space order by all"
    ).fetchall():
        status = {"over": FAIL, "soon": WARN, "not_measured": NOT_APPLICABLE}.get(state, PASS)
        when = f"，约 {days} 天后写满" if days is not None and state in ("over", "soon") else ""
        why = "当日未采集" if state == "not_measured" else f"已用 {share}%{when}"
        lines.append(Line(tablespace, status, why, code))
    return lines or [Line("表空间", NOT_APPLICABLE, "没有采集记录")]


def _client(look: Look) -> list[Line]:
    """Whether employers can sign in to the client: the newest hour with logins, and those of the day that were told."""
    if not _has(look.con, "marts", "anm_client_unreachable"):
        return _not_built("anm_client_unreachable")
    rows = look.con.execute(
        "select login_hour, unreachable_count, login_count from marts.anm_client_unreachable order by login_hour"
    ).fetchall()
    return [
        Line(f"{hour:%m-%d %H}时", FAIL, f"{failed}/{count} 次登录因网络或系统原因失败") for hour, failed, count in rows
    ] or [Line("用人单位客户端", PASS, "登录失败没有异常")]


def _disk(look: Look) -> list[Line]:
    """Whether the warehouse's own machine has room."""
    lines = []
    for place, total, free in look.con.execute(
        """select place, total_bytes, free_bytes from ops.disk
        qualify row_number() over (partition by place order by measured_at desc, run_id) = 1 order by place"""
    ).fetchall():
        share = free / total if total else 0.0
        status = FAIL if share < FREE_FAIL else WARN if share < FREE_WARN else PASS
        lines.append(Line(place, status, f"剩余 {free / 1e9:,.1f} GB（{share:.0%}）"))
    return lines or [Line("本机磁盘", NOT_APPLICABLE, "尚未测量")]


def _middleware(look: Look) -> list[Line]:
    """What nobody measures for us is not called well."""
    return [Line("中间件", NOT_APPLICABLE, "没有接入监测数据（HttpClient、Redis、RocketMQ、Undertow）")]


CHECKS: tuple[Check, ...] = (
    Check("heartbeat", "服务器运行", "系统可用", _heartbeat, ("connection_lost", "heartbeat_missing")),
    Check("disk", "服务器运行", "本机磁盘", _disk),
    Check("space", "服务器运行", "交换库表空间", _space, ("space_runs_out",)),
    Check("client", "前端功能访问", "客户端登录", _client, ("client_unreachable", "logins_failing")),
    Check("source", "跨网络访问", "数据源可读", _sources),
    Check("response", "响应速度", "系统响应", _response, ("response_slow", "resource_exhausted", "connection_lost")),
    Check("freshness", "数据接口", "数据及时", _freshness),
    Check("parity", "数据接口", "两侧一致", _parity),
    Check("quarantine", "数据接口", "隔离数据", _quarantine),
    Check("backlog", "数据接口", "读取堆积", _backlog),
    Check("inserts", "数据接口", "写入失败", _inserts, ("inserts_fail",)),
    Check("middleware", "中间件", "中间件", _middleware),
)


def roll_up(lines: Sequence[Line]) -> tuple[str, str]:
    """The worst answer of several, and why: what is worst by name, a few of them, and how many more."""
    if not lines:
        return NOT_APPLICABLE, "没有可检查的对象"
    status = next(one for one in ORDER if any(line.status == one for line in lines))
    chosen = [line for line in lines if line.status == status]
    if status == PASS:
        return status, f"{len(lines)} 项正常" if len(lines) > 1 else f"{chosen[0].subject}：{chosen[0].why}"
    if status == NOT_APPLICABLE and len(chosen) < len(lines):
        # Some could not be judged and the others are well: the check passes, and says what it could not see.
        return (
            PASS,
            f"{len(lines) - len(chosen)} 项正常，{len(chosen)} 项无法判断（{chosen[0].subject}：{chosen[0].why}）",
        )
    words = "；".join(f"{line.subject}：{line.why}" for line in chosen[:SHOWN])
    return status, words + (f"；等 {len(chosen)} 项" if len(chosen) > SHOWN else "")


def places() -> dict[str, Path]:
    """The disks that the warehouse needs, by what lies there."""
    return {"数仓": paths.warehouse_file().parent, "发布快照": paths.published_dir(), "临时目录": Path(os.environ.get("TMPDIR") or "/tmp")}  # noqa: S108  # fmt: skip


def measure_disk(con: duckdb.DuckDBPyConnection, run_id: str, now: dt.datetime) -> None:
    """Write down how much room each place has; a place that is not there yet is measured where it will be."""
    for place, folder in places().items():
        there = folder
        while not there.exists():
            there = there.parent
        usage = shutil.disk_usage(there)
        con.execute("insert into ops.disk values (?, ?, ?, ?, ?)", [now, run_id, place, usage.total, usage.free])


def walk(
    look: Look, *, as_of: dt.date, run_id: str, now: dt.datetime, checks: Sequence[Check] = CHECKS
) -> list[Answer]:
    """Answer every check and keep the answers: the newest of the day, and the worst of the day beside it."""
    con, answers = look.con, []
    for check in checks:
        lines = tuple(check.answer(look))
        status, why = roll_up(lines)
        answers.append(Answer(check, status, why, lines))
    for answer in answers:
        before = con.execute(
            "select worst_status, worst_why, worst_at from ops.patrol where as_of = ? and check_id = ?",
            [as_of, answer.check.check_id],
        ).fetchone()
        worst = (answer.status, answer.why, now)
        if before is not None and ORDER.index(before[0]) <= ORDER.index(answer.status):
            worst = before
        con.execute("delete from ops.patrol where as_of = ? and check_id = ?", [as_of, answer.check.check_id])
        con.execute(
            "insert into ops.patrol values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [as_of, answer.check.check_id, answer.check.section, answer.check.title, answer.status, answer.why, now, run_id, *worst],
        )  # fmt: skip
    return answers
