"""What is wrong with a case, said so that its author can mend it."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass
class Place:
    """Where in the author's text something stands."""

    file: str = ""
    line: int = 0
    case: str = ""
    key: str = ""

    def __str__(self) -> str:
        parts = [f"{self.file}:{self.line}" if self.line else self.file]
        if self.case:
            parts.append(f"case “{self.case}”")
        if self.key:
            parts.append(self.key)
        return ": ".join(part for part in parts if part)


class CaseError(Exception):
    """A case cannot be understood: file, line, case, key, what is wrong, what would be right."""

    def __init__(self, message: str, place: Place | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.place = place or Place()

    def __str__(self) -> str:
        where = str(self.place)
        return f"{where}: {self.message}" if where else self.message


def choices(values: Iterable[str], wrong: str = "") -> str:
    """The allowed values as a sentence, with the nearest first when it looks like a slip."""
    allowed = list(dict.fromkeys(str(value) for value in values))
    if not allowed:
        return "nothing is allowed here"
    near = difflib.get_close_matches(wrong, allowed, n=1, cutoff=0.6) if wrong else []
    hint = f"; did you mean {near[0]}?" if near else ""
    return f"allowed: {', '.join(allowed)}{hint}"
