-- What one side has of persons and the other lacks, after its way over the sharing platform: new, changed, ended registrations, special dues (补缴),
-- settlements and refunds. Each is named once, with how far it has come. What tax received and could not take over is not lost: that is A10.02, A10.03.
-- Grain: insured, special_due, person_payment or person_refund.
{% set delay = var('b9_1_delay', 1) %}
{% set feedback_delay = var('b9_1_feedback_delay', 2) %}
with registration as (
    select
        gap.*,
        insurance.insurance_name
    from {{ ref('int_person_transfer_gap') }} as gap
    left join {{ ref('ref_person_insurance') }} as insurance on gap.insurance_code = insurance.insurance_code
    where {{ past_delay('gap.registered_at', delay) }}
),

due as (
    select
        special_open.*,
        insurance.insurance_name,
        case when special_open.sent_at is null then 'not_sent' when special_open.read_at is null then 'unread' else 'not_applied' end as stage_code
    from {{ ref('int_person_special_open') }} as special_open
    left join {{ ref('ref_person_insurance') }} as insurance on special_open.insurance_code = insurance.insurance_code
    where special_open.receipt_no is null and {{ past_delay('special_open.assessed_at', delay) }}
),

settlement as (
    select
        recon.payment_no as person_payment_key,
        recon.department_code,
        recon.bureau_code,
        recon.agency_code,
        recon.town_code,
        recon.insurance_code,
        recon.period,
        recon.tax_amount as amount,
        recon.ticket_no,
        recon.fee_registration_no,
        insurance.insurance_name,
        recon.tax_date as settled_date,
        recon.returned_date,
        coalesce(recon.returned_date, recon.tax_date) as waiting_since,
        case when recon.return_no is null then 'not_sent' else 'unread' end as stage_code
    from {{ ref('int_recon_person') }} as recon
    left join {{ ref('ref_person_insurance') }} as insurance on recon.insurance_code = insurance.insurance_code
    where recon.pair = 'person_settlement' and recon.payment_no is not null and (recon.return_no is null or recon.is_return_unread)
),

late_settlement as (
    select *
    from settlement
    where {{ past_delay('waiting_since', feedback_delay) }}
),

refund as (
    select
        untold.*,
        insurance.insurance_name,
        coalesce(untold.sent_at, untold.refunded_at) as waiting_since
    from {{ ref('int_person_refund_untold') }} as untold
    left join {{ ref('ref_person_insurance') }} as insurance on untold.insurance_code = insurance.insurance_code
),

late_refund as (
    select *
    from refund
    where {{ past_delay('waiting_since', feedback_delay) }}
)

select
    {{ finding_of(
        'B9.1', 'insured', alias='registration',
        reason='registration.gap_code',
        since='registration.registered_at',
        evidence='{registration.insurance_name}人员编号{registration.person_no}的'
            ~ "{case registration.gap_code
                when 'new_registration' then '新增户籍'
                when 'changed_registration' then '变更（证件或姓名）'
                else '终止（' || " ~ insured_stop_words('registration.stop_reason') ~ " || '）'
            end|phrase}"
            ~ '，{registration.department_code|department}于{registration.registered_at|date}登记，'
            ~ '{' ~ transfer_stage_words('registration.stage_code') ~ '|phrase}；'
            ~ '{' ~ transfer_stage_remedy('registration.stage_code') ~ '|phrase}，税务取得并更新后解除。',
    ) }},
    registration.stage_code,
    registration.person_no,
    registration.fee_registration_no,
    registration.insurance_name,
    registration.registered_at as happened_at,
    registration.sent_at
from registration
union all
select
    {{ finding_of(
        'B9.1', 'special_due', alias='due',
        reason="'back_payment'",
        since='due.assessed_at',
        evidence='{due.department_code|department}于{due.assessed_at|date}核定的{due.insurance_name}特殊缴费（流水号{due.notice_serial}，'
            ~ '{due.due_amount|money}元）'
            ~ '{' ~ transfer_stage_words('due.stage_code') ~ '|phrase}，税务没有接收记录；'
            ~ '{' ~ transfer_stage_remedy('due.stage_code') ~ '|phrase}，税务收到该笔数据后解除。',
        values={
            'department_code': 'due.department_code', 'bureau_code': 'due.bureau_code', 'agency_code': 'due.agency_code', 'town_code': 'due.town_code',
            'insurance_code': 'due.insurance_code', 'amount': 'due.due_amount',
        },
    ) }},
    due.stage_code,
    due.person_no,
    due.fee_registration_no,
    due.insurance_name,
    due.assessed_at as happened_at,
    due.sent_at
from due
union all
select
    {{ finding_of(
        'B9.1', 'person_payment', alias='late_settlement',
        reason="'settlement_feedback'",
        since='late_settlement.waiting_since',
        evidence="{late_settlement.insurance_name|text}缴费{late_settlement.amount|money}元（电子税票{late_settlement.ticket_no}）于"
            ~ "{late_settlement.settled_date|date}入库，"
            ~ "{case late_settlement.stage_code when 'not_sent' then '入库信息未反馈' else '入库信息已反馈，未被读取' end|phrase}"
            ~ '（{late_settlement.department_code|department}）；补反馈或由部门读取后解除。',
    ) }},
    late_settlement.stage_code,
    cast(null as string) as person_no,
    late_settlement.fee_registration_no,
    late_settlement.insurance_name,
    cast(late_settlement.settled_date as timestamp) as happened_at,
    cast(late_settlement.returned_date as timestamp) as sent_at
from late_settlement
union all
select
    {{ finding_of(
        'B9.1', 'person_refund', alias='late_refund',
        reason="'refund'",
        since='late_refund.waiting_since',
        evidence="{late_refund.insurance_name|text}人员编号{late_refund.person_no}的退费{late_refund.amount|money}元于{late_refund.refunded_at|date}退库，"
            ~ "{case late_refund.refund_stage when 'not_sent' then '退费信息未传递' else '退费信息已传递，未被读取' end|phrase}"
            ~ '（{late_refund.department_code|department}）；补传或由部门读取后解除。',
    ) }},
    late_refund.refund_stage as stage_code,
    late_refund.person_no,
    late_refund.fee_registration_no,
    late_refund.insurance_name,
    late_refund.refunded_at as happened_at,
    late_refund.sent_at
from late_refund
