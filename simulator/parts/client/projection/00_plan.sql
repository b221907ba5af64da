-- What follows from the final plans of employers, whatever the business date: bindings, confirmations, places of payment.
create or replace macro is_mobile(phone) as coalesce(regexp_full_match(phone, '(0|86|\+86)?1[3-9][0-9]{9}'), false);

-- ties with the moment from which they no longer hold, and the first of the three contacts whose phone takes a code
create or replace temp table client_tie as
select
    fees.fee_registration_no, fees.registration_key, fees.taxpayer_key, fees.bureau_code, fees.associated_at,
    least(fees.cancelled_at, invalid.at) as cancelled_at, struck.at as struck_at,
    registrations.employer_key, registrations.department_code, registrations.source_system, registrations.unit_no,
    row_number() over (partition by fees.registration_key order by fees.associated_at, fees.fee_registration_no) as nth,
    case when is_mobile(taxpayers.clerk_mobile) then 1 when is_mobile(taxpayers.finance_mobile) then 2
        when is_mobile(taxpayers.legal_mobile) then 3 end as contact_no
from world.fee_registration as fees
join world.registration as registrations using (registration_key)
join world.taxpayer as taxpayers on taxpayers.taxpayer_key = fees.taxpayer_key
left join (select key, min(changed_at) as at from world.change
           where entity = 'fee_registration' and attribute = 'is_valid' and value = 'false' group by key) as invalid
    on invalid.key = fees.fee_registration_no
left join (select key, min(changed_at) as at from world.change
           where entity = 'taxpayer' and attribute = 'status_code' and value <> '03' group by key) as struck
    on struck.key = fees.taxpayer_key
where fees.associated_at is not null and fees.is_valid;

-- a handler binds a tie soon after it stands: the same day, or the next working morning; one that was tied anew, within the hour
create or replace temp table client_binding as
with wanted as (
    select ties.*, uses.account_no, uses.nth as handler_no, greatest(ties.associated_at, uses.starts_at) as wanted_at,
        least(ties.cancelled_at + interval 1 minute, uses.ends_at) as ended_at,
        coalesce(ties.cancelled_at < uses.ends_at, ties.cancelled_at is not null) as is_ended_by_system
    from client_tie as ties
    join world.client_use as uses using (employer_key)
    where uses.binds and ties.contact_no is not null
        and (uses.ends_at is null or ties.associated_at < uses.ends_at)
        and (ties.cancelled_at is null or ties.cancelled_at > uses.starts_at)
        and (ties.struck_at is null or greatest(ties.associated_at, uses.starts_at) < ties.struck_at)
),
bound as (
    select *,
        case when nth > 1 or handler_no > 1
            or (chance(fee_registration_no, 'binds at once') < 0.7 and extract(hour from wanted_at) < 16 and is_workday(wanted_at))
            then wanted_at + to_minutes(chance_int(fee_registration_no || account_no, 'binds after', 25, 55))
            else moment(workday_after(wanted_at, 1), chance(fee_registration_no, 'binds at'), 520, 700) end as bound_at
    from wanted
)
select * from bound where ended_at is null or bound_at < ended_at;

-- insurance items go to the client for confirmation when the registration is tied, new ones when they are sent
create or replace temp table client_item as
with first_bound as (
    select fee_registration_no, min(bound_at) as bound_at, min_by(account_no, bound_at) as account_no from client_binding group by all
),
pushed as (
    select ties.fee_registration_no, ties.registration_key, ties.taxpayer_key, ties.department_code, ties.source_system, ties.unit_no,
        ties.cancelled_at, item.zsxm_code, item.zspm_code,
        greatest(ties.associated_at, enrolments.sent_at) + interval 10 minute as pushed_at, bound.bound_at, bound.account_no,
        chance(ties.registration_key || ties.nth, 'confirms')
            - (getvariable('client_confirmation_bureau_spread')[1] + (getvariable('client_confirmation_bureau_spread')[2] - getvariable('client_confirmation_bureau_spread')[1])
                * chance(ties.bureau_code, 'confirm spread')) as p
    from client_tie as ties
    join world.enrolment as enrolments on enrolments.registration_key = ties.registration_key and enrolments.sent_at is not null
    join item on item.insurance_code = enrolments.insurance_code
    left join first_bound as bound on bound.fee_registration_no = ties.fee_registration_no
),
usual as (
    select *,
        case
            when bound_at is null then null
            when p < getvariable('client_confirmation_at_once') then greatest(pushed_at, bound_at) + to_minutes(chance_int(fee_registration_no, 'confirm minutes', 3, 30))
            when p < getvariable('client_confirmation_at_once') + getvariable('client_confirmation_within_weeks')
                then moment(workday_after(greatest(pushed_at, bound_at), chance_int(fee_registration_no, 'confirm days', 1, 10)), chance(fee_registration_no, 'confirm at'), 520, 1000)
            when p < getvariable('client_confirmation_at_once') + getvariable('client_confirmation_within_weeks')
                    + getvariable('client_confirmation_within_months')
                then moment(greatest(pushed_at, bound_at)::date + chance_int(fee_registration_no, 'confirm late', 20, 90), chance(fee_registration_no, 'confirm at'), 520, 1000)
        end as usual_at
    from pushed
)
select usual.* exclude (usual_at, p),
    case when held.registration_key is null then usual_at else held.until_at end as wanted_at,
    case when wanted_at < coalesce(cancelled_at, 'infinity'::timestamp) then wanted_at end as confirmed_at,
    row_number() over (partition by usual.fee_registration_no, usual.zspm_code order by pushed_at) as copy
from usual
left join world.client_held as held using (registration_key)
qualify copy = 1;
