"""What is wrong in the code tables: gaps in the mappings, towns that two bureaus claim, set-ups that ended too early."""

from typing import TYPE_CHECKING

from simulator import acts
from simulator.part import Block, settings

if TYPE_CHECKING:
    from simulator.world import World


def tell(world: "World", block: Block) -> None:
    """Plant by parameters; which codes is a matter of chance."""
    params = settings("tax_codes")
    share = params["mapping"]
    low = share["gap_share"]
    bounds = [low, low + share["wrong_share"], low + share["wrong_share"] + share["unused_share"]]
    mapped = "select code_type || '|' || old_code as key from world.code_mapping where code_type in ('JDXZ', 'CSQ')"
    codes = f"{mapped} and chance(old_code, 'mapping')"
    spread = "row_number() over (order by chance(code_type || old_code, 'mapping pick'), old_code)"
    for number, name in ((1, "code_not_mapped"), (2, "code_mapped_to_nothing"), (3, "code_no_longer_used")):
        # one town each, whatever chance says, so that every kind of gap is there
        numbered = f"select code_type || '|' || old_code as key, {spread} as n from world.code_mapping where code_type = 'JDXZ'"
        town = f"select key from ({numbered}) where n = {number}"
        between = f"{codes} >= {bounds[number - 2] if number > 1 else 0} and chance(old_code, 'mapping') < {bounds[number - 1]}"
        world.sql(f"create or replace temp table mapping_case as {between} union {town}")
        if number > 1:
            world.sql(
                "delete from mapping_case where key in (select code_type || '|' || old_code from world.code_mapping where state_code <> '1')"
            )
        acts.perform(world, name, "select key from mapping_case order by key")
    acts.perform(
        world,
        "code_not_mapped",
        "select code_type || '|' || old_code from world.code_mapping where state_code = '0' and code_type = 'RYLB'",
    )
    unused = "select code_type || '|' || old_code from world.code_mapping where state_code = '2'"
    world.note_near_miss("B11.5", unused, "no longer used, so it needs no new code")

    for town, bureau, ground, since, until in params["second_claims"]:
        acts.perform(
            world, "town_claimed_by", f"select '{town}'", bureau=bureau, ground=ground, since=since, until=until
        )
        if until is not None:
            world.note_near_miss("B11.3", f"select '{town}'", "the second claim has ended")

    for bureau, item, part, ended, renewed in params["setup_gaps"]:
        acts.perform(
            world, "setup_gap",
            f"""select setup_no from world.accounting_setup join item using (zspm_code)
            where bureau_code = '{bureau}' and insurance_code = '{item}' and part_code = '{part}'""",
            ended=ended, renewed=renewed,
        )  # fmt: skip
