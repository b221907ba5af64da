-- Occupational annuity (职业年金) at the clearing centre: who signed, how it is debited, what was transferred. Debits themselves are the
-- deductions of the annuity tickets; transfers follow from them in the projection, except the cases here.
create table world.annuity_setting (name varchar, value double); -- numbers of params.yml

create table world.annuity_agreement (
    agreement_key varchar,
    registration_key varchar,
    employer_key varchar,
    way_code varchar,               -- 1 debited at once, 2 collected in rounds
    client_account varchar,         -- account of the employer client it was first bound to
    bank_code varchar,
    bank_no varchar,
    account_name varchar,
    account_no varchar,
    sign_channel_code varchar,
    signed_on date,
    created_at timestamp,
    changed_at timestamp,           -- account changed; from then on the new one
    new_account_no varchar,
    ended_at timestamp
);

create table world.annuity_check (  -- verifications by the bank
    check_no varchar,
    agreement_key varchar,
    kind_code varchar,              -- 1 newly signed, 2 changed, 3 once more
    sent_at timestamp,
    returned_at timestamp,
    return_code varchar,
    return_text varchar,
    is_name_same boolean,
    account_state_code varchar,     -- 1 in order, 2 frozen, 3 closed, 4 unknown to the bank
    registered_name varchar,        -- the account's name at the bank
    follow_up varchar,              -- what the finance centre found out
    followed_at timestamp
);

create table world.annuity_transfer_case ( -- what the clearing centre's statement has otherwise than the tickets
    bill_key varchar,
    kind varchar,                   -- missing, amount, own (paid in by the unit itself), twice
    difference decimal(16, 2),
    transferred_at timestamp,       -- own, twice: when it was transferred
    reversed_at timestamp           -- twice: when the second one was reversed
);

create table world.annuity_move (   -- the unit changed its client account, the agreement has to follow
    move_no varchar,
    registration_key varchar,
    agreement_key varchar,
    old_account varchar,
    new_account varchar,
    changed_at timestamp,
    moved_at timestamp,             -- NULL = has not been moved
    state_code varchar,             -- once tried: 1 moved, 3 cannot be moved; 0 never tried
    tried_at timestamp,
    reason varchar,
    moved_account_no varchar        -- bank account in the moved agreement, where it differs
);

create table world.annuity_follow_up ( -- what the clearing centre finds out about a failed debit, from params.yml
    return_code varchar,
    found varchar,
    done varchar
);
