-- Verification of tri-party agreements (三方协议验证): the bank's last answer, the branch, and what earlier agreements and debits of the same taxpayer
-- say about the account. Only agreements that are in force and not verified, or whose last verification failed. Grain: agreement_key.
with agreements as (

    select
        agreements.agreement_key,
        agreements.taxpayer_key,
        agreements.bank_code,
        agreements.account_norm,
        {{ name_norm('agreements.account_name') }} as holder_norm,
        agreements.verify_code,
        agreements.is_valid,
        agreements.signed_date,
        details.branch_bank_no,
        details.updated_at
    from {{ ref('int_agreement') }} as agreements
    inner join {{ ref('stg_tax_core__agreement') }} as details on agreements.agreement_key = details.agreement_key

),

checks as (

    select
        agreement_key,
        check_no,
        returned_at,
        result_code,
        raw_return_code,
        raw_return_text,
        count(*) over (partition by agreement_key) as check_count
    from {{ ref('stg_tax_bank__agreement_check') }}
    where returned_at is not null and agreement_key is not null
    qualify row_number() over (partition by agreement_key order by returned_at desc, check_no desc) = 1

),

failing as (

    select
        agreements.*,
        checks.check_count,
        case when checks.result_code = '2' then checks.returned_at end as failed_at,
        case when checks.result_code = '2' then checks.raw_return_code end as return_code,
        case when checks.result_code = '2' then checks.raw_return_text end as return_text
    from agreements
    left join checks on agreements.agreement_key = checks.agreement_key
    where
        agreements.is_valid
        and (agreements.verify_code = '2' or (checks.result_code = '2' and agreements.verify_code is distinct from '1'))

),

debits as (

    select
        agreement_key,
        max(sent_at) as last_debited_at
    from {{ ref('stg_tax_levy__deduction') }}
    where return_code = '{{ bank_success_code() }}' and agreement_key is not null
    group by agreement_key

),

earlier as (

    select
        failing.agreement_key,
        count(*) as earlier_count,
        max(case when others.verify_code = '1' then 1 else 0 end) = 1 as has_verified,
        max(
            case when others.bank_code = failing.bank_code and others.account_norm = failing.account_norm then 1 else 0 end
        ) = 1 as has_same_account,
        max(
            case
                when
                    others.bank_code = failing.bank_code
                    and others.account_norm = failing.account_norm
                    and (others.verify_code = '1' or debits.agreement_key is not null) then 1
                else 0
            end
        ) = 1 as was_account_good,
        max(case when others.holder_norm = failing.holder_norm then 1 else 0 end) = 1 as has_same_holder,
        max(debits.last_debited_at) as last_debited_at
    from failing
    inner join agreements as others
        on failing.taxpayer_key = others.taxpayer_key and failing.agreement_key <> others.agreement_key
    left join debits on others.agreement_key = debits.agreement_key
    group by failing.agreement_key

)

select
    failing.agreement_key,
    failing.taxpayer_key,
    failing.bank_code,
    failing.branch_bank_no,
    substr(failing.branch_bank_no, 1, 3) as branch_class_code,
    substr(failing.branch_bank_no, 4, 4) as branch_area_code,
    failing.holder_norm,
    failing.verify_code,
    failing.signed_date,
    coalesce(failing.check_count, 0) as check_count,
    failing.failed_at,
    failing.return_code,
    failing.return_text,
    coalesce(earlier.earlier_count, 0) as earlier_count,
    coalesce(earlier.has_verified, false) as has_verified_earlier,
    coalesce(earlier.has_same_account, false) as has_same_account_earlier,
    coalesce(earlier.was_account_good, false) or own_debits.agreement_key is not null as was_account_good,
    coalesce(earlier.has_same_holder, false) as has_same_holder_earlier,
    cast(
        greatest(
            coalesce(earlier.last_debited_at, own_debits.last_debited_at),
            coalesce(own_debits.last_debited_at, earlier.last_debited_at)
        ) as date
    ) as last_debited_date
from failing
left join earlier on failing.agreement_key = earlier.agreement_key
left join debits as own_debits on failing.agreement_key = own_debits.agreement_key
