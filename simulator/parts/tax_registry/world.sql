-- Odds and ends of the tax core around employers. What other stations keep is projected from the employers' own world.
create table world.disability_declaration (
    declaration_no varchar,
    taxpayer_key varchar,
    levy_year int,                  -- the year that the fund is levied for
    headcount int,
    disabled_count int,
    wage_amount decimal(16, 2),
    due_amount decimal(16, 2),
    relief_amount decimal(16, 2),
    declared_at timestamp,
    voided_at timestamp
);

create table world.kept_unit_type ( -- a clerk keeps another unit type than the one the department sent
    registration_key varchar,
    unit_type_code varchar,
    kept_at timestamp
);

create table world.unit_type_list ( -- lists of right unit types that a section supplied
    list_no varchar,
    row_no int,
    uscc varchar,
    name varchar,
    unit_type_code varchar,
    supplied_at timestamp
);

create table world.file_merge (     -- 并档: one tax file ceases, another stays
    merge_no varchar,
    old_taxpayer_key varchar,
    taxpayer_key varchar,
    reason varchar,
    merged_at timestamp
);

create table world.project (        -- register of construction projects
    project_no varchar,
    registration_key varchar,
    name varchar,
    address varchar,
    district_code varchar,
    contract_amount decimal(16, 2),
    started_on date,
    ends_on date,
    registered_at timestamp
);

create table world.bill_project (   -- what a bill says about its project
    bill_key varchar,
    project_no varchar,
    name varchar,
    address varchar,
    district_code varchar,
    corrected_at timestamp          -- from then on the row says what the register says
);

create table world.soldier_unit (
    taxpayer_key varchar,
    settled_count int,
    list_source varchar,
    recognised_at timestamp,
    valid_to date
);

create table world.registration_check ( -- a check of a registration that failed
    check_no varchar,
    registration_key varchar,
    check_code varchar,
    reason varchar,
    checked_at timestamp,
    solved_at timestamp
);

create table world.bill_check (     -- the check that a bill was intercepted by, where the reason's words do not say it
    bill_key varchar,
    check_code varchar
);

create table world.stale_copy (     -- the support platform has not taken over the registration's present association
    registration_key varchar,
    stale_until timestamp
);

create table world.single_push (
    push_no varchar,
    bill_key varchar,
    pushed_at timestamp,
    result_code varchar,
    fail_reason varchar
);

create table world.redelivery (
    redelivery_no varchar,
    subject_code varchar,           -- 1 registration, 2 bill
    registration_key varchar,
    bill_key varchar,
    reason varchar,
    requested_at timestamp,
    delivered_at timestamp,
    result_code varchar,
    fail_reason varchar
);

create table world.write_off_failure ( -- a write-off that the core refused
    bill_key varchar,
    answered_at timestamp,
    reason varchar
);

create table world.special_message ( -- messages of special payments that failed to be received; good ones follow from the bills
    message_no varchar,
    registration_key varchar,
    notice_serial varchar,
    batch_no varchar,
    kind_code varchar,
    period varchar,
    amount decimal(16, 2),
    sent_at timestamp,
    read_at timestamp,
    answered_at timestamp,
    reason varchar,
    withdrawn_at timestamp
);

create table world.booking (        -- an employer's booking for a month's batch deduction
    registration_key varchar,
    period varchar,
    bureau_code varchar,            -- booked at
    agency_code varchar,
    booked_at timestamp,
    generated_at timestamp,
    generated_code varchar,
    fail_reason varchar
);

create table world.old_unit (       -- a registration of the old Nanning system, before medical insurance was split off
    unit_no varchar,
    employer_key varchar,           -- NULL: an employer that today's world does not know
    name varchar,
    uscc varchar,
    agency_code varchar,
    district_code varchar,
    town_code varchar,
    status_code varchar,
    ended_on date,
    split_on date,                  -- medical insurance left the old system; NULL: not yet
    started_on date,
    has_medical boolean,
    medical_ended_on date,
    imported_at timestamp
);

create table world.roster_change (  -- a person's line in the initialised staff that is not as it should be
    registration_key varchar,
    person_no varchar,
    base decimal(16, 2),            -- another base; NULL: the person is missing
    fixed_at timestamp
);

create table world.staff_change (
    change_no varchar,
    registration_key varchar,
    person_key varchar,
    kind_code varchar,              -- 1 added, 2 removed
    period varchar,
    declared_at timestamp
);
