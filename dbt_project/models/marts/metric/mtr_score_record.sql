-- The records behind the score of the current month: each component's rows, with what they put into numerator and denominator.
-- Grain: component × subject.
with collection as (
    select
        period,
        bureau_code,
        registration_key as subject_key,
        cut_type,
        cut_code,
        collected_amount as numerator,
        due_amount as denominator
    from {{ ref('mtr_collection_employer') }}
    where (cut_type = 'total' or (cut_type = 'insurance' and cut_code = '10201')) and period = {{ as_of_period() }} and due_bills > 0
),

registrations as (
    select *
    from {{ ref('mtr_registration_base') }}
    where period_type = 'month' and period = {{ as_of_period() }}
),

taxpayers as (
    select *
    from {{ ref('mtr_taxpayer_base') }}
    where period_type = 'month' and period = {{ as_of_period() }}
),

records as (
    select
        'fund' as component_code,
        bureau_code,
        'taxpayer' as subject_type,
        taxpayer_key as subject_key,
        case when has_declared_fund then 1 else 0 end as numerator,
        1 as denominator
    from taxpayers
    where is_institution
    union all
    select
        'agreement' as component_code,
        bureau_code,
        'taxpayer' as subject_type,
        taxpayer_key as subject_key,
        case when has_agreement then 1 else 0 end as numerator,
        1 as denominator
    from taxpayers
    union all
    select
        'cleaning' as component_code,
        bureau_code,
        'registration' as subject_type,
        registration_key as subject_key,
        case when is_clean then 1 else 0 end as numerator,
        1 as denominator
    from registrations
    where is_valid
    union all
    select
        'binding' as component_code,
        bureau_code,
        'registration' as subject_type,
        registration_key as subject_key,
        case when is_bound then 1 else 0 end as numerator,
        1 as denominator
    from registrations
    where is_associated
    union all
    select
        case cut_type when 'total' then 'collection' else 'pension' end as component_code,
        bureau_code,
        'registration' as subject_type,
        subject_key,
        sum(numerator) as numerator,
        sum(denominator) as denominator
    from collection
    group by cut_type, bureau_code, subject_key
)

select
    component_code,
    {{ as_of_period() }} as period,
    bureau_code,
    subject_type,
    subject_key,
    {{ decimal18('numerator') }} as numerator,
    {{ decimal18('denominator') }} as denominator
from records
