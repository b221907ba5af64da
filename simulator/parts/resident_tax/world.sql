-- The tax side of natural persons: entities and their plan. NULL moment = does not happen.
create table world.tax_person (         -- 参保登记: a person's number at a department, as tax has it
    registration_key varchar,           -- department|source system|person number|insurance, as world.insured.insured_key
    fee_registration_no varchar,        -- SBDJXH
    resident_key varchar,
    resident_no bigint,
    slot int,                           -- running number within the person, part of generated numbers
    department_code varchar,
    source_system varchar,
    person_no varchar,
    insurance_code varchar,
    agency_code varchar,
    bureau_code varchar,
    town_code varchar,
    village_code varchar,
    id_number_here varchar,             -- where tax has another number or name than the agency
    name_here varchar,
    created_at timestamp,
    suspended_at timestamp,             -- tax takes over the suspension
    ended_at timestamp,                 -- tax takes over the end
    stopped_on date,                    -- the day from which the agency says so
    end_reason_code varchar
);

create table world.person_agreement (   -- 两方、三方批扣协议
    agreement_key varchar,
    registration_key varchar,
    kind_code varchar,                  -- 2 payer and bank, 3 payer, bank and tax
    bank_code varchar,
    bank_no varchar,
    account_no varchar,
    is_batch boolean,
    verify_code varchar,                -- 1 verified, 0 not
    sign_channel_code varchar,
    signed_on date,
    ended_on date,
    ordinal int                         -- running number within the registration
);

create table world.person_amount (      -- 应缴费额设置, one a fee year
    registration_key varchar,
    fee_year int,
    amount decimal(16, 2),
    way_code varchar,                   -- 1 by the payer, 2 in bulk, 3 by the village
    set_at timestamp
);

create table world.preprocessing (      -- 预处理 of flexible payers before batch deduction, one a fee year
    registration_key varchar,
    fee_year int,
    created_at timestamp,
    activated_at timestamp
);

create table world.batch_item (         -- 待批扣清册 and what the bank said
    item_no varchar,
    batch_no varchar,
    registration_key varchar,
    agreement_key varchar,
    insurance_code varchar,
    payment_no varchar,                 -- the ticket, when it succeeded
    period_begin date,
    period_end date,
    amount decimal(16, 2),
    generated_at timestamp,
    submitted_at timestamp,             -- sent to the bank
    returned_at timestamp,
    return_code varchar,
    voided_at timestamp
);

create table world.person_payment (
    payment_no varchar,                 -- number of the ticket; of a payment through a household the number of its detail
    registration_key varchar,
    insurance_code varchar,
    fee_year int,
    kind_code varchar,                  -- 1 ordinary, 2 special due, 3 second payment of the same fee
    period_begin date,
    period_end date,
    amount decimal(16, 2),
    channel_code varchar,
    special_key varchar,
    household_payment_no varchar,
    ticket_no varchar,                  -- payment_no, or the household's ticket
    declared_at timestamp,
    issued_at timestamp,
    summarised_on date,
    remitted_at timestamp,
    settled_at timestamp,
    voided_at timestamp,                -- not paid, ticket voided
    remittance_returned_at timestamp,
    remittance_read_at timestamp,
    remittance_withdrawn_at timestamp,
    settlement_returned_at timestamp,
    settlement_read_at timestamp,
    posted_at timestamp,
    posting_fed_back_at timestamp       -- the agency tells tax that it has booked it
);

create table world.return_difference (  -- where a return row of a person's payment differs from the payment
    payment_no varchar,
    side varchar,                       -- remittance, settlement
    amount decimal(16, 2),              -- the value in the row; NULL = as the payment
    id_number varchar,
    name varchar,
    agency_code varchar,
    person_no varchar
);

create table world.household (          -- 虚拟户
    household_no varchar,
    kind_code varchar,                  -- 1 village, 2 school
    name varchar,
    town_code varchar,
    village_code varchar,
    school_code varchar,
    bureau_code varchar,
    agency_code varchar,
    contact_name varchar,
    contact_mobile varchar,
    account_no varchar,
    opened_on date
);

create table world.household_payment (
    household_payment_no varchar,
    household_no varchar,
    insurance_code varchar,
    bureau_code varchar,
    ticket_no varchar,
    period_begin date,
    period_end date,
    person_count int,
    amount decimal(16, 2),
    issued_at timestamp,
    summarised_on date,
    remitted_at timestamp,
    settled_at timestamp
);

create table world.person_refund (
    refund_no varchar,
    payment_no varchar,
    amount decimal(16, 2),
    reason_code varchar,                -- 1 paid twice, 2 dead, 3 enlisted, 4 moved away, 5 debited by mistake, 9 other
    applied_at timestamp,
    approved_at timestamp,
    refunded_at timestamp,
    sent_at timestamp,                  -- told to the department
    read_at timestamp
);

create table world.special_receipt (    -- 特殊缴费接收
    special_key varchar,
    receipt_no varchar,
    received_at timestamp,
    state_code varchar,                 -- 1 taken over, 2 failed
    fail_reason varchar,
    handled_at timestamp
);

create table world.person_message (     -- 接收报文: what tax received about persons, and how it went
    message_no varchar,
    kind_code varchar,                  -- 1 base info, 2 enrolment, 3 change
    department_code varchar,
    source_system varchar,
    person_no varchar,
    resident_key varchar,
    insurance_code varchar,
    sent_at timestamp,
    received_at timestamp,
    state_code varchar,                 -- 1 taken over, 2 failed
    fail_code varchar,
    fail_reason varchar,
    handled_at timestamp                -- sent again or corrected, and then taken over
);
