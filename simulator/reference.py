"""The reference seeds of the repository as tables of the session."""

import duckdb

from common.paths import dbt_project_dir
from simulator.engine import load_csv

SEEDS = (
    "ref_bureau", "ref_agency", "ref_insurance_item", "ref_division", "ref_town_bureau", "ref_tax_office", "ref_unit_type",
    "ref_bank_return_code", "ref_person_kind",
)  # fmt: skip


def install(con: duckdb.DuckDBPyConnection) -> None:
    """Load the seeds, and give what the world looks up from them a short name."""
    folder = dbt_project_dir() / "seeds" / "reference"
    for seed in SEEDS:
        load_csv(con, seed, folder / f"{seed}.csv")
    con.execute(
        """
        create or replace temp table town as
        select
            towns.division_code as town_code, towns.division_name as town_name, towns.parent_code as district_code,
            districts.division_name as district_name, homes.bureau_code, offices.office_code,
            agencies.agency_code
        from ref_division as towns
        join ref_division as districts on districts.division_code = towns.parent_code and districts.level = 'district'
        join ref_town_bureau as homes on homes.town_code = towns.division_code and homes.valid_to is null
        join ref_tax_office as offices on offices.parent_bureau_code = homes.bureau_code
        join ref_bureau as bureaus on bureaus.bureau_code = homes.bureau_code
        join ref_agency as agencies
            on case when bureaus.district_code is null
                then agencies.level = 'zone' and agencies.agency_code = '4500000201' || substr(bureaus.bureau_code, 2, 6)
                else agencies.district_code = towns.parent_code end
        where towns.level = 'town'
        qualify row_number() over (partition by towns.division_code order by offices.office_code, agencies.agency_code) = 1
        """
    )
    con.execute(
        """
        create or replace temp table item as
        select insurance_code, department_code, agency_item_code, zsxm_code, zspm_code,
            is_treasury::boolean as is_treasury, sort_order::int as sort_order, insurance_name
        from ref_insurance_item
        """
    )
    # in an order without sense, so that a run of villages lies all over the city
    con.execute(
        """
        create or replace temp table village as
        select row_number() over (order by md5(villages.division_code)) as village_no, villages.division_code as village_code,
            villages.division_name as village_name, town.*
        from ref_division as villages join town on town.town_code = villages.parent_code
        where villages.level = 'village'
        """
    )
    con.execute(
        "create or replace temp table return_code as select return_code, return_text, reason_class from ref_bank_return_code"
    )
