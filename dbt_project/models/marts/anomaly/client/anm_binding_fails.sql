-- Registrations that somebody tried in vain to bind in the client and that are not bound since: the decided cause out of association, taxpayer's
-- status, contact phones. Grain: registration.
with tries as (
    select
        binding_no,
        registration_key,
        client_account_key,
        taxpayer_key as tried_taxpayer_key,
        failure_code,
        failure_text,
        operated_at,
        vain_count
    from {{ ref('int_client_binding') }}
    where is_vain and next_bound_at is null and registration_key is not null
    qualify row_number() over (partition by registration_key order by operated_at desc nulls last, binding_no desc) = 1
),

vain as (
    select
        tries.registration_key,
        {{ key_part('tries.registration_key', 1) }} as department_code,
        tie.bureau_code,
        tie.agency_code,
        tie.town_code,
        coalesce(tie.taxpayer_key, tries.tried_taxpayer_key) as taxpayer_key,
        tie.unit_name,
        coalesce(tie.is_associated, false) as is_associated,
        tie.taxpayer_status_code,
        tie.usable_phone_count,
        tries.client_account_key,
        tries.failure_text,
        tries.operated_at,
        tries.vain_count,
        case
            when not coalesce(tie.is_associated, false) then 'not_associated'
            when not tie.is_taxpayer_normal then 'taxpayer_invalid'
            when coalesce(tie.usable_phone_count, 0) = 0 then 'phone_unusable'
            when tries.failure_code = '01' or tries.failure_text like '%未查询到%' or tries.failure_text like '%未关联%' then 'not_associated'
            when tries.failure_code = '02' or tries.failure_text like '%状态%' then 'taxpayer_invalid'
            when tries.failure_code = '03' or tries.failure_text like '%手机%' then 'phone_unusable'
            else 'not_decided'
        end as reason_code
    from tries
    left join {{ ref('int_registration_tie') }} as tie on tries.registration_key = tie.registration_key
)

select
    {{ finding_of(
        'A4.2.1', 'registration', alias='vain',
        reason='vain.reason_code',
        since='vain.operated_at',
        evidence="“{vain.unit_name}”的{vain.department_code|department}户籍在客户端绑定失败{vain.vain_count}次，最近一次为{vain.operated_at|date}，
            提示“{vain.failure_text}”；查得{case vain.reason_code
            when 'not_associated' then case when vain.is_associated then '绑定时户籍未关联（现已关联，可重新绑定）' else '户籍在子系统未关联税务主体' end
            when 'taxpayer_invalid' then '金三纳税人登记状态无效（状态代码' || coalesce(vain.taxpayer_status_code, '空') || '）'
            when 'phone_unusable' then '三类人员登记的联系方式不能接收验证码（可用' || coalesce(vain.usable_phone_count, 0) || '个）'
            else '关联、登记状态、联系方式均正常，原因未能判定' end|phrase}；排除原因并绑定成功后解除。",
    ) }},
    vain.unit_name,
    vain.is_associated,
    vain.taxpayer_status_code,
    vain.usable_phone_count,
    vain.client_account_key,
    vain.failure_text,
    vain.operated_at as last_tried_at,
    vain.vain_count
from vain
