-- Client accounts in use that share one id number (15 and 18 digits of one id are one) or one mobile with another. Grain: client account.
with accounts as (
    select
        client_account_key,
        taxpayer_key,
        id_number_norm,
        mobile_norm,
        is_verified,
        registered_at,
        updated_at
    from {{ ref('int_client_account') }}
    where is_active
),

counted as (
    select
        accounts.*,
        case when id_number_norm is null then 1 else count(*) over (partition by id_number_norm) end as id_account_count,
        case when mobile_norm is null then 1 else count(*) over (partition by mobile_norm) end as mobile_account_count,
        max(registered_at) over (partition by id_number_norm) as id_since,
        max(registered_at) over (partition by mobile_norm) as mobile_since
    from accounts
),

shared as (
    select
        counted.*,
        taxpayer.taxpayer_name,
        taxpayer.bureau_code,
        taxpayer.town_code,
        case
            when counted.id_account_count > 1 and counted.mobile_account_count > 1 then 'both_shared'
            when counted.id_account_count > 1 then 'id_shared'
            else 'mobile_shared'
        end as reason_code
    from counted
    left join {{ ref('int_taxpayer') }} as taxpayer on counted.taxpayer_key = taxpayer.taxpayer_key
    where counted.id_account_count > 1 or counted.mobile_account_count > 1
)

select
    {{ finding_of(
        'A4.1.2', 'client_account', alias='shared',
        reason='shared.reason_code',
        since='case when shared.id_account_count > 1 then shared.id_since else shared.mobile_since end',
        evidence="客户端账户{shared.client_account_key}（“{shared.taxpayer_name}”，{shared.registered_at|date}注册）与其他在用账户重复：{case
            when shared.id_account_count > 1 then '同一身份证件由' || shared.id_account_count || '个账户登记' else '' end|phrase}{case
            when shared.reason_code = 'both_shared' then '，' else '' end|phrase}{case
            when shared.mobile_account_count > 1 then '同一手机由' || shared.mobile_account_count || '个账户登记' else '' end|phrase}；
            由前台受理并审核资料，更正或注销占用的账户后解除。",
    ) }},
    shared.taxpayer_name as unit_name,
    shared.id_account_count,
    shared.mobile_account_count,
    shared.is_verified,
    shared.registered_at,
    shared.updated_at
from shared
