"""Without libyaml a file is read more slowly and gives the same tree, the same findings and the same report."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator.template.load import load_template
from generator.workflows.new import skeleton
from generator.yamlfile import build
from generator.yamlfile.pure import PureParser
from generator.yamlfile.source import Source, parse_yaml

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = [*(ROOT / "inputs").glob("*.yaml"), *(ROOT / "templates").glob("meizhou/*.yaml")]
REFUSED = [
    "甲: 1\n- 乙\n",
    "甲:\n  乙: 1\n 丙: 2\n",
    "甲:\n  - 乙\n  丙: 1\n",
    "甲: - 乙\n",
    "甲: [附件1]说明\n",
    "甲: [乙:丙]\n",
    "甲: {乙:丙, 丁: 1}\n",
    "甲: {网址: http://example.com}\n",
    "甲: [8:30, 9:00]\n",
    "甲: '乙\n丙: 1\n",
    "甲: 乙: 丙\n",
    "甲: @乙\n",
    "甲: &锚 乙\n",
    '甲: "\\q"\n',
    "甲:\t乙\n\t丙: 1\n",
    "甲: {乙: 1\n丙: 2\n",
    "甲: *a\u3000*b\n",
    "甲: &a! 1\n",
    "甲: |注\n",
    "甲: |\n\t乙\n",
    "%YAML 1.1\n---\n甲: 1\n",
    "甲: 1\n%说明\n",
    "甲: '乙\n---\n",
    "乙: 1\n[",
    "甲: 1\n\t\n乙\n  丙: 1\n",
]
# What people type and mistype. Tags, 「...」 and 「[?」 are refused too, some for other reasons.
PIECES = st.sampled_from([
    "甲", "甲: ", "乙: 1\n", "- ", "-", ":", "：", " ", "\n", "\n  ", "\n\n", "\r", "\t", "\x85", "\u2028", "\u3000",
    "\ufeff", "#", " # 注", "'", '"', "[", "]", "{", "}", ",", "*a", "&a ", "|", "|-\n", ">2\n", "@", "`",
    "---", "\\", "~", "=", "😀", "? 甲\n",
])  # fmt: skip


def both(data: bytes, monkeypatch: pytest.MonkeyPatch) -> tuple[Source, Source]:
    fast = parse_yaml(data, "填报.yaml")
    monkeypatch.setattr(build, "Parser", PureParser)
    return fast, parse_yaml(data, "填报.yaml")


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.name)
def test_shipped_files_give_the_same_tree(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fast, slow = both(file.read_bytes(), monkeypatch)
    assert fast.root is not None
    assert slow == fast


def test_blanks_stand_where_they_stood(monkeypatch: pytest.MonkeyPatch) -> None:
    blanks = "甲:  # 注\n乙:\n  - \n  -\n  - 丙\n丁:\n\n# 说明\n戊: {己: , 庚: 1}\n"
    blank_form = skeleton(load_template(ROOT / "templates" / "meizhou"), "x.json", {})
    fast, slow = both(blanks.encode() + blank_form.encode(), monkeypatch)
    assert slow == fast


@pytest.mark.parametrize("text", ["甲: \t乙\n", "甲: \t\n乙: 1\n", "甲: 乙 \t\n", "甲: [乙, \t丙]\n", "甲: \t# 注\n"])
def test_tabs_between_words_are_blanks(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fast, slow = both(text.encode(), monkeypatch)
    assert slow == fast


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_refused_is_refused_for_the_same_reason(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fast, slow = both(text.encode(), monkeypatch)
    assert fast.findings
    assert slow.findings == fast.findings


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pieces=st.lists(PIECES, max_size=12))
def test_whatever_is_typed_gives_the_same(pieces: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        fast, slow = both("".join(pieces).encode(), patch)
    assert slow == fast


@pytest.mark.parametrize(
    "text",
    [
        "甲: |+ # 注\n  乙\n\n  丙\n\n",
        "甲: >-\n  乙\n  丙\n\n  丁\n   戊\n",
        "甲: |\n  \n     乙\n",
        "甲: 乙\n  丙\n\n  丁\n",
        "甲: 乙\x85丙\n",
        "? 甲\n: 乙\n? ",
        "? 甲\n? |\n  乙\n?\n",
        "甲:\n- ? '乙'\n- ? 丙\n  : 丁\n",
    ],
)
def test_texts_of_several_lines_are_the_same(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fast, slow = both(text.encode(), monkeypatch)
    assert fast.root is not None
    assert slow == fast


def test_a_report_is_the_same_where_there_is_no_libyaml(tmp_path: Path, meizhou: Path) -> None:
    program = (
        "import sys; sys.modules['_ruamel_yaml'] = None\n"
        "from generator.yamlfile.build import Parser\n"
        "assert Parser.__name__ == 'PureParser'\n"
        "import jixiao\n"
        f"sys.stdout.buffer.write(jixiao.render({str(meizhou)!r}, write=False).data)"
    )
    made = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, cwd=tmp_path).stdout
    again = program.replace("sys.modules['_ruamel_yaml'] = None", "").replace("PureParser", "CParser")
    assert made == subprocess.run([sys.executable, "-c", again], check=True, capture_output=True, cwd=tmp_path).stdout
