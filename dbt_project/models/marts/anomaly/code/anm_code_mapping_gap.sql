-- Old codes of towns, villages, kinds of persons and unit types that the mapping to the new systems lacks, leads nowhere, or was never told of.
-- Codes marked as no longer used need no new one. Grain: code_type × old_code.
{%- set type_name -%}
    case code.code_type
        when 'JDXZ' then '街道乡镇' when 'CSQ' then '社区村' when 'RYLB' then '参保人员特殊类别' when 'DWLX' then '单位类型' else code.code_type
    end
{%- endset %}

select
    {{ finding_of(
        'B11.5', 'code',
        reason='code.mapping_state',
        since='coalesce(code.mapped_date, code.updated_date, ' ~ as_of_date() ~ ')',
        evidence='旧' ~ "{" ~ type_name ~ "|phrase}" ~ '代码{code.old_code}（{code.old_name}）' ~ "{case code.mapping_state
            when 'not_entered' then '没有列入新旧代码对照表'
            when 'not_mapped' then '尚未对照新代码'
            when 'target_unknown' then '对照的新代码' || code.new_code || '在新代码集中不存在'
            end|phrase}" ~ '，旧养老、医保系统中还有{code.person_count}条人员记录使用该代码；核对采集表后补填正确的新代码，或标明不再使用，即解除。',
    ) }},
    code.code_type,
    {{ type_name }} as code_type_name,
    code.old_code,
    code.old_name,
    code.new_code,
    code.new_name,
    code.person_count,
    code.mapped_date
from {{ ref('int_code_mapping') }} as code
where code.mapping_state in ('not_entered', 'not_mapped', 'target_unknown')
