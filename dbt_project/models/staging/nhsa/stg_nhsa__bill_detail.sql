-- Bills that NHSA sent: one line for each person, item and part. 征集明细表. Grain: notice_serial × batch_no × detail_no.
-- Lines are only ever appended, so no line stands for another: no window over the largest table.
with source as (

    select * from {{ source('nhsa', 'CLCT_PSN_D') }}

),

renamed as (

    select
        {{ code_norm('CLCT_NTC_NO') }} as notice_serial,
        {{ code_norm('SEND_BTCH') }} as batch_no,
        DETL_SN as detail_no,
        {{ code_norm('EMP_NO') }} as unit_no,
        {{ code_norm('SRC_SYS') }} as source_system,
        {{ code_norm('PSN_NO') }} as person_no,
        {{ code_norm('CERTNO') }} as person_id_number,
        {{ clean_text('PSN_NAME') }} as person_name,
        {{ code_norm('INSUTYPE') }} as agency_item_code,
        {{ code_norm('CLCT_PART') }} as payment_part_code,
        CLCT_STD as contribution_base,
        CLCT_AMT as amount,
        SEND_TIME as sent_at,
        UPDT_TIME as updated_at
    from source
    where {{ not_after_as_of('SEND_TIME') }}

)

select *
from renamed
where notice_serial is not null and batch_no is not null and detail_no is not null
