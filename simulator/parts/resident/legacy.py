"""What the old systems hold beside the living: rows without a counterpart, tests, and numbers that were not carried over."""

from typing import TYPE_CHECKING

from simulator.part import settings

if TYPE_CHECKING:
    from simulator.world import World

PART = "resident"


def remember(world: "World") -> None:
    """world.legacy_oddity: long dead or never real persons of the old systems, by their own numbers."""
    share = settings(PART)["legacy"]["garbage"]
    world.sql(
        f"""
        insert into world.legacy_oddity by name
        with old as (
            select department_code, f.resident_key, 'G' || f.old_person_no as key, f.old_person_no, r.id_number, r.name, f.agency_code, f.town_code
            from world.person_file as f join world.resident as r using (resident_key)
            where f.old_person_no is not null and f.place_no = 1 and chance(f.file_key, 'garbage') < {share}
        ),
        kinds as (
            select *, case when chance(key, 'kind') < 0.55 then 'dead' when chance(key, 'kind') < 0.70 then 'blank'
                when chance(key, 'kind') < 0.85 then 'duplicate' else 'test' end as kind_code from old
        )
        select department_code, left(old_person_no, 2) || '9' || substr(old_person_no, 4) as old_person_no, kind_code,
            case kind_code when 'duplicate' then resident_key end as resident_key,
            case kind_code when 'test' then '测试' || chance_int(key, 'number', 1, 99) when 'duplicate' then name else make_person_name(key) end as name,
            case kind_code when 'blank' then null else '201' end as id_type_code,
            case kind_code when 'dead' then make_id('450122', date '1920-01-01' + chance_int(key, 'born', 0, 4000), chance_int(key, 'sequence', 1, 998))
                when 'duplicate' then substr(id_number, 1, 6) || substr(id_number, 9, 9)
                when 'test' then '450100190001010000' end as id_number,
            agency_code, town_code
        from kinds
        """
    )
