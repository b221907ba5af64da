-- One bill with what each stage holds of it. Grain: one row.
select *
from fct_bill
where bill_key = $bill_key
