"""The language of cases: what is understood, and what is said about what is not."""

import datetime as dt
import re
from decimal import Decimal
from pathlib import Path

import pytest

from common.paths import root
from simulator.casebook import cli, expect, manual
from simulator.casebook import language as lang
from simulator.casebook.errors import CaseError
from simulator.casebook.interpret import Case
from simulator.casebook.keys import CaseKeys, canonical, uscc_check
from simulator.casebook.reader import read_text
from simulator.casebook.values import to_amount, to_date, to_moment, to_month

AS_OF = dt.date(2026, 6, 30)


def understand(text: str, number: int = 1) -> Case:
    """One case from its text, with its expectations read."""
    case = Case(read_text(text, "some.yaml")[0][0], number, "some.yaml")
    expect.read(case)
    return case


def problem(body: str) -> str:
    """What is said about a case with this body."""
    with pytest.raises(CaseError) as caught:
        understand(f"- case: wrong\n  {body}\n")
    return str(caught.value)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("acts: [{act: billled, on: 2026-06-05}]\n  expect: {only: none}", ["act 1", "billled", "did you mean billed", "returned"]),
        ("cast: {employers: [甲]}\n  acts: [{act: billed, employer: 乙, on: 2026-06-05}]\n  expect: {only: none}", ["employer 乙", "allowed: 甲"]),
        ("acts: [{act: billed, on: 2026-06-31}]\n  expect: {only: none}", ["act 1 (billed)", "on", "2026-06-31", "not a day"]),
        ("acts: [{act: billed, on: soon}]\n  expect: {only: none}", ["soon", "write 2026-06-05"]),
        ("acts: [{act: billed}]\n  expect: {only: none}", ["act 1 (billed)", "“on” is missing"]),
        ("acts: [{act: billed, on: 2026-06-05, lines: {养羊: 3}}]\n  expect: {only: none}", ["lines", "养羊", "城职养老 (10201)"]),
        ("acts: [{act: billed, on: 2026-06-05, amount: 1.005}]\n  expect: {only: none}", ["amount", "more than two decimals"]),
        ("acts: [{act: billed, on: 2026-06-05, by: 工会}]\n  expect: {only: none}", ["by", "工会", "hrss"]),
        ("acts: [{act: billed, on: 2026-06-05, lnes: {失业: 1}}]\n  expect: {only: none}", ["lnes", "did you mean lines"]),
        ("acts: [{act: billed, on: 2026-06-05}, {act: paid, bill: b9, on: 2026-06-06}]\n  expect: {only: none}", ["act 2 (paid)", "bill b9", "allowed: b1"]),
        ("acts: [{act: billed, on: 2026-06-05, lines: {失业: 1, 城职医疗: 2}}]\n  expect: {only: none}", ["two departments"]),
        ("cast: {employers: {甲: {bureau: 朝阳}}}\n  expect: {only: none}", ["employer 甲", "bureau", "朝阳", "青秀"]),
        ("expect: {found: [A1.99]}", ["expect", "A1.99", "A1.01"]),
        ("expect: {found: [{rule: A1.02, reason: bored}]}", ["reason", "bored", "remittance_unread"]),
        ("expect: {found: [{rule: A1.02, subject: b7}]}", ["subject", "b7", "甲"]),
        ("expect: {break: [{outcome: 9}]}", ["outcome", "9", "0 ("]),
        ("expect: {break: [{cause: laziness}]}", ["cause", "laziness", "not_read"]),
        ("expect: {metric: [{basis: weight, numerator: 1}]}", ["basis", "weight", "amount"]),
        ("expect: {metric: [{basis: amount}]}", ["a metric needs what it must be"]),
        ("expect: {find: [A1.02]}", ["find", "found"]),
        ("acts: []", ["without `expect`"]),
        ("as_of: 2031-01-01\n  expect: {only: none}", ["as_of", "calendar"]),
        ("acts: [{act: settled, on: 2026-06-10}, {act: billed, on: 2026-06-05, lines: {职业年金: 5}}]\n  expect: {only: none}", ["职业年金", "treasury"]),
        ("acts: [{act: billed, on: 2026-06-05}, {act: paid, amount: 5000.001, on: 2026-06-06}]\n  expect: {only: none}", ["two decimals"]),
        ("acts: [{act: billed, on: 2026-06-05}, {act: invoiced, amount: 5000, on: 2026-06-06}]\n  expect: {only: none}", ["more than", "1000.00"]),
    ],
)  # fmt: skip
def test_errors_name_file_case_key_and_what_is_allowed(body: str, words: list[str]) -> None:
    said = problem(body)
    assert re.match(r"some\.yaml:\d+: case “wrong”: ", said) or "without `expect`" in said
    for word in words:
        assert word in said


def test_a_broken_file_does_not_stop_the_others(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("- case: [unclosed\n", encoding="utf-8")
    (tmp_path / "b.yaml").write_text(
        "- case: fine\n  expect: {only: none}\n- case: double\n  as_of: 2026-06-30\n  as_of: 2026-06-30\n",
        encoding="utf-8",
    )
    (tmp_path / "c.yml").write_text(
        "as_of: 2026-05-29\ncases:\n- case: fine too\n  expect: {only: none}\n", encoding="utf-8"
    )
    outcomes = [outcome for outcome, *_ in cli.load([tmp_path])[0]]
    assert [outcome.problem is None for outcome in outcomes] == [False, False, True]
    assert "given twice" in str(outcomes[1].problem)
    lines, status = cli.report(outcomes)
    assert (lines[-1], status) == ("1 passed, 2 failed", 1)


def test_nothing_to_run_is_a_failure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([str(tmp_path)]) == 1
    assert capsys.readouterr().out.rstrip().endswith("0 passed, 1 failed")


def test_values_are_exact_and_forgiving() -> None:
    assert to_amount("2,400.10") == Decimal("2400.10") == to_amount("２４００.1元")
    for text in ("2026-06-05", "20260605", "2026/6/5", "2026年6月5日", "2026.06.05"):
        assert to_date(text) == dt.date(2026, 6, 5)
    assert to_date("as_of", AS_OF) == AS_OF
    assert to_date("as_of - 2 workdays", AS_OF) == dt.date(2026, 6, 26)
    assert to_date("3 days before as_of", AS_OF) == dt.date(2026, 6, 27)
    assert to_moment("2026-06-05 16:30", "09:00") == dt.datetime(2026, 6, 5, 16, 30)
    assert to_month("2026年6月") == to_month("202606") == to_month("2026-6") == "202606"


def test_numbers_of_two_cases_never_meet_and_keep_what_rules_look_at() -> None:
    one, two = CaseKeys(1), CaseKeys(2)
    code = "91450100MA5K12345X"
    assert one.stated_code(code, "91", "450103") != two.stated_code(code, "91", "450103")
    mapped = one.stated_code(code, "91", "450103")
    wide = one.stated_code("９１450100ma5k12345x", "91", "450103")
    assert wide != mapped and canonical(wide) == canonical(mapped)
    assert one.stated_code("MA5K12345", "91", "450103") == mapped[8:17]
    assert one.stated_code("450100MA5K12345", "91", "450103")[6:] == mapped[8:17]
    assert one.stated_code("MA5K1234-5", "91", "450103").replace("-", "") == mapped[8:17]
    assert one.stated(" 45 00") == " 00000145 00" and one.stated("") == ""
    own = one.code("employer 甲", "91", "450103")
    assert len(own) == 18 and uscc_check(own[:17]) == own[17]


def test_an_act_does_what_it_says_and_brings_what_came_before() -> None:
    case = understand(
        "- case: way\n  acts:\n  - {act: billed, on: 2026-06-05, lines: {城职养老: 2400, 失业: 100}}\n"
        "  - {act: paid, on: 2026-06-18, items: [失业]}\n  expect: {only: none}\n"
    )
    bill = case.cast.bills["b1"]
    assert bill.read_at and {"received", "pushed", "shared", "entered_front", "processed", "declared"} == set(
        bill.steps
    )
    assert sorted([bill.read_at, *bill.steps.values()]) == [bill.read_at, *bill.steps.values()]
    (ticket,) = bill.tickets
    assert ticket.amount == Decimal("2500.00")
    assert [(one.item, one.amount) for one in ticket.remittances] == [("10202", Decimal("100.00"))]
    assert not ticket.settlements and not ticket.returns and not ticket.postings
    only = understand("- case: only\n  acts: [{act: billed, on: 2026-06-05}]\n  expect: {only: none}\n").cast.bills[
        "b1"
    ]
    assert only.read_at is None and not only.steps and not only.tickets


def test_the_manual_is_what_the_language_is() -> None:
    text = (root() / "docs" / "cases.md").read_text(encoding="utf-8")
    assert manual.fill(text) == text, "run `python -m simulator.casebook.manual`"


def test_every_act_has_a_handler_and_an_example_that_is_understood() -> None:
    before = {
        "kept": "- {act: billed, bill: b1, employer: 甲, by: hrss, on: 2026-06-01, lines: {城职养老: 2400, 失业: 100}}",
        "signed": "- {act: signed, agreement: x1, employer: 甲, on: 2025-08-01}",
        "opened": "- {act: client_account, account: k1, employer: 甲, on: 2025-08-01}",
    }
    before["annuity"] = "- {act: annuity_signed, annuity: n1, employer: 甲, on: 2025-03-03}"
    declared = {
        "registered",
        "set_up",
        "signed",
        "billed",
        "resent",
        "client_account",
        "annuity_signed",
        "person_insured",
    }
    for act in lang.ACTS:
        assert hasattr(Case, f"_act_{act.name}") or act.name in declared
        first = [before["kept"]] if act.subject == "bill" else []
        first += [before["signed"]] if act.subject == "agreement" and act.group != "person_tax" else []
        first += [before["annuity"]] if act.subject == "annuity" else []
        first += (
            ["- {act: client_account_replaced, annuity: n1, on: 2026-06-22}"] if act.name == "annuity_moved" else []
        )
        first += (
            ["- {act: paid, bill: b1, on: 2026-06-10}"]
            if act.name in {"annuity_debited_again", "annuity_reversed"}
            else []
        )
        first += ["- {act: annuity_debited_again, bill: b1, on: 2026-06-11}"] if act.name == "annuity_reversed" else []
        first += [before["opened"]] if act.subject in {"account", "message"} and act.group != "person_tax" else []
        if act.group in {"insured", "person_tax"} and act.name != "person_insured":
            first += ["- {act: person_insured, person: r1, insurance: 城乡居民医疗, on: 2025-01-06}"]
            first += ["- {act: person_insured, person: r2, insurance: 城乡居民医疗, on: 2025-01-06}"]
        if act.group == "cadre" and act.name != "cadre_registered":
            first += ["- {act: cadre_registered, cadre: g1, on: 2025-03-03}"]
        if act.name == "roster_matched":
            first += ["- {act: roster_imported, cadre: g1, on: 2026-05-30, lines: 200}"]
        if act.name == "old_number":
            first += ["- {act: person_insured, person: r1, insurance: 城乡居民养老, on: 2025-01-06}"]
        first += (
            ["- {act: special_assessed, due: d1, person: r1, on: 2026-06-22}"] if act.name == "special_received" else []
        )
        first += ["- {act: person_paid, payment: p1, on: 2026-06-10}"] if act.name == "person_refunded" else []
        if act.name in {"person_returned", "person_posted"}:
            first += ["- {act: person_paid, payment: p1, on: 2026-06-10, settled: 2026-06-11}"]
            first += ["- {act: person_returned, payment: p1, on: 2026-06-11}"]
        text = "\n  ".join(
            [
                "- case: example",
                "cast: {employers: {甲: {}, 乙: {}}}",
                "acts:",
                *first,
                act.example,
                "expect: {only: none}",
            ]
        )
        understand(text)


def test_no_two_words_mean_the_same_act_or_key() -> None:
    words: dict[str, str] = {}
    for act in lang.ACTS:
        for word in (act.name, *act.aliases):
            assert words.setdefault(word, act.name) == act.name, word
        keys: dict[str, str] = {}
        for key in act.keys:
            assert keys.setdefault(key.name, key.name) == key.name
