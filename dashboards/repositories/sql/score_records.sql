-- One page of the records that a component of the current month's score has not counted, those with most missing first. Grain: record.
with taxpayers as (
    select
        taxpayer_key,
        max(coalesce(taxpayer_name, unit_name)) as unit_name
    from dim_registration
    where taxpayer_key is not null
    group by taxpayer_key
)

select
    record.subject_type,
    record.subject_key,
    record.bureau_code,
    record.numerator,
    record.denominator,
    coalesce(unit.unit_name, taxpayers.unit_name) as unit_name,
    unit.unit_no
from mtr_score_record as record
left join dim_registration as unit on record.subject_type = 'registration' and record.subject_key = unit.registration_key
left join taxpayers on record.subject_type = 'taxpayer' and record.subject_key = taxpayers.taxpayer_key
where
    record.component_code = $component_code
    and record.numerator < record.denominator
    and ($bureau_code is null or record.bureau_code = $bureau_code)
order by record.denominator - record.numerator desc, record.subject_key
limit $page_size
offset $page_offset
