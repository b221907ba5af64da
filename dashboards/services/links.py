"""What the address of a page may hold: codes and ids that name no person."""

import re
from collections.abc import Mapping

# Parameters that keep a page's state; free text that a person types never goes into the address.
PATTERNS = {
    "period": r"\d{6}",
    "bureau": r"\d{11}|UNASSIGNED",
    "town": r"\d{9}|UNASSIGNED",
    "village": r"\d{12}|UNASSIGNED",
    "rule": r"[A-Z][A-Za-z0-9._-]{0,15}",
    "reason": r"[a-z][a-z0-9_]{0,39}",
    "chapter": r"[A-Z]{1,3}\d{0,3}",
    "verdict": r"go|stop|check",
    "kind": r"anomaly|diagnosis|list|proposal|monitor|reconciliation",
    "cadence": r"hourly|daily|weekly|monthly|month_end|on_demand",
    "severity": r"high|medium|low",
    "empty": r"shown",
    "wall": r"on",
    "state": r"open|resolved|not_checked|all",
    "age": r"any|le5|6to20|gt20",
    "sort": r"amount|age|new|due|area|period|verdict",
    "cols": r"[a-z][a-z0-9_]{0,39}(\.[a-z][a-z0-9_]{0,39}){0,39}",
    "page": r"\d{1,5}",
    "employers": r"\d{1,5}",
    "finding": r"[0-9a-f]{16}",
    "view": r"departments|waterfall|received|internal|annuity|treasury|persons|movement|users|sessions|log|unusual|person|unit|client|cadre"
    r"|employers|residents|measures|rules|tables",
    "unit": r"(HRSS|NHSA)\|[A-Z0-9]{2,8}\|[0-9A-Za-z]{1,24}",
    "pair": r"[a-z]{3,10}_[a-z]{3,12}",
    "measure": r"bill|collection|settlement|stage|annuity|day|payment|persons|amount",
    "clock": r"flow|period",
    "unit_type": r"\d{2}|未知",
    "household": r"[a-z]{3,20}",
    "agency": r"\d{16}",
    "item": r"\d{5}(-\d{2}|L)?|ZYNJ|NONE",
    "exception": r"any|partial|one_sided|double",
    "case": r"[1-4]",
    "overdue": r"only",
    "by": r"insurance|agency|bureau|employer",
    "by_cut": r"insurance|department|origin|unit_type",
    "outcome": r"[0-7]",
    "cause": r"[a-z][a-z_]{0,39}",
    "basis": r"amount|bill|employer",
    "action": r"[a-z_]{1,24}",
    "tab": r"[a-z_]{1,20}",
    "metric": r"[a-z][a-z0-9_]{0,59}",
    "among": r"bureau|town|village",
    "per": r"day|week|month|quarter|year|fee_year",
    "at": r"\d{4}(\d{2}|Q[1-4]|-\d{2}-\d{2})?",
    "of": r"[a-z][a-z0-9_]{0,79}(\.[A-Za-z0-9_]{1,60})?",
    "layer": r"marts|intermediate|staging|seed|source",
    "cut": r"[a-z_]{1,30}:[A-Za-z0-9_\u4e00-\u9fff-]{1,30}",
}


def clean(name: str, value: str | None) -> str | None:
    """The value when the address may hold it, else None."""
    pattern = PATTERNS.get(name)
    return value if value is not None and pattern and re.fullmatch(pattern, value) else None


def carried(params: Mapping[str, str], names: tuple[str, ...]) -> dict[str, str]:
    """The parameters that a link to another page takes along."""
    return {name: value for name in names if (value := clean(name, params.get(name))) is not None}
