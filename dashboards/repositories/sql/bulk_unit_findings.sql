-- Open findings of registrations and of taxpayers: how many, and of which rules. Grain: key (of a registration or a taxpayer).
with open_findings as (

    select
        registration_key as owner_key,
        finding_id,
        rule_id
    from finding
    where state <> 'resolved' and registration_key in (select unnest(cast($registration_keys as varchar[])))
    union
    select
        taxpayer_key as owner_key,
        finding_id,
        rule_id
    from finding
    where
        state <> 'resolved'
        and registration_key is null
        and taxpayer_key in (select unnest(cast($taxpayer_keys as varchar[])))

)

select
    owner_key,
    count(*) as finding_count,
    string_agg(distinct rule_id, '、' order by rule_id) as rule_ids
from open_findings
group by owner_key
order by owner_key
