-- 未缴纳原因分析: why a due bill of the current month is not paid in full: one reason each, the first that holds, out of this month's data and the
-- payer's history of twelve months (way of payment, how often, how much). Grain: bill_key.
with due as (
    select
        bill_key,
        max(registration_key) as registration_key,
        max(department_code) as department_code,
        max(bureau_code) as bureau_code,
        max(town_code) as town_code,
        {{ sum_amount('due_amount') }} as due_amount,
        {{ sum_amount('collected_amount') }} as collected_amount
    from {{ ref('mtr_collection_base') }}
    where is_due and period = {{ as_of_period() }}
    group by bill_key
),

unpaid as (
    select * from due
    where collected_amount < due_amount
),

history as (
    select
        registration_key,
        count(distinct period) as paid_months,
        count(distinct case when period >= '{{ metric_period(3) }}' then period end) as recent_months,
        sum(cash_amount) as cash_amount,
        sum(collected_amount) as collected_amount
    from {{ ref('mtr_employer_month') }}
    where period < {{ as_of_period() }}
    group by registration_key
),

failed as (
    select bill_key
    from {{ ref('int_deduction_month') }}
    where list_month = {{ as_of_period() }} and not is_success
    group by bill_key
),

joined as (
    select
        unpaid.*,
        bill.front_state_code,
        bill.declared_at,
        bill.invoiced_amount,
        taxpayer.status_code as taxpayer_status_code,
        failed.bill_key is not null as is_failed,
        coalesce(history.paid_months, 0) as paid_months,
        coalesce(history.recent_months, 0) as recent_months,
        coalesce(history.cash_amount, 0) as cash_amount,
        coalesce(history.collected_amount, 0) as paid_amount
    from unpaid
    inner join {{ ref('int_bill') }} as bill on unpaid.bill_key = bill.bill_key
    left join {{ ref('int_taxpayer') }} as taxpayer on bill.taxpayer_key = taxpayer.taxpayer_key
    left join failed on unpaid.bill_key = failed.bill_key
    left join history on unpaid.registration_key = history.registration_key
),

decided as (
    select
        joined.*,
        case
            when taxpayer_status_code in ('05', '07') then 'inactive'
            when collected_amount > 0 then 'partly'
            when is_failed then 'deduction_failed'
            when (front_state_code is distinct from '1') and declared_at is null then 'not_ready'
            when invoiced_amount > 0 then 'invoiced'
            when paid_months = 0 then 'never_paid'
            when recent_months = 0 then 'stopped_paying'
            when cash_amount * 2 > paid_amount then 'pays_cash'
            when declared_at is null then 'not_declared'
            else 'not_decided'
        end as reason_code
    from joined
)

select
    bill_key,
    registration_key,
    department_code,
    bureau_code,
    town_code,
    {{ as_of_period() }} as period,
    reason_code,
    case reason_code
        when 'inactive' then '纳税人已注销或非正常'
        when 'partly' then '只缴了一部分'
        when 'deduction_failed' then '批扣或托收失败'
        when 'not_ready' then '单据在子系统未处理成功，还不能申报'
        when 'invoiced' then '已开票未缴款'
        when 'never_paid' then '近一年没有缴费记录'
        when 'stopped_paying' then '近三个月停止缴费'
        when 'pays_cash' then '习惯到前台缴现金'
        when 'not_declared' then '平时按月缴费，本月尚未申报'
        else '未能判定'
    end as reason,
    due_amount,
    collected_amount,
    {{ decimal18('due_amount - collected_amount') }} as missing_amount,
    cast(paid_months as integer) as paid_months,
    {{ decimal18('paid_amount') }} as paid_amount,
    {{ ratio('cash_amount', 'paid_amount') }} as cash_share
from decided
