-- One-off dues that a department has assessed for a natural person and tax has not taken over, and how far they have come. Published for look-ups of one
-- person only. Grain: person_key × special_due_key.
with holder as (

    select
        person_key,
        department_code,
        person_no,
        min(bureau_code) as bureau_code
    from {{ ref('fct_person_registration') }}
    where person_no is not null
    group by person_key, department_code, person_no

)

select
    holder.person_key,
    due.special_due_key,
    coalesce(due.bureau_code, holder.bureau_code) as bureau_code,
    due.department_code,
    due.person_no,
    due.insurance_code,
    due.special_kind_code,
    due.due_amount,
    due.care_amount,
    cast(due.assessed_at as date) as assessed_date,
    cast(due.sent_at as date) as sent_date,
    cast(due.read_at as date) as read_date,
    cast(due.received_at as date) as received_date,
    due.is_care_refused
from {{ ref('int_person_special_open') }} as due
inner join holder on due.department_code = holder.department_code and due.person_no = holder.person_no
