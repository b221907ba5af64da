"""Acts on bills: reading, sending incompletely, sending twice, typing errors, withdrawing, voiding, the front database."""

from simulator import plan
from simulator.acts.registry import act, past_delay, record
from simulator.world import DateOrSql, World, date_sql, moment_sql


@act("bill")
def tax_does_not_read_bill(world: World, scope: str, *, until: DateOrSql | None = None) -> None:
    """Tax does not read the bill (until a day). Nothing later happens before; payers on batch pay at the bank then."""
    world.sql(
        f"""
        update world.bill set read_at = {moment_sql(until, "09:20:00")}, channel_code = case channel_code when '2' then '3' else channel_code end
        where bill_key in (select key from {scope})
        """
    )
    plan.plan_from_reading(world, scope)
    record(
        world, "A1.01", "tax_does_not_read_bill",
        f"""select bill_key, summary_sent_at::date, {past_delay(world, "A1.01", "summary_sent_at")}, read_at::date
        from world.bill where bill_key in (select key from {scope}) and summary_sent_at is not null""",
    )  # fmt: skip


@act("bill")
def table_not_sent(world: World, scope: str, *, table: str, until: DateOrSql | None = None) -> None:
    """The agency does not send one of a bill's tables (until a day): summary, processing or detail."""
    assert table in ("summary", "processing", "detail"), table
    missing = f"{table}_sent_at"
    rest = [f"{name}_sent_at" for name in ("summary", "processing", "detail") if name != table]
    reread = ", read_at = null" if table == "summary" else ""
    world.sql(
        f"update world.bill set {missing} = {moment_sql(until, '09:05:00')}{reread} where bill_key in (select key from {scope})"
    )
    if table == "summary":
        plan.plan_reading(world, scope)
    plan.plan_from_reading(world, scope)
    record(
        world, "A1.07", "table_not_sent",
        f"""select bill_key, least({rest[0]}, {rest[1]})::date, {past_delay(world, "A1.07", f"least({rest[0]}, {rest[1]})")},
            {missing}::date from world.bill where bill_key in (select key from {scope})""",
    )  # fmt: skip


@act("bill")
def amount_typo(world: World, scope: str, *, table: str, difference: float = 10.0, item: str | None = None) -> None:
    """One table of the bill carries a wrong amount: summary; processing or detail of one item (the first). Tax intercepts it."""
    first_item = f"insurance_code = '{item}'" if item else "item_no = 1"
    if table == "summary":
        world.sql(f"update world.bill set amount = amount + {difference} where bill_key in (select key from {scope})")
    elif table == "processing":
        world.sql(
            f"""update world.bill_item set unit_amount = unit_amount + {difference}, amount = amount + {difference}
            where bill_key in (select key from {scope}) and {first_item}"""
        )
    elif table == "detail":
        world.sql(
            f"""update world.bill_person set amount = amount + {difference} where (bill_key, line_no) in (
                select bill_key, min(line_no) from world.bill_person
                where bill_key in (select key from {scope}) and {f"insurance_code = '{item}'" if item else "true"} group by bill_key)"""
        )
    else:
        raise ValueError(f"amount_typo: no table {table}")
    plan.plan_from_reading(world, scope)
    record(
        world, "A1.07", "amount_typo",
        f"""select bill_key, detail_sent_at::date, detail_sent_at::date, voided_at::date
        from world.bill where bill_key in (select key from {scope})""",
    )  # fmt: skip


@act("bill")
def detail_item_swapped(world: World, scope: str, *, difference: float = 5.0) -> None:
    """Detail lines of two items are off by the same amount in opposite directions: the total agrees, the items do not."""
    for position, sign in (("min", "+"), ("max", "-")):
        world.sql(
            f"""update world.bill_person set amount = amount {sign} {difference} where (bill_key, line_no) in (
                select bill_key, {position}(line_no) from world.bill_person where bill_key in (select key from {scope}) group by bill_key)"""
        )
    record(
        world, "A1.07", "detail_item_swapped",
        f"""select bill_key, detail_sent_at::date, detail_sent_at::date, voided_at::date
        from world.bill where bill_key in (select key from {scope})""",
    )  # fmt: skip


@act("bill")
def wrong_unit_number(
    world: World, scope: str, *, unit_no: str | None = None, void_on: DateOrSql | None = None
) -> None:
    """A clerk bills a unit number that no registration has (and voids it on a day). Tax receives it and intercepts it."""
    number = f"'{unit_no}'" if unit_no else "'9' || substr(unit_no, 2)"
    world.sql(f"update world.bill set unit_no = {number} where bill_key in (select key from {scope})")
    plan.plan_from_reading(world, scope)
    if void_on is not None:
        _void(world, scope, void_on)
    record(
        world, "A1.08", "wrong_unit_number",
        f"""select bill_key, summary_sent_at::date, {past_delay(world, "A1.08", "summary_sent_at")},
            coalesce(withdrawn_at, voided_at)::date from world.bill where bill_key in (select key from {scope})""",
    )  # fmt: skip


@act("bill")
def sent_twice(
    world: World, scope: str, *, on: DateOrSql, void_on: DateOrSql | None = None, is_read: bool = True
) -> None:
    """A clerk sends the bill again under the same notice serial with a new batch; may void the twin on a later day.

    is_read: whether tax reads the twin before it is voided.
    """
    voided = "null::timestamp" if is_read else moment_sql(on, "10:45:00")
    world.sql(
        f"""
        create or replace temp table twin as
        select bill.* replace (
            free_no as bill_no,
            department_code || '|' || upper(trim(notice_serial)) || '|' || strftime({moment_sql(on, "10:40:00")}, '%Y%m%d')
                || case department_code when 'HRSS' then 'RS' else 'YB' end || '09' as bill_key,
            strftime({moment_sql(on, "10:40:00")}, '%Y%m%d') || case department_code when 'HRSS' then 'RS' else 'YB' end || '09' as batch_no,
            substr(ticket_stem, 1, 16) || free_no as ticket_stem,
            {moment_sql(on, "10:40:00")} as summary_sent_at, {moment_sql(on, "10:41:00")} as processing_sent_at,
            {moment_sql(on, "10:42:00")} as detail_sent_at, null as read_at, null as pay_on, null as declare_on,
            {voided} as voided_at, null as withdrawn_at, null as write_off_at, null as tax_voided_at
        ), bill.bill_key as original
        from world.bill as bill
        join (
            -- a running number that no other bill of the registration and month has
            select mine.bill_key, list_filter([mine.bill_no + 4, case when mine.bill_no % 2 = 1 then 7 else 8 end, 8, 7, 6, 5, 4, 3, 2],
                lambda n: n < 10 and not list_contains(list(others.bill_no), n))[1] as free_no
            from world.bill as mine
            join world.bill as others on others.registration_key = mine.registration_key and others.period = mine.period
            where mine.bill_key in (select key from {scope})
            group by mine.bill_key, mine.bill_no
        ) as free using (bill_key);
        insert into world.bill select * exclude (original) from twin;
        insert into world.bill_item select i.* replace (twin.bill_key as bill_key) from world.bill_item i join twin on twin.original = i.bill_key;
        insert into world.bill_person select i.* replace (twin.bill_key as bill_key) from world.bill_person i join twin on twin.original = i.bill_key;
        create or replace temp table twin_key as select bill_key as key, original from twin;
        """
    )
    plan.plan_defaults(world, "select key from twin_key")
    if void_on is not None:
        _void(world, "twin_key", void_on)
    world.sql("create or replace temp table twins as select key from twin_key union all select original from twin_key")
    record(
        world, "A1.09", "sent_twice",
        f"""select t.key, {date_sql(on)}, {date_sql(on)}, {date_sql(void_on)}
        from twins as t join world.bill as bill on bill.bill_key = t.key""",
    )  # fmt: skip


def _void(world: World, scope: str, on: DateOrSql) -> None:
    """The agency voids; tax voids the next working day what it has read, and nothing later happens."""
    world.sql(
        f"""
        update world.bill set voided_at = {moment_sql(on, "15:10:00")}, pay_on = null, declare_on = null
        where bill_key in (select key from {scope})
        """
    )
    _stop(world, scope, "voided_at")


def _stop(world: World, scope: str, event: str, tax_voids: bool = True) -> None:
    steps = ("read_at", "received_at", "pushed_at", "shared_at", "shared_pushed_at", "front_at", "front_processed_at", "written_back_at",
             "declared_at")  # fmt: skip
    world.sql(
        f"""
        update world.bill set {", ".join(f"{step} = case when {step} < {event} then {step} end" for step in steps)}
        where bill_key in (select key from {scope}) and {event} is not null;
        """
    )
    if tax_voids:
        world.sql(
            f"""
            update world.bill set
                write_off_at = moment(workday_after({event}, 1), chance(bill_key, 'write off'), 550, 600),
                tax_voided_at = moment(workday_after({event}, 1), chance(bill_key, 'write off'), 610, 680)
            where bill_key in (select key from {scope}) and received_at is not null
            """
        )


@act("bill")
def bill_voided(world: World, scope: str, *, on: DateOrSql) -> None:
    """The agency voids the bill; tax writes it off the next working day. What was not done by then is not done."""
    _void(world, scope, on)
    plan.plan_tickets(world, scope)


@act("bill")
def bill_withdrawn(world: World, scope: str, *, on: DateOrSql, tax_voids: bool = True) -> None:
    """The agency withdraws the sending; tax writes off what it has received, unless it misses the withdrawal."""
    world.sql(
        f"""update world.bill set withdrawn_at = {moment_sql(on, "15:10:00")}, pay_on = null, declare_on = null
        where bill_key in (select key from {scope})"""
    )
    _stop(world, scope, "withdrawn_at", tax_voids)
    plan.plan_tickets(world, scope)


@act("bill")
def tax_voids_bill(world: World, scope: str, *, on: DateOrSql) -> None:
    """Tax alone voids a bill that the agency still holds valid."""
    world.sql(
        f"""
        update world.bill set pay_on = null, declare_on = null, write_off_at = {moment_sql(on, "10:00:00")},
            tax_voided_at = {moment_sql(on, "11:00:00")}
        where bill_key in (select key from {scope})
        """
    )
    plan.plan_from_front(world, scope)


@act("bill")
def amount_changed_after_reading(world: World, scope: str, *, difference: float) -> None:
    """The agency changes the amount in all its tables after tax has read; tax keeps the old one."""
    world.sql(
        f"""
        update world.bill set amount = amount + {difference}, tax_amount = coalesce(tax_amount, amount)
        where bill_key in (select key from {scope});
        update world.bill_item set unit_amount = unit_amount + {difference}, amount = amount + {difference}
        where bill_key in (select key from {scope}) and item_no = 1;
        update world.bill_person set amount = amount + {difference} where (bill_key, line_no) in (
            select p.bill_key, min(p.line_no) from world.bill_person p join world.bill_item i
                on i.bill_key = p.bill_key and i.insurance_code = p.insurance_code and i.item_no = 1
            where p.bill_key in (select key from {scope}) group by p.bill_key);
        """
    )


@act("bill")
def front_not_processed(world: World, scope: str, *, until: DateOrSql | None = None) -> None:
    """The bill lies in the front database and is not processed (until a day)."""
    world.sql(
        f"""
        update world.bill set
            front_processed_at = {moment_sql(until, "09:40:00")}, written_back_at = {moment_sql(until, "09:50:00")},
            channel_code = case channel_code when '2' then '3' else channel_code end
        where bill_key in (select key from {scope})
        """
    )
    plan.plan_from_front(world, scope)
    record(
        world, "A3.03", "front_not_processed",
        f"""select bill_key, front_at::date, {past_delay(world, "A3.03", "front_at")}, front_processed_at::date
        from world.bill where bill_key in (select key from {scope}) and front_at is not null""",
    )  # fmt: skip


@act("bill")
def front_processing_fails(world: World, scope: str, *, reason: str = "核心系统返回异常") -> None:
    """Processing in the front database fails with a reason; the bill cannot be declared."""
    world.sql(
        f"""update world.bill set front_state_code = '2', front_fail_reason = '{reason}', written_back_at = null
        where bill_key in (select key from {scope})"""
    )
    plan.plan_from_front(world, scope)
