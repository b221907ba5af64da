"""What the systems say of one natural person, in words: cells with a sign and a word, and sentences about what disagrees."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from dashboards.services import formats, words

Row = Mapping[str, Any]
Name = Callable[[Any], str]

AGENCY_STATES = {
    "valid": "参保",
    "suspended": "停保",
    "benefits": "领取待遇",
    "benefits_suspended": "暂停待遇",
    "ended": "终止",
    "withdrawn": "已撤销发送",
}
STOP_REASONS = {
    "dead": "死亡",
    "enlisted": "参军",
    "moved": "迁出",
    "suspended": "停保",
    "employed": "转职工参保",
    "student": "转学校参保",
    "benefits": "领取待遇",
    "benefits_suspended": "暂停待遇",
    "flexible": "转灵活就业",
    "merged": "编号合并",
    "withdrawn": "撤销发送",
    "other": "其他原因",
}
TAX_STATES = {"1": "有效", "2": "停保", "3": "无效"}
TAX_STOP_REASONS = {
    "0": "撤销发送", "1": "死亡", "2": "参军", "3": "迁出", "4": "编号合并", "5": "转职工", "6": "领取待遇", "7": "停保", "8": "重复参保",
    "9": "学生转市本级",
}  # fmt: skip
STAGES = {
    "not_sent": "未推送税务",
    "unread": "已推送，税务未读取",
    "not_applied": "税务已读取，登记未变",
    "not_entered": "税务已读取",
}
REMEDIES = {
    "not_sent": "由{agency}补推",
    "unread": "由共享平台和税务查明未读取的原因并重新读取",
    "not_applied": "由税务按{agency}数据更新登记",
    "not_entered": "由税务查明没有建立登记的原因",
}
FAILURES = {
    "base_missing": "没有基础信息",
    "id_type_differs": "证件类型不一致",
    "id_number_differs": "证件号码不一致",
    "name_differs": "姓名不一致",
    "division_invalid": "行政区划代码不对",
    "town_unmapped": "街道乡镇代码未对应",
    "other": "其他原因",
}
DISAGREEMENTS = {
    "not_at_agency": "税务有、部门没有",
    "not_at_tax": "部门有、税务没有",
    "stopped_at_tax": "部门参保、税务已停",
    "ended_at_agency": "部门已停、税务有效",
    "holder_differs": "登记的人不同",
}
SPECIAL_KINDS = {"1": "退休一次性补缴", "2": "补缴", "3": "补缴"}
AGREEMENT_TYPES = {"2": "两方协议", "3": "三方协议"}
SIGNS = {"good": "✓", "bad": "✗", "warn": "…", "mute": "—"}
_CAUSES = {
    "not_returned": "税务未回盘",
    "returned_unread": "已回盘，部门未读取",
    "read_not_posted": "部门已读取，未登账",
    "posted_not_fed_back": "部门已登账，未反馈税务",
    "amount_changed": "双方金额不同",
    "double": "重复回盘",
    "without_origin": "回盘没有对应的缴款",
    "wrong_name": "姓名不一致",
    "wrong_id": "证件号码不一致",
    "wrong_person_no": "人员编号不一致",
    "wrong_agency": "经办机构不一致",
    "wrong_item": "险种不一致",
    "unknown": "原因待查",
}
_BREAKS = frozenset(words.BREAKS)


@dataclass(frozen=True)
class Cell:
    """What one system has: a tone (good, bad, warn, mute), a word, and a line below."""

    tone: str
    word: str
    note: str = ""

    @property
    def sign(self) -> str:
        """The tone without colour."""
        return SIGNS[self.tone]


@dataclass(frozen=True)
class Saying:
    """One sentence about the person, and whether it is good news."""

    tone: str
    text: str


NOTHING = Cell("mute", "无记录")


def agency(row: Row) -> str:
    """The department's short name."""
    return words.DEPARTMENTS.get(str(row.get("department_code")), "部门")


def is_valid(row: Row) -> bool:
    """Whether anybody still counts the registration."""
    return bool(row["is_valid_at_tax"]) or row["agency_state"] == "valid"


def at_agency(row: Row) -> Cell:
    """The registration as the department has it."""
    if not row["is_at_agency"]:
        return Cell("bad", "没有该编号") if row["is_valid_at_tax"] else NOTHING
    state = AGENCY_STATES.get(row["agency_state"], "—")
    if row["agency_state"] == "valid":
        return Cell("good", state, _since(row["enrolled_date"], "起"))
    reason = STOP_REASONS.get(row["stop_reason"] or "", "")
    note = " ".join(
        part for part in (reason if reason != state else "", _since(row["stop_registered_date"], "登记")) if part
    )
    return Cell("bad" if row["is_valid_at_tax"] else "mute", state, note)


def at_sharing(row: Row) -> Cell:
    """How far the department's word has come through the sharing platform."""
    if row["fail_class"]:
        return Cell(
            "bad", "接收失败", f"{FAILURES.get(row['fail_class'], '其他原因')} {formats.day(row['failed_date'])}"
        )
    if not row["is_at_agency"]:
        return NOTHING
    if row["agency_state"] == "withdrawn":
        return Cell("mute", "已撤销", _since(row["stop_registered_date"], ""))
    stopped = row["stop_stage"] is not None
    open_stop = stopped and row["is_valid_at_tax"]
    stage, sent, read = (
        (row["stop_stage"], row["stop_sent_date"], row["stop_read_date"])
        if stopped
        else (row["enrolment_stage"], row["enrolment_sent_date"], row["enrolment_read_date"])
    )
    what = "停止信息" if stopped else "参保信息"
    if stage == "not_sent":
        if stopped and not open_stop:
            return Cell("mute", "未见停止信息", "税务已停")
        return Cell("bad" if open_stop or not row["fee_registration_no"] else "warn", "未推送", what)
    if stage == "unread":
        return Cell("warn" if stopped and not open_stop else "bad", "未读取", f"{what} {_since(sent, '推送')}")
    return Cell("good", "已读取", f"{what} {_since(read or sent, '')}".strip())


def at_management(row: Row) -> Cell:
    """The registration in the management system."""
    status = row["tax_status_code"]
    if not row["fee_registration_no"]:
        return Cell("bad", "没有登记") if row["agency_state"] == "valid" else NOTHING
    word = TAX_STATES.get(status or "", "—")
    if row["is_valid_at_tax"]:
        wrong = row["disagreement_code"] in ("not_at_agency", "ended_at_agency", "holder_differs")
        return Cell("bad" if wrong else "good", word, _since(row["tax_registered_date"], "登记"))
    reason = TAX_STOP_REASONS.get(row["tax_stop_reason_code"] or "", "")
    note = " ".join(part for part in (reason if reason != word else "", _since(row["tax_stopped_date"], "停")) if part)
    return Cell("bad" if row["agency_state"] == "valid" else "mute", word, note)


def at_collection(row: Row, payments: Sequence[Row], year: str) -> Cell:
    """What the collection system took for the registration in the fee year."""
    number = row["fee_registration_no"]
    if not number:
        return NOTHING
    mine = [one for one in payments if one["fee_registration_no"] == number and one["amount"] is not None]
    paid = [one for one in mine if one["fee_year"] == year and not _is_refunded(one)]
    if paid:
        return Cell("good", f"{year}年已缴", f"{formats.yuan(_sum(paid))} 元")
    last = max((str(one["fee_year"] or "") for one in mine if not _is_refunded(one)), default="")
    if not row["is_valid_at_tax"]:
        return Cell("mute", "—", f"最近 {last}年" if last else "没有缴款")
    refunded = any(one["fee_year"] == year for one in mine)
    return Cell("warn", f"{year}年未缴", "已全额退费" if refunded else f"最近 {last}年" if last else "没有缴款")


def at_bank(row: Row, agreements: Sequence[Row], deductions: Sequence[Row], reason: Name) -> Cell:
    """Agreement and last deduction of the registration at TIPS and the banks."""
    number = row["fee_registration_no"]
    if not number:
        return NOTHING
    mine = [one for one in agreements if one["fee_registration_no"] == number and one["is_in_force"]]
    items = [one for one in deductions if one["fee_registration_no"] == number and one["returned_date"] is not None]
    note = ""
    if items:
        last = max(items, key=lambda one: (one["returned_date"], one["item_no"]))
        outcome = "成功" if last["is_success"] else f"失败：{reason(last['reason_class'])}"
        note = f"{formats.day(last['returned_date'])} 批扣{outcome}"
    if not mine:
        return Cell("mute", "无有效协议", note)
    kind = AGREEMENT_TYPES.get(str(mine[0]["agreement_type_code"]), "协议")
    if len(mine) > 1:
        return Cell("warn", f"{len(mine)} 份有效协议", note)
    if not mine[0]["is_verified"]:
        return Cell("warn", f"{kind}未验证", note)
    failed = bool(items) and "失败" in note
    return Cell("warn" if failed else "good", f"{kind}有效", note)


def conclusion(row: Row) -> Cell:
    """Whether department and tax agree on the registration."""
    code = row["disagreement_code"]
    if code:
        return Cell("bad", DISAGREEMENTS.get(code, "不一致"))
    return Cell("good", "一致") if row["is_at_agency"] or row["fee_registration_no"] else NOTHING


def issued(row: Row) -> Cell:
    """The collection system's part of a payment."""
    if row["amount"] is None:
        return Cell("bad", "税务没有缴款")
    return Cell("good", "已开具", formats.day(row["issued_date"]))


def remitted(row: Row) -> Cell:
    """TIPS' part: the bank has moved the money."""
    if row["amount"] is None:
        return NOTHING
    return Cell("good", "已上解", formats.day(row["remitted_date"])) if row["remitted_date"] else Cell("warn", "未上解")


def settled(row: Row) -> Cell:
    """The treasury's part, and what went back."""
    if row["amount"] is None:
        return NOTHING
    if row["refunded_amount"]:
        return Cell("mute", "已退费", f"{formats.yuan(row['refunded_amount'])} 元 {formats.day(row['refunded_date'])}")
    return Cell("good", "已入库", formats.day(row["settled_date"])) if row["settled_date"] else Cell("warn", "未入库")


def returned(row: Row) -> Cell:
    """The returns of a payment on the sharing platform, remittance before settlement: the first that is wrong, else the first that was made."""
    seen: Cell | None = None
    for kind in ("remittance", "settlement"):
        day, cause = row[f"{kind}_returned_date"], str(row[f"{kind}_cause_code"])
        word = {"remittance": "上解", "settlement": "入库"}[kind]
        if row[f"{kind}_outcome_code"] in _BREAKS:
            return (
                Cell("bad", f"{word}回盘不符", _CAUSES.get(cause, "原因待查")) if day else Cell("bad", f"{word}未回盘")
            )
        if day is not None and seen is None:
            unread = row[f"is_{kind}_unread"]
            seen = (
                Cell("warn", "已回盘", f"{formats.day(day)} 部门未读取")
                if unread
                else Cell("good", "已回盘", formats.day(day))
            )
    return seen or (Cell("warn", "未回盘") if row["remitted_date"] else NOTHING)


def posted(row: Row) -> Cell:
    """The department's part: booked, and told back to tax."""
    cause = _CAUSES.get(str(row["posting_cause_code"]), "")
    if row["posting_outcome_code"] in _BREAKS:
        return Cell("bad", "登账未反馈" if row["posted_date"] else "未登账", cause)
    if row["posted_date"]:
        return Cell("good", "已登账", formats.day(row["posted_date"]))
    return Cell("warn", "未登账") if row["remitted_date"] else NOTHING


PAYMENT_STEPS: tuple[tuple[str, Callable[[Row], Cell]], ...] = (
    ("征收子系统", issued),
    ("税库银上解", remitted),
    ("国库入库", settled),
    ("共享平台回盘", returned),
    ("部门登账", posted),
)


def summary(registrations: Sequence[Row], payments: Sequence[Row], year: str, insurance: Name) -> Saying:
    """What there is, in one sentence."""
    valid = [row for row in registrations if is_valid(row)]
    insurances = list(dict.fromkeys(insurance(row["insurance_code"]) for row in valid))
    paid: dict[str, Decimal] = {}
    for row in payments:
        if row["fee_year"] == year and row["amount"] is not None and not _is_refunded(row):
            name = insurance(row["insurance_code"])
            paid[name] = paid.get(name, Decimal(0)) + _net(row)
    parts = [
        f"{len(registrations)} 个参保登记，{len(valid)} 个有效" + (f"（{'、'.join(insurances)}）" if insurances else "")
    ]
    parts.append(
        "，".join(f"{year}年度已缴{name} {formats.yuan(amount)} 元" for name, amount in sorted(paid.items()))
        if paid
        else f"{year}年度没有缴款"
    )
    unpaid = [name for name in insurances if name not in paid]
    if paid and unpaid:
        parts.append(f"{'、'.join(unpaid)}未缴")
    return Saying("mute", "；".join(parts) + "。")


def sayings(
    registrations: Sequence[Row], payments: Sequence[Row], specials: Sequence[Row], insurance: Name
) -> list[Saying]:
    """A sentence for each thing on which the systems disagree or that is stuck; one that says so when there is none."""
    made = [_of_registration(row, insurance) for row in registrations if row["disagreement_code"] or row["fail_class"]]
    made += _of_several(registrations, insurance)
    made += [saying for row in payments if (saying := _of_payment(row, insurance)) is not None]
    made += [_of_special(row, insurance) for row in specials]
    if not made and registrations:
        made.append(Saying("good", "各系统所载的参保与缴费一致，没有停在途中的数据。"))
    return made


def _of_registration(row: Row, insurance: Name) -> Saying:
    who = f"{insurance(row['insurance_code'])}（{agency(row)}编号 {row['person_no'] or '—'}）"
    code, name = row["disagreement_code"], agency(row)
    stage = str(row["stop_stage"] if code == "ended_at_agency" else row["enrolment_stage"])
    if code == "not_at_tax" and stage == "not_applied":
        stage = "not_entered"
    on_the_way, remedy = STAGES.get(stage, ""), REMEDIES.get(stage, "核实后更正").format(agency=name)
    if code == "not_at_agency":
        text = f"税务登记有效，{name}没有该编号；与{name}核实后补登，或由税务置无效"
    elif code in ("not_at_tax", "stopped_at_tax"):
        has = "没有登记" if code == "not_at_tax" else f"登记为{TAX_STATES.get(row['tax_status_code'] or '', '停保')}"
        text = f"{name}参保，税务{has}；"
        text += (
            f"参保信息接收失败，{FAILURES.get(row['fail_class'], '其他原因')}，处理后由{name}重新传递"
            if row["fail_class"]
            else f"参保信息{on_the_way}，{remedy}"
        )
    elif code == "ended_at_agency":
        reason = STOP_REASONS.get(row["stop_reason"] or "other", "停止")
        when = formats.day(row["stop_registered_date"])
        text = f"{name}已于 {when} 登记{reason}，{on_the_way}，税务登记仍有效；{remedy}"
    elif code == "holder_differs":
        other = {"agency": "，税务记在他人名下", "tax": f"，{name}记在他人名下"}.get(str(row["named_by"]), "")
        text = f"税务与{name}登记的姓名或证件不一致{other}；核实是同一人后更正，不是同一人的按编号占用处理"
    else:
        text = f"报文接收失败，{FAILURES.get(row['fail_class'], '其他原因')}；处理后由{name}重新传递"
    return Saying("bad", f"{who}：{text}。")


def _of_several(registrations: Sequence[Row], insurance: Name) -> list[Saying]:
    valid: dict[str, set[str]] = {}
    for row in registrations:
        if row["is_valid_at_tax"]:
            valid.setdefault(str(row["insurance_code"]), set()).add(str(row["fee_registration_no"]))
    return [
        Saying("bad", f"{insurance(code)}：税务有 {len(numbers)} 个有效登记，批扣前只应保留一个。")
        for code, numbers in sorted(valid.items())
        if len(numbers) > 1
    ]


def _of_payment(row: Row, insurance: Name) -> Saying | None:
    what = f"{row['fee_year'] or '—'}年度{insurance(row['insurance_code'])}"
    name = agency(row)
    if row["amount"] is None:
        day = formats.day(row["remittance_returned_date"] or row["settlement_returned_date"])
        return Saying(
            "bad",
            f"{what}：{day} 给{name}的回盘 {formats.yuan(row['returned_amount'])} 元没有对应的缴款；由税务核实回盘来源。",
        )
    stuck = next((cell for cell in (returned(row), posted(row)) if cell.tone == "bad"), None)
    if stuck is None:
        return None
    more = f"（{stuck.note}）" if stuck.note and stuck.note != stuck.word else ""
    fields = f"，不一致的是{row['differing_fields']}" if row["differing_fields"] else ""
    return Saying(
        "bad",
        f"{what} {formats.yuan(row['amount'])} 元：{formats.day(row['remitted_date'])} 上解，{stuck.word}{more}{fields}。",
    )


def _of_special(row: Row, insurance: Name) -> Saying:
    name = agency(row)
    if row["sent_date"] is None:
        stage = f"{name}未推送税务，由{name}补推"
    elif row["is_care_refused"]:
        stage = f"税务因长期护理险未能接收，由{name}重新核定"
    elif row["received_date"] is not None:
        stage = f"税务 {formats.day(row['received_date'])} 接收失败，按失败原因处理后重新传递"
    else:
        stage = "已推送，税务未收到，由共享平台查明"
    kind = SPECIAL_KINDS.get(str(row["special_kind_code"]), "特殊缴费")
    return Saying(
        "bad",
        f"{insurance(row['insurance_code'])}{kind} {formats.yuan(row['due_amount'])} 元，{formats.day(row['assessed_date'])} 核定：{stage}。",
    )


def by_year(payments: Sequence[Row]) -> list[tuple[str, list[Row]]]:
    """Payments by fee year, in the order given."""
    years: dict[str, list[Row]] = {}
    for row in payments:
        years.setdefault(str(row["fee_year"] or "年度不明"), []).append(row)
    return list(years.items())


def year_total(rows: Sequence[Row]) -> Decimal:
    """What was paid and not paid back."""
    return sum((_net(row) for row in rows if row["amount"] is not None), Decimal(0))


def record_keys(*tables: tuple[Sequence[Row], Sequence[str]]) -> set[str]:
    """Keys under which findings name the records of a person."""
    return {str(row[column]) for rows, columns in tables for row in rows for column in columns if row.get(column)}


def _net(row: Row) -> Decimal:
    return Decimal(row["amount"] or 0) - Decimal(row["refunded_amount"] or 0)


def _sum(rows: Sequence[Row]) -> Decimal:
    return sum((_net(row) for row in rows), Decimal(0))


def _is_refunded(row: Row) -> bool:
    return row["amount"] is not None and _net(row) <= 0


def _since(day: date | None, word: str) -> str:
    return "" if day is None else f"{formats.day(day)}{' ' + word if word else ''}"
