-- The employer client: accounts of handlers (经办人), for whom they work, and what does not go the usual way. Bindings, confirmations,
-- declarations, payments, prints and logins follow from these and from the employers' plans when the world is projected.

create table world.client_account (
    account_no varchar,             -- 'KH' and ten digits
    employer_key varchar,           -- under whose tax file it was registered; NULL: a bookkeeper's own
    name varchar,
    id_number varchar,
    mobile varchar,
    terminal_code varchar,          -- what the handler usually works with: 2 PC, 3 WeChat
    registered_at timestamp,
    cancelled_at timestamp
);

create table world.client_account_change ( -- a handler changes what he registered
    account_no varchar,
    attribute varchar,              -- id_number, mobile
    value varchar,
    changed_at timestamp
);

create table world.client_use (     -- an account works for an employer
    employer_key varchar,
    nth int,                        -- first, second handler …
    account_no varchar,
    starts_at timestamp,
    ends_at timestamp,              -- unbound by the handler; NULL = works on
    binds boolean                   -- false: has an account and binds nothing
);

create table world.client_attempt ( -- a try at binding beside the usual one; what comes of it follows from the state of that moment
    registration_key varchar,
    account_no varchar,
    tried_at timestamp
);

create table world.client_held (    -- the insurance items of a registration are not confirmed (until a moment)
    registration_key varchar,
    until_at timestamp
);

create table world.client_failure ( -- a declaration that the client refuses
    bill_key varchar,
    failed_at timestamp,
    cause_code varchar              -- 01 association changed, 02 files merged, 03 industry missing, 04 section not assigned
);

create table world.client_message ( -- text messages beside the usual ones
    account_no varchar,
    purpose_code varchar,           -- 1 registration, 2 login, 3 password reset, 4 binding
    sent_at timestamp,
    receipt_at timestamp,
    fail_code varchar               -- 01 blocked by the phone, 02 switched off, 03 no such number, 04 operator's gateway
);

create table world.client_outage (  -- the client cannot be reached
    starts_at timestamp,
    ends_at timestamp
);

create table world.client_gap (     -- the printable data of a ticket was not generated (until a moment)
    ticket_no varchar,
    until_at timestamp
);

create table world.client_print (   -- prints and tries to print beside the usual ones
    ticket_no varchar,
    place_code varchar,             -- 1 counter, 2 PC, 3 WeChat
    printed_at timestamp,
    fail_code varchar               -- 01 printed at the counter before, 02 no printable data; NULL = printed
);

create table world.client_counter_bill ( -- bills of client users that go over the counter beside the usual ones
    bill_key varchar
);
