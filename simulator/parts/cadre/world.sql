-- The client's module 个人社保: village cadres, the rosters they import, the runs that match them, their logins and prints.

create table world.cadre (
    cadre_no varchar,               -- 'CG', the village's code, and 1 or 2
    cadre_number int,               -- running number, part of generated numbers
    village_code varchar,
    nth int,                        -- the village's first cadre keeps the whole village, a second one a part of it
    name varchar,
    id_number varchar,
    mobile varchar,
    post_code varchar,              -- 1 village officer (村干), 2 grid worker (网格员), 3 helper (协管员)
    registered_at timestamp,
    approved_at timestamp,
    consent_at timestamp,           -- signed the personal-information consent by hand; before it nothing works
    left_at timestamp               -- left the post, the account is closed
);

create table world.cadre_area (     -- the villages that a cadre keeps: its own; in a small city all of the town
    cadre_no varchar,
    village_code varchar
);

create table world.cadre_wrong (    -- what a cadre registered wrongly, until it was put right
    cadre_no varchar,
    attribute varchar,              -- id_number, mobile, village_code
    value varchar,
    corrected_at timestamp
);

create table world.cadre_import (
    import_no varchar,
    cadre_no varchar,
    nth int,
    imported_at timestamp,
    kept_share double,              -- share of the roster's lines in the file: 1 unless something is wrong
    fail_reason varchar             -- NULL = taken
);

create table world.cadre_run (      -- a matching run over a cadre's roster
    run_no varchar,
    import_no varchar,
    cadre_no varchar,
    kind_code varchar,              -- 1 persons and enrolments, 2 payments, 3 agreements
    booked_at timestamp,
    started_at timestamp,
    ended_at timestamp,
    state_code varchar,             -- 1 done, 2 broken off, 3 error
    done_share double,              -- share of the lines that it got through
    reason varchar
);

create table world.cadre_message (  -- codes that did not arrive, beside the usual ones
    cadre_no varchar,
    sent_at timestamp,
    fail_code varchar
);
