"""What follows for the upkeep of registrations when every other part of the employers' city has been told: who can be tied, who is not ready."""

import datetime as dt
from typing import TYPE_CHECKING

from simulator.part import Block, Part, settings

if TYPE_CHECKING:
    from simulator.world import World


def populate(world: "World", block: Block, horizon: dt.date) -> None:
    """Nothing of its own: this part only reads what the others made."""


def tell(world: "World", block: Block) -> None:
    """What the states of all registrations at the anchor day mean, and near-misses of it."""
    end = f"timestamp '{world.params.anchor} 23:59:59'"
    world.sql(
        f"""
        create or replace temp table kept_live_tie as
        select registration_key, taxpayer_key, associated_at from world.fee_registration
        where associated_at <= {end} and coalesce(cancelled_at > {end}, true) and is_valid
            and fee_registration_no not in (select key from world.change where entity = 'fee_registration' and attribute = 'is_valid'
                and value = 'false' and changed_at <= {end});
        create or replace temp table kept_file_state as
        select t.taxpayer_key, t.employer_key, t.name, t.entity_type_code, t.bureau_code,
            coalesce(max_by(c.value, c.changed_at) filter (where c.attribute = 'status_code'), any_value(t.status_code)) as status_code,
            coalesce(max_by(c.value, c.changed_at) filter (where c.attribute = 'name'), any_value(t.name)) as name_now
        from world.taxpayer as t
        left join world.change as c on c.entity = 'taxpayer' and c.key = t.taxpayer_key and c.changed_at <= {end}
        where t.created_at <= {end}
        group by all;
        create or replace temp table kept_standing as
        select r.registration_key, r.employer_key, r.department_code, r.unit_type_code, r.is_project, r.base_sent_at, r.received_at,
            r.front_state_code, r.front_processed_at, r.pushed_at,
            coalesce(max_by(c.value, c.changed_at) filter (where c.attribute = 'name'), any_value(r.name)) as name,
            coalesce(max_by(c.value, c.changed_at) filter (where c.attribute = 'uscc'), any_value(r.uscc)) as uscc,
            coalesce(max_by(c.value, c.changed_at) filter (where c.attribute = 'status_code'), any_value(r.status_code)) as status_code
        from world.registration as r
        left join world.change as c on c.entity = 'registration' and c.key = r.registration_key and c.changed_at <= {end}
        where r.base_sent_at <= {end} and coalesce(r.base_withdrawn_at > {end} or r.base_resent_at <= {end}, true)
        group by all
        having coalesce(max_by(c.value, c.changed_at) filter (where c.attribute = 'status_code'), any_value(r.status_code)) = '1';
        create or replace temp table kept_untied as
        select s.*, s.registration_key in (select registration_key from world.fee_registration where associated_at <= {end}) as was_tied
        from kept_standing as s where s.registration_key not in (select registration_key from kept_live_tie);
        create or replace temp table kept_complete as
        select u.registration_key, max(f.taxpayer_key) as taxpayer_key
        from kept_untied as u
        join kept_file_state as f on f.employer_key = u.employer_key and replace(f.name_now, ' ', '') = replace(u.name, ' ', '')
        where not u.was_tied and f.status_code = '03' and f.entity_type_code = case u.unit_type_code when '92' then '1120' else '1110' end
            and (u.is_project or not exists (select 1 from kept_standing as o join kept_live_tie as l using (registration_key)
                where o.employer_key = u.employer_key and o.department_code = u.department_code and l.taxpayer_key = f.taxpayer_key
                    and not o.is_project))
        group by u.registration_key having count(*) = 1;
        """
    )
    delay = int(settings("tax_registry")["agreed_delays"]["A2.03"])
    world.note_truth(
        f"""
        select 'A2.03', registration_key, 'never_tied', received_at::date, workday_after(received_at, {delay} + 1), null::date
        from kept_untied join kept_complete using (registration_key)
        where (pushed_at is null or pushed_at > {end} or (front_state_code = '1' and front_processed_at <= {end}))
            and registration_key not in (select registration_key from world.registration_check where checked_at <= {end} and coalesce(solved_at > {end}, true))
            and workday_after(received_at, {delay} + 1) <= {end}
        """
    )
    world.note_truth(
        """
        select 'A2.10', u.registration_key || '|' || f.taxpayer_key, 'no_match', u.base_sent_at::date, u.base_sent_at::date, null::date
        from kept_untied as u join kept_file_state as f using (employer_key)
        where u.department_code = 'NHSA' and u.registration_key not in (select registration_key from kept_complete)
        """
    )
    own = """select n.key from world.near_miss as m join (
            select registration_key as key, employer_key from world.registration) as n on n.key = m.subject_key"""
    world.note_near_miss("A14.2", f"{own} where m.rule_id = 'A2.06'", "corrected to what the list says")
    world.note_near_miss("A14.2", f"{own} where m.rule_id = 'A2.01' and m.why = 'tied anew since'", "tied anew since")
    world.note_near_miss(
        "A2.10",
        """select u.registration_key || '|' || c.taxpayer_key from kept_untied as u join kept_complete as c using (registration_key)
        where u.department_code = 'NHSA'""",
        "matches completely, so it can be tied in bulk",
    )
    _not_ready(world, end)


def _not_ready(world: "World", end: str) -> None:
    delay = int(settings("tax_registry")["agreed_delays"]["A14.2"])
    world.sql(
        f"""
        create or replace temp table kept_kept_type as
        select s.registration_key, coalesce(max_by(k.unit_type_code, k.kept_at), any_value(s.unit_type_code)) as unit_type_code
        from kept_standing as s left join world.kept_unit_type as k on k.registration_key = s.registration_key and k.kept_at <= {end}
        group by s.registration_key;
        create or replace temp table kept_listed_type as
        select substr(uscc, 9, 9) as code, max_by(unit_type_code, supplied_at) as unit_type_code from world.unit_type_list
        where supplied_at <= {end} group by all;
        create or replace temp table kept_side as
        select s.*, substr(upper(trim(s.uscc)), 9, 9) as code, k.unit_type_code as kept, l.taxpayer_key, f.status_code as file_status
        from kept_standing as s join kept_kept_type as k using (registration_key) left join kept_live_tie as l using (registration_key)
        left join kept_file_state as f on f.taxpayer_key = l.taxpayer_key
        where not s.is_project;
        """
    )
    world.note_truth(
        f"""
        select 'A14.2', registration_key, 'not_ready', base_sent_at::date, workday_after(base_sent_at, {delay} + 1), null::date
        from kept_side
        where workday_after(base_sent_at, {delay} + 1) <= {end}
            and (
                coalesce(trim(uscc), '') = '' or taxpayer_key is null or file_status <> '03'
                or exists (select 1 from kept_side as o where o.employer_key = kept_side.employer_key and o.department_code <> kept_side.department_code
                    and coalesce(trim(o.uscc), '') <> '' and o.taxpayer_key <> kept_side.taxpayer_key)
                or coalesce(kept <> (select unit_type_code from kept_listed_type where kept_listed_type.code = kept_side.code),
                    exists (select 1 from kept_side as o where o.employer_key = kept_side.employer_key and o.department_code <> kept_side.department_code
                        and coalesce(trim(o.uscc), '') <> '' and o.kept <> kept_side.kept))
            )
        """
    )


PART = Part(name="registration_upkeep", kind="employer", populate=populate, tell=tell)
