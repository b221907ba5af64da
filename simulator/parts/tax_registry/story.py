"""The story of the tax core around the anchor day: registrations and bills stuck on their inner way, merges, projects, staff."""

from typing import TYPE_CHECKING

from simulator import acts
from simulator.part import Block, settings
from simulator.parts.tax_registry import upkeep
from simulator.parts.tax_registry.cast import Cast, Newcomer, Notice
from simulator.parts.tax_registry.populate import name_projects
from simulator.world import quoted

if TYPE_CHECKING:
    from simulator.world import World

WITH_PROJECT = ("HRSS", "NHSA", "HRSS/QYMS/project")
LAST_AUTUMN = "2025-09-08"  # long enough to be settled, too short to be without data
NEWCOMERS = [
    # on the way from the support platform to the front database
    Newcomer("push1", -6), Newcomer("push2", -5), Newcomer("push3", -3),
    Newcomer("front1", -6), Newcomer("front2", -7), Newcomer("front3", -3),
    Newcomer("fail1", -5), Newcomer("fail2", -8),
    Newcomer("order", -6), Newcomer("district", -7), Newcomer("lost", -5),
    Newcomer("bureau1", -6), Newcomer("bureau2", -6),
    # cannot be tied at the counter
    Newcomer("refuse2", LAST_AUTUMN), Newcomer("refuse3", LAST_AUTUMN, departments=("HRSS", "NHSA", "HRSS/QYMS")),
    Newcomer("refuse4", -20), Newcomer("refuse5", -25),
    Newcomer("merge1", LAST_AUTUMN), Newcomer("merge2", LAST_AUTUMN),
    # files that are not in order
    Newcomer("type1", LAST_AUTUMN), Newcomer("type2", LAST_AUTUMN), Newcomer("list1", LAST_AUTUMN, unit_type="12"),
    Newcomer("list2", LAST_AUTUMN, unit_type="12"), Newcomer("nodata", "2023-03-08"), Newcomer("scope", LAST_AUTUMN, urban=True),
    Newcomer("restored", LAST_AUTUMN),
    # whose bills get stuck
    Newcomer("stuck", LAST_AUTUMN), Newcomer("check", LAST_AUTUMN), Newcomer("office", LAST_AUTUMN, unit_type="12"),
    Newcomer("untied", LAST_AUTUMN), Newcomer("section", LAST_AUTUMN), Newcomer("stale1", LAST_AUTUMN), Newcomer("stale2", LAST_AUTUMN),
    Newcomer("batch", LAST_AUTUMN, channel="2"),
    Newcomer("build1", LAST_AUTUMN, departments=WITH_PROJECT, project=True), Newcomer("build2", LAST_AUTUMN, departments=WITH_PROJECT, project=True),
    Newcomer("build3", LAST_AUTUMN, departments=WITH_PROJECT, project=True),
    Newcomer("staff1", LAST_AUTUMN), Newcomer("staff2", LAST_AUTUMN), Newcomer("staff3", LAST_AUTUMN),
]  # fmt: skip
SOCIAL, MEDICAL, INJURY = ("10202", "10204"), ("10203", "10299-03"), ("10204",)
NOTICES = [
    Notice("merge1", 1, "HRSS", -30, SOCIAL, pay=-26), Notice("merge1", 2, "HRSS", -5, SOCIAL, pay=4),
    Notice("merge2", 1, "HRSS", -30, SOCIAL, pay=-26), Notice("merge2", 2, "HRSS", -5, SOCIAL, pay=4),
    *[Notice("stuck", n, "HRSS", sent, SOCIAL, pay=9) for n, sent in ((1, -5), (2, -6), (3, -5), (4, -4), (5, -2))],
    Notice("stuck", 6, "HRSS", -6, SOCIAL), Notice("stuck", 7, "HRSS", -3, SOCIAL, pay=8),
    *[Notice("stuck", n, "NHSA", sent, MEDICAL) for n, sent in ((1, -9), (2, -8), (3, -7), (4, -9))],
    *[Notice("stuck", n, "NHSA", -5, MEDICAL, pay=8) for n in (5, 6)],
    Notice("check", 1, "HRSS", -6, ("10201", "10202", "10204"), rate=(0.20, 0.08)), Notice("check", 2, "HRSS", -4, ("10201", "10202"), pay=3),
    Notice("check", 1, "NHSA", -6, ("10205", "10203"), rate=(0.007, 0.0)),
    Notice("office", 1, "HRSS", -7, ("10211", "ZYNJ")), Notice("office", 2, "HRSS", -7, ("10211",), rate=(0.20, 0.08)),
    Notice("office", 3, "HRSS", -5, ("10211",), pay=2),
    *[Notice(tag, n, "HRSS", -5, SOCIAL) for tag in ("untied", "section") for n in (1, 2)],
    Notice("stale1", 2, "HRSS", -6, SOCIAL, pay=7), Notice("stale1", 3, "HRSS", -6, SOCIAL),
    Notice("stale1", 1, "HRSS", -4, SOCIAL, pay=6), Notice("stale2", 1, "HRSS", -4, SOCIAL),
    Notice("batch", 1, "HRSS", -14, SOCIAL), Notice("batch", 1, "NHSA", -14, MEDICAL),
    *[Notice("build1", n, "HRSS", sent, INJURY, pay=pay, project=True) for n, sent, pay in (
        (1, -6, None), (2, -5, None), (3, -5, 7), (4, -8, -4), (5, -9, -6), (6, -9, -5), (7, -8, -3), (8, -7, -2), (9, -6, None))],
    *[Notice("build2", n, "HRSS", -6, INJURY, project=True) for n in (1, 2)],
    *[Notice("build3", n, "HRSS", sent, INJURY, pay=pay, project=True) for n, sent, pay in ((1, -5, 7), (2, -8, -3), (3, -7, None))],
    *[Notice(tag, 1, "HRSS", -22, ("10201", "10202"), pay=-18) for tag in ("staff1", "staff2", "staff3")],
]  # fmt: skip


def tell(world: "World", block: Block) -> None:
    """Plant everything: newcomers and their bills first, then what befalls them."""
    cast = Cast(world, block)
    gaps = settings("tax_codes")["setup_gaps"]
    gap_files = [Newcomer(f"gap{n}", LAST_AUTUMN, bureau=str(gap[0])) for n, gap in enumerate(gaps)]
    gap_bills = [Notice(f"gap{n}", 1, "NHSA", -5, (str(item), "10203")) for n, (_, item, _, _, _) in enumerate(gaps)]
    cast.enter([*NEWCOMERS, *gap_files, *upkeep.NEWCOMERS])
    cast.send([*NOTICES, *gap_bills, *upkeep.NOTICES])
    _registrations(world, cast)
    _associations(world, cast)
    _files(world, cast)
    _bills(world, cast)
    _single_pushes(world, cast)
    _setup_gaps(world, cast, gaps)
    _batches(world, cast)
    _projects(world, cast)
    _staff(world, cast)
    _messages(world, cast)
    upkeep.tell(world, cast)
    _what_follows(world, cast, block)


def _registrations(world: "World", cast: Cast) -> None:
    day = cast.day
    acts.perform(world, "push_not_shared", cast.registrations("push1", "NHSA"))
    acts.perform(world, "push_not_shared", cast.registrations("push2", "HRSS"), until=day(2))
    acts.perform(world, "push_not_shared", cast.registrations("push3", "HRSS"), until=day(-2))
    acts.perform(world, "shared_not_in_front", cast.registrations("front1", "HRSS"))
    acts.perform(world, "shared_not_in_front", cast.registrations("front2", "NHSA"), is_pushed=True, until=day(3))
    acts.perform(world, "shared_not_in_front", cast.registrations("front3", "NHSA"), is_pushed=True, until=day(-2))
    acts.perform(world, "no_section", cast.registrations("fail1", "HRSS"))
    acts.perform(world, "front_registration_fails", cast.registrations("fail1", "HRSS"), reason="未分配科所")
    acts.perform(world, "front_registration_fails", cast.registrations("fail2", "NHSA"), reason="户籍无效")
    acts.perform(world, "enrolment_before_base", cast.registrations("order", "NHSA"))
    acts.perform(world, "wrong_district", cast.registrations("district", "HRSS"))
    acts.perform(world, "lost_in_exchange", cast.registrations("lost", "NHSA"))
    acts.perform(world, "no_bureau", cast.registrations("bureau1", "NHSA"))
    acts.perform(world, "no_taxpayer", cast.employers("bureau2"))
    acts.perform(world, "no_bureau", cast.registrations("bureau2", "HRSS"))
    world.note_near_miss(
        "A2.05", cast.registrations("bureau2", "HRSS"), "no taxpayer of that credit code, so nothing to propose"
    )


def _associations(world: "World", cast: Cast) -> None:
    day = cast.day
    for tag, check in (("refuse4", "R04"), ("refuse5", "R05")):
        for department in ("HRSS", "NHSA"):
            acts.perform(world, "not_associated", cast.registrations(tag, department))
            acts.perform(world, "association_refused", cast.registrations(tag, department), check=check)
    acts.perform(world, "taxpayer_struck_off", cast.taxpayers("refuse5"), on=day(-26))
    acts.perform(world, "association_cancelled", cast.registrations("refuse2", "NHSA"), on=day(-9))
    acts.perform(world, "association_refused", cast.registrations("refuse2", "NHSA"), check="R02", on=day(-8))
    second = cast.registrations("refuse3", "HRSS", second=True)
    acts.perform(world, "not_associated", second)
    acts.perform(world, "association_refused", second, check="R03", on=day(-7))
    acts.perform(world, "files_merged", cast.employers("merge1"), on=day(-8))
    acts.perform(world, "association_refused", cast.registrations("merge1", "HRSS"), check="R01", on=day(-6))
    acts.perform(world, "files_merged", cast.employers("merge2"), on=day(-8), moved=True)
    for department in ("HRSS", "NHSA"):
        world.note_near_miss("B3.2", cast.registrations("merge2", department), "tied to the file that stays")


def _files(world: "World", cast: Cast) -> None:
    day = cast.day
    acts.perform(world, "unit_type_differs", cast.registrations("type1", "NHSA"))
    acts.perform(world, "association_cancelled", cast.registrations("type2", "NHSA"), on=day(-12))
    acts.perform(world, "unit_type_differs", cast.registrations("type2", "NHSA"), seen=False)
    world.note_near_miss("A9.9", cast.taxpayers("type2"), "the registration of the other type is no longer tied")
    acts.perform(world, "listed_with_other_type", cast.employers("list1"), supplied=day(-20))
    acts.perform(world, "listed_with_other_type", cast.employers("list2"), supplied=day(-21), corrected=day(-15))
    for department in ("HRSS", "NHSA"):
        world.note_near_miss(
            "A2.06", cast.registrations("list2", department), "corrected by a clerk after the list came"
        )
    acts.perform(world, "agency_out_of_scope", cast.registrations("scope", "NHSA"))
    acts.perform(world, "abnormal_and_restored", cast.taxpayers("restored"), on=day(-24), restored=day(-17))
    world.note_near_miss("A9.8", cast.taxpayers("restored"), "abnormal for a week, restored since")


def _bills(world: "World", cast: Cast) -> None:
    day = cast.day
    for number, shared, until in ((1, False, None), (2, True, None), (3, False, 3), (4, True, -3), (5, False, 4)):
        acts.perform(
            world, "received_not_pushed", cast.bills("stuck", "HRSS", number), is_shared=shared,
            until=None if until is None else day(until),
        )  # fmt: skip
    withdrawn = cast.bills("stuck", "HRSS", 6)
    acts.perform(world, "received_not_pushed", withdrawn)
    acts.perform(world, "bill_withdrawn", withdrawn, on=day(-3))
    world.note_near_miss("A3.02", withdrawn, "withdrawn by the agency before it was pushed")
    quick = cast.bills("stuck", "HRSS", 7)
    acts.perform(world, "received_not_pushed", quick, until=day(-2))
    world.note_near_miss("A3.02", quick, "pushed the next morning")
    acts.perform(
        world, "front_bill_fails", cast.bills("stuck", "NHSA", 5), reason="未分配科所", redelivered=day(-3), heals=True
    )
    world.note_near_miss("A3.04", cast.bills("stuck", "NHSA", 5), "delivered anew and processed")
    taken_back = cast.bills("stuck", "NHSA", 6)
    acts.perform(world, "front_bill_fails", taken_back, reason="核心系统返回异常")
    acts.perform(world, "bill_withdrawn", taken_back, on=day(-3))
    world.note_near_miss("A3.04", taken_back, "withdrawn by the agency after it had failed")
    acts.perform(world, "write_off_stuck", cast.bills("stuck", "NHSA", 1), on=day(-7))
    acts.perform(world, "write_off_stuck", cast.bills("stuck", "NHSA", 2), on=day(-5), until=day(2))
    acts.perform(world, "write_off_stuck", cast.bills("stuck", "NHSA", 3), on=day(-5), until=day(-4))
    acts.perform(world, "write_off_stuck", cast.bills("stuck", "NHSA", 4), on=day(-6), refused=day(-5))
    world.note_near_miss(
        "A3.05",
        "select bill_key from world.bill where tax_voided_at < write_off_at + interval 1 day",
        "voided within a day of the write-off",
    )
    acts.perform(world, "intercepted", cast.bills("check", "HRSS", 1), check="B12")
    world.note_near_miss("A3.01", cast.bills("check", "HRSS", 2), "sent anew with the right rate")
    acts.perform(world, "intercepted", cast.bills("check", "NHSA", 1), check="B14")
    acts.perform(world, "intercepted", cast.bills("office", "HRSS", 1), check="B13")
    acts.perform(world, "intercepted", cast.bills("office", "HRSS", 2), check="B11")
    world.note_near_miss("A3.01", cast.bills("office", "HRSS", 3), "pension alone, at the right rate")


def _single_pushes(world: "World", cast: Cast) -> None:
    """Why a single push fails: no tie, a tie that was not taken over, another tie since, no section."""
    day = cast.day
    for department in ("HRSS", "NHSA"):
        acts.perform(world, "not_associated", cast.registrations("untied", department))
    acts.perform(world, "single_push_fails", cast.bills("untied", "HRSS", 1), reason="户籍未关联", on=day(-3))
    acts.perform(world, "front_bill_fails", cast.bills("untied", "HRSS", 2), reason="户籍未关联")
    acts.perform(world, "no_section", cast.registrations("section", "HRSS"))
    acts.perform(world, "single_push_fails", cast.bills("section", "HRSS", 1), reason="未分配科所", on=day(-3))
    acts.perform(
        world,
        "front_bill_fails",
        cast.bills("section", "HRSS", 2),
        reason="未分配科所",
        redelivered=day(-2),
        is_assignment=True,
    )
    acts.perform(world, "copy_not_synced", cast.registrations("stale1", "HRSS"), until=day(3))
    acts.perform(
        world,
        "single_push_fails",
        cast.bills("stale1", "HRSS", 1),
        reason="已关联未同步至支撑平台",
        on=day(-3),
        succeeds=day(3),
    )
    again = cast.bills("stale1", "HRSS", 2)
    acts.perform(world, "single_push_fails", again, reason="已关联未同步至支撑平台", on=day(-5), succeeds=day(-4))
    world.note_near_miss("A3.06", again, "the next push succeeded")
    void = cast.bills("stale1", "HRSS", 3)
    acts.perform(world, "single_push_fails", void, reason="已关联未同步至支撑平台", on=day(-4))
    acts.perform(world, "bill_withdrawn", void, on=day(-3))
    world.sql(
        f"update world.truth set visible_to = date '{day(-3)}' where rule_id = 'A3.06' and subject_key in ({void})"
    )
    world.note_near_miss("A3.06", void, "withdrawn by the agency after the push had failed")
    acts.perform(world, "files_merged", cast.employers("stale2"), on=day(-12), moved=True)
    acts.perform(world, "copy_not_synced", cast.registrations("stale2", "HRSS"))
    acts.perform(world, "single_push_fails", cast.bills("stale2", "HRSS", 1), reason="关联变更", on=day(-2))


def _setup_gaps(world: "World", cast: Cast, gaps: list[list[str]]) -> None:
    """Bills that met a gap in the accounting set-up: those processed between the end and the renewal."""
    for n, (_, _, part, ended, renewed) in enumerate(gaps):
        part_name = "单位" if part == "1" else "个人"
        bills = cast.bills(f"gap{n}", "NHSA", 1)
        inside = (f"{bills} and front_processed_at >= date '{ended}' + 1 and front_processed_at < date '{renewed}'")  # fmt: skip
        acts.perform(world, "front_bill_fails", inside, reason=f"{part_name}缴纳会统配置缺失", redelivered=cast.day(-2))


def _batches(world: "World", cast: Cast) -> None:
    acts.perform(world, "booked_elsewhere", cast.bills("batch", "HRSS", 1), bureau="14501030000")
    acts.perform(world, "agency_differs", cast.bills("batch", "NHSA", 1), agency="4500000201450000")


def _projects(world: "World", cast: Cast) -> None:
    day = cast.day
    new = f"employer_key in ({cast.employers('build1')} union all {cast.employers('build2')} union all {cast.employers('build3')})"
    world.sql(
        f"""
        insert into world.project
        select 'GC' || lpad(r.registration_no::varchar, 7, '0') || lpad(k::varchar, 2, '0'), r.registration_key,
            town.town_name || make_brand(r.registration_key || k) || '商住小区工程',
            town.district_name || town.town_name || make_street(r.registration_key || k),
            substr(r.bureau_code, 2, 6), cents(9000000 + 1000000 * k), r.base_sent_at::date + 3, r.base_sent_at::date + 800,
            r.base_sent_at + interval 1 day
        from world.registration as r join town on town.town_code = r.town_code
        cross join (select unnest(range(1, 10)) as k) as numbers
        where r.is_project and r.{new};
        """
    )
    name_projects(world, f"select bill_key from world.bill where is_project and {new}")
    # each bill of a builder is for a project of its own, so that what is wrong with one touches no other
    world.sql(
        f"""
        update world.bill_project set project_no = p.project_no, name = p.name, address = p.address, district_code = p.district_code
        from world.bill as b join world.project as p on p.registration_key = b.registration_key
            and ends_with(p.project_no, lpad(b.bill_no::varchar, 2, '0'))
        where b.bill_key = bill_project.bill_key and b.{new}
        """
    )

    def build(number: int) -> str:
        return cast.bills("build1", "HRSS", number)

    acts.perform(world, "project_district_unknown", build(1), district="450100")
    acts.perform(world, "project_district_unknown", build(2), district=None)
    acts.perform(world, "project_district_unknown", build(3), district="451421", corrected=day(2))
    world.sql(f"update world.bill_project set district_code = '450191' where bill_key in ({build(4)})")
    world.sql(
        f"update world.project set district_code = '450191' where project_no in (select project_no from world.bill_project where bill_key in ({build(4)}))"
    )
    world.note_near_miss("A1.12", build(4), "the code of a zone, one of the agreed ones")
    world.note_near_miss("A4.8", build(4), "the code of a zone, one of the agreed ones")
    acts.perform(world, "project_info_differs", build(5), what="unknown_number")
    acts.perform(world, "project_info_differs", build(6), what="name")
    acts.perform(world, "project_info_differs", build(7), what="address", corrected=day(3))
    acts.perform(world, "project_info_differs", build(8), what="brackets")
    world.note_near_miss("A4.8", build(8), "pushed like any other, whatever its name")
    acts.perform(world, "project_flag_differs", build(9))
    both = cast.bills("build2", "HRSS", 2)  # district and tie are wrong
    acts.perform(world, "project_district_unknown", both, district="450999")
    acts.perform(world, "project_not_associated", cast.bills("build2", "HRSS", 1))
    acts.perform(
        world, "project_district_unknown", cast.bills("build3", "HRSS", 1), district="450100", corrected=day(-4)
    )
    acts.perform(world, "project_info_differs", cast.bills("build3", "HRSS", 2), what="blanks")
    both = cast.bills("build3", "HRSS", 3)  # two anomalies on one bill
    acts.perform(world, "project_district_unknown", both, district="450100")
    acts.perform(world, "project_info_differs", both, what="name")


def _staff(world: "World", cast: Cast) -> None:
    world.note_near_miss(
        "A14.4",
        """select r.registration_key || '|' || case r.department_code when 'HRSS' then p.hrss_no else p.nhsa_no end
        from world.staff_change as c join world.registration as r using (registration_key) join world.person as p using (person_key)
        where c.kind_code = '2' order by chance(c.change_no, 'near') limit 4""",
        "removed in the month of its last bill",
    )
    acts.perform(world, "roster_base_off", cast.registrations("staff1", "HRSS"), factor=9.0)
    acts.perform(world, "roster_base_off", cast.registrations("staff1", "NHSA"), factor=0.1)
    acts.perform(world, "roster_person_missing", cast.registrations("staff2", "HRSS"))
    acts.perform(world, "removed_and_still_billed", cast.registrations("staff3", "HRSS"), period="202604")
    acts.perform(
        world, "removed_and_still_billed", cast.registrations("staff2", "NHSA"), period="202603", added_again=True
    )


def _messages(world: "World", cast: Cast) -> None:
    day = cast.day
    fails = "special_message_fails"
    acts.perform(
        world, fails, cast.registrations("restored", "HRSS"), on=day(-6), reason="报文金额与明细合计不一致", seq=1
    )
    acts.perform(world, fails, cast.registrations("type1", "NHSA"), on=day(-4), reason="未查询到单位编号", seq=2)
    acts.perform(world, fails, cast.registrations("type2", "HRSS"), on=day(2), reason="费款所属期格式错误", seq=3)
    acts.perform(
        world, fails, cast.registrations("restored", "HRSS"), on=day(-3), reason="征收品目代码无效", seq=3, resent=True
    )
    acts.perform(
        world, fails, cast.registrations("type1", "HRSS"), on=day(-8), reason="重复报文", seq=4, withdrawn=day(-7)
    )


def _what_follows(world: "World", cast: Cast, block: Block) -> None:
    """Truth that follows from the plans of all employers of the block, whoever planted them."""
    p = settings("tax_registry")
    delay = int(p["agreed_delays"]["A3.02"])
    # received and not pushed, whatever the reason; voided, withdrawn or pushed ends it
    world.note_truth(
        f"""
        select * from (
            select 'A3.02', bill_key, 'received_not_pushed', received_at::date, workday_after(received_at, {delay} + 1) as seen,
                least(pushed_at, tax_voided_at, withdrawn_at, voided_at)::date as healed
            from world.bill
            where received_at is not null
                and (pushed_at is null or pushed_at::date > received_at::date)
                and (tax_voided_at is null or tax_voided_at::date > received_at::date)
        ) where healed is null or healed > seen
        """
    )
    world.note_truth(
        """
        select 'A3.04', bill_key, 'front_bill_fails', front_processed_at::date, front_processed_at::date,
            least(tax_voided_at, withdrawn_at, voided_at)::date
        from world.bill where front_state_code = '2' and front_processed_at is not null
        """
    )
    urban = quoted(world.params["agencies"]["nhsa_at_city"])
    months = int(p["no_data_months"])
    ended = "(select 1 from world.change as c where c.entity = 'registration' and c.key = r.registration_key and c.attribute = 'status_code')"
    world.note_truth(
        f"""
        select 'A2.04', r.registration_key, 'agency_out_of_scope', r.base_sent_at::date, r.base_sent_at::date, null::date
        from world.registration as r
        where r.department_code = 'NHSA' and r.base_sent_at is not null and not exists {ended}
            and r.agency_code in (select agency_code from ref_agency where level = 'district' and district_code in ({urban}))
        union
        select 'A2.04', r.registration_key, 'no_bills', r.base_sent_at::date, (r.base_sent_at + to_months({months}))::date + 1, null::date
        from world.registration as r
        where r.base_sent_at < date '{cast.anchor}' and not exists {ended}
            and r.base_sent_at < date '{cast.anchor}' - to_months({months})
            and r.registration_key not in (select registration_key from world.bill)
        """
    )
    world.sql(
        f"""
        create or replace temp table without_medical as
        select o.* from world.old_unit as o
        where o.unit_no in (select unit_no from world.old_unit anti join (
            select employer_key from world.registration left join (select registration_key, min(sent_at) as sent from world.enrolment group by all) as e
                using (registration_key)
            where department_code = 'NHSA' and least(base_sent_at, e.sent) <= timestamp '{cast.anchor} 23:59:59') as sent using (employer_key))
        """
    )
    # the old system knows employers that today nobody does: never sent again after the split
    world.sql(
        f"""
        insert into world.old_unit
        select '45' || lpad((95000000 + {block.first} + k)::varchar, 10, '0'), null, '南宁' || make_brand('gone' || k) || '商贸有限公司',
            make_uscc('91', town.district_code, 'MC' || lpad((({block.first} + k) * 7919 % 1000000)::varchar, 6, '0')
                || org_check('MC' || lpad((({block.first} + k) * 7919 % 1000000)::varchar, 6, '0'))),
            town.agency_code, town.district_code, town.town_code, '1', null,
            case when k % 4 <> 3 then date '{p["old_system"]["split_on"]}' end, date '2017-05-01' + k::int, k % 4 <> 1,
            case when k % 4 = 2 then date '{p["old_system"]["split_on"]}' - 200 end, timestamp '{p["old_system"]["imported_on"]} 20:00:00'
        from range(0, 4 * {block.cases(1)}) as numbers(k)
        join (select *, row_number() over (order by town_code) as i from town) as town on town.i = 1 + k % 138;
        insert into without_medical
        select * from world.old_unit where employer_key is null and status_code = '1' and unit_no not in (select unit_no from without_medical);
        """
    )
    split = p["old_system"]["split_on"]
    missing = "status_code = '1' and split_on is not null and has_medical and medical_ended_on is null"
    world.note_truth(
        f"select 'A2.02', 'HRSS|NNSB|' || unit_no, 'not_sent_after_split', date '{split}', date '{split}', null::date from without_medical where {missing}"
    )
    near = f"select 'HRSS|NNSB|' || unit_no from without_medical where not ({missing})"
    world.note_near_miss("A2.02", near, "without medical insurance, ended, or not yet split off")
