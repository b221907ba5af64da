-- Days on which a cadre logged in, and how many functions were used. Grain: cadre_key × login_date.
select
    cadre_key,
    cast(logged_in_at as date) as login_date,
    cast(sum(coalesce(function_count, 0)) as integer) as function_count
from {{ ref('stg_tax_cadre__login') }}
where result_code = '1' and cadre_key is not null
group by cadre_key, cast(logged_in_at as date)
