{#-
    What is bad enough to keep rows from reaching tax, as CTEs `told` and `issue`: one trouble of a system and day, by the first reason that holds.

    concern   the column of int_exchange_issue that says whose business it is: concerns_registration or concerns_bill
    the rest  from which measure on an issue is told: minutes, per cent, times the usual
-#}
{% macro exchange_blocked(concern, outage_minutes, unrecovered_minutes, space_share, slow_times, slow_minutes) -%}
told as (

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
        issue.{{ concern }}
        and case issue.reason_code
            when 'connection_lost' then issue.measure >= {{ outage_minutes }}
            when 'heartbeat_missing' then issue.measure >= {{ outage_minutes }}
            when 'inserts_fail' then issue.measure > {{ unrecovered_minutes }}
            when 'space_runs_out' then issue.measure > {{ space_share }}
            when 'reads_crawl' then issue.measure >= {{ slow_times }}
            when 'response_slow' then issue.measure >= {{ slow_minutes }}
            when 'resource_exhausted' then issue.measure >= {{ slow_minutes }}
        end

),

issue as (

    select *
    from told
    qualify row_number() over (partition by exchange_key order by reason_rank, measure desc, since_at) = 1

)
{% endmacro %}
