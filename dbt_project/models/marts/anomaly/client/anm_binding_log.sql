-- The history of registrations in the client: tied by tax, bound, bound anew, unbound, tried in vain. A plain extract. Grain: operation.
with operations as (
    select
        binding_no as client_binding_key,
        registration_key,
        department_code,
        taxpayer_key,
        client_account_key,
        operated_at,
        origin_code,
        result_code,
        failure_text,
        case
            when is_vain then 'bind_failed'
            when operation_code = '2' then 'unbound'
            when bound_count > 1 then 'bound_anew'
            else 'bound'
        end as reason_code
    from {{ ref('int_client_binding') }}
    union all
    select
        'tie|' || fee_registration_no as client_binding_key,
        registration_key,
        department_code,
        taxpayer_key,
        cast(null as string) as client_account_key,
        associated_at as operated_at,
        '3' as origin_code,
        '1' as result_code,
        cast(null as string) as failure_text,
        'tied' as reason_code
    from {{ ref('int_fee_registration') }}
    where associated_at is not null
),

log as (
    select
        operations.*,
        unit.unit_no,
        unit.unit_name,
        unit.bureau_code,
        unit.agency_code,
        unit.town_code
    from operations
    left join {{ ref('int_registration') }} as unit on operations.registration_key = unit.registration_key
)

select
    {{ finding_of(
        'A4.2.4', 'client_binding', alias='log',
        reason='log.reason_code',
        since='log.operated_at',
        evidence="“{log.unit_name}”的{log.department_code|department}户籍于{log.operated_at|date}{case log.reason_code
            when 'tied' then '关联登记' when 'bound' then '首次绑定' when 'bound_anew' then '重新绑定' when 'unbound' then '解绑' else '绑定失败' end|phrase}
            （{case log.origin_code when '1' then '用户操作' when '2' then '系统操作' else '税务登记' end|phrase}）{case
            when log.failure_text is not null then '，提示“' || log.failure_text || '”' else '' end|phrase}。",
    ) }},
    log.unit_no,
    log.unit_name,
    log.operated_at,
    log.origin_code,
    log.result_code,
    log.client_account_key,
    log.failure_text
from log
