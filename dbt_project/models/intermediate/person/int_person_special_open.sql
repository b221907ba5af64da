-- Special dues that a department has assessed for persons and tax has not taken over: not withdrawn, no receipt that succeeded. What tax received last
-- stands beside it. A receipt that failed and was handled later counts as succeeded from its handling on. Built anew each hour, so nothing of the history
-- stays in it. Grain: special_due_key (department|notice serial).
with dues as (

    select
        'HRSS' as department_code,
        notice_serial,
        person_no,
        source_system,
        agency_item_code,
        special_kind_code,
        due_amount,
        cast(0 as decimal(16, 2)) as care_amount,
        period_begin_date,
        period_end_date,
        assessed_at,
        sent_at,
        is_unread,
        read_at
    from {{ ref('stg_hrss_person__special_due') }}
    where not coalesce(is_withdrawn, false)
    union all
    select
        'NHSA' as department_code,
        notice_serial,
        person_no,
        source_system,
        agency_item_code,
        special_kind_code,
        due_amount,
        coalesce(care_amount, 0) as care_amount,
        period_begin_date,
        period_end_date,
        assessed_at,
        sent_at,
        is_unread,
        read_at
    from {{ ref('stg_nhsa_person__special_due') }}
    where not coalesce(is_withdrawn, false)

),

receipts as (

    select
        department_code,
        notice_serial,
        receipt_no,
        received_at,
        fail_reason,
        coalesce(state_code, '1') <> '2' and (handled_at is not null or fail_reason is null) as is_taken_over
    from {{ ref('stg_tax_person__special_receipt') }}

),

latest as (

    select *
    from receipts
    qualify row_number() over (
        partition by department_code, notice_serial
        order by case when is_taken_over then 0 else 1 end, received_at desc, receipt_no
    ) = 1

),

waiting as (

    select
        dues.department_code,
        dues.notice_serial,
        dues.person_no,
        dues.source_system,
        coalesce(insurance.insurance_code, 'UNKNOWN') as insurance_code,
        dues.special_kind_code,
        dues.due_amount,
        dues.care_amount,
        dues.period_begin_date,
        dues.period_end_date,
        dues.assessed_at,
        dues.sent_at,
        dues.read_at,
        latest.receipt_no,
        latest.received_at,
        latest.fail_reason
    from dues
    left join latest on dues.department_code = latest.department_code and dues.notice_serial = latest.notice_serial
    left join {{ ref('ref_person_insurance') }} as insurance
        on dues.department_code = insurance.department_code and dues.agency_item_code = insurance.agency_item_code
    where not coalesce(latest.is_taken_over, false)

)

select
    {{ key_of(['waiting.department_code', 'waiting.notice_serial']) }} as special_due_key,
    waiting.department_code,
    waiting.notice_serial,
    waiting.person_no,
    waiting.insurance_code,
    registration.fee_registration_no,
    registration.bureau_code,
    registration.agency_code,
    registration.town_code,
    waiting.special_kind_code,
    {{ decimal18('waiting.due_amount') }} as due_amount,
    {{ decimal18('waiting.care_amount') }} as care_amount,
    waiting.period_begin_date,
    waiting.period_end_date,
    waiting.assessed_at,
    waiting.sent_at,
    waiting.read_at,
    waiting.receipt_no,
    waiting.received_at,
    coalesce(waiting.fail_reason like '%长期护理%' or waiting.fail_reason like '%长护%', false) as is_care_refused
from waiting
left join {{ ref('int_person_registration') }} as registration
    on {{ key_of(['waiting.department_code', 'waiting.source_system', 'waiting.person_no', 'waiting.insurance_code']) }} = registration.insured_key
qualify row_number() over (
    partition by waiting.department_code, waiting.notice_serial
    order by registration.registered_date desc nulls last, registration.fee_registration_no
) = 1
