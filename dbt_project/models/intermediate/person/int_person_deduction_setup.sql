-- What readies a registration for batch deduction: the amount set and, for flexible payers, the pre-processing, each the latest. Grain: fee_registration_no.
select
    coalesce(amounts.fee_registration_no, prepared.fee_registration_no) as fee_registration_no,
    cast(amounts.fee_year as string) as amount_year,
    {{ decimal18('amounts.amount') }} as set_amount,
    amounts.setting_way_code,
    cast(amounts.set_at as date) as set_date,
    cast(prepared.fee_year as string) as prepared_year,
    cast(prepared.processed_at as date) as prepared_date,
    coalesce(prepared.is_activated, false) as is_activated,
    cast(prepared.activated_at as date) as activated_date
from {{ ref('stg_tax_person__amount_set') }} as amounts
full outer join {{ ref('stg_tax_person__preprocessing') }} as prepared on amounts.fee_registration_no = prepared.fee_registration_no
