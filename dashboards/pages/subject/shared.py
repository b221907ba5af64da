"""What the faces of 户籍体检 share: cells with a sign, sentences, and the list of findings."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from dashboards.components import frame, html, states, table
from dashboards.components.context import Context
from dashboards.components.table import Column
from dashboards.repositories import findings as finding_rows
from dashboards.services import catalogue, formats, words
from dashboards.services import person as spoken
from dashboards.services.person import Cell, Saying
from dashboards.services.values import Names

Row = dict[str, Any]


def insurance(known: Names, code: Any) -> str:
    """A person's or an employer's insurance by name."""
    text = str(code or "")
    return known.codes.get(("person_insurance", text)) or known.items.get(text) or text or "险种不明"


def words_of(values: Sequence[Any]) -> str:
    """Different values, once each, in their order."""
    return "、".join(dict.fromkeys(str(value) for value in values if value)) or formats.NONE


def sayings(said: Sequence[Saying], *, wrong: str = "不一致", right: str = "一致") -> None:
    """Sentences, each with whether it is good news."""
    marks = {"bad": f"✗ {wrong}", "good": f"✓ {right}", "mute": "概况"}
    items = "".join(f"<li>{html.badge(marks[one.tone], one.tone)}　{html.text(one.text)}</li>" for one in said)
    st.html(f'<ul class="sb-says">{items}</ul>')


def bank_answer(known: Names, row: Row) -> str:
    """What the bank said of a deduction that it has answered."""
    if row["is_success"]:
        return html.badge("✓ 成功", "good")
    return html.badge(f"✗ {known.codes.get(('bank_reason', str(row['reason_class'])), '失败')}", "bad")


def cell(one: Cell) -> str:
    """What one system has, with a sign, a word and a small line."""
    small = f"<br><small>{html.text(one.note)}</small>" if one.note else ""
    if one == spoken.NOTHING:
        return f"<small>{html.text(one.word)}</small>"
    return f"{html.badge(f'{one.sign} {one.word}', one.tone)}{small}"


def findings(context: Context, known: Names, rows: Sequence[Row]) -> None:
    """Open findings; picking one opens it, and the way back leads here again."""
    rules = {rule.rule_id: rule for rule in catalogue.rules(finding_rows.rules(context.user))}

    def pick(key: str) -> None:
        row = next((one for one in rows if one["finding_id"] == key), None)
        if row is not None:
            frame.go("findings", rule=str(row["rule_id"]), finding=str(row["finding_id"]))

    def title(row: Row) -> str:
        rule = rules.get(str(row["rule_id"]))
        return f'<span class="go">{html.text(rule.title if rule else row["rule_id"])}</span><br><small>规则 {html.text(row["rule_id"])}</small>'

    with st.container(key="card_subject_findings"):
        st.html(html.title(f"未结疑点：{len(rows)} 条", frame.as_of_note(context, "点选一行看证据与经过")))
        if not rows:
            states.empty("没有未结疑点")
            return
        table.pick(
            "subject_findings",
            [
                Column("疑点", title, "m"),
                Column("对象", lambda row: html.text(words.SUBJECTS.get(str(row["subject_type"]), "")), "n hide-s"),
                Column("险种", lambda row: html.text(insurance(known, row["insurance_code"]) if row["insurance_code"] else "—"), "n hide-s"),
                Column("为什么", lambda row: html.text(row["evidence"]), "e"),
                Column("已过工作日", lambda row: formats.count(row["age_workdays"]), "r"),
            ],
            rows, key_of=lambda row: str(row["finding_id"]), on_pick=pick,
        )  # fmt: skip
