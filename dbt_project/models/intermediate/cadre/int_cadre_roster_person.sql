-- Persons on the rosters that cadres uploaded, and the medical insurance number that matching found. Grain: cadre_key × roster_person_no.
select
    persons.cadre_key,
    persons.roster_person_no,
    case when persons.match_code = '1' then persons.person_no end as person_no,
    cast(coalesce(imports.imported_at, persons.updated_at) as date) as imported_date
from {{ ref('stg_tax_cadre__roster_person') }} as persons
left join {{ ref('stg_tax_cadre__import') }} as imports on persons.import_no = imports.import_no
