"""No id number, phone or account of the exchange stands in clear in what is published, logged, kept or shown, whoever looks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from dashboards.access import accounts, demo, store
from dashboards.access.demo import DEMO_ACCOUNTS
from dashboards.registry import PAGES
from dashboards.repositories import findings
from dashboards.repositories.findings import Filter, ListFilter
from dashboards.repositories.gate import gate
from dashboards.services import catalogue
from orchestration.lib import contract, fast, privacy, publish, warehouse
from tests.conftest import BuiltWorld
from tests.dashboards import faces
from tests.dashboards.faces import Sitting
from tests.published import copied, inside, publish_built

pytestmark = pytest.mark.slow

# A number with nothing but other marks around it: within a hash, some run of digits is somebody's phone by chance.
RUN = re.compile(r"(?<![0-9A-Za-z])[0-9][0-9\-]{5,}[0-9Xx](?![0-9A-Za-z])")
# The departments' rows and what is encrypted; everything else that a run leaves behind is looked through.
NOT_LOOKED_AT = {"exchange", "warehouse", "vault", "secrets"}


@pytest.fixture(scope="module")
def published(
    built_world: Callable[..., BuiltWorld], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, frozenset[str]]]:
    """A small city with its ledger, published, served to the demo accounts; and every clear value of its exchange."""
    world = copied(built_world(seed=1), tmp_path_factory.mktemp("clear"))
    with inside(world) as patch:
        patch.setenv("SHEBAO_DEBUG", "1")
        publish_built(world)
        with warehouse.opened() as con:
            privacy.collect_clear_values(con, contract.from_yaml(fast.paths_staging()))
            clear = frozenset(value for (value,) in con.execute("select clear_value from _clear").fetchall())
        gate.clear()
        demo.init_demo()
        yield world.var, clear
        gate.clear()


def found_in(text: str, clear: frozenset[str]) -> int:
    """How many clear values a text holds; their number only, since a failing test is printed."""
    return len({run for run in RUN.findall(text) if run in clear})


def test_the_search_finds_what_is_there(published: tuple[Path, frozenset[str]]) -> None:
    _, clear = published
    assert len(clear) > 5_000
    some = sorted(value for value in clear if RUN.fullmatch(value))
    assert len(some) > 0.9 * len(clear)
    for value in some[:: len(some) // 50]:
        assert found_in(f"查询 {value}，电话", clear) == 1


def test_no_text_of_the_snapshot(published: tuple[Path, frozenset[str]]) -> None:
    """Every value, also of the columns that publication itself does not look through."""
    _, clear = published
    looked = 0
    with duckdb.connect(str(publish.current_file()), read_only=True) as con:
        columns = con.execute(
            "select table_name, column_name from duckdb_columns() where schema_name = 'main' and data_type like 'VARCHAR%'"
        ).fetchall()
        for table, column in columns:
            for (value,) in con.execute(
                f'select distinct "{column}" from "{table}" where "{column}" is not null'
            ).fetchall():
                looked += 1
                assert found_in(str(value), clear) == 0, (table, column)
    assert looked > 100_000


@pytest.mark.parametrize("account", DEMO_ACCOUNTS, ids=lambda account: account.login)
def test_no_page(published: tuple[Path, frozenset[str]], account: demo.DemoAccount) -> None:
    _, clear = published
    user = accounts.find(account.login)
    assert user is not None
    shown = 0
    walk = Sitting(user)
    for page in PAGES:
        for face in ({}, *faces.addresses(page.page_id)) if user.role in page.roles else ({},):
            said = walk.shown(page.page_id, face)
            shown += len(said)
            assert found_in(said, clear) == 0, (page.page_id, face)
    assert shown > 20_000


@pytest.mark.parametrize("login", ["section", "qingxiu"])
def test_no_list_and_no_finding(published: tuple[Path, frozenset[str]], login: str) -> None:
    """Every rule's list, and the newest finding of each with its evidence."""
    _, clear = published
    user = accounts.find(login)
    assert user is not None
    lists = details = 0
    walk = Sitting(user)
    for rule in catalogue.rules(findings.rules(user)):
        said = walk.shown("findings", {"rule": rule.rule_id, "state": "all"})
        assert rule.title in said
        assert found_in(said, clear) == 0, rule.rule_id
        lists += 1
        chosen = Filter(rule.rule_id, None)
        for row in findings.page(user, chosen, sort="age", number=1, size=1) if rule.ledger else ():
            face = {"rule": rule.rule_id, "finding": str(row["finding_id"])}
            assert found_in(walk.shown("findings", face), clear) == 0, rule.rule_id
            details += 1
        if gate.has(user, rule.model_name):
            rows = findings.list_stream(user, "测试", rule.model_name, ListFilter(), limit=2_000)
            assert sum(found_in(" ".join(map(str, row.values())), clear) for row in rows) == 0, rule.rule_id
    assert lists > 100
    assert details > 50


def test_no_file_and_nothing_kept(published: tuple[Path, frozenset[str]]) -> None:
    """After the pages: logs, dbt's files, the state store, the cache of answers. A value typed into a search leaves no trace."""
    var, clear = published
    user = accounts.find("section")
    assert user is not None
    typed = next(value for value in sorted(clear) if re.fullmatch(r"4501\d{13}[\dX]", value))
    rule = next(rule for rule in catalogue.rules(findings.rules(user)) if rule.rule_id == "A1.10")
    app = Sitting(user).open("findings", {"rule": rule.rule_id, "state": "all"})
    app.text_input(key="finding_search").input(typed).run()
    assert not app.exception
    store.engine().dispose()
    files = [file for file in var.rglob("*") if file.is_file() and not NOT_LOOKED_AT & set(file.relative_to(var).parts)]
    assert any("state" in file.name for file in files)
    assert any("manifest" in file.name for file in files)
    for file in files:
        if file.suffix != ".duckdb":
            assert found_in(file.read_bytes().decode("latin-1"), clear) == 0, file.relative_to(var)
    assert len(gate._cache) > 10
    assert found_in(repr(gate._cache), clear) == 0
