-- The month's details that the treasury has booked, for HRSS and NHSA to compare with: by day of settlement, households' tickets expanded to persons: an
-- extract, not findings. A view. Grain: payment.
with placed as (
    {{ placed_payments('settled_date', var('a10_08_months', 1), payment_way()) }}
)

select
    {{ finding_of(
        'A10.08', 'person_payment', alias='placed',
        reason='placed.reason_code',
        since='placed.settled_date',
        evidence='人员编号{placed.person_no}的{placed.insurance_name|phrase}{placed.amount|money}元，{placed.issued_date|date}开具、{placed.remitted_date|date}上解、{placed.settled_date|date}入库' ~ "{case when placed.household_no is not null then '，由虚拟户' || placed.household_no || '代缴' end|phrase}" ~ '。',
    ) }},
    placed.issued_date,
    placed.remitted_date,
    placed.settled_date,
    placed.summarised_date,
    placed.period_begin_date,
    placed.period_end_date,
    placed.authority_code,
    placed.person_no,
    who.person_name,
    who.person_id_number,
    placed.ticket_no,
    placed.household_no
from placed
left join {{ ref('int_person_identity') }} as who on placed.fee_registration_no = who.fee_registration_no
