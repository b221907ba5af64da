-- What a bill's header says, on the department's side and on the support platform: one row whichever of the two knows it. Grain: bill_key.
with agency_bills as (

    select
        'HRSS' as department_code,
        notice_serial,
        batch_no,
        source_system,
        unit_no,
        agency_code,
        period,
        origin_code,
        is_project,
        person_count,
        amount,
        is_voided,
        is_withdrawn,
        is_unread,
        read_at,
        sent_at
    from {{ ref('stg_hrss__bill') }}
    union all
    select
        'NHSA' as department_code,
        notice_serial,
        batch_no,
        source_system,
        unit_no,
        agency_code,
        period,
        origin_code,
        false as is_project,
        person_count,
        amount,
        is_voided,
        is_withdrawn,
        is_unread,
        read_at,
        sent_at
    from {{ ref('stg_nhsa__bill') }}

),

support_bills as (

    select * from {{ ref('stg_tax_support__bill') }}

)

select
    {{ key_of([
        'coalesce(agency_bills.department_code, support_bills.department_code)',
        'coalesce(agency_bills.notice_serial, support_bills.notice_serial)',
        'coalesce(agency_bills.batch_no, support_bills.batch_no)',
    ]) }} as bill_key,
    coalesce(agency_bills.source_system, support_bills.source_system) as source_system,
    coalesce(agency_bills.unit_no, support_bills.unit_no) as unit_no,
    coalesce(agency_bills.agency_code, support_bills.agency_code) as agency_code,
    coalesce(agency_bills.period, support_bills.period) as period,
    agency_bills.origin_code,
    coalesce(agency_bills.is_project, false) as is_project,
    coalesce(agency_bills.person_count, support_bills.person_count) as person_count,
    agency_bills.notice_serial is not null as has_summary,
    agency_bills.amount as summary_amount,
    coalesce(agency_bills.is_withdrawn, false) as is_withdrawn,
    coalesce(agency_bills.is_voided, false) as is_agency_voided,
    agency_bills.sent_at,
    coalesce(agency_bills.is_unread, false) as is_unread,
    agency_bills.read_at,
    support_bills.notice_serial is not null as has_tax,
    support_bills.amount as tax_amount,
    support_bills.agency_code as tax_agency_code,
    coalesce(support_bills.is_voided, false) as is_tax_voided,
    support_bills.received_at as support_received_at,
    support_bills.validation_code,
    support_bills.pushed_at,
    support_bills.written_back_at
from agency_bills
full outer join support_bills
    on
        agency_bills.department_code = support_bills.department_code
        and agency_bills.notice_serial = support_bills.notice_serial
        and agency_bills.batch_no = support_bills.batch_no
