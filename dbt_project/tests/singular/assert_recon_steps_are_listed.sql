-- Blocking: every step of the waterfall is the sum of the single breaks that a page lists for it, so that each cent leads to its record. Bills by the rows of
-- their items and by fee period, the others by the month of the event; what is on its way within the delay is in no list.
with side as (
    select
        pair,
        measure,
        month,
        bureau_code,
        step_code as cause_code,
        amount,
        case_count
    from {{ ref('rec_waterfall') }}
    where step_no = 2
    union all
    select
        pair,
        measure,
        case when measure in ('annuity', 'payment', 'day') then {{ to_period('since_date') }} else period end as month,
        bureau_code,
        cause_code,
        difference as amount,
        -1 as case_count
    from {{ ref('rec_all_break') }}
    where measure not in ('bill', 'collection', 'settlement') or insurance_code <> '*'
)

select
    pair,
    measure,
    month,
    bureau_code,
    cause_code,
    sum(amount) as amount_left,
    sum(case_count) as count_left
from side
group by pair, measure, month, bureau_code, cause_code
having sum(amount) <> 0 or sum(case_count) <> 0
