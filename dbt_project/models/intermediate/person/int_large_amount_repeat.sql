-- Large-amount medical that NHSA has assessed for a flexible worker for a year in which the employer had paid it, and has sent to tax; withdrawn notices
-- wait for nobody. Grain: notice_serial.
{% set large_amount_item = "'330'" %}
{% set flexible_medical = "'10203L'" %}
with assessed as (

    select
        notice_serial,
        person_no,
        {{ key_of(["'NHSA'", 'source_system', 'person_no', flexible_medical]) }} as insured_key,
        period,
        substr(period, 1, 4) as insured_year,
        due_amount,
        assessed_at,
        sent_at,
        read_at
    from {{ ref('stg_nhsa_person__flexible_due') }}
    where agency_item_code = {{ large_amount_item }} and not is_withdrawn and sent_at is not null

)

select
    assessed.notice_serial,
    assessed.insured_key,
    assessed.period,
    assessed.insured_year,
    {{ decimal18('assessed.due_amount') }} as due_amount,
    assessed.assessed_at,
    assessed.sent_at,
    assessed.read_at,
    paid.unit_no,
    {{ decimal18('paid.paid_amount') }} as paid_amount,
    paid.paid_date
from assessed
inner join {{ ref('stg_nhsa_person__large_payment') }} as paid on assessed.person_no = paid.person_no and assessed.insured_year = paid.insured_year
where paid.payer_code = '1'
