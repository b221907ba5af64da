-- The treasury's working days: one for each treasury and working day of the history.
create table world.treasury_day (
    treasury_code varchar,
    bureau_code varchar,
    day date,
    next_day date,
    cut_at timestamp                -- the day is over, what comes later belongs to the next working day
);
