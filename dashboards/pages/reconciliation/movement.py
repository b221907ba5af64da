"""差异变动: opening + new + changed − cleared = closing by list, day and cell; what is past its expected clearing day."""

from typing import Any

import streamlit as st

from dashboards.components import address, arrivals, frame, html, kpi, says, states, table
from dashboards.components.context import Context
from dashboards.components.table import Column
from dashboards.pages.reconciliation import pieces
from dashboards.repositories import breaks, findings, names
from dashboards.repositories.breaks import BreakFilter
from dashboards.services import formats, narrative_reconciliation, words
from dashboards.services.waterfall import is_balanced, total_of

_DIMENSIONS = {"bureau": "主管局", "agency": "经办机构", "insurance": "险种"}
_SUMS = (
    "opening_count", "opening_amount", "new_count", "new_amount", "changed_amount", "cleared_count", "cleared_amount",
    "closing_count", "closing_amount",
)  # fmt: skip


def show(context: Context, bureau: str | None) -> None:
    """The view."""
    lists = breaks.movement_lists(context.user, bureau)
    opened = breaks.overdue(context.user, bureau)
    if not lists:
        states.empty("还没有差异变动记录", "每日核对后记录期初、新增、消除、期末。")
    else:
        titles = {str(row["rule_id"]): str(row["title"]) for row in findings.rules(context.user)}
        _figures(lists)
        says.show([
            narrative_reconciliation.movement_sentence(total_of(lists, _SUMS)),
            narrative_reconciliation.overdue_sentence(opened),
        ])  # fmt: skip
        rule = _lists(context, lists, titles)
        _days(context, bureau, rule, titles)
        _cells(context, bureau, rule, titles)
    _overdue(context, bureau, opened)
    _clearing(context)


def _figures(lists: list[dict[str, Any]]) -> None:
    total = total_of(lists, _SUMS)
    even = all(is_balanced(row) for row in lists)
    kpi.show(kpi.marked([
        kpi.Kpi("期初", formats.count(total["opening_count"]), "笔", below=formats.money(total["opening_amount"])),
        kpi.Kpi("今日新增", formats.count(total["new_count"]), "笔", below=f"+{formats.money(total['new_amount'])}"),
        kpi.Kpi("今日消除", formats.count(total["cleared_count"]), "笔", below=f"−{formats.money(total['cleared_amount'])}"),
        kpi.Kpi("期末", formats.count(total["closing_count"]), "笔",
                below=formats.money(total["closing_amount"]) + "　" + (html.badge("平衡", "good") if even else html.badge("不平衡", "bad"))),
    ], html.reconciled(int(total["closing_count"] or 0))))  # fmt: skip


def _columns(first: Column) -> list[Column]:
    def both(kind: str) -> Any:
        return lambda row: (
            f"{formats.yuan(row[kind + '_amount'])}<br><small>{formats.count(row[kind + '_count'])} 笔</small>"
        )

    return [
        first,
        Column("期初（元）", both("opening"), "r hide-s"),
        Column("新增（元）", both("new"), "r"),
        Column("金额变动（元）", lambda row: pieces.signed(row["changed_amount"]), "r hide-s"),
        Column("消除（元）", both("cleared"), "r hide-s"),
        Column("期末（元）", both("closing"), "r"),
        Column("核对", lambda row: html.badge("平衡", "good") if is_balanced(row) else html.badge("不平衡", "bad"), "c n hide-s"),
    ]  # fmt: skip


def _list_name(row: dict[str, Any], titles: dict[str, str]) -> str:
    rule = row.get("rule_id")
    return f'<span class="go">{html.text(titles.get(rule, rule))}</span>' if rule else "合计"


def _lists(context: Context, lists: list[dict[str, Any]], titles: dict[str, str]) -> str | None:
    wanted = address.get("rule")
    rule = wanted if any(row["rule_id"] == wanted for row in lists) else None
    with st.container(key="card_lists"):
        st.html(html.title("今日差异变动，按清单", frame.as_of_note(context, "点选一行只看这张清单")))
        table.pick(
            "movement_lists",
            _columns(Column("清单", lambda row: _list_name(row, titles), "")),
            lists, key_of=lambda row: str(row["rule_id"]), selected=rule, sums=[total_of(lists, _SUMS)],
            on_pick=lambda code: pieces.toggle("rule", code),
        )  # fmt: skip
        st.html(
            html.note(
                "期初＋新增＋金额变动－消除＝期末，以各笔差额的绝对值计。差异换了主管局、经办机构或险种的，在原处消除、在新处新增。"
            )
        )
    return rule


def _days(context: Context, bureau: str | None, rule: str | None, titles: dict[str, str]) -> None:
    rows = breaks.movement_days(context.user, bureau, rule)
    with st.container(key="card_days"):
        st.html(html.title(f"{titles.get(rule, rule) if rule else '全部清单'}：逐日变动", frame.as_of_note(context)))
        table.show(
            _columns(Column("业务日期", lambda row: f"<b>{formats.day(row['as_of'])}</b>", "n")), rows, height=360
        )


def _cells(context: Context, bureau: str | None, rule: str | None, titles: dict[str, str]) -> None:
    with st.container(key="card_cells"):
        left, right = st.columns([1.4, 1.6], vertical_alignment="center")
        with right:
            by = address.segments(
                "维度", "by", list(_DIMENSIONS), default="bureau", names=lambda code: _DIMENSIONS[code]
            )
        by = by if by in _DIMENSIONS else "bureau"
        with left:
            name = titles.get(rule, rule) if rule else "全部清单"
            st.html(html.title(f"{name}：今日变动按{_DIMENSIONS[by]}", frame.as_of_note(context)))
        known = {"insurance": names.fee_items, "agency": names.agencies, "bureau": names.bureaus}[by](context.user)
        labels = {**words.ITEM_GAPS, **known}
        rows = breaks.movement_by(context.user, by, bureau, rule)
        table.show(
            _columns(Column(_DIMENSIONS[by], lambda row: f"<b>{html.text(labels.get(row['code'] or '', row['code'] or '未分配'))}</b>", "")),
            rows, height=420,
        )  # fmt: skip


def _overdue(context: Context, bureau: str | None, rows: list[dict[str, Any]]) -> None:
    wanted = address.get("pair")
    pair = wanted if any(row["pair"] == wanted for row in rows) else None
    only = address.get("overdue") == "only"
    with st.container(key="card_overdue"):
        st.html(html.title("未结差异与预计消除日", arrivals.brief(context, "rec_all_break", "点选一行只看这一组")))
        if not rows:
            states.empty("没有未结差异")
            return
        table.pick(
            "overdue",
            [
                Column("前者 ↔ 后者", lambda row: f'<span class="go">{html.text(words.pair_name(row["pair"]))}</span>', ""),
                Column("未结笔数", lambda row: pieces.bold(row["open_count"]), "r"),
                Column("未结差额（元）", lambda row: formats.yuan(row["open_amount"]), "r hide-s"),
                Column("超期笔数", lambda row: pieces.bold(row["overdue_count"]), "r"),
                Column("超期差额（元）", lambda row: formats.yuan(row["overdue_amount"]), "r hide-s"),
                Column("最早预计消除日", lambda row: formats.day(row["earliest_clear_date"]), "n hide-s"),
                Column("最久（工作日）", lambda row: formats.count(row["oldest_workdays"]), "r hide-s"),
            ],
            rows, key_of=lambda row: str(row["pair"]), selected=pair, on_pick=lambda code: pieces.toggle("pair", code),
        )  # fmt: skip
        names_of = {"": "全部未结", "only": "只看超期"}
        address.segments(
            "范围", "overdue", list(names_of), default="", names=lambda code: names_of[code], resets=("page",)
        )
    name = words.pair_name(pair) if pair else "全部"
    chosen = BreakFilter([pair] if pair else None, None, None, bureau, overdue_only=only)
    pieces.break_list(
        context, "open_list", f"{name}：{'超期差异' if only else '未结差异'}", chosen, sort="due",
        more="预计消除日＝起始日加历史上九成同类差异消除所用的工作日，不少于约定时限。",
    )  # fmt: skip


def _clearing(context: Context) -> None:
    rows = breaks.clearing_times(context.user)
    if not rows:
        return
    with st.container(key="card_clearing"):
        st.html(html.title("差异消除用时（工作日）", arrivals.brief(context, "rec_clearing_time", "全市历史")))
        table.show(
            [
                Column("前者 ↔ 后者", lambda row: f"<b>{html.text(words.pair_name(row['pair'], row['measure']))}</b>", ""),
                Column("笔数", lambda row: formats.count(row["case_count"]), "r hide-s"),
                Column("中位数", lambda row: formats.count(row["median_workdays"]), "r"),
                Column("九成在", lambda row: formats.count(row["expected_workdays"]), "r"),
                Column("最长", lambda row: formats.count(row["longest_workdays"]), "r"),
            ],
            rows,
        )  # fmt: skip
        st.html(html.note("没有历史的对账组以约定时限为预计用时。"))
