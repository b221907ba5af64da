-- Bills of units that settle retired soldiers: what they paid this month and in the months before, and what of this month they still owe,
-- before the month's returns are processed. A list, not a list of errors. Grain: bill.
-- the bill is the unit's by its association, or because the unit's own taxpayer paid it before that changed
with unit_bill_key as (
    select
        soldier_unit.taxpayer_key as unit_taxpayer_key,
        bill.bill_key
    from {{ ref('int_soldier_unit') }} as soldier_unit
    inner join {{ ref('int_bill') }} as bill on soldier_unit.taxpayer_key = bill.taxpayer_key
    where soldier_unit.is_valid
    union
    select
        soldier_unit.taxpayer_key as unit_taxpayer_key,
        paid.bill_key
    from {{ ref('int_soldier_unit') }} as soldier_unit
    inner join {{ ref('int_ticket_item') }} as paid on soldier_unit.taxpayer_key = paid.taxpayer_key
    where soldier_unit.is_valid and paid.bill_key is not null
),

unit_bill as (
    select
        bill.*,
        soldier_unit.unit_name as listed_name,
        soldier_unit.settled_count,
        coalesce(soldier_unit.bureau_code, bill.bureau_code) as unit_bureau_code,
        cast(bill.amount - bill.collected_amount as decimal(18, 2)) as missing_amount,
        (bill.period = {{ as_of_period() }} or {{ to_period('coalesce(bill.sent_at, bill.support_received_at)') }} = {{ as_of_period() }})
        and bill.is_valid
        and bill.amount > bill.collected_amount as is_owed
    from unit_bill_key
    inner join {{ ref('int_soldier_unit') }} as soldier_unit on unit_bill_key.unit_taxpayer_key = soldier_unit.taxpayer_key
    inner join {{ ref('int_bill') }} as bill on unit_bill_key.bill_key = bill.bill_key
    -- one bill under two listed taxpayers is listed once
    qualify row_number() over (
        partition by bill.bill_key
        order by case when soldier_unit.taxpayer_key = bill.taxpayer_key then 0 else 1 end, soldier_unit.taxpayer_key
    ) = 1
),

listed as (
    select
        unit_bill.*,
        case
            when is_owed and collected_amount > 0 then 'partly_paid'
            when is_owed then 'unpaid'
            when {{ to_period('last_collected_date') }} = {{ as_of_period() }} then 'paid_this_month'
            else 'paid_earlier'
        end as reason_code
    from unit_bill
    where collected_amount > 0 or is_owed
)

select
    {{ finding_of(
        'A9.6', 'bill', alias='listed',
        reason='listed.reason_code',
        since='coalesce(listed.last_collected_date, listed.sent_at, listed.support_received_at)',
        evidence='安置退役士兵单位“{listed.listed_name}”{listed.period|month}的{listed.department_code|department}征集单（流水号{listed.notice_serial}、批次{listed.batch_no}、{listed.amount|money}元）'
            ~ "{case listed.reason_code when 'paid_this_month' then '本月已缴纳' when 'paid_earlier' then '往月已缴纳' else '本月欠缴' end|phrase}"
            ~ "{case when listed.collected_amount > 0 then '，已缴' || cast(cast(listed.collected_amount as decimal(18, 2)) as string) || '元' end|phrase}"
            ~ "{case when listed.missing_amount > 0 then '，欠' || cast(listed.missing_amount as string) || '元' end|phrase}" ~ '。',
        values={'bureau_code': 'listed.unit_bureau_code'},
    ) }},
    listed.listed_name as unit_name,
    listed.unit_no,
    listed.settled_count,
    listed.notice_serial,
    listed.batch_no,
    listed.origin_code,
    listed.channel_code,
    cast(listed.amount as decimal(18, 2)) as bill_amount,
    cast(listed.collected_amount as decimal(18, 2)) as collected_amount,
    listed.missing_amount,
    listed.first_collected_date,
    listed.last_collected_date,
    listed.last_settled_date
from listed
