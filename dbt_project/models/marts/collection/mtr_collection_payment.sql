-- Money remitted for a bill's item on a day, and what had come in by the end of that day. Grain: bill × item × day of remittance. Internal.
with paid_on_day as (
    select
        bill_key,
        insurance_code,
        remitted_date as paid_date,
        {{ sum_amount('remitted_amount') }} as paid_amount
    from {{ ref('int_ticket_item') }}
    where remitted_date <= {{ as_of_date() }} and remitted_amount is not null
    group by bill_key, insurance_code, remitted_date
)

select
    bill_key,
    insurance_code,
    paid_date,
    paid_amount,
    cast(
        sum(paid_amount) over (partition by bill_key, insurance_code order by paid_date) as decimal(18, 2)
    ) as paid_to_date
from paid_on_day
