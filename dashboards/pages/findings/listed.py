"""One rule's list: findings with reasons and ages, a diagnosis with its causes first, a list or proposals as they stand."""

from typing import Any

import streamlit as st

from dashboards.components import address, export_button, frame, html, list_tools, says, states, table
from dashboards.components.context import Context
from dashboards.components.table import Column
from dashboards.pages.findings import pieces
from dashboards.repositories import findings, names
from dashboards.repositories.findings import Filter, ListFilter
from dashboards.services import causes, formats, listed, narrative_findings
from dashboards.services.catalogue import Rule

_AGES = {
    "any": ("不限", None, None),
    "le5": ("5 个工作日以内", None, 5),
    "6to20": ("6 至 20 个工作日", 6, 20),
    "gt20": ("超过 20 个工作日", 21, None),
}
_SORTS = {"age": "时长最久", "amount": "金额最大", "new": "最新发现"}
_TABLE_SORTS = {"area": "按主管局", "period": "所属期最近", "amount": "金额最大", "age": "时长最久"}
_STATES = {"open": "未结", "resolved": "已消除", "not_checked": "其中未检查", "all": "全部"}


def show_findings(context: Context, rule: Rule) -> None:
    """Findings with their states; the causes come first where they are decided one by one."""
    _head(context, rule)
    chosen, sort = _filters(context, rule)
    # The number first: nothing is loaded before one knows how much it is.
    total = findings.total(context.user, chosen, long_workdays=narrative_findings.LONG_WORKDAYS)
    found = int(total.get("total") or 0)
    says.show([
        narrative_findings.list_sentence(total),
        narrative_findings.unchecked_sentence(rule, "疑点保持原状，不作消除"),
    ])  # fmt: skip
    if rule.rule_kind == "diagnosis":
        _causes(context, rule, chosen)
    with st.container(key="card_findings"):
        st.html(html.title(f"共 {found:,} 条", _note(context, total, "点选一行看依据")))
        if not found:
            states.empty("没有符合条件的疑点", "可以放宽状态、时长或主管局后再看。")
            return
        offered = _finding_columns(context, rule)
        with list_tools.bar():
            shown = list_tools.columns(offered)
            export_button.show(
                context.user, rule,
                {
                    "kind": "findings", "state": chosen.state, "bureau_code": chosen.bureau_code, "reason_code": chosen.reason_code,
                    "min_age": chosen.min_age, "max_age": chosen.max_age, "sort": sort, "cols": list_tools.chosen(offered),
                },
                found, searched=chosen.search is not None,
            )  # fmt: skip
        slot = st.container()
        page = address.pager(found, pieces.PAGE_SIZE)
        rows = findings.page(context.user, chosen, sort=sort, number=page, size=pieces.PAGE_SIZE)
        with slot:
            table.pick(
                "findings", shown, rows, key_of=lambda row: str(row["finding_id"]),
                on_pick=lambda key: address.put(finding=key),
            )  # fmt: skip
        _place(page, len(rows), found)


def _finding_columns(context: Context, rule: Rule) -> list[Column]:
    bureaus, items = names.bureaus(context.user), names.fee_items(context.user)
    return [
        Column("单位", lambda row: html.unit(row["unit_name"], row["subject_key"]), "w", "unit"),
        Column("主管局", lambda row: html.text(bureaus.get(row["bureau_code"] or "", row["bureau_code"] or "未分配")), "n", "bureau"),
        Column("险种", lambda row: html.text(items.get(row["insurance_code"], row["insurance_code"] or "—")), "n hide-s", "item", extra=True),
        Column("原因", lambda row: html.text(rule.reason(row["reason_code"])), "hide-s", "reason"),
        Column("所属期", lambda row: html.text(formats.period_name(row["period"])), "n hide-s", "period"),
        Column("金额（元）", lambda row: formats.yuan(row["amount"]), "r", "amount"),
        Column("起始日", lambda row: formats.day(row["since_date"]), "n hide-s", "since"),
        Column("已过工作日", lambda row: formats.count(row["age_workdays"]), "r", "age"),
        Column("状态", pieces.state, "c n hide-s", "state"),
        Column("首次发现", lambda row: formats.day(row["first_seen"]), "n hide-s", "first_seen", extra=True),
        Column("依据", lambda row: f"<small>{html.text(row['evidence'])}</small>", "e hide-s", "evidence", extra=True),
    ]  # fmt: skip


def show_table(context: Context, rule: Rule) -> None:
    """The rule's own table of the day, in the columns and the order that its entry gives."""
    _head(context, rule)
    if rule.rule_kind == "proposal":
        states.banner(pieces.NOT_CARRIED_OUT)
    elif not rule.ledger:
        st.html(html.note("这是业务清单，不是疑点：不计入未结疑点，没有发现与消除的经过。"))
    chosen, sort = _list_filters(context, rule)
    says.show([narrative_findings.unchecked_sentence(rule, "清单可能不全")])
    if rule.rule_kind == "diagnosis":
        _causes(context, rule, Filter(rule.rule_id, "open", chosen.bureau_code, chosen.reason_code))
    total = findings.list_total(context.user, rule.model_name, chosen)
    found = int(total.get("total") or 0)
    with st.container(key="card_findings"):
        st.html(html.title(f"共 {found:,} 条", _note(context, total, "点选一行看依据" if rule.ledger else "")))
        if rule.status_reason == listed.EXTRACT_ONLY:
            states.empty(
                f"全市共 {rule.count:,} 条，未随快照发布", "清单超过单份发布的行数上限，需要时按主管局从数仓提取。"
            )
            return
        if not found:
            states.empty("没有符合条件的记录", "可以放宽主管局、所属期或搜索的词后再看。")
            return
        tools, slot = list_tools.bar(), st.container()
        page = address.pager(found, pieces.PAGE_SIZE)
        rows = findings.list_page(context.user, rule.model_name, chosen, sort=sort, number=page, size=pieces.PAGE_SIZE)
        offered = _own_columns(context, rule, rows)
        with tools:
            shown = list_tools.columns(offered)
            export_button.show(
                context.user, rule,
                {
                    "kind": "table", "bureau_code": chosen.bureau_code, "period": chosen.period, "reason_code": chosen.reason_code,
                    "sort": sort, "cols": list_tools.chosen(offered),
                },
                found, searched=chosen.search is not None,
            )  # fmt: skip
        with slot:
            _own_rows(rule, shown, rows)
        _place(page, len(rows), found)


def _own_columns(context: Context, rule: Rule, rows: list[dict[str, Any]]) -> list[Column]:
    known = pieces.known(context)
    return [
        Column(
            field.label,
            lambda row, name=field.name: html.text(listed.spoken(rule, name, row, known)),  # type: ignore[misc]
            "r" if field.is_number else "m" if field.is_long else "n",
            field.name,
        )
        for field in listed.fields(rule, rows)
    ]


def _own_rows(rule: Rule, columns: list[Column], rows: list[dict[str, Any]]) -> None:
    if not rule.ledger:
        table.show(columns, rows)
        return
    table.pick(
        "findings", columns, rows, key_of=lambda row: str(row["finding_id"] or ""),
        on_pick=lambda key: address.put(finding=key or None),
    )  # fmt: skip


def _head(context: Context, rule: Rule) -> None:
    frame.head(rule.title, pieces.subtitle(rule), context, badge=pieces.checked(rule))
    pieces.crumb(rule)
    pieces.about(rule)


def _note(context: Context, total: dict[str, Any], hint: str) -> str:
    money = f"涉及 {formats.money(total['amount'])}" if total.get("amount") is not None else ""
    return frame.as_of_note(context, " · ".join(part for part in (money, hint) if part))


def _place(page: int, shown: int, found: int) -> None:
    first = (page - 1) * pieces.PAGE_SIZE + 1
    st.html(html.note(f"第 {first:,}–{first + shown - 1:,} 条，共 {found:,} 条。"))


def _causes(context: Context, rule: Rule, chosen: Filter) -> None:
    """The causes as a distribution; picking one narrows the list to it, picking it again lifts that."""
    found = causes.distribution(findings.causes(context.user, chosen), rule.reasons)
    if not any(cause.count for cause in found):
        return
    undecided = next((cause for cause in found if not cause.decided), None)
    total = sum(cause.count for cause in found)

    def pick(code: str) -> None:
        address.put(reason=None if code == chosen.reason_code else code)
        address.drop("page")

    with st.container(key="card_causes"):
        decided = f"{total:,} 条中 {total - (undecided.count if undecided else 0):,} 条已判定原因"
        st.html(html.title("原因分布", f"{decided} · 点选一行只看这个原因"))
        table.pick(
            "causes",
            [
                Column("原因", lambda cause: f'<span class="go">{html.text(cause.name)}</span>' if cause.decided else f"<b>{html.text(cause.name)}</b>", "w"),
                Column("条数", lambda cause: f"<b>{cause.count:,}</b>", "r"),
                Column("占比", lambda cause: formats.share(cause.share), "r"),
                Column("分布", lambda cause: html.bar(cause.share, kind="" if cause.decided else "mute"), "m hide-s"),
                Column("涉及金额（万元）", lambda cause: formats.wan(cause.amount), "r"),
            ],
            found, key_of=lambda cause: cause.code, selected=chosen.reason_code, on_pick=pick,
        )  # fmt: skip


def _choose_reason(rule: Rule, reasons: list[str]) -> str | None:
    return (
        address.select(
            "原因",
            "reason",
            ["", *reasons],
            default="",
            names=lambda code: rule.reason(code) if code else "全部原因",
            resets=("page",),
        )
        or None
    )


def _list_filters(context: Context, rule: Rule) -> tuple[ListFilter, str]:
    periods, reasons = findings.list_choices(context.user, rule.model_name)
    with st.container(key="filters_list"):
        slots = st.columns([1.05, 1.05, 1.25, 0.95, 1.5], vertical_alignment="bottom")
        with slots[0]:
            bureau = pieces.choose_bureau(context)
        with slots[1]:
            period = address.select(
                "所属期",
                "period",
                ["", *periods],
                default="",
                names=lambda code: formats.period_name(code) if code else "全部",
                resets=("page",),
            )
        with slots[2]:
            reason = _choose_reason(rule, reasons)
        with slots[3]:
            sort = list_tools.sort(_TABLE_SORTS, default="area")
        with slots[4]:
            search = pieces.search_box()
    return ListFilter(bureau, period or None, reason, search), sort


def _filters(context: Context, rule: Rule) -> tuple[Filter, str]:
    with st.container(key="filters_list"):
        slots = st.columns([1.05, 1.25, 1.05, 0.85, 0.95, 1.5], vertical_alignment="bottom")
        with slots[0]:
            bureau = pieces.choose_bureau(context)
        with slots[3]:
            state = address.select(
                "状态",
                "state",
                list(_STATES),
                default="open",
                names=lambda code: _STATES[code],
                resets=("page", "reason"),
            )
        wanted = None if state == "all" else state
        with slots[1]:
            reason = _choose_reason(rule, findings.reasons(context.user, rule.rule_id, wanted))
        with slots[2]:
            age = address.select(
                "时长", "age", list(_AGES), default="any", names=lambda code: _AGES[code][0], resets=("page",)
            )
        with slots[4]:
            sort = list_tools.sort(_SORTS, default="age")
        with slots[5]:
            search = pieces.search_box()
    _, low, high = _AGES[age]
    return Filter(rule.rule_id, wanted, bureau, reason, low, high, search), sort
