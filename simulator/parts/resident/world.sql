-- Natural persons as they are, and what HRSS and NHSA know about them. Moments: NULL = does not happen.
create table world.resident (
    resident_key varchar,           -- 'P000000001'
    resident_no bigint,             -- running number over the villages, part of generated numbers
    village_no int,                 -- running number of the home village
    id_type_code varchar,           -- 201 citizen's id, 237 HK/Macao residence permit, 238 Taiwan residence permit, 233 foreign permanent resident
    id_number varchar,              -- true number, 18 characters
    name varchar,
    sex_code varchar,               -- 1 male, 2 female
    birth_date date,
    mobile varchar,                 -- NULL where nobody noted one
    address varchar,
    district_code varchar,
    town_code varchar,
    village_code varchar,
    bureau_code varchar,            -- of the home town
    home_agency_code varchar,
    died_on date,
    moved_away_on date,             -- left the city for good
    enlisted_on date,               -- joined the army
    is_student boolean,             -- insured at city level through a school
    school_code varchar,
    group_code varchar,             -- ordinary | student | poor | destitute | disabled
    is_flexible boolean             -- works flexibly: employees' insurances paid by himself
);

create table world.school (         -- schools of this block's villages
    school_code varchar,
    school_no int,
    name varchar,
    kind_code varchar,              -- 1 primary, 2 junior middle, 3 senior middle, 4 vocational, 5 university
    village_no int,
    district_code varchar,
    town_code varchar,
    village_code varchar,
    bureau_code varchar,
    uscc varchar,
    contact_name varchar,
    contact_phone varchar
);

create table world.student_term (   -- a student in a school in a term
    resident_key varchar,
    person_no varchar,              -- of the national medical system
    school_code varchar,
    term_code varchar,              -- 2025A autumn, 2026S spring
    grade int,
    class_no int,
    term_start date,
    sent_at timestamp,
    read_at timestamp
);

create table world.person_file (    -- a person under a number, as a department knows him; NULL = as he is
    file_key varchar,               -- department|source system|person number
    resident_key varchar,
    department_code varchar,
    source_system varchar,
    person_no varchar,
    old_person_no varchar,          -- number in the department's old system, NULL for who came later
    place_no int,                   -- 1 main number, 2 a second number of the same person
    known_name varchar,
    known_id_type_code varchar,
    known_id_number varchar,
    agency_code varchar,
    bureau_code varchar,
    district_code varchar,
    town_code varchar,
    village_code varchar,
    created_at timestamp,           -- at the department
    corrected_at timestamp,         -- name or id number changed since at the department
    correction_sent_at timestamp,   -- and told to tax
    correction_read_at timestamp,
    previous_name varchar,          -- before the correction
    previous_id_type_code varchar,
    previous_id_number varchar,
    sent_at timestamp,
    read_at timestamp,
    withdrawn_at timestamp
);

create table world.insured (        -- a person number in an insurance: what the department says is true
    insured_key varchar,            -- department|source system|person number|insurance
    resident_key varchar,
    department_code varchar,
    source_system varchar,
    person_no varchar,
    old_person_no varchar,
    insurance_code varchar,         -- 10210 residents' pension, 10212 residents' medical, 10201L / 10203L flexible pension / medical
    place_no int,                   -- 1 main number, 2 a second number of the same person
    agency_code varchar,
    bureau_code varchar,            -- of the place of this registration
    district_code varchar,
    town_code varchar,
    village_code varchar,
    tier_amount decimal(16, 2),     -- residents' pension: yuan a year that the person chose
    base_amount decimal(16, 2),     -- flexible: monthly base
    enrolled_on date,
    suspended_on date,              -- 停保
    benefits_on date,               -- pension is drawn from here; nothing is to be paid any more
    benefits_suspended_on date,     -- 暂停待遇
    ended_on date,
    end_reason_code varchar,        -- dead | enlisted | moved | merged | employed | flexible | student
    created_at timestamp,           -- at the department
    sent_at timestamp,              -- the enrolment message
    read_at timestamp,
    withdrawn_at timestamp,
    stop_read_at timestamp          -- tax reads the first message after which nothing is due: suspended, ended or benefits; NULL = never told
);

create table world.person_change (  -- a change of a person number, and the message about it
    change_key varchar,             -- department|change number
    change_no varchar,
    insured_key varchar,
    resident_key varchar,
    department_code varchar,
    source_system varchar,
    person_no varchar,
    insurance_code varchar,
    kind_code varchar,              -- dead | enlisted | moved | suspended | resumed | employed | ended | benefits | benefits_suspended | flexible | student
    happened_on date,
    registered_at timestamp,        -- at the department
    sent_at timestamp,
    read_at timestamp,
    withdrawn_at timestamp
);

create table world.person_merge (   -- two numbers of one person become one
    merge_key varchar,              -- department|merged number
    department_code varchar,
    source_system varchar,
    old_person_no varchar,          -- merged, ends
    new_person_no varchar,          -- stays
    resident_key varchar,
    merged_at timestamp,
    sent_at timestamp,              -- told to tax; NULL = not
    read_at timestamp,
    withdrawn_at timestamp
);

create table world.special_due (    -- a one-off amount priced by the department (特殊缴费)
    special_key varchar,            -- department|notice serial
    insured_key varchar,
    department_code varchar,
    notice_serial varchar,
    kind_code varchar,              -- 1 back-pay at retirement, 2 other back-pay, 3 arrears of flexible medical, 4 late registration
    amount decimal(16, 2),          -- all items
    care_amount decimal(16, 2),     -- of it long-term care assessed by mistake, 0 = none
    period_begin date,
    period_end date,
    assessed_at timestamp,
    sent_at timestamp,              -- put into the exchange database
    read_at timestamp,              -- tax took it
    platform_at timestamp,          -- reached the sharing platform; NULL = stuck
    withdrawn_at timestamp
);

create table world.flexible_due (   -- what a flexible worker owes for a month (large-amount medical: for a year)
    due_key varchar,                -- department|notice serial
    insured_key varchar,
    department_code varchar,
    notice_serial varchar,
    agency_item_code varchar,       -- the department's item: 110, 310, 330
    period varchar,
    base_amount decimal(16, 2),
    amount decimal(16, 2),
    assessed_at timestamp,
    sent_at timestamp,
    read_at timestamp,
    withdrawn_at timestamp
);

create table world.large_payment (  -- large-amount medical paid for a year
    insured_key varchar,            -- of the flexible medical insurance
    person_no varchar,
    insured_year varchar,
    payer_code varchar,             -- 1 employer, 2 the person
    unit_no varchar,                -- NHSA's number of the employer
    amount decimal(16, 2),
    paid_on date
);

create table world.legacy_oddity (  -- a row of an old system that has no living counterpart, or an odd one
    department_code varchar,
    old_person_no varchar,
    kind_code varchar,              -- garbage | test | duplicate | unmapped | id15 | name
    resident_key varchar,           -- whose it is, where it is somebody's
    name varchar,
    id_type_code varchar,
    id_number varchar,
    agency_code varchar,
    town_code varchar
);

create table world.person_kind (    -- special kinds of persons, from the seed ref_person_kind
    group_code varchar,
    kind_code varchar,
    old_kind_code varchar
);
