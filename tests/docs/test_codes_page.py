"""docs/问题代码.md lists every code of the program, as it is today."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path

import pytest

import generator
from generator.diagnostics import Code, Severity
from generator.diagnostics.handbook import handbook


def codes_of_the_program() -> list[Code]:
    """The codes that stand in the program's modules; not those that other tests register for themselves."""
    names = [found.name for found in pkgutil.walk_packages(generator.__path__, "generator.")]
    modules = [importlib.import_module(name) for name in names if not name.endswith("__main__")]
    codes = {id(value): value for module in modules for value in vars(module).values() if isinstance(value, Code)}
    return list(codes.values())


def test_the_page_is_up_to_date(root: Path, request: pytest.FixtureRequest) -> None:
    page, wanted = root / "docs" / "问题代码.md", handbook(codes_of_the_program())
    if request.config.getoption("--refresh"):
        page.write_text(wanted, encoding="utf-8", newline="\n")
    assert page.read_text(encoding="utf-8") == wanted, "docs/问题代码.md 已过时：make refresh"


def test_every_codes_module_is_seen(root: Path) -> None:
    stages = {path.parent.name for path in (root / "generator").glob("*/codes.py")}
    seen = {stage for stage in stages if any(_is_listed(code, stage) for code in codes_of_the_program())}
    assert len(stages) >= 6
    assert seen == stages


def _is_listed(code: Code, stage: str) -> bool:
    module = importlib.import_module(f"generator.{stage}.codes")
    return any(value is code for value in vars(module).values())


def test_every_code_says_what_is_wrong() -> None:
    blank = [code.number for code in codes_of_the_program() if not (code.title.strip() and code.message.strip())]
    assert not blank


@pytest.fixture
def made(request: pytest.FixtureRequest) -> Code:
    """A code of its own kind, which is not registered: the numbers of the program are not touched."""
    code = object.__new__(Code)
    for name, value in request.param.items():
        object.__setattr__(code, name, value)
    return code


PLAIN = {
    "number": "JX299",
    "title": "某种问题",
    "message": "「{name}」的「{text}」写成了 {{{{ }}}} 和 <<。",
    "hint": "改为「{key}: 」。",
    "severity": Severity.WARNING,
}


@pytest.mark.parametrize("made", [PLAIN], indirect=True)
def test_an_entry_names_number_title_severity_message_and_mend(made: Code) -> None:
    page = handbook([made])
    assert "## 填报的内容\n" in page
    assert "### JX299 某种问题\n" in page
    assert "- 级别：警告\n" in page
    assert "- 消息：「…」的「…」写成了 {{ }} 和 \\<\\<。\n" in page
    assert "- 改法：改为「…: 」。\n" in page


@pytest.mark.parametrize("made", [PLAIN | {"message": "{message}", "hint": "", "number": "JX0"}], indirect=True)
def test_what_only_the_run_can_say_is_said_to_be_there(made: Code) -> None:
    page = handbook([made])
    assert "## 其他\n" in page
    assert "- 消息：由模板的规则给出" in page
    assert "- 改法：随具体情况给出" in page
