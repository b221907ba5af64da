-- Hours of as_of in which users could not sign in to the employer client although account, password and code were not to blame: enough accounts, a share of
-- the hour's logins that matters, and far more than usual. One user who tries again and again has a local problem. Grain: hour.
select
    {{ finding_of(
        'A4.1.3', 'client_hour', alias='hours',
        reason="case when hours.unreachable_count = hours.login_count then 'client_unreachable' else 'logins_failing' end",
        since='hours.login_date',
        evidence='用人单位客户端在{hours.client_hour_key}时有{hours.login_count}次登录，其中{hours.unreachable_count}次（{hours.unreachable_share}%，涉及{hours.unreachable_account_count}个账户）
            因网络或系统原因失败，该时段通常为{hours.usual_share}%；检查后台应用是否在线、网络是否通畅，排除系统原因后再协助缴费人排查本地网络。',
    ) }},
    hours.login_hour,
    cast(hours.login_count as bigint) as login_count,
    cast(hours.failed_count as bigint) as failed_count,
    cast(hours.unreachable_count as bigint) as unreachable_count,
    cast(hours.unreachable_account_count as bigint) as unreachable_account_count,
    hours.unreachable_share,
    hours.usual_share
from {{ ref('int_client_login_hour') }} as hours
where
    hours.login_date = {{ as_of_date() }}
    and hours.unreachable_account_count >= {{ var('a4_1_3_accounts', 5) }}
    and hours.unreachable_share >= {{ var('a4_1_3_share', 20) }}
    and hours.unreachable_share > coalesce(hours.usual_share, 0) * {{ var('a4_1_3_times', 3) }}
