-- Annuity that tax confirmed, in its four parts. Grain: ticket_no.
select
    ticket_no,
    {{ key_of(["'HRSS'", 'notice_serial', 'batch_no']) }} as bill_key,
    bureau_code,
    agency_code,
    {{ decimal18('coalesce(employer_amount, 0)') }} as employer_amount,
    {{ decimal18('coalesce(person_amount, 0)') }} as person_amount,
    {{ decimal18('coalesce(late_fee_amount, 0)') }} as late_fee_amount,
    {{ decimal18('coalesce(interest_amount, 0)') }} as interest_amount,
    {{ decimal18('coalesce(amount, 0)') }} as amount,
    cast(confirmed_at as date) as confirmed_date
from {{ ref('stg_annuity__income') }}
where confirmed_at is not null
