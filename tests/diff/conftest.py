"""Two inputs of a small template, compared."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from textwrap import dedent

import pytest

from generator.workflows.diff.compare import compare
from generator.workflows.diff.differences import Differences
from generator.workflows.diff.side import open_side
from tests.small_template import Small, small

FIELDS = """\
收入: {类型: 金额, 标签: 收入决算数}
日期: {类型: 日期, 标签: 填报日期, 必填: 否}
总述: {类型: 文字, 标签: 总述, 必填: 否}
要闻: {类型: 段落, 标签: 要闻, 必填: 否}
组: {类型: 组, 标签: 分组, 字段: {甲: {类型: 数值, 标签: 甲数, 必填: 否}}}
项目:
  类型: 表
  标签: 项目
  必填: 否
  列:
    名称: {类型: 文字, 标签: 名称}
    备注: {类型: 文字, 标签: 备注, 必填: 否}
    金额: {类型: 金额, 标签: 金额}
合计: {类型: 金额, 标签: 项目合计, 公式: 求和(项目.金额)}
项数: {类型: 整数, 标签: 项目数, 公式: 计数(项目)}
"""
INDICATORS = """\
- 名称: 总类
  分值: 10
  下级:
  - {名称: 投入, 分值: 5, 取值: 合计 ÷ 收入, 得分: 分值 if 取值 ≥ 50% else 分值 × 取值}
  - {名称: 数量, 分值: 3, 得分: "最小(分值, 项数)"}
  - {名称: 自觉, 分值: 2, 得分: 自评分}
"""
BASE = """\
年度: 2021
收入: 100 万元
总述: 收入{{ 收入 }}，平稳。
要闻: [第一段的文字说得很清楚。, 第二段的文字也很清楚。]
组: {甲: 1}
项目:
  - {名称: 甲项目经费, 金额: 10 万元}
  - {名称: 乙项目经费, 金额: 20 万元}
  - {名称: 丙项目经费, 金额: 5 万元}
指标:
  投入: {原因: 年中追加的投入没有按时到位}
  数量: {}
  自觉: {自评分: 2}
"""

Compare = Callable[[str, str], Differences]


@pytest.fixture
def tiny(tmp_path: Path) -> Small:
    return small(tmp_path, FIELDS, INDICATORS)


@pytest.fixture
def compared(tiny: Small) -> Iterator[Compare]:
    """What differs between two inputs, given without their first line."""
    with ExitStack() as stack:

        def run(old: str, new: str) -> Differences:
            sides = []
            for name, text in (("旧.yaml", old), ("新.yaml", new)):
                file = tiny.folder / name
                file.write_text(f"模板: 小\n{dedent(text)}", "utf-8")
                sides.append(stack.enter_context(open_side(str(file))))
            return compare(*sides)

        yield run
