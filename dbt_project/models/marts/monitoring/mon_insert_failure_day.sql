-- Failed inserts of 30 days and whatever is still out, counted by table, day and error. Grain: system_code x table_name x failed_date x error_code.
select
    failure.system_code,
    system.system_name,
    failure.table_name,
    known.table_title,
    failure.business_code,
    failure.failed_date,
    coalesce(failure.error_code, '无代码') as error_code,
    error.error_name,
    error.who,
    count(*) as batch_count,
    cast(sum(failure.row_count) as bigint) as row_count,
    count(case when failure.is_open then 1 end) as open_batch_count,
    cast(coalesce(sum(case when failure.is_open then failure.row_count end), 0) as bigint) as open_row_count,
    cast(median(case when not failure.is_open then failure.minutes_out end) as decimal(10, 1)) as recovered_minutes,
    max(case when failure.is_open then failure.minutes_out end) as longest_open_minutes
from {{ ref('int_exchange_failure') }} as failure
left join {{ ref('ref_exchange_table') }} as known on failure.table_name = known.table_name
left join {{ ref('ref_exchange_system') }} as system on failure.system_code = system.system_code
left join {{ ref('ref_database_error') }} as error on failure.error_code = error.error_code
where failure.is_open or failure.failed_date > cast({{ as_of_date() }} - interval '30' day as date)
group by
    failure.system_code, system.system_name, failure.table_name, known.table_title, failure.business_code, failure.failed_date,
    coalesce(failure.error_code, '无代码'), error.error_name, error.who
