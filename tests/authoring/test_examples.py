"""Inputs written from examples: they can be filled in as they stand, also where a template has none."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.authoring.generate import example_text
from generator.base.diagnostics import Severity
from generator.pipeline import assess_source
from generator.template.load import load_template
from generator.yamlfile.build import Mapping, Sequence
from generator.yamlfile.source import parse_yaml
from tests.small_template import small

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted(manifest.parent for manifest in (ROOT / "templates").glob("*/template.yaml"))


@pytest.mark.parametrize("folder", TEMPLATES, ids=lambda folder: folder.name)
def test_the_examples_of_the_shipped_templates_can_be_filled_in(folder: Path) -> None:
    source = parse_yaml(example_text(load_template(folder), "甲.json").encode(), "例")
    assert source.text.startswith("# yaml-language-server: $schema=甲.json\n")
    found = assess_source(source, folder, folder.parent).findings
    assert [finding for finding in found if finding.severity is Severity.ERROR] == []


FIELDS = """
文: {类型: 文字, 标签: "名称 #1"}
选填: {类型: 文字, 标签: 选填, 必填: 否}
段: {类型: 段落, 标签: 一段话}
列: {类型: 列表, 标签: 一条}
钱: {类型: 金额, 标签: 钱}
数: {类型: 数值, 标签: 数, 最小: 60}
整: {类型: 整数, 标签: 整数, 单位: 个}
率: {类型: 比率, 标签: 率}
日: {类型: 日期, 标签: 日}
年: {类型: 年份, 标签: 年}
选: {类型: 选项, 标签: 选, 选项: [甲, 乙]}
量: {类型: 数量, 标签: 量}
标: {类型: 目标, 标签: 目标}
否: {类型: 是否, 标签: 是否}
空组: {类型: 组, 标签: 空组, 字段: {一: {类型: 文字, 标签: 一, 必填: 否}}}
算组: {类型: 组, 标签: 算组, 字段: {一: {类型: 整数, 标签: 一, 公式: 1}}}
表:
  类型: 表
  标签: 表
  列:
    序: {类型: 整数, 标签: 序}
    名: {类型: 文字, 标签: 名, 示例: 建成一处。}
    倍: {类型: 整数, 标签: 倍, 公式: 序 × 2}
    组: {类型: 组, 标签: 组, 字段: {数: {类型: 整数, 标签: 数, 示例: 3}}}
    表: {类型: 表, 标签: 表, 列: {数: {类型: 整数, 标签: 数, 示例: 4}}}
"""
INDICATORS = """
指标:
- 名称: 一
  分值: 60
  要点:
  - {名称: 计算的, 分值: 40, 得分: 分值}
  - {名称: 结论的, 分值: 20, 结论: {符合: 0%, 不适用: 0%, 差: 20%, 好: 100%, 中: 50%}}
- {名称: 二, 分值: 40, 得分: "最小(自评分, 分值)"}
"""


def test_every_kind_has_something_to_stand_in(city: Path) -> None:
    (city / "fields.yaml").write_text(FIELDS, encoding="utf-8")
    (city / "indicators.yaml").write_text(INDICATORS, encoding="utf-8")
    (city / "checks.yaml").unlink()
    manifest = (city / "template.yaml").read_text(encoding="utf-8")
    manifest = manifest.replace('"{{ 部门.名称 }}{{ 年度 }}年度', '"')
    (city / "template.yaml").write_text(manifest, encoding="utf-8")
    text = example_text(load_template(city))
    source = parse_yaml(text.encode(), "例")
    assert source.root is not None
    assert {"选填", "空组", "算组"} & {key.text for key in source.root.keys()} == set()
    assessment = assess_source(source, city, city.parent)
    assert [finding for finding in assessment.findings if finding.span.file == "例"] == []
    assert assessment.scorecard.total is not None
    assert assessment.scorecard.total.score.text == "100"
    rows = source.root.get("表")
    assert isinstance(rows, Sequence)
    names = [row.get("名") for row in rows.items if isinstance(row, Mapping)]
    assert [getattr(name, "text", "") for name in names] == ["建成一处。", "建成一处（例2）。"]
    assert "  结论的: {结论: 好}" in text
    assert "\n数: 60\n" in text
    assert "\n整: 1 个\n" in text


def test_an_item_without_conclusions_is_left_out(city: Path) -> None:
    (city / "fields.yaml").write_text("年: {类型: 年份, 标签: 年}\n", encoding="utf-8")
    items = "指标: [{名称: 一, 分值: 100, 要点: [{名称: 甲, 分值: 60}, {名称: 乙, 分值: 40, 得分: 自评分}]}]\n"
    (city / "indicators.yaml").write_text(items, encoding="utf-8")
    (city / "checks.yaml").unlink()
    manifest = (city / "template.yaml").read_text(encoding="utf-8")
    start, end = manifest.index("结论:\n"), manifest.index("# 版式和叙述")
    (city / "template.yaml").write_text(manifest[:start] + manifest[end:], encoding="utf-8")
    text = example_text(load_template(city))
    assert "甲" not in text
    assert "乙: {自评分: 40}" in text


REQUIRED = """
指标:
- {名称: 一, 分值: 10, 得分: 自评分, 必需佐证: {数量: 3, 标题: ["甲, 乙表", 丙]}}
- {名称: 二, 分值: 10, 得分: 自评分, 必需佐证: {文件: 是}}
- {名称: 三, 分值: 10, 得分: 自评分, 必需佐证: 2}
- {名称: 四, 分值: 10, 得分: 自评分, 必需佐证: 是}
"""


def test_the_evidence_that_is_required_is_named(tmp_path: Path) -> None:
    form = small(tmp_path, "", REQUIRED.removeprefix("\n指标:\n"), full=40)
    source = parse_yaml(example_text(form.template).encode(), "例")
    found = assess_source(source, tmp_path / "例", tmp_path / "templates")
    entries = found.submission.entries
    assert [entries[name].evidence.value for name in "一二三四"] == [
        ("甲, 乙表", "丙", "佐证材料1"),
        ("佐证材料1",),
        ("佐证材料1", "佐证材料2"),
        ("佐证材料",),
    ]
    # What the example cannot have is the file itself.
    assert {finding.code for finding in found.findings} & {"JX263", "JX440", "JX441"} == {"JX263"}
