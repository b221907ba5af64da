"""Acts on bills: billed, sent again, changed, read, pushed, processed, declared, withdrawn, voided."""

import datetime as dt
from decimal import Decimal

from simulator.casebook import model as m
from simulator.casebook import values as v
from simulator.casebook import vocabulary as w
from simulator.casebook.args import Args
from simulator.casebook.casting import ACTS, FIRST_STEPS, Casting
from simulator.casebook.errors import CaseError, choices
from simulator.casebook.reader import Record


class BillActs(Casting):
    """Bills and the first part of their way."""

    def _declare_bill(self, args: Args) -> None:
        label = str(args.raw("bill")) if args.given("bill") else self._next_label("b", self.cast.bills)
        if label in self.cast.bills:
            raise args.error("bill", f"bill {label} exists already; for a second sending use the act resent")
        sent = self._moment(args, ACTS["billed"])
        departments = args.words("by", w.DEPARTMENTS)
        if departments and len(departments) > 1:
            raise args.error("by", "one bill comes from one department; write two acts")
        registration = self._registrations(args)[0] if args.given("registration") else None
        lines = args.lines(
            "lines", departments[0] if departments else (registration.department if registration else None)
        )
        department = departments[0] if departments else registration.department if registration else None
        if department is None:
            found = {w.items()[code].department for code in lines or {}}
            if len(found) > 1:
                raise args.error("lines", "these items belong to two departments; write a bill for each, with `by`")
            department = found.pop() if found else w.HRSS
        employer = registration.employer if registration else self._employer(args)
        if registration is None:
            registration = self._registration_of(employer, department)
        self._new_bill(label, args, department, employer, registration, sent, lines)

    def _new_bill(
        self, label: str, args: Args, department: str, employer: m.Employer, registration: m.Registration | None,
        sent: dt.datetime, lines: dict[str, Decimal] | None,
    ) -> m.Bill:  # fmt: skip
        unit_type = registration.unit_type if registration else employer.unit_type
        main = "10203" if department == w.NHSA else "10211" if unit_type in {"11", "12"} else "10201"
        if lines is None:
            lines = {main: args.amount("amount") or Decimal("1000.00")}
        elif args.given("amount") and args.amount("amount") != sum(lines.values(), m.ZERO):
            raise args.error(
                "amount", "differs from the sum of the lines; write `summary` for a summary that disagrees"
            )
        processing = args.lines("processing", department)
        detail = args.lines("detail", department)
        for key, given in (("lines", lines), ("processing", processing), ("detail", detail)):
            for code in given or {}:
                self._check_department(code, department, args, key)
        without = {w.pick(one, w.TABLE_PARTS, "without") for one in v.to_list(args.raw("without"))}
        sides = (
            args.word("known_to", {"both": "both", "agency": "agency", "tax": "tax", "税务": "tax", "双方": "both"})
            or "both"
        )
        period = args.month("period") or sent.strftime("%Y%m")
        bill = m.Bill(
            label=label,
            department=department,
            registration=registration,
            employer=employer,
            unit_no=self._number(
                args, "unit_no", lambda: registration.unit_no if registration else self.keys.unit_no(department)
            )
            or "",
            system=args.word("system", w.SYSTEMS)
            or (registration.system if registration else "NNSB" if department == w.HRSS else "QYYB"),
            agency=args.typed("agency", w.agency) or (registration.agency if registration else employer.agency),
            serial=self._number(args, "serial", lambda: self.keys.serial(department, period)) or "",
            batch=args.text("batch") or f"{sent:%Y%m%d}{'RS' if department == w.HRSS else 'YB'}01",
            period=period,
            origin=args.word("origin", w.ORIGINS) or "1",
            is_project=args.flag("project"),
            persons=args.number("persons") or 2,
            sent_at=sent,
            lines={},
            summary=args.amount("summary") if args.given("summary") else sum(lines.values(), m.ZERO),
            has_summary="summary" not in without,
            has_processing="processing" not in without,
            has_detail="detail" not in without,
            at_agency=sides != "tax",
        )
        for code in dict.fromkeys((*lines, *(processing or {}), *(detail or {}))):
            bill.lines[code] = m.Line(
                code,
                processing.get(code) if processing is not None else lines.get(code),
                detail.get(code) if detail is not None else lines.get(code),
                lines.get(code),
            )
        for other in self.cast.bills.values():
            same = (other.department, w.code_norm(other.serial), w.code_norm(other.batch))
            if (
                same == (bill.department, w.code_norm(bill.serial), w.code_norm(bill.batch))
                and other.at_agency
                and bill.at_agency
            ):
                raise args.error(
                    "batch",
                    f"serial and batch are those of bill {other.label}: one identity is one bill; give another batch",
                )
        self.cast.bills[label] = bill
        if sides == "tax":
            bill.steps["received"] = sent.replace(hour=10, minute=5)
        return bill

    def _declare_resent(self, args: Args) -> None:
        old = self._bill(args)
        sent = self._moment(args, ACTS["resent"])
        label = str(args.raw("as")) if args.given("as") else f"{old.label} again"
        if label in self.cast.bills:
            raise args.error("as", f"bill {label} exists already")
        lines = args.lines("lines", old.department) or dict(old.amounts)
        batch = args.text("batch")
        body = Record(args.place.line)
        inner = Args(body, ACTS["billed"].keys, args.place, self.as_of)
        taken = {(w.code_norm(b.serial), w.code_norm(b.batch)) for b in self.cast.bills.values()}
        number = 1
        while batch is None:
            candidate = f"{sent:%Y%m%d}{'RS' if old.department == w.HRSS else 'YB'}{number:02d}"
            if (w.code_norm(old.serial), w.code_norm(candidate)) not in taken:
                batch = candidate
            number += 1
        inner.put("batch", batch)
        bill = self._new_bill(label, inner, old.department, old.employer, old.registration, sent, lines)
        bill.serial = self._number(args, "serial", lambda: old.serial) or ""
        for name in ("unit_no", "system", "agency", "period", "origin", "is_project", "persons"):
            setattr(bill, name, getattr(old, name))

    def _act_changed(self, args: Args, moment: dt.datetime) -> None:
        bill = self._bill(args)
        lines = args.lines("lines", bill.department)
        if not lines:
            raise args.error("lines", "which amounts? `lines: {城职养老: 2500.00}`")
        side = (
            args.word(
                "by",
                {
                    "agency": "agency",
                    "tax": "tax",
                    "税务": "tax",
                    "人社": "agency",
                    "医保": "agency",
                    "hrss": "agency",
                    "nhsa": "agency",
                },
            )
            or "agency"
        )
        for code, amount in lines.items():
            self._check_department(code, bill.department, args, "lines")
            line = bill.lines.setdefault(code, m.Line(code, None, None, None))
            if side == "agency":
                line.processing = line.detail = amount
            else:
                line.tax = amount
        if side == "agency":
            bill.summary = sum((line.processing or m.ZERO for line in bill.lines.values()), m.ZERO)

    # --- the way through tax
    def _fill(self, bill: m.Bill, upto: str, moment: dt.datetime, args: Args | None) -> None:
        """Fill in the steps that come before `upto` (itself not included)."""
        skip: set[str] = set()
        if args is not None:
            if args.flag("alone"):
                return
            skip = args.steps("not")
        order = ("read_by_tax", *FIRST_STEPS, "declared")
        before = order[: order.index(upto)] if upto in order else order
        if bill.validation == "2" and "pushed" not in bill.steps:
            raise CaseError(
                f"bill {bill.label} was intercepted: it goes no further (use `alone: yes` for this step only)"
            )
        if bill.fail_reason and "declared" in before:
            raise CaseError(
                f"processing of bill {bill.label} failed: it goes no further (use `alone: yes` for this step only)"
            )
        previous = bill.sent_at
        for step in before:
            have = bill.read_at if step == "read_by_tax" else bill.steps.get(step)
            if have is None and step not in skip and not (step == "read_by_tax" and not bill.at_agency):
                if step == "declared":
                    usual = max(moment.replace(hour=11, minute=0), previous + dt.timedelta(minutes=10))
                else:
                    usual = max(previous.replace(hour=10, minute=0), previous + dt.timedelta(minutes=10))
                left = len(before) - before.index(step)
                have = min(usual, moment - dt.timedelta(minutes=2 * left))
                if step == "read_by_tax":
                    bill.read_at = have
                else:
                    bill.steps[step] = have
                bill.filled.add(step)
            previous = max(previous, have) if have else previous

    def _step(self, args: Args, moment: dt.datetime, step: str) -> m.Bill | None:
        """Set a step of the first part of the way, of a bill or of registrations."""
        if self._targets_bill(args):
            bill = self._bill(args)
            self._fill(bill, step, moment, args)
            bill.steps[step] = moment
            return bill
        for registration in self._registrations(args):
            if not args.flag("alone"):
                skip = args.steps("not")
                if registration.base_read_at is None and "read_by_tax" not in skip and step != "received":
                    sent = registration.sent_at or moment
                    self._read_registration(registration, max(sent, moment - dt.timedelta(minutes=30)), "both", None)
                position = FIRST_STEPS.index(step)
                for earlier in FIRST_STEPS[:position]:
                    if earlier not in registration.steps and earlier not in skip:
                        registration.steps[earlier] = moment - dt.timedelta(
                            minutes=5 * (position - FIRST_STEPS.index(earlier))
                        )
            registration.steps[step] = moment
        return None

    def _act_read_by_tax(self, args: Args, moment: dt.datetime) -> None:
        validation = args.word("validation", w.VALIDATION) or "1"
        received = args.flag("received", True) and not args.flag("alone") and "received" not in args.steps("not")
        if self._targets_bill(args):
            bill = self._bill(args)
            bill.read_at = moment
            if received and "received" not in bill.steps:
                bill.steps["received"] = moment + dt.timedelta(minutes=5)
                bill.validation = validation
            return
        items = args.items("items")
        for registration in self._registrations(args):
            self._read_registration(registration, moment, args.word("only", w.REGISTRATION_PARTS) or "both",
                                    [one.code for one in items] if items else None)  # fmt: skip
            if received and "received" not in registration.steps:
                registration.steps["received"] = moment + dt.timedelta(minutes=5)
                registration.validation = validation

    def _act_received(self, args: Args, moment: dt.datetime) -> None:
        validation = args.word("validation", w.VALIDATION) or "1"
        if self._targets_bill(args):
            bill = self._bill(args)
            bill.steps["received"] = moment
            bill.validation = validation
            for code, amount in (args.lines("lines", bill.department) or {}).items():
                bill.lines.setdefault(code, m.Line(code, None, None, None)).tax = amount
            return
        for registration in self._registrations(args):
            registration.steps["received"] = moment
            registration.validation = validation

    def _act_intercepted(self, args: Args, moment: dt.datetime) -> None:
        reason = args.text("reason") or "校验不通过"
        if self._targets_bill(args):
            bill = self._bill(args)
            self._fill(bill, "received", moment, args)
            bill.steps.setdefault("received", moment)
            bill.validation, bill.reason = "2", reason
            return
        for registration in self._registrations(args):
            registration.steps.setdefault("received", moment)
            registration.validation = "2"

    def _act_pushed(self, args: Args, moment: dt.datetime) -> None:
        self._step(args, moment, "pushed")

    def _act_shared(self, args: Args, moment: dt.datetime) -> None:
        bill = self._step(args, moment, "shared")
        written_back = args.flag("written_back", True)
        for one in [bill] if bill else self._registrations(args):
            one.written_back = written_back

    def _act_entered_front(self, args: Args, moment: dt.datetime) -> None:
        self._step(args, moment, "entered_front")

    def _act_processed(self, args: Args, moment: dt.datetime) -> None:
        self._step(args, moment, "processed")

    def _act_process_failed(self, args: Args, moment: dt.datetime) -> None:
        bill = self._step(args, moment, "processed")
        reason = args.text("reason") or "户籍未关联"
        for one in [bill] if bill else self._registrations(args):
            one.fail_reason = reason

    def _act_declared(self, args: Args, moment: dt.datetime) -> None:
        bill = self._bill(args)
        self._fill(bill, "declared", moment, args)
        bill.steps["declared"] = moment
        bill.filled.discard("declared")
        lines = args.lines("lines", bill.department)
        if lines:
            for code, amount in lines.items():
                self._line(bill, code, args).declared = amount
            for code, line in bill.lines.items():
                if code not in lines and line.declared is None:
                    line.declared = None if line.declared else m.ZERO

    def _line(self, bill: m.Bill, code: str, args: Args) -> m.Line:
        if code not in bill.lines:
            names = [w.items()[one].name for one in bill.lines]
            raise args.error("lines", f"bill {bill.label} has no line {w.items()[code].name}; {choices(names)}")
        return bill.lines[code]

    def _tickets(self, args: Args, bill: m.Bill) -> list[m.Ticket]:
        if args.given("ticket"):
            wanted = str(args.raw("ticket"))
            found = [ticket for ticket in bill.tickets if ticket.label == wanted]
            if not found:
                raise args.error(
                    "ticket",
                    f"ticket {wanted} is not an invoice of bill {bill.label}; {choices([t.label for t in bill.tickets], wanted)}",
                )
            return found
        return [ticket for ticket in bill.tickets if ticket.voided_at is None]

    # --- taking things back
    def _act_withdrawn(self, args: Args, moment: dt.datetime) -> None:
        if args.given("kind") or args.given("return"):
            bill = self._bill(args)
            kind = args.word("kind", w.RETURN_KINDS) or "both"
            label = str(args.raw("return")) if args.given("return") else None
            codes = {one.code for one in args.items("items", bill.department) or []}
            rows = [row for ticket in self._tickets(args, bill) for row in ticket.returns
                    if kind in {"both", row.kind} and (label is None or row.label == label)
                    and (not codes or row.item in codes)]  # fmt: skip
            if not rows:
                raise CaseError(f"bill {bill.label} has no such returned row")
            for row in rows:
                row.withdrawn_at = moment
            return
        if self._targets_bill(args):
            self._bill(args).withdrawn_at = moment
            return
        part = args.word("only", w.REGISTRATION_PARTS) or "both"
        items = args.items("items")
        for registration in self._registrations(args):
            if part in {"both", "base"} and not items:
                registration.base_withdrawn_at = moment
            if part in {"both", "enrolment"}:
                for enrolment in registration.enrolments.values():
                    if items is None or enrolment.item in {one.code for one in items}:
                        enrolment.withdrawn_at = moment

    def _act_voided(self, args: Args, moment: dt.datetime) -> None:
        bill = self._bill(args)
        what = args.word("what", {"bill": "bill", "单据": "bill", "invoices": "invoices", "invoice": "invoices", "缴款书": "invoices",
                                  "declaration": "declaration", "申报": "declaration"}) or ("invoices" if args.given("ticket") else "bill")  # fmt: skip
        if what == "invoices":
            tickets = self._tickets(args, bill)
            if not tickets:
                raise CaseError(f"bill {bill.label} has no invoice to void")
            for ticket in tickets:
                ticket.voided_at = moment
            return
        if what == "declaration":
            bill.declared_void = True
            return
        side = args.word("by", {"agency": "agency", "人社": "agency", "医保": "agency", "hrss": "agency", "nhsa": "agency", "部门": "agency",
                                "tax": "tax", "税务": "tax"}) or "agency"  # fmt: skip
        if side == "agency":
            bill.voided_at = moment
        else:
            bill.tax_voided_at = moment
            bill.steps.setdefault("received", min(bill.sent_at + dt.timedelta(minutes=65), moment))

    def _act_write_off_started(self, args: Args, moment: dt.datetime) -> None:
        bill = self._bill(args)
        bill.steps.setdefault("received", min(bill.sent_at + dt.timedelta(minutes=65), moment))
        bill.write_off_at = moment
