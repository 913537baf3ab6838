"""Reading a Word file back: its lines with the values in them, whatever an office program made of them meanwhile."""

from __future__ import annotations

from fractions import Fraction

import pytest

from generator.base.amount import Amount
from generator.base.diagnostics import Refused, Span
from generator.base.passage import Origin, Passage
from generator.word.read.document import Table
from generator.word.read.lines import Line, ReadBack, read_back, read_body, read_marked, text_of_cell
from tests.word.conftest import Kit, paragraph, run, table

SPAN = Span("改稿.docx")
VALUES = {
    "名": Passage.of("某局", Origin("部门.名称")),
    "数": Amount(Fraction(3), "3", Origin("评分.总分", computed=True)),
    "文": Passage.of("一行\n二行", Origin("说明")),
}
BODY = paragraph("名称：{{ 名 }}。") + table(["{{ 名 }}", "{{ 数 }}分"]) + paragraph("{{ 文 }}")


def printed(kit: Kit, body: str = BODY, **parts: str) -> dict[str, bytes]:
    """The files of a report as it is written."""
    return kit.render(body, VALUES, parts or None).files


def marked(kit: Kit, body: str = BODY, **parts: str) -> ReadBack:
    """A report printed with marks, read back."""
    return read_marked(kit.layout(body, parts or None).marked(VALUES))


def read(kit: Kit, files: dict[str, bytes]) -> ReadBack:
    return read_back(kit.zipped(files), SPAN)


def changed(files: dict[str, bytes], old: str, new: str, part: str = "word/document.xml") -> dict[str, bytes]:
    text = files[part].decode()
    assert old in text
    return files | {part: text.replace(old, new).encode()}


def shown(document: ReadBack) -> list[list[tuple[str, str]]]:
    """The pieces of every line, each with the path of its value."""
    return [
        [(piece.text, document.values[piece.value].path if piece.value else "") for piece in line.pieces]
        for line in document.lines
    ]


WHOLE = [
    [("名称：", ""), ("某局", "部门.名称"), ("。", "")],
    [("某局", "部门.名称")],
    [("3", "评分.总分"), ("分", "")],
    [("一行\n二行", "说明")],
]


class TestAsPrinted:
    def test_pieces(self, kit: Kit) -> None:
        assert shown(marked(kit)) == WHOLE

    def test_places_rows_and_styles(self, kit: Kit) -> None:
        document = marked(kit, BODY + paragraph("正文", style="Body"))
        assert [(line.place, line.row, line.style) for line in document.lines] == [
            ("第 1 段「名称：某局。」", 0, ""),
            ("表 1 行 1 列 1", 1, ""),
            ("表 1 行 1 列 2", 1, ""),
            ("第 2 段「一行\n二行」", 0, ""),
            ("第 3 段「正文」", 0, "Body"),
        ]

    def test_values(self, kit: Kit) -> None:
        assert {one.key: one.text for one in marked(kit).values.values()} == {
            ("部门.名称", False, "", 1, 1): "某局",
            ("评分.总分", True, "", 1, 1): "3",
            ("说明", False, "", 1, 1): "一行\n二行",
        }

    def test_a_report_that_was_written_reads_the_same_without_values(self, kit: Kit) -> None:
        document = read(kit, printed(kit))
        assert document.values == {}
        assert [line.text for line in document.lines] == ["".join(text for text, _ in line) for line in WHOLE]

    def test_blank_lines_are_left_out(self, kit: Kit) -> None:
        assert len(read(kit, printed(kit, paragraph("") + BODY + paragraph("　"))).lines) == 4

    def test_headers_and_notes(self, kit: Kit) -> None:
        note = f'<w:footnote w:id="2">{paragraph("注：{{ 名 }}")}</w:footnote>'
        files = printed(kit, BODY, header1=paragraph("{{ 名 }}"), header3=paragraph("{{ 名 }}"), footnotes=note)
        last = read(kit, files).lines[-2:]
        assert [(line.text, line.place) for line in last] == [
            ("注：某局", "脚注 2 第 1 段「注：某局」"),
            ("某局", "页眉第 1 段「某局」"),
        ] or [(line.text, line.place.replace(" ", "")) for line in last] == [
            ("注：某局", "脚注2第1段「注：某局」"),
            ("某局", "页眉第1段「某局」"),
        ]

    def test_text_box_once(self, kit: Kit) -> None:
        inner = f"<w:txbxContent>{paragraph('盒中{{ 名 }}')}</w:txbxContent>"
        box = (
            f"<w:p><w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing>{inner}</w:drawing></mc:Choice>"
            f"<mc:Fallback><w:pict>{inner}</w:pict></mc:Fallback></mc:AlternateContent></w:r>{run('外面')}</w:p>"
        )
        assert shown(marked(kit, box)) == [[("盒中", ""), ("某局", "部门.名称")], [("外面", "")]]


class TestControls:
    """Version 0.1.0 printed every value in a content control; people and other programs bring their own."""

    def test_they_are_transparent(self, kit: Kit) -> None:
        control = "<w:sdt><w:sdtPr><w:tag w:val='jx1'/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>"
        bare = f"<w:sdt><w:sdtContent>{run('无名')}</w:sdtContent></w:sdt>"
        body = f"<w:p>{run('前')}{control.format(run('值'))}{bare}</w:p>{control.format(paragraph('整段'))}"
        assert [line.text for line in read(kit, printed(kit, body)).lines] == ["前值无名", "整段"]

    def test_an_empty_one_shows_a_placeholder(self, kit: Kit) -> None:
        control = "<w:sdt><w:sdtPr><w:showingPlcHdr{}/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>"
        controls = control.format("", run("单击此处")) + control.format(' w:val="0"', run("值"))
        body = f"<w:p>{run('前')}{controls}</w:p>"
        files = changed(printed(kit, paragraph("X")), paragraph("X"), body)
        assert [line.text for line in read(kit, files).lines] == ["前值"]


class TestRevisions:
    def revised(self, kit: Kit, xml: str) -> ReadBack:
        files = printed(kit, paragraph("头") + paragraph("X") + paragraph("尾"))
        return read(kit, changed(files, '<w:r><w:t xml:space="preserve">X</w:t></w:r>', xml))

    def test_accepted(self, kit: Kit) -> None:
        xml = (
            f"<w:del w:id='1'><w:r><w:delText>旧</w:delText></w:r></w:del><w:ins w:id='2'>{run('新')}</w:ins>"
            f"<w:moveFrom w:id='3'>{run('移走')}</w:moveFrom><w:moveTo w:id='4'>{run('移来')}</w:moveTo>"
        )
        document = self.revised(kit, xml)
        assert [line.text for line in document.lines] == ["头", "新移来", "尾"]
        assert document.revisions == 4

    def test_deleted_paragraph_mark_joins(self, kit: Kit) -> None:
        xml = "<w:r><w:t>前半</w:t></w:r></w:p><w:p>" + run("后半")
        files = changed(
            printed(kit, paragraph("X")), '<w:p><w:r><w:t xml:space="preserve">X</w:t></w:r>', "<w:p>" + xml
        )
        gone = changed(
            files, "<w:p><w:r><w:t>前半", "<w:p><w:pPr><w:rPr><w:del w:id='1'/></w:rPr></w:pPr><w:r><w:t>前半"
        )
        document = read(kit, gone)
        assert [line.text for line in document.lines] == ["前半后半"]
        assert document.revisions == 1

    def test_rows(self, kit: Kit) -> None:
        files = printed(kit, table(["甲"], ["乙"], ["丙"]))
        parts = files["word/document.xml"].decode().split("<w:tr>")
        text = parts[0] + "<w:tr>" + parts[1] + "<w:tr><w:trPr><w:del w:id='1'/></w:trPr>" + parts[2]
        text += "<w:tr><w:trPr><w:ins w:id='2'/></w:trPr>" + parts[3]
        document = read(kit, files | {"word/document.xml": text.encode()})
        assert [(line.text, line.row) for line in document.lines] == [("甲", 1), ("丙", 2)]
        assert document.revisions == 2

    def test_comments_are_counted(self, kit: Kit) -> None:
        comment = f'<w:comment w:id="1" w:author="x">{paragraph("请核对")}</w:comment>'
        document = read(kit, printed(kit, BODY, comments=comment))
        assert document.comments == 1
        assert len(document.lines) == len(WHOLE)


class TestFields:
    @staticmethod
    def field(instruction: str, result: str) -> str:
        kinds = ["begin", "separate", "end"]
        begin, separate, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in kinds)
        return f"{begin}<w:r><w:instrText>{instruction}</w:instrText></w:r>{separate}{run(result)}{end}"

    @pytest.mark.parametrize("instruction", [" PAGE ", " NUMPAGES", "PAGEREF _x \\h", 'TOC \\o "1-3"'])
    def test_what_programs_work_out_is_no_text(self, kit: Kit, instruction: str) -> None:
        body = f"<w:p>{run('第')}{self.field(instruction, '3')}{run('页')}</w:p>"
        assert [line.text for line in read(kit, printed(kit, body)).lines] == ["第页"]
        simple = f"<w:p>{run('第')}<w:fldSimple w:instr='{instruction}'>{run('3')}</w:fldSimple>{run('页')}</w:p>"
        assert [line.text for line in read(kit, printed(kit, simple.replace("'TOC", "'TOC"))).lines] == ["第页"]

    def test_numbers_of_captions_are(self, kit: Kit) -> None:
        body = f"<w:p>{self.field('SEQ 表', '3')}<w:fldSimple w:instr='REF x'>{run('表1')}</w:fldSimple></w:p>"
        assert [line.text for line in read(kit, printed(kit, body)).lines] == ["3表1"]

    def test_over_several_paragraphs(self, kit: Kit) -> None:
        start = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>TOC</w:instrText></w:r>'
        middle = f'<w:p>{start}<w:r><w:fldChar w:fldCharType="separate"/></w:r>{run("一、甲 1")}</w:p>'
        end = f'<w:p>{run("二、乙 2")}<w:r><w:fldChar w:fldCharType="end"/></w:r>{run("正文")}</w:p>'
        assert [line.text for line in read(kit, printed(kit, middle + end)).lines] == ["正文"]

    def test_signs(self, kit: Kit) -> None:
        signs = "<w:t>甲</w:t><w:tab/><w:t>乙</w:t><w:br/><w:t>丙</w:t><w:br w:type='page'/><w:noBreakHyphen/>"
        signs = f"<w:p><w:r>{signs}</w:r></w:p>"
        assert [line.text for line in read(kit, printed(kit, signs)).lines] == ["甲\t乙\n丙-"]


class TestNoReport:
    @pytest.mark.parametrize(
        "data",
        [b"", b"not a zip", b"PK\x03\x04" + b"\0" * 40],
    )
    def test_no_package(self, data: bytes) -> None:
        with pytest.raises(Refused) as refused:
            read_back(data, SPAN)
        assert [finding.code for finding in refused.value.findings] == ["JX501"] or refused.value.findings

    def test_no_document(self, kit: Kit) -> None:
        files = printed(kit)
        for broken in (b"<broken", b"<x/>"):
            with pytest.raises(Refused) as refused:
                read(kit, files | {"word/document.xml": broken})
            assert "Word" in refused.value.findings[0].message or "文档" in refused.value.findings[0].message

    def test_no_main_part(self, kit: Kit) -> None:
        files = {name: data for name, data in printed(kit).items() if name != "_rels/.rels"}
        with pytest.raises(Refused):
            read(kit, files)


def test_line_says_what_its_pieces_say() -> None:
    assert Line((), "").text == ""


def test_symbols_and_formulas_of_a_table(kit: Kit) -> None:
    """A bound that was put in as a symbol is read; a sign that only its font knows is left out."""
    space = "http://schemas.openxmlformats.org/officeDocument/2006/math"
    files = printed(kit, table(["甲", "乙", "丙"]))
    for old, new in {
        "甲": '</w:t></w:r><w:r><w:sym w:font="Symbol" w:char="F0B3"/><w:t>40处',
        "乙": '</w:t></w:r><w:r><w:sym w:font="Wingdings" w:char="F0FE"/><w:t>是',
        "丙": f'</w:t></w:r><m:oMath xmlns:m="{space}"><m:t>7/8</m:t></m:oMath><w:r><w:t>',
    }.items():
        files = changed(files, old, new)
    (grid,), changes = read_body(kit.zipped(files), SPAN)
    assert isinstance(grid, Table)
    assert [[text_of_cell(cell) for cell in row.cells] for row in grid.rows] == [["≥40处", "是", "7/8"]]
    assert changes == 0
