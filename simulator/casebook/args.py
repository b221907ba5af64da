"""Typed access to the keys that an author wrote, with errors that name the key and what is allowed."""

import datetime as dt
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from typing import Any, TypeVar

from simulator.casebook import values as v
from simulator.casebook import vocabulary as w
from simulator.casebook.errors import CaseError, Place, choices
from simulator.casebook.language import STEP_WORDS, Key
from simulator.casebook.reader import Record, line_of

T = TypeVar("T")


@contextmanager
def at(place: Place):  # type: ignore[no-untyped-def]
    """Give an error without a place this place."""
    try:
        yield
    except CaseError as error:
        if not error.place.file:
            error.place = place
        raise


def _whole(parts: dict[str, Any]) -> Any:
    """The amount of a line that is written as a mapping: one amount, or the part of the employer and that of the persons."""
    for key in ("amount", "金额", "合计"):
        if key in parts:
            return parts[key]
    shares = [parts[key] for key in ("employer", "unit", "单位", "person", "personal", "个人") if key in parts]
    if not shares:
        raise CaseError(f"a line needs an amount; {choices(['amount', 'employer', 'person'])}")
    return str(sum((v.to_amount(share) for share in shares), Decimal(0)))


class Args:
    """The keys of one mapping, known names only, aliases resolved."""

    def __init__(
        self, record: Record, keys: Sequence[Key], place: Place, as_of: dt.date, *, ignore: Sequence[str] = ()
    ) -> None:
        self.place = replace(place, line=record.line or place.line)
        self.as_of = as_of
        self._values: dict[str, Any] = {}
        self._lines: dict[str, int] = {}
        self.names = {key.name for key in keys}
        known: dict[str, str] = {name: name for name in self.names}
        for key in keys:
            for alias in key.aliases:
                known.setdefault(alias, key.name)
        for written, value in record.items():
            if written in ignore:
                continue
            name = known.get(written) or known.get(written.lower().replace(" ", "_").replace("-", "_"))
            line = record.key_lines.get(written, record.line)
            if name is None:
                names = [key.name for key in keys]
                raise CaseError(
                    f"key “{written}” is not known here; {choices(names, written)}", replace(self.place, line=line)
                )
            if name in self._values:
                raise CaseError(f"key “{written}” says again what “{name}” says", replace(self.place, line=line))
            self._values[name] = value
            self._lines[name] = line_of(value, line)

    def at(self, name: str) -> Place:
        """The place of a key."""
        key = f"{self.place.key}: {name}" if self.place.key else name
        return replace(self.place, line=self._lines.get(name, self.place.line), key=key)

    def has(self, name: str) -> bool:
        """Whether the author wrote it (a null counts)."""
        return name in self._values

    def given(self, name: str) -> bool:
        """Whether the author wrote a value that is not null."""
        return self._values.get(name) is not None

    def raw(self, name: str) -> Any:
        """As written."""
        return self._values.get(name)

    def put(self, name: str, value: Any) -> None:
        """Put a value as if it had been written."""
        self._values[name] = value

    def error(self, name: str, message: str) -> CaseError:
        """An error about a key."""
        return CaseError(message, self.at(name))

    def typed(
        self, name: str, convert: Callable[[Any], T], default: T | None = None, *, required: bool = False
    ) -> T | None:
        """The value converted, or the default."""
        if not self.given(name):
            if required:
                raise CaseError(f"“{name}” is missing", self.at(name))
            return default
        value = self._values[name]
        with at(self.at(name)):
            if isinstance(value, (dict, list)) and convert not in {v.to_list}:
                kind = "a list" if isinstance(value, list) else "a mapping"
                if isinstance(value, list) and len(value) == 1 and not isinstance(value[0], (dict, list)):
                    value = value[0]
                else:
                    raise CaseError(f"one value is expected, not {kind}")
            return convert(value)

    def need(self, name: str, convert: Callable[[Any], T]) -> T:
        """The value converted; missing is an error."""
        value = self.typed(name, convert, required=True)
        assert value is not None
        return value

    # --- kinds --------------------------------------------------------------------------------------------------
    def text(self, name: str) -> str | None:
        """A text as written."""
        return self.typed(name, str)

    def flag(self, name: str, default: bool = False) -> bool:
        """Yes or no."""
        return bool(self.typed(name, v.to_flag, default))

    def moment(self, name: str, clock: str) -> dt.datetime | None:
        """A day and time."""
        return self.typed(name, lambda value: v.to_moment(value, clock, self.as_of))

    def day(self, name: str) -> dt.date | None:
        """A day."""
        return self.typed(name, lambda value: v.to_date(value, self.as_of))

    def amount(self, name: str) -> Decimal | None:
        """An amount."""
        return self.typed(name, v.to_amount)

    def month(self, name: str) -> str | None:
        """A month."""
        return self.typed(name, v.to_month)

    def number(self, name: str) -> int | None:
        """A whole number."""
        return self.typed(name, v.to_number)

    def word(self, name: str, known: dict[str, str]) -> str | None:
        """A code by word."""
        return self.typed(name, lambda value: w.pick(value, known, name))

    def words(self, name: str, known: dict[str, str]) -> list[str] | None:
        """Codes by words."""
        if not self.given(name):
            return None
        with at(self.at(name)):
            out: list[str] = []
            for value in v.to_list(self._values[name]):
                if (
                    isinstance(value, str)
                    and w.plain(value).lower() in {"both", "两个部门", "两部门", "人社和医保"}
                    and "hrss" in known
                ):
                    out += [w.HRSS, w.NHSA]
                else:
                    out.append(w.pick(value, known, name))
            return list(dict.fromkeys(out))

    def items(self, name: str, department: str | None = None) -> list[w.Item] | None:
        """Insurance items."""
        if not self.given(name):
            return None
        with at(self.at(name)):
            return [w.item(value, department) for value in v.to_list(self._values[name])]

    def lines(self, name: str, department: str | None = None) -> dict[str, Decimal] | None:
        """Amount per item: a mapping, or a list of {item, amount}."""
        if not self.given(name):
            return None
        value = self._values[name]
        with at(self.at(name)):
            pairs: list[tuple[Any, Any]] = []
            if isinstance(value, dict):
                pairs = list(value.items())
            elif isinstance(value, list):
                for entry in value:
                    if not isinstance(entry, dict):
                        raise CaseError("write lines as {城职养老: 2400.00, 失业: 100.00}")
                    word = next((entry[key] for key in ("item", "insurance", "险种") if key in entry), None)
                    if word is not None:
                        pairs.append((word, {key: inner for key, inner in entry.items() if inner is not word}))
                    else:
                        pairs += list(entry.items())
            else:
                raise CaseError("write lines as {城职养老: 2400.00, 失业: 100.00}")
            out: dict[str, Decimal] = {}
            for word, written in pairs:
                code = w.item(word, department).code
                amount = _whole(written) if isinstance(written, dict) else written
                if amount is None:
                    raise CaseError(f"{word} has no amount")
                if code in out:
                    raise CaseError(f"{word} is given twice")
                out[code] = v.to_amount(amount)
            return out

    def months(self, name: str) -> list[str] | None:
        """Months: a list, or `2026-04 to 2026-06`."""
        if not self.given(name):
            return None
        with at(self.at(name)):
            value = self._values[name]
            if isinstance(value, str):
                for divider in (" to ", "..", "…", "至", "~"):
                    if divider in value:
                        first, last = (v.to_month(part) for part in value.split(divider, 1))
                        if last < first:
                            raise CaseError(f"“{value}” ends before it begins")
                        out = [first]
                        while out[-1] < last:
                            out.append(v.shift_month(out[-1], 1))
                        return out
            return [v.to_month(one) for one in v.to_list(value)]

    def steps(self, name: str) -> set[str]:
        """Steps of the way."""
        if not self.given(name):
            return set()
        with at(self.at(name)):
            return {w.pick(one, STEP_WORDS, name) for one in v.to_list(self._values[name])}
