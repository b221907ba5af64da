-- Items of persons' to-deduct lists with what became of them: made, sent to the bank, answered, voided. Grain: item_no.
with items as (

    select
        item.item_no,
        item.deduction_batch_no,
        item.fee_registration_no,
        item.agreement_key,
        item.levy_subitem_code,
        item.period_begin_date,
        item.period_end_date,
        item.amount,
        item.authority_code,
        item.generated_at,
        item.submitted_at,
        item.is_voided,
        item.voided_at,
        result.returned_at,
        result.return_code,
        result.return_text
    from {{ ref('stg_tax_person__batch_item') }} as item
    left join {{ ref('stg_tax_person__batch_result') }} as result on item.item_no = result.item_no

)

select
    items.item_no,
    items.deduction_batch_no,
    items.fee_registration_no,
    items.agreement_key,
    coalesce(insurance.insurance_code, 'UNKNOWN') as insurance_code,
    coalesce(insurance.is_flexible, false) as is_flexible,
    items.period_begin_date,
    items.period_end_date,
    substr(cast(items.period_end_date as string), 1, 4) as fee_year,
    {{ decimal18('items.amount') }} as amount,
    items.authority_code,
    items.generated_at,
    items.submitted_at,
    items.returned_at,
    items.return_code,
    {{ bank_reason_class('items.return_code', 'items.return_text', 'bank.reason_class') }} as reason_class,
    items.returned_at is not null as is_returned,
    coalesce(items.return_code = '{{ bank_success_code() }}', false) as is_success,
    coalesce(items.is_voided, false) as is_voided,
    cast(items.voided_at as date) as voided_date
from items
left join {{ ref('ref_person_insurance') }} as insurance on items.levy_subitem_code = insurance.zspm_code
left join {{ ref('ref_bank_return_code') }} as bank on items.return_code = bank.return_code
