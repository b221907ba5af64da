-- 单据流转: where the bills of the last 13 months stand in the chain, by bureau. Every bill stands in one stage.
-- Grain: period × bureau × department × stage.
with covered as (
    {{ metric_periods() }}
),

staged as (
    select
        bill.period,
        coalesce(bill.bureau_code, 'UNASSIGNED') as area_code,
        bill.department_code,
        bill.stage_code,
        count(*) as bill_count,
        sum(coalesce(bill.amount, bill.tax_amount, 0)) as amount,
        min(coalesce(bill.sent_at, bill.support_received_at)) as oldest_sent_at
    from {{ ref('int_bill') }} as bill
    inner join covered on bill.period = covered.period
    group by bill.period, coalesce(bill.bureau_code, 'UNASSIGNED'), bill.department_code, bill.stage_code
)

select
    staged.period,
    staged.area_code,
    case when staged.area_code = 'UNASSIGNED' then '未分配' else coalesce(bureau.short_name, staged.area_code) end as area_name,
    nullif(staged.area_code, 'UNASSIGNED') as bureau_code,
    staged.department_code,
    staged.stage_code,
    coalesce(stage.stage_name, staged.stage_code) as stage_name,
    stage.sort_order,
    cast(staged.bill_count as integer) as bill_count,
    {{ decimal18('staged.amount') }} as amount,
    cast(staged.oldest_sent_at as date) as oldest_sent_date
from staged
left join {{ ref('ref_bill_stage') }} as stage on staged.stage_code = stage.stage_code
left join {{ ref('ref_bureau') }} as bureau on staged.area_code = bureau.bureau_code
