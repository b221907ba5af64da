-- Employers whose name, unit number, social credit code or taxpayer number holds what was typed; whole numbers first. Grain: registration.
select
    registration_key,
    department_code,
    unit_no,
    unit_name,
    uscc,
    bureau_code,
    is_valid
from dim_registration
where contains(upper(coalesce(unit_name, '')), $search) or unit_no = $search or uscc = $search or taxpayer_no = $search
order by unit_no = $search or coalesce(uscc = $search, false) or coalesce(taxpayer_no = $search, false) desc, is_valid desc, unit_name, registration_key
limit 30
