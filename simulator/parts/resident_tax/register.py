"""What tax keeps about persons before any payment: registrations, agreements, amounts, pre-processing, messages received."""

import datetime as dt
from typing import TYPE_CHECKING

from simulator.params import choose_sql
from simulator.part import settings

if TYPE_CHECKING:
    from simulator.world import World


def register(world: "World") -> None:
    """Tax takes over each enrolment that it has read, and its end or suspension once it has read of that."""
    low, high = settings("resident_tax")["pace"]["change_days"]
    world.sql(
        f"""
        insert into world.tax_person
        select insured_key, '7' || format('{{:08d}}', resident_no) || format('{{:02d}}', slot), resident_key, resident_no, slot,
            department_code, source_system, person_no, insurance_code, agency_code, bureau_code, town_code, village_code, null, null,
            created,
            case when idle_on is not null and (left_on is null or idle_on < left_on) then stopped end,
            case when left_on <= coalesce(idle_on, left_on) then stopped
                when left_on is not null and stopped is not null then greatest(stopped + interval 1 hour, moment(
                    workday_after(left_on, {low} + floor(dice(d, 1) * {high - low + 1})::int), dice(d, 2), 510, 640)) end,
            least(idle_on, left_on),
            case when withdrawn_at::date = left_on and ended_on is null then 'withdrawn' when left_on <= coalesce(idle_on, left_on)
                then end_reason_code when idle_on = benefits_on then 'benefits' when idle_on is not null then 'suspended' end
        from (
            select insured.*, residents.resident_no,
                case insured.insurance_code when '10212' then 0 when '10210' then 1 when '10201L' then 2 else 3 end + 4 * (row_number() over (
                    partition by insured.resident_key, insured.insurance_code order by insured.enrolled_on, insured.insured_key)::int - 1) as slot,
                dice_low(insured_key, 'tax registration') as d,
                coalesce(insured.read_at, moment(workday_after(insured.enrolled_on, 1), dice(d, 0), 540, 960))
                    + to_minutes(25 + floor(dice(d, 3) * 60)::int) as created,
                least(insured.ended_on, insured.withdrawn_at::date) as left_on,
                least(insured.suspended_on, insured.benefits_on) as idle_on,
                greatest(created + interval 1 hour, coalesce(insured.stop_read_at, moment(workday_after(insured.withdrawn_at, 1), 0.5, 540, 700))
                    + to_minutes(20 + floor(dice(d, 1) * 60)::int)) as known_stop,
                case when coalesce(insured.stop_read_at, insured.withdrawn_at) is not null then known_stop end as stopped
            from world.insured as insured
            join world.resident as residents using (resident_key)
        )
        where read_at is not null
        """
    )


def luhn(digits: str, length: int) -> str:
    """SQL of the check digit of a bank card whose first `length` digits are given."""
    terms = []
    for place in range(1, length + 1):
        digit = f"substr({digits}, {place}, 1)::int"
        terms.append(f"(2 * {digit} - case when {digit} > 4 then 9 else 0 end)" if (length - place) % 2 == 0 else digit)
    return f"((10 - ({' + '.join(terms)}) % 10) % 10)::varchar"


def sign(world: "World") -> None:
    """Agreements for batch deduction: two-party for residents, tri-party for flexible employment."""
    p = settings("resident_tax")["agreements"]
    share = " ".join(f"when '{code}' then {part}" for code, part in p["share"].items())
    world.sql(
        f"""
        create or replace temp table signing as
        select registration_key, fee_registration_no, insurance_code, created_at, 0 as ordinal,
            dice_low(registration_key, 'agreement') as d, dice_high(registration_key, 'agreement') as e
        from world.tax_person join world.resident using (resident_key)
        where group_code is distinct from 'poor' and dice(d, 0) < case insurance_code {share} else 0 end;
        """
    )
    add_agreements(world)


def add_agreements(world: "World") -> None:
    """Agreements of the registrations in temp table `signing` (registration, created_at, ordinal, two dice)."""
    p = settings("resident_tax")["agreements"]
    last = f"date '{world.params.anchor.isoformat()}' + 120"
    world.sql(
        f"""
        insert into world.person_agreement
        select '8' || substr(fee_registration_no, 2) || ordinal, registration_key,
            case when insurance_code in ('10201L', '10203L') then '3' else '2' end, bank_code,
            bank_code || '6110' || format('{{:05d}}', 100 + floor(dice(d, 2) * 800)::int), card || {luhn("card", 18)},
            dice(e, 1) < {p["batch_share"]}, case when dice(e, 2) < 0.975 then '1' else '0' end,
            case when dice(e, 3) < 0.6 then '2' else '1' end, signed_on,
            case when dice(e, 2) > {1 - p["ended_share"]} then signed_on + 60 + floor(dice(e, 0) * 900)::int end, ordinal
        from (
            select *, {choose_sql("dice(d, 1)", p["banks"])} as bank_code,
                '62' || bank_code || format('{{:013d}}', e % 10000000000000) as card,
                greatest(created_at::date + 5, date '{p["first_day"]}') as earliest,
                workday_not_before(earliest + floor(dice(d, 3) * greatest({last} - earliest, 30))::int) as signed_on
            from signing
        )
        """
    )


def set_amounts(world: "World", horizon: dt.date) -> None:
    """The amount to be paid in a fee year: for all who signed for batch deduction, and for residents who chose a pension tier."""
    p = settings("resident_tax")["amounts"]
    first = int(world.scale.history_start[:4])
    world.sql(
        f"""
        create or replace temp table signed as
        select registration_key, min(signed_on) as signed_on from world.person_agreement where is_batch group by all;

        insert into world.person_amount
        select registration_key, fee_year,
            case insurance_code when '10212' then coalesce(tariff.amount, 400) when '10210' then coalesce(tier_amount, 200)
                else monthly_amount end,
            case when signed_on is null then case when dice(d, 1) < 0.3 then '3' else '1' end when dice(d, 1) < 0.5 then '1' else '2' end,
            greatest(
                case insurance_code when '10212' then moment(make_date(fee_year - 1, 9, 1) + floor(dice(d, 2) * 25)::int, dice(d, 3), 540, 1020)
                    when '10210' then moment(make_date(fee_year, 1, 5) + floor(dice(d, 2) * 70)::int, dice(d, 3), 540, 1020)
                    else moment(make_date(fee_year, 1, 2) + floor(dice(d, 2) * 6)::int, dice(d, 3), 540, 1020) end,
                signed_on + interval 11 hour, created_at + interval 1 hour)
        from (
            select persons.registration_key, persons.insurance_code, persons.created_at, insured.tier_amount,
                cents(insured.base_amount * item.flexible_rate) as monthly_amount, signed.signed_on, unnest(range({first}, {horizon.year} + 2)) as fee_year,
                dice_low(persons.registration_key, 'amount set') as d
            from world.tax_person as persons
            join world.insured as insured on insured.insured_key = persons.registration_key
            join person_item as item on item.insurance_code = persons.insurance_code
            left join signed on signed.registration_key = persons.registration_key
            where signed.registration_key is not null
                or (persons.insurance_code = '10210' and dice(d, 0) < {p["pension_set_share"]})
        )
        left join tariff on tariff.insured_year = fee_year
        where insurance_code = '10212' or fee_year <= {horizon.year};

        insert into world.preprocessing
        select registration_key, fee_year, set_at + interval 20 minute, set_at + interval 1 day + interval 20 minute
        from world.person_amount join signed using (registration_key) join world.tax_person as persons using (registration_key)
        where persons.insurance_code in ('10201L', '10203L')
        """
    )


def note_messages(world: "World") -> None:
    """What tax received about persons in the time of the history: base information, then enrolment; later changes."""
    start = f"month_first('{world.scale.history_start}')"
    world.sql(
        f"""
        insert into world.person_message
        select 'BW' || kind || substr(fee_registration_no, 2), kind, department_code, source_system, person_no, resident_key, insurance_code,
            received - interval 25 minute, received, '1', null, null, null
        from (
            select *, unnest(['1', '2']) as kind, created_at - to_minutes(unnest([6, 4])) as received
            from world.tax_person where created_at >= {start}
            union all
            select *, '3', least(suspended_at, ended_at) - interval 3 minute from world.tax_person
            where least(suspended_at, ended_at) >= {start}
        )
        """
    )
