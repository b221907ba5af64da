-- Every tax authority that a record can name, rolled up to the bureau that answers for it. Grain: authority_code.
with bureaus as (

    select
        bureau_code as authority_code,
        bureau_name as authority_name,
        bureau_code,
        kind
    from {{ ref('ref_bureau') }}

),

offices as (

    select
        office.office_code as authority_code,
        office.office_name as authority_name,
        office.parent_bureau_code as bureau_code,
        'office' as kind
    from {{ ref('ref_tax_office') }} as office

),

authorities as (

    select * from bureaus
    union all
    select * from offices

)

select
    authority_code,
    authority_name,
    bureau_code,
    kind
from authorities
