"""The story of the persons' tax side: which anomalies and near-misses are planted in a block, dated around the anchor day."""

from typing import TYPE_CHECKING, Any

from common.calendar import add_workdays
from simulator import acts
from simulator.acts.resident_tax import FAILURES, OCCUPIED, past
from simulator.part import Block
from simulator.parts.resident_tax.payments import FLEXIBLE
from simulator.world import quoted

if TYPE_CHECKING:
    from simulator.world import World

VALID = "ended_at is null and suspended_at is null and stopped_on is null"


class Cast:
    """Picks subjects of a block: repeatable, each person at most once."""

    def __init__(self, world: "World", block: Block) -> None:
        self.world = world
        self.block = block
        # whom the agencies' own story has taken stays as it is
        world.sql(
            """
            create or replace temp table used_person as
            with told as (select subject_key as key from world.truth union select subject_key from world.near_miss)
            select distinct resident_key from world.insured
            where insured_key in (from told) or department_code || '|' || source_system || '|' || person_no in (from told)
            union
            select insured.resident_key from world.special_due join world.insured using (insured_key) where special_key in (from told)
            """
        )
        world.sql("create or replace temp table cast_pick (key varchar, resident_key varchar)")

    @property
    def today(self) -> str:
        """SQL of the end of the anchor day: what comes later must not decide who is picked."""
        return f"timestamp '{self.world.params.anchor.isoformat()} 23:59:59'"

    def day(self, offset: int) -> str:
        """The working day `offset` days from the anchor."""
        return add_workdays(self.world.params.anchor, offset).isoformat()

    def pick(self, source: str, base: int) -> str:
        """Take `base` subjects (more in a larger block) out of a select of (key, resident_key); a select of their keys."""
        self.world.sql(
            f"""
            create or replace temp table cast_pick as
            select min(key) as key, resident_key from ({source}) as candidate(key, resident_key)
            where resident_key not in (from used_person)
            group by resident_key order by chance(resident_key, 'cast'), resident_key limit {self.block.cases(base)};
            insert into used_person select resident_key from cast_pick;
            """
        )
        keys = [str(row[0]) for row in self.world.rows("select key from cast_pick order by key")]
        return f"select unnest([{quoted(keys)}]::varchar[])" if keys else ""

    def act(self, name: str, subjects: str, **params: Any) -> None:
        """Perform an act, where anybody was found for it."""
        if subjects:
            acts.perform(self.world, name, subjects, **params)

    def near_miss(self, rule_id: str, subjects: str, why: str) -> None:
        """Note near-misses, where anybody was found."""
        if subjects:
            self.world.note_near_miss(rule_id, subjects, why)


def tell(world: "World", block: Block) -> None:
    """Plant every case of the part, then note what follows from the final world."""
    cast = Cast(world, block)
    _payments(world, cast)
    _registrations(world, cast)
    _agreements(world, cast)
    _batch(world, cast)
    _messages(world, cast)
    _specials(world, cast)
    note_computed(world)
    world.sql(
        """
        delete from world.near_miss where rule_id in ('A10.13', 'B11.2')
            and exists (select 1 from world.truth where truth.rule_id = near_miss.rule_id and truth.subject_key = near_miss.subject_key)
        """
    )


def _paid(cast: Cast, first: int, last: int, where: str = "true") -> str:
    """Ordinary payments settled between two working days, with an own ticket."""
    return f"""select payments.payment_no, persons.resident_key
        from world.person_payment as payments join world.tax_person as persons using (registration_key)
        where payments.kind_code = '1' and payments.settled_at::date between date '{cast.day(first)}' and date '{cast.day(last)}'
            and payments.household_payment_no is null
            and payments.payment_no not in (select payment_no from world.person_refund) and ({where})"""


def _payments(world: "World", cast: Cast) -> None:
    cast.act("person_return_not_read", cast.pick(_paid(cast, -25, -8), 3))
    cast.act("person_return_not_read", cast.pick(_paid(cast, -7, -6), 1), until=cast.day(-4))
    cast.act("person_return_not_read", cast.pick(_paid(cast, -1, -1), 1), until=cast.day(4))
    cast.act("person_not_posted", cast.pick(_paid(cast, -60, -8), 3))
    cast.act("posting_not_fed_back", cast.pick(_paid(cast, -40, -8), 3))
    cast.act("posting_not_fed_back", cast.pick(_paid(cast, -2, -1), 1), until=cast.day(6))
    cast.act("person_return_missing", cast.pick(_paid(cast, -20, -6), 2), kind="remittance")
    cast.act("person_return_missing", cast.pick(_paid(cast, -20, -6), 2), kind="settlement")
    cast.act("person_return_missing", cast.pick(_paid(cast, -1, -1), 1), kind="settlement", until=cast.day(1))
    cast.act("person_settlement_not_read", cast.pick(_paid(cast, -30, -8), 2))
    refunded = f"""select refunds.payment_no, persons.resident_key from world.person_refund as refunds
        join world.person_payment as payments using (payment_no) join world.tax_person as persons using (registration_key)
        where refunds.refunded_at::date between date '{cast.day(-220)}' and date '{cast.day(-5)}'"""
    cast.act("refund_not_told", cast.pick(refunded, 1))
    cast.act("refund_not_told", cast.pick(refunded, 1), read=False)
    for attribute in ("amount", "name", "id_number", "agency_code", "person_no"):
        cast.act("person_return_differs", cast.pick(_paid(cast, -20, -6), 1), attribute=attribute)
    cast.act("person_return_differs", cast.pick(_paid(cast, -20, -6), 1), attribute="amount", side="remittance")
    twice = cast.pick(_paid(cast, -45, -30, "payments.insurance_code = '10210'"), 3)
    cast.act("paid_twice", twice, refunded_share=0.6)


def _registrations(world: "World", cast: Cast) -> None:
    stopped = f"""select registration_key, resident_key from world.tax_person
        where stopped_on between date '{cast.day(-160)}' and date '{cast.day(-9)}' and coalesce(ended_at, suspended_at) is not null and """
    cast.act(
        "change_not_pushed",
        cast.pick(f"{stopped} ended_at is not null and end_reason_code in ('dead', 'moved', 'enlisted')", 3),
    )
    cast.act("change_not_pushed", cast.pick(f"{stopped} ended_at is null and end_reason_code = 'suspended'", 1))
    cast.act("change_not_pushed",
        cast.pick(f"""select registration_key, resident_key from world.tax_person where end_reason_code in ('dead', 'suspended')
            and stopped_on between date '{cast.day(-3)}' and date '{cast.day(-1)}' and coalesce(ended_at, suspended_at) is not null""", 2),
        until=cast.day(3),
    )  # fmt: skip
    for code in ("10212", "10210"):
        cast.act("number_left_in_tax",
            cast.pick(f"""select registration_key, persons.resident_key from world.tax_person as persons
                join world.insured as insured on insured.insured_key = persons.registration_key
                where persons.insurance_code = '{code}' and insured.old_person_no is not null and {VALID}
                    and persons.created_at < timestamp '2022-01-01'""", 3),
        )  # fmt: skip


def _agreements(world: "World", cast: Cast) -> None:
    signed = f"""select persons.registration_key, persons.resident_key from world.tax_person as persons
        join world.person_agreement as agreements using (registration_key)
        where agreements.is_batch and agreements.ended_on is null and {VALID} """
    cast.act("amount_not_set",
        cast.pick(f"""{signed} and signed_on between date '{cast.day(-90)}' and date '{cast.day(-1)}'
            and not exists (select 1 from world.batch_item as items
                where items.registration_key = persons.registration_key and items.generated_at <= {cast.today})""", 4),
    )  # fmt: skip
    old = f"{signed} and signed_on < date '2025-01-01'"
    cast.act("signed_twice", cast.pick(old, 3), on=cast.day(-15))
    ended = cast.pick(old, 2)
    cast.act("signed_twice", ended, on=cast.day(-15), first_ended=True)
    if ended:
        world.note_near_miss(
            "A10.13", f"select agreement_key from world.person_agreement where registration_key in ({ended})", "the first agreement ended"
        )  # fmt: skip


def _batch(world: "World", cast: Cast) -> None:
    anchor = cast.day(0)
    year = anchor[:4]
    holder = f"""select persons.registration_key, persons.resident_key from world.tax_person as persons
        join world.person_agreement as agreements using (registration_key)
        join world.person_amount as amounts on amounts.registration_key = persons.registration_key and amounts.fee_year = {year}
        where persons.insurance_code = '10210' and agreements.is_batch and agreements.ordinal = 0 and agreements.ended_on is null
            and agreements.signed_on < date '{cast.day(-20)}' and amounts.set_at < timestamp '{anchor}'"""
    verified, unverified = "agreements.verify_code = '1'", "agreements.verify_code = '0'"
    has_paid = f"""exists (select 1 from world.person_payment as payments where payments.registration_key = persons.registration_key
        and payments.fee_year = {year} and payments.kind_code <> '2' and payments.settled_at < timestamp '{cast.day(-3)}'
        and payments.payment_no not in (select payment_no from world.person_refund))"""
    # under any number of the person
    unseen = f"""not exists (select 1 from world.person_payment as payments join world.tax_person as others using (registration_key)
        where others.resident_key = persons.resident_key and payments.insurance_code = persons.insurance_code and payments.fee_year = {year}
            and payments.declared_at <= {cast.today})"""
    paid = cast.pick(f"{holder} and {verified} and {VALID} and {has_paid}", 3)
    cast.act("listed_though_paid", paid, on=anchor)
    unpaid = cast.pick(f"{holder} and {verified} and {VALID} and {unseen}", 3)
    cast.act("list_for_round", unpaid, on=anchor)
    cast.act("listed_without_agreement", cast.pick(f"{holder} and {unverified} and {VALID} and {unseen}", 1), on=anchor)
    stopped = f"coalesce(suspended_at, ended_at) between timestamp '{cast.day(-200)}' and timestamp '{cast.day(-2)}'"
    cast.act("listed_though_stopped", cast.pick(f"{holder} and {stopped}", 2), on=anchor)
    cast.near_miss("B11.2", unpaid, "in the list, not paid this year")
    refused = f"""select items.item_no, persons.resident_key from world.batch_item as items join world.tax_person as persons using (registration_key)
        where items.return_code <> '90000' and items.returned_at::date between date '{cast.day(-60)}' and date '{cast.day(-4)}'
            and persons.insurance_code in {FLEXIBLE}"""
    cast.act("item_not_submitted", cast.pick(refused, 2))
    cast.act("refused_item_not_voided", cast.pick(refused, 3))
    cast.act("preprocessing_inactive",
        cast.pick(f"""select persons.registration_key, persons.resident_key from world.tax_person as persons
            join world.preprocessing as made on made.registration_key = persons.registration_key and made.fee_year = {year}
            join world.person_agreement as agreements on agreements.registration_key = persons.registration_key and agreements.is_batch
                and agreements.verify_code = '1' and agreements.ended_on is null and agreements.signed_on < date '{cast.day(-10)}'
            where {VALID} and made.created_at < timestamp '{cast.day(-10)}'
                and not exists (select 1 from world.batch_item as items where items.registration_key = persons.registration_key
                    and items.period_end >= date '{year}-01-01' and items.generated_at <= {cast.today})""", 2),
    )  # fmt: skip


def _messages(world: "World", cast: Cast) -> None:
    fresh = """select registration_key, resident_key from world.tax_person as persons
        where created_at::date between date '{first}' and date '{last}' and stopped_on is null
            and not exists (select 1 from world.person_payment as payments
                where payments.registration_key = persons.registration_key and payments.declared_at <= {today})
            and not exists (select 1 from world.batch_item as items
                where items.registration_key = persons.registration_key and items.generated_at <= {today})"""
    for code in FAILURES:
        source = fresh.format(today=cast.today, first=cast.day(-150), last=cast.day(-5))
        if code in OCCUPIED:
            source += " and department_code = 'NHSA'"
        found = cast.pick(source, 1)
        cast.act("message_fails", found, code=code)
    found = cast.pick(fresh.format(today=cast.today, first=cast.day(-5), last=cast.day(-4)), 1)
    cast.act("message_fails", found, code="05", until=cast.day(-3))


def _specials(world: "World", cast: Cast) -> None:
    due = """select dues.special_key, insured.resident_key from world.special_due as dues
        join world.special_receipt as receipts using (special_key)
        join world.insured as insured on insured.insured_key = dues.insured_key
        where dues.department_code = '{department}' and dues.withdrawn_at is null and receipts.state_code = '1'
            and receipts.received_at::date between date '{first}' and date '{last}'"""
    for department in ("HRSS", "NHSA"):
        recent = due.format(department=department, first=cast.day(-240), last=cast.day(-5))
        cast.act("special_fails", cast.pick(recent, 1), reason="number")
        cast.act("special_stuck", cast.pick(recent, 2), before="platform")
        cast.act("special_stuck", cast.pick(recent, 2), before="tax")
        cast.act("special_fails", cast.pick(recent, 1), reason="period")
    flexible = (
        due.format(department="NHSA", first=cast.day(-60), last=cast.day(-3)) + " and insured.insurance_code = '10203L'"
    )
    cast.act("special_fails", cast.pick(flexible, 2), reason="care")
    healed = due.format(department="HRSS", first=cast.day(-4), last=cast.day(-3))
    cast.act("special_fails", cast.pick(healed, 1), reason="number", until=cast.day(-2))


def note_computed(world: "World") -> None:
    """Truth that follows from the final world whoever planted it: numbers that tax holds valid and the agency does not, twins."""
    # rule: delay, which changes tell of it, what the department holds
    stops = {
        "B1.01a": (
            "B1.01",
            "('dead', 'benefits_suspended')",
            "persons.insurance_code = '10210' and (insured.end_reason_code = 'dead' or insured.benefits_suspended_on is not null)",
        ),
        "B1.02a": (
            "B1.02",
            "('dead', 'enlisted', 'moved')",
            "(insured.end_reason_code in ('dead', 'enlisted', 'moved') or changes.kind_code = 'enlisted')",
        ),
        "B8.1": (
            "B1.02",
            "('suspended', 'enlisted', 'employed')",
            "insured.suspended_on is not null and insured.ended_on is null",
        ),
        "B8.2": (
            "B1.02",
            "('dead', 'enlisted', 'moved', 'employed', 'student', 'flexible', 'merged')",
            "insured.ended_on is not null",
        ),
    }
    world.sql(
        """
        create or replace temp table known_stop as
        select insured_key, kind_code, registered_at from world.person_change
        union all
        select insured.insured_key, 'merged', merges.merged_at
        from world.person_merge as merges join world.insured as insured
            on insured.department_code = merges.department_code and insured.source_system = merges.source_system
                and insured.person_no = merges.old_person_no
        """
    )
    for rule, (delay, kinds, chosen) in stops.items():
        world.note_truth(
            f"""
            select '{rule}', registration_key, 'computed', known_on, visible_from, visible_to
            from (
                select persons.registration_key, coalesce(changes.registered_on, persons.stopped_on) as known_on,
                    greatest({past(delay, "known_on")}, persons.created_at::date) as visible_from,
                    least(persons.ended_at, persons.suspended_at)::date as visible_to
                from world.tax_person as persons
                join world.insured as insured on insured.insured_key = persons.registration_key
                left join (
                    select insured_key, arg_max(kind_code, registered_at) as kind_code, max(registered_at)::date as registered_on
                    from known_stop where kind_code in {kinds} group by insured_key
                ) as changes on changes.insured_key = persons.registration_key
                where persons.stopped_on is not null and ({chosen})
            )
            where (visible_to is null or visible_to > visible_from)
                and registration_key not in (select subject_key from world.truth where rule_id = '{rule}')
            """
        )
    _note_doubles(world)
    _note_left_out(world)
    world.note_truth(
        """
        select 'A10.02', receipt_no, 'computed', received_at::date, received_at::date, handled_at::date from world.special_receipt
        where state_code = '2' and receipt_no not in (select subject_key from world.truth where rule_id = 'A10.02')
        """
    )
    world.sql(
        """
        create or replace temp table living_number as
        select persons.registration_key, persons.insurance_code, persons.person_no, persons.created_at::date as first_day,
            coalesce(least(persons.ended_at, persons.suspended_at)::date, date '9999-12-31') as last_day,
            case when length(id) = 15 then left(id, 6) || '19' || right(id, 9) || id_check(left(id, 6) || '19' || right(id, 9)) else id end as identity
        from (
            select persons.*, upper(trim(coalesce(persons.id_number_here,
                case when files.corrected_at is not null and files.correction_read_at is null then files.previous_id_number end,
                files.known_id_number, residents.id_number))) as id
            from world.tax_person as persons join world.resident as residents using (resident_key)
            left join world.person_file as files
                on files.file_key = persons.department_code || '|' || persons.source_system || '|' || persons.person_no
        ) as persons
        """
    )
    world.note_truth(
        """
        select 'A10.12', registration_key, 'computed', min(since), min(since), case when max(until) < date '9999-12-31' then max(until) end
        from (
            select one.registration_key, greatest(one.first_day, other.first_day) as since, least(one.last_day, other.last_day) as until
            from living_number as one
            join living_number as other on other.identity = one.identity and other.insurance_code = one.insurance_code
                and other.person_no <> one.person_no
            where greatest(one.first_day, other.first_day) < least(one.last_day, other.last_day)
        )
        group by registration_key
        """
    )
    world.note_truth(
        """
        select 'A10.13', agreement_key, 'computed', min(since), min(since), case when max(until) < date '9999-12-31' then max(until) end
        from (
            select one.agreement_key, greatest(one.signed_on, other.signed_on, a.first_day, b.first_day) as since,
                least(coalesce(one.ended_on, date '9999-12-31'), coalesce(other.ended_on, date '9999-12-31'), a.last_day, b.last_day) as until
            from world.person_agreement as one
            join living_number as a on a.registration_key = one.registration_key
            join living_number as b on b.identity = a.identity and b.insurance_code = a.insurance_code
            join world.person_agreement as other on other.registration_key = b.registration_key and other.agreement_key <> one.agreement_key
            where one.is_batch and other.is_batch and since < until
        )
        group by agreement_key
        """
    )
    # signed for batch deduction of flexible insurance, and never verified by the bank
    world.note_truth(
        f"""
        select 'B11.1', registration_key, 'computed', since, workday_after(since, 2), case when until < date '9999-12-31' then until end
        from (
            select registration_key, min(greatest(signed_on, first_day)) as since, max(least(coalesce(ended_on, date '9999-12-31'), last_day)) as until
            from world.person_agreement join living_number using (registration_key)
            where is_batch and insurance_code in {FLEXIBLE} and registration_key not in (select subject_key from world.truth where rule_id = 'B11.1')
            group by registration_key having bool_and(verify_code = '0')
        )
        where until > workday_after(since, 2)
        """
    )


def _note_doubles(world: "World") -> None:
    """B1.02b, B1.01b: a number that the department has ended beside a living one of the person, both valid at tax."""
    pair = """
        select one.registration_key, coalesce(stops.registered_on, one.stopped_on) as known_on,
            greatest({past}, one.created_at::date, other.created_at::date) as visible_from,
            least(least(one.ended_at, one.suspended_at)::date, least(other.ended_at, other.suspended_at)::date, {until}) as visible_to
        from world.tax_person as one
        join world.insured as ended on ended.insured_key = one.registration_key and ended.ended_on is not null
        join world.insured as living on living.resident_key = ended.resident_key and living.insurance_code = ended.insurance_code
            and living.insured_key <> ended.insured_key
        join world.tax_person as other on other.registration_key = living.insured_key
        left join (select insured_key, max(registered_at)::date as registered_on from known_stop where {kinds} group by insured_key) as stops
            on stops.insured_key = ended.insured_key
        where {chosen}"""
    rules = {
        "B1.02b": ("B1.02", "kind_code = 'merged'", "ended.end_reason_code = 'merged'", "null::date"),
        "B1.01b": (
            "B1.01",
            "kind_code in ('dead', 'moved', 'merged')",
            "one.insurance_code = '10210' and coalesce(living.ended_on > ended.ended_on, true)",
            "living.ended_on",
        ),
    }
    for rule, (delay, kinds, chosen, until) in rules.items():
        rows = pair.format(past=past(delay, "known_on"), kinds=kinds, chosen=chosen, until=until)
        world.note_truth(
            f"""
            select '{rule}', registration_key, 'computed', min(known_on), min(visible_from), max(visible_to) from ({rows})
            where (visible_to is null or visible_to > visible_from)
                and registration_key not in (select subject_key from world.truth where rule_id = '{rule}')
            group by registration_key
            """
        )


def _note_left_out(world: "World") -> None:
    """B9.1: what one side has and the other lacks, whoever kept it back."""
    feedback = """select payments.payment_no, payments.settled_at, payments.settlement_returned_at, payments.settlement_read_at
        from world.person_payment as payments where payments.settled_at is not null"""
    rows = {
        "special dues that tax did not receive": f"""
            select dues.special_key, dues.assessed_at::date, {past("B9.1", "dues.assessed_at")},
                least(dues.withdrawn_at, receipts.received_at)::date
            from world.special_due as dues left join world.special_receipt as receipts using (special_key)""",
        "settlements not returned": f"""select payment_no, settled_at::date, {past("B9.1f", "settled_at")}, settlement_returned_at::date
            from ({feedback})""",
        "settlements not read": f"""select payment_no, settlement_returned_at::date, {past("B9.1f", "settlement_returned_at")},
            settlement_read_at::date from ({feedback}) where settlement_returned_at is not null""",
        "refunds not told": f"""select refund_no, refunded_at::date, {past("B9.1f", "refunded_at")}, sent_at::date
            from world.person_refund where refunded_at is not null""",
        "refunds not read": f"""select refund_no, sent_at::date, {past("B9.1f", "sent_at")}, read_at::date
            from world.person_refund where sent_at is not null""",
    }
    for name, query in rows.items():
        world.note_truth(
            f"""
            select 'B9.1', subject_key, '{name}', since_date, visible_from, visible_to
            from ({query}) as given(subject_key, since_date, visible_from, visible_to)
            where (visible_to is null or visible_to > visible_from)
            """
        )
    world.note_truth(
        f"""
        select 'B9.1', registration_key, 'ends that tax was not told', known_on, visible_from, visible_to
        from (
            select persons.registration_key, coalesce(stops.registered_on, persons.stopped_on) as known_on,
                greatest({past("B9.1", "known_on")}, persons.created_at::date) as visible_from,
                least(persons.ended_at, persons.suspended_at)::date as visible_to
            from world.tax_person as persons
            join world.insured as insured on insured.insured_key = persons.registration_key
            left join (select insured_key, min(registered_at)::date as registered_on from known_stop group by insured_key) as stops
                on stops.insured_key = persons.registration_key
            where persons.stopped_on is not null and insured.withdrawn_at is null
        )
        where (visible_to is null or visible_to > visible_from)
            and registration_key not in (select subject_key from world.truth where rule_id = 'B9.1')
        """
    )
