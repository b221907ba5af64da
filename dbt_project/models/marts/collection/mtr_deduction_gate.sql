-- The gate before a batch deduction of natural persons: each item of a list that is not sent yet, with go, stop or check and the first reason. Stop: the
-- money would have to be paid back, or cannot be taken at all. Check: a person may be debited twice, or not at all, and somebody must look.
-- Grain: item_no.
{%- set rules = [
    ('B1.01a', 'anm_deducted_though_stopped', 'stop'),
    ('B1.02a', 'anm_change_not_pushed', 'stop'),
    ('B1.02b', 'anm_merge_not_pushed', 'stop'),
    ('B8.1', 'anm_propose_person_invalid', 'stop'),
    ('B8.2', 'anm_propose_person_end', 'stop'),
    ('B11.2', 'anm_resident_list_check', 'stop'),
    ('B1.01b', 'anm_two_numbers_at_tax', 'check'),
    ('A10.12', 'anm_person_many_numbers', 'check'),
    ('A10.13', 'anm_person_many_agreements', 'check'),
    ('A10.11', 'anm_batch_amount_not_set', 'check'),
] %}
with waiting as (

    select
        item.item_no,
        item.deduction_batch_no,
        item.fee_registration_no,
        item.agreement_key,
        item.insurance_code,
        item.fee_year,
        item.amount,
        item.authority_code,
        cast(item.generated_at as date) as generated_date,
        registration.insured_key,
        registration.department_code,
        registration.bureau_code,
        registration.agency_code,
        registration.town_code,
        registration.village_code,
        registration.person_no,
        row_number() over (
            partition by coalesce(registration.person_key, item.item_no), item.insurance_code, item.period_begin_date, item.period_end_date
            order by item.generated_at, item.item_no
        ) as nth
    from {{ ref('int_person_batch_item') }} as item
    left join {{ ref('int_person_registration') }} as registration on item.fee_registration_no = registration.fee_registration_no
    where item.submitted_at is null and not item.is_voided and not item.is_returned

),

reasons as (
    {%- for rule_id, model, verdict in rules %}

    select
        waiting.item_no,
        {{ loop.index }} as priority,
        '{{ verdict }}' as verdict,
        '{{ rule_id }}' as rule_id,
        finding.reason_code
    from waiting
    inner join {{ ref(model) }} as finding
        on {% if rule_id == 'A10.13' %}waiting.agreement_key{% else %}waiting.insured_key{% endif %} = finding.subject_key
    union all
    {%- endfor %}

    select
        item_no,
        0 as priority,
        case when insured_key is null then 'check' else 'stop' end as verdict,
        cast(null as string) as rule_id,
        case when insured_key is null then 'registration_unknown' else 'listed_twice' end as reason_code
    from waiting
    where insured_key is null or nth > 1

),

decided as (

    select
        item_no,
        verdict,
        rule_id,
        reason_code,
        row_number() over (partition by item_no order by case verdict when 'stop' then 0 else 1 end, priority, reason_code) as nth,
        cast(count(*) over (partition by item_no) as integer) as reason_count
    from reasons

),

named as (

    select
        item_no,
        {{ list_text('rule_id', ',', 'priority') }} as rule_ids
    from reasons
    where rule_id is not null
    group by item_no

)

select
    waiting.item_no,
    waiting.deduction_batch_no,
    waiting.insured_key,
    waiting.fee_registration_no,
    waiting.person_no,
    waiting.department_code,
    coalesce(waiting.bureau_code, waiting.authority_code) as bureau_code,
    waiting.agency_code,
    waiting.town_code,
    waiting.village_code,
    waiting.insurance_code,
    waiting.fee_year,
    waiting.generated_date,
    waiting.amount,
    coalesce(decided.verdict, 'go') as verdict,
    decided.rule_id,
    decided.reason_code,
    coalesce(decided.reason_count, 0) as reason_count,
    named.rule_ids,
    case
        when
            decided.verdict = 'stop'
            and decided.reason_code not in ('agreement_missing', 'agreement_ended', 'agreement_not_verified') then waiting.amount
        else cast(0 as decimal(18, 2))
    end as refund_saved_amount
from waiting
left join decided on waiting.item_no = decided.item_no and decided.nth = 1
left join named on waiting.item_no = named.item_no
