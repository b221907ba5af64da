-- Declarations of natural persons, by themselves, in batch or by a virtual household. Grain: declaration_no.
select
    declaration_no,
    fee_registration_no,
    levy_subitem_code,
    coalesce(channel_code, 'UNKNOWN') as channel_code,
    substr(cast(period_end_date as string), 1, 4) as fee_year,
    {{ decimal18('amount') }} as amount,
    cast(declared_at as date) as declared_date
from {{ ref('stg_tax_person__declaration') }}
where not coalesce(is_voided, false)
union all
select
    household_detail_no as declaration_no,
    fee_registration_no,
    levy_subitem_code,
    '41' as channel_code,
    substr(cast(period_end_date as string), 1, 4) as fee_year,
    {{ decimal18('amount') }} as amount,
    cast(declared_at as date) as declared_date
from {{ ref('int_person_household_detail') }}
where detail_state_code <> '3'
