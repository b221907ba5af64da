"""批量查询: an uploaded list of employers or persons, and what the clerk wants to know of them, within the scope; the file is never kept."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import streamlit as st

from dashboards.access import exports, uploads
from dashboards.access.roles import User
from dashboards.components import address, arrivals, export_button, frame, html, list_tools, states, table, upload
from dashboards.components.context import Context
from dashboards.components.table import Column
from dashboards.pages.findings import pieces
from dashboards.repositories import bulk as records
from dashboards.services import bulk as spoken
from dashboards.services import formats, uploaded
from dashboards.services.bulk import Answer
from dashboards.services.uploaded import KINDS, UploadedList
from dashboards.services.workbook import Field

PAGE_SIZE = 50
# Why one asks: a closed list, so that nothing personal is written into the log.
PURPOSES = ("基层或村委要求核对", "催报催缴", "部门来函核实", "疑点核查", "批扣前核对")
_LIST, _WHY_NOT, _ASK, _ANSWERED, _LINK = "batch_list", "batch_why_not", "batch_asking", "batch_answered", "batch_link"
_FILTER = "batch_filter"
_HINTS = {
    "unit": "首行写列名：统一社会信用代码、单位编号或纳税人识别号",
    "person": "首行写列名：证件号码或人员编号（新旧均可）",
}


@dataclass(frozen=True)
class _Answered:
    """Answers that are on screen, and what they are to."""

    kind: str
    topics: tuple[str, ...]
    snapshot_id: str
    answers: list[Answer] = field(repr=False)


def show(context: Context) -> None:
    """The page: what kind of list is in the address, and never what is in it."""
    kind = address.get("view") or "unit"
    kind = kind if kind in KINDS else "unit"
    frame.head("批量查询", "上传一份名单，查出名单上各单位或个人的情况", context)
    address.segments("查什么", "view", list(KINDS), default="unit", names=lambda code: KINDS[code], resets=("page",))
    asked: UploadedList | None = st.session_state.get(_LIST)
    if asked is not None and asked.kind != kind:
        forget()
        asked = None
    _form(context.user, kind, asked)
    why_not = st.session_state.get(_WHY_NOT)
    if why_not:
        states.banner(str(why_not), tone="bad")
    if asked is None:
        with st.container(key="card_batch"):
            states.empty(
                f"请选择一份{KINDS[kind]}名单",
                "名单只在内存中读取号码，文件不保存；查询记入日志；个人信息默认脱敏；号码不进入网址。",
            )
        return
    if st.session_state.pop(_ASK, False):
        _ask(context, asked)
    answered: _Answered | None = st.session_state.get(_ANSWERED)
    if answered is None or answered.snapshot_id != context.snapshot_id:
        with st.container(key="card_batch"):
            st.html(html.title(f"名单已读取：{len(asked.entries):,} 行", asked.heading and f"号码列：{asked.heading}"))
            states.empty("选好要查的内容和事由后，点“查询”", _unusable(asked))
        return
    _answers(context, asked, answered)


def _unusable(asked: UploadedList) -> str:
    bad = [entry for entry in asked.entries if entry.problem]
    if not bad:
        return ""
    some = "；".join(f"第 {entry.line} 行 {entry.problem}" for entry in bad[:5])
    return f"有 {len(bad):,} 行不查：{some}{'等' if len(bad) > 5 else ''}。"


def _form(user: User, kind: str, asked: UploadedList | None) -> None:
    names = spoken.topics(kind)
    with st.container(key="filters_bulk"):
        upload.show(
            user, kind, "重新选择名单" if asked else "选择名单文件",
            f"CSV（UTF-8、GB18030）或 .xlsx，不超过 {uploaded.MOST_BYTES // 1024} KB、{uploaded.MOST_ROWS[kind]:,} 行；{_HINTS[kind]}。",
            _read,
        )  # fmt: skip
        slots = st.columns([9, 4, 1.5, 1.5], vertical_alignment="bottom")
        with slots[0]:
            st.pills(
                "要查的内容", list(names), selection_mode="multi", default=["registrations", "arrears"],
                format_func=lambda code: names[code], key=f"batch_topics_{kind}",
            )  # fmt: skip
        with slots[1]:
            st.selectbox("查询事由", PURPOSES, key="batch_why")
        with slots[2]:
            st.button(
                "查询", key="batch_ask", type="primary", width="stretch", disabled=asked is None,
                on_click=lambda: st.session_state.update({_ASK: True}),
            )  # fmt: skip
        with slots[3]:
            st.button("清除", key="batch_clear", width="stretch", disabled=asked is None, on_click=forget)


def _read(found: Any) -> None:
    """What the upload brought: a list, or why there is none."""
    forget()
    address.drop("page")
    if isinstance(found, UploadedList):
        st.session_state[_LIST] = found
    else:
        st.session_state[_WHY_NOT] = str(found)


def forget() -> None:
    """Let go of the list and of what was found."""
    for key in (_LIST, _WHY_NOT, _ASK, _ANSWERED, _LINK, _FILTER):
        st.session_state.pop(key, None)


def _ask(context: Context, asked: UploadedList) -> None:
    chosen = st.session_state.get(f"batch_topics_{asked.kind}") or []
    topics = tuple(topic for topic in spoken.TOPICS if topic in chosen)
    st.session_state.pop(_ANSWERED, None)
    st.session_state.pop(_LINK, None)
    if not topics:
        states.banner("请至少选一项要查的内容。")
        return
    purpose = f"批量查询：{st.session_state.get('batch_why') or PURPOSES[0]}"
    bar = st.progress(0.0, text="正在查询…")
    try:
        answers = records.answer(
            context.user, purpose, asked, topics, f"{context.as_of:%Y%m}",
            lambda share: bar.progress(min(max(share, 0.0), 1.0), text="正在查询…"),
        )  # fmt: skip
    except records.BatchRefusedError as error:
        states.banner(str(error))
    else:
        st.session_state[_ANSWERED] = _Answered(asked.kind, topics, context.snapshot_id, answers)
    finally:
        bar.empty()


def _answers(context: Context, asked: UploadedList, answered: _Answered) -> None:
    fields = spoken.fields(answered.kind, answered.topics, pieces.known(context), str(context.as_of.year))
    rows = spoken.as_rows(answered.answers)
    with st.container(key="card_batch"):
        wanted = list_tools.typed(_FILTER)
        slots = st.columns([4, 2, 1], vertical_alignment="bottom")
        with slots[0]:
            st.html(
                html.title(
                    spoken.title(answered.kind, answered.topics),
                    arrivals.brief(context, spoken.models(answered.kind, answered.topics)),
                )
            )
        with slots[1]:
            list_tools.search(_FILTER, "名称、编号、结果等任一列", "在结果中筛选")
        with slots[2]:
            _export(context.user, asked, answered, len(rows), searched=wanted is not None)
        st.html(html.note(spoken.summary(asked, answered.answers)))
        if wanted is not None:
            rows = [row for row in rows if any(wanted in _shown(one.value(row)).lower() for one in fields)]
            st.html(html.note(f"符合筛选的 {len(rows):,} 行。"))
            if not rows:
                states.empty("没有符合筛选的行", "换一个词，或清空筛选框。")
                return
        number = address.pager(len(rows), PAGE_SIZE)
        shown = rows[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
        columns = [_column(one) for one in fields]
        if answered.kind == "person":
            table.show(columns, shown, height=620)
            st.html(html.note("一个人的全部情况见“户籍体检”。"))
            return
        numbered = list(enumerate(shown))

        def pick(key: str) -> None:
            one = shown[int(key)]["answer"] if key.isdigit() and int(key) < len(shown) else None
            if one is not None and one.found:
                frame.go("subject", view="unit", unit=str(one.row["registration_key"]))

        # What is owed stands at the right end: small type, so that it is in sight on a desk.
        with st.container(key="dense_batch"):
            table.pick(
                "batch_units", [Column(one.label, _of_numbered(one), one.kind) for one in columns], numbered,
                key_of=lambda item: str(item[0]), on_pick=pick, height=620,
            )  # fmt: skip
        st.html(html.note("点选一行看这个单位的全部情况；" + spoken.DEFINITIONS[answered.kind]))


def _column(one: Field) -> Column:
    kind = {"money": "r n", "count": "r n", "long": "w", "day": "n"}.get(one.kind, "n")
    return Column(one.label, lambda row: html.text(_shown(one.value(row))), kind)


def _of_numbered(column: Column) -> Callable[[Any], str]:
    """The cell of a row that stands behind its number."""
    return lambda item: column.cell(item[1])


def _shown(value: Any) -> str:
    if isinstance(value, Decimal):
        return formats.yuan(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return formats.count(value)
    if isinstance(value, date | datetime):
        return formats.day(value)
    return formats.NONE if value is None or value == "" else str(value)


def _export(user: User, asked: UploadedList, answered: _Answered, found: int, *, searched: bool) -> None:
    """The button 导出; where a second person has to agree, what was agreed to is fetched with the same list again."""
    filters = {"kind": "batch", "topics": list(answered.topics), "list": records.digest(asked)}
    agreed = next(
        (row for row in exports.register(user) if _is_agreed(row, filters)),
        None,
    ) if user.needs_approval else None  # fmt: skip
    if agreed is None:
        what = export_button.Named(exports.BATCH, spoken.title(answered.kind, answered.topics))
        export_button.show(
            user, what, filters, found, searched=searched, before=lambda number: uploads.hold(user, number, asked)
        )
        return
    st.button("生成下载链接", key="batch_fetch", on_click=_fetch, args=(user, int(agreed.id), asked))
    made = st.session_state.get(_LINK)
    if made and made[0] == agreed.id:
        export_button.link(made[1])


def _is_agreed(row: Any, filters: dict[str, Any]) -> bool:
    return row.rule_id == exports.BATCH and exports.state_of(row) == "approved" and json.loads(row.filters) == filters


def _fetch(user: User, number: int, asked: UploadedList) -> None:
    try:
        made = exports.ticket(user, number)
    except exports.ExportRefusedError as error:
        st.session_state.pop(_LINK, None)
        st.session_state[_WHY_NOT] = str(error)
        return
    st.session_state.pop(_WHY_NOT, None)
    uploads.hold(user, number, asked)
    st.session_state[_LINK] = (number, made)
