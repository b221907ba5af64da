-- Business arrival against finance income: each day's difference is the sum of its causes, to the cent.
select
    pair,
    day,
    agency_code,
    insurance_code,
    difference
from {{ ref('rec_arrival_day') }}
where
    difference <> amount_difference + crosses_day_amount + crosses_month_amount + not_returned_amount + not_read_amount + without_income_amount
    or difference <> income_amount - arrival_amount
