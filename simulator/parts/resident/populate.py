"""Fill a block of villages with residents, their insurances and the departments' files."""

import datetime as dt
from typing import TYPE_CHECKING

from common.paths import dbt_project_dir
from simulator.engine import load_csv
from simulator.parts.resident import dues, insurances, legacy, people, students

if TYPE_CHECKING:
    from simulator.part import Block
    from simulator.world import World


def populate(world: "World", block: "Block", horizon: dt.date) -> None:
    """Residents of the block's villages, and their plans up to the horizon."""
    seeds = dbt_project_dir() / "seeds" / "reference"
    load_csv(world.con, "ref_person_insurance", seeds / "ref_person_insurance.csv")
    load_csv(world.con, "ref_person_kind", seeds / "ref_person_kind.csv")
    world.sql("delete from world.person_kind")
    world.sql("insert into world.person_kind by name select group_code, kind_code, old_kind_code from ref_person_kind")
    people.place(world)
    students.found_schools(world, block)
    people.live(world, block)
    students.choose_schools(world)
    insurances.insure(world, horizon)
    students.attend(world, horizon)
    dues.price(world, horizon)
    legacy.remember(world)
    note(world)


def note(world: "World") -> None:
    """Truth of what chance itself made: second numbers elsewhere, and rows of the old pension system without a counterpart."""
    from simulator.acts import resident as acts

    second = """select s.insured_key from world.insured as s join world.resident as r using (resident_key)
        where s.place_no = 2 and not r.is_student"""
    acts.note_places(world, second, "lived elsewhere before")
    acts.note_legacy(world, "select old_person_no from world.legacy_oddity", "left in the old system")
