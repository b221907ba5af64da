"""Fill a block of villages with residents, their insurances and the departments' files."""

import datetime as dt
from typing import TYPE_CHECKING

from simulator.parts.resident import insurances, people, students

if TYPE_CHECKING:
    from simulator.part import Block
    from simulator.world import World


def populate(world: "World", block: "Block", horizon: dt.date) -> None:
    """Residents of the block's villages, and their plans up to the horizon."""
    people.place(world)
    students.found_schools(world, block)
    people.live(world, block)
    students.choose_schools(world)
    insurances.insure(world, horizon)
    students.attend(world, horizon)
