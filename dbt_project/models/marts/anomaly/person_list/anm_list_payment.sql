-- Payments of natural persons that were remitted in the chosen months, those through virtual households person by person: an extract, not findings.
-- A view. Grain: payment.
with placed as (
    {{ placed_payments('remitted_date', var('a10_06_months', 1), payment_way()) }}
)

select
    {{ finding_of(
        'A10.06', 'person_payment', alias='placed',
        reason='placed.reason_code',
        since='placed.remitted_date',
        evidence='人员编号{placed.person_no}以{placed.channel_name}缴纳{placed.insurance_name|phrase}{placed.fee_year}年度{placed.amount|money}元，{placed.remitted_date|date}上解' ~ "{case when placed.settled_date is not null then '，' || " ~ date_text('placed.settled_date') ~ " || '入库' else '，未入库' end || case when placed.refunded_amount > 0 then '，已退费' || " ~ amount_text('placed.refunded_amount') ~ " else '' end|phrase}" ~ '。',
    ) }},
    placed.person_no,
    who.person_name,
    who.person_id_number,
    placed.fee_year,
    placed.period_begin_date,
    placed.period_end_date,
    placed.channel_name,
    placed.ticket_no,
    placed.issued_date,
    placed.remitted_date,
    placed.settled_date,
    placed.refunded_amount,
    placed.village_code
from placed
left join {{ ref('int_person_identity') }} as who on placed.fee_registration_no = who.fee_registration_no
