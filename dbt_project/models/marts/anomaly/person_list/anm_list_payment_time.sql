-- When a payer's money was remitted and settled, payment by payment, of the chosen months: an extract, not findings. A view. Grain: payment.
with placed as (
    {{ placed_payments(
        'issued_date', var('b4_09_months', 1),
        "case when payment.settled_date is not null then 'settled' when payment.remitted_date is not null then 'remitted' else 'issued' end",
    ) }}
)

select
    {{ finding_of(
        'B4.09', 'person_payment', alias='placed',
        reason='placed.reason_code',
        since='placed.issued_date',
        evidence='人员编号{placed.person_no}的{placed.insurance_name|phrase}{placed.amount|money}元于{placed.issued_date|date}开具，' ~ "{case when placed.remitted_date is not null then " ~ date_text('placed.remitted_date') ~ " || '上解' else '未上解' end || case when placed.settled_date is not null then '，' || " ~ date_text('placed.settled_date') ~ " || '入库' else '，未入库' end|phrase}" ~ '。',
    ) }},
    placed.person_no,
    who.person_name,
    placed.ticket_no,
    placed.issued_date,
    placed.remitted_date,
    placed.settled_date,
    {{ days_between('placed.remitted_date', 'placed.settled_date') }} as settling_days,
    placed.village_code
from placed
left join {{ ref('int_person_identity') }} as who on placed.fee_registration_no = who.fee_registration_no
