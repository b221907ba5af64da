create or replace table exchange_ops."JK_XTXT" as
select 'XT' || strftime(beat_at, '%Y%m%d%H%M') || system_code as "XTXH", system_code as "XT_DM", s.name as "XTMC", beat_at as "TXSJ", state_code as "ZT_DM",
    response_ms as "XYHS", connection_count as "LJS", cpu_share as "CPULYL", memory_share as "NCLYL", case when is_maintenance then 'Y' end as "JHWHBZ",
    beat_at as "GXSJ"
from world.heartbeat join world.exchange_system as s using (system_code) where is_known(beat_at);

create or replace table exchange_ops."JK_CRSB" as
select failure_no as "SBXH", system_code as "XT_DM", table_name as "BM", business_code as "YWLX_DM", batch_no as "PCH", failed_at as "SBSJ", row_count as "SBHS",
    f.error_code as "CWDM", f.error_code || ': ' || e.words as "CWXX", retry_count as "CFCS", known(recovered_at) as "HFSJ",
    greatest(failed_at, known(recovered_at)) as "GXSJ"
from world.insert_failure as f join insert_error as e using (error_code) where is_known(failed_at);

create or replace table exchange_ops."JK_KJ" as
select system_code as "XT_DM", tablespace_name as "BKJMC", measured_at as "CJSJ", total_gb as "ZKJ", used_gb as "YYKJ",
    round(100 * used_gb / total_gb, 2) as "SYL", case when is_autoextend then 'Y' end as "ZDKZBZ", measured_at as "GXSJ"
from world.tablespace_day where is_known(measured_at);

-- a read is written down when it is over
create or replace table exchange_ops."JK_MCX" as
select read_no as "CXXH", system_code as "XT_DM", table_name as "BM", job_name as "RWMC", began_at as "KSSJ", elapsed_seconds as "HS",
    threshold_seconds as "YZ", row_count as "DQHS", wait_event as "DDSJ", date_trunc('second', began_at + to_milliseconds((elapsed_seconds * 1000)::bigint)) as "GXSJ"
from world.slow_read where is_known(began_at + to_milliseconds((elapsed_seconds * 1000)::bigint));
