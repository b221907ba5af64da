-- Alerts that were sent, held or failed, newest first. Grain: attempt.
select *
from ops_alert_log
order by logged_at desc, log_id desc
limit 30
