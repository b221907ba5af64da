"""The whole city in blocks: independent of each other, all there, true to the numbers it is calibrated to."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from common import paths
from simulator import build, city, contract, params, population, report, writers
from simulator.part import Block
from simulator.scale import VILLAGES, scale_of
from simulator.world import World

pytestmark = pytest.mark.slow

ANCHOR = params.load().anchor
SMALL_BLOCKS = {"employers": 24, "residents": 60, "pension": 30, "flexible": 6, "students": 6, "history_start": "202604",
                "employers_per_block": 8, "resident_blocks": 2, "told_employers": 4, "told_villages": 50, "story_density": 0}  # fmt: skip


def one_block(block: Block, scale: str = "city", seed: int = 5) -> World:
    """The employers of a block with their bills, without story."""
    world = World(seed, dataclasses.replace(scale_of(scale), history_start="202605"))
    population.populate(world, block)
    population.bill_months(world, ANCHOR)
    return world


def content(world: World, where: str = "true") -> list[tuple[object, ...]]:
    """Rows and checksums of the world's tables."""
    out = []
    for table in ("employer", "person", "taxpayer", "registration", "enrolment", "agreement", "bill", "bill_item", "bill_person",
                  "ticket", "ticket_item", "deduction"):  # fmt: skip
        key = {
            "person": "employer_key",
            "bill": "employer_key",
            "taxpayer": "employer_key",
            "registration": "employer_key",
        }.get(table)
        condition = f"{key} {where}" if key and where != "true" else "true"
        out.append(
            (table, *world.rows(f"select count(*), sum(hash(t)::hugeint) from world.{table} as t where {condition}")[0])
        )
    return out


def test_the_scales_are_covered_by_their_blocks() -> None:
    for name in ("ci", "demo", "city", "777"):
        blocks = scale_of(name).blocks()
        for kind, size in (("employer", scale_of(name).employers), ("resident", VILLAGES)):
            mine = [block for block in blocks if block.kind == kind]
            assert [block.number for block in mine] == list(range(len(mine)))
            assert mine[0].first == 1
            assert mine[-1].last == size
            assert all(one.last + 1 == other.first for one, other in itertools.pairwise(mine))
        assert sum(block.kind == "city" for block in blocks) == 1
        assert scale_of(name).is_whole == (name != "city")
    with pytest.raises(ValueError, match="unknown scale"):
        scale_of("small")


def test_a_block_does_not_depend_on_where_it_is_cut() -> None:
    """The same employers, alone or as the end of a longer block, live the same life."""
    alone = one_block(Block("employer", 3, 31, 40))
    longer = one_block(Block("employer", 0, 21, 40))
    mine = "in (select 'E' || lpad(n::varchar, 6, '0') from range(31, 41) as r(n))"
    for left, right in zip(content(alone, mine), content(longer, mine), strict=True):
        if left[0] in ("person", "bill", "taxpayer", "registration"):
            assert left == right
            assert left[1]


def test_names_and_numbers_of_two_blocks_do_not_collide() -> None:
    first, second = one_block(Block("employer", 0, 1, 400)), one_block(Block("employer", 1, 401, 800))
    for column, table in (
        ("name", "employer"), ("uscc", "employer"), ("taxpayer_key", "taxpayer"), ("registration_key", "registration"),
        ("agreement_key", "agreement"), ("bill_key", "bill"), ("ticket_no", "ticket"),
    ):  # fmt: skip
        left, right = (
            {row[0] for row in world.rows(f"select {column} from world.{table}")} for world in (first, second)
        )
        assert left, table
        assert not left & right, (table, column)


def test_an_employer_gets_as_many_bills_as_the_city() -> None:
    """7 million a year for 150 thousand employers, and every bill is the sum of its lines to the cent."""
    world = one_block(Block("employer", 0, 1, 2000))
    per_month = world.value(
        "select count(*) / count(distinct employer_key || period) from world.bill where voided_at is null"
    )
    assert 3.75 < per_month < 4.05
    assert (
        world.value(
            """
        select count(*) from world.bill
        left join (select bill_key, sum(amount) as items, sum(unit_amount + person_amount) as parts from world.bill_item group by all)
            using (bill_key)
        left join (select bill_key, sum(amount) as lines from world.bill_person group by all) using (bill_key)
        where amount is distinct from items or amount is distinct from lines or amount is distinct from parts
        """
        )
        == 0
    )
    part = world.value(
        "select count(distinct bill_key) filter (where part_code <> '0') / count(distinct bill_key) from world.bill_person"
    )
    assert abs(part - params.load()["detail_lines"]["city"]) < 0.02


def test_the_collection_mode_changes_on_its_day() -> None:
    world = World(5, dataclasses.replace(scale_of("ci"), history_start="202505"))
    population.populate(world, Block("employer", 0, 1, 60))
    population.bill_months(world, dt.date(2025, 12, 31))
    start = {
        kind: str(day)[:7].replace("-", "")
        for kind, day in params.load()["collection_mode"]["self_declared_from"].items()
    }
    seen = world.rows(
        "select unit_type_code, period, list_sort(list(distinct origin_code)) from world.bill join world.employer using (employer_key) "
        "where bill_no <> 3 group by all"
    )
    assert {mode[0] for _, _, mode in seen} == {"1", "2"}
    for kind, period, mode in seen:
        assert mode == (["2"] if period >= start.get(kind, start["default"]) else ["1"]), (kind, period)


def test_a_bill_goes_its_way_in_order() -> None:
    """Sent, read, received, pushed, processed, declared, issued, deducted, remitted, settled, returned, read, posted."""
    world = one_block(Block("employer", 0, 1, 300))
    steps = ("summary_sent_at", "read_at", "received_at", "pushed_at", "shared_at", "shared_pushed_at", "front_at",
             "front_processed_at", "declared_at")  # fmt: skip
    for before, after in itertools.pairwise(steps):
        assert (
            world.value(
                f"select count(*) from world.bill where {after} < {before} or ({before} is null and {after} is not null)"
            )
            == 0
        )
    assert (
        world.value("select count(*) from world.ticket join world.bill using (bill_key) where issued_at < declared_at")
        == 0
    )
    assert (
        world.value(
            "select count(*) from world.deduction join world.ticket using (ticket_no) where sent_at < issued_at"
        )
        == 0
    )
    items = ("remitted_at", "settled_at", "settlement_returned_at", "settlement_read_at")
    for before, after in (*itertools.pairwise(items), ("remitted_at", "remittance_returned_at"),
                          ("remittance_returned_at", "remittance_read_at"), ("remittance_read_at", "posted_at")):  # fmt: skip
        assert world.value(f"select count(*) from world.ticket_item where {after} < {before}") == 0
    for child, key, parent in (
        ("bill", "registration_key", "registration"), ("bill_item", "bill_key", "bill"), ("bill_person", "bill_key", "bill"),
        ("ticket", "bill_key", "bill"), ("ticket_item", "ticket_no", "ticket"), ("deduction", "ticket_no", "ticket"),
        ("registration", "employer_key", "employer"), ("enrolment", "registration_key", "registration"),
        ("agreement", "taxpayer_key", "taxpayer"), ("taxpayer", "employer_key", "employer"),
    ):  # fmt: skip
        assert (
            world.value(f"select count(*) from world.{child} where {key} not in (select {key} from world.{parent})")
            == 0
        )


def test_payers_pay_towards_the_25th_and_at_the_end_and_close_the_year_early() -> None:
    world = World(5, dataclasses.replace(scale_of("ci"), history_start="202512"))
    population.populate(world, Block("employer", 0, 1, 300))
    population.bill_months(world, dt.date(2026, 3, 31))
    days = dict(world.rows("select extract(day from pay_on)::int, count(*) from world.bill where period = '202603' and bill_no in (1, 5, 6) "
                           "and origin_code <> '3' group by all"))  # fmt: skip
    total = sum(days.values())
    assert 0.12 < sum(days.get(day, 0) for day in range(23, 26)) / total < 0.30
    assert sum(days.get(day, 0) for day in (30, 31)) / total > 0.03
    late = world.value("select count(*) filter (where extract(day from pay_on) > 26) / count(*) from world.bill "
                       "where period = '202512' and strftime(pay_on, '%Y%m') = '202512'")  # fmt: skip
    assert late < 0.01


def checksums() -> dict[str, object]:
    """Rows and content of each table of the written exchange, whatever the order of its rows."""
    with duckdb.connect(str(paths.exchange_file()), read_only=True) as con:
        return {
            f"{table.system}.{table.name}": con.execute(
                f'select count(*), sum(hash(t)::hugeint) from {table.system}."{table.name}" as t'
            ).fetchall()
            for table in contract.tables()
        }


@pytest.fixture
def small_city(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], None]:
    """Builds a city of several tiny blocks in a folder of its own; no stories, which are long and told elsewhere."""
    monkeypatch.setenv("SHEBAO_VAR", str(tmp_path))
    scales = {**params.load()["scales"], "tiny city": SMALL_BLOCKS}
    monkeypatch.setitem(params.load().raw, "scales", scales)

    def make(exchange: str) -> None:
        build.build(5, "tiny city", ANCHOR, exchange)

    return make


def test_a_city_of_blocks_is_written_whole(small_city: Callable[[str], None]) -> None:
    """DuckDB and Parquet hold the same rows, keys are unique across blocks, and the report reads both."""
    small_city("duckdb")
    with duckdb.connect(str(paths.exchange_file()), read_only=True) as con:
        counts = {}
        for table in contract.tables():
            name = f'{table.system}."{table.name}"'
            key = ", ".join(f'"{column}"' for column in table.key)
            number, double = con.execute(f"select count(*), count(*) - count(distinct ({key})) from {name}").fetchall()[
                0
            ]
            assert double == 0, name
            counts[name] = number
    with duckdb.connect(str(paths.truth_file()), read_only=True) as con:
        assert dict(con.execute("select name, value from world_info").fetchall())["scale"] == "tiny city"
        con.execute("from truth")
    first = writers.read_state()
    content = checksums()
    small_city("duckdb")
    assert checksums() == content  # whoever has made which block: the same rows
    lines = list(report.lines())
    assert len(lines) > 40
    assert not list(paths.exchange_dir().glob("*.new"))
    small_city("parquet")
    assert writers.read_state()["world_id"] == first["world_id"]
    con = report.open_exchange()
    assert {name: con.execute(f"select count(*) from {name}").fetchall()[0][0] for name in counts} == counts
    assert [line.value for line in report.lines() if isinstance(line.value, int | Decimal)] == [
        line.value for line in lines if isinstance(line.value, int | Decimal)
    ]


def test_one_block_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SHEBAO_VAR", str(tmp_path))
    monkeypatch.setitem(params.load().raw, "scales", {**params.load()["scales"], "tiny city": SMALL_BLOCKS})
    scale = scale_of("tiny city")
    rows = city.build_one(5, scale, scale.blocks()[1], ANCHOR, lambda _: None)
    assert rows["hrss.RS_DWJBXX"] >= scale.blocks()[1].size
    assert (tmp_path / "exchange" / "block.duckdb").exists()
