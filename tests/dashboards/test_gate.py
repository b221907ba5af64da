"""The gate: no row out of scope whoever asks whatever, no second opener, no way around, everything logged."""

import ast
import re
from collections import Counter
from pathlib import Path

import duckdb
import pytest
from hypothesis import event, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from common import paths
from dashboards.access import accounts, store
from dashboards.access.models import AccessEvent
from dashboards.access.roles import Role, Scope, ScopeKind, User
from dashboards.repositories import policy, snapshot
from dashboards.repositories.gate import Gate, MissingTableError, RefusedError, gate
from tests.dashboards import fixture_person as made
from tests.dashboards import fixture_snapshot
from tests.dashboards.conftest import consented, user

BUREAUS = [row["bureau_code"] for row in fixture_snapshot.seed("ref_bureau") if row["is_ranked"] == "true"]
TOWNS = [row["town_code"] for row in fixture_snapshot.seed("ref_town_bureau")][:60]
VILLAGES = [
    row["division_code"] for row in fixture_snapshot.seed("ref_division") if row["level"] == "village" and row["parent_code"] in TOWNS
]  # fmt: skip
TABLES = sorted(fixture_snapshot.tables())


def user_of(role: Role, scope: Scope) -> User:
    return User(1, "tester", "测试", role, scope)


VILLAGER = user_of(Role.CADRE, Scope(ScopeKind.VILLAGE, ("450103004002",)))
CITY = user_of(Role.SECTION, Scope(ScopeKind.CITY, (), "全市"))
scopes = st.one_of(
    st.builds(lambda codes: Scope(ScopeKind.BUREAU, tuple(codes)), st.lists(st.sampled_from(BUREAUS), min_size=1, max_size=3, unique=True)),
    st.builds(lambda codes: Scope(ScopeKind.TOWN, tuple(codes)), st.lists(st.sampled_from(TOWNS), min_size=1, max_size=2, unique=True)),
    st.builds(lambda codes: Scope(ScopeKind.VILLAGE, tuple(codes)), st.lists(st.sampled_from(VILLAGES), min_size=1, max_size=2, unique=True)),
    st.just(Scope(ScopeKind.NONE)),
)  # fmt: skip


@pytest.fixture(scope="module")
def city_towns(var: Path) -> dict[str, str]:
    rows = gate.query(CITY, "测试", "areas").rows
    return {row["area_code"]: row["parent_code"] for row in rows if row["level"] == "town"}


SUMS = [table for table in TABLES if policy.is_aggregate(table)]


def test_no_row_out_of_scope(var: Path, city_towns: dict[str, str]) -> None:
    """Anybody asks for any table; and as often a cadre for sums, since towns and villages have rows in a few of these alone."""
    sql = "select distinct area_code from mtr_cube_resident_progress where level = 'village' order by 1"
    villages = [row["area_code"] for row in gate.query_text(CITY, "测试", "x", sql, {}).rows]
    of_villages = [table for table in SUMS if _in_scope(city_towns, Role.CADRE, VILLAGER.scope, table)]
    assert "mtr_cube_resident_progress" in of_villages
    # A few of each: every scope is a catalogue of its own.
    towns = st.builds(lambda code: Scope(ScopeKind.TOWN, (code,)), st.sampled_from(sorted(city_towns)[:8]))
    some = st.builds(lambda code: Scope(ScopeKind.VILLAGE, (code,)), st.sampled_from(villages[:8]))
    cadre = st.just(Role.CADRE)
    anybody = st.tuples(st.sampled_from(Role), scopes, st.sampled_from([*TABLES, *policy.DERIVED]))
    met: Counter[ScopeKind] = Counter()

    @settings(max_examples=120, deadline=None)
    @given(
        asked=st.one_of(
            anybody,
            st.tuples(cadre, towns, st.sampled_from(SUMS)),
            st.tuples(cadre, some, st.sampled_from(of_villages)),
        )
    )
    @example(asked=(Role.CADRE, Scope(ScopeKind.TOWN, ("450103004",)), "mtr_collection_rate"))
    @example(asked=(Role.CADRE, VILLAGER.scope, "mtr_cube_resident_progress"))
    def holds(asked: tuple[Role, Scope, str]) -> None:
        role, scope, table = asked
        rows = _in_scope(city_towns, role, scope, table)
        met[scope.kind] += bool(rows)
        event(f"{scope.kind} {'with' if rows else 'without'} rows")

    holds()
    # Not by the two examples alone.
    assert met[ScopeKind.TOWN] > 2, met
    assert met[ScopeKind.VILLAGE] > 2, met


def _in_scope(city_towns: dict[str, str], role: Role, scope: Scope, table: str) -> int:
    """Ask, and hold every row against the scope; how many rows were held."""
    user = user_of(role, scope)
    try:
        rows = gate.query_text(user, "测试", "property", f"select * from {table} limit 1500", {}).rows
    except RefusedError:
        return 0
    if table in policy.REFERENCE:
        return 0
    if table in policy.OPERATIONS | policy.OPERATION_ROWS | {"agg_quarantine"}:
        assert scope.kind is ScopeKind.NONE
        return 0
    assert scope.kind is not ScopeKind.NONE, f"{table} was answered to a user without scope"
    assert user.sees_rows or policy.is_aggregate(table) or table in policy.DERIVED
    if table in policy.FOLLOWS:
        return 0  # held against their leaders below
    for row in rows:
        assert not any(name.endswith("_token") for name in row)
        if scope.kind is ScopeKind.BUREAU:
            area = row.get("bureau_code") or city_towns.get(str(row.get("area_code")), row.get("area_code"))
            assert area in scope.codes, (table, row)
        elif scope.kind is ScopeKind.VILLAGE:
            assert (row.get("village_code") or row.get("area_code")) in scope.codes, (table, row)
        else:
            assert (row.get("town_code") or row.get("area_code")) in scope.codes, (table, row)
    return len(rows)


def test_followers_stay_with_their_leaders(var: Path) -> None:
    clerk = user_of(Role.BUREAU, Scope(ScopeKind.BUREAU, ("14501030000",)))
    keys = {
        (row["rule_id"], row["subject_key"])
        for row in gate.query_text(clerk, "测试", "x", "select rule_id, subject_key from finding", {}).rows
    }
    events = gate.query_text(clerk, "测试", "x", "select rule_id, subject_key from finding_event", {}).rows
    assert events
    assert {(row["rule_id"], row["subject_key"]) for row in events} <= keys


def test_scope_is_not_empty_by_accident(var: Path) -> None:
    clerk = user_of(Role.BUREAU, Scope(ScopeKind.BUREAU, ("14501030000",)))
    for table in (
        "finding",
        "anm_partly_paid",
        "rec_break",
        "rec_summary",
        "mtr_collection_rate",
        "mtr_collection_daily",
        "mtr_today",
        "agg_finding",
    ):
        mine = gate.query_text(clerk, "测试", "x", f"select count(*) as n from {table}", {}).one()["n"]
        every = gate.query_text(CITY, "测试", "x", f"select count(*) as n from {table}", {}).one()["n"]
        assert 0 < mine < every, table


def test_every_table_gives_a_village_its_own_rows_or_none(var: Path) -> None:
    found = {}
    for table in [*TABLES, *policy.DERIVED]:
        if table in policy.REFERENCE:
            continue
        try:
            rows = gate.query_text(VILLAGER, "测试", "x", f"select * from {table}", {}).rows
        except RefusedError:
            continue
        assert policy.is_aggregate(table), table
        assert {row["area_code"] for row in rows} <= set(VILLAGER.scope.codes), table
        found[table] = len(rows)
    assert found["mtr_cube_resident_progress"]
    assert found["mtr_resident_season"]
    # Counts of findings stop at the town, so there are none for a village.
    assert "agg_finding" not in found
    assert gate.query_text(VILLAGER, "测试", "x", "select sum(open_count) as n from rule", {}).one()["n"] is None


def test_a_village_gets_no_more_row_by_row_or_by_looking_up(var: Path) -> None:
    params = {"level": "village", "area_code": "450103004001", "insurance_code": "10212", "bureau_code": None}
    assert list(gate.stream(CITY, "测试", "resident_season", params, limit=10))
    assert not list(gate.stream(VILLAGER, "测试", "resident_season", params, limit=10))
    assert list(gate.stream(VILLAGER, "测试", "resident_season", {**params, "area_code": "450103004002"}, limit=10))
    with pytest.raises(RefusedError):
        gate.look_up(VILLAGER, "测试", "person_registrations", "0" * 32)


LOOK_UPS = ("person_registrations", "person_payments", "person_agreements", "person_deductions", "person_special_dues")


def test_a_cadre_of_a_village_looks_up_nobody(own: None) -> None:
    """Not even who is registered there: persons are for those who answer. Before the consent and after it, and each time it is in the log."""
    accounts.save("villager", "某村", Role.CADRE, VILLAGER.scope, "demo-Village-1")
    before = user("villager")
    consented("villager")
    cadre = user("villager")
    assert (before.must_consent, cadre.must_consent) == (True, False)
    for one in (before, cadre):
        for who in (made.WRONG_ID, made.OTHER_BUREAU_ID):
            for name in LOOK_UPS:
                with pytest.raises(RefusedError):
                    gate.look_up(one, "村干查人", name, made.token_of(who))
    with store.unit_of_work() as session:
        events = session.scalars(select(AccessEvent).where(AccessEvent.purpose == "村干查人")).all()
        said = [(event.action, event.login, event.scope, event.row_count) for event in events]
    assert said == [("refused_query", "villager", VILLAGER.scope.key, None)] * 4 * len(LOOK_UPS)
    assert not any(made.token_of(made.WRONG_ID) in str(vars(event)) for event in events)


def test_a_look_up_holds_to_the_smallest_scope(var: Path) -> None:
    """Should a role that answers ever be given a town or a village: a registration has a town, and no record of a person a village."""
    found: dict[str, int] = {}
    for code in ("450103004", "450108001"):
        town = user_of(Role.BUREAU, Scope(ScopeKind.TOWN, (code,)))
        rows = gate.look_up(town, "测试", "person_registrations", made.token_of(made.WRONG_ID)).rows
        found[code] = len(rows)
    assert found == {"450103004": 3, "450108001": 0}
    village = user_of(Role.BUREAU, VILLAGER.scope)
    for who in (made.WRONG_ID, made.OTHER_BUREAU_ID):
        with pytest.raises(RefusedError):
            gate.look_up(village, "测试", "person_registrations", made.token_of(who))


def test_catalogue_counts_are_the_users_own(var: Path) -> None:
    sql = "select sum(open_count) as n from rule"
    every = gate.query_text(CITY, "测试", "x", sql, {}).one()["n"]
    clerk = user_of(Role.BUREAU, Scope(ScopeKind.BUREAU, ("14501030000",)))
    assert 0 < gate.query_text(clerk, "测试", "x", sql, {}).one()["n"] < every
    assert gate.query_text(user_of(Role.ANALYST, Scope(ScopeKind.NONE)), "测试", "x", sql, {}).one()["n"] is None


def test_masked_columns_only_for_roles_that_need_them(var: Path) -> None:
    sql = "select * from dim_registration limit 1"
    assert "contact_phone" in gate.query_text(CITY, "测试", "x", sql, {}).one()
    leader = gate.query_text(user_of(Role.LEADER, Scope(ScopeKind.CITY)), "测试", "x", sql, {}).one()
    assert "contact_phone" not in leader
    assert "unit_name" in leader


@pytest.mark.parametrize(
    "sql",
    [
        "delete from finding",
        "select 1; select 2",
        "attach 'x.duckdb'",
        "copy finding to 'x.csv'",
        "pragma database_list",
        "set enable_external_access = true",
        "select * from main.finding",
        "select * from memory.main.finding",
        "select * from duckdb_databases()",
        "select * from duckdb_views()",
        "select * from information_schema.tables",
        "select * from query('select 1')",
        "select * from query_table('finding')",
        "select * from read_csv('/etc/hostname')",
        "select * from '/etc/hostname'",
        "with x as (select * from read_text('/etc/hostname')) select * from x",
        "select (select count(*) from glob('/*'))",
        "from finding select * union all select * from read_text('/etc/hostname')",
    ],
)  # fmt: skip
def test_ways_around_are_refused(var: Path, sql: str) -> None:
    with pytest.raises((RefusedError, MissingTableError)):
        gate.query_text(user_of(Role.BUREAU, Scope(ScopeKind.BUREAU, ("14501030000",))), "测试", "x", sql, {})


def test_unknown_rule_table_and_odd_names_are_refused(var: Path) -> None:
    with pytest.raises(RefusedError):
        gate.query(CITY, "测试", "rule_evidence", {"subject_key": "x"}, table="finding; drop")
    with pytest.raises(RefusedError):
        gate.query(CITY, "测试", "../gate")
    with pytest.raises(MissingTableError):
        gate.query(CITY, "测试", "rule_evidence", {"subject_key": "x"}, table="anm_unknown")


def test_every_question_is_logged_without_content(var: Path) -> None:
    gate.query(CITY, "日志测试", "periods")
    gate.query(CITY, "日志测试", "periods")
    with pytest.raises(RefusedError):
        gate.query_text(user_of(Role.ANALYST, Scope(ScopeKind.NONE)), "日志测试", "peek", "select * from finding", {})
    with store.unit_of_work() as session:
        events = session.scalars(select(AccessEvent).where(AccessEvent.purpose == "日志测试")).all()
    answered = [event for event in events if event.action == "query"]
    assert len(answered) >= 2, "an answer from the cache is logged too"
    assert answered[0].tables == "mtr_collection_rate"
    assert answered[0].row_count == 13
    assert answered[0].snapshot == fixture_snapshot.SNAPSHOT_ID
    assert [event.action for event in events if event.query_name == "peek"] == ["refused_query"]


def test_a_new_snapshot_is_seen_and_the_cache_does_not_mix(
    var: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHEBAO_VAR", str(tmp_path))
    file = fixture_snapshot.write(tmp_path)
    own = Gate()
    assert own.query(CITY, "测试", "snapshot_info").one()["run_id"] == "run-14"
    newer = file.with_name("20260701T101112Z-00000000.duckdb")
    newer.write_bytes(file.read_bytes())
    with duckdb.connect(str(newer)) as connection:
        connection.execute("update snapshot set run_id = 'run-15'")
    (file.parent / "CURRENT").write_text(newer.name)
    assert own.query(CITY, "测试", "snapshot_info").one()["run_id"] == "run-15"


def test_the_cache_is_bounded_by_its_rows(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was not asked for longest goes first; an answer that is kept again is counted once."""
    from dashboards.repositories import gate as module

    monkeypatch.setattr(module, "_MAX_CACHED_ROWS", 25)
    own = Gate()
    own.warm_up()
    for length in (10, 10, 4):
        for start in (0, 100):
            sql = f"select range as n from range({start}, {start + length})"
            assert len(own.query_text(CITY, "测试", "x", sql, {}).rows) == length
    kept = [len(rows) for rows in own._cache.values()]
    assert sum(kept) == own._cached_rows <= 25
    assert kept == [10, 4, 4]


def _scopes(own: Gate) -> int:
    """How many scopes' catalogues the gate's DuckDB has."""
    assert own._engine is not None
    sql = "select count(*) from duckdb_databases() where database_name like 'v%'"
    counted = own._engine.connection.cursor().execute(sql).fetchone()
    assert counted is not None
    return int(counted[0])


def test_scopes_share_one_duckdb_and_do_not_reach_each_other(var: Path) -> None:
    own = Gate()
    clerk = user_of(Role.BUREAU, Scope(ScopeKind.BUREAU, ("14501030000",)))
    every = own.query_text(CITY, "测试", "x", "select count(*) as n from finding", {}).one()["n"]
    mine = own.query_text(clerk, "测试", "x", "select count(*) as n from finding", {}).one()["n"]
    assert 0 < mine < every
    assert own._engine is not None
    city = own._database(snapshot.current(), CITY)
    assert _scopes(own) == 2
    for name in (f"{city._name}.main.finding", f"{city._name}.finding", f"{own._engine.alias}.main.finding"):
        with pytest.raises(RefusedError):
            own.query_text(clerk, "测试", "x", f"select count(*) as n from {name}", {})
    with pytest.raises((RefusedError, MissingTableError)):
        own.query_text(clerk, "测试", "x", f"select * from {city._name}", {})


def test_a_scope_that_falls_is_let_go_of_by_its_last_reader(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import gc

    from dashboards.repositories import gate as module

    monkeypatch.setattr(module, "_MAX_SCOPES", 2)
    own = Gate()
    reading = own.stream(CITY, "测试", "areas", {}, limit=1000)
    first = next(reading)
    for code in BUREAUS[:5]:
        clerk = user_of(Role.BUREAU, Scope(ScopeKind.BUREAU, (code,)))
        assert own.query_text(clerk, "测试", "x", "select count(*) as n from finding", {}).rows
    gc.collect()
    assert _scopes(own) == 3, "two that are kept, and the one that is still read"
    assert len([first, *reading]) > 16
    del reading
    gc.collect()
    assert _scopes(own) == 2


def test_only_the_gate_opens_duckdb() -> None:
    opens = []
    for file in (paths.root() / "dashboards").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = (
                [alias.name for alias in node.names] if isinstance(node, ast.Import)
                else [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            )  # fmt: skip
            if any(name.split(".")[0] == "duckdb" for name in names):
                opens.append(file.relative_to(paths.root()).as_posix())
    # The vault has its own opener: it is another file, another key, and holds no scope.
    assert sorted(opens) == ["dashboards/repositories/gate.py", "dashboards/repositories/vault.py"]


def test_pages_hold_no_sql_and_imports_go_down_only() -> None:
    order = ["access", "repositories", "services", "components", "pages"]
    for file in (paths.root() / "dashboards").rglob("*.py"):
        layer = file.relative_to(paths.root() / "dashboards").parts[0]
        source = file.read_text(encoding="utf-8")
        if layer in ("access", "repositories", "services"):
            assert "import streamlit" not in source, file
        if layer in ("pages", "components", "services"):
            assert not any(_is_sql(node) for node in ast.walk(ast.parse(source))), file
        if layer in order:
            for node in ast.walk(ast.parse(source)):
                if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("dashboards."):
                    target = (node.module or "").split(".")[1]
                    allowed = {*order[: order.index(layer) + 1], "registry"}
                    if layer == "repositories":
                        allowed.add("services")  # names are formatted where they are read
                    assert target in allowed, (file, target)


def _is_sql(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.search(r"\bselect\b.*\bfrom\b", node.value, re.I | re.S) is not None
    )


def test_every_query_parses_against_the_contract(var: Path) -> None:
    folder = paths.root() / "dashboards" / "repositories" / "sql"
    connection = duckdb.connect(str(snapshot.current().file), read_only=True)
    for table, (source, template) in policy.DERIVED.items():
        connection.execute(f"create temp view {table} as {template.format(source=source)}")
    published = snapshot.current().snapshot_id
    for table, token in policy.LOOKUPS.items():
        found = f"{policy.LEADS_TO.get(table, token)} as found_token"
        connection.execute(f'create temp view {table} as select *, {found} from "{published}".main.{table}')
    for file in sorted(folder.glob("*.sql")):
        table = "mtr_cube_collection" if file.name.startswith("metric") else "anm_partly_paid"
        sql = file.read_text(encoding="utf-8").replace("{table}", table)
        assert sql.startswith("-- "), file.name
        assert "Grain:" in sql.splitlines()[0] or "Grain:" in sql.splitlines()[1], file.name
        connection.execute(f"explain {sql}", dict.fromkeys(_parameters(sql)) or None)


def _parameters(sql: str) -> set[str]:
    return set(re.findall(r"\$([a-z_]+)", sql))
