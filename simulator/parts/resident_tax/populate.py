"""Populate the tax side of the persons of a block: what is registered, set, debited, paid, returned."""

import datetime as dt
from typing import TYPE_CHECKING

from common.paths import dbt_project_dir
from simulator.engine import load_csv
from simulator.part import Block
from simulator.parts.resident_tax import households, payments, register, steps

if TYPE_CHECKING:
    from simulator.world import World

SEEDS = ("ref_person_insurance", "ref_resident_tariff", "ref_person_channel", "ref_pension_tier")

# One number gives a key four repeatable chances: `dice(low, 0..3)`; a second one, `high`, four more. As `chance`, a hash of
# key, seed and purpose.
MACROS = """
create or replace macro dice_low(key, purpose) as hash(xor(hash(key), hash(getvariable('seed_of') || 'low|' || purpose)));
create or replace macro dice_high(key, purpose) as hash(xor(hash(key), hash(getvariable('seed_of') || 'high|' || purpose)));
create or replace macro dice(number, n) as ((number >> (16 * n)) & 65535::ubigint)::double / 65536;
"""


def install(world: "World") -> None:
    """What the part looks up: seeds and macros."""
    world.sql(MACROS)
    for seed in SEEDS:
        load_csv(world.con, seed, dbt_project_dir() / "seeds" / "reference" / f"{seed}.csv")
    world.sql(
        """
        create or replace temp table person_item as
        select insurance_code, department_code, agency_item_code, zsxm_code, zspm_code,
            is_flexible::boolean as is_flexible, flexible_rate::decimal(9, 4) as flexible_rate
        from ref_person_insurance;
        create or replace temp table tariff as
        select insured_year::int as insured_year, amount::decimal(16, 2) as amount from ref_resident_tariff;
        """
    )


def populate(world: "World", block: Block, horizon: dt.date) -> None:
    """The tax side of world.resident and world.insured, with plans up to the horizon."""
    install(world)
    register.register(world)
    register.sign(world)
    register.set_amounts(world, horizon)
    payments.find_due(world, block, horizon)
    payments.debit(world, horizon)
    payments.collect(world, horizon)
    households.open_households(world, block)
    households.pool(world, block)
    payments.add_specials(world, horizon)
    steps.walk(world)
    payments.refund(world)
    payments.declare_only(world, horizon)
    register.note_messages(world)
