"""How big a simulated city is, how far back its history goes, and the blocks in which it is made."""

import itertools
from dataclasses import dataclass

from simulator import params
from simulator.part import Block

VILLAGES = 1856  # villages and communities of the divisions' register


@dataclass(frozen=True)
class Scale:
    """Counts of a scale. Registrations, not persons: one person may have several."""

    name: str
    employers: int
    residents: int  # registrations in residents' medical insurance
    pension: int  # registrations in residents' pension insurance
    flexible: int  # flexible-employment medical registrations
    students: int  # of the residents, those insured through their school
    history_start: str  # first period, YYYYMM
    employers_per_block: int
    resident_blocks: int

    @property
    def share(self) -> float:
        """Share of the whole city's employers."""
        return self.employers / int(params.load()["scales"]["city"]["employers"])

    @property
    def resident_share(self) -> float:
        """Share of the whole city's residents."""
        return self.residents / int(params.load()["scales"]["city"]["residents"])

    def blocks(self) -> list[Block]:
        """The blocks of the city: employers, residents by village, and the city's own once."""
        out = []
        for number, first in enumerate(range(1, self.employers + 1, self.employers_per_block)):
            last = min(first + self.employers_per_block - 1, self.employers)
            out.append(Block("employer", number, first, last))
        bounds = [round(VILLAGES * i / self.resident_blocks) for i in range(self.resident_blocks + 1)]
        for number, (low, high) in enumerate(itertools.pairwise(bounds)):
            out.append(Block("resident", number, low + 1, high))
        return [*out, Block("city", 0, 1, 1)]

    @property
    def is_whole(self) -> bool:
        """Small enough for one session: all blocks in one world."""
        return len(self.blocks()) == 3


def scale_of(name: str) -> Scale:
    """A named scale of params.yml, or one of so many employers and residents in proportion."""
    known = params.load()["scales"]
    if name in known:
        return Scale(name=name, **known[name])
    if not name.isdigit() or int(name) < 1:
        raise ValueError(f"unknown scale {name}: {', '.join(known)}, or a number of employers")
    city, ci = known["city"], known["ci"]
    share = int(name) / city["employers"]
    return Scale(
        name=name,
        employers=int(name),
        residents=round(city["residents"] * share),
        pension=round(city["pension"] * share),
        flexible=round(city["flexible"] * share),
        students=round(city["students"] * share),
        history_start=ci["history_start"],
        employers_per_block=city["employers_per_block"],
        resident_blocks=max(1, round(city["resident_blocks"] * share)),
    )
