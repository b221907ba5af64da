-- What HRSS and NHSA booked of a returned payment, and when tax was told. Grain: department × return_no. A view.
{{ config(materialized='view') }}

with posting as (
    {%- for model, department in [('stg_hrss_person_return__posting', 'HRSS'), ('stg_nhsa_person_return__posting', 'NHSA')] %}

    select
        '{{ department }}' as department_code,
        return_no,
        amount,
        posted_at,
        fed_back_at
    from {{ ref(model) }}
    where return_no is not null
    {{ 'union all' if not loop.last }}
    {%- endfor %}

)

select
    department_code,
    return_no,
    {{ sum_amount('amount') }} as amount,
    min(posted_at) as posted_at,
    max(fed_back_at) as fed_back_at
from posting
group by department_code, return_no
