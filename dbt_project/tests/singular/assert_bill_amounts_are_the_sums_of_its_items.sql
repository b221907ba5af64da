-- A bill's amounts along its way equal the sums of its items, to the cent; no bill is missing on either side. No tolerance.
with item_sums as (

    select
        bill_key,
        {{ sum_amount('agency_amount') }} as processing_amount,
        {{ sum_amount('detail_amount') }} as detail_amount,
        {{ sum_amount('declared_amount') }} as declared_amount,
        {{ sum_amount('invoiced_amount') }} as invoiced_amount,
        {{ sum_amount('collected_amount') }} as collected_amount,
        {{ sum_amount('settled_amount') }} as settled_amount,
        {{ sum_amount('returned_amount') }} as returned_amount,
        {{ sum_amount('posted_amount') }} as posted_amount
    from {{ ref('int_bill_item') }}
    group by bill_key

)

select
    bills.bill_key,
    item_sums.bill_key as item_bill_key
from {{ ref('int_bill') }} as bills
full outer join item_sums on bills.bill_key = item_sums.bill_key
where
    bills.bill_key is null
    or bills.processing_amount is distinct from item_sums.processing_amount
    or bills.detail_amount is distinct from item_sums.detail_amount
    or bills.declared_amount is distinct from coalesce(item_sums.declared_amount, 0)
    or bills.invoiced_amount is distinct from coalesce(item_sums.invoiced_amount, 0)
    or bills.collected_amount is distinct from coalesce(item_sums.collected_amount, 0)
    or bills.settled_amount is distinct from coalesce(item_sums.settled_amount, 0)
    or bills.returned_amount is distinct from coalesce(item_sums.returned_amount, 0)
    or bills.agency_posted_amount is distinct from coalesce(item_sums.posted_amount, 0)
