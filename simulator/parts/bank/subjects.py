"""Subjects for the stories of banks and annuity: employers and bills that no other story has touched."""

from typing import TYPE_CHECKING

from common.calendar import add_workdays
from simulator.world import quoted

if TYPE_CHECKING:
    from simulator.part import Block
    from simulator.world import World

# What happens after the anchor must not decide who is picked: the world is the same whatever the horizon.
NAMED = """
    with named as (
        select subject_key from world.truth where since_date <= date '{anchor}' and rule_id <> 'A9.8'
        union select subject_key from world.near_miss where rule_id not in ('A1.03', 'A9.8')
    )
"""
TOUCHED_FILES = """
    select employer_key from world.registration where registration_key in (from named)
    union select employer_key from world.taxpayer where taxpayer_key in (from named)
        or taxpayer_key in (select key from world.change where entity = 'taxpayer' and attribute = 'status_code')
"""
TOUCHED_BILLS = """
    union select employer_key from world.bill where bill_key in (from named)
    union select employer_key from world.agreement join world.taxpayer using (taxpayer_key) where agreement_key in (from named)
    union select employer_key from world.bill join world.ticket_item using (bill_key)
        where department_code || '|remittance|' || remittance_no in (from named)
            or department_code || '|settlement|' || settlement_no in (from named)
"""


class Subjects:
    """Picks subjects: repeatable, each once in its lane, more of them where the block is bigger.

    An employer taken as a whole is in no other lane. With `files_only` employers are left out only when another story
    touched their registrations or taxpayers, not for one of their bills.
    """

    def __init__(self, world: "World", block: "Block", *, files_only: bool = False) -> None:
        self.block = block
        self.world = world
        self.anchor = world.params.anchor
        self.used: dict[str, set[str]] = {"whole": set()}
        world.sql(
            f"""
            create or replace temp table untouched as
            select * from world.employer
            where closed_on is null and opened_on < month_first('{world.scale.history_start}') - 40
                and employer_key not in ({NAMED.format(anchor=self.anchor)} {TOUCHED_FILES} {"" if files_only else TOUCHED_BILLS})
            """
        )

    def day(self, offset: int) -> str:
        """The working day `offset` days from the anchor (0: the anchor or the next one)."""
        return add_workdays(self.anchor, offset).isoformat()

    def period(self, offset: int) -> str:
        """The period `offset` months from the anchor's."""
        months = self.anchor.year * 12 + self.anchor.month - 1 + offset
        return f"{months // 12}{months % 12 + 1:02d}"

    def bills(self, base: int, where: str, *, offset: int = 0, lane: str = "bills") -> str:
        """Take bills b of a period, of untouched employers, each employer once; a select of their keys."""
        return self._take(
            f"""
            select min(b.bill_key) as key, b.employer_key from world.bill as b join untouched using (employer_key)
            where b.period = '{self.period(offset)}' and b.pay_on is not null and b.withdrawn_at is null and b.voided_at is null
                and not b.is_project and b.origin_code <> '3' and ({where})
            group by b.employer_key
            """,
            base,
            lane,
        )

    def registrations(self, base: int, where: str, *, lane: str = "whole") -> str:
        """Take registrations r of untouched employers, each employer once; a select of their keys."""
        return self._take(
            f"""select min(r.registration_key) as key, r.employer_key from world.registration as r join untouched using (employer_key)
            where not r.is_project and ({where}) group by r.employer_key""",
            base,
            lane,
        )

    def taxpayers(self, base: int, where: str = "true", *, lane: str = "bills") -> str:
        """Take taxpayers t with an agreement a, of untouched employers, each employer once; a select of their keys."""
        return self._take(
            f"""select min(t.taxpayer_key) as key, t.employer_key from world.taxpayer as t
            join world.agreement as a using (taxpayer_key) join untouched using (employer_key) where {where} group by t.employer_key""",
            base,
            lane,
        )

    def _take(self, query: str, base: int, lane: str) -> str:
        """The first ones by chance of (key, employer_key) whose employer is free in the lane."""
        own = self.used.setdefault(lane, set())
        taken = set().union(*self.used.values()) if lane == "whole" else own | self.used["whole"]
        found = self.world.rows(
            f"select key, employer_key from ({query}) where employer_key not in ({quoted(['', *sorted(taken)])}) "
            f"order by chance(employer_key, 'bank story'), key limit {self.block.cases(base)}"
        )
        own.update(row[1] for row in found)
        if not found:
            return "select null::varchar as key where false"
        return "select unnest([" + quoted([row[0] for row in found]) + "]) as key"
