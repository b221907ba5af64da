-- Messages of special payments that tax failed to receive, of employers and of persons alike, with the reason. Grain: message.
with failed as (
    select
        message.*,
        message.fail_class as reason_code,
        case message.fail_class
            when 'care_assessed' then '多核定了长期护理险，校验不通过'
            when 'payer_unknown' then '未查询到编号对应的登记'
            when 'period_wrong' then '费款所属期不符'
            when 'amount_differs' then '金额不一致'
            when 'item_invalid' then '险种或品目无效'
            when 'repeated' then '重复报文'
            else '其他原因'
        end as reason_words
    from {{ ref('int_special_message_failed') }} as message
)

select
    {{ finding_of(
        'A10.02', 'special_message', alias='failed',
        reason='failed.reason_code',
        since='failed.received_at',
        evidence='{failed.department_code|department}' ~ "{case when failed.payer_kind = 'employer' then '单位' || coalesce('“' || unit.unit_name || '”', '') else '人员' end|phrase}"
            ~ '（编号{failed.payer_no}）的特殊缴费{failed.amount|money}元（通知流水号{failed.notice_serial}）于{failed.received_at|date}接收失败：{failed.reason_words}；
            部门更正后重新发送并接收成功，或撤销发送后解除。',
    ) }},
    unit.unit_name,
    who.person_name,
    failed.payer_kind,
    failed.payer_no,
    failed.notice_serial,
    failed.special_type_code,
    failed.sent_at,
    failed.received_at,
    failed.reason_words
from failed
left join {{ ref('int_registration') }} as unit on failed.registration_key = unit.registration_key
left join {{ ref('int_person_identity') }} as who on failed.fee_registration_no = who.fee_registration_no
