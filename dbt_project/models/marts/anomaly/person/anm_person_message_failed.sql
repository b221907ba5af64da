-- Messages with a person's base information or enrolment that tax failed to take over, with the reason. Grain: message.
with failed as (
    select
        message.*,
        insurance.insurance_name,
        message.fail_class as reason_code,
        case message.message_type_code when '1' then '基础信息' else '参保险种信息' end as message_type_name,
        case message.fail_class
            when 'base_missing' then '未查询到人员编号对应的基础信息'
            when 'id_type_differs' then '人员编号占用，证件类型不一致'
            when 'id_number_differs' then '人员编号占用，证件号码不一致'
            when 'name_differs' then '人员编号占用，姓名不一致'
            when 'division_invalid' then '行政区划代码不在码表内'
            when 'town_unmapped' then '街道乡镇代码未对应'
            else '其他原因'
        end as reason_words,
        case message.fail_class
            when 'base_missing' then '部门先推送基础信息，再推送参保信息'
            when 'id_type_differs' then '原参保地传递变更数据，或在税务前台变更自然人信息后重新传递'
            when 'id_number_differs' then '原参保地传递变更数据，或在税务前台变更自然人信息后重新传递'
            when 'name_differs' then '原参保地传递变更数据，或在税务前台变更自然人信息后重新传递'
            when 'division_invalid' then '部门更正行政区划代码后重新传递'
            when 'town_unmapped' then '补充街道乡镇代码对应后重新传递'
            else '查明原因后重新传递'
        end as remedy_words
    from {{ ref('int_person_message_failed') }} as message
    left join {{ ref('ref_person_insurance') }} as insurance on message.insurance_code = insurance.insurance_code
)

select
    {{ finding_of(
        'A10.03', 'person_message', alias='failed',
        reason='failed.reason_code',
        since='failed.received_at',
        evidence='{failed.department_code|department}于{failed.sent_at|date}传递的人员编号{failed.person_no}的{failed.insurance_name|phrase}{failed.message_type_name|phrase}
            （报文{failed.person_message_key}）接收失败：{failed.reason_words|phrase}；{failed.remedy_words|phrase}并接收成功后解除。',
    ) }},
    failed.message_type_name,
    failed.person_no,
    failed.source_system,
    failed.sent_at,
    failed.received_at,
    failed.fail_code,
    failed.reason_words
from failed
