"""The answers to an uploaded list as columns: one row for each registration that was found, the same on the screen and in the file."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from dashboards.services import formats, words
from dashboards.services import person as spoken
from dashboards.services.uploaded import KINDS, Entry, UploadedList
from dashboards.services.values import Names
from dashboards.services.workbook import Field

Row = Mapping[str, Any]
Insurance = Callable[[Any], str]
# What a clerk may want to know, of either kind.
TOPICS = {
    "registrations": "户籍",
    "arrears": "欠费",
    "agreements": "协议",
    "deductions": "批扣",
    "findings": "未结疑点",
}
PERSON_TOPICS = {**TOPICS, "registrations": "参保登记", "arrears": "缴费"}
DEFINITIONS = {
    "unit": "按统一社会信用代码、单位编号或纳税人识别号逐个查询，同一单位在人社、医保的户籍都列出；欠费为有效征集单应缴大于已上解的差额，不限期间。",
    "person": "按证件号码或新旧人员编号逐个查询，列出各参保登记；缴费为本年度征收子系统已缴未退的金额。",
}
# Where each answer is read, of employers and of persons; findings have their sources in the rules' own states.
_MODELS = {
    "registrations": ("dim_registration", "fct_person_registration"),
    "arrears": ("fct_bill", "fct_person_payment"),
    "agreements": ("fct_agreement", "fct_person_agreement"),
    "deductions": ("fct_deduction", "fct_person_deduction"),
}
NOT_FOUND = "未找到（号码有误，或不在本账号的数据范围内）"


@dataclass(frozen=True)
class Answer:
    """One line of the list with a registration that was found, or without any; what was not asked for is None."""

    entry: Entry
    row: Row = field(default_factory=dict, repr=False)
    arrears: Any = field(default=None, repr=False)
    agreements: Any = field(default=None, repr=False)
    deductions: Any = field(default=None, repr=False)
    findings: Any = field(default=None, repr=False)

    @property
    def found(self) -> bool:
        """Whether there is a registration."""
        return bool(self.row)


def topics(kind: str) -> dict[str, str]:
    """What may be asked of a kind, with its name."""
    return PERSON_TOPICS if kind == "person" else TOPICS


def title(kind: str, chosen: Iterable[str]) -> str:
    """用人单位：户籍、欠费."""
    names = topics(kind)
    return f"{KINDS[kind]}：{'、'.join(names[one] for one in names if one in set(chosen))}"


def models(kind: str, chosen: Iterable[str]) -> list[str]:
    """The published tables that the answers are read from: a line is found by its registration, whatever is asked of it."""
    place = 1 if kind == "person" else 0
    return [_MODELS[one][place] for one in _MODELS if one == "registrations" or one in set(chosen)]


def summary(asked: UploadedList, answers: Sequence[Answer]) -> str:
    """How many were asked for, and what became of them."""
    found = {one.entry.line for one in answers if one.found}
    bad = len(asked.entries) - len(asked.usable)
    parts = [
        f"名单 {len(asked.entries):,} 行，查询 {len(asked.usable):,} 个，找到 {len(found):,} 个，"
        f"未找到 {len(asked.usable) - len(found):,} 个"
    ]
    if bad:
        parts.append(f"{bad:,} 行没有查（号码为空、重复或格式不对）")
    return "；".join(parts) + "。"


def outcome(one: Answer) -> str:
    """What became of a line."""
    if one.found:
        return "找到"
    return one.entry.problem or NOT_FOUND


def fields(kind: str, chosen: Sequence[str], known: Names, year: str) -> list[Field]:
    """The columns; a row is {"answer": Answer}, so that screen and file share them."""
    made = [
        Field("行", lambda row: row["answer"].entry.line, "count"),
        Field("名单上的号码", lambda row: row["answer"].entry.shown),
        Field("结果", lambda row: outcome(row["answer"]), "long"),
    ]
    if kind == "person":
        return made + _person_fields(chosen, known, year)
    return made + _unit_fields(chosen, known)


def as_rows(answers: Iterable[Answer]) -> list[dict[str, Answer]]:
    """Answers as rows of `fields`."""
    return [{"answer": one} for one in answers]


def _of(column: str) -> Callable[[Row], Any]:
    """A column of the registration."""
    return lambda row: None if not row["answer"].found else row["answer"].row[column]


def _if_found(made: Callable[[Answer], Any]) -> Callable[[Row], Any]:
    """Something of an answer that has a registration."""
    return lambda row: None if not row["answer"].found else made(row["answer"])


# Employers


def _unit_fields(chosen: Sequence[str], known: Names) -> list[Field]:
    made = [
        Field("部门", _if_found(lambda one: words.DEPARTMENTS.get(one.row["department_code"], "")), "text"),
        Field("单位编号", _of("unit_no")),
        Field("单位名称", _of("unit_name"), "long"),
        Field("主管局", _if_found(lambda one: known.bureaus.get(str(one.row["bureau_code"]), "未分配"))),
    ]
    if "registrations" in chosen:
        made += [
            Field("统一社会信用代码", _of("uscc")),
            Field("户籍状态", _if_found(_unit_state)),
            Field("税务关联", _if_found(lambda one: "已关联" if one.row["is_associated"] else "未关联")),
            Field("税务状态", _if_found(lambda one: known.codes.get(("taxpayer_status", str(one.row["taxpayer_status_code"]))))),
        ]  # fmt: skip
    if "arrears" in chosen:
        made += [
            Field("未缴清单据", _if_found(lambda one: int(one.arrears["unpaid_bills"]) if one.arrears else 0), "count"),
            Field("未缴金额（元）", _if_found(lambda one: one.arrears["unpaid_amount"] if one.arrears else Decimal(0)), "money"),
            Field("其中以前月份（元）", _if_found(lambda one: one.arrears["earlier_amount"] if one.arrears else Decimal(0)), "money"),
            Field("最早所属期", _if_found(lambda one: formats.period_name(one.arrears["oldest_period"]) if one.arrears else None)),
        ]  # fmt: skip
    if "agreements" in chosen:
        made += [
            Field("三方协议", _if_found(_unit_agreement)),
            Field("签约日期", _if_found(lambda one: one.agreements["last_signed_date"] if one.agreements else None), "day"),
        ]  # fmt: skip
    if "deductions" in chosen:
        made += [
            Field("最近批扣", _if_found(lambda one: one.deductions["sent_date"] if one.deductions else None), "day"),
            Field("批扣结果", _if_found(lambda one: _unit_deduction(one, known))),
            Field("历次失败", _if_found(lambda one: int(one.deductions["failed_count"]) if one.deductions else 0), "count"),
        ]  # fmt: skip
    if "findings" in chosen:
        made += [
            Field("未结疑点", _if_found(lambda one: sum(int(row["finding_count"]) for row in one.findings)), "count"),
            Field("疑点规则", _if_found(lambda one: _rules(str(row["rule_ids"]).split("、") for row in one.findings))),
        ]
    return made


def _unit_state(one: Answer) -> str:
    row = one.row
    if row["is_valid"]:
        return "有效"
    return "已撤销" if row["is_withdrawn"] else "已终止" if row["is_ended"] else "无效"


def _unit_agreement(one: Answer) -> str:
    if not one.agreements or not one.agreements["valid_count"]:
        return "没有"
    if not one.agreements["verified_count"]:
        return "未验证通过"
    return "验证通过，可批扣" if one.agreements["batch_count"] else "验证通过"


def _unit_deduction(one: Answer, known: Names) -> str:
    if not one.deductions:
        return "没有批扣"
    if not one.deductions["is_returned"]:
        return "待返回"
    if one.deductions["is_success"]:
        return "成功"
    return f"失败：{known.codes.get(('bank_reason', str(one.deductions['reason_class'])), '原因不明')}"


def _rules(ids: Iterable[Iterable[str]]) -> str | None:
    return "、".join(sorted({rule_id for some in ids for rule_id in some})) or None


# Persons


def _person_fields(chosen: Sequence[str], known: Names, year: str) -> list[Field]:
    def insurance(code: Any) -> str:
        text = str(code or "")
        return known.codes.get(("person_insurance", text)) or known.items.get(text) or text or "险种不明"

    made = [
        Field("姓名", _of("person_name")),
        Field("部门", _if_found(lambda one: spoken.agency(one.row))),
        Field("人员编号", _of("person_no")),
        Field("险种", _if_found(lambda one: insurance(one.row["insurance_code"]))),
        Field("主管局", _if_found(lambda one: known.bureaus.get(str(one.row["bureau_code"]), "未分配"))),
    ]
    if "registrations" in chosen:
        made += [
            Field("证件号码", _of("person_id_number")),
            Field("部门状态", _if_found(lambda one: _said(spoken.at_agency(one.row)))),
            Field("税务登记", _if_found(lambda one: _said(spoken.at_management(one.row)))),
            Field("部门与税务", _if_found(lambda one: _said(spoken.conclusion(one.row)))),
        ]
    if "arrears" in chosen:
        made.append(
            Field(f"{year}年缴费", _if_found(lambda one: _said(spoken.at_collection(one.row, one.arrears, year))))
        )
    if {"agreements", "deductions"} & set(chosen):
        made.append(Field("协议与批扣", _if_found(lambda one: _said(_bank(one, known)))))
    if "findings" in chosen:
        made += [
            Field("未结疑点", _if_found(lambda one: len(_own_findings(one))), "count"),
            Field("疑点规则", _if_found(lambda one: _rules([str(row["rule_id"])] for row in _own_findings(one)))),
        ]
    return made


def _bank(one: Answer, known: Names) -> spoken.Cell:
    def reason(code: Any) -> str:
        return known.codes.get(("bank_reason", str(code)), "原因不明")

    return spoken.at_bank(one.row, one.agreements or [], one.deductions or [], reason)


def _own_findings(one: Answer) -> list[Row]:
    """Findings of this registration among those of the person."""
    row = one.row
    keys = {str(row[name]) for name in ("insured_key", "fee_registration_no", "person_message_key") if row[name]}
    return [found for found in one.findings or [] if str(found["subject_key"]) in keys]


def _said(cell: spoken.Cell) -> str:
    return f"{cell.word}（{cell.note}）" if cell.note else cell.word
