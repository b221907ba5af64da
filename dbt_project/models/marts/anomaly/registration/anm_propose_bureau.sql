-- Registrations that no bureau could be assigned to, while the core system knows exactly one of the 16 bureaus for their credit code.
-- Normal taxpayers go before others; two bureaus for one code propose nothing. Grain: registration.
{% set delay = var('a2_05_delay', 1) %}
with unassigned as (
    select
        registration.*,
        tax.received_at
    from {{ ref('int_registration') }} as registration
    inner join {{ ref('int_registration_tax') }} as tax on registration.registration_key = tax.registration_key
    where
        registration.is_valid
        and registration.bureau_code is null
        and registration.identity_key is not null
        and tax.received_at is not null
),

candidates as (
    select
        unassigned.registration_key,
        taxpayer.bureau_code as candidate_bureau_code,
        bureau.bureau_name,
        taxpayer.taxpayer_key as candidate_taxpayer_key,
        taxpayer.taxpayer_name,
        status.is_active,
        max(case when status.is_active then 1 else 0 end) over (partition by unassigned.registration_key) as has_active
    from unassigned
    inner join {{ ref('int_taxpayer') }} as taxpayer on unassigned.identity_key = taxpayer.identity_key
    inner join {{ ref('dim_bureau') }} as bureau on taxpayer.bureau_code = bureau.bureau_code and bureau.kind = 'bureau'
    left join {{ ref('ref_taxpayer_status') }} as status on taxpayer.status_code = status.taxpayer_status_code
),

decided as (
    select
        registration_key,
        min(candidate_bureau_code) as candidate_bureau_code,
        min(bureau_name) as bureau_name,
        min(candidate_taxpayer_key) as candidate_taxpayer_key,
        min(taxpayer_name) as taxpayer_name,
        max(has_active) = 1 as is_active
    from candidates
    where is_active or has_active = 0
    group by registration_key
    having count(distinct candidate_bureau_code) = 1
),

proposed as (
    select
        unassigned.*,
        decided.candidate_bureau_code,
        decided.bureau_name,
        decided.candidate_taxpayer_key,
        decided.taxpayer_name,
        decided.is_active
    from unassigned
    inner join decided on unassigned.registration_key = decided.registration_key
)

select
    {{ finding_of(
        'A2.05', 'registration', alias='proposed',
        reason="'bureau_by_code'",
        since='proposed.received_at',
        evidence='“{proposed.unit_name}”的{proposed.department_code|department}户籍（单位编号{proposed.unit_no}）于{proposed.received_at|date}
            接收，至今没有主管局；同一社会信用代码的纳税人“{proposed.taxpayer_name}”由{proposed.bureau_name}主管，审核后分配该局即解除。',
        values={'bureau_code': 'proposed.candidate_bureau_code', 'taxpayer_key': 'proposed.candidate_taxpayer_key'},
    ) }},
    proposed.unit_name,
    proposed.source_system,
    proposed.unit_no,
    proposed.taxpayer_name,
    '主管税务局' as field_name,
    cast(null as string) as current_value,
    proposed.candidate_bureau_code as proposed_value,
    case
        when proposed.is_active then '社会信用代码与金三纳税人一致，主管局唯一'
        else '社会信用代码与金三纳税人一致，但纳税人已注销或非正常'
    end as reason_text,
    cast(case when proposed.is_active then 1.00 else 0.70 end as decimal(3, 2)) as confidence,
    '税务登记' as evidence_source,
    'proposed' as state
from proposed
where {{ past_delay('proposed.received_at', delay) }}
