"""Acts on the tax side of natural persons: changes not taken over, odd agreements, failing messages, returns astray."""

from simulator.acts.registry import act, record
from simulator.part import settings
from simulator.parts.resident_tax import payments, register, steps
from simulator.world import DateOrSql, World, date_sql, moment_sql

RETURN_KEY = "item.department_code || '|{kind}|' || {number} || substr(payment_no, 3)"
FAILURES = {
    "01": "未查询到人员编号对应的基础信息",
    "02": "人员编号占用：证件类型不一致",
    "03": "人员编号占用：证件号码不一致",
    "04": "人员编号占用：姓名不一致",
    "05": "行政区划代码不在码表内",
    "06": "街道乡镇代码未对应",
}
OCCUPIED = ("02", "03", "04")  # the number is somebody else's at tax
SPECIAL_FAILURES = {
    "care": payments.CARE,
    "number": "未查询到人员编号对应的参保登记",
    "period": "费款所属期与参保时间不符",
}


def past(rule: str, event: str) -> str:
    """SQL of the first day on which the agreed delay after an event is over."""
    delays = settings("resident_tax")["agreed_delays"]
    found = delays.get(rule) or delays.get(rule.rstrip("ab")) or delays[rule.split(".", maxsplit=1)[0]]
    return f"workday_after(({event})::date, {int(found) + 1})"


# --- registrations --------------------------------------------------------------------------------------------------
@act("person_registration")
def change_not_pushed(world: World, scope: str, *, until: DateOrSql | None = None) -> None:
    """The agency's suspension, end or merge does not reach tax (until a day): the number stays valid for payment there."""
    name = "change_not_pushed"
    world.sql(
        f"""
        create or replace temp table lost_change as
        select registration_key, persons.insurance_code, stopped_on, end_reason_code, ended_at is not null as is_ended,
            coalesce((select max(registered_at)::date from world.person_change as changes
                where changes.insured_key = registration_key and changes.happened_on = stopped_on), stopped_on) as known_on
        from world.tax_person as persons where registration_key in (select key from {scope}) and stopped_on is not null;
        update world.tax_person set
            ended_at = case when ended_at is not null then {moment_sql(until)} end,
            suspended_at = case when suspended_at is not null then {moment_sql(until)} end
        where registration_key in (select registration_key from lost_change);
        """
    )
    rules = {
        "B1.01a": "insurance_code = '10210' and end_reason_code = 'dead'",
        "B1.02a": "is_ended and end_reason_code in ('dead', 'enlisted', 'moved')",
        "B8.1": "not is_ended",
        "B8.2": "is_ended",
        "B9.1": "true",
    }
    for rule, chosen in rules.items():
        delay = past({"B1.01a": "B1.01", "B9.1": "B9.1"}.get(rule, "B1.02"), "known_on")
        record(
            world, rule, name,
            f"select registration_key, known_on, {delay}, {date_sql(until)} from lost_change where {chosen}",
        )  # fmt: skip


@act("person_registration")
def number_left_in_tax(world: World, scope: str) -> None:
    """Tax keeps, beside the person's present number, an earlier one that the agency no longer has; both are valid."""
    world.sql(
        f"""
        create or replace temp table left_over as
        select persons.* replace (
            substr(persons.registration_key, 1, length(persons.registration_key) - length(persons.person_no) - length(persons.insurance_code) - 1)
                || coalesce(insured.old_person_no, '9' || substr(persons.person_no, 2)) || '|' || persons.insurance_code as registration_key,
            '7' || format('{{:08d}}', resident_no) || format('{{:02d}}', slot + 70) as fee_registration_no,
            slot + 8 as slot, coalesce(insured.old_person_no, '9' || substr(persons.person_no, 2)) as person_no,
            moment(date '2019-03-01' + chance_int(persons.registration_key, 'earlier number', 0, 900),
                chance(persons.registration_key, 'earlier time'), 540, 960) as created_at,
            null as suspended_at, null as ended_at, null as stopped_on, null as end_reason_code)
        from world.tax_person as persons join world.insured as insured on insured.insured_key = persons.registration_key
        where persons.registration_key in (select key from {scope});
        insert into world.tax_person from left_over;
        """
    )
    for rule, chosen in {
        "B1.05": "department_code = 'NHSA'",
        "B1.01b": "insurance_code = '10210'",
        "B8.2": "true",
    }.items():
        record(
            world, rule, "number_left_in_tax",
            f"select registration_key, created_at::date, created_at::date, null::date from left_over where {chosen}",
        )  # fmt: skip


@act("person_registration")
def amount_not_set(world: World, scope: str) -> None:
    """Somebody signed for batch deduction, and no amount to be paid was set: no item will ever be made."""
    world.sql(
        f"""
        delete from world.person_amount where registration_key in (select key from {scope});
        delete from world.preprocessing where registration_key in (select key from {scope});
        delete from world.batch_item where registration_key in (select key from {scope});
        delete from world.person_payment where channel_code = '31' and registration_key in (select key from {scope});
        """
    )
    record(
        world, "B11.1", "amount_not_set",
        f"""select registration_key, min(signed_on), workday_after(min(signed_on), 2), min(ended_on) from world.person_agreement
        join world.tax_person using (registration_key)
        where registration_key in (select key from {scope}) and is_batch and insurance_code in {payments.FLEXIBLE} group by registration_key""",
    )  # fmt: skip
    record(
        world, "A10.11", "amount_not_set",
        f"""select registration_key, min(signed_on), min(signed_on), min(ended_on) from world.person_agreement
        where registration_key in (select key from {scope}) and is_batch group by registration_key""",
    )  # fmt: skip


@act("person_registration")
def preprocessing_inactive(world: World, scope: str) -> None:
    """The pre-processing of a flexible payer was not activated before the batch deduction of the year: no item is made."""
    world.sql(
        f"""
        create or replace temp table idle as
        select registration_key, max(fee_year) as fee_year from world.preprocessing
        where registration_key in (select key from {scope}) group by all;
        update world.preprocessing set activated_at = null
        from idle where preprocessing.registration_key = idle.registration_key and preprocessing.fee_year = idle.fee_year;
        """
    )
    world.sql(
        "delete from world.batch_item using idle where batch_item.registration_key = idle.registration_key "
        "and extract(year from batch_item.period_end) = idle.fee_year"
    )
    world.sql(
        "delete from world.person_payment using idle where person_payment.registration_key = idle.registration_key "
        "and person_payment.fee_year = idle.fee_year and person_payment.channel_code = '31'"
    )
    record(
        world, "B11.1", "preprocessing_inactive",
        """select registration_key, created_at::date, workday_after(created_at::date, 2), null::date
        from world.preprocessing where (registration_key, fee_year) in (select registration_key, fee_year from idle)""",
    )  # fmt: skip


# --- agreements -----------------------------------------------------------------------------------------------------
@act("person_registration")
def signed_twice(world: World, scope: str, *, on: DateOrSql, first_ended: bool = False) -> None:
    """A second batch agreement, with another bank, for the same number; the first one ended before, or goes on."""
    world.sql(
        f"""
        create or replace temp table signing as
        select registration_key, fee_registration_no, insurance_code, created_at,
            (select count(*) from world.person_agreement a where a.registration_key = persons.registration_key)::int as ordinal,
            dice_low(registration_key, 'second agreement') as d, dice_high(registration_key, 'second agreement') as e
        from world.tax_person as persons where registration_key in (select key from {scope});
        """
    )
    register.add_agreements(world)
    world.sql(
        f"""
        update world.person_agreement set signed_on = {date_sql(on)}, ended_on = null, is_batch = true, verify_code = '1'
        from signing where person_agreement.registration_key = signing.registration_key and person_agreement.ordinal = signing.ordinal;
        """
    )
    if first_ended:
        world.sql(
            f"""
            update world.person_agreement set ended_on = {date_sql(on)} - 1
            from signing where person_agreement.registration_key = signing.registration_key and person_agreement.ordinal < signing.ordinal
            """
        )


# --- messages and special dues --------------------------------------------------------------------------------------
@act("person_registration")
def message_fails(world: World, scope: str, *, code: str, until: DateOrSql | None = None) -> None:
    """Tax fails to take over a new enrolment, for a reason (until it is corrected and sent again): no registration before."""
    assert code in FAILURES, code
    handled = moment_sql(until, "15:00:00")
    kind = "2" if code == "01" else "1"
    world.sql(
        f"""
        create or replace temp table failing as
        select registration_key, 'BW{kind}' || substr(fee_registration_no, 2) as message_no, created_at
        from world.tax_person where registration_key in (select key from {scope});
        update world.person_message set state_code = '2', fail_code = '{code}', fail_reason = '{FAILURES[code]}', handled_at = {handled}
        where message_no in (select message_no from failing);
        delete from world.person_message
        where '{kind}' = '1' and message_no in (select 'BW2' || substr(message_no, 4) from failing) and {handled} is null;
        update world.person_message set sent_at = {handled} + interval 5 minute, received_at = {handled} + interval 30 minute
        where '{kind}' = '1' and message_no in (select 'BW2' || substr(message_no, 4) from failing) and {handled} is not null;
        update world.tax_person set created_at = {handled} + interval 45 minute
        where registration_key in (select registration_key from failing) and {handled} is not null;
        delete from world.tax_person where registration_key in (select registration_key from failing) and {handled} is null;
        delete from world.person_amount where registration_key in (select registration_key from failing);
        delete from world.person_agreement where registration_key in (select registration_key from failing);
        delete from world.batch_item where registration_key in (select registration_key from failing);
        delete from world.person_payment where registration_key in (select registration_key from failing) and {handled} is null;
        """
    )
    record(
        world, "A10.03", "message_fails",
        f"select message_no, created_at::date, created_at::date, {date_sql(until)} from failing",
    )  # fmt: skip
    if code in OCCUPIED:
        record(
            world, "B1.09", "message_fails",
            f"""select registration_key, created_at::date, {past("A10", "created_at")}, {date_sql(until)} from failing
            where registration_key like 'NHSA|%'""",
        )  # fmt: skip


def _drop_special_payments(world: World, scope: str) -> None:
    world.sql(f"delete from world.person_payment where special_key in (select key from {scope})")


@act("special_due")
def special_fails(world: World, scope: str, *, reason: str, until: DateOrSql | None = None) -> None:
    """Tax receives a special due and cannot take it over, for a reason (until it is corrected); it is not paid. Known at once."""
    assert reason in SPECIAL_FAILURES, reason
    _drop_special_payments(world, scope)
    world.sql(
        f"""
        update world.special_receipt set state_code = '2', fail_reason = '{SPECIAL_FAILURES[reason]}', handled_at = {moment_sql(until, "15:00:00")}
        where special_key in (select key from {scope})
        """
    )
    if reason == "care":
        world.sql(
            f"""update world.special_due set care_amount = greatest(cents(amount * 0.02), 1), amount = amount + greatest(cents(amount * 0.02), 1)
            where special_key in (select key from {scope})"""
        )
    record(
        world, "A10.02", "special_fails",
        f"""select receipt_no, received_at::date, received_at::date, {date_sql(until)}
        from world.special_receipt where special_key in (select key from {scope})""",
    )  # fmt: skip
    for rule, department in {"B1.10": "HRSS", "B1.03": "NHSA"}.items():
        record(
            world, rule, "special_fails",
            f"""select special_key, received_at::date, received_at::date, {date_sql(until)}
            from world.special_receipt join world.special_due using (special_key)
            where special_key in (select key from {scope}) and department_code = '{department}'""",
        )  # fmt: skip


@act("special_due")
def special_stuck(world: World, scope: str, *, before: str) -> None:
    """A special due is in transit at the agency and came not to the sharing platform, or to it and not to tax."""
    assert before in ("platform", "tax"), before
    _drop_special_payments(world, scope)
    world.sql(f"delete from world.special_receipt where special_key in (select key from {scope})")
    if before == "platform":
        world.sql(
            f"""update world.special_due set sent_at = null, read_at = null, platform_at = null
            where special_key in (select key from {scope})"""
        )
    for rule, department in {"B1.10": "HRSS", "B1.03": "NHSA"}.items():
        record(
            world, rule, "special_stuck",
            f"""select special_key, assessed_at::date, {past(rule, "assessed_at")}, withdrawn_at::date
            from world.special_due where special_key in (select key from {scope}) and department_code = '{department}'""",
        )  # fmt: skip


# --- batch deduction ------------------------------------------------------------------------------------------------
def _listed_wrongly(world: World, scope: str, name: str, on: DateOrSql) -> None:
    """B11.2: an item of a further round for persons who should not be, or cannot be, debited."""
    list_for_round(world, scope, on=on)
    record(world, "B11.2", name, f"select key, {date_sql(on)}, {date_sql(on)}, null::date from {scope}")


@act("person_registration")
def listed_though_paid(world: World, scope: str, *, on: DateOrSql) -> None:
    """A list of a further round is made with persons who have already paid for the year: they would be debited again."""
    _listed_wrongly(world, scope, "listed_though_paid", on)


@act("person_registration")
def listed_though_stopped(world: World, scope: str, *, on: DateOrSql) -> None:
    """A list of a further round is made with persons whose registration tax has stopped before: they would be debited wrongly."""
    _listed_wrongly(world, scope, "listed_though_stopped", on)


@act("person_registration")
def listed_without_agreement(world: World, scope: str, *, on: DateOrSql) -> None:
    """A list of a further round is made with persons whose two-party agreement the bank has not verified: the debit will fail."""
    _listed_wrongly(world, scope, "listed_without_agreement", on)


@act("person_registration")
def list_for_round(world: World, scope: str, *, on: DateOrSql) -> None:
    """An item of a further round, not yet sent to the bank, for persons with a batch agreement; to be paid for the present year."""
    day = date_sql(on)
    world.sql(
        f"""
        insert into world.batch_item
        select 'Q' || strftime({day}, '%y%m%d') || substr(persons.fee_registration_no, 2),
            'P' || strftime({day}, '%Y%m%d') || 'B' || substr(persons.bureau_code, 2, 6), persons.registration_key, agreements.agreement_key,
            persons.insurance_code, null, make_date(amounts.fee_year, 1, 1), make_date(amounts.fee_year, 12, 31), amounts.amount,
            {moment_sql(on, "15:20:00")}, null, null, null, null
        from world.tax_person as persons
        join world.person_agreement as agreements
            on agreements.registration_key = persons.registration_key and agreements.is_batch and agreements.ordinal = 0
        join world.person_amount as amounts
            on amounts.registration_key = persons.registration_key and amounts.fee_year = extract(year from {day})
        where persons.registration_key in (select key from {scope})
        """
    )


@act("batch_item")
def item_not_submitted(world: World, scope: str) -> None:
    """An item was made for a round and not sent to the bank with it; nothing was debited."""
    world.sql(
        f"""
        update world.batch_item set submitted_at = null, returned_at = null, return_code = null, voided_at = null
        where item_no in (select key from {scope})
        """
    )
    record(
        world, "B11.1", "item_not_submitted",
        f"""select item_no, generated_at::date, workday_after(generated_at::date, 2), null::date
        from world.batch_item where item_no in (select key from {scope})""",
    )  # fmt: skip


@act("batch_item")
def refused_item_not_voided(world: World, scope: str) -> None:
    """The bank refused an item, and it was not voided after the round."""
    world.sql(f"update world.batch_item set voided_at = null where item_no in (select key from {scope})")
    record(
        world, "B11.1", "refused_item_not_voided",
        f"""select item_no, returned_at::date, workday_after(returned_at::date, 2), null::date
        from world.batch_item where item_no in (select key from {scope}) and return_code <> '90000'""",
    )  # fmt: skip


# --- payments and their way back ------------------------------------------------------------------------------------
def _returns(kind: str, scope: str) -> str:
    number = "'1'" if kind == "remittance" else "'2'"
    return f"""select {RETURN_KEY.format(kind=kind, number=number)} as return_key, payments.* from world.person_payment as payments
        join person_item as item using (insurance_code) where payment_no in (select key from {scope})"""


def _record_open_loop(world: World, name: str, scope: str) -> None:
    """Paid, and the agency's booking is not known to tax in time: the loop is open."""
    record(
        world, "B11.7", name,
        f"""select payment_no, remitted_at::date, {past("B11.7", "remitted_at")}, posting_fed_back_at::date
        from world.person_payment where payment_no in (select key from {scope})""",
    )  # fmt: skip


@act("person_payment")
def person_return_not_read(world: World, scope: str, *, until: DateOrSql | None = None) -> None:
    """The agency does not read the returned remittance of a payment (until a day), so it does not book it."""
    moment = moment_sql(until, "10:00:00")
    world.sql(
        f"""
        update world.person_payment set remittance_read_at = {moment}, posted_at = {moment} + interval 1 hour,
            posting_fed_back_at = moment(workday_after({moment}, 1), 0.5, 420, 480)
        where payment_no in (select key from {scope})
        """
    )
    record(
        world, "B1.04", "person_return_not_read",
        f"""select return_key, remittance_returned_at::date, {past("B1.04", "remittance_returned_at")}, {date_sql(until)}
        from ({_returns("remittance", scope)})""",
    )  # fmt: skip
    _record_open_loop(world, "person_return_not_read", scope)


@act("person_payment")
def person_not_posted(world: World, scope: str) -> None:
    """The agency has read the returned remittance of a payment and does not book it: the payer finds no payment there."""
    world.sql(
        f"update world.person_payment set posted_at = null, posting_fed_back_at = null where payment_no in (select key from {scope})"
    )
    record(
        world, "B1.04", "person_not_posted",
        f"""select return_key, remittance_returned_at::date, {past("B1.04", "remittance_returned_at")}, null::date
        from ({_returns("remittance", scope)})""",
    )  # fmt: skip
    _record_open_loop(world, "person_not_posted", scope)


@act("person_payment")
def posting_not_fed_back(world: World, scope: str, *, until: DateOrSql | None = None) -> None:
    """The agency has booked a payment and does not tell tax (until a day): the loop is not closed."""
    moment = moment_sql(until, "07:30:00")
    world.sql(
        f"update world.person_payment set posting_fed_back_at = {moment} where payment_no in (select key from {scope})"
    )
    _record_open_loop(world, "posting_not_fed_back", scope)


@act("person_payment")
def person_return_missing(world: World, scope: str, *, kind: str, until: DateOrSql | None = None) -> None:
    """Tax does not return the remittance or the settlement of a payment (until a day)."""
    assert kind in ("remittance", "settlement"), kind
    moment = moment_sql(until, "07:40:00")
    follow = (
        f""", posted_at = {moment} + interval 5 hour, posting_fed_back_at = moment(workday_after({moment}, 1), 0.5, 420, 480)"""
        if kind == "remittance"
        else ""
    )
    world.sql(
        f"""
        update world.person_payment set {kind}_returned_at = {moment}, {kind}_read_at = {moment} + interval 3 hour{follow}
        where payment_no in (select key from {scope})
        """
    )
    event = {"remittance": "remitted_at", "settlement": "settled_at"}[kind]
    record(
        world, "B2", "person_return_missing",
        f"""select payment_no, {event}::date, {past("B2", event)}, {date_sql(until)}
        from world.person_payment where payment_no in (select key from {scope})""",
    )  # fmt: skip
    if kind == "remittance":
        _record_open_loop(world, "person_return_missing", scope)


@act("person_payment")
def person_settlement_not_read(world: World, scope: str) -> None:
    """The agency does not read the returned settlement of a payment."""
    world.sql(
        f"update world.person_payment set settlement_read_at = null where payment_no in (select key from {scope})"
    )


@act("person_payment")
def refund_not_told(world: World, scope: str, *, read: bool = True) -> None:
    """A payment is paid back by the treasury and the agency is not told; without `read` it is told and does not read it."""
    told = "sent_at = null," if read else ""
    world.sql(f"update world.person_refund set {told} read_at = null where payment_no in (select key from {scope})")


@act("person_payment")
def person_return_differs(world: World, scope: str, *, attribute: str, side: str = "settlement") -> None:
    """A returned row has another amount, name, id number, agency or person number than the payment."""
    values = {
        "amount": "payments.amount - 10",
        "name": "left(residents.name, 1) || '某'",
        "id_number": "left(residents.id_number, 14) || '0' || right(residents.id_number, 3)",
        "agency_code": "(select min(agency_code) from ref_agency where level in ('city', 'region') and agency_code <> persons.agency_code)",
        "person_no": "left(persons.person_no, length(persons.person_no) - 1) || ((right(persons.person_no, 1)::int + 1) % 10)",
    }
    assert attribute in values and side in ("remittance", "settlement"), (attribute, side)
    world.sql(
        f"""
        insert into world.return_difference (payment_no, side, {attribute})
        select payment_no, '{side}', {values[attribute]}
        from world.person_payment as payments
        join world.tax_person as persons on persons.registration_key = payments.registration_key
        join world.resident as residents on residents.resident_key = persons.resident_key
        where payment_no in (select key from {scope})
        """
    )
    event = f"{side}_returned_at"
    money = {"remittance": "remitted_at", "settlement": "settled_at"}[side]
    record(
        world, "B2", "person_return_differs",
        f"""select payment_no, {money}::date, greatest({past("B2", money)}, {event}::date), null::date
        from world.person_payment where payment_no in (select key from {scope}) and {event} is not null""",
    )  # fmt: skip


@act("person_payment")
def paid_twice(world: World, scope: str, *, days: int = 12, refunded_share: float = 1) -> None:
    """The same fee is paid again by phone some days later (the family did not know); usually one payment is paid back."""
    world.sql(
        f"""
        create or replace temp table new_payment as
        select payments.registration_key, payments.insurance_code, persons.department_code, persons.resident_no, persons.slot, persons.bureau_code,
            persons.village_code, null::varchar as school_code, false as is_student, fee_year, '3' as kind_code, period_begin, period_end, amount,
            '11' as channel_code, (issued_at::date + {days})::date as pay_on, (issued_at::date + {days})::date as wanted_on,
            null::varchar as special_key, 2 as ordinal,
            dice_low(payment_no, 'again') as d, dice_high(payment_no, 'again') as e, moment(pay_on, dice(d, 0), 500, 1300) as issued_at
        from world.person_payment as payments join world.tax_person as persons using (registration_key)
        where payment_no in (select key from {scope});
        create or replace temp table new_payment as select *, {payments.PAYMENT_NO} as payment_no from new_payment;
        create or replace temp table pooled_ticket as from pooled_ticket where false;
        """
    )
    steps.plan_ways(world)
    world.sql(
        f"""
        create or replace temp table refunded as
        select payment_no, amount, settled_at, moment(workday_after(settled_at, 4), 0.4, 540, 1000) as applied_at, '1' as reason_code
        from world.person_payment where payment_no in (select payment_no from new_payment)
        qualify row_number() over (order by chance(payment_no, 'asks back'), payment_no) <= ceil(count(*) over () * {refunded_share})
        """
    )
    payments.plan_refunds(world)
