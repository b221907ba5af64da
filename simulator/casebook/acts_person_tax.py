"""Acts on natural persons at tax: amounts, agreements, to-deduct lists, special dues, messages, virtual households, as rows of the exchange."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from simulator.casebook import model as m
from simulator.casebook import vocabulary as w
from simulator.casebook.acts_client import DONE
from simulator.casebook.acts_insured import Insured
from simulator.casebook.acts_person import PersonActs, PersonPayment
from simulator.casebook.args import Args
from simulator.casebook.errors import choices

STATUS = {"停保": "2", "suspended": "2", "无效": "3", "invalid": "3"}
STOPS = {"死亡": "1", "参军": "2", "迁出": "3", "编号合并": "4", "转职工": "5", "领取待遇": "6", "停保": "7", "重复参保": "8", "学生转市本级": "9"}  # fmt: skip
WAYS = {"本人": "1", "批量": "2", "村社区": "3"}
PARTIES = {"两方": "2", "两方协议": "2", "三方": "3", "三方协议": "3"}
REFUNDS = {"重复缴费": "1", "死亡": "2", "参军": "3", "迁出": "4", "误扣": "5", "其他": "9"}
MESSAGES = {"基础信息": "1", "base": "1", "参保险种": "2", "enrolment": "2", "变更": "3", "change": "3"}
MESSAGE_WORDS = {
    "01": "未查询到人员编号对应的基础信息", "02": "人员编号占用：证件类型不一致", "03": "人员编号占用：证件号码不一致", "04": "人员编号占用：姓名不一致",
    "05": "行政区划代码不在码表内", "06": "街道乡镇代码未对应",
}  # fmt: skip
DEFAULT_AMOUNT = Decimal("200.00")


@dataclass
class SpecialDue:
    """A special due of a person at its department."""

    serial: str
    insured: Insured
    amount: Decimal
    begins: dt.date
    ends: dt.date


class PersonTaxActs(PersonActs):
    """What tax writes down of persons before and beside their payments."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._person_agreements: dict[str, str] = {}  # label → number
        self._agreement_of: dict[str, str] = {}  # label of the person number → number of the latest agreement
        self._dues: dict[str, SpecialDue] = {}
        self._households: dict[str, str] = {}

    # --- rows
    def _tax_row(self, system: str, table: str, moment: dt.datetime, /, **values: Any) -> None:
        self.cast.rows.append(m.ExchangeRow(system, table, moment, values))

    def _replace(self, system: str, table: str, moment: dt.datetime, key: str, /, **values: Any) -> None:
        """A row of which there is one a key: the last act's stays."""
        if moment.date() > self.as_of:
            return
        self.cast.rows[:] = [
            row for row in self.cast.rows if (row.system, row.table) != (system, table) or row.values.get(key) != values[key]
        ]  # fmt: skip
        self._tax_row(system, table, moment, **values)

    def _new(self, args: Args, key: str, head: str, number: str) -> str:
        """The label of something new, which stands for its number."""
        label = str(args.raw(key)) if args.given(key) else self._next_label(head, self.cast.others)
        if label in self.cast.others:
            raise args.error(key, f"{label} exists already; give it another label")
        self.cast.others[label] = number
        return label

    def _own_number(self, head: str, what: str) -> str:
        """A number that begins with the case's stem, so that its rows are known as its own."""
        return f"{self.keys.stem}{head}{self.keys.next(what):04d}"

    @staticmethod
    def _codes(insured: Insured) -> dict[str, Any]:
        return {"ZSXM_DM": insured.insurance["zsxm_code"], "ZSPM_DM": insured.insurance["zspm_code"]}

    @staticmethod
    def _of(insured: Insured) -> dict[str, Any]:
        return {"SBDJXH": insured.registration_no, "BMLY_DM": insured.department, "RYBH": insured.person_no}

    def _year(self, args: Args, moment: dt.datetime) -> int:
        return args.number("year") or moment.year

    # --- registrations, amounts, pre-processing
    def _act_registration_stopped(self, args: Args, moment: dt.datetime) -> None:
        insured = self._insured_of(args)
        if moment.date() > self.as_of:
            return
        found = [
            row for row in self.cast.rows if row.table == "ZRR_DJXX" and row.values["SBDJXH"] == insured.registration_no
        ]
        if not found:
            raise args.error("person", f"{insured.label} is not registered at tax: there is nothing to stop")
        found[-1].values.update(
            DJZT_DM=args.word("status", STATUS) or "2", ZTYY_DM=args.word("reason", STOPS) or "7", TBRQ=args.day("since") or moment.date(),
            TBSJ=moment, GXSJ=moment,
        )  # fmt: skip

    def _act_amount_set(self, args: Args, moment: dt.datetime) -> None:
        amount = args.amount("amount")
        self._replace(
            "tax_person", "ZRR_YJF", moment, "SBDJXH", **self._of(self._insured_of(args)), JFND=self._year(args, moment),
            YJFE=DEFAULT_AMOUNT if amount is None else amount, SZFS_DM=args.word("way", WAYS) or "2", SZSJ=moment, GXSJ=moment,
        )  # fmt: skip

    def _act_preprocessed(self, args: Args, moment: dt.datetime) -> None:
        activated = self._known(self._when(args, "activated", moment + dt.timedelta(hours=1), "12:00"))
        self._replace(
            "tax_person", "ZRR_YCL", moment, "SBDJXH", **self._of(self._insured_of(args)), JFND=self._year(args, moment), CLSJ=moment,
            JHBZ="Y" if activated else None, JHSJ=activated, GXSJ=activated or moment,
        )  # fmt: skip

    # --- agreements, to-deduct lists
    def _act_person_signed(self, args: Args, moment: dt.datetime) -> None:
        insured = self._insured_of(args)
        number = self._own_number("X", "person agreement")
        label = self._new(args, "agreement", "x", number)
        ended = args.day("ended")
        ended = ended if ended and ended <= self.as_of else None
        bank = args.word("bank", w.BANKS) or w.BANKS["农行"]
        flexible = insured.insurance["is_flexible"] == "true"
        self._person_agreements[label] = number
        self._agreement_of[insured.label] = number
        self._tax_row(
            "tax_person", "ZRR_XY", moment, XYXH=number, XYLX_DM=args.word("parties", PARTIES) or ("3" if flexible else "2"), **self._of(insured),
            ZJHM=insured.id_number, **self._codes(insured), SKSSSWJG_DM=insured.bureau, YHHB_DM=bank, KHYHHH=f"{bank}611000100", ZHMC=insured.name,
            YHZH=self.keys.account(), PKBZ="Y" if args.flag("batch", True) else None, YZZT_DM="1" if args.flag("verified", True) else "0",
            XYZT_DM="2" if ended else "1", QYRQ=moment.date(), ZZRQ=ended, QYQD_DM="2", GXSJ=moment,
        )  # fmt: skip

    def _act_person_listed(self, args: Args, moment: dt.datetime) -> None:
        insured = self._insured_of(args)
        number = self._own_number("Q", "person item")
        self._new(args, "item", "q", number)
        agreement = self._agreement_of.get(insured.label)
        if args.given("agreement"):
            label = str(args.raw("agreement"))
            if label not in self._person_agreements:
                raise args.error("agreement", f"{label} was not signed yet; {choices(self._person_agreements, label)}")
            agreement = self._person_agreements[label]
        begins, ends = dt.date(self._year(args, moment), 1, 1), dt.date(self._year(args, moment), 12, 31)
        if insured.insurance["is_flexible"] == "true":
            month = args.month("month") or f"{moment:%Y%m}"
            begins = dt.date(int(month[:4]), int(month[4:]), 1)
            ends = (begins + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)
        submitted, answered = (
            self._known(args.moment("submitted", "08:40")),
            self._known(args.moment("answered", "16:40")),
        )
        voided = self._known(args.moment("voided", "09:30"))
        amount = args.amount("amount")
        amount = DEFAULT_AMOUNT if amount is None else amount
        batch = f"P{submitted or moment:%Y%m%d}{self.keys.stem}"
        self._tax_row(
            "tax_person", "ZRR_PKQC", moment, QCXH=number, PKPC=batch, SBDJXH=insured.registration_no, BMLY_DM=insured.department, XYXH=agreement,
            **self._codes(insured), SKSSQQ=begins, SKSSQZ=ends, KKJE=amount, SKSSSWJG_DM=insured.bureau, SCSJ=moment, TJSJ=submitted,
            ZFBZ="Y" if voided else None, ZFSJ=voided, GXSJ=max(one for one in (moment, submitted, voided) if one),
        )  # fmt: skip
        if answered:
            code = args.text("code") or "24007"
            self._tax_row(
                "tax_person", "ZRR_PKJG", answered, QCXH=number, PKPC=batch, DZSPHM=None, KKJE=amount, FHDM=code,
                FHXX=w.return_codes().get(code, {}).get("return_text"), FHSJ=answered, GXSJ=answered,
            )  # fmt: skip

    # --- declarations, refunds, households
    def _act_person_declared(self, args: Args, moment: dt.datetime) -> None:
        insured, year, amount = self._insured_of(args), self._year(args, moment), args.amount("amount")
        self._tax_row(
            "tax_person", "ZRR_SBXX", moment, SBXH=self._own_number("S", "person declaration"), SBDJXH=insured.registration_no,
            BMLY_DM=insured.department, **self._codes(insured), SKSSQQ=dt.date(year, 1, 1), SKSSQZ=dt.date(year, 12, 31),
            YBTSE=DEFAULT_AMOUNT if amount is None else amount, SKSSSWJG_DM=insured.bureau, SBQD_DM="11", SBSJ=moment,
            ZFBZ="Y" if args.flag("voided") else None, GXSJ=moment,
        )  # fmt: skip

    def _act_person_refunded(self, args: Args, moment: dt.datetime) -> None:
        paid, amount = self._payment(args), args.amount("amount")
        is_detail = paid.household_ticket is not None
        self._tax_row(
            "tax_person", "ZRR_TFXX", moment, TFXH=self._own_number("T", "person refund"), DZSPHM=paid.household_ticket or paid.number,
            SBMXXH=paid.number if is_detail else None, SBDJXH=paid.registration_no, BMLY_DM=paid.insurance["department_code"], RYBH=paid.person_no,
            TFJE=paid.amount if amount is None else amount, TFYY_DM=args.word("reason", REFUNDS) or "9", SQSJ=moment - dt.timedelta(hours=4),
            SHSJ=moment - dt.timedelta(hours=2), TKSJ=moment, GXSJ=moment,
        )  # fmt: skip

    def _act_household_declared(self, args: Args, moment: dt.datetime) -> None:
        insured, year, amount = self._insured_of(args), self._year(args, moment), args.amount("amount")
        amount = DEFAULT_AMOUNT if amount is None else amount
        number = self._own_number("P", "person payment")
        label = self._new(args, "payment", "p", number)
        household = self._household(str(args.raw("household")) if args.given("household") else "户", insured, moment)
        paid, settled = self._known(args.moment("paid", "15:40")), self._known(args.moment("settled", "16:30"))
        voided = args.flag("voided")
        period = {**self._codes(insured), "SKSSQQ": dt.date(year, 1, 1), "SKSSQZ": dt.date(year, 12, 31)}
        group = self._own_number("J", "household payment") if paid else None
        ticket = self._own_number("K", "household ticket") if paid else None
        self._tax_row(
            "tax_virtual", "XNH_SBMX", moment, SBMXXH=number, XNHBH=household, **self._of(insured), ZJHM=insured.id_number, XM=insured.name, **period,
            YJFE=amount, SBSJ=moment, JKXH=group, MXZT_DM="3" if voided else "2" if paid else "1", GXSJ=paid or moment,
        )  # fmt: skip
        if paid:
            self._tax_row(
                "tax_virtual", "XNH_JKXX", paid, JKXH=group, DZSPHM=ticket, XNHBH=household, BMLY_DM=insured.department, **period, JFRS=1, JKJE=amount,
                SKSSSWJG_DM=insured.bureau, KJSJ=paid, HZRQ=paid.date(), SJRQ=paid.date(), RKRQ=settled.date() if settled else None, GXSJ=settled or paid,
            )  # fmt: skip
            self._payments[label] = PersonPayment(
                number=number, insurance=insured.insurance, person_no=insured.person_no, id_number=insured.id_number, name=insured.name,
                agency=insured.agency, amount=amount, year=year, remitted=paid.date(), settled=settled.date() if settled else None,
                registration_no=insured.registration_no, household_ticket=ticket,
            )  # fmt: skip

    def _household(self, label: str, insured: Insured, moment: dt.datetime) -> str:
        if label not in self._households:
            self._households[label] = self._own_number("V", "household")
            self._tax_row(
                "tax_virtual", "XNH_JBXX", moment, XNHBH=self._households[label], XNHMC=f"{label}虚拟户", XNHLX_DM="1", JDXZ_DM=insured.town,
                SQC_DM=insured.village, ZGSWJ_DM=insured.bureau, SBJBJG_DM=insured.agency, KHRQ=dt.date(2022, 1, 4), HZT_DM="1", GXSJ=moment,
            )  # fmt: skip
        return self._households[label]

    # --- special dues, messages
    def _act_special_assessed(self, args: Args, moment: dt.datetime) -> None:
        insured = self._insured_of(args)
        amount, care = args.amount("amount"), args.amount("care")
        begins, ends = dt.date(moment.year - 1, 1, 1), dt.date(moment.year - 1, 12, 31)
        due = SpecialDue(
            self._own_number("Z", "special due"),
            insured,
            Decimal("1200.00") if amount is None else amount,
            begins,
            ends,
        )
        label = self._new(args, "due", "d", f"{insured.department}|{due.serial}")
        self._dues[label] = due
        sent = self._known(self._when(args, "sent", moment.replace(hour=18, minute=40), "18:40"))
        read, withdrawn = self._known(args.moment("read", "09:20")), self._known(args.moment("withdrawn", "20:00"))
        status = "9" if withdrawn else "3" if read else "2"
        touched = max(one for one in (moment, sent, read, withdrawn) if one)
        flag = "1" if read else "0"
        if insured.department == w.HRSS:
            self._tax_row(
                "hrss_person", "RS_TSJF", moment, TZLSH=due.serial, AAC001=insured.person_no, XTLY=insured.system,
                AAE140=insured.insurance["agency_item_code"], TSJFLX="2", JE=due.amount, SSQQ=f"{begins:%Y%m%d}",
                SSQZ=f"{ends:%Y%m%d}", ZTDM=status, HDSJ=moment, FSSJ=sent,
                DQBZ=flag, DQSJ=read, CXBZ="Y" if withdrawn else None, CXSJ=withdrawn, GXSJ=touched,
            )  # fmt: skip
            return
        self._tax_row(
            "nhsa_person", "SPCL_CLCT_D", moment, CLCT_NTC_NO=due.serial, PSN_NO=insured.person_no, SRC_SYS=insured.system,
            INSUTYPE=insured.insurance["agency_item_code"], SPCL_TYPE="3", CLCT_AMT=due.amount, LTC_AMT=care or Decimal("0.00"), ACCRYM_BEGN=f"{begins:%Y%m%d}",
            ACCRYM_END=f"{ends:%Y%m%d}", SPCL_STAS=status, ASSE_TIME=moment, SEND_TIME=sent, READ_FLAG=flag, READ_TIME=read,
            WTDR_FLAG="Y" if withdrawn else None, WTDR_TIME=withdrawn, UPDT_TIME=touched,
        )  # fmt: skip

    def _act_special_received(self, args: Args, moment: dt.datetime) -> None:
        if args.given("due"):
            label = str(args.raw("due"))
            if label not in self._dues:
                raise args.error("due", f"{label} was not assessed yet; {choices(self._dues, label)}")
        elif len(self._dues) == 1:
            label = next(iter(self._dues))
        else:
            raise args.error("due", f"which special due? {choices(self._dues)}")
        due = self._dues[label]
        number = self._own_number("TS", "special receipt")
        receipt = str(args.raw("as")) if args.given("as") else f"{label} receipt"
        self.cast.others[
            receipt if receipt not in self.cast.others else self._next_label(f"{receipt} ", self.cast.others)
        ] = number
        failed = args.word("result", DONE) == "2"
        handled = self._known(args.moment("handled", "15:00"))
        self._tax_row(
            "tax_person", "ZRR_TSJF", moment, TSJFXH=number, **self._of(due.insured), ZJTZLSH=due.serial, XTLY=due.insured.system, TSJFLX_DM="3",
            **self._codes(due.insured), SKSSQQ=due.begins, SKSSQZ=due.ends, YJFE=due.amount, JSSJ=moment, JSZT_DM="2" if failed and not handled else "1",
            SBYY=(args.text("reason") or "未查询到人员编号对应的参保登记") if failed else None, CLSJ=handled, GXSJ=handled or moment,
        )  # fmt: skip

    def _act_special_message(self, args: Args, moment: dt.datetime) -> None:
        registration = self._registrations(args)[0]
        number = self._own_number("TB", "special message")
        self._new(args, "message", "m", number)
        failed = args.word("result", DONE) == "2"
        withdrawn = self._known(args.moment("withdrawn", "16:00"))
        amount = args.amount("amount")
        serial = (
            self.keys.stated(str(args.raw("serial")))
            if args.given("serial")
            else self._own_number("ZJ", "special serial")
        )
        self._tax_row(
            "tax_registry", "TSJF_BW", moment, BWXH=number, BMLY_DM=registration.department, ZJTZLSH=serial, CSPCH=f"{moment:%Y%m%d}TS",
            DWBH=registration.unit_no, XTLY=registration.system, JBJG_DM=registration.agency, TSJFLX_DM="1", FKSSQ=f"{moment:%Y%m}",
            JE=Decimal("1200.00") if amount is None else amount,
            FSSJ=moment, DQBZ="1", DQSJ=moment + dt.timedelta(minutes=20), JSZT_DM="2" if failed else "1", JSSJ=moment + dt.timedelta(minutes=22),
            SBYY=(args.text("reason") or "未查询到单位编号") if failed else None, CXBZ="Y" if withdrawn else None, CXSJ=withdrawn, GXSJ=withdrawn or moment,
        )  # fmt: skip

    def _act_person_message(self, args: Args, moment: dt.datetime) -> None:
        insured = self._insured_of(args)
        number = self._own_number("BW", "person message")
        self._new(args, "message", "m", number)
        failed = args.word("result", DONE) == "2"
        code = args.text("code") if failed else None
        handled = self._known(args.moment("handled", "15:00"))
        self._tax_row(
            "tax_person", "ZRR_JSBW", moment, BWXH=number, BWLX_DM=args.word("what", MESSAGES) or "2", BMLY_DM=insured.department, XTLY=insured.system,
            RYBH=insured.person_no, ZJHM=insured.id_number, XM=insured.name, **self._codes(insured), FSSJ=moment - dt.timedelta(minutes=25), JSSJ=moment,
            JSZT_DM="2" if failed and not handled else "1", SBYY_DM=code,
            SBYY=(args.text("reason") or MESSAGE_WORDS.get(code or "01", "处理失败")) if failed else None, CLSJ=handled, GXSJ=handled or moment,
        )  # fmt: skip
