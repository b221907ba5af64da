-- Numbers of the old pension system that the new one does not have, or has for somebody else: what to carry over, and what is garbage to be left behind.
-- Grain: department_code × old_person_no.
select
    {{ finding_of(
        'B11.6', 'old_number', alias='old',
        reason='old.match_state',
        since='old.switched_date',
        values={'bureau_code': 'district.bureau_code'},
        evidence='旧养老系统个人编号{old.old_person_no}（{agency.agency_name}）' ~ "{case old.match_state
            when 'not_carried_over' then '没有新编号，而新系统按同一证件号码有编号' || old.person_no || '，应补对照关系'
            when 'target_missing' then '对照的新编号' || old.person_no || '在新系统中不存在'
            when 'occupied' then '对照的新编号' || old.person_no || '在新系统中是另一人（姓名、证件号码都不同）'
            when 'duplicate' then '与旧编号' || old.carried_old_person_no || '是同一证件号码，后者已有新编号，属重复数据'
            when 'test_row' then '为测试数据或证件号码不合法'
            when 'no_identity' then '没有证件号码，无法与新系统比对'
            when 'no_counterpart' then '在新系统中按证件号码查无此人'
            end|phrase}" ~ "{case when old.match_state in ('not_carried_over', 'target_missing', 'occupied') then '；由人社核实并补正对照关系后解除'
            else '；由人社核实后剔除，或补传人员信息后解除' end|phrase}" ~ '。',
    ) }},
    old.old_person_no,
    old.person_no,
    old.carried_old_person_no,
    case when old.match_state in ('not_carried_over', 'target_missing', 'occupied') then 'clean' else 'garbage' end as handling,
    old.old_status_code
from {{ ref('int_legacy_match') }} as old
left join {{ ref('dim_agency') }} as agency on old.agency_code = agency.agency_code
left join {{ ref('dim_division') }} as district on agency.district_code = district.division_code and district.level = 'district'
where old.department_code = 'HRSS' and old.match_state not in ('matched', 'changed')
