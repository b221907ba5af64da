-- Annuity bills whose last debit failed and that nothing has made good since: what the bank said, whether a debit ever succeeded,
-- how the agreement stood when the debit was sent, and what the clearing centre found out. Gone once a debit succeeds, the money
-- arrives or the ticket is voided. Grain: bill_key.
with debits as (

    select *
    from {{ ref('int_annuity_debit') }}
    where is_returned and bill_key is not null

),

bill_tries as (

    select
        bill_key,
        count(*) as try_count,
        count(case when is_success then 1 end) as success_count,
        min(case when not is_success then returned_at end) as first_failed_at
    from debits
    group by bill_key

),

successes as (

    select
        registration_key,
        count(*) as success_count,
        max(returned_at) as succeeded_at
    from debits
    where is_success and registration_key is not null
    group by registration_key

),

last_try as (

    select *
    from debits
    qualify row_number() over (
        partition by bill_key
        order by sent_at desc nulls last, returned_at desc, annuity_debit_key desc
    ) = 1

),

failed as (

    select
        last_try.*,
        bill_tries.try_count,
        bill_tries.first_failed_at,
        coalesce(successes.success_count, 0) as past_success_count,
        successes.succeeded_at as last_succeeded_at,
        agreements.is_valid as is_agreement_valid,
        agreements.ended_at as agreement_ended_at,
        agreements.verification,
        agreements.changed_at as agreement_changed_at,
        agreements.association_changed_at,
        agreements.passed_at as verified_at,
        agreements.answered_at as check_answered_at,
        agreements.account_state_code,
        agreements.bank_code,
        nullif({{ bank_reason_class('last_try.failure_reason', 'last_try.failure_reason', 'cast(null as string)') }}, 'unknown') as centre_class
    from last_try
    inner join bill_tries on last_try.bill_key = bill_tries.bill_key
    left join successes on last_try.registration_key = successes.registration_key
    left join {{ ref('int_annuity_agreement') }} as agreements on last_try.annuity_agreement_key = agreements.annuity_agreement_key
    where bill_tries.success_count = 0 and not last_try.is_ticket_void

),

-- how the agreement stood when the debit was sent
flawed as (

    select
        failed.*,
        case
            when failed.is_agreement_valid = false and failed.agreement_ended_at <= failed.sent_at then 'agreement_ended'
            when failed.agreement_changed_at <= failed.sent_at and coalesce(failed.verified_at < failed.agreement_changed_at, true)
                then case when failed.verification = 'failed' then 'verification_failed' else 'changed_not_verified' end
            when failed.association_changed_at <= failed.sent_at and failed.verification = 'tied_anew' then 'changed_not_verified'
            when failed.verification = 'failed' and coalesce(failed.check_answered_at <= failed.sent_at, true) then 'verification_failed'
            when failed.verification = 'never' then 'never_verified'
        end as agreement_flaw
    from failed

)

select
    failed.bill_key,
    failed.annuity_debit_key,
    failed.way_code,
    failed.annuity_agreement_key,
    failed.ticket_no,
    failed.amount as debit_amount,
    failed.try_count,
    failed.first_failed_at,
    failed.sent_at,
    failed.returned_at,
    failed.return_code,
    failed.return_text,
    failed.reason_class,
    failed.past_success_count,
    failed.last_succeeded_at,
    coalesce(failed.agreement_changed_at <= failed.sent_at, false) as is_agreement_changed,
    failed.agreement_changed_at,
    failed.verified_at,
    case
        when failed.agreement_changed_at is null then null
        else coalesce(failed.verified_at >= failed.agreement_changed_at, false)
    end as is_verified_again,
    failed.account_state_code,
    failed.bank_code,
    failed.failure_reason,
    failed.follow_up,
    failed.followed_at,
    failed.agreement_flaw,
    failed.centre_class,
    -- why it failed, in the order in which the causes exclude each other: what tax and the unit can mend themselves comes before the
    -- account that only the clearing centre can look into
    case
        when failed.agreement_flaw is not null then failed.agreement_flaw
        when failed.reason_class in ('account_invalid', 'account_frozen', 'stopped') then 'account_disabled'
        when failed.reason_class = 'account_name_differs' then 'account_name_differs'
        when failed.reason_class = 'insufficient_funds' then 'insufficient_funds'
        when failed.reason_class = 'agreement_invalid' then 'bank_refuses_agreement'
        when failed.reason_class = 'technical' then 'technical'
        else 'not_decided'
    end as cause_code
from flawed as failed
inner join {{ ref('int_bill') }} as bills on failed.bill_key = bills.bill_key
where bills.is_valid and bills.collected_amount < bills.amount
