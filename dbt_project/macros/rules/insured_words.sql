{#- Words and classes of what the departments do to a person number in an insurance (参保键). -#}

{#- A department's code of a change or of the reason of an end, as a word of the project. -#}
{% macro insured_stop_reason(code) -%}
    case {{ code }}
        when '01' then 'dead'
        when '02' then 'enlisted'
        when '03' then 'moved'
        when '04' then 'suspended'
        when '05' then 'employed'
        when '06' then 'student'
        when '07' then 'benefits'
        when '08' then 'benefits_suspended'
        when '09' then 'merged'
        when '10' then 'flexible'
    end
{%- endmacro %}

{#- The same as people say it. -#}
{% macro insured_stop_words(reason) -%}
    case {{ reason }}
        when 'dead' then '死亡'
        when 'enlisted' then '参军'
        when 'moved' then '迁出'
        when 'suspended' then '停保'
        when 'employed' then '转职工参保'
        when 'student' then '转学校参保'
        when 'benefits' then '领取待遇'
        when 'benefits_suspended' then '暂停待遇'
        when 'merged' then '编号合并'
        when 'flexible' then '转灵活就业'
        when 'withdrawn' then '撤销发送'
        else '终止'
    end
{%- endmacro %}

{#- How far the department's word has come on its way to tax. -#}
{% macro transfer_stage_words(stage) -%}
    case {{ stage }}
        when 'not_sent' then '未推送税务'
        when 'unread' then '已推送，税务未读取'
        else '税务已读取，登记未变'
    end
{%- endmacro %}

{#- What the stage asks for, and of whom. -#}
{% macro transfer_stage_remedy(stage) -%}
    case {{ stage }}
        when 'not_sent' then '由部门补推'
        when 'unread' then '由共享平台和税务查明未读取的原因并重新读取'
        else '由税务按部门数据更新登记'
    end
{%- endmacro %}
