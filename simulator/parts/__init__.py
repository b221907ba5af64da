"""The parts of the simulated city beside the employers, found by their folders."""

import importlib
from functools import cache

from simulator.part import FOLDER, KINDS, Part

# In this order within their kind of block; a part may read the world of those before it. Others follow by name.
ORDER = (
    "tax_registry", "bank", "annuity", "client", "resident", "resident_tax", "cadre", "exchange_health", "tax_codes", "treasury",
    "extracts",
)  # fmt: skip


@cache
def parts() -> tuple[Part, ...]:
    """All parts, in the order in which they are populated and told."""
    names = {file.parent.name for file in FOLDER.glob("*/__init__.py")}
    found = []
    for name in [*[name for name in ORDER if name in names], *sorted(names - set(ORDER))]:
        part = importlib.import_module(f"simulator.parts.{name}").PART
        assert isinstance(part, Part) and part.name == name and part.kind in KINDS, name
        found.append(part)
    return tuple(found)


def of_kind(kind: str) -> tuple[Part, ...]:
    """The parts that live in a kind of block."""
    return tuple(part for part in parts() if part.kind == kind)
