"""What the health page says about exchange and patrol: words and tones of states, cells of the strips, worst first."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from dashboards.services import formats

Row = dict[str, Any]

# State → (word, tone); what is worst stands first in lists.
SYSTEM = {
    "down": ("中断", "bad"), "silent": ("心跳停报", "bad"), "exhausted": ("资源耗尽", "warn"), "slow": ("缓慢", "warn"),
    "no_data": ("无心跳", "mute"), "maintenance": ("计划维护", "mute"), "normal": ("正常", "good"),
}  # fmt: skip
BACKLOG = {
    "piled_up": ("堆积", "bad"), "read_slow": ("读取缓慢", "bad"), "usual": ("正常", "good"), "too_early": ("历史不足", "mute"),
    "no_rows": ("期内无数据", "mute"),
}  # fmt: skip
SPACE = {
    "over": ("告急", "bad"), "soon": ("即将写满", "warn"), "not_measured": ("未采集", "mute"), "fine": ("充足", "good"),
    "autoextend": ("自动扩展", "mute"),
}  # fmt: skip
PATROL = {
    "FAIL": ("未通过", "bad"),
    "WARN": ("提醒", "warn"),
    "N/A": ("无法判断", "mute"),
    "PASS": ("通过", "good"),
}
OUTCOMES = {
    "sent": ("已发送", "good"), "failed": ("发送失败", "bad"), "held": ("静默暂存", "mute"), "no_address": ("未配置地址", "warn"),
    "bad_address": ("地址有误", "bad"),
}  # fmt: skip
ALERT_KINDS = {"new": "新发", "worse": "加重", "reminder": "仍未解除", "over": "已解除", "digest": "静默后汇总", "held": "静默"}  # fmt: skip
BUSINESS = {"1": "户籍", "2": "征集单", "3": "回盘", "4": "自然人"}
READERS = {"tax": "税务读取", "agency": "人社医保读取"}


@dataclass(frozen=True)
class Cell:
    """One cell of a strip: its tone and what it says when pointed at."""

    tone: str
    words: str


def tone_of_beats(rows: Iterable[Row]) -> tuple[str, str]:
    """Tone and words of some heartbeats together."""
    total = down = slow = maintenance = 0
    for row in rows:
        total += int(row["beat_count"])
        down += int(row["down_count"])
        slow += int(row["slow_count"])
        maintenance += int(row["maintenance_count"])
    if not total:
        return "none", "没有心跳记录"
    if down:
        return ("bad" if down > 1 else "warn"), f"{down} 次无应答（共 {total} 次）"
    if slow:
        return "warn", f"{slow} 次明显缓慢（共 {total} 次）"
    if maintenance == total:
        return "mute", "计划维护"
    return "good", f"{total} 次心跳均有应答"


def hours_strip(rows: Sequence[Row], hours: int = 24) -> dict[str, list[Cell]]:
    """The last hours of each system, oldest first, up to the newest hour that anybody has."""
    if not rows:
        return {}
    newest: datetime = max(row["beat_hour_at"] for row in rows)
    by_hour: dict[str, dict[datetime, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        by_hour[row["system_code"]][row["beat_hour_at"]].append(row)
    moments = [newest - timedelta(hours=back) for back in range(hours - 1, -1, -1)]
    return {
        code: [_cell(f"{moment:%m-%d %H} 时", tone_of_beats(found.get(moment, []))) for moment in moments]
        for code, found in by_hour.items()
    }


def days_strip(rows: Sequence[Row], days: int = 30) -> dict[str, list[Cell]]:
    """The last days of each system, oldest first."""
    if not rows:
        return {}
    newest: date = max(row["beat_hour_at"] for row in rows).date()
    by_day: dict[str, dict[date, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        by_day[row["system_code"]][row["beat_hour_at"].date()].append(row)
    known = [newest - timedelta(days=back) for back in range(days - 1, -1, -1)]
    return {
        code: [_cell(f"{day:%m-%d}", tone_of_beats(found.get(day, []))) for day in known]
        for code, found in by_day.items()
    }


def _cell(when: str, said: tuple[str, str]) -> Cell:
    return Cell(said[0], f"{when}：{said[1]}")


def backlog_state(row: Row) -> tuple[str, str]:
    """Word and tone of a table's backlog."""
    if row["state"] == "usual" and row["is_read_slow"]:
        return BACKLOG["read_slow"]
    return BACKLOG.get(row["state"], (str(row["state"]), "mute"))


def worst_first(rows: Sequence[Row], tones: Sequence[str]) -> list[Row]:
    """Rows in the order bad, warn, the others; within a tone as they came."""
    order = {"bad": 0, "warn": 1, "good": 2, "mute": 3}
    return [row for _, row in sorted(zip(tones, rows, strict=True), key=lambda pair: order.get(pair[0], 2))]


def waited(row: Row) -> str:
    """How long the oldest unread row has waited."""
    if row["oldest_hours"] is None:
        return formats.NONE
    hours, days = int(row["oldest_hours"]), row["oldest_workdays"]
    if hours < 24 or not days:
        return f"{hours} 小时"
    return f"{int(days)} 个工作日"


def against_usual(value: Any, usual: Any) -> str:
    """A count and what is usual."""
    if usual is None:
        return f"{formats.count(value)}（无可比）"
    return f"{formats.count(value)} / {formats.count(round(float(usual)))}"


def levels(rows: Sequence[Row]) -> dict[str, list[tuple[date, int]]]:
    """Unread rows of each table by day."""
    out: dict[str, list[tuple[date, int]]] = defaultdict(list)
    for row in rows:
        out[row["table_name"]].append((row["day"], int(row["unread_rows"])))
    return dict(out)


def patrol_days(rows: Sequence[Row], days: int = 14) -> list[date]:
    """The days of the patrol's history, up to the newest; a day without a walk is shown as such."""
    if not rows:
        return []
    newest: date = max(row["as_of"] for row in rows)
    return [newest - timedelta(days=back) for back in range(days - 1, -1, -1)]


def patrol_grid(rows: Sequence[Row], days: int = 14) -> list[tuple[Row, list[Cell]]]:
    """Each check's newest answer with its strip of days (the worst of each day), worst first."""
    known = patrol_days(rows, days)
    newest: dict[str, Row] = {}
    by_day: dict[str, dict[date, Row]] = defaultdict(dict)
    for row in sorted(rows, key=lambda one: one["as_of"]):
        newest[row["check_id"]] = row
        by_day[row["check_id"]][row["as_of"]] = row
    ordered = worst_first(
        list(newest.values()), [PATROL.get(row["status"], ("", "mute"))[1] for row in newest.values()]
    )
    return [(row, [_patrol_cell(day, by_day[row["check_id"]].get(day)) for day in known]) for row in ordered]


def _patrol_cell(day: date, row: Row | None) -> Cell:
    if row is None:
        return Cell("none", f"{day:%m-%d}：没有巡视")
    word, tone = PATROL.get(row["worst_status"], (str(row["worst_status"]), "mute"))
    return Cell(tone, f"{day:%m-%d}：{word}。{row['worst_why']}")


def until_full(row: Row) -> str:
    """In how many days a tablespace is full, in words."""
    days = row["days_until_full"]
    if row["state"] == "autoextend":
        return "自动扩展"
    if days is None:
        return "不增长"
    return "已满" if int(days) == 0 else f"{int(days)} 天" if int(days) <= 365 else "一年以上"
