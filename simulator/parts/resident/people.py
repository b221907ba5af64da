"""The residents themselves: where they live, who they are, when they leave."""

import itertools
from typing import TYPE_CHECKING

from simulator.params import choose_sql
from simulator.part import settings

if TYPE_CHECKING:
    from simulator.part import Block
    from simulator.scale import Scale
    from simulator.world import World

GOLDEN = 0.6180339887498949
RESIDUES = 478  # ordinary sequences 1..478, twins above
PART = "resident"


def age_share(low: float, high: float) -> float:
    """Share of the residents whose age at the story's day lies between two ages."""
    return _share_below(high) - _share_below(low)


def residents_of(scale: "Scale") -> float:
    """Persons that are or were residents of the insurances, so that as many as the scale says are at the story's day."""
    p, start = settings(PART)["medical"], scale.history_start
    years = 2026.5 - int(start[:4]) - (int(start[4:]) - 1) / 12
    return float(scale.residents * (p["reach"] + p["reach_per_year"] * years))


def _share_below(age: float) -> float:
    points: list[tuple[float, float]] = [tuple(point) for point in settings(PART)["ages"]]
    for (low_share, low), (high_share, high) in itertools.pairwise(points):
        if age <= high:
            return low_share + (high_share - low_share) * max(age - low, 0) / (high - low)
    return 1.0


def _age_sql(quantile: str) -> str:
    """Age in days of a quantile: the pyramid is linear between its points."""
    points = settings(PART)["ages"]
    parts = []
    for (low_share, low), (high_share, high) in itertools.pairwise(points):
        slope = (high - low) * 365.25 / (high_share - low_share)
        parts.append(
            f"when {quantile} < {high_share:e} then {low * 365.25:e} + ({quantile} - {low_share:e}) * {slope:.9e}"
        )
    return f"floor(case {' '.join(parts)} else 35429 end)::int"


def place(world: "World") -> None:
    """Temp table `home`: all villages of the city with their running numbers of residents; the same in every block."""
    p, scale = settings(PART), world.scale
    flexible = p["flexible"]
    total = round(residents_of(scale) + scale.flexible * flexible["reach"])
    weights = " ".join(f"when '{code}' then {weight}" for code, weight in p["districts"].items())
    low, spread = p["village_spread"]
    world.sql(
        f"""
        create or replace temp table home as
        with weighted as (
            select *, village_name like '%居委会' or village_name like '%社区' or village_name like '%居民委员会' as is_community,
                case district_code {weights} end as district_weight,
                ({low} + {spread} * chance(village_code, 'size')) as size
            from village
        ),
        shares as (
            select *, district_weight * size * case when is_community then {p["community_factor"]} else 1 end
                / sum(size * case when is_community then {p["community_factor"]} else 1 end) over (partition by district_code) as weight
            from weighted
        ),
        bounds as (
            select *, round({total} * round(sum(weight) over (order by village_no) / sum(weight) over (), 9))::bigint as last_no from shares
        ),
        counted as (
            select *, coalesce(lag(last_no) over (order by village_no), 0) as before from bounds
        )
        select * exclude (weight, size), last_no - before as size,
            (sum(last_no - before) over (partition by district_code order by village_no))::bigint - (last_no - before) as district_before,
            dense_rank() over (order by district_code) - 1 as district_index,
            sum((last_no - before) * case when is_community then {flexible["community_factor"]} else 1 end) over () as flexible_weight,
            sum(case when district_code in ({_list(p["students"]["districts"])}) then last_no - before end) over () as student_weight
        from counted
        """
    )


def _list(values: list[str]) -> str:
    return ", ".join(f"'{value}'" for value in values)


def live(world: "World", block: "Block") -> None:
    """Fill world.resident, and temp table `person` with what else later steps ask of them."""
    _draw(world, block)
    _leave(world)
    world.sql(
        """
        insert into world.resident by name
        select resident_key, resident_no, village_no, id_type_code, id_number, name, sex_code, birth_date, mobile, address, district_code,
            town_code, village_code, bureau_code, agency_code as home_agency_code,
            case when leaves = 'dead' then left_on end as died_on,
            case when leaves = 'moved' then left_on end as moved_away_on,
            case when leaves = 'enlisted' then left_on end as enlisted_on,
            is_student, null as school_code, group_code, is_flexible
        from person
        """
    )


def _draw(world: "World", block: "Block") -> None:
    p, scale = settings(PART), world.scale
    students, flexible = p["students"], p["flexible"]
    start = f"month_first('{scale.history_start}')"
    anchor = f"date '{world.params.anchor.isoformat()}'"
    flexible_rate = scale.flexible * flexible["reach"] / age_share(*flexible["ages"])
    student_rate = scale.students * students["reach"] / age_share(6, 22)
    halves = " ".join(f"when '{code}' then {half}" for code, half in p["shared_id_area"].items())
    groups, low, cases = p["groups"], 0.0, []
    for group, share in groups.items():
        low += share
        cases.append(f"when luck < {low:.6f} then '{group}'")
    outside = ", ".join(f"'{code}'" for code in p["outside_areas"])
    areas = " ".join(
        f"when district_code = '{district}' then case "
        + " ".join(f"when born <= {year} then '{code}'" for code, year in codes)
        + " end"
        for district, codes in p["id_areas"].items()
    )
    special = p["special_kinds"]
    pick_special = choose_sql("special_luck", {str(i): share for i, (_, _, share) in enumerate(special)})
    world.sql(
        f"""
        create or replace temp table person as
        with numbered as (
            select home.* exclude (last_no, district_weight), unnest(range(before + 1, last_no + 1)) as resident_no
            from home where village_no between {block.first} and {block.last} and size > 0
        ),
        -- Birth and sequence are drawn so that no two id numbers are equal anywhere in the city: who has the same sequence in a
        -- district has another birthday, for the golden section spreads their places in the pyramid evenly.
        indexed as (
            select *, 'P' || lpad(resident_no::varchar, 9, '0') as resident_key,
                district_before + resident_no - before - 1 as k,
                case district_code {halves} end as half
            from numbered
        ),
        parted as (
            select *, k % {p["special_every"]} = 7 as is_special,
                k % {p["twins_every"]} in (1, 2) and k % {p["special_every"]} not in (6, 7, 8) as is_twin
            from indexed
        ),
        placed as (
            select *,
                case when is_special then k // {p["special_every"]} when is_twin then k // {p["twins_every"]}
                    when half is null then k // {RESIDUES} else k // {RESIDUES // 2} end as q,
                case when is_special then 1 + district_index * 39 + (k // {p["special_every"]}) % 39
                    when is_twin and half is null then {RESIDUES + 1} + 2 * ((k // {p["twins_every"]}) % 10) + k % {p["twins_every"]} - 1
                    when is_twin then {RESIDUES + 1} + 10 * half + 2 * ((k // {p["twins_every"]}) % 5) + k % {p["twins_every"]} - 1
                    when half is null then 1 + k % {RESIDUES} else 1 + half * {RESIDUES // 2} + k % {RESIDUES // 2} end as residue
            from parted
        ),
        offset_by as (
            select *, case when is_special then 'special' when is_twin then 'twin' else residue::varchar end as spread_key,
                -- twins share what is theirs together
                case when is_twin then 'T' || district_code || lpad(q::varchar, 9, '0') else resident_key end as family_key
            from placed
        ),
        aged as (
            select *, {anchor} - ({_age_sql("quantile")}) as birth_date
            from (
                select *, (q::double * {GOLDEN:.16e} + chance(district_code || spread_key, 'birth offset')) % 1 as quantile from offset_by
            )
        ),
        described as (
            select *, extract(year from birth_date)::int as born, ({anchor} - birth_date) / 365.25 as age,
                case when chance(family_key, 'sex') < {p["male_share"]} then '1' else '2' end as sex_code,
                case when is_special then {pick_special.replace("special_luck", "chance(resident_key, 'special kind')")} end as special_kind
            from aged
        ),
        sorted_out as (
            select *,
                age between {flexible["ages"][0]} and {flexible["ages"][1]} and not is_special and chance(resident_key, 'flexible')
                    < {flexible_rate:e} * case when is_community then {flexible["community_factor"]} else 1 end / flexible_weight as is_flexible,
                age between 6 and 22 and district_code in ({_list(students["districts"])})
                    and chance(family_key, 'student') < {student_rate:e} / student_weight as is_student,
                chance(resident_key, 'group') as luck
            from described
        )
        select village_no, village_code, village_name, town_code, town_name, district_code, district_name, bureau_code, office_code,
            agency_code, is_community, resident_key, resident_no, family_key, birth_date, age, sex_code, is_flexible,
            is_student and not is_flexible as is_student, is_twin, is_special,
            case special_kind {" ".join(f"when '{i}' then '{code}'" for i, (code, _, _) in enumerate(special))} else '201' end as id_type_code,
            make_id(case when is_special then case special_kind {" ".join(f"when '{i}' then '{area}'" for i, (_, area, _) in enumerate(special))} end
                when chance(family_key, 'outside') < {p["outside_share"]} then ([{outside}])[district_index + 1]
                else case {areas} end end,
                birth_date, residue * 2 + case sex_code when '1' then 1 else 0 end) as id_number,
            make_resident_name(resident_key, family_key, sex_code, born) as name,
            case when chance(resident_key, 'mobile kind') < {p["mobile"]["missing"]} then null
                when chance(resident_key, 'mobile kind') < {p["mobile"]["missing"] + p["mobile"]["landline"]} then make_landline(resident_key)
                else make_mobile(case when age < 16 then family_key || 'parent' else resident_key end) end as mobile,
            district_name || town_name || replace(replace(village_name, '村委会', '村'), '居委会', '')
                || chance_int(family_key, 'group of houses', 1, 18) || case when is_community then '栋' else '组' end
                || chance_int(family_key, 'house of village', 1, 120) || '号' as address,
            case when is_student and not is_flexible then 'student' when is_flexible then 'ordinary' {" ".join(cases)} else 'ordinary' end as group_code,
            {start} as history_start
        from sorted_out
        """
    )


def _leave(world: "World") -> None:
    """When each person leaves the residents' insurances, and why: at most once."""
    p = settings(PART)["leaving"]
    years = p["years"]
    deaths = " ".join(f"when age <= {age} then {rate}" for age, rate in p["death"])
    moved, employed, suspended = p["moved"], p["employed"], p["suspended"]
    world.sql(
        f"""
        create or replace temp table person as
        with rates as (
            select *, case {deaths} end as death_rate,
                case when sex_code = '1' and age between 17 and 23 and not is_special then {p["enlisted"]} else 0 end as enlist_rate,
                case when age between 19 and 50 and not is_student then {employed} else 0 end as employ_rate,
                chance(resident_key, 'leaving') / {years} as luck,
                history_start - {p["years_before"] * 365}
                    + floor(chance(resident_key, 'leaving day') * {years * 365})::int as day
            from person
        ),
        chosen as (
            select *, case
                when luck < death_rate then 'dead'
                when luck < death_rate + enlist_rate then 'enlisted'
                when luck < death_rate + enlist_rate + employ_rate then 'employed'
                when luck < death_rate + enlist_rate + employ_rate + {moved} then 'moved'
                when luck < death_rate + enlist_rate + employ_rate + {moved + suspended} then 'suspended' end as why
            from rates
        )
        select * exclude (death_rate, enlist_rate, employ_rate, luck, day, why),
            case when day > birth_date + 60 and (why <> 'enlisted' or day >= birth_date + 6574) then why end as leaves,
            case when day > birth_date + 60 and why is not null and (why <> 'enlisted' or day >= birth_date + 6574) then day end as left_on
        from chosen
        """
    )
