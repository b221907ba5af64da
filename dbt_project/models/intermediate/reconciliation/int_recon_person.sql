-- Payments of natural persons against what was returned to HRSS and NHSA (remittance, settlement) and what came back of it (booked, fed back to tax). All
-- outcomes. Names and id numbers are compared and not carried on. Grain: pair × payment (a returned row without a payment stands for itself).
with payment as (

    select * from {{ ref('int_recon_person_payment') }}

),

returned as (

    select
        person_return.*,
        coalesce(insurance.insurance_code, 'UNKNOWN') as insurance_code,
        count(*) over (
            partition by
                person_return.return_kind,
                coalesce(person_return.payment_no, person_return.department_code || '|' || person_return.return_no)
        ) as times
    from {{ ref('int_recon_person_return') }} as person_return
    left join {{ ref('ref_person_insurance') }} as insurance
        on
            person_return.department_code = insurance.department_code
            and person_return.agency_item_code = insurance.agency_item_code
    qualify
        row_number() over (
            partition by
                person_return.return_kind,
                coalesce(person_return.payment_no, person_return.department_code || '|' || person_return.return_no)
            order by person_return.returned_at, person_return.return_no
        ) = 1

),

{%- set attributes = [
    ('wrong_name', '姓名', rec_text_differs('payment.person_name', 'returned.person_name', 'name')),
    ('wrong_id', '证件号码', rec_text_differs('payment.person_id_number', 'returned.person_id_number', 'id')),
    ('wrong_person_no', '人员编号', rec_text_differs('payment.person_no', 'returned.person_no', 'code')),
    ('wrong_agency', '经办机构', rec_text_differs('payment.agency_code', 'returned.agency_code', 'code')),
    ('wrong_item', '险种', '(payment.insurance_code is distinct from returned.insurance_code)'),
] %}

compared as (
    {%- for kind, event in [('remittance', 'remitted_date'), ('settlement', 'settled_date')] %}

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
        returned.amount * coalesce(returned.times, 1) as other_amount,
        payment.{{ event }} as tax_date,
        cast(returned.returned_at as date) as other_date,
        coalesce(payment.{{ event }}, cast(returned.returned_at as date)) as since_date,
        returned.return_no,
        cast(returned.returned_at as date) as returned_date,
        coalesce(returned.is_unread, false) as is_return_unread,
        cast(null as date) as posted_date,
        coalesce(returned.times > 1, false) as is_double,
        {%- for code, words, expression in attributes %}
        payment.payment_no is not null and returned.return_no is not null and {{ expression }} as is_{{ code }},
        {%- endfor %}
        cast(null as string) as open_cause
    from (select * from payment where {{ event }} is not null) as payment
    full outer join (select * from returned where return_kind = '{{ kind }}') as returned on payment.payment_no = returned.payment_no
    union all
    {%- endfor %}
    -- the loop back: booked by the department, and tax was told
    select
        'person_posting' as pair,
        payment.payment_no as subject_no,
        payment.payment_no,
        payment.ticket_no,
        payment.department_code,
        payment.insurance_code,
        payment.agency_code,
        payment.bureau_code,
        payment.town_code,
        payment.period,
        payment.channel_code,
        payment.fee_registration_no,
        cast(null as string) as return_person_no,
        'success' as tax_state,
        case when posting.fed_back_at is not null then 'success' when returned.return_no is not null then 'failed' else 'missing' end as other_state,
        payment.amount as tax_amount,
        case when posting.fed_back_at is not null then posting.amount when returned.return_no is not null then 0 end as other_amount,
        payment.remitted_date as tax_date,
        cast(coalesce(posting.fed_back_at, posting.posted_at) as date) as other_date,
        payment.remitted_date as since_date,
        returned.return_no,
        cast(returned.returned_at as date) as returned_date,
        coalesce(returned.is_unread, false) as is_return_unread,
        cast(posting.posted_at as date) as posted_date,
        false as is_double,
        {%- for code, words, expression in attributes %}
        false as is_{{ code }},
        {%- endfor %}
        case
            when returned.return_no is null then 'not_returned'
            when posting.posted_at is null and returned.is_unread then 'returned_unread'
            when posting.posted_at is null then 'read_not_posted'
            when posting.fed_back_at is null then 'posted_not_fed_back'
            else 'amount_changed'
        end as open_cause
    from payment
    left join (select * from returned where return_kind = 'remittance') as returned on payment.payment_no = returned.payment_no
    left join {{ ref('int_recon_person_posting') }} as posting
        on returned.department_code = posting.department_code and returned.return_no = posting.return_no
    where payment.remitted_date is not null

),

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
