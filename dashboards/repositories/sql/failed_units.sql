-- One page of the units whose deductions failed several months running (A8.4, annuity A8.8), the longest first. Grain: registration.
with units as (
    select
        rule_id,
        subject_key,
        unit_name,
        unit_no,
        bureau_code,
        failed_months,
        first_month,
        last_month,
        attempts,
        amount,
        reason_code,
        return_text
    from anm_batch_failed_months
    union all
    select
        rule_id,
        subject_key,
        unit_name,
        unit_no,
        bureau_code,
        failed_months,
        first_month,
        last_month,
        attempts,
        amount,
        reason_code,
        return_text
    from anm_annuity_failed_months
)

select
    units.*,
    f.finding_id
from units
left join finding as f on units.rule_id = f.rule_id and units.subject_key = f.subject_key
where units.rule_id = $rule_id and ($bureau_code is null or units.bureau_code = $bureau_code)
order by units.failed_months desc, units.amount desc nulls last, units.subject_key
limit $page_size
offset $page_offset
