"""Truth: every planted anomaly is found by its rule, and nothing else is flagged, whatever the seed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

import duckdb
import pytest

from orchestration.lib import dbt_cli, rules
from tests.conftest import SEEDS, BuiltWorld

pytestmark = pytest.mark.slow

# Rules that match by likeness: the precision and recall that docs/data-quality.md names.
MATCHING = {"A2.10": (0.90, 0.90)}
Subjects = dict[str, set[str]]


def rule_models(*, ledger: bool | None = None) -> dict[str, str]:
    """Rule id and the relation that holds its rows; of all rules, or of those with or without a life in the ledger."""
    return {
        r.rule_id: r.relation
        for r in rules.catalogue(dbt_cli.load_manifest())
        if r.kind == "rule" and ledger in (None, r.ledger)
    }


def subjects(rows: list[tuple[str, str]]) -> Subjects:
    """Subject keys by rule."""
    by_rule: Subjects = defaultdict(set)
    for rule_id, subject_key in rows:
        by_rule[rule_id].add(subject_key)
    return by_rule


@pytest.fixture(scope="module", params=SEEDS, ids=lambda seed: f"seed{seed}")
def world(request: pytest.FixtureRequest, built_world: Callable[..., BuiltWorld]) -> BuiltWorld:
    """One city of each seed."""
    return built_world(request.param)


@pytest.fixture(scope="module")
def found(world: BuiltWorld) -> Subjects:
    """What the rules say."""
    with duckdb.connect(str(world.warehouse), read_only=True) as con:
        rows = []
        for rule_id, relation in rule_models().items():
            rows += con.execute(f"select '{rule_id}', subject_key from {relation}").fetchall()
    return subjects(rows)


@pytest.fixture(scope="module")
def planted(world: BuiltWorld) -> Subjects:
    """What was planted and is visible at as_of, for every requirement that the simulator knows."""
    with duckdb.connect(str(world.truth), read_only=True) as con:
        return subjects(
            con.execute(
                "select distinct rule_id, subject_key from truth"
                " where visible_from <= ?::date and (visible_to is null or visible_to > ?::date)",
                [world.as_of, world.as_of],
            ).fetchall()
        )


def difference(one: Subjects, other: Subjects) -> dict[str, list[str]]:
    """Subjects of one side that the other has not, a few a rule."""
    return {rule: sorted(keys - other[rule])[:5] for rule, keys in sorted(one.items()) if keys - other[rule]}


def test_nothing_is_missed(found: Subjects, planted: Subjects) -> None:
    """Recall 1.0 for every rule but those that match by likeness."""
    built = set(rule_models()) - set(MATCHING)
    assert difference({rule: keys for rule, keys in planted.items() if rule in built}, found) == {}


def test_nothing_is_invented(found: Subjects, planted: Subjects) -> None:
    """Precision 1.0 for every rule; a pure extract accuses nobody, so it may name more than was planted."""
    accused = rule_models(ledger=True)
    assert difference({rule: keys for rule, keys in found.items() if rule in accused}, planted) == {}


@pytest.mark.parametrize("rule_id", MATCHING)
def test_matching_reaches_its_documented_figures(rule_id: str, found: Subjects, planted: Subjects) -> None:
    """Pairs found against pairs that belong together."""
    right = len(found[rule_id] & planted[rule_id])
    precision, recall = right / len(found[rule_id]), right / len(planted[rule_id])
    least_precision, least_recall = MATCHING[rule_id]
    assert precision >= least_precision and recall >= least_recall, f"{precision:.2%}, {recall:.2%}"


def test_every_rule_has_something_planted(planted: Subjects, found: Subjects) -> None:
    """A rule without a planted anomaly is a rule that nobody tried, and so is a list without a row.

    What is planted for a rule still to be written waits for it.
    """
    assert set(rule_models(ledger=True)) <= set(planted)
    assert {rule for rule in rule_models(ledger=False) if not found[rule]} == set()


def test_near_misses_are_left_alone(world: BuiltWorld, found: Subjects) -> None:
    """What looks wrong and is not: there are some, and none is flagged."""
    with duckdb.connect(str(world.truth), read_only=True) as con:
        near = con.execute("select rule_id, subject_key, why from near_miss").fetchall()
    assert near
    assert [row for row in near if row[1] in found[row[0]]] == []
