"""The way of a person's payment after its issue: summary, remittance, settlement, returns, reading, posting, feedback."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.world import World

ONLINE = "('11', '12', '13', '14')"


def remitted(channel: str, issued: str, summarised: str, p: str) -> str:
    """SQL: banks move what they took at once; what came by phone and in cash the next working day, with the day's summary."""
    return f"""case when {channel} in {ONLINE} then moment(workday_after({issued}, 1), {p}, 540, 620)
        when {channel} = '51' then moment(workday_after({summarised}, 1), {p}, 560, 700)
        else {issued} + to_minutes(12 + floor({p} * 20)::int) end"""


def settled(remitted_at: str, same_day: str, p: str) -> str:
    """SQL: treasury books in the afternoon of the day or the next working day."""
    return f"""case when {same_day} < 0.45 and extract(hour from {remitted_at}) < 15 then moment({remitted_at}, {p}, 1000, 1060)
        else moment(workday_after({remitted_at}, 1), {p}, 540, 680) end"""


def returned(event: str, tonight: str, p: str) -> str:
    """SQL: tax returns in the evening of the day or the next morning."""
    return f"""case when {tonight} < 0.6 then moment({event}, {p}, 1140, 1230) else moment(workday_after({event}, 1), {p}, 420, 500) end"""


def read(event: str, p: str) -> str:
    """SQL: the agency reads the next working day."""
    return f"moment(workday_after({event}, 1), {p}, 540, 960)"


def walk(world: "World") -> None:
    """Payments out of temp table `new_payment`, planned to the end; those of a household follow the household's ticket."""
    world.sql(
        f"""
        create or replace temp table household_way as
        select *, dice_low(household_payment_no, 'household way') as d,
            {remitted("'41'", "issued_at", "summarised_on", "dice(d, 0)")} as remitted,
            {settled("remitted", "dice(d, 1)", "dice(d, 2)")} as settled
        from world.household_payment;
        delete from world.household_payment;
        insert into world.household_payment
        select household_payment_no, household_no, insurance_code, bureau_code, ticket_no, period_begin, period_end, person_count, amount,
            issued_at, summarised_on, remitted, settled
        from household_way;
        """
    )
    world.sql(
        """
        create or replace temp table pooled_ticket as
        select payment_no as pooled_no, payments.household_payment_no, payments.ticket_no as household_ticket, payments.issued_at as household_issued,
            payments.remitted_at as household_remitted, payments.settled_at as household_settled
        from pooled
        join world.household_payment as payments on payments.household_no = pooled.household_no
            and payments.insurance_code = pooled.insurance_code and payments.summarised_on = pooled.pay_on
            and payments.period_end = pooled.period_end;
        """
    )
    plan_ways(world)


def plan_ways(world: "World") -> None:
    """Insert temp table `new_payment` with every later moment; `pooled_ticket` says which go through a household."""
    # one level for each step: an expression that is used again is a column of the level below, not written out once more
    world.sql(
        f"""
        insert into world.person_payment
        with issued as (
            select *, household_payment_no is not null as is_pooled,
                case channel_code when '51' then workday_not_before(pay_on + case when dice(d, 1) < 0.2 then 1 else 0 end) else pay_on end as summarised
            from new_payment left join pooled_ticket on pooled_ticket.pooled_no = payment_no
        ),
        moved as (
            select *, coalesce(household_remitted, {remitted("channel_code", "issued_at", "summarised", "dice(d, 1)")}) as moved from issued
        ),
        booked as (
            select *, coalesce(household_settled, {settled("moved", "dice(d, 2)", "dice(d, 3)")}) as booked, {read("moved", "dice(e, 3)")} as seen
            from moved
        ),
        posted as (
            select *, seen + to_minutes(10 + floor(dice(d, 2) * 100)::int) as posted from booked
        )
        select payment_no, registration_key, insurance_code, fee_year, kind_code, period_begin, period_end, amount, channel_code, special_key,
            household_payment_no, coalesce(household_ticket, payment_no),
            case when is_pooled then least(moment(wanted_on, dice(e, 0), 520, 890), household_issued - interval 10 minute)
                else issued_at - to_seconds((60 + dice(e, 0) * 300)::int) end,
            coalesce(household_issued, issued_at), summarised, moved, booked, null,
            {returned("moved", "dice(e, 1)", "dice(e, 2)")}, seen, null,
            {returned("booked", "dice(e, 2)", "dice(d, 1)")}, {read("booked", "dice(d, 3)")},
            posted, moment(workday_after(posted, 1), dice(e, 3), 420, 480)
        from posted
        """
    )
