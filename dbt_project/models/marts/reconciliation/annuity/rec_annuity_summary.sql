-- 职业年金双向对账汇总: all outcomes. Grain: pair × month × agency × outcome × cause. The month is that of the confirmation, else of the transfer.
select
    annuity.pair,
    {{ to_period('annuity.since_date') }} as month,
    bill.bureau_code,
    bill.agency_code,
    annuity.outcome_code,
    {{ rec_words('annuity.outcome_code', rec_outcomes()) }} as outcome,
    annuity.cause_code,
    {{ rec_words('annuity.cause_code', rec_chain_causes()) }} as cause,
    cast(count(*) as integer) as case_count,
    {{ sum_amount('coalesce(annuity.tax_amount, 0)') }} as tax_amount,
    {{ sum_amount('coalesce(annuity.other_amount, 0)') }} as agency_amount,
    cast(sum(coalesce(annuity.tax_amount, 0)) - sum(coalesce(annuity.other_amount, 0)) as decimal(18, 2)) as difference
from {{ ref('int_recon_annuity') }} as annuity
left join {{ ref('int_bill') }} as bill on annuity.bill_key = bill.bill_key
group by annuity.pair, {{ to_period('annuity.since_date') }}, bill.bureau_code, bill.agency_code, annuity.outcome_code, annuity.cause_code
