-- What was due and what has come in, at as_of and at the same progress a month and a year before: the base of every collection metric.
-- Grain: bill × item of the last 13 months. Internal.
-- Due: a valid bill that tax has received, amount above zero. Collected: remitted, at most what is due. An item that never passes the treasury
-- (职业年金) counts as settled once it is remitted.
with covered as (
    {{ metric_periods() }}
),

item as (
    select
        bill.bill_key,
        coalesce(item.insurance_code, 'NONE') as insurance_code,
        bill.period,
        bill.registration_key,
        bill.department_code,
        bill.agency_code,
        bill.bureau_code,
        bill.town_code,
        bill.origin_code,
        bill.unit_type_code,
        cast(coalesce(bill.support_received_at, bill.sent_at) as date) as received_date,
        coalesce(bill.is_valid, false) and coalesce(bill.has_tax, false) as is_held_by_tax,
        -- The amount that tax holds; where tax holds the bill without any line, the agency's line, and where nobody splits it, the bill itself.
        cast(
            coalesce(
                item.tax_amount,
                case
                    when item.bill_key is null then bill.tax_amount
                    when max(item.tax_amount) over (partition by bill.bill_key) is null then item.agency_amount
                end,
                0
            ) as decimal(18, 2)
        ) as tax_held_amount,
        cast(coalesce(item.settled_amount, 0) as decimal(18, 2)) as settled_amount,
        item.last_settled_date,
        coalesce(item.person_count, 0) as person_count
    from {{ ref('int_bill') }} as bill
    inner join covered on bill.period = covered.period
    left join {{ ref('int_bill_item') }} as item on bill.bill_key = item.bill_key
),

paid as (
    select
        payment.bill_key,
        payment.insurance_code,
        {%- for moment in metric_moments() %}
        {{ sum_amount_if('payment.paid_amount', "payment.paid_date <= cast('" ~ moment.day ~ "' as date)") }} as paid_amount{{ moment.at }},
        {%- endfor %}
        min(case when payment.paid_to_date >= item.tax_held_amount then payment.paid_date end) as covered_date
    from {{ ref('mtr_collection_payment') }} as payment
    inner join item on payment.bill_key = item.bill_key and payment.insurance_code = item.insurance_code
    group by payment.bill_key, payment.insurance_code
),

measured as (
    select
        item.*,
        item.is_held_by_tax and item.tax_held_amount > 0 as is_due,
        coalesce(paid.paid_amount, 0) as gross_collected_amount,
        {%- for moment in metric_moments() %}
        coalesce(paid.paid_amount{{ moment.at }}, 0) as paid_amount{{ moment.at }},
        {%- endfor %}
        greatest(paid.covered_date, item.received_date) as covered_date,
        case when insurance.is_treasury = false then coalesce(paid.paid_amount, 0) else item.settled_amount end as booked_amount,
        case when insurance.is_treasury = false then paid.covered_date else item.last_settled_date end as booked_date
    from item
    left join paid on item.bill_key = paid.bill_key and item.insurance_code = paid.insurance_code
    left join {{ ref('ref_insurance_item') }} as insurance on item.insurance_code = insurance.insurance_code
),

flagged as (
    select
        measured.*,
        {%- for moment in metric_moments() if moment.at %}
        is_due and coalesce(received_date <= cast('{{ moment.day }}' as date), false) as is_due{{ moment.at }},
        {%- endfor %}
        case when is_due then tax_held_amount else 0 end as due_amount
    from measured
)

select
    period,
    registration_key,
    bill_key,
    insurance_code,
    department_code,
    agency_code,
    bureau_code,
    town_code,
    origin_code,
    unit_type_code,
    received_date,
    is_due,
    cast(person_count as integer) as person_count,
    cast(due_amount as decimal(18, 2)) as due_amount,
    cast(least(greatest(paid_amount, 0), due_amount) as decimal(18, 2)) as collected_amount,
    cast(least(greatest(booked_amount, 0), due_amount) as decimal(18, 2)) as settled_amount,
    cast(gross_collected_amount as decimal(18, 2)) as gross_collected_amount,
    case when is_due and paid_amount >= due_amount then covered_date end as collected_date,
    case when is_due and booked_amount >= due_amount then booked_date end as settled_date,
    is_due and paid_amount >= due_amount as is_complete,
    is_due and booked_amount >= due_amount as is_settled,
    is_due_prev_month,
    cast(case when is_due_prev_month then due_amount else 0 end as decimal(18, 2)) as due_amount_prev_month,
    cast(case when is_due_prev_month then least(greatest(paid_amount_prev_month, 0), due_amount) else 0 end as decimal(18, 2))
        as collected_amount_prev_month,
    is_due_prev_month and paid_amount_prev_month >= due_amount as is_complete_prev_month,
    is_due_prev_year,
    cast(case when is_due_prev_year then due_amount else 0 end as decimal(18, 2)) as due_amount_prev_year,
    cast(case when is_due_prev_year then least(greatest(paid_amount_prev_year, 0), due_amount) else 0 end as decimal(18, 2))
        as collected_amount_prev_year,
    is_due_prev_year and paid_amount_prev_year >= due_amount as is_complete_prev_year
from flagged
