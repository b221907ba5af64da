-- Payments of natural persons as tax holds them: by an own ticket, or through a virtual household. Grain: payment_no.

with insurance as (

    select * from {{ ref('ref_person_insurance') }}

),

household_payment as (

    select
        household_payment_no,
        household_no,
        ticket_no,
        authority_code,
        remitted_date,
        settled_date,
        is_voided
    from {{ ref('stg_tax_virtual__payment') }}

),

payment as (

    select
        ticket_no as payment_no,
        ticket_no,
        cast(null as string) as household_no,
        fee_registration_no,
        department_code,
        person_no,
        person_id_number,
        person_name,
        levy_subitem_code,
        levy_item_code,
        period_begin_date,
        amount,
        agency_code,
        authority_code,
        channel_code,
        remitted_date,
        settled_date
    from {{ ref('stg_tax_person__payment') }}
    where not is_voided
    union all
    select
        detail.household_detail_no as payment_no,
        household_payment.ticket_no,
        detail.household_no,
        detail.fee_registration_no,
        detail.department_code,
        detail.person_no,
        detail.person_id_number,
        detail.person_name,
        detail.levy_subitem_code,
        detail.levy_item_code,
        detail.period_begin_date,
        detail.amount,
        cast(null as string) as agency_code,
        household_payment.authority_code,
        '41' as channel_code,
        household_payment.remitted_date,
        household_payment.settled_date
    from {{ ref('stg_tax_virtual__declaration_detail') }} as detail
    inner join household_payment on detail.household_payment_no = household_payment.household_payment_no
    where not household_payment.is_voided and coalesce(detail.detail_state_code, '') <> '3'

),

registration as (

    select
        fee_registration_no,
        source_system,
        agency_code,
        bureau_code,
        town_code
    from {{ ref('stg_tax_person__registration') }}

)

select
    payment.payment_no,
    payment.ticket_no,
    payment.household_no,
    payment.fee_registration_no,
    payment.department_code,
    registration.source_system,
    payment.person_no,
    payment.person_id_number,
    payment.person_name,
    coalesce(insurance.insurance_code, 'UNKNOWN') as insurance_code,
    payment.levy_item_code,
    payment.levy_subitem_code,
    {{ to_period('payment.period_begin_date') }} as period,
    payment.amount,
    coalesce(payment.agency_code, registration.agency_code) as agency_code,
    coalesce(authority.bureau_code, payment.authority_code, registration.bureau_code) as bureau_code,
    registration.town_code,
    payment.channel_code,
    payment.remitted_date,
    payment.settled_date
from payment
left join insurance on payment.levy_subitem_code = insurance.zspm_code
left join registration on payment.fee_registration_no = registration.fee_registration_no
left join {{ ref('int_tax_authority') }} as authority on payment.authority_code = authority.authority_code
