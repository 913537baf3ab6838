"""A small report with values of every kind, and ways to edit it as Word and others do."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

import generator
from generator import pipeline
from generator.word.read.lines import ReadBack, read_marked
from generator.workflows.pull.plan import Plan
from generator.workflows.pull.plan import plan as plan_edits_of
from generator.yamlfile.source import read_yaml
from tests.small_template import small
from tests.word.conftest import W, package, paragraph, run, table, words

FIELDS = """\
部门:
  类型: 组
  标签: 部门
  字段:
    名称: {类型: 文字, 标签: 部门名称}
    简介: {类型: 文字, 标签: 部门简介}
    备注: {类型: 文字, 标签: 备注, 必填: 否}
收支:
  类型: 组
  标签: 收支
  字段:
    收入: {类型: 金额, 标签: 收入决算数}
    支出: {类型: 金额, 标签: 支出决算数}
    结余: {类型: 金额, 标签: 结余, 公式: 收支.收入 - 收支.支出, 形式: 万元}
人数: {类型: 整数, 标签: 人数, 单位: 名}
满意度: {类型: 比率, 标签: 满意度}
规模: {类型: 数量, 标签: 规模}
目标: {类型: 目标, 标签: 目标}
日期: {类型: 日期, 标签: 填报日期}
性质: {类型: 选项, 标签: 性质, 选项: [机关, 事业]}
职责: {类型: 段落, 标签: 主要职责}
制度: {类型: 列表, 标签: 制度}
概述: {类型: 段落, 标签: 概述}
项目:
  类型: 表
  标签: 项目
  列:
    名称: {类型: 文字, 标签: 项目名称}
    金额: {类型: 金额, 标签: 项目金额}
    说明: {类型: 文字, 标签: 说明, 必填: 否}
    占比: {类型: 比率, 标签: 占比, 公式: 金额 ÷ 收支.支出, 形式: 比率}
"""
INPUT = """\
年度: 2021   # 报告年度

部门:
  名称: 某局   # 与公章一致
  简介: 本局{{ 年度 }}年收入{{ 收支.收入 | 万元 }}万元，人员{{ 人数 }}，全年运转正常。
收支: {收入: 8280.03 万元, 支出: "7000.00万元"}
人数: 48名
满意度: 96.69%
规模: 74家
目标: 2-3家
日期: 2022-05-01
性质: 机关
# 职责来自三定方案
职责:
  - 一是起草规章。
  - 二是指导行业。   # 核对过
  - 三是{{ 年度 }}年组织考核，按时完成。
制度: [《甲办法》, 《乙规定》]
概述: |
  第一段概述。
  第二段概述。
项目:
  - {名称: 甲项目, 金额: 10.00 万元}
  - {名称: 乙项目, 金额: 20.00 万元}
"""
BODY = (
    paragraph("{{ 部门.名称 }}{{ 年度 }}年自评报告", style="Title")
    + paragraph("一、基本情况")
    + paragraph("{{ 部门.简介 }}")
    + paragraph(
        "收入{{ 收支.收入 | 万元 }}万元（即{{ 收支.收入 }}），支出{{ 收支.支出 | 万元 }}万元，结余{{ 收支.结余 }}万元。"
    )
    + paragraph("编制{{ 人数 }}，满意度{{ 满意度 }}，规模{{ 规模 }}，目标{{ 目标 }}，{{ 性质 }}单位。")
    + paragraph("二、职责", style="Heading1")
    + paragraph("{{p 职责 }}")
    + paragraph("三、概述", style="Heading1")
    + paragraph("{{p 概述 }}")
    + paragraph("执行{{ 制度 | join('、') }}等制度。")
    + table(
        ["项目", "金额", "占比"],
        ["{%tr for 行 in 项目 %}", "", ""],
        ["{{ 行.名称 }}", "{{ 行.金额 | 万元 }}", "{{ 行.占比 }}"],
        ["{%tr endfor %}", "", ""],
    )
    + paragraph("人数（大写）{{ 人数 | 中文数字 }}。")
    + paragraph("{{ 部门.名称 }}")
    + paragraph("{{ 日期 }}")
)


@dataclass(frozen=True)
class Office:
    """A folder with the input, its template, and the report that was printed of it."""

    folder: Path

    @property
    def input(self) -> Path:
        return self.folder / "填报.yaml"

    @property
    def report(self) -> Path:
        return self.folder / "报告.docx"

    @property
    def text(self) -> str:
        """The input as it is now."""
        return self.input.read_text("utf-8")

    def render(self) -> Path:
        return generator.render(self.input, self.report, force=True).path

    def edited(self) -> Edited:
        """The report, to be edited."""
        return Edited(self.report, self.input)

    def plan(self, document: Path | None = None, base: Path | str = "") -> Plan:
        return plan_edits_of(document or self.report, self.input, None, str(base))

    def keep(self) -> Path:
        """A copy of the input as it is now."""
        old = self.folder / "旧填报.yaml"
        old.write_bytes(self.input.read_bytes())
        return old

    def edits(self, plan: Plan) -> list[tuple[str, str, str]]:
        return [(edit.path, edit.old, edit.new) for edit in plan.edits]

    def codes(self, plan: Plan) -> list[tuple[str, str]]:
        return [(finding.code, finding.path) for finding in plan.findings]

    def changed_lines(self, plan: Plan) -> list[tuple[str, str]]:
        """The lines of the input that would change: as they are, and as they would be."""
        before, after = self.text.splitlines(), (plan.after or self.text).splitlines()
        assert len(before) == len(after)
        return [(old, new) for old, new in zip(before, after, strict=True) if old != new]

    def change_input(self, old: str, new: str) -> None:
        assert old in self.text
        self.input.write_text(self.text.replace(old, new), "utf-8")


class Edited:
    """A report that is being edited: its body as a tree, and where its values were printed."""

    def __init__(self, file: Path, input_file: Path) -> None:
        self.file = file
        with zipfile.ZipFile(self.file) as archive:
            self.files = {name: archive.read(name) for name in archive.namelist()}
        self.root: Any = etree.fromstring(self.files["word/document.xml"])
        self.places = list(self._find(marked(input_file)))

    def _find(self, printed: ReadBack) -> Iterator[_Place]:
        """Where each value was printed: the lines of a marked print are the paragraphs that say something."""
        paragraphs = [one for one in self.root.iter(f"{{{W}}}p") if text_of(one).strip()]
        for one, line in zip(paragraphs, printed.lines, strict=False):
            assert text_of(one) == line.text
            at = 0
            for piece in line.pieces:
                if piece.value:
                    yield _Place(one, piece.value, at, piece.text)
                at += len(piece.text)

    def as_word(self, old: str, new: str) -> None:
        """Edits every place of the value that reads so."""
        value = self._place(old).value
        for place in self.places:
            if place.value == value:
                self._edit(place, new)

    def as_text(self, old: str, new: str, number: int = 0) -> None:
        """Edits one of the places of values that read so."""
        self._edit(self._place(old, number), new)

    def _place(self, old: str, number: int = 0) -> _Place:
        return [place for place in self.places if place.text == old][number]

    def _edit(self, place: _Place, new: str) -> None:
        text = text_of(place.paragraph)
        self.retype(place.paragraph, text[: place.start] + new + text[place.start + len(place.text) :])
        for other in self.places:
            if other.paragraph is place.paragraph and other.start > place.start:
                other.start += len(new) - len(place.text)
        place.text = new

    def retype(self, paragraph: Any, text: str) -> None:
        """Another text in a paragraph."""
        for child in list(paragraph):
            if child.tag != f"{{{W}}}pPr":
                paragraph.remove(child)
        lines = "</w:t><w:br/><w:t>".join(text.split("\n"))
        paragraph.append(self.made(run("X").replace("X", lines)))

    def paragraph(self, start: str) -> Any:
        """The paragraph that begins so."""
        return next(one for one in self.root.iter(f"{{{W}}}p") if text_of(one).startswith(start))

    def remove(self, *starts: str) -> None:
        """Removes the paragraphs that begin so."""
        for start in starts:
            gone = self.paragraph(start)
            gone.getparent().remove(gone)

    def add_after(self, start: str, *texts: str) -> None:
        """Adds paragraphs behind the one that begins so."""
        for text in reversed(texts):
            self.paragraph(start).addnext(self.made(f"<w:p>{run(text)}</w:p>"))

    def row(self, text: str) -> Any:
        return next(row for row in self.root.iter(f"{{{W}}}tr") if text in words(row))

    def replace(self, old: str, new: str) -> None:
        """Other characters in the text, wherever they stand."""
        found = [one for one in self.root.iter(f"{{{W}}}p") if old in text_of(one)]
        assert found, old
        for one in found:
            self.retype(one, text_of(one).replace(old, new))

    @staticmethod
    def made(xml: str) -> Any:
        return etree.fromstring(f'<x xmlns:w="{W}">{xml}</x>')[0]

    def save(self, name: str = "改稿.docx") -> Path:
        declared: dict[str, Any] = {"xml_declaration": True, "encoding": "UTF-8", "standalone": True}
        files = dict(self.files) | {"word/document.xml": etree.tostring(self.root, **declared)}
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for part, data in files.items():
                archive.writestr(part, data)
        path = self.file.parent / name
        path.write_bytes(buffer.getvalue())
        return path


@dataclass
class _Place:
    """Where a value is printed, and what it reads there."""

    paragraph: Any
    value: int
    start: int
    text: str


def marked(file: Path) -> ReadBack:
    """The report of an input, printed with its values marked and read back."""
    assessment = pipeline.assess_source(read_yaml(file), file, None)
    return read_marked(pipeline.print_marked(assessment))


def text_of(paragraph: Any) -> str:
    """What a paragraph says, with its line breaks."""
    signs = {f"{{{W}}}br": "\n", f"{{{W}}}tab": "\t"}
    return "".join(signs.get(one.tag, one.text or "") for one in paragraph.iter(f"{{{W}}}t", *signs))


def printed(folder: Path, fields: str, body: str, text: str, indicators: str = "") -> Path:
    """A folder with an input, its template and its report."""
    made = small(folder, fields, indicators)
    (made.folder / "templates" / "小" / "报告.docx").write_bytes(package(body))
    made.write(text)
    Office(folder).render()
    return folder


@pytest.fixture(scope="session")
def _office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return printed(tmp_path_factory.mktemp("office"), FIELDS, BODY, INPUT)


@pytest.fixture
def office(_office: Path, tmp_path: Path) -> Office:
    """The input, its template and its report."""
    return Office(Path(shutil.copytree(_office, tmp_path, dirs_exist_ok=True)))


@pytest.fixture
def edited(office: Office) -> Edited:
    """The report, to be edited."""
    return office.edited()


SCORED_FIELDS = "金额: {类型: 金额, 标签: 金额}\n"
INDICATORS = """\
- 名称: 规范性
  分值: 4
  得分: 自评分
  叙述: "自评{{ 自评分 }}。"
- 名称: 执行率
  分值: 6
  要点:
  - {名称: 程序合规, 分值: 6}
"""
SCORED_INPUT = """\
年度: 2021
金额: 3.00 万元
指标:
  规范性:
    自评分: 3分
    说明: |
      程序规范，用款{{ 金额 | 万元 }}万元。
      资料齐全。
    原因: 有一次逾期
    佐证: [甲文件, 乙文件]
  执行率:
    要点:
      程序合规: {结论: 符合, 说明: 全部招标；}
"""
SCORED_BODY = (
    paragraph("{%p for 项 in 指标树 %}")
    + paragraph("{{ 项.名称 }}（{{ 项.分值 }}分），得{{ 项.得分 }}分")
    + paragraph("{{p 项.叙述 }}")
    + paragraph("依据：{{ 项.依据 }}")
    + paragraph("{%p endfor %}")
    + paragraph("总分{{ 评分.总分 }}")
)


@pytest.fixture(scope="session")
def _scored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return printed(tmp_path_factory.mktemp("scored"), SCORED_FIELDS, SCORED_BODY, SCORED_INPUT, INDICATORS)


@pytest.fixture
def scored(_scored: Path, tmp_path: Path) -> Office:
    """The same with a scoring form."""
    return Office(Path(shutil.copytree(_scored, tmp_path, dirs_exist_ok=True)))
