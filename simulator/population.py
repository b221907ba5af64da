"""The random population: employers of the 16 bureaus, their registrations, agreements and monthly bills."""

import datetime as dt
from typing import TYPE_CHECKING

from simulator.params import choose_sql
from simulator.plan import batch_days, usual_enrolments

if TYPE_CHECKING:
    from simulator.part import Block
    from simulator.world import World


def periods(first: str, last: dt.date) -> list[str]:
    """All periods YYYYMM from `first` to the month of `last`."""
    year, month = int(first[:4]), int(first[4:])
    out = []
    while (year, month) <= (last.year, last.month):
        out.append(f"{year}{month:02d}")
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return out


def populate(world: "World", block: "Block") -> None:
    """Employers, taxpayers, registrations, associations and agreements of a block; the same for a seed whatever the horizon."""
    p = world.params
    share = p["population"]
    headcount = " ".join(
        f"when chance(employer_key, 'headcount') < {bound} then {low}"
        for bound, low in p["headcount"]["cumulative"][:-1]
    )  # fmt: skip
    injury = ", ".join(str(rate) for rate in p["injury_rates"])
    world.sql(
        f"""
        create or replace temp table population as
        with numbered as (
            select n as employer_no, 'E' || lpad(n::varchar, 6, '0') as employer_key from range({block.first}, {block.last} + 1) as r(n)
        ),
        -- the first employers are spread over the bureaus one by one, so that none stays empty at a small scale
        placed as (
            select *,
                case when employer_no <= 32 then (select bureau_code from (select bureau_code, row_number() over (order by bureau_code) as i
                        from ref_bureau where kind = 'bureau') where i = (employer_no - 1) % 16 + 1)
                    else {choose_sql("chance(employer_key, 'bureau')", p["bureau_weights"])} end as bureau_code,
                {choose_sql("chance(employer_key, 'unit type')", p["unit_types"])} as unit_type_code
            from numbered
        ),
        towns as (
            select *, row_number() over (partition by bureau_code order by town_code) as i, count(*) over (partition by bureau_code) as many
            from town
        ),
        settled as (
            select placed.*, towns.town_code, towns.town_name, towns.district_code, towns.district_name, towns.office_code,
                towns.agency_code as home_agency
            from placed
            join towns on towns.bureau_code = placed.bureau_code
                -- centres of a district carry more employers than its last village
                and towns.i = 1 + floor(pow(chance(placed.employer_key, 'town'), 1.6) * towns.many)::int
        ),
        described as (
            select settled.*,
                trade.trade, trade.industry_code as trade_industry, trade.injury_class,
                institution.kind, institution.industry_code as institution_industry,
                case when settled.unit_type_code in ('11', '12') then true else false end as is_institution
            from settled
            join trade on trade.n = floor(chance(employer_key, 'trade') * (select count(*) from trade))::int
            left join (select *, row_number() over (partition by unit_type_code order by n) - 1 as i,
                       count(*) over (partition by unit_type_code) as many from institution) as institution
                on institution.unit_type_code = settled.unit_type_code
                and institution.i = floor(chance(employer_key, 'institution') * institution.many)::int
        ),
        named as (
            select *,
                case
                    when is_institution then '南宁市' || district_name || town_name || kind
                    when unit_type_code = '92' then district_name || make_brand(employer_key) || pick(
                        ['食品店', '五金经营部', '建材经营部', '餐馆', '便利店', '汽车修理店', '服装店', '药店'], chance(employer_key, 'shop'))
                    when unit_type_code = '99' then '南宁市' || make_brand(employer_key) || pick(
                        ['社会工作服务中心', '行业协会', '公益服务中心', '民办培训学校'], chance(employer_key, 'association'))
                    else case
                        when chance(employer_key, 'name form') < 0.45 then '南宁' || make_brand(employer_key) || trade || '有限公司'
                        when chance(employer_key, 'name form') < 0.70 then '广西' || make_brand(employer_key) || trade || '有限公司'
                        when chance(employer_key, 'name form') < 0.82 then make_brand(employer_key) || '（南宁）' || trade || '有限公司'
                        when chance(employer_key, 'name form') < 0.94 then '广西' || make_brand(employer_key) || trade || '有限责任公司'
                        else '南宁市' || make_brand(employer_key) || trade || '股份有限公司' end
                end as plain_name
            from described
        )
        select *,
            -- one name, one employer
            case when row_number() over (partition by plain_name order by employer_no) = 1 then plain_name
                else case when is_institution or unit_type_code in ('92', '99') then plain_name || '（' || employer_no || '号）'
                    else replace(plain_name, '有限', employer_no || '号店有限') end end as name,
            chance(employer_key, 'life') as life
        from named;

        create or replace temp table employer_row as
        select employer_key, employer_no, name, unit_type_code, is_institution, district_code, town_code, bureau_code, office_code,
            district_name || town_name || make_street(employer_key) as address,
            case when is_institution then institution_industry else trade_industry end as industry_code,
            case when is_institution then 0.002 else ([{injury}])[injury_class + 1] end as injury_rate,
            case {headcount} else {p["headcount"]["cumulative"][-1][1]} end as headcount,
            case when is_institution then case when chance(employer_key, 'channel') < 0.7 then '1' else '3' end
                else {choose_sql("chance(employer_key, 'channel')", p["channels"])} end as channel_code,
            chance(employer_key, 'prompt') < {p["payment"]["prompt_share"]} as is_prompt,
            case when life < {share["new_share"]}
                then month_first('{world.scale.history_start}') + chance_int(employer_key, 'opened', 40, 330)
                else date '2018-03-01' + chance_int(employer_key, 'opened', 0, 2300) end as opened_on,
            case when life >= {share["new_share"]} and life < {share["new_share"] + share["closed_share"]}
                then last_day(month_first('{world.scale.history_start}') + chance_int(employer_key, 'closed', 60, 330)) end as closed_on,
            (not is_institution and trade like '%工程' and chance(employer_key, 'project') < 0.7) as has_project,
            home_agency
        from population;
        """
    )
    world.add_employers("select * exclude (home_agency) from employer_row")
    _register(world)
    _agree(world)


def _register(world: "World") -> None:
    from simulator.world import quoted

    p = world.params
    hrss, nhsa = p["source_systems"]["HRSS"], p["source_systems"]["NHSA"]
    city, region = p["agencies"]["city"], p["agencies"]["region"]
    urban = quoted(p["agencies"]["nhsa_at_city"])
    world.sql(
        f"""
        create or replace temp table registration_row as
        with kept as (
            select e.employer_key, e.employer_no, e.closed_on, e.has_project, e.opened_on,
                case when chance(e.employer_key, 'agency') < {city} then (select agency_code from ref_agency where level = 'city')
                    when chance(e.employer_key, 'agency') < {city + region} then (select agency_code from ref_agency where level = 'region')
                    else r.home_agency end as agency_code
            from world.employer as e join employer_row as r using (employer_key)
        )
        select employer_key, 'HRSS' as department_code, {choose_sql("chance(employer_key, 'HRSS system')", hrss)} as source_system,
            agency_code, employer_no * 3 as registration_no, false as is_project, closed_on
        from kept
        union all
        select employer_key, 'NHSA', {choose_sql("chance(employer_key, 'NHSA system')", nhsa)},
            -- the medical agencies of the urban districts do not handle employers: the city's own does
            case when agency_code in (select agency_code from ref_agency where level = 'district' and district_code in ({urban}))
                then (select agency_code from ref_agency where level = 'city') else agency_code end,
            employer_no * 3 + 1, false, closed_on
        from kept
        union all
        select employer_key, 'HRSS', 'QYMS', agency_code, employer_no * 3 + 2, true, closed_on
        from kept where has_project;
        """
    )
    world.add_registrations(
        "select employer_key, department_code, source_system, agency_code, registration_no, is_project from registration_row",
        enrolments=f"""
            select * from ({_all_enrolments(world)})
        """,
    )
    # closing: both registrations end, the taxpayer is struck off, on one day
    for entity, subjects in (
        ("registration", "select registration_key from world.registration join world.employer using (employer_key) where closed_on is not null"),
        ("taxpayer", "select taxpayer_key from world.taxpayer join world.employer using (employer_key) where closed_on is not null"),
    ):  # fmt: skip
        closed = "(select e.closed_on from world.employer e where e.employer_key = subject.employer_key)"
        from simulator.world import Sql

        at = Sql(f"moment({closed}, chance(subject.employer_key, 'closing'), 560, 660)")
        world.change(entity, subjects, "status_code", "'2'" if entity == "registration" else "'07'", at)
        world.change(
            entity, subjects, "ended_on" if entity == "registration" else "status_date", f"{closed}::varchar", at
        )


def _all_enrolments(world: "World") -> str:
    supplements = world.params["supplements"]
    rare = " union all ".join(
        f"""select registrations.registration_key, '{code}'
        from world.registration as registrations join world.employer as employers using (employer_key)
        where registrations.department_code = 'NHSA' and registrations.registration_key in (select key from new_registration)
            and chance(registrations.employer_key, '{code}') < {part}
            and employers.is_institution = {"true" if code in ("10299-06", "10299-07") else "false"}"""
        for code, part in supplements.items()
    )
    return f"{usual_enrolments('new_registration')} union all {rare}"


def _agree(world: "World") -> None:
    world.add_agreements(
        """
        select taxpayer_key from world.taxpayer join world.employer using (employer_key)
        where channel_code in ('1', '2') or chance(employer_key, 'idle agreement') < 0.2
        """
    )


def bill_months(world: "World", horizon: dt.date) -> None:
    """The bills of all months of the history up to the month of `horizon`, planned to the end."""
    p = world.params
    world.sql("create or replace temp table month as select unnest([{}]) as period".format(
        ", ".join(f"'{period}'" for period in periods(world.scale.history_start, horizon))))  # fmt: skip
    special = p["special_bills"]
    adjustment = " ".join(f"when '{m}' then {rate}" for m, rate in special["adjustment_months"].items())
    world.sql(
        f"""
        create or replace temp table coming_bill as
        with lines as (
            select r.*, e.headcount, e.channel_code as employer_channel, e.is_institution, e.is_prompt, e.opened_on, e.closed_on,
                e.bureau_code as home_bureau, m.period
            from world.registration as r
            join world.employer as e using (employer_key)
            cross join month as m
            where month_first(m.period) > e.opened_on + 14
                and (e.closed_on is null or month_first(m.period) < e.closed_on - 20)
        ),
        kinds as (
            select *, case when is_project then 4 else 1 end as bill_no from lines
                where not is_project or chance(registration_key || period, 'project bill') < 0.25
            union all
            select *, 2 from lines where department_code = 'HRSS' and is_institution and not is_project
            union all
            select *, 3 from lines where not is_project and chance(registration_key || period, 'special')
                < case substr(period, 5, 2) {adjustment} else {special["monthly_rate"]} end
        ),
        dated as (
            select *,
                case bill_no when 3 then workday_not_before(month_first(period) + chance_int(registration_key || period, 'special day', 5, 18))
                    when 4 then workday_not_before(month_first(period) + chance_int(registration_key || period, 'project day', 3, 15))
                    else workday_at(workday_no(month_first(period) - 1) + chance_int(registration_key || period, 'send day', 1, 4)) end as send_day,
                case when bill_no = 2 then '5' when bill_no in (3, 4) and employer_channel = '2' then '3' else employer_channel end as usual_channel
            from kinds
        )
        select registration_key, period, bill_no, employer_key, home_bureau, is_prompt, usual_channel, headcount,
            moment(send_day, chance(registration_key || period || bill_no, 'send time'), 520, 900) as summary_sent_at,
            case bill_no when 3 then '3' else case when is_institution then '1'
                when chance(registration_key, 'assessed') < 0.08 then '1' else '2' end end as origin_code,
            bill_no = 2 as is_annuity, is_project
        from dated;
        """
    )
    _intend_payment(world)
    world.add_bills(
        "select registration_key, period, bill_no, summary_sent_at, origin_code, is_annuity, is_project, channel_code, pay_on, declare_on "
        "from paying_bill",
        items=_items_sql(world),
        persons="select registration_key, period, bill_no, insurance_code, person_no, id_number, name, part_code, base, amount from line",
    )


def _intend_payment(world: "World") -> None:
    """When each bill is paid: by the month's rhythm; some payers late or never, more in some bureaus and months."""
    pay = world.params["payment"]
    spread, monthly = pay["bureau_spread"], pay["month_spread"]
    base = pay["unpaid_base"] / (1 - pay["prompt_share"])
    cases, low = [], 0.0
    for bound, first, last in pay["day_peaks"]:
        span = bound - low
        cases.append(f"when p < {bound} then {first} + floor((p - {low}) / {span} * {last - first + 1})::int")
        low = bound
    first_batch, _ = batch_days(world, "period")
    world.sql(
        f"""
        create or replace temp table paying_bill as
        with chances as (
            select *, chance(employer_key || period, 'pay day') as p,
                not is_prompt and chance(registration_key || period || bill_no, 'unpaid') < {base}
                    * ({spread[0]} + ({spread[1]} - {spread[0]}) * pow(chance(home_bureau, 'bureau spread'), 2))
                    * ({monthly[0]} + ({monthly[1]} - {monthly[0]}) * chance(home_bureau || period, 'month spread')) as is_unpaid,
                chance(registration_key || period || bill_no, 'late') as late
            from coming_bill
        ),
        days as (
            select *, least(case {" ".join(cases)} else 28 end, extract(day from month_last(period))::int) as month_day from chances
        )
        select *,
            case when is_unpaid and not is_annuity then '3' else usual_channel end as channel_code,
            case
                when is_unpaid and late < {pay["paid_late_share"]}
                    then workday_not_before(month_last(period) + 3 + floor(late / {pay["paid_late_share"]} * 75)::int)
                when is_unpaid then null
                when usual_channel = '2' then {first_batch}
                else greatest(
                    least(workday_not_before(month_first(period) + month_day - 1), workday_not_after(month_last(period))),
                    workday_after(summary_sent_at, 2)
                )
            end as pay_on,
            case when is_unpaid and late > 1 - {pay["declared_unpaid_share"]} * (1 - {pay["paid_late_share"]})
                then least(workday_after(summary_sent_at, 4), workday_not_after(month_last(period))) end as declare_on
        from days;
        """
    )


def _items_sql(world: "World") -> str:
    """Make the detail lines (temp table `line`) and give the SQL of the items that they sum up to."""
    p = world.params
    rates = " ".join(f"when '{code}' then {unit}" for code, (unit, _) in p["rates"].items())
    shares = " ".join(f"when '{code}' then {person}" for code, (_, person) in p["rates"].items())
    fixed_unit = " ".join(f"when '{code}' then {unit}" for code, (unit, _) in p["fixed_amounts"].items())
    fixed_person = " ".join(f"when '{code}' then {person}" for code, (_, person) in p["fixed_amounts"].items())
    wage = p["wage"]
    world.sql(
        f"""
        create or replace temp table line as
        with years as (
            select period, pow(1 + {wage["yearly_growth"]}, substr(period, 1, 4)::int - {int(world.scale.history_start[:4])}
                + case when substr(period, 5, 2) >= '07' then 1 else 0 end) as growth
            from month
        ),
        bases as (
            select b.registration_key, b.period, b.bill_no, b.employer_key, r.department_code, e.injury_rate,
                persons.person_key, persons.id_number, persons.name,
                case r.department_code when 'HRSS' then persons.hrss_no else persons.nhsa_no end as person_no,
                case when b.bill_no = 4 then cents(40000 + 400000 * chance(b.registration_key || b.period, 'contract'))
                    when b.bill_no = 3 then cents(0.2 * least(greatest(persons.wage, {wage["band_low"]}), {wage["band_high"]})
                        * (0.5 + chance(b.registration_key || b.period, 'back pay')))
                    else cents(least(greatest(persons.wage, {wage["band_low"]}), {wage["band_high"]}) * years.growth) end as base
            from paying_bill as b
            join years using (period)
            join world.registration as r using (registration_key)
            join world.employer as e on e.employer_key = b.employer_key
            join world.person as persons on persons.employer_key = b.employer_key
                and (persons.person_no = 1 or b.bill_no not in (3, 4))
        ),
        parts as (
            select bases.*, enrolled.insurance_code, part.code as part_code,
                case
                    when bases.bill_no = 4 then case part.code when '1' then cents(base * {p["project_rate"]}) else 0 end
                    when enrolled.insurance_code = '10204' then case part.code when '1' then cents(base * injury_rate) else 0 end
                    when part.code = '1' then case enrolled.insurance_code {fixed_unit}
                        else cents(base * case enrolled.insurance_code {rates} else 0 end) end
                    else case enrolled.insurance_code {fixed_person}
                        else cents(base * case enrolled.insurance_code {shares} else 0 end) end
                end as amount
            from bases
            join world.enrolment as enrolled on enrolled.registration_key = bases.registration_key
                and case when bases.bill_no = 2 then enrolled.insurance_code = 'ZYNJ' else enrolled.insurance_code <> 'ZYNJ' end
                and (bases.bill_no <> 3 or enrolled.insurance_code in ('10201', '10211', '10203'))
                and (enrolled.insurance_code not in ('10299-06', '10299-07') or bases.person_key like '%-1')
            cross join (values ('1'), ('2')) as part(code)
        )
        select registration_key, period, bill_no, insurance_code, person_no, id_number, name, part_code, base, cents(amount) as amount
        from parts where amount > 0
        """
    )
    return """
        select registration_key, period, bill_no, insurance_code, count(distinct person_no) as person_count,
            coalesce(sum(case when part_code = '1' then amount end), 0) as unit_amount,
            coalesce(sum(case when part_code = '2' then amount end), 0) as person_amount
        from line group by all
    """
