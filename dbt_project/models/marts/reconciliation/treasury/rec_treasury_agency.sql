-- 按社保经办机构统计国库入库: what the treasury booked, by the agency that assessed it (tax books by authority), by levy item and sub-item, employers and
-- natural persons together. Gross; refunds stand beside it in the month in which they were paid back, and net is the difference of the two.
-- Grain: month × agency × bureau × levy item × sub-item.
with employer as (
    select
        {{ to_period('ticket.settled_date') }} as month,
        bill.agency_code,
        bill.bureau_code,
        insurance.zsxm_code as levy_item_code,
        insurance.zspm_code as levy_subitem_code,
        count(*) as employer_count,
        sum(ticket.settled_amount) as employer_amount
    from {{ ref('int_ticket_item') }} as ticket
    left join {{ ref('int_bill') }} as bill on ticket.bill_key = bill.bill_key
    left join {{ ref('ref_insurance_item') }} as insurance on ticket.insurance_code = insurance.insurance_code
    where ticket.settled_amount is not null
    group by {{ to_period('ticket.settled_date') }}, bill.agency_code, bill.bureau_code, insurance.zsxm_code, insurance.zspm_code
),

person as (
    select
        {{ to_period('settled_date') }} as month,
        agency_code,
        bureau_code,
        levy_item_code,
        levy_subitem_code,
        count(*) as person_count,
        sum(amount) as person_amount
    from {{ ref('int_recon_person_payment') }}
    where settled_date is not null
    group by {{ to_period('settled_date') }}, agency_code, bureau_code, levy_item_code, levy_subitem_code
),

refund as (
    select
        {{ to_period('refund.refunded_at') }} as month,
        payment.agency_code,
        payment.bureau_code,
        payment.levy_item_code,
        payment.levy_subitem_code,
        count(*) as refund_count,
        sum(refund.amount) as refund_amount
    from {{ ref('int_recon_person_refund') }} as refund
    inner join {{ ref('int_recon_person_payment') }} as payment on refund.payment_no = payment.payment_no
    group by {{ to_period('refund.refunded_at') }}, payment.agency_code, payment.bureau_code, payment.levy_item_code, payment.levy_subitem_code
),

flow as (
    select
        month,
        agency_code,
        bureau_code,
        levy_item_code,
        levy_subitem_code,
        employer_count,
        employer_amount,
        0 as person_count,
        0 as person_amount,
        0 as refund_count,
        0 as refund_amount
    from employer
    union all
    select
        month,
        agency_code,
        bureau_code,
        levy_item_code,
        levy_subitem_code,
        0 as employer_count,
        0 as employer_amount,
        person_count,
        person_amount,
        0 as refund_count,
        0 as refund_amount
    from person
    union all
    select
        month,
        agency_code,
        bureau_code,
        levy_item_code,
        levy_subitem_code,
        0 as employer_count,
        0 as employer_amount,
        0 as person_count,
        0 as person_amount,
        refund_count,
        refund_amount
    from refund
),

summed as (
    select
        month,
        agency_code,
        bureau_code,
        levy_item_code,
        levy_subitem_code,
        {{ sum_amount('employer_amount') }} as employer_amount,
        {{ sum_amount('person_amount') }} as person_amount,
        {{ sum_amount('refund_amount') }} as refund_amount,
        sum(employer_count) as employer_count,
        sum(person_count) as person_count,
        sum(refund_count) as refund_count
    from flow
    group by month, agency_code, bureau_code, levy_item_code, levy_subitem_code
)

select
    summed.month,
    summed.agency_code,
    agency.agency_name,
    summed.bureau_code,
    summed.levy_item_code,
    summed.levy_subitem_code,
    coalesce(insurance.insurance_name, person_insurance.insurance_name, '未分险种') as insurance_name,
    cast(summed.employer_count as integer) as employer_count,
    summed.employer_amount,
    cast(summed.person_count as integer) as person_count,
    summed.person_amount,
    {{ decimal18('summed.employer_amount + summed.person_amount') }} as settled_amount,
    cast(summed.refund_count as integer) as refund_count,
    summed.refund_amount,
    {{ decimal18('summed.employer_amount + summed.person_amount - summed.refund_amount') }} as net_amount
from summed
left join {{ ref('ref_agency') }} as agency on summed.agency_code = agency.agency_code
left join {{ ref('ref_insurance_item') }} as insurance on summed.levy_subitem_code = insurance.zspm_code
left join {{ ref('ref_person_insurance') }} as person_insurance on summed.levy_subitem_code = person_insurance.zspm_code
