{#- What is wrong with an exchange system, and what makes it right, in words with the row's own numbers; for the rules about blocked registrations and bills. -#}
{% macro exchange_issue_words(row) -%}
    {%- set since = "'自' || substr(cast(" ~ row ~ ".since_at as string), 1, 16) || '起'" -%}
    {%- set minutes = "cast(cast(" ~ row ~ ".measure as integer) as string) || '分钟'" -%}
    {%- set table = "'的' || coalesce(" ~ row ~ ".table_title, " ~ row ~ ".table_name, '交换表')" -%}
    case {{ row }}.reason_code
        when 'connection_lost' then concat_ws('', {{ since }}, '连接中断', {{ minutes }}, case when {{ row }}.is_ongoing then '，尚未恢复' else '，现已恢复' end)
        when 'heartbeat_missing' then concat_ws('', {{ since }}, '没有心跳记录，已', {{ minutes }}, '，无法判断是否可用')
        when 'inserts_fail' then concat_ws('', {{ table }}, {{ since }}, '有', cast({{ row }}.row_count as string), '行插入失败，至今未写入（', coalesce({{ row }}.error_code, '无错误代码'), coalesce(' ' || {{ row }}.error_name, ''), '）')
        when 'space_runs_out' then concat_ws('', '的表空间', {{ row }}.tablespace_name, '已使用', cast({{ row }}.measure as string), '%', coalesce('，按近两周的增长约' || cast({{ row }}.row_count as string) || '天后写满', ''))
        when 'reads_crawl' then concat_ws('', {{ table }}, '在', substr(cast({{ row }}.since_at as string), 1, 16), '的一次读取用了', cast({{ row }}.row_count as string), '秒，是阈值的', cast({{ row }}.measure as string), '倍')
        when 'response_slow' then concat_ws('', {{ since }}, '响应缓慢', {{ minutes }}, '（中位', cast(cast({{ row }}.response_ms as integer) as string), '毫秒，同类日同一时段通常', cast(cast({{ row }}.usual_ms as integer) as string), '毫秒）')
        when 'resource_exhausted' then concat_ws('', {{ since }}, '资源耗尽', {{ minutes }}, '（处理器最高', cast({{ row }}.cpu_share as string), '%，内存最高', cast({{ row }}.memory_share as string), '%）')
    end
{%- endmacro %}

{% macro exchange_issue_remedy(row) -%}
    case {{ row }}.reason_code
        when 'connection_lost' then case when {{ row }}.is_ongoing then '排查网络、监听与数据库，恢复连接后解除' else '核对中断期间的批次是否已补传，无新的中断次日解除' end
        when 'heartbeat_missing' then '恢复心跳监测后解除'
        when 'inserts_fail' then coalesce({{ row }}.advice, '查明错误原因后重新写入') || '，写入后解除'
        when 'space_runs_out' then '扩展表空间或清理历史数据，使用率回到起点以下后解除'
        when 'reads_crawl' then '检查执行计划、索引与锁等待，无新的慢读次日解除'
        when 'response_slow' then '检查负载、慢查询与锁等待，响应正常后次日解除'
        when 'resource_exhausted' then '检查占用资源的任务，负载正常后次日解除'
    end
{%- endmacro %}
