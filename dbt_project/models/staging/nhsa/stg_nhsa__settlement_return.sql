-- What tax returned to NHSA about settlements (入库). 入库回盘表. Grain: return_no.
with source as (

    select * from {{ source('nhsa', 'TAX_STL_D') }}

),

renamed as (

    select
        {{ code_norm('RTN_NO') }} as return_no,
        {{ code_norm('CLCT_NTC_NO') }} as notice_serial,
        {{ code_norm('SEND_BTCH') }} as batch_no,
        {{ code_norm('EMP_NO') }} as unit_no,
        {{ code_norm('INSUTYPE') }} as agency_item_code,
        {{ code_norm('TAX_VOU_NO') }} as ticket_no,
        STL_AMT as amount,
        STL_DATE as business_date,
        RTN_TIME as returned_at,
        {{ known_flag('WTDR_FLAG', 'Y') }} as is_withdrawn,
        not {{ known_flag('READ_FLAG', '1', 'READ_TIME') }} as is_unread,
        {{ known_value('READ_TIME', 'READ_TIME') }} as read_at,
        UPDT_TIME as updated_at
    from source
    where {{ not_after_as_of('RTN_TIME') }}

)

select *
from renamed
{{ current_row(['return_no'], 'updated_at') }}
