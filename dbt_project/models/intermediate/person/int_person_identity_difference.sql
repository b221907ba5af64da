-- Registrations at tax whose holder is not the one that the department has under the number: id type, id number or name differ, both sides known.
-- The 15- and the 18-digit form of one id are one. Names are made comparable only where they differ as written. Grain: fee_registration_no.
with tax as (

    select
        fee_registration_no,
        department_code,
        source_system,
        person_no,
        levy_subitem_code,
        id_type_code,
        person_id_number,
        {{ id_number_key('person_id_number') }} as person_key,
        person_name,
        coalesce(status_code, '1') = '1' as is_valid_at_tax
    from {{ ref('stg_tax_person__registration') }}

),

differing as (

    select
        tax.fee_registration_no,
        {{ key_of(['tax.department_code', 'tax.source_system', 'tax.person_no', 'insurance.insurance_code']) }} as insured_key,
        tax.is_valid_at_tax,
        coalesce(tax.id_type_code <> person.id_type_code, false) as is_id_type_different,
        coalesce(tax.person_key <> person.person_key, false) as is_id_number_different,
        tax.id_type_code as tax_id_type_code,
        person.id_type_code as agency_id_type_code,
        tax.person_id_number as tax_id_number,
        person.id_number as agency_id_number,
        tax.person_name as tax_person_name,
        person.person_name as agency_person_name,
        person.created_at,
        person.sent_at,
        person.is_unread,
        person.read_at,
        person.updated_at
    from tax
    inner join {{ ref('int_agency_person') }} as person
        on
            tax.department_code = person.department_code
            and tax.source_system = person.source_system
            and tax.person_no = person.person_no
    inner join {{ ref('ref_person_insurance') }} as insurance on tax.levy_subitem_code = insurance.zspm_code
    where tax.id_type_code <> person.id_type_code or tax.person_key <> person.person_key or tax.person_name <> person.person_name

),

compared as (

    select
        differing.*,
        coalesce({{ name_norm('tax_person_name') }} <> {{ name_norm('agency_person_name') }}, false) as is_name_different
    from differing

)

select
    fee_registration_no,
    insured_key,
    is_valid_at_tax,
    is_id_type_different,
    is_id_number_different,
    is_name_different,
    tax_id_type_code,
    agency_id_type_code,
    tax_id_number,
    agency_id_number,
    tax_person_name,
    agency_person_name,
    sent_at,
    read_at,
    updated_at,
    case
        when sent_at is null or (not is_unread and updated_at > coalesce(read_at, sent_at, created_at)) then 'not_sent'
        when is_unread then 'unread'
        else 'not_applied'
    end as base_stage
from compared
where is_id_type_different or is_id_number_different or is_name_different
