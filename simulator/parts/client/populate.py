"""Accounts of the employer client and the employers they work for."""

import datetime as dt
from typing import TYPE_CHECKING

from simulator import acts
from simulator.part import Block, settings

if TYPE_CHECKING:
    from simulator.world import World

GROUP = 8  # employers that share a bookkeeper live side by side


def populate(world: "World", block: Block, horizon: dt.date) -> None:
    """Accounts of the block's employers, their handlers' changes, bookkeepers; agreements are signed where the employer works."""
    use = settings("client")["use"]
    number = "lpad((employer_no * 10 + {n})::varchar, 10, '0')"
    person = "employer_no * 10 + {n}"
    world.sql(
        f"""
        create or replace temp table handler as
        with employers as (
            select e.employer_key, e.employer_no, e.bureau_code, e.is_institution, e.opened_on, e.closed_on,
                moment(client_from(e.employer_key, e.opened_on), 0.5, 500, 500) as starts_at,
                uses_client(e.employer_key, e.bureau_code) as binds,
                'KG' || ((e.employer_no - 1) // {GROUP})::varchar as circle,
                (e.employer_no - 1) // {GROUP} * {GROUP} + 1 as circle_no,
                t.clerk_name, chance(e.employer_key, 'own clerk') < {use["own_clerk_share"]} as is_clerk
            from world.employer as e
            left join (select employer_key, min_by(clerk_name, taxpayer_key) as clerk_name from world.taxpayer group by employer_key) as t
                on t.employer_key = e.employer_key
            where has_client_account(e.employer_key, e.bureau_code)
                and e.employer_key not in (select employer_key from world.client_use)
        )
        select *,
            date '2021-01-04' + chance_int(circle, 'bookkeeper since', 0, 240) as circle_from,
            -- whether a bookkeeper exists is settled by its circle's number alone, for its members may live in another block
            not is_institution and employer_no > circle_no and employer_key = 'E' || lpad(employer_no::varchar, 6, '0')
                and chance(circle, 'bookkeeper') < {use["bookkeeper_groups"]}
                and chance(employer_key, 'to the bookkeeper') < {use["bookkeeper_share"]} as is_kept,
            case when not is_kept and chance(employer_key, 'second handler') < {use["second_handler_share"]}
                then greatest(
                    moment(workday_not_before(date '2023-03-01' + chance_int(employer_key, 'handed over', 0, 1100)),
                        chance(employer_key, 'handed over at'), 540, 1000),
                    starts_at + interval 60 day) end as handed_over_at
        from employers;

        insert into world.client_account
        with accounts as (
            select 'KH' || {number.format(n=0)} as account_no, employer_key, employer_no, {person.format(n=0)} as person_no,
                case when is_clerk then clerk_name else make_person_name(employer_key || 'handler') end as name,
                starts_at - to_minutes(chance_int(employer_key, 'registered before', 5, 25)) as registered_at,
                case when chance(employer_key, 'left account') < 0.6 then handed_over_at + interval 1 day end as cancelled_at
            from handler where not is_kept
            union all
            select 'KH' || {number.format(n=1)}, employer_key, employer_no, {person.format(n=1)},
                make_person_name(employer_key || 'second handler'),
                handed_over_at - to_minutes(chance_int(employer_key, 'second registered', 10, 600)), null
            from handler where handed_over_at is not null
            union all
            select 'KH' || {number.format(n=9)}, null, employer_no, {person.format(n=9)}, make_person_name(circle || 'bookkeeper'),
                moment(circle_from, chance(circle, 'bookkeeper at'), 520, 1000), null
            from (
                select e.employer_no, 'KG' || ((e.employer_no - 1) // {GROUP})::varchar as circle,
                    date '2021-01-04' + chance_int(circle, 'bookkeeper since', 0, 240) as circle_from
                from world.employer as e
                where (e.employer_no - 1) % {GROUP} = 0 and chance(circle, 'bookkeeper') < {use["bookkeeper_groups"]}
            )
        )
        select account_no, employer_key, name,
            -- birthday and serial together are one for each person number
            make_id(pick(['450102', '450103', '450105', '450107', '450108', '450121', '450122', '450123', '450127', '452123'], chance(account_no, 'area')),
                date '1966-02-01' + ((person_no * 7919) % 12000)::int, 1 + (person_no // 12000) % 998),
            pick(['135', '136', '137', '138', '139', '150', '151', '158', '159', '180', '181', '186', '189', '199'], chance(account_no, 'prefix'))
                || lpad(((person_no * 9973 + 20011) % 100000000)::varchar, 8, '0'),
            case when chance(account_no, 'terminal') < {use["wechat_share"]} then '3' else '2' end,
            registered_at, cancelled_at
        from accounts
        where account_no not in (select account_no from world.client_account);

        insert into world.client_use
        select employer_key, 1,
            'KH' || case when is_kept then lpad((circle_no * 10 + 9)::varchar, 10, '0') else {number.format(n=0)} end,
            greatest(starts_at, case when is_kept then circle_from::timestamp + interval 1 day end), handed_over_at, binds
        from handler
        union all
        select employer_key, 2, 'KH' || {number.format(n=1)}, handed_over_at, null, binds from handler where handed_over_at is not null;

        -- a handler that is the tax clerk has the phone that the tax file knows
        update world.taxpayer set clerk_mobile = handlers.mobile
        from (
            select h.employer_key, a.mobile from handler as h
            join world.client_account as a on a.account_no = 'KH' || {number.format(n=0)}
            where h.is_clerk and not h.is_kept and h.handed_over_at is null
        ) as handlers
        where taxpayer.employer_key = handlers.employer_key;

        -- who does not work with the client signs at the counter
        update world.agreement set sign_channel_code = '1'
        where sign_channel_code = '2' and taxpayer_key not in (
            select t.taxpayer_key from world.taxpayer as t join world.employer as e using (employer_key)
            where uses_client(e.employer_key, e.bureau_code)
                and client_from(e.employer_key, e.opened_on) <= agreement.signed_on)
        """
    )
    from simulator.parts.client.story import outage_hours

    acts.perform(world, "client_unreachable", outage_hours(world), notes=False)
