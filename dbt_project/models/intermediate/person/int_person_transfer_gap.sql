-- Registrations of persons that one side has and the other lacks, whatever their age: a new one that tax does not have, a changed holder that tax has not
-- taken over, an ended or suspended one that tax still keeps valid; with how far the department's word has come. What tax received and could not take over
-- is not lost and is left to the failed messages. Grain: insured_key.
{%- set carried = [
    'insured_key', 'fee_registration_no', 'department_code', 'source_system', 'person_no', 'insurance_code', 'bureau_code', 'agency_code', 'town_code', 'tax_status_code',
] %}
with failed_message as (

    select
        department_code,
        source_system,
        person_no
    from {{ ref('int_person_message_failed') }}
    group by department_code, source_system, person_no

),

gaps as (

    select
        {%- for column in carried %}
        insured.{{ column }},
        {%- endfor %}
        1 as gap_rank,
        'new_registration' as gap_code,
        cast(null as string) as stop_reason,
        insured.enrolment_stage as stage_code,
        insured.created_at as registered_at,
        insured.sent_at,
        insured.read_at
    from {{ ref('int_insured') }} as insured
    left join failed_message
        on
            insured.department_code = failed_message.department_code
            and insured.source_system = failed_message.source_system
            and insured.person_no = failed_message.person_no
    where insured.agency_state = 'valid' and insured.fee_registration_no is null and failed_message.person_no is null
    union all
    select
        {%- for column in carried %}
        insured.{{ column }},
        {%- endfor %}
        2 as gap_rank,
        'changed_registration' as gap_code,
        cast(null as string) as stop_reason,
        difference.base_stage as stage_code,
        difference.updated_at as registered_at,
        difference.sent_at,
        difference.read_at
    from {{ ref('int_person_identity_difference') }} as difference
    inner join {{ ref('int_insured') }} as insured
        on difference.insured_key = insured.insured_key and difference.fee_registration_no = insured.fee_registration_no
    where insured.is_valid_at_tax and insured.agency_state in ('valid', 'suspended', 'benefits', 'benefits_suspended')
    union all
    select
        {%- for column in carried %}
        insured.{{ column }},
        {%- endfor %}
        3 as gap_rank,
        'ended_registration' as gap_code,
        insured.stop_reason,
        insured.stop_stage as stage_code,
        insured.stop_registered_at as registered_at,
        insured.stop_sent_at as sent_at,
        insured.stop_read_at as read_at
    from {{ ref('int_insured') }} as insured
    where insured.is_valid_at_tax and insured.agency_state in ('ended', 'suspended', 'benefits', 'benefits_suspended')

)

select
    {%- for column in carried %}
    {{ column }},
    {%- endfor %}
    gap_code,
    stop_reason,
    stage_code,
    registered_at,
    sent_at,
    read_at
from gaps
qualify row_number() over (partition by insured_key order by gap_rank, fee_registration_no) = 1
