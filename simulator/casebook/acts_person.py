"""Acts on payments of natural persons and what comes back of them, and on annuity money at the clearing centre and the bank."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from simulator.casebook import model as m
from simulator.casebook import vocabulary as w
from simulator.casebook.acts_insured import HOME, InsuredActs
from simulator.casebook.args import Args
from simulator.casebook.errors import CaseError, choices

OWN_TRANSFER, CENTRE_DEBIT = "3", "2"
WAYS = {"扣款": CENTRE_DEBIT, "debit": CENTRE_DEBIT, "单位转账": OWN_TRANSFER, "own": OWN_TRANSFER}
KINDS = {"remittance": "remittance", "上解": "remittance", "settlement": "settlement", "入库": "settlement"}
HRSS_RETURNS = {"remittance": ("RS_RYSJHP", "SJJE", "SJRQ"), "settlement": ("RS_RYRKHP", "RKJE", "RKRQ")}
NHSA_RETURNS = {"remittance": ("PSN_RMT_D", "RMT_AMT", "RMT_DATE"), "settlement": ("PSN_STL_D", "STL_AMT", "STL_DATE")}


@dataclass
class PersonPayment:
    """A payment of a natural person as tax has it."""

    number: str
    insurance: dict[str, str]
    person_no: str
    id_number: str | None
    name: str | None
    agency: str
    amount: Decimal
    year: int
    remitted: dt.date
    settled: dt.date | None
    returned: str | None = None  # number of the last returned remittance
    registration_no: str | None = None  # SBDJXH
    household_ticket: str | None = None  # of a payment through a virtual household, which is named by its detail


class PersonActs(InsuredActs):
    """What tax, the departments, the clearing centre and the bank each write down of one payment."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._payments: dict[str, PersonPayment] = {}

    # --- annuity
    def _act_annuity_transferred(self, args: Args, moment: dt.datetime) -> None:
        way = args.word("way", WAYS)
        if not args.given("bill") and (args.given("employer") or args.given("registration") or not self.cast.bills):
            amount = args.amount("amount")
            if amount is None:
                raise args.error("amount", "a transfer without a bill needs its amount")
            registration = self._annuity_registration(args)
            self._statement_line(
                moment,
                amount,
                OWN_TRANSFER,
                registration.unit_no,
                registration.agency,
                registration.employer.name,
                None,
            )
            return
        bill = self._bill(args)
        ticket = None
        if way != OWN_TRANSFER and (tickets := self._tickets(args, bill) if bill.tickets else []):
            ticket = tickets[-1]
        if way == CENTRE_DEBIT and ticket is None:
            raise CaseError(f"bill {bill.label} was never invoiced: the clearing centre cannot have debited it")
        amount = args.amount("amount")
        if amount is None:
            amount = ticket.amount if ticket else sum(bill.amounts.values(), m.ZERO)
        number = self._statement_line(
            moment, amount, CENTRE_DEBIT if ticket else OWN_TRANSFER, bill.unit_no, bill.agency, bill.employer.name,
            ticket.number if ticket else None,
        )  # fmt: skip
        self.cast.annuity_again[bill.label] = (number, amount)

    def _act_missing_at_centre(self, args: Args, moment: dt.datetime) -> None:
        bill = self._bill(args)
        if moment.date() > self.as_of:
            return
        for ticket in self._tickets(args, bill) if args.given("ticket") else bill.tickets:
            for table in ("NJ_SSKK", "NJ_TSQC"):
                self.cast.removed.append(("annuity", table, {"DZSPHM": ticket.number}))

    # --- natural persons
    def _payment(self, args: Args) -> PersonPayment:
        if args.given("payment"):
            label = str(args.raw("payment"))
            if label not in self._payments:
                raise args.error("payment", f"payment {label} was not made yet; {choices(self._payments, label)}")
            return self._payments[label]
        if len(self._payments) == 1:
            return next(iter(self._payments.values()))
        raise args.error("payment", f"which payment? {choices(self._payments)}")

    def _act_person_paid(self, args: Args, moment: dt.datetime) -> None:
        label = str(args.raw("payment")) if args.given("payment") else self._next_label("p", self._payments)
        if label in self._payments:
            raise args.error("payment", f"payment {label} exists already; give it another label")
        settled = args.moment("settled", "17:00")
        whose = self._insured_of(args) if args.given("person") else None
        bureau = args.typed("bureau", w.authority) or (whose.bureau if whose else HOME)
        insurance = args.typed("insurance", self._insurance) or (whose.insurance if whose else self._insurance("10210"))
        paid = PersonPayment(
            number=f"{self.keys.stem}P{self.keys.next('person payment'):04d}",  # the case's stem leads, so that its rows are known as its own
            insurance=insurance,
            person_no=whose.person_no if whose else self.keys.running("R", "person", 4),
            id_number=args.text("id") if args.has("id") else whose.id_number if whose else "450103199001010011",
            name=args.text("name") if args.has("name") else whose.name if whose else "韦一",
            agency=args.typed("agency", w.agency) or (whose.agency if whose else w.agency_of_bureau(w.roll_up(bureau))),
            amount=args.amount("amount") or Decimal("200.00"),
            year=args.number("year") or moment.year,
            remitted=moment.date(),
            settled=settled.date() if settled and settled.date() <= self.as_of else None,
            registration_no=whose.registration_no if whose else None,
        )
        self._payments[label] = paid
        self.cast.others[label] = paid.number
        row = {
            "DZSPHM": paid.number, "SBDJXH": whose.registration_no if whose else None, "BMLY_DM": paid.insurance["department_code"],
            "RYBH": paid.person_no, "ZJHM": paid.id_number, "XM": paid.name,
            "ZSXM_DM": paid.insurance["zsxm_code"], "ZSPM_DM": paid.insurance["zspm_code"], "SKSSQQ": dt.date(paid.year, 1, 1),
            "SKSSQZ": dt.date(paid.year, 12, 31), "SJJE": paid.amount, "SBJBJG_DM": paid.agency, "SKSSSWJG_DM": bureau, "JFQD_DM": "11",
            "KJSJ": moment, "SJRQ": paid.remitted, "RKRQ": paid.settled, "GXSJ": settled if paid.settled else moment,
        }  # fmt: skip
        self.cast.rows.append(m.ExchangeRow("tax_person", "ZRR_JKXX", moment, row))

    def _act_person_returned(self, args: Args, moment: dt.datetime) -> None:
        paid = self._payment(args)
        kind = args.word("kind", KINDS) or "remittance"
        happened = paid.remitted if kind == "remittance" else paid.settled or moment.date()
        number = f"{self.keys.stem}H{self.keys.next('person return'):04d}"  # the case's own, as its payments
        if kind == "remittance":
            paid.returned = number
        insurance = args.typed("insurance", self._insurance) or paid.insurance
        amount = args.amount("amount")
        values = (
            number, paid.number, args.text("person_no") if args.has("person_no") else paid.person_no,
            args.text("id") if args.has("id") else paid.id_number, args.text("name") if args.has("name") else paid.name, insurance["agency_item_code"],
            args.typed("agency", w.agency) or paid.agency, f"{paid.year}01", f"{paid.year}12", paid.amount if amount is None else amount, happened, moment,
            "Y" if args.flag("withdrawn") else None, moment,
        )  # fmt: skip
        if paid.insurance["department_code"] == w.HRSS:
            table, money, day = HRSS_RETURNS[kind]
            columns = f"HPXH DZSPHM AAC001 AAC002 AAC003 AAE140 YAB003 AAE041 AAE042 {money} {day} HPSJ CXBZ GXSJ"
            system = "hrss_person_return"
        else:
            table, money, day = NHSA_RETURNS[kind]
            columns = f"RTN_NO TAX_VOU_NO PSN_NO CERTNO PSN_NAME INSUTYPE OPTINS_NO ACCRYM_BEGN ACCRYM_END {money} {day} RTN_TIME WTDR_FLAG UPDT_TIME"
            system = "nhsa_person_return"
        self.cast.rows.append(m.ExchangeRow(system, table, moment, dict(zip(columns.split(), values, strict=True))))

    def _act_person_posted(self, args: Args, moment: dt.datetime) -> None:
        paid = self._payment(args)
        if paid.returned is None:
            raise CaseError("nothing was returned of this payment yet: there is nothing to book")
        told = args.moment("fed_back", "07:00")
        told = told if told and told.date() <= self.as_of else None
        amount = args.amount("amount")
        values = (
            self.keys.running("D", "person posting", 4), paid.returned, paid.number, paid.person_no, paid.insurance["agency_item_code"],
            paid.amount if amount is None else amount, moment, told, told or moment,
        )  # fmt: skip
        if paid.insurance["department_code"] == w.HRSS:
            columns, system, table = (
                "DZXH HPXH DZSPHM AAC001 AAE140 DZJE DZSJ FKSJ GXSJ",
                "hrss_person_return",
                "RS_RYDZ",
            )
        else:
            columns, system, table = (
                "ARVL_NO RTN_NO TAX_VOU_NO PSN_NO INSUTYPE ARVL_AMT ARVL_TIME FDBK_TIME UPDT_TIME",
                "nhsa_person_return",
                "PSN_ARVL_D",
            )
        self.cast.rows.append(m.ExchangeRow(system, table, moment, dict(zip(columns.split(), values, strict=True))))
