"""Writes the reference tables of docs/cases.md from the language itself: `python -m simulator.casebook.manual`."""

import sys
from collections.abc import Callable, Sequence

from common.paths import root
from simulator.casebook import catalogue
from simulator.casebook import language as lang
from simulator.casebook import vocabulary as w

FILE = root() / "docs" / "cases.md"
GROUPS = {
    "registration": "Registrations (户籍)",
    "tax register": "Tax register: association, bureau, status",
    "registry": "Beside the registers: checks, merges, lists, projects, bookings, the old system, the client",
    "agreement": "Agreements (三方协议)",
    "bill": "Bills (征集单)",
    "way": "The way through tax (bills and registrations)",
    "money": "Declaration, invoice, payment, return, posting",
    "inner": "The inner way: single push, redelivery, write-off, files, set-up, projects",
    "bank": "Banks: verification, vouchers, answers",
    "client": "Employer client (客户端)",
    "annuity": "Occupational annuity (职业年金)",
    "insured": "Natural persons as insured (自然人参保)",
    "person": "Payments of natural persons (个人缴费)",
    "person_tax": "Natural persons at tax (自然人：税务侧)",
    "cadre": "Village cadres (村干)",
    "code": "Code tables, old numbers, towns",
    "lists": "Lists: to-deduct items, units of retired soldiers",
    "staff": "Staff of a unit (职工)",
    "exchange": "Exchange systems and logins (交换系统、登录)",
}


def _keys(keys: Sequence[lang.Key]) -> list[str]:
    lines = ["| key | also | meaning | if not said |", "|---|---|---|---|"]
    for key in keys:
        lines.append(f"| `{key.name}` | {', '.join(key.aliases)} | {_cell(key.meaning)} | {_cell(key.default)} |")
    return lines


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _acts() -> list[str]:
    lines = []
    for group, title in GROUPS.items():
        lines += [f"### {title}", ""]
        for act in lang.ACTS:
            if act.group != group:
                continue
            also = f" ({', '.join(act.aliases)})" if act.aliases else ""
            lines += [f"#### `{act.name}`{also}", "", act.meaning, "", "```yaml", act.example, "```", ""]
            words = []
            for key in act.keys:
                default = "" if not key.default else f" [{key.default}]"
                words.append(f"- `{key.name}`: {key.meaning}{default}")
            lines += [*words, f"- time of day when none is given: {act.clock}", ""]
    return lines


def _rules() -> list[str]:
    lines = ["| rule | names | reasons | parameters |", "|---|---|---|---|"]
    for rule in catalogue.rules().values():
        reasons = "<br>".join(f"`{code}` {text}" for code, text in rule.reasons.items())
        parameters = "<br>".join(
            f"{name} = {one.get('default')} {one.get('unit', '')}".strip() for name, one in rule.parameters.items()
        )
        lines.append(f"| {rule.rule_id} {rule.title} | {rule.subject} | {reasons} | {parameters} |")
    return lines


def _outcomes() -> list[str]:
    lines = ["| outcome | meaning |", "|---|---|"]
    lines += [f"| {code} | {text} |" for code, text in catalogue.outcomes().items()]
    lines += ["", "| cause | meaning |", "|---|---|"]
    lines += [f"| `{code}` | {text} |" for code, text in catalogue.causes().items()]
    lines += ["", "| cause of the other pairs | meaning |", "|---|---|"]
    lines += [f"| `{code}` | {text} |" for code, text in catalogue.chain_causes().items()]
    lines += ["", "| pair | who |", "|---|---|"]
    lines += [f"| `{code}` | {text} |" for code, text in catalogue.pairs().items()]
    return lines


def _names() -> list[str]:
    def shown(words: dict[str, str]) -> str:
        by_code: dict[str, list[str]] = {}
        for word, code in words.items():
            if word != code:
                by_code.setdefault(code, []).append(word)
        return "; ".join(f"{code}: {', '.join(listed)}" for code, listed in by_code.items())

    lines = ["| what | words |", "|---|---|"]
    lines.append(
        "| insurance items | "
        + "; ".join(
            f"{one.name} ({one.code}, {one.department.lower()} {one.agency_code})" for one in w.items().values()
        )
        + " |"
    )
    lines.append("| more words for items | " + ", ".join(w.ITEM_ALIASES) + " |")
    lines.append(
        "| bureaus | " + ", ".join(f"{row['short_name']} ({code})" for code, row in w.bureaus().items()) + " |"
    )
    lines.append("| sub-offices | " + ", ".join(f"{office}" for office in w.offices()) + " |")
    lines.append(
        "| agencies | " + ", ".join(f"{row['agency_name']} ({code})" for code, row in w.agencies().items()) + " |"
    )
    lines.append(
        "| bank results | " + ", ".join(f"{code} {row['return_text']}" for code, row in w.return_codes().items()) + " |"
    )
    tables: dict[str, dict[str, str]] = {
        "departments": w.DEPARTMENTS, "source systems": w.SYSTEMS, "unit types": w.UNIT_TYPES, "taxable entities (课征主体)": w.ENTITY_TYPES,
        "taxpayer status": w.TAXPAYER_STATUSES, "registration status": w.REGISTRATION_STATUSES, "bill origins": w.ORIGINS,
        "payment channels": w.CHANNELS, "signed through": w.SIGNED_THROUGH, "verification": w.VERIFICATION, "banks": w.BANKS,
        "return kinds": w.RETURN_KINDS, "bill tables": w.TABLE_PARTS,
    }  # fmt: skip
    lines += [f"| {title} | {shown(words)} |" for title, words in tables.items()]
    return lines


def _tables() -> list[str]:
    lines = ["| table | name | columns |", "|---|---|---|"]
    for table in catalogue.tables():
        columns = ", ".join(f"{column.name} {column.title}" for column in table.columns)
        lines.append(f"| `{table.full_name}` | {table.title} | {columns} |")
    return lines


def _metrics() -> list[str]:
    lines = ["| metric | name | requirements | basis | unit | per |", "|---|---|---|---|---|---|"]
    for one in catalogue.metrics().values():
        lines.append(
            f"| `{one.metric_id}` | {one.label} | {', '.join(one.requirements)} | {one.basis or ''} | {one.unit} | {', '.join(one.period_types)} |"
        )
    return lines


BLOCKS: dict[str, Callable[[], list[str]]] = {
    "case": lambda: _keys(lang.CASE_KEYS),
    "employer": lambda: _keys(lang.CAST_EMPLOYER),
    "side": lambda: _keys(lang.CAST_SIDE),
    "tax": lambda: _keys(lang.CAST_TAX),
    "forms": lambda: [
        "| form | what it does |",
        "|---|---|",
        *(f"| `{name}` | {text} |" for name, text in lang.CODE_FORMS.items()),
    ],
    "acts": _acts,
    "expect": lambda: _keys(lang.EXPECT_KEYS),
    "finding": lambda: _keys(lang.FINDING_KEYS),
    "rules": _rules,
    "metric": lambda: _keys(lang.METRIC_KEYS),
    "metrics": _metrics,
    "break": lambda: _keys(lang.BREAK_KEYS),
    "reconciled": lambda: _keys(lang.RECONCILED_KEYS),
    "bucket": lambda: _keys(lang.BUCKET_KEYS),
    "received": lambda: _keys(lang.RECEIVED_KEYS),
    "outcomes": _outcomes,
    "names": _names,
    "tables": _tables,
}


def fill(text: str) -> str:
    """The page with every block between its markers written anew."""
    for name, block in BLOCKS.items():
        begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
        if begin not in text or end not in text:
            raise ValueError(f"docs/cases.md has no block {name}")
        head, _, rest = text.partition(begin)
        _, _, tail = rest.partition(end)
        text = f"{head}{begin}\n" + "\n".join(block()).strip() + f"\n{end}{tail}"
    return text


def main() -> int:
    """Write the page; with --check only say whether it is up to date."""
    text = FILE.read_text(encoding="utf-8")
    wanted = fill(text)
    if "--check" in sys.argv:
        return int(text != wanted)
    FILE.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
