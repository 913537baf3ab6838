"""What is taken of the library's proposals, and what is not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from generator.checks.typography import HALF_WIDTH
from generator.checks.wording import BLANKS, FULL_WIDTH
from generator.workflows.fix import corrected

ALL = (HALF_WIDTH, BLANKS, FULL_WIDTH)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("制度健全,资金到位", "制度健全，资金到位"),
        ("制度健全。 资金到位", "制度健全。资金到位"),
        ("完成１２项", "完成12项"),
        ("为{{ 经济.产值 }}，居", "为{{ 经济.产值 }}，居"),
    ],
)
def test_other_forms_of_one_mark_are_taken(text: str, expected: str) -> None:
    assert corrected(text, ALL) == expected


@pytest.mark.parametrize(
    "text",
    [
        "5G基站2500座，增长14.7%，A公司和B公司",
        "2-3家，3~5家，1~2月",
        "12:30开始，比例1:2，10:00—11:00",
        "《“5G赋能 数智某市”协议》",
        "某发〔2021〕12号，某发(2021)12号",
        "见https://example.org/a,b?c=1:2，someone@example.org",
        "{{ 部门.名称 }}和{{ 经济.产值 | 亿元 }}",
        "约翰.史密斯，报告.docx",
        "1892499.62/86559961.25=2.19%，a+b=c",
        "“稳岗留工·客都有礼”",
        "珠海-江门大型产业集聚区",
        "1,234.50万元",
        "甲「乙」丙",
    ],
)
def test_figures_names_and_references_stay(text: str) -> None:
    assert corrected(text, ALL) == text


def test_what_a_template_has_switched_off_is_not_mended() -> None:
    text = "制度健全,资金。 到位１２项"
    assert corrected(text, ()) == text
    assert corrected(text, (HALF_WIDTH,)) == "制度健全，资金。 到位１２项"
    assert corrected(text, (BLANKS,)) == "制度健全,资金。到位１２项"
    assert corrected(text, (FULL_WIDTH,)) == "制度健全,资金。 到位12项"


def test_where_it_is_not_installed_the_way_to_install_it_is_told(
    meizhou: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "autocorrect_py.py").write_text("raise ImportError", "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    command = [sys.executable, "-m", "generator", "check", str(meizhou), "--fix-text", "--dry-run"]
    run = subprocess.run(command, check=False, capture_output=True, text=True)
    assert run.returncode == 1
    assert "JX832" in run.stderr
    assert 'pip install "jixiao[text]"' in run.stderr


def test_nothing_of_it_is_loaded_by_a_plain_check(root: Path) -> None:
    program = (
        "import sys, generator; from generator.cli import main; generator.check(sys.argv[1]); "
        "print([name for name in ('autocorrect_py', 'generator.workflows.fix') if name in sys.modules])"
    )
    command = [sys.executable, "-c", program, str(root / "inputs" / "jiangmen-gxj-2021.yaml")]
    run = subprocess.run(command, check=True, capture_output=True, text=True, cwd=root)
    assert run.stdout.strip() == "[]"
