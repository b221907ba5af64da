-- 虚拟户缴款与人员明细匹配: which details of persons a household's ticket pays. By key first (the details that carry the payment's number); where these do
-- not sum to the ticket, by a bounded sum over the household's details of that item and months, its own and those that carry no number. It proves a match or
-- says that it cannot. Grain: household payment.
with payment as (
    select * from {{ ref('int_recon_household_payment') }}
),

keyed as (
    select
        household_payment_no,
        count(*) as keyed_count,
        {{ sum_amount('amount') }} as keyed_amount
    from {{ ref('int_recon_household_detail') }}
    where household_payment_no is not null
    group by household_payment_no
),

compared as (
    select
        payment.*,
        coalesce(keyed.keyed_count, 0) as keyed_count,
        coalesce(keyed.keyed_amount, 0) as keyed_amount
    from payment
    left join keyed on payment.household_payment_no = keyed.household_payment_no
),

open_whole as (
    select
        group_key,
        household_payment_no as whole_key,
        amount
    from compared
    where keyed_amount <> amount
),

open_part as (
    select
        detail.group_key,
        detail.household_detail_no as part_key,
        detail.amount
    from {{ ref('int_recon_household_detail') }} as detail
    left join open_whole on detail.household_payment_no = open_whole.whole_key  -- noqa: AL04
    where
        (detail.household_payment_no is null or open_whole.whole_key is not null)
        and detail.group_key in (select group_key from open_whole)
),

{{ bounded_match('open_whole', 'open_part') }},

result as (
    select
        compared.*,
        case when match_whole.whole_key is null then 'by_key' else match_whole.match_code end as match_code,
        match_whole.subset_count,
        match_whole.part_count
    from compared
    left join match_whole on compared.household_payment_no = match_whole.whole_key
)

select
    household_payment_no,
    ticket_no,
    household_no,
    department_code,
    bureau_code,
    insurance_code,
    period,
    amount,
    cast(person_count as integer) as person_count,
    cast(keyed_count as integer) as keyed_count,
    keyed_amount,
    {{ decimal18('amount - keyed_amount') }} as difference,
    match_code,
    case match_code
        when 'by_key' then '明细合计相符'
        when 'proved' then '按金额唯一匹配'
        when 'ambiguous' then '不能唯一匹配，需人工认定'
        else '没有可匹配的明细'
    end as match_name,
    cast(coalesce(subset_count, 1) as integer) as subset_count,
    cast(coalesce(part_count, keyed_count) as integer) as matched_count,
    (person_count is distinct from keyed_count) as is_count_different
from result
