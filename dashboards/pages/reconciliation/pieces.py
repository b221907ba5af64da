"""What the views of 对账 share: the bureau, badges, amounts that differ, the table of pairs, the list of breaks."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

import streamlit as st

from dashboards.components import address, arrivals, export_button, html, list_tools, states, table
from dashboards.components.context import Context
from dashboards.components.table import Column
from dashboards.repositories import breaks, names
from dashboards.repositories.breaks import BreakFilter
from dashboards.services import export_breaks, formats, words
from dashboards.services.narrative_reconciliation import pair_row_name

PAGE_SIZE = 20
_BREAKS = ("rec_all_break", "rec_annuity_break", "rec_internal_break")
_SORTS = {"amount": "差额最大", "age": "时长最久", "due": "预计消除日最早"}
_ORDERS = {"amount": "差额从大到小", "age": "已过工作日从多到少", "due": "预计消除日从早到晚"}
SEARCHED = "单位名称、单据、税票或依据"
NOT_FOUND = ("没有符合搜索的差异", "换一个词，或清空搜索框。")
Row = dict[str, Any]


def choose_bureau(context: Context) -> None:
    """The bureau that whole-city users narrow to; others see their own."""
    if context.user.scope.kind != "city":
        st.html(html.facts([("主管局", context.user.scope.label)]))
        return
    options = {"": "全市", **context.bureaus}
    address.select(
        "主管局",
        "bureau",
        list(options),
        default="",
        names=lambda code: options.get(code, code),
        resets=("town", "page"),
    )


def verdict(is_even: bool) -> str:
    """已对平 or 未对平."""
    return html.badge("已对平", "good") if is_even else html.badge("未对平", "warn")


def bold(value: Any) -> str:
    """A number of breaks: bold when there are any, pale when none."""
    number = int(value or 0)
    return f"<b>{number:,}</b>" if number else '<span class="sb-flat">0</span>'


def money(value: Any) -> str:
    """An exact amount in yuan; zero pale."""
    return formats.yuan(value) if value is None or formats.decimal_of(value) else '<span class="sb-flat">0.00</span>'


def signed(value: Any) -> str:
    """An amount in yuan with its sign; zero pale."""
    number = formats.decimal_of(value)
    if not number:
        return '<span class="sb-flat">0.00</span>'
    return f"{number:+,.2f}"


def toggle(name: str, value: str, *others: str) -> None:
    """Choose a value in the address, or lift it when it is chosen already."""
    address.put(**{name: None if address.get(name) == value else value})
    address.drop("page", *others)


def pair_table(
    context: Context, key: str, title: str, model: str, rows: Sequence[Row], pairs: Sequence[str], note: str
) -> str | None:
    """Pairs with what agrees and what does not; a row narrows the list below to its pair; `model` is the table that they come from. Returns the chosen pair."""
    chosen = address.get("pair")
    chosen = chosen if chosen in pairs else None
    rows = sorted(
        rows,
        key=lambda row: (
            pairs.index(row["pair"]) if row["pair"] in pairs else len(pairs),
            row["department_code"] or "",
        ),
    )

    def name(row: Row) -> str:
        return f'<span class="go">{html.text(pair_row_name(row, rows))}</span>'

    with st.container(key=f"card_{key}"):
        st.html(html.title(title, arrivals.brief(context, model, "点选一行只看这一组")))
        if not rows:
            states.empty("本月没有对账结果", "换一个月份查看。")
            return chosen
        table.pick(
            key,
            [
                Column("前者 ↔ 后者", name, ""),
                Column("前者（万元）", lambda row: formats.wan(row["tax_amount"]), "r hide-s"),
                Column("后者（万元）", lambda row: formats.wan(row["agency_amount"]), "r hide-s"),
                Column("差额（元）", lambda row: formats.yuan(row["difference"]), "r"),
                Column("一致", lambda row: formats.count(row["equal_count"]), "r hide-s"),
                Column("在途", lambda row: bold(row["in_transit_count"]), "r hide-s"),
                Column("差异", lambda row: bold(row["break_count"]), "r"),
                Column("双方无效", lambda row: formats.count(row["failed_count"]), "r hide-s"),
                Column("结论", lambda row: verdict(not row["break_count"]), "c n hide-s"),
            ],
            rows, key_of=lambda row: str(row["pair"]), on_pick=lambda pair: toggle("pair", pair, "cause"), selected=chosen,
        )  # fmt: skip
        st.html(html.note(note))
    return chosen


def break_list(
    context: Context, key: str, title: str, chosen: BreakFilter, *, more: str = "", sort: str = "amount"
) -> None:
    """Breaks, each of which opens; the number before the rows. `sort` is the order at first, `more` is said below them."""
    box = f"search_{key}"
    chosen = replace(chosen, search=list_tools.typed(box))
    total = breaks.total(context.user, chosen)
    found = int(total.get("total") or 0)
    with st.container(key=f"card_{key}"):
        st.html(html.title(title, arrivals.brief(context, _BREAKS, "点选一行看依据和单据" if found else "")))
        if not found and chosen.search is None:
            states.empty("没有差异", "逐笔一致，或都在约定时限内。")
            return
        left, middle, right = st.columns([1, 1.4, 1.6], vertical_alignment="bottom")
        with left:
            sort = list_tools.sort(_SORTS, default=sort)
        with middle:
            list_tools.search(box, SEARCHED)
        with right:
            tools = list_tools.bar()
        if not found:
            states.empty(*NOT_FOUND)
            return
        slot = st.container()
        number = address.pager(found, PAGE_SIZE)
        rows = breaks.page(context.user, chosen, sort=sort, number=number, size=PAGE_SIZE)
        offered = _columns(context, chosen)
        with tools:
            shown = list_tools.columns(offered)
            spoken = {"cause_name": rows[0]["cause"] if chosen.cause_code and rows else None}
            export_button.show(
                context.user, export_button.Named(export_breaks.REGISTERED, title),
                {
                    "kind": "breaks", "list": "pairs", "sort": sort, "cols": list_tools.chosen(offered),
                    **asdict(chosen), **spoken,
                },
                found, searched=chosen.search is not None,
            )  # fmt: skip
        with slot:
            table.pick(
                key, shown, rows, key_of=lambda row: str(row["finding_id"]),
                on_pick=lambda finding_id: address.put(finding=finding_id),
            )  # fmt: skip
        st.html(
            html.note(
                f"共 {found:,} 笔，按{_ORDERS[sort]}；差额合计 {formats.yuan(total['difference'])} 元，"
                f"其中超过预计消除日 {int(total['overdue'] or 0):,} 笔。{more if chosen.search is None else ''}"
            )
        )


def _columns(context: Context, chosen: BreakFilter) -> list[Column]:
    one = chosen.pairs[0] if chosen.pairs is not None and len(chosen.pairs) == 1 else None
    first, other = words.SIDES.get(one or "", ("前者", "后者"))
    return [
        Column("单位", who, "w", "unit"),
        Column("原因", lambda row: _why(row, with_pair=one is None), "m", "cause"),
        Column("险种", lambda row: html.text(row["insurance_name"] or "—"), "n hide-s", "item", extra=True),
        *area_columns(context),
        Column(f"{first}（元）", lambda row: formats.yuan(row["tax_amount"]), "r hide-s", "first"),
        Column(f"{other}（元）", lambda row: formats.yuan(row["agency_amount"]), "r hide-s", "other"),
        Column("差额（元）", lambda row: formats.yuan(row["difference"]), "r", "difference"),
        Column("起始日", lambda row: formats.day(row["since_date"]), "n hide-s", "since", extra=True),
        Column("已过工作日", lambda row: formats.count(row["age_workdays"]), "r hide-s", "age", extra=True),
        Column("预计消除日", due, "n hide-s", "due"),
        Column("依据", lambda row: f"<small>{html.text(row['evidence'])}</small>", "e hide-s", "evidence"),
    ]


def area_columns(context: Context) -> list[Column]:
    """Where a break belongs and its month, for who chooses to see them."""
    bureaus, agencies = names.bureaus(context.user), names.agencies(context.user)
    return [
        Column("主管局", lambda row: html.text(bureaus.get(row["bureau_code"] or "", row["bureau_code"] or "未分配")), "n hide-s", "bureau", extra=True),
        Column("经办机构", lambda row: html.text(agencies.get(row["agency_code"] or "", row["agency_code"] or "—")), "hide-s", "agency", extra=True),
        Column("所属期", lambda row: html.text(formats.period_name(row["period"])), "n hide-s", "period", extra=True),
    ]  # fmt: skip


def who(row: Row) -> str:
    """A break's unit with its bill; a person's payment and a treasury's day name no unit."""
    if row["unit_name"]:
        return html.unit(row["unit_name"], row["bill_key"] or row["ticket_no"])
    name = {"payment": "自然人缴款", "day": "国库流水"}.get(row["measure"], "（单位未知）")
    return html.unit(
        name, row["bill_key"] or (f"税票 {row['ticket_no']}" if row["ticket_no"] else row["insurance_name"])
    )


def _why(row: Row, *, with_pair: bool) -> str:
    below = [words.pair_name(row["pair"], row["measure"])] if with_pair else []
    below += [str(row["insurance_name"])] if row["insurance_name"] else []
    return f"{html.text(export_breaks.cause(row))}<br><small>{html.text(' · '.join(below))}</small>"


def due(row: Row) -> str:
    """The day by which a break should have cleared, and whether that is past."""
    if row["measure"] == "day" and str(row["cause_code"]).startswith("crosses_"):
        return html.badge("已说明", "mute")
    day = formats.day(row["expected_clear_date"])
    return f"{day}<br>{html.badge('超期', 'bad')}" if row["is_overdue"] else day
