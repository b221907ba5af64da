-- What keeps employers' registrations from reaching tax on as_of: no connection, a stopped heartbeat, inserts that do not go in, full tablespaces, reads that crawl, slow answers,
-- no processor or memory left. One trouble of a system and day is named once, by the first reason that holds. Grain: trouble, failed batch, tablespace or slow read.
with {{ exchange_blocked(
    'concerns_registration',
    outage_minutes=var('exchange_outage_minutes', 60),
    unrecovered_minutes=var('exchange_unrecovered_minutes', 120),
    space_share=var('exchange_space_share', 90),
    slow_times=var('exchange_slow_times', 8),
    slow_minutes=var('exchange_slow_minutes', 120),
) }}

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
