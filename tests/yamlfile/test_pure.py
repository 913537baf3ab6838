"""Without libyaml a file is read more slowly and gives the same tree, the same findings and the same report."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from generator.template.load import load_template
from generator.workflows.new import skeleton
from generator.yamlfile import build
from generator.yamlfile.build import PureParser
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
]


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
