"""Acts on money: invoice, debit, remittance, settlement, return, reading, posting, and the short ways."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

from common.calendar import add_workdays
from simulator.casebook import language as lang
from simulator.casebook import model as m
from simulator.casebook import values as v
from simulator.casebook import vocabulary as w
from simulator.casebook.acts_bill import BillActs
from simulator.casebook.args import Args
from simulator.casebook.casting import ACTS, FIRST_STEPS
from simulator.casebook.errors import CaseError, choices
from simulator.casebook.reader import Record, Text


class MoneyActs(BillActs):
    """Tickets and what becomes of them."""

    def _part(
        self, args: Args, bill: m.Bill, rest: dict[str, Decimal], *, beyond: bool = False
    ) -> dict[str, Decimal] | None:
        """What `lines`, `items` or `amount` choose of a rest per item; None when the author chose nothing."""
        lines = args.lines("lines", bill.department)
        items = args.items("items", bill.department)
        amount = args.amount("amount")
        if sum(one is not None for one in (lines, items, amount)) > 1 and not (items and amount and len(items) == 1):
            raise args.error(
                "amount" if amount is not None else "items", "give lines, items or amount, not several of them"
            )
        if lines is not None:
            for code in lines:
                self._line(bill, code, args)
            return lines
        if items is not None:
            for one in items:
                self._line(bill, one.code, args)
            if amount is not None:
                return {items[0].code: amount}
            return {one.code: rest.get(one.code, m.ZERO) for one in items}
        if amount is not None:
            return self._spread(args, bill, rest, amount, beyond=beyond)
        return None

    def _spread(
        self, args: Args, bill: m.Bill, rest: dict[str, Decimal], amount: Decimal, *, beyond: bool
    ) -> dict[str, Decimal]:
        """An amount over the rest of the items, in their order."""
        out: dict[str, Decimal] = {}
        left = amount
        for code, open_amount in rest.items():
            part = min(open_amount, left)
            if part > 0:
                out[code] = part
                left -= part
        if left > 0:
            if not beyond:
                raise args.error("amount", f"{amount} is more than the {sum(rest.values(), m.ZERO)} that is left")
            code = next(iter(out), next(iter(bill.lines)))
            out[code] = out.get(code, m.ZERO) + left
        return out

    def _open_to_invoice(self, bill: m.Bill) -> dict[str, Decimal]:
        rest = {
            code: (line.declared if line.declared is not None else bill.amounts[code])
            for code, line in bill.lines.items()
        }
        for ticket in bill.tickets:
            if ticket.voided_at is None:
                for code, amount in ticket.items.items():
                    rest[code] = rest.get(code, m.ZERO) - amount
        return {code: amount for code, amount in rest.items() if amount > 0}

    def _new_ticket(
        self, bill: m.Bill, label: str | None, items: dict[str, Decimal], channel: str | None, moment: dt.datetime
    ) -> m.Ticket:
        annuity = bool(items) and set(items) == {"ZYNJ"}
        ticket = m.Ticket(
            label=label or f"{bill.label} ticket {len(bill.tickets) + 1}",
            number=self.keys.ticket(bill.department, moment.strftime("%Y%m")),
            channel=channel or ("5" if annuity else "1"),
            issued_at=moment,
            items=dict(items),
        )
        bill.tickets.append(ticket)
        return ticket

    def _act_invoiced(self, args: Args, moment: dt.datetime) -> None:
        bill = self._bill(args)
        self._fill(bill, "all", moment, args)
        rest = self._open_to_invoice(bill)
        chosen = self._part(args, bill, rest)
        if chosen is None:
            chosen = rest
            if not chosen:
                only = [ticket for ticket in bill.tickets if ticket.filled and ticket.voided_at is None]
                if len(only) == 1:  # what was only filled in gives way to what is said
                    only[0].issued_at, only[0].filled = moment, False
                    only[0].channel = args.word("channel", w.CHANNELS) or only[0].channel
                    only[0].label = str(args.raw("ticket")) if args.given("ticket") else only[0].label
                    return
                raise CaseError(f"bill {bill.label} is invoiced in full already")
        self._new_ticket(
            bill,
            str(args.raw("ticket")) if args.given("ticket") else None,
            chosen,
            args.word("channel", w.CHANNELS),
            moment,
        )

    def _ensure_ticket(
        self, args: Args, bill: m.Bill, moment: dt.datetime, chosen: dict[str, Decimal] | None = None
    ) -> list[m.Ticket]:
        """The invoices an act means; the whole bill's invoice is filled in when there is none."""
        tickets = self._tickets(args, bill)
        if not tickets:
            self._fill(bill, "all", moment, args)
            rest = self._open_to_invoice(bill) or dict(chosen or {})
            channel = args.word("channel", w.CHANNELS) if "channel" in args.names else None
            issued = max(moment - dt.timedelta(minutes=20), bill.steps.get("declared", dt.datetime.min))
            tickets = [self._new_ticket(bill, None, rest, channel, issued)]
            tickets[0].filled = True
        return tickets

    def _debit(self, ticket: m.Ticket, bill: m.Bill, amount: Decimal, sent: dt.datetime, returned: dt.datetime | None,
               code: str | None, text: str | None, agreement: m.Agreement | None, kind: str | None = None) -> m.Deduction:  # fmt: skip
        kind = kind or ticket.channel
        deduction = m.Deduction(
            number=self.keys.running("6", "deduction", 5),
            amount=amount,
            kind=kind,
            sent_at=sent,
            returned_at=returned,
            code=code,
            text=text,
            agreement=agreement or self._only_agreement(bill),
            batch_no=f"PK{sent:%Y%m%d}{self.keys.number:06d}" if kind == "2" else None,
        )
        ticket.deductions.append(deduction)
        return deduction

    def _only_agreement(self, bill: m.Bill) -> m.Agreement | None:
        taxpayer = self._bill_taxpayer(bill)
        own = [one for one in self.cast.agreements.values() if one.taxpayer is taxpayer]
        return own[0] if len(own) == 1 else None

    def _bill_taxpayer(self, bill: m.Bill) -> m.Taxpayer | None:
        for fee in reversed(self.cast.fee_registrations):
            if fee.registration is bill.registration:
                return fee.taxpayer
        return self.cast.taxpayers.get(bill.employer.label)

    def _answer(self, args: Args, default: str) -> tuple[str | None, str | None]:
        """Code and text of the bank's answer; neither when there is none yet."""
        if args.has("result") and v.is_no(args.raw("result")):
            return None, None
        found: tuple[str, str | None] | None = args.typed("result", w.return_code)
        return found or w.return_code(default)

    def _act_deducted(self, args: Args, moment: dt.datetime) -> None:
        bill = self._bill(args)
        kind = args.word("channel", w.CHANNELS)
        tickets = self._ensure_ticket(args, bill, moment)
        answer = args.raw("result")
        no_answer = args.has("result") and v.is_no(answer)
        code, text = self._answer(args, w.SUCCESS)
        agreement = self._agreement(args) if args.given("agreement") else None
        for ticket in tickets:
            if any(d.code == w.SUCCESS for d in ticket.deductions) and not args.given("ticket"):
                continue
            used = kind or ticket.channel
            returned = args.moment("returned_on", "11:30")
            if returned is None and not no_answer:
                returned = moment + dt.timedelta(minutes=10)
                if used == "2":
                    returned = dt.datetime.combine(add_workdays(moment.date(), 1), dt.time(9, 30))
            self._debit(ticket, bill, args.amount("amount") or ticket.amount, moment, None if no_answer else returned, code,
                        args.text("text") or text or (w.return_codes()[code]["return_text"] if code in w.return_codes() else None),
                        agreement, used)  # fmt: skip

    def _agreement(self, args: Args) -> m.Agreement:
        if args.given("agreement"):
            label = str(args.raw("agreement"))
            if label not in self.cast.agreements:
                raise args.error(
                    "agreement", f"agreement {label} has not been signed; {choices(self.cast.agreements, label)}"
                )
            return self.cast.agreements[label]
        if len(self.cast.agreements) == 1:
            return next(iter(self.cast.agreements.values()))
        raise args.error("agreement", f"which agreement? {choices(self.cast.agreements)}")

    def _remit(self, args: Args, moment: dt.datetime) -> None:
        bill = self._bill(args)
        for ticket in self._tickets(args, bill):  # what was only filled in gives way to what is said
            if ticket.remittances and all(one.filled for one in ticket.remittances):
                moments = {one.at - dt.timedelta(minutes=10) for one in ticket.remittances}
                ticket.deductions = [one for one in ticket.deductions if one.sent_at not in moments]
                ticket.remittances = []
        tickets = self._ensure_ticket(args, bill, moment, args.lines("lines", bill.department))
        rest: dict[str, Decimal] = {}
        for ticket in tickets:
            for code, amount in ticket.items.items():
                done = sum((one.amount for one in ticket.remittances if one.item == code), m.ZERO)
                rest[code] = rest.get(code, m.ZERO) + max(amount - done, m.ZERO)
        chosen = self._part(args, bill, {code: amount for code, amount in rest.items() if amount > 0}, beyond=True)
        if chosen is None:
            chosen = {code: amount for code, amount in rest.items() if amount > 0}
            if not chosen:
                raise CaseError(
                    f"bill {bill.label} is remitted in full already; give lines or amount for a double payment"
                )
        left = dict(chosen)
        for index, ticket in enumerate(tickets):
            took: dict[str, Decimal] = {}
            for code in ticket.items:
                done = sum((one.amount for one in ticket.remittances if one.item == code), m.ZERO)
                part = min(left.get(code, m.ZERO), max(ticket.items[code] - done, m.ZERO))
                if index == len(tickets) - 1 or not any(code in later.items for later in tickets[index + 1 :]):
                    part = left.get(code, m.ZERO)
                if part > 0:
                    took[code] = part
                    left[code] -= part
            self._remit_ticket(bill, ticket, took, moment, args)
        last = tickets[-1]
        beyond = {code: amount for code, amount in left.items() if amount > 0}
        if beyond:
            self._remit_ticket(bill, last, beyond, moment, args)

    def _remit_ticket(self, bill: m.Bill, ticket: m.Ticket, took: dict[str, Decimal], moment: dt.datetime, args: Args | None, *,
                      filled: bool = False) -> None:  # fmt: skip
        if not took:
            return
        alone = args is not None and (args.flag("alone") or "deducted" in args.steps("not"))
        successes = sum(one.code == w.SUCCESS for one in ticket.deductions)
        if not alone and successes <= len({one.at for one in ticket.remittances}):
            self._debit(ticket, bill, sum(took.values(), m.ZERO), moment - dt.timedelta(minutes=10), moment - dt.timedelta(minutes=2),
                        w.SUCCESS, w.return_codes()[w.SUCCESS]["return_text"], None)  # fmt: skip
        for code, amount in took.items():
            ticket.remittances.append(m.Movement(code, amount, moment, filled))

    def _act_remitted(self, args: Args, moment: dt.datetime) -> None:
        self._remit(args, moment)

    def _act_paid(self, args: Args, moment: dt.datetime) -> None:
        self._remit(args, moment)

    def _remitted_open(
        self, tickets: list[m.Ticket], done: Callable[[m.Ticket, str], Decimal]
    ) -> dict[tuple[str, str], Decimal]:
        out: dict[tuple[str, str], Decimal] = {}
        for ticket in tickets:
            for code in dict.fromkeys(one.item for one in ticket.remittances):
                total = sum((one.amount for one in ticket.remittances if one.item == code), m.ZERO)
                out[(ticket.label, code)] = total - done(ticket, code)
        return out

    def _ensure_remitted(self, args: Args, bill: m.Bill, moment: dt.datetime) -> list[m.Ticket]:
        if args.flag("alone") or "remitted" in args.steps("not"):
            return (
                self._ensure_ticket(args, bill, moment)
                if not self._tickets(args, bill) and not args.flag("alone")
                else self._tickets(args, bill)
            )
        tickets = self._ensure_ticket(args, bill, moment - dt.timedelta(minutes=30))
        if not any(ticket.remittances for ticket in tickets):
            for ticket in tickets:
                self._remit_ticket(
                    bill, ticket, dict(ticket.items), moment - dt.timedelta(minutes=20), args, filled=True
                )
        return tickets

    def _by_ticket(
        self, args: Args, bill: m.Bill, tickets: list[m.Ticket], rest: dict[tuple[str, str], Decimal]
    ) -> dict[tuple[str, str], Decimal]:
        """The choice of lines, items or amount spread over tickets; nothing chosen: the rest."""
        per_item: dict[str, Decimal] = {}
        for (_, code), amount in rest.items():
            if amount > 0:
                per_item[code] = per_item.get(code, m.ZERO) + amount
        chosen = self._part(args, bill, per_item, beyond=True)
        if chosen is None:
            return {key: amount for key, amount in rest.items() if amount > 0}
        out: dict[tuple[str, str], Decimal] = {}
        for code, amount in chosen.items():
            left = amount
            holders = [ticket for ticket in tickets if code in ticket.items] or tickets
            for position, ticket in enumerate(holders):
                open_here = max(rest.get((ticket.label, code), m.ZERO), m.ZERO)
                part = left if position == len(holders) - 1 else min(left, open_here)
                if part > 0 or (amount == 0 and position == 0):
                    out[(ticket.label, code)] = part
                    left -= part
        return out

    def _act_settled(self, args: Args, moment: dt.datetime) -> None:
        bill = self._bill(args)
        tickets = self._ensure_remitted(args, bill, moment)
        for ticket in tickets:
            ticket.settlements = [one for one in ticket.settlements if not one.filled]
        rest = self._remitted_open(
            tickets, lambda t, c: sum((one.amount for one in t.settlements if one.item == c), m.ZERO)
        )
        if args.flag("alone") and not rest:
            rest = {(ticket.label, code): amount for ticket in tickets for code, amount in ticket.items.items()}
        chosen = self._by_ticket(args, bill, tickets, rest)
        chosen = {key: amount for key, amount in chosen.items() if w.items()[key[1]].is_treasury}
        if not chosen:
            if any(not w.items()[code].is_treasury for code in bill.lines):
                raise CaseError("职业年金 never passes the treasury: it cannot be settled")
            raise CaseError(f"bill {bill.label} has nothing to settle; give lines or amount to settle more")
        for (label, code), amount in chosen.items():
            ticket = next(one for one in tickets if one.label == label)
            ticket.settlements.append(m.Movement(code, amount, moment))

    def _return(self, bill: m.Bill, tickets: list[m.Ticket], kind: str, moment: dt.datetime, chosen: dict[tuple[str, str], Decimal],
                label: str | None, failed: bool) -> list[m.ReturnRow]:  # fmt: skip
        made = []
        for (ticket_label, code), amount in chosen.items():
            ticket = next(one for one in tickets if one.label == ticket_label)
            movements = ticket.remittances if kind == "remittance" else ticket.settlements
            days = [one.at.date() for one in movements if one.item == code]
            row = m.ReturnRow(
                label=label,
                number=self.keys.running("7" if kind == "remittance" else "8", "return", 5),
                kind=kind,
                item=code,
                amount=amount,
                business_date=max(days) if days else moment.date(),
                at=moment,
                failed=failed,
            )
            ticket.returns.append(row)
            made.append(row)
        return made

    def _act_returned(self, args: Args, moment: dt.datetime) -> None:
        bill = self._bill(args)
        kind = args.word("kind", w.RETURN_KINDS) or "remittance"
        label = str(args.raw("return")) if args.given("return") else None
        for one in ("remittance", "settlement") if kind == "both" else (kind,):
            rest = self._open_to_return(args, bill, one, moment)
            chosen = self._by_ticket(args, bill, self._tickets(args, bill), rest)
            if not chosen:
                if one == "settlement" and all(not w.items()[code].is_treasury for code in bill.lines):
                    raise CaseError("职业年金 never passes the treasury: there is no settlement to return")
                raise CaseError(
                    f"bill {bill.label} has nothing to return ({one}); give lines or amount for a second return"
                )
            self._return(bill, self._tickets(args, bill), one, moment, chosen, label, args.flag("failed"))

    def _open_to_return(
        self, args: Args, bill: m.Bill, kind: str, moment: dt.datetime
    ) -> dict[tuple[str, str], Decimal]:
        tickets = self._ensure_remitted(args, bill, moment - dt.timedelta(hours=1))
        if kind == "settlement" and not args.flag("alone") and "settled" not in args.steps("not"):
            for ticket in tickets:
                if not ticket.settlements:
                    for one in ticket.remittances:
                        if w.items()[one.item].is_treasury:
                            ticket.settlements.append(
                                m.Movement(one.item, one.amount, moment - dt.timedelta(minutes=30), True)
                            )

        def returned(ticket: m.Ticket, code: str) -> Decimal:
            return sum(
                (
                    row.amount
                    for row in ticket.returns
                    if row.item == code and row.kind == kind and not row.withdrawn_at
                ),
                m.ZERO,
            )

        out: dict[tuple[str, str], Decimal] = {}
        for ticket in tickets:
            movements = ticket.remittances if kind == "remittance" else ticket.settlements
            for code in dict.fromkeys(one.item for one in movements):
                out[(ticket.label, code)] = sum(
                    (one.amount for one in movements if one.item == code), m.ZERO
                ) - returned(ticket, code)
            if not movements and args.flag("alone"):
                for code, amount in ticket.items.items():
                    if kind == "remittance" or w.items()[code].is_treasury:
                        out[(ticket.label, code)] = amount - returned(ticket, code)
        return out

    def _act_read_by_agency(self, args: Args, moment: dt.datetime) -> None:
        bill = self._bill(args)
        kind = args.word("kind", w.RETURN_KINDS)
        label = str(args.raw("return")) if args.given("return") else None
        items = args.items("items", bill.department)
        codes = {one.code for one in items} if items else None

        def matching(which: str | None) -> list[m.ReturnRow]:
            return [
                row for ticket in self._tickets(args, bill) for row in ticket.returns
                if (which in {None, "both"} or row.kind == which) and (label is None or row.label == label)
                and (codes is None or row.item in codes) and not row.failed
            ]  # fmt: skip

        rows = matching(kind)
        for wanted in ("remittance", "settlement") if kind == "both" else (kind or "remittance",):
            if (
                not matching(wanted if kind else None)
                and label is None
                and not args.flag("alone")
                and "returned" not in args.steps("not")
            ):
                rest = self._open_to_return(args, bill, wanted, moment)
                chosen = {
                    key: amount for key, amount in rest.items() if amount > 0 and (codes is None or key[1] in codes)
                }
                self._return(
                    bill, self._tickets(args, bill), wanted, moment - dt.timedelta(minutes=30), chosen, None, False
                )
                rows = matching(kind)
        if not rows:
            raise CaseError(f"bill {bill.label} has no returned row to read")
        for row in rows:
            if row.read_at is None or label is not None:
                row.read_at = moment

    def _act_posted(self, args: Args, moment: dt.datetime) -> None:
        bill = self._bill(args)
        alone = args.flag("alone")
        skip = args.steps("not")
        if not alone and "returned" not in skip and "read_by_agency" not in skip:
            tickets = self._ensure_remitted(args, bill, moment - dt.timedelta(hours=2))
            if not any(row.kind == "remittance" and not row.failed for ticket in tickets for row in ticket.returns):
                rest = self._open_to_return(args, bill, "remittance", moment - dt.timedelta(hours=1))
                self._return(bill, tickets, "remittance", moment - dt.timedelta(minutes=60), rest, None, False)
            for ticket in tickets:
                for row in ticket.returns:
                    if row.kind == "remittance" and row.read_at is None:
                        row.read_at = moment - dt.timedelta(minutes=30)
        tickets = self._tickets(args, bill)
        if not tickets:
            tickets = [self._loose_ticket(bill, moment)]
        rest = {}
        for ticket in tickets:
            for code in dict.fromkeys((*[row.item for row in ticket.returns], *ticket.items)):
                read = sum(
                    (
                        row.amount
                        for row in ticket.returns
                        if row.item == code and row.kind == "remittance" and row.read_at
                    ),
                    m.ZERO,
                )
                done = sum((one.amount for one in ticket.postings if one.item == code), m.ZERO)
                rest[(ticket.label, code)] = read - done
        chosen = self._by_ticket(args, bill, tickets, rest)
        if not chosen:  # posting again posts the whole once more; posting alone posts what the invoices say
            chosen = {}
            for ticket in tickets:
                again: dict[str, Decimal] = {}
                for one in ticket.postings:
                    again[one.item] = one.amount
                for code, amount in (again or ticket.items).items():
                    chosen[(ticket.label, code)] = amount
        for (label, code), amount in chosen.items():
            ticket = next(one for one in tickets if one.label == label)
            ticket.postings.append(m.Movement(code, amount, moment))

    def _loose_ticket(self, bill: m.Bill, moment: dt.datetime) -> m.Ticket:
        """A ticket number that only the department knows: money posted for a bill without any invoice."""
        ticket = m.Ticket(
            f"{bill.label} posted",
            self.keys.ticket(bill.department, moment.strftime("%Y%m")),
            "1",
            moment,
            dict(bill.amounts),
        )
        ticket.voided_at = dt.datetime.min
        bill.tickets.append(ticket)
        return ticket

    def _act_completed(self, args: Args, moment: dt.datetime) -> None:
        bill = self._bill(args)
        until = args.word("until", lang.STEP_WORDS) or "posted"
        self._complete(bill, moment, until, args)

    def _complete(self, bill: m.Bill, moment: dt.datetime, until: str, args: Args) -> None:
        """Take a bill along the way up to a step."""
        skip = args.steps("not") if "not" in args.names else set()
        body = Record(args.place.line)
        inner = Args(body, (*ACTS["paid"].keys,), args.place, self.as_of)
        inner.put("not", args.raw("not") if "not" in args.names else None)
        if args.given("channel"):
            inner.put("channel", args.raw("channel"))
        early = ("read_by_tax", *FIRST_STEPS, "declared")
        if until in early:
            self._fill(bill, until, moment, inner)
            if until == "read_by_tax":
                bill.read_at = bill.read_at or moment
                bill.steps.setdefault("received", moment + dt.timedelta(minutes=5))
            else:
                bill.steps.setdefault(until, moment)
            return
        if until == "billed":
            return
        self._complete_money(bill, moment, until, inner, skip)

    def _complete_money(self, bill: m.Bill, moment: dt.datetime, until: str, inner: Args, skip: set[str]) -> None:
        """Invoice, payment, settlement, returns, reading, posting, as far as `until`."""

        def reaches(step: str) -> bool:
            return lang.STEPS.index(step) <= lang.STEPS.index(until) and step not in skip

        for ticket in self._ensure_ticket(inner, bill, moment):
            if reaches("remitted") and not ticket.remittances:
                self._remit_ticket(bill, ticket, dict(ticket.items), moment + dt.timedelta(minutes=40), inner)
            elif reaches("deducted") and not ticket.remittances:
                self._debit(ticket, bill, ticket.amount, moment, moment + dt.timedelta(minutes=10), w.SUCCESS,
                            w.return_codes()[w.SUCCESS]["return_text"], None)  # fmt: skip
            self._complete_ticket(bill, ticket, moment, reaches)

    def _complete_ticket(
        self, bill: m.Bill, ticket: m.Ticket, moment: dt.datetime, reaches: Callable[[str], bool]
    ) -> None:
        """What follows remittance: the treasury and the department have done their part by the next working day."""
        next_day = dt.datetime.combine(add_workdays(moment.date(), 1), dt.time(9))
        if reaches("settled") and not ticket.settlements:
            ticket.settlements += [
                m.Movement(one.item, one.amount, next_day)
                for one in ticket.remittances
                if w.items()[one.item].is_treasury
            ]
        if reaches("returned"):
            for kind, movements, at_time in (
                ("remittance", ticket.remittances, moment + dt.timedelta(hours=4)),
                ("settlement", ticket.settlements, next_day + dt.timedelta(hours=1)),
            ):
                if movements and not any(row.kind == kind for row in ticket.returns):
                    rest: dict[tuple[str, str], Decimal] = {}
                    for one in movements:
                        key = (ticket.label, one.item)
                        rest[key] = rest.get(key, m.ZERO) + one.amount
                    self._return(bill, [ticket], kind, at_time, rest, None, False)
        if reaches("read_by_agency"):
            for row in ticket.returns:
                row.read_at = row.read_at or row.at + dt.timedelta(hours=1)
        if reaches("posted") and not ticket.postings:
            posted_at = next_day + dt.timedelta(hours=3)
            ticket.postings += [m.Movement(one.item, one.amount, posted_at) for one in ticket.remittances]

    # --- short ways
    def _monthly_registration(self, args: Args) -> m.Registration:
        if args.given("registration") or args.given("by"):
            return self._registrations(args)[0]
        employer = self._employer(args)
        found = self._registration_of(employer, w.HRSS) or self._registration_of(employer, w.NHSA)
        if found is None:
            raise args.error("employer", f"employer {employer.label} has no registration")
        return found

    def _month_bill(
        self, args: Args, registration: m.Registration, month: str, paid: dt.date, lines: dict[str, Decimal] | None
    ) -> m.Bill:
        sent_day = add_workdays(min(dt.date(paid.year, paid.month, 5), paid), 0)
        sent = dt.datetime.combine(min(sent_day, paid), dt.time(9))
        label = f"{registration.label} {month}"
        while label in self.cast.bills:
            label += "'"
        inner = Args(Record(args.place.line), ACTS["billed"].keys, args.place, self.as_of)
        inner.put("period", Text(month))
        if lines is None and args.given("amount"):
            inner.put("amount", args.raw("amount"))
        return self._new_bill(label, inner, registration.department, registration.employer, registration, sent, lines)

    def _pay_day(self, args: Args, month: str, default: int) -> dt.date:
        day = args.number("day") or default
        try:
            return dt.date(int(month[:4]), int(month[4:]), day)
        except ValueError:
            raise args.error("day", f"{month} has no day {day}") from None

    def _need_months(self, args: Args) -> list[str]:
        months = args.months("months")
        if not months:
            raise args.error("months", "which months? `months: [2026-04, 2026-05]`")
        return months

    def _act_batch_debit(self, args: Args, moment: dt.datetime) -> None:
        registration = self._monthly_registration(args)
        no_answer = args.has("result") and v.is_no(args.raw("result"))
        code, text = self._answer(args, "24007")
        agreement = self._agreement(args) if args.given("agreement") else None
        for month in self._need_months(args):
            day = self._pay_day(args, month, 20)
            sent = dt.datetime.combine(add_workdays(day, 0), dt.time(11, 20))
            bill = self._month_bill(args, registration, month, day, None)
            self._fill(bill, "all", sent, None)
            ticket = self._new_ticket(bill, None, self._open_to_invoice(bill), "2", sent - dt.timedelta(hours=1))
            returned = None if no_answer else dt.datetime.combine(add_workdays(sent.date(), 1), dt.time(9, 30))
            self._debit(ticket, bill, ticket.amount, sent, returned, code,
                        args.text("text") or text or (w.return_codes()[code]["return_text"] if code in w.return_codes() else None),
                        agreement)  # fmt: skip
            if code == w.SUCCESS and returned:
                for item, amount in ticket.items.items():
                    ticket.remittances.append(m.Movement(item, amount, returned + dt.timedelta(minutes=10)))
                self._complete(bill, returned, "posted", _empty_args(args, self.as_of))

    def _act_monthly(self, args: Args, moment: dt.datetime) -> None:
        registration = self._monthly_registration(args)
        until = args.word("until", lang.STEP_WORDS) or "posted"
        lines = args.lines("lines", registration.department)
        for month in self._need_months(args):
            day = self._pay_day(args, month, 15)
            bill = self._month_bill(args, registration, month, day, lines)
            inner = _empty_args(args, self.as_of)
            if args.given("channel"):
                inner.put("channel", args.raw("channel"))
            self._complete(bill, dt.datetime.combine(day, dt.time(11)), until, inner)


def _empty_args(args: Args, as_of: dt.date) -> Args:
    return Args(Record(args.place.line), ACTS["completed"].keys, args.place, as_of)
