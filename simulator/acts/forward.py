"""Forward acts: the ordinary steps one by one, each on its day. For cases that stop a bill at a chosen step."""

from simulator import plan
from simulator.acts.registry import act, item_filter
from simulator.world import DateOrSql, World, moment_sql


@act("bill")
def tax_reads(world: World, scope: str, *, on: DateOrSql) -> None:
    """Tax reads the bill on a day; intake and processing follow on that and the next working day."""
    world.sql(
        f"update world.bill set read_at = {moment_sql(on, '09:20:00')} where bill_key in (select key from {scope})"
    )
    plan.plan_from_reading(world, scope)


@act("bill")
def declared(world: World, scope: str, *, on: DateOrSql, items: list[str] | None = None) -> None:
    """The payer declares the bill (or only some of its items) on a day."""
    world.sql(
        f"update world.bill_item set is_declared = {item_filter(items)} where bill_key in (select key from {scope})"
    )
    world.sql(
        f"update world.bill set declared_at = {moment_sql(on, '09:40:00')} where bill_key in (select key from {scope})"
    )


@act("bill")
def invoiced(world: World, scope: str, *, on: DateOrSql, channel: str | None = None, items: list[str] | None = None,
             amount: float | None = None) -> None:  # fmt: skip
    """An invoice (缴款书) of the bill is issued: all declared items not yet invoiced, some, or an amount of the first item.

    Declares the bill the same day when that has not happened. Each call makes one more ticket.
    """
    share = f"least(items.amount, {amount})" if amount is not None else "items.amount"
    issued = moment_sql(on, "10:00:00")
    world.sql(
        f"""
        update world.bill set declared_at = coalesce(declared_at, {issued} - to_minutes(20)) where bill_key in (select key from {scope});
        create or replace temp table issuing as
        select bills.bill_key, bills.ticket_stem, {issued} as issued_at, {f"'{channel}'" if channel else "bills.channel_code"} as channel_code,
            (select count(*) from world.ticket t where t.bill_key = bills.bill_key) + 1 as seq
        from world.bill as bills where bills.bill_key in (select key from {scope});
        insert into world.ticket
        select ticket_stem || seq, bill_key, seq, channel_code,
            case when channel_code in ('1', '2') then {plan.agreement_of("issuing.bill_key")} end, issued_at, null from issuing;
        insert into world.ticket_item (ticket_no, bill_key, insurance_code, amount)
        select ticket_stem || seq, bill_key, insurance_code, coalesce({share}, items.amount) as part
        from issuing join world.bill_item as items using (bill_key)
        where items.is_declared and {item_filter(items)} and {"items.item_no = 1" if amount is not None and not items else "true"}
            and not exists (
                select 1 from world.ticket_item as earlier join world.ticket as tickets using (ticket_no)
                where earlier.bill_key = items.bill_key and earlier.insurance_code = items.insurance_code and tickets.voided_at is null
                    and {"false" if amount is not None else "true"});
        """
    )


@act("bill")
def bank_answers(world: World, scope: str, *, on: DateOrSql, code: str = "90000") -> None:
    """The bank answers a deduction of each open ticket of the bill with a code. 90000 does not yet remit: see remitted."""
    world.sql(
        f"""
        insert into world.deduction
        select tickets.ticket_no || n, tickets.ticket_no, tickets.bill_key, n, tickets.channel_code,
            case when tickets.channel_code in ('2', '5') then 'P' || strftime({moment_sql(on)}, '%Y%m%d') || '01' end,
            tickets.agreement_key, (select sum(amount) from world.ticket_item i where i.ticket_no = tickets.ticket_no),
            {moment_sql(on, "09:10:00")}, {moment_sql(on, "16:40:00")}, '{code}',
            (select return_text from return_code where return_code = '{code}')
        from (
            select *, (select count(*) from world.deduction d where d.ticket_no = ticket.ticket_no) + 1 as n
            from world.ticket where bill_key in (select key from {scope}) and voided_at is null
        ) as tickets
        where not exists (select 1 from world.deduction d where d.ticket_no = tickets.ticket_no and d.return_code = '90000')
        """
    )


@act("bill")
def paid(
    world: World, scope: str, *, on: DateOrSql, items: list[str] | None = None, amount: float | None = None
) -> None:
    """The payer pays the open tickets of the bill on a day: deduction succeeds, bank remits (all, some items, or an amount).

    Settlement, returns, reading and posting follow in their usual times. Invoices the bill first when that was not done.
    """
    if world.value(
        f"select count(*) from {scope} where key not in (select bill_key from world.ticket where voided_at is null)"
    ):
        fresh = world.scope(
            f"select key from {scope} where key not in (select bill_key from world.ticket where voided_at is null)",
            "fresh",
        )
        invoiced(world, fresh, on=on)
    bank_answers(world, scope, on=on)
    world.sql(
        f"update world.deduction set sent_at = {moment_sql(on, '10:20:00')}, returned_at = {moment_sql(on, '10:21:00')} "
        f"where bill_key in (select key from {scope}) and return_code = '90000' and kind_code <> '2' and sent_at::date = ({moment_sql(on)})::date"
    )
    remitted(world, scope, on=on, items=items, amount=amount)


@act("bill")
def remitted(
    world: World, scope: str, *, on: DateOrSql, items: list[str] | None = None, amount: float | None = None
) -> None:
    """The bank remits (上解) what was invoiced and not yet remitted; settlement, returns, reading, posting follow as usual."""
    world.sql(
        f"""
        create or replace temp table remitting as
        select distinct items.ticket_no as key from world.ticket_item as items join world.ticket as tickets using (ticket_no)
        where items.bill_key in (select key from {scope}) and items.remitted_at is null and tickets.voided_at is null;
        update world.ticket_item set remitted_at = {moment_sql(on, "16:50:00")},
            remitted_amount = {f"least(amount, {amount})" if amount is not None else "amount"}
        where ticket_no in (select key from remitting) and remitted_at is null and {item_filter(items)};
        """
    )
    plan.plan_settlement(world, "remitting")


@act("bill")
def settled(world: World, scope: str, *, on: DateOrSql | None, items: list[str] | None = None) -> None:
    """Treasury books (入库) the remitted items on a day, or never (None); its return and reading follow."""
    world.sql(
        f"""
        update world.ticket_item set settled_at = {moment_sql(on, "10:00:00")},
            settled_amount = {"null" if on is None else "remitted_amount"}
        where bill_key in (select key from {scope}) and remitted_at is not null and insurance_code <> 'ZYNJ' and {item_filter(items)}
        """
    )
    plan.plan_returns(world, f"select ticket_no from world.ticket where bill_key in (select key from {scope})")


@act("bill")
def returned(world: World, scope: str, *, kind: str, on: DateOrSql | None, items: list[str] | None = None) -> None:
    """Tax returns (回盘) the remittance or settlement rows on a day or never; the agency reads them the next working day."""
    assert kind in ("remittance", "settlement"), kind
    amount = "remitted_at" if kind == "remittance" else "settled_at"
    moment = moment_sql(on, "19:30:00")
    world.sql(
        f"""
        update world.ticket_item set {kind}_returned_at = {moment},
            {kind}_read_at = workday_after({moment}, 1) + interval 10 hour
        where bill_key in (select key from {scope}) and {amount} is not null and {item_filter(items)}
        """
    )
    if kind == "remittance":
        plan.plan_posting(world, f"select ticket_no from world.ticket where bill_key in (select key from {scope})")


@act("bill")
def agency_reads(world: World, scope: str, *, kind: str, on: DateOrSql | None, items: list[str] | None = None) -> None:
    """The agency reads the remittance or settlement return on a day, or never (None); it posts what it has read."""
    assert kind in ("remittance", "settlement"), kind
    world.sql(
        f"""update world.ticket_item set {kind}_read_at = {moment_sql(on, "10:00:00")}
        where bill_key in (select key from {scope}) and {kind}_returned_at is not null and {item_filter(items)}"""
    )
    if kind == "remittance":
        plan.plan_posting(world, f"select ticket_no from world.ticket where bill_key in (select key from {scope})")


@act("bill")
def posted(world: World, scope: str, *, on: DateOrSql | None, items: list[str] | None = None, times: int = 1,
           amount: float | None = None) -> None:  # fmt: skip
    """The agency posts (登账) on a day; never (None); more than once; or another amount."""
    world.sql(
        f"""update world.ticket_item set posted_at = {moment_sql(on, "15:00:00")}, post_count = {times},
            posted_amount = {amount if amount is not None else "coalesce(remitted_amount, amount)"}
        where bill_key in (select key from {scope}) and {item_filter(items)}"""
    )


@act("bill")
def invoice_voided(world: World, scope: str, *, on: DateOrSql) -> None:
    """The open, unpaid tickets of the bill are voided on a day."""
    world.sql(
        f"""update world.ticket set voided_at = {moment_sql(on, "16:00:00")} where bill_key in (select key from {scope}) and voided_at is null
            and ticket_no not in (select ticket_no from world.ticket_item where remitted_at is not null)"""
    )
