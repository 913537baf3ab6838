"""Attachments: they look behind the report as they looked alone, and nothing of theirs mixes with the report's."""

from __future__ import annotations

import io
import posixpath
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.shared import Pt
from lxml import etree
from openxml_audit import OpenXmlValidator

from generator.base.diagnostics import Refused, Span
from generator.word.merge.join import Attachment, attach
from generator.word.opc import own_package, write_package
from generator.word.read.document import read_texts

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360f8cfc0000003010100"
    "c9fe92ef0000000049454e44ae426082"
)


def saved(document: Any, folder: Path, name: str) -> Path:
    document.save(str(folder / name))
    return folder / name


def attachment(file: Path, title: str = "情况说明", number: int = 1) -> Attachment:
    return Attachment.open(file.read_bytes(), file.name, title, Span("填报.yaml", number + 2, 3), f"附件[{number}]")


def attached(report: bytes, *attachments: Attachment) -> bytes:
    return write_package(attach(own_package(report), attachments))


def target(part: str, ref: object) -> str:
    """The part that a relationship of a part leads to, absolute or not."""
    return posixpath.normpath(posixpath.join("/", posixpath.dirname(part), str(ref))).lstrip("/")


def document(*, landscape: bool = False, header: str = "", footer: str = "") -> Any:
    made = docx.Document()
    section = made.sections[0]
    if landscape:
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = section.page_height, section.page_width
    if header:
        section.header.paragraphs[0].text = header
    if footer:
        section.footer.paragraphs[0].text = footer
    made.add_paragraph("附件正文")
    return made


@pytest.fixture
def report(kit: Any) -> bytes:
    parts = {"header1": kit.paragraph("报告页眉"), "footer1": kit.paragraph("— 1 —")}
    return bytes(kit.package(kit.paragraph("报告正文"), parts))


@pytest.fixture
def join(kit: Any, report: bytes) -> Callable[..., Any]:
    """Joins attachments (documents or files) to a report and checks that the outcome is sound and always the same."""

    def joined(*documents: Any, base: bytes = report, titles: tuple[str, ...] = (), **made: Any) -> Any:
        attachments = []
        for number, given in enumerate(documents, 1):
            file = given if isinstance(given, Path) else saved(given, kit.folder, f"附{number}.docx")
            attachments.append(attachment(file, titles[number - 1] if titles else "情况说明", number))
        data = attached(base, *attachments)
        assert data == attached(base, *attachments)
        path = kit.file(data, "成品.docx")
        if made.get("audit", True):
            assert [str(error) for error in OpenXmlValidator().validate(path).errors] == []
        return kit.out(data)

    return joined


def sections(out: Any) -> Any:
    return docx.Document(io.BytesIO(out.data)).sections


def style_of(out: Any, text: str) -> Any:
    """The style of the first paragraph with that text."""
    return next(one for one in docx.Document(io.BytesIO(out.data)).paragraphs if one.text == text).style


class TestTitles:
    def test_several_are_numbered(self, join: Any) -> None:
        lines = join(document(), document(), titles=("资金表", "说明")).lines()
        assert lines == ["报告正文", "附件1", "资金表", "附件正文", "附件2", "说明", "附件正文"]

    def test_one_is_not(self, join: Any) -> None:
        assert join(document()).lines()[:3] == ["报告正文", "附件", "情况说明"]

    def test_without_a_title_there_is_only_the_number(self, join: Any) -> None:
        assert join(document(), titles=("",)).lines() == ["报告正文", "附件", "附件正文"]

    def test_signs_in_titles_are_text(self, join: Any) -> None:
        assert "A & B <甲>" in join(document(), titles=("A & B <甲>",)).lines()

    def test_have_the_official_format(self, join: Any) -> None:
        _, mark, title, *_ = list(join(document()).tree().iter(f"{W}p"))
        assert [mark.find(f".//{W}sz").get(f"{W}val"), mark.find(f".//{W}rFonts").get(f"{W}eastAsia")] == ["32", "黑体"]
        assert title.find(f"{W}pPr/{W}jc").get(f"{W}val") == "center"

    def test_have_the_layout_styles_of_that_name(self, kit: Any, join: Any) -> None:
        styles = "".join(
            f'<w:style w:type="paragraph" w:styleId="{key}"><w:name w:val="{name}"/></w:style>'
            for key, name in (("M", "附件"), ("T", "附件标题"))
        )
        sheet = f'<w:styles xmlns:w="{W[1:-1]}">{styles}</w:styles>'.encode()
        base = kit.package(kit.paragraph("报告正文"), extra={"word/styles.xml": sheet})
        out = join(document(), base=base)
        assert [style_of(out, "附件").name, style_of(out, "情况说明").name] == ["附件", "附件标题"]

    def test_start_on_a_new_page(self, join: Any) -> None:
        made = document()
        made.sections[0].start_type = WD_SECTION.CONTINUOUS
        assert [section.start_type for section in sections(join(made, document()))] == [WD_SECTION.NEW_PAGE] * 3


class TestPages:
    def test_landscape_stays_landscape(self, join: Any) -> None:
        found = sections(join(document(landscape=True), document()))
        assert [section.orientation for section in found] == [
            WD_ORIENT.PORTRAIT,
            WD_ORIENT.LANDSCAPE,
            WD_ORIENT.PORTRAIT,
        ]
        assert found[1].page_width > found[1].page_height

    def test_every_section_of_an_attachment_is_kept(self, join: Any) -> None:
        made = document()
        wide = made.add_section(WD_SECTION.NEW_PAGE)
        wide.orientation, wide.page_width, wide.page_height = WD_ORIENT.LANDSCAPE, wide.page_height, wide.page_width
        made.add_paragraph("横页")
        found = sections(join(made))
        assert [section.orientation for section in found] == [
            WD_ORIENT.PORTRAIT,
            WD_ORIENT.PORTRAIT,
            WD_ORIENT.LANDSCAPE,
        ]

    def test_the_report_keeps_its_page(self, kit: Any, join: Any) -> None:
        # It ends with a table: the page set-up needs a paragraph, which must not take any room.
        out = join(document(), base=kit.package(kit.table(["甲"])))
        held = next(out.tree().iter(f"{W}sectPr")).getparent().getparent()
        assert held.find(f"{W}pPr/{W}spacing").get(f"{W}line") == "14"
        assert held.getprevious().tag == f"{W}tbl"

    def test_a_file_without_page_set_up(self, kit: Any, join: Any) -> None:
        bare = kit.package(kit.paragraph("正文"))
        text = re.sub(r"<w:sectPr>.*?</w:sectPr>", "", kit.out(bare).xml())
        path = kit.file(kit.zipped({**kit.out(bare).files, "word/document.xml": text.encode()}), "无页面.docx")
        assert len(sections(join(path, path, base=path.read_bytes()))) == 3

    def test_a_section_that_ends_in_the_last_paragraph(self, kit: Any, join: Any) -> None:
        end = '<w:p><w:pPr><w:sectPr><w:pgSz w:w="11906" w:h="16838"/></w:sectPr></w:pPr></w:p>'
        assert len(sections(join(document(), base=kit.package(kit.paragraph("正文") + end)))) == 3


class TestMargins:
    def test_each_shows_its_own(self, join: Any) -> None:
        found = sections(join(document(header="甲页眉", footer="甲页脚"), document(header="乙页眉", footer="乙页脚")))
        assert [section.header.paragraphs[0].text for section in found] == ["报告页眉", "甲页眉", "乙页眉"]
        assert [section.footer.paragraphs[0].text for section in found] == ["— 1 —", "甲页脚", "乙页脚"]

    def test_none_takes_over_a_header_from_before(self, join: Any) -> None:
        found = sections(join(document(), document(header="乙"), document()))
        assert [section.header.paragraphs[0].text for section in found] == ["报告页眉", "", "乙", ""]
        assert not any(section.header.is_linked_to_previous for section in found)

    def test_page_numbers_go_on_where_there_is_no_footer(self, join: Any) -> None:
        found = sections(join(document(footer="甲页脚"), document()))
        assert [section.footer.paragraphs[0].text for section in found] == ["— 1 —", "甲页脚", "— 1 —"]

    def test_pictures_in_headers_come_along(self, join: Any) -> None:
        made = document(header="甲")
        made.sections[0].header.paragraphs[0].add_run().add_picture(io.BytesIO(PIXEL), width=Pt(10))
        out = join(made)
        header = next(name for name in out.files if re.fullmatch(r"word/annex1-header\d*\.xml", name))
        links = etree.fromstring(out.files[f"word/_rels/{posixpath.basename(header)}.rels"])
        assert [out.files[target(header, link.get("Target"))] for link in links] == [PIXEL]

    def test_even_pages_of_a_report_that_turns_pages(self, kit: Any, join: Any) -> None:
        settings = f'<w:settings xmlns:w="{W[1:-1]}"><w:evenAndOddHeaders/></w:settings>'.encode()
        parts = {"header1": kit.paragraph("奇"), "header3": kit.paragraph("偶")}
        base = kit.package(kit.paragraph("正文"), parts, {"word/settings.xml": settings})
        found = sections(join(document(header="甲"), base=base))
        assert [section.even_page_header.paragraphs[0].text for section in found] == ["偶", "甲"]

    def test_even_pages_of_an_attachment_that_turns_pages(self, join: Any) -> None:
        made = document(header="奇")
        made.settings.odd_and_even_pages_header_footer = True
        made.sections[0].even_page_header.paragraphs[0].text = "偶"
        out = join(made, document(header="乙"))
        found = sections(out)
        assert [section.header.paragraphs[0].text for section in found] == ["报告页眉", "奇", "乙"]
        assert [section.even_page_header.paragraphs[0].text for section in found] == ["报告页眉", "偶", "乙"]
        assert [section.even_page_footer.paragraphs[0].text for section in found] == ["— 1 —"] * 3
        assert "evenAndOddHeaders" in out.xml("word/settings.xml")

    def test_an_even_header_that_was_never_shown_stays_so(self, kit: Any, join: Any) -> None:
        made = document(header="甲")
        made.settings.odd_and_even_pages_header_footer = True
        hidden = {"header1": kit.paragraph("奇"), "header3": kit.paragraph("从未印出")}
        found = sections(join(made, base=kit.package(kit.paragraph("正文"), hidden)))
        assert found[0].even_page_header.paragraphs[0].text == "奇"


class TestLooks:
    def test_styles_of_the_same_name_do_not_mix(self, kit: Any, join: Any) -> None:
        sheet = (
            f'<w:styles xmlns:w="{W[1:-1]}"><w:docDefaults><w:rPrDefault><w:rPr><w:sz w:val="32"/>'
            f"</w:rPr></w:rPrDefault>"
            '</w:docDefaults><w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/>'
            "<w:rPr><w:b/></w:rPr></w:style></w:styles>"
        )
        base = kit.package(kit.paragraph("报告正文"), extra={"word/styles.xml": sheet.encode()})
        out = join(document(), base=base)
        mine, theirs = style_of(out, "报告正文"), style_of(out, "附件正文")
        assert (mine.name, mine.font.bold) == ("Normal", True)
        assert (theirs.name, theirs.font.bold) == ("附件1 Normal", None)
        assert theirs.font.size == Pt(11)
        assert theirs.paragraph_format.space_after == Pt(10)

    def test_what_a_file_leaves_unsaid_is_said(self, kit: Any, join: Any) -> None:
        path = kit.file(kit.package(kit.paragraph("附件正文")), "素.docx")
        style = style_of(join(path), "附件正文")
        assert (style.font.name, style.font.size) == ("Times New Roman", Pt(10))
        assert style.paragraph_format.space_after == 0

    def test_styles_bring_those_that_they_are_based_on(self, join: Any) -> None:
        made = document()
        made.add_paragraph("小标题", style="Heading 2")
        style = style_of(join(made), "小标题")
        assert style.name == "附件1 heading 2"
        assert style.base_style.name == "附件1 Normal"
        assert style.font.name == "Calibri"

    def test_fonts_of_the_theme_are_written_out(self, join: Any) -> None:
        out = join(document())
        brought = [
            style for style in out.tree("word/styles.xml") if (style.get(f"{W}styleId") or "").startswith("FJ1-")
        ]
        assert brought
        assert not [key for style in brought for one in style.iter() for key in one.attrib if "heme" in key]

    def test_tables_keep_what_their_style_says(self, join: Any) -> None:
        made = document()
        made.add_table(1, 1, style="Light Grid Accent 1").cell(0, 0).text = "格"
        plain = made.add_table(1, 1)
        plain.cell(0, 0).text = "素格"
        out = join(made)
        tables = docx.Document(io.BytesIO(out.data)).tables
        cell = tables[0].cell(0, 0).paragraphs[0]
        assert cell.style.name == "附件1 Normal（表内）"
        # The table's style says so, against 10 pt in the file's defaults.
        assert cell.style.paragraph_format.space_after == 0
        assert tables[1].style is not None
        assert tables[1].style.name == "附件1 Normal Table"

    def test_unknown_styles_are_those_by_default(self, kit: Any, join: Any) -> None:
        table = kit.table(["格"]).replace("<w:tblPr>", '<w:tblPr><w:tblStyle w:val="没有"/>')
        body = kit.paragraph("甲", style="没有") + table
        made = kit.file(kit.package(body), "怪.docx")
        out = join(made)
        assert style_of(out, "甲").name == "附件1 Normal"
        assert "没有" not in out.xml()

    def test_a_file_without_styles(self, kit: Any, join: Any) -> None:
        sheet = {"word/styles.xml": f'<w:styles xmlns:w="{W[1:-1]}"/>'.encode()}
        body = kit.paragraph("甲", style="没有")
        assert "甲" in join(kit.file(kit.package(body, extra=sheet), "无样式.docx")).lines()

    def test_lists_go_on_as_they_were(self, join: Any) -> None:
        def listed() -> Any:
            made = document()
            for number in range(2):
                made.add_paragraph(f"项{number}", style="List Number")
            made.add_paragraph("点", style="List Bullet")
            return made

        out = join(listed(), listed())
        numbering = out.tree("word/numbering.xml")
        keys = [one.get(f"{W}numId") for one in numbering.iter(f"{W}num")]
        assert len(keys) == len(set(keys)) >= 4
        marks = [one.get(f"{W}val") for one in numbering.iter(f"{W}nsid")]
        assert len(marks) == len(set(marks))
        used = {style_of(out, "项0").element.find(f".//{W}numId").get(f"{W}val")}
        assert used <= set(keys)
        kinds = [one.tag for one in numbering]
        assert kinds == sorted(kinds, key=lambda tag: tag == f"{W}num")

    def test_lists_that_are_defined_nowhere_are_none(self, kit: Any, join: Any) -> None:
        lost = '<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="7"/></w:numPr></w:pPr></w:p>'
        assert list(join(kit.file(kit.package(lost), "无列表.docx")).tree().iter(f"{W}numPr")) == []


class TestBelongings:
    def test_pictures(self, join: Any) -> None:
        made = document()
        made.add_picture(io.BytesIO(PIXEL), width=Pt(10))
        out = join(made, document())
        embedded = next(out.tree().iter("{*}blip")).get(f"{R}embed")
        links = {link.get("Id"): link.get("Target") for link in out.tree("word/_rels/document.xml.rels")}
        name = target("word/document.xml", links[embedded])
        assert out.files[name] == PIXEL
        assert f'PartName="/{name}" ContentType="image/png"' in out.xml("[Content_Types].xml")

    def test_web_links(self, kit: Any, join: Any) -> None:
        body = f'<w:p><w:hyperlink r:id="rId9">{kit.run("网址")}</w:hyperlink><w:hyperlink r:id="rId9"/></w:p>'
        files = kit.out(kit.package(body)).files
        link = '<Relationship Id="rId9" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink" Target="https://example.com/" TargetMode="External"/>'  # noqa: E501
        links = "word/_rels/document.xml.rels"
        files[links] = files[links].replace(b"</Relationships>", f"{link}</Relationships>".encode())
        out = join(kit.file(kit.zipped(files), "链接.docx"))
        assert out.xml(links).count("https://example.com/") == 1
        assert len({one.get(f"{R}id") for one in out.tree().iter(f"{W}hyperlink")}) == 1

    def test_charts_with_their_workbooks(self, kit: Any, join: Any) -> None:
        tag = "{{p 柱形图(表, '名', '数') }}"
        made = kit.file(kit.render(kit.paragraph(tag), {"表": [{"名": "甲", "数": 1}]}).data, "图.docx")
        out = join(made, made, base=made.read_bytes())
        charts = sorted(name for name in out.files if re.search(r"charts/[\w-]*chart\d+\.xml$", name))
        assert charts == ["word/charts/annex1-chart1.xml", "word/charts/annex2-chart1.xml", "word/charts/chart1.xml"]
        link = etree.fromstring(out.files["word/charts/_rels/annex2-chart1.xml.rels"])[0]
        assert target(charts[1], link.get("Target")) == "word/embeddings/annex2-chart1.xlsx"
        assert zipfile.is_zipfile(io.BytesIO(out.files["word/embeddings/annex2-chart1.xlsx"]))
        numbers = [one.get("id") for one in out.tree().iter("{*}docPr")]
        assert len(numbers) == len(set(numbers)) == 3

    def test_footnotes(self, kit: Any, join: Any) -> None:
        def noted(text: str, key: int = 2) -> bytes:
            mark = f'<w:p>{kit.run("正文")}<w:r><w:footnoteReference w:id="{key}"/></w:r></w:p>'
            usual = '<w:footnote w:type="separator" w:id="0"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
            note = f'<w:footnote w:id="{key}">{kit.paragraph(text)}</w:footnote>'
            return bytes(kit.package(mark, {"footnotes": usual + note}))

        first, second = kit.file(noted("甲注"), "甲.docx"), kit.file(noted("乙注", 5), "乙.docx")
        third = kit.file(noted("丙注"), "丙.docx")
        for base in (noted("报告注"), bytes(kit.package(kit.paragraph("正文")))):
            out = join(first, second, third, base=base)
            notes = {
                one.get(f"{W}id"): "".join(one.itertext())
                for one in out.tree("word/footnotes.xml").iter(f"{W}footnote")
                if not one.get(f"{W}type")
            }
            said = [notes[one.get(f"{W}id")] for one in out.tree().iter(f"{W}footnoteReference")]
            assert said[-3:] == ["甲注", "乙注", "丙注"]

    def test_a_mark_without_its_note_is_dropped(self, kit: Any, join: Any) -> None:
        mark = f'<w:p>{kit.run("正文")}<w:r><w:rPr><w:b/></w:rPr><w:footnoteReference w:id="9"/></w:r></w:p>'
        made = kit.file(kit.package(mark, {"footnotes": ""}), "缺注.docx")
        assert list(join(made).tree().iter(f"{W}footnoteReference")) == []

    def test_comments_leave_nothing_behind(self, kit: Any, join: Any) -> None:
        body = (
            f'<w:p><w:commentRangeStart w:id="1"/>{kit.run("正文")}<w:commentRangeEnd w:id="1"/>'
            '<w:r><w:commentReference w:id="1"/></w:r></w:p>'
        )
        note = f'<w:comment w:id="1" w:author="某">{kit.paragraph("意见")}</w:comment>'
        out = join(kit.file(kit.package(body, {"comments": note}), "批注.docx"))
        assert "comment" not in out.xml()
        assert not [name for name in out.files if "comments" in name]
        assert "正文" in out.lines()

    def test_bookmarks_are_told_apart(self, kit: Any, join: Any) -> None:
        def marked(name: str) -> str:
            code = '<w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> REF 书签 \\h </w:instrText></w:r>'
            return (
                f'<w:p><w:bookmarkStart w:id="0" w:name="{name}"/>{kit.run("甲")}<w:bookmarkEnd w:id="0"/>'
                f'<w:hyperlink w:anchor="{name}">{kit.run("去")}</w:hyperlink><w:r>{code}<w:r><w:fldChar '
                'w:fldCharType="end"/></w:r></w:p>'
            )

        made = kit.file(kit.package(marked("书签")), "书签.docx")
        out = join(made, made, base=made.read_bytes())
        marks = [(one.get(f"{W}id"), one.get(f"{W}name")) for one in out.tree().iter(f"{W}bookmarkStart")]
        assert len({key for key, _ in marks}) == 3
        names = [name for _, name in marks]
        assert names == ["书签", "书签_FJ1", "书签_FJ2"]
        assert [one.get(f"{W}anchor") for one in out.tree().iter(f"{W}hyperlink")] == names
        assert [one.text for one in out.tree().iter(f"{W}instrText")] == [f" REF {name} \\h " for name in names]
        ends = [one.get(f"{W}id") for one in out.tree().iter(f"{W}bookmarkEnd")]
        assert ends == [key for key, _ in marks]

    def test_what_newer_versions_add_stays_readable(self, kit: Any, join: Any) -> None:
        body = '<w:p w14:paraId="11111111"><w:r><w:t>甲</w:t></w:r></w:p>'
        bare = re.sub(r' xmlns:(?!w=|r=)\w+="[^"]*"| mc:Ignorable="w14"', "", kit.out(kit.package("<w:p/>")).xml())
        base = kit.zipped({**kit.out(kit.package("<w:p/>")).files, "word/document.xml": bare.encode()})
        out = join(kit.file(kit.package(body), "新.docx"), base=base)
        root = out.tree()
        assert root.get("{http://schemas.openxmlformats.org/markup-compatibility/2006}Ignorable") == "w14"
        assert "w14" in root.nsmap


class TestRefusals:
    def told(self, path: Path) -> tuple[Any, ...]:
        with pytest.raises(Refused) as caught:
            attachment(path)
        return tuple(caught.value.findings)

    def test_at_its_line(self, kit: Any) -> None:
        (found,) = self.told(kit.file(b"PK", "坏.docx"))
        assert (found.code, found.span.line, found.path) == ("JX536", 3, "附件[1]")
        assert "「坏.docx」不能附在报告后面：这不是完好的 Word 文件" in found.message

    def test_what_breaks_the_format(self, kit: Any) -> None:
        bare = f'<w:document xmlns:w="{W[1:-1]}"/>'.encode()
        files = kit.out(kit.package(kit.paragraph("正文"))).files
        broken = attachment(kit.file(kit.zipped({**files, "word/document.xml": bare}), "坏.docx"))
        with pytest.raises(Refused) as caught:
            attached(kit.package(kit.paragraph("报告")), broken)
        (found,) = caught.value.findings
        assert (found.code, found.span.line, found.path) == ("JX536", 3, "附件[1]")
        assert "里面的部件不合 Word 的格式" in found.message
        cut = kit.file(kit.zipped({**files, "word/styles.xml": b"<w:styles"}), "断.docx")
        assert "部件 word/styles.xml 不是合格的 XML" in self.told(cut)[0].message

    @pytest.mark.parametrize(
        ("part", "kind", "said"),
        [
            ("word/vbaProject.bin", "vbaProject", "宏"),
            ("word/embeddings/a.bin", "oleObject", "OLE"),
            ("word/afchunk.htm", "aFChunk", "altChunk"),
        ],
    )
    def test_what_could_run(self, kit: Any, part: str, kind: str, said: str) -> None:
        files = kit.out(kit.package(kit.paragraph("正文"))).files
        link = f'<Relationship Id="x" Type="{R[1:-1]}/{kind}" Target="{part.removeprefix("word/")}"/></Relationships>'
        links = "word/_rels/document.xml.rels"
        files = {**files, part: b"x", links: files[links].replace(b"</Relationships>", link.encode())}
        found = self.told(kit.file(kit.zipped(files), "险.docx"))
        assert {one.code for one in found} == {"JX536"}
        assert any(said in one.message for one in found)

    def test_what_fetches(self, kit: Any) -> None:
        field = '<w:p><w:r><w:instrText>INCLUDETEXT "C:\\\\x.docx"</w:instrText></w:r></w:p>'
        assert "INCLUDETEXT" in self.told(kit.file(kit.package(field), "取.docx"))[0].message
        files = kit.out(kit.package(kit.paragraph("正文"))).files
        links = "word/_rels/document.xml.rels"
        link = f'<Relationship Id="x" Type="{R[1:-1]}/image" Target="https://example.com/a.png" TargetMode="External"/>'
        files[links] = files[links].replace(b"</Relationships>", f"{link}</Relationships>".encode())
        assert "指向外部的链接" in self.told(kit.file(kit.zipped(files), "外.docx"))[0].message


def test_libreoffice_opens_it(join: Any, to_pdf: Callable[[Path], Path], tmp_path: Path) -> None:
    path = tmp_path / "卷.docx"
    path.write_bytes(join(document(landscape=True, header="甲"), document()).data)
    pdf = to_pdf(path).read_bytes()
    assert pdf.startswith(b"%PDF")


def test_a_report_without_attachments_does_not_pay_for_them(root: Path, tmp_path: Path) -> None:
    code = (
        "import sys, generator; generator.render('inputs/meizhou-gxj-2021.yaml', sys.argv[1]); "
        "late = ('docx', 'docxcompose', 'openpyxl', 'generator.word.merge.join'); "
        "print([name for name in late if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=root, check=True, capture_output=True)
    assert done.stdout.decode().strip() == "[]"


class TestOldAndOddFiles:
    """Files that other programs wrote: formats in the default style, themes that say little, tables by default."""

    @pytest.fixture
    def odd(self, kit: Any) -> Path:
        table = kit.table(["格"]).replace("<w:tblPr>", '<w:tblPr><w:tblStyle w:val="没有"/>')
        sheet = (
            '<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:asciiTheme="majorHAnsi" w:eastAsiaTheme="minorEastAsia"/>'
            '<w:lang w:val="zh-CN"/><w14:ligatures w14:val="none"/></w:rPr></w:rPrDefault></w:docDefaults>'
            '<w:style w:type="paragraph" w:default="1" w:styleId="a" w14:odd="1"><w:name w:val="Normal"/>'
            '<w:pPr><w:spacing w:after="60"/><w:jc w:val="both"/></w:pPr><w:rPr><w:color w:val="FF0000" '
            'w:themeColor="accent1"/><w:lang w:eastAsia="zh-CN"/></w:rPr></w:style>'
            '<w:style w:type="table" w:default="1" w:styleId="t"><w:name w:val="Normal Table"/></w:style>'
            '<w:style w:type="character" w:styleId="c"/>'
        )
        styles = (
            f'<w:styles xmlns:w="{W[1:-1]}" xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
            'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" mc:Ignorable="w14">'
            f"{sheet}</w:styles>"
        )
        run = kit.run("字", '<w:rPr><w:rStyle w:val="c"/></w:rPr>')
        body = kit.paragraph("甲") + table + f"<w:p>{run}</w:p>"
        return Path(kit.file(kit.package(body, extra={"word/styles.xml": styles.encode()}), "旧.docx"))

    def test_what_the_default_style_says_is_kept(self, odd: Path, join: Any) -> None:
        out = join(odd, audit=False)
        style = style_of(out, "甲")
        assert style.paragraph_format.space_after == Pt(3)
        assert style.element.find(f".//{W}color").attrib == {f"{W}val": "FF0000"}
        assert style.element.find(f".//{W}lang").attrib == {f"{W}val": "zh-CN", f"{W}eastAsia": "zh-CN"}
        order = [one.tag for one in style.element]
        assert order.index(f"{W}pPr") < order.index(f"{W}rPr")
        assert "ligatures" not in out.xml("word/styles.xml")

    def test_tables_by_default(self, odd: Path, join: Any) -> None:
        out = join(odd, audit=False)
        assert next(out.tree().iter(f"{W}tblStyle")).get(f"{W}val") == "FJ1-t"
        assert next(out.tree().iter(f"{W}rStyle")).get(f"{W}val") == "FJ1-c"

    def test_a_theme_without_fonts(self, odd: Path, kit: Any, join: Any) -> None:
        files = {**kit.out(odd.read_bytes()).files, "word/theme.xml": b"<theme/>"}
        style = style_of(join(kit.file(kit.zipped(files), "无主题.docx"), audit=False), "甲")
        assert style.font.name == "Times New Roman"

    @pytest.mark.parametrize(
        ("part", "old", "new"),
        [
            ("word/styles.xml", 'w:type="paragraph"', 'w:type="absatz"'),
            ("word/styles.xml", 'w:default="1"', 'w:default="yes"'),
            ("word/document.xml", 'w:type="default"', 'w:type="odd"'),
            ("word/document.xml", ' w:type="default"', ""),
            ("word/document.xml", "<w:pgSz", '<w:type w:val="quer"/><w:pgSz'),
            ("word/settings.xml", "/>", '><w:evenAndOddHeaders w:val="ja"/></w:settings>'),
            ("word/footnotes.xml", 'w:id="2"', 'w:id="zwei"'),
            ("word/_rels/document.xml.rels", "</R", '<Relationship Id="x" Type="image" Target="NULL"/></R'),
            ("word/_rels/document.xml.rels", "</R", '<Relationship Id="x" Type="hyperlink" Target="#a"/></R'),
        ],
    )
    def test_what_breaks_the_schema_is_attached_all_the_same(
        self, kit: Any, join: Any, part: str, old: str, new: str
    ) -> None:
        body = f'<w:p>{kit.run("甲")}<w:r><w:footnoteReference w:id="2"/></w:r></w:p>'
        parts = {"header1": kit.paragraph("页"), "footnotes": '<w:footnote w:id="2"><w:p/></w:footnote>'}
        files = kit.out(kit.package(body, parts)).files
        assert old in files[part].decode()
        files[part] = files[part].decode().replace(old, new, 1).encode()
        assert "甲" in join(kit.file(kit.zipped(files), "怪.docx"), audit=False).lines()

    def test_a_relationship_that_leads_nowhere(self, kit: Any, join: Any) -> None:
        body = f'<w:p><w:hyperlink r:id="没有">{kit.run("网址")}</w:hyperlink></w:p>'
        assert "网址" in join(kit.file(kit.package(body), "断.docx"), audit=False).lines()


def test_a_report_without_styles_gets_them(kit: Any) -> None:
    files = kit.out(kit.package(kit.paragraph("报告"))).files
    del files["word/styles.xml"]
    links = "word/_rels/document.xml.rels"
    files[links] = re.sub(rb'<Relationship Id="styles"[^>]*>', b"", files[links])
    files["[Content_Types].xml"] = re.sub(
        rb'<Override PartName="/word/styles.xml"[^>]*>', b"", files["[Content_Types].xml"]
    )
    made = saved(document(), kit.folder, "附.docx")
    out = kit.out(attached(kit.zipped(files), attachment(made)))
    assert style_of(out, "附件正文").name == "附件1 Normal"


INSERTED = f'<w:p xmlns:w="{W[1:-1]}"><w:ins w:id="1" w:author="甲"><w:r><w:t>改</w:t></w:r></w:ins></w:p>'
HIDDEN = f'<w:p xmlns:w="{W[1:-1]}"><w:r><w:rPr>{{}}</w:rPr><w:t>备注</w:t></w:r></w:p>'


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["附件 2：", "资金表"], ["第一行是「附件 2：」"]),
        (["附件2的说明"], []),
        (["", " "], ["没有文字，也没有图"]),
        ([INSERTED], ["有 1 处没有接受的修订"]),
        ([HIDDEN.format("<w:vanish/>"), "情况"], ["有隐藏的文字（2 个字）「备注」"]),
        ([HIDDEN.format('<w:color w:val="FFFFFF"/>'), "情况"], ["有白色的文字（2 个字）「备注」"]),
        ([HIDDEN.format('<w:color w:val="FFFFFF"/><w:shd w:val="clear" w:fill="000000"/>')], []),
    ],
)
def test_what_would_not_be_signed_is_told(tmp_path: Path, lines: list[str], said: list[str]) -> None:
    made = docx.Document()
    for line in lines:
        if line.startswith("<"):
            made.element.body.insert(0, etree.fromstring(line))
        else:
            made.add_paragraph(line)
    noted = attachment(saved(made, tmp_path, "a.docx")).noted
    assert [one.code for one in noted] == ["JX559"] * len(said)
    assert all(words in one.message for words, one in zip(said, noted, strict=True))


def test_pages_are_numbered_through(kit: Any, tmp_path: Path) -> None:
    made = document(footer="页脚")
    numbers = etree.SubElement(made.sections[0]._sectPr, f"{W}pgNumType")
    numbers.set(f"{W}start", "1")
    out = kit.out(attached(kit.package(kit.paragraph("报告")), attachment(saved(made, tmp_path, "a.docx"))))
    assert [one.get(f"{W}start") for one in out.tree().iter(f"{W}pgNumType")] == [None]


def test_headers_of_attachments_are_text_of_the_report(kit: Any, tmp_path: Path) -> None:
    """Word saves them as header2.xml, which must not look like an edit."""
    out = attached(kit.package(kit.paragraph("报告")), attachment(saved(document(header="页眉"), tmp_path, "a.docx")))
    entries = own_package(out)
    (name,) = [name for name in entries if name.startswith("word/annex1-header")]
    renamed = {one.replace(name, "word/header9.xml"): entry for one, entry in entries.items()}
    assert read_texts(entries) == read_texts(renamed)
    assert "页眉" in read_texts(entries)
