-- A natural person's registrations: one number in one insurance as the department, the sharing platform and the management system have it side by side,
-- who the holder is, and in what they disagree. Where department and tax hold a number to belong to two persons, the row stands under both. Published for
-- look-ups of one person only. Grain: person_key × insured_key × fee_registration_no.
with insured as (

    select
        insured.*,
        registration.person_key as tax_person_key,
        registration.stop_reason_code as tax_stop_reason_code
    from {{ ref('int_insured') }} as insured
    left join {{ ref('int_person_registration') }} as registration on insured.fee_registration_no = registration.fee_registration_no

),

-- A registration without an id number is its own person at tax; that is nobody else than the department's.
holders as (

    select
        coalesce(person_key, insured_key) as person_key,
        tax_person_key is null
        or tax_person_key = fee_registration_no
        or person_key is null
        or person_key = tax_person_key as is_agreed,
        'agency' as named_by,
        insured_key,
        fee_registration_no
    from insured
    union all
    select
        tax_person_key as person_key,
        false as is_agreed,
        'tax' as named_by,
        insured_key,
        fee_registration_no
    from insured
    where tax_person_key <> fee_registration_no and person_key <> tax_person_key

),

failed as (

    select
        department_code,
        source_system,
        person_no,
        case when message_type_code = '2' then insurance_code end as insurance_code,
        person_message_key,
        fail_class,
        cast(received_at as date) as failed_date
    from {{ ref('int_person_message_failed') }}
    qualify row_number() over (
        partition by department_code, source_system, person_no, case when message_type_code = '2' then insurance_code end
        order by received_at desc, person_message_key
    ) = 1

),

base_failed as (

    select
        department_code,
        source_system,
        person_no,
        person_message_key,
        fail_class,
        failed_date
    from failed
    where insurance_code is null

),

old_number as (

    select
        department_code,
        person_no,
        min(old_person_no) as old_person_no
    from {{ ref('int_legacy_match') }}
    where person_no is not null and match_state in ('matched', 'changed', 'not_carried_over')
    group by department_code, person_no

)

select
    holders.person_key,
    insured.insured_key,
    insured.fee_registration_no,
    insured.department_code,
    insured.source_system,
    insured.person_no,
    old_number.old_person_no,
    insured.kept_person_no,
    insured.insurance_code,
    insured.bureau_code,
    insured.agency_code,
    insured.town_code,
    coalesce(who.person_name, person.person_name) as person_name,
    coalesce(who.person_id_number, person.id_number) as person_id_number,
    who.mobile,
    case when difference.is_name_different then difference.agency_person_name end as agency_person_name,
    case when difference.is_id_number_different then difference.agency_id_number end as agency_id_number,
    case when holders.is_agreed then 'both' else holders.named_by end as named_by,
    insured.is_at_agency,
    insured.agency_state,
    insured.enrolled_date,
    cast(insured.sent_at as date) as enrolment_sent_date,
    cast(insured.read_at as date) as enrolment_read_date,
    insured.enrolment_stage,
    insured.stop_reason,
    cast(insured.stop_registered_at as date) as stop_registered_date,
    cast(insured.stop_sent_at as date) as stop_sent_date,
    cast(insured.stop_read_at as date) as stop_read_date,
    insured.stop_stage,
    coalesce(failed.person_message_key, base_failed.person_message_key) as person_message_key,
    coalesce(failed.fail_class, base_failed.fail_class) as fail_class,
    coalesce(failed.failed_date, base_failed.failed_date) as failed_date,
    insured.is_valid_at_tax,
    insured.tax_status_code,
    insured.tax_registered_date,
    insured.tax_stopped_date,
    insured.tax_stop_reason_code,
    insured.tax_town_code,
    setup.amount_year,
    setup.set_amount,
    setup.prepared_year,
    setup.is_activated,
    case
        when insured.is_valid_at_tax and not insured.is_at_agency then 'not_at_agency'
        when insured.agency_state = 'valid' and insured.fee_registration_no is null then 'not_at_tax'
        when insured.agency_state = 'valid' and not insured.is_valid_at_tax then 'stopped_at_tax'
        when insured.agency_state <> 'valid' and insured.is_valid_at_tax then 'ended_at_agency'
        when difference.fee_registration_no is not null then 'holder_differs'
    end as disagreement_code
from holders
inner join insured
    on holders.insured_key = insured.insured_key and holders.fee_registration_no is not distinct from insured.fee_registration_no
left join {{ ref('int_person_identity') }} as who on insured.fee_registration_no = who.fee_registration_no
left join {{ ref('int_agency_person') }} as person
    on
        insured.department_code = person.department_code
        and insured.source_system = person.source_system
        and insured.person_no = person.person_no
left join {{ ref('int_person_identity_difference') }} as difference on insured.fee_registration_no = difference.fee_registration_no
left join failed
    on
        insured.department_code = failed.department_code
        and insured.source_system = failed.source_system
        and insured.person_no = failed.person_no
        and insured.insurance_code = failed.insurance_code
left join base_failed
    on
        insured.department_code = base_failed.department_code
        and insured.source_system = base_failed.source_system
        and insured.person_no = base_failed.person_no
left join old_number on insured.department_code = old_number.department_code and insured.person_no = old_number.person_no
left join {{ ref('int_person_deduction_setup') }} as setup on insured.fee_registration_no = setup.fee_registration_no
