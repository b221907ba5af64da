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
    listed.subject_type,
    listed.subject_key,
    listed.bureau_code,
    listed.numerator,
    listed.denominator,
    coalesce(registrations.unit_name, taxpayers.unit_name) as unit_name,
    registrations.unit_no
from mtr_score_record as listed
left join dim_registration as registrations on listed.subject_type = 'registration' and listed.subject_key = registrations.registration_key
left join taxpayers on listed.subject_type = 'taxpayer' and listed.subject_key = taxpayers.taxpayer_key
where
    listed.component_code = $component_code
    and listed.numerator < listed.denominator
    and ($bureau_code is null or listed.bureau_code = $bureau_code)
order by listed.denominator - listed.numerator desc, listed.subject_key
limit $page_size
offset $page_offset
