-- One person's special dues that tax has not taken over, oldest first. Read by look-ups only. Grain: special due.
select
    special_due_key,
    department_code,
    person_no,
    insurance_code,
    special_kind_code,
    due_amount,
    care_amount,
    assessed_date,
    sent_date,
    read_date,
    received_date,
    is_care_refused
from fct_person_special_due
order by assessed_date, special_due_key
