-- The curve of a running season ends in the number of people that the progress shows, for every area and insurance.
with curve as (
    select
        fee_year,
        insurance_code,
        level,
        area_code,
        coalesce(bureau_code, '') as bureau_code,
        coalesce(town_code, '') as town_code,
        sum(paid_persons) as paid_persons
    from {{ ref('mtr_resident_season') }}
    group by fee_year, insurance_code, level, area_code, coalesce(bureau_code, ''), coalesce(town_code, '')
),

progress as (
    select
        period as fee_year,
        cut_code as insurance_code,
        level,
        area_code,
        coalesce(bureau_code, '') as bureau_code,
        coalesce(town_code, '') as town_code,
        numerator as paid_persons
    from {{ ref('mtr_cube_resident_progress') }}
    where metric_id = 'resident_paid_people' and cut_type = 'person_insurance' and period = {{ current_fee_year('cut_code') }}
)

select
    progress.*,
    curve.paid_persons as on_the_curve
from progress
left join curve
    on
        progress.fee_year = curve.fee_year
        and progress.insurance_code = curve.insurance_code
        and progress.level = curve.level
        and progress.area_code = curve.area_code
        and progress.bureau_code = curve.bureau_code
        and progress.town_code = curve.town_code
where progress.paid_persons <> coalesce(curve.paid_persons, 0)
