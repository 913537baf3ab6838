"""Reading a Word file back: its lines with the values in them, whatever an office program made of them meanwhile."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest

from generator.base.amount import Amount
from generator.base.diagnostics import Span
from generator.base.errors import Refused
from generator.base.passage import Origin, Passage
from generator.word.finished.reading_back import Line, ReadBack, read_back
from tests.word.conftest import Kit, paragraph, run, table

SPAN = Span("改稿.docx")
VALUES = {
    "名": Passage.of("某局", Origin("部门.名称")),
    "数": Amount(Fraction(3), "3", Origin("评分.总分", computed=True)),
    "文": Passage.of("一行\n二行", Origin("说明")),
}
BODY = paragraph("名称：{{ 名 }}。") + table(["{{ 名 }}", "{{ 数 }}分"]) + paragraph("{{ 文 }}")


def printed(kit: Kit, body: str = BODY, **parts: str) -> dict[str, bytes]:
    """The files of a report with controls."""
    return kit.render(body, VALUES, parts or None, controls=True).files


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
        assert shown(read(kit, printed(kit))) == WHOLE

    def test_places_rows_and_styles(self, kit: Kit) -> None:
        document = read(kit, printed(kit, BODY + paragraph("正文", style="Body")))
        assert [(line.place, line.row, line.style) for line in document.lines] == [
            ("第 1 段「名称：某局。」", 0, ""),
            ("表 1 行 1 列 1", 1, ""),
            ("表 1 行 1 列 2", 1, ""),
            ("第 2 段「一行\n二行」", 0, ""),
            ("第 3 段「正文」", 0, "Body"),
        ]

    def test_values(self, kit: Kit) -> None:
        document = read(kit, printed(kit))
        assert {held.key: (held.kept, held.stored) for held in document.values.values()} == {
            ("部门.名称", False, "", 1, 1): ("某局", "某局"),
            ("评分.总分", True, "", 1, 1): ("3", None),
            ("说明", False, "", 1, 1): ("一行\n二行", None),
        }

    def test_plain_file_has_no_values(self, kit: Kit) -> None:
        document = read_back(kit.render(BODY, VALUES).data, SPAN)
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
        document = read(kit, printed(kit, box))
        assert shown(document) == [[("外面", "")], [("盒中", ""), ("某局", "部门.名称")]]


class TestByOtherPrograms:
    def test_without_tags(self, kit: Kit) -> None:
        """LibreOffice 7.4 drops them: what a control is bound to, and else its title, tells."""
        files = printed(kit)
        text = re.sub(r'<w:tag w:val="jx\d+"/>', "", files["word/document.xml"].decode())
        assert shown(read(kit, files | {"word/document.xml": text.encode()})) == WHOLE

    def test_titles_of_several_values_of_one_path(self, kit: Kit) -> None:
        values = {"数": [Amount(Fraction(n), str(n), Origin("指标.甲.取值", computed=True)) for n in (1, 2, 3)]}
        files = kit.render(paragraph("{{ 数[0] }}和{{ 数[1] }}和{{ 数[2] }}"), values, controls=True).files
        text = re.sub(r'<w:tag w:val="jx\d+"/>', "", files["word/document.xml"].decode())
        document = read(kit, files | {"word/document.xml": text.encode()})
        assert [piece.value for piece in document.lines[0].pieces] == [1, 0, 2, 0, 3]

    def test_copies_of_a_control(self, kit: Kit) -> None:
        """LibreOffice 7.4 writes a control with Chinese text several times over, the first time as it should be."""
        files = printed(kit, paragraph("名称：{{ 名 }}。") + paragraph("后"))
        text = re.sub(r'<w:tag w:val="jx\d+"/>', "", files["word/document.xml"].decode())
        (control,) = re.findall(r"<w:sdt>.*?</w:sdt>", text)
        twice = control.replace("某局", "某局某局")
        broken = text.replace(control, f"{control}{twice}</w:p><w:p>{twice}{control}")
        assert shown(read(kit, files | {"word/document.xml": broken.encode()})) == [
            [("名称：", ""), ("某局", "部门.名称")],
            [("。", "")],
            [("后", "")],
        ]

    def test_same_value_in_two_cells_is_no_copy(self, kit: Kit) -> None:
        files = printed(kit, table(["{{ 名 }}", "{{ 名 }}"]))
        text = re.sub(r'<w:tag w:val="jx\d+"/>', "", files["word/document.xml"].decode())
        assert len(read(kit, files | {"word/document.xml": text.encode()}).lines) == 2

    def test_stores_under_other_names(self, kit: Kit) -> None:
        files = printed(kit)
        moved = {name.replace("customXml/item", "customXml/item7"): data for name, data in files.items()}
        assert shown(read(kit, moved)) == WHOLE

    def test_controls_that_are_not_ours(self, kit: Kit) -> None:
        foreign = f"<w:sdt><w:sdtPr><w:tag w:val='jx99'/></w:sdtPr><w:sdtContent>{run('外来')}</w:sdtContent></w:sdt>"
        bare = f"<w:sdt><w:sdtContent>{run('无名')}</w:sdtContent></w:sdt>"
        files = changed(
            printed(kit), '<w:p><w:r><w:t xml:space="preserve">名称：', f"<w:p>{foreign}{bare}{run('名称：')}<w:r><w:t>"
        )
        assert shown(read(kit, files))[0] == [("外来无名名称：", ""), ("某局", "部门.名称"), ("。", "")]

    def test_emptied_control_shows_a_placeholder(self, kit: Kit) -> None:
        files = changed(printed(kit), '<w:tag w:val="jx1"/>', '<w:tag w:val="jx1"/><w:showingPlcHdr/>')
        assert shown(read(kit, files))[:2] == [[("名称：", ""), ("", "部门.名称"), ("。", "")], [("", "部门.名称")]]

    def test_runs_of_one_control_are_one_piece(self, kit: Kit) -> None:
        files = changed(printed(kit), "某局</w:t></w:r>", "某</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>局</w:t></w:r>")
        assert shown(read(kit, files)) == WHOLE


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

    def test_control_that_was_deleted_whole(self, kit: Kit) -> None:
        files = printed(kit, paragraph("甲{{ 名 }}乙"))
        text = re.sub(r"(<w:sdt>.*?</w:sdt>)", r"<w:del w:id='1'>\1</w:del>", files["word/document.xml"].decode())
        assert shown(read(kit, files | {"word/document.xml": text.encode()})) == [[("甲乙", "")]]

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
        assert shown(document) == WHOLE


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

    def test_stores_that_others_broke(self, kit: Kit) -> None:
        files = printed(kit)
        name = next(name for name, data in files.items() if b"<jixiao-printed>" in data)
        odd = b'<jixiao-printed><v path="a" part="x" bound="9">b</v></jixiao-printed>'
        document = read(kit, files | {name: odd})
        assert [(held.path, held.part, held.stored) for held in document.values.values()] == [("a", 1, None)]


def test_line_says_what_its_pieces_say() -> None:
    assert Line((), "").text == ""
