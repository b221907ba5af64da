-- Bills that NHSA sent: one line for each insurance item. 征集处理表. Grain: notice_serial × batch_no × line_no.
with source as (

    select * from {{ source('nhsa', 'CLCT_NTC_D') }}

),

renamed as (

    select
        {{ code_norm('CLCT_NTC_NO') }} as notice_serial,
        {{ code_norm('SEND_BTCH') }} as batch_no,
        SN as line_no,
        {{ code_norm('EMP_NO') }} as unit_no,
        {{ code_norm('SRC_SYS') }} as source_system,
        {{ code_norm('INSUTYPE') }} as agency_item_code,
        PSN_CNT as person_count,
        EMP_CLCT_AMT as employer_amount,
        PSN_CLCT_AMT as person_amount,
        CLCT_SUMAMT as amount,
        SEND_TIME as sent_at,
        UPDT_TIME as updated_at
    from source
    where {{ not_after_as_of('SEND_TIME') }}

)

select *
from renamed
{{ current_row(['notice_serial', 'batch_no', 'line_no'], 'updated_at') }}
