-- A one-off amount that NHSA priced for a person. 人员特殊缴费表. Grain: notice_serial.
with source as (

    select * from {{ source('nhsa_person', 'SPCL_CLCT_D') }}

),

renamed as (

    select
        {{ code_norm('CLCT_NTC_NO') }} as notice_serial,
        {{ code_norm('PSN_NO') }} as person_no,
        {{ code_norm('SRC_SYS') }} as source_system,
        {{ code_norm('INSUTYPE') }} as agency_item_code,
        {{ code_norm('SPCL_TYPE') }} as special_kind_code,
        CLCT_AMT as due_amount,
        LTC_AMT as care_amount,
        ACCRYM_BEGN as period_begin_date,
        ACCRYM_END as period_end_date,
        {{ code_norm('SPCL_STAS') }} as special_status_code,
        ASSE_TIME as assessed_at,
        {{ known_value('SEND_TIME', 'SEND_TIME') }} as sent_at,
        not {{ known_flag('READ_FLAG', '1', 'READ_TIME') }} as is_unread,
        {{ known_value('READ_TIME', 'READ_TIME') }} as read_at,
        {{ known_flag('WTDR_FLAG', 'Y', 'WTDR_TIME') }} as is_withdrawn,
        {{ known_value('WTDR_TIME', 'WTDR_TIME') }} as withdrawn_at,
        UPDT_TIME as updated_at
    from source
    where {{ not_after_as_of('ASSE_TIME') }}

)

select *
from renamed
{{ current_row(['notice_serial'], 'updated_at') }}
