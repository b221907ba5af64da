-- Districts, towns and villages, each with the bureau that collects there at as_of. Grain: division_code.
with divisions as (

    select * from {{ ref('ref_division') }}

),

town_bureaus as (

    select
        town_code,
        bureau_code
    from {{ ref('ref_town_bureau') }}
    where valid_from <= {{ as_of_date() }} and (valid_to is null or valid_to >= {{ as_of_date() }})

),

district_bureaus as (

    select
        district_code,
        bureau_code
    from {{ ref('ref_bureau') }}
    where kind = 'bureau' and district_code is not null

)

select
    divisions.division_code,
    divisions.division_name,
    divisions.level,
    divisions.parent_code,
    case divisions.level
        when 'district' then district_bureaus.bureau_code
        else town_bureaus.bureau_code
    end as bureau_code
from divisions
left join district_bureaus on divisions.division_code = district_bureaus.district_code
left join town_bureaus
    on town_bureaus.town_code = case when divisions.level = 'village' then divisions.parent_code else divisions.division_code end
