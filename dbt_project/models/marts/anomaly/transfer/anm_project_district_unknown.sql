-- Valid project bills whose project lies in a district that tax and HRSS have not agreed on, or in none: they cannot be pushed.
-- Grain: bill.
{% set delay = var('a1_12_delay', 1) %}
with misplaced as (
    select
        bill.*,
        project.project_no,
        project.project_name,
        project.district_code as project_district_code,
        project.registered_district_code,
        registration.unit_name,
        coalesce(bill.support_received_at, bill.sent_at) as arrived_at,
        case when project.district_code is null then 'district_missing' else 'district_unknown' end as reason_code
    from {{ ref('int_project_info') }} as project
    inner join {{ ref('int_bill') }} as bill on project.bill_key = bill.bill_key
    left join {{ ref('int_registration') }} as registration on bill.registration_key = registration.registration_key
    where
        project.has_project_info
        and not project.is_district_agreed
        and bill.is_valid
)

select
    {{ finding_of(
        'A1.12', 'bill', alias='misplaced',
        reason='misplaced.reason_code',
        since='misplaced.arrived_at',
        evidence='征集单{misplaced.notice_serial}的工程项目“{misplaced.project_name}”行政区划代码为{misplaced.project_district_code}，
            不在税务、人社共同商定的区划之内，征集单无法推送；基层核实项目所在地（登记的区划为{misplaced.registered_district_code}），
            人社更正区划代码后解除。',
    ) }},
    misplaced.unit_no,
    misplaced.unit_name,
    misplaced.notice_serial,
    misplaced.batch_no,
    misplaced.project_no,
    misplaced.project_name,
    misplaced.project_district_code,
    misplaced.registered_district_code,
    misplaced.pushed_at
from misplaced
where {{ past_delay('misplaced.arrived_at', delay) }}
