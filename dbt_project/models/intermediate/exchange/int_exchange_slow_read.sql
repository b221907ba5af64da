-- Reads of exchange tables that took longer than their threshold, in times of it. Grain: read_no.
select
    slow.read_no,
    slow.system_code,
    slow.table_name,
    coalesce(known.business_code, '0') as business_code,
    slow.began_at,
    cast(slow.began_at as date) as read_date,
    slow.elapsed_seconds,
    cast(slow.elapsed_seconds / nullif(slow.threshold_seconds, 0) as decimal(12, 2)) as times,
    slow.wait_event
from {{ ref('stg_exchange_ops__slow_read') }} as slow
left join {{ ref('ref_exchange_table') }} as known on slow.table_name = known.table_name
