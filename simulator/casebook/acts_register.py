"""Acts on registrations, taxpayers, associations and agreements."""

import datetime as dt

from simulator.casebook import model as m
from simulator.casebook import vocabulary as w
from simulator.casebook.acts_money import MoneyActs
from simulator.casebook.args import Args
from simulator.casebook.casting import ACTS, FIRST_STEPS
from simulator.casebook.errors import CaseError


class RegisterActs(MoneyActs):
    """Registers and what changes in them."""

    def _declare_registered(self, args: Args) -> None:
        sent = self._moment(args, ACTS["registered"])
        for registration in self._declared_registrations(args):
            self._send_registration(registration, sent, args.word("only", w.REGISTRATION_PARTS) or "both", args)

    def _declare_set_up(self, args: Args) -> None:
        sent = self._moment(args, ACTS["set_up"])
        for registration in self._declared_registrations(args):
            self._send_registration(registration, sent, "both", args)
            read_at = max(sent.replace(hour=10, minute=0), sent + dt.timedelta(minutes=30))
            self._read_registration(registration, read_at, "both", None)
            self._fill_registration(registration, "processed", read_at, set())
            if args.given("taxpayer") or registration.employer.label in self.cast.taxpayers:
                taxpayer = self._taxpayer(args, "taxpayer", registration.employer)
                self._associate(
                    registration, taxpayer, args.typed("bureau", w.authority), read_at + dt.timedelta(hours=2)
                )

    def _declared_registrations(self, args: Args) -> list[m.Registration]:
        out = []
        departments = args.words("by", w.DEPARTMENTS)
        if departments is None and args.given("items"):
            departments = list({item.department for item in args.items("items") or []})
        employers: list[m.Employer] | None = None
        if args.given("registration"):
            head, _, tail = str(args.raw("registration")).rpartition(" ")
            if head in self.cast.employers and tail.lower() in w.DEPARTMENTS:
                departments, employers = [w.DEPARTMENTS[tail.lower()]], [self.cast.employers[head]]
                args.put("registration", f"{head} {departments[0].lower()}")
            if len(departments or []) != 1:
                raise args.error("by", "a label stands for one registration: say `by: hrss` or `by: nhsa`")
        for employer in employers or self._employers(args):
            for department in departments or [w.HRSS, w.NHSA]:
                label = f"{employer.label} {department.lower()}"
                if args.given("registration"):
                    label = str(args.raw("registration"))
                existing = self.cast.registrations.get(label)
                if existing is not None:
                    self._describe(existing, args)
                    out.append(existing)
                    continue
                out.append(self._new_registration(label, employer, department, args))
        return out

    def _describe(self, registration: m.Registration, args: Args) -> None:
        """What an act says about a registration that the cast has described, or another act sent."""
        if args.has("name"):
            registration.name = args.text("name")
        if args.has("uscc"):
            registration.uscc = self._code(args, "uscc", registration.employer, registration.uscc)
        registration.agency = args.typed("agency", w.agency) or registration.agency
        registration.town = args.typed("town", w.town) or registration.town
        registration.unit_type = args.word("type", w.UNIT_TYPES) or registration.unit_type

    # --- changes
    def _act_enrolled(self, args: Args, moment: dt.datetime) -> None:
        for registration in self._registrations(args):
            for one in args.items("items", registration.department) or []:
                self._check_department(one.code, registration.department, args, "items")
                registration.enrolments[one.code] = m.Enrolment(one.code, args.flag("project_only"), moment)

    def _end(self, args: Args, moment: dt.datetime, status: str) -> None:
        for registration in self._registrations(args):
            registration.status = status
            registration.ended_on = moment.date()
            registration.updated_at = max(registration.updated_at or moment, moment)

    def _act_ended(self, args: Args, moment: dt.datetime) -> None:
        self._end(args, moment, "2")

    def _act_merged(self, args: Args, moment: dt.datetime) -> None:
        self._end(args, moment, "3")

    def _sides(self, args: Args) -> tuple[list[m.Registration], list[m.Taxpayer]]:
        """Registrations and taxpayers that an act with `by: hrss | nhsa | tax` means."""
        if args.given("registration"):
            return self._registrations(args), []
        if args.given("taxpayer"):
            return [], [self._taxpayer(args)]
        employer = self._employer(args)
        sides = args.words("by", w.SIDES)
        registrations = []
        for department in (w.HRSS, w.NHSA):
            if sides is None or department in sides or "AGENCY" in sides:
                found = self._registration_of(employer, department)
                if found is None and sides is not None and department in sides:
                    raise args.error("by", f"employer {employer.label} has no registration at {department.lower()}")
                registrations += [found] if found else []
        taxpayers = []
        if sides is None or w.TAX in sides:
            own = self.cast.taxpayers.get(employer.label)
            if own is None and sides is not None:
                raise args.error("by", f"employer {employer.label} has no taxpayer")
            taxpayers += [own] if own else []
        return registrations, taxpayers

    def _act_renamed(self, args: Args, moment: dt.datetime) -> None:
        if not args.has("to"):
            raise args.error("to", "the new name is missing")
        registrations, taxpayers = self._sides(args)
        for registration in registrations:
            registration.name = args.text("to")
            registration.updated_at = max(registration.updated_at or moment, moment)
        for taxpayer in taxpayers:
            taxpayer.name = args.text("to")
            taxpayer.updated_at = max(taxpayer.updated_at, moment)

    def _act_recoded(self, args: Args, moment: dt.datetime) -> None:
        if not args.has("uscc"):
            raise args.error("uscc", "the new code is missing")
        registrations, taxpayers = self._sides(args)
        for one in registrations:
            one.uscc = self._code(args, "uscc", one.employer, one.uscc)
            one.updated_at = max(one.updated_at or moment, moment)
        for taxpayer in taxpayers:
            taxpayer.number = taxpayer.uscc = self._code(args, "uscc", taxpayer.employer, taxpayer.number)
            taxpayer.updated_at = max(taxpayer.updated_at, moment)

    def _act_associated(self, args: Args, moment: dt.datetime) -> None:
        for registration in self._registrations(args):
            taxpayer = self._taxpayer(args, "to", registration.employer)
            if not args.flag("alone"):
                skip = args.steps("not")
                early = moment - dt.timedelta(hours=1)
                if "read_by_tax" not in skip:
                    for_base = registration.base_read_at is None
                    if for_base or any(one.read_at is None for one in registration.enrolments.values()):
                        sent = registration.sent_at or early
                        read = max(min(sent + dt.timedelta(hours=1), early), sent)
                        if for_base and registration.base_sent_at:
                            registration.base_read_at = read
                        for enrolment in registration.enrolments.values():
                            enrolment.read_at = enrolment.read_at or read
                read = registration.base_read_at or early
                for index, step in enumerate(FIRST_STEPS):
                    if step not in registration.steps and step not in skip:
                        registration.steps[step] = min(read + dt.timedelta(minutes=5 * (index + 1)), moment)
            for fee in self.cast.fee_registrations:
                if fee.registration is registration and fee.cancelled_at is None and fee.associated_at <= moment:
                    fee.cancelled_at = moment - dt.timedelta(minutes=5)
                    fee.updated_at = fee.cancelled_at
            self._associate(registration, taxpayer, args.typed("bureau", w.authority), moment)

    def _fees(self, args: Args) -> list[m.FeeRegistration]:
        registrations = self._registrations(args)
        fees = [
            fee for fee in self.cast.fee_registrations if fee.registration in registrations and fee.cancelled_at is None
        ]
        if not fees:
            raise CaseError("there is no association yet")
        return fees

    def _act_association_cancelled(self, args: Args, moment: dt.datetime) -> None:
        for fee in self._fees(args):
            fee.cancelled_at = fee.updated_at = moment

    def _act_marked_invalid(self, args: Args, moment: dt.datetime) -> None:
        for fee in self._fees(args):
            fee.is_valid = False
            fee.updated_at = moment

    def _act_moved(self, args: Args, moment: dt.datetime) -> None:
        authority = args.typed("to", w.authority, required=True)
        assert authority is not None
        registrations, taxpayers = self._sides(args)
        for taxpayer in taxpayers:
            taxpayer.authority = authority
            taxpayer.updated_at = max(taxpayer.updated_at, moment)
        for fee in self.cast.fee_registrations:
            if fee.registration in registrations and fee.cancelled_at is None:
                fee.authority = authority
                fee.updated_at = moment

    def _status(self, args: Args, moment: dt.datetime, status: str) -> None:
        taxpayer = self._taxpayer(args)
        taxpayer.status, taxpayer.status_date = status, moment.date()
        taxpayer.updated_at = max(taxpayer.updated_at, moment)

    def _act_deregistered(self, args: Args, moment: dt.datetime) -> None:
        self._status(args, moment, "07")

    def _act_abnormal(self, args: Args, moment: dt.datetime) -> None:
        self._status(args, moment, "05")

    def _act_restored(self, args: Args, moment: dt.datetime) -> None:
        self._status(args, moment, "03")

    def _act_agreement_ended(self, args: Args, moment: dt.datetime) -> None:
        self._agreement(args).ended_on = moment.date()
