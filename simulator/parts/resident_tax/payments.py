"""Who pays what, when and how: fee units due, rounds of batch deduction, payments by their channels, special dues, refunds."""

import datetime as dt
from typing import TYPE_CHECKING, Any

from simulator.params import choose_sql
from simulator.part import Block, settings

if TYPE_CHECKING:
    from simulator.world import World

FLEXIBLE = "('10201L', '10203L')"
CARE = "多核定长期护理险，校验不通过"  # why tax cannot take over a special due with long-term care in it


def spread(chance: str, days: list[list[float]]) -> str:
    """SQL of the day that a chance falls on: cumulative shares with their first and last day after the opening."""
    cases, low = [], 0.0
    for bound, first, last in days:
        cases.append(
            f"when {chance} < {bound} then {first} + floor(({chance} - {low}) / {bound - low:.6f} * {last - first + 1})::int"
        )
        low = bound
    return f"least(case {' '.join(cases)} end, {days[-1][2]})"


def find_units(world: "World", horizon: dt.date) -> None:
    """Temp table `fee_unit`: what may be paid at once, from when, until when, and the days of its batch rounds."""
    p = settings("resident_tax")
    start = f"month_first('{world.scale.history_start}')"
    first_year = int(world.scale.history_start[:4])
    selects = []
    for code in ("10212", "10210"):
        season = p["seasons"][code]
        opens, closes = (
            f"make_date(fee_year + {year}, {month}, {day})" for year, month, day in (season["opens"], season["closes"])
        )
        rounds = ", ".join(
            f"workday_not_before(make_date(fee_year + {season['opens'][0]}, {month}, {day}))" for month, day in p["batch"]["rounds"][code]
        )  # fmt: skip
        selects.append(
            f"""select '{code}' as insurance_code, null as rhythm, fee_year, make_date(fee_year, 1, 1) as period_begin,
                make_date(fee_year, 12, 31) as period_end, {opens} as opens, {closes} as closes, {rounds}
            from range({first_year}, {horizon.year} + 2) as years(fee_year)
            where {opens} <= date '{horizon.isoformat()}' and {closes} >= {start}"""
        )
    one, two = p["batch"]["rounds"]["flexible"]
    rhythms = {
        "month": ("true", "month", "month"),
        "quarter": ("extract(month from month) % 3 = 0", "month - interval 2 month", "month"),
        "year": ("extract(month from month) = 12", "month - interval 11 month", "month"),
    }
    for rhythm, (chosen, begins, ends) in rhythms.items():
        for code in ("10201L", "10203L"):
            selects.append(
                f"""select '{code}', '{rhythm}', extract(year from month)::int, ({begins})::date, last_day({ends}), month::date, last_day(month),
                    workday_not_before(month::date + {one - 1}), workday_not_before(month::date + {two - 1}), null
                from generate_series({start}::timestamp, timestamp '{horizon.isoformat()}', interval 1 month) as months(month) where {chosen}"""
            )
    world.sql(
        f"""
        create or replace temp table fee_unit (insurance_code varchar, rhythm varchar, fee_year int, period_begin date, period_end date,
            opens date, closes date, round_1 date, round_2 date, round_3 date);
        insert into fee_unit {" union all ".join(selects)};
        """
    )


def find_due(world: "World", block: Block, horizon: dt.date) -> None:
    """Temp table `due`: each fee unit of each registration, whether it is paid, when, and by which way."""
    p = settings("resident_tax")
    batch, virtual = p["batch"], p["virtual"]
    find_units(world, horizon)
    rates = " union all ".join(
        f"select '{code}' as insurance_code, bureau_code, {low} + {high - low:.4f} * chance(bureau_code, 'renewal {code}') as rate from ref_bureau"
        for code, (low, high) in p["renewal"].items()
    )
    low, high = p["newcomer_days"]
    first, last = p["flexible"]["tariff_month_day"]
    bounds = _success_bounds(batch["success"])
    reached = " ".join(f"when c < {bound:.6f} then {n}" for n, bound in enumerate(bounds, start=1))
    county = "substr(village_code, 5, 2)::int > 9"
    world.sql(
        f"""
        create or replace temp table renewal as {rates};
        create or replace temp table payer as
        select persons.registration_key, dice_low(persons.registration_key, 'paying habit') as habit,
            persons.insurance_code, persons.created_at, persons.bureau_code, persons.village_code,
            persons.department_code, persons.resident_no, persons.slot,
            residents.group_code, residents.school_code, (residents.is_student and residents.school_code is not null and persons.insurance_code = '10212')
                or village.village_no between {block.first} and {block.last} as is_home,
            coalesce(residents.is_student and persons.insurance_code = '10212', false) as is_student, residents.birth_date,
            insured.tier_amount, insured.enrolled_on,
            coalesce(least(persons.ended_at::date, persons.suspended_at::date, persons.stopped_on, residents.died_on),
                date '9999-12-31') as stops_on,
            case when persons.insurance_code in {FLEXIBLE} then {choose_sql("dice(habit, 2)", p["flexible"]["rhythms"])} end as rhythm,
            renewal.rate, agreements.agreement_key, agreements.signed_on, coalesce(agreements.ended_on, date '9999-12-31') as agreement_ends,
            agreements.verify_code
        from world.tax_person as persons
        join world.resident as residents on residents.resident_key = persons.resident_key
        join world.insured as insured on insured.insured_key = persons.registration_key
        join village on village.village_code = persons.village_code
        join renewal on renewal.insurance_code = persons.insurance_code and renewal.bureau_code = persons.bureau_code
        left join world.person_agreement as agreements
            on agreements.registration_key = persons.registration_key and agreements.is_batch and agreements.ordinal = 0;

        create or replace temp table assessed as
        select dues.insured_key as registration_key, units.period_end, sum(dues.amount) as amount, max(dues.read_at) as read_at
        from world.flexible_due as dues
        join payer on payer.registration_key = dues.insured_key
        join fee_unit as units on units.insurance_code = payer.insurance_code and units.rhythm = payer.rhythm
            and month_first(dues.period) between units.period_begin and units.period_end
        where dues.read_at is not null and dues.withdrawn_at is null
        group by all;

        create or replace temp table due as
        with unit as (
            select payer.*, assessed.amount as assessed_amount, assessed.read_at::date as assessed_on,
                units.fee_year, units.period_begin, units.period_end, units.opens, units.closes,
                units.round_1, units.round_2, units.round_3, coalesce(units.round_3, units.round_2) as last_round,
                dice_low(payer.registration_key || units.period_end, 'fee unit') as h,
                dice_high(payer.registration_key || units.period_end, 'fee unit') as g,
                case when dice(h, 3) < {p["habit_share"]} then dice(habit, 1) else dice(h, 0) end < rate as is_paying,
                enrolled_on > units.opens + 100 as is_newcomer,
                agreement_key is not null and signed_on < round_1 - 3 and agreement_ends > last_round and created_at::date < round_1 - 3
                    and coalesce(assessed_on < round_1, true)
                    and stops_on > round_1 and dice(g, 0) >= {p["agreements"]["pays_otherwise"]} as is_batch,
                dice(g, 1) / case when is_paying then 1 else 0.25 end + case when verify_code = '0' then 1 else 0 end as c
            from payer
            join fee_unit as units on units.insurance_code = payer.insurance_code and units.rhythm is not distinct from payer.rhythm
            left join assessed on assessed.registration_key = payer.registration_key and assessed.period_end = units.period_end
            where stops_on > units.opens
                and (payer.insurance_code not in {FLEXIBLE} or assessed.amount > 0)
                and enrolled_on < case when payer.insurance_code = '10212' then units.period_end - 40 else units.closes end
                and (payer.insurance_code <> '10210' or birth_date + interval {p["pension_age"]} year > units.round_1)
        ),
        dated as (
            select *,
                case when is_batch then case {reached} end end as success_round,
                case
                    when is_batch and success_round is not null then case success_round when 1 then round_1 when 2 then round_2 else round_3 end
                    when is_batch then case when dice(g, 2) < {batch["pays_after_refusal"]}
                        then least(last_round + 3 + floor(dice(g, 3) * 18)::int, case when closes > last_round then closes else last_round + 9 end) end
                    when not is_paying then null
                    when insurance_code in {FLEXIBLE}
                        then greatest(opens + {first - 1} + floor(dice(h, 1) * {last - first + 1})::int, assessed_on + 1)
                    when is_newcomer then enrolled_on + {low} + floor(dice(h, 1) * {high - low + 1})::int
                    when agreement_key is not null and signed_on < round_1 - 3 then opens + floor(dice(h, 1) * (round_1 - 4 - opens))::int
                    when insurance_code = '10210' then opens + {spread("dice(h, 1)", p["seasons"]["10210"]["days"])}
                    when is_student then opens + {spread("dice(h, 1)", p["seasons"]["student"]["days"])}
                    else opens + {spread("dice(h, 1)", p["seasons"]["10212"]["days"])}
                end as wanted_on,
                case
                    when is_batch and success_round is not null then '31'
                    when insurance_code not in {FLEXIBLE} and dice(g, 2) < case when group_code = 'poor' then {virtual["poor"]}
                        when is_student then {virtual["student"]} when {county} then {virtual["county"]} else {virtual["city"]} end
                        and is_home and not is_batch then '41'
                    else {choose_sql("dice(g, 3)", p["channels"])}
                end as channel_code
            from unit
        )
        select * exclude (h, g, c, habit, rate),
            case channel_code
                when '41' then workday_not_before(wanted_on + (12 - isodow(wanted_on))::int % 7)
                when '21' then workday_not_before(wanted_on) when '51' then workday_not_before(wanted_on)
                else wanted_on end as pay_on
        from dated
        """
    )


def _success_bounds(rates: list[float]) -> list[float]:
    """Chance of having succeeded by each round."""
    bounds, open_share = [], 1.0
    for rate in rates:
        open_share *= 1 - rate
        bounds.append(1 - open_share)
    return bounds


def debit(world: "World", horizon: dt.date) -> None:
    """The lists of the batch rounds, what the banks answered, and the voiding of what was refused."""
    refusals: dict[str, Any] = settings("resident_tax")["batch"]["refusals"]
    start = f"month_first('{world.scale.history_start}')"
    world.sql(
        f"""
        create or replace temp table attempt as
        select *, case n when 1 then round_1 when 2 then round_2 else round_3 end as day,
            coalesce(n = success_round and day < stops_on, false) as succeeds,
            dice_low(registration_key || day, 'round') as d
        from (select *, unnest([1, 2, 3]) as n from due where is_batch)
        where n <= coalesce(success_round, case when round_3 is null then 2 else 3 end)
            and day >= {start} and workday_after(day, -1) < stops_on and workday_after(day, -1) <= date '{horizon.isoformat()}';

        insert into world.batch_item
        select 'Q' || strftime(day, '%y%m%d') || substr(persons.fee_registration_no, 2),
            'P' || strftime(day, '%Y%m%d') || case attempt.insurance_code when '10212' then 'Y' when '10210' then 'L' else 'H' end
                || substr(attempt.bureau_code, 2, 6),
            attempt.registration_key, attempt.agreement_key, attempt.insurance_code, null, attempt.period_begin, attempt.period_end,
            {_amount("attempt")},
            moment(workday_after(day, -1), dice(d, 0), 540, 1020), moment(day, dice(d, 1), 500, 570), moment(day, dice(d, 2), 985, 1035),
            case when succeeds then '90000' when attempt.verify_code = '0' then '24011' else {choose_sql("dice(d, 3)", refusals)} end,
            case when not succeeds then moment(workday_after(day, 1), dice(d, 0), 540, 700) end
        from attempt join world.tax_person as persons on persons.registration_key = attempt.registration_key
        left join tariff on tariff.insured_year = attempt.fee_year
        """
    )


def _amount(table: str) -> str:
    """SQL of the amount of a unit."""
    return f"""case {table}.insurance_code when '10212' then coalesce(tariff.amount, 400) when '10210' then coalesce(tier_amount, 200)
        else assessed_amount end"""


PAYMENT_NO = """'4450' || (2 + slot // 4) || case department_code when 'HRSS' then '6' else '5' end || strftime(issued_at, '%y%m')
    || format('{:08d}', resident_no * 12 + (slot % 4) * 3 + ordinal)"""


def collect(world: "World", horizon: dt.date) -> None:
    """The payments, dated up to the horizon, with the moment of their issue; what follows is planned in `steps`."""
    start = f"month_first('{world.scale.history_start}')"
    world.sql(
        f"""
        create or replace temp table new_payment as
        select registration_key, due.insurance_code, department_code, resident_no, slot, bureau_code, village_code, school_code, is_student,
            fee_year, '1' as kind_code, period_begin, period_end, {_amount("due")} as amount, channel_code, pay_on, wanted_on,
            null::varchar as special_key,
            case when due.insurance_code in {FLEXIBLE} then extract(month from period_end)::int % 2 else fee_year % 2 end as ordinal,
            dice_low(registration_key || period_end, 'pay') as d, dice_high(registration_key || period_end, 'pay') as e,
            case channel_code when '31' then moment(pay_on, dice(d, 0), 985, 1035)
                when '21' then moment(pay_on, dice(d, 0), 540, 1010) when '51' then moment(pay_on, dice(d, 0), 540, 1010)
                else moment(pay_on, dice(d, 0), 400, 1370) end as issued_at,
            {PAYMENT_NO} as payment_no
        from due left join tariff on tariff.insured_year = due.fee_year
        where pay_on >= {start} and wanted_on <= date '{horizon.isoformat()}' and pay_on > created_at::date and pay_on < stops_on;

        update world.batch_item set payment_no = paid.payment_no
        from new_payment as paid
        where paid.registration_key = batch_item.registration_key and paid.period_end = batch_item.period_end
            and paid.channel_code = '31' and batch_item.return_code = '90000';
        """
    )


def declare_only(world: "World", horizon: dt.date) -> None:
    """Some who do not pay have declared; some of them let a ticket be issued, and it was voided unpaid."""
    p = settings("resident_tax")
    start = f"month_first('{world.scale.history_start}')"
    world.sql(
        f"""
        insert into world.person_payment (payment_no, registration_key, insurance_code, fee_year, kind_code, period_begin, period_end, amount,
            channel_code, ticket_no, declared_at, issued_at, voided_at)
        select {PAYMENT_NO.replace("issued_at", "declared")}, registration_key, insurance_code, fee_year, '1', period_begin, period_end, amount,
            case when dice(d, 1) < 0.7 then '11' else '12' end, {PAYMENT_NO.replace("issued_at", "declared")}, declared,
            case when dice(d, 2) < {p["ticket_voided"]} then declared + interval 3 minute end,
            case when dice(d, 2) < {p["ticket_voided"]} then moment(workday_after(declared, 1), dice(d, 3), 540, 700) end
        from (
            select due.*, {_amount("due")} as amount, dice_low(registration_key || due.period_end, 'declares') as d,
                dice_high(registration_key || due.period_end, 'declares') as e,
                case when due.insurance_code in {FLEXIBLE} then extract(month from due.period_end)::int % 2 else due.fee_year % 2 end as ordinal,
                moment(greatest(opens, enrolled_on + 3, assessed_on + 1) + floor(dice(d, 0) * (closes - opens))::int, dice(d, 3), 500, 1300) as declared
            from due left join tariff on tariff.insured_year = due.fee_year
            where not is_paying and not is_batch and wanted_on is null
        )
        where dice(e, 0) < {p["declared_unpaid"]} and declared::date between {start} and date '{horizon.isoformat()}'
            and declared::date > created_at::date and declared::date < stops_on
        """
    )


def add_specials(world: "World", horizon: dt.date) -> None:
    """Special dues (特殊缴费): received from the sharing platform; most are paid within a month."""
    p = settings("resident_tax")
    world.sql(
        f"""
        insert into world.special_receipt
        select special_key, 'TS' || special_key, platform_at + to_minutes(15 + floor(chance(special_key, 'receipt') * 50)::int),
            case when care_amount > 0 then '2' else '1' end, case when care_amount > 0 then '{CARE}' end, null
        from world.special_due
        where platform_at is not null and sent_at is not null and (withdrawn_at is null or withdrawn_at > platform_at);

        insert into new_payment
        select registration_key, insurance_code, department_code, resident_no, slot, bureau_code, village_code, null, false,
            extract(year from period_end)::int, '2', period_begin, period_end, amount,
            case when dice(d, 1) < 0.6 then '11' when dice(d, 1) < 0.9 then '51' else '21' end,
            workday_not_before(received_at::date + 1 + floor(dice(d, 2) * 20)::int) as pay_on, pay_on, special_key, 2 as ordinal, d, e,
            moment(pay_on, dice(d, 0), 540, 1010) as issued_at, {PAYMENT_NO}
        from (
            select persons.*, dues.special_key, dues.period_begin, dues.period_end, dues.amount, dues.withdrawn_at, receipts.received_at,
                dice_low(dues.special_key, 'special') as d, dice_high(dues.special_key, 'special') as e
            from world.special_receipt as receipts
            join world.special_due as dues on dues.special_key = receipts.special_key
            join world.tax_person as persons on persons.registration_key = dues.insured_key
            where receipts.state_code = '1'
        )
        where dice(d, 3) < {p["special_paid_share"]} and pay_on <= date '{horizon.isoformat()}'
            and (withdrawn_at is null or withdrawn_at > pay_on) and pay_on < coalesce(least(ended_at, suspended_at), timestamp '9999-12-31')
        qualify row_number() over (partition by registration_key, strftime(pay_on, '%Y%m') order by pay_on, special_key) = 1
        """
    )


def refund(world: "World") -> None:
    """A few payments are paid back: applied for, approved, refunded, told to the department."""
    p = settings("resident_tax")["refunds"]
    low, high = p["days"]
    world.sql(
        f"""
        create or replace temp table refunded as
        select payment_no, amount, settled_at,
            moment(workday_not_before(greatest(issued_at::date + {low} + floor(dice(d, 0) * {high - low})::int, workday_after(settled_at, 1))),
                dice(d, 1), 540, 1000) as applied_at,
            {choose_sql("dice(d, 2)", p["reasons"])} as reason_code
        from (select *, dice_low(payment_no, 'refund') as d from world.person_payment)
        where dice(d, 3) < {p["share"]} and settled_at is not null and kind_code = '1';
        """
    )
    plan_refunds(world)


def plan_refunds(world: "World") -> None:
    """The way of the refunds applied for in temp table `refunded` (payment_no, amount, applied_at, reason_code)."""
    world.sql(
        """
        insert into world.person_refund
        select 'TF' || substr(payment_no, 3), payment_no, amount, reason_code, applied_at,
            moment(workday_after(applied_at, 1 + floor(dice(d, 0) * 4)::int), dice(d, 1), 540, 1000) as approved,
            moment(workday_after(approved, 1 + floor(dice(d, 2) * 3)::int), dice(d, 3), 540, 1000) as refunded_on,
            moment(workday_after(refunded_on, 1), dice(d, 1), 420, 500) as told,
            moment(told, dice(d, 0), 540, 960)
        from (select *, dice_low(payment_no, 'refund way') as d from refunded)
        """
    )
