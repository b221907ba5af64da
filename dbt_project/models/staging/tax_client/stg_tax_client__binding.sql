-- Bindings, unbindings and failed tries at binding. 客户端户籍绑定日志表. Grain: binding_no.
-- A log: lines are only ever appended, so no line stands for another.
with source as (

    select * from {{ source('tax_client', 'KHD_BDRZ') }}

),

renamed as (

    select
        {{ code_norm('BDXH') }} as binding_no,
        {{ code_norm('YHXH') }} as client_account_key,
        {{ code_norm('BMLY_DM') }} as department_code,
        {{ code_norm('DWBH') }} as unit_no,
        {{ code_norm('XTLY') }} as source_system,
        {{ code_norm('SBDJXH') }} as fee_registration_no,
        {{ code_norm('DJXH') }} as taxpayer_key,
        {{ code_norm('CZLX_DM') }} as operation_code,
        {{ code_norm('CZLY_DM') }} as origin_code,
        {{ code_norm('CZJG_DM') }} as result_code,
        {{ code_norm('SBYY_DM') }} as failure_code,
        {{ clean_text('SBYY') }} as failure_text,
        CZSJ as operated_at
    from source
    where {{ not_after_as_of('CZSJ') }}

)

select *
from renamed
where binding_no is not null
