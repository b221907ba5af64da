"""Habits of employers that several parts agree on, as SQL macros: who works with the client, since when, who comes to the counter."""

import duckdb

from simulator.part import settings


def install(con: duckdb.DuckDBPyConnection) -> None:
    """Create the macros in a session."""
    use = settings("client")["use"]
    low, high = use["bureau_spread"]
    con.execute(
        f"""
        -- has an account in the client: more in some bureaus than in others
        create macro has_client_account(employer_key, bureau_code) as
            chance(employer_key, 'client user')
                < {use["registered_share"]} + {low} + ({high} - {low}) * chance(bureau_code, 'client spread');
        -- has an account and binds what it has registered
        create macro uses_client(employer_key, bureau_code) as
            has_client_account(employer_key, bureau_code) and chance(employer_key, 'client binder') < {use["bound_share"]};
        -- the day from which it works with the client: soon after it opened, or as the client spread
        create macro client_from(employer_key, opened_on) as
            greatest(
                opened_on + chance_int(employer_key, 'client soon', 3, 8),
                date '{use["opened"]}' + floor(pow(chance(employer_key, 'client adopted'), 2) * {use["adoption_days"]})::int
            );
        -- a client user who handles this bill at the counter all the same: one bill of its month at most
        create macro at_counter(employer_key, department_code, period, bill_no) as
            department_code = 'HRSS' and bill_no = 1
            and chance(employer_key || period, 'at the counter') < {use["counter_month_share"]};
        """
    )
