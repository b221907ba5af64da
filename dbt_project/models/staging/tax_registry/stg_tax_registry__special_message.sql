-- Messages of employers' special payments and whether tax could receive them. 特殊缴费报文接收表. Grain: message_no.
with source as (

    select * from {{ source('tax_registry', 'TSJF_BW') }}

),

renamed as (

    select
        {{ code_norm('BWXH') }} as message_no,
        {{ code_norm('BMLY_DM') }} as department_code,
        {{ code_norm('ZJTZLSH') }} as notice_serial,
        {{ code_norm('CSPCH') }} as batch_no,
        {{ code_norm('DWBH') }} as unit_no,
        {{ code_norm('XTLY') }} as source_system,
        {{ code_norm('JBJG_DM') }} as agency_code,
        {{ code_norm('TSJFLX_DM') }} as special_type_code,
        {{ code_norm('FKSSQ') }} as period,
        JE as amount,
        FSSJ as sent_at,
        not {{ known_flag('DQBZ', '1', 'DQSJ') }} as is_unread,
        {{ known_value('DQSJ', 'DQSJ') }} as read_at,
        case
            when JSSJ > {{ as_of_end() }} then '0'
            else coalesce({{ code_norm('JSZT_DM') }}, '0')
        end as state_code,
        {{ known_value('JSSJ', 'JSSJ') }} as received_at,
        {{ known_value(clean_text('SBYY'), 'JSSJ') }} as fail_reason,
        {{ known_flag('CXBZ', 'Y', 'CXSJ') }} as is_withdrawn,
        {{ known_value('CXSJ', 'CXSJ') }} as withdrawn_at,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('FSSJ') }}

)

select *
from renamed
{{ current_row(['message_no'], 'updated_at') }}
