"""Project a world to the rows of the exchange tables as known at the end of a business date."""

import datetime as dt
import logging
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from simulator import contract
from simulator.engine import set_as_of
from simulator.part import KINDS

if TYPE_CHECKING:
    from simulator.world import World

FOLDER = Path(__file__).with_name("projection")
log = logging.getLogger("simulator")
WRITES = re.compile(r'(?:create or replace table|insert into) (\w+\."\w+")')
INSERTS = re.compile(r'insert into (\w+\."\w+")')
DATE_FORMATS = {"yyyymmdd": "%Y%m%d", "yyyymm": "%Y%m"}


def project(world: "World", as_of: dt.date, kinds: Sequence[str] = KINDS) -> None:
    """Fill the schemas hrss, nhsa, tax_… of the session with the exchange tables at the end of `as_of`.

    Kinds of block one after the other: the employers' own projection first, then the parts' of the world. A table that rows
    of several kinds go to is made by the first and inserted into by the others, with columns as the contract has them.
    """
    set_as_of(world.con, as_of)
    for table in contract.tables():
        world.sql(f"create schema if not exists {table.system}")
        world.sql(f"drop table if exists {table.system}.\"{table.name}\"")
    made: set[str] = set()
    for kind in kinds:
        files = [file for part in world.parts if part.kind == kind for file in part.projections]
        touched: set[str] = set()
        for file in [*(sorted(FOLDER.glob("*.sql")) if kind == "employer" else []), *files]:
            text = file.read_text(encoding="utf-8")
            written = set(WRITES.findall(text))
            _add_empty(world, set(INSERTS.findall(text)) - made - touched)
            world.sql(text)
            touched |= written
        for table in contract.tables():
            if f'{table.system}."{table.name}"' in touched:
                _conform(world, table)
        made |= touched
    missing = {f'{table.system}."{table.name}"' for table in contract.tables()} - made
    _add_empty(world, missing)
    if world.parts and missing and set(kinds) == set(KINDS):
        log.warning("declared, but no part writes them; left empty: %s", ", ".join(sorted(missing)))
    _override(world)


def _add_empty(world: "World", names: set[str]) -> None:
    """Tables of the contract without rows."""
    for table in contract.tables():
        name = f'{table.system}."{table.name}"'
        if name in names:
            columns = ", ".join(f'"{column.name}" {column.kind}' for column in table.columns)
            world.sql(f"create table {name} ({columns})")


def _conform(world: "World", table: contract.Table) -> None:
    """Columns in the contract's order and physical type."""
    name = f'{table.system}."{table.name}"'
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
    world.sql(f"create or replace table {name} as select {', '.join(columns)} from {name}")


def _override(world: "World") -> None:
    for table in contract.tables():
        wanted = world.rows(
            f"select key, column_name, value from world.override where table_name = '{table.system}.{table.name}'"
        )
        key = " || '|' || ".join(f"coalesce(\"{column}\"::varchar, '')" for column in table.key)
        for row_key, column, value in wanted:
            world.con.execute(
                f'update {table.system}."{table.name}" set "{column}" = ? where {key} = ?', [value, row_key]
            )
