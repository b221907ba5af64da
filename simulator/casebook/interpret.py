"""From what an author wrote to the entities of a case: reads the acts and plays them in order."""

import datetime as dt
from dataclasses import replace
from typing import Any

from simulator.casebook import language as lang
from simulator.casebook import values as v
from simulator.casebook import vocabulary as w
from simulator.casebook.acts_cadre import CadreActs
from simulator.casebook.acts_exchange import ExchangeActs
from simulator.casebook.acts_person_agency import PersonAgencyActs
from simulator.casebook.acts_person_tax import PersonTaxActs
from simulator.casebook.args import Args, at
from simulator.casebook.casting import ACT_WORDS, ACTS, DEFAULT_AS_OF, STATE_ACTS
from simulator.casebook.errors import CaseError, Place, choices
from simulator.casebook.reader import Items, Record, Text, line_of


class Case(ExchangeActs, PersonTaxActs, PersonAgencyActs, CadreActs):
    """One case, understood: entities, raw overrides, expectations."""

    def __init__(self, record: Record, number: int, file: str, defaults: dict[str, Any] | None = None) -> None:
        place = Place(file, record.line)
        name = next((record[key] for key in ("case", "name", "案例") if record.get(key) is not None), None)
        if isinstance(name, (dict, list)) or name is None:
            raise CaseError("a case needs a name: `- case: A1.02 what it shows`", place)
        self.name = str(name)
        place = replace(place, case=self.name)
        for key, value in (defaults or {}).items():
            if key not in record:
                record[key] = value
        args = Args(
            record, lang.CASE_KEYS, place, DEFAULT_AS_OF, ignore=("requirement", "requirements", "source", "tags")
        )
        as_of = args.typed("as_of", v.to_date) or DEFAULT_AS_OF
        if not 2019 <= as_of.year <= 2027:
            raise args.error("as_of", f"{as_of} is outside the calendar of working days (2019 to 2027)")
        super().__init__(number, place, as_of, args)
        self.file = file
        self.batch_month = args.month("batch_month")
        self.expect_record = args.raw("expect")
        self.raw_record = args.raw("raw")
        # what acts register by themselves is not set up beforehand
        self._acts = self._read_acts()
        self._cast_all()
        self._play()
        self._finish()

    # --- reading the acts
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
        keys = act.keys
        own = {key.name for key in keys}
        if "bill" in own:
            keys = (*keys, *(key for key in lang.SELECTORS if key.name not in own))
        at_act = replace(place, key=f"{place.key} ({name})")
        return act, Args(body, keys, at_act, self.as_of, ignore=("note", "why", "说明"))

    # --- playing them
    def _play(self) -> None:
        # 1. what acts bring into being, so that every act may name it whatever the order of the list
        declare = {"registered": self._declare_registered, "set_up": self._declare_set_up, "signed": self._declare_agreement,
                   "billed": self._declare_bill, "resent": self._declare_resent,
                   "client_account": self._declare_client_account, "annuity_signed": self._declare_annuity_signed,
                   "person_insured": self._declare_person_insured,
                   "batch_debit": None, "monthly": None}  # fmt: skip
        for act, args in self._acts:
            if act.name in {"registered", "set_up"}:
                declare[act.name](args)  # type: ignore[misc]
        for wanted in ("signed", "annuity_signed", "billed", "resent", "client_account", "person_insured"):
            for act, args in self._acts:
                if act.name == wanted:
                    declare[act.name](args)  # type: ignore[misc]
        # 2. the others in the order of their days; within a day the list decides, unless times of day are given
        timed: list[tuple[dt.datetime, int, lang.Act, Args]] = []
        clocked: set[dt.date] = set()
        for index, (act, args) in enumerate(self._acts):
            if declare.get(act.name):
                continue
            if act.name in {"batch_debit", "annuity_collected", "monthly"}:
                timed.append((dt.datetime.min, index, act, args))
                continue
            moment = self._moment(args, act)
            if ":" in str(args.raw("on")):
                clocked.add(moment.date())
            timed.append((moment, index, act, args))
        timed.sort(
            key=lambda one: (
                one[0] if one[0].date() in clocked else dt.datetime.combine(one[0].date(), dt.time()),
                one[1],
            )
        )
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

    def _finish(self) -> None:
        """Facts that the build needs to know of the whole case."""
        self._write_beats()
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
