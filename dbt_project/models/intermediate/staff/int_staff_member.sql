-- Persons of employers that initialised their staff for self-declaration: the base as initialised, the last addition or removal, and
-- what the unit's latest bills say of them. Persons that only a bill or only a change names are here, too.
-- Grain: employee_key (registration_key and person number).
with roster as (

    select
        {{ key_of(['department_code', 'source_system', 'unit_no']) }} as registration_key,
        person_no,
        base_amount,
        initialised_at
    from {{ ref('stg_tax_registry__staff_roster') }}

),

units as (

    select
        registration_key,
        min(initialised_at) as initialised_at
    from roster
    where registration_key is not null
    group by registration_key

),

changes as (

    select
        {{ key_of(['department_code', 'source_system', 'unit_no']) }} as registration_key,
        person_no,
        change_code,
        period as change_period,
        base_amount,
        declared_at
    from {{ ref('stg_tax_registry__staff_change') }}
    where person_no is not null
    qualify row_number() over (
        partition by department_code, source_system, unit_no, person_no
        order by declared_at desc, change_no desc
    ) = 1

),

unit_bills as (

    select
        registration_key,
        max(period) as billed_period,
        min(sent_at) as billed_at,
        max(case when is_ordinary then 1 else 0 end) = 1 as has_ordinary_bill
    from {{ ref('int_staff_bill') }}
    group by registration_key

),

billed as (

    select
        registration_key,
        person_no,
        max(contribution_base) as billed_base,
        {{ sum_amount('amount') }} as billed_amount
    from {{ ref('int_staff_bill_person') }}
    group by registration_key, person_no

),

members as (

    select
        registration_key,
        person_no
    from roster
    union
    select
        changes.registration_key,
        changes.person_no
    from changes
    inner join units on changes.registration_key = units.registration_key
    union
    select
        registration_key,
        person_no
    from billed

)

select
    {{ key_of(['members.registration_key', 'members.person_no']) }} as employee_key,
    members.registration_key,
    members.person_no,
    roster.person_no is not null as is_in_roster,
    {{ decimal18('roster.base_amount') }} as roster_base,
    roster.initialised_at,
    changes.change_code,
    changes.change_period,
    {{ decimal18('changes.base_amount') }} as change_base,
    changes.declared_at as change_declared_at,
    unit_bills.billed_period,
    unit_bills.billed_at,
    coalesce(unit_bills.has_ordinary_bill, false) as has_ordinary_bill,
    billed.person_no is not null as is_billed,
    billed.billed_base,
    billed.billed_amount
from members
inner join units on members.registration_key = units.registration_key
left join roster on members.registration_key = roster.registration_key and members.person_no = roster.person_no
left join changes on members.registration_key = changes.registration_key and members.person_no = changes.person_no
left join unit_bills on members.registration_key = unit_bills.registration_key
left join billed on members.registration_key = billed.registration_key and members.person_no = billed.person_no
where members.registration_key is not null and members.person_no is not null
