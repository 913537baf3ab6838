"""docs/命令.md shows the help of every command, as it is today; the site and the first page have every page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.commands_page import commands_page


def test_the_page_is_up_to_date(root: Path, request: pytest.FixtureRequest) -> None:
    page, wanted = root / "docs" / "命令.md", commands_page()
    if request.config.getoption("--refresh"):
        page.write_text(wanted, encoding="utf-8", newline="\n")
    assert page.read_text(encoding="utf-8") == wanted, "docs/命令.md is out of date: make refresh writes it"


def test_every_page_stands_in_the_navigation_of_the_site_and_on_the_first_page(root: Path) -> None:
    pages = {page.name for page in (root / "docs").glob("*.md")}
    navigation = (root / "mkdocs.yml").read_text(encoding="utf-8").partition("\nnav:")[2]
    assert set(re.findall(r": (\S+\.md)", navigation)) == pages
    first = (root / "docs" / "README.md").read_text(encoding="utf-8")
    own = {"README.md", "architecture.md", "性能.md", "变异测试.md", "种子报告的差错.md"}
    assert set(re.findall(r"\]\((\S+?\.md)", first)) - {"检查/README.md"} == pages - own
