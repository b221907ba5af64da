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
    told_employers: int = 0  # 0: stories are told of all; else of so many, in a block of their own
    told_villages: int = 0
    story_density: int = 1  # how many times as many cases as in a small city; 0: no stories

    @property
    def share(self) -> float:
        """Share of the whole city's employers."""
        return self.employers / int(params.load()["scales"]["city"]["employers"])

    @property
    def resident_share(self) -> float:
        """Share of the whole city's residents."""
        return self.residents / int(params.load()["scales"]["city"]["residents"])

    def blocks(self) -> list[Block]:
        """The blocks of the city: employers, residents by village, and the city's own once.

        In the city stories are told in a small first block of employers and of villages, where the many small statements of
        stories meet small tables; both lie all over the city.
        """
        out: list[Block] = []
        tells = self.story_density > 0
        for kind, first, size, told in (
            ("employer", 1, self.employers, self.told_employers),
            ("resident", 1, VILLAGES, self.told_villages),
        ):
            numbers = itertools.count()
            if told:
                out.append(Block(kind, next(numbers), first, told, tells, self.story_density))
            rest = size - told
            many = max(1, -(-rest // self.employers_per_block) if kind == "employer" else self.resident_blocks)
            bounds = [told + round(rest * i / many) for i in range(many + 1)]
            out += [Block(kind, next(numbers), low + 1, high, tells and not told, self.story_density)
                    for low, high in itertools.pairwise(bounds)]  # fmt: skip
        return [*out, Block("city", 0, 1, 1, tells, self.story_density)]

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
