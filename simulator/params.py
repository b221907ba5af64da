"""The calibration of the simulated city, read from params.yml."""

import datetime as dt
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).with_name("params.yml")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml's: the same, in a tenth of the time


def read_yaml(file: Path) -> Any:
    """What a YAML file holds."""
    return yaml.load(file.read_text(encoding="utf-8"), _LOADER)  # noqa: S506


@dataclass(frozen=True)
class Params:
    """One reading of params.yml; blocks are reached by name."""

    raw: dict[str, Any]

    def __getitem__(self, block: str) -> Any:
        return self.raw[block]

    def delay(self, rule_id: str) -> int:
        """Agreed delay of a rule in working days."""
        return int(self.raw["agreed_delays"][rule_id])

    @property
    def anchor(self) -> dt.date:
        """The day around which the story is dated."""
        return dt.date.fromisoformat(self.raw["history"]["anchor"])


@cache
def load() -> Params:
    """The parameters of this installation."""
    return Params(read_yaml(FILE))


def cumulative(shares: dict[str, float]) -> list[tuple[str, float]]:
    """Shares as upper bounds of a number in [0, 1), the last one closed."""
    total, out = 0.0, []
    weight = sum(shares.values())
    for key, share in shares.items():
        total += share / weight
        out.append((key, total))
    out[-1] = (out[-1][0], 1.0)
    return out


def choose_sql(chance: str, shares: dict[str, float]) -> str:
    """SQL that maps a chance in [0, 1) to a key by its share."""
    bounds = cumulative(shares)
    cases = " ".join(f"when {chance} < {bound:.9f} then '{key}'" for key, bound in bounds[:-1])
    return f"case {cases} else '{bounds[-1][0]}' end" if cases else f"'{bounds[-1][0]}'"
