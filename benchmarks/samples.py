"""What walkers look up in the published snapshot: findings, employers and persons of each bureau, a few of each, always the same ones."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import duckdb

from dashboards.repositories import snapshot

_EACH = 12
# Of large tables every so-and-so-many-th row is enough to choose from; of small ones all are looked at.
_ENOUGH = 200_000
_CHOSEN = """
select bureau_code, {what}
from {table}
where {where} and bureau_code is not null and hash({key}) % greatest((select count(*) from {table}) // {enough}, 1) = 0
qualify row_number() over (partition by bureau_code order by hash({key})) <= {each}
order by bureau_code, hash({key})
"""


@dataclass(frozen=True)
class Samples:
    """By bureau; what a bureau lacks is missing there."""

    findings: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    """Rule and finding."""
    units: dict[str, list[str]] = field(default_factory=dict)
    """Registration keys, as the address holds them."""
    persons: dict[str, list[str]] = field(default_factory=dict, repr=False)
    """Person numbers, as they are typed; never printed."""
    lists: dict[str, str] = field(default_factory=dict)
    """The rule whose list goes into a file; a bureau in which nothing is open has none to take."""

    def of(self, bureaus: Iterable[str]) -> "Samples":
        """What belongs to these bureaus."""
        wanted = set(bureaus)

        def own(kept: dict[str, Any]) -> dict[str, Any]:
            return {code: rows for code, rows in kept.items() if code in wanted}

        return Samples(own(self.findings), own(self.units), own(self.persons), own(self.lists))


def read(rules: Iterable[str], taken: str = "") -> Samples:
    """Choose from the current snapshot; of findings only open ones of these rules. `taken` is the rule whose list goes into a file."""
    with duckdb.connect(str(snapshot.current().file), read_only=True) as connection:

        def chosen(
            table: str, what: str, key: str, where: str, values: list[object] | None = None
        ) -> list[tuple[str, ...]]:
            query = _CHOSEN.format(table=table, what=what, key=key, where=where, enough=_ENOUGH, each=_EACH)
            return connection.execute(query, values or []).fetchall()

        made = Samples()
        wanted = "state <> 'resolved' and list_contains(?::varchar[], rule_id)"
        for bureau, rule, finding in chosen("finding", "rule_id, finding_id", "finding_id", wanted, [list(rules)]):
            made.findings.setdefault(bureau, []).append((rule, finding))
        for bureau, unit in chosen("dim_registration", "registration_key", "registration_key", "is_valid"):
            made.units.setdefault(bureau, []).append(unit)
        holds = (
            "select distinct bureau_code from finding where rule_id = ? and state = 'open' and bureau_code is not null"
        )
        made.lists.update((str(bureau), taken) for (bureau,) in connection.execute(holds, [taken]).fetchall())
        usable = "person_no is not null and length(person_no) >= 6"
        for bureau, number in chosen("fct_person_registration", "person_no", "person_no", usable):
            made.persons.setdefault(bureau, []).append(number)
    return made
