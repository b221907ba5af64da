"""Breaks from day to day: opening + new + changed − cleared = closing, to the cent, per list, bureau, agency and item, told from the ledger's events.

A break that moves to another bureau, agency or item leaves the one cell as cleared and enters the other as new; a list that was not checked on a day has no
events, so it closes as it opened. Amounts are the absolute differences of the breaks.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import duckdb

TABLE = "ledger.break_movement"
CELL = ("bureau_code", "agency_code", "insurance_code")
_MONEY = "decimal(18, 2)"


def create(con: duckdb.DuckDBPyConnection) -> None:
    """Create the table of movements."""
    con.execute(
        f"create table if not exists {TABLE} (as_of date, rule_id varchar, bureau_code varchar, agency_code varchar, insurance_code varchar,"
        f" opening_count integer, opening_amount {_MONEY}, new_count integer, new_amount {_MONEY}, changed_amount {_MONEY},"
        f" cleared_count integer, cleared_amount {_MONEY}, closing_count integer, closing_amount {_MONEY})"
    )


def derive(con: duckdb.DuckDBPyConnection, rule_ids: Sequence[str], as_of: dt.date) -> None:
    """Write a day's movements of these lists; a repetition of the day, or of an earlier one, replaces what it wrote before."""
    create(con)
    con.execute(
        f"delete from {TABLE} where as_of >= ? and rule_id in (select unnest(?::varchar[]))", [as_of, list(rule_ids)]
    )
    cell = ", ".join(CELL)
    moved = " or ".join(f"b.{name} is distinct from n.{name}" for name in CELL)
    con.execute(
        f"""
        insert into {TABLE}
        with event as (
            select rule_id, subject_key, as_of, event, {cell}, coalesce(amount, 0) as amount
            from ledger.finding_event where rule_id in (select unnest($rules::varchar[])) and as_of <= $day
        ),
        before as (
            select * from event where as_of < $day
            qualify row_number() over (partition by rule_id, subject_key order by as_of desc) = 1
        ),
        now as (
            select * from event qualify row_number() over (partition by rule_id, subject_key order by as_of desc) = 1
        ),
        opened_before as (from before where event <> 'resolved'),
        open_now as (from now where event <> 'resolved'),
        both_days as (
            select b.rule_id as rule_before, n.rule_id as rule_now, b.amount as amount_before, n.amount as amount_now,
                {", ".join(f"b.{name} as {name}_before, n.{name} as {name}_now" for name in CELL)},
                b.rule_id is not null and n.rule_id is not null and not ({moved}) as stays
            from opened_before b full outer join open_now n on b.rule_id = n.rule_id and b.subject_key = n.subject_key
        ),
        flow as (
            select rule_before as rule_id, {", ".join(f"{name}_before as {name}" for name in CELL)},
                1 as opening_count, amount_before as opening_amount, 0 as new_count, 0 as new_amount,
                case when stays then amount_now - amount_before else 0 end as changed_amount,
                case when stays then 0 else 1 end as cleared_count, case when stays then 0 else amount_before end as cleared_amount,
                case when stays then 1 else 0 end as closing_count, case when stays then amount_now else 0 end as closing_amount
            from both_days where rule_before is not null
            union all
            select rule_now, {", ".join(f"{name}_now" for name in CELL)}, 0, 0, 1, amount_now, 0, 0, 0, 1, amount_now
            from both_days where rule_now is not null and not stays
        )
        select $day, rule_id, {cell}, sum(opening_count)::integer, sum(opening_amount)::{_MONEY}, sum(new_count)::integer, sum(new_amount)::{_MONEY},
            sum(changed_amount)::{_MONEY}, sum(cleared_count)::integer, sum(cleared_amount)::{_MONEY}, sum(closing_count)::integer,
            sum(closing_amount)::{_MONEY}
        from flow group by all
        """,
        {"rules": list(rule_ids), "day": as_of},
    )
