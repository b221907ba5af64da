-- Registrations of natural persons, slim: where, what insurance, since when, valid until when, and which one stands for the person. A person has one
-- representative for each insurance, whatever the number of their numbers: a valid one before a stopped one, the oldest first.
-- person_key is the one identity across systems: the id number made comparable, or the registration itself where there is none.
-- insured_key names a person number in an insurance, as the agency knows it too (the registration itself where a part is missing). Grain: fee_registration_no.
with registrations as (

    select
        fee_registration_no,
        {{ id_number_key('person_id_number') }} as id_number_norm,
        department_code,
        source_system,
        person_no,
        levy_item_code,
        levy_subitem_code,
        agency_code,
        bureau_code,
        town_code,
        village_code,
        person_kind_code,
        coalesce(status_code, '1') as status_code,
        registered_at,
        stop_reason_code,
        stopped_date as payment_stopped_date,
        coalesce(stopped_at, cast(stopped_date as timestamp), updated_at) as stopped_at
    from {{ ref('stg_tax_person__registration') }}

),

insured as (

    select
        registrations.*,
        coalesce(insurance.insurance_code, 'UNKNOWN') as insurance_code,
        coalesce(insurance.is_flexible = false, false) as is_resident
    from registrations
    left join {{ ref('ref_person_insurance') }} as insurance on registrations.levy_subitem_code = insurance.zspm_code

)

select
    fee_registration_no,
    coalesce({{ key_of(['department_code', 'source_system', 'person_no', 'insurance_code']) }}, fee_registration_no) as insured_key,
    coalesce(id_number_norm, fee_registration_no) as person_key,
    first_value(fee_registration_no) over (
        partition by coalesce(id_number_norm, fee_registration_no), insurance_code
        order by case when status_code = '1' then 0 else 1 end, registered_at, fee_registration_no
    ) as representative_no,
    department_code,
    person_no,
    insurance_code,
    is_resident,
    levy_subitem_code,
    agency_code,
    bureau_code,
    town_code,
    village_code,
    person_kind_code,
    status_code,
    cast(registered_at as date) as registered_date,
    case when status_code <> '1' then cast(stopped_at as date) end as stopped_date,
    case when status_code <> '1' then payment_stopped_date end as payment_stopped_date,
    case when status_code <> '1' then stop_reason_code end as stop_reason_code
from insured
