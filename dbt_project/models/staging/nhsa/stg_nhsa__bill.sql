-- Bills that NHSA sent: totals. 征集汇总表. Grain: notice_serial × batch_no.
with source as (

    select * from {{ source('nhsa', 'CLCT_NTC_B') }}

),

renamed as (

    select
        {{ code_norm('CLCT_NTC_NO') }} as notice_serial,
        {{ code_norm('SEND_BTCH') }} as batch_no,
        {{ code_norm('EMP_NO') }} as unit_no,
        {{ code_norm('SRC_SYS') }} as source_system,
        {{ code_norm('OPTINS_NO') }} as agency_code,
        {{ code_norm('CASHYM') }} as period,
        {{ code_norm('CLCT_SOUC') }} as origin_code,
        PSN_CNT as person_count,
        CLCT_SUMAMT as amount,
        {{ known_flag('VALI_FLAG', 'N', 'INVD_TIME') }} as is_voided,
        {{ known_value('INVD_TIME', 'INVD_TIME') }} as voided_at,
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
{{ current_row(['notice_serial', 'batch_no'], 'updated_at') }}
