-- A person number in an insurance, as its department has it and as tax has it, side by side: whether the department still counts it, since when and
-- why not, how far that has come on its way to tax, and whether tax would still take a payment. The newer word of the department decides: a change that
-- was registered after the enrolment was last touched counts though the enrolment does not show it yet; an enrolment that is valid again was touched
-- later. One side may be missing. person_key is the department's own, else that of tax. Slim: no names, no amounts.
-- Grain: insured_key × fee_registration_no.
{%- set sides = [
    ('HRSS', 'stg_hrss_person__enrolment', 'enrolment.benefits_date', 'enrolment.benefits_suspended_date'),
    ('NHSA', 'stg_nhsa_person__enrolment', 'cast(null as date)', 'cast(null as date)'),
] %}
with enrolments as (
    {%- for department, model, benefits_date, benefits_suspended_date in sides %}

    select
        '{{ department }}' as department_code,
        enrolment.source_system,
        enrolment.person_no,
        insurance.insurance_code,
        {{ key_of(["'" ~ department ~ "'", 'enrolment.source_system', 'enrolment.person_no', 'insurance.insurance_code']) }} as insured_key,
        enrolment.agency_code,
        enrolment.town_code,
        enrolment.enrolled_date,
        case
            when enrolment.enrolment_status_code = '3' and enrolment.enrolment_ended_date > {{ as_of_date() }} then '1'
            when enrolment.enrolment_status_code = '2' and enrolment.suspended_date > {{ as_of_date() }} then '1'
            when enrolment.enrolment_status_code is null and enrolment.enrolment_ended_date <= {{ as_of_date() }} then '3'
            else coalesce(enrolment.enrolment_status_code, '1')
        end as status_code,
        enrolment.end_reason_code,
        enrolment.enrolment_ended_date,
        enrolment.suspended_date,
        {{ benefits_date }} as benefits_date,
        {{ benefits_suspended_date }} as benefits_suspended_date,
        enrolment.created_at,
        enrolment.sent_at,
        enrolment.is_unread,
        enrolment.read_at,
        enrolment.is_withdrawn,
        enrolment.withdrawn_at,
        enrolment.updated_at
    from {{ ref(model) }} as enrolment
    inner join {{ ref('ref_person_insurance') }} as insurance
        on insurance.department_code = '{{ department }}' and enrolment.agency_item_code = insurance.agency_item_code
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

-- What ended or rests, by the newer of enrolment and change.
judged as (

    select
        enrolments.*,
        person.person_key,
        person.person_kind_code,
        change.change_kind,
        change.change_date,
        change.registered_at as change_registered_at,
        change.sent_at as change_sent_at,
        change.is_unread as change_is_unread,
        change.read_at as change_read_at,
        merge.kept_person_no,
        merge.merged_at,
        merge.sent_at as merge_sent_at,
        merge.is_unread as merge_is_unread,
        merge.read_at as merge_read_at,
        case
            when enrolments.is_withdrawn then 'withdrawn'
            when merge.merged_at >= enrolments.created_at or enrolments.status_code = '3' then 'ended'
            when change.registered_at > enrolments.updated_at and change.change_kind in ('suspended', 'benefits', 'benefits_suspended')
                then change.change_kind
            when change.registered_at > enrolments.updated_at and change.change_kind is not null then 'ended'
            when enrolments.status_code = '5' then 'benefits_suspended'
            when enrolments.status_code = '4' then 'benefits'
            when enrolments.status_code = '2' then 'suspended'
            else 'valid'
        end as agency_state
    from enrolments
    left join {{ ref('int_agency_person') }} as person
        on
            enrolments.department_code = person.department_code
            and enrolments.source_system = person.source_system
            and enrolments.person_no = person.person_no
    left join {{ ref('int_person_change') }} as change on enrolments.insured_key = change.insured_key
    left join {{ ref('int_person_merge') }} as merge
        on
            enrolments.department_code = merge.department_code
            and enrolments.source_system = merge.source_system
            and enrolments.person_no = merge.person_no

),

reasoned as (

    select
        judged.*,
        case
            when agency_state = 'valid' then cast(null as string)
            when agency_state = 'withdrawn' then 'withdrawn'
            when merged_at >= created_at then 'merged'
            when change_registered_at > updated_at then change_kind
            when agency_state = 'ended' then coalesce({{ insured_stop_reason('end_reason_code') }}, change_kind, 'other')
            when agency_state = 'suspended' and change_kind in ('enlisted', 'employed') and change_date = suspended_date then change_kind
            else agency_state
        end as stop_reason
    from judged

),

agency as (

    select
        insured_key,
        department_code,
        source_system,
        person_no,
        insurance_code,
        person_key,
        person_kind_code,
        agency_code,
        town_code,
        enrolled_date,
        created_at,
        sent_at,
        case when sent_at is null then 'not_sent' when is_unread then 'unread' else 'not_applied' end as enrolment_stage,
        read_at,
        agency_state,
        stop_reason,
        kept_person_no,
        case
            when stop_reason = 'withdrawn' then coalesce(withdrawn_at, updated_at)
            when stop_reason = 'merged' and merged_at is not null then merged_at
            when stop_reason = change_kind then change_registered_at
            when agency_state = 'ended' then coalesce(cast(enrolment_ended_date as timestamp), updated_at)
            when agency_state = 'suspended' then coalesce(cast(suspended_date as timestamp), updated_at)
            when agency_state = 'benefits' then coalesce(cast(benefits_date as timestamp), updated_at)
            when agency_state = 'benefits_suspended' then coalesce(cast(benefits_suspended_date as timestamp), updated_at)
        end as stop_registered_at,
        case
            when stop_reason = 'merged' and merged_at is not null then merge_sent_at
            when stop_reason = change_kind then change_sent_at
        end as stop_sent_at,
        case
            when stop_reason = 'merged' and merged_at is not null then merge_read_at
            when stop_reason = change_kind then change_read_at
        end as stop_read_at,
        case
            when agency_state in ('valid', 'withdrawn') then cast(null as string)
            when stop_reason = 'merged' and merged_at is not null
                then case when merge_sent_at is null then 'not_sent' when merge_is_unread then 'unread' else 'not_applied' end
            when stop_reason = change_kind
                then case when change_sent_at is null then 'not_sent' when change_is_unread then 'unread' else 'not_applied' end
            else 'not_sent'
        end as stop_stage
    from reasoned

),

tax as (

    select
        insured_key,
        fee_registration_no,
        person_key,
        department_code,
        person_no,
        insurance_code,
        agency_code,
        bureau_code,
        town_code,
        status_code,
        registered_date,
        stopped_date
    from {{ ref('int_person_registration') }}
    where insured_key is not null

),

town_bureau as (

    select
        town_code,
        min(bureau_code) as bureau_code
    from {{ ref('ref_town_bureau') }}
    where valid_from <= {{ as_of_date() }} and (valid_to is null or valid_to >= {{ as_of_date() }})
    group by town_code

),

agency_bureau as (

    select
        agency.agency_code,
        min(bureau.bureau_code) as bureau_code
    from {{ ref('ref_agency') }} as agency
    inner join {{ ref('ref_bureau') }} as bureau on agency.district_code = bureau.district_code and bureau.kind = 'bureau'
    group by agency.agency_code

),

both_sides as (

    select
        coalesce(agency.insured_key, tax.insured_key) as insured_key,
        tax.fee_registration_no,
        coalesce(agency.department_code, tax.department_code) as department_code,
        coalesce(agency.source_system, {{ key_part('tax.insured_key', 2) }}) as source_system,
        coalesce(agency.person_no, tax.person_no) as person_no,
        coalesce(agency.insurance_code, tax.insurance_code) as insurance_code,
        coalesce(agency.person_key, tax.person_key) as person_key,
        agency.person_kind_code,
        coalesce(agency.agency_code, tax.agency_code) as agency_code,
        coalesce(agency.town_code, tax.town_code) as town_code,
        tax.bureau_code as tax_bureau_code,
        agency.insured_key is not null as is_at_agency,
        agency.agency_state,
        agency.enrolled_date,
        agency.created_at,
        agency.sent_at,
        agency.read_at,
        agency.enrolment_stage,
        agency.stop_reason,
        agency.kept_person_no,
        agency.stop_registered_at,
        agency.stop_sent_at,
        agency.stop_read_at,
        agency.stop_stage,
        coalesce(tax.status_code = '1', false) as is_valid_at_tax,
        tax.status_code as tax_status_code,
        tax.town_code as tax_town_code,
        tax.registered_date as tax_registered_date,
        tax.stopped_date as tax_stopped_date
    from agency
    full outer join tax on agency.insured_key = tax.insured_key

)

select
    both_sides.insured_key,
    both_sides.fee_registration_no,
    both_sides.department_code,
    both_sides.source_system,
    both_sides.person_no,
    both_sides.insurance_code,
    both_sides.person_key,
    both_sides.person_kind_code,
    coalesce(both_sides.tax_bureau_code, town_bureau.bureau_code, agency_bureau.bureau_code) as bureau_code,
    both_sides.agency_code,
    both_sides.town_code,
    both_sides.is_at_agency,
    both_sides.agency_state,
    both_sides.enrolled_date,
    both_sides.created_at,
    both_sides.sent_at,
    both_sides.read_at,
    both_sides.enrolment_stage,
    both_sides.stop_reason,
    both_sides.kept_person_no,
    both_sides.stop_registered_at,
    both_sides.stop_sent_at,
    both_sides.stop_read_at,
    both_sides.stop_stage,
    both_sides.is_valid_at_tax,
    both_sides.tax_status_code,
    both_sides.tax_town_code,
    both_sides.tax_registered_date,
    both_sides.tax_stopped_date
from both_sides
left join town_bureau on both_sides.town_code = town_bureau.town_code
left join agency_bureau on both_sides.agency_code = agency_bureau.agency_code
