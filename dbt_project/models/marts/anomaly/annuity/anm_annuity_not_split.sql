-- Bills of HRSS that carry annuity beside other items: to be intercepted and sent back for splitting. Void at tax changes nothing, the
-- department still has to split it; its own withdrawal or voiding, or a later batch of the serial without the mixture, does. Grain: bill.
with item_sums as (
    select
        item.bill_key,
        {{ sum_amount_if('coalesce(item.agency_amount, item.tax_amount, item.detail_amount)', "item.insurance_code = 'ZYNJ'") }} as annuity_amount,
        {{ sum_amount_if('coalesce(item.agency_amount, item.tax_amount, item.detail_amount)', "item.insurance_code <> 'ZYNJ'") }} as other_amount,
        count(case when item.insurance_code <> 'ZYNJ' then 1 end) as other_count,
        {{ list_text("case when item.insurance_code <> 'ZYNJ' then names.insurance_name end", '、', order_by='item.insurance_code') }} as other_items
    from {{ ref('int_bill_item') }} as item
    inner join (
        select bill_key from {{ ref('int_bill_item') }}
        where insurance_code = 'ZYNJ' and coalesce(agency_amount, tax_amount, detail_amount) is not null
    ) as annuity on item.bill_key = annuity.bill_key
    left join {{ ref('dim_insurance_item') }} as names on item.insurance_code = names.insurance_code
    where coalesce(item.agency_amount, item.tax_amount, item.detail_amount) is not null
    group by item.bill_key
    having count(case when item.insurance_code <> 'ZYNJ' then 1 end) > 0
),

unsplit as (
    select
        bill.*,
        item_sums.annuity_amount,
        item_sums.other_amount,
        item_sums.other_items,
        case
            when bill.validation_code = '2' or bill.is_tax_voided then 'intercepted'
            when bill.pushed_at is not null or bill.validation_code = '1' then 'passed'
            else 'not_checked'
        end as reason_code
    from item_sums
    inner join {{ ref('int_bill') }} as bill on item_sums.bill_key = bill.bill_key
    where not bill.is_withdrawn and not bill.is_agency_voided
),

split_since as (
    select
        unsplit.bill_key,
        max(later.sent_at) as split_at
    from unsplit
    inner join {{ ref('int_bill') }} as later
        on
            unsplit.department_code = later.department_code
            and unsplit.notice_serial = later.notice_serial
            and unsplit.bill_key <> later.bill_key
    left join item_sums on later.bill_key = item_sums.bill_key
    where later.sent_at > unsplit.sent_at and later.is_valid and item_sums.bill_key is null
    group by unsplit.bill_key
)

select
    {{ finding_of(
        'A5.4', 'bill', alias='unsplit',
        reason='unsplit.reason_code',
        since='coalesce(unsplit.sent_at, unsplit.support_received_at)',
        evidence='“{unit.unit_name}”{unsplit.period|month}的征集单（流水号{unsplit.notice_serial}、批次{unsplit.batch_no}）把职业年金{unsplit.annuity_amount|money}元
            与{unsplit.other_items}共{unsplit.other_amount|money}元放在同一单据，' ~ "{case unsplit.reason_code when 'intercepted' then '税务已拦截' when 'passed' then '税务未拦截、已放行' else '税务尚未校验' end|phrase}"
            ~ '；反馈{unsplit.department_code|department}拆分后重新传递并作废原单，即解除。',
        values={'insurance_code': "'ZYNJ'"},
    ) }},
    unit.unit_name,
    unit.unit_no,
    unsplit.notice_serial,
    unsplit.batch_no,
    unsplit.annuity_amount,
    unsplit.other_amount,
    unsplit.other_items,
    unsplit.validation_code,
    unsplit.sent_at,
    unsplit.support_received_at,
    unsplit.pushed_at
from unsplit
left join split_since on unsplit.bill_key = split_since.bill_key
left join {{ ref('int_registration') }} as unit on unsplit.registration_key = unit.registration_key
where split_since.bill_key is null
