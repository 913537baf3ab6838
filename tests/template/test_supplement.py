"""What a filing adds to its template: 补充."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import generator
from generator.base.diagnostics import Refused
from generator.submission.accept import read_filing
from generator.workflows.convert import plan, write
from generator.workflows.new import start
from tests.reading_word import text_of

SUPPLEMENT = """\
名称: 增加的指标
模板: meizhou
字段:
  培训:
    类型: 组
    标签: 绩效培训
    字段:
      计划: {类型: 整数, 单位: 次, 标签: 计划次数, 示例: 4 次}
      次数: {类型: 整数, 单位: 次, 标签: 实际次数, 示例: 4 次}
指标:
- 名称: 绩效管理培训
  上级: 资金管理
  分值: 2
  取值: 培训.次数 ÷ 培训.计划
  得分: 限(取值, 0, 1) × 分值
  叙述: "完成率={{ 算式 }}。"
分值: {财务管理合规性: 4}
勾稽:
- {名称: 次数, 条件: 培训.次数 ≤ 培训.计划, 级别: 警告, 消息: 次数多于计划。}
"""


@pytest.fixture
def filing(workplace: Path) -> Path:
    file = workplace / "inputs" / "meizhou-gxj-2021.yaml"
    text = file.read_text("utf-8")
    text = text.replace("模板: meizhou\n", "模板: meizhou\n补充: 补充.yaml\n培训: {计划: 4次, 次数: 3次}\n")
    own = "  财务管理合规性:\n    自评分: 5"
    assert own in text
    file.write_text(text.replace(own, own.replace("5", "4")), "utf-8")
    (file.parent / "补充.yaml").write_text(SUPPLEMENT, "utf-8")
    return file


def test_weights_above_and_full_marks_follow(filing: Path) -> None:
    card = generator.score(filing).scorecard
    scores = {node.indicator.name: (node.indicator.weight, node.points) for node in card.walk()}
    assert scores["绩效管理培训"] == (Fraction(2), Fraction(3, 2))
    assert [scores[name][0] for name in ("财务管理合规性", "资金管理", "预算执行情况")] == [4, 11, 51]
    assert card.total is not None
    assert card.total.full == 111


def test_it_prints_is_checked_and_goes_into_a_workbook_and_back(filing: Path, tmp_path: Path) -> None:
    filing.write_text(filing.read_text("utf-8").replace("次数: 3次", "次数: 5次"), "utf-8")
    assert "次数多于计划。" in [one.message for one in generator.check(filing)]
    text = text_of(generator.render(filing, tmp_path / "报告.docx").path)
    assert "完成率=5/4。" in text
    assert "满分111分" in text
    book = filing.with_suffix(".xlsx")
    write(plan([filing], book))
    one, other = (generator.score(file).scorecard.total for file in (filing, book))
    assert one is not None
    assert other is not None
    assert (one.score.text, one.full) == (other.score.text, other.full)


def test_a_new_filing_has_its_lines_and_a_schema_of_its_own(filing: Path) -> None:
    started = start("meizhou", filing.with_name("新.yaml"), supplement="补充.yaml")
    assert started.schema is not None
    assert "绩效管理培训" in started.schema.read_text("utf-8")
    root: Any = read_filing(started.path).root
    assert root.get("补充").text == "补充.yaml"
    assert root.get("培训").get("次数") is not None


@pytest.mark.parametrize(
    ("old", "new", "code", "path"),
    [
        ("上级: 资金管理", "上级: 资金", "JX731", "指标[1]"),
        ("上级: 资金管理", "上级: 结转结余率", "JX731", "指标[1]"),
        ("名称: 绩效管理培训", "名称: 结转结余率", "JX709", "指标.结转结余率"),
        ("  培训:", "  人员:", "JX731", "字段.人员"),
        ("模板: meizhou", "模板: jiangmen", "JX731", "模板"),
        ("财务管理合规性: 4", "资金管理: 4", "JX731", "分值.资金管理"),
        ("财务管理合规性: 4", "财务合规性: 4", "JX731", "分值.财务合规性"),
        ("分值: {财务管理合规性: 4}", "分值: {采购合规性: 4}", "JX708", "指标.采购合规性"),
        ("财务管理合规性: 4", "财务管理合规性: [4]", "JX706", "分值.财务管理合规性"),
        ("  分值: 2", "  分值: -2", "JX706", "指标.绩效管理培训"),
        ("培训.次数 ÷", "培训.次 ÷", "JX305", "指标.绩效管理培训"),
    ],
)
def test_what_contradicts_the_template_is_told_in_its_own_line(
    filing: Path, old: str, new: str, code: str, path: str
) -> None:
    file = filing.with_name("补充.yaml")
    assert old in SUPPLEMENT
    file.write_text(SUPPLEMENT.replace(old, new, 1), "utf-8")
    with pytest.raises(Refused) as caught:
        generator.score(filing)
    finding = caught.value.findings[0]
    assert (finding.code, finding.path, Path(finding.span.file).name) == (code, path, file.name)


def test_a_supplement_that_is_not_there_is_told_with_near_misses(filing: Path) -> None:
    filing.write_text(filing.read_text("utf-8").replace("补充: 补充.yaml", "补充: 补充"), "utf-8")
    with pytest.raises(Refused) as caught:
        generator.score(filing)
    finding = caught.value.findings[0]
    assert (finding.code, finding.path) == ("JX730", "补充")
    assert "补充.yaml" in finding.hint
