-- What NHSA sent about a unit's insurance items. 单位参保险种表. Grain: unit_no × source_system × agency_item_code.
with source as (

    select * from {{ source('nhsa', 'EMP_INSU_D') }}

),

renamed as (

    select
        {{ code_norm('EMP_NO') }} as unit_no,
        {{ code_norm('SRC_SYS') }} as source_system,
        {{ code_norm('INSUTYPE') }} as agency_item_code,
        INSU_BEGN as enrolled_date,
        {{ known_value('INSU_END', 'INSU_END') }} as enrolment_ended_date,
        {{ code_norm('INSU_STAS') }} as enrolment_status_code,
        not {{ known_flag('READ_FLAG', '1', 'READ_TIME') }} as is_unread,
        {{ known_value('READ_TIME', 'READ_TIME') }} as read_at,
        {{ known_flag('WTDR_FLAG', 'Y', 'WTDR_TIME') }} as is_withdrawn,
        {{ known_value('WTDR_TIME', 'WTDR_TIME') }} as withdrawn_at,
        SEND_TIME as sent_at,
        UPDT_TIME as updated_at
    from source
    where {{ not_after_as_of('SEND_TIME') }}

)

select *
from renamed
{{ current_row(['unit_no', 'source_system', 'agency_item_code'], 'updated_at') }}
