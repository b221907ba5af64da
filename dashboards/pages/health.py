"""运行健康: exchange systems, backlog, inserts, space, patrol and alerts; runs, freshness and parity of the tables, quarantine, checks."""

from typing import Any

import streamlit as st

from dashboards.components import frame, html, kpi, monitor_cards, reconciled, states, table
from dashboards.components.context import Context
from dashboards.components.table import Column
from dashboards.repositories import findings, health
from dashboards.repositories import monitoring as monitored
from dashboards.services import catalogue, formats, monitoring, words

Row = dict[str, Any]


def show(context: Context) -> None:
    """The page."""
    frame.head("运行健康", "数据从交换库到本页的每一步", context)
    user = context.user
    runs, fresh, synced = health.runs(user), health.freshness(user), health.sync_tables(user)
    quarantined, checks, rule_runs = health.quarantine(user), health.checks(user), health.rule_runs(user, context.as_of)
    counted = health.quarantine_rows(user)
    held = sum(int(row["rows_quarantined"] or 0) for row in counted) if counted else None
    _figures(runs, fresh, held, checks, rule_runs)
    _exchange(context)
    _tables(context, fresh, synced)
    left, right = st.columns(2)
    with left:
        _runs(context, runs)
        _rosters(context, health.roster_runs(user), health.roster_counts(user))
    with right:
        _rules(context, rule_runs)
        _checks(context, checks)
    monitor_cards.quarantine(context, quarantined, health.quarantine_entries(user), held)


def _exchange(context: Context) -> None:
    """Exchange with the departments: now and over time."""
    user = context.user
    systems, backlogs = monitored.systems(user), monitored.backlogs(user)
    failures, spaces, patrol = monitored.failures(user), monitored.spaces(user), monitored.patrol(user)
    if not (systems or backlogs or patrol):
        return
    _exchange_figures(context, systems, backlogs, failures, spaces, patrol)
    monitor_cards.systems(context, systems, monitored.beats(user))
    monitor_cards.backlog(context, backlogs, monitored.backlog_days(user), monitored.read_hours(user))
    left, right = st.columns(2)
    with left:
        monitor_cards.failures(context, failures)
        monitor_cards.patrol(context, patrol)
    with right:
        monitor_cards.spaces(context, spaces)
        monitor_cards.alerts(context, monitored.alerts(user))


def _exchange_figures(
    context: Context, systems: list[Row], backlogs: list[Row], failures: list[Row], spaces: list[Row], patrol: list[Row],
) -> None:  # fmt: skip
    up = sum(1 for row in systems if monitoring.SYSTEM.get(row["state"], ("", ""))[1] == "good")
    piled = sum(1 for row in backlogs if row["state"] == "piled_up")
    slow = sum(1 for row in backlogs if row["is_read_slow"])
    out_batches = sum(int(row["open_batch_count"]) for row in failures)
    out_rows = sum(int(row["open_row_count"]) for row in failures)
    full = sum(1 for row in spaces if row["state"] == "over")
    soon = sum(1 for row in spaces if row["state"] == "soon")
    newest = [row for row, _ in monitoring.patrol_grid(patrol)]
    failed = sum(1 for row in newest if row["status"] == "FAIL")
    warned = sum(1 for row in newest if row["status"] == "WARN")
    with st.container(key="card_exchange"):
        st.html(html.title("与部门交换", frame.as_of_note(context)))
        st.html(html.facts([
            ("交换系统正常", f"{up}/{len(systems)} 个 · {_troubled(systems)}" if systems else None),
            ("读取堆积", f"{piled:,} 张表 · {f'读取缓慢 {slow} 张' if slow else '其余与通常相当'}" if backlogs else None),
            ("写入失败未恢复", f"{out_batches:,} 批 · {f'{out_rows:,} 行未写入' if out_batches else '近 30 天的失败均已恢复'}"),
            ("表空间告急", f"{full:,} 个 · {f'30 天内将写满 {soon} 个' if soon else '其余充足'}" if spaces else None),
            ("巡视未通过", f"{failed:,} 项 · 提醒 {warned} 项" if newest else None),
        ]))  # fmt: skip


def _troubled(systems: list[Row]) -> str:
    """Names of the systems that are not well, or how available they were."""
    bad = [row["system_name"] for row in systems if monitoring.SYSTEM.get(row["state"], ("", ""))[1] != "good"]
    if bad:
        return "、".join(bad[:3]) + ("等" if len(bad) > 3 else "")
    shares = [float(row["availability_24h"]) for row in systems if row["availability_24h"] is not None]
    return f"近 24 小时最低可用率 {formats.share(min(shares))}" if shares else "没有记录"


def _tone(value: Any) -> str:
    return html.badge(words.status_word(value), words.status_tone(value))


def _figures(runs: list[Row], fresh: list[Row], held: int | None, checks: list[Row], rule_runs: list[Row]) -> None:
    on_time = sum(1 for row in fresh if words.status_tone(row["status"]) == "good")
    by_status = {
        status: sum(1 for row in checks if row["status"] == status) for status in ("PASS", "WARN", "FAIL", "N/A")
    }
    unchecked = sum(1 for row in rule_runs if row["status"] == "not_checked")
    newest = runs[0] if runs else {}
    mark = reconciled.outside("operation")
    kpi.show(kpi.marked([
        kpi.Kpi("最近一次运行", words.status_word(newest.get("status")), below=f"{formats.moment_beijing(newest.get('finished_at'))} 结束", main=True),
        kpi.Kpi("交换表及时", f"{on_time}/{len(fresh)}" if fresh else formats.NONE, "张", below="按约定的更新时间" if fresh else "没有记录"),
        kpi.Kpi("检查", formats.count(by_status["FAIL"]) if checks else formats.NONE, "项未通过",
                below=f"通过 {by_status['PASS']} · 提醒 {by_status['WARN']} · 不适用 {by_status['N/A']}" if checks else "没有记录"),
        kpi.Kpi("隔离", formats.count(held), "行", below="不合约定或主键重复，未读入" if held is not None else "没有记录"),
        kpi.Kpi("未检查规则", formats.count(unchecked), f"/ {len(rule_runs)} 条", below="来源未到时不作消除"),
    ], mark.badge))  # fmt: skip


def _tables(context: Context, fresh: list[Row], synced: list[Row]) -> None:
    with st.container(key="card_tables"):
        st.html(html.title("交换表：及时性与一致性", frame.as_of_note(context)))
        by_table = {(row["source_name"], row["table_name"]): row for row in synced}
        rows = [
            {
                **by_table.get((row["source_name"], row["table_name"]), {}),
                "fresh": row["status"],
                "latest": row["latest_cursor_at"],
                **_key(row),
            }
            for row in fresh
        ]
        known = {(row["source_name"], row["table_name"]) for row in fresh}
        rows += [{**row, "fresh": None, "latest": None} for key, row in by_table.items() if key not in known]
        if not rows:
            states.missing("同步记录")
            return
        # What needs a look comes first.
        worst = {"bad": 0, "warn": 1}
        rows.sort(
            key=lambda row: min(
                worst.get(words.status_tone(row.get(name)), 2) for name in ("fresh", "parity_status", "status")
            )
        )
        table.show(
            [
                Column("来源", lambda row: html.text(words.SOURCES.get(row["source_name"], row["source_name"])), "n"),
                Column("表", lambda row: f"<b>{html.text(row['table_name'])}</b>", "n"),
                Column("最新变更", lambda row: formats.moment(row["latest"]), "n hide-s"),
                Column("及时性", lambda row: _tone(row["fresh"]), "c"),
                Column("读取行", lambda row: formats.count(row.get("rows_read")), "r hide-s"),
                Column("变化行", lambda row: formats.count(row.get("rows_changed")), "r hide-s"),
                Column("隔离行", lambda row: formats.count(row.get("rows_quarantined")), "r hide-s"),
                Column("来源行数", lambda row: formats.count(row.get("source_count")), "r hide-s"),
                Column("本库行数", lambda row: formats.count(row.get("raw_count")), "r hide-s"),
                Column("一致性", lambda row: _tone(row.get("parity_status")), "c"),
                Column("同步", lambda row: _tone(row.get("status")), "c hide-s"),
            ],
            rows, height=420,
        )  # fmt: skip


def _key(row: Row) -> Row:
    return {"source_name": row["source_name"], "table_name": row["table_name"]}


def _runs(context: Context, runs: list[Row]) -> None:
    with st.container(key="card_runs"):
        st.html(html.title("最近运行", frame.as_of_note(context)))
        if not runs:
            states.missing("运行记录")
            return
        table.show(
            [
                Column("业务日期", lambda row: f"<b>{formats.day(row['as_of'])}</b>", "n"),
                Column("作业", lambda row: html.text(words.JOBS.get(row["job"] or "", row["job"] or "")), "n hide-s"),
                Column("开始", lambda row: formats.moment_beijing(row["started_at"]), "n"),
                Column("用时", _seconds, "r"),
                Column("结果", lambda row: _tone(row["status"]), "c"),
                Column("说明", lambda row: html.text(row["error"]) if row["error"] else "", ""),
            ],
            runs, height=330,
        )  # fmt: skip


def _seconds(row: Row) -> str:
    if not row["started_at"] or not row["finished_at"]:
        return formats.NONE
    seconds = int((row["finished_at"] - row["started_at"]).total_seconds())
    return f"{seconds // 60} 分 {seconds % 60} 秒" if seconds >= 60 else f"{seconds} 秒"


def _rosters(context: Context, runs: list[Row], counts: list[Row]) -> None:
    """P1.3.2: how far the second look at rosters is, and what it left behind."""
    if not runs:
        return
    newest = runs[0]
    left = int(newest["chunks_left"])
    state = f"共 {newest['chunks']} 段，{'全部完成' if not left else f'未完成 {left} 段'}"
    with st.container(key="card_rosters"):
        st.html(html.title("名册再次匹配", frame.as_of_note(context, state)))
        table.show(
            [
                Column("开始", lambda row: formats.moment_beijing(row["started_at"]), "n"),
                Column("结果", lambda row: _tone(row["status"]), "c"),
                Column("完成 / 待办（段）", lambda row: f"{row['chunks_done']} / {row['chunks_open']}", "r n"),
                Column("说明", lambda row: html.text(row["message"] or " "), "hide-s"),
            ],
            runs,
        )  # fmt: skip
        if counts:
            table.show(
                [
                    Column("结果", lambda row: html.text(words.ROSTER_STATES.get(row["match_state"], row["match_state"])), "n"),
                    Column("依据或原因", lambda row: html.text(words.ROSTER_CODES.get(row["code"], row["code"])), ""),
                    Column("人数", lambda row: formats.count(row["lines"]), "r"),
                ],
                counts,
            )  # fmt: skip
        st.html(html.note("名册中系统没有匹配到的人员，在预约的空闲时段分段再次匹配；结果只是建议，多人的由人工认定。"))


def _rules(context: Context, rule_runs: list[Row]) -> None:
    titles = {rule.rule_id: rule.title for rule in catalogue.rules(findings.rules(context.user))}
    with st.container(key="card_rule_runs"):
        st.html(html.title("规则检查", frame.as_of_note(context)))
        if not rule_runs:
            states.missing("规则运行记录")
            return
        table.show(
            [
                Column("规则", lambda row: f"<b>{html.text(row['rule_id'])}</b>　{html.text(titles.get(row['rule_id'], ''))}", ""),
                Column("今日", lambda row: _tone(row["status"]), "c n"),
                Column("原因", lambda row: html.text(words.not_checked_reason(row["reason"])) if row["reason"] else "", ""),
            ],
            rule_runs, height=330,
        )  # fmt: skip


def _checks(context: Context, checks: list[Row]) -> None:
    shown = [row for row in checks if row["status"] in ("FAIL", "WARN")]
    passed, silent = (sum(1 for row in checks if row["status"] == status) for status in ("PASS", "N/A"))
    with st.container(key="card_checks"):
        st.html(
            html.title(
                "检查结果", frame.as_of_note(context, f"另有 {passed} 项通过、{silent} 项不适用" if checks else "")
            )
        )
        if not checks:
            states.missing("检查记录")
            return
        if not shown:
            states.empty("没有未通过的检查", "没有可检查对象的项目列为不适用，不算通过。")
            return
        table.show(
            [
                Column("结果", lambda row: _tone(row["status"]), "c n"),
                Column("检查", lambda row: f"{html.text(str(row['check_name']).strip('_'))}<br><small>{html.text(row['model_name'])}</small>", ""),
                Column("行数", lambda row: formats.count(row["failures"]), "r"),
                Column("说明", lambda row: html.text(words.check_message(row) or " "), "hide-s"),
            ],
            shown, height=330,
        )  # fmt: skip
