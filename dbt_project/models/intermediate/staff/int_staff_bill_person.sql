-- Persons on the latest bills of units that initialised their staff. Grain: bill_key × person_no.
with lines as (
    {% for department in ['HRSS', 'NHSA'] %}
    select
        bills.bill_key,
        bills.registration_key,
        details.person_no,
        details.contribution_base,
        details.amount
    from {{ ref('stg_' ~ department | lower ~ '__bill_detail') }} as details
    inner join {{ ref('int_staff_bill') }} as bills
        on
            bills.department_code = '{{ department }}'
            and details.notice_serial = bills.notice_serial
            and details.batch_no = bills.batch_no
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select
    bill_key,
    registration_key,
    person_no,
    {{ decimal18('max(contribution_base)') }} as contribution_base,
    coalesce({{ sum_amount('amount') }}, 0) as amount
from lines
where person_no is not null
group by bill_key, registration_key, person_no
