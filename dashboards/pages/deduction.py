"""批扣核查: before a batch deduction of natural persons is sent, each item with go, stop or check, and why."""

from dataclasses import asdict
from typing import Any

import streamlit as st

from dashboards.components import (
    address,
    arrivals,
    export_button,
    frame,
    html,
    kpi,
    list_tools,
    reconciled,
    says,
    states,
    table,
)
from dashboards.components.context import Context
from dashboards.components.table import Column
from dashboards.pages.findings import pieces
from dashboards.repositories import deduction, findings
from dashboards.repositories.deduction import ItemFilter
from dashboards.services import catalogue, export_gate, formats, narrative_deduction, verdicts
from dashboards.services.catalogue import Rule

Row = dict[str, Any]
# The published tables that the cards are made of.
_GATE, _ROUNDS = "mtr_deduction_gate", "mtr_deduction_round"
_SORTS = {"verdict": "停止在前", "amount": "金额最大", "new": "最近生成"}


def show(context: Context) -> None:
    """The page."""
    frame.head("批扣核查", "自然人待批扣清册提交前，逐条给出放行、停止或核实", context)
    known = pieces.known(context)
    insurances = {code: name for (kind, code), name in known.codes.items() if kind == "person_insurance"}
    with st.container(key="filters_list"):
        slots = st.columns([1.1, 1.1, 1.1, 1, 1.4], vertical_alignment="bottom")
        with slots[0]:
            bureau = pieces.choose_bureau(context)
        with slots[1]:
            insurance = address.select(
                "险种", "item", ["", *insurances], default="", names=lambda code: insurances.get(code, "全部险种"), resets=("page", "reason", "verdict"),
            ) or None  # fmt: skip
        with slots[2]:
            verdict = address.select(
                "结论", "verdict", ["", *verdicts.VERDICTS], default="", resets=("page", "reason"),
                names=lambda code: verdicts.VERDICTS[code][0] if code else "停止和核实",
            ) or None  # fmt: skip
        with slots[3]:
            sort = list_tools.sort(_SORTS, default="verdict")
        with slots[4]:
            search = list_tools.search("search_items", "人员编号、清册序号或批次")
    rows = deduction.reasons(context.user, bureau, insurance)
    rounds = deduction.rounds(context.user, bureau, insurance)
    failed = deduction.failures(context.user, bureau, insurance) if rounds else []
    rules = {rule.rule_id: rule for rule in catalogue.rules(findings.rules(context.user))} if rows else {}
    _figures(context, rows)
    says.show([
        narrative_deduction.gate_sentence(rows), narrative_deduction.reason_sentence(rows, rules),
        narrative_deduction.round_sentence(rounds, failed),
    ])  # fmt: skip
    if not rows:
        with st.container(key="card_gate"):
            states.empty("没有待提交的清册", "生成待批扣清册后，次日可以在这里核查。")
        _rounds(context, rounds, failed)
        return
    reason = address.get("reason")
    _reasons(context, rows, rules, reason)
    _items(context, rows, rules, ItemFilter(bureau, insurance, verdict, reason, search), sort, insurances)
    _rounds(context, rounds, failed)


def _figures(context: Context, rows: list[Row]) -> None:
    sums = verdicts.totals(rows)
    whole, go = sums.get("", verdicts.Total()), sums.get("go", verdicts.Total())
    stop, check = sums.get("stop", verdicts.Total()), sums.get("check", verdicts.Total())
    mark = reconciled.outside("gate")
    kpi.show(kpi.marked([
        kpi.Kpi("待提交清册", formats.count(whole.count), "条", below=f"共 {formats.money(whole.amount)}", main=True),
        kpi.Kpi("放行", formats.count(go.count), "条", below=formats.money(go.amount)),
        kpi.Kpi("停止", formats.count(stop.count), "条", below=formats.money(stop.amount)),
        kpi.Kpi("核实", formats.count(check.count), "条", below=formats.money(check.amount)),
        kpi.Kpi("可避免退费", formats.money(whole.saved), "", below="停止的条目中，扣了要退的金额"),
    ], mark.badge))  # fmt: skip
    reconciled.below(context, [mark])


def _verdict(row: Row) -> str:
    name, tone = verdicts.VERDICTS[row["verdict"]]
    return html.badge(name, tone)


def _reasons(context: Context, rows: list[Row], rules: dict[str, Rule], chosen: str | None) -> None:
    def pick(key: str) -> None:
        verdict, code = key.split("|")
        again = code == chosen
        address.put(reason=None if again else code or None, verdict=None if again else verdict)
        address.drop("page")

    with st.container(key="card_reasons"):
        st.html(html.title("结论与原因", arrivals.brief(context, _GATE, "点选一行只看这个原因")))
        table.pick(
            "gate_reasons",
            [
                Column("结论", _verdict, "n"),
                Column("原因", lambda row: f'<span class="go">{html.text(verdicts.reason_name(row, rules))}</span>', "w"),
                Column("依据", lambda row: html.text(_rule_name(row, rules)), "hide-s"),
                Column("条数", lambda row: f"<b>{formats.count(row['item_count'])}</b>", "r"),
                Column("金额（元）", lambda row: formats.yuan(row["amount"]), "r"),
                Column("可避免退费（元）", lambda row: formats.yuan(row["refund_saved_amount"]), "r hide-s"),
            ],
            rows, key_of=_reason_key, selected=next((_reason_key(row) for row in rows if chosen and row["reason_code"] == chosen), None), on_pick=pick,
        )  # fmt: skip
        st.html(html.note(
            "一条清册有多个原因时，停止先于核实，只按最先成立的原因计数。停止：死亡、暂停、迁出、参军、编号合并未推送，停保、终止，已缴纳，登记无效，协议无效，重复列入；"
            "核实：同一人多个编号或多份协议，未设置应缴费额。"
        ))  # fmt: skip


def _reason_key(row: Row) -> str:
    return f"{row['verdict']}|{row['reason_code'] or ''}"


def _rule_name(row: Row, rules: dict[str, Rule]) -> str:
    rule = rules.get(str(row["rule_id"] or ""))
    return f"{rule.rule_id} {rule.title}" if rule else ("清册本身" if row["reason_code"] else "—")


def _items(
    context: Context, rows: list[Row], rules: dict[str, Rule], chosen: ItemFilter, sort: str, insurances: dict[str, str]
) -> None:
    found = sum(
        int(row["item_count"]) for row in rows
        if (row["verdict"] == chosen.verdict if chosen.verdict else row["verdict"] != "go")
        and (chosen.reason_code is None or row["reason_code"] == chosen.reason_code)
    ) if chosen.search is None else deduction.total(context.user, chosen)  # fmt: skip
    with st.container(key="card_items"):
        st.html(html.title(f"清册明细：{found:,} 条", arrivals.brief(context, _GATE)))
        if not found:
            states.empty("没有符合条件的条目", "待提交的清册全部可以放行，或放宽筛选条件。")
            return
        reason = next(
            (verdicts.reason_name(row, rules) for row in rows if row["reason_code"] == chosen.reason_code), None
        )
        offered = _columns(context, rules, insurances)
        with list_tools.bar():
            shown = list_tools.columns(offered)
            export_button.show(
                context.user, export_button.Named(export_gate.REGISTERED, export_gate.TITLE),
                {
                    "kind": "gate", "sort": sort, "cols": list_tools.chosen(offered), **asdict(chosen),
                    "reason_name": reason if chosen.reason_code else None,
                },
                found, searched=chosen.search is not None,
            )  # fmt: skip
        slot = st.container()
        number = address.pager(found, pieces.PAGE_SIZE)
        listed = deduction.page(context.user, chosen, sort=sort, number=number, size=pieces.PAGE_SIZE)
        with slot:
            table.show(shown, listed)


def _columns(context: Context, rules: dict[str, Rule], insurances: dict[str, str]) -> list[Column]:
    return [
        Column("人员编号", lambda row: html.text(row["person_no"] or "—"), "n", "person"),
        Column("险种", lambda row: html.text(insurances.get(row["insurance_code"], row["insurance_code"])), "n", "item"),
        Column("主管局", lambda row: html.text(context.bureaus.get(row["bureau_code"] or "", row["bureau_code"] or "未分配")), "n hide-s", "bureau"),
        Column("年度", lambda row: html.text(row["fee_year"] or "—"), "n hide-s", "year"),
        Column("金额（元）", lambda row: formats.yuan(row["amount"]), "r", "amount"),
        Column("结论", _verdict, "c n", "verdict"),
        Column("原因", lambda row: html.text(export_gate.why(row, rules)), "w", "reason"),
        Column("可避免退费（元）", lambda row: formats.yuan(row["refund_saved_amount"]), "r hide-s", "saved", extra=True),
        Column("批次", lambda row: html.text(row["deduction_batch_no"] or "—"), "n hide-s", "batch"),
        Column("生成日期", lambda row: formats.day(row["generated_date"]), "n hide-s", "generated"),
        Column("清册序号", lambda row: html.text(row["item_no"] or "—"), "n hide-s", "number", extra=True),
    ]  # fmt: skip


def _rounds(context: Context, rows: list[Row], failed: list[Row]) -> None:
    """How the last rounds went, and why items failed."""
    if not rows:
        return
    left, right = st.columns([1.7, 1])
    with left, st.container(key="card_rounds"):
        st.html(html.title("历次批扣", arrivals.brief(context, _ROUNDS, "最近 12 批")))
        table.show(
            [
                Column("批次", lambda row: html.text(row["deduction_batch_no"]), "n"),
                Column("生成日期", lambda row: formats.day(row["generated_date"]), "n hide-s"),
                Column("清册", lambda row: formats.count(row["listed_count"]), "r"),
                Column("作废", lambda row: formats.count(row["voided_count"]), "r hide-s"),
                Column("已提交", lambda row: formats.count(row["sent_count"]), "r hide-s"),
                Column("成功", lambda row: f"<b>{formats.count(row['success_count'])}</b>", "r"),
                Column("成功率", lambda row: formats.share(verdicts.success_rate(row)), "r"),
                Column("成功金额（万元）", lambda row: formats.wan(row["success_amount"]), "r hide-s"),
            ],
            rows,
        )  # fmt: skip
        st.html(html.note("成功率＝成功÷已回（已提交减去未回）；没有已回的为不适用。作废指提交前作废。"))
    whole = sum(int(row["item_count"]) for row in failed)
    with right, st.container(key="card_failures"):
        st.html(html.title("未扣成的原因", arrivals.brief(context, _ROUNDS, "最近 12 批")))
        if not whole:
            states.empty("没有失败的扣款")
            return
        table.show(
            [
                Column("原因", lambda row: html.text(row["result_name"]), "w"),
                Column("条数", lambda row: formats.count(row["item_count"]), "r"),
                Column("占比", lambda row: formats.share(verdicts.share_of(row["item_count"], whole)), "r"),
                Column("分布", lambda row: html.bar(verdicts.share_of(row["item_count"], whole)), "m hide-s"),
            ],
            failed,
        )  # fmt: skip
