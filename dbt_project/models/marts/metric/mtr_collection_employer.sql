-- What an employer registration had to pay in a month and paid, in all and by cut, at as_of and at the same progress a month and a year before.
-- A bill is done when every item of it is. Grain: period × registration × bureau × town × cut. Internal; the base of the cube of collection.
{%- set moments = metric_moments() %}
{%- set cuts = [
    {'type': 'total', 'code': "'total'", 'rows': 'bill'},
    {'type': 'insurance', 'code': 'insurance_code', 'rows': 'item'},
    {'type': 'levy_item', 'code': 'zsxm_code', 'rows': 'levy_bill'},
    {'type': 'department', 'code': 'department_code', 'rows': 'bill'},
    {'type': 'origin', 'code': 'origin_code', 'rows': 'bill'},
    {'type': 'agency', 'code': 'agency_code', 'rows': 'bill'},
    {'type': 'unit_type', 'code': 'unit_type_code', 'rows': 'bill'},
] %}
{%- set attributes = 'period, bureau_code, town_code, registration_key, bill_key, department_code, origin_code, agency_code, unit_type_code' %}
with item as (
    select
        base.period,
        base.bureau_code,
        base.town_code,
        base.registration_key,
        base.bill_key,
        base.insurance_code,
        coalesce(insurance.zsxm_code, base.insurance_code) as zsxm_code,
        base.department_code,
        coalesce(base.origin_code, 'UNKNOWN') as origin_code,
        coalesce(base.agency_code, 'UNKNOWN') as agency_code,
        coalesce(base.unit_type_code, 'UNKNOWN') as unit_type_code,
        {%- for moment in moments if moment.at %}
        case when base.is_due{{ moment.at }} then 1 else 0 end as due_bills{{ moment.at }},
        case when base.is_complete{{ moment.at }} then 1 else 0 end as done_bills{{ moment.at }},
        base.due_amount{{ moment.at }},
        base.collected_amount{{ moment.at }},
        case when base.is_complete{{ moment.at }} then base.person_count else 0 end as paid_persons{{ moment.at }},
        {%- endfor %}
        1 as due_bills,
        case when base.is_complete then 1 else 0 end as done_bills,
        case when base.is_settled then 1 else 0 end as settled_bills,
        base.due_amount,
        base.collected_amount,
        case when base.is_complete then base.person_count else 0 end as paid_persons,
        base.settled_amount
    from {{ ref('mtr_collection_base') }} as base
    left join {{ ref('ref_insurance_item') }} as insurance on base.insurance_code = insurance.insurance_code
    where base.is_due
),

{% for name, extra in [('bill', ''), ('levy_bill', ', zsxm_code')] %}
{{ name }} as (
    select
        {{ attributes }}{{ extra }},
        {%- for moment in moments %}
        max(due_bills{{ moment.at }}) as due_bills{{ moment.at }},
        max(due_bills{{ moment.at }})
        * (case when sum(due_bills{{ moment.at }}) = sum(done_bills{{ moment.at }}) then 1 else 0 end) as done_bills{{ moment.at }},
        sum(due_amount{{ moment.at }}) as due_amount{{ moment.at }},
        sum(collected_amount{{ moment.at }}) as collected_amount{{ moment.at }},
        sum(paid_persons{{ moment.at }}) as paid_persons{{ moment.at }},
        {%- endfor %}
        min(settled_bills) as settled_bills,
        sum(settled_amount) as settled_amount
    from item
    group by {{ attributes }}{{ extra }}
),
{% endfor %}
employer as (
    {%- for cut in cuts %}
    select
        period,
        registration_key,
        bureau_code,
        town_code,
        '{{ cut.type }}' as cut_type,
        {{ cut.code }} as cut_code,
        {%- for moment in moments %}
        sum(due_bills{{ moment.at }}) as due_bills{{ moment.at }},
        sum(done_bills{{ moment.at }}) as done_bills{{ moment.at }},
        sum(due_amount{{ moment.at }}) as due_amount{{ moment.at }},
        sum(collected_amount{{ moment.at }}) as collected_amount{{ moment.at }},
        sum(paid_persons{{ moment.at }}) as paid_persons{{ moment.at }},
        {%- endfor %}
        sum(settled_bills) as settled_bills,
        sum(settled_amount) as settled_amount
    from {{ cut.rows }}
    group by period, registration_key, bureau_code, town_code, {{ cut.code if cut.type != 'total' else 'cut_type' }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select
    period,
    registration_key,
    bureau_code,
    town_code,
    cut_type,
    cut_code,
    {%- for moment in moments %}
    cast(due_bills{{ moment.at }} as integer) as due_bills{{ moment.at }},
    cast(done_bills{{ moment.at }} as integer) as done_bills{{ moment.at }},
    cast(due_amount{{ moment.at }} as decimal(18, 2)) as due_amount{{ moment.at }},
    cast(collected_amount{{ moment.at }} as decimal(18, 2)) as collected_amount{{ moment.at }},
    cast(paid_persons{{ moment.at }} as integer) as paid_persons{{ moment.at }},
    {%- endfor %}
    cast(settled_bills as integer) as settled_bills,
    cast(settled_amount as decimal(18, 2)) as settled_amount
from employer
