-- Logins of cadres, with how many functions were used. 村干登录日志表. Grain: login_no.
-- A log: lines are only ever appended, so no line stands for another.
with source as (

    select * from {{ source('tax_cadre', 'GB_DLRZ') }}

),

renamed as (

    select
        {{ code_norm('DLLSH') }} as login_no,
        {{ code_norm('CGXH') }} as cadre_key,
        DLSJ as logged_in_at,
        {{ code_norm('DLFS_DM') }} as login_way_code,
        {{ code_norm('DLJG_DM') }} as result_code,
        {{ code_norm('SBYY_DM') }} as failure_code,
        SYGNCS as function_count
    from source
    where {{ not_after_as_of('DLSJ') }}

)

select *
from renamed
where login_no is not null
