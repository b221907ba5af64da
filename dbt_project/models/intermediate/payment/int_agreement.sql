-- Tri-party agreements (三方协议) with the bureau that their authority belongs to. Grain: agreement_key.
with agreements as (

    select * from {{ ref('stg_tax_core__agreement') }}

),

authorities as (

    select * from {{ ref('int_tax_authority') }}

)

select
    agreements.agreement_key,
    agreements.taxpayer_key,
    {{ identity_key('agreements.taxpayer_no') }} as taxpayer_no_norm,
    agreements.bank_code,
    {{ account_norm('agreements.account_no') }} as account_norm,
    agreements.account_name,
    agreements.is_batch,
    agreements.authority_code,
    coalesce(authorities.bureau_code, agreements.authority_code) as authority_bureau_code,
    agreements.verify_code,
    agreements.status_code,
    coalesce(agreements.status_code = '1' and agreements.ended_date is null, false) as is_valid,
    agreements.signed_date,
    agreements.ended_date,
    agreements.channel_code
from agreements
left join authorities on agreements.authority_code = authorities.authority_code
