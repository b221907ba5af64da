"""Fill the code tables as they should be: every town, item, bureau and year; what is wrong in them the story adds."""

import datetime as dt
from typing import TYPE_CHECKING

from simulator.engine import insert_rows
from simulator.part import Block, settings

if TYPE_CHECKING:
    from simulator.world import World


def populate(world: "World", block: Block, horizon: dt.date) -> None:
    """The tables of the whole city, once."""
    params = settings("tax_codes")
    _sections_and_districts(world)
    _setups(world, params["setup_from"], [str(row[1]) for row in params["setup_gaps"]])
    insert_rows(
        world.con,
        "world.check_rule",
        [(code, name, subject, f"{name}的，不予推送") for code, subject, name in params["checks"]],
    )
    _mappings(world, params["mapping"]["mapped_on"], params["old_person_kinds"])
    world.sql(
        """
        insert into world.town_claim
        select towns.town_code, towns.bureau_code, town.town_name, case when bureaus.district_code is null then '2' else '1' end,
            towns.reason, towns.valid_from::date, towns.valid_to::date
        from ref_town_bureau as towns
        join town using (town_code)
        join ref_bureau as bureaus on bureaus.bureau_code = towns.bureau_code
        """
    )
    _scopes(world, params["agencies_without_employers"])
    _limits(world, horizon)


def _sections_and_districts(world: "World") -> None:
    world.sql(
        """
        insert into world.tax_section
        select office_code, office_name, parent_bureau_code, date '2018-07-20', null from ref_tax_office;
        insert into world.project_district
        select substr(bureau_code, 2, 6), short_name, bureau_code, date '2020-11-01' from ref_bureau where kind = 'bureau'
        """
    )


def _setups(world: "World", valid_from: str, gap_items: list[str]) -> None:
    """One set-up for each bureau, item and part; the items that the story ends and begins anew are valid from the start, too."""
    world.sql(
        f"""
        insert into world.accounting_setup
        select 'HT' || substr(bureaus.bureau_code, 2, 6) || item.zspm_code || parts.part_code, bureaus.bureau_code, item.zsxm_code, item.zspm_code,
            parts.part_code, substr(item.zspm_code, 1, 5) || lpad(item.sort_order::varchar, 2, '0') || parts.part_code, 100,
            '2611' || substr(bureaus.bureau_code, 4, 6), date '{valid_from}', null
        from ref_bureau as bureaus
        cross join item
        cross join (values ('1'), ('2')) as parts(part_code)
        where bureaus.kind = 'bureau' and item.is_treasury and item.insurance_code <> '10205'
            and not (parts.part_code = '2' and item.insurance_code = '10204')
        """
    )
    known = world.value("select count(distinct zspm_code) from world.accounting_setup join item using (zspm_code) where insurance_code in "
                        f"({', '.join(repr(item) for item in [*gap_items, ''])})")  # fmt: skip
    assert known == len(set(gap_items)), "a gap names an item that has no set-up"


def _mappings(world: "World", mapped_on: str, old_kinds: list[list[str]]) -> None:
    """Old codes of towns and villages as the systems before had them: those of the counties that districts have become since."""
    world.sql(
        f"""
        create or replace temp table former_district as
        select * from (values ('450109', '450121'), ('450110', '450122'), ('450181', '450127')) as former(district_code, old_district_code);
        insert into world.code_mapping
        select 'JDXZ', coalesce(old_district_code, district_code) || substr(town_code, 7), town_name, town_code, town_name, '1', date '{mapped_on}'
        from town left join former_district using (district_code)
        union all
        select 'CSQ', coalesce(old_district_code, district_code) || substr(village_code, 7), village_name, village_code, village_name, '1', date '{mapped_on}'
        from village left join former_district using (district_code);
        """
    )
    world.sql(
        f"""
        insert into world.code_mapping
        select 'RYLB', old_kind_code, kind_name, kind_code, kind_name, '1', date '{mapped_on}' from ref_person_kind
        """
    )
    insert_rows(
        world.con,
        "world.code_mapping",
        [("RYLB", old, name, None, None, state, mapped_on if state == "2" else None) for old, name, state in old_kinds],
    )
    world.sql(
        f"""
        insert into world.code_mapping
        select 'DWLX', '0' || row_number() over (order by unit_type_code), unit_type_name, unit_type_code, unit_type_name, '1', date '{mapped_on}'
        from ref_unit_type
        """
    )


def _scopes(world: "World", without: dict[str, object]) -> None:
    districts = ", ".join(f"'{code}'" for code in without["districts"])  # type: ignore[attr-defined]
    closed = f"departments.code = '{without['department']}' and agencies.level = 'district' and agencies.district_code in ({districts})"
    world.sql(
        f"""
        insert into world.agency_scope
        select agency_code, departments.code, not ({closed}),
            case when {closed} then '城区医保经办机构不经办用人单位业务，由市本级经办' end,
            case when {closed} then date '{without["from"]}' else date '2018-01-01' end, null
        from ref_agency as agencies cross join (values ('HRSS'), ('NHSA')) as departments(code)
        """
    )


def _limits(world: "World", horizon: dt.date) -> None:
    """The band of bases grows as wages do, from July to June."""
    wage = world.params["wage"]
    first = int(world.scale.history_start[:4])
    rows = []
    for year in range(first - 1, horizon.year + 1):
        growth = (1 + wage["yearly_growth"]) ** (year - first + 1)
        low, high = round(wage["band_low"] * growth, 2), round(wage["band_high"] * growth, 2)
        rows.append((year, low, high, dt.date(year, 7, 1), dt.date(year + 1, 6, 30)))
    insert_rows(world.con, "world.base_limit", rows)
