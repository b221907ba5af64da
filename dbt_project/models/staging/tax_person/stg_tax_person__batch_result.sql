-- What the bank answered to an item of batch deduction. 批扣结果表. Grain: item_no.
with source as (

    select * from {{ source('tax_person', 'ZRR_PKJG') }}

),

renamed as (

    select
        {{ code_norm('QCXH') }} as item_no,
        {{ code_norm('PKPC') }} as deduction_batch_no,
        {{ code_norm('DZSPHM') }} as ticket_no,
        KKJE as amount,
        {{ code_norm('FHDM') }} as return_code,
        {{ clean_text('FHXX') }} as return_text,
        FHSJ as returned_at,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('FHSJ') }}

)

select *
from renamed
{{ current_row(['item_no'], 'updated_at') }}
