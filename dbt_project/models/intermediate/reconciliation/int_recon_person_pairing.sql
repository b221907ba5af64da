-- Which payment a returned row (remittance, settlement) of a natural person belongs to, how many rows of its kind the payment has, and which of them came
-- first. A ticket of its own is the payment; the ticket of a household names many: there the person number decides, then the id number, then the name, each
-- only where it is the only one left. Names are compared and not carried on. Grain: return_kind × department × return_no; rows without a payment are not here.
with returned as (

    {%- for model, department, kind in recon_person_returns() %}
    select
        '{{ kind }}' as return_kind,
        '{{ department }}' as department_code,
        return_no,
        ticket_no,
        person_no,
        person_id_number,
        person_name,
        returned_at
    from {{ ref(model) }}
    where not is_withdrawn
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

payment as (

    select
        payment_no,
        ticket_no,
        department_code,
        household_no,
        person_no,
        person_id_number,
        person_name
    from {{ ref('int_recon_person_payment') }}

),

by_ticket as (

    select
        returned.return_kind,
        returned.department_code,
        returned.return_no,
        payment.payment_no,
        returned.returned_at
    from returned
    inner join payment on returned.ticket_no = payment.ticket_no and returned.department_code = payment.department_code
    where payment.household_no is null or returned.person_no = payment.person_no

),

-- What the number did not tie inside households: few rows.
left_return as (

    select returned.*
    from returned
    left join by_ticket
        on
            returned.return_kind = by_ticket.return_kind
            and returned.department_code = by_ticket.department_code
            and returned.return_no = by_ticket.return_no
    where by_ticket.return_no is null

),

left_payment as (

    select
        payment.*,
        kind.return_kind
    from payment
    cross join (
        select 'remittance' as return_kind
        union all
        select 'settlement' as return_kind
    ) as kind
    left join by_ticket on payment.payment_no = by_ticket.payment_no and kind.return_kind = by_ticket.return_kind
    where
        payment.household_no is not null
        and by_ticket.payment_no is null
        and payment.ticket_no in (select ticket_no from left_return)

),

candidate as (

    select
        left_return.return_kind,
        left_return.department_code,
        left_return.return_no,
        left_payment.payment_no,
        left_return.returned_at,
        case
            when {{ id_number_key('left_return.person_id_number') }} = {{ id_number_key('left_payment.person_id_number') }} then 1
            when {{ name_norm('left_return.person_name') }} = {{ name_norm('left_payment.person_name') }} then 2
        end as rank_no
    from left_return
    inner join left_payment
        on
            left_return.return_kind = left_payment.return_kind
            and left_return.department_code = left_payment.department_code
            and left_return.ticket_no = left_payment.ticket_no

),

best as (

    select
        candidate.*,
        count(*) over (partition by return_kind, department_code, return_no, rank_no) as payments_of_return,
        count(*) over (partition by return_kind, payment_no, rank_no) as returns_of_payment,
        min(rank_no) over (partition by return_kind, department_code, return_no) as best_rank
    from candidate
    where rank_no is not null

),

tied as (

    select * from by_ticket
    union all
    select
        return_kind,
        department_code,
        return_no,
        payment_no,
        returned_at
    from best
    where rank_no = best_rank and payments_of_return = 1 and returns_of_payment = 1

)

select
    return_kind,
    department_code,
    return_no,
    payment_no,
    count(*) over (
        partition by return_kind, payment_no
        order by returned_at, return_no
        rows between unbounded preceding and unbounded following
    ) as times,
    row_number() over (
        partition by return_kind, payment_no
        order by returned_at, return_no
    ) = 1 as is_first
from tied
