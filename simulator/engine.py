"""The simulator's own DuckDB session: calendar, repeatable chance, and the small SQL macros that everything uses."""

import datetime as dt
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from common.paths import calendar_seed

DateLike = dt.date | dt.datetime | str

MACROS = """
-- repeatable chance: a number in [0, 1) that depends on nothing but the seed, a key and what it is for
create macro chance(key, purpose) as
    (md5_number_lower(getvariable('seed') || '|' || purpose || '|' || key) % 1000000007) / 1000000007.0;
create macro chance_int(key, purpose, low, high) as
    (low + floor(chance(key, purpose) * (high - low + 1)))::int;
create macro pick(choices, p) as choices[1 + floor(p * len(choices))::int];

-- working days: how many up to and including a day; the n-th; the n-th after a day; the next one that is not before a day
create macro workday_no(d) as workday_number(d::date);
create macro workday_after(d, n) as workday_at(workday_no(d) + n);
create macro workday_not_before(d) as workday_at(workday_no(d::date - 1) + 1);
create macro workday_not_after(d) as workday_at(workday_no(d));
create macro is_workday(d) as workday_no(d) <> workday_no(d::date - 1);

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
    """workday_number(day) and workday_at(number) as array functions: one look-up for a whole vector."""
    first = np.datetime64(con.execute("select min(d) from calendar").fetchall()[0][0], "D").astype(int)
    numbers = np.array([row[0] for row in con.execute("select n from calendar order by d").fetchall()], dtype=np.int32)
    days = np.array([row[0] for row in con.execute("select d from calendar where worked order by d").fetchall()], "datetime64[D]")

    def workday_number(day: pa.ChunkedArray) -> pa.Array:
        return _look_up(day.cast(pa.int32()), numbers, int(first), pa.int32())

    def workday_at(number: pa.ChunkedArray) -> pa.Array:
        return _look_up(number, days.astype(np.int32), 1, pa.date32())

    con.create_function("workday_number", workday_number, ["date"], "integer", type="arrow")  # type: ignore[arg-type]
    con.create_function("workday_at", workday_at, ["integer"], "date", type="arrow")  # type: ignore[arg-type]


def _look_up(index: pa.ChunkedArray, values: np.ndarray, first: int, kind: pa.DataType) -> pa.Array:
    """values[index − first]; what lies outside the calendar is NULL, a step that does not happen."""
    combined = index.combine_chunks() if isinstance(index, pa.ChunkedArray) else index
    position = combined.fill_null(first - 1).to_numpy(zero_copy_only=False) - first
    missing = (position < 0) | (position >= len(values))
    return pa.array(values[np.where(missing, 0, position)], type=pa.int32(), mask=missing).cast(kind)


def set_as_of(con: duckdb.DuckDBPyConnection, as_of: dt.date) -> None:
    """Fix the business date of the projection: the end of that day is the last moment known."""
    con.execute(f"set variable as_of = date '{as_of.isoformat()}'")
    con.execute(f"set variable as_of_end = timestamp '{as_of.isoformat()} 23:59:59.999999'")


def load_csv(con: duckdb.DuckDBPyConnection, relation: str, path: Path) -> None:
    """A CSV with a header as a table of texts; blanks are NULL."""
    con.execute(f"create or replace temp table {relation} as select * from read_csv('{path}', all_varchar = true, header = true)")
