-- What the sources say in total is what the bills say in total, measure by measure, to the cent: no join drops or multiplies money.
-- Rows that name no bill cannot be in a bill and are left out on both sides. No tolerance.
{% set sources = [
    ('agency_amount', ['stg_hrss__bill_item', 'stg_nhsa__bill_item'], 'true'),
    ('detail_amount', ['stg_hrss__bill_detail', 'stg_nhsa__bill_detail'], 'true'),
    ('posted_amount', ['stg_hrss__posting', 'stg_nhsa__posting'], 'notice_serial is not null and batch_no is not null'),
    ('returned_amount', ['stg_hrss__remittance_return', 'stg_nhsa__remittance_return'],
        'not is_withdrawn and notice_serial is not null and batch_no is not null'),
    ('tax_amount', ['stg_tax_support__bill_item'], 'true'),
    ('declared_amount', ['stg_tax_levy__declaration'],
        'not is_voided and department_code is not null and notice_serial is not null and batch_no is not null'),
    ('invoiced_amount', ['stg_tax_levy__invoice'],
        'not is_voided and department_code is not null and notice_serial is not null and batch_no is not null'),
    ('collected_amount', ['stg_tax_levy__remittance'],
        'ticket_no is not null and department_code is not null and notice_serial is not null and batch_no is not null'),
    ('settled_amount', ['stg_tax_levy__settlement'],
        'ticket_no is not null and department_code is not null and notice_serial is not null and batch_no is not null'),
] %}
with totals as (
    {% for measure, models, condition in sources %}
    {% for model in models %}
    select
        '{{ measure }}' as measure,
        {{ sum_amount('amount') }} as source_amount,
        cast(0 as decimal(18, 2)) as bill_amount
    from {{ ref(model) }}
    where {{ condition }}
    union all
    {% endfor %}
    select
        '{{ measure }}' as measure,
        cast(0 as decimal(18, 2)) as source_amount,
        {{ sum_amount(measure) }} as bill_amount
    from {{ ref('int_bill_item') }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select
    measure,
    coalesce(sum(source_amount), 0) as source_amount,
    coalesce(sum(bill_amount), 0) as bill_amount
from totals
group by measure
having coalesce(sum(source_amount), 0) <> coalesce(sum(bill_amount), 0)
