"""Acts around occupational annuity, lists of banks and tax, and the staff of employers."""

import datetime as dt
from decimal import Decimal
from typing import Any

from common.calendar import add_workdays
from simulator.casebook import model as m
from simulator.casebook import vocabulary as w
from simulator.casebook.acts_register import RegisterActs
from simulator.casebook.args import Args
from simulator.casebook.casting import ACTS, _bank
from simulator.casebook.errors import CaseError, choices

WAYS = {"实时": "1", "实时扣款": "1", "realtime": "1", "1": "1", "托收": "2", "collection": "2", "2": "2"}
DONE = {"成功": "1", "success": "1", "yes": "1", "失败": "3", "failed": "3", "no": "3"}
STATES = {"正常": "1", "normal": "1", "1": "1", "冻结": "2", "frozen": "2", "2": "2", "销户": "3", "closed": "3", "3": "3",
          "不存在": "4", "unknown": "4", "4": "4"}  # fmt: skip
SAME = {"一致": True, "same": True, "不一致": False, "differs": False}
CHECKS = {"新签": "1", "new": "1", "变更": "2", "changed": "2", "重新": "3", "again": "3"}
CHANGES = {"增员": "1", "added": "1", "1": "1", "减员": "2", "removed": "2", "2": "2"}
STATE_OF_CODE = {"24001": "4", "24004": "2", "94053": "3"}
NAME_CODE = "24005"


class AnnuityActs(RegisterActs):
    """The clearing centre, what stands in lists, and who works where."""

    # --- agreements
    def _declare_annuity_signed(self, args: Args) -> None:
        label = str(args.raw("annuity")) if args.given("annuity") else self._next_label("n", self.cast.annuities)
        if label in self.cast.annuities:
            raise args.error("annuity", f"annuity agreement {label} exists already; give it another label")
        registration = self._annuity_registration(args)
        signed = self._moment(args, ACTS["annuity_signed"])
        agreement = m.AnnuityAgreement(
            label=label,
            key=self.keys.running("NJ", "annuity agreement", 4),
            registration=registration,
            way=args.word("way", WAYS) or "2",
            bank=args.typed("bank", _bank) or "102",
            account=self._number(args, "account", self.keys.account),
            account_name=args.text("account_name") if args.has("account_name") else registration.employer.name,
            through=args.word("through", w.SIGNED_THROUGH) or "1",
            client_account=self.keys.running("KH", "annuity client", 4),
            signed_at=signed,
        )
        self.cast.annuities[label] = agreement
        if (args.word("verified", w.VERIFICATION) or "1") == "1":
            self._check(agreement, "1", signed + dt.timedelta(minutes=5), w.SUCCESS, None, "1", same=True)

    def _annuity_registration(self, args: Args) -> m.Registration:
        if args.given("registration"):
            return self._registrations(args)[0]
        employer = self._employer(args)
        found = self._registration_of(employer, w.HRSS)
        if found is None:
            raise args.error("employer", f"employer {employer.label} has no registration at hrss")
        return found

    def _annuity(self, args: Args) -> m.AnnuityAgreement:
        known = self.cast.annuities
        if args.given("annuity"):
            label = str(args.raw("annuity"))
            if label not in known:
                raise args.error("annuity", f"annuity agreement {label} has not been signed; {choices(known, label)}")
            return known[label]
        if len(known) == 1:
            return next(iter(known.values()))
        raise args.error("annuity", f"which annuity agreement? {choices(known)}")

    def _check(self, agreement: m.AnnuityAgreement, kind: str, returned: dt.datetime, code: str | None, text: str | None,
               state: str | None, *, same: bool | None) -> None:  # fmt: skip
        words = text or (w.return_codes()[code]["return_text"] if code in w.return_codes() else None)
        agreement.checks.append(
            {
                "check_no": self.keys.running("Z", "annuity check", 4), "agreement_key": agreement.key, "kind_code": kind,
                "sent_at": returned - dt.timedelta(minutes=1), "returned_at": returned if code else None, "return_code": code,
                "return_text": words, "is_name_same": same, "account_state_code": state,
                "registered_name": agreement.account_name if same else None,
            }
        )  # fmt: skip

    def _act_annuity_changed(self, args: Args, moment: dt.datetime) -> None:
        agreement = self._annuity(args)
        agreement.changed_at = moment
        agreement.new_account = self._number(args, "account", self.keys.account)

    def _act_annuity_verified(self, args: Args, moment: dt.datetime) -> None:
        agreement = self._annuity(args)
        code, text = self._answer(args, w.SUCCESS)
        usual = "2" if agreement.changed_at and agreement.changed_at <= moment else "3" if agreement.checks else "1"
        state = args.word("account_state", STATES) or STATE_OF_CODE.get(code or "", "1")
        same = (
            SAME[w.pick(args.raw("name"), {one: one for one in SAME}, "name")]
            if args.given("name")
            else code != NAME_CODE
        )
        self._check(
            agreement, args.word("kind", CHECKS) or usual, moment, code, args.text("text") or text, state, same=same
        )

    def _act_annuity_feedback(self, args: Args, moment: dt.datetime) -> None:
        agreement = self._annuity(args)
        if not agreement.checks:
            raise args.error("annuity", f"nobody asked the bank about {agreement.label} yet")
        agreement.checks[-1] |= {"follow_up": args.need("text", str), "followed_at": moment}

    def _act_annuity_ended(self, args: Args, moment: dt.datetime) -> None:
        self._annuity(args).ended_at = moment

    def _act_client_account_replaced(self, args: Args, moment: dt.datetime) -> None:
        agreement = self._annuity(args)
        agreement.moves.append(
            {
                "move_no": self.keys.running("QY", "annuity move", 4), "agreement_key": agreement.key,
                "old_account": agreement.client_account, "new_account": self.keys.running("KH", "annuity client", 4),
                "changed_at": moment, "state_code": "0",
            }
        )  # fmt: skip

    def _act_annuity_moved(self, args: Args, moment: dt.datetime) -> None:
        agreement = self._annuity(args)
        if not agreement.moves:
            raise args.error("annuity", f"the client account of {agreement.label} was not replaced yet")
        state = args.word("result", DONE) or "1"
        agreement.moves[-1] |= {
            "state_code": state,
            "tried_at": moment,
            "moved_at": moment if state == "1" else None,
            "reason": (args.text("reason") or "协议无效") if state == "3" else None,
            "moved_account_no": self._number(args, "account", lambda: None) if args.has("account") else None,
        }

    # --- debits
    def _act_annuity_collected(self, args: Args, moment: dt.datetime) -> None:
        registration = self._annuity_registration(args)
        amount = args.amount("amount") or Decimal("1000.00")
        no_answer = args.has("result") and str(args.raw("result")).lower() in {"none", "无"}
        code, text = (None, None) if no_answer else self._answer(args, "24007")
        for month in self._need_months(args):
            day = self._pay_day(args, month, 15)
            sent = dt.datetime.combine(add_workdays(day, 0), dt.time(9, 30))
            bill = self._month_bill(args, registration, month, day, {"ZYNJ": amount})
            self._fill(bill, "all", sent, None)
            ticket = self._new_ticket(bill, None, self._open_to_invoice(bill), "5", sent - dt.timedelta(hours=1))
            returned = None if no_answer else sent + dt.timedelta(hours=2)
            debit = self._debit(ticket, bill, ticket.amount, sent, returned, code, args.text("text") or text, None)
            debit.batch_no = f"N{sent:%Y%m%d}01"
            if code == w.SUCCESS and returned:
                for item, part in ticket.items.items():
                    ticket.remittances.append(m.Movement(item, part, returned + dt.timedelta(minutes=5)))

    def _act_centre_feedback(self, args: Args, moment: dt.datetime) -> None:
        bill = self._bill(args)
        if moment.date() > self.as_of:
            return
        values = {"SBYY": args.text("reason") or "账户余额不足", "CLCS": args.text("follow_up"), "CLSJ": moment}
        for ticket in bill.tickets:
            for table in ("NJ_SSKK", "NJ_TSQC"):
                self.cast.changes.append(m.ExchangeChange("annuity", table, {"DZSPHM": ticket.number}, dict(values)))

    def _act_annuity_debited_again(self, args: Args, moment: dt.datetime) -> None:
        bill = self._bill(args)
        tickets = self._tickets(args, bill)
        if not tickets:
            raise CaseError(f"bill {bill.label} was never invoiced")
        ticket = tickets[-1]
        if bill.label not in self.cast.annuity_again:  # the first one, as tax confirmed it
            first = next((one.at for one in ticket.remittances), moment)
            self._transfer(bill, ticket, first - dt.timedelta(minutes=5), ticket.amount)
        amount = args.amount("amount") or ticket.amount
        self.cast.annuity_again[bill.label] = (self._transfer(bill, ticket, moment, amount), amount)

    def _transfer(self, bill: m.Bill, ticket: m.Ticket, moment: dt.datetime, amount: Decimal) -> str:
        return self._statement_line(moment, amount, "2", bill.unit_no, bill.agency, bill.employer.name, ticket.number)

    def _statement_line(
        self, moment: dt.datetime, amount: Decimal, way: str, unit_no: str, agency: str, payer: str | None, ticket_no: str | None
    ) -> str:  # fmt: skip
        """One line of principal on the clearing centre's statement; its number."""
        number = self.keys.running("J", "annuity transfer", 4)
        self.cast.rows.append(
            m.ExchangeRow(
                "annuity", "NJ_ZZLS", moment,
                {
                    "LSH": number, "KXLX_DM": "1", "ZZFS_DM": way, "ZZRQ": moment.date(), "ZZSJ": moment, "DWBH": unit_no, "JBJG_DM": agency,
                    "FKHM": payer, "ZZJE": amount, "FY": ticket_no, "DZSPHM": ticket_no, "DQBZ": "0", "GXSJ": moment,
                },
            )
        )  # fmt: skip
        return number

    def _act_annuity_reversed(self, args: Args, moment: dt.datetime) -> None:
        bill = self._bill(args)
        if bill.label not in self.cast.annuity_again:
            raise CaseError(
                f"nothing was transferred for bill {bill.label} beside what tax confirmed: say annuity_transferred"
            )
        number, whole = self.cast.annuity_again[bill.label]
        amount = args.amount("amount") or whole
        self.cast.rows.append(
            m.ExchangeRow(
                "annuity", "NJ_CZ", moment,
                {
                    "CZLSH": self.keys.running("C", "annuity reversal", 4), "YLSH": number, "DWBH": bill.unit_no, "JBJG_DM": bill.agency,
                    "CZJE": amount, "CZSJ": moment, "CZYY": "重复扣款冲正", "GXSJ": moment,
                },
            )
        )  # fmt: skip

    # --- lists
    def _act_batch_item_kept(self, args: Args, moment: dt.datetime) -> None:
        until = args.moment("until", "15:20")
        bill = self._bill(args)
        for ticket in self._tickets(args, bill) if args.given("ticket") else bill.tickets:
            self._world("batch_left", {"ticket_no": ticket.number, "cleared_at": until})

    def _act_soldier_unit(self, args: Args, moment: dt.datetime) -> None:
        taxpayer = self._taxpayer(args)
        values = {
            "DJXH": taxpayer.key, "SHXYDM": taxpayer.uscc, "DWMC": taxpayer.name, "ZGSWJ_DM": w.roll_up(taxpayer.authority),
            "AZRS": args.number("persons") or 1, "MDLY": "退役军人事务部门提供名单", "RDSJ": moment, "YXQZ": args.day("until"), "GXSJ": moment,
        }  # fmt: skip
        self.cast.rows.append(m.ExchangeRow("tax_registry", "TYSB_DW", moment, values))

    def _act_paid_at_counter(self, args: Args, moment: dt.datetime) -> None:
        bill = self._bill(args)
        for ticket in self._tickets(args, bill):
            values = {
                "JFLSH": self.keys.running("J", "counter payment", 4), "BLQD_DM": "1", "DZSPHM": ticket.number, "BMLY_DM": bill.department,
                "ZJTZLSH": bill.serial, "CSPCH": bill.batch, "DJXH": getattr(self._bill_taxpayer(bill), "key", None), "JKFS_DM": ticket.channel,
                "JKJE": ticket.amount, "CZSJ": moment, "JFZT_DM": "1", "WCSJ": moment, "FHDM": w.SUCCESS, "GXSJ": moment,
            }  # fmt: skip
            self.cast.rows.append(m.ExchangeRow("tax_client", "KHD_JFRZ", moment, values))

    def _world(self, table: str, row: dict[str, Any]) -> None:
        self.cast.world_rows.append((table, row))

    # --- staff
    def _person_no(self, number: int) -> str:
        """The number that the details of all bills of the case give a person."""
        return f"1{f'{self.number:06d}'[1:6]}{number:06d}"

    def _act_staff_initialised(self, args: Args, moment: dt.datetime) -> None:
        self._base_limits()
        only = args.number("person")
        numbers = [only] if only else range(1, (args.number("persons") or 2) + 1)
        for registration in self._registrations(args):
            for number in numbers:
                self._staff_row(
                    "YG_CSH",
                    registration,
                    number,
                    moment,
                    {"CSJS": args.amount("base") or Decimal("5000.00"), "CSSJ": moment},
                )

    def _act_staff_changed(self, args: Args, moment: dt.datetime) -> None:
        for registration in self._registrations(args):
            self._staff_row(
                "YG_ZJY", registration, args.number("person") or 1, moment,
                {
                    "ZJXH": self.keys.running("ZJ", "staff change", 4), "ZJLX_DM": args.word("kind", CHANGES) or "2",
                    "SXNY": args.month("period") or moment.strftime("%Y%m"), "JFJS": args.amount("base") or Decimal("5000.00"), "SBSJ": moment,
                },
            )  # fmt: skip

    def _base_limits(self) -> None:
        """The bands of the two years around a case, which all cases share."""
        for year, floor, ceiling in (("2024", "4053.60", "20268.00"), ("2025", "4236.01", "21180.06")):
            begins = dt.datetime(int(year), 7, 1, 8)
            values = {"JSND": year, "JSXX": Decimal(floor), "JSSX": Decimal(ceiling), "YXQQ": begins.date(),
                      "YXQZ": dt.date(int(year) + 1, 6, 30), "GXSJ": begins}  # fmt: skip
            self.cast.rows.append(m.ExchangeRow("tax_registry", "JS_SXX", begins, values, is_shared=True))

    def _staff_row(
        self, table: str, registration: m.Registration, number: int, moment: dt.datetime, values: dict[str, Any]
    ) -> None:
        person = {"BMLY_DM": registration.department, "DWBH": registration.unit_no, "XTLY": registration.system, "RYBH": self._person_no(number),
                  "ZJHM": None, "XM": None, "GXSJ": moment}  # fmt: skip
        self.cast.rows.append(m.ExchangeRow("tax_registry", table, moment, person | values))
