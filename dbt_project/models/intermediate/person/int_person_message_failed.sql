-- Messages about persons (base information, enrolment) that tax failed to take over: not handled since, and no later message of the same kind about the
-- same number (and insurance, for an enrolment) that succeeded. The reason is a class, by code first, then by words. Where it
-- belongs is taken from the enrolment at the department. Grain: person_message_key.
with messages as (

    select
        message_no,
        message_type_code,
        department_code,
        source_system,
        person_no,
        levy_subitem_code,
        sent_at,
        received_at,
        fail_code,
        fail_reason,
        coalesce(state_code, '1') <> '2' and (handled_at is not null or (fail_reason is null and fail_code is null)) as is_taken_over
    from {{ ref('stg_tax_person__message') }}
    where message_type_code in ('1', '2')

),

failed as (

    select
        message_no as person_message_key,
        message_type_code,
        department_code,
        source_system,
        person_no,
        levy_subitem_code,
        sent_at,
        received_at,
        fail_code,
        fail_reason
    from messages
    where not is_taken_over

),

-- only those who also have a failure
succeeded as (

    select
        messages.message_type_code,
        messages.department_code,
        messages.source_system,
        messages.person_no,
        case when messages.message_type_code = '2' then messages.levy_subitem_code end as levy_subitem_code,
        max(messages.received_at) as received_at
    from messages
    inner join (
        select
            message_type_code,
            department_code,
            person_no
        from failed
        group by message_type_code, department_code, person_no
    ) as asked
        on
            messages.message_type_code = asked.message_type_code
            and messages.department_code = asked.department_code
            and messages.person_no = asked.person_no
    where messages.is_taken_over
    group by
        messages.message_type_code,
        messages.department_code,
        messages.source_system,
        messages.person_no,
        case when messages.message_type_code = '2' then messages.levy_subitem_code end

),

waiting as (

    select
        failed.*,
        coalesce(insurance.insurance_code, 'UNKNOWN') as insurance_code
    from failed
    left join succeeded
        on
            failed.message_type_code = succeeded.message_type_code
            and failed.department_code = succeeded.department_code
            and failed.source_system is not distinct from succeeded.source_system
            and failed.person_no = succeeded.person_no
            and case when failed.message_type_code = '2' then failed.levy_subitem_code end is not distinct from succeeded.levy_subitem_code
            and failed.received_at < succeeded.received_at
    left join {{ ref('ref_person_insurance') }} as insurance on failed.levy_subitem_code = insurance.zspm_code
    where succeeded.person_no is null

)

select
    waiting.person_message_key,
    waiting.message_type_code,
    waiting.department_code,
    waiting.source_system,
    waiting.person_no,
    waiting.insurance_code,
    insured.bureau_code,
    insured.agency_code,
    insured.town_code,
    waiting.sent_at,
    waiting.received_at,
    waiting.fail_code,
    case
        when waiting.fail_code = '01' then 'base_missing'
        when waiting.fail_code = '02' then 'id_type_differs'
        when waiting.fail_code = '03' then 'id_number_differs'
        when waiting.fail_code = '04' then 'name_differs'
        when waiting.fail_code = '05' then 'division_invalid'
        when waiting.fail_code = '06' then 'town_unmapped'
        when waiting.fail_reason like '%基础信息%' then 'base_missing'
        when waiting.fail_reason like '%证件类型%' then 'id_type_differs'
        when waiting.fail_reason like '%证件号码%' then 'id_number_differs'
        when waiting.fail_reason like '%姓名%' then 'name_differs'
        when waiting.fail_reason like '%行政区划%' then 'division_invalid'
        when waiting.fail_reason like '%街道%' or waiting.fail_reason like '%乡镇%' then 'town_unmapped'
        else 'other'
    end as fail_class
from waiting
left join {{ ref('int_insured') }} as insured
    on {{ key_of(['waiting.department_code', 'waiting.source_system', 'waiting.person_no', 'waiting.insurance_code']) }} = insured.insured_key
qualify row_number() over (
    partition by waiting.person_message_key
    order by insured.tax_registered_date desc nulls last, insured.fee_registration_no
) = 1
