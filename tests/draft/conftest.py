"""A small report with values of every kind, with scores and a layout, and ways to read its draft back."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pytest
from lxml import etree

from generator.pipeline import Rendered, publish
from generator.workflows.draft import prepare_draft
from tests.small_template import small
from tests.word.conftest import package, paragraph, table

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FIELDS = """\
部门:
  类型: 组
  标签: 部门
  字段:
    名称: {类型: 文字, 标签: 部门名称}
    备注: {类型: 文字, 标签: 备注, 必填: 否}
收支:
  类型: 组
  标签: 收支
  字段:
    收入: {类型: 金额, 标签: 收入决算数}
    支出: {类型: 金额, 标签: 支出决算数}
    上年: {类型: 金额, 标签: 上年支出, 必填: 否, 可负: 是}
    结余: {类型: 金额, 标签: 结余, 公式: 收支.收入 - 收支.支出, 形式: 万元}
    支出率: {类型: 比率, 标签: 支出率, 公式: 收支.支出 ÷ 收支.收入}
捐赠:
  类型: 组
  标签: 捐赠
  必填: 否
  字段:
    金额: {类型: 金额, 标签: 捐赠金额}
    来源: {类型: 文字, 标签: 捐赠来源}
    明细: {类型: 表, 标签: 捐赠明细, 列: {物品: {类型: 文字, 标签: 物品}}}
人数: {类型: 整数, 标签: 人数, 单位: 名}
日期: {类型: 日期, 标签: 填报日期}
职责: {类型: 段落, 标签: 主要职责}
项目:
  类型: 表
  标签: 项目
  列:
    名称: {类型: 文字, 标签: 项目名称}
    金额: {类型: 金额, 标签: 项目金额}
    增减: {类型: 比率, 标签: 项目增减, 必填: 否, 可负: 是}
    占比: {类型: 比率, 标签: 占比, 公式: 金额 ÷ 收支.支出, 形式: 比率}
项目数: {类型: 整数, 标签: 项目数, 公式: 计数(项目)}
"""
INDICATORS = """\
- 名称: 投入
  分值: 6
  必需佐证: 是
  下级:
  - 名称: 支出
    分值: 2
    参数: {控制线: 90%}
    取值: 收支.支出率
    取值形式: 比率
    得分: 分值 if 取值 ≥ 控制线 else 0
    叙述: "支出率={{ 算式 }}={{ 取值 }}{{ 取值 | 比较号(控制线) }}{{ 控制线 }}。"
  - {名称: 管理, 分值: 4, 得分: 自评分}
- 名称: 公开
  分值: 4
  要点:
  - {名称: 及时, 分值: 3}
  - {名称: 完整, 分值: 1, 得分: 分值 if 人数 > 0 else 0}
"""
INPUT = """\
年度: 2021
部门: {名称: 某局}
收支:
  收入: 8000.00 万元
  支出: 7600.00 万元
人数: 48 名
日期: 2022-05-01
职责:
  - 一是起草规章，年支出{{ 收支.支出 | 万元 }}万元。
  - 二是指导行业。
项目:
  - {名称: 甲项目, 金额: 10.00 万元, 增减: 3%}
  - {名称: 乙项目, 金额: 20.00 万元, 增减: -2%}
指标:
  支出: {佐证: [决算表]}
  管理: {自评分: 4, 佐证: [制度]}
  公开:
    要点:
      及时: {结论: 符合}
"""
CHANGE = "{% if 行.增减 < 0 %}降{% else %}升{% endif %}{{ 行.增减 | abs | 比率 }}"
BODY = (
    paragraph("{{ 部门.名称 }}{{ 年度 }}年自评报告")
    + paragraph("{{ 部门.备注 }}收入{{ 收支.收入 | 万元 }}万元，支出{{ 收支.支出 | 元 }}元，结余{{ 收支.结余 }}。")
    + paragraph("编制{{ 人数 | 中文数字 }}名，另有{{ 人数 + 1 }}，合{{ 人数 | abs }}；{{ 日期 | 日期('汉字') }}。")
    + paragraph("{% if 收支.上年 %}上年{{ 收支.上年 }}{% endif %}")
    + paragraph("{% if 捐赠.金额 %}捐赠{{ 捐赠.金额 }}{{ 捐赠.来源 }}{% endif %}完")
    + paragraph("{{p 职责 }}")
    + paragraph("共{{ 项目数 }}个项目，支出率{{ 收支.支出率 }}。")
    + table(
        ["项目", "金额", "增减", "占比"],
        ["{%tr for 行 in 项目 %}", "", "", ""],
        ["{{ 行.名称 }}", "{{ 行.金额 | 万元 }}", CHANGE, "{{ 行.占比 }}"],
        ["{%tr endfor %}", "", "", ""],
    )
    + paragraph("得{{ 评分.总分 }}分（{{ 评分.得分率 }}），为{{ 评分.等级 }}。")
    + paragraph("{%p for 项 in 评分表 %}")
    + paragraph("{{ 项.名称 }}：{{ 项.得分 }}（{{ 项.得分率 }}）{{ 项.依据 }}")
    + paragraph("{{p 项.叙述 }}")
    + paragraph("{%p endfor %}")
)  # fmt: skip


@dataclass(frozen=True)
class Draft:
    """A draft that was written."""

    rendered: Rendered

    @property
    def path(self) -> Path:
        return self.rendered.path

    @property
    def codes(self) -> list[tuple[str, str]]:
        return [(finding.code, finding.path) for finding in self.rendered.assessment.findings]

    def part(self, name: str) -> etree._Element:
        return part(self.path.read_bytes(), name)

    @property
    def lines(self) -> list[str]:
        """The body's paragraphs."""
        return [text_of(one) for one in self.part("word/document.xml").iter(f"{W}p")]

    @property
    def rows(self) -> list[str]:
        """The rows of tables, their cells with bars between them."""
        found = self.part("word/document.xml").iter(f"{W}tr")
        return ["|".join(text_of(cell) for cell in row.iter(f"{W}tc")) for row in found]

    @property
    def highlighted(self) -> list[str]:
        runs = self.part("word/document.xml").iter(f"{W}r")
        return [text_of(run) for run in runs if run.find(f"{W}rPr/{W}highlight") is not None]

    @property
    def comments(self) -> list[tuple[str, str]]:
        """What each comment is about, and what it says."""
        return comments_of(self.path.read_bytes())


def comments_of(data: bytes) -> list[tuple[str, str]]:
    """What each comment of a Word file is about, and what it says."""
    listed = part(data, "word/comments.xml").findall(f"{W}comment")
    said = {one.get(f"{W}id"): "\n".join(text_of(line) for line in one.iter(f"{W}p")) for one in listed}
    found = []
    for start in part(data, "word/document.xml").iter(f"{W}commentRangeStart"):
        number, about, element = start.get(f"{W}id"), "", start.getnext()
        while element is not None and not (element.tag == f"{W}commentRangeEnd" and element.get(f"{W}id") == number):
            about += text_of(element)
            element = element.getnext()
        assert element is not None, "a comment begins that does not end in its paragraph"
        found.append((about, said.pop(number)))
    assert not said, "comments that stand nowhere"
    return found


def part(data: bytes, name: str) -> etree._Element:
    """A part of a Word file."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return etree.fromstring(archive.read(name))


def text_of(element: etree._Element) -> str:
    """What an element says."""
    return "".join(text.text or "" for text in element.iter(f"{W}t"))


@dataclass(frozen=True)
class Bureau:
    """A folder with the small template, in which inputs are drafted."""

    folder: Path

    def draft(self, *changes: tuple[str, str], text: str = INPUT) -> Draft:
        """The draft of the input with these pieces of its text replaced."""
        for old, new in changes:
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        file = self.folder / "填报.yaml"
        file.write_text(f"模板: 小\n{text}", "utf-8")
        return Draft(publish(prepare_draft(file, self.folder / "outputs")))


@pytest.fixture
def bureau(tmp_path: Path) -> Bureau:
    """The small report's folder."""
    small(tmp_path, FIELDS, INDICATORS)
    (tmp_path / "templates" / "小" / "报告.docx").write_bytes(package(BODY))
    return Bureau(tmp_path)
