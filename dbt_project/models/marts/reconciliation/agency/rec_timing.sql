-- 跨日、跨月到账: money that both sides hold alike, in other days or months: remitted and booked (collection), settled and read as settled (settlement). It
-- explains why a day's or month's business arrival is not its finance income. Across days: of the business date's month; across months: of it and the one
-- before. Grain: pair × measure × bill × item.
with line as (
    select * from {{ ref('int_recon_line') }} where insurance_code <> '*'
),

crossing as (
    {%- for measure, columns in rec_line_measures().items() if measure != 'bill' %}
    select
        '{{ measure }}' as measure,
        bill_key,
        insurance_code,
        department_code,
        registration_key,
        bureau_code,
        agency_code,
        period,
        {{ columns['tax_amount'] }} as amount,
        {{ columns['tax_date'] }} as tax_date,
        {{ columns['agency_date'] }} as agency_date
    from line
    where
        {{ columns['tax_state'] }} = 'success'
        and {{ columns['tax_amount'] }} = {{ columns['agency_amount'] }}
        and {{ columns['agency_date'] }} > {{ columns['tax_date'] }}
        and {{ to_period(columns['agency_date']) }} >= {{ add_months_to_period(as_of_period(), -1) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select
    'tax_' || lower(department_code) as pair,
    measure,
    bill_key,
    insurance_code,
    department_code,
    registration_key,
    bureau_code,
    agency_code,
    period,
    1 as outcome_code,
    case when {{ to_period('tax_date') }} = {{ to_period('agency_date') }} then 'crosses_day' else 'crosses_month' end as cause_code,
    cast(amount as decimal(18, 2)) as tax_amount,
    cast(amount as decimal(18, 2)) as agency_amount,
    cast(0 as decimal(18, 2)) as difference,
    tax_date,
    agency_date
from crossing
where
    {{ to_period('tax_date') }} <> {{ to_period('agency_date') }}
    or {{ to_period('agency_date') }} = {{ as_of_period() }}
