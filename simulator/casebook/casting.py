"""The cast of a case: who takes part, with which numbers, and how acts find them by their labels."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from common.calendar import add_workdays
from simulator.casebook import language as lang
from simulator.casebook import model as m
from simulator.casebook import values as v
from simulator.casebook import vocabulary as w
from simulator.casebook.args import Args, at
from simulator.casebook.errors import CaseError, Place, choices
from simulator.casebook.keys import CaseKeys, in_form
from simulator.casebook.reader import Record, Text, line_of

DEFAULT_AS_OF = dt.date(2026, 6, 30)
ENTERPRISE_ITEMS = {w.HRSS: ("10201", "10202", "10204"), w.NHSA: ("10203", "10299-03", "10299-05")}
INSTITUTION_ITEMS = {w.HRSS: ("10211", "ZYNJ", "10202", "10204"), w.NHSA: ("10203", "10299-03", "10299-04", "10299-05")}
# items that have no part paid by the person
EMPLOYER_ONLY = {"10204", "10299-04", "10299-06", "10299-07"}
FIRST_STEPS = ("received", "pushed", "shared", "entered_front", "processed")
CLOCKS = {act.name: act.clock for act in lang.ACTS}
ACTS = {act.name: act for act in lang.ACTS}
# acts that leave no row with a time of its own: after the business date they have not happened
STATE_ACTS = {"renamed", "recoded", "moved", "deregistered", "abnormal", "restored", "agreement_ended", "ended", "merged",
              "marked_invalid", "changed"}  # fmt: skip
ACT_WORDS = {word: act.name for act in lang.ACTS for word in (act.name, *act.aliases)}
CODE_KEYS = (lang.Key("of", "text", ""), lang.Key("same_as", "text", ""), lang.Key("form", "text", ""))


class Casting:
    """Reads the cast, registers employers, resolves labels."""

    def __init__(self, number: int, place: Place, as_of: dt.date, args: Args) -> None:
        self.number = number
        self.place = place
        self.as_of = as_of
        self.args = args
        self.keys = CaseKeys(number)
        self.start = add_workdays(dt.date(as_of.year - 1, 1, 10), 0)
        self.cast = m.Cast()
        self._acts: list[tuple[lang.Act, Args]] = []

    def _cast_all(self) -> None:
        value = self.args.raw("cast")
        place = self.args.at("cast")
        if value is not None and not isinstance(value, Record):
            raise CaseError("cast is a mapping: `cast: {employers: {甲: {…}}}`", place)
        groups: dict[str, Any] = {}
        names = {"employers": ("employers", "employer", "用人单位", "单位"), "taxpayers": ("taxpayers", "taxpayer", "纳税人"),
                 "registrations": ("registrations", "registration", "户籍"), "agreements": ("agreements", "agreement", "协议", "三方协议")}  # fmt: skip
        known = {word: group for group, listed in names.items() for word in listed}
        given = value if value is not None else Record()
        for written, inner in given.items():
            if written not in known:
                line = given.key_lines.get(written, place.line)
                raise CaseError(
                    f"“{written}” is not part of a cast; {choices(names, written)}", replace(place, line=line)
                )
            groups[known[written]] = inner
        employers = self._labelled(groups.get("employers"), place, "employers")
        self._closed = bool(employers)
        if not employers:
            mentioned = self._mentioned_employers()
            employers = dict.fromkeys(mentioned or ["甲"])
        registered_by_act = self._registered_by_acts(list(employers))
        listed_registrations = self._labelled(groups.get("registrations"), place, "registrations")
        taxpayers = self._labelled(groups.get("taxpayers"), place, "taxpayers")
        later: list[Callable[[], object]] = []
        for label, body in employers.items():
            self._cast_employer(str(label), body, place, registered_by_act, later)
        for label, body in taxpayers.items():
            self._cast_taxpayer_entry(str(label), body, place)
        for one in later:
            one()
        for label, body in listed_registrations.items():
            self._cast_registration_entry(str(label), body, place)
        for label, body in self._labelled(groups.get("agreements"), place, "agreements").items():
            record = body if isinstance(body, Record) else Record(place.line)
            if body is not None and not isinstance(body, Record):
                record["employer"] = body
            args = Args(record, ACTS["signed"].keys, replace(place, key=f"cast: agreement {label}"), self.as_of)
            args.put("agreement", label)
            if not args.given("on"):
                args.put("on", Text(self.start.isoformat()))
            self._declare_agreement(args)

    def _labelled(self, value: Any, place: Place, group: str) -> dict[str, Any]:
        if value is None:
            return {}
        if isinstance(value, str):
            return {str(one).strip(): None for one in v.to_list(value)}
        if isinstance(value, Record):
            return dict(value)
        if isinstance(value, list):
            out: dict[str, Any] = {}
            for entry in value:
                if isinstance(entry, Record):
                    label = next((entry[key] for key in ("label", "id", "标签") if key in entry), None)
                    if label is None and len(entry) == 1:
                        label, body = next(iter(entry.items()))
                        out[str(label)] = body
                        continue
                    if label is None:
                        raise CaseError(
                            f"an entry of {group} needs a label: `甲: {{…}}`", replace(place, line=entry.line)
                        )
                    body = Record(entry.line)
                    for key, inner in entry.items():
                        if key not in {"label", "id", "标签"}:
                            body[key] = inner
                            body.key_lines[key] = entry.key_lines.get(key, entry.line)
                    out[str(label)] = body
                else:
                    out[str(entry)] = None
            return out
        raise CaseError(f"{group} are a mapping of labels: `甲: {{…}}`", place)

    def _mentioned_employers(self) -> list[str]:
        found: dict[str, None] = {}
        for _, args in self._acts:
            value = args.raw("employer")
            for one in v.to_list(value) if value is not None else []:
                found[str(one)] = None
        return list(found)

    def _registered_by_acts(self, labels: list[str]) -> set[tuple[str, str]]:
        found: set[tuple[str, str]] = set()
        for act, args in self._acts:
            if act.name in {"registered", "set_up"}:
                value = args.raw("employer")
                if value is None and args.given("registration"):
                    value = next((one for one in labels if str(args.raw("registration")).startswith(one)), None)
                named = [str(one) for one in v.to_list(value)] if value is not None else labels[:1]
                for label in named:
                    for department in args.words("by", w.DEPARTMENTS) or [w.HRSS, w.NHSA]:
                        own = args.raw("registration") in {None, f"{label} {department.lower()}"}
                        found.add((label, department if own else "another"))
        return found

    def _cast_employer(
        self,
        label: str,
        body: Any,
        place: Place,
        registered_by_act: set[tuple[str, str]],
        later: list[Callable[[], object]],
    ) -> None:
        record = body
        if isinstance(body, str):  # 甲: 南宁甲贸易有限公司
            record = Record(line_of(body))
            record["name"] = body
        elif body is None:
            record = Record(place.line)
        if not isinstance(record, Record):
            raise CaseError(f"employer {label}: a mapping or a name is expected", place)
        args = Args(record, lang.CAST_EMPLOYER, replace(place, key=f"cast: employer {label}"), self.as_of)
        unit_type = args.word("type", w.UNIT_TYPES) or "91"
        bureau = args.typed("bureau", w.authority) or "14501030000"
        bureau = w.roll_up(bureau)
        area = w.bureaus()[bureau].get("district_code") or "450100"
        town = args.typed("town", w.town)
        name = args.text("name")
        if not args.has("name"):
            name = f"南宁{label}有限责任公司" if unit_type in {"91", "92", "99"} else f"南宁市{label}事务中心"
        employer = m.Employer(
            label=label,
            key=f"C{self.number:06d}E{len(self.cast.employers) + 1:02d}",
            name=name,
            uscc=None,
            unit_type=unit_type,
            bureau=bureau,
            town=town or w.town_of_bureau(bureau),
            agency=args.typed("agency", w.agency) or w.agency_of_bureau(bureau),
        )
        employer.uscc = self._code(args, "uscc", employer, self.keys.code(f"employer {label}", unit_type, area))
        self.cast.employers[label] = employer
        # tax side
        tax = args.raw("tax")
        if not (args.has("tax") and v.is_no(tax)):
            tax_args = self._side_args(tax, lang.CAST_TAX, args, "tax")
            self._add_taxpayer(label, employer, tax_args)
        # departments
        registered = self._registered(args, label)
        for department, key in ((w.HRSS, "hrss"), (w.NHSA, "nhsa")):
            side = args.raw(key)
            if args.has(key) and v.is_no(side):
                continue
            if not args.has(key):
                if registered is None and any(label == one for one, _ in registered_by_act):
                    continue
                if registered is not None and department not in registered:
                    continue
            side_args = self._side_args(side, lang.CAST_SIDE, args, key)
            # what an act sends is only described here
            tell = self._new_registration if (label, department) in registered_by_act else self._cast_side
            later.append(partial(tell, f"{label} {department.lower()}", employer, department, side_args))

    def _side_args(self, value: Any, keys: tuple[lang.Key, ...], args: Args, key: str) -> Args:
        record = value
        if value is None or (isinstance(value, str) and v.is_yes(value)):
            record = Record(args.at(key).line)
        elif isinstance(value, str):
            record = Record(line_of(value))
            record["name"] = value
        if not isinstance(record, Record):
            raise args.error(key, "a mapping (or no) is expected")
        return Args(record, keys, args.at(key), self.as_of)

    def _registered(self, args: Args, label: str) -> set[str] | None:
        if not args.has("registered"):
            return None
        value = args.raw("registered")
        if v.is_no(value):
            return set()
        if v.is_yes(value):
            return {w.HRSS, w.NHSA}
        return set(args.words("registered", w.DEPARTMENTS) or [])

    def _cast_taxpayer_entry(self, label: str, body: Any, place: Place) -> None:
        record = body if isinstance(body, Record) else Record(place.line)
        if isinstance(body, str):
            record["employer"] = body
        args = Args(record, lang.CAST_TAXPAYER, replace(place, key=f"cast: taxpayer {label}"), self.as_of)
        employer = self._employer_named(args, "employer") if args.given("employer") else None
        if label in self.cast.taxpayers:
            raise CaseError(
                f"taxpayer {label} exists already: an employer's own taxpayer has the employer's label", args.place
            )
        self._add_taxpayer(label, employer, args)

    def _add_taxpayer(self, label: str, employer: m.Employer | None, args: Args) -> m.Taxpayer:
        unit_type = employer.unit_type if employer else "91"
        own = employer.uscc if employer else self.keys.code(f"taxpayer {label}", unit_type, "450103")
        number = self._code(args, "taxpayer_no", employer, self._code(args, "uscc", employer, own))
        uscc = self._code(
            args,
            "uscc",
            employer,
            own if not args.has("taxpayer_no") else (number if number and len(number) >= 18 else own),
        )
        registered = args.moment("on", "09:00") or dt.datetime.combine(self.start, dt.time(9)) - dt.timedelta(days=30)
        status = args.word("status", w.TAXPAYER_STATUSES) or "03"
        status_date = args.moment("status_date", "09:00")
        updated = args.moment("updated", "09:00") or max(registered, status_date or registered)
        taxpayer = m.Taxpayer(
            label=label,
            key=self.keys.running("1014501", "taxpayer", 7),
            employer=employer,
            number=number,
            uscc=uscc,
            name=args.text("name") if args.has("name") else (employer.name if employer else f"南宁{label}有限责任公司"),
            status=status,
            status_date=(status_date or registered).date(),
            entity_type=args.word("entity_type", w.ENTITY_TYPES) or ("1120" if unit_type == "92" else "1110"),
            authority=args.typed("bureau", w.authority) or (employer.bureau if employer else "14501030000"),
            town=args.typed("town", w.town) or (employer.town if employer else w.town_of_bureau("14501030000")),
            registered_at=registered,
            updated_at=updated,
            unit_type=unit_type,
        )
        self.cast.taxpayers[label] = taxpayer
        return taxpayer

    def _cast_registration_entry(self, label: str, body: Any, place: Place) -> None:
        record = body if isinstance(body, Record) else Record(place.line)
        args = Args(record, lang.CAST_REGISTRATION, replace(place, key=f"cast: registration {label}"), self.as_of)
        employer = self._employer(args)
        departments = args.words("by", w.DEPARTMENTS)
        if not departments or len(departments) != 1:
            raise args.error("by", "hrss or nhsa is expected")
        self._cast_side(label, employer, departments[0], args)

    def _cast_side(self, label: str, employer: m.Employer, department: str, args: Args) -> None:
        sent = args.moment("on", CLOCKS["registered"]) or dt.datetime.combine(self.start, dt.time(8, 30))
        registration = self._new_registration(label, employer, department, args)
        part = args.word("only", w.REGISTRATION_PARTS) or "both"
        self._send_registration(registration, sent, part, args)
        read = args.raw("read")
        if args.has("read") and v.is_no(read):
            pass
        else:
            read_at = sent.replace(hour=10, minute=0)
            if args.given("read") and not v.is_yes(read) and str(read) not in {"same_day", "当日"}:
                read_at = args.moment("read", CLOCKS["read_by_tax"]) or read_at
            read_at = max(read_at, sent + dt.timedelta(minutes=30))
            self._read_registration(registration, read_at, "both", None)
            self._fill_registration(registration, "processed", read_at, set())
            wanted = args.raw("associated")
            if not (args.has("associated") and v.is_no(wanted)):
                label_of = employer.label if wanted is None or v.is_yes(wanted) else str(wanted)
                taxpayer = self.cast.taxpayers.get(label_of)
                if taxpayer is None and wanted is not None and not v.is_yes(wanted):
                    raise args.error(
                        "associated",
                        f"taxpayer {label_of} is not in the cast; {choices(self.cast.taxpayers, label_of)}",
                    )
                if taxpayer is not None:
                    self._associate(
                        registration, taxpayer, args.typed("bureau", w.authority), read_at.replace(hour=14, minute=0)
                    )
        status = args.word("status", w.REGISTRATION_STATUSES) or "1"
        ended = args.moment("ended_on", CLOCKS["ended"])
        if status != "1" or ended:
            registration.status = status if status != "1" else "2"
            registration.ended_on = (ended or sent + dt.timedelta(days=30)).date()
            registration.updated_at = max(ended or registration.updated_at or sent, registration.updated_at or sent)
        if args.given("updated"):
            registration.updated_at = args.moment("updated", "09:00")

    # --- registrations
    def _new_registration(self, label: str, employer: m.Employer, department: str, args: Args) -> m.Registration:
        if label in self.cast.registrations:
            raise CaseError(f"registration {label} exists already; give it another label", args.place)
        unit_type = args.word("type", w.UNIT_TYPES) or employer.unit_type
        registration = m.Registration(
            label=label,
            employer=employer,
            department=department,
            system=args.word("system", w.SYSTEMS) or ("NNSB" if department == w.HRSS else "QYYB"),
            unit_no=self._number(args, "unit_no", lambda: self.keys.unit_no(department)) or "",
            name=args.text("name") if args.has("name") else employer.name,
            uscc=self._code(args, "uscc", employer, employer.uscc),
            agency=args.typed("agency", w.agency) or employer.agency,
            unit_type=unit_type,
            town=args.typed("town", w.town) or employer.town,
            assigned_bureau=employer.bureau,
        )
        if args.has("assigned_bureau"):
            registration.assigned_bureau = args.typed("assigned_bureau", w.authority) or employer.bureau
        self.cast.registrations[label] = registration
        return registration

    def _send_registration(self, registration: m.Registration, sent: dt.datetime, part: str, args: Args) -> None:
        if part in {"both", "base"}:
            registration.base_sent_at = sent
        if part in {"both", "enrolment"}:
            items = args.items("items", registration.department)
            usual = INSTITUTION_ITEMS if registration.unit_type in {"11", "12"} else ENTERPRISE_ITEMS
            codes = [one.code for one in items] if items else list(usual[registration.department])
            for code in codes:
                self._check_department(code, registration.department, args, "items")
                registration.enrolments[code] = m.Enrolment(
                    code, args.flag("project_only"), sent + dt.timedelta(minutes=2)
                )
        registration.updated_at = max(registration.updated_at or sent, sent)

    def _check_department(self, code: str, department: str, args: Args, key: str) -> None:
        item = w.items()[code]
        if item.department != department:
            raise args.error(key, f"{item.name} belongs to {item.department.lower()}, not to {department.lower()}")

    def _read_registration(
        self, registration: m.Registration, moment: dt.datetime, part: str, items: list[str] | None
    ) -> None:
        if part in {"both", "base"} and registration.base_sent_at and not items:
            registration.base_read_at = moment
        if part in {"both", "enrolment"} or items:
            for enrolment in registration.enrolments.values():
                if items is None or enrolment.item in items:
                    enrolment.read_at = moment

    def _fill_registration(self, registration: m.Registration, upto: str, moment: dt.datetime, skip: set[str]) -> None:
        """Fill the steps up to and including `upto`; the last one happens at `moment` or later that day."""
        for step in (*FIRST_STEPS[: FIRST_STEPS.index(upto) + 1],):
            if step not in registration.steps and step not in skip:
                registration.steps[step] = moment + dt.timedelta(minutes=5 * (FIRST_STEPS.index(step) + 1))

    def _associate(
        self, registration: m.Registration, taxpayer: m.Taxpayer, authority: str | None, moment: dt.datetime
    ) -> None:
        self.cast.fee_registrations.append(
            m.FeeRegistration(
                number=self.keys.running("31450", "fee", 5),
                registration=registration,
                taxpayer=taxpayer,
                authority=authority or taxpayer.authority,
                associated_at=moment,
                updated_at=moment,
            )
        )

    # --- codes
    def _code(self, args: Args, name: str, employer: m.Employer | None, default: str | None) -> str | None:
        """A credit code or taxpayer id as the author wrote it; absent: the default; null: none."""
        if not args.has(name):
            return default
        value = args.raw(name)
        if value is None:
            return None
        unit_type = employer.unit_type if employer else "91"
        area = (w.bureaus()[employer.bureau].get("district_code") if employer else None) or "450100"
        place = args.at(name)
        with at(place):
            if isinstance(value, Record):
                inner = Args(value, CODE_KEYS, place, self.as_of)
                source = inner.text("of") or inner.text("same_as")
                base = self._code_of(source, unit_type, area) if source else default
                for form in v.to_list(inner.raw("form")):
                    base = in_form(base or "", str(form).strip()) if base else base
                return base
            if isinstance(value, list):
                raise CaseError("one code is expected")
            text = str(value)
            plain = w.plain(text).lower()
            if plain in {"auto", "自动"}:
                return default
            if plain in {"none", "blank", "无", "空"}:
                return None
            if not plain:
                return text
            if text in self.cast.employers:
                return self.cast.employers[text].uscc
            return self.keys.stated_code(text, unit_type, area)

    def _code_of(self, source: str, unit_type: str, area: str) -> str | None:
        if source in self.cast.employers:
            return self.cast.employers[source].uscc
        if source in self.cast.taxpayers:
            return self.cast.taxpayers[source].number
        if source in self.cast.registrations:
            return self.cast.registrations[source].uscc
        return self.keys.stated_code(source, unit_type, area)

    def _number(self, args: Args, name: str, default: Callable[[], str | None]) -> str | None:
        """A serial, unit number or account: own, stated, or the same as another's in some writing."""
        if not args.has(name):
            return default()
        value = args.raw(name)
        if value is None:
            return None
        with at(args.at(name)):
            if isinstance(value, Record):
                inner = Args(value, CODE_KEYS, args.at(name), self.as_of)
                source = inner.text("of") or inner.text("same_as")
                if source is None:
                    raise CaseError("write {same_as: <label>}")
                base = self._number_of(name, source)
                for form in v.to_list(inner.raw("form")):
                    base = in_form(base, str(form).strip())
                return base
            if w.plain(value).lower() in {"auto", "自动"}:
                return default()
            return self.keys.stated(str(value))

    def _number_of(self, name: str, source: str) -> str:
        if name == "serial" and source in self.cast.bills:
            return self.cast.bills[source].serial
        if name == "unit_no":
            if source in self.cast.registrations:
                return self.cast.registrations[source].unit_no
            for department in ("hrss", "nhsa"):
                if f"{source} {department}" in self.cast.registrations:
                    return self.cast.registrations[f"{source} {department}"].unit_no
        if name == "account" and source in self.cast.agreements:
            return self.cast.agreements[source].account or ""
        return self.keys.stated(source)

    # --- look-ups
    def _employer_named(self, args: Args, name: str) -> m.Employer:
        label = str(args.raw(name))
        with at(args.at(name)):
            if label not in self.cast.employers:
                raise CaseError(f"employer {label} is not in the cast; {choices(self.cast.employers, label)}")
        return self.cast.employers[label]

    def _employer(self, args: Args) -> m.Employer:
        if args.given("employer"):
            return self._employer_named(args, "employer")
        if len(self.cast.employers) == 1:
            return next(iter(self.cast.employers.values()))
        raise args.error("employer", f"which employer? {choices(self.cast.employers)}")

    def _employers(self, args: Args) -> list[m.Employer]:
        """One employer, or several given as a list."""
        value = args.raw("employer")
        if isinstance(value, list) or (
            isinstance(value, str) and value not in self.cast.employers and len(v.to_list(value)) > 1
        ):
            out = []
            for one in v.to_list(value):
                label = str(one)
                if label not in self.cast.employers:
                    raise args.error(
                        "employer", f"employer {label} is not in the cast; {choices(self.cast.employers, label)}"
                    )
                out.append(self.cast.employers[label])
            return out
        return [self._employer(args)]

    def find_registration(self, label: str) -> m.Registration | None:
        """A registration by its label or by `甲 hrss` in any writing."""
        if label in self.cast.registrations:
            return self.cast.registrations[label]
        for divider in (" ", "/", "@", ":", ".", "的", "-", "_"):
            head, found, tail = label.rpartition(divider)
            if found and head in self.cast.employers:
                word = w.plain(tail).removesuffix("户籍").removesuffix("登记").strip().lower()
                if word in w.DEPARTMENTS:
                    return self._registration_of(self.cast.employers[head], w.DEPARTMENTS[word])
        return None

    def _registration_of(self, employer: m.Employer, department: str) -> m.Registration | None:
        usual = self.cast.registrations.get(f"{employer.label} {department.lower()}")
        if usual:
            return usual
        all_of = [
            one for one in self.cast.registrations.values() if one.employer is employer and one.department == department
        ]
        return all_of[0] if len(all_of) == 1 else None

    def _registrations(self, args: Args) -> list[m.Registration]:
        """The registrations an act means: by label, or by employer and departments."""
        if args.given("registration"):
            out = []
            for one in v.to_list(args.raw("registration")):
                found = self.find_registration(str(one))
                if found is None:
                    raise args.error(
                        "registration",
                        f"registration {one} is not in the case; {choices(self.cast.registrations, str(one))}",
                    )
                out.append(found)
            return out
        out = []
        named = args.words("by", w.DEPARTMENTS)
        for employer in self._employers(args):
            for department in named or [w.HRSS, w.NHSA]:
                found = self._registration_of(employer, department)
                if found is None:
                    several = [
                        r.label
                        for r in self.cast.registrations.values()
                        if r.employer is employer and r.department == department
                    ]
                    if several:
                        raise args.error("registration", f"which registration? {choices(several)}")
                    if named:
                        raise args.error(
                            "by", f"employer {employer.label} has no registration at {department.lower()} in this case"
                        )
                    continue
                out.append(found)
        if not out:
            raise args.error("employer", "there is no registration yet; register the employer first")
        return out

    def _bill(self, args: Args) -> m.Bill:
        if args.given("bill"):
            label = str(args.raw("bill"))
            if label not in self.cast.bills:
                raise args.error("bill", f"bill {label} has not been billed; {choices(self.cast.bills, label)}")
            return self.cast.bills[label]
        for key in ("ticket", "return"):
            if args.given(key):
                wanted = str(args.raw(key))
                for bill in self.cast.bills.values():
                    if any(t.label == wanted or any(r.label == wanted for r in t.returns) for t in bill.tickets):
                        return bill
        candidates = list(self.cast.bills.values())
        if "employer" in args.names and args.given("employer"):
            employer = self._employer_named(args, "employer")
            candidates = [bill for bill in candidates if bill.employer is employer]
        if "by" in args.names and args.given("by"):
            sides = {w.SIDES.get(w.plain(one).lower(), "") for one in v.to_list(args.raw("by"))} & {w.HRSS, w.NHSA}
            candidates = [bill for bill in candidates if not sides or bill.department in sides]
        if len(candidates) == 1:
            return candidates[0]
        if not candidates:
            raise args.error("bill", "there is no such bill; bill the employer first")
        raise args.error("bill", f"which bill? {choices([bill.label for bill in candidates])}")

    def _taxpayer(self, args: Args, name: str = "taxpayer", employer: m.Employer | None = None) -> m.Taxpayer:
        if args.given(name):
            label = str(args.raw(name))
            if label not in self.cast.taxpayers:
                raise args.error(name, f"taxpayer {label} is not in the cast; {choices(self.cast.taxpayers, label)}")
            return self.cast.taxpayers[label]
        if employer is None:
            if not args.given("employer") and len(self.cast.taxpayers) == 1:
                return next(iter(self.cast.taxpayers.values()))
            employer = self._employer(args)
        if employer.label not in self.cast.taxpayers:
            raise args.error(
                name, f"employer {employer.label} has no taxpayer of its own; {choices(self.cast.taxpayers)}"
            )
        return self.cast.taxpayers[employer.label]

    def _moment(self, args: Args, act: lang.Act, name: str = "on") -> dt.datetime:
        moment = args.moment(name, act.clock)
        if moment is None:
            raise args.error(name, f"“{name}” is missing: when?")
        return moment

    def _targets_bill(self, args: Args) -> bool:
        """Whether an act that fits bills and registrations means a bill."""
        if args.given("bill"):
            return True
        if args.given("registration") or args.given("employer"):
            return False
        return bool(self.cast.bills)

    def _declare_agreement(self, args: Args) -> None:
        label = str(args.raw("agreement")) if args.given("agreement") else self._next_label("x", self.cast.agreements)
        if label in self.cast.agreements:
            raise args.error("agreement", f"agreement {label} exists already; give it another label")
        taxpayer = self._taxpayer(args)
        self.cast.agreements[label] = m.Agreement(
            label=label,
            key=self.keys.running("5", "agreement", 5),
            taxpayer=taxpayer,
            bank=args.typed("bank", _bank) or "102",
            account=self._number(args, "account", self.keys.account),
            account_name=args.text("account_name") if args.has("account_name") else taxpayer.name,
            authority=(args.typed("authority", w.authority) if args.has("authority") else taxpayer.authority),
            is_batch=args.flag("batch", True),
            verified=args.word("verified", w.VERIFICATION) or "1",
            through=args.word("through", w.SIGNED_THROUGH) or "1",
            signed_at=self._moment(args, ACTS["signed"]),
        )
        agreement = self.cast.agreements[label]
        agreement.branch = args.text("branch") or f"{agreement.bank}611000012"

    def _next_label(self, head: str, taken: Any) -> str:
        number = 1
        while f"{head}{number}" in taken:
            number += 1
        return f"{head}{number}"


def _bank(value: object) -> str:
    text = w.plain(value)
    if text in w.BANKS:
        return w.BANKS[text]
    if text.isdigit() and len(text) == 3:
        return text
    return w.pick(value, w.BANKS, "bank")
