"""What a case expects, checked when it is read, and compared with what the warehouse says after the build."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb

from simulator.casebook import catalogue
from simulator.casebook import language as lang
from simulator.casebook import reconciliation as rec
from simulator.casebook import values as v
from simulator.casebook import vocabulary as w
from simulator.casebook.args import Args, at
from simulator.casebook.errors import CaseError, Place, choices
from simulator.casebook.interpret import Case
from simulator.casebook.metric_bench import Keys, MetricBench
from simulator.casebook.reader import Record, line_of
from simulator.casebook.relations import bill_key, registration_key

Row = dict[str, Any]
BASES = {"amount": "amount", "金额": "amount", "按金额": "amount", "bill": "bill", "单据": "bill", "按单据": "bill",
         "employer": "employer", "户籍": "employer", "按户籍": "employer", "person": "person", "人数": "person"}  # fmt: skip
PERIOD_TYPES = {"day": "day", "日": "day", "week": "week", "周": "week", "month": "month", "月": "month", "quarter": "quarter", "季": "quarter",
                "year": "year", "年": "year", "fee_year": "fee_year", "缴费年度": "fee_year"}  # fmt: skip
KEY_COLUMNS = ("subject_key", "registration_key", "bill_key", "taxpayer_key", "agreement_key")
NO_BREAK_OUTCOMES = {0, 1, 7}
TIMING = {
    "crosses_day",
    "crosses_month",
}  # both sides hold it, on other days: explained, and shown where it is asked for
SUBJECT_WORDS = {
    "bill": "bill", "单据": "bill", "征集单": "bill", "employer": "employer", "单位": "employer", "registration": "registration",
    "户籍": "registration", "taxpayer": "taxpayer", "纳税人": "taxpayer", "agreement": "agreement", "协议": "agreement",
    "return": "return", "回盘": "return", "ticket": "ticket", "税票": "ticket", "by": "by", "department": "by", "部门": "by",
    "item": "item", "insurance": "item", "险种": "item", "kind": "kind", "类型": "kind",
}  # fmt: skip


# ============================================================================================== who belongs to a case
class Names:
    """The keys of a case's entities and the labels behind them."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.label_of: dict[str, str] = {}
        self.bills: set[str] = set()
        self.registrations: set[str] = set()
        cast = case.cast
        for registration in cast.registrations.values():
            key = registration_key(registration)
            self.label_of[key] = registration.label
            self.registrations.add(key)
        for bill in cast.bills.values():
            key = bill_key(bill)
            self.label_of[key] = bill.label
            self.bills.add(key)
            unit = "|".join("".join(w.code_norm(part).split()) for part in (bill.department, bill.system, bill.unit_no))
            self.registrations.add(unit)
            self.label_of.setdefault(unit, f"{bill.employer.label} {bill.department.lower()}")
            for ticket in bill.tickets:
                self.label_of[ticket.number] = ticket.label
                for row in ticket.returns:
                    key = f"{bill.department}|{row.kind}|{row.number}"
                    self.label_of[key] = row.label or f"{row.kind} of {bill.label} ({w.items()[row.item].name})"
        for taxpayer in cast.taxpayers.values():
            self.label_of[taxpayer.key] = taxpayer.label
        for agreement in cast.agreements.values():
            self.label_of[agreement.key] = agreement.label
        self.label_of |= {key: label for label, key in cast.others.items()}
        for annuity in cast.annuities.values():
            self.label_of[annuity.key] = annuity.label
        # numbers that raw overrides brought in carry the case's own stem
        self.stem = case.keys.stem

    def owns(self, row: Row) -> bool:
        """Whether a row is about anybody of the case."""
        for column in KEY_COLUMNS:
            key = row.get(column)
            if key is None:
                continue
            key = str(key)
            if key in self.label_of or any(part.startswith(self.stem) for part in key.split("|")):
                return True
        return False

    def label(self, key: object) -> str:
        """A key as the author calls it."""
        return self.label_of.get(str(key), str(key)) if key is not None else "–"

    # --- subjects -----------------------------------------------------------------------------------------------
    def keys_of(self, label: str, kind: str | None = None) -> set[str] | None:
        """All keys that a label stands for; None when nobody is called so."""
        cast = self.case.cast
        keys: set[str] = set()
        if kind in {None, "bill"} and label in cast.bills:
            keys.add(bill_key(cast.bills[label]))
        if kind is None and label in cast.others:
            keys.add(cast.others[label])
        if kind in {None, "agreement"} and label in cast.agreements:
            keys.add(cast.agreements[label].key)
        if kind in {None, "agreement"} and label in cast.annuities:
            keys.add(cast.annuities[label].key)
        if kind in {None, "taxpayer"} and label in cast.taxpayers:
            keys.add(cast.taxpayers[label].key)
        if kind in {None, "registration"}:
            registration = self.case.find_registration(label)
            if registration:
                keys.add(registration_key(registration))
        if kind in {None, "employer"} and label in cast.employers:
            for registration in cast.registrations.values():
                if registration.employer.label == label:
                    keys.add(registration_key(registration))
            for bill in cast.bills.values():
                if bill.employer.label == label:
                    keys.add(bill_key(bill))
            for taxpayer in cast.taxpayers.values():
                if taxpayer.label == label or (taxpayer.employer and taxpayer.employer.label == label):
                    keys.add(taxpayer.key)
                    keys |= {one.key for one in cast.agreements.values() if one.taxpayer is taxpayer}
            keys.add(f"employer {label}")
        if kind is None:
            for bill in cast.bills.values():
                for ticket in bill.tickets:
                    if ticket.label == label:
                        keys.add(ticket.number)
                    keys |= {
                        f"{bill.department}|{row.kind}|{row.number}" for row in ticket.returns if row.label == label
                    }
        return keys or None

    def labels(self) -> list[str]:
        """Everybody's labels."""
        cast = self.case.cast
        return list(
            dict.fromkeys(
                (
                    *cast.employers,
                    *cast.registrations,
                    *cast.bills,
                    *cast.taxpayers,
                    *cast.agreements,
                    *cast.annuities,
                    *cast.others,
                )
            )
        )


def is_about(row: Row, keys: set[str]) -> bool:
    """Whether a row names one of the keys."""
    own = {str(row[column]) for column in KEY_COLUMNS if row.get(column) is not None}
    if row.get("ticket_no") is not None:
        own.add(str(row["ticket_no"]))
    return bool(own & keys)


# ==================================================================================================== expectations
@dataclass
class Expectation:
    """One line of `expect`."""

    kind: str  # found, not_found, only, metric, break, no_break, reconciled
    place: Place
    text: str
    tests: dict[str, Any] = field(default_factory=dict)
    rule: str | None = None
    rules: list[str] = field(default_factory=list)
    keys: set[str] | None = None
    count: int | None = None
    narrow: bool = False  # a break of which neither pair nor cause is said
    agencies: bool = False  # a measure that only the agencies' pairs have


def read(case: Case) -> list[Expectation]:
    """The expectations of a case, checked."""
    value = case.expect_record
    place = case.args.at("expect")
    if value is None and not case.args.has("expect"):
        raise CaseError("a case without `expect` proves nothing", case.place)
    if not isinstance(value, Record):
        if value is None or (isinstance(value, Record) and not value):
            return []
        raise CaseError("expect is a mapping: `expect: {found: [A1.02]}`", place)
    args = Args(value, lang.EXPECT_KEYS, replace(place, key="expect"), case.as_of)
    names = Names(case)
    out: list[Expectation] = []
    for kind in ("found", "not_found"):
        for entry in _entries(args, kind):
            out += _finding(case, names, kind, entry, args.at(kind))
    if args.has("only"):
        listed = [
            _rule(one, args.at("only"))
            for one in (v.to_list(args.raw("only")) if not v.is_no(args.raw("only")) else [])
        ]
        out.append(Expectation("only", args.at("only"), f"only {', '.join(listed) or 'nothing'}", rules=listed))
    for entry in _entries(args, "metric"):
        out.append(_metric(case, entry, args.at("metric")))
    for kind in ("break", "no_break"):
        for entry in _entries(args, kind):
            out.append(_break(case, names, kind, entry, args.at(kind)))
    for entry in _entries(args, "reconciled"):
        out.append(_reconciled(case, names, entry, args.at("reconciled")))
    for kind in ("bucket", "received"):
        for entry in _entries(args, kind):
            out.append(_money_table(case, kind, entry, args.at(kind)))
    return out


def _entries(args: Args, name: str) -> list[Any]:
    value = args.raw(name)
    if value is None:
        return []
    if isinstance(value, list):
        return list(value)
    if isinstance(value, str):
        return v.to_list(value)
    return [value]


def _rule(value: Any, place: Place) -> str:
    text = w.plain(value)
    for rule_id in catalogue.rules():
        if text.lower() in {rule_id.lower(), catalogue.rules()[rule_id].model}:
            return rule_id
    raise CaseError(f"rule “{value}” is not known; {choices(catalogue.rules(), text)}", place)


def _subject(case: Case, names: Names, args: Args, out: Expectation) -> None:
    """Resolve whom an expectation is about."""
    listed = args.words("by", w.DEPARTMENTS) if "by" in args.names else None
    department = listed[0] if listed else None
    for key in ("subject", "bill", "employer", "registration", "taxpayer", "agreement"):
        if key not in args.names or not args.given(key):
            continue
        value = args.raw(key)
        wanted: list[tuple[str | None, str]] = []
        if isinstance(value, Record):
            for word, inner in value.items():
                kind = SUBJECT_WORDS.get(word)
                with at(args.at(key)):
                    if kind == "by":
                        department = w.pick(inner, w.DEPARTMENTS, "by")
                    elif kind == "item":
                        out.tests["insurance_code"] = w.item(inner).code
                    elif kind == "kind":
                        out.tests["kind"] = w.pick(inner, w.RETURN_KINDS, "kind")
                    elif kind is None:
                        raise CaseError(
                            f"key “{word}” is not known here; {choices(dict.fromkeys(SUBJECT_WORDS.values()), word)}"
                        )
                    else:
                        wanted.append((None if kind in {"return", "ticket"} else kind, str(inner)))
        elif isinstance(value, list):
            raise args.error(key, "name one subject; write several expectations")
        else:
            wanted.append((None if key == "subject" else key, str(value)))
        for kind, label in wanted:
            keys = names.keys_of(label, kind)
            head, _, tail = label.partition(" ")
            if (
                keys is None
                and SUBJECT_WORDS.get(head) in {"employer", "bill", "agreement", "taxpayer", "registration"}
                and tail
            ):
                keys = names.keys_of(tail.strip(), SUBJECT_WORDS[head])
            if keys is None:
                raise args.error(key, f"“{label}” is nobody of the case; {choices(names.labels(), label)}")
            out.keys = keys if out.keys is None else out.keys & keys
    if department:
        out.tests["department_code"] = department


def _finding(case: Case, names: Names, kind: str, entry: Any, place: Place) -> list[Expectation]:
    if isinstance(entry, str):
        if entry in {"*", "any", "anything", "任何"} and kind == "not_found":
            return [Expectation("only", place, "only nothing", rules=[])]
        rule = _rule(entry, place)
        return [Expectation(kind, replace(place, line=line_of(entry, place.line)), f"{kind} {rule}", rule=rule)]
    if not isinstance(entry, Record):
        raise CaseError("an expectation is a rule id or a mapping: `{rule: A1.02, subject: b1}`", place)
    # `A1.02: b1` and `A1.02: {subject: b1}`
    if len(entry) == 1 and next(iter(entry)) not in {"rule", "规则"}:
        word, inner = next(iter(entry.items()))
        body = Record(entry.line)
        if isinstance(inner, Record):
            body.update(inner)
            body.key_lines.update(inner.key_lines)
        elif inner is not None:
            body["subject"] = inner
        body["rule"] = word
        entry = body
    args = Args(entry, lang.FINDING_KEYS, replace(place, line=entry.line), case.as_of)
    rule = _rule(args.need("rule", str), args.at("rule"))
    out = Expectation(kind, args.place, f"{kind} {rule} {_shown(entry)}", rule=rule)
    _subject(case, names, args, out)
    if args.given("kind"):
        out.tests["kind"] = args.word("kind", w.RETURN_KINDS)
    if args.given("reason"):
        out.tests["reason_code"] = _reason(rule, args)
    if args.given("amount"):
        out.tests["amount"] = args.amount("amount")
    if args.given("insurance"):
        out.tests["insurance_code"] = args.need("insurance", lambda one: w.item(one).code)
    if args.given("period"):
        out.tests["period"] = args.month("period")
    if args.given("bureau"):
        out.tests["bureau_code"] = args.need("bureau", w.bureau)
    if args.given("since"):
        out.tests["since_date"] = args.day("since")
    if args.given("age"):
        out.tests["age_workdays"] = args.number("age")
    if args.given("evidence"):
        out.tests["evidence"] = [str(one) for one in _many(args.raw("evidence"))]
    out.tests |= _columns(args)
    out.count = args.number("count")
    return [out]


def _many(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list) else [value]


def _columns(args: Args) -> dict[str, Any]:
    if not args.given("columns"):
        return {}
    value = args.raw("columns")
    if not isinstance(value, Record):
        raise args.error("columns", "a mapping is expected: `columns: {unit_name: …}`")
    return {f"column {key}": inner for key, inner in value.items()}


def _reason(rule: str, args: Args) -> str:
    reasons = catalogue.rules()[rule].reasons
    text = w.plain(args.raw("reason"))
    for code, words in reasons.items():
        if text in {code, words}:
            return code
    raise args.error(
        "reason", f"“{text}” is not a reason of {rule}; {choices([f'{c} ({t})' for c, t in reasons.items()], text)}"
    )


def _metric(case: Case, entry: Any, place: Place) -> Expectation:
    if not isinstance(entry, Record):
        raise CaseError(
            "a metric is a mapping: `{name: collection_rate, basis: amount, numerator: 0, denominator: 2500.00}`", place
        )
    args = Args(entry, lang.METRIC_KEYS, replace(place, line=entry.line), case.as_of)
    metric = _metric_of(args)
    out = Expectation("metric", args.place, f"metric {metric.metric_id} {_shown(entry)}")
    out.tests["metric_id"] = metric.metric_id
    out.tests["period_type"], out.tests["period"] = _period(args, metric, case)
    out.tests["level"], out.tests["area_code"] = "city", None
    if args.given("bureau"):
        out.tests["level"], out.tests["area_code"] = "bureau", args.need("bureau", w.bureau)
    if args.given("town"):
        out.tests["level"], out.tests["area_code"] = "town", args.need("town", w.town)
    cuts = [
        ("insurance", args.typed("insurance", lambda one: w.item(one).code)),
        ("levy_item", args.text("levy_item")),
        ("department", args.typed("department", lambda one: w.pick(one, w.DEPARTMENTS, "department"))),
        ("origin", args.word("origin", w.ORIGINS)),
        ("unit_type", args.word("unit_type", w.UNIT_TYPES)),
        ("agency", args.typed("agency", w.agency)),
        ("channel", args.word("channel", w.CHANNELS)),
        ("source_system", args.word("system", w.SYSTEMS)),
    ]
    chosen = [(cut, code) for cut, code in cuts if code is not None]
    if args.given("cut"):
        chosen += [(str(cut), w.plain(code)) for cut, code in dict(args.raw("cut")).items()]
    if len(chosen) > 1:
        raise CaseError("one cut at a time", args.place)
    out.tests["cut_type"], out.tests["cut_code"] = chosen[0] if chosen else ("total", "total")
    for key, column in (("numerator", "numerator"), ("denominator", "denominator"), ("settled", "settled_numerator")):
        if args.given(key):
            out.tests[f"is {column}"] = args.amount(key)
    if args.has("rate"):
        out.tests["is rate"] = args.typed("rate", _rate) if args.given("rate") else None
    out.tests |= _columns(args)
    if not any(key.startswith(("is ", "column ")) for key in out.tests):
        raise CaseError("a metric needs what it must be: numerator, denominator, rate or settled", args.place)
    return out


def _metric_of(args: Args) -> catalogue.Metric:
    """The metric that an author names: by id, family, Chinese name or requirement id, with its basis."""
    known = catalogue.metrics()
    asked = w.plain(args.raw("name")) if args.given("name") else "collection_rate"
    asked = {"征收率": "collection_rate", "征缴率": "collection_rate", "征缴进度": "collection_rate"}.get(asked, asked)
    if asked in known and not args.given("basis"):
        return known[asked]
    found = [one for one in known.values() if asked in {one.metric_id, one.family, one.label}]
    basis = args.word("basis", BASES)
    if not found:
        # A requirement may have several metrics; the one declared first is meant.
        by_requirement = [one for one in known.values() if asked in one.requirements]
        found = [one for one in by_requirement if basis is None or one.basis == basis]
        found = [
            one for one in found if one.family == found[0].family and basis is None and one.basis == "amount"
        ] or found[:1]
    elif basis or len({one.family for one in found}) == 1 < len(found):
        found = [one for one in found if one.basis == (basis or "amount")]
    if len(found) != 1:
        named = [f"{one.metric_id} ({one.label})" for one in (found or known.values())]
        raise args.error(
            "name", f"“{asked}” names {len(found) or 'no'} metric{'s' if found else ''}; {choices(named, asked)}"
        )
    return found[0]


def _period(args: Args, metric: catalogue.Metric, case: Case) -> tuple[str, str]:
    """Type and label of the period that is asked for; without one that of the business date."""
    per = args.word("per", PERIOD_TYPES) or ("month" if "month" in metric.period_types else metric.period_types[0])
    if per not in metric.period_types:
        raise args.error("per", f"{metric.metric_id} is made per {', '.join(metric.period_types)}")
    day = case.as_of
    current = {
        "day": day.isoformat(),
        "week": (day - dt.timedelta(days=day.weekday())).isoformat(),
        "month": day.strftime("%Y%m"),
        "quarter": f"{day.year}Q{(day.month - 1) // 3 + 1}",
        "year": str(day.year),
        "fee_year": str(day.year),
    }[per]
    if not args.given("period"):
        return per, current
    if per == "month":
        return per, args.month("period") or current
    if per in {"day", "week"}:
        return per, (args.need("period", v.to_date)).isoformat()
    return per, w.plain(args.raw("period")).upper()


def _rate(value: Any) -> Decimal | None:
    text = w.plain(value)
    if text.lower() in {"n/a", "na", "none", "无", "-", "—"}:
        return None
    number = (
        v.to_amount(text.removesuffix("%"))
        if len(text.partition(".")[2].rstrip("%")) <= 2
        else Decimal(text.removesuffix("%"))
    )
    return number if not text.endswith("%") and number <= 1 else number / 100


def _break(case: Case, names: Names, kind: str, entry: Any, place: Place) -> Expectation:
    if isinstance(entry, str):
        body = Record(line_of(entry, place.line))
        if entry not in {"*", "any", "anything", "任何"}:
            body["bill"] = entry
        entry = body
    if not isinstance(entry, Record):
        raise CaseError("a break is a mapping: `{pair: tax_hrss, measure: collection, bill: b1, outcome: 3}`", place)
    args = Args(entry, lang.BREAK_KEYS, replace(place, line=entry.line), case.as_of)
    out = Expectation(kind, args.place, f"{kind} {_shown(entry)}")
    _pair(args, out)
    if args.given("measure"):
        out.tests["measure"] = args.word("measure", rec.MEASURES)
    _subject(case, names, args, out)
    if args.given("insurance"):
        out.tests["insurance_code"] = args.need(
            "insurance", lambda one: "*" if str(one) in {"*", "整单", "all", "whole"} else w.item(one).code
        )
    if args.given("outcome"):
        out.tests["outcome_code"] = _outcome(args)
    if args.given("cause"):
        text = w.plain(args.raw("cause"))
        cause = rec.cause_of(text)
        if cause is None:
            known = [f"{c} ({t})" for c, t in (catalogue.causes() | catalogue.chain_causes()).items()]
            raise args.error("cause", f"“{text}” is not a cause; {choices(known, text)}")
        out.tests["cause_code"] = cause
    if args.given("case"):
        out.tests["case_code"] = int(args.word("case", rec.CASES) or 0)
    if args.given("exception"):
        out.tests["exception_code"] = args.word("exception", rec.EXCEPTIONS)
    if args.given("overdue"):
        out.tests["is_overdue"] = args.flag("overdue")
    # Where nothing else is said, it is about what the agencies and tax hold of bills and of money.
    named = {"pair", "measure", "cause_code", "case_code", "exception_code"} & set(out.tests)
    out.narrow = not named and not args.given("columns")
    out.agencies = "pair" not in out.tests and out.tests.get("measure") in {"bill", "collection", "settlement"}
    for key in ("difference", "tax_amount", "agency_amount"):
        if args.given(key):
            out.tests[key] = args.amount(key)
    out.tests |= _columns(args)
    out.count = args.number("count")
    return out


def _pair(args: Args, out: Expectation) -> None:
    if args.given("pair"):
        out.tests["pair"] = args.word("pair", rec.pair_words())


def _outcome(args: Args) -> int:
    text = w.plain(args.raw("outcome"))
    for code, words in catalogue.outcomes().items():
        if text in {code, words}:
            return int(code)
    if text.isdigit() and 0 <= int(text) <= 7:
        return int(text)
    raise args.error(
        "outcome",
        f"“{text}” is not an outcome; {choices([f'{c} ({t})' for c, t in catalogue.outcomes().items()], text)}",
    )


def _reconciled(case: Case, names: Names, entry: Any, place: Place) -> Expectation:
    if not isinstance(entry, Record):
        raise CaseError(
            "reconciled is a mapping: `{pair: tax_hrss, employer: 甲, insurance: 失业, tax_bill_amount: 100.00}`", place
        )
    args = Args(entry, lang.RECONCILED_KEYS, replace(place, line=entry.line), case.as_of)
    out = Expectation("reconciled", args.place, f"reconciled {_shown(entry)}")
    _pair(args, out)
    _subject(case, names, args, out)
    if args.given("insurance"):
        out.tests["insurance_code"] = args.need("insurance", lambda one: w.item(one).code)
    if args.given("period"):
        out.tests["period"] = args.month("period")
    if args.given("agency"):
        out.tests["agency_code"] = args.need("agency", w.agency)
    for side in ("tax", "agency"):
        for what in ("bill_count", "bill_amount", "collected_amount"):
            if args.given(f"{side}_{what}"):
                out.tests[f"sum {side}_{what}"] = args.amount(f"{side}_{what}")
    if args.given("equal"):
        out.tests["is_equal"] = args.flag("equal")
    out.tests |= _columns(args)
    return out


def _money_table(case: Case, kind: str, entry: Any, place: Place) -> Expectation:
    """The three buckets, or the table by item: which cells are meant, and what they add up to."""
    if not isinstance(entry, Record):
        raise CaseError(
            f"{kind} is a mapping: `{{month: 2026-06, insurance: 失业, settled_same_month: 100.00}}`", place
        )
    keys = lang.BUCKET_KEYS if kind == "bucket" else lang.RECEIVED_KEYS
    args = Args(entry, keys, replace(place, line=entry.line), case.as_of)
    out = Expectation(kind, args.place, f"{kind} {_shown(entry)}")
    if args.given("month"):
        out.tests["month"] = args.month("month")
    if args.given("insurance"):
        out.tests["insurance_code"] = args.need("insurance", lambda one: w.item(one).code)
    if args.given("bureau"):
        out.tests["bureau_code"] = args.need("bureau", w.bureau)
    if args.given("agency"):
        out.tests["agency_code"] = args.need("agency", w.agency)
    if kind == "received":
        out.tests["basis_code"] = args.word("basis", rec.BASES) or "flow"
        if args.given("unit_type"):
            out.tests["unit_type_code"] = args.word("unit_type", w.UNIT_TYPES)
        if args.given("household"):
            out.tests["household_class_code"] = args.word("household", rec.HOUSEHOLDS)
    for name in lang.BUCKET_AMOUNTS if kind == "bucket" else lang.RECEIVED_AMOUNTS:
        if args.given(name):
            out.tests[f"sum {name}"] = args.amount(name)
    return out


def _shown(entry: Record) -> str:
    def text(value: Any) -> str:
        if isinstance(value, dict):
            return "{" + ", ".join(f"{key}: {text(inner)}" for key, inner in value.items()) + "}"
        if isinstance(value, list):
            return "[" + ", ".join(text(one) for one in value) + "]"
        return "null" if value is None else str(value)

    return ", ".join(f"{key}: {text(value)}" for key, value in entry.items() if key != "rule")


# ======================================================================================================== judging
MONEY_TABLES = {"bucket": "rec_bucket", "received": "rec_received_by_item"}
EMPLOYER_ITEMS = "rec_employer_item"


def models(expectations: Iterable[Expectation]) -> set[str]:
    """The models that judging these expectations looks at; a build needs no more than them and what they stand on."""
    needed: set[str] = set()
    for one in expectations:
        if one.kind in {"found", "not_found"}:
            assert one.rule is not None
            needed.add(catalogue.rules()[one.rule].model)
        elif one.kind == "only":
            needed |= {rule.model for rule in catalogue.rules().values()}
        elif one.kind == "metric":
            needed |= {catalogue.metrics()[one.tests["metric_id"]].cube, *MetricBench.ALSO}
        elif one.kind in MONEY_TABLES:
            needed.add(MONEY_TABLES[one.kind])
        elif one.kind in {"break", "no_break"}:
            needed |= set(rec.MODELS)
        else:
            needed.add(EMPLOYER_ITEMS)
    return needed


class Findings:
    """The rows of every rule, each read when a case first asks for it."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._con = con
        self._kept: dict[str, list[Row]] = {}

    def __getitem__(self, rule_id: str) -> list[Row]:
        if rule_id not in self._kept:
            rule = catalogue.rules()[rule_id]
            rows = rec.rows_of(self._con, f"select * from marts.{rule.model}")
            self._kept[rule_id] = [row for row in rows if not rule.where or row[rule.where]]
        return self._kept[rule_id]


class Results:
    """What one build's warehouse says, read once for all its cases."""

    def __init__(self, warehouse: Path, manifest: Path) -> None:
        self.con = duckdb.connect(str(warehouse), read_only=True)
        self.con.execute("set enable_progress_bar = false")
        self.manifest = manifest
        self.findings = Findings(self.con)
        self._metrics: MetricBench | None = None
        self._benches: dict[str, rec.ModelBench] = {}

    @cached_property
    def breaks(self) -> list[Row]:
        """The breaks of every pair."""
        return rec.breaks(self.con)

    @cached_property
    def measured(self) -> list[Row]:
        """All outcomes of every pair."""
        return rec.measured(self.con)

    @cached_property
    def employer_items(self) -> list[Row]:
        """The reconciliation by employer, month and item."""
        return rec.rows_of(self.con, f"select * from marts.{EMPLOYER_ITEMS}")

    def money_table(self, kind: str, names: Names) -> list[Row]:
        """The three buckets or the table by item over a case's own bills, by the project's own definition."""
        model = MONEY_TABLES[kind]
        if model not in self._benches:
            by_bill = ("int_bill", "int_bill_item", "int_ticket_item")
            self._benches[model] = rec.ModelBench(self.con, self.manifest, model, by_bill)
        return self._benches[model].over(names.bills)

    def metrics(self, names: Names, cube: str) -> list[Row]:
        """A cube over a case's own cast, by the project's own definition."""
        if self._metrics is None:
            self._metrics = MetricBench(self.con, self.manifest)
        cast = names.case.cast
        keys = Keys(
            frozenset(names.bills),
            frozenset(names.registrations),
            frozenset(one.key for one in cast.taxpayers.values()),
            frozenset(one.key for one in cast.agreements.values()),
            names.stem,
        )
        return self._metrics.over(keys, cube)

    def close(self) -> None:
        """Let go of the warehouse."""
        self.con.close()
        if self._metrics:
            self._metrics.con.close()
        for bench in self._benches.values():
            bench.con.close()


@dataclass
class Verdict:
    """What became of one expectation."""

    ok: bool
    expected: str
    place: Place
    instead: list[str] = field(default_factory=list)


def judge(case: Case, expectations: list[Expectation], results: Results) -> list[Verdict]:
    """Compare a case's expectations with the results of its build."""
    names = Names(case)
    out = []
    for one in expectations:
        if one.kind in {"found", "not_found"}:
            assert one.rule is not None
            out.append(_judge_finding(names, one, results.findings[one.rule]))
        elif one.kind == "only":
            out.append(_judge_only(names, one, results))
        elif one.kind == "metric":
            out.append(_judge_metric(one, results.metrics(names, catalogue.metrics()[one.tests["metric_id"]].cube)))
        elif one.kind in MONEY_TABLES:
            out.append(_judge_money_table(one, results.money_table(one.kind, names)))
        elif one.kind in {"break", "no_break"}:
            outcome = one.tests.get("outcome_code")
            agreed = outcome in NO_BREAK_OUTCOMES
            rows = results.measured if agreed else results.breaks
            if one.kind == "break" and outcome is None and one.tests.get("cause_code") in TIMING:
                rows = [*results.breaks, *(row for row in results.measured if row["outcome_code"] == 1)]
            out.append(_judge_break(names, one, rows, results.measured))
        else:
            out.append(_judge_reconciled(names, one, results.employer_items))
    return out


def _is(row: Row, tests: dict[str, Any]) -> bool:
    for name, wanted in tests.items():
        if name == "kind":
            if wanted != "both" and f"|{wanted}|" not in str(row.get("subject_key")):
                return False
            continue
        if name == "evidence":
            if not all(part in str(row.get("evidence") or "") for part in wanted):
                return False
            continue
        column = name.removeprefix("column ")
        if name.startswith("column "):
            if column not in row:
                raise CaseError(f"there is no column {column}; {choices(row, column)}")
            if not _same(row[column], wanted):
                return False
            continue
        if row.get(column) != wanted:
            return False
    return True


def _same(have: Any, wanted: Any) -> bool:
    """A value of the warehouse against what an author wrote."""
    if wanted is None or have is None:
        return (have is None) == (wanted is None)
    if isinstance(have, bool):
        return v.to_flag(wanted) is have
    if isinstance(have, (int, Decimal)):
        try:
            return Decimal(w.plain(wanted).replace(",", "")) == have
        except ArithmeticError:
            return False
    if hasattr(have, "isoformat"):
        text = have.isoformat(sep=" ") if hasattr(have, "hour") else have.isoformat()
        return text.startswith(w.plain(wanted))
    return str(have) == str(wanted)


def _counted(one: Expectation, hits: list[Row]) -> bool:
    """As many as expected; at least one where no number is given."""
    return len(hits) == one.count if one.count is not None else bool(hits)


def _judge_finding(names: Names, one: Expectation, rows: list[Row]) -> Verdict:
    own = [row for row in rows if names.owns(row)]
    hits = [row for row in own if (one.keys is None or is_about(row, one.keys)) and _is(row, one.tests)]
    ok = _counted(one, hits) if one.kind == "found" else not hits
    instead = [f"{one.rule} {_describe(names, row)}" for row in own] or [
        f"{one.rule} finds nothing about anybody of the case"
    ]
    return Verdict(ok, one.text, one.place, instead)


def _describe(names: Names, row: Row) -> str:
    parts = [
        f"names {row.get('subject_type')} {names.label(row.get('subject_key'))}",
        f"reason {row.get('reason_code')}",
    ]
    for column, title in (
        ("insurance_code", "item"),
        ("amount", "amount"),
        ("since_date", "since"),
        ("age_workdays", "age"),
    ):
        if row.get(column) is not None:
            parts.append(f"{title} {row[column]}")
    return f"{', '.join(parts)}: {row.get('evidence')}"


def _judge_only(names: Names, one: Expectation, results: Results) -> Verdict:
    # A pure extract names everybody of its kind; it counts only where the case asks for it.
    asked = [rule for rule, facts in catalogue.rules().items() if facts.ledger or rule in one.rules]
    found = {rule: [row for row in results.findings[rule] if names.owns(row)] for rule in asked}
    have = {rule for rule, rows in found.items() if rows}
    instead = [f"{rule} {_describe(names, row)}" for rule, rows in found.items() for row in rows] or [
        "no rule finds anything"
    ]
    return Verdict(have == set(one.rules), one.text, one.place, instead)


def _judge_metric(one: Expectation, rows: list[Row]) -> Verdict:
    slice_of = {
        key: value for key, value in one.tests.items()
        if not key.startswith(("is ", "column ")) and not (key == "area_code" and value is None)
    }  # fmt: skip
    hits = [row for row in rows if _is(row, slice_of)]
    nothing: Row = {"numerator": Decimal(0), "denominator": Decimal(0), "settled_numerator": Decimal(0), "rate": None}
    settled_id = str(slice_of["metric_id"]).replace("collection_rate_", "settlement_rate_")
    settled = [row for row in rows if _is(row, slice_of | {"metric_id": settled_id})]
    row = {**hits[0], "settled_numerator": settled[0]["numerator"] if settled else Decimal(0)} if hits else nothing
    ok = all(row.get(key.removeprefix("is ")) == value for key, value in one.tests.items() if key.startswith("is "))
    columns = {key: value for key, value in one.tests.items() if key.startswith("column ")}
    ok = ok and (not columns or (bool(hits) and _is(row, columns)))
    shown = {key: row.get(key) for key in ("numerator", "denominator", "rate", "settled_numerator")}
    extra = "" if hits else " (no such slice: nothing was due)"
    return Verdict(
        ok,
        one.text,
        one.place,
        ["; ".join(f"{key} {value if value is not None else 'N/A'}" for key, value in shown.items()) + extra],
    )


def _judge_break(names: Names, one: Expectation, rows: list[Row], measured: list[Row]) -> Verdict:
    own = [row for row in rows if (row.get("bill_key") in names.bills or names.owns(row)) and _is_meant(one, row)]
    hits = [row for row in own if (one.keys is None or is_about(row, one.keys)) and _is(row, one.tests)]
    ok = _counted(one, hits) if one.kind == "break" else not hits
    about = [
        row
        for row in measured
        if (row.get("bill_key") in names.bills or names.owns(row)) and (one.keys is None or is_about(row, one.keys))
    ]
    instead = [
        f"{row['pair']} {row['measure']} {names.label(row.get('bill_key'))} {_item_name(row['insurance_code'])}: outcome {row['outcome_code']}"
        f", cause {row['cause_code']}, tax {row['tax_amount']}, agency {row['agency_amount']}, difference {row['difference']}"
        for row in about
    ]  # fmt: skip
    return Verdict(ok, one.text, one.place, instead or ["the reconciliation knows none of the case's bills"])


def _is_meant(one: Expectation, row: Row) -> bool:
    """Whether a row belongs to the pairs that an expectation speaks of."""
    if one.narrow:
        return row["pair"] in rec.AGENCY_PAIRS and row["measure"] in {"bill", "collection"}
    return not one.agencies or row["pair"] in rec.AGENCY_PAIRS


def _judge_money_table(one: Expectation, rows: list[Row]) -> Verdict:
    filters = {key: value for key, value in one.tests.items() if not key.startswith("sum ")}
    hits = [row for row in rows if _is(row, filters)]
    sums = {key.removeprefix("sum "): value for key, value in one.tests.items() if key.startswith("sum ")}
    ok = all(rec.total(hits, column) == value for column, value in sums.items())
    shown = [*sums] or [*(lang.BUCKET_AMOUNTS if one.kind == "bucket" else lang.RECEIVED_AMOUNTS)]
    instead = [
        f"{row['month']} {_item_name(row['insurance_code'])}: "
        + ", ".join(f"{column} {row[column]}" for column in shown)
        for row in hits or rows
    ]
    return Verdict(ok, one.text, one.place, instead or ["no row"])


def _item_name(code: Any) -> str:
    return w.items()[code].name if code in w.items() else "whole bill" if code == "*" else str(code)


def _judge_reconciled(names: Names, one: Expectation, rows: list[Row]) -> Verdict:
    own = [row for row in rows if row.get("registration_key") in names.registrations or names.owns(row)]
    filters = {
        key: value for key, value in one.tests.items() if not key.startswith(("sum ", "column ")) and key != "is_equal"
    }
    hits = [row for row in own if (one.keys is None or is_about(row, one.keys)) and _is(row, filters)]
    sums = {key.removeprefix("sum "): value for key, value in one.tests.items() if key.startswith("sum ")}
    ok = all(sum((Decimal(row[column]) for row in hits), Decimal(0)) == value for column, value in sums.items())
    if "is_equal" in one.tests:
        ok = ok and bool(hits) and all(row["is_equal"] for row in hits) is one.tests["is_equal"]
    columns = {key: value for key, value in one.tests.items() if key.startswith("column ")}
    ok = ok and (not columns or (bool(hits) and all(_is(row, columns) for row in hits)))
    instead = [
        f"{row['pair']} {names.label(row['registration_key'])} {row['period']} {_item_name(row['insurance_code'])}: bills {row['tax_bill_count']}/"
        f"{row['agency_bill_count']}, billed {row['tax_bill_amount']}/{row['agency_bill_amount']}, collected {row['tax_collected_amount']}/"
        f"{row['agency_collected_amount']} (tax/agency)"
        for row in hits or own
    ]  # fmt: skip
    return Verdict(ok, one.text, one.place, instead or ["no row"])


__all__ = ["Expectation", "Names", "Results", "Verdict", "judge", "models", "read"]
