"""Which rows of a published table a scope may see, decided from the table's own columns.

Contains the table classes and the filter made of a scope. A new mart needs no entry here: it is a list of single
records unless it is named below, and a table without any area column is for whole-city users only.
"""

from collections.abc import Sequence

from dashboards.access.roles import Role, ScopeKind, User

# Names and codes that everybody who signed in may read.
REFERENCE = frozenset(
    {
        "dim_bureau",
        "dim_agency",
        "dim_insurance_item",
        "dim_division",
        "rule",
        "snapshot",
        "ops_freshness",
        "mart_source",
        "dim_code",
        "mtr_definition",
        "dictionary_table",
        "dictionary_column",
        "dictionary_edge",
    }
)
# Technical counts, for people without an area of their own and for the whole city.
OPERATIONS = frozenset(
    {
        "ops_run", "ops_sync_table", "ops_check_result", "ops_rule_run", "ops_snapshot", "ops_patrol", "ops_alert_log", "ops_disk",
        "ops_roster_run", "ops_roster_count",
        "mon_system", "mon_heartbeat_hour", "mon_trouble", "mon_backlog", "mon_backlog_day", "mon_read_hour",
        "mon_insert_failure_day", "mon_space", "mon_slow_read_day", "mon_login_hour",
    }
)  # fmt: skip
# Technical rows that carry masked keys of single records.
OPERATION_ROWS = frozenset({"ops_quarantine"})
# Aggregates; everything else that is not named here is a list of single records.
AGGREGATES = frozenset(
    {
        "mtr_collection_rate", "mtr_collection_daily", "mtr_today", "mtr_stage", "list_count", "rec_summary", "rec_internal_summary",
        "rec_annuity_summary", "rec_annuity_income", "rec_person_summary", "rec_treasury_agency", "rec_bucket", "rec_received_by_item",
        "rec_arrival_day", "rec_waterfall", "rec_clearing_time", "break_movement", "mtr_deduction_round",
    }
    | {"mtr_resident_season", "mtr_score", "mtr_change", "mtr_warning", "mtr_readiness_area", "mtr_readiness_backtest"}
)  # fmt: skip
# The cubes of metrics are aggregates too, whatever they are called after this.
AGGREGATE_PREFIX = "mtr_cube_"
# Records of one natural person. No query reads them but the named look-ups of one person, and those see that person's rows only: table →
# the token that tells the person, or the number that leads to one.
LOOKUPS = {
    "fct_person_registration": "person_key_token", "fct_person_payment": "person_key_token", "fct_person_agreement": "person_key_token",
    "fct_person_deduction": "person_key_token", "fct_person_special_due": "person_key_token", "fct_person_number": "number_text_token",
}  # fmt: skip
# The token that a found number leads to; the only token that a view has, for the gate's own use.
LEADS_TO = {"fct_person_number": "person_key_token"}
# Scoped through another table, by the columns that they share.
FOLLOWS = {"finding_event": ("finding", ("rule_id", "subject_key"))}

# Aggregates that the gate makes itself, so that roles without lists can still see counts.
DERIVED = {
    "agg_finding": (
        "finding",
        "select rule_id, state, bureau_code, town_code, first_seen, resolved_on, count(*) as finding_count,"
        " sum(amount) as amount from {source} group by all",
    ),
    "agg_quarantine": (
        "ops_quarantine",
        "select run_id, source_name, table_name, column_name, reason, count(*) as row_count,"
        " max(quarantined_at) as last_at from {source} group by all",
    ),
}


def is_aggregate(table: str) -> bool:
    """Whether a table holds sums and no single records."""
    return table in AGGREGATES or table.startswith(AGGREGATE_PREFIX)


def _in(column: str, codes: Sequence[str]) -> str:
    return f"{column} in ({', '.join(_quoted(code) for code in sorted(codes))})"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def row_filter(user: User, table: str, columns: Sequence[str], towns: Sequence[str]) -> str | None:
    """SQL condition for the rows of a table that the user may see; None when the table is not for them.

    `towns` are the towns of the user's bureaus, for tables that know only an area code.
    """
    scope = user.scope
    if table in REFERENCE:
        return "true"
    if table in OPERATIONS:
        return "true" if scope.kind in (ScopeKind.CITY, ScopeKind.NONE) else None
    if table in OPERATION_ROWS:
        whole = scope.kind in (ScopeKind.CITY, ScopeKind.NONE)
        return "true" if whole and user.role in (Role.SECTION, Role.OPERATOR) else None
    if scope.kind is ScopeKind.NONE:
        return None
    if table in LOOKUPS and not user.sees_persons:
        return None
    if not is_aggregate(table) and not user.sees_rows:
        return None
    return area_filter(user, columns, towns)


def area_filter(user: User, columns: Sequence[str], towns: Sequence[str]) -> str | None:
    """The part of row_filter that asks only for the area."""
    scope = user.scope
    if scope.kind is ScopeKind.CITY:
        return "true"
    if scope.kind is ScopeKind.TOWN:
        if "town_code" in columns:
            return _in("town_code", scope.codes)
        if {"level", "area_code"} <= set(columns):
            return f"level = 'town' and {_in('area_code', scope.codes)}"
        return None
    if scope.kind is ScopeKind.VILLAGE:
        return _village_filter(columns, scope.codes)
    if scope.kind is ScopeKind.BUREAU:
        if "bureau_code" in columns:
            return _in("bureau_code", scope.codes)
        if {"level", "area_code"} <= set(columns):
            own = f"level = 'bureau' and {_in('area_code', scope.codes)}"
            return f"({own}) or (level = 'town' and {_in('area_code', towns)})" if towns else own
    return None


def _village_filter(columns: Sequence[str], codes: Sequence[str]) -> str | None:
    """A table that stops at the town has nothing for a village: the town's sums would tell of the neighbours."""
    if {"level", "area_code"} <= set(columns):
        return f"level = 'village' and {_in('area_code', codes)}"
    return _in("village_code", codes) if "village_code" in columns else None


def visible_columns(user: User, columns: Sequence[str]) -> list[str]:
    """Columns that a user's views have: never a token, and masked personal columns only for the roles that need them."""
    personal = {column for column in columns if f"{column}_token" in columns}
    hidden = {column for column in columns if column.endswith("_token")}
    if not user.sees_masked_contacts:
        hidden |= personal
    return [column for column in columns if column not in hidden]
