"""The random population: employers of the 16 bureaus, their registrations, agreements and monthly bills."""

import datetime as dt
from typing import TYPE_CHECKING

from simulator.params import choose_sql
from simulator.plan import batch_days, usual_enrolments
from simulator.world import Sql, World, quoted

if TYPE_CHECKING:
    from simulator.part import Block


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
    days = (p.anchor - dt.datetime.strptime(world.scale.history_start, "%Y%m").date()).days
    headcount = " ".join(
        f"when chance(employer_key, 'headcount') < {bound} then {low}"
        for bound, low in p["headcount"]["cumulative"][:-1]
    )  # fmt: skip
    injury = ", ".join(str(rate) for rate in p["injury_rates"])
    world.sql(
        f"""
        create or replace temp table population as
        with numbered as (
            select n as employer_no, 'E' || lpad(n::varchar, 6, '0') as employer_key from range(1, {block.last} + 1) as r(n)
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
            -- one name, one employer: who bore a name first in the whole city keeps it
            case when nth = 1 then plain_name
                when is_institution or unit_type_code in ('92', '99') then plain_name || '（' || employer_no || '号）'
                else replace(plain_name, '有限', employer_no || '号店有限') end as name,
            chance(employer_key, 'life') as life
        from (select *, row_number() over (partition by plain_name order by employer_no) as nth from named)
        where employer_no >= {block.first};

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
                then month_first('{world.scale.history_start}') + chance_int(employer_key, 'opened', 40, {days - 65})
                else date '2018-03-01' + chance_int(employer_key, 'opened', 0, 2300) end as opened_on,
            case when life >= {share["new_share"]} and life < {share["new_share"] + share["closed_share"]}
                then last_day(month_first('{world.scale.history_start}') + chance_int(employer_key, 'closed', 60, {days - 65})) end as closed_on,
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
    special, mode, split = p["special_bills"], p["collection_mode"], p["bill_split"]
    adjustment = " ".join(f"when '{m}' then {rate}" for m, rate in special["adjustment_months"].items())
    declared_from = " ".join(
        f"when '{kind}' then date '{day}'" for kind, day in mode["self_declared_from"].items() if kind != "default"
    )
    world.sql(
        f"""
        create or replace temp table coming_bill as
        with lines as (
            select r.registration_key, r.department_code, r.is_project, r.employer_key, e.channel_code as employer_channel, e.is_institution,
                e.is_prompt, e.bureau_code as home_bureau, e.unit_type_code, m.period, r.registration_key || m.period as registration_month,
                chance(r.registration_key, 'split') < {split["share"]} as is_split
            from world.registration as r
            join world.employer as e using (employer_key)
            cross join month as m
            where month_first(m.period) > e.opened_on + 14
                and (e.closed_on is null or month_first(m.period) < e.closed_on - 20)
        ),
        -- 1 the main notice, 2 annuity, 3 special, 4 project, 5 unemployment and injury, 6 medical supplements
        kinds as (
            select *, unnest(case
                when is_project then case when chance(registration_month, 'project bill') < 0.25 then [4] else []::int[] end
                else [1]
                    || case when department_code = 'HRSS' and is_institution then [2] else []::int[] end
                    || case when chance(registration_month, 'special')
                        < case substr(period, 5, 2) {adjustment} else {special["monthly_rate"]} end then [3] else []::int[] end
                    || case when is_split then [case department_code when 'HRSS' then 5 else 6 end] else []::int[] end
                end) as bill_no
            from lines
        ),
        dated as (
            select *,
                case bill_no when 3 then workday_not_before(month_first(period) + chance_int(registration_month, 'special day', 5, 18))
                    when 4 then workday_not_before(month_first(period) + chance_int(registration_month, 'project day', 3, 15))
                    else workday_at(workday_no(month_first(period) - 1) + chance_int(registration_month, 'send day', 1, 4)) end as send_day,
                case when bill_no = 2 then '5' when bill_no in (3, 4) and employer_channel = '2' then '3' else employer_channel end as usual_channel
            from kinds
        )
        select registration_key, department_code, period, bill_no, employer_key, home_bureau, is_prompt, is_split, usual_channel,
            moment(send_day, chance(registration_month || bill_no, 'send time'), 520, 900) as summary_sent_at,
            case when bill_no = 3 then '3'
                when month_first(period) >= case unit_type_code {declared_from} else date '{mode["self_declared_from"]["default"]}' end then '2'
                else '1' end as origin_code,
            bill_no = 2 as is_annuity, is_project
        from dated;
        """
    )
    _intend_payment(world)
    _earn(world)
    world.add_bills(
        "select registration_key, period, bill_no, summary_sent_at, origin_code, is_annuity, is_project, channel_code, pay_on, declare_on "
        "from paying_bill",
        items="""
            select registration_key, period, bill_no, insurance_code, sum(many) as person_count,
                sum(unit_amount) as unit_amount, sum(person_amount) as person_amount
            from earning group by all
        """,
        persons="""
            select registration_key, period, bill_no, insurance_code, person_no, id_number, name, '1' as part_code, base, unit_amount as amount
            from earning where is_detailed and unit_amount > 0
            union all
            select registration_key, period, bill_no, insurance_code, person_no, id_number, name, '2', base, person_amount
            from earning where is_detailed and person_amount > 0
            union all
            select registration_key, period, bill_no, insurance_code, null, null, null, '0', base, unit_amount + person_amount
            from earning where not is_detailed
        """,
        usual=True,
    )
    _void_twins(world)


def _void_twins(world: "World") -> None:
    """The ordinary life: a clerk sends a notice a second time and voids the twin before tax reads it."""
    world.sql(
        f"""
        create or replace temp table twin as
        select bill_key as original, workday_after(summary_sent_at, chance_int(bill_key, 'void day', 1, 8)) as sent_on,
            chance(bill_key, 'void time') as p,
            strftime(sent_on, '%Y%m%d') || case department_code when 'HRSS' then 'RS' else 'YB' end || '08' as twin_batch
        from world.bill
        where bill_no in (1, 5, 6) and chance(bill_key, 'void') < {world.params["ordinary_void_rate"]}
            and bill_key in (select key from new_bill);

        create or replace temp table twin_bill as
        select bill.* replace (
                case bill_no when 1 then 4 else 8 end as bill_no,
                substr(ticket_stem, 1, 16) || case bill_no when 1 then 4 else 8 end as ticket_stem,
                twin_batch as batch_no,
                upper(department_code || '|' || notice_serial || '|' || twin_batch) as bill_key,
                moment(sent_on, p, 540, 620) as summary_sent_at, moment(sent_on, p, 541, 621) as processing_sent_at,
                moment(sent_on, p, 542, 622) as detail_sent_at, moment(sent_on, p, 550, 640) as voided_at
            ), original
        from (select * exclude (read_at, pay_on, declare_on, received_at, validation_code, intercept_reason, pushed_at, written_back_at,
                shared_at, shared_pushed_at, front_at, front_processed_at, front_state_code, declared_at) from world.bill) as bill
        join twin on twin.original = bill.bill_key;
        insert into world.bill by name select * exclude (original) from twin_bill;
        insert into world.bill_item
        select items.* replace (twin_bill.bill_key as bill_key, null as tax_amount)
        from world.bill_item as items join twin_bill on twin_bill.original = items.bill_key;
        insert into world.bill_person
        select persons.* replace (twin_bill.bill_key as bill_key)
        from world.bill_person as persons join twin_bill on twin_bill.original = persons.bill_key;
        """
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
                not is_prompt and chance(registration_key || period || case when bill_no in (5, 6) then 1 else bill_no end, 'unpaid') < {base}
                    * ({spread[0]} + ({spread[1]} - {spread[0]}) * pow(chance(home_bureau, 'bureau spread'), 2))
                    * ({monthly[0]} + ({monthly[1]} - {monthly[0]}) * chance(home_bureau || period, 'month spread')) as is_unpaid,
                chance(registration_key || period || case when bill_no in (5, 6) then 1 else bill_no end, 'late') as late
            from coming_bill
        ),
        days as (
            select *, least(
                case {" ".join(cases)} else 28 end,
                case substr(period, 5, 2) when '12' then {pay["year_end_day"]} else extract(day from month_last(period))::int end
            ) as month_day
            from chances
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


def _earn(world: "World") -> None:
    """What each person, or an employer's persons together, owe of each item in each bill (temp table `earning`).

    Person lines are made for all employers of a small city and for a sample of the whole one: of the others the detail table
    has one line an item, for its persons together.
    """
    p = world.params
    wage, yearly = p["wage"], p["yearly_items"]
    detailed = p["detail_lines"].get(world.scale.name, p["detail_lines"]["default"])

    def by_item(amounts: dict[str, list[float]], part: int) -> str:
        return " ".join(f"when '{code}' then {pair[part]}" for code, pair in amounts.items())

    def amount(part: int) -> str:
        other = f"case insurance_code {by_item(p['rates'], part)} else 0 end"
        project, injury = (p["project_rate"], "injury_rate") if part == 0 else (0, 0)
        return f"""cents(case when bill_no = 4 then base * {project} when insurance_code = '10204' then base * {injury}
            when insurance_code in ({quoted(p["fixed_amounts"])}) then many * 12 * case insurance_code {by_item(p["fixed_amounts"], part)} end
            else base * {other} end)"""

    world.sql(
        f"""
        create or replace temp table earner as
        with capped as (
            select *, least(greatest(wage, {wage["band_low"]}), {wage["band_high"]}) as wage_base,
                chance(employer_key, 'detail') < {detailed} as is_detailed
            from world.person
        )
        select employer_key, person_no as nth, id_number, name, hrss_no, nhsa_no, wage_base, wage_base as first_wage, 1 as many, is_detailed
        from capped where is_detailed
        union all
        select employer_key, 1, null, null, null, null, sum(wage_base), max(case when person_no = 1 then wage_base end), count(*)::int, false
        from capped where not is_detailed group by employer_key;

        -- which bill an item of a registration stands on
        create or replace temp table charged as
        select registration_key, insurance_code, case insurance_code when 'ZYNJ' then 2
            when '10202' then 5 when '10204' then 5 when '10201' then 1 when '10211' then 1 when '10203' then 1 else 6 end as usual_no
        from world.enrolment;

        create or replace temp table earning as
        with years as (
            select period, pow(1 + {wage["yearly_growth"]}, substr(period, 1, 4)::int - {int(world.scale.history_start[:4])}
                + case when substr(period, 5, 2) >= '07' then 1 else 0 end) as growth
            from month
        ),
        lines as (
            select b.registration_key, b.department_code, b.period, b.bill_no, b.employer_key, charged.insurance_code, years.growth
            from paying_bill as b
            join years using (period)
            join charged on charged.registration_key = b.registration_key and case b.bill_no
                when 3 then charged.insurance_code in ('10201', '10211', '10203')
                when 4 then charged.insurance_code <> 'ZYNJ'
                when 1 then charged.usual_no = 1 or charged.usual_no > 2 and not b.is_split
                else charged.usual_no = b.bill_no end
            where case charged.insurance_code {" ".join(f"when '{code}' then substr(b.period, 5, 2) = '{m}'" for code, m in yearly.items())}
                else true end
        ),
        bases as (
            select lines.*, employers.injury_rate, earner.id_number, earner.name, is_detailed,
                case department_code when 'HRSS' then earner.hrss_no else earner.nhsa_no end as person_no,
                case when bill_no in (3, 4) or insurance_code in ('10299-06', '10299-07') then 1 else earner.many end as many,
                case bill_no
                    when 4 then cents(40000 + 400000 * chance(registration_key || period, 'contract'))
                    when 3 then cents(0.2 * first_wage * (0.5 + chance(registration_key || period, 'back pay')))
                    else cents(case when insurance_code in ('10299-06', '10299-07') then first_wage else wage_base end * growth) end as base
            from lines
            join earner on earner.employer_key = lines.employer_key
                and (earner.nth = 1 or (lines.bill_no not in (3, 4) and lines.insurance_code not in ('10299-06', '10299-07')))
            join world.employer as employers on employers.employer_key = lines.employer_key
        )
        select registration_key, period, bill_no, insurance_code, person_no, id_number, name, base, many, is_detailed,
            {amount(0)} as unit_amount, {amount(1)} as person_amount
        from bases;
        """
    )
