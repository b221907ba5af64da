-- Settled by the treasury in a month by levy item and sub-item, of one agency or of all. Grain: levy item x sub-item.
select
    levy_item_code,
    levy_subitem_code,
    max(insurance_name) as insurance_name,
    sum(employer_count) as employer_count,
    sum(employer_amount) as employer_amount,
    sum(person_count) as person_count,
    sum(person_amount) as person_amount,
    sum(settled_amount) as settled_amount,
    sum(refund_count) as refund_count,
    sum(refund_amount) as refund_amount,
    sum(net_amount) as net_amount
from rec_treasury_agency
where
    ($period is null or month = $period)
    and ($bureau_code is null or bureau_code = $bureau_code)
    and ($agency_code is null or agency_code = $agency_code)
group by levy_item_code, levy_subitem_code
order by levy_item_code, levy_subitem_code
