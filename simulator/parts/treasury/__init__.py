"""The treasury's working days and their cut-over, once for the city."""

import datetime as dt
from typing import TYPE_CHECKING

from simulator.part import Block, Part

if TYPE_CHECKING:
    from simulator.world import World


def populate(world: "World", block: Block, horizon: dt.date) -> None:
    """The working days of each bureau's treasury, from the first month of the history to the horizon."""
    world.sql(
        f"""
        insert into world.treasury_day
        select treasury_of(bureau_code), bureau_code, d, workday_after(d, 1), treasury_cut(treasury_of(bureau_code), d)
        from calendar cross join (select bureau_code from ref_bureau where kind = 'bureau')
        where worked and d between month_first('{world.scale.history_start}') and date '{horizon}'
        """
    )


PART = Part("treasury", "city", populate)
