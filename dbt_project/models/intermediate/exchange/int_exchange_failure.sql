-- Batches that could not be inserted into an exchange table, with whose business they are, whether they are still out, and how long they were.
-- The database's own text stays in the exchange: it may quote a row. Grain: failure_no.
select
    failure.failure_no,
    failure.system_code,
    failure.table_name,
    coalesce(failure.business_code, known.business_code, '0') as business_code,
    failure.failed_at,
    cast(failure.failed_at as date) as failed_date,
    failure.row_count,
    failure.error_code,
    failure.retry_count,
    failure.recovered_at,
    failure.recovered_at is null as is_open,
    {{ minutes_between('failure.failed_at', 'least(coalesce(failure.recovered_at, moment.known_until), moment.known_until)') }} as minutes_out
from {{ ref('stg_exchange_ops__insert_failure') }} as failure
cross join {{ ref('int_exchange_moment') }} as moment
left join {{ ref('ref_exchange_table') }} as known on failure.table_name = known.table_name
