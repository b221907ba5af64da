"""Project a world to the rows of the exchange tables as known at the end of a business date."""

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from simulator import contract
from simulator.engine import set_as_of

if TYPE_CHECKING:
    from simulator.world import World

FOLDER = Path(__file__).with_name("projection")
DATE_FORMATS = {"yyyymmdd": "%Y%m%d", "yyyymm": "%Y%m"}


def project(world: "World", as_of: dt.date) -> None:
    """Fill the schemas hrss, nhsa, tax_… of the session with the exchange tables at the end of `as_of`."""
    set_as_of(world.con, as_of)
    for system in sorted({table.system for table in contract.tables()}):
        world.sql(f"create schema if not exists {system}")
    for file in sorted(FOLDER.glob("*.sql")):
        world.sql(file.read_text(encoding="utf-8"))
    for table in contract.tables():
        _conform(world, table)
    _override(world)


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
