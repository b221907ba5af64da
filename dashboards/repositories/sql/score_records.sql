-- One page of the records that a component of the current month's score has not counted, those with most missing first. Grain: record.
with listed as (
    select
        subject_type,
        subject_key,
        bureau_code,
        numerator,
        denominator
    from mtr_score_record
    where
        component_code = $component_code
        and numerator < denominator
        and ($bureau_code is null or bureau_code = $bureau_code)
    order by denominator - numerator desc, subject_key
    limit $page_size
    offset $page_offset
),

-- Names of the page's few records alone.
registrations as (
    select
        registration_key,
        unit_name,
        unit_no
    from dim_registration
    where registration_key in (select subject_key from listed where subject_type = 'registration')
),

taxpayers as (
    select
        taxpayer_key,
        max(coalesce(taxpayer_name, unit_name)) as unit_name
    from dim_registration
    where taxpayer_key in (select subject_key from listed where subject_type = 'taxpayer')
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
from listed
left join registrations on case when listed.subject_type = 'registration' then listed.subject_key end = registrations.registration_key
left join taxpayers on case when listed.subject_type = 'taxpayer' then listed.subject_key end = taxpayers.taxpayer_key
order by listed.denominator - listed.numerator desc, listed.subject_key
