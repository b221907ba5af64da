-- Bills of earlier months that were transferred, not collected and returned as failed, and that the department has not sent again. Sent
-- again is: the same notice serial in a later batch, or, after the failure, another bill of the registration and fee period with the same
-- items (a re-assessment under a new serial); items are looked at one by one. Grain: bill.
{% set months = var('a1_14_months', 12) %}
with failed as (
    select
        bill.*,
        failure.failed_at
    from {{ ref('int_failed_return') }} as failure
    inner join {{ ref('int_bill') }} as bill on failure.bill_key = bill.bill_key
    where
        bill.collected_amount = 0
        and not bill.is_withdrawn
        and not bill.is_agency_voided
        and {{ to_period('bill.sent_at') }} < {{ as_of_period() }}
        and {{ to_period('bill.sent_at') }} >= {{ add_months_to_period(as_of_period(), 0 - months) }}
),

later_bills as (
    select
        failed.bill_key,
        later_bill.bill_key as later_bill_key
    from failed
    inner join {{ ref('int_bill') }} as later_bill on failed.registration_key = later_bill.registration_key
    where
        later_bill.bill_key <> failed.bill_key
        and not later_bill.is_withdrawn
        and not later_bill.is_agency_voided
        and (
            (later_bill.notice_serial = failed.notice_serial and later_bill.sent_at > failed.sent_at)
            or (later_bill.period = failed.period and later_bill.sent_at > failed.failed_at)
        )
),

items as (
    select
        item.bill_key,
        item.insurance_code
    from {{ ref('int_bill_item') }} as item
    inner join (
        select bill_key from failed
        union
        select later_bill_key as bill_key from later_bills
    ) as wanted on item.bill_key = wanted.bill_key
),

sent_again as (
    select
        later_bills.bill_key,
        items.insurance_code
    from later_bills
    inner join items on later_bills.later_bill_key = items.bill_key
    group by later_bills.bill_key, items.insurance_code
),

coverage as (
    select
        items.bill_key,
        count(*) as item_count,
        count(sent_again.bill_key) as sent_again_count
    from items
    inner join failed on items.bill_key = failed.bill_key
    left join sent_again on items.bill_key = sent_again.bill_key and items.insurance_code = sent_again.insurance_code
    group by items.bill_key
),

agreements as (
    select
        taxpayer_key,
        max(case when is_batch then 1 else 0 end) as batch
    from {{ ref('int_agreement') }}
    where is_valid and taxpayer_key is not null
    group by taxpayer_key
),

waiting as (
    select
        failed.*,
        registration.unit_name,
        coverage.item_count,
        coverage.sent_again_count,
        case when coverage.sent_again_count > 0 then 'partly_sent_again' else 'not_sent_again' end as reason_code,
        coalesce(agreements.batch, 0) = 1 as is_batch_participant,
        agreements.taxpayer_key is not null as has_agreement,
        coalesce(client.has_client_account, false) as has_client_account,
        coalesce(client.is_bound, false) as is_bound
    from failed
    inner join coverage on failed.bill_key = coverage.bill_key
    left join {{ ref('int_registration') }} as registration on failed.registration_key = registration.registration_key
    left join {{ ref('int_registration_client') }} as client on failed.registration_key = client.registration_key
    left join agreements on failed.taxpayer_key = agreements.taxpayer_key
    where coverage.sent_again_count < coverage.item_count
)

select
    {{ finding_of(
        'A1.14', 'bill', alias='waiting',
        reason='waiting.reason_code',
        since='waiting.failed_at',
        evidence='“{waiting.unit_name}”{waiting.period|month}的征集单{waiting.notice_serial}（{waiting.amount|money}元）未征收，
            已于{waiting.failed_at|date}失败回盘，{waiting.department_code|department}至今'
            ~ "{case waiting.reason_code when 'partly_sent_again' then '只补传了部分险种' else '没有重新推送' end|phrase}"
            ~ '；该单位' ~ "{case when waiting.is_batch_participant then '参与批扣' else '未参与批扣' end|phrase}" ~ '、'
            ~ "{case when waiting.has_client_account then '已开通客户端' else '未开通客户端' end|phrase}"
            ~ '。由业务科室对接经办机构查明原因，单据补传后解除。',
    ) }},
    waiting.unit_no,
    waiting.unit_name,
    waiting.notice_serial,
    waiting.batch_no,
    waiting.sent_at,
    waiting.failed_at,
    waiting.is_tax_voided,
    waiting.item_count,
    waiting.sent_again_count,
    waiting.is_batch_participant,
    waiting.has_agreement,
    waiting.has_client_account,
    waiting.is_bound
from waiting
