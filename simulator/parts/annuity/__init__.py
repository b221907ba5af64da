"""Occupational annuity at the clearing centre: agreements, verifications, debits, transfers, moves and income."""

import datetime as dt
from typing import TYPE_CHECKING

from simulator import plan
from simulator.acts import annuity as _acts
from simulator.engine import insert_rows
from simulator.params import choose_sql
from simulator.part import Block, Part, settings
from simulator.parts.annuity.report import report
from simulator.parts.annuity.story import tell

if TYPE_CHECKING:
    from simulator.world import World


def populate(world: "World", block: Block, horizon: dt.date) -> None:
    """Agreements of all units with annuity, their verification, and now and then a move to another client account."""
    own = settings("annuity")
    insert_rows(
        world.con,
        "world.annuity_setting",
        [(name, float(own[name])) for name in ("late_fee_per_day", "interest_per_year")],
    )
    insert_rows(
        world.con,
        "world.annuity_follow_up",
        [(code, found, done) for code, (found, done) in own["follow_ups"].items()],
    )
    banks = {row[0]: row[2] for row in world.params["banks"]}
    heads = " ".join(f"when '{row[0]}' then '{row[1]}'" for row in world.params["banks"])
    failed = " ".join(f"when '{code}' then '{text}'" for code, text in own["check_texts"].items())
    world.sql(
        f"""
        insert into world.annuity_agreement
        with parties as (
            select distinct registrations.registration_key, registrations.registration_no, registrations.employer_key, registrations.name,
                employers.employer_no, employers.opened_on,
                workday_not_before(employers.opened_on + chance_int(registrations.registration_key, 'annuity signed', 18, 30)) as signed_on,
                {choose_sql("chance(registrations.registration_key, 'annuity bank')", banks)} as bank_code
            from world.registration as registrations
            join world.enrolment as enrolments using (registration_key)
            join world.employer as employers on employers.employer_key = registrations.employer_key
            where enrolments.insurance_code = 'ZYNJ'
        )
        select 'NJ' || lpad(registration_no::varchar, 10, '0'), registration_key, employer_key,
            case when {plan.annuity_is_immediate(world, "registration_key")} then '1' else '2' end,
            'KH' || lpad(employer_no::varchar, 8, '0') || '01', bank_code,
            bank_code || '6110' || lpad(chance_int(registration_key, 'annuity branch', 100, 99999)::varchar, 5, '0'), name,
            case bank_code {heads} end || lpad(employer_no::varchar, 7, '0')
                || lpad(chance_int(registration_key, 'annuity account', 0, 99999999)::varchar, 8, '0'),
            case when chance(registration_key, 'annuity channel') < {own["client_share"]} then '2' else '1' end, signed_on,
            moment(signed_on, chance(registration_key, 'annuity signed at'), 540, 960), null, null, null
        from parties;
        insert into world.annuity_check
        with tries as (
            select *, chance(agreement_key, 'annuity retry') < {own["check_retry_share"]} as is_retried from world.annuity_agreement
        )
        select 'Z' || agreement_key || n, agreement_key, '1', created_at + to_minutes(case n when 1 then 4 else 34 end),
            created_at + to_minutes(case n when 1 then 5 else 35 end), case when is_retried and n = 1 then '24005' else '90000' end,
            case when is_retried and n = 1 then {f"case '24005' {failed} end"} else '交易成功' end, not (is_retried and n = 1), '1',
            case when is_retried and n = 1 then account_name || '（零余额账户）' else account_name end, null, null
        from tries cross join (select unnest([1, 2]) as n) where n = 1 or is_retried;
        insert into world.annuity_move
        select 'QY' || substr(agreement_key, 3) || '1', registration_key, agreement_key, client_account, left(client_account, 10) || '02', left_at,
            left_at::date + 1 + interval 2 hour, '1', left_at::date + 1 + interval 2 hour, null, null
        from (
            select *, moment(workday_not_before(month_first('{world.scale.history_start}') + chance_int(registration_key, 'annuity move day', 40, 380)),
                chance(registration_key, 'annuity move at'), 540, 1020) as left_at
            from world.annuity_agreement where chance(registration_key, 'annuity move') < {own["move_share"]}
        ) where left_at > created_at;
        """
    )
    if not block.told:
        _acts.note_refused_annuity(world, _acts.REFUSED)


PART = Part("annuity", "employer", populate, tell, report)
