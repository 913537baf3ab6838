"""Marks around values that know where they come from, for the program's own readers only."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from generator import pipeline
from generator.base.amount import Amount
from generator.base.diagnostics import Refused
from generator.base.formats import Format, format_filter
from generator.base.passage import Day, Origin, Passage, emphasised
from generator.provenance.stamp import stamp_of, stamped, stamped_parts
from generator.word.names import MARK
from generator.word.opc import write_package
from generator.word.render.state import PrintedValue
from tests.word.conftest import Kit, Out, W, paragraph, run, table, words

ROOT = Path(__file__).resolve().parents[2]
CHAR = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'


def typed(text: str, path: str = "部门.名称") -> Passage:
    return Passage.of(text, Origin(path))


def money(text: str, path: str = "收支.收入", *, computed: bool = False) -> Amount:
    return Amount(Fraction(828_100_000, 10), text, Origin(path, computed))


class Marks:
    """A marked print: its file, and what is marked in it."""

    def __init__(self, kit: Kit, body: str, values: dict[str, Any], parts: Any = None, **more: Any) -> None:
        printed = kit.layout(body, parts, **more).marked(values)
        self.out = Out(write_package(printed.entries))
        self.values = printed.values

    def found(self, part: str = "word/document.xml") -> list[tuple[str, str]]:
        """The path and the text of every mark in a part."""
        marks = self.out.tree(part).iter(MARK)
        return [(self.values[int(mark.get("n")) - 1].path, words(mark)) for mark in marks]


class TestValues:
    def test_a_value_is_marked_and_known(self, kit: Kit) -> None:
        marks = Marks(kit, paragraph("名称：{{ 名 }}。{{ 数 }}"), {"名": typed("某局"), "数": money("3万元")})
        assert marks.out.lines() == ["名称：某局。3万元"]
        assert marks.found() == [("部门.名称", "某局"), ("收支.收入", "3万元")]
        assert marks.values == (
            PrintedValue("部门.名称", False, "", 1, 1, "某局"),
            PrintedValue("收支.收入", False, "", 1, 1, "3万元"),
        )

    def test_a_value_that_is_printed_twice_is_one(self, kit: Kit) -> None:
        marks = Marks(kit, paragraph("{{ 名 }}和{{ 名 }}"), {"名": typed("某局")})
        assert marks.found() == [("部门.名称", "某局")] * 2
        assert len(marks.values) == 1

    def test_a_value_of_two_paragraphs_is_marked_in_each(self, kit: Kit) -> None:
        marks = Marks(kit, paragraph("{{ 名 }}"), {"名": typed("甲\a乙")})
        assert (marks.out.lines(), marks.found()) == (["甲", "乙"], [("部门.名称", "甲"), ("部门.名称", "乙")])

    def test_units_and_texts_tell_values_apart(self, kit: Kit) -> None:
        filters = {name: format_filter(Format(name, 2)) for name in ("元", "万元")}
        body = paragraph("{{ 数 | 万元 }}万元、{{ 数 | 元 }}元、{{ 数 }}、{{ 别 }}")
        values = {"数": money("8281万元"), "别": money("8281.0万元")}
        marks = Marks(kit, body, values, filters=filters)
        assert [(one.unit, one.variant) for one in marks.values] == [("万元", 1), ("元", 1), ("", 1), ("", 2)]

    def test_computed_values_and_dates(self, kit: Kit) -> None:
        values = {"数": money("82.81", "评分.总分", computed=True), "日": Day.of(date(2022, 5, 1), Origin("日期"))}
        marks = Marks(kit, paragraph("{{ 数 }}{{ 日 }}"), values)
        assert [(one.path, one.computed, one.text) for one in marks.values] == [
            ("评分.总分", True, "82.81"),
            ("日期", False, "2022年5月1日"),
        ]

    @pytest.mark.parametrize("text", ['A<w:t>&amp;"B"', "一行\n二行", "甲\t乙", " 前有空格"])
    def test_markup_and_signs_stay_text(self, kit: Kit, text: str) -> None:
        assert Marks(kit, paragraph("{{ 文 }}"), {"文": typed(text, 'a"<b>&')}).found() == [('a"<b>&', text)]

    def test_words_of_the_template_stay_outside(self, kit: Kit) -> None:
        text = "本局" + typed("某局") + "负责" + typed("全部事项", "职责[1]") + "。"
        marks = Marks(kit, paragraph("{{ 文 }}"), {"文": text})
        assert marks.out.lines() == ["本局某局负责全部事项。"]
        assert marks.found() == [("部门.名称", "某局"), ("职责[1]", "全部事项")]

    def test_parts_of_a_text_with_references_are_told_apart(self, kit: Kit) -> None:
        parts = ["结余", typed("3万元", "收支.收入"), "、支出", typed("5万元", "收支.支出"), "。"]
        text = Passage.of(Passage.joined(parts), Origin("说明"))
        marks = Marks(kit, paragraph("{{ 文 }}"), {"文": text})
        assert [(one.path, one.part, one.text) for one in marks.values] == [
            ("说明", 1, "结余"),
            ("收支.收入", 1, "3万元"),
            ("说明", 2, "、支出"),
            ("收支.支出", 1, "5万元"),
            ("说明", 3, "。"),
        ]

    def test_emphasis_inside_a_value(self, kit: Kit) -> None:
        text = emphasised(Passage.of("**一是加强领导。**其余", Origin("说明")))
        marks = Marks(kit, paragraph("前{{ 文 }}"), {"文": text})
        assert marks.found() == [("说明", "一是加强领导。"), ("说明", "其余")]
        assert [words(one) for one in marks.out.tree().iter(f"{{{W}}}r") if words(one)] == [
            "前",
            "一是加强领导。",
            "其余",
        ]

    def test_list_that_is_joined(self, kit: Kit) -> None:
        values = {"列": [typed("甲", "制度[1]"), typed("乙", "制度[2]"), "丙"]}
        marks = Marks(kit, paragraph("{{ 列 | join('、') }}；{{ 列[0] ~ '和' ~ 列[1] }}"), values)
        assert marks.out.lines() == ["甲、乙、丙；甲和乙"]
        assert marks.found() == [("制度[1]", "甲"), ("制度[2]", "乙")] * 2

    @pytest.mark.parametrize(
        "value", ["普通文字", Passage("没有出处"), Amount(Fraction(1), "1"), 3, None, Amount(Fraction(1), "")]
    )
    def test_value_of_no_origin_has_no_mark(self, kit: Kit, value: object) -> None:
        marks = Marks(kit, paragraph("前{{ 文 }}后"), {"文": value})
        assert (marks.found(), marks.values) == ([], ())


class TestPlaces:
    def test_format_of_the_placeholder(self, kit: Kit) -> None:
        body = f"<w:p>{run('前{{ 名 }}后', '<w:rPr><w:b/></w:rPr>')}</w:p>"
        runs = list(Marks(kit, body, {"名": "本" + typed("某局")}).out.tree().iter(f"{{{W}}}r"))
        assert [words(one) for one in runs] == ["前本", "某局", "后"]
        assert all(one.find(f"{{{W}}}rPr/{{{W}}}b") is not None for one in runs)

    @pytest.mark.parametrize(
        ("body", "found"),
        [
            (paragraph("甲{{ 名 }}乙{{ 数 }}{{ 名 }}丙"), ["某局", "3", "某局"]),
            (paragraph("{{p 段 }}"), ["一段", "二段"]),
            (paragraph("前{{r 名 }}后"), ["某局"]),
            (table(["{%tr for 行 in 段 %}"], ["{{ 行 }}", "{% if 数 %}{{ 数 }}{% endif %}"], ["{%tr endfor %}"]),
             ["一段", "3", "二段", "3"]),
            (f"<w:p><w:sdt><w:sdtPr><w:text/></w:sdtPr><w:sdtContent>{run('{{ 名 }}')}</w:sdtContent></w:sdt></w:p>",
             ["某局"]),
            ((f"<w:p>{CHAR.format('begin')}<w:r><w:instrText>PAGE</w:instrText></w:r>{CHAR.format('end')}"
             f"{run('{{ 名 }}')}</w:p>"), ["某局"]),
            (paragraph("{% for 行 in 段 %}（{{ loop.index }}）{{ 行 }}{% endfor %}"), ["一段", "二段"]),
            # Where no run may stand, or the text is printed somewhere else, nothing is marked.
            (paragraph("{% macro f(x) %}{{ x }}{% endmacro %}{{ f(名) }}"), []),
            (paragraph("{% set y %}{{ 名 }}{% endset %}{{ y }}"), []),
            (paragraph("{% filter upper %}{{ 名 }}{% endfilter %}"), []),
            ((f"<w:p>{CHAR.format('begin')}<w:r><w:instrText>QUOTE</w:instrText></w:r>{CHAR.format('separate')}"
             f"{run('{{ 名 }}')}{CHAR.format('end')}</w:p>"), []),
            (f'<w:p><w:fldSimple w:instr="QUOTE">{run("{{ 名 }}")}</w:fldSimple></w:p>', []),
            ((f"<w:p><w:r><w:ruby><w:rubyPr/><w:rt>{run('{{ 名 }}')}</w:rt>"
             f"<w:rubyBase>{run('字')}</w:rubyBase></w:ruby></w:r></w:p>"), []),
        ],
    )  # fmt: skip
    def test_where_values_stand(self, kit: Kit, body: str, found: list[str]) -> None:
        values = {"名": typed("某局"), "数": money("3"), "段": [typed("一段", "段[1]"), typed("二段", "段[2]")]}
        marks = Marks(kit, body, values)
        assert [text for _, text in marks.found()] == found
        assert marks.out.lines() == kit.render(body, values).lines()

    def test_cells_merged_by_equal_values(self, kit: Kit) -> None:
        rows = table(["{%tr for 行 in 表 %}"], ["{% vm 行.类 %}{{ 行.类 }}", "{{ 行.名 }}"], ["{%tr endfor %}"])
        values = {"表": [{"类": typed("甲类", f"表[{n}].类"), "名": typed(f"项{n}", f"表[{n}].名")} for n in (1, 2)]}
        assert [path for path, _ in Marks(kit, rows, values).found()] == ["表[1].类", "表[1].名", "表[2].名"]

    def test_headers_and_notes_but_no_properties(self, kit: Kit) -> None:
        parts = {
            "header1": paragraph("{{ 名 }}"),
            "footnotes": f'<w:footnote w:id="2">{paragraph("{{ 名 }}")}</w:footnote>',
            "core": "<dc:title>{{ 名 }}</dc:title>",
        }
        marks = Marks(kit, paragraph("{{ 名 }}"), {"名": typed("某局")}, parts)
        for part in ("word/header1.xml", "word/footnotes.xml", "word/document.xml"):
            assert marks.found(part) == [("部门.名称", "某局")]
        assert "<dc:title>某局</dc:title>" in marks.out.xml("docProps/core.xml")


class TestWrittenReports:
    def test_a_report_that_is_written_has_none(self, kit: Kit) -> None:
        """And its runs are as they are in the layout: python-docx and others read all of it."""
        out = kit.render(paragraph("名称：{{ 名 }}。"), {"名": typed("某局")})
        assert [words(one) for one in out.tree().iter(f"{{{W}}}r")] == ["名称：某局。"]
        assert not [name for name in out.files if name.startswith("customXml")]

    def test_a_marked_report_is_never_stamped(self) -> None:
        assessment = pipeline.assess(ROOT / "inputs" / "meizhou-gxj-2021.yaml")
        marked = pipeline.print_marked(assessment)
        assert marked.values
        with pytest.raises(ValueError, match="urn:jixiao:mark"):
            stamped_parts(marked.entries, stamp_of(assessment.submission))

    def test_what_a_text_says_of_marks_is_no_mark(self, kit: Kit) -> None:
        said = '<jx:v xmlns:jx="urn:jixiao:mark" n="1">'
        assessment = pipeline.assess(ROOT / "inputs" / "meizhou-gxj-2021.yaml")
        data = kit.render(paragraph("{{ 文 }}"), {"文": said}).data
        assert stamped(data, stamp_of(assessment.submission))

    def test_bad_value_is_told_as_without_marks(self, kit: Kit) -> None:
        layout = kit.layout(paragraph("{{ 名 }}"))
        told = []
        for print_it in (layout.render, layout.marked):
            with pytest.raises(Refused) as refused:
                print_it({"名": typed("坏\x01字")})
            told.append([(finding.code, finding.message) for finding in refused.value.findings])
        assert told[0] == told[1]

    def test_a_report_of_version_0_1_0_that_became_a_layout(self, kit: Kit) -> None:
        """Its controls are opened: what they say is of another report."""
        control = '<w:sdt><w:sdtPr><w:tag w:val="jx1"/><w:text/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>'
        body = f"<w:p>{run('旧')}{control.format(run('某{{ 名 }}'))}</w:p>"
        out = kit.render(body, {"名": typed("局")})
        assert out.lines() == ["旧某局"]
        assert "w:sdt" not in out.xml()
