-- What may keep registrations or bills from reaching tax, measured and not yet judged: troubles of as_of, inserts that have not gone in, fullness of
-- tablespaces, slow reads of as_of. Whose business it is follows from the system (ref_exchange_system; a system that is not listed carries both) or
-- from the table. Grain: exchange_key x reason_code x since_at.
with troubles as (

    select
        system_code || '|' || {{ date_text('began_at') }} as exchange_key,
        kind as reason_code,
        system_code,
        cast(null as string) as table_name,
        cast(null as string) as tablespace_name,
        began_at as since_at,
        minutes as measure,
        is_ongoing,
        response_ms,
        usual_ms,
        cpu_share,
        memory_share,
        cast(null as integer) as row_count,
        cast(null as string) as error_code,
        cast(null as string) as business_code
    from {{ ref('int_exchange_trouble') }}
    where cast(last_bad_at as date) = {{ as_of_date() }}

),

failures as (

    select
        failure_no as exchange_key,
        'inserts_fail' as reason_code,
        system_code,
        table_name,
        cast(null as string) as tablespace_name,
        failed_at as since_at,
        minutes_out as measure,
        true as is_ongoing,
        cast(null as decimal(10, 1)) as response_ms,
        cast(null as decimal(10, 1)) as usual_ms,
        cast(null as decimal(5, 2)) as cpu_share,
        cast(null as decimal(5, 2)) as memory_share,
        row_count,
        error_code,
        business_code
    from {{ ref('int_exchange_failure') }}
    where is_open

),

spaces as (

    select
        system_code || '|' || tablespace_name as exchange_key,
        'space_runs_out' as reason_code,
        system_code,
        cast(null as string) as table_name,
        tablespace_name,
        cast(over_since as timestamp) as since_at,
        used_share as measure,
        true as is_ongoing,
        cast(null as decimal(10, 1)) as response_ms,
        cast(null as decimal(10, 1)) as usual_ms,
        cast(null as decimal(5, 2)) as cpu_share,
        cast(null as decimal(5, 2)) as memory_share,
        days_until_full as row_count,
        cast(null as string) as error_code,
        cast(null as string) as business_code
    from {{ ref('int_exchange_space') }}
    where is_over and is_current and not is_autoextend

),

reads as (

    select
        read_no as exchange_key,
        'reads_crawl' as reason_code,
        system_code,
        table_name,
        cast(null as string) as tablespace_name,
        began_at as since_at,
        times as measure,
        false as is_ongoing,
        cast(null as decimal(10, 1)) as response_ms,
        cast(null as decimal(10, 1)) as usual_ms,
        cast(null as decimal(5, 2)) as cpu_share,
        cast(null as decimal(5, 2)) as memory_share,
        cast(elapsed_seconds as integer) as row_count,
        cast(null as string) as error_code,
        business_code
    from {{ ref('int_exchange_slow_read') }}
    where read_date = {{ as_of_date() }}

),

issues as (

    select * from troubles
    union all
    select * from failures
    union all
    select * from spaces
    union all
    select * from reads

)

select
    issues.exchange_key,
    issues.reason_code,
    issues.system_code,
    coalesce(known.system_name, issues.system_code) as system_name,
    known.department_code,
    issues.table_name,
    issues.tablespace_name,
    issues.since_at,
    cast(issues.measure as decimal(12, 2)) as measure,
    issues.is_ongoing,
    issues.response_ms,
    issues.usual_ms,
    issues.cpu_share,
    issues.memory_share,
    issues.row_count,
    issues.error_code,
    issues.business_code,
    coalesce(issues.business_code = '1', known.carries_registration, true) as concerns_registration,
    coalesce(issues.business_code = '2', known.carries_bill, true) as concerns_bill
from issues
left join {{ ref('ref_exchange_system') }} as known on issues.system_code = known.system_code
