-- What keeps employers' registrations from reaching tax on as_of: no connection, a stopped heartbeat, inserts that do not go in, full tablespaces, reads that crawl, slow answers,
-- no processor or memory left. One trouble of a system and day is named once, by the first reason that holds. Grain: trouble, failed batch, tablespace or slow read.
with told as (

    select
        issue.*,
        known.table_title,
        case issue.reason_code
            when 'connection_lost' then 1
            when 'heartbeat_missing' then 2
            when 'inserts_fail' then 3
            when 'space_runs_out' then 4
            when 'reads_crawl' then 5
            when 'response_slow' then 6
            when 'resource_exhausted' then 7
        end as reason_rank,
        error.error_name,
        error.advice,
        error.who
    from {{ ref('int_exchange_issue') }} as issue
    left join {{ ref('ref_exchange_table') }} as known on issue.table_name = known.table_name
    left join {{ ref('ref_database_error') }} as error on issue.error_code = error.error_code
    where
        issue.concerns_registration
        and case issue.reason_code
            when 'connection_lost' then issue.measure >= {{ var('exchange_outage_minutes', 60) }}
            when 'heartbeat_missing' then issue.measure >= {{ var('exchange_outage_minutes', 60) }}
            when 'inserts_fail' then issue.measure > {{ var('exchange_unrecovered_minutes', 120) }}
            when 'space_runs_out' then issue.measure > {{ var('exchange_space_share', 90) }}
            when 'reads_crawl' then issue.measure >= {{ var('exchange_slow_times', 8) }}
            when 'response_slow' then issue.measure >= {{ var('exchange_slow_minutes', 120) }}
            when 'resource_exhausted' then issue.measure >= {{ var('exchange_slow_minutes', 120) }}
        end

),

issue as (

    select *
    from told
    qualify row_number() over (partition by exchange_key order by reason_rank, measure desc, since_at) = 1

)

select
    {{ finding_of(
        'A13.2', 'exchange', alias='issue',
        reason='issue.reason_code',
        since='issue.since_at',
        evidence='{issue.system_name}' ~ "{" ~ exchange_issue_words('issue') ~ "|phrase}" ~ '，影响户籍传递；' ~ "{" ~ exchange_issue_remedy('issue') ~ "|phrase}" ~ '。',
    ) }},
    issue.system_code,
    issue.system_name,
    issue.table_name,
    issue.table_title,
    issue.tablespace_name,
    issue.since_at,
    issue.is_ongoing,
    issue.measure,
    issue.error_code,
    issue.error_name,
    issue.who
from issue
