"""Project a world to the rows of the exchange tables as known at the end of a business date."""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from simulator import contract
from simulator.engine import literal, set_as_of
from simulator.part import KINDS
from simulator.parts import parts

if TYPE_CHECKING:
    from simulator.world import World

FOLDER = Path(__file__).with_name("projection")
CREATES = re.compile(r'create or replace table (\w+\."\w+")')
INSERTS = re.compile(r'insert into (\w+\."\w+")')
DATE_FORMATS = {"yyyymmdd": "%Y%m%d", "yyyymm": "%Y%m"}


def project(world: "World", as_of: dt.date, kinds: Sequence[str] = KINDS) -> None:
    """Fill the schemas hrss, nhsa, tax_… of the session with the exchange tables at the end of `as_of`.

    Kinds of block one after the other: the employers' own projection first, then the parts' of the world. A table that rows
    of several kinds go to is made by the first and inserted into by the others, with columns as the contract has them.
    """
    set_as_of(world.con, as_of)
    _begin(world)
    made: set[str] = set()
    for kind in kinds:
        touched = _run(world, kind, made)
        for table in contract.tables():
            if name_of(table) in touched and not _is_conformed(world, table):
                world.sql(f"create or replace table {name_of(table)} as {conformed(world, table)}")
        made |= touched
    missing = {name_of(table) for table in contract.tables()} - made
    _add_empty(world, missing)
    if missing and set(kinds) == set(KINDS) and set(world.parts) == set(parts()):
        raise ValueError(f"declared in the sources, but no projection writes them: {', '.join(sorted(missing))}")
    _override(world)


def project_block(world: "World", as_of: dt.date, kind: str) -> Iterator[tuple[contract.Table, str]]:
    """The exchange tables of a world with one block: of each table its rows, as a select that nothing has written down yet."""
    set_as_of(world.con, as_of)
    _begin(world)
    touched = _run(world, kind, set(), as_views=True)
    for table in contract.tables():
        if name_of(table) in touched:
            yield table, conformed(world, table)


def name_of(table: contract.Table) -> str:
    """The table in the session, as SQL."""
    return f'{table.system}."{table.name}"'


def _begin(world: "World") -> None:
    for table in contract.tables():
        world.sql(f"create schema if not exists {table.system}")
        world.sql(f"drop table if exists {name_of(table)}")


def _run(world: "World", kind: str, made: set[str], *, as_views: bool = False) -> set[str]:
    """Run the projections of a kind of block; the tables they wrote to. As views: what is only made once is not stored."""
    files = [*(sorted(FOLDER.glob("*.sql")) if kind == "employer" else []),
             *(file for part in world.parts if part.kind == kind for file in part.projections)]  # fmt: skip
    texts = [file.read_text(encoding="utf-8") for file in files]
    inserted = {name for text in texts for name in INSERTS.findall(text)}
    created = {name for text in texts for name in CREATES.findall(text)}
    _add_empty(world, inserted - created - made)
    known = {name_of(table) for table in contract.tables()}
    for text in texts:
        world.sql(
            CREATES.sub(
                lambda m: m[0].replace("table", "view", 1) if m[1] in known - inserted else m[0],
                text,
            )
            if as_views
            else text
        )
    return (created | inserted) & known


def _add_empty(world: "World", names: set[str]) -> None:
    """Tables of the contract without rows."""
    for table in contract.tables():
        if name_of(table) in names:
            columns = ", ".join(f'"{column.name}" {column.kind}' for column in table.columns)
            world.sql(f"create table {name_of(table)} ({columns})")


def _is_conformed(world: "World", table: contract.Table) -> bool:
    """A projected table has the contract's columns in order and physical type already: most do."""
    wanted = [(column.name, column.kind.replace(" ", "").upper()) for column in table.columns]
    return [(row[0], row[1]) for row in world.rows(f"describe {name_of(table)}")] == wanted


def conformed(world: "World", table: contract.Table) -> str:
    """SQL of a projected table with its columns in the contract's order and physical type."""
    name = name_of(table)
    kinds = {row[0]: row[1] for row in world.rows(f"describe {name}")}
    wanted = {column.name for column in table.columns}
    if set(kinds) != wanted:
        raise ValueError(f"{name}: projection and contract differ in {sorted(set(kinds) ^ wanted)}")
    columns = []
    for column in table.columns:
        if column.text_format and kinds[column.name] == "DATE":
            columns.append(f'strftime("{column.name}", \'{DATE_FORMATS[column.text_format]}\') as "{column.name}"')
        else:
            columns.append(f'"{column.name}"::{column.kind} as "{column.name}"')
    return f"select {', '.join(columns)} from {name}"


def _override(world: "World") -> None:
    for table in contract.tables():
        wanted = world.rows(
            f"select key, column_name, value from world.override where table_name = '{table.system}.{table.name}'"
        )
        key = " || '|' || ".join(f"coalesce(\"{column}\"::varchar, '')" for column in table.key)
        for row_key, column, value in wanted:
            world.sql(f'update {name_of(table)} set "{column}" = {literal(value)} where {key} = {literal(row_key)}')
