-- What does not fit between the staff that employers initialised, their additions and removals and the latest bill: bases outside the
-- year's band, persons billed and not in the staff, removed and still billed, in the staff and not billed; and bills to which their
-- persons do not add up. A person is named once, with the first reason that holds. Grain: employee or bill.
with member as (
    select
        staff.*,
        -- the band of the year in which the base was told
        floor_of.base_year,
        floor_of.floor_amount,
        floor_of.ceiling_amount,
        coalesce(staff.change_code = '2' and staff.change_period is not null, false) as is_removed
    from {{ ref('int_staff_member') }} as staff
    left join {{ ref('int_base_limit') }} as floor_of
        on cast(coalesce(staff.initialised_at, staff.change_declared_at) as date) between floor_of.valid_from_date and floor_of.valid_to_date
),

wrong_member as (
    select
        member.*,
        coalesce(roster_base, change_base) as told_base,
        case
            when not is_removed and coalesce(roster_base, change_base) < floor_amount then 'base_below_floor'
            when not is_removed and coalesce(roster_base, change_base) > ceiling_amount then 'base_above_ceiling'
            when is_billed and not is_in_roster and change_code is null then 'not_in_staff'
            when is_billed and is_removed and billed_period > change_period then 'removed_still_billed'
            when
                not is_billed
                and not is_removed
                and has_ordinary_bill
                and change_code = '1'
                and change_period <= billed_period
                and change_declared_at < billed_at
                then 'added_not_billed'
            when not is_billed and change_code is null and has_ordinary_bill and initialised_at < billed_at then 'staff_not_billed'
        end as reason_code
    from member
),

persons as (
    select
        bill_key,
        count(*) as billed_person_count
    from {{ ref('int_staff_bill_person') }}
    group by bill_key
),

wrong_bill as (
    select
        staff_bill.bill_key,
        cast(staff_bill.header_person_count as bigint) as header_person_count,
        coalesce(persons.billed_person_count, 0) as billed_person_count,
        staff_bill.header_amount,
        staff_bill.detail_amount,
        case
            when staff_bill.header_person_count <> coalesce(persons.billed_person_count, 0) then 'persons_differ'
            when staff_bill.header_amount <> staff_bill.detail_amount then 'amount_differs'
        end as reason_code
    from {{ ref('int_staff_bill') }} as staff_bill
    left join persons on staff_bill.bill_key = persons.bill_key
)

select
    {{ finding_of(
        'A14.4', 'employee', alias='wrong_member',
        reason='wrong_member.reason_code',
        since="case when wrong_member.reason_code in ('base_below_floor', 'base_above_ceiling') then coalesce(wrong_member.initialised_at, wrong_member.change_declared_at) else wrong_member.billed_at end",
        evidence='“{unit.unit_name}”（{unit.department_code|department}单位编号{unit.unit_no}）的一名职工'
            ~ "{case wrong_member.reason_code when 'base_below_floor' then '初始化缴费基数' || cast(wrong_member.told_base as string) || '元低于' || wrong_member.base_year || '年度下限' || cast(wrong_member.floor_amount as string) || '元' when 'base_above_ceiling' then '初始化缴费基数' || cast(wrong_member.told_base as string) || '元高于' || wrong_member.base_year || '年度上限' || cast(wrong_member.ceiling_amount as string) || '元' when 'not_in_staff' then '在征集明细中，但不在单位职工初始化名单，也没有增员' when 'removed_still_billed' then '已减员（生效' || wrong_member.change_period || '），仍被核定' || wrong_member.billed_period || '的费款' when 'added_not_billed' then '已增员（生效' || wrong_member.change_period || '），' || wrong_member.billed_period || '的征集明细中没有该职工' else '在初始化名单中，' || wrong_member.billed_period || '的征集明细中没有该职工' end|phrase}"
            ~ '；与{unit.department_code|department}核实并更正后解除。',
        values={
            'department_code': 'unit.department_code', 'bureau_code': 'unit.bureau_code', 'agency_code': 'unit.agency_code',
            'town_code': 'unit.town_code', 'taxpayer_key': 'unit.taxpayer_key', 'period': 'wrong_member.billed_period',
            'amount': 'wrong_member.billed_amount',
        },
    ) }},
    unit.unit_name,
    unit.unit_no,
    wrong_member.person_no,
    wrong_member.told_base,
    wrong_member.floor_amount,
    wrong_member.ceiling_amount,
    wrong_member.change_code,
    wrong_member.change_period,
    wrong_member.billed_base,
    cast(null as bigint) as header_person_count,
    cast(null as bigint) as billed_person_count,
    cast(null as decimal(18, 2)) as header_amount,
    cast(null as decimal(18, 2)) as detail_amount
from wrong_member
inner join {{ ref('int_registration') }} as unit on wrong_member.registration_key = unit.registration_key
where wrong_member.reason_code is not null

union all

select
    {{ finding_of(
        'A14.4', 'bill',
        reason='wrong_bill.reason_code',
        since='coalesce(bill.sent_at, bill.support_received_at)',
        evidence='“{unit.unit_name}”（{unit.department_code|department}单位编号{unit.unit_no}）{bill.period|month}的征集单（流水号{bill.notice_serial}、批次{bill.batch_no}）'
            ~ "{case wrong_bill.reason_code when 'persons_differ' then '汇总人数' || cast(wrong_bill.header_person_count as string) || '人，明细' || cast(wrong_bill.billed_person_count as string) || '人' else '汇总金额' || cast(wrong_bill.header_amount as string) || '元，明细合计' || cast(wrong_bill.detail_amount as string) || '元' end|phrase}"
            ~ '，个人之和与单位不一致；与{unit.department_code|department}核实并更正后解除。',
    ) }},
    unit.unit_name,
    unit.unit_no,
    cast(null as string) as person_no,
    cast(null as decimal(18, 2)) as told_base,
    cast(null as decimal(18, 2)) as floor_amount,
    cast(null as decimal(18, 2)) as ceiling_amount,
    cast(null as string) as change_code,
    cast(null as string) as change_period,
    cast(null as decimal(18, 2)) as billed_base,
    wrong_bill.header_person_count,
    wrong_bill.billed_person_count,
    wrong_bill.header_amount,
    wrong_bill.detail_amount
from wrong_bill
inner join {{ ref('int_bill') }} as bill on wrong_bill.bill_key = bill.bill_key
left join {{ ref('int_registration') }} as unit on bill.registration_key = unit.registration_key
where wrong_bill.reason_code is not null
