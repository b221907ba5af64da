-- Logins and failed logins; the log store begins on 2026-01-01 in the simulated city. 客户端登录日志表. Grain: login_no.
-- A log: lines are only ever appended, so no line stands for another.
with source as (

    select * from {{ source('tax_client', 'KHD_DLRZ') }}

),

renamed as (

    select
        {{ code_norm('DLLSH') }} as login_no,
        {{ code_norm('YHXH') }} as client_account_key,
        {{ code_norm('DLZD_DM') }} as terminal_code,
        {{ code_norm('DLFS_DM') }} as login_way_code,
        DLSJ as logged_in_at,
        {{ code_norm('DLJG_DM') }} as result_code,
        {{ code_norm('SBYY_DM') }} as failure_code,
        {{ clean_text('SBYY') }} as failure_text
    from source
    where {{ not_after_as_of('DLSJ') }}

)

select *
from renamed
where login_no is not null
