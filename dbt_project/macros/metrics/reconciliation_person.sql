{#- Two texts of one meaning. Nearly all are equal as they came; only the others are made comparable. -#}
{% macro rec_text_differs(one, other, kind) -%}
    case
        when {{ one }} = {{ other }} then false
        when {{ one }} is null and {{ other }} is null then false
        {%- if kind == 'name' %}
        else ({{ name_norm(one) }} is distinct from {{ name_norm(other) }})
        {%- elif kind == 'id' %}
        else ({{ id_number_key(one) }} is distinct from {{ id_number_key(other) }})
        {%- else %}
        else ({{ code_norm(one) }} is distinct from {{ code_norm(other) }})
        {%- endif %}
    end
{%- endmacro %}

{#- Breaks of persons' payments with what every list shows. No name, id number or person number is carried. -#}
{% macro rec_person_found(pairs) -%}
    select
        person.pair,
        'payment' as measure,
        person.department_code,
        person.bureau_code,
        person.agency_code,
        person.town_code,
        person.insurance_code,
        person.period,
        person.outcome_code,
        person.cause_code,
        person.tax_state,
        person.other_state,
        person.tax_amount,
        person.other_amount,
        person.tax_date,
        person.other_date,
        person.since_date,
        cast(null as string) as registration_key,
        cast(null as string) as bill_key,
        cast(null as string) as taxpayer_key,
        person.ticket_no,
        person.subject_no,
        person.payment_no,
        person.fee_registration_no,
        person.differing_fields,
        cast(null as string) as unit_name,
        cast(null as string) as notice_serial,
        cast(null as string) as batch_no,
        coalesce(insurance.insurance_name, '未分险种') as insurance_name,
        {{ rec_chain_expected_workdays('rec_person_posting_delay' if 'person_posting' in pairs else 'rec_person_return_delay') }} as expected_workdays,
        case person.department_code when 'HRSS' then '人社' else '医保' end as department_name,
        coalesce(substr(person.period, 1, 4) || '年' || substr(person.period, 5, 2) || '月', '') as period_words,
        {{ rec_words('person.pair', rec_pairs()) }} as pair_name,
        {{ rec_side_words('person.tax_state', 'person.tax_amount') }} as tax_words,
        {{ rec_side_words('person.other_state', 'person.other_amount') }} as other_words
    from {{ ref('int_recon_person') }} as person
    left join {{ ref('ref_person_insurance') }} as insurance on person.insurance_code = insurance.insurance_code
    {{ rec_join_chain_clearing('person') }}
    where person.outcome_code between 2 and 6 and person.pair in ('{{ pairs | join("', '") }}')
{%- endmacro %}
