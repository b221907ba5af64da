"""Truth of the lists: unpaid bills, batch and collection results, units of retired soldiers, services at the counter, names and twins
of agreements, persons that do not add up. All of it follows from the final plans, nothing is planted here."""

import datetime as dt
from typing import TYPE_CHECKING

from simulator.acts.client import derive_services
from simulator.acts.registry import record

if TYPE_CHECKING:
    from simulator.part import Block
    from simulator.world import World

# Names as the rules compare them: width, brackets and blanks set aside.
COMPARABLE = """
create or replace macro comparable(name) as
    upper(replace(translate(name, '（）　ＡＢＣ０１２３４５６７８９', '() ABC0123456789'), ' ', ''))
"""
# The days on which a bill had been paid in full, or is of no concern any more.
BILL_ENDS = """
create or replace temp table bill_end as
with money as (
    select bill_key, remitted_at::date as day, sum(sum(remitted_amount)) over (partition by bill_key order by remitted_at::date) as total
    from world.ticket_item where remitted_at is not null group by bill_key, remitted_at::date
),
paid as (
    select money.bill_key, min(day) filter (where total >= bills.amount) as paid_on, min(day) as first_paid_on
    from money join world.bill as bills using (bill_key) group by money.bill_key
)
select bills.bill_key, paid.paid_on, paid.first_paid_on,
    least(bills.withdrawn_at, bills.voided_at, bills.tax_voided_at)::date as invalid_on
from world.bill as bills left join paid using (bill_key)
"""


def populate(world: "World", block: "Block", horizon: dt.date) -> None:
    """Nothing lives here."""


def tell(world: "World", block: "Block") -> None:
    """Note what the lists of the months around the anchor show."""
    world.sql(COMPARABLE)
    world.sql(BILL_ENDS)
    anchor = world.params.anchor
    world.sql(
        f"""create or replace temp table list_month as
        select to_period(day) as period, day as first, last_day(day) as last
        from (select (date_trunc('month', date '{anchor}') + to_months(n::int))::date as day from range(-1, 2) as r(n))"""
    )
    _unpaid(world)
    _batch_results(world)
    _collection_results(world)
    _not_collected(world)
    _soldier_units(world)
    _counter(world)
    _agreement_names(world)
    _agreement_twins(world)
    _persons_that_do_not_add_up(world)


def _unpaid(world: "World") -> None:
    days = int(world.params["month_end_watch_days"])
    record(
        world, "A7.1", "unpaid",
        f"""
        select * from (
            select bills.bill_key, bills.received_at::date as since, greatest(months.last - {days - 1}, bills.received_at::date) as shown,
                least(months.last + 1, ends.paid_on, ends.invalid_on) as gone
            from world.bill as bills
            join bill_end as ends using (bill_key)
            join list_month as months on months.period in (bills.period, to_period(coalesce(bills.summary_sent_at, bills.received_at)))
            where bills.received_at is not null
        ) where shown < gone
        """,
    )  # fmt: skip
    world.note_near_miss(
        "A7.1",
        f"""select bill_key from bill_end join world.bill using (bill_key) join list_month as months using (period)
        where paid_on = date '{world.params.anchor}' and invalid_on is null and chance(bill_key, 'near') < 0.2""",
        "paid on the last day",
    )


def _batch_results(world: "World") -> None:
    record(
        world, "A8.1", "batch_result",
        """select deduction_key, sent_at::date, sent_at::date, months.last + 1
        from world.deduction join list_month as months on months.period = to_period(sent_at) where kind_code = '2'""",
    )  # fmt: skip
    world.note_near_miss(
        "A8.1",
        f"""select deduction_key from world.deduction where kind_code = '2' and chance(deduction_key, 'near') < 0.05
        and to_period(sent_at) = to_period(date_trunc('month', date '{world.params.anchor}') - interval 1 month)""",
        "sent the month before",
    )


# Debits of annuity tickets by collection, with the agreement that stood when each was sent.
COLLECTED = """
    select debits.* from (select deductions.*, bills.registration_key from world.deduction as deductions
        join world.bill as bills using (bill_key) where kind_code = '5') as debits
    asof left join (select registration_key as party, way_code, created_at from world.annuity_agreement) as agreements
        on agreements.party = debits.registration_key and agreements.created_at <= debits.sent_at
    where coalesce(agreements.way_code, case when debits.batch_no is null then '1' else '2' end) = '2'
"""


def _collection_results(world: "World") -> None:
    record(
        world, "A8.5", "collection_result",
        f"""select '2|T' || ticket_no || seq, sent_at::date, sent_at::date, months.last + 1
        from ({COLLECTED}) join list_month as months on months.period = to_period(sent_at)""",
    )  # fmt: skip
    world.note_near_miss(
        "A8.5",
        f"""select '2|T' || ticket_no || seq from ({COLLECTED})
        where to_period(sent_at) = to_period(date_trunc('month', date '{world.params.anchor}') - interval 1 month)
        order by chance(deduction_key, 'near') limit 3""",
        "sent the month before",
    )


def _not_collected(world: "World") -> None:
    """Annuity bills that were declared for collection and for which no ticket was made; nobody knows why."""
    record(
        world, "A8.6", "declared_not_collected",
        """
        select * from (
            select bills.registration_key, bills.declared_at::date as since, workday_after(bills.declared_at::date, 2) as shown,
                least(months.last + 1, ends.invalid_on, (select min(issued_at)::date from world.ticket where ticket.bill_key = bills.bill_key)) as gone
            from world.bill as bills
            join bill_end as ends using (bill_key)
            join list_month as months on months.period = to_period(bills.declared_at)
            where bills.is_annuity and bills.registration_key in (
                select registration_key from world.annuity_agreement where way_code = '2' and ended_at is null)
                and bills.registration_key not in (select subject_key from world.truth where rule_id = 'A8.6')
        ) where shown < gone
        """,
    )  # fmt: skip


def _soldier_units(world: "World") -> None:
    listed = """
        select bills.bill_key, bills.amount, ends.*, units.valid_to, bills.summary_sent_at::date as sent, months.last,
            greatest(units.recognised_at::date, bills.summary_sent_at::date) as known
        from world.soldier_unit as units
        join world.bill as bills using (taxpayer_key)
        join bill_end as ends using (bill_key)
        left join list_month as months on months.period in (bills.period, to_period(bills.summary_sent_at))
    """
    record(
        world, "A9.6", "soldier_unit",
        f"""
        select * from (
            select bill_key, first_paid_on as since, greatest(first_paid_on, known) as shown, valid_to + 1 as gone
            from ({listed}) where first_paid_on is not null
            union
            select bill_key, sent, known, least(last + 1, paid_on, invalid_on, valid_to + 1) from ({listed}) where last is not null
        ) where gone is null or shown < gone
        """,
    )  # fmt: skip
    world.note_near_miss(
        "A9.6",
        f"""select bill_key from world.soldier_unit join world.bill using (taxpayer_key) join bill_end using (bill_key)
        where valid_to < date '{world.params.anchor}' and first_paid_on is not null order by bill_key limit 5""",
        "the listing of the unit has expired",
    )


def _counter(world: "World") -> None:
    """Whoever is bound and pays, or has certificates printed, a third time in a month at the counter."""
    derive_services(world)
    record(
        world, "A9.7", "counter_services",
        """
        with bound as (
            select ties.taxpayer_key, min(bindings.bound_at) as bound_at
            from client_binding as bindings join client_tie as ties using (fee_registration_no)
            where bindings.ended_at is null and ties.cancelled_at is null
            group by ties.taxpayer_key
        ),
        served as (
            select bound.taxpayer_key, services.kind, services.served_at,
                row_number() over (partition by bound.taxpayer_key, services.kind, to_period(services.served_at) order by services.served_at) as nth
            from client_service as services join bound on bound.taxpayer_key = services.taxpayer_key and services.served_at >= bound.bound_at
        )
        select taxpayer_key, min(served_at)::date, min(served_at)::date, max(months.last) + 1
        from served join list_month as months on months.period = to_period(served.served_at)
        where nth = 3 group by taxpayer_key, months.period
        """,
    )  # fmt: skip


def _agreement_names(world: "World") -> None:
    """Agreements in another name than the taxpayer's, as long as both stand so; a sole trader may sign as its owner."""
    record(
        world, "A6.4", "account_name_differs",
        """
        with written as (
            select taxpayer_key, name, '-infinity'::timestamp as starts_at from world.taxpayer
            union all
            select key, value, changed_at from world.change where entity = 'taxpayer' and attribute = 'name'
        ),
        spans as (select *, lead(starts_at) over (partition by taxpayer_key order by starts_at) as ends_at from written)
        select agreements.agreement_key, agreements.signed_on, greatest(agreements.signed_on, spans.starts_at::date),
            least(agreements.ended_on, spans.ends_at::date)
        from world.agreement as agreements
        join spans using (taxpayer_key)
        join world.taxpayer as taxpayers using (taxpayer_key)
        where comparable(agreements.account_name) <> comparable(spans.name) and comparable(agreements.account_name) <> '' and comparable(spans.name) <> ''
            and not ((taxpayers.entity_type_code = '1120' or taxpayers.registration_type_code like '41%') and agreements.account_name = taxpayers.legal_name)
            and coalesce(least(agreements.ended_on, spans.ends_at::date) > greatest(agreements.signed_on, spans.starts_at::date), true)
        """,
    )  # fmt: skip


def _agreement_twins(world: "World") -> None:
    """Agreements of one taxpayer that are registered with the same bank, name, account and batch flag, from the second on."""
    record(
        world, "A6.3", "duplicate_agreement",
        """
        select one.agreement_key, max(greatest(one.signed_on, other.signed_on)), max(greatest(one.signed_on, other.signed_on)),
            min(least(one.ended_on, other.ended_on))
        from world.agreement as one
        join world.agreement as other
            on other.taxpayer_no = one.taxpayer_no and other.bank_code = one.bank_code and other.account_no = one.account_no
            and comparable(other.account_name) = comparable(one.account_name) and other.is_batch = one.is_batch
            and other.agreement_key <> one.agreement_key
        where coalesce(least(one.ended_on, other.ended_on) > greatest(one.signed_on, other.signed_on), true)
        group by one.agreement_key
        """,
    )  # fmt: skip


def _persons_that_do_not_add_up(world: "World") -> None:
    """Bills of the months around the anchor whose persons' amounts are not the bill's."""
    record(
        world, "A14.4", "persons_do_not_add_up",
        """
        select bills.bill_key, bills.detail_sent_at::date, bills.detail_sent_at::date,
            least(bills.withdrawn_at, bills.voided_at, bills.tax_voided_at,
                (select min(later.detail_sent_at) from world.bill as later
                 where later.registration_key = bills.registration_key and later.period > bills.period))::date
        from world.bill as bills
        join list_month as months using (period)
        join (select bill_key, sum(amount) as amount from world.bill_person group by bill_key) as persons using (bill_key)
        join world.registration as registrations using (registration_key)
        where persons.amount <> bills.amount and bills.detail_sent_at is not null and bills.summary_sent_at is not null and not bills.is_project
            and registrations.base_sent_at < bills.detail_sent_at - interval 1 day
            and coalesce(least(bills.withdrawn_at, bills.voided_at, bills.tax_voided_at)::date > bills.detail_sent_at::date, true)
        """,
    )  # fmt: skip
