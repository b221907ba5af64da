"""The newcomers that the stories of tax_registry befall: employers of their own, so that no other story's subjects are disturbed."""

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from common.calendar import add_workdays
from simulator.part import Block
from simulator.world import quoted

if TYPE_CHECKING:
    from simulator.world import World

FIRST_NO = 175_000  # above the city's employers; registration numbers (three times as much) keep six digits
BASE = 6200  # monthly base of the person that a story's bill is for


@dataclass(frozen=True)
class Newcomer:
    """Employers of one case: when their registrations were sent (working days from the anchor, or a day), and what they are."""

    tag: str
    sent: int | str
    base: int = 1
    departments: tuple[str, ...] = ("HRSS", "NHSA")
    unit_type: str = "91"
    channel: str = "3"
    bureau: str | None = None
    urban: bool = False
    project: bool = False  # a construction firm with a project registration


@dataclass(frozen=True)
class Notice:
    """A bill of a case's employers: number within the month, who sends it when, items, and when it is paid (None: not)."""

    tag: str
    number: int
    department: str
    sent: int
    items: tuple[str, ...]
    pay: int | None = None
    rate: tuple[float, float] | None = None  # instead of the items' own
    project: bool = False
    origin: str = "3"


class Cast:
    """Makes the newcomers and their bills in two goes; gives them back by tag."""

    def __init__(self, world: "World", block: Block) -> None:
        self.world, self.block = world, block
        self.anchor = world.params.anchor

    def day(self, offset: int) -> str:
        """The working day `offset` days from the anchor."""
        return add_workdays(self.anchor, offset).isoformat()

    def _day(self, when: int | str) -> dt.date:
        return add_workdays(self.anchor, when) if isinstance(when, int) else dt.date.fromisoformat(when)

    def enter(self, newcomers: list[Newcomer]) -> None:
        """Add the employers of all cases with their registrations, tied to their taxpayers."""
        world = self.world
        rows = []
        number = FIRST_NO + self.block.first
        for case in newcomers:
            for k in range(self.block.cases(case.base)):
                sent = self._day(case.sent)
                rows.append({
                    "tag": case.tag, "k": k, "employer_no": number, "employer_key": f"R{case.tag}-{number}", "sent": sent,
                    "opened_on": sent - dt.timedelta(days=12), "unit_type_code": case.unit_type, "channel_code": case.channel,
                    "bureau": case.bureau, "urban": case.urban, "has_project": case.project,
                    "departments": ",".join(case.departments),
                })  # fmt: skip
                number += 1
        world.relation("newcomer_case", rows)
        urban = quoted(world.params["agencies"]["nhsa_at_city"])
        world.sql(
            f"""
            create or replace temp table core_newcomer as
            select c.tag, c.employer_key, c.employer_no::bigint as employer_no, c.sent::date as sent, c.opened_on::date as opened_on,
                c.unit_type_code, c.channel_code, c.has_project::boolean as has_project, c.departments,
                towns.town_code, towns.district_code, towns.bureau_code, towns.office_code,
                case when c.unit_type_code = '12' then '南宁市' || towns.district_name || towns.town_name || make_brand(c.employer_key) || '服务中心'
                    else '南宁' || make_brand(c.employer_key) || case when c.has_project::boolean then '建设工程' else trade.trade end || '有限公司' end as name
            from newcomer_case as c
            join (
                select town.*, bureau_code as of_bureau, row_number() over (partition by bureau_code order by town_code) as i,
                    count(*) over (partition by bureau_code) as many
                from town
            ) as towns on towns.bureau_code = coalesce(c.bureau, (
                    select codes[1 + chance_int(c.employer_key, 'newcomer bureau', 0, len(codes) - 1)]
                    from (select list(distinct bureau_code order by bureau_code) as codes from town
                          where not c.urban::boolean or district_code in ({urban})) ))
                and towns.i = 1 + chance_int(c.employer_key, 'newcomer town', 0, towns.many - 1)
            join trade on trade.n = chance_int(c.employer_key, 'newcomer trade', 0, 10);
            create or replace temp table core_employer as select * exclude (tag, sent, departments) from core_newcomer;
            """
        )
        world.add_employers("core_employer")
        world.sql(
            f"""
            create or replace temp table core_registration as
            select employer_key, tag, split_part(kind, '/', 1) as department_code,
                case when split_part(kind, '/', 2) <> '' then split_part(kind, '/', 2) end as source_system,
                employer_no * 3 + n - 1 as registration_no, contains(kind, 'project') as is_project,
                moment(sent, chance(employer_key || kind, 'newcomer sent'), 525, 600) as base_sent_at,
                case when kind = 'NHSA' and district_code in ({urban}) then (select agency_code from ref_agency where level = 'city') end as agency_code
            from core_newcomer
            cross join lateral (select unnest(string_split(departments, ',')) as kind, generate_subscripts(string_split(departments, ','), 1) as n)
            """
        )
        world.add_registrations(
            "select employer_key, department_code, source_system, registration_no, is_project, base_sent_at, agency_code from core_registration"
        )

    def employers(self, tag: str) -> str:
        """The employers of a case."""
        return f"select employer_key from core_newcomer where tag = '{tag}'"

    def registrations(self, tag: str, department: str, *, project: bool = False, second: bool = False) -> str:
        """The registrations of a case's employers at a department: the ordinary one, the project's, or a second one."""
        order = "desc" if second else "asc"
        return f"""select registration_key from (
                select registration_key, row_number() over (partition by employer_key order by registration_no {order}) as n
                from world.registration where department_code = '{department}' and is_project = {project}
                    and employer_key in ({self.employers(tag)}))
            where n = 1"""

    def taxpayers(self, tag: str) -> str:
        """The taxpayers of a case's employers."""
        return f"select taxpayer_key from world.taxpayer where employer_key in ({self.employers(tag)})"

    def send(self, notices: list[Notice]) -> None:
        """Add the bills of all cases, one person on each, with base, rates and amounts that agree."""
        world = self.world
        rates = world.params["rates"]
        rows, items = [], []
        for n in notices:
            sent = self._day(n.sent)
            rows.append({
                "tag": n.tag, "department_code": n.department, "is_project": n.project, "bill_no": n.number, "sent": sent,
                "period": f"{sent:%Y%m}", "pay_on": self._day(n.pay) if n.pay is not None else None, "origin_code": n.origin,
            })  # fmt: skip
            for item in n.items:
                unit, person = n.rate if n.rate and item == n.items[0] else rates[item]
                if item == "10204":
                    unit = 0.002 if not n.project else 0.001
                items.append({"tag": n.tag, "department_code": n.department, "bill_no": n.number, "insurance_code": item,
                              "unit_rate": unit, "person_rate": person})  # fmt: skip
        world.relation("core_notice", rows)
        world.relation("core_notice_item", items)
        world.sql(
            f"""
            create or replace temp table core_bill as
            select n.tag, r.registration_key, r.employer_key, n.period, n.bill_no::int as bill_no, n.origin_code, n.pay_on::date as pay_on,
                moment(n.sent::date, chance(r.registration_key || n.bill_no, 'core sent'), 530, 700) as summary_sent_at,
                n.is_project::boolean as is_project, n.department_code,
                case when n.is_project::boolean then cents(400000 + 900000 * chance(r.registration_key || n.bill_no, 'contract part'))
                    else cents({BASE} + 2000 * chance(r.employer_key, 'core base')) end as base
            from core_notice as n
            join core_newcomer as c using (tag)
            join world.registration as r on r.employer_key = c.employer_key and r.department_code = n.department_code
                and r.is_project = n.is_project::boolean
            qualify row_number() over (partition by r.employer_key, n.department_code, n.bill_no order by r.registration_no) = 1;
            create or replace temp table core_bill_person as
            select b.registration_key, b.period, b.bill_no, i.insurance_code, case b.department_code when 'HRSS' then p.hrss_no else p.nhsa_no end as person_no,
                p.id_number, p.name, part.code as part_code, b.base,
                cents(b.base * case part.code when '1' then i.unit_rate::double else i.person_rate::double end) as amount
            from core_bill as b
            join core_notice_item as i on i.tag = b.tag and i.department_code = b.department_code and i.bill_no::int = b.bill_no
            join world.person as p on p.employer_key = b.employer_key and p.person_no = 1
            cross join (values ('1'), ('2')) as part(code);
            delete from core_bill_person where amount = 0;
            """
        )
        world.add_bills(
            "select registration_key, period, bill_no, origin_code, pay_on, summary_sent_at, is_project, "
            "case when channel = '2' then '2' else '3' end as channel_code "
            "from (select b.*, c.channel_code as channel from core_bill as b join core_newcomer as c using (employer_key))",
            items="""select registration_key, period, bill_no, insurance_code,
                coalesce(sum(case when part_code = '1' then amount end), 0) as unit_amount,
                coalesce(sum(case when part_code = '2' then amount end), 0) as person_amount from core_bill_person group by all""",
            persons="select * from core_bill_person",
        )

    def bills(self, tag: str, department: str, number: int) -> str:
        """One bill of each of a case's employers."""
        return f"""select b.bill_key from world.bill as b
            where b.department_code = '{department}' and b.bill_no = {number} and b.employer_key in ({self.employers(tag)})"""
