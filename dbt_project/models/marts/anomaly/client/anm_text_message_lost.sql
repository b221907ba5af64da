-- Text messages of the client that were never received, unless the same account got one for the same purpose soon after. Grain: text message.
{% set retry_minutes = var('a4_1_1_retry_minutes', 30) %}
{% set days = var('a4_1_1_days', 90) %}
with lost as (
    select
        messages.message_no as client_message_key,
        messages.client_account_key,
        messages.carrier_code,
        case messages.carrier_code when '1' then '移动' when '2' then '联通' when '3' then '电信' else '未知运营商' end as carrier_name,
        messages.purpose_code,
        case messages.purpose_code when '1' then '注册' when '2' then '登录' when '3' then '找回密码' when '4' then '户籍绑定' else '其他' end as purpose_name,
        messages.sent_at,
        messages.receipt_code,
        messages.failure_text,
        account.taxpayer_key,
        taxpayer.taxpayer_name,
        taxpayer.bureau_code,
        taxpayer.town_code,
        case
            when messages.failure_code = '01' or messages.failure_text like '%拦截%' then 'blocked_by_phone'
            when messages.failure_code = '02' or messages.failure_text like '%机%' then 'phone_off'
            when messages.failure_code = '03' or messages.failure_text like '%空号%' then 'number_vacant'
            when messages.failure_code = '04' or messages.failure_text like '%超时%' or messages.failure_text like '%网关%' then 'carrier_timeout'
            when messages.receipt_code is null and messages.failure_code is null and messages.failure_text is null then 'no_receipt'
            else 'not_decided'
        end as reason_code
    from {{ ref('int_client_message') }} as messages
    left join {{ ref('int_client_account') }} as account on messages.client_account_key = account.client_account_key
    left join {{ ref('int_taxpayer') }} as taxpayer on account.taxpayer_key = taxpayer.taxpayer_key
    where
        {{ days_between('cast(messages.sent_at as date)', as_of_date()) }} <= {{ days }}
        and (
            messages.delivered_later_at is null
            or {{ minutes_between('messages.sent_at', 'messages.delivered_later_at') }} > {{ retry_minutes }}
        )
)

select
    {{ finding_of(
        'A4.1.1', 'client_message', alias='lost',
        reason='lost.reason_code',
        since='lost.sent_at',
        evidence="“{lost.taxpayer_name}”的客户端经办人于{lost.sent_at|date}申请{lost.purpose_name}短信验证码（流水号{lost.client_message_key}，{lost.carrier_name}），
            未收到送达回执：{case lost.reason_code
            when 'blocked_by_phone' then '被手机短信拦截功能拦截'
            when 'phone_off' then '手机关机或停机'
            when 'number_vacant' then '号码为空号'
            when 'carrier_timeout' then '运营商网关超时'
            when 'no_receipt' then '短信公司没有返回任何回执'
            else '原因未能判定' end|phrase}，之后也未及时补收到；对接短信公司核查，经办人解除拦截后重新获取。",
    ) }},
    lost.taxpayer_name as unit_name,
    lost.client_account_key,
    lost.carrier_code,
    lost.carrier_name,
    lost.purpose_code,
    lost.purpose_name,
    lost.sent_at,
    lost.receipt_code,
    lost.failure_text
from lost
