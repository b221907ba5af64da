"""All cases of the repository through the real chain, with cases that must fail beside them."""

import re
from pathlib import Path

import pytest

from common.paths import root
from simulator.casebook import cli

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> list[cli.Outcome]:
    """One run of everything: the repository's cases, the manual's first example, and what must fail."""
    manual = (root() / "docs" / "cases.md").read_text(encoding="utf-8")
    example = re.search(r"```yaml\n(- case: .*?)```", manual, re.DOTALL)
    assert example
    folder = tmp_path_factory.mktemp("manual")
    (folder / "manual.yaml").write_text(example.group(1), encoding="utf-8")
    return cli.run([root() / "cases", Path(__file__).parent / "must_fail", folder])


def test_all_cases_pass(outcomes: list[cli.Outcome]) -> None:
    failed = [outcome for outcome in outcomes if not outcome.ok and "must fail" not in outcome.name]
    assert not failed, "\n" + "\n".join(cli.report(failed)[0])
    assert sum(outcome.ok for outcome in outcomes) > 200


def test_what_must_fail_does_and_says_what_is_there_instead(outcomes: list[cli.Outcome]) -> None:
    wrong = [outcome for outcome in outcomes if "must fail" in outcome.name]
    assert len(wrong) > 10 and not [outcome.name for outcome in wrong if outcome.ok]
    for outcome in wrong:
        assert outcome.problem or all(verdict.instead for verdict in outcome.verdicts if not verdict.ok), outcome.name
    lines, status = cli.report(wrong)
    assert status == 1 and lines[-1] == f"0 passed, {len(wrong)} failed"


def test_every_rule_has_two_that_must_be_found_and_two_that_must_not() -> None:
    from simulator.casebook import catalogue

    loaded, _ = cli.load([root() / "cases"])
    for rule in (one for one, facts in catalogue.rules().items() if facts.kind == "rule"):
        found = {o.name for o, _, wanted, _ in loaded for one in wanted if one.kind == "found" and one.rule == rule}
        not_found = {
            o.name for o, _, wanted, _ in loaded for one in wanted if one.kind == "not_found" and one.rule == rule
        }
        assert len(found) >= 2 and len(not_found) >= 2, (rule, len(found), len(not_found))


def test_every_pair_of_the_reconciliation_has_a_break() -> None:
    from simulator.casebook import catalogue

    loaded, _ = cli.load([root() / "cases"])
    seen = {one.tests.get("pair") for _, _, wanted, _ in loaded for one in wanted if one.kind == "break"}
    # a treasury's day is the city's, not a case's: tests/dbt and the truth of the worlds hold it
    assert set(catalogue.pairs()) - seen <= {"levy_treasury"}


def test_every_outcome_and_cause_of_the_reconciliation_has_a_case() -> None:
    from simulator.casebook import catalogue

    loaded, _ = cli.load([root() / "cases"])
    breaks = [one for _, _, wanted, _ in loaded for one in wanted if one.kind == "break"]
    assert {one.tests.get("outcome_code") for one in breaks} >= set(range(8))
    assert {one.tests.get("cause_code") for one in breaks} >= set(catalogue.causes()) - {"unknown"}
