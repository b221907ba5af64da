"""Acts of banks, tellers and the treasury: lists not sent or not cleared, answers that differ, cash and vouchers stuck, statements that disagree."""

from simulator import plan
from simulator.acts import forward, payment
from simulator.acts.registry import act, record
from simulator.part import settings
from simulator.world import DateOrSql, Sql, World, date_sql, moment_sql

NO_PAYMENT = """remitted_at = null, remitted_amount = null, settled_at = null, settled_amount = null, remittance_no = null,
    remittance_returned_at = null, remittance_read_at = null, settlement_no = null, settlement_returned_at = null,
    settlement_read_at = null, posted_at = null, posted_amount = null, post_count = null"""


def past(part: str, rule_id: str, event: str) -> str:
    """SQL of the first day on which a part's agreed delay after an event is over."""
    return f"workday_after(({event})::date, {int(settings(part)['agreed_delays'][rule_id]) + 1})"


def settle_anew(world: World, scope: str) -> None:
    """Plan settlement and returns of the bills' tickets from their remittance on."""
    plan.plan_settlement(world, f"select ticket_no from world.ticket where bill_key in (select key from {scope})")


@act("bill")
def batch_not_sent(world: World, scope: str, *, sent_on: DateOrSql | None = None, void_on: DateOrSql | None = None,
                   paid_on: DateOrSql | None = None) -> None:  # fmt: skip
    """Listed for the batch deduction, and not sent to the bank: sent with the next batch, or never, voided and paid at the bank."""
    listed = f"""select tickets.bill_key, min(tickets.issued_at)::date, min(tickets.issued_at)::date,
        {date_sql(sent_on if sent_on is not None else void_on)}
        from world.ticket as tickets where bill_key in (select key from {scope}) and channel_code = '2' group by all"""
    if sent_on is not None:
        world.sql(
            f"""
            update world.deduction set sent_at = {moment_sql(sent_on, "09:31:00")}, returned_at = {moment_sql(sent_on, "16:42:00")},
                batch_no = 'P' || strftime({moment_sql(sent_on)}, '%Y%m%d') || '01'
            where bill_key in (select key from {scope}) and kind_code = '2';
            update world.ticket_item set remitted_at = {moment_sql(sent_on, "16:47:00")}
            where bill_key in (select key from {scope}) and remitted_at is not null;
            """
        )
        settle_anew(world, scope)
    else:
        world.sql(
            f"""
            delete from world.deduction where bill_key in (select key from {scope});
            update world.ticket_item set {NO_PAYMENT} where bill_key in (select key from {scope});
            """
        )
        if void_on is not None:
            forward.invoice_voided(world, scope, on=void_on)
        if paid_on is not None:
            forward.invoiced(world, scope, on=paid_on, channel="3")
            forward.paid(world, scope, on=paid_on)
        payment._record_unpaid(world, "batch_not_sent", scope)
    record(world, "A8.2", "batch_not_sent", listed)


@act("bill")
def batch_refused(world: World, scope: str, *, first_on: DateOrSql, second_on: DateOrSql, void_on: DateOrSql, paid_on: DateOrSql,
                  code: str = "24007") -> None:  # fmt: skip
    """The bank refuses the bill on both batch days; its ticket is voided and it is paid at the bank."""
    world.sql(
        f"""
        create or replace temp table refused_batch as
        select ticket_no, bill_key, agreement_key, (select sum(amount) from world.ticket_item as items where items.ticket_no = tickets.ticket_no) as amount
        from world.ticket as tickets where bill_key in (select key from {scope}) and channel_code = '2' and voided_at is null;
        delete from world.deduction where bill_key in (select key from {scope});
        insert into world.deduction
        select ticket_no || n, ticket_no, bill_key, n, '2', 'P' || strftime(day, '%Y%m%d') || '01', agreement_key, amount,
            moment(day, 0.5, 540, 600), moment(day, 0.5, 990, 1040), '{code}', (select return_text from return_code where return_code = '{code}')
        from refused_batch cross join (select unnest([{date_sql(first_on)}, {date_sql(second_on)}]) as day, unnest([1, 2]) as n);
        update world.ticket_item set {NO_PAYMENT} where bill_key in (select key from {scope});
        """
    )
    forward.invoice_voided(world, scope, on=void_on)
    forward.invoiced(world, scope, on=paid_on, channel="3")
    forward.paid(world, scope, on=paid_on)
    payment._record_unpaid(world, "batch_refused", scope)


@act("bill")
def batch_item_left(world: World, scope: str, *, until: DateOrSql | None = None) -> None:
    """The batch failed, the ticket is voided, but the item stays in the to-deduct list (until a day)."""
    world.sql(
        f"""insert into world.batch_left select ticket_no, {moment_sql(until, "15:20:00")} from world.ticket
        where bill_key in (select key from {scope}) and channel_code = '2' and voided_at is not null"""
    )
    record(
        world, "A7.6", "batch_item_left",
        f"""select tickets.bill_key, max(tries.returned_at)::date, greatest({past("bank", "A7.6", "max(tries.returned_at)")},
            date_trunc('month', max(tries.returned_at))::date + {int(settings("bank")["batch_end_day"]) - 1}),
            {date_sql(until)}
        from world.batch_left join world.ticket as tickets using (ticket_no) join world.deduction as tries using (ticket_no)
        where tickets.bill_key in (select key from {scope}) and tries.kind_code = '2' group by tickets.bill_key""",
    )  # fmt: skip


@act("bill")
def answer_late(world: World, scope: str, *, on: DateOrSql) -> None:
    """The bank deducted in time, its answer reaches tax only on a day: until then the payer is told there is nothing to declare."""
    world.sql(
        f"""
        insert into world.tips_case
        select deduction_key, 'slow', returned_at, null from world.deduction
        where bill_key in (select key from {scope}) and return_code = '90000' and kind_code in ('1', '2', '3');
        update world.deduction set returned_at = {moment_sql(on, "08:35:00")}
        where deduction_key in (select deduction_key from world.tips_case where kind = 'slow') and bill_key in (select key from {scope});
        update world.ticket_item set remitted_at = {moment_sql(on, "08:40:00")}
        where bill_key in (select key from {scope}) and remitted_at is not null;
        """
    )
    settle_anew(world, scope)
    record(
        world, "A4.6.2", "answer_late",
        f"""select deductions.bill_key, min(cases.happened_at)::date, min(cases.happened_at)::date, {date_sql(on)}
        from world.tips_case as cases join world.deduction as deductions using (deduction_key)
        where deductions.bill_key in (select key from {scope}) and cases.kind = 'slow' group by all""",
    )  # fmt: skip
    # until then the money is known to one side only
    record(
        world, "A12.3", "answer_late",
        f"""select deductions.bill_key, min(cases.happened_at)::date, {past("bank", "A12.3", "min(cases.happened_at)")}, {date_sql(on)}
        from world.tips_case as cases join world.deduction as deductions using (deduction_key)
        where deductions.bill_key in (select key from {scope}) and cases.kind = 'slow' group by deductions.bill_key""",
    )  # fmt: skip
    payment._record_unpaid(world, "answer_late", scope)


@act("bill")
def tips_differs(world: World, scope: str, *, kind: str, difference: float | None = None) -> None:
    """TIPS and the levy subsystem do not agree about the bill's successful debit.

    missing: TIPS has no result; amount: another amount; twice: a second success that tax does not know; deducted: a first
    try that tax holds for failed (94999) had taken the money too.
    """
    assert kind in ("missing", "amount", "twice", "deducted"), kind
    if kind == "deducted":  # the try before the one that succeeded, its state unknown
        world.sql(
            f"""
            insert into world.deduction
            select ticket_no || '0', ticket_no, bill_key, 0, kind_code, batch_no, agreement_key, amount, sent_at - to_minutes(1),
                sent_at - to_minutes(1) + to_seconds(30), '94999', (select return_text from return_code where return_code = '94999')
            from world.deduction where bill_key in (select key from {scope}) and return_code = '90000'
            """
        )
    code = "94999" if kind == "deducted" else "90000"
    at = {"twice": "returned_at + to_minutes(7)", "deducted": "sent_at + to_seconds(20)"}.get(kind, "null::timestamp")
    world.sql(
        f"""
        insert into world.tips_case
        select deduction_key, '{kind}', {at}, {"null" if difference is None else difference} from world.deduction
        where bill_key in (select key from {scope}) and return_code = '{code}'
        """
    )
    record(
        world, "A12.3", "tips_differs",
        f"""select bill_key, max(returned_at)::date, {past("bank", "A12.3", "max(returned_at)")}, null::date
        from world.deduction where bill_key in (select key from {scope}) and return_code = '90000' group by all""",
    )  # fmt: skip


@act("bill")
def cash_not_summed(world: World, scope: str, *, until: DateOrSql | None = None) -> None:
    """The bill is paid in cash at the counter, and the receipt is not summed up and remitted (until a day). The finding is the receipt's."""
    world.sql(f"update world.bill set channel_code = '4' where bill_key in (select key from {scope})")
    plan.plan_from_front(world, scope)
    world.sql(
        f"""update world.ticket_item set {NO_PAYMENT} where bill_key in (select key from {scope});"""
        if until is None else
        f"""update world.ticket_item set remitted_at = {moment_sql(until, "16:45:00")}
        where bill_key in (select key from {scope}) and remitted_at is not null"""
    )  # fmt: skip
    if until is not None:
        settle_anew(world, scope)
    days = int(world.params["month_end_watch_days"])
    record(
        world, "A7.3", "cash_not_summed",
        f"""select '45' || substr(ticket_no, 3), min(returned_at)::date,
            greatest(min(returned_at)::date, last_day(min(returned_at)::date) - {days} + 1), {date_sql(until)}
        from world.deduction where bill_key in (select key from {scope}) and kind_code = '4' and return_code = '90000' group by ticket_no""",
    )  # fmt: skip


@act("bill")
def paid_in_cash(world: World, scope: str) -> None:
    """The bill is paid in cash at the counter, summed up and remitted the same evening."""
    world.sql(f"update world.bill set channel_code = '4' where bill_key in (select key from {scope})")
    plan.plan_from_front(world, scope)


@act("bill")
def voucher_not_obtained(world: World, scope: str, *, until: DateOrSql | None = None) -> None:
    """The payer wants to pay by bank-side query and gets no voucher number (until a day, on which it pays)."""
    world.sql(f"update world.bill set channel_code = '3' where bill_key in (select key from {scope})")
    payment.invoice_not_paid(world, scope, paid_on=until)
    reasons = settings("bank")["voucher_reasons"]
    world.sql(
        f"""insert into world.voucher_failure
        select ticket_no, {moment_sql(until, "09:50:00")}, pick([{", ".join(f"'{reason}'" for reason in reasons)}], chance(ticket_no, 'voucher reason'))
        from world.ticket where bill_key in (select key from {scope})"""
    )
    record(
        world, "A4.4.1", "voucher_not_obtained",
        f"""select bill_key, min(issued_at)::date, min(issued_at)::date, {date_sql(until)}
        from world.ticket where bill_key in (select key from {scope}) group by all""",
    )  # fmt: skip


@act("bill")
def treasury_states(
    world: World, scope: str, *, kind: str, difference: float | None = None, on: DateOrSql | None = None
) -> None:
    """The treasury's statement has the bill's first item otherwise than tax: missing, doubled, another amount, shifted to a day."""
    assert kind in ("missing", "doubled", "amount", "shifted"), kind
    world.sql(
        f"""
        insert into world.treasury_case
        select ticket_no, insurance_code, '{kind}', {"null" if difference is None else difference}, {date_sql(on)}
        from world.ticket_item where bill_key in (select key from {scope}) and settled_at is not null
        qualify row_number() over (partition by bill_key order by ticket_no, insurance_code) = 1
        """
    )
    # the statement has no bill: what differs is a day, treasury and sub-item
    record(
        world, "A13.1", "treasury_states",
        f"""select items.settled_at::date::varchar || '|' || treasury_of(bills.bureau_code) || '|' || item.zspm_code, items.settled_at::date,
            {past("bank", "A13.1", "items.settled_at")}, {"cases.stated_on" if kind == "shifted" else "null::date"}
        from world.treasury_case as cases join world.ticket_item as items using (ticket_no, insurance_code)
        join world.bill as bills on bills.bill_key = items.bill_key join item on item.insurance_code = items.insurance_code
        where items.bill_key in (select key from {scope})""",
    )  # fmt: skip


@act("bill")
def settled_in_part(world: World, scope: str) -> None:
    """The treasury books only the first item of what was remitted; the others never."""
    world.sql(
        f"""
        update world.ticket_item set settled_at = null, settled_amount = null, settlement_no = null, settlement_returned_at = null,
            settlement_read_at = null
        where bill_key in (select key from {scope}) and (ticket_no, insurance_code) not in (
            select ticket_no, min(insurance_code) from world.ticket_item where bill_key in (select key from {scope}) group by ticket_no)
        """
    )
    record(
        world, "A12.3", "settled_in_part",
        f"""select bill_key, max(remitted_at)::date, {past("bank", "A12.3", "max(remitted_at)")}, null::date
        from world.ticket_item where bill_key in (select key from {scope}) group by bill_key having count(*) > count(settled_at)""",
    )  # fmt: skip


@act("taxpayer")
def agreement_not_verified(
    world: World, scope: str, *, why: str, on: DateOrSql, until: DateOrSql | None = None
) -> None:
    """The taxpayer signs a new agreement that the bank does not verify (until a day); the old one stays.

    name: the account is in another name; elsewhere: a bank of another city; abc: an account of the Agricultural Bank with the
    wrong branch; account: no such account.
    """
    other = {
        "name": "account_name || '工会委员会' as account_name",
        "elsewhere": "left(bank_no, 3) || '6140' || right(bank_no, 5) as bank_no",
        "abc": "'103' as bank_code, '103' || substr(bank_no, 4) as bank_no, '2000' || substr(account_no, 5, 11) || '7731' as account_no",
        "account": "left(account_no, 11) || '90000001' as account_no",
    }[why]
    code, text = {
        "name": ("24005", "null"),
        "elsewhere": ("24011", "'开户行行号与账号不符'"),
        "abc": ("24011", "'农行账户验证失败：机构号不匹配'"),
        "account": ("24001", "null"),
    }[why]
    columns = {"account_name", "bank_no", "bank_code", "account_no"} - {
        part.split(" as ")[-1] for part in other.split(", ")
    }
    world.sql(
        f"""create or replace temp table signing as select taxpayer_key, {", ".join([other, *sorted(columns)])}, {date_sql(on)} as signed_on, '2' as verify_code
        from world.agreement where taxpayer_key in (select key from {scope})
        qualify row_number() over (partition by taxpayer_key order by agreement_key) = 1;
        update signing set account_no = left(account_no, 8)
            || lpad(chance_int(taxpayer_key, 'other account', 1, 9999999)::varchar, 7, '0') || right(account_no, 4)"""
    )
    world.add_agreements("signing")
    fresh = f"""select agreement_key, created_at from world.agreement
        where taxpayer_key in (select key from {scope}) and signed_on = {date_sql(on)} and verify_code = '2'"""
    world.sql(
        f"""
        insert into world.agreement_check
        select 'V' || agreement_key || n, agreement_key, '1', created_at + to_minutes(3 + 40 * (n - 1)::int), created_at + to_minutes(4 + 40 * (n - 1)::int),
            '{code}', {text}
        from ({fresh}) cross join (select unnest([1, 2]) as n);
        """
    )
    if until is not None:
        world.sql(
            f"""insert into world.agreement_check
            select 'V' || agreement_key || '3', agreement_key, '3', {moment_sql(until, "10:05:00")}, {moment_sql(until, "10:05:30")}, '90000', null
            from ({fresh})"""
        )
        world.change(
            "agreement",
            f"select agreement_key from ({fresh})",
            "verify_code",
            "'1'",
            Sql(moment_sql(until, "10:05:30")),
        )
    record(
        world, "A4.3.1", "agreement_not_verified",
        f"select agreement_key, created_at::date, created_at::date, {date_sql(until)} from ({fresh})",
    )  # fmt: skip


def recent(world: World) -> str:
    """SQL of the day from which on the truth of ordinary refusals is written down: a quarter before the anchor."""
    return f"date '{world.params.anchor}' - 92"


def note_refused_debits(world: World) -> None:
    """Bills whose debit under a tri-party agreement failed and was not made good the same day: until it succeeds or is voided."""
    record(
        world, "A4.6.1", "bank_refuses",
        f"""
        select bill_key, refused_on, refused_on, ended_on from (
            select tickets.bill_key, min(tries.returned_at) filter (where tries.return_code <> '90000')::date as refused_on,
                max(least(tickets.voided_at, good.returned_at))::date as ended_on
            from world.ticket as tickets
            join world.deduction as tries using (ticket_no)
            left join (select ticket_no, min(returned_at) as returned_at from world.deduction where return_code = '90000' group by ticket_no) as good
                on good.ticket_no = tickets.ticket_no
            where tickets.channel_code in ('1', '2') and tries.returned_at is not null
            group by tickets.bill_key
        )
        where refused_on is not null and (ended_on is null or ended_on > greatest(refused_on, {recent(world)}))
        """,
    )  # fmt: skip
    world.note_near_miss(
        "A4.6.1",
        f"""
        select bill_key from world.deduction where kind_code in ('1', '2') and returned_at >= {recent(world)}
        group by bill_key having count(*) filter (where return_code <> '90000') > 0 and count(*) filter (where return_code = '90000') > 0
            and bill_key not in (select subject_key from world.truth where rule_id = 'A4.6.1')
        """,
        "refused, and good at the next try of the same day",
    )
