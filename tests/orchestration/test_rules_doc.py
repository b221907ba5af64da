"""The page of all rules is what their entries say, and complete."""

from __future__ import annotations

from orchestration.lib import dbt_cli, rules, rules_doc


def test_the_page_is_up_to_date() -> None:
    """`make rules-doc` was run after the last change of an entry."""
    assert rules_doc.is_current(rules.catalogue(dbt_cli.load_manifest()))


def test_every_rule_has_its_section_with_all_it_declares() -> None:
    catalogue = rules.catalogue(dbt_cli.load_manifest())
    text = rules_doc.page(catalogue)
    assert text.count("\n### ") == len(catalogue)
    for rule in catalogue:
        section = text.split(f"\n### {rule.rule_id} {rule.title}\n", 1)[1].split("\n### ", 1)[0]
        assert " ".join(rule.description.split()) in section.replace("\\|", "|"), rule.rule_id
        assert rule.section in section
        assert rule.next_step.split()[0] in section
        for word in (*rule.parameters, *rule.reasons, *rule.reasons.values()):
            assert word in section, f"{rule.rule_id}: {word}"
