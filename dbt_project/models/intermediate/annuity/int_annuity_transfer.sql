-- Annuity money on the clearing centre's statement (转账流水), with its reversal (冲正). The bill is that of the ticket; money
-- that the unit paid in by itself names none. Annuity never passes the treasury. Grain: annuity_transfer_key (转账流水号).
with reversals as (

    select
        transfer_no,
        count(*) as reversal_count,
        {{ sum_amount('amount') }} as reversed_amount,
        max(reversed_at) as reversed_at
    from {{ ref('stg_annuity__reversal') }}
    where transfer_no is not null
    group by transfer_no

),

ticket_bills as (

    select
        ticket_no,
        max(bill_key) as bill_key
    from {{ ref('int_ticket_item') }}
    where insurance_code = 'ZYNJ'
    group by ticket_no

)

select
    transfers.transfer_no as annuity_transfer_key,
    transfers.ticket_no,
    ticket_bills.bill_key,
    transfers.unit_no,
    transfers.agency_code,
    transfers.money_type_code,
    transfers.way_code,
    {{ decimal18('transfers.amount') }} as amount,
    transfers.transferred_at,
    reversals.transfer_no is not null or transfers.is_reversed as is_reversed,
    -- the statement's mark alone means the whole amount
    case
        when reversals.transfer_no is not null then reversals.reversed_amount
        when transfers.is_reversed then {{ decimal18('transfers.amount') }}
        else {{ decimal18('0') }}
    end as reversed_amount,
    reversals.reversed_at
from {{ ref('stg_annuity__transfer') }} as transfers
left join reversals on transfers.transfer_no = reversals.transfer_no
left join ticket_bills on transfers.ticket_no = ticket_bills.ticket_no
