"""The data dictionary of the exchange, docs/data-dictionary.md, made from the declared sources: `python -m common.dictionary [--check]`."""

import re
import sys
from pathlib import Path
from typing import Any

import yaml

from common.paths import dbt_project_dir, root

PAGE = Path("docs/data-dictionary.md")
MODES = {"full": "全量", "incremental": "增量", "append": "追加"}
PERSONAL = {"person_name": "姓名", "phone": "电话", "id_number": "证件号码", "account": "账号"}
READERS = {"tax": "税务读取", "agency": "部门读取"}
ALIAS = re.compile(r"(?P<expression>.+?)\s+as\s+(?P<alias>[a-z_0-9]+)\s*$", re.DOTALL)
WORD = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")
INTRODUCTION = """# Data dictionary of the exchange

Generated from the declared sources by `make dictionary`; a test compares. One section a system, one table an exchange table. *English* is the
column's name from staging on; *personal* is the class of personal data, masked on publication and kept clear only in the vault.
Modes: full 全量 (read whole), incremental 增量 (by cursor, with overlap and key parity), append 追加 (rows never change).
"""


def _meta(node: dict[str, Any]) -> dict[str, Any]:
    meta: dict[str, Any] = (node.get("config") or {}).get("meta") or {}
    return meta


def _split(text: str) -> list[str]:
    """A select list at its outer commas."""
    parts, depth, current = [], 0, ""
    for char in text:
        depth += (char in "([{") - (char in ")]}")
        if char == "," and depth == 0:
            parts.append(current)
            current = ""
        else:
            current += char
    return [*parts, current]


def english_names(sql: str, columns: list[str]) -> dict[str, list[str]]:
    """What a staging model calls each source column: the names of the expressions that show it."""
    found: dict[str, list[str]] = {}
    match = re.search(r"\n    select\n(.*?)\n    from ", sql, re.DOTALL)
    for part in _split(match.group(1)) if match else []:
        named = ALIAS.match(part.strip())
        if not named:
            continue
        shown = named["expression"]
        # a case shows what its last branch gives; before it stand conditions
        if shown.lstrip().startswith("case"):
            shown = shown.rsplit("else", 1)[-1] if "else" in shown else shown.rsplit("then", 1)[-1]
        known = [word for word in WORD.findall(shown) if word in columns]
        known = known or [word for word in WORD.findall(named["expression"]) if word in columns]
        if known and named["alias"] not in found.setdefault(known[0], []):
            found[known[0]].append(named["alias"])
    return found


def _staging(folder: Path) -> dict[str, tuple[str, str]]:
    """Staging model and its SQL for each source table of a folder."""
    out = {}
    for file in sorted(folder.glob("stg_*.sql")):
        sql = file.read_text(encoding="utf-8")
        match = re.search(r"source\(\s*'(\w+)'\s*,\s*'(\w+)'\s*\)", sql)
        if match:
            out[match.group(2)] = (file.stem, sql)
    return out


def _cell(text: str) -> str:
    return " ".join(str(text).split()).replace("|", "\\|")


def _table(system: str, table: dict[str, Any], staging: dict[str, tuple[str, str]]) -> list[str]:
    meta = _meta(table)
    names = [column["name"] for column in table["columns"]]
    model, sql = staging.get(table["name"], ("", ""))
    english = english_names(sql, names)
    facts = [f"key {', '.join(f'`{name}`' for name in meta['key'])}", f"mode {meta['mode']} {MODES[meta['mode']]}"]
    if meta.get("cursor"):
        facts.append(f"cursor `{meta['cursor']}`")
    flag = meta.get("read_flag")
    if flag:
        facts.append(f"read flag `{flag['column']}` {READERS[flag['reader']]}")
    if model:
        facts.append(f"staging `{model}`")
    lines = [f"### {system}.{table['name']} {table['description']}", "", "; ".join(facts) + ".", "",
             "| column | English | type | 含义 | personal |", "|---|---|---|---|---|"]  # fmt: skip
    for column in table["columns"]:
        own = _meta(column)
        kind = (
            f"{column['data_type']} (text {own['text_format']})" if own.get("text_format") else str(column["data_type"])
        )
        personal = own.get("personal_data")
        cells = [
            f"`{column['name']}`", ", ".join(english.get(column["name"], [])), kind, column["description"],
            f"{personal} {PERSONAL[personal]}" if personal else "",
        ]  # fmt: skip
        lines.append("| " + " | ".join(_cell(cell) for cell in cells) + " |")
    return [*lines, ""]


def page(staging_folder: Path) -> str:
    """The whole page: an overview of the systems, then every table."""
    overview = ["| system | 系统 | tables | columns | personal |", "|---|---|---|---|---|"]
    body: list[str] = []
    totals = [0, 0, 0]
    for file in sorted(staging_folder.glob("*/_*__sources.yml")):
        staging = _staging(file.parent)
        for source in yaml.safe_load(file.read_text(encoding="utf-8"))["sources"]:
            columns = [column for table in source["tables"] for column in table["columns"]]
            counts = [len(source["tables"]), len(columns), sum("personal_data" in _meta(column) for column in columns)]
            totals = [total + count for total, count in zip(totals, counts, strict=True)]
            numbers = " | ".join(str(count) for count in counts)
            overview.append(f"| [{source['name']}](#{source['name']}) | {_cell(source['description'])} | {numbers} |")
            body += [f"## {source['name']}", "", source["description"], ""]
            for table in source["tables"]:
                body += _table(source["name"], table, staging)
    overview.append(f"| together | 合计 | {' | '.join(str(total) for total in totals)} |")
    return "\n".join([INTRODUCTION, *overview, "", *body]).rstrip("\n") + "\n"


def main(arguments: list[str]) -> int:
    """Write the page, or with --check say whether it is up to date."""
    file = root() / PAGE
    text = page(dbt_project_dir() / "models" / "staging")
    if "--check" in arguments:
        if file.exists() and file.read_text(encoding="utf-8") == text:
            return 0
        print(f"{PAGE} is out of date: run `make dictionary`")
        return 1
    file.write_text(text, encoding="utf-8")
    print(f"{PAGE}: {text.count(chr(10) + '### ')} tables")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
