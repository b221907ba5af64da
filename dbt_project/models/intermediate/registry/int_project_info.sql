-- Bills for construction projects: what HRSS says of the project beside what the register says of the number that it names, and whether
-- the district is one of those that tax and HRSS agreed on. Grain: bill_key.
with bills as (

    select bill_key
    from {{ ref('int_bill_notice') }}
    where is_project

),

said as (

    select
        {{ key_of(["'HRSS'", 'notice_serial', 'batch_no']) }} as bill_key,
        project_no,
        project_name,
        project_address,
        district_code
    from {{ ref('stg_hrss__bill_project') }}

),

districts as (

    select district_code
    from {{ ref('stg_tax_registry__project_district') }}
    where
        coalesce(valid_from_date <= {{ as_of_date() }}, true)
        and coalesce(valid_to_date >= {{ as_of_date() }}, true)
    union
    -- where tax has not sent its list, the 16 bureaus' own districts and zones
    select substr(bureau_code, 2, 6) as district_code
    from {{ ref('ref_bureau') }}
    where is_ranked and not exists (select 1 from {{ ref('stg_tax_registry__project_district') }})

)

select
    bills.bill_key,
    said.bill_key is not null as has_project_info,
    said.project_no,
    said.project_name,
    {{ name_norm('said.project_name') }} as project_name_norm,
    said.project_address,
    {{ name_norm('said.project_address') }} as project_address_norm,
    said.district_code,
    districts.district_code is not null as is_district_agreed,
    register.project_no is not null as is_registered,
    register.project_name as registered_name,
    {{ name_norm('register.project_name') }} as registered_name_norm,
    register.project_address as registered_address,
    {{ name_norm('register.project_address') }} as registered_address_norm,
    register.district_code as registered_district_code
from bills
left join said on bills.bill_key = said.bill_key
left join districts on said.district_code = districts.district_code
left join {{ ref('stg_tax_registry__project') }} as register on said.project_no = register.project_no
