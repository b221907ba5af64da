-- Debits of annuity one by one, at once (实时扣款) or by collection (托收), with the bank's answer and what the clearing
-- centre found out. An item of the collection list that was never sent is one, too. Grain: annuity_debit_key.
with debits as (

    select
        {{ key_of(["'1'", 'debit_no']) }} as annuity_debit_key,
        '1' as way_code,
        annuity_agreement_key,
        unit_no,
        ticket_no,
        notice_serial,
        batch_no,
        bureau_code,
        amount,
        cast(null as string) as collection_batch_no,
        cast(null as string) as state_code,
        sent_at as generated_at,
        sent_at,
        returned_at,
        return_code,
        return_text,
        failure_reason,
        follow_up,
        followed_at,
        cast(null as timestamp) as voided_at
    from {{ ref('stg_annuity__immediate_debit') }}
    union all
    select
        {{ key_of(["'2'", 'collection_item_no']) }} as annuity_debit_key,
        '2' as way_code,
        annuity_agreement_key,
        unit_no,
        ticket_no,
        notice_serial,
        batch_no,
        bureau_code,
        amount,
        collection_batch_no,
        state_code,
        generated_at,
        sent_at,
        returned_at,
        return_code,
        return_text,
        failure_reason,
        follow_up,
        followed_at,
        voided_at
    from {{ ref('stg_annuity__collection_item') }}

),

void_tickets as (

    select ticket_no
    from {{ ref('int_ticket_item') }}
    where insurance_code = 'ZYNJ' and is_void
    group by ticket_no

)

select
    debits.annuity_debit_key,
    debits.way_code,
    debits.annuity_agreement_key,
    {{ key_of(["'HRSS'", 'debits.notice_serial', 'debits.batch_no']) }} as bill_key,
    coalesce(bills.registration_key, agreements.registration_key) as registration_key,
    debits.ticket_no,
    void_tickets.ticket_no is not null as is_ticket_void,
    {{ decimal18('debits.amount') }} as amount,
    debits.collection_batch_no,
    debits.state_code,
    debits.generated_at,
    {{ to_period('coalesce(debits.sent_at, debits.generated_at)') }} as debit_month,
    debits.sent_at,
    debits.returned_at,
    debits.return_code,
    debits.return_text,
    {{ bank_reason_class('debits.return_code', 'debits.return_text', 'return_codes.reason_class') }} as reason_class,
    coalesce(debits.return_code = '{{ bank_success_code() }}', false) as is_success,
    debits.return_code is not null as is_returned,
    debits.failure_reason,
    debits.follow_up,
    debits.followed_at,
    debits.voided_at
from debits
left join {{ ref('ref_bank_return_code') }} as return_codes on debits.return_code = return_codes.return_code
left join {{ ref('int_annuity_agreement') }} as agreements on debits.annuity_agreement_key = agreements.annuity_agreement_key
left join {{ ref('int_bill') }} as bills
    on {{ key_of(["'HRSS'", 'debits.notice_serial', 'debits.batch_no']) }} = bills.bill_key
left join void_tickets on debits.ticket_no = void_tickets.ticket_no
