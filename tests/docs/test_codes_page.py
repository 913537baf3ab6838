"""docs/问题代码.md lists every code of the program, as it is today."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any, cast
from unittest.mock import patch

import pytest

from generator.base.diagnostics import Code, Severity
from tests.docs.codes_page import handbook


def test_the_page_is_up_to_date(root: Path, codes: dict[str, Code], request: pytest.FixtureRequest) -> None:
    page, wanted = root / "docs" / "问题代码.md", handbook(codes.values())
    if request.config.getoption("--refresh"):
        page.write_text(wanted, encoding="utf-8", newline="\n")
    assert page.read_text(encoding="utf-8") == wanted, "docs/问题代码.md is out of date: make refresh writes it"


def test_the_codes_of_every_stage_are_seen(root: Path, codes: dict[str, Code]) -> None:
    stages = sorted(path.parent.name for path in (root / "generator").glob("*/codes.py"))
    assert len(stages) >= 6
    for stage in stages:
        own = vars(importlib.import_module(f"generator.{stage}.codes")).values()
        numbers = {value.number for value in own if isinstance(value, Code)}
        assert numbers
        assert numbers <= codes.keys()


def test_every_code_says_what_is_wrong(codes: dict[str, Code]) -> None:
    assert [code.number for code in codes.values() if not (code.title.strip() and code.message.strip())] == []


def made(**words: object) -> Code:
    """A code that is not registered: the numbers of the program stay as they are."""
    with patch.dict("generator.base.diagnostics._REGISTERED", clear=True):
        return Code(**cast("Any", words))


def test_an_entry_names_number_title_severity_message_and_mend() -> None:
    code = made(
        number="JX299",
        title="某种问题",
        message="「{name}」的「{text}」写成了 {{{{ }}}} 和 <<。",
        hint="改为「{key}: 」。",
        severity=Severity.WARNING,
    )
    page = handbook([code])
    assert "## 填报的内容\n" in page
    assert "### JX299 某种问题\n" in page
    assert "- 级别：警告\n" in page
    assert "- 消息：「…」的「…」写成了 {{ }} 和 \\<\\<。\n" in page
    assert "- 改法：改为「…: 」。\n" in page


def test_what_only_the_run_can_say_is_said_to_be_there() -> None:
    page = handbook([made(number="JX001", title="某种问题", message="{message}")])
    assert "## 其他\n" in page
    assert "- 消息：由模板的规则给出" in page
    assert "- 改法：随具体情况给出" in page


def test_codes_come_by_their_numbers_under_one_heading_a_stage() -> None:
    codes = [made(number=number, title="某种问题", message="某事。") for number in ("JX202", "JX301", "JX201")]
    lines = [line for line in handbook(codes).splitlines() if line.startswith("##")]
    assert lines == ["## 填报的内容", "### JX201 某种问题", "### JX202 某种问题", "## 公式", "### JX301 某种问题"]
