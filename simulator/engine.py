"""The simulator's own DuckDB session: calendar, repeatable chance, and the small SQL macros that everything uses."""

import datetime as dt
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import duckdb

from common.paths import calendar_seed

DateLike = dt.date | dt.datetime | str

MACROS = """
-- repeatable chance: a number in [0, 1) that depends on nothing but the seed, a key and what it is for. Two rounds of the
-- engine's 64-bit hash: the purpose is a constant, so that a row costs one hash of its key and one of a number.
create macro chance(key, purpose) as
    (hash(xor(hash(key), hash(getvariable('seed_of') || purpose))) >> 11)::double / 9007199254740992e0;
create macro chance_int(key, purpose, low, high) as
    (low + floor(chance(key, purpose) * (high - low + 1)))::int;
create macro pick(choices, p) as choices[1 + floor(p * len(choices))::int];

-- working days: workday_no(d): how many up to and including a day; workday_at(n): the n-th; workday_after(d, n): the n-th
-- after a day (before it when negative); is_workday(d). What lies outside the calendar is NULL, a step that does not happen.
-- The calendar is two texts of four characters a day, blank for 2000 cells before and after: a text is the cheapest constant
-- to look something up in, and the blanks spare a condition that would double every expression.
create macro calendar_cell(cells, place) as try_cast(substr(cells, 4 * place + 8001, 4) as int);
create macro workday_no(d) as calendar_cell(getvariable('calendar_number'), d::date - getvariable('calendar_start'));
create macro workday_at(n) as getvariable('calendar_start') + calendar_cell(getvariable('calendar_day'), n - 1);
create macro workday_after(d, n) as workday_at(workday_no(d) + n);
create macro workday_not_before(d) as workday_at(workday_no(d::date - 1) + 1);
create macro workday_not_after(d) as workday_at(workday_no(d));
create macro is_workday(d) as workday_no(d) > coalesce(workday_no(d::date - 1), 0);

-- a moment of a day: p in [0, 1) runs from the first to the last minute given
create macro moment(d, p, first_minute, last_minute) as
    d::date::timestamp + to_seconds((first_minute * 60 + floor(p * (last_minute - first_minute) * 60))::int);
create macro month_first(period) as strptime(period, '%Y%m')::date;
create macro month_last(period) as last_day(strptime(period, '%Y%m')::date);
create macro to_period(d) as strftime(d, '%Y%m');

-- what is known at the end of the business date
create macro known(t) as case when t <= getvariable('as_of_end') then t end;
create macro is_known(t) as coalesce(t <= getvariable('as_of_end'), false);

-- money
create macro cents(x) as round(x, 2)::decimal(16, 2);
"""


def connect(seed: int, threads: int = 2, database: str = ":memory:") -> duckdb.DuckDBPyConnection:
    """A session with the macros, the calendar and the seed of chance."""
    con = duckdb.connect(database, config={"threads": threads, "preserve_insertion_order": False})
    con.execute("set enable_progress_bar = false")
    con.execute(f"set variable seed_of = '{int(seed)}|'")
    con.execute(
        f"""
        create temp table calendar as select calendar_date::date as d, is_workday::boolean as worked, workday_index::int as n
        from read_csv('{calendar_seed()}', all_varchar = true);
        set variable calendar_start = (select min(d) from calendar);
        set variable calendar_number = (
            select repeat(' ', 8000) || string_agg(lpad(n::varchar, 4, ' '), '' order by d) || repeat(' ', 8000) from calendar);
        set variable calendar_day = (
            select repeat(' ', 8000) || string_agg(lpad((d - getvariable('calendar_start'))::varchar, 4, ' '), '' order by d)
                || repeat(' ', 8000)
            from calendar where worked);
        """
    )
    con.execute(MACROS)
    return con


def set_as_of(con: duckdb.DuckDBPyConnection, as_of: dt.date) -> None:
    """Fix the business date of the projection: the end of that day is the last moment known."""
    con.execute(f"set variable as_of = date '{as_of.isoformat()}'")
    con.execute(f"set variable as_of_end = timestamp '{as_of.isoformat()} 23:59:59.999999'")


def load_csv(con: duckdb.DuckDBPyConnection, relation: str, path: Path) -> None:
    """A CSV with a header as a table of texts; blanks are NULL."""
    con.execute(
        f"create or replace temp table {relation} as select * from read_csv('{path}', all_varchar = true, header = true)"
    )


def literal(value: Any) -> str:
    """A value as SQL: the same value that it would be as a parameter."""
    if value is None:
        return "null"
    if isinstance(value, (bool, int)):
        return str(value).lower()
    if isinstance(value, float):
        return f"'{value!r}'::double"
    return "'" + str(value).replace("'", "''") + "'"


def insert_rows(con: duckdb.DuckDBPyConnection, target: str, rows: Iterable[Sequence[Any]]) -> None:
    """Rows of Python values into a table, as one statement of literals: the first parameter of a process imports pandas."""
    lines = ", ".join(f"({', '.join(literal(value) for value in row)})" for row in rows)
    if lines:
        con.execute(f"insert into {target} values {lines}")
