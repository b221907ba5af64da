-- Verifications of annuity agreements by the bank and what the finance centre found out. 职业年金协议验证表. Grain: check_no.
with source as (

    select * from {{ source('annuity', 'NJ_XYYZ') }}

),

renamed as (

    select
        {{ code_norm('YZXH') }} as check_no,
        {{ code_norm('NJXYXH') }} as annuity_agreement_key,
        {{ code_norm('DWBH') }} as unit_no,
        {{ code_norm('YZLX_DM') }} as check_type_code,
        {{ clean_text('ZHMC') }} as account_name,
        {{ clean_text('YHZH') }} as account_no,
        FSSJ as sent_at,
        {{ known_value('FHSJ', 'FHSJ') }} as returned_at,
        {{ known_value(code_norm('FHDM'), 'FHSJ') }} as return_code,
        {{ known_value(clean_text('FHXX'), 'FHSJ') }} as return_text,
        {{ known_value(code_norm('YZJG_DM'), 'FHSJ') }} as result_code,
        {{ known_value(code_norm('HMYZ_DM'), 'FHSJ') }} as name_match_code,
        {{ known_value(code_norm('ZHZT_DM'), 'FHSJ') }} as account_state_code,
        {{ known_value(clean_text('YHDJHM'), 'FHSJ') }} as registered_name,
        {{ known_value(clean_text('CLJG'), 'CLSJ') }} as follow_up,
        {{ known_value('CLSJ', 'CLSJ') }} as followed_at,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('FSSJ') }}

)

select *
from renamed
{{ current_row(['check_no'], 'updated_at') }}
