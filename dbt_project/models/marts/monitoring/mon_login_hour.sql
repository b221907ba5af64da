-- Logins of the employer client by the hour over 30 days: tried, failed, failed for the network's sake. Grain: login_hour.
select
    login_hour,
    login_count,
    failed_count,
    unreachable_count,
    unreachable_account_count,
    unreachable_share,
    usual_share
from {{ ref('int_client_login_hour') }}
where login_date > cast({{ as_of_date() }} - interval '30' day as date)
