-- Items of batch deductions of a natural person and the bank's answers, under each person that the registration is said to belong to. Published for
-- look-ups of one person only. Grain: person_key × item_no.
select
    holder.person_key,
    item.item_no,
    item.fee_registration_no,
    holder.bureau_code,
    item.insurance_code,
    item.fee_year,
    item.deduction_batch_no,
    item.agreement_key,
    item.amount,
    cast(item.generated_at as date) as generated_date,
    cast(item.submitted_at as date) as submitted_date,
    cast(item.returned_at as date) as returned_date,
    item.return_code,
    item.reason_class,
    item.is_success,
    item.is_voided
from {{ ref('int_person_batch_item') }} as item
inner join {{ ref('fct_person_registration') }} as holder on item.fee_registration_no = holder.fee_registration_no
