-- The simulated world. Entities, and of each the plan: the moment of every step, NULL = does not happen.
create schema world;
create schema snap;

create table world.employer (
    employer_key varchar,           -- our own key, 'E000001'
    employer_no bigint,             -- running number, part of generated numbers
    name varchar,
    uscc varchar,                   -- 18 characters
    organisation_code varchar,      -- 9 characters
    unit_type_code varchar,
    is_institution boolean,
    district_code varchar,
    town_code varchar,
    bureau_code varchar,
    office_code varchar,
    address varchar,
    industry_code varchar,
    injury_rate decimal(6, 4),
    headcount int,
    channel_code varchar,           -- how it pays: 1-4
    is_prompt boolean,              -- always pays in time
    opened_on date,
    closed_on date,
    has_project boolean
);

create table world.person (         -- sampled persons of an employer
    person_key varchar,
    employer_key varchar,
    person_no int,
    id_number varchar,
    name varchar,
    hrss_no varchar,
    nhsa_no varchar,
    wage decimal(16, 2)             -- monthly wage in the first year of the history
);

create table world.taxpayer (
    taxpayer_key varchar,           -- DJXH
    employer_key varchar,
    taxpayer_no varchar,
    uscc varchar,
    name varchar,
    status_code varchar,
    status_date date,
    entity_type_code varchar,
    registration_type_code varchar,
    industry_code varchar,
    bureau_code varchar,
    office_code varchar,
    town_code varchar,
    address varchar,
    legal_name varchar, legal_mobile varchar, legal_phone varchar,
    finance_name varchar, finance_mobile varchar, finance_phone varchar,
    clerk_name varchar, clerk_mobile varchar, clerk_phone varchar,
    registered_on date,
    created_at timestamp
);

create table world.registration (
    registration_key varchar,       -- department|source system|unit number
    registration_no bigint,         -- running number, part of generated numbers
    employer_key varchar,
    department_code varchar,
    source_system varchar,
    unit_no varchar,
    name varchar,
    uscc varchar,
    agency_code varchar,
    unit_type_code varchar,
    district_code varchar,
    town_code varchar,
    address varchar,
    contact_name varchar,
    contact_phone varchar,
    is_project boolean,             -- only a construction project
    status_code varchar,            -- 1 valid, 2 ended, 3 merged
    ended_on date,
    bureau_code varchar,            -- assigned by the support platform
    office_code varchar,
    base_sent_at timestamp,
    base_read_at timestamp,
    base_withdrawn_at timestamp,
    base_resent_at timestamp,       -- sent again after a change: the flag starts anew
    base_reread_at timestamp,
    received_at timestamp,
    pushed_at timestamp,
    written_back_at timestamp,
    shared_at timestamp,
    shared_pushed_at timestamp,
    front_at timestamp,
    front_processed_at timestamp,
    front_state_code varchar,
    front_fail_reason varchar
);

create table world.enrolment (
    registration_key varchar,
    insurance_code varchar,
    started_on date,
    ended_on date,
    status_code varchar,
    is_project boolean,
    sent_at timestamp,
    read_at timestamp,
    withdrawn_at timestamp,
    resent_at timestamp,
    reread_at timestamp
);

create table world.fee_registration (  -- a registration tied to a taxpayer
    fee_registration_no varchar,    -- SBDJXH
    registration_key varchar,
    taxpayer_key varchar,
    bureau_code varchar,
    office_code varchar,
    agency_code varchar,
    created_at timestamp,
    associated_at timestamp,
    cancelled_at timestamp,
    is_valid boolean
);

create table world.agreement (
    agreement_key varchar,
    taxpayer_key varchar,
    taxpayer_no varchar,
    bank_code varchar,
    bank_no varchar,
    account_name varchar,
    account_no varchar,
    is_batch boolean,
    authority_code varchar,
    verify_code varchar,
    signed_on date,
    ended_on date,
    sign_channel_code varchar,
    created_at timestamp
);

create table world.bill (
    bill_key varchar,               -- department|notice serial|batch
    registration_key varchar,
    employer_key varchar,
    department_code varchar,
    source_system varchar,
    unit_no varchar,
    agency_code varchar,
    notice_serial varchar,
    batch_no varchar,
    period varchar,
    bill_no int,                    -- running number within registration and period
    ticket_stem varchar,            -- first 17 digits of its tickets' numbers
    origin_code varchar,
    is_project boolean,
    processing_is_project boolean,  -- the processing table's flag, where it differs from the summary's
    is_annuity boolean,
    person_count int,
    amount decimal(16, 2),          -- as the summary table says
    tax_amount decimal(16, 2),      -- as the support platform took it, where that is something else
    taxpayer_key varchar,
    fee_registration_no varchar,
    bureau_code varchar,
    channel_code varchar,
    pay_on date,                    -- the day the payer means to pay; NULL = does not
    declare_on date,                -- declares, when not by paying
    summary_sent_at timestamp,
    processing_sent_at timestamp,
    detail_sent_at timestamp,
    read_at timestamp,
    withdrawn_at timestamp,
    voided_at timestamp,            -- by the agency
    received_at timestamp,
    validation_code varchar,
    intercept_reason varchar,
    checked_at timestamp,           -- passed the check, where it was not pushed after it
    pushed_at timestamp,
    written_back_at timestamp,
    shared_at timestamp,
    shared_pushed_at timestamp,
    front_at timestamp,
    front_processed_at timestamp,
    front_state_code varchar,
    front_fail_reason varchar,
    declared_at timestamp,
    write_off_at timestamp,
    tax_voided_at timestamp
);

create table world.bill_item (
    bill_key varchar,
    insurance_code varchar,
    item_no int,
    person_count int,
    unit_amount decimal(16, 2),
    person_amount decimal(16, 2),
    amount decimal(16, 2),
    tax_amount decimal(16, 2),      -- as the support platform took it
    is_declared boolean
);

create table world.bill_person (
    bill_key varchar,
    line_no int,
    insurance_code varchar,
    person_no varchar,
    id_number varchar,
    name varchar,
    part_code varchar,              -- 1 employer, 2 person
    base decimal(16, 2),
    amount decimal(16, 2)
);

create table world.ticket (
    ticket_no varchar,
    bill_key varchar,
    seq int,
    channel_code varchar,
    agreement_key varchar,
    issued_at timestamp,
    voided_at timestamp
);

create table world.ticket_item (
    ticket_no varchar,
    bill_key varchar,
    insurance_code varchar,
    amount decimal(16, 2),
    remitted_at timestamp,
    remitted_amount decimal(16, 2),
    settled_at timestamp,
    settled_amount decimal(16, 2),
    remittance_no varchar,          -- number of the return rows
    remittance_returned_at timestamp,
    remittance_read_at timestamp,
    remittance_withdrawn_at timestamp,
    settlement_no varchar,
    settlement_returned_at timestamp,
    settlement_read_at timestamp,
    settlement_withdrawn_at timestamp,
    posted_at timestamp,
    posted_amount decimal(16, 2),
    post_count int
);

create table world.deduction (
    deduction_key varchar,
    ticket_no varchar,
    bill_key varchar,
    seq int,
    kind_code varchar,
    batch_no varchar,
    agreement_key varchar,
    amount decimal(16, 2),
    sent_at timestamp,
    returned_at timestamp,
    return_code varchar,
    return_text varchar
);

create table world.failed_return (  -- tax tells the department that a bill was not paid
    bill_key varchar,
    returned_at timestamp
);

create table world.change (         -- an attribute of an entity gets a new value at a moment
    entity varchar,                 -- taxpayer, registration, fee_registration, agreement
    key varchar,
    attribute varchar,
    value varchar,
    changed_at timestamp,
    is_noted boolean                -- the owning table's update time moves
);

create table world.override (       -- a raw column set at the very end, for odd values
    table_name varchar,             -- system.TABLE
    key varchar,                    -- the table's key columns, joined by |
    column_name varchar,
    value varchar
);

create table world.truth (
    rule_id varchar,
    subject_key varchar,
    act varchar,
    since_date date,
    visible_from date,
    visible_to date
);

create table world.near_miss (
    rule_id varchar,
    subject_key varchar,
    why varchar
);
