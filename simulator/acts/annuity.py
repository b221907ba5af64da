"""Acts around occupational annuity: refused, not collected, not split, transferred otherwise than confirmed, agreements that do not move."""

from simulator import plan
from simulator.acts import payment, tax_registry
from simulator.acts.bank import NO_PAYMENT, past, recent
from simulator.acts.registry import act, record
from simulator.part import settings
from simulator.world import DateOrSql, World, date_sql, moment_sql, quoted

REFUSED = "select bill_key from world.deduction where kind_code = '5' and return_code <> '90000'"  # annuity bills with a refused debit


def _annuity_bills(scope: str, periods: list[str]) -> str:
    return f"""select bill_key as key from world.bill where is_annuity and registration_key in (select key from {scope})
        and period in ({quoted(periods)}) and front_processed_at is not null"""


@act("registration")
def annuity_refused(
    world: World, scope: str, *, periods: list[str], code: str = "24007", leaves_open: bool = False
) -> None:
    """The bank refuses both rounds of the collection in months; the tickets are voided the next working day, nothing is paid.

    leaves_open: nobody voids the ticket of the last month.
    """
    kept = f"'{max(periods)}'" if leaves_open else "''"
    bills = world.scope(_annuity_bills(scope, periods), "annuity_refused")
    world.sql(
        f"""
        create or replace temp table refused_try as
        select ticket_no, bill_key, agreement_key, n, issued_at::date as day,
            (select sum(amount) from world.ticket_item as items where items.ticket_no = tickets.ticket_no) as amount
        from world.ticket as tickets cross join (select unnest([1, 2]) as n)
        where bill_key in (select key from {bills}) and voided_at is null;
        delete from world.deduction where bill_key in (select key from {bills});
        insert into world.deduction
        select ticket_no || n, ticket_no, bill_key, n, '5', 'N' || strftime(day, '%Y%m%d') || '0' || n, agreement_key, amount,
            case n when 1 then moment(day, 0.5, 560, 580) else moment(day, 0.5, 840, 860) end,
            case n when 1 then moment(day, 0.5, 660, 700) else moment(day, 0.5, 940, 970) end, '{code}',
            (select return_text from return_code where return_code = '{code}')
        from refused_try;
        update world.ticket set voided_at = moment(workday_after(issued_at, 1), 0.5, 540, 620)
        where ticket_no in (select ticket_no from refused_try) and bill_key not in (select bill_key from world.bill where period = {kept});
        update world.ticket_item set {NO_PAYMENT} where bill_key in (select key from {bills});
        update world.bill set pay_on = null, declare_on = declared_at::date where bill_key in (select key from {bills});
        """
    )
    months = int(settings("annuity")["failed_months"])
    record(
        world, "A8.8", "annuity_refused",
        f"""
        with monthly as (
            select bills.registration_key, date_trunc('month', tries.returned_at)::date as month, min(tries.returned_at)::date as first_back,
                max(case when tries.return_code = '90000' then 1 else 0 end) as succeeded
            from world.deduction as tries join world.bill as bills using (bill_key)
            where tries.kind_code = '5' and bills.registration_key in (select key from {scope}) and tries.returned_at is not null
            group by all
        ),
        runs as (
            select *, month - to_months((row_number() over (partition by registration_key order by month))::int) as run
            from monthly where succeeded = 0
        ),
        ordered as (
            select *, row_number() over (partition by registration_key, run order by month) as nth,
                first_value(first_back) over (partition by registration_key, run order by month) as began,
                max(month) over (partition by registration_key, run) as last_month
            from runs
        )
        select registration_key, began, first_back,
            (select min(good.first_back) from monthly as good where good.registration_key = ordered.registration_key
                and good.succeeded = 1 and good.month > ordered.last_month)
        from ordered where nth = {months}
        """,
    )  # fmt: skip
    note_refused_annuity(world, f"select key from {bills}")
    payment._record_unpaid(world, "annuity_refused", bills)


def note_refused_annuity(world: World, bills: str) -> None:
    """Annuity bills whose debit failed, by way of debit: until one succeeds or the ticket is voided. The clearing centre is asked, too."""
    for rule_id, way in (("A5.2", "1"), ("A5.3", "2"), ("A13.4", None)):
        record(
            world, rule_id, "annuity_refused",
            f"""
            select bill_key, refused_on, refused_on, ended_on from (
                select tickets.bill_key, min(tries.returned_at) filter (where tries.return_code <> '90000')::date as refused_on,
                    max(least(tickets.voided_at, good.returned_at))::date as ended_on
                from world.ticket as tickets
                join world.deduction as tries using (ticket_no)
                join world.bill as bills on bills.bill_key = tickets.bill_key
                join world.annuity_agreement as agreements on agreements.registration_key = bills.registration_key and agreements.ended_at is null
                left join (select ticket_no, min(returned_at) as returned_at from world.deduction where return_code = '90000' group by ticket_no) as good
                    on good.ticket_no = tickets.ticket_no
                where tickets.bill_key in ({bills}) and tries.returned_at is not null
                    and {"true" if way is None else f"agreements.way_code = '{way}'"}
                group by tickets.bill_key
            )
            where refused_on is not null and (ended_on is null or ended_on > greatest(refused_on, {recent(world)}))
            """,
        )  # fmt: skip


@act("bill")
def annuity_debit_fails(world: World, scope: str, *, code: str = "24007", paid_on: DateOrSql | None = None,
                        void_on: DateOrSql | None = None) -> None:  # fmt: skip
    """The debit of the annuity bill fails and the ticket stays open: paid on a later day, voided, or neither."""
    payment.invoice_not_paid(world, scope, code=code, paid_on=paid_on, void_on=void_on)
    # a collection bears the number of its round, a debit at once none
    world.sql(
        f"""
        update world.deduction set batch_no = case ways.way_code when '2' then
            'N' || strftime(sent_at, '%Y%m%d') || case when extract(hour from sent_at) < 13 then '01' else '02' end end
        from (select bill_key as k, max(way_code) as way_code from world.bill join world.annuity_agreement using (registration_key)
              where bill_key in (select key from {scope}) group by bill_key) as ways
        where deduction.bill_key = ways.k
        """
    )
    note_refused_annuity(world, f"select key from {scope}")


@act("registration")
def annuity_not_collected(world: World, scope: str, *, reason: str, since: DateOrSql, periods: list[str],
                          until: DateOrSql | None = None) -> None:  # fmt: skip
    """Signed, and still not in the collection list of months: association_changed and not verified again, not_verified, verification_failed.

    Until a day, on which the bank verifies; the bills are then paid the next working day. What would have been collected since that
    state began is not collected either.
    """
    assert reason in ("association_changed", "not_verified", "verification_failed"), reason
    since_then = f"""select bill_key from world.bill where is_annuity and registration_key in (select key from {scope})
        and (pay_on >= {date_sql(since)} or bill_key in (select bill_key from world.deduction where sent_at >= {date_sql(since)}))"""
    bills = world.scope(f"{_annuity_bills(scope, periods)} union {since_then}", "annuity_idle")
    pay_on = "null" if until is None else f"workday_after({date_sql(until)}, 1)"
    world.sql(f"update world.bill set pay_on = {pay_on}, declare_on = null where bill_key in (select key from {bills})")
    plan.plan_from_front(world, bills)
    {
        "association_changed": _association_changed,
        "not_verified": _signed_anew,
        "verification_failed": _account_changed,
    }[reason](world, scope, since)
    stands = f"select agreement_key from world.annuity_agreement where registration_key in (select key from {scope}) and ended_at is null"
    if until is not None:
        world.sql(
            f"""insert into world.annuity_check
            select 'Z' || agreement_key || '9', agreement_key, '3', {moment_sql(until, "10:00:00")}, {moment_sql(until, "10:01:00")}, '90000', '交易成功',
                true, '1', account_name, null, null
            from world.annuity_agreement where agreement_key in ({stands})"""
        )
    # what was collected earlier in that month still is in the month's list
    record(
        world, "A8.6", "annuity_not_collected",
        f"""select key, {date_sql(since)}, greatest({date_sql(since)}, (
                select last_day(max(sent_at)::date) + 1 from world.deduction join world.bill using (bill_key)
                where kind_code = '5' and sent_at < {date_sql(since)} and registration_key = given.key)), {date_sql(until)}
        from {scope} as given""",
    )  # fmt: skip
    if reason == "verification_failed":
        for rule_id in ("A5.1", "A13.6"):
            record(
                world, rule_id, "annuity_not_collected",
                f"select agreement_key, {date_sql(since)}, {date_sql(since)}, {date_sql(until)} from ({stands})",
            )  # fmt: skip


def _association_changed(world: World, scope: str, since: DateOrSql) -> None:
    """The unit was tied anew; its agreement names the old fee registration."""
    moment = moment_sql(since, "11:00:00")
    world.sql(
        f"""
        insert into world.fee_registration
        select '3' || lpad((registrations.registration_no * 100 + 60)::varchar, 11, '0'), fees.registration_key, fees.taxpayer_key, fees.bureau_code,
            fees.office_code, fees.agency_code, fees.created_at, fees.associated_at, {moment} - interval 10 minute, true
        from world.fee_registration as fees join world.registration as registrations using (registration_key)
        where fees.registration_key in (select key from {scope}) and fees.cancelled_at is null;
        update world.fee_registration set created_at = {moment} - interval 8 minute, associated_at = {moment}
        where registration_key in (select key from {scope}) and cancelled_at is null;
        update world.bill set fee_registration_no = old.fee_registration_no
        from (select registration_key as k, fee_registration_no from world.fee_registration where cancelled_at = {moment} - interval 10 minute) as old
        where registration_key = old.k and registration_key in (select key from {scope}) and declared_at < {moment};
        """
    )


def _signed_anew(world: World, scope: str, since: DateOrSql) -> None:
    """The old agreement ended, a new one was signed, and the bank was not asked yet."""
    world.sql(
        f"""
        insert into world.annuity_agreement
        select * replace (agreement_key || 'B' as agreement_key, {date_sql(since)} as signed_on, {moment_sql(since, "10:40:00")} as created_at,
            left(account_no, 11) || lpad(chance_int(agreement_key, 'new account', 1, 99999999)::varchar, 8, '0') as account_no)
        from world.annuity_agreement where registration_key in (select key from {scope}) and ended_at is null;
        update world.annuity_agreement set ended_at = {moment_sql(since, "10:30:00")}
        where registration_key in (select key from {scope}) and ended_at is null and created_at < {moment_sql(since, "10:30:00")};
        """
    )


def _account_changed(world: World, scope: str, since: DateOrSql) -> None:
    """The unit changed its account, and the bank does not verify it."""
    texts = settings("annuity")["check_texts"]
    codes = [*texts]
    follow = settings("annuity")["follow_ups"]
    found = " ".join(f"when '{code}' then '{follow[code][0]}；{follow[code][1]}'" for code in codes)
    text = " ".join(f"when '{code}' then '{texts[code]}'" for code in codes)
    world.sql(
        f"""
        update world.annuity_agreement set changed_at = {moment_sql(since, "10:20:00")},
            new_account_no = left(account_no, 11) || lpad(chance_int(agreement_key, 'new account', 1, 99999999)::varchar, 8, '0')
        where registration_key in (select key from {scope}) and ended_at is null;
        insert into world.annuity_check
        select 'Z' || agreement_key || '8', agreement_key, '2', changed_at + to_minutes(5), changed_at + to_minutes(6), code,
            case code {text} end, code <> '24005', case code when '24001' then '4' when '24004' then '2' when '94053' then '3' else '1' end,
            case code when '24005' then account_name || '（基本户）' when '24001' then null else account_name end,
            case code {found} end, moment(workday_after(changed_at, 2), chance(agreement_key, 'check follow'), 600, 900)
        from (select *, pick([{quoted(codes)}], chance(registration_key, 'check code')) as code from world.annuity_agreement)
        where registration_key in (select key from {scope}) and ended_at is null
        """
    )


@act("registration")
def annuity_not_split(world: World, scope: str, *, sent: DateOrSql, is_intercepted: bool = True) -> None:
    """HRSS sends one bill with annuity and pension together; the support platform intercepts it, or lets it pass."""
    period = f"strftime({moment_sql(sent)}, '%Y%m')"
    amount = "cents(400 + 900 * chance(key, 'not split {n}'))"
    world.add_bills(
        f"""select key as registration_key, {period} as period, 7 as bill_no, '1' as origin_code, '5' as channel_code,
            {moment_sql(sent, "10:10:00")} as summary_sent_at from {scope}""",
        items=" union all ".join(
            f"""select key as registration_key, {period} as period, 7 as bill_no, '{code}' as insurance_code,
                {amount.format(n=code)} as unit_amount, {amount.format(n=code + "p")} as person_amount from {scope}"""
            for code in ("10211", "ZYNJ")
        ),
    )
    if is_intercepted:
        world.sql(
            """
            update world.bill set validation_code = '2', intercept_reason = '职业年金未拆分', pushed_at = null, written_back_at = null, shared_at = null,
                shared_pushed_at = null, front_at = null, front_processed_at = null, front_state_code = null
            where bill_key in (select key from new_bill)
            """
        )
        record(
            world, "A3.02", "annuity_not_split",
            f"""select bill_key, received_at::date, {tax_registry.past("A3.02", "received_at")}, null::date from world.bill
            where bill_key in (select key from new_bill)""",
        )  # fmt: skip
    record(
        world, "A5.4", "annuity_not_split",
        "select bill_key, received_at::date, received_at::date, null::date from world.bill where bill_key in (select key from new_bill)",
    )  # fmt: skip


@act("bill")
def annuity_transfer_differs(world: World, scope: str, *, kind: str, difference: float | None = None, on: DateOrSql | None = None,
                             reversed_on: DateOrSql | None = None) -> None:  # fmt: skip
    """The clearing centre's statement and tax do not agree about an annuity bill.

    missing: confirmed, not transferred; amount: confirmed, transferred otherwise; own: transferred by the unit on a day (also another
    amount), not confirmed; twice: debited twice, the second time minutes later, reversed on a day or not.
    """
    assert kind in ("missing", "amount", "own", "twice"), kind
    change = "null" if difference is None else f"{difference}"
    if kind == "own":
        world.sql(f"update world.bill set pay_on = null, declare_on = null where bill_key in (select key from {scope})")
        plan.plan_from_front(world, scope)
        world.sql(
            f"""insert into world.annuity_transfer_case
            select key, 'own', {change}, {moment_sql(on, "14:20:00")} + to_seconds(chance_int(key, 'own', 0, 3000)), null from {scope}"""
        )
        event = f"select key, {moment_sql(on, '14:20:00')} from {scope}"
    else:
        world.sql(
            f"""
            insert into world.annuity_transfer_case
            select bill_key, '{kind}', {change}, {"min(returned_at) + to_minutes(chance_int(bill_key, 'again', 3, 20))" if kind == "twice" else "null"},
                {moment_sql(reversed_on, "11:15:00") if kind == "twice" else "null"}
            from world.deduction where bill_key in (select key from {scope}) and return_code = '90000' group by bill_key
            """
        )
        event = f"select bill_key, min(remitted_at) from world.ticket_item where bill_key in (select key from {scope}) and remitted_at is not null group by all"
    rule_id = "A13.5" if kind == "twice" else "A12.4"
    record(
        world, rule_id, "annuity_transfer_differs",
        f"""select key, arrived_at::date, {past("annuity", rule_id, "arrived_at")}, {date_sql(reversed_on)} from ({event}) as happened(key, arrived_at)""",
    )  # fmt: skip


@act("registration")
def annuity_account_moves(world: World, scope: str, *, on: DateOrSql, outcome: str, reason: str | None = None,
                          moved_on: DateOrSql | None = None) -> None:  # fmt: skip
    """The unit changes its client account; the annuity agreement follows in the night (moved), on a day (late), never (missing),
    with another bank account (deviating), or cannot be moved for a reason (blocked)."""
    assert outcome in ("moved", "late", "missing", "deviating", "blocked"), outcome
    night = f"({moment_sql(on, '15:30:00')})::date + 1 + interval 2 hour"
    tried = {"late": moment_sql(moved_on, "02:00:00"), "missing": "null::timestamp"}.get(outcome, night)
    moved = "null::timestamp" if outcome in ("missing", "blocked") else tried
    world.sql(
        f"""
        delete from world.annuity_move where registration_key in (select key from {scope});
        insert into world.annuity_move
        select 'QY' || substr(agreement_key, 3) || '2', registration_key, agreement_key, client_account, left(client_account, 10) || '02',
            {moment_sql(on, "15:30:00")}, {moved}, '{ {"blocked": "3", "missing": "0"}.get(outcome, "1") }', {tried},
            {"null" if reason is None else f"'{reason}'"},
            {"left(account_no, 15) || lpad(chance_int(agreement_key, 'deviating', 0, 9999)::varchar, 4, '0')" if outcome == "deviating" else "null"}
        from world.annuity_agreement where registration_key in (select key from {scope}) and ended_at is null
        """
    )
    if outcome == "moved":
        return
    record(
        world, "A5.5", "annuity_account_moves",
        f"""select key, {date_sql(on)}, {"(" + night + ")::date" if outcome in ("deviating", "blocked") else past("annuity", "A5.5", date_sql(on))},
            {date_sql(moved_on)} from {scope}""",
    )  # fmt: skip
