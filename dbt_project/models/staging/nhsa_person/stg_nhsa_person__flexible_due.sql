-- What a flexible worker owes NHSA for a month, and for large-amount medical of a year. 灵活就业医疗征集表. Grain: notice_serial.
with source as (

    select * from {{ source('nhsa_person', 'FLX_CLCT_D') }}

),

renamed as (

    select
        {{ code_norm('CLCT_NTC_NO') }} as notice_serial,
        {{ code_norm('PSN_NO') }} as person_no,
        {{ code_norm('SRC_SYS') }} as source_system,
        {{ code_norm('INSUTYPE') }} as agency_item_code,
        {{ code_norm('CASHYM') }} as period,
        CLCT_STD as base_amount,
        CLCT_AMT as due_amount,
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
