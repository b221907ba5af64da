-- Medical registrations that no taxpayer matches completely, each beside the taxpayers it may belong to: what a clerk otherwise looks up page
-- by page. A candidate has the same identity, or a name alike enough and hardly less alike than the best; one that another medical registration is tied
-- to is named only where there is no other. The best few of each registration. Grain: registration × taxpayer.
{% set threshold = var('a2_10_threshold', 80) %}
{% set most = var('a2_10_candidates', 3) %}
{% set margin = var('a2_10_margin', 5) %}
with eligible as (
    select
        registration_key,
        taxpayer_key,
        has_same_identity,
        is_former_name,
        name_score,
        case when is_taken and not has_same_identity then 1 else 0 end as taken_mark,
        min(case when is_taken and not has_same_identity then 1 else 0 end) over (partition by registration_key) as least_taken_mark
    from {{ ref('int_association_candidate') }}
    where has_same_identity or (name_score * 100 >= {{ threshold }} and (has_same_name or not has_other_identity))
),

free as (
    select
        registration_key,
        taxpayer_key,
        has_same_identity,
        is_former_name,
        name_score,
        max(name_score) over (partition by registration_key) as best_score
    from eligible
    where taken_mark = least_taken_mark
),

ranked as (
    select
        registration_key,
        taxpayer_key,
        has_same_identity,
        is_former_name,
        name_score,
        row_number() over (
            partition by registration_key
            order by case when has_same_identity then 0 else 1 end, name_score desc, taxpayer_key
        ) as candidate_rank
    from free
    where has_same_identity or (best_score - name_score) * 100 <= {{ margin }}
),

candidates as (
    select
        {{ key_of(['ranked.registration_key', 'ranked.taxpayer_key']) }} as candidate_key,
        registration.department_code,
        coalesce(registration.bureau_code, taxpayer.bureau_code) as bureau_code,
        registration.agency_code,
        registration.town_code,
        registration.registration_key,
        ranked.taxpayer_key,
        ranked.has_same_identity,
        ranked.is_former_name,
        ranked.name_score,
        ranked.candidate_rank,
        registration.unit_name,
        registration.unit_no,
        registration.base_sent_at,
        agency.agency_name,
        contact.address,
        taxpayer.taxpayer_no,
        taxpayer.taxpayer_name,
        coalesce(status.taxpayer_status_name, taxpayer.status_code) as taxpayer_status,
        coalesce(entity.entity_type_name, taxpayer.entity_type_code) as entity_type,
        case
            when ranked.has_same_identity then 'same_code'
            when ranked.is_former_name then 'former_name'
            else 'similar_name'
        end as reason_code
    from ranked
    inner join {{ ref('int_registration') }} as registration on ranked.registration_key = registration.registration_key
    inner join {{ ref('int_taxpayer') }} as taxpayer on ranked.taxpayer_key = taxpayer.taxpayer_key
    left join {{ ref('int_registration_contact') }} as contact on ranked.registration_key = contact.registration_key
    left join {{ ref('dim_agency') }} as agency on registration.agency_code = agency.agency_code
    left join {{ ref('ref_taxpayer_status') }} as status on taxpayer.status_code = status.taxpayer_status_code
    left join {{ ref('ref_entity_type') }} as entity on taxpayer.entity_type_code = entity.entity_type_code
    where ranked.candidate_rank <= {{ most }}
)

select
    {{ finding_of(
        'A2.10', 'candidate', alias='candidates',
        reason='candidates.reason_code',
        since='candidates.base_sent_at',
        evidence='医保户籍“{candidates.unit_name}”（单位编号{candidates.unit_no}）无法批量关联；候选纳税人“{candidates.taxpayer_name}”
            （{candidates.taxpayer_status}，{candidates.entity_type}），'
            ~ "{case when candidates.has_same_identity then '信用代码一致，' else '' end|phrase}"
            ~ '名称相似度{candidates.name_score}；人工核对后关联。',
    ) }},
    candidates.unit_name,
    candidates.unit_no,
    candidates.agency_name,
    candidates.address,
    candidates.taxpayer_no,
    candidates.taxpayer_name,
    candidates.taxpayer_status,
    candidates.entity_type,
    candidates.name_score,
    candidates.has_same_identity,
    candidates.is_former_name,
    cast(candidates.candidate_rank as integer) as candidate_rank
from candidates
