-- Annuity agreements of units with the account that is debited. 职业年金协议表. Grain: annuity_agreement_key.
with source as (

    select * from {{ source('annuity', 'NJ_XY') }}

),

renamed as (

    select
        {{ code_norm('NJXYXH') }} as annuity_agreement_key,
        {{ code_norm('DWBH') }} as unit_no,
        {{ clean_text('DWMC') }} as unit_name,
        {{ code_norm('SBDJXH') }} as fee_registration_no,
        {{ code_norm('DJXH') }} as taxpayer_key,
        {{ code_norm('ZGSWJ_DM') }} as bureau_code,
        {{ code_norm('JBJG_DM') }} as agency_code,
        {{ code_norm('KHDZH') }} as client_account_no,
        {{ code_norm('KKFS_DM') }} as way_code,
        {{ code_norm('YHHB_DM') }} as bank_code,
        {{ code_norm('KHYHHH') }} as bank_no,
        {{ clean_text('ZHMC') }} as account_name,
        {{ clean_text('YHZH') }} as account_no,
        {{ code_norm('YZZT_DM') }} as verify_code,
        {{ known_value('YZSJ', 'YZSJ') }} as verified_at,
        {{ code_norm('XYZT_DM') }} as state_code,
        QYRQ as signed_date,
        {{ code_norm('QYQD_DM') }} as sign_channel_code,
        {{ known_value('BGSJ', 'BGSJ') }} as changed_at,
        {{ known_value('ZZSJ', 'ZZSJ') }} as ended_at,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('QYRQ') }}

)

select *
from renamed
{{ current_row(['annuity_agreement_key'], 'updated_at') }}
