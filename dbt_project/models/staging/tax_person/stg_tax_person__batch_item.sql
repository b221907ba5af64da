-- Items of the lists to be deducted in batch: made, sent to the bank, voided. 待批扣清册表. Grain: item_no.
with source as (

    select * from {{ source('tax_person', 'ZRR_PKQC') }}

),

renamed as (

    select
        {{ code_norm('QCXH') }} as item_no,
        {{ code_norm('PKPC') }} as deduction_batch_no,
        {{ code_norm('SBDJXH') }} as fee_registration_no,
        {{ code_norm('BMLY_DM') }} as department_code,
        {{ code_norm('XYXH') }} as agreement_key,
        {{ code_norm('ZSXM_DM') }} as levy_item_code,
        {{ code_norm('ZSPM_DM') }} as levy_subitem_code,
        SKSSQQ as period_begin_date,
        SKSSQZ as period_end_date,
        KKJE as amount,
        {{ code_norm('SKSSSWJG_DM') }} as authority_code,
        SCSJ as generated_at,
        {{ known_value('TJSJ', 'TJSJ') }} as submitted_at,
        {{ known_flag('ZFBZ', 'Y', 'ZFSJ') }} as is_voided,
        {{ known_value('ZFSJ', 'ZFSJ') }} as voided_at,
        GXSJ as updated_at
    from source
    where {{ not_after_as_of('SCSJ') }}

)

select *
from renamed
{{ current_row(['item_no'], 'updated_at') }}
