-- Annuity agreements that have to follow a unit to its new client account. 职业年金协议迁移表. Grain: move_no.
with source as (

    select * from {{ source('annuity', 'NJ_ZHQY') }}

),

renamed as (

    select
        {{ code_norm('QYXH') }} as move_no,
        {{ code_norm('DWBH') }} as unit_no,
        {{ code_norm('NJXYXH') }} as annuity_agreement_key,
        {{ code_norm('YKHDZH') }} as old_client_account_no,
        {{ code_norm('XKHDZH') }} as new_client_account_no,
        BGSJ as changed_at,
        {{ known_value(code_norm('QYZT_DM'), 'QYSJ') }} as state_code,
        {{ known_value('QYSJ', 'QYSJ') }} as moved_at,
        {{ known_value(clean_text('SBYY'), 'QYSJ') }} as failure_reason,
        {{ clean_text('YYHZH') }} as old_account_no,
        {{ known_value(clean_text('XYHZH'), 'QYSJ') }} as new_account_no,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('BGSJ') }}

)

select *
from renamed
{{ current_row(['move_no'], 'updated_at') }}
