-- A person number in an insurance of NHSA. 人员参保信息表. Grain: person_no × source_system × agency_item_code.
with source as (

    select * from {{ source('nhsa_person', 'PSN_INSU_D') }}

),

renamed as (

    select
        {{ code_norm('PSN_NO') }} as person_no,
        {{ code_norm('SRC_SYS') }} as source_system,
        {{ code_norm('INSUTYPE') }} as agency_item_code,
        {{ code_norm('OPTINS_NO') }} as agency_code,
        {{ code_norm('SUBD_CODE') }} as town_code,
        {{ code_norm('VIL_CODE') }} as village_code,
        INSU_BEGN as enrolled_date,
        {{ code_norm('INSU_STAS') }} as enrolment_status_code,
        PAUS_DATE as suspended_date,
        INSU_END as enrolment_ended_date,
        {{ code_norm('END_RSN') }} as end_reason_code,
        CLCT_STD as base_amount,
        CRTE_TIME as created_at,
        {{ known_value('SEND_TIME', 'SEND_TIME') }} as sent_at,
        not {{ known_flag('READ_FLAG', '1', 'READ_TIME') }} as is_unread,
        {{ known_value('READ_TIME', 'READ_TIME') }} as read_at,
        {{ known_flag('WTDR_FLAG', 'Y', 'WTDR_TIME') }} as is_withdrawn,
        {{ known_value('WTDR_TIME', 'WTDR_TIME') }} as withdrawn_at,
        UPDT_TIME as updated_at
    from source
    where {{ not_after_as_of('CRTE_TIME') }}

)

select *
from renamed
{{ current_row(['person_no', 'source_system', 'agency_item_code'], 'updated_at') }}
