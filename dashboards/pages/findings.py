"""疑点数据: the catalogue with counts, one rule's list, one finding."""

from typing import Any

import streamlit as st

from dashboards.components import address, frame, html, kpi, states, table
from dashboards.components.context import Context
from dashboards.components.table import Column
from dashboards.repositories import findings, names
from dashboards.repositories.findings import Filter
from dashboards.services import catalogue, formats, values, words
from dashboards.services.catalogue import Rule

_PURPOSE = "疑点数据"
_PAGE_SIZE = 20
_AGES = {
    "any": ("不限", None, None),
    "le5": ("5 个工作日以内", None, 5),
    "6to20": ("6 至 20 个工作日", 6, 20),
    "gt20": ("超过 20 个工作日", 21, None),
}
_SORTS = {"age": "时长最久", "amount": "金额最大", "new": "最新发现"}
_STATES = {"open": "未结", "resolved": "已消除", "not_checked": "其中未检查", "all": "全部"}


def show(context: Context) -> None:
    """The page: which of its three faces is in the address."""
    rules = catalogue.rules(findings.rules(context.user))
    chosen = next((rule for rule in rules if rule.rule_id == address.get("rule")), None)
    finding_id = address.get("finding")
    if chosen is None:
        _catalogue(context, rules)
    elif finding_id is not None:
        _detail(context, chosen, finding_id)
    else:
        _list(context, chosen)


def _crumb(context: Context, rule: Rule, last: str | None = None) -> None:
    steps = [("catalogue", "疑点数据")] + ([("rule", f"{rule.rule_id} {rule.title}")] if last else [])
    links = "<i>›</i>".join(
        f'<a data-key="{key}" tabindex="0" role="link">{html.text(name)}</a>' for key, name in steps
    )

    def go(key: str) -> None:
        address.drop("finding")
        if key == "catalogue":
            address.drop("rule", "reason", "state", "age", "sort", "page")
            st.session_state.pop("finding_search", None)

    tail = html.text(last or f"{rule.rule_id} {rule.title}")
    table.clickable("finding_crumb", f'<div class="sb-crumb">{links}<i>›</i><b>{tail}</b></div>', go)


def _catalogue(context: Context, rules: list[Rule]) -> None:
    frame.head("疑点数据", f"{context.user.scope.label} · 共 {len(rules)} 条规则", context)
    bureau = None
    if context.user.scope.kind == "city":
        with st.container(key="filters_findings"):
            left, _ = st.columns([1, 3])
            with left:
                bureau = _choose_bureau(context)
    counts = findings.counts(context.user, _PURPOSE, context.as_of, bureau_code=bureau)
    opened = sum(int(row["open_count"] or 0) for row in counts.values())
    unchecked = [rule for rule in rules if rule.status == "not_checked"]
    kpi.show([
        kpi.Kpi("未结疑点", formats.count(opened), "条", below=f"涉及 {formats.money(sum((row['open_amount'] or 0) for row in counts.values()))}", main=True),
        kpi.Kpi("今日新增", formats.count(sum(int(row["new_count"] or 0) for row in counts.values())), "条", below="今日首次发现"),
        kpi.Kpi("今日消除", formats.count(sum(int(row["resolved_today"] or 0) for row in counts.values())), "条", below="数据更正后自动消除"),
        kpi.Kpi("累计消除", formats.count(sum(int(row["resolved_count"] or 0) for row in counts.values())), "条", below="建账以来"),
        kpi.Kpi("未检查规则", formats.count(len(unchecked)), "条", below="来源未到，不作消除" if unchecked else "今日规则均已检查"),
    ])  # fmt: skip

    def number(rule: Rule, name: str) -> int:
        return int(counts.get(rule.rule_id, {}).get(name) or 0)

    def open_rule(rule_id: str) -> None:
        address.put(rule=rule_id)
        address.drop("page", "reason", "finding")

    with st.container(key="card_rules"):
        st.html(html.title("按规则", frame.as_of_note(context, "点选一行查看清单")))
        if not rules:
            states.missing("规则目录")
            return
        table.pick(
            "rules",
            [
                Column("编号", lambda rule: f"<b>{html.text(rule.rule_id)}</b>", "n"),
                Column("疑点", lambda rule: f'<span class="go">{html.text(rule.title)}</span>', "w"),
                Column("责任科室", lambda rule: html.text(rule.section), "n hide-s"),
                Column("级别", _severity, "c hide-s"),
                Column("频次", lambda rule: html.text(rule.cadence), "c n hide-s"),
                Column("未结", lambda rule: f"<b>{number(rule, 'open_count'):,}</b>", "r"),
                Column("今日新增", lambda rule: _signed(number(rule, "new_count"), "bad"), "r"),
                Column("今日消除", lambda rule: _signed(number(rule, "resolved_today"), "good"), "r hide-s"),
                Column("涉及金额（万元）", lambda rule: formats.wan(counts.get(rule.rule_id, {}).get("open_amount")), "r hide-s"),
                Column("今日检查", _checked, "c n"),
            ],
            rules, key_of=lambda rule: rule.rule_id, on_pick=open_rule,
        )  # fmt: skip


def _signed(value: int, tone: str) -> str:
    return "0" if value == 0 else html.badge(f"{'+' if tone == 'bad' else '−'}{value}", tone)


def _severity(rule: Rule) -> str:
    return html.badge(
        words.SEVERITIES.get(rule.severity, rule.severity or "—"),
        {"high": "bad", "medium": "warn"}.get(rule.severity, "mute"),
    )


def _checked(rule: Rule) -> str:
    return (
        html.badge(words.status_word(rule.status), words.status_tone(rule.status))
        if rule.status
        else html.badge("未检查", "warn")
    )


def _choose_bureau(context: Context) -> str | None:
    options = {"": "全市", **context.bureaus}
    return (
        address.select(
            "主管局",
            "bureau",
            list(options),
            default="",
            names=lambda code: options.get(code, code),
            resets=("town", "page"),
        )
        or None
    )


def _list(context: Context, rule: Rule) -> None:
    frame.head(rule.title, f"规则 {rule.rule_id} · {rule.section} · {rule.cadence}检查", context, badge=_checked(rule))
    _crumb(context, rule)
    _about(rule)
    chosen, sort = _filters(context, rule)
    # The number first: nothing is loaded before one knows how much it is.
    total = findings.total(context.user, chosen)
    found = int(total.get("total") or 0)
    bureaus = names.bureaus(context.user)
    with st.container(key="card_findings"):
        st.html(
            html.title(
                f"共 {found:,} 条",
                frame.as_of_note(context, f"涉及 {formats.money(total.get('amount') or 0)} · 点选一行看依据"),
            )
        )
        if not found:
            states.empty("没有符合条件的疑点", "可以放宽状态、时长或主管局后再看。")
            return
        slot = st.container()
        page = address.pager(found, _PAGE_SIZE)
        rows = findings.page(context.user, chosen, sort=sort, number=page, size=_PAGE_SIZE)
        with slot:
            table.pick(
                "findings",
                [
                    Column("单位", lambda row: html.unit(row["unit_name"], row["subject_key"]), "w"),
                    Column("主管局", lambda row: html.text(bureaus.get(row["bureau_code"] or "", row["bureau_code"] or "未分配")), "n"),
                    Column("原因", lambda row: html.text(rule.reason(row["reason_code"])), "hide-s"),
                    Column("所属期", lambda row: html.text(formats.period_name(row["period"])), "n hide-s"),
                    Column("金额（元）", lambda row: formats.yuan(row["amount"]), "r"),
                    Column("起始日", lambda row: formats.day(row["since_date"]), "n hide-s"),
                    Column("已过工作日", lambda row: formats.count(row["age_workdays"]), "r"),
                    Column("状态", _state, "c n hide-s"),
                ],
                rows, key_of=lambda row: str(row["finding_id"]), on_pick=lambda key: address.put(finding=key),
            )  # fmt: skip
        first = (page - 1) * _PAGE_SIZE + 1
        st.html(html.note(f"第 {first:,}–{first + len(rows) - 1:,} 条，共 {found:,} 条。"))


def _state(row: dict[str, Any]) -> str:
    return html.badge(
        words.STATES.get(row["state"], row["state"]), {"open": "warn", "resolved": "good"}.get(row["state"], "mute")
    )


def _about(rule: Rule) -> None:
    with st.container(key="card_about"):
        st.html(f'<p style="margin:0;font-size:.94rem;line-height:1.75">{html.text(rule.description)}</p>')
        limits = "；".join(
            f"{value} {unit}（{why}）" if why else f"{value} {unit}" for _, value, unit, why in rule.parameters
        )
        st.html(html.facts([
            ("级别", words.SEVERITIES.get(rule.severity, "—")), ("疑点对象", rule.subject), ("约定时限与参数", limits or "无"),
            ("下一步", rule.next_step or "—"),
        ]))  # fmt: skip


def _filters(context: Context, rule: Rule) -> tuple[Filter, str]:
    with st.container(key="filters_list"):
        slots = st.columns([1.05, 1.25, 1.05, 0.85, 0.95, 1.5], vertical_alignment="bottom")
        bureau = None
        with slots[0]:
            if context.user.scope.kind == "city":
                bureau = _choose_bureau(context)
            else:
                st.html(html.facts([("主管局", context.user.scope.label)]))
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
            reasons = ["", *findings.reasons(context.user, rule.rule_id, wanted)]
            reason = address.select(
                "原因",
                "reason",
                reasons,
                default="",
                names=lambda code: rule.reason(code) if code else "全部原因",
                resets=("page",),
            )
        with slots[2]:
            age = address.select(
                "时长", "age", list(_AGES), default="any", names=lambda code: _AGES[code][0], resets=("page",)
            )
        with slots[4]:
            sort = address.select(
                "排序", "sort", list(_SORTS), default="age", names=lambda code: _SORTS[code], resets=("page",)
            )
        with slots[5]:
            # Kept in the session, not in the address: a person may type anything here.
            search = st.text_input(
                "搜索", key="finding_search", placeholder="单位名称、编号或说明", max_chars=40, autocomplete="off",
                on_change=lambda: address.drop("page"),
            )  # fmt: skip
    _, low, high = _AGES[age]
    return Filter(rule.rule_id, wanted, bureau, reason or None, low, high, (search or "").strip().lower() or None), sort


def _detail(context: Context, rule: Rule, finding_id: str) -> None:
    row = findings.one(context.user, finding_id)
    if not row or row.get("rule_id") != rule.rule_id:
        frame.head(rule.title, f"规则 {rule.rule_id}", context)
        _crumb(context, rule, "疑点明细")
        states.empty("没有找到这条疑点", "它不在您的数据范围内，或已不在当前数据中。")
        return
    bureaus, agencies, items = (
        names.bureaus(context.user),
        names.agencies(context.user),
        names.insurance_items(context.user),
    )
    unit = str(row.get("unit_name") or "单位未知")
    frame.head(unit, f"规则 {rule.rule_id} · {rule.title}", context, badge=_state(row))
    _crumb(context, rule, unit)
    if row.get("state") == "not_checked":
        states.banner(
            f"规则今日未检查（{words.not_checked_reason(rule.status_reason) or '来源未到'}），这条疑点保持原状。"
        )
    with st.container(key="card_evidence"):
        st.html(html.title("为什么可疑", frame.as_of_note(context)))
        st.html(f'<div class="sb-evidence">{html.text(row.get("evidence"))}</div>')
        if rule.next_step:
            st.html(f'<div class="sb-next"><b>下一步　</b>{html.text(rule.next_step)}</div>')
    left, right = st.columns([1.7, 1])
    with left:
        with st.container(key="card_facts"):
            st.html(html.title("基本情况"))
            st.html(html.facts([
                ("主管局", bureaus.get(row.get("bureau_code") or "", row.get("bureau_code") or "未分配")),
                ("经办机构", agencies.get(row.get("agency_code") or "", row.get("agency_code"))),
                ("部门", words.DEPARTMENTS.get(row.get("department_code") or "", row.get("department_code"))),
                ("险种", items.get(row.get("insurance_code") or "", row.get("insurance_code"))),
                ("费款所属期", formats.period_name(row.get("period"))), ("涉及金额（元）", formats.yuan(row.get("amount"))),
                ("原因", rule.reason(row.get("reason_code"))), ("异常起始日", formats.day(row.get("since_date"))),
                ("已过工作日", formats.count(row.get("age_workdays"))),
                ("疑点对象", f"{words.SUBJECTS.get(row.get('subject_type') or '', '')} {row.get('subject_key')}"),
                ("户籍键", row.get("registration_key")), ("单据键", row.get("bill_key")),
            ]))  # fmt: skip
        _compared(context, rule, str(row["subject_key"]))
    with right, st.container(key="card_history"):
        st.html(html.title("经过"))
        events = findings.history(context.user, rule.rule_id, str(row["subject_key"]))
        if events:
            st.html(html.history(
                (formats.day(event["as_of"]), words.EVENTS.get(event["event"], str(event["event"])), str(event["detail"] or "")) for event in events
            ))  # fmt: skip
        else:
            st.html(
                html.note(
                    f"首次发现 {formats.day(row.get('first_seen'))}，最近一次 {formats.day(row.get('last_seen'))}。"
                )
            )


def _compared(context: Context, rule: Rule, subject_key: str) -> None:
    rows = findings.evidence(context.user, rule.model_name, subject_key)
    with st.container(key="card_compared"):
        st.html(html.title("比对的数据", "规则当日取到的各方数值"))
        if not rows:
            states.empty("当日清单中已没有这条", "疑点消除后，比对数值不再保留在当日清单里。")
            return
        known = values.Names(names.codes(context.user), names.bureaus(context.user))
        shown = [(rule.label(column), value) for column, value in values.compared(rows[0], known)]
        st.html(html.facts(shown))
