"""Acts on the way back: agencies that do not read, settlement rows that are not returned, posting twice or not at all."""

from simulator import plan
from simulator.acts.registry import act, item_filter, past_delay, record
from simulator.world import DateOrSql, World, moment_sql

REMITTANCE_KEY = "(select department_code from world.bill b where b.bill_key = ticket_item.bill_key) || '|remittance|' || remittance_no"
SETTLEMENT_KEY = "(select department_code from world.bill b where b.bill_key = ticket_item.bill_key) || '|settlement|' || settlement_no"


@act("bill")
def agency_does_not_read(world: World, scope: str, *, kind: str, items: list[str] | None = None,
                         until: DateOrSql | None = None) -> None:  # fmt: skip
    """The agency does not read the remittance or the settlement return rows of a bill (until a day); unread is not posted.

    A settlement row unread beside its read remittance row is also the state "settled, not taken over".
    """
    assert kind in ("remittance", "settlement"), kind
    chosen = f"bill_key in (select key from {scope}) and {kind}_returned_at is not null and {item_filter(items)}"
    world.sql(f"update world.ticket_item set {kind}_read_at = {moment_sql(until, '10:00:00')} where {chosen}")
    key = REMITTANCE_KEY if kind == "remittance" else SETTLEMENT_KEY
    delay = past_delay(world, "A1.02", f"{kind}_returned_at")
    record(
        world, "A1.02", "agency_does_not_read",
        f"select {key}, {kind}_returned_at::date, {delay}, {kind}_read_at::date from world.ticket_item where {chosen}",
    )  # fmt: skip
    if kind == "remittance":
        plan.plan_posting(world, f"select ticket_no from world.ticket where bill_key in (select key from {scope})")
        return
    delay = past_delay(world, "A1.03", "settlement_returned_at")
    record(
        world, "A1.03", "agency_does_not_read",
        f"""select {REMITTANCE_KEY}, settlement_returned_at::date, greatest({delay}, remittance_read_at::date), settlement_read_at::date
        from world.ticket_item where {chosen} and remittance_read_at is not null and insurance_code <> 'ZYNJ'""",
    )  # fmt: skip


@act("bill")
def settlement_not_returned(
    world: World, scope: str, *, items: list[str] | None = None, until: DateOrSql | None = None
) -> None:
    """Treasury has booked, tax does not return the settlement row (until a day)."""
    chosen = f"bill_key in (select key from {scope}) and settled_at is not null and {item_filter(items)}"
    moment = moment_sql(until, "08:20:00")
    world.sql(
        f"""update world.ticket_item set settlement_returned_at = {moment}, settlement_read_at = {moment} + interval 3 hour
        where {chosen}"""
    )
    record(
        world, "A1.03", "settlement_not_returned",
        f"""select {REMITTANCE_KEY}, settled_at::date, greatest({past_delay(world, "A1.03", "settled_at")}, remittance_read_at::date),
            settlement_returned_at::date
        from world.ticket_item where {chosen} and remittance_read_at is not null""",
    )  # fmt: skip


@act("bill")
def return_withdrawn(world: World, scope: str, *, kind: str, on: DateOrSql, is_read: bool = False) -> None:
    """Tax withdraws the return rows of a bill; by default before the agency has read them."""
    assert kind in ("remittance", "settlement"), kind
    read = f"{kind}_read_at" if is_read else "null"
    world.sql(
        f"""update world.ticket_item set {kind}_withdrawn_at = {moment_sql(on, "09:00:00")}, {kind}_read_at = {read}
        where bill_key in (select key from {scope}) and {kind}_returned_at is not null"""
    )
    if kind == "remittance":
        plan.plan_posting(world, f"select ticket_no from world.ticket where bill_key in (select key from {scope})")


@act("bill")
def posted_twice(world: World, scope: str, *, items: list[str] | None = None) -> None:
    """The agency posts the payment twice."""
    world.sql(
        f"""update world.ticket_item set post_count = 2
        where bill_key in (select key from {scope}) and posted_at is not null and {item_filter(items)}"""
    )


@act("bill")
def not_posted(world: World, scope: str, *, items: list[str] | None = None) -> None:
    """The agency has read the remittance return and does not post it."""
    world.sql(
        f"""update world.ticket_item set posted_at = null, posted_amount = null, post_count = null
        where bill_key in (select key from {scope}) and {item_filter(items)}"""
    )
