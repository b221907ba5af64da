-- Annuity agreements (职业年金协议) with their unit as it stands today and what the bank answered last. A unit that was
-- tied anew, or an account that was changed, needs another verification. Grain: annuity_agreement_key.
with agreements as (

    select * from {{ ref('stg_annuity__agreement') }}

),

units as (

    select
        registration_key,
        unit_no,
        fee_registration_no,
        taxpayer_key,
        is_associated,
        associated_at
    from {{ ref('int_registration') }}
    where department_code = 'HRSS'
    -- one unit number at two systems: the registration that is still in force
    qualify row_number() over (
        partition by unit_no
        order by is_valid desc, is_associated desc, updated_at desc nulls last, registration_key
    ) = 1

),

signing_ties as (

    select
        fee_registration_no,
        registration_key
    from {{ ref('int_fee_registration') }}
    where department_code = 'HRSS'

),

answers as (

    select
        checks.annuity_agreement_key,
        checks.check_no,
        checks.check_type_code,
        checks.returned_at,
        checks.return_code,
        checks.return_text,
        {{ bank_reason_class('checks.return_code', 'checks.return_text', 'return_codes.reason_class') }} as reason_class,
        checks.result_code = '1' as is_passed,
        checks.name_match_code,
        checks.account_state_code,
        checks.follow_up,
        checks.followed_at
    from {{ ref('stg_annuity__agreement_check') }} as checks
    left join {{ ref('ref_bank_return_code') }} as return_codes on checks.return_code = return_codes.return_code
    where checks.returned_at is not null and checks.result_code in ('1', '2')

),

last_answer as (

    select * from answers
    qualify row_number() over (
        partition by annuity_agreement_key
        order by returned_at desc, check_no desc
    ) = 1

),

passes as (

    select
        annuity_agreement_key,
        max(returned_at) as passed_at
    from answers
    where is_passed
    group by annuity_agreement_key

),

joined as (

    select
        agreements.*,
        coalesce(signing_ties.registration_key, units.registration_key) as registration_key,
        units.fee_registration_no as current_fee_registration_no,
        units.taxpayer_key as current_taxpayer_key,
        units.is_associated,
        units.associated_at,
        coalesce(
            units.registration_key is not null
            and (
                not units.is_associated
                or agreements.fee_registration_no <> units.fee_registration_no
                or agreements.taxpayer_key <> units.taxpayer_key
            ),
            false
        ) as is_association_changed,
        coalesce(passes.passed_at, case when agreements.verify_code = '1' then agreements.verified_at end) as passed_at,
        last_answer.check_no as last_check_no,
        last_answer.check_type_code as last_check_type_code,
        last_answer.returned_at as answered_at,
        last_answer.return_code,
        last_answer.return_text,
        last_answer.reason_class,
        last_answer.is_passed as is_last_passed,
        last_answer.name_match_code,
        last_answer.account_state_code,
        last_answer.follow_up,
        last_answer.followed_at
    from agreements
    left join units on agreements.unit_no = units.unit_no
    left join signing_ties on agreements.fee_registration_no = signing_ties.fee_registration_no
    left join last_answer on agreements.annuity_agreement_key = last_answer.annuity_agreement_key
    left join passes on agreements.annuity_agreement_key = passes.annuity_agreement_key

)

select
    joined.annuity_agreement_key,
    joined.registration_key,
    joined.unit_no,
    joined.unit_name,
    joined.taxpayer_key,
    joined.fee_registration_no,
    joined.current_fee_registration_no,
    joined.current_taxpayer_key,
    coalesce(authorities.bureau_code, joined.bureau_code) as bureau_code,
    joined.agency_code,
    joined.client_account_no,
    joined.way_code,
    joined.bank_code,
    joined.account_name,
    {{ account_norm('joined.account_no') }} as account_norm,
    joined.state_code,
    coalesce(joined.state_code = '1' and joined.ended_at is null, false) as is_valid,
    joined.verify_code,
    joined.signed_date,
    joined.changed_at,
    joined.ended_at,
    joined.is_association_changed,
    case when joined.is_association_changed and joined.is_associated then joined.associated_at end as association_changed_at,
    joined.passed_at,
    joined.answered_at,
    joined.last_check_type_code,
    joined.return_code,
    joined.return_text,
    joined.reason_class,
    joined.name_match_code,
    joined.account_state_code,
    joined.follow_up,
    joined.followed_at,
    -- what the bank's verification says of the agreement as it now is
    case
        when joined.changed_at > coalesce(joined.answered_at, joined.passed_at) then 'changed'
        when joined.is_last_passed = false then 'failed'
        when joined.answered_at is null and joined.verify_code = '2' then 'failed'
        when joined.passed_at is null then 'never'
        when joined.is_association_changed and coalesce(joined.passed_at < joined.associated_at, true) then 'tied_anew'
        else 'passed'
    end as verification
from joined
left join {{ ref('int_tax_authority') }} as authorities on joined.bureau_code = authorities.authority_code
