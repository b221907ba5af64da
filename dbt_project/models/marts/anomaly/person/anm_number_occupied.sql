-- Medical person numbers that are occupied at tax: tax has another holder under the number than NHSA (id type, id number, name, in this order of causes), or
-- refused the new registration for that reason. What NHSA has is proposed, because it keeps the number; where id number and name both differ, it may be
-- another person altogether and has to be asked. Grain: insured.
{% set delay = var('b1_09_delay', 2) %}
with compared as (
    select
        insured_key,
        max(case when is_id_type_different then 1 else 0 end) as id_type_mark,
        max(case when is_id_number_different then 1 else 0 end) as id_number_mark,
        max(case when is_name_different then 1 else 0 end) as name_mark,
        min(updated_at) as differs_since,
        cast(null as string) as person_message_key,
        min(agency_id_type_code) as agency_id_type_code,
        min(tax_id_type_code) as tax_id_type_code,
        min(agency_id_number) as agency_id_number,
        min(tax_id_number) as tax_id_number,
        min(agency_person_name) as agency_person_name,
        min(tax_person_name) as tax_person_name
    from {{ ref('int_person_identity_difference') }}
    group by insured_key
),

refused as (
    select
        {{ key_of(['department_code', 'source_system', 'person_no', 'insurance_code']) }} as insured_key,
        max(case when fail_class = 'id_type_differs' then 1 else 0 end) as id_type_mark,
        max(case when fail_class = 'id_number_differs' then 1 else 0 end) as id_number_mark,
        max(case when fail_class = 'name_differs' then 1 else 0 end) as name_mark,
        min(received_at) as differs_since,
        min(person_message_key) as person_message_key
    from {{ ref('int_person_message_failed') }}
    where fail_class in ('id_type_differs', 'id_number_differs', 'name_differs')
    group by {{ key_of(['department_code', 'source_system', 'person_no', 'insurance_code']) }}
),

marked as (
    select
        coalesce(compared.insured_key, refused.insured_key) as insured_key,
        greatest(coalesce(compared.id_type_mark, 0), coalesce(refused.id_type_mark, 0)) as id_type_mark,
        greatest(coalesce(compared.id_number_mark, 0), coalesce(refused.id_number_mark, 0)) as id_number_mark,
        greatest(coalesce(compared.name_mark, 0), coalesce(refused.name_mark, 0)) as name_mark,
        coalesce(refused.differs_since, compared.differs_since) as differs_since,
        refused.person_message_key,
        compared.agency_id_type_code,
        compared.tax_id_type_code,
        compared.agency_id_number,
        compared.tax_id_number,
        compared.agency_person_name,
        compared.tax_person_name
    from compared
    full outer join refused on compared.insured_key = refused.insured_key
),

occupied as (
    select
        insured.insured_key,
        insured.department_code,
        insured.source_system,
        insured.person_no,
        insured.insurance_code,
        insured.bureau_code,
        insured.agency_code,
        insured.town_code,
        insured.fee_registration_no,
        insured.tax_status_code,
        marked.id_type_mark,
        marked.id_number_mark,
        marked.name_mark,
        marked.id_type_mark + marked.id_number_mark + marked.name_mark as difference_count,
        marked.differs_since,
        marked.person_message_key,
        marked.agency_id_type_code,
        marked.tax_id_type_code,
        marked.agency_id_number,
        marked.tax_id_number,
        marked.agency_person_name,
        marked.tax_person_name,
        case
            when marked.id_type_mark = 1 then 'id_type'
            when marked.id_number_mark = 1 then 'id_number'
            when marked.name_mark = 1 then 'name'
            else 'not_decided'
        end as reason_code,
        concat_ws(
            '、',
            case when marked.id_type_mark = 1 then '证件类型' end,
            case when marked.id_number_mark = 1 then '证件号码' end,
            case when marked.name_mark = 1 then '姓名' end
        ) as differing_fields
    from marked
    inner join {{ ref('int_insured') }} as insured on marked.insured_key = insured.insured_key
    where insured.department_code = 'NHSA' and insured.agency_state in ('valid', 'suspended')
    qualify row_number() over (
        partition by insured.insured_key order by case when insured.is_valid_at_tax then 0 else 1 end, insured.fee_registration_no
    ) = 1
)

select
    {{ finding_of(
        'B1.09', 'insured', alias='occupied',
        reason='occupied.reason_code',
        since='occupied.differs_since',
        evidence="医保人员编号{occupied.person_no}在税务被占用："
            ~ "{case when occupied.person_message_key is not null then '新增户籍接收失败，' else '税务登记' || occupied.fee_registration_no || '与医保' end|phrase}"
            ~ "{occupied.differing_fields}不一致；"
            ~ "{case when occupied.id_number_mark = 1 and occupied.name_mark = 1
                then '证件号码和姓名都不同，先由原参保经办机构核实是否为同一人'
                else '由原参保经办机构传递变更数据，或由原参保地税务前台变更自然人信息' end|phrase}"
            ~ "，两方信息一致并重新传递新增户籍后解除。",
    ) }},
    occupied.source_system,
    occupied.person_no,
    occupied.fee_registration_no,
    occupied.tax_status_code,
    occupied.person_message_key,
    occupied.differing_fields,
    occupied.agency_id_type_code,
    occupied.tax_id_type_code,
    occupied.agency_id_number,
    occupied.tax_id_number,
    occupied.agency_person_name,
    occupied.tax_person_name,
    case when occupied.id_number_mark = 1 and occupied.name_mark = 1 then '待核实' else '以医保登记为准' end as suggestion,
    cast(
        case
            when occupied.id_number_mark = 1 and occupied.name_mark = 1 then 0.50
            when occupied.difference_count > 1 then 0.70
            when occupied.id_number_mark = 1 then 0.80
            else 0.90
        end as decimal(3, 2)
    ) as confidence,
    case when occupied.person_message_key is not null then '接收报文' else '医保与税务登记比对' end as evidence_source
from occupied
where {{ past_delay('occupied.differs_since', delay) }}
