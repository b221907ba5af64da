"""The simulator's own DuckDB session: calendar, repeatable chance, and the small SQL macros that everything uses."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from duckdb.func import PythonUDFType

from common.paths import calendar_seed

DateLike = dt.date | dt.datetime | str

MACROS = """
-- repeatable chance: a number in [0, 1) that depends on nothing but the seed, a key and what it is for
create macro chance(key, purpose) as
    (md5_number_lower(getvariable('seed') || '|' || purpose || '|' || key) % 1000000007) / 1000000007.0;
create macro chance_int(key, purpose, low, high) as
    (low + floor(chance(key, purpose) * (high - low + 1)))::int;
create macro pick(choices, p) as choices[1 + floor(p * len(choices))::int];

-- working days (by the array functions below): workday_no(d): how many up to and including a day; workday_at(n): the n-th;
-- workday_after(d, n): the n-th after a day (before it when negative); is_workday(d)
create macro workday_no(d) as calendar_number(d::date);
create macro workday_at(n) as calendar_day(n);
create macro workday_after(d, n) as calendar_after(d::date, n);
create macro workday_not_before(d) as calendar_after(d::date - 1, 1);
create macro workday_not_after(d) as calendar_after(d::date, 0);
create macro is_workday(d) as calendar_worked(d::date);

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
    con.execute(f"set variable seed = '{int(seed)}'")
    con.execute(
        f"create temp table calendar as select calendar_date::date as d, is_workday::boolean as worked, "
        f"workday_index::int as n from read_csv('{calendar_seed()}', all_varchar = true)"
    )
    _add_calendar_functions(con)
    con.execute(MACROS)
    return con


def _add_calendar_functions(con: duckdb.DuckDBPyConnection) -> None:
    """The working-day functions as array functions: one look-up for a whole vector of days."""
    rows = con.execute("select d, n, worked from calendar order by d").fetchall()
    first = int(np.datetime64(rows[0][0], "D").astype(int))
    numbers = np.array([row[1] for row in rows], dtype=np.int32)
    worked = np.array([row[2] for row in rows])
    days = np.array([row[0] for row in rows if row[2]], "datetime64[D]").astype(np.int32)

    def calendar_number(day: pa.ChunkedArray) -> pa.Array:
        return _look_up(_position(day, first), numbers, pa.int32())

    def calendar_day(number: pa.ChunkedArray) -> pa.Array:
        return _look_up(_position(number, 1), days, pa.int32()).cast(pa.date32())

    def calendar_after(day: pa.ChunkedArray, number: pa.ChunkedArray) -> pa.Array:
        position = _position(day, first)
        known = (position >= 0) & (position < len(numbers))
        wanted = numbers[np.where(known, position, 0)] + _position(number, 1)
        return _look_up(np.where(known, wanted, -1), days, pa.int32()).cast(pa.date32())

    def calendar_worked(day: pa.ChunkedArray) -> pa.Array:
        return _look_up(_position(day, first), worked, pa.bool_())

    functions: list[tuple[str, Callable[..., Any], list[Any], str]] = [
        ("calendar_number", calendar_number, ["date"], "integer"),
        ("calendar_day", calendar_day, ["integer"], "date"),
        ("calendar_after", calendar_after, ["date", "integer"], "date"),
        ("calendar_worked", calendar_worked, ["date"], "boolean"),
    ]
    for name, function, arguments, result in functions:
        con.create_function(name, function, arguments, result, type=PythonUDFType.ARROW)


def _position(value: pa.ChunkedArray, first: int) -> np.ndarray:
    """Distance from the first; a NULL lies before it."""
    combined = value.combine_chunks() if isinstance(value, pa.ChunkedArray) else value
    result: np.ndarray = combined.cast(pa.int32()).fill_null(first - 10_000_000).to_numpy(zero_copy_only=False) - first
    return result


def _look_up(position: np.ndarray, values: np.ndarray, kind: pa.DataType) -> pa.Array:
    """values[position]; what lies outside the calendar is NULL, a step that does not happen."""
    missing = (position < 0) | (position >= len(values))
    return pa.array(values[np.where(missing, 0, position)], type=kind, mask=missing)


def set_as_of(con: duckdb.DuckDBPyConnection, as_of: dt.date) -> None:
    """Fix the business date of the projection: the end of that day is the last moment known."""
    con.execute(f"set variable as_of = date '{as_of.isoformat()}'")
    con.execute(f"set variable as_of_end = timestamp '{as_of.isoformat()} 23:59:59.999999'")


def load_csv(con: duckdb.DuckDBPyConnection, relation: str, path: Path) -> None:
    """A CSV with a header as a table of texts; blanks are NULL."""
    con.execute(
        f"create or replace temp table {relation} as select * from read_csv('{path}', all_varchar = true, header = true)"
    )
