-- Batch deduction packs sent to a bank; totals are those of their items. 批扣包表. Grain: authority_code × entrusted_date × pack_no.
with source as (

    select * from {{ source('tax_bank', 'PK_PC') }}

),

renamed as (

    select
        {{ code_norm('SKSSSWJG_DM') }} as authority_code,
        WTRQ as entrusted_date,
        {{ code_norm('BXH') }} as pack_no,
        {{ code_norm('KKPC') }} as deduction_batch_no,
        {{ code_norm('YHHB_DM') }} as bank_code,
        ZBS as item_count,
        ZJE as total_amount,
        {{ known_value('CGBS', 'FHSJ') }} as success_count,
        {{ known_value('CGJE', 'FHSJ') }} as success_amount,
        {{ known_value('SBBS', 'FHSJ') }} as failure_count,
        {{ known_value('SBJE', 'FHSJ') }} as failure_amount,
        {{ code_norm('PCZT_DM') }} as state_code,
        SCSJ as generated_at,
        FSSJ as sent_at,
        {{ known_value('FHSJ', 'FHSJ') }} as returned_at,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('FSSJ') }}

)

select *
from renamed
{{ current_row(['authority_code', 'entrusted_date', 'pack_no'], 'updated_at') }}
