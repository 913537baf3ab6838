"""Every rule: its bad example is found at the right place, its good one is not; and what rules must keep to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from generator.base.diagnostics import Finding
from generator.checks.rule import Rule
from generator.checks.rules import RULES
from tests.changed_input import marked
from tests.checks.rule_docs import GROUPS, RULE_DOCS, Example

Checked = Callable[[str], tuple[Finding, ...]]

EXAMPLES = [
    pytest.param(rule, example, id=f"{rule.name}-{example.code}")
    for rule in RULES
    for example in RULE_DOCS[rule.name].examples
]


def test_the_example_input_is_without_fault(checked: Checked) -> None:
    assert [f"{finding.code} {finding.message}" for finding in checked("")] == []


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_the_bad_example_is_found_where_it_is(rule: Rule, example: Example, checked: Checked) -> None:
    assert example.code in {code.number for code in rule.codes}
    findings = [finding for finding in checked(example.bad) if finding.code == example.code]
    assert [(finding.path, marked(finding)) for finding in findings] == [(example.place, example.marked)]


def test_the_messages_are_those_of_the_snapshot(checked: Checked, golden: Callable[[Path, str], None]) -> None:
    lines = [
        f"{finding.code} {finding.severity}\n  {finding.message}\n  {finding.hint}\n"
        for rule in RULES
        for example in RULE_DOCS[rule.name].examples
        for finding in checked(example.bad)
        if finding.code == example.code
    ]
    golden(Path(__file__).parent / "messages.txt", "".join(lines))


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_the_good_example_is_not_found(rule: Rule, example: Example, checked: Checked) -> None:
    numbers = {code.number for code in rule.codes}
    assert [finding.message for finding in checked(example.good) if finding.code in numbers] == []


def test_every_code_has_an_example_and_every_rule_its_words() -> None:
    assert [rule.name for rule in RULES] == list(RULE_DOCS)
    for rule in RULES:
        doc = RULE_DOCS[rule.name]
        assert doc.group in GROUPS
        assert doc.why.endswith(("。", "）"))
        assert {example.code for example in doc.examples} == {code.number for code in rule.codes}, rule.name
        assert all(code.title and code.hint for code in rule.codes), rule.name


def test_no_two_rules_find_the_same_code() -> None:
    numbers = [code.number for rule in RULES for code in rule.codes]
    assert len(set(numbers)) == len(numbers)
