"""Publication: masked and audited before anybody sees it, atomic, repeatable, old snapshots pruned."""

from __future__ import annotations

import datetime as dt
import json
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from common import keys, paths
from orchestration.lib import ledger, masking, privacy, publish, vault, warehouse
from orchestration.lib.contract import Column, Table

from .test_ledger import rule

AS_OF = dt.date(2026, 6, 30)
PHONE, ACCOUNT = "13800008000", "6222021001116245702"

RAW = Table(
    source="tax_core",
    name="DJ",
    description="",
    exchange_schema="tax_core",
    raw_schema="raw_tax_core",
    key=("DJXH",),
    cursor=None,
    mode="full",
    columns=(Column("DJXH", "varchar"), Column("SJ", "varchar", personal_data="phone")),
    parity_sums=(),
    entity=None,
    warn_after_hours=None,
)


def column(name: str, kind: str | None = None) -> dict[str, Any]:
    meta = {"personal_data": kind} if kind else {}
    return {"name": name, "data_type": "varchar", "config": {"meta": meta}}


def manifest(**models: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "parent_map": {},
        "sources": {},
        "nodes": {
            f"model.shebao.{name}": {
                "unique_id": f"model.shebao.{name}",
                "resource_type": "model",
                "name": name,
                "schema": "marts",
                "path": f"marts/core/{name}.sql",
                "config": {"materialized": "table"},
                "columns": {c["name"]: c for c in columns},
            }
            for name, columns in models.items()
        },
    }


PERSONS = manifest(
    dim_person=[
        column("bureau_code"),
        column("person_key"),
        column("phone", "phone"),
        column("account", "account"),
        column("owner", "person_name"),
    ]
)


@pytest.fixture
def con(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[duckdb.DuckDBPyConnection]:
    monkeypatch.setenv("SHEBAO_VAR", str(tmp_path))
    monkeypatch.delenv("SHEBAO_WAREHOUSE", raising=False)
    monkeypatch.delenv("SHEBAO_KEY", raising=False)
    with warehouse.opened() as con:
        ledger.create(con)
        con.execute("create schema marts")
        con.execute("create schema raw_tax_core")
        con.execute("create table raw_tax_core.DJ as select '1' as DJXH, ? as SJ", [PHONE])
        con.execute(
            "create table marts.dim_person as select * from (values ('2', 'b', ?, ?, '韦小宝'), ('1', 'a', ?, null, ' '))"
            " t(bureau_code, person_key, phone, account, owner)",
            [PHONE, ACCOUNT, PHONE],
        )
        yield con


def run(con: duckdb.DuckDBPyConnection, model: dict[str, Any] = PERSONS) -> publish.Published:
    return publish.publish(con, model, [], [RAW], as_of=AS_OF, run_id="r1")


def read(file: Path, statement: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(file), read_only=True) as snapshot:
        return snapshot.execute(statement).fetchall()


def test_the_snapshot_is_masked_and_sorted_and_the_vault_opens_its_tokens(con: duckdb.DuckDBPyConnection) -> None:
    done = run(con)
    rows = read(done.file, "select person_key, phone, phone_token, account, owner from dim_person")
    token = masking.token_value(PHONE, "phone", keys.derive("token"))
    assert rows == [
        ("a", "138****8000", token, None, ""),
        ("b", "138****8000", token, "6222****5702", "韦**"),
    ]
    assert vault.read(token) == ("phone", PHONE)
    assert vault.read("0" * 32) is None
    assert done.vault_values == 3
    assert publish.current_file() == done.file


def test_no_file_holds_a_clear_value(con: duckdb.DuckDBPyConnection) -> None:
    done = run(con)
    for file in (done.file, paths.vault_file()):
        body = file.read_bytes()
        for clear in (PHONE, ACCOUNT, "韦小宝"):
            assert clear.encode() not in body, file.name
    assert stat.S_IMODE(paths.vault_file().stat().st_mode) == 0o600
    assert stat.S_IMODE(paths.secret_key_file().stat().st_mode) == 0o600
    assert not list(paths.vault_file().parent.glob(".*"))


def test_the_vault_does_not_open_without_the_key(
    con: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(con)
    monkeypatch.setenv("SHEBAO_KEY", "x" * 40)
    with pytest.raises(duckdb.Error):
        vault.read("0" * 32)


@pytest.mark.parametrize(
    "text",
    [PHONE, f"请拨打{PHONE}联系", f"编号A{ACCOUNT}-1".replace("A", "")],
)
def test_clear_values_in_any_text_hold_the_snapshot_back(con: duckdb.DuckDBPyConnection, text: str) -> None:
    first = run(con)
    con.execute("alter table marts.dim_person add column note varchar")
    con.execute("update marts.dim_person set note = ?", [text])
    if ACCOUNT in text:
        con.execute("update marts.dim_person set note = ?", [f"账号 {ACCOUNT}，请核实"])
    with pytest.raises(publish.PublishError) as error:
        run(con)
    assert "dim_person.note" in str(error.value)
    assert PHONE not in str(error.value)
    assert publish.current_file() == first.file
    assert [f.name for f in paths.published_dir().glob("*.duckdb")] == [first.file.name]
    assert not list(paths.published_dir().glob(".*"))


@pytest.mark.parametrize(
    ("lost", "missing"),
    [
        ("schema ledger cascade", "ledger.finding、ledger.finding_event、"),
        ("table ledger.break_movement", "（缺少 ledger.break_movement）"),
    ],
)
def test_a_warehouse_without_a_ledger_says_what_to_run(con: duckdb.DuckDBPyConnection, lost: str, missing: str) -> None:
    con.execute(f"drop {lost}")
    with pytest.raises(publish.PublishError) as error:
        run(con)
    assert "没有疑点台账" in str(error.value)
    assert missing in str(error.value)
    assert "请先运行 python -m orchestration daily" in str(error.value)
    assert publish.current_file() is None
    assert not paths.published_dir().exists() or not list(paths.published_dir().iterdir())


def test_a_rule_that_was_never_built_is_published_empty(con: duckdb.DuckDBPyConnection) -> None:
    new = manifest(anm_new=[column("rule_id"), column("tel", "phone")])
    both = {**new, "nodes": {**PERSONS["nodes"], **new["nodes"]}}
    done = run(con, both)
    assert read(done.file, "select * from anm_new") == []
    assert read(done.file, "select column_name from duckdb_columns() where table_name = 'anm_new'") == [
        ("rule_id",),
        ("tel",),
        ("tel_token",),
    ]


def test_a_list_too_long_for_a_snapshot_is_published_as_counts(
    con: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its rows stay a view in the warehouse; the snapshot has its shape, how many rows each bureau has, and says so."""
    monkeypatch.setattr(publish, "project_vars", lambda: {publish.LIST_ROWS: 2})
    con.execute(
        "create view marts.anm_list as select * from (values ('1', 't1', 10.00), ('1', 't1', 5.00), ('2', 't2', 1.00))"
        " t(bureau_code, town_code, amount)"
    )
    lists = manifest(anm_list=[column("bureau_code"), column("town_code"), column("amount")])
    lists["nodes"]["model.shebao.anm_list"]["config"]["meta"] = {"kind": "rule", "ledger": False}
    extract = rule("A10.01", "anm_list", rule_kind="list", ledger=False)
    done = publish.publish(con, lists, [extract], [RAW], as_of=AS_OF, run_id="r1")
    assert read(done.file, "select * from anm_list") == []
    assert read(done.file, "select bureau_code, row_count, amount::varchar from list_count order by all") == [
        ("1", 2, "15.00"),
        ("2", 1, "1.00"),
    ]
    assert read(done.file, "select status_reason from rule") == [(publish.EXTRACT_ONLY,)]
    monkeypatch.setattr(publish, "project_vars", lambda: {publish.LIST_ROWS: 3})
    done = publish.publish(con, lists, [extract], [RAW], as_of=AS_OF, run_id="r2")
    assert len(read(done.file, "select * from anm_list")) == 3


def test_a_mart_is_sorted_by_what_pages_look_it_up_by(con: duckdb.DuckDBPyConnection) -> None:
    model = manifest(fct_thing=[column("bureau_code"), column("registration_key"), column("period")])
    con.execute(
        "create table marts.fct_thing as select * from (values ('1', 'b', '202605'), ('2', 'a', '202606'), ('3', 'a', '202605'))"
        " t(bureau_code, registration_key, period)"
    )
    assert [row[0] for row in read(run(con, model).file, "select bureau_code from fct_thing")] == ["1", "2", "3"]
    node = model["nodes"]["model.shebao.fct_thing"]
    node["config"]["meta"] = {"sorted_by": ["registration_key", "period"]}
    assert [row[0] for row in read(run(con, model).file, "select bureau_code from fct_thing")] == ["3", "2", "1"]
    node["config"]["meta"] = {"sorted_by": ["registration_id"]}
    with pytest.raises(publish.PublishError, match=r"fct_thing: sorted_by .*registration_id"):
        run(con, model)


def test_open_findings_are_found_by_each_of_their_keys(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        "insert into ledger.finding (finding_id, rule_id, subject_key, registration_key, taxpayer_key, state) values"
        " ('f1', 'A1.01', 'bill', 'reg', '7', 'open'), ('f2', 'A1.02', 'reg', 'reg', null, 'seen'),"
        " ('f3', 'A1.03', 'bill', 'reg', '7', 'resolved'), ('f4', 'B4.1', 'person', null, null, 'open')"
    )
    file = run(con).file
    assert read(file, "select owner_key, finding_id from finding_by_key") == [
        ("7", "f1"), ("bill", "f1"), ("person", "f4"), ("reg", "f1"), ("reg", "f2"),
    ]  # fmt: skip
    columns = [row[0] for row in read(file, "describe finding_by_key")]
    assert columns == ["owner_key", *(row[0] for row in read(file, "describe finding"))]


def test_internal_models_stay_inside(con: duckdb.DuckDBPyConnection) -> None:
    hidden = manifest(mtr_base=[column("a")])
    hidden["nodes"]["model.shebao.mtr_base"]["config"]["meta"] = {"publish": False}
    assert publish.published_models(hidden) == []


@pytest.mark.parametrize("step", ["close", "put_in_place"])
def test_a_failure_while_publishing_keeps_the_old_snapshot(
    con: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    first = run(con)

    def broken(*_: Any) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(publish.Snapshot, step, broken)
    with pytest.raises(OSError, match="disk full"):
        run(con)
    monkeypatch.undo()
    monkeypatch.setenv("SHEBAO_VAR", str(first.file.parents[1]))
    assert publish.current_file(first.file.parent) == first.file
    assert read(first.file, "select count(*) from dim_person") == [(2,)]


def test_the_key_is_no_part_of_what_duckdb_can_be_asked(con: duckdb.DuckDBPyConnection) -> None:
    run(con)
    assert con.execute("select getvariable('token_ipad')").fetchone() == (None,)


def test_the_last_seven_and_the_months_ends_are_kept() -> None:
    names = [
        (f"2026{month:02}{day:02}T000000Z-0", dt.date(2026, month, day)) for month in (5, 6) for day in range(25, 31)
    ]
    names.append(("20260531T000000Z-0", dt.date(2026, 5, 31)))
    names.append(("20260531T999999Z-0", dt.date(2026, 5, 31)))
    gone = publish.to_remove(names, "20260630T000000Z-0")
    kept = sorted({n for n, _ in names} - set(gone))
    assert "20260531T999999Z-0" in kept
    assert "20260630T000000Z-0" in kept
    assert len([n for n in kept if n.startswith("202606")]) == 6
    assert "20260525T000000Z-0" in gone


def test_the_current_snapshot_is_never_removed() -> None:
    names = [(f"202606{day:02}", dt.date(2026, 6, day)) for day in range(1, 20)]
    assert "20260601" not in publish.to_remove(names, "20260601")


@pytest.mark.parametrize("rows_at_once", [1, privacy.ROWS_AT_ONCE])
def test_leaks_are_found_by_kind_and_length(
    con: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch, rows_at_once: int
) -> None:
    monkeypatch.setattr(privacy, "ROWS_AT_ONCE", rows_at_once)
    con.execute("attach ':memory:' as probe")
    con.execute("create table probe.main.t as select 'bill 13800008001' as a, '1380000800' as b, 'x13800008000y' as c")
    assert privacy.collect_clear_values(con, [RAW]) == 1
    assert [(leak.table, leak.column) for leak in privacy.scan(con, "probe")] == [("t", "c")]


def test_status_is_left_for_the_banner(con: duckdb.DuckDBPyConnection) -> None:
    from orchestration.lib import runtime

    runtime.write_status("failed", AS_OF, "阻断", "r2")
    told = json.loads((paths.published_dir() / "STATUS.json").read_text(encoding="utf-8"))
    assert (told["status"], told["as_of"], told["message"]) == ("failed", "2026-06-30", "阻断")


def test_a_looked_up_person_is_a_token_and_the_vault_knows_the_person_by_it(con: duckdb.DuckDBPyConnection) -> None:
    """The key is published as token alone, in every table the same; clear values beside it lie in the vault under it; rows are sorted by it."""
    key = {
        **column("person_key", "id_number"),
        "config": {"meta": {"personal_data": "id_number", "lookup_key": "id_number"}},
    }
    number = {**column("number_text"), "config": {"meta": {"lookup_key": "person_no"}}}
    model = manifest(fct_one=[column("insured_key"), key, column("person_name", "person_name")], fct_two=[number, key])
    con.execute(
        "create table marts.fct_one as select * from (values ('i1', '45010319900101999', '韦小宝'), ('i2', '45010319850202333', '韦大'),"
        " ('i3', '45010319900101999', '韦小')) t(insured_key, person_key, person_name)"
    )
    con.execute("create table marts.fct_two as select '5010000001' as number_text, '45010319900101999' as person_key")
    done = run(con, model)
    secret = keys.derive("token")
    one = masking.token_value("45010319900101999", "id_number", secret)
    assert [name for name, *_ in read(done.file, "describe fct_one")] == [
        "insured_key",
        "person_key_token",
        "person_name",
    ]
    rows = read(done.file, "select insured_key, person_key_token, person_name from fct_one")
    assert sorted(rows) == [
        ("i1", one, "韦**"),
        ("i2", masking.token_value("45010319850202333", "id_number", secret), "韦*"),
        ("i3", one, "韦*"),
    ]
    assert [row[1] for row in rows] == sorted(row[1] for row in rows)
    assert read(done.file, "select * from fct_two") == [(masking.token_value("5010000001", "person_no", secret), one)]
    with duckdb.connect() as opened:
        opened.execute(f"attach '{paths.vault_file()}' as vault (read_only, encryption_key ?)", [keys.vault_password()])
        kept = opened.execute("select kind, clear_value from vault.value where token = ? order by 2", [one]).fetchall()
    assert kept == [("person_name", "韦小"), ("person_name", "韦小宝")]
    assert b"45010319900101999" not in done.file.read_bytes()


def test_chance_in_a_token_holds_nothing_back_and_a_clear_value_elsewhere_does(con: duckdb.DuckDBPyConnection) -> None:
    run(con)
    con.execute("create or replace temp table _clear as select ? as clear_value", [PHONE])
    con.execute("attach ':memory:' as snap")
    con.execute(f"create table snap.t as select 'ab{PHONE}cd' as phone_token")
    assert privacy.scan(con, "snap", {("t", "phone_token")}) == []
    assert [leak.column for leak in privacy.scan(con, "snap")] == ["phone_token"]
    assert [leak.column for leak in privacy.scan(con, "snap", {("other", "phone_token")})] == ["phone_token"]


def test_an_unknown_class_of_look_up_is_refused(con: duckdb.DuckDBPyConnection) -> None:
    bad = {**column("person_key"), "config": {"meta": {"lookup_key": "name"}}}
    with pytest.raises(publish.PublishError, match="unknown lookup_key"):
        run(con, manifest(dim_person=[bad]))


def test_the_snapshot_says_which_exchange_tables_a_mart_is_made_of(con: duckdb.DuckDBPyConnection) -> None:
    """Through other models, too; a table that nobody declared has no hours."""
    source = "source.shebao.tax_core.DJ"
    model = PERSONS | {
        "parent_map": {"model.shebao.dim_person": ["model.shebao.stg_dj"], "model.shebao.stg_dj": [source]},
        "sources": {
            source: {
                "resource_type": "source",
                "source_name": "tax_core",
                "name": "DJ",
                "identifier": "DJ",
                "schema": "raw_tax_core",
                "columns": {},
            }
        },
    }
    rows = read(run(con, model).file, "select model_name, source_name, table_name, warn_after_hours from mart_source")
    assert rows == [("dim_person", "tax_core", "DJ", RAW.warn_after_hours)]
