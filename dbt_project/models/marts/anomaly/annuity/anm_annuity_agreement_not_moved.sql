-- Units that changed their bound client account and whose collection agreement did not follow as it should: not moved within the delay,
-- moved with another account than it had, or refused by the nightly move with its reason. The latest change of the account decides.
-- Grain: registration.
{% set delay = var('a5_05_delay', 1) %}
with judged as (
    select
        move.*,
        {{ past_delay('move.changed_at', delay) }} as is_late,
        coalesce(move.new_account_norm, '') <> coalesce(move.old_account_norm, '')
        or coalesce(move.agreement_client_account_no, '') <> coalesce(move.new_client_account_no, '') as is_deviating
    from {{ ref('int_annuity_move') }} as move
    where move.registration_key is not null
),

wrong as (
    select
        judged.*,
        case
            when state_code = '3' and failure_reason like '%协议%' then 'agreement_invalid'
            when state_code = '3' and (failure_reason like '%托收单位%' or failure_reason like '%信息缺失%') then 'unit_info_missing'
            when state_code = '3' and failure_reason like '%关联%' then 'association_differs'
            when state_code = '3' then 'not_movable'
            when state_code = '1' and is_deviating then 'deviating'
            when coalesce(state_code, '0') <> '1' and is_late then 'missing'
        end as reason_code
    from judged
),

listed as (
    select *
    from wrong
    where reason_code is not null
    qualify row_number() over (
        partition by registration_key
        order by changed_at desc, annuity_agreement_key desc
    ) = 1
)

select
    {{ finding_of(
        'A5.5', 'registration', alias='unit',
        reason='listed.reason_code',
        since='listed.changed_at',
        evidence='“{unit.unit_name}”（单位编号{unit.unit_no}）于{listed.changed_at|date}更换绑定账户，年金托收协议（协议序号{listed.annuity_agreement_key}）'
            ~ "{case listed.reason_code when 'missing' then '至今未迁移至新账户' when 'deviating' then '迁移后与原协议不一致' else '无法迁移，原因：' || coalesce(listed.failure_reason, '未说明') end|phrase}"
            ~ '；' ~ "{case listed.reason_code when 'missing' then '排查数据交换并完成迁移后解除' when 'deviating' then '核对并更正新账户下的协议后解除' when 'agreement_invalid' then '单位重新签订有效协议后解除' when 'unit_info_missing' then '补齐托收单位信息并重新迁移后解除' when 'association_differs' then '使协议与新户籍关联一致并重新迁移后解除' else '查明原因并重新迁移后解除' end|phrase}"
            ~ '。',
    ) }},
    unit.unit_name,
    unit.unit_no,
    listed.annuity_agreement_key,
    listed.old_client_account_no,
    listed.new_client_account_no,
    listed.changed_at,
    listed.state_code,
    listed.moved_at,
    listed.failure_reason
from listed
inner join {{ ref('int_registration') }} as unit on listed.registration_key = unit.registration_key
