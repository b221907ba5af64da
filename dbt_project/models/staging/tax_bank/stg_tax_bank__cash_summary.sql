-- Cash summed up by authority and remitted together. 自收现金汇总表. Grain: summary_no.
with source as (

    select * from {{ source('tax_bank', 'XJ_HZ') }}

),

renamed as (

    select
        {{ code_norm('HZXH') }} as summary_no,
        {{ code_norm('SKSSSWJG_DM') }} as authority_code,
        {{ code_norm('HZJKSHM') }} as summary_ticket_no,
        HZSJ as summed_at,
        PJFS as receipt_count,
        HZJE as amount,
        {{ known_value('SJJE', 'SJSJ') }} as remitted_amount,
        {{ known_value('SJSJ', 'SJSJ') }} as remitted_at,
        {{ known_value(code_norm('JYLSH'), 'SJSJ') }} as trade_serial,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('HZSJ') }}

)

select *
from renamed
{{ current_row(['summary_no'], 'updated_at') }}
