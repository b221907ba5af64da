-- Money that NHSA posted to its books. 到账确认表. Grain: posting_no.
with source as (

    select * from {{ source('nhsa', 'ARVL_CFM_D') }}

),

renamed as (

    select
        {{ code_norm('ARVL_NO') }} as posting_no,
        {{ code_norm('CLCT_NTC_NO') }} as notice_serial,
        {{ code_norm('SEND_BTCH') }} as batch_no,
        {{ code_norm('INSUTYPE') }} as agency_item_code,
        {{ code_norm('TAX_VOU_NO') }} as ticket_no,
        ARVL_AMT as amount,
        ARVL_DATE as posted_date,
        UPDT_TIME as updated_at
    from source
    where {{ not_after_as_of('ARVL_DATE') }}

)

select *
from renamed
{{ current_row(['posting_no'], 'updated_at') }}
