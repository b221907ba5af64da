-- What is not collected of the valid bills of registrations: bills, amount, the oldest period, and what is of earlier months. Grain: registration.
select
    registration_key,
    count(*) as unpaid_bills,
    sum(amount - coalesce(collected_amount, 0)) as unpaid_amount,
    min(period) as oldest_period,
    coalesce(sum(case when period < $period then amount - coalesce(collected_amount, 0) end), 0) as earlier_amount
from fct_bill
where
    registration_key in (select unnest(cast($registration_keys as varchar[])))
    and is_valid
    and amount > coalesce(collected_amount, 0)
group by registration_key
order by registration_key
