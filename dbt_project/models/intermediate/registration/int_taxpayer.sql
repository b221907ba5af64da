-- Taxpayers with their bureau and comparable numbers and names. Grain: taxpayer_key (登记序号).
with taxpayers as (

    select * from {{ ref('stg_tax_core__taxpayer') }}

),

authorities as (

    select * from {{ ref('int_tax_authority') }}

)

select
    taxpayers.taxpayer_key,
    taxpayers.taxpayer_no,
    {{ identity_key('taxpayers.taxpayer_no') }} as taxpayer_no_norm,
    coalesce({{ identity_key('taxpayers.uscc') }}, {{ identity_key('taxpayers.taxpayer_no') }}) as identity_key,
    taxpayers.taxpayer_name,
    {{ name_norm('taxpayers.taxpayer_name') }} as name_norm,
    taxpayers.status_code,
    taxpayers.status_date,
    taxpayers.entity_type_code,
    taxpayers.registration_type_code,
    taxpayers.industry_code,
    coalesce(own_authorities.bureau_code, section_authorities.bureau_code, taxpayers.bureau_code) as bureau_code,
    taxpayers.section_code,
    taxpayers.town_code,
    taxpayers.updated_at
from taxpayers
left join authorities as own_authorities on taxpayers.bureau_code = own_authorities.authority_code
left join authorities as section_authorities on taxpayers.section_code = section_authorities.authority_code
