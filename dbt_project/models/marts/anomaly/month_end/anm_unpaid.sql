-- Bills of the month that are not paid, or not wholly, in the month's last calendar days: the list to urge payment with, and what a clerk
-- needs to know of the payer before the call. A list, not a list of errors. Grain: bill.
{% set watch_days = var('month_end_watch_days', 2) %}
with unpaid as (
    select
        bill.*,
        cast(bill.amount - bill.collected_amount as decimal(18, 2)) as missing_amount,
        case when bill.collected_amount > 0 then 'partly_paid' else 'unpaid' end as reason_code
    from {{ ref('int_bill') }} as bill
    where
        bill.is_valid
        and bill.has_tax
        and (bill.period = {{ as_of_period() }} or {{ to_period('coalesce(bill.sent_at, bill.support_received_at)') }} = {{ as_of_period() }})
        and bill.amount > bill.collected_amount
        and {{ days_between(as_of_date(), period_end(as_of_period())) }} < {{ watch_days | int }}
),

payer_agreement as (
    select
        taxpayer_key,
        max(case when is_batch then 1 else 0 end) as has_batch
    from {{ ref('int_agreement') }}
    where is_valid
    group by taxpayer_key
),

listed as (
    select
        unpaid.*,
        unit.unit_name,
        case
            when payer_agreement.taxpayer_key is null then '未签约'
            when payer_agreement.has_batch = 1 then '是'
            else '否'
        end as batch_agreement,
        case when coalesce(client.is_bound, false) then '已绑定' else '未绑定' end as client_binding,
        case when coalesce(unit.is_associated, false) then '已关联' else '未关联' end as association,
        case
            when booking.generated_code = 'N' then '是'
            when booking.generated_code = 'Y' then '否'
            when booking.booking_key is not null then '未生成'
            else '未预约'
        end as batch_list_failed,
        booking.fail_reason as batch_list_reason,
        contact.legal_person_name,
        coalesce(contact.legal_person_mobile, contact.legal_person_landline) as legal_person_phone,
        contact.finance_name,
        coalesce(contact.finance_mobile, contact.finance_landline) as finance_phone,
        contact.filer_name,
        coalesce(contact.filer_mobile, contact.filer_landline) as filer_phone
    from unpaid
    left join {{ ref('int_registration') }} as unit on unpaid.registration_key = unit.registration_key
    left join payer_agreement on unpaid.taxpayer_key = payer_agreement.taxpayer_key
    left join {{ ref('int_registration_client') }} as client on unpaid.registration_key = client.registration_key
    left join {{ ref('int_batch_booking') }} as booking
        on unpaid.registration_key = booking.registration_key and unpaid.period = booking.period
    left join {{ ref('int_taxpayer_contact') }} as contact on unpaid.taxpayer_key = contact.taxpayer_key
)

select
    {{ finding_of(
        'A7.1', 'bill', alias='listed',
        reason='listed.reason_code',
        since='coalesce(listed.support_received_at, listed.sent_at)',
        evidence='“{listed.unit_name}”{listed.period|month}的征集单（流水号{listed.notice_serial}、批次{listed.batch_no}、{listed.amount|money}元）至今欠缴
            {listed.missing_amount|money}元；三方协议批扣标志：{listed.batch_agreement}，客户端：{listed.client_binding}，户籍：{listed.association}，
            批扣清册生成失败：{listed.batch_list_failed}；缴清后不再列入。',
        values={'amount': 'listed.missing_amount'},
    ) }},
    listed.unit_name,
    listed.unit_no,
    listed.notice_serial,
    listed.batch_no,
    cast(listed.amount as decimal(18, 2)) as bill_amount,
    cast(listed.collected_amount as decimal(18, 2)) as collected_amount,
    listed.missing_amount,
    listed.stage_code,
    listed.batch_agreement,
    listed.client_binding,
    listed.association,
    listed.batch_list_failed,
    listed.batch_list_reason,
    listed.legal_person_name,
    listed.legal_person_phone,
    listed.finance_name,
    listed.finance_phone,
    listed.filer_name,
    listed.filer_phone
from listed
