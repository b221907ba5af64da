"""The normal course around employers: yearly declarations, bookings, projects, the old system's registrations, staff changes."""

import datetime as dt
from typing import TYPE_CHECKING, Any

from simulator.engine import insert_rows
from simulator.part import Block, settings
from simulator.plan import batch_days

if TYPE_CHECKING:
    from simulator.world import World

# the day from which employers of a registration's type declare for themselves
SELF_DECLARED_FROM = (
    """coalesce(getvariable('self_declared_from')[r.unit_type_code], getvariable('self_declared_from')['default'])"""
)
PROJECT_KINDS = "['安置房', '道路扩建', '标准厂房', '教学楼', '污水管网', '商住小区', '农贸市场', '桥梁加固']"


def populate(world: "World", block: Block, horizon: dt.date) -> None:
    """Entities of the block's employers up to the horizon."""
    p = settings("tax_registry")
    world.sql("create or replace temp table check_rule (check_code varchar, name varchar)")
    insert_rows(world.con, "check_rule", [(code, name) for code, _, name in settings("tax_codes")["checks"]])
    wage, begins = world.params["wage"], world.params["collection_mode"]["self_declared_from"]
    days = ", ".join(f"'{kind}': date '{day}'" for kind, day in begins.items())
    world.sql(
        f"""
        set variable self_declared_from = map {{{days}}};
        set variable band_low = {wage["band_low"]}::decimal(16, 2);
        set variable band_high = {wage["band_high"]}::decimal(16, 2);
        set variable wage_growth = {wage["yearly_growth"]}::double;
        set variable first_year = {int(world.scale.history_start[:4])};
        """
    )
    years = range(int(world.scale.history_start[:4]) - 1, horizon.year)
    _declare_disability_fund(world, p["disability_fund"], list(years))
    _remember_old_system(world, block, p["old_system"])
    _list_soldier_units(world, p["soldier_units"])
    _list_unit_types(world, p["unit_type_lists"])
    _register_projects(world, p["projects"])
    _book_batches(world, p["bookings"])
    _push_and_deliver_again(world, p)
    _declare_staff_changes(world)


def _declare_disability_fund(world: "World", p: dict[str, Any], years: list[int]) -> None:
    """Each employer declares the fund of a year in the window of the next; the last days are the busiest; some never do."""
    first, last = p["window"]
    world.sql(
        f"""
        insert into world.disability_declaration
        with obliged as (
            select t.taxpayer_key, e.employer_key, e.bureau_code, e.is_institution, years.levy_year,
                make_date(levy_year + 1, {int(first[:2])}, {int(first[3:])}) as opens, make_date(levy_year + 1, {int(last[:2])}, {int(last[3:])}) as closes
            from world.employer as e
            join (select employer_key, min(taxpayer_key) as taxpayer_key from world.taxpayer group by all) as t using (employer_key)
            cross join (select unnest({years}::int[]) as levy_year) as years
            where e.opened_on <= make_date(years.levy_year, 12, 31) and (e.closed_on is null or e.closed_on > make_date(levy_year + 1, 12, 31))
        ),
        declaring as (
            select *, floor((closes - opens) * (1 - pow(chance(taxpayer_key || levy_year, 'fund day'), 1.4)))::int as nth
            from obliged
            where chance(taxpayer_key || levy_year, 'fund') < case when is_institution then {p["institution_rate"]} else {p["enterprise_rate"]} end
                * (1 - {p["bureau_spread"]} * chance(bureau_code || levy_year, 'fund bureau'))
        ),
        staffed as (
            select declaring.*, staff.headcount, staff.wages,
                case when chance(taxpayer_key, 'disabled') < 0.06 then 1 else 0 end as disabled,
                moment(workday_not_after(opens + nth), chance(taxpayer_key || levy_year, 'fund time'), 520, 1050) as declared_at
            from declaring
            join (select employer_key, count(*)::int as headcount, cents(sum(wage) * 12) as wages from world.person group by all) as staff using (employer_key)
        ),
        priced as (
            select *, cents(greatest(0, headcount * {p["quota"]} - disabled) * wages / headcount) as due from staffed
        ),
        relieved as (
            select *, case when not is_institution and headcount <= {p["exempt_headcount"]} then due else 0 end as relief from priced
        )
        select 'CB' || taxpayer_key || levy_year || '1', taxpayer_key, levy_year, headcount, disabled, wages, due, relief, declared_at, null
        from relieved
        union all
        -- a mistake, voided and declared anew
        select 'CB' || taxpayer_key || levy_year || '0', taxpayer_key, levy_year, headcount + 1, disabled, wages, due, relief,
            declared_at - interval 70 minute, declared_at - interval 20 minute
        from relieved where chance(taxpayer_key || levy_year, 'fund void') < {p["void_rate"]}
        """
    )


def _remember_old_system(world: "World", block: Block, p: dict[str, Any]) -> None:
    """The old Nanning system's registrations: those that it still keeps for HRSS, and some that had ended by the split."""
    world.sql(
        f"""
        insert into world.old_unit
        select r.unit_no, r.employer_key, e.name, e.uscc, r.agency_code,
            r.district_code, r.town_code, '1', null,
            case when medical_there.employer_key is null then date '{p["split_on"]}' end, e.opened_on + 5,
            chance(e.employer_key, 'old medical') >= {p["without_medical"]}, null, timestamp '{p["imported_on"]} 20:00:00'
        from world.registration as r
        join world.employer as e using (employer_key)
        -- medical registrations that the old system still sends have not been split off
        left join (select distinct employer_key from world.registration where department_code = 'NHSA' and source_system = 'NNSB') as medical_there
            on medical_there.employer_key = e.employer_key
        where r.department_code = 'HRSS' and r.source_system = 'NNSB' and not r.is_project and e.opened_on < date '{p["split_on"]}' - 10;

        insert into world.old_unit
        select '45' || lpad((90000000 + k)::varchar, 10, '0'), null, '南宁' || make_brand('old' || k) || trade || '有限公司',
            make_uscc('91', town.district_code, 'MB' || lpad(((k * 7919) % 1000000)::varchar, 6, '0')
                || org_check('MB' || lpad(((k * 7919) % 1000000)::varchar, 6, '0'))),
            town.agency_code, town.district_code, town.town_code, '2', date '{p["split_on"]}' - chance_int('old' || k, 'old end', 40, 900),
            date '{p["split_on"]}', date '2016-01-01' + chance_int('old' || k, 'old start', 0, 700), true, null, timestamp '{p["imported_on"]} 20:00:00'
        from range({block.first}, {block.first} + greatest(3, ({block.size} * {p["ended_share"]})::int)) as numbers(k)
        join (select *, row_number() over (order by town_code) as i from town) as town on town.i = 1 + chance_int('old' || k, 'old town', 0, 137)
        join trade on trade.n = chance_int('old' || k, 'old trade', 0, 10);
        """
    )


def _list_soldier_units(world: "World", p: dict[str, Any]) -> None:
    world.sql(
        f"""
        insert into world.soldier_unit
        select taxpayer_key, 1 + chance_int(employer_key, 'soldiers', 0, 4), '退役军人事务部门提供名单',
            moment(workday_not_before(month_first('{world.scale.history_start}') - chance_int(employer_key, 'soldier since', 20, 400)), p, 540, 1000),
            case when chance(employer_key, 'soldier until') < {p["expired"]}
                then month_first('{world.scale.history_start}') + chance_int(employer_key, 'soldier end', 60, 300) end
        from (
            select e.employer_key, min(t.taxpayer_key) as taxpayer_key, chance(e.employer_key, 'soldier') as p,
                row_number() over (order by chance(e.employer_key, 'soldier'), e.employer_key) as n, count(*) over () as many
            from world.employer as e join world.taxpayer as t using (employer_key)
            where e.closed_on is null and not e.is_institution
            group by e.employer_key
        )
        where n <= greatest({p["minimum"]}, many * {p["share"]})
        """
    )


def _list_unit_types(world: "World", p: dict[str, Any]) -> None:
    """Two lists of institutions by a section; right ones, that agree with what tax keeps."""
    world.sql(
        f"""
        insert into world.unit_type_list
        select 'QC' || strftime(day, '%Y%m%d') || '01', employer_no, uscc, name, unit_type_code, day::timestamp + interval 10 hour
        from (
            select *, case when chance(employer_key, 'listed when') < 0.5 then date '2025-11-12' else date '2026-05-18' end as day,
                row_number() over (order by chance(employer_key, 'listed'), employer_key) as n, count(*) over () as many
            from world.employer where is_institution and closed_on is null and opened_on < date '2025-10-01'
        )
        where n <= greatest({p["minimum"]}, many * {p["share"]})
        """
    )


def _register_projects(world: "World", p: dict[str, Any]) -> None:
    """Project registrations have a few projects in the register; each of their bills names one as the register does."""
    world.sql(
        f"""
        insert into world.project
        select 'GC' || lpad(r.registration_no::varchar, 7, '0') || lpad(k::varchar, 2, '0'), r.registration_key,
            town.town_name || make_brand(r.registration_key || k) || pick({PROJECT_KINDS}, chance(r.registration_key || k, 'project kind')) || '工程',
            town.district_name || town.town_name || make_street(r.registration_key || k),
            case when chance(r.registration_key || k, 'project place') < 0.85 then substr(e.bureau_code, 2, 6)
                else pick(places.codes, chance(r.registration_key || k, 'project district')) end,
            cents(2000000 + 90000000 * pow(chance(r.registration_key || k, 'project price'), 3)),
            e.opened_on + chance_int(r.registration_key || k, 'project start', 20, 200),
            e.opened_on + chance_int(r.registration_key || k, 'project end', 500, 3200),
            moment(workday_not_before(e.opened_on + chance_int(r.registration_key || k, 'project registered', 10, 19)),
                chance(r.registration_key, 'project registered at'), 540, 1000)
        from world.registration as r
        join world.employer as e using (employer_key)
        join town on town.town_code = e.town_code
        cross join (select list(substr(bureau_code, 2, 6) order by bureau_code) as codes from ref_bureau where kind = 'bureau') as places
        cross join lateral (select unnest(range(1, 2 + chance_int(r.registration_key, 'projects', 0, {p["most"] - 1}))) as k) as numbers
        where r.is_project;
        """
    )
    name_projects(world, "select bill_key from world.bill where is_project and department_code = 'HRSS'")


def name_projects(world: "World", bills: str) -> None:
    """What these bills say about their project: one of the registration's, as registered."""
    world.sql(
        f"""
        insert into world.bill_project
        select bill_key, project_no, name, address, district_code, null
        from (
            select b.bill_key, p.*, row_number() over (partition by b.bill_key order by chance(b.bill_key || p.project_no, 'which project'), p.project_no) as n
            from world.bill as b join world.project as p using (registration_key)
            where b.bill_key in ({bills})
        )
        where n = 1
        """
    )


def _book_batches(world: "World", p: dict[str, Any]) -> None:
    """Employers on batch deduction book each month; on the first batch day the to-deduct list is generated."""
    first, _ = batch_days(world, "period")
    world.sql(
        f"""
        insert into world.booking
        select registration_key, period, bureau_code, agency_code,
            moment(workday_not_after(month_first(period) + chance_int(registration_key || period, 'booking day', {p["first_day"]}, {p["last_day"]})),
                chance(registration_key || period, 'booking'), 530, 1040),
            moment({first}, chance(registration_key || period, 'generated'), 465, 475), 'Y', null
        from (
            select registration_key, period, min(bureau_code) as bureau_code, min(agency_code) as agency_code
            from world.bill where channel_code = '2' and declared_at is not null
            group by registration_key, period
        )
        """
    )


def _push_and_deliver_again(world: "World", p: dict[str, Any]) -> None:
    """A clerk pushes a bill singly now and then; what times out at first is delivered again the next morning."""
    world.sql(
        f"""
        insert into world.single_push
        select 'DT' || ticket_stem || '0', bill_key, pushed_at, '1', null from world.bill
        where pushed_at is not null and chance(bill_key, 'single push') < {p["single_pushes"]};
        insert into world.redelivery
        select 'CT' || ticket_stem || '0', '2', registration_key, bill_key, '首次处理超时', front_processed_at - interval 14 minute,
            front_processed_at - interval 4 minute, '1', null
        from world.bill
        where front_processed_at::date > front_at::date and front_state_code = '1' and chance(bill_key, 'redelivery') < {8 * p["redeliveries"]}
        """
    )


def _declare_staff_changes(world: "World") -> None:
    """Whoever opened within the history added its staff; whoever closed removed them."""
    start = f"month_first('{world.scale.history_start}')"
    world.sql(
        f"""
        insert into world.staff_change
        select 'ZJ' || changes.kind || lpad(r.registration_no::varchar, 6, '0') || lpad(p.person_no::varchar, 3, '0') || to_period(changes.day),
            r.registration_key, p.person_key, changes.kind, to_period(changes.day),
            moment(workday_not_after(changes.day), chance(r.registration_key, 'staff change'), 540, 1020)
        from world.registration as r
        join (
            select employer_key, '1' as kind, opened_on + 14 as day from world.employer where opened_on >= {start}
            union all
            select employer_key, '2', closed_on from world.employer where closed_on is not null
        ) as changes using (employer_key)
        join world.person as p using (employer_key)
        -- before that day the agencies took such changes
        where not r.is_project and r.base_sent_at is not null and changes.day >= {SELF_DECLARED_FROM}
        """
    )
