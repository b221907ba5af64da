"""Odd values put into the exchange tables of a case after its acts: set, delete, add, copy a row."""

import datetime as dt
from dataclasses import replace
from typing import Any

import duckdb

from simulator.casebook import catalogue
from simulator.casebook import values as v
from simulator.casebook import vocabulary as w
from simulator.casebook.args import at
from simulator.casebook.errors import CaseError, Place, choices
from simulator.casebook.interpret import Case
from simulator.casebook.keys import in_form
from simulator.casebook.reader import Record, line_of

SERIAL = {"ZJTZLSH", "CLCT_NTC_NO"}
BATCH = {"CSPCH", "SEND_BTCH"}
UNIT = {"AAB001", "EMP_NO", "DWBH"}
SYSTEM = {"XTLY", "SRC_SYS"}
TICKET = {"DZSPHM", "TAX_VOU_NO"}
ITEM = {"AAE140", "INSUTYPE"}
CODE = {"AAB003", "USCC", "SHXYDM", "NSRSBH"}
ACCOUNT = {"YHZH"}
UPDATED = {"GXSJ", "UPDT_TIME"}
RETURN_NO = {"HPXH", "RTN_NO"}
# Numbers of rows that a case adds: its own in every case, whatever it calls them.
ADDED_NO = {
    "LSH", "YLSH", "CZLSH", "JYLSH", "HPXH", "RTN_NO", "DZXH", "ARVL_NO", "SBXH", "JKXH", "SBMXXH", "XNHBH", "TFXH", "RYBH", "AAC001", "PSN_NO", "SBDJXH",
    "QCXH", "KKLSH", "YZXH", "NJXYXH",
}  # fmt: skip
WHERE_WORDS = {
    "bill": "bill", "单据": "bill", "征集单": "bill", "employer": "employer", "单位": "employer", "by": "by", "部门": "by",
    "registration": "registration", "户籍": "registration", "taxpayer": "taxpayer", "纳税人": "taxpayer", "agreement": "agreement",
    "协议": "agreement", "ticket": "ticket", "税票": "ticket", "item": "item", "insurance": "item", "险种": "item", "return": "return",
    "回盘": "return",
}  # fmt: skip
ENTRY_KEYS = ("table", "where", "set", "delete", "add", "copy")


class RawOverride:
    """One entry of `raw`, checked when the case is read, applied to the projected tables."""

    def __init__(self, case: Case, entry: Any, index: int) -> None:
        self.case = case
        self.place: Place = replace(case.place, line=line_of(entry, case.place.line), key=f"raw {index}")
        if not isinstance(entry, Record):
            raise CaseError("a raw entry is a mapping: `{table: …, where: {…}, set: {…}}`", self.place)
        words = {"table": "table", "表": "table", "where": "where", "条件": "where", "set": "set", "设为": "set", "delete": "delete",
                 "删除": "delete", "add": "add", "insert": "add", "新增": "add", "copy": "copy", "复制": "copy"}  # fmt: skip
        self.parts: dict[str, Any] = {}
        for key, value in entry.items():
            if key not in words:
                raise CaseError(f"key “{key}” is not known here; {choices(ENTRY_KEYS, key)}", self.place)
            self.parts[words[key]] = value
        with at(self.place):
            what = [one for one in ("set", "delete", "add", "copy") if one in self.parts]
            if len(what) != 1:
                raise CaseError("say one of set, delete, add, copy")
            self.what = what[0]
            self.table = self._table(self.parts.get("table"))
            self.columns = {column.name: column for column in self.table.columns}
            if self.what == "add":
                self.where: list[tuple[str, list[Any]]] = []
                self.values = self._values(self.parts["add"])
            else:
                self.where = self._where(self.parts.get("where"))
                self.values = {} if self.what == "delete" else self._values(self.parts[self.what])
                if self.what == "delete" and not v.to_flag(
                    self.parts["delete"] if self.parts["delete"] is not None else "yes"
                ):
                    raise CaseError("delete is said with yes")

    # ------------------------------------------------------------------------------------------------------ reading
    def _table(self, value: Any) -> catalogue.ExchangeTable:
        if value is None:
            raise CaseError("which table? `table: hrss.RS_SJHP`")
        text = w.plain(value).lower()
        found = [one for one in catalogue.tables() if text in {one.name.lower(), one.full_name.lower(), one.title}]
        if len(found) == 1:
            return found[0]
        if found:
            raise CaseError(f"several tables are called {value}; {choices([one.full_name for one in found])}")
        raise CaseError(
            f"table “{value}” is not in the exchange; {choices([one.full_name for one in catalogue.tables()], str(value))}"
        )

    def _column(self, written: str) -> str:
        for column in self.table.columns:
            if written.upper() == column.name or written == column.title:
                return column.name
        names = [column.name for column in self.table.columns]
        raise CaseError(f"{self.table.full_name} has no column {written}; {choices(names, written.upper())}")

    def _first(self, names: set[str]) -> str | None:
        return next((column.name for column in self.table.columns if column.name in names), None)

    def _need(self, names: set[str], what: str) -> str:
        column = self._first(names)
        if column is None:
            raise CaseError(f"{self.table.full_name} has no column for {what}")
        return column

    def _where(self, value: Any) -> list[tuple[str, list[Any]]]:
        if value is None:
            value = Record()
        if isinstance(value, str):
            label, value = value, Record(self.place.line)
            value[self._guess(label)] = label
        if not isinstance(value, Record):
            raise CaseError("where is a mapping: `where: {bill: b1}`")
        out: list[tuple[str, list[Any]]] = []
        departments = [w.pick(one, w.DEPARTMENTS, "by") for one in v.to_list(value.get("by") or value.get("部门"))]
        for key, inner in value.items():
            word = WHERE_WORDS.get(key)
            if word == "by" or (word is None and key.upper() in self.columns) or word is None:
                if word != "by":
                    column = self._column(key)
                    out.append((column, [self._value(column, inner)]))
                continue
            out += self._labelled(word, str(inner), departments)
        if departments and "BMLY_DM" in self.columns:
            out.append(("BMLY_DM", list(departments)))
        if not any(column in SERIAL | UNIT | TICKET | {"DJXH", "XYXH"} | RETURN_NO for column, _ in out):
            own = self._own()
            if own is None:
                raise CaseError(
                    "where must name a bill, employer, registration, taxpayer, agreement or ticket of the case"
                )
            out.append(own)
        return out

    def _guess(self, label: str) -> str:
        cast = self.case.cast
        if label in cast.bills:
            return "bill"
        if label in cast.agreements:
            return "agreement"
        if self.case.find_registration(label):
            return "registration"
        if label in cast.taxpayers and "DJXH" in self.columns:
            return "taxpayer"
        if label in cast.employers:
            return "employer"
        raise CaseError(
            f"“{label}” is nobody of the case; {choices([*cast.bills, *cast.employers, *cast.taxpayers, *cast.agreements], label)}"
        )

    def _own(self) -> tuple[str, list[Any]] | None:
        """Everything of the case, when nothing narrower is said."""
        cast = self.case.cast
        if serial := self._first(SERIAL):
            return serial, [bill.serial for bill in cast.bills.values()]
        if unit := self._first(UNIT):
            return unit, [one.unit_no for one in cast.registrations.values()]
        if "XYXH" in self.columns:
            return "XYXH", [one.key for one in cast.agreements.values()]
        if "DJXH" in self.columns:
            return "DJXH", [one.key for one in cast.taxpayers.values()]
        return None

    def _labelled(self, word: str, label: str, departments: list[str]) -> list[tuple[str, list[Any]]]:  # noqa: PLR0911, PLR0912 (one branch a kind)
        cast = self.case.cast
        if word == "bill":
            if label not in cast.bills:
                raise CaseError(f"bill {label} has not been billed; {choices(cast.bills, label)}")
            bill = cast.bills[label]
            out: list[tuple[str, list[Any]]] = []
            if self._first(SERIAL) is None and self._first(TICKET):
                return [(self._need(TICKET, "bills"), [ticket.number for ticket in bill.tickets])]
            out.append((self._need(SERIAL, "bills"), [bill.serial]))
            out.append((self._need(BATCH, "bills"), [bill.batch]))
            if "BMLY_DM" in self.columns:
                out.append(("BMLY_DM", [bill.department]))
            return out
        if word == "registration":
            registration = self.case.find_registration(label)
            if registration is None:
                raise CaseError(f"registration {label} is not in the case; {choices(cast.registrations, label)}")
            out = [(self._need(UNIT, "registrations"), [registration.unit_no])]
            if column := self._first(SYSTEM):
                out.append((column, [registration.system]))
            if "BMLY_DM" in self.columns:
                out.append(("BMLY_DM", [registration.department]))
            return out
        if word == "employer":
            if label not in cast.employers:
                raise CaseError(f"employer {label} is not in the cast; {choices(cast.employers, label)}")
            if unit := self._first(UNIT):
                units = [one.unit_no for one in cast.registrations.values()
                         if one.employer.label == label and (not departments or one.department in departments)]  # fmt: skip
                return [(unit, units)]
            if "DJXH" in self.columns:
                return [
                    (
                        "DJXH",
                        [one.key for one in cast.taxpayers.values() if one.employer and one.employer.label == label],
                    )
                ]
            return [
                (
                    self._need(SERIAL, "employers"),
                    [one.serial for one in cast.bills.values() if one.employer.label == label],
                )
            ]
        if word == "taxpayer":
            if label not in cast.taxpayers:
                raise CaseError(f"taxpayer {label} is not in the cast; {choices(cast.taxpayers, label)}")
            return [(self._need({"DJXH"}, "taxpayers"), [cast.taxpayers[label].key])]
        if word == "agreement":
            if label not in cast.agreements:
                raise CaseError(f"agreement {label} has not been signed; {choices(cast.agreements, label)}")
            return [(self._need({"XYXH"}, "agreements"), [cast.agreements[label].key])]
        if word == "ticket":
            numbers = [
                ticket.number for bill in cast.bills.values() for ticket in bill.tickets if ticket.label == label
            ]
            if not numbers:
                raise CaseError(
                    f"ticket {label} has not been invoiced; {choices([t.label for b in cast.bills.values() for t in b.tickets], label)}"
                )
            return [(self._need(TICKET, "tickets"), list(numbers))]
        if word == "return":
            rows = [
                row
                for bill in cast.bills.values()
                for ticket in bill.tickets
                for row in ticket.returns
                if row.label == label
            ]
            if not rows:
                raise CaseError(f"there is no return {label}")
            head = "H" if self.table.name == "ZS_HPXX" else ""
            return [(self._need(RETURN_NO, "returns"), [head + row.number for row in rows])]
        item = w.item(label, self.table.system.upper() if self.table.system in {"hrss", "nhsa"} else None)
        if column := self._first(ITEM):
            return [(column, [item.agency_code])]
        return [(self._need({"ZSPM_DM"}, "insurance items"), [item.zspm])]

    def _values(self, value: Any) -> dict[str, Any]:
        if not isinstance(value, Record):
            raise CaseError(f"{self.what} is a mapping of columns: `{{DQBZ: null}}`")
        return {(column := self._column(key)): self._value(column, inner) for key, inner in value.items()}

    def _value(self, column: str, value: Any) -> Any:  # noqa: PLR0911, PLR0912 (one branch a kind of column)
        """A stated value; numbers of keys are mapped as everywhere in a case."""
        if value is None:
            return None
        cast = self.case.cast
        if isinstance(value, Record):
            source = value.get("of") or value.get("same_as")
            base = self._value(column, source)
            for form in v.to_list(value.get("form")):
                base = in_form(str(base), str(form))
            return base
        text = str(value)
        if not text.strip():
            return text
        if column in SERIAL:
            return cast.bills[text].serial if text in cast.bills else self.case.keys.stated(text)
        if column in BATCH and text in cast.bills:
            return cast.bills[text].batch
        if column in UNIT:
            registration = self.case.find_registration(text)
            return registration.unit_no if registration else self.case.keys.stated(text)
        if column in CODE:
            if text in cast.employers:
                return cast.employers[text].uscc
            if text in cast.taxpayers:
                return cast.taxpayers[text].number
            return self.case.keys.stated_code(text, "91", "450103")
        if column in ACCOUNT:
            return cast.agreements[text].account if text in cast.agreements else self.case.keys.stated(text)
        if column == "DJXH":
            return cast.taxpayers[text].key if text in cast.taxpayers else self.case.keys.stated(text)
        if column == "XYXH":
            return cast.agreements[text].key if text in cast.agreements else self.case.keys.stated(text)
        if column in TICKET:
            for bill in cast.bills.values():
                for ticket in bill.tickets:
                    if ticket.label == text:
                        return ticket.number
            return self.case.keys.stated(text)
        if column in ADDED_NO and self.what in {"add", "copy"}:
            return self.case.keys.stated(text)
        if column in ITEM | {"ZSPM_DM", "ZSXM_DM"} and not text.isascii():
            item = w.item(text)
            return item.agency_code if column in ITEM else item.zspm if column == "ZSPM_DM" else item.zsxm
        if column.endswith(("SJ", "_TIME", "RQ", "_DATE")) and v.is_date_like(text):
            return (
                str(v.to_moment(text, "12:00", self.case.as_of))
                if column.endswith(("SJ", "_TIME"))
                else str(v.to_date(text, self.case.as_of))
            )
        if text.lower().startswith("as_of"):
            return str(v.to_date(text, self.case.as_of))
        return text

    # ----------------------------------------------------------------------------------------------------- applying
    def apply(self, con: duckdb.DuckDBPyConnection) -> None:
        """Change the projected tables."""
        name = f'{self.table.system}."{self.table.name}"'
        try:
            self._apply(con, name)
        except duckdb.Error as error:
            raise CaseError(
                f"{self.table.full_name} does not take it: {str(error).splitlines()[0]}", self.place
            ) from error

    def _apply(self, con: duckdb.DuckDBPyConnection, name: str) -> None:
        if self.what == "add":
            values = dict(self.values)
            for column in self.columns:
                if column in UPDATED and column not in values:
                    values[column] = dt.datetime.combine(self.case.as_of, dt.time(12))
            quoted = ", ".join(f'"{column}"' for column in values)
            con.execute(f"insert into {name} ({quoted}) values ({', '.join('?' * len(values))})", list(values.values()))
            return
        conditions, parameters = [], []
        for column, allowed in self.where:
            if allowed == [None]:
                conditions.append(f'"{column}" is null')
                continue
            conditions.append(f'"{column}"::varchar in ({", ".join("?" * len(allowed)) or "null"})')
            parameters += [str(one) for one in allowed]
        condition = " and ".join(conditions)
        row = con.execute(f"select count(*) from {name} where {condition}", parameters).fetchone()
        if not row or not row[0]:
            raise CaseError(
                f"no row of {self.table.full_name} is meant by this; after the acts of the case there is none",
                self.place,
            )
        if self.what == "delete":
            con.execute(f"delete from {name} where {condition}", parameters)
        elif self.what == "set":
            settings = ", ".join(f'"{column}" = ?' for column in self.values)
            con.execute(f"update {name} set {settings} where {condition}", [*self.values.values(), *parameters])
        else:
            selected = ", ".join(f'? as "{c}"' if c in self.values else f'"{c}"' for c in self.columns)
            kinds = {r[0]: r[1] for r in con.execute(f"describe {name}").fetchall()}
            selected = ", ".join(f'?::{kinds[c]} as "{c}"' if c in self.values else f'"{c}"' for c in self.columns)
            ordered = [self.values[c] for c in self.columns if c in self.values]
            con.execute(
                f"insert into {name} by name select {selected} from {name} where {condition}", [*ordered, *parameters]
            )


def read(case: Case) -> list[RawOverride]:
    """The raw overrides of a case."""
    value = case.raw_record
    if value is None:
        return []
    if isinstance(value, Record):
        value = [value]
    if not isinstance(value, list):
        raise CaseError("raw is a list: `- {table: …, where: {…}, set: {…}}`", case.args.at("raw"))
    return [RawOverride(case, entry, index) for index, entry in enumerate(value, start=1)]
