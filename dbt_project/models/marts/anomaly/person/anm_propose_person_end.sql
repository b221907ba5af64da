-- Person numbers that are valid at tax and for which the department has no valid registration: ended there, withdrawn, or not there at all. Proposed to be
-- ended, so that both sides agree. The unit is the number in an insurance of one department: another living number of the person does not make this one
-- right and is named beside it. Suspended ones are B8.1's. Grain: insured.
{% set delay = var('b8_delay', 3) %}
with lonely as (
    select
        insured.*,
        insurance.insurance_name,
        case
            when not insured.is_at_agency then 'not_at_agency'
            when insured.agency_state = 'withdrawn' then 'withdrawn'
            else 'ended'
        end as reason_code
    from {{ ref('int_insured') }} as insured
    inner join {{ ref('ref_person_insurance') }} as insurance on insured.insurance_code = insurance.insurance_code
    where insured.is_valid_at_tax and (not insured.is_at_agency or insured.agency_state in ('ended', 'withdrawn'))
    qualify row_number() over (partition by insured.insured_key order by insured.fee_registration_no) = 1
),

overdue as (
    select lonely.*
    from lonely
    where lonely.reason_code = 'not_at_agency' or {{ past_delay('lonely.stop_registered_at', delay) }}
),

other_number as (
    select
        overdue.insured_key,
        min(other.person_no) as other_person_no
    from overdue
    inner join {{ ref('int_insured') }} as other
        on
            overdue.person_key = other.person_key
            and overdue.department_code = other.department_code
            and overdue.insurance_code = other.insurance_code
    where other.agency_state in ('valid', 'benefits')
    group by overdue.insured_key
),

proposed as (
    select
        overdue.*,
        other_number.other_person_no
    from overdue
    left join other_number on overdue.insured_key = other_number.insured_key
)

select
    {{ finding_of(
        'B8.2', 'insured', alias='proposed',
        reason='proposed.reason_code',
        since="case when proposed.reason_code = 'not_at_agency' then proposed.tax_registered_date else cast(proposed.stop_registered_at as date) end",
        evidence='税务有{proposed.insurance_name}人员编号{proposed.person_no}的有效登记{proposed.fee_registration_no}，{proposed.department_code|department}'
            ~ "{case proposed.reason_code
                when 'not_at_agency' then '没有该编号的户籍'
                when 'withdrawn' then '已于' || cast(cast(proposed.stop_registered_at as date) as string) || '撤销发送'
                else '已于' || cast(cast(proposed.stop_registered_at as date) as string) || '登记' || " ~ insured_stop_words('proposed.stop_reason') ~ "
            end|phrase}"
            ~ "{case when proposed.other_person_no is not null then '，该参保人另有有效编号' || proposed.other_person_no end|phrase}"
            ~ '；审核后终止税务登记，双方户籍一致即解除。',
    ) }},
    proposed.source_system,
    proposed.person_no,
    proposed.fee_registration_no,
    proposed.insurance_name,
    proposed.other_person_no,
    case when proposed.is_at_agency then {{ insured_stop_words('proposed.stop_reason') }} end as stop_words,
    proposed.stop_registered_at,
    proposed.tax_registered_date,
    '登记状态' as field_name,
    proposed.tax_status_code as current_value,
    '3' as proposed_value,
    case proposed.reason_code
        when 'not_at_agency' then '部门没有该编号的户籍'
        when 'withdrawn' then '部门已撤销发送'
        else '部门已终止：' || {{ insured_stop_words('proposed.stop_reason') }}
    end as reason_text,
    cast(
        case
            when proposed.reason_code = 'not_at_agency' and proposed.other_person_no is null then 0.70
            when proposed.reason_code = 'ended' then 0.95
            else 0.90
        end as decimal(3, 2)
    ) as confidence,
    case proposed.department_code when 'HRSS' then '人社参保信息' else '医保参保信息' end as evidence_source,
    'proposed' as state
from proposed
