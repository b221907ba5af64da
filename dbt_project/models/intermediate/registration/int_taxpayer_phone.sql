-- How well the phones of a taxpayer's three contacts (法定代表人、财务负责人、办税人) are registered; the states, not the numbers. Grain: taxpayer_key.
with states as (

    select
        taxpayer_key,
        {{ phone_state('legal_person_mobile', 'legal_person_landline') }} as legal_person_state,
        {{ phone_state('finance_mobile', 'finance_landline') }} as finance_state,
        {{ phone_state('filer_mobile', 'filer_landline') }} as filer_state
    from {{ ref('int_taxpayer_contact') }}

)

select
    taxpayer_key,
    legal_person_state,
    finance_state,
    filer_state,
    case when legal_person_state = 'usable' then 1 else 0 end
    + case when finance_state = 'usable' then 1 else 0 end
    + case when filer_state = 'usable' then 1 else 0 end as usable_count
from states
