-- 全量接收数据按险种: received, due, collected, settled in three buckets, and what the department holds. Grain: department x insurance item.
select
    department_code,
    insurance_code,
    max(insurance_name) as insurance_name,
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
group by department_code, insurance_code
order by department_code, insurance_code
