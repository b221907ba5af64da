-- History of a taxpayer's status: registered, abnormal, restored, deregistered. 纳税人状态变更记录. Grain: change_no.
with source as (

    select * from {{ source('tax_registry', 'DJ_ZTBG') }}

),

renamed as (

    select
        {{ code_norm('BGXH') }} as change_no,
        {{ code_norm('DJXH') }} as taxpayer_key,
        {{ code_norm('BGQZT_DM') }} as old_status_code,
        {{ code_norm('BGHZT_DM') }} as status_code,
        {{ clean_text('BGYY') }} as reason,
        BGSJ as changed_at,
        {{ code_norm('JBSWJG_DM') }} as authority_code,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('BGSJ') }}

)

select *
from renamed
{{ current_row(['change_no'], 'updated_at') }}
