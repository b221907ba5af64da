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

{#- Where returned rows of persons' payments lie: model, department, kind. -#}
{% macro recon_person_returns() -%}
    {{ return([
        ('stg_hrss_person_return__remittance', 'HRSS', 'remittance'),
        ('stg_hrss_person_return__settlement', 'HRSS', 'settlement'),
        ('stg_nhsa_person_return__remittance', 'NHSA', 'remittance'),
        ('stg_nhsa_person_return__settlement', 'NHSA', 'settlement'),
    ]) }}
{%- endmacro %}

{#- What must be the same on both sides besides the amount: code, Chinese name, true where it differs. -#}
{% macro recon_person_attributes(payment, returned) -%}
    {{ return([
        ('wrong_name', '姓名', rec_text_differs(payment ~ '.person_name', returned ~ '.person_name', 'name')),
        ('wrong_id', '证件号码', rec_text_differs(payment ~ '.person_id_number', returned ~ '.person_id_number', 'id')),
        ('wrong_person_no', '人员编号', rec_text_differs(payment ~ '.person_no', returned ~ '.person_no', 'code')),
        ('wrong_agency', '经办机构', rec_text_differs(payment ~ '.agency_code', returned ~ '.agency_code', 'code')),
        ('wrong_item', '险种', '(' ~ payment ~ '.insurance_code is distinct from ' ~ returned ~ '.insurance_code)'),
    ]) }}
{%- endmacro %}

{#- The first returned row of each payment, and rows without one, with our name of their insurance. -#}
{% macro recon_person_returned(kind) -%}
    select
        person_return.*,
        coalesce(insurance.insurance_code, 'UNKNOWN') as insurance_code
    from {{ ref('int_recon_person_return') }} as person_return
    left join {{ ref('ref_person_insurance') }} as insurance
        on
            person_return.department_code = insurance.department_code
            and person_return.agency_item_code = insurance.agency_item_code
    where person_return.return_kind = '{{ kind }}' and person_return.is_first
{%- endmacro %}

{#- All payments of an event against what was returned of it, with outcome and cause: a whole model. -#}
{% macro recon_person_pair(kind, event) -%}
with payment as (

    select * from {{ ref('int_recon_person_payment') }}
    where {{ event }} is not null

),

returned as (

    {{ recon_person_returned(kind) }}

),

compared as (

    select
        'person_{{ kind }}' as pair,
        coalesce(payment.payment_no, returned.return_no) as subject_no,
        payment.payment_no,
        coalesce(payment.ticket_no, returned.ticket_no) as ticket_no,
        coalesce(payment.department_code, returned.department_code) as department_code,
        coalesce(payment.insurance_code, returned.insurance_code) as insurance_code,
        coalesce(payment.agency_code, returned.agency_code) as agency_code,
        payment.bureau_code,
        payment.town_code,
        payment.period,
        payment.channel_code,
        payment.fee_registration_no,
        case when payment.payment_no is null then returned.person_no end as return_person_no,
        case when payment.payment_no is not null then 'success' else 'missing' end as tax_state,
        case when returned.return_no is not null then 'success' else 'missing' end as other_state,
        payment.amount as tax_amount,
        returned.amount * returned.times as other_amount,
        payment.{{ event }} as tax_date,
        cast(returned.returned_at as date) as other_date,
        coalesce(payment.{{ event }}, cast(returned.returned_at as date)) as since_date,
        returned.return_no,
        cast(returned.returned_at as date) as returned_date,
        coalesce(returned.is_unread, false) as is_return_unread,
        cast(null as date) as posted_date,
        coalesce(returned.times > 1, false) as is_double,
        {%- for code, words, expression in recon_person_attributes('payment', 'returned') %}
        payment.payment_no is not null and returned.return_no is not null and {{ expression }} as is_{{ code }},
        {%- endfor %}
        cast(null as string) as open_cause
    from payment
    full outer join returned on payment.payment_no = returned.payment_no

),

{{ recon_person_judged() }}
{%- endmacro %}

{#- Outcome, cause and differing fields of `compared`: the last steps of each pair. -#}
{% macro recon_person_judged() -%}
{%- set attributes = recon_person_attributes('payment', 'returned') %}
{%- set wrong = attributes | map(attribute=0) | map('replace', 'wrong_', 'is_wrong_') | list %}

judged as (

    select
        compared.*,
        {{ wrong | join(' or ') }} as is_wrong,
        {{ rec_outcome(
            'tax_state', 'other_state', '(tax_amount is distinct from other_amount or is_double or ' ~ (wrong | join(' or ')) ~ ')',
            "case when pair = 'person_posting' then not coalesce(" ~ past_delay('since_date', var('rec_person_posting_delay'))
            ~ ', true) else not coalesce(' ~ past_delay('since_date', var('rec_person_return_delay')) ~ ", true) end"
            ~ " and not (other_state = 'success' and tax_amount is not distinct from other_amount and not is_double and not ("
            ~ (wrong | join(' or ')) ~ '))'
        ) }} as outcome_code
    from compared

)

select
    pair,
    subject_no,
    payment_no,
    ticket_no,
    department_code,
    insurance_code,
    agency_code,
    bureau_code,
    town_code,
    period,
    channel_code,
    fee_registration_no,
    return_person_no,
    tax_state,
    other_state,
    {{ decimal18('tax_amount') }} as tax_amount,
    {{ decimal18('other_amount') }} as other_amount,
    tax_date,
    other_date,
    since_date,
    return_no,
    returned_date,
    is_return_unread,
    posted_date,
    outcome_code,
    case
        when outcome_code in (0, 1, 7) then cast(null as string)
        when open_cause is not null then open_cause
        when outcome_code = 4 then 'not_returned'
        when outcome_code = 6 then 'without_origin'
        when is_double then 'double'
        when (tax_amount is distinct from other_amount) then 'amount_changed'
        {%- for code, words, expression in attributes %}
        when is_{{ code }} then '{{ code }}'
        {%- endfor %}
        else 'unknown'
    end as cause_code,
    case
        when outcome_code in (2, 3) and pair <> 'person_posting' then
            concat_ws(
                '、',
                case when (tax_amount is distinct from other_amount) then '金额' end,
                {%- for code, words, expression in attributes %}
                case when is_{{ code }} then '{{ words }}' end{{ ',' if not loop.last }}
                {%- endfor %}
            )
    end as differing_fields
from judged
{%- endmacro %}
