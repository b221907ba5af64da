-- Declarations of bills in the client, also those refused. 客户端申报日志表. Grain: declaration_log_no.
-- A log: lines are only ever appended, so no line stands for another.
with source as (

    select * from {{ source('tax_client', 'KHD_SBRZ') }}

),

renamed as (

    select
        {{ code_norm('SBLSH') }} as declaration_log_no,
        {{ code_norm('YHXH') }} as client_account_key,
        {{ code_norm('BMLY_DM') }} as department_code,
        {{ code_norm('ZJTZLSH') }} as notice_serial,
        {{ code_norm('CSPCH') }} as batch_no,
        {{ code_norm('SBDJXH') }} as fee_registration_no,
        {{ code_norm('DJXH') }} as taxpayer_key,
        {{ code_norm('FKSSQ') }} as period,
        SBJE as amount,
        {{ code_norm('BLQD_DM') }} as place_code,
        SBSJ as declared_at,
        {{ code_norm('SBJG_DM') }} as result_code,
        {{ code_norm('SBYY_DM') }} as failure_code,
        {{ clean_text('SBYY') }} as failure_text
    from source
    where {{ not_after_as_of('SBSJ') }}

)

select *
from renamed
where declaration_log_no is not null
