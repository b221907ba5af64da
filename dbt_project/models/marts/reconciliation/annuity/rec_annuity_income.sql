-- 每月年金收入数: annuity that tax confirmed by month: employer part, individual part, late fee, interest. Grain: month × bureau × agency.
select
    {{ to_period('confirmed_date') }} as month,
    bureau_code,
    agency_code,
    cast(count(*) as integer) as ticket_count,
    {{ sum_amount('coalesce(employer_amount, 0)') }} as employer_amount,
    {{ sum_amount('coalesce(person_amount, 0)') }} as person_amount,
    {{ sum_amount('coalesce(late_fee_amount, 0)') }} as late_fee_amount,
    {{ sum_amount('coalesce(interest_amount, 0)') }} as interest_amount,
    {{ sum_amount('coalesce(employer_amount, 0) + coalesce(person_amount, 0) + coalesce(late_fee_amount, 0) + coalesce(interest_amount, 0)') }}
        as total_amount
from {{ ref('int_annuity_income') }}
group by {{ to_period('confirmed_date') }}, bureau_code, agency_code
