-- 税务内部系统间对账汇总: all eight outcomes of each pair of the chain. Grain: pair × period × bureau × agency × item × outcome × cause.
select
    chain.pair,
    bill.period,
    bill.bureau_code,
    bill.agency_code,
    chain.insurance_code,
    chain.outcome_code,
    {{ rec_words('chain.outcome_code', rec_outcomes()) }} as outcome,
    chain.cause_code,
    {{ rec_words('chain.cause_code', rec_chain_causes()) }} as cause,
    cast(count(*) as integer) as case_count,
    {{ sum_amount('coalesce(chain.tax_amount, 0)') }} as tax_amount,
    {{ sum_amount('coalesce(chain.other_amount, 0)') }} as agency_amount,
    cast(sum(coalesce(chain.tax_amount, 0)) - sum(coalesce(chain.other_amount, 0)) as decimal(18, 2)) as difference
from {{ ref('int_recon_internal') }} as chain
left join {{ ref('int_bill') }} as bill on chain.bill_key = bill.bill_key
group by chain.pair, bill.period, bill.bureau_code, bill.agency_code, chain.insurance_code, chain.outcome_code, chain.cause_code
