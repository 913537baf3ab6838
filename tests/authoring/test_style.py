"""A layout held against the official format: one change each, and what is said of it."""

# ruff: noqa: E501 - a row for each departure

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from generator.base.diagnostics import FileProblem, Finding, Refused, Severity
from generator.word.official import check_style
from tests.conftest import ROOT

Change = Callable[[str, str, str], None]
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MARGINS, EM = 2 * 85, 210  # of a cell of 公文表格 and of its text, in twentieths of a point
LAYOUTS = [*(ROOT / "templates").glob("*/报告.docx"), *(ROOT / "generator/authoring").glob("starter*/报告.docx")]
FONTS = 'w:ascii="{0}" w:hAnsi="{0}" w:eastAsia="{0}" w:cs="{0}"'
FANGSONG, HEI, KAI, XBS, SONG = (
    FONTS.format(font) for font in ("仿宋_GB2312", "黑体", "楷体_GB2312", "方正小标宋简体", "宋体")
)
BODY_STYLE = '<w:ind w:firstLineChars="200" w:firstLine="630"/></w:pPr></w:style><w:style w:type="paragraph" w:styleId="Heading1">'
SECTION_2 = '<w:cols w:space="425"/><w:docGrid w:type="lines" w:linePitch="579"/>'
PLAIN_RUN = '<w:r><w:t xml:space="preserve">{% if not (loop.first and loop.last) %}{{ loop.index }}.{% endif %}{{ 项.任务 | 句 }}'


def style(city: Path) -> list[Finding]:
    return check_style(city / "报告.docx")


def test_a_new_template_is_in_the_official_format(city: Path) -> None:
    assert style(city) == []


@pytest.mark.parametrize(
    ("part", "old", "new", "code", "place", "said"),
    [
        ("document", 'w:w="11906" w:h="16838"', 'w:w="12240" w:h="15840"', "JX541", "第 1 节", "215.9×279.4 毫米"),
        ("document", "<w:pgSz w:w=\"16838\" w:h=\"11906\" w:orient=\"landscape\"/>", "", "JX541", "第 3 节", "0×0"),
        ("document", 'w:left="1587" w:header', 'w:left="1800" w:header', "JX542", "第 1 节", "页边距左 31.7 毫米（应为 28）。"),
        ("document", '<w:docGrid w:type="lines"', "<w:docGrid", "JX543", "第 2 节", "没有行网格"),
        ("document", 'w:type="lines" w:linePitch="579"', 'w:type="lines" w:linePitch="312"', "JX543", "第 2 节", "是 15.6 磅"),
        ("document", SECTION_2, "", "JX543", "第 2 节", "没有行网格"),
        ("styles", BODY_STYLE, BODY_STYLE.replace("<w:ind w:firstLineChars=\"200\" w:firstLine=\"630\"/>", ""), "JX544", "第 7 段", "首行缩进没有设（应为 2 字符）"),
        ("styles", BODY_STYLE, BODY_STYLE.replace('w:firstLineChars="200" w:firstLine="630"', 'w:firstLine="320"'), "JX544", "第 7 段", "首行缩进 1 字符"),
        ("styles", BODY_STYLE, BODY_STYLE.replace('w:firstLineChars="200" w:firstLine="630"', 'w:hanging="640"'), "JX544", "第 7 段", "首行缩进 -2 字符"),
        ("document", PLAIN_RUN, PLAIN_RUN.replace("<w:t ", '<w:rPr><w:sz w:val="28"/></w:rPr><w:t '), "JX544", "第 15 段「{% if not", "是 14 磅（应为 16）。"),
        ("document", PLAIN_RUN, PLAIN_RUN.replace("<w:t ", f"<w:rPr><w:rFonts {SONG}/></w:rPr><w:t "), "JX544", "第 15 段", "用的是宋体（应为仿宋）"),
        ("styles", f"<w:outlineLvl w:val=\"0\"/></w:pPr><w:rPr><w:rFonts w:hint=\"eastAsia\" {HEI}/>", f"</w:pPr><w:rPr><w:rFonts w:hint=\"eastAsia\" {HEI}/>", "JX546", "第 4 段「一、部门基本情况」", "没有 1 级的大纲级别"),
        ("styles", '<w:outlineLvl w:val="3"/>', '<w:outlineLvl w:val="2"/>', "JX546", "「（{{ loop.index }}）{{", "没有 4 级"),
        ("styles", f"<w:outlineLvl w:val=\"0\"/></w:pPr><w:rPr><w:rFonts w:hint=\"eastAsia\" {HEI}/>", f"<w:outlineLvl w:val=\"0\"/></w:pPr><w:rPr><w:rFonts {SONG}/>", "JX547", "「一、部门基本情况」", "一 级标题「heading 1」用的是宋体，公文用黑体"),
        ("styles", f"<w:outlineLvl w:val=\"1\"/></w:pPr><w:rPr><w:rFonts w:hint=\"eastAsia\" {KAI}/>", f"<w:outlineLvl w:val=\"1\"/></w:pPr><w:rPr><w:rFonts {HEI}/>", "JX547", "「（一）部门主要职责」", "公文用楷体"),
        ("styles", 'w:before="2700" w:after="0" w:line="800" w:lineRule="exact"/><w:jc w:val="center"/>', 'w:before="2700"/>', "JX548", "第 1 段", "题名没有居中"),
        ("styles", '<w:spacing w:val="0"/><w:sz w:val="44"/><w:szCs w:val="44"/></w:rPr></w:style><w:style w:type="paragraph" w:customStyle="1" w:styleId="CoverYear">', '</w:rPr></w:style><w:style w:type="paragraph" w:customStyle="1" w:styleId="CoverYear">', "JX548", "「部门整体支出绩效自评报告」", "题名是 16 磅（应为 22）"),
        ("document", '<w:r><w:t xml:space="preserve">部门整体支出绩效自评报告', f'<w:r><w:rPr><w:rFonts {HEI}/></w:rPr><w:t xml:space="preserve">部门整体支出绩效自评报告', "JX548", "第 1 段", "用的是黑体（应为小标宋）"),
        ("footer1", " PAGE ", " NUMPAGES ", "JX549", "第 2 节 页脚", "页脚里没有页码"),
        ("footer1", "— <", "第<", "JX549", "第 2 节 页脚", "两边没有一字线"),
        ("document", '<w:footerReference w:type="default" r:id="rId4"/>', "", "JX549", "第 2 节 页脚", "没有页码"),
        ("document", 'r:id="rId4"', 'r:id="rId1000"', "JX549", "第 2 节 页脚", "没有页码"),
        ("styles", '<w:sz w:val="28"/><w:szCs w:val="28"/>', '<w:sz w:val="18"/>', "JX549", "第 2 节 页脚", "页码是 9 磅（应为 14）"),
        ("styles", f'<w:rFonts w:hint="eastAsia" {SONG}/>', f"<w:rFonts {KAI}/>", "JX549", "第 2 节 页脚", "字体是楷体_GB2312（应为宋体）"),
        ("document", "<w:tblHeader/>", "", "JX550", "表 2", "表头没有设为每页重复"),
        ("document", "<w:tblHeader/>", '<w:tblHeader w:val="0"/>', "JX550", "表 2", "表头没有设为每页重复"),
        ("document", "<w:cantSplit/>", "", "JX551", "表 2", "表格有 3 行允许跨页断行（第 1 行起）"),
        ("document", '<w:gridCol w:w="3685"/>', "<w:gridCol/>", "JX552", "表 2", "没有写明各列的宽度（gridCol）"),
        ("document", '<w:tcW w:w="3685" w:type="dxa"/>', '<w:tcW w:w="0" w:type="auto"/>', "JX552", "表 2", "行 1 列 1 没有写明单元格的宽度（tcW）"),
        ("document", '<w:tcW w:w="3685" w:type="dxa"/>', '<w:tcW w:w="2000" w:type="dxa"/>', "JX552", "表 2", "不一致"),
        ("document", '<w:tcW w:w="3685" w:type="dxa"/>', "", "JX552", "表 2", "行 1 列 1 没有写明"),
        ("document", PLAIN_RUN, PLAIN_RUN.replace("<w:t ", '<w:rPr><w:rFonts w:ascii="黑体" w:hAnsi="黑体"/></w:rPr><w:t '), "JX553", "第 15 段", "西文字体设成了黑体"),
        ("styles", f"<w:rFonts w:hint=\"eastAsia\" {HEI}/></w:rPr></w:style><w:style w:type=\"paragraph\" w:customStyle=\"1\" w:styleId=\"TableNote\">", "<w:rFonts w:hAnsi=\"SimHei\"/></w:rPr></w:style><w:style w:type=\"paragraph\" w:customStyle=\"1\" w:styleId=\"TableNote\">", "JX553", "表 2 行 1 列 1", "样式「表头」的西文字体设成了SimHei"),
    ],
)  # fmt: skip
def test_says_what_departs_from_it(
    city: Path, change: Change, part: str, old: str, new: str, code: str, place: str, said: str
) -> None:
    change(f"报告.docx!{part}", old, new)
    findings = [finding for finding in style(city) if finding.code == code]
    assert findings, style(city)
    first = findings[0]
    assert place in first.path
    assert said in first.message
    assert first.hint
    assert first.severity is Severity.WARNING
    assert first.span.file.endswith("报告.docx")


def test_like_departures_are_told_once_with_their_number(city: Path, change: Change) -> None:
    change("报告.docx!styles", BODY_STYLE, BODY_STYLE.replace('<w:ind w:firstLineChars="200" w:firstLine="630"/>', ""))
    (finding,) = style(city)
    assert finding.message.startswith("正文「公文正文」首行缩进没有设（应为 2 字符）（共 ")


def test_a_theme_font_is_no_named_font(city: Path, change: Change) -> None:
    change("报告.docx!styles", f"{FANGSONG}/>", 'w:eastAsiaTheme="minorEastAsia"/>')
    findings = style(city)
    unnamed = {finding.message.partition("」")[0] for finding in findings if finding.code == "JX545"}
    assert {"样式「公文正文", "样式「表格文字", "样式「表格居中"} <= unnamed
    body = next(finding for finding in findings if finding.code == "JX544")
    assert "用的是没有写明的字体（应为仿宋）" in body.message


def test_what_looks_like_a_heading_should_be_one(city: Path, change: Change) -> None:
    old = '<w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t xml:space="preserve">三、'
    change("报告.docx!document", old, old.replace("Heading1", "OfficialBody"))
    assert [(finding.code, "三、下一步" in finding.path) for finding in style(city)] == [
        ("JX546", True),
        ("JX547", True),
    ]


def test_without_a_title_style_the_first_words_are_the_title(city: Path, change: Change) -> None:
    change("报告.docx!styles", '<w:name w:val="Title"/>', '<w:name w:val="题名"/>')
    assert style(city) == []
    change("报告.docx!document", '<w:pStyle w:val="Title"/>', "")
    (finding,) = style(city)
    assert (finding.code, finding.path) == ("JX548", "第 1 段「部门整体支出绩效自评报告」")
    assert "题名是 16 磅（应为 22），用的是仿宋_GB2312（应为小标宋），没有居中" in finding.message


def test_a_simple_field_numbers_pages_too(city: Path, change: Change) -> None:
    begin, end = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>', '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    change("报告.docx!footer1", begin, '<w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>')
    change("报告.docx!footer1", end, "")
    change("报告.docx!footer1", " PAGE </w:instrText>", "</w:instrText>")
    change("报告.docx!footer1", "<w:r><w:t>1</w:t></w:r><w:r><w:t", "<w:r><w:t")
    assert style(city) == []


def test_styles_in_a_ring_and_odd_measures_harm_nothing(city: Path, change: Change) -> None:
    change("报告.docx!styles", '<w:name w:val="Normal"/>', '<w:name w:val="Normal"/><w:basedOn w:val="OfficialBody"/>')
    change("报告.docx!styles", '<w:outlineLvl w:val="4"/>', '<w:outlineLvl w:val="四"/>')
    assert [finding.code for finding in style(city)] == ["JX546"]


def test_a_word_file_without_styles_or_footers_is_looked_at_too(tmp_path: Path) -> None:
    from docx import Document

    document = Document()
    document.add_paragraph("{{ 甲 }}")
    document.add_table(0, 0)
    table = document.add_table(2, 1)
    for row in table.rows:
        row.cells[0].text = "{%tr for 一 in 甲 %}"
    document.save(str(tmp_path / "表.docx"))
    codes = {finding.code for finding in check_style(tmp_path / "表.docx")}
    assert {"JX541", "JX542", "JX543", "JX544", "JX545", "JX548", "JX549", "JX552"} <= codes
    assert not codes & {"JX550", "JX551"}


def test_a_bare_file(tmp_path: Path) -> None:
    import zipfile

    bare = tmp_path / "空.docx"
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    with zipfile.ZipFile(bare, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", f'<w:document xmlns:w="{word}"><w:body><w:p/></w:body></w:document>')
    assert check_style(bare) == []
    with zipfile.ZipFile(bare, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(
            "word/document.xml",
            f'<w:document xmlns:w="{word}"><w:p><w:r><w:t>甲</w:t></w:r></w:p><w:sectPr/></w:document>',
        )
    assert {finding.code for finding in check_style(bare)} >= {"JX541", "JX545", "JX549"}


def test_what_is_no_word_file_is_refused(tmp_path: Path) -> None:
    import zipfile

    with pytest.raises(FileProblem):
        check_style(tmp_path / "没有.docx")
    with zipfile.ZipFile(tmp_path / "空.docx", "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
    with pytest.raises(Refused):
        check_style(tmp_path / "空.docx")


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda path: path.parent.name)
def test_no_fixed_text_of_a_cell_leaves_one_character_on_a_line(layout: Path) -> None:
    with zipfile.ZipFile(layout) as package:
        cells = list(ET.fromstring(package.read("word/document.xml")).iter(f"{WORD}tc"))  # noqa: S314 - our own
    assert len(cells) > 30
    narrow = []
    for cell in cells:
        (width,) = (int(item.get(f"{WORD}w", "0")) for item in cell.iter(f"{WORD}tcW"))
        for run in cell.iter(f"{WORD}t"):
            text, room = run.text or "", (width - MARGINS) // EM
            if "{" not in text and len(text) > room and len(text) % room == 1:
                narrow.append((text, width))
    assert not narrow
