"""The cards of the health page about exchange systems, backlog, failed inserts, space, patrol and alerts."""

from typing import Any

import streamlit as st

from common.quarantine import reason_word
from dashboards.components import frame, html, states, strip, table
from dashboards.components.context import Context
from dashboards.components.table import Column
from dashboards.services import formats, monitoring, words

Row = dict[str, Any]


def _named(name: Any, *more: Any) -> str:
    """A name with small words below."""
    return f"<b>{html.text(name)}</b><br><small>{' · '.join(html.text(one) for one in more if one)}</small>"


def _badge(said: tuple[str, str]) -> str:
    return html.badge(*said)


def systems(context: Context, rows: list[Row], beats: list[Row]) -> None:
    """Every system now, over 24 hours and over 30 days."""
    with st.container(key="card_systems"):
        st.html(html.title("交换系统", frame.as_of_note(context, "每半小时一次心跳；计划维护不计入可用率")))
        if not rows:
            states.missing("交换系统监测")
            return
        hours, days = monitoring.hours_strip(beats), monitoring.days_strip(beats)
        said = {row["system_code"]: monitoring.SYSTEM.get(row["state"], (row["state"], "mute")) for row in rows}

        def last(strips: dict[str, list[monitoring.Cell]], row: Row, share: str) -> str:
            cells = strips.get(row["system_code"])
            if not cells:
                return formats.NONE
            return (
                strip.cells(cells, f"{row['system_name']}可用率 {formats.share(row[share])}")
                + f"<small>{formats.share(row[share])}</small>"
            )

        table.show(
            [
                Column("系统", lambda row: f"<b>{html.text(row['system_name'])}</b>", "n"),
                Column("现在", lambda row: _badge(said[row["system_code"]]), "c n"),
                Column("响应 / 通常", _response, "r n hide-s"),
                Column("近 24 小时", lambda row: last(hours, row, "availability_24h"), "n"),
                Column("近 30 天", lambda row: last(days, row, "availability_30d"), "n hide-s"),
                Column("30 天中断", _outages, "r n hide-s"),
                Column("处理器 / 内存", lambda row: f"{_percent(row['cpu_share'])} / {_percent(row['memory_share'])}", "r n hide-s"),
            ],
            monitoring.worst_first(rows, [said[row["system_code"]][1] for row in rows]),
        )  # fmt: skip
        st.html(html.note(strip.LEGEND))


def _percent(value: Any) -> str:
    return formats.NONE if value is None else f"{float(value):.0f}%"


def _response(row: Row) -> str:
    if row["response_ms"] is None:
        return formats.NONE
    usual = formats.NONE if row["usual_ms"] is None else f"{float(row['usual_ms']):.0f}"
    return f"{row['response_ms']} / {usual} 毫秒"


def _outages(row: Row) -> str:
    if not row["outages_30d"]:
        return "无"
    return f"{row['outages_30d']} 次 {row['outage_minutes_30d']} 分钟"


def backlog(context: Context, rows: list[Row], days: list[Row], reads: list[Row]) -> None:
    """Unread rows of each table, against usual."""
    with st.container(key="card_backlog"):
        st.html(html.title("未读取的数据", frame.as_of_note(context, "与同类日同一时刻的中位数相比；本页只列数量，清册见疑点 A1.01～A1.03")))  # fmt: skip
        if not rows:
            states.missing("读取监测")
            return
        levels = monitoring.levels(days)
        shown = [row for row in rows if row["state"] != "no_rows"]
        silent = len(rows) - len(shown)

        def history(row: Row) -> str:
            values = [(f"{day:%m-%d}", value) for day, value in levels.get(row["table_name"], [])]
            limit = None if row["limit_rows"] is None else float(row["limit_rows"])
            return strip.columns(values, "近三周未读行数", limit=limit) if values else formats.NONE

        table.show(
            [
                Column("交换表", lambda row: _named(row["table_title"], row["system_name"], monitoring.READERS.get(row["reader"])), ""),
                Column("状态", lambda row: _badge(monitoring.backlog_state(row)), "c n"),
                Column("未读 / 通常", lambda row: monitoring.against_usual(row["unread_rows"], row["usual_rows"]), "r n"),
                Column("最早已等", monitoring.waited, "r n"),
                Column("近三周", history, "n hide-s"),
                Column("今日读取 / 通常", lambda row: monitoring.against_usual(row["read_rows"], row["usual_read_rows"]), "r n hide-s"),
                Column("平均等待", lambda row: formats.NONE if row["mean_wait_hours"] is None else f"{float(row['mean_wait_hours']):.0f} 小时", "r n hide-s"),
                Column("最近读取", lambda row: formats.moment(row["last_read_at"]), "n hide-s"),
            ],
            monitoring.worst_first(shown, [monitoring.backlog_state(row)[1] for row in shown]),
            height=460,
        )  # fmt: skip
        words = [f"另有 {silent} 张表近 60 天没有数据。"] if silent else []
        st.html(html.note("".join([*words, *_speed(reads)])) if words or reads else "<span></span>")


def _speed(reads: list[Row]) -> list[str]:
    """How much was read today against usual, by reader."""
    out = []
    for reader, label in monitoring.READERS.items():
        mine = [row for row in reads if row["reader"] == reader]
        usual = sum(float(row["usual_rows"]) for row in mine if row["usual_rows"] is not None)
        if mine and usual:
            done = sum(int(row["read_rows"]) for row in mine)
            out.append(
                f"今日{label} {done:,} 行，同类日各小时中位数合计 {usual:,.0f} 行，为通常的 {done / usual:.0%}。"
            )
    return out


def failures(context: Context, rows: list[Row]) -> None:
    """Failed inserts, what is still out first."""
    with st.container(key="card_failures"):
        st.html(html.title("写入失败", frame.as_of_note(context, "近 30 天，未恢复的在前")))
        if not rows:
            states.empty("近 30 天没有写入失败")
            return
        table.show(
            [
                Column("交换表", _table_of_failure, "n"),
                Column("错误", lambda row: _named(row["error_name"] or "未登记的错误", row["error_code"], row["who"] or "待查明"), ""),
                Column("未恢复", _still_out, "r n"),
                Column("失败批次", lambda row: formats.count(row["batch_count"]), "r hide-s"),
            ],
            rows, height=330,
        )  # fmt: skip


def _table_of_failure(row: Row) -> str:
    return _named(
        row["table_title"] or row["table_name"], row["system_name"], monitoring.BUSINESS.get(row["business_code"])
    )


def _still_out(row: Row) -> str:
    if not row["open_batch_count"]:
        return '<span class="sb-flat">已恢复</span>'
    hours = int(row["longest_open_minutes"] or 0) // 60
    return f'<b class="sb-down">{row["open_batch_count"]} 批</b> {int(row["open_row_count"]):,} 行<br><small>最长 {hours} 小时</small>'


def spaces(context: Context, rows: list[Row]) -> None:
    """Tablespaces, the fullest first."""
    with st.container(key="card_spaces"):
        st.html(html.title("表空间", frame.as_of_note(context, "写满天数按近两周日增长的中位数推算")))
        if not rows:
            states.missing("表空间采集")
            return
        said = [monitoring.SPACE.get(row["state"], (row["state"], "mute")) for row in rows]
        named = {row["tablespace_name"]: one for row, one in zip(rows, said, strict=True)}
        table.show(
            [
                Column("表空间", lambda row: _named(row["tablespace_name"], row["system_name"]), "n"),
                Column("状态", lambda row: _badge(named[row["tablespace_name"]]), "c n"),
                Column("使用率", _used, "r"),
                Column("日增长", lambda row: formats.NONE if row["growth_gb"] is None else f"{float(row['growth_gb']):.1f} GB", "r n hide-s"),
                Column("写满", monitoring.until_full, "r n"),
            ],
            monitoring.worst_first(rows, [one[1] for one in said]), height=330,
        )  # fmt: skip


def _used(row: Row) -> str:
    share = float(row["used_share"])
    return f"{share:.1f}%{html.bar(share / 100, kind='gap' if row['state'] == 'over' else '')}"


def patrol(context: Context, rows: list[Row]) -> None:
    """The daily patrol with its history."""
    with st.container(key="card_patrol"):
        st.html(html.title("每日巡视", frame.as_of_note(context, "近 14 天，每格为当天最差的结果")))
        if not rows:
            states.missing("巡视记录")
            return
        table.show(
            [
                Column("项目", lambda item: _named(item[0]["title"], item[0]["section"]), "n"),
                Column("现在", lambda item: _badge(monitoring.PATROL.get(item[0]["status"], (item[0]["status"], "mute"))), "c n"),
                Column("近 14 天", lambda item: strip.cells(item[1], f"{item[0]['title']}近 14 天"), "n"),
                Column("说明", lambda item: f"<small>{html.text(item[0]['why'])}</small>", "hide-s"),
            ],
            monitoring.patrol_grid(rows), height=420,
        )  # fmt: skip
        st.html(html.note(strip.LEGEND))


def alerts(context: Context, rows: list[Row]) -> None:
    """What was sent to whom."""
    with st.container(key="card_alerts"):
        st.html(html.title("告警记录", frame.as_of_note(context, "最近 30 条")))
        if not rows:
            states.empty("没有告警记录", "没有需要告警的情况，或尚未运行监测。")
            return
        table.show(
            [
                Column("时间", lambda row: formats.moment_beijing(row["logged_at"]), "n"),
                Column("内容", lambda row: _named(row["title"], monitoring.ALERT_KINDS.get(row["kind"], row["kind"]), row["channel"]), ""),
                Column("结果", lambda row: _badge(monitoring.OUTCOMES.get(row["outcome"], (row["outcome"], "mute"))), "c n"),
            ],
            rows, height=420,
        )  # fmt: skip


def quarantine(context: Context, counts: list[Row], entries: list[Row] | None, held: int | None) -> None:
    """Rows that were not read in: their problems counted, and each of them masked where these may be seen."""
    with st.container(key="card_quarantine"):
        problems = sum(int(row["problem_count"]) for row in counts)
        note = f"{formats.count(held)} 行，{problems:,} 处问题；一行可有几处" if counts else ""
        st.html(html.title("隔离", frame.as_of_note(context, note)))
        if not counts:
            if held is None:
                states.missing("隔离记录")
            elif held:
                states.empty(f"隔离 {held:,} 行", "没有登记问题明细。")
            else:
                states.empty("没有隔离的数据", "所有行都能按约定读入。")
            return
        table.show(
            [
                Column("来源", lambda row: html.text(_source(row)), "n"),
                Column("表 / 列", lambda row: _named(row["table_name"], row["column_name"]), "n"),
                Column("原因", lambda row: html.text(reason_word(row["reason"]))),
                Column("问题", lambda row: f"{formats.count(row['problem_count'])} 处", "r n"),
                Column("最近登记", lambda row: formats.moment_beijing(row["last_at"]), "n hide-s"),
            ],
            counts, height=300,
        )  # fmt: skip
        if not entries:
            return
        table.show(
            [
                Column("表 / 列", lambda row: _named(row["table_name"], row["column_name"]), "n"),
                Column("主键", lambda row: html.text(row["key_text"] or "（空）"), ""),
                Column("原因", lambda row: html.text(reason_word(row["reason"]))),
                Column("原值", _raw_value, ""),
                Column("登记", lambda row: formats.moment_beijing(row["quarantined_at"]), "n hide-s"),
            ],
            entries, height=420,
        )  # fmt: skip
        cut = f"只列最近登记的 {len(entries)} 处。" if problems > len(entries) else ""
        st.html(
            html.note(
                f"{cut}个人信息已遮蔽；主键相同、内容不同的，原值是未读入的那一行的值。每张表最多登记一万处，行数不受此限。"
            )
        )


def _source(row: Row) -> str:
    return str(words.SOURCES.get(row["source_name"], row["source_name"]))


def _raw_value(row: Row) -> str:
    value = row["raw_value_masked"]
    if value is None:
        return formats.NONE
    return f"<code>{html.text(value)}</code>" if value.strip() else '<span class="sb-flat">（空白）</span>'
