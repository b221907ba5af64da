-- What the bank side and the treasury know beside tickets and deductions. Everything usual follows from those in the projection, as they
-- are in the end; here is only what differs from the usual, and what the projection needs of params.yml.
create table world.bank_block (block_no int);           -- number of the employer block: packs and statement sheets are made by block

create table world.bank_setting (name varchar, value double); -- shares of params.yml

create table world.raw_answer (     -- how banks word an answer: one of these stands in the TIPS result
    return_code varchar,            -- as the levy subsystem decoded it
    raw_code varchar,
    raw_text varchar,
    low double,                     -- bounds of a chance in [0, 1)
    high double
);

create table world.batch_left (     -- failed batch items that nobody takes off the to-deduct list
    ticket_no varchar,
    cleared_at timestamp            -- NULL = never
);

create table world.tips_case (      -- TIPS and levy subsystem do not know the same about a deduction
    deduction_key varchar,
    kind varchar,                   -- missing, amount, deducted (levy: failed), twice, slow (bank done, answer came later)
    happened_at timestamp,          -- when the bank did it: deducted, twice, slow
    difference decimal(16, 2)       -- amount
);

create table world.voucher_failure ( -- no voucher number could be obtained for a bank-side query ticket
    ticket_no varchar,
    ends_at timestamp,              -- the request that succeeds; NULL = never
    reason varchar
);

create table world.treasury_case (  -- the treasury's statement differs from the levy subsystem's settlements
    ticket_no varchar,
    insurance_code varchar,
    kind varchar,                   -- missing, doubled, amount, shifted (booked in the statement of another day)
    difference decimal(16, 2),      -- amount
    stated_on date                  -- shifted
);

create table world.agreement_check ( -- verifications of tri-party agreements that did not go the usual way
    check_no varchar,
    agreement_key varchar,
    kind_code varchar,              -- 1 newly signed, 2 changed, 3 once more
    sent_at timestamp,
    returned_at timestamp,
    return_code varchar,
    raw_text varchar
);

-- the treasury that books a bureau's money, and when its working day is cut over: earlier on plain days, late at the month's and year's end
create macro treasury_of(bureau_code) as '2611' || substr(bureau_code, 4, 6);
create macro treasury_cut(treasury_code, day) as
    case
        when extract(month from day::date) = 12 and extract(month from workday_after(day, 1)) = 1
            then moment(day, chance(treasury_code || day::date::varchar, 'cut-over'), 1350, 1380)
        when to_period(workday_after(day, 1)) <> to_period(day::date)
            then moment(day, chance(treasury_code || day::date::varchar, 'cut-over'), 1200, 1230)
        else moment(day, chance(treasury_code || day::date::varchar, 'cut-over'), 1090, 1130)
    end;
-- the treasury day of a moment: that day, or the next working day when it was over
create macro treasury_day(treasury_code, t) as
    case when is_workday(t) and t <= treasury_cut(treasury_code, t::date) then t::date else workday_after(t, 1) end;
