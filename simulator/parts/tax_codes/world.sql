-- Code tables of the tax core that the whole city shares.
create table world.tax_section (
    section_code varchar,
    name varchar,
    bureau_code varchar,
    valid_from date,
    valid_to date
);

create table world.accounting_setup (
    setup_no varchar,
    bureau_code varchar,
    zsxm_code varchar,
    zspm_code varchar,
    part_code varchar,              -- 1 employer, 2 person
    budget_code varchar,
    budget_share decimal(5, 2),
    treasury_code varchar,
    valid_from date,
    valid_to date
);

create table world.project_district (
    district_code varchar,
    name varchar,
    bureau_code varchar,
    valid_from date
);

create table world.check_rule (
    check_code varchar,
    name varchar,
    subject_code varchar,           -- 1 bill, 2 registration
    explanation varchar
);

create table world.code_mapping (
    code_type varchar,
    old_code varchar,
    old_name varchar,
    new_code varchar,
    new_name varchar,
    state_code varchar,             -- 1 mapped, 0 not mapped, 2 no longer used
    mapped_on date
);

create table world.town_claim (
    town_code varchar,
    bureau_code varchar,
    name varchar,
    claim_code varchar,             -- 1 by territory, 2 by zone
    ground varchar,
    valid_from date,
    valid_to date
);

create table world.agency_scope (
    agency_code varchar,
    department_code varchar,
    handles boolean,                -- employers' insurance of the department
    remark varchar,
    valid_from date,
    valid_to date
);

create table world.base_limit (
    base_year int,
    floor_amount decimal(16, 2),
    ceiling_amount decimal(16, 2),
    valid_from date,
    valid_to date
);
