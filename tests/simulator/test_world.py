"""The random city: repeatable, the same day by day as at once, its sums agree, its numbers are well formed."""

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from common import paths
from common.calendar import add_workdays
from simulator import build, contract, params, population, project, writers
from simulator.part import Block
from simulator.world import World, quoted

pytestmark = pytest.mark.slow

ANCHOR = params.load().anchor
TINY = "40"
RULES = {
    "A1.01", "A1.02", "A1.03", "A1.04", "A1.05", "A1.06", "A1.07", "A1.08", "A1.09", "A1.10", "A1.11", "A2.11a", "A2.11b", "A2.11c",
    "A2.11d", "A3.03", "A6.1", "A6.5", "A7.2", "A7.4", "A7.5", "A8.4", "A9.8",
}  # fmt: skip
Worlds = Callable[[int], World]


def content(world: World) -> dict[str, tuple[int, int]]:
    """Rows and a checksum of each projected table, whatever the order of rows."""
    out = {}
    for table in contract.tables():
        rows = world.rows(
            f'select count(*), coalesce(sum(hash(t::varchar)::hugeint), 0) from {table.system}."{table.name}" as t'
        )
        out[f"{table.system}.{table.name}"] = (int(rows[0][0]), int(rows[0][1]))
    return out


def planted(world: World) -> list[tuple[object, ...]]:
    return world.rows("select * from world.truth order by all")


def test_same_seed_same_world(tiny_world: World) -> None:
    again = build.make_world(3, TINY, ANCHOR)
    for world in (tiny_world, again):
        project.project(world, ANCHOR)
    assert content(tiny_world) == content(again)
    assert planted(tiny_world) == planted(again)


def test_other_seed_other_world(small_world: Worlds) -> None:
    assert content(small_world(7)) != content(small_world(11))


def test_a_longer_horizon_changes_no_history(tiny_world: World) -> None:
    """July's bills come into being in July: nothing known before them is another."""
    longer = build.make_world(3, TINY, dt.date(2026, 8, 3))
    for as_of in (dt.date(2026, 3, 17), ANCHOR):
        for world in (tiny_world, longer):
            project.project(world, as_of)
        assert content(tiny_world) == content(longer)


def test_day_by_day_is_the_same_as_direct(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tuesday = dt.date(2026, 6, 30)
    monkeypatch.setenv("SHEBAO_VAR", str(tmp_path / "slow"))
    writers.write_state(writers.state(3, TINY, tuesday, "duckdb"))
    build.next_day()
    assert writers.read_state()["as_of"] == "2026-07-01"
    slow = paths.exchange_file(), paths.truth_file()
    monkeypatch.setenv("SHEBAO_VAR", str(tmp_path / "direct"))
    build.build(3, TINY, add_workdays(tuesday, 1))
    direct = paths.exchange_file(), paths.truth_file()
    for one, other in zip(slow, direct, strict=True):
        with duckdb.connect(str(one), read_only=True) as con:
            con.execute(f"attach '{other}' as other (read_only)")
            tables = con.execute(
                "select schema_name, table_name from duckdb_tables() where database_name <> 'other' and table_name <> 'world_info'"
            ).fetchall()
            assert tables
            for schema, table in tables:
                name = f'{schema}."{table}"'
                for left, right in ((name, f"other.{name}"), (f"other.{name}", name)):
                    assert con.execute(f"select count(*) from (from {left} except all from {right})").fetchall() == [
                        (0,)
                    ], name


def test_tables_are_as_the_contract_says(small_world: Worlds) -> None:
    world = small_world(7)
    assert len(contract.tables()) >= 32
    for table in contract.tables():
        found = [(row[0], row[1].lower()) for row in world.rows(f'describe {table.system}."{table.name}"')]
        kinds = [(column.name, column.kind.replace("decimal(16,2)", "decimal(16,2)")) for column in table.columns]
        assert found == kinds, table.name
        key = ", ".join(f'"{column}"' for column in table.key)
        assert world.value(f'select count(*) - count(distinct ({key})) from {table.system}."{table.name}"') == 0, (
            table.name
        )
        assert world.value(f'select count(*) from {table.system}."{table.name}"') > 0, table.name


def test_nothing_is_known_from_after_the_day(small_world: Worlds) -> None:
    world = small_world(7)
    end = dt.datetime.combine(ANCHOR, dt.time.max)
    for table in contract.tables():
        for column in table.columns:
            if column.kind == "timestamp":
                latest = world.value(f'select max("{column.name}") from {table.system}."{table.name}"')
                assert latest is None or latest <= end, (table.name, column.name)


def test_update_time_is_the_latest_of_the_row(small_world: Worlds) -> None:
    world = small_world(7)
    for table in contract.tables():
        names = [column.name for column in table.columns if column.kind == "timestamp"]
        cursor = next((name for name in names if name in ("GXSJ", "UPDT_TIME")), None)  # logs have the moment itself
        others = ", ".join(f'"{name}"' for name in names if name != cursor)
        if cursor and others:
            late = world.value(
                f'select count(*) from {table.system}."{table.name}" where "{cursor}" is null or "{cursor}" < greatest({others})'
            )
            assert late == 0, table.name


def test_sums_agree_unless_planted(small_world: Worlds) -> None:
    world = small_world(7)
    wrong = world.rows(
        """
        select bills.bill_key
        from world.bill as bills
        left join (select bill_key, sum(amount) as amount from world.bill_item group by all) as items using (bill_key)
        left join (select bill_key, sum(amount) as amount from world.bill_person group by all) as persons using (bill_key)
        where (bills.amount is distinct from items.amount or items.amount is distinct from persons.amount)
            and bills.bill_key not in (select subject_key from world.truth where rule_id = 'A1.07')
        """
    )
    assert wrong == []


def test_money_flows_downhill(small_world: Worlds) -> None:
    """Nothing is settled that was not remitted, nor returned that was not settled, nor posted that was not read."""
    world = small_world(7)
    assert (
        world.value(
            "select count(*) from world.ticket_item where settled_at < remitted_at or remittance_returned_at < remitted_at"
        )
        == 0
    )
    assert (
        world.value("select count(*) from world.ticket_item where settled_at is not null and remitted_at is null") == 0
    )
    assert world.value("select count(*) from world.ticket_item where settlement_returned_at < settled_at") == 0
    assert world.value("select count(*) from world.ticket_item where posted_at < remittance_read_at") == 0
    assert (
        world.value("select count(*) from world.ticket_item where insurance_code = 'ZYNJ' and settled_at is not null")
        == 0
    )
    assert (
        world.value(
            "select count(*) from world.bill where declared_at < front_processed_at or read_at < summary_sent_at"
        )
        == 0
    )


def test_social_credit_codes_are_valid(small_world: Worlds) -> None:
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    codes = [row[0] for row in small_world(7).rows("select uscc from world.employer")]
    assert len(set(codes)) == len(codes) > 150
    for code in codes:
        assert re.fullmatch(r"[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}", code)
        total = sum(alphabet.index(letter) * pow(3, place, 31) for place, letter in enumerate(code[:17]))
        assert code[17] == alphabet[(31 - total % 31) % 31]


def test_id_numbers_are_valid_and_phones_look_like_phones(small_world: Worlds) -> None:
    world = small_world(7)
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    for number, *_ in world.rows("select distinct id_number from world.person"):
        assert (
            number[17]
            == "10X98765432"[sum(int(digit) * weight for digit, weight in zip(number, weights, strict=False)) % 11]
        )
        assert dt.date(1960, 1, 1) < dt.datetime.strptime(number[6:14], "%Y%m%d").date() < dt.date(2010, 1, 1)
    for mobile, landline in world.rows(
        "select legal_mobile, legal_phone from world.taxpayer "
        "where taxpayer_key not in (select subject_key from world.truth union all select subject_key from world.near_miss)"
    ):
        assert re.fullmatch(r"1[3-9]\d{9}", mobile)
        assert landline is None or re.fullmatch(r"0771-\d{7}", landline)


def test_zone_towns_belong_to_the_zone_bureaus(small_world: Worlds) -> None:
    world = small_world(7)
    assert world.value("select count(distinct bureau_code) from world.employer") == 16
    zones = dict(world.rows("select distinct town_code, bureau_code from world.employer where town_code in "
                            "('450107454', '450105450', '450110451', '450103451')"))  # fmt: skip
    assert zones
    assert set(zones.values()) <= {"14501910000", "14501950000", "14501960000", "14501970000"}


def test_most_is_collected_and_the_bureaus_differ() -> None:
    world = World(7)
    population.populate(world, Block("employer", 0, 1, 400))
    population.bill_months(world, ANCHOR)
    rates = dict(world.rows(
        """
        select bills.bureau_code, sum(case when items.remitted_at < timestamp '2026-07-01' then items.remitted_amount else 0 end)
            / sum(bill_items.amount)
        from world.bill as bills join world.bill_item as bill_items using (bill_key)
        left join world.ticket_item as items on items.bill_key = bill_items.bill_key and items.insurance_code = bill_items.insurance_code
            and items.remitted_at is not null
        where bills.period < '202607' group by all
        """
    ))  # fmt: skip
    assert 0.93 < sum(map(float, rates.values())) / len(rates) < 0.999
    assert len({round(float(rate), 3) for rate in rates.values()}) > 8


@pytest.mark.parametrize("seed", [7, 11, 23])
def test_every_rule_has_planted_cases(small_world: Worlds, seed: int) -> None:
    world = small_world(seed)
    day = ANCHOR.isoformat()
    counts = dict(world.rows(
        f"""select rule_id, count(distinct subject_key) from world.truth
        where visible_from <= date '{day}' and (visible_to is null or visible_to > date '{day}') group by rule_id"""
    ))  # fmt: skip
    counts = {rule: number for rule, number in counts.items() if rule in RULES}  # others wait for their rules
    assert set(counts) == RULES
    assert min(counts.values()) >= 3, counts
    near = dict(world.rows("select rule_id, count(distinct subject_key) from world.near_miss group by rule_id"))
    near = {rule: number for rule, number in near.items() if rule in RULES}
    assert set(near) == RULES
    assert min(near.values()) >= 2, near


def test_the_story_goes_on_after_the_anchor(small_world: Worlds) -> None:
    """In the first days of July some findings disappear and others appear."""
    world = small_world(7)
    end = add_workdays(ANCHOR, 8).isoformat()
    appearing = world.value(
        f"select count(distinct rule_id) from world.truth where visible_from > date '{ANCHOR}' and visible_from <= date '{end}'"
    )
    healing = world.value(f"select count(distinct rule_id) from world.truth where visible_from <= date '{ANCHOR}' and visible_to > date '{ANCHOR}' "
                          f"and visible_to <= date '{end}'")  # fmt: skip
    assert appearing >= 12
    assert healing >= 10


def test_planted_subjects_are_in_the_exchange(small_world: Worlds) -> None:
    world = small_world(7)
    known = """
        select registration_key from world.registration union select bill_key from world.bill union select taxpayer_key from world.taxpayer
        union select agreement_key from world.agreement
        union select department_code || '|remittance|' || remittance_no from world.ticket_item join world.bill using (bill_key)
        union select department_code || '|settlement|' || settlement_no from world.ticket_item join world.bill using (bill_key)
    """
    for table in ("truth", "near_miss"):
        assert (
            world.rows(
                f"select subject_key from world.{table} where rule_id in ({quoted(sorted(RULES))}) "
                f"and subject_key not in (from ({known}) where 1 is not null)"
            )
            == []
        )


def test_a_tiny_city_works_too() -> None:
    world = build.make_world(1, "5", ANCHOR)
    project.project(world, ANCHOR)
    assert world.value('select count(*) from hrss."RS_ZJHZ"') > 0


@pytest.mark.postgres
def test_postgres_holds_the_same(small_world: Worlds, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from simulator import postgres

    monkeypatch.setenv("SHEBAO_VAR", str(tmp_path))
    world = small_world(7)
    address = postgres.write(world)
    try:
        world.sql(f"attach '{address}' as server (type postgres, read_only)")
        for table in contract.tables():
            columns = ", ".join(f"{column.name.lower()}::{column.kind}" for column in table.columns)
            ours = f'select * from {table.system}."{table.name}"'
            theirs = f"select {columns} from server.{table.system}.{table.name.lower()}"
            for left, right in ((ours, theirs), (theirs, ours)):
                assert world.value(f"select count(*) from ({left} except all {right})") == 0, table.name
        world.sql("detach server")
    finally:
        assert postgres.stop() == "stopped"


def test_writing_replaces_the_file_at_once(small_world: Worlds, tmp_path: Path) -> None:
    file = tmp_path / "exchange.duckdb"
    file.write_text("old", encoding="utf-8")
    writers.write_exchange(small_world(7), file)
    with duckdb.connect(str(file), read_only=True) as con:
        assert con.execute("select count(*) from duckdb_tables()").fetchall() == [(len(contract.tables()),)]
    assert [path.name for path in tmp_path.iterdir()] == ["exchange.duckdb"]
