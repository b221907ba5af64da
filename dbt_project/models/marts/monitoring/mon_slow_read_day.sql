-- Reads over their threshold in 30 days, counted by table and day, with the worst and what it waited for. Grain: system_code x table_name x read_date.
with ranked as (
    select
        slow.*,
        -- Two reads may be equally bad: the first of them is shown, whatever the order of the rows.
        row_number() over (
            partition by slow.system_code, slow.table_name, slow.read_date
            order by slow.times desc nulls last, slow.read_no
        ) as badness
    from {{ ref('int_exchange_slow_read') }} as slow
    where slow.read_date > cast({{ as_of_date() }} - interval '30' day as date)
)

select
    slow.system_code,
    coalesce(system.system_name, slow.system_code) as system_name,
    slow.table_name,
    known.table_title,
    slow.read_date,
    count(*) as slow_count,
    max(slow.times) as worst_times,
    max(slow.elapsed_seconds) as worst_seconds,
    max(case when slow.badness = 1 then slow.wait_event end) as worst_wait_event
from ranked as slow
left join {{ ref('ref_exchange_table') }} as known on slow.table_name = known.table_name
left join {{ ref('ref_exchange_system') }} as system on slow.system_code = system.system_code
group by slow.system_code, coalesce(system.system_name, slow.system_code), slow.table_name, known.table_title, slow.read_date
