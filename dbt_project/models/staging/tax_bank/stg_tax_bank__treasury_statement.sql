-- What the treasury booked: one line for each day, treasury, authority, item and sheet; the sheets of a day add up. 国库入库流水表（单位缴费部分）. Grain: statement_no.
with source as (

    select * from {{ source('tax_bank', 'GK_RKLS') }}

),

renamed as (

    select
        {{ code_norm('LSH') }} as statement_no,
        RKRQ as settled_date,
        {{ code_norm('SKGK_DM') }} as treasury_code,
        {{ code_norm('SKSSSWJG_DM') }} as authority_code,
        {{ code_norm('ZSXM_DM') }} as levy_item_code,
        {{ code_norm('ZSPM_DM') }} as levy_subitem_code,
        {{ code_norm('BXH') }} as sheet_no,
        BS as booking_count,
        RKJE as amount,
        FSSJ as sent_at,
        not {{ known_flag('DQBZ', '1', 'DQSJ') }} as is_unread,
        {{ known_value('DQSJ', 'DQSJ') }} as read_at,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('FSSJ') }}

)

select *
from renamed
{{ current_row(['statement_no'], 'updated_at') }}
