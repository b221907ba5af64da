-- Years for which a taxpayer declared the fund for the employment of disabled persons (残保金). Grain: taxpayer_key × levy_year.
select
    taxpayer_key,
    levy_year,
    cast(min(declared_at) as date) as declared_date
from {{ ref('stg_tax_registry__disability_fund_declaration') }}
where not is_voided and taxpayer_key is not null and levy_year is not null
group by taxpayer_key, levy_year
