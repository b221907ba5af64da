"""From what an author wrote to the entities of a case: casts the cast, plays the acts, fills in earlier steps."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from common.calendar import add_workdays
from simulator.casebook import language as lang
from simulator.casebook import model as m
from simulator.casebook import values as v
from simulator.casebook import vocabulary as w
from simulator.casebook.args import Args, at
from simulator.casebook.errors import CaseError, Place, choices
from simulator.casebook.keys import CaseKeys, in_form
from simulator.casebook.reader import Items, Record, Text, line_of

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


class Case:
    """One case, understood: entities, raw overrides, expectations."""

    def __init__(self, record: Record, number: int, file: str, defaults: dict[str, Any] | None = None) -> None:
        self.number = number
        self.file = file
        self.record = record
        self.keys = CaseKeys(number)
        place = Place(file, record.line)
        name = next((record[key] for key in ("case", "name", "案例") if record.get(key) is not None), None)
        if isinstance(name, (dict, list)) or name is None:
            raise CaseError("a case needs a name: `- case: A1.02 what it shows`", place)
        self.name = str(name)
        self.place = replace(place, case=self.name)
        for key, value in (defaults or {}).items():
            if key not in record:
                record[key] = value
        args = Args(record, lang.CASE_KEYS, self.place, DEFAULT_AS_OF, ignore=("requirement", "requirements", "source", "tags"))
        self.as_of = args.typed("as_of", v.to_date) or DEFAULT_AS_OF
        with at(args.at("as_of")):
            year = self.as_of.year
            if not 2019 <= year <= 2027:
                raise CaseError(f"{self.as_of} is outside the calendar of working days (2019 to 2027)")
        self.batch_month = args.month("batch_month")
        self.start = add_workdays(dt.date(year - 1, 1, 10), 0)
        self.cast = m.Cast()
        self.args = args
        self.expect_record = args.raw("expect")
        self.raw_record = args.raw("raw")
        self._unnamed: dict[str, int] = {}
        # what acts register by themselves is not set up beforehand
        self._acts = self._read_acts()
        self._cast_all()
        self._play()
        self._finish()

    # ================================================================================================= reading acts
    def _read_acts(self) -> list[tuple[lang.Act, Args]]:
        value = self.args.raw("acts")
        if value is None:
            return []
        if isinstance(value, Record):
            value = _listed(value)
        if not isinstance(value, list):
            raise self.args.error("acts", "acts are a list: `- {act: billed, …}`")
        out = []
        for index, entry in enumerate(value, start=1):
            place = replace(self.place, line=line_of(entry, self.place.line), key=f"act {index}")
            out.append(self._read_act(entry, place))
        return out

    def _read_act(self, entry: Any, place: Place) -> tuple[lang.Act, Args]:
        if isinstance(entry, str):
            word, _, rest = entry.partition(" ")
            record = Record(place.line)
            if rest:
                record["_subject"] = Text(rest.strip(), place.line)
            entry = Record(place.line)
            entry[word] = record if record else None
        if not isinstance(entry, Record):
            raise CaseError("an act is a mapping: `{act: billed, …}`", place)
        for key in ("act", "动作", "行为"):
            if key in entry:
                word, body = entry[key], Record(entry.line)
                for other, value in entry.items():
                    if other != key:
                        body[other] = value
                        body.key_lines[other] = entry.key_lines.get(other, entry.line)
                return self._act_of(word, body, place)
        known = [key for key in entry if _act_name(key)]
        if len(entry) >= 1 and known:
            word = known[0]
            inner = entry[word]
            body = Record(entry.line)
            for other, value in entry.items():
                if other != word:
                    body[other] = value
                    body.key_lines[other] = entry.key_lines.get(other, entry.line)
            if isinstance(inner, Record):
                for key, value in inner.items():
                    body[key] = value
                    body.key_lines[key] = inner.key_lines.get(key, inner.line)
            elif inner is not None:
                body["_subject"] = inner
            return self._act_of(word, body, place)
        word = next(iter(entry), "")
        raise CaseError(f"act “{word}” is not known; {choices(ACTS, str(word))}", place)

    def _act_of(self, word: Any, body: Record, place: Place) -> tuple[lang.Act, Args]:
        name = _act_name(word)
        if name is None:
            raise CaseError(f"act “{word}” is not known; {choices(ACTS, str(word))}", place)
        act = ACTS[name]
        if "_subject" in body:
            subject = body.pop("_subject")
            body[act.subject] = subject
        return act, Args(body, act.keys, replace(place, key=f"{place.key} ({name})"), self.as_of, ignore=("note", "why", "说明"))

    # ==================================================================================================== the cast
    def _cast_all(self) -> None:
        value = self.args.raw("cast")
        place = self.args.at("cast")
        if value is not None and not isinstance(value, Record):
            raise CaseError("cast is a mapping: `cast: {employers: {甲: {…}}}`", place)
        groups: dict[str, Any] = {}
        names = {"employers": ("employers", "employer", "用人单位", "单位"), "taxpayers": ("taxpayers", "taxpayer", "纳税人"),
                 "registrations": ("registrations", "registration", "户籍"), "agreements": ("agreements", "agreement", "协议", "三方协议")}  # fmt: skip
        known = {word: group for group, listed in names.items() for word in listed}
        for written, inner in (value or {}).items():
            if written not in known:
                line = value.key_lines.get(written, place.line)
                raise CaseError(f"“{written}” is not part of a cast; {choices(names, written)}", replace(place, line=line))
            groups[known[written]] = inner
        employers = self._labelled(groups.get("employers"), place, "employers")
        self._closed = bool(employers)
        if not employers:
            mentioned = self._mentioned_employers()
            employers = dict.fromkeys(mentioned or ["甲"])
        registered_by_act = self._registered_by_acts(list(employers))
        listed_registrations = self._labelled(groups.get("registrations"), place, "registrations")
        taxpayers = self._labelled(groups.get("taxpayers"), place, "taxpayers")
        later: list[Callable[[], None]] = []
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
                        raise CaseError(f"an entry of {group} needs a label: `甲: {{…}}`", replace(place, line=entry.line))
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
                named = [str(one) for one in v.to_list(value)] if value is not None else labels[:1]
                for label in named:
                    for department in args.words("by", w.DEPARTMENTS) or [w.HRSS, w.NHSA]:
                        found.add((label, department))
        return {(label, department) for label, _ in found for department in (w.HRSS, w.NHSA)}

    def _cast_employer(
        self, label: str, body: Any, place: Place, registered_by_act: set[tuple[str, str]], later: list[Callable[[], None]]
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
                if registered is None and (label, department) in registered_by_act:
                    continue
                if registered is not None and department not in registered:
                    continue
            side_args = self._side_args(side, lang.CAST_SIDE, args, key)
            later.append(lambda d=department, a=side_args, e=employer: self._cast_side(f"{e.label} {d.lower()}", e, d, a))

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
            raise CaseError(f"taxpayer {label} exists already: an employer's own taxpayer has the employer's label", args.place)
        self._add_taxpayer(label, employer, args)

    def _add_taxpayer(self, label: str, employer: m.Employer | None, args: Args) -> m.Taxpayer:
        unit_type = employer.unit_type if employer else "91"
        own = employer.uscc if employer else self.keys.code(f"taxpayer {label}", unit_type, "450103")
        number = self._code(args, "taxpayer_no", employer, self._code(args, "uscc", employer, own))
        uscc = self._code(args, "uscc", employer, own if not args.has("taxpayer_no") else (number if number and len(number) >= 18 else own))
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
                    raise args.error("associated", f"taxpayer {label_of} is not in the cast; {choices(self.cast.taxpayers, label_of)}")
                if taxpayer is not None:
                    self._associate(registration, taxpayer, args.typed("bureau", w.authority), read_at.replace(hour=14, minute=0))
        status = args.word("status", w.REGISTRATION_STATUSES) or "1"
        ended = args.moment("ended_on", CLOCKS["ended"])
        if status != "1" or ended:
            registration.status = status if status != "1" else "2"
            registration.ended_on = (ended or sent + dt.timedelta(days=30)).date()
            registration.updated_at = max(ended or registration.updated_at or sent, registration.updated_at or sent)
        if args.given("updated"):
            registration.updated_at = args.moment("updated", "09:00")

    # ------------------------------------------------------------------------------------------------ registrations
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
                registration.enrolments[code] = m.Enrolment(code, args.flag("project_only"), sent + dt.timedelta(minutes=2))
        registration.updated_at = max(registration.updated_at or sent, sent)

    def _check_department(self, code: str, department: str, args: Args, key: str) -> None:
        item = w.items()[code]
        if item.department != department:
            raise args.error(key, f"{item.name} belongs to {item.department.lower()}, not to {department.lower()}")

    def _read_registration(self, registration: m.Registration, moment: dt.datetime, part: str, items: list[str] | None) -> None:
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

    def _associate(self, registration: m.Registration, taxpayer: m.Taxpayer, authority: str | None, moment: dt.datetime) -> None:
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

    # ------------------------------------------------------------------------------------------------------- codes
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

    # --------------------------------------------------------------------------------------------------- look-ups
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
        if isinstance(value, list) or (isinstance(value, str) and value not in self.cast.employers and len(v.to_list(value)) > 1):
            out = []
            for one in v.to_list(value):
                label = str(one)
                if label not in self.cast.employers:
                    raise args.error("employer", f"employer {label} is not in the cast; {choices(self.cast.employers, label)}")
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
        all_of = [one for one in self.cast.registrations.values() if one.employer is employer and one.department == department]
        return all_of[0] if len(all_of) == 1 else None

    def _registrations(self, args: Args) -> list[m.Registration]:
        """The registrations an act means: by label, or by employer and departments."""
        if args.given("registration"):
            out = []
            for one in v.to_list(args.raw("registration")):
                found = self.find_registration(str(one))
                if found is None:
                    raise args.error("registration", f"registration {one} is not in the case; {choices(self.cast.registrations, str(one))}")
                out.append(found)
            return out
        out = []
        named = args.words("by", w.DEPARTMENTS)
        for employer in self._employers(args):
            for department in named or [w.HRSS, w.NHSA]:
                found = self._registration_of(employer, department)
                if found is None:
                    several = [r.label for r in self.cast.registrations.values() if r.employer is employer and r.department == department]
                    if several:
                        raise args.error("registration", f"which registration? {choices(several)}")
                    if named:
                        raise args.error("by", f"employer {employer.label} has no registration at {department.lower()} in this case")
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
        if len(self.cast.bills) == 1:
            return next(iter(self.cast.bills.values()))
        raise args.error("bill", f"which bill? {choices(self.cast.bills)}")

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
            raise args.error(name, f"employer {employer.label} has no taxpayer of its own; {choices(self.cast.taxpayers)}")
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

    # ============================================================================================= playing the acts
    def _play(self) -> None:
        # 1. what acts bring into being, so that every act may name it whatever the order of the list
        declare = {"registered": self._declare_registered, "set_up": self._declare_set_up, "signed": self._declare_agreement,
                   "billed": self._declare_bill, "resent": self._declare_resent, "batch_debit": None, "monthly": None}  # fmt: skip
        for act, args in self._acts:
            if act.name in {"registered", "set_up"}:
                declare[act.name](args)  # type: ignore[misc]
        for wanted in ("signed", "billed", "resent"):
            for act, args in self._acts:
                if act.name == wanted:
                    declare[act.name](args)  # type: ignore[misc]
        # 2. the others in the order of their days; within a day the list decides, unless times of day are given
        timed: list[tuple[dt.datetime, int, lang.Act, Args]] = []
        clocked: set[dt.date] = set()
        for index, (act, args) in enumerate(self._acts):
            if declare.get(act.name):
                continue
            if act.name in {"batch_debit", "monthly"}:
                timed.append((dt.datetime.min, index, act, args))
                continue
            moment = self._moment(args, act)
            if ":" in str(args.raw("on")):
                clocked.add(moment.date())
            timed.append((moment, index, act, args))
        timed.sort(key=lambda one: (one[0] if one[0].date() in clocked else dt.datetime.combine(one[0].date(), dt.time()), one[1]))
        last = dt.datetime.min
        for moment, _, act, args in timed:
            if moment.date() == last.date() and moment <= last and moment.date() not in clocked:
                moment = last + dt.timedelta(minutes=1)  # noqa: PLW2901
            last = moment
            if act.name in STATE_ACTS and moment.date() > self.as_of:
                continue
            handler = getattr(self, f"_act_{act.name}")
            with at(args.place):
                handler(args, moment)

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
                self._associate(registration, taxpayer, args.typed("bureau", w.authority), read_at + dt.timedelta(hours=2))

    def _declared_registrations(self, args: Args) -> list[m.Registration]:
        out = []
        departments = args.words("by", w.DEPARTMENTS)
        if departments is None and args.given("items"):
            departments = list({item.department for item in args.items("items") or []})
        for employer in self._employers(args):
            for department in departments or [w.HRSS, w.NHSA]:
                label = f"{employer.label} {department.lower()}"
                if args.given("registration"):
                    label = str(args.raw("registration"))
                existing = self.cast.registrations.get(label)
                if existing is not None:
                    out.append(existing)
                    continue
                out.append(self._new_registration(label, employer, department, args))
        return out

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

    def _next_label(self, head: str, taken: Any) -> str:
        number = 1
        while f"{head}{number}" in taken:
            number += 1
        return f"{head}{number}"

    # ------------------------------------------------------------------------------------------------------- bills
    def _declare_bill(self, args: Args) -> None:
        label = str(args.raw("bill")) if args.given("bill") else self._next_label("b", self.cast.bills)
        if label in self.cast.bills:
            raise args.error("bill", f"bill {label} exists already; for a second sending use the act resent")
        sent = self._moment(args, ACTS["billed"])
        departments = args.words("by", w.DEPARTMENTS)
        if departments and len(departments) > 1:
            raise args.error("by", "one bill comes from one department; write two acts")
        registration = self._registrations(args)[0] if args.given("registration") else None
        lines = args.lines("lines", departments[0] if departments else (registration.department if registration else None))
        department = (departments or [None])[0] or (registration.department if registration else None)
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
            raise args.error("amount", "differs from the sum of the lines; write `summary` for a summary that disagrees")
        processing = args.lines("processing", department)
        detail = args.lines("detail", department)
        for key, given in (("lines", lines), ("processing", processing), ("detail", detail)):
            for code in given or {}:
                self._check_department(code, department, args, key)
        without = {w.pick(one, w.TABLE_PARTS, "without") for one in v.to_list(args.raw("without"))}
        sides = args.word("known_to", {"both": "both", "agency": "agency", "tax": "tax", "税务": "tax", "双方": "both"}) or "both"
        period = args.month("period") or sent.strftime("%Y%m")
        bill = m.Bill(
            label=label,
            department=department,
            registration=registration,
            employer=employer,
            unit_no=self._number(args, "unit_no", lambda: registration.unit_no if registration else self.keys.unit_no(department)) or "",
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
            if same == (bill.department, w.code_norm(bill.serial), w.code_norm(bill.batch)) and other.at_agency and bill.at_agency:
                raise args.error("batch", f"serial and batch are those of bill {other.label}: one identity is one bill; give another batch")
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
        lines = args.lines("lines", old.department) or {code: amount for code, amount in old.amounts.items()}
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
        side = args.word("by", {"agency": "agency", "tax": "tax", "税务": "tax", "人社": "agency", "医保": "agency", "hrss": "agency", "nhsa": "agency"}) or "agency"
        for code, amount in lines.items():
            self._check_department(code, bill.department, args, "lines")
            line = bill.lines.setdefault(code, m.Line(code, None, None, None))
            if side == "agency":
                line.processing = line.detail = amount
            else:
                line.tax = amount
        if side == "agency":
            bill.summary = sum((line.processing or m.ZERO for line in bill.lines.values()), m.ZERO)

    # --------------------------------------------------------------------------------------------- steps of a bill
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
            raise CaseError(f"bill {bill.label} was intercepted: it goes no further (use `alone: yes` for this step only)")
        if bill.fail_reason and "declared" in before:
            raise CaseError(f"processing of bill {bill.label} failed: it goes no further (use `alone: yes` for this step only)")
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
                        registration.steps[earlier] = moment - dt.timedelta(minutes=5 * (position - FIRST_STEPS.index(earlier)))
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

    # -------------------------------------------------------------------------------------------------------- money
    def _part(self, args: Args, bill: m.Bill, rest: dict[str, Decimal], *, beyond: bool = False) -> dict[str, Decimal] | None:
        """What `lines`, `items` or `amount` choose of a rest per item; None when the author chose nothing."""
        lines = args.lines("lines", bill.department)
        items = args.items("items", bill.department)
        amount = args.amount("amount")
        if sum(one is not None for one in (lines, items, amount)) > 1 and not (items and amount and len(items) == 1):
            raise args.error("amount" if amount is not None else "items", "give lines, items or amount, not several of them")
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

    def _spread(self, args: Args, bill: m.Bill, rest: dict[str, Decimal], amount: Decimal, *, beyond: bool) -> dict[str, Decimal]:
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
        rest = {code: (line.declared if line.declared is not None else bill.amounts[code]) for code, line in bill.lines.items()}
        for ticket in bill.tickets:
            if ticket.voided_at is None:
                for code, amount in ticket.items.items():
                    rest[code] = rest.get(code, m.ZERO) - amount
        return {code: amount for code, amount in rest.items() if amount > 0}

    def _new_ticket(self, bill: m.Bill, label: str | None, items: dict[str, Decimal], channel: str | None, moment: dt.datetime) -> m.Ticket:
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
        self._new_ticket(bill, str(args.raw("ticket")) if args.given("ticket") else None, chosen, args.word("channel", w.CHANNELS), moment)

    def _tickets(self, args: Args, bill: m.Bill) -> list[m.Ticket]:
        if args.given("ticket"):
            wanted = str(args.raw("ticket"))
            found = [ticket for ticket in bill.tickets if ticket.label == wanted]
            if not found:
                raise args.error("ticket", f"ticket {wanted} is not an invoice of bill {bill.label}; {choices([t.label for t in bill.tickets], wanted)}")
            return found
        return [ticket for ticket in bill.tickets if ticket.voided_at is None]

    def _ensure_ticket(self, args: Args, bill: m.Bill, moment: dt.datetime, chosen: dict[str, Decimal] | None = None) -> list[m.Ticket]:
        """The invoices an act means; the whole bill's invoice is filled in when there is none."""
        tickets = self._tickets(args, bill)
        if not tickets:
            self._fill(bill, "all", moment, args)
            rest = self._open_to_invoice(bill) or dict(chosen or {})
            channel = args.word("channel", w.CHANNELS) if "channel" in _key_names(args) else None
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

    def _act_deducted(self, args: Args, moment: dt.datetime) -> None:
        bill = self._bill(args)
        kind = args.word("channel", w.CHANNELS)
        tickets = self._ensure_ticket(args, bill, moment)
        answer = args.raw("result")
        no_answer = args.has("result") and v.is_no(answer)
        code, text = (None, None) if no_answer else (args.typed("result", w.return_code) or (w.SUCCESS, None))
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
                raise args.error("agreement", f"agreement {label} has not been signed; {choices(self.cast.agreements, label)}")
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
                raise CaseError(f"bill {bill.label} is remitted in full already; give lines or amount for a double payment")
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

    def _remitted_open(self, tickets: list[m.Ticket], done: Callable[[m.Ticket, str], Decimal]) -> dict[tuple[str, str], Decimal]:
        out: dict[tuple[str, str], Decimal] = {}
        for ticket in tickets:
            for code in dict.fromkeys(one.item for one in ticket.remittances):
                total = sum((one.amount for one in ticket.remittances if one.item == code), m.ZERO)
                out[(ticket.label, code)] = total - done(ticket, code)
        return out

    def _ensure_remitted(self, args: Args, bill: m.Bill, moment: dt.datetime) -> list[m.Ticket]:
        if args.flag("alone") or "remitted" in args.steps("not"):
            return self._ensure_ticket(args, bill, moment) if not self._tickets(args, bill) and not args.flag("alone") else self._tickets(args, bill)
        tickets = self._ensure_ticket(args, bill, moment - dt.timedelta(minutes=30))
        if not any(ticket.remittances for ticket in tickets):
            for ticket in tickets:
                self._remit_ticket(bill, ticket, dict(ticket.items), moment - dt.timedelta(minutes=20), args, filled=True)
        return tickets

    def _by_ticket(self, args: Args, bill: m.Bill, tickets: list[m.Ticket], rest: dict[tuple[str, str], Decimal]) -> dict[tuple[str, str], Decimal]:
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
        rest = self._remitted_open(tickets, lambda t, c: sum((one.amount for one in t.settlements if one.item == c), m.ZERO))
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
                raise CaseError(f"bill {bill.label} has nothing to return ({one}); give lines or amount for a second return")
            self._return(bill, self._tickets(args, bill), one, moment, chosen, label, args.flag("failed"))

    def _open_to_return(self, args: Args, bill: m.Bill, kind: str, moment: dt.datetime) -> dict[tuple[str, str], Decimal]:
        tickets = self._ensure_remitted(args, bill, moment - dt.timedelta(hours=1))
        if kind == "settlement" and not args.flag("alone") and "settled" not in args.steps("not"):
            for ticket in tickets:
                if not ticket.settlements:
                    for one in ticket.remittances:
                        if w.items()[one.item].is_treasury:
                            ticket.settlements.append(m.Movement(one.item, one.amount, moment - dt.timedelta(minutes=30), True))

        def returned(ticket: m.Ticket, code: str) -> Decimal:
            return sum((row.amount for row in ticket.returns if row.item == code and row.kind == kind and not row.withdrawn_at), m.ZERO)

        out: dict[tuple[str, str], Decimal] = {}
        for ticket in tickets:
            movements = ticket.remittances if kind == "remittance" else ticket.settlements
            for code in dict.fromkeys(one.item for one in movements):
                out[(ticket.label, code)] = sum((one.amount for one in movements if one.item == code), m.ZERO) - returned(ticket, code)
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
            if not matching(wanted if kind else None) and label is None and not args.flag("alone") and "returned" not in args.steps("not"):
                rest = self._open_to_return(args, bill, wanted, moment)
                chosen = {key: amount for key, amount in rest.items() if amount > 0 and (codes is None or key[1] in codes)}
                self._return(bill, self._tickets(args, bill), wanted, moment - dt.timedelta(minutes=30), chosen, None, False)
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
                read = sum((row.amount for row in ticket.returns if row.item == code and row.kind == "remittance" and row.read_at), m.ZERO)
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
        ticket = m.Ticket(f"{bill.label} posted", self.keys.ticket(bill.department, moment.strftime("%Y%m")), "1", moment, dict(bill.amounts))
        ticket.voided_at = dt.datetime.min
        bill.tickets.append(ticket)
        return ticket

    def _act_completed(self, args: Args, moment: dt.datetime) -> None:
        bill = self._bill(args)
        until = args.word("until", lang.STEP_WORDS) or "posted"
        self._complete(bill, moment, until, args)

    def _complete(self, bill: m.Bill, moment: dt.datetime, until: str, args: Args) -> None:
        """Take a bill along the way up to a step."""
        order = lang.STEPS
        upto = order.index(until)

        def reaches(step: str) -> bool:
            return order.index(step) <= upto

        skip = args.steps("not") if "not" in _key_names(args) else set()
        body = Record(args.place.line)
        inner = Args(body, (*ACTS["paid"].keys,), args.place, self.as_of)
        inner.put("not", args.raw("not") if "not" in _key_names(args) else None)
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
        tickets = self._ensure_ticket(inner, bill, moment)
        if reaches("remitted") or reaches("deducted"):
            for ticket in tickets:
                if ticket.remittances:
                    continue
                if reaches("remitted"):
                    self._remit_ticket(bill, ticket, dict(ticket.items), moment + dt.timedelta(minutes=40), inner)
                else:
                    self._debit(ticket, bill, ticket.amount, moment, moment + dt.timedelta(minutes=10), w.SUCCESS,
                                w.return_codes()[w.SUCCESS]["return_text"], None)  # fmt: skip
        next_day = dt.datetime.combine(add_workdays(moment.date(), 1), dt.time(9))
        if reaches("returned") and "returned" not in skip:
            for ticket in tickets:
                if not any(row.kind == "remittance" for row in ticket.returns):
                    rest = {(ticket.label, one.item): one.amount for one in ticket.remittances}
                    self._return(bill, [ticket], "remittance", moment + dt.timedelta(hours=4), rest, None, False)
        if reaches("settled") and "settled" not in skip:
            for ticket in tickets:
                if not ticket.settlements:
                    ticket.settlements += [
                        m.Movement(one.item, one.amount, next_day) for one in ticket.remittances if w.items()[one.item].is_treasury
                    ]
        if reaches("returned") and "returned" not in skip:
            for ticket in tickets:
                if ticket.settlements and not any(row.kind == "settlement" for row in ticket.returns):
                    rest = {(ticket.label, one.item): one.amount for one in ticket.settlements}
                    self._return(bill, [ticket], "settlement", next_day + dt.timedelta(hours=1), rest, None, False)
        if reaches("read_by_agency") and "read_by_agency" not in skip:
            for ticket in tickets:
                for row in ticket.returns:
                    if row.read_at is None:
                        row.read_at = row.at + dt.timedelta(hours=1)
        if reaches("posted") and "posted" not in skip:
            for ticket in tickets:
                if not ticket.postings:
                    ticket.postings += [m.Movement(one.item, one.amount, next_day + dt.timedelta(hours=3)) for one in ticket.remittances]

    # ------------------------------------------------------------------------------------------------- short ways
    def _monthly_registration(self, args: Args) -> m.Registration:
        if args.given("registration") or args.given("by"):
            return self._registrations(args)[0]
        employer = self._employer(args)
        found = self._registration_of(employer, w.HRSS) or self._registration_of(employer, w.NHSA)
        if found is None:
            raise args.error("employer", f"employer {employer.label} has no registration")
        return found

    def _month_bill(self, args: Args, registration: m.Registration, month: str, paid: dt.date, lines: dict[str, Decimal] | None) -> m.Bill:
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
        code, text = (None, None) if no_answer else (args.typed("result", w.return_code) or w.return_code("24007"))
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

    # ------------------------------------------------------------------------------------------- taking things back
    def _act_withdrawn(self, args: Args, moment: dt.datetime) -> None:
        if args.given("kind") or args.given("return"):
            bill = self._bill(args)
            kind = args.word("kind", w.RETURN_KINDS) or "both"
            label = str(args.raw("return")) if args.given("return") else None
            codes = {one.code for one in args.items("items", bill.department) or []}
            rows = [row for ticket in self._tickets(args, bill) for row in ticket.returns
                    if (kind == "both" or row.kind == kind) and (label is None or row.label == label)
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

    # --------------------------------------------------------------------------------------- registrations, taxpayers
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
        for one in (*registrations, *taxpayers):
            one.name = args.text("to")
            one.updated_at = max(one.updated_at or moment, moment)

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
        fees = [fee for fee in self.cast.fee_registrations if fee.registration in registrations and fee.cancelled_at is None]
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

    # ------------------------------------------------------------------------------------------------------ at the end
    def _finish(self) -> None:
        """Facts that the build needs to know of the whole case."""
        months = [
            deduction.sent_at.strftime("%Y%m")
            for bill in self.cast.bills.values() for ticket in bill.tickets for deduction in ticket.deductions
            if deduction.kind == "2" and deduction.returned_at and deduction.returned_at.date() <= self.as_of
        ]  # fmt: skip
        self.own_batch_month = max([*months, *([self.batch_month] if self.batch_month else [])], default=None)


def _act_name(word: Any) -> str | None:
    if not isinstance(word, str):
        return None
    text = w.plain(word)
    return ACT_WORDS.get(text) or ACT_WORDS.get(text.lower().replace(" ", "_").replace("-", "_"))


def _listed(record: Record) -> Items:
    items = Items(record.line)
    for key, value in record.items():
        entry = Record(record.key_lines.get(key, record.line))
        entry[key] = value
        items.append(entry)
    return items


def _bank(value: object) -> str:
    text = w.plain(value)
    if text in w.BANKS:
        return w.BANKS[text]
    if text.isdigit() and len(text) == 3:
        return text
    return w.pick(value, w.BANKS, "bank")


def _key_names(args: Args) -> set[str]:
    return args.names


def _empty_args(args: Args, as_of: dt.date) -> Args:
    return Args(Record(args.place.line), ACTS["completed"].keys, args.place, as_of)
