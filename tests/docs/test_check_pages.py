"""docs/检查/ shows every rule of the checks, as it is today."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from generator.base.diagnostics import Code
from generator.checks.rules import RULES
from generator.yamlfile.source import parse_yaml
from tests.docs.checks_page import INDEX, check_pages

PAGES = check_pages()
_FENCE = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s#]+)")


@pytest.fixture
def place(root: Path, request: pytest.FixtureRequest) -> Path:
    """The folder of the pages; with --refresh, with the pages of today."""
    folder = root / "docs" / "检查"
    if request.config.getoption("--refresh"):
        folder.mkdir(exist_ok=True)
        for old in folder.glob("*.md"):
            old.unlink()
        for name, text in PAGES.items():
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
    return folder


def test_the_pages_are_up_to_date(place: Path) -> None:
    assert {page.name for page in place.iterdir()} == set(PAGES), "make refresh writes docs/检查/"
    for name, text in PAGES.items():
        assert (place / name).read_text(encoding="utf-8") == text, f"docs/检查/{name} is out of date: make refresh"


def test_every_code_of_a_rule_has_a_page_that_says_it_all() -> None:
    for rule in RULES:
        for code in rule.codes:
            page = PAGES[f"{code.number}.md"]
            assert page.startswith(f"# {code.number} ")
            assert "会报告，指在" in page
            assert "不报告：" in page
            assert f"({code.number}.md)" in PAGES[INDEX]
            assert rule.fixed == ("在模板里怎样改" not in page)


def test_every_check_that_the_program_knows_belongs_to_a_rule(codes: dict[str, Code]) -> None:
    """Codes from JX410 on are those of checks, except JX480 to JX482, which are about the switches themselves."""
    ruled = {code.number for rule in RULES for code in rule.codes}
    known = {number for number in codes if "JX410" <= number < "JX500" and number not in {"JX480", "JX481", "JX482"}}
    assert known == ruled


def test_examples_can_be_read_and_links_lead_somewhere(place: Path) -> None:
    examples = [parse_yaml(text.encode(), name) for name, page in PAGES.items() for text in _FENCE.findall(page)]
    assert [(source.file, source.findings) for source in examples if source.root is None or source.findings] == []
    links = {link for page in PAGES.values() for link in _LINK.findall(page)}
    assert [link for link in links if not (place / link).exists()] == []


def test_settings_are_shown_with_what_they_are_unless_changed() -> None:
    assert "| 幅度 | 超出目标多少以上要说明原因 | 30% |" in PAGES["JX421.md"]
