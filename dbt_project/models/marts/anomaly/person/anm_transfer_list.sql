-- The weekly list for the engineers of HRSS and NHSA: registrations of persons whose transfer to tax has gone wrong, with what they need to find the row and
-- what is to be done. An extract of what B9.1 names of registrations; it accuses nobody a second time. Grain: insured.
{% set delay = var('b9_1_delay', 1) %}
with listed as (
    select
        gap.*,
        insurance.insurance_name,
        agency.agency_name
    from {{ ref('int_person_transfer_gap') }} as gap
    left join {{ ref('ref_person_insurance') }} as insurance on gap.insurance_code = insurance.insurance_code
    left join {{ ref('dim_agency') }} as agency on gap.agency_code = agency.agency_code
    where {{ past_delay('gap.registered_at', delay) }}
)

select
    {{ finding_of(
        'B9.2', 'insured', alias='listed',
        reason='listed.gap_code',
        since='listed.registered_at',
        evidence='{listed.insurance_name}人员编号{listed.person_no}，{listed.department_code|department}于{listed.registered_at|date}登记，'
            ~ '{' ~ transfer_stage_words('listed.stage_code') ~ '|phrase}；{' ~ transfer_stage_remedy('listed.stage_code') ~ '|phrase}。',
    ) }},
    case listed.department_code when 'HRSS' then '人社' else '医保' end as department_name,
    listed.source_system,
    listed.agency_name,
    listed.person_no,
    listed.insurance_name,
    case listed.gap_code
        when 'new_registration' then '新增'
        when 'changed_registration' then '变更'
        else '终止：' || {{ insured_stop_words('listed.stop_reason') }}
    end as transfer_kind,
    listed.registered_at,
    listed.sent_at,
    listed.read_at,
    {{ transfer_stage_words('listed.stage_code') }} as stage_words,
    listed.fee_registration_no,
    case listed.tax_status_code when '1' then '有效' when '2' then '停保' when '3' then '无效' else '无登记' end as tax_status,
    {{ transfer_stage_remedy('listed.stage_code') }} as remedy
from listed
