-- Messages of special payments, of employers and of persons, that tax failed to receive: not withdrawn by their department, not handled since, and
-- the same notice never received in another message. The reason is a class of the words that came back. Grain: special_message_key.
with of_employers as (

    select
        message_no,
        department_code,
        notice_serial,
        {{ key_of(['department_code', 'source_system', 'unit_no']) }} as registration_key,
        unit_no,
        agency_code,
        special_type_code,
        period,
        amount,
        sent_at,
        received_at,
        state_code,
        fail_reason,
        is_withdrawn
    from {{ ref('stg_tax_registry__special_message') }}

),

employers_received as (

    select
        department_code,
        notice_serial
    from of_employers
    where state_code = '1'
    group by department_code, notice_serial

),

of_persons as (

    select
        receipt_no,
        department_code,
        notice_serial,
        fee_registration_no,
        source_system,
        person_no,
        special_type_code,
        levy_subitem_code,
        period_end_date,
        amount,
        received_at,
        fail_reason,
        coalesce(state_code, '1') <> '2' and (handled_at is not null or fail_reason is null) as is_taken_over
    from {{ ref('stg_tax_person__special_receipt') }}

),

persons_received as (

    select
        department_code,
        notice_serial
    from of_persons
    where is_taken_over
    group by department_code, notice_serial

),

withdrawn as (

    select
        'HRSS' as department_code,
        notice_serial
    from {{ ref('stg_hrss_person__special_due') }}
    where is_withdrawn
    union all
    select
        'NHSA' as department_code,
        notice_serial
    from {{ ref('stg_nhsa_person__special_due') }}
    where is_withdrawn

),

persons_insured as (

    select
        of_persons.*,
        coalesce(insurance.insurance_code, 'UNKNOWN') as insurance_code
    from of_persons
    left join {{ ref('ref_person_insurance') }} as insurance on of_persons.levy_subitem_code = insurance.zspm_code
    where not of_persons.is_taken_over

),

persons_failed as (

    select
        persons_insured.*,
        {{ key_of(['persons_insured.department_code', 'source_system', 'person_no', 'insurance_code']) }} as insured_key
    from persons_insured
    left join persons_received
        on persons_insured.department_code = persons_received.department_code and persons_insured.notice_serial = persons_received.notice_serial
    left join withdrawn
        on persons_insured.department_code = withdrawn.department_code and persons_insured.notice_serial = withdrawn.notice_serial
    where persons_received.notice_serial is null and withdrawn.notice_serial is null

),

failed as (

    select
        of_employers.message_no as special_message_key,
        'employer' as payer_kind,
        of_employers.department_code,
        of_employers.notice_serial,
        of_employers.registration_key,
        of_employers.unit_no as payer_no,
        cast(null as string) as fee_registration_no,
        cast(null as string) as insurance_code,
        unit.bureau_code,
        coalesce(of_employers.agency_code, unit.agency_code) as agency_code,
        unit.town_code,
        of_employers.special_type_code,
        of_employers.period,
        of_employers.amount,
        of_employers.sent_at,
        of_employers.received_at,
        of_employers.fail_reason
    from of_employers
    left join employers_received
        on of_employers.department_code = employers_received.department_code and of_employers.notice_serial = employers_received.notice_serial
    left join {{ ref('int_registration') }} as unit on of_employers.registration_key = unit.registration_key
    where of_employers.state_code = '2' and not coalesce(of_employers.is_withdrawn, false) and employers_received.notice_serial is null
    union all
    select
        persons_failed.receipt_no as special_message_key,
        'person' as payer_kind,
        persons_failed.department_code,
        persons_failed.notice_serial,
        cast(null as string) as registration_key,
        persons_failed.person_no as payer_no,
        registration.fee_registration_no,
        persons_failed.insurance_code,
        registration.bureau_code,
        registration.agency_code,
        registration.town_code,
        persons_failed.special_type_code,
        {{ to_period('persons_failed.period_end_date') }} as period,
        persons_failed.amount,
        cast(null as timestamp) as sent_at,
        persons_failed.received_at,
        persons_failed.fail_reason
    from persons_failed
    left join {{ ref('int_person_registration') }} as registration on persons_failed.insured_key = registration.insured_key

)

select
    special_message_key,
    payer_kind,
    department_code,
    notice_serial,
    registration_key,
    payer_no,
    fee_registration_no,
    insurance_code,
    bureau_code,
    agency_code,
    town_code,
    special_type_code,
    period,
    {{ decimal18('amount') }} as amount,
    sent_at,
    received_at,
    case
        when fail_reason like '%长期护理%' or fail_reason like '%长护%' then 'care_assessed'
        when fail_reason like '%未查询到%' or fail_reason like '%编号%' then 'payer_unknown'
        when fail_reason like '%所属期%' then 'period_wrong'
        when fail_reason like '%金额%' then 'amount_differs'
        when fail_reason like '%品目%' or fail_reason like '%险种%' then 'item_invalid'
        when fail_reason like '%重复%' then 'repeated'
        else 'other'
    end as fail_class
from failed
qualify row_number() over (partition by special_message_key order by received_at desc, fee_registration_no) = 1
