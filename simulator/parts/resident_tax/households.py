"""Virtual households (虚拟户): a village or a school that declares for many persons and pays for them at once."""

from typing import TYPE_CHECKING

from simulator.part import Block

if TYPE_CHECKING:
    from simulator.world import World


def open_households(world: "World", block: Block) -> None:
    """A household for each village and each school of the block."""
    world.sql(
        f"""
        create or replace temp table pooled as
        select payments.*, case when payments.is_student and payments.school_code is not null then '2' || right(payments.school_code, 6)
            else '1' || format('{{:06d}}', village.village_no) end as household_no
        from new_payment as payments
        join village on village.village_code = payments.village_code
        where payments.channel_code = '41';

        insert into world.household
        select household_no, kind_code, name, town_code, village_code, school_code, bureau_code, agency_code,
            make_person_name(household_no || 'contact'), make_mobile(household_no || 'contact'),
            '62402' || household_no || format('{{:07d}}', chance_int(household_no, 'account', 0, 9999999)),
            date '2021-08-02' + chance_int(household_no, 'opened', 0, 380)
        from (
            select '1' || format('{{:06d}}', village_no) as household_no, '1' as kind_code, village_name || '虚拟户' as name, town_code, village_code,
                null as school_code, bureau_code, agency_code
            from village where village_no between {block.first} and {block.last}
            union all
            select '2' || format('{{:06d}}', school_no), '2', name || '虚拟户', town_code, village_code, school_code, bureau_code,
                (select agency_code from ref_agency where level = 'city')
            from world.school
        )
        """
    )


def pool(world: "World", block: Block) -> None:
    """What a household pays on a day for an insurance is one ticket; its details are the persons' payments.

    A school's pupils live in several blocks: it pays once for those of each block.
    """
    world.sql(
        f"""
        insert into world.household_payment (household_payment_no, household_no, insurance_code, bureau_code, ticket_no, period_begin, period_end,
            person_count, amount, issued_at, summarised_on)
        select 'XJ' || strftime(pay_on, '%y%m%d') || payer || kind, household_no, insurance_code, min(bureau_code),
            '4450' || kind || strftime(pay_on, '%y%m%d') || payer, period_begin, period_end, count(*), sum(amount),
            moment(pay_on, chance(payer || pay_on, 'household pays'), 900, 1010), pay_on
        from (
            select *, (case insurance_code when '10210' then 6 else 4 end + fee_year % 2)::varchar as kind,
                case when household_no like '2%' then '2' || '{block.number % 100:02d}' || right(household_no, 4) else household_no end as payer
            from pooled
        )
        group by household_no, payer, insurance_code, kind, pay_on, period_begin, period_end
        """
    )
