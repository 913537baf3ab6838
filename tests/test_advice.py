"""What a message advises works: each advice is followed mechanically, and the message is gone.

What is to be written stands in the hint as 「…」 or "…" behind 写成, 改为 or 填, and replaces what is underlined.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import generator
from generator.base.diagnostics import Finding, Severity
from tests.conftest import ROOT

TEXT = (ROOT / "inputs" / "meizhou-gxj-2021.yaml").read_text(encoding="utf-8")
ADVICE = re.compile(r"(?:写成|改为|即|填|是否为|如)\s*(?:「([^」]+)」|(\"[^\"]+\"))")

SPOILT = [
    ("  简称: 梅州市工信局", "  简称：梅州市工信局", "JX110"),
    ("  简称: 梅州市工信局", "  简称:梅州市工信局", "JX111"),
    ("  简称: 梅州市工信局", "简称: 梅州市工信局", "JX201"),
    ("年度: 2021\n", "年度: 21年\n", "JX214"),
    ("计划: 349177 元", "计划: 349177", "JX205"),
    ("计划: 349177 元", "计划: 34.9177万", "JX206"),
    ("计划: 349177 元", "计划: 34.9177（万元）", "JX206"),
    ("计划: 349177 元", "计划: ￥349177 元", "JX207"),
    ("计划: 349177 元", "计划: 约349177 元", "JX207"),
    ("计划: 349177 元", "计划: 349l77 元", "JX207"),
    ("计划: 349177 元", "计划: 34.917O 万元", "JX206"),
    ("数值: 96.69%", "数值: 96.6O%", "JX206"),
    ("年末: 1892499.62 元", "年末: -", "JX207"),
    ("年末: 1892499.62 元", "年末: 无", "JX207"),
    ("项数: 6项", "项数: 6个", "JX206"),
    ("数值: 96.69%", "数值: 0.9669", "JX212"),
    ("数值: 96.69%", "数值: 96.69", "JX212"),
    ("数值: 96.69%", "数值: 96.69分", "JX212"),
    ("盘点日期: 2021-12-31", "盘点日期: 2021年12月", "JX210"),
    ("盘点日期: 2021-12-31", "盘点日期: 12/31", "JX210"),
    ("125.00 万元, 自评分: 98}", "1,125.00 万元, 自评分: 98}", "JX131"),
    ("进展: 按计划推进", "进展: 按计画推进", "JX211"),
    ("管理制度:\n        结论: 符合\n", "管理制度:\n        结论: 符和\n", "JX218"),
    ("  数据质量:\n", "  数据质良:\n", "JX215"),
    ("模板: meizhou", "模板: Meizhou", "JX701"),
]


def errors(folder: Path, text: str) -> list[Finding]:
    file = folder / "填报.yaml"
    file.write_text(text, encoding="utf-8")
    found = generator.check(file, templates=ROOT / "templates")
    return [finding for finding in found if finding.severity is Severity.ERROR]


def followed(text: str, finding: Finding) -> str:
    """The text with the advice followed where the finding points."""
    lines = text.split("\n")
    at, line = finding.span.line - 1, lines[finding.span.line - 1]
    if "多缩进两格" in finding.hint:
        lines[at] = "  " + line
        return "\n".join(lines)
    match = ADVICE.search(finding.hint)
    assert match is not None, finding.hint
    advice = match[1] or match[2]
    start = finding.span.column - 1
    if advice.endswith(": "):
        key = advice.removesuffix(": ")
        lines[at] = re.sub(rf"{re.escape(key)}\s*[:：]\s*", advice, line, count=1)
    elif match[2]:
        lines[at] = line.replace(match[2].strip('"'), match[2], 1)
    else:
        lines[at] = line[:start] + advice + line[start + finding.span.length :]
    return "\n".join(lines)


@pytest.mark.parametrize(("old", "new", "code"), SPOILT, ids=[new.strip() for _, new, _ in SPOILT])
def test_an_advice_that_is_followed_works(tmp_path: Path, old: str, new: str, code: str) -> None:
    spoilt = TEXT.replace(old, new, 1)
    assert spoilt != TEXT
    (finding,) = errors(tmp_path, spoilt)
    assert finding.code == code
    assert not errors(tmp_path, followed(spoilt, finding)), finding.hint


def test_eighteen_faults_take_one_run(tmp_path: Path) -> None:
    """Faults of structure do not hide those of values, nor those the ones of formulas."""
    faults = [
        *((old, new, code) for old, new, code in SPOILT if code in ("JX110", "JX205", "JX214", "JX215", "JX218")),
        ("数值: 96.69%", "数值: 96.69", "JX212"),
        ("  - {项目: ", "  － {项目: ", "JX132"),
        ("125.00 万元, 自评分: 98}", "1,125.00 万元, 自评分: 98}", "JX131"),
        ("项数: 6项", "项数: {{ 项数 }}项", "JX127"),
        ("盘点日期: 2021-12-31", "盘点日期: 12/31", "JX210"),
        ("基本支出: 4111.99 万元", "基本支出: 约 4111.99 万元", "JX207"),
        ("进展: 按计划推进", "进展: 按计画推进", "JX211"),
    ]
    text = TEXT
    for old, new, _ in faults:
        assert old in text
        text = text.replace(old, new, 1)
    found = {finding.code for finding in errors(tmp_path, text)}
    assert {code for *_, code in faults} <= found
