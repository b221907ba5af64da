"""Keys of a case: its own numbers for what it leaves open, and its stated numbers mapped so that no two cases meet.

A stated number keeps all that a rule may look at: equal stays equal, different stays different, width, blanks, letter
case and the relation of a credit code to its organisation code stay. Only the case's own number goes in.
"""

import unicodedata

from simulator.casebook.errors import CaseError, choices
from simulator.casebook.language import CODE_FORMS

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
OWN_AREA = 9  # the area of id numbers that nobody stated


def uscc_check(body: str) -> str:
    """The check character of a credit code's first 17."""
    total = sum(USCC_ALPHABET.index(char) * weight for char, weight in zip(body, _USCC_WEIGHTS, strict=True))
    return USCC_ALPHABET[(31 - total % 31) % 31]


def id_check(body: str) -> str:
    """The check character of an id number's first 17 digits."""
    return "10X98765432"[sum(int(char) * weight for char, weight in zip(body, _ID_WEIGHTS, strict=True)) % 11]


def half(text: str) -> str:
    """Half width."""
    return unicodedata.normalize("NFKC", text)


def widen(text: str) -> str:
    """Full-width digits and letters."""
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)


def canonical(text: str) -> str:
    """A code without what is cosmetic: width, blanks, letter case."""
    return "".join(half(text).split()).upper()


class CaseKeys:
    """All numbers of one case; `number` is unique within a build."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.stem = f"{number:06d}"
        self._counters: dict[str, int] = {}
        self._organisations: dict[str, str] = {}
        self._areas: dict[str, int] = {}

    def next(self, what: str) -> int:
        """A running number."""
        self._counters[what] = self._counters.get(what, 0) + 1
        return self._counters[what]

    # --- numbers of our own -------------------------------------------------------------------------------------
    def unit_no(self, department: str) -> str:
        """A unit number."""
        return (
            f"45{self.number:05d}{self.next('unit'):03d}"
            if department == "HRSS"
            else f"4501{self.number:05d}{self.next('unit'):03d}"
        )

    def serial(self, department: str, period: str) -> str:
        """A notice serial."""
        head = "4501" if department == "HRSS" else "4599"
        return f"{head}{period}{self.number:05d}{self.next('serial'):03d}"

    def ticket(self, department: str, month: str) -> str:
        """An electronic ticket number of 18 digits."""
        return f"4450{'16' if department == 'HRSS' else '15'}{month[2:]}{self.number:05d}{self.next('ticket'):03d}"

    def account(self) -> str:
        """An account of its own."""
        return f"4500{self.number:06d}{self.next('account'):04d}0019"

    def running(self, head: str, what: str, width: int = 4) -> str:
        """Any other number."""
        return f"{head}{self.number:06d}{self.next(what):0{width}d}"

    def organisation(self, name: str) -> str:
        """The organisation code that stands for a name in this case: nine characters."""
        if name not in self._organisations:
            self._organisations[name] = f"M{self.number:05d}{self.next('organisation'):02d}X"
        return self._organisations[name]

    def id_number(self, number: int) -> str:
        """An id number of its own for the case's n-th person."""
        body = f"{self.number:05d}{OWN_AREA}19850101{number:03d}"
        return body + id_check(body)

    # --- stated numbers -----------------------------------------------------------------------------------------
    def stated(self, text: str) -> str:
        """A stated serial, unit number or account: the case's number goes before its first character."""
        for position, char in enumerate(text):
            if not char.isspace():
                stem = widen(self.stem) if half(char) != char else self.stem
                return text[:position] + stem + text[position:]
        return text

    def stated_id(self, text: str) -> str:
        """A stated id number of a person: the case's own area stands before its birthday; the 15- and the 18-digit form of one id stay one."""
        plain = canonical(text)
        if len(plain) not in {15, 18} or not plain[:-1].isdigit():
            return self.stated(text)
        area = self._areas.setdefault(plain[:6], len(self._areas))
        if area >= OWN_AREA:
            raise CaseError(f"a case knows {OWN_AREA} areas of id numbers; “{text}” has one more")
        mapped = f"{self.number:05d}{area}{plain[6:]}"
        if len(plain) == 18 and id_check(plain[:17]) == plain[17]:
            mapped = mapped[:17] + id_check(mapped[:17])
        return _dress(mapped, text)

    def stated_code(self, text: str, unit_type: str, area: str) -> str:
        """A stated credit code, taxpayer id, organisation code, or a label for one."""
        plain = canonical(text)
        bare = plain.replace("-", "")
        if not plain:
            return text
        if len(plain) == 18 and plain.isalnum() and plain.isascii():
            organisation = self.organisation(plain[8:17])
            mapped = plain[:8] + organisation
            try:
                right = uscc_check(plain[:17]) == plain[17]
                mapped += uscc_check(mapped) if right else plain[17]
            except ValueError:
                mapped += plain[17]
        elif len(plain) == 15 and plain.isalnum() and plain.isascii():
            mapped = plain[:6] + self.organisation(plain[6:15])
        elif len(bare) == 9 and bare.isalnum() and bare.isascii() and any(char.isdigit() for char in bare):
            organisation = self.organisation(bare)
            mapped = f"{organisation[:8]}-{organisation[8]}" if "-" in plain else organisation
        elif len(plain) <= 8:
            return self.code(f"label {plain}", unit_type, area)
        else:
            return self.stated(text)
        return _dress(mapped, text)

    def code(self, name: str, unit_type: str, area: str) -> str:
        """The valid 18-character credit code that stands for a name in this case."""
        head = {"99": "52"}.get(unit_type, unit_type)
        body = f"{head}{area}{self.organisation(name)}"
        return body + uscc_check(body)


def _dress(mapped: str, written: str) -> str:
    """Put a mapped code into the writing of the stated one: blanks, width, letter case, character by character."""
    out, rest = [], list(mapped)
    for char in written:
        if char.isspace():
            out.append(char)
            continue
        if not rest:
            break
        new = rest.pop(0)
        if half(char).islower():
            new = new.lower()
        out.append(widen(new) if half(char) != char else new)
    if written.islower() or (any(c.isalpha() for c in written) and written == written.lower()):
        out = [char.lower() for char in out]
    return "".join(out) + "".join(rest)


def in_form(code: str, form: str) -> str:
    """A credit code written another way."""
    plain = canonical(code)
    organisation = plain[8:17] if len(plain) == 18 else plain[6:15] if len(plain) == 15 else plain.replace("-", "")
    if form == "lower_case":
        return code.lower()
    if form == "full_width":
        return widen(code)
    if form == "spaced":
        return f"{code[:4]} {code[4:]}"
    if form == "padded":
        return f" {code} "
    if form == "org_code9":
        return organisation
    if form == "org_code10":
        return f"{organisation[:8]}-{organisation[8:]}"
    if form == "old15":
        return f"450100{organisation}"
    raise CaseError(f"form “{form}” is not known; {choices(CODE_FORMS, form)}")
