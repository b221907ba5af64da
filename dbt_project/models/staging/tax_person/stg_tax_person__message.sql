-- Messages about persons that tax received: base information, enrolment, change; failures with their reason. 接收报文表. Grain: message_no.
with source as (

    select * from {{ source('tax_person', 'ZRR_JSBW') }}

),

renamed as (

    select
        {{ code_norm('BWXH') }} as message_no,
        {{ code_norm('BWLX_DM') }} as message_type_code,
        {{ code_norm('BMLY_DM') }} as department_code,
        {{ code_norm('XTLY') }} as source_system,
        {{ code_norm('RYBH') }} as person_no,
        {{ code_norm('ZJHM') }} as person_id_number,
        {{ clean_text('XM') }} as person_name,
        {{ code_norm('ZSXM_DM') }} as levy_item_code,
        {{ code_norm('ZSPM_DM') }} as levy_subitem_code,
        FSSJ as sent_at,
        JSSJ as received_at,
        {{ code_norm('JSZT_DM') }} as state_code,
        {{ code_norm('SBYY_DM') }} as fail_code,
        {{ clean_text('SBYY') }} as fail_reason,
        {{ known_value('CLSJ', 'CLSJ') }} as handled_at,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('JSSJ') }}

)

select *
from renamed
{{ current_row(['message_no'], 'updated_at') }}
