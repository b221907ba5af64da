-- The same of one insurance item by the departments' unit categories and tax's household classes. Grain: unit category x household class.
select
    max(unit_type_name) as unit_type_name,
    max(household_class_name) as household_class_name,
    sum(received_count) as received_count,
    sum(received_amount) as received_amount,
    sum(voided_count) as voided_count,
    sum(voided_amount) as voided_amount,
    sum(due_count) as due_count,
    sum(due_amount) as due_amount,
    sum(collected_amount) as collected_amount,
    sum(settled_same_month) as settled_same_month,
    sum(settled_later_month) as settled_later_month,
    sum(settled_from_earlier) as settled_from_earlier,
    sum(not_settled_amount) as not_settled_amount,
    sum(agency_bill_count) as agency_bill_count,
    sum(agency_bill_amount) as agency_bill_amount,
    sum(posted_amount) as posted_amount,
    sum(bill_amount_difference) as bill_amount_difference,
    sum(collected_amount_difference) as collected_amount_difference
from rec_received_by_item
where
    basis_code = $basis
    and ($period is null or month = $period)
    and ($bureau_code is null or bureau_code = $bureau_code)
    and ($agency_code is null or agency_code = $agency_code)
    and ($unit_type_code is null or unit_type_code = $unit_type_code)
    and ($household_class_code is null or household_class_code = $household_class_code)
    and insurance_code = $insurance_code
group by unit_type_code, household_class_code
order by due_amount desc, unit_type_code, household_class_code
