-- How the exchange systems live: beats, inserts that failed, space, slow reads.
create table world.exchange_system (
    system_code varchar,
    name varchar,
    normal_ms int,                  -- response of a quiet hour
    connections int,                -- open on a working morning
    total_gb double,                -- its data tablespace at the beginning
    used_share double,
    growth_gb double                -- an ordinary working day's
);

create table world.heartbeat (
    system_code varchar,
    beat_at timestamp,
    state_code varchar,             -- 1 normal, 2 slow, 3 down
    response_ms int,
    connection_count int,
    cpu_share decimal(5, 2),
    memory_share decimal(5, 2),
    is_maintenance boolean
);

create table world.insert_failure (
    failure_no varchar,
    system_code varchar,
    table_name varchar,
    business_code varchar,          -- 1 registrations, 2 bills, 3 returns, 4 natural persons
    batch_no varchar,
    failed_at timestamp,
    row_count int,
    error_code varchar,
    retry_count int,
    recovered_at timestamp
);

create table world.tablespace_day (
    system_code varchar,
    tablespace_name varchar,
    measured_at timestamp,
    total_gb decimal(16, 2),
    used_gb decimal(16, 2),
    is_autoextend boolean
);

create table world.slow_read (
    read_no varchar,
    system_code varchar,
    table_name varchar,
    job_name varchar,
    began_at timestamp,
    elapsed_seconds decimal(10, 2),
    threshold_seconds decimal(10, 2),
    row_count bigint,
    wait_event varchar
);
