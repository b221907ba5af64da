-- Annuity money that a unit transferred by itself, without a ticket, against its annuity bills that no ticket's transfer pays: which bills it stands for.
-- By key group first (the unit), then by a bounded sum of amounts inside it; where no amounts fit, the bill whose month the remark names, else the only
-- open one. Grain: transfer × bill; a transfer for which no bill is found has one row without a bill.
with own_transfer as (

    select
        transfer.transfer_no as whole_key,
        transfer.unit_no as group_key,
        transfer.amount,
        transfer.transfer_date,
        transfer.remark,
        transfer.agency_code
    from {{ ref('stg_annuity__transfer') }} as transfer
    left join (select distinct transfer_no from {{ ref('stg_annuity__reversal') }}) as reversed_transfer
        on transfer.transfer_no = reversed_transfer.transfer_no
    where
        transfer.money_type_code = '1' and transfer.ticket_no is null and not transfer.is_reversed and reversed_transfer.transfer_no is null

),

paid_by_ticket as (

    select distinct bill_key
    from {{ ref('int_recon_annuity_ticket') }}
    where transferred_amount > 0 and bill_key is not null

),

open_bill as (

    select
        item.bill_key as part_key,
        bill.unit_no as group_key,
        coalesce(item.tax_amount, item.agency_amount) as amount,
        bill.period,
        item.collected_amount
    from {{ ref('int_bill_item') }} as item
    inner join {{ ref('int_bill') }} as bill on item.bill_key = bill.bill_key
    left join paid_by_ticket on item.bill_key = paid_by_ticket.bill_key
    where
        item.insurance_code = 'ZYNJ'
        and paid_by_ticket.bill_key is null
        and (bill.is_valid or item.collected_amount > 0)
        and coalesce(item.tax_amount, item.agency_amount) > 0
        and bill.unit_no in (select group_key from own_transfer)

),

{{ bounded_match('own_transfer', 'open_bill') }},

named_bill as (

    select
        own_transfer.whole_key,
        open_bill.part_key,
        count(*) over (partition by own_transfer.whole_key) as bill_count,
        own_transfer.amount = open_bill.amount as is_equal
    from own_transfer
    inner join open_bill on own_transfer.group_key = open_bill.group_key
    left join match_part on open_bill.part_key = match_part.part_key
    where own_transfer.remark like '%' || open_bill.period || '%' and match_part.part_key is null

),

only_bill as (

    select
        own_transfer.whole_key,
        max(open_bill.part_key) as part_key
    from own_transfer
    inner join open_bill on own_transfer.group_key = open_bill.group_key
    left join match_part on open_bill.part_key = match_part.part_key
    where match_part.part_key is null
    group by own_transfer.whole_key
    having count(*) = 1

),

assigned as (

    select
        whole_key,
        part_key,
        'proved' as match_code
    from match_part
    union all
    select
        named_bill.whole_key,
        named_bill.part_key,
        'named' as match_code
    from named_bill
    inner join match_whole on named_bill.whole_key = match_whole.whole_key
    where named_bill.bill_count = 1 and match_whole.match_code <> 'proved' and (named_bill.is_equal or match_whole.match_code = 'none')
    union all
    select
        only_bill.whole_key,
        only_bill.part_key,
        'only' as match_code
    from only_bill
    inner join match_whole on only_bill.whole_key = match_whole.whole_key
    left join named_bill on only_bill.whole_key = named_bill.whole_key
    where match_whole.match_code = 'none' and named_bill.whole_key is null

)

select
    own_transfer.whole_key as transfer_no,
    own_transfer.group_key as unit_no,
    own_transfer.agency_code,
    own_transfer.transfer_date,
    own_transfer.amount as transfer_amount,
    assigned.part_key as bill_key,
    coalesce(assigned.match_code, match_whole.match_code) as match_code,
    match_whole.subset_count,
    -- A transfer for several bills pays each in full; one that fits no amount pays its only bill with what it is.
    case when assigned.match_code = 'proved' then open_bill.amount else own_transfer.amount end as amount
from own_transfer
inner join match_whole on own_transfer.whole_key = match_whole.whole_key
left join assigned on own_transfer.whole_key = assigned.whole_key
left join open_bill on assigned.part_key = open_bill.part_key
