-- Who had paid by each day of the residents' seasons, of one area and insurance. Grain: fee year x bureau x season day.
select
    fee_year,
    season_day,
    calendar_date,
    bureau_code,
    paid_persons_cum,
    paid_amount_cum
from mtr_resident_season
where
    level = $level
    and area_code = $area_code
    and insurance_code = $insurance_code
    and ($bureau_code is null or bureau_code = $bureau_code)
order by fee_year, bureau_code, season_day
