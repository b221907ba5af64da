-- Matching runs over rosters that broke off, or have run far too long, and were not run to their end since: proposes to resume behind the last line done,
-- in idle hours. Only the last import of a cadre counts. Grain: run.
with stopped as (

    select
        runs.*,
        runs.run_no as matching_run_key,
        case when runs.status_code = '2' then 'broken_off' else 'hanging' end as reason_code,
        coalesce(runs.ended_at, runs.started_at) as stopped_at
    from {{ ref('int_cadre_run') }} as runs
    where
        runs.status_code = '2'
        or (
            runs.status_code = '4'
            and {{ hours_between('runs.started_at', as_of_end()) }} > {{ var('p1_3_2_hours', 12) }}
        )

)

select
    {{ finding_of(
        'P1.3.2', 'matching_run', alias='stopped',
        reason='stopped.reason_code',
        since='stopped.stopped_at',
        evidence="匹配任务{stopped.run_no}（村干账户{stopped.cadre_key}）{case stopped.reason_code
            when 'broken_off' then '中断：' || coalesce(stopped.failure_text, '未说明原因')
            else '长时间没有结束' end|phrase}，名册{stopped.line_count}人只处理了{stopped.done_count}人；在系统空闲时段从断点续跑，全部处理完即解除。",
    ) }},
    stopped.run_no,
    stopped.cadre_key,
    stopped.kind_code,
    case stopped.kind_code when '1' then '户籍参保' when '2' then '缴费' when '3' then '三方协议' else stopped.kind_code end as kind_name,
    stopped.started_at,
    stopped.line_count,
    stopped.done_count,
    stopped.line_count - stopped.done_count as left_count,
    '处理进度' as field_name,
    cast(stopped.done_count as string) as current_value,
    cast(stopped.line_count as string) as proposed_value,
    '从第' || cast(stopped.done_count + 1 as string) || '条续跑，安排在{{ var('p1_3_2_window', '20:00-06:00') }}' as reason_text,
    cast(case when stopped.reason_code = 'broken_off' then 0.95 else 0.70 end as decimal(3, 2)) as confidence,
    '匹配任务日志' as evidence_source,
    'proposed' as state
from stopped
