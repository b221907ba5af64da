"""The story of the village cadres: what is wrong with accounts, imports and matching around the anchor day."""

from typing import TYPE_CHECKING

from common.calendar import add_workdays
from simulator import acts
from simulator.part import Block
from simulator.world import quoted

if TYPE_CHECKING:
    from simulator.world import World


class Cadres:
    """Picks cadres in office, each once, by chance of their key alone."""

    def __init__(self, world: "World", block: Block) -> None:
        self.world, self.block = world, block
        self.anchor = world.params.anchor
        self.used: set[str] = {""}

    def day(self, offset: int) -> str:
        """The working day `offset` days from the anchor."""
        return add_workdays(self.anchor, offset).isoformat()

    def take(self, base: int) -> str:
        """Take cadres; a select of their keys."""
        found = [row[0] for row in self.world.rows(
            f"""select cadre_no from world.cadre where left_at is null and nth = 1 and consent_at < timestamp '{self.day(-25)}'
            and cadre_no not in ({quoted(sorted(self.used))})
            order by chance(cadre_no, 'cast cadre'), cadre_no limit {self.block.cases(base)}"""
        )]  # fmt: skip
        self.used.update(found)
        return (
            f"select unnest([{quoted(found)}]::varchar[]) as key"
            if found
            else "select null::varchar as key where false"
        )


def tell(world: "World", block: Block) -> None:
    """Plant everything."""
    cast = Cadres(world, block)
    day = cast.day
    for what in ("id_number", "mobile", "landline", "village_code"):
        acts.perform(world, "cadre_registered_wrong", cast.take(1), what=what)
    acts.perform(world, "cadre_registered_wrong", cast.take(1), what="id_number", until=day(2))
    near = cast.take(1)
    acts.perform(world, "cadre_registered_wrong", near, what="mobile", until=day(-6))
    _healed(world, near, "put right since")
    acts.perform(world, "cadre_gets_no_codes", cast.take(1), on=day(-2))
    acts.perform(world, "cadre_gets_no_codes", cast.take(1), on=day(1))
    near = cast.take(1)
    acts.perform(world, "cadre_gets_no_codes", near, on=f"{day(-3)} 09:00:00", tries=1, cause="04", notes=False)
    world.note_near_miss("P1.3.1", near, "one code was lost")
    for how, on, until in (("failed", -4, None), ("shrunk", -3, None), ("failed", -8, 1)):
        acts.perform(
            world, "import_abnormal", cast.take(1), how=how, on=day(on), until=None if until is None else day(until)
        )
    near = cast.take(1)
    acts.perform(world, "import_abnormal", near, how="failed", on=day(-7), until=day(-6))
    _healed(world, near, "imported properly the day after")
    for how, on, until in (("broken", -3, None), ("broken", -5, 2), ("error", -2, None), ("broken", 1, None)):
        acts.perform(
            world, "matching_stops", cast.take(1), how=how, on=day(on), until=None if until is None else day(until)
        )
    near = cast.take(1)
    acts.perform(world, "matching_stops", near, on=day(-6), until=day(-6))
    world.note_near_miss(
        "P1.3.2", f"select 'PP' || substr(import_no, 3) || '1' from world.cadre_import where import_no like '%S1' and cadre_no in ({near})",
        "run again to its end the same evening",
    )  # fmt: skip


def _healed(world: "World", cadres: str, why: str) -> None:
    world.note_near_miss("P1.3.1", cadres, why)
