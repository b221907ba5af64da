-- Fee registrations with the bureau that each belongs to; the one that stands for its unit is marked. Grain: fee_registration_no.
with fee_registrations as (

    select
        *,
        {{ key_of(['department_code', 'source_system', 'unit_no']) }} as registration_key,
        association_code = '1' and taxpayer_key is not null as is_tied,
        is_valid and association_code = '1' and taxpayer_key is not null as is_associated
    from {{ ref('stg_tax_mgmt__fee_registration') }}

),

authorities as (

    select * from {{ ref('int_tax_authority') }}

)

select
    fee_registrations.fee_registration_no,
    fee_registrations.registration_key,
    fee_registrations.department_code,
    fee_registrations.source_system,
    fee_registrations.unit_no,
    fee_registrations.taxpayer_key,
    fee_registrations.is_valid,
    fee_registrations.is_tied,
    fee_registrations.is_associated,
    fee_registrations.associated_at,
    fee_registrations.dissociated_at,
    coalesce(own_authorities.bureau_code, section_authorities.bureau_code, fee_registrations.bureau_code) as bureau_code,
    fee_registrations.section_code,
    row_number() over (
        partition by fee_registrations.registration_key
        order by
            case when fee_registrations.is_associated then 0 when fee_registrations.is_valid then 1 else 2 end,
            fee_registrations.associated_at desc nulls last,
            fee_registrations.updated_at desc nulls last,
            fee_registrations.fee_registration_no desc
    ) = 1 as is_current
from fee_registrations
left join authorities as own_authorities on fee_registrations.bureau_code = own_authorities.authority_code
left join authorities as section_authorities on fee_registrations.section_code = section_authorities.authority_code
