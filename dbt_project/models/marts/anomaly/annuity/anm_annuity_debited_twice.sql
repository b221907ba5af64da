-- Annuity bills whose principal was debited more than once: how often, which amounts, and whether the bank has a reversal. What was
-- reversed no longer counts; money that the unit paid in by itself is no debit. Grain: bill.
{% set delay = var('a13_05_delay', 1) %}
with debits as (
    select
        transfer.*,
        transfer.amount - transfer.reversed_amount as kept_amount,
        row_number() over (
            partition by transfer.bill_key
            order by transfer.transferred_at, transfer.annuity_transfer_key
        ) as place
    from {{ ref('int_annuity_transfer') }} as transfer
    where transfer.money_type_code = '1' and transfer.way_code in ('1', '2') and transfer.bill_key is not null
),

bill_debits as (
    select
        bill_key,
        count(*) as debit_count,
        count(case when kept_amount > 0 then 1 end) as kept_count,
        {{ sum_amount('amount') }} as debited_amount,
        {{ sum_amount('reversed_amount') }} as reversed_amount,
        {{ sum_amount('kept_amount') }} as kept_amount,
        count(case when is_reversed then 1 end) as reversal_count,
        min(transferred_at) as first_debited_at,
        min(case when place = 2 then transferred_at end) as second_debited_at,
        max(transferred_at) as last_debited_at,
        max(reversed_at) as last_reversed_at,
        {{ list_text("cast(transferred_at as string) || ' ' || cast(amount as string) || '元'", '；', order_by='place') }} as debits
    from debits
    group by bill_key
    having count(*) > 1 and count(case when kept_amount > 0 then 1 end) > 1
),

doubled as (
    select
        bill_debits.*,
        bill_debits.kept_amount - bill.amount as surplus_amount,
        case when bill_debits.reversal_count > 0 then 'partly_reversed' else 'not_reversed' end as reason_code
    from bill_debits
    inner join {{ ref('int_bill') }} as bill on bill_debits.bill_key = bill.bill_key
    where bill_debits.kept_amount > bill.amount and {{ past_delay('bill_debits.second_debited_at', delay) }}
)

select
    {{ finding_of(
        'A13.5', 'bill',
        reason='doubled.reason_code',
        since='doubled.second_debited_at',
        evidence='“{unit.unit_name}”{bill.period|month}的职业年金征集单（流水号{bill.notice_serial}、批次{bill.batch_no}、{bill.amount|money}元）被扣款
            {doubled.debit_count}次：{doubled.debits}，' ~ "{case doubled.reason_code when 'not_reversed' then '银行没有冲抵记录' else '冲抵' || cast(doubled.reversed_amount as string) || '元' end|phrase}"
            ~ '，多扣{doubled.surplus_amount|money}元；结算中心冲正多扣的款项后解除。',
        values={'insurance_code': "'ZYNJ'", 'amount': 'doubled.surplus_amount'},
    ) }},
    unit.unit_name,
    unit.unit_no,
    bill.notice_serial,
    bill.batch_no,
    doubled.debit_count,
    doubled.debits,
    doubled.first_debited_at,
    doubled.last_debited_at,
    cast(bill.amount as decimal(18, 2)) as bill_amount,
    doubled.debited_amount,
    doubled.reversal_count > 0 as has_reversal,
    doubled.reversed_amount,
    doubled.last_reversed_at
from doubled
inner join {{ ref('int_bill') }} as bill on doubled.bill_key = bill.bill_key
left join {{ ref('int_registration') }} as unit on bill.registration_key = unit.registration_key
