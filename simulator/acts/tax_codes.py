"""Acts on the code tables of the tax core: what was not mapped, mapped wrongly, claimed twice, or ended too early."""

from simulator.acts.registry import act, record
from simulator.world import DateOrSql, World, date_sql


@act("code")
def code_not_mapped(world: World, scope: str) -> None:
    """Nobody has mapped the old codes (type|code) to new ones."""
    world.sql(
        f"""update world.code_mapping set new_code = null, new_name = null, state_code = '0', mapped_on = null
        where code_type || '|' || old_code in (select key from {scope})"""
    )
    record(
        world, "B11.5", "code_not_mapped", f"select key, date '2024-03-15', date '2024-03-15', null::date from {scope}"
    )


@act("code")
def code_mapped_to_nothing(world: World, scope: str) -> None:
    """The old codes are mapped to a new code that does not exist: two digits changed places."""
    world.sql(
        f"""update world.code_mapping set new_code = substr(new_code, 1, 6) || '9' || substr(new_code, 8)
        where code_type || '|' || old_code in (select key from {scope})"""
    )
    record(
        world, "B11.5", "code_mapped_to_nothing",
        f"select key, date '2024-03-15', date '2024-03-15', null::date from {scope}",
    )  # fmt: skip


@act("code")
def code_no_longer_used(world: World, scope: str) -> None:
    """The old codes are marked as used by nothing any more: they need no new one."""
    world.sql(
        f"""update world.code_mapping set new_code = null, new_name = null, state_code = '2'
        where code_type || '|' || old_code in (select key from {scope})"""
    )


@act("town")
def town_claimed_by(
    world: World, scope: str, *, bureau: str, ground: str, since: DateOrSql, until: DateOrSql | None = None
) -> None:
    """A second bureau claims the towns for itself from a day (until a day)."""
    world.sql(
        f"""
        insert into world.town_claim
        select key, '{bureau}', town.town_name, '2', '{ground}', {date_sql(since)}, {date_sql(until)}
        from {scope} join town on town.town_code = key
        """
    )
    record(
        world, "B11.3", "town_claimed_by",
        f"select key, {date_sql(since)}, {date_sql(since)}, {date_sql(until)} + 1 from {scope}",
    )  # fmt: skip


@act("setup")
def setup_gap(world: World, scope: str, *, ended: DateOrSql, renewed: DateOrSql) -> None:
    """Accounting set-ups (numbers) end on a day and their successors begin later: what is processed between them fails."""
    world.sql(
        f"""
        insert into world.accounting_setup
        select setups.* replace (setup_no || 'A' as setup_no, {date_sql(renewed)} as valid_from)
        from world.accounting_setup as setups where setup_no in (select key from {scope});
        update world.accounting_setup set valid_to = {date_sql(ended)} where setup_no in (select key from {scope});
        """
    )
