-- 对账瀑布: from the first side's total to the other's, every cent under a cause. Step 0 is the first side, the last the other side, between them what each
-- cause adds or takes; what is on its way is a step of its own. Step 0 + all between = the last, to the cent (a blocking test).
-- Grain: pair × measure × month × department × bureau × agency × item × step. Employers' bills by fee period, the others by the month of the event.
with summary as (
    select
        pair,
        measure,
        period as month,
        case pair when 'tax_hrss' then 'HRSS' else 'NHSA' end as department_code,
        bureau_code,
        agency_code,
        insurance_code,
        outcome_code,
        cause_code,
        cause,
        bill_count as case_count,
        tax_amount,
        agency_amount
    from {{ ref('rec_summary') }}
    where insurance_code <> '*'
    union all
    select
        pair,
        'stage' as measure,
        period as month,
        cast(null as string) as department_code,
        bureau_code,
        agency_code,
        insurance_code,
        outcome_code,
        cause_code,
        cause,
        case_count,
        tax_amount,
        agency_amount
    from {{ ref('rec_internal_summary') }}
    union all
    select
        pair,
        'annuity' as measure,
        month,
        'HRSS' as department_code,
        bureau_code,
        agency_code,
        'ZYNJ' as insurance_code,
        outcome_code,
        cause_code,
        cause,
        case_count,
        tax_amount,
        agency_amount
    from {{ ref('rec_annuity_summary') }}
    union all
    select
        pair,
        'payment' as measure,
        month,
        department_code,
        bureau_code,
        agency_code,
        insurance_code,
        outcome_code,
        cause_code,
        cause,
        case_count,
        tax_amount,
        agency_amount
    from {{ ref('rec_person_summary') }}
    union all
    select
        'levy_treasury' as pair,
        'day' as measure,
        {{ to_period('treasury.settled_date') }} as month,
        insurance.department_code,
        coalesce(authority.bureau_code, treasury.authority_code) as bureau_code,
        cast(null as string) as agency_code,
        coalesce(insurance.insurance_code, 'UNKNOWN') as insurance_code,
        treasury.outcome_code,
        treasury.cause_code,
        {{ rec_words('treasury.cause_code', rec_chain_causes()) }} as cause,
        1 as case_count,
        coalesce(treasury.tax_amount, 0) as tax_amount,
        coalesce(treasury.other_amount, 0) as agency_amount
    from {{ ref('int_recon_treasury_day') }} as treasury
    left join {{ ref('ref_insurance_item') }} as insurance on treasury.levy_subitem_code = insurance.zspm_code
    left join {{ ref('int_tax_authority') }} as authority on treasury.authority_code = authority.authority_code
),

{%- set grain = ['pair', 'measure', 'month', 'department_code', 'bureau_code', 'agency_code', 'insurance_code'] %}

step as (
    select
        {{ grain | join(', ') }},
        0 as step_no,
        'first_total' as step_code,
        '前者合计' as step_name,
        case_count,
        tax_amount as amount
    from summary
    union all
    select
        {{ grain | join(', ') }},
        case when outcome_code = 0 then 1 else 2 end as step_no,
        case when outcome_code = 0 then 'in_transit' else cause_code end as step_code,
        case when outcome_code = 0 then '在途（未超过约定时限）' else cause end as step_name,
        case_count,
        agency_amount - tax_amount as amount
    from summary
    where outcome_code = 0 or cause_code is not null
    union all
    select
        {{ grain | join(', ') }},
        9 as step_no,
        'other_total' as step_code,
        '后者合计' as step_name,
        case_count,
        agency_amount as amount
    from summary
)

select
    {{ grain | join(', ') }},
    cast(step_no as integer) as step_no,
    step_code,
    step_name,
    cast(sum(case_count) as integer) as case_count,
    {{ sum_amount('amount') }} as amount
from step
group by {{ grain | join(', ') }}, step_no, step_code, step_name
