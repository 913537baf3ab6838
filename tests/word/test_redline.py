"""Redlines of small documents: each thing that can come, go or change."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from openxml_audit import OpenXmlValidator

from generator.base.diagnostics import Refused
from generator.word.redline.compare import Redline, redline
from tests.tracked import accepted, content, part, plain, rejected, tracked_texts
from tests.word.conftest import OFFICE, Kit, W, package, paragraph, run, table

AUTHOR, DATE = "某局", "2022-05-20T00:00:00Z"
Q = f"{{{W}}}"
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f645400000"
    "000049454e44ae426082"
)
NOTE = '<w:footnote w:id="{}">{}</w:footnote>'
PART_TEXT = {"word/footnotes.xml", "word/header1.xml", "word/footer1.xml"}


@pytest.fixture
def track(tmp_path: Path) -> Callable[[bytes, bytes], Redline]:
    """The redline of two files; it is valid, and leads to both of them in every part that holds text."""

    def make(old: bytes, new: bytes) -> Redline:
        made = redline(old, new, AUTHOR, DATE)
        file = tmp_path / "稿.docx"
        file.write_bytes(made.data)
        assert [str(error) for error in OpenXmlValidator().validate(file).errors] == []
        assert content(accepted(part(made.data))) == content(part(new))
        assert content(rejected(part(made.data))) == content(part(old))
        return made

    return make


Track = Callable[[bytes, bytes], Redline]


def body(*blocks: str) -> bytes:
    return package("".join(blocks))


def tracked(made: Redline, name: str = "word/document.xml") -> tuple[list[str], list[str]]:
    root = part(made.data, name)
    return tracked_texts(root, "del"), tracked_texts(root, "ins")


def flags(made: Redline) -> list[str]:
    """For each paragraph, whether its mark came (i), went (d) or stayed (-)."""
    return [
        next((name[0] for name in ("ins", "del") if one.find(f"{Q}pPr/{Q}rPr/{Q}{name}") is not None), "-")
        for one in part(made.data).iter(f"{Q}p")
    ]


def with_parts(parts: dict[str, bytes], data: bytes, relations: str = "", types: str = "") -> bytes:
    """A Word file with more parts, which its text leads to."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            content_of = old.read(name)
            if name == "word/_rels/document.xml.rels":
                content_of = content_of.replace(b"</Relationships>", f"{relations}</Relationships>".encode())
            if name == "[Content_Types].xml":
                content_of = content_of.replace(b"</Types>", f"{types}</Types>".encode())
            new.writestr(name, content_of)
        for name, more in parts.items():
            new.writestr(name, more)
    return buffer.getvalue()


def picture(number: int, title: str = "") -> str:
    return (
        '<w:p><w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="9525" cy="9525"/>'
        f'<wp:docPr id="{number}" name="图 {number}"{f" title={chr(34)}{title}{chr(34)}" if title else ""}/>'
        '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture">'
        '<pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:nvPicPr>'
        f'<pic:cNvPr id="{number}" name="图"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill>'
        '<a:blip r:embed="rIdPicture"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
        '<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="9525" cy="9525"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic>'
        "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
    )


def pictured(body_xml: str, data: bytes = PIXEL) -> bytes:
    relation = f'<Relationship Id="rIdPicture" Type="{OFFICE}/image" Target="media/image1.png"/>'
    kind = '<Default Extension="png" ContentType="image/png"/>'
    return with_parts({"word/media/image1.png": data}, package(body_xml), relation, kind)


class TestParagraphs:
    def test_figures_change_whole(self, track: Track) -> None:
        made = track(body(paragraph("完成率71.43%，得1.43分。")), body(paragraph("完成率85.71%，得1.71分。")))
        assert tracked(made) == (["71.43%", "1.43"], ["85.71%", "1.71"])

    def test_a_figure_that_is_cut_over_runs_is_one(self, track: Track) -> None:
        bold = "<w:rPr><w:b/></w:rPr>"
        old = body(f"<w:p>{run('得10')}{run('2.34', bold)}{run('分')}</w:p>")
        made = track(old, body(f"<w:p>{run('得102')}{run('.62', bold)}{run('分')}</w:p>"))
        assert tracked(made) == (["102.34"], ["102.62"])

    def test_one_that_came_or_went_is_marked_with_its_mark(self, track: Track) -> None:
        old = body(*map(paragraph, ("第一段说的是甲事", "第二段说的是乙事", "末段")))
        new = body(*map(paragraph, ("第一段说的是甲事", "新来的一段话", "末段")))
        made = track(old, new)
        assert tracked(made) == (["第二段说的是乙事"], ["新来的一段话"])
        assert flags(made) == ["-", "d", "i", "-"]

    def test_one_that_was_cut_in_two_has_a_new_mark_and_no_new_text(self, track: Track) -> None:
        first, second = "全年派出监测人员508人次，保障考试；", "持续整治伪基站，维护群众财产安全。"
        made = track(body(paragraph(first + second)), body(paragraph(first), paragraph(second)))
        assert tracked(made) == ([], [])
        assert flags(made) == ["i", "-"]
        back = track(body(paragraph(first), paragraph(second)), body(paragraph(first + second)))
        assert tracked(back) == ([], [])
        assert flags(back) == ["d", "-"]

    def test_at_the_end_it_is_the_mark_before_that_is_new(self, track: Track) -> None:
        made = track(body(paragraph("首段")), body(paragraph("首段"), paragraph("又一段", style="")))
        assert flags(made) == ["i", "-"]
        back = track(body(paragraph("首段"), paragraph("又一段")), body(paragraph("首段")))
        assert flags(back) == ["d", "-"]

    def test_behind_a_new_table_at_the_end_the_text_is_shown_as_moved(self, track: Track) -> None:
        end = paragraph("首段")
        for old, new in ((body(end), body(end, table(["格"]), paragraph("尾"))),):
            assert flags(track(old, new))[-1] == "-"
            assert flags(track(new, old))[-1] == "-"

    def test_a_format_that_changed_is_a_change_of_format(self, track: Track) -> None:
        old = body(f"<w:p>{run('文字')}</w:p>")
        new = body(f"<w:p><w:pPr><w:jc w:val='center'/></w:pPr>{run('文字', '<w:rPr><w:b/></w:rPr>')}</w:p>")
        made = track(old, new)
        assert tracked(made) == ([], [])
        assert {one.tag.removeprefix(Q) for one in part(made.data).iter() if one.get(f"{Q}author")} == {
            "pPrChange",
            "rPrChange",
        }

    def test_breaks_and_tabs_are_text_too(self, track: Track) -> None:
        made = track(
            body("<w:p><w:r><w:t>甲</w:t><w:br/><w:t>乙</w:t></w:r></w:p>"),
            body("<w:p><w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t></w:r></w:p>"),
        )
        assert made.count == 2

    def test_what_is_no_run_comes_and_goes_whole(self, track: Track) -> None:
        space = "http://schemas.openxmlformats.org/officeDocument/2006/math"
        sum_of = '<w:p>{}<m:oMath xmlns:m="{}"><m:r><m:t>{}</m:t></m:r></m:oMath>{}</w:p>'
        old, new = (body(sum_of.format(run("得"), space, what, run("分"))) for what in ("a", "b"))
        root = part(track(old, new).data)
        found = [root.find(f".//{Q}{kind}/{{{space}}}oMath") for kind in ("del", "ins")]
        assert ["".join(one.itertext()) for one in found if one is not None] == ["a", "b"]
        assert track(old, old).count == 0

    def test_bookmarks_are_those_of_the_newer_one(self, track: Track) -> None:
        mark = '<w:bookmarkStart w:id="7" w:name="此处"/>{}<w:bookmarkEnd w:id="7"/>'
        old = body(f"<w:p>{run('甲')}{mark.format(run('乙'))}</w:p>", paragraph("尾"))
        new = body(
            mark.format(f"<w:p>{run('甲')}{run('丙乙')}</w:p>"),
            f"<w:p>{mark.replace('7', '8').replace('此处', '彼处').format(run('尾5'))}</w:p>",
        )
        root = part(track(old, new).data)
        assert [one.get(f"{Q}name") for one in root.iter(f"{Q}bookmarkStart")] == ["此处", "彼处"]
        ids = [one.get(f"{Q}id") for one in root.iter() if one.get(f"{Q}author")]
        assert not {"7", "8"} & set(ids)


def complex_field(instruction: str, result: str, *, end: bool = True) -> str:
    sign = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    words = f"<w:r><w:instrText xml:space='preserve'> {instruction} </w:instrText></w:r>"
    return f"{sign.format('begin')}{words}{sign.format('separate')}{run(result)}{sign.format('end') if end else ''}"


class TestFieldsAndLinks:
    def test_a_field_comes_and_goes_whole(self, track: Track) -> None:
        made = track(
            body(f"<w:p>{run('见')}{complex_field('REF a', '表2-1')}{run('。')}</w:p>"),
            body(f"<w:p>{run('见')}{complex_field('REF a', '表2-2')}{run('。')}</w:p>"),
        )
        assert tracked(made) == (["表2-1"], ["表2-2"])
        signs = list(part(made.data).iter(f"{Q}fldChar"))
        assert len(signs) == 6
        assert [one.text for one in part(made.data).iter(f"{Q}delInstrText")] == [" REF a "]

    def test_one_that_points_to_a_renumbered_place_did_not_change(self) -> None:
        old = body(f"<w:p>{complex_field('REF _Ref000900001 h', '表2-1')}</w:p>")
        made = redline(old, body(f"<w:p>{complex_field('REF _Ref000900007 h', '表2-1')}</w:p>"), AUTHOR, DATE)
        assert made.count == 0

    def test_a_contents_list_over_paragraphs_begins_and_ends_once(self, track: Track) -> None:
        begin = complex_field("TOC", "一、基本情况", end=False)
        end = '<w:p><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
        old = body(f"<w:p>{begin}</w:p>", paragraph("二、自评情况"), end)
        new = body(
            f"<w:p>{begin.replace('一、基本情况', '一、总的说明')}</w:p>",
            paragraph("二、自评情况"),
            paragraph("三、其他"),
            end,
        )
        made = track(old, new)
        assert sorted(str(one.get(f"{Q}fldCharType")) for one in part(made.data).iter(f"{Q}fldChar")) == [
            "begin", "end", "separate",
        ]  # fmt: skip

    def test_a_link_stays_one_link(self, track: Track) -> None:
        link = '<w:hyperlink w:anchor="此处" w:history="1">{}</w:hyperlink>'
        made = track(body(f"<w:p>{link.format(run('第5页'))}</w:p>"), body(f"<w:p>{link.format(run('第6页'))}</w:p>"))
        assert len(list(part(made.data).iter(f"{Q}hyperlink"))) == 1
        assert tracked(made) == (["5"], ["6"])

    def test_a_link_that_went_leads_where_it_led(self, track: Track) -> None:
        relation = (
            f'<Relationship Id="rIdL" Type="{OFFICE}/hyperlink" Target="https://example.org/" TargetMode="External"/>'
        )
        link = f'<w:p><w:hyperlink r:id="rIdL">{run("来源的网页")}</w:hyperlink></w:p>'
        old = with_parts({}, body(link, paragraph("尾")), relation)
        made = track(old, body(paragraph("尾")))
        relations = zipfile.ZipFile(io.BytesIO(made.data)).read("word/_rels/document.xml.rels").decode()
        (found,) = part(made.data).iter(f"{Q}hyperlink")
        assert f'Id="{found.get("{" + OFFICE + "}id")}"' in relations
        assert "https://example.org/" in relations

    def test_a_simple_field_has_its_changes_inside(self, track: Track) -> None:
        simple = '<w:p><w:fldSimple w:instr=" PAGE ">{}</w:fldSimple></w:p>'
        made = track(body(simple.format(run("第1页"))), body(simple.format(run("第2页"))))
        assert len(list(part(made.data).iter(f"{Q}fldSimple"))) == 1


class TestTables:
    ROWS = (["项目", "金额"], ["甲项目经费", "10"], ["乙项目经费", "20"], ["合计", "30"])

    def test_a_row_in_the_middle_and_the_sum(self, track: Track) -> None:
        new = (*self.ROWS[:2], ["新来的项目", "5"], self.ROWS[2], ["合计", "35"])
        made = track(body(table(*self.ROWS), paragraph("")), body(table(*new), paragraph("")))
        assert tracked(made) == (["30"], ["新来的项目", "5", "35"])
        rows = part(made.data).findall(f".//{Q}tr")
        assert [row.find(f"{Q}trPr/{Q}ins") is not None for row in rows] == [False, False, True, False, False]

    def test_rows_whose_numbers_all_move_are_known_by_their_words(self, track: Track) -> None:
        old = [["1", "甲项目", "10", "33%"], ["2", "乙项目", "20", "67%"]]
        new = [["1", "丙的事情", "70", "70%"], ["2", "甲项目", "10", "10%"], ["3", "乙项目", "20", "20%"]]
        made = track(body(table(*old), paragraph("")), body(table(*new), paragraph("")))
        assert tracked(made) == (["1", "33%", "2", "67%"], ["1", "丙的事情", "70", "70%", "2", "10%", "3", "20%"])

    def test_a_vertical_merge_begins_elsewhere(self, track: Track) -> None:
        def merged(*rows: tuple[str, str, str]) -> bytes:
            made = table(*([first, second] for _, first, second in rows))
            for kind, *_ in rows:
                made = made.replace(
                    '<w:tcW w:w="2000" w:type="dxa"/></w:tcPr>', f'<w:tcW w:w="2001" w:type="dxa"/>{kind}</w:tcPr>', 1
                )
                made = made.replace(
                    '<w:tcW w:w="2000" w:type="dxa"/></w:tcPr>', '<w:tcW w:w="2002" w:type="dxa"/></w:tcPr>', 1
                )
            return body(made, paragraph(""))

        top, on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
        made = track(merged((top, "甲组", "第一项指标"), (on, "", "第二项目标")), merged((top, "甲组", "第二项目标")))
        assert tracked(made) == (["甲组", "第一项指标"], ["甲组"])
        assert part(made.data).find(f".//{Q}tcPrChange") is not None

    def test_other_columns_make_another_table(self, track: Track) -> None:
        made = track(body(table(["甲", "乙"]), paragraph("")), body(table(["甲", "乙", "丙"]), paragraph("")))
        assert len(part(made.data).findall(f".//{Q}tbl")) == 2

    def test_rows_with_other_cells_are_others(self, track: Track) -> None:
        wide = table(["甲", "乙"], ["丙", "丁"])
        spanned = wide.replace(table(["丙", "丁"]).partition("<w:tr>")[2].partition("</w:tbl>")[0], "", 1)
        assert spanned != wide
        row = (
            '<w:tr><w:tc><w:tcPr><w:tcW w:w="4000" w:type="dxa"/><w:gridSpan w:val="2"/></w:tcPr>'
            + paragraph("丙丁")
            + "</w:tc></w:tr>"
        )
        made = track(body(wide, paragraph("")), body(wide.replace("</w:tbl>", f"{row}</w:tbl>"), paragraph("")))
        assert tracked(made) == ([], ["丙丁"])

    def test_a_table_that_came_or_went(self, track: Track) -> None:
        with_table = body(paragraph("前"), table(["甲", "乙"], ["丙", "丁"]), paragraph("后"))
        without = body(paragraph("前"), paragraph("后"))
        assert tracked(track(without, with_table)) == ([], ["甲", "乙", "丙", "丁"])
        assert tracked(track(with_table, without)) == (["甲", "乙", "丙", "丁"], [])

    def test_paragraphs_in_a_cell_end_in_a_mark_that_stays(self, track: Track) -> None:
        old = table([paragraph("甲") + paragraph("乙")])
        new = table([paragraph("甲") + paragraph("乙") + paragraph("丙")])
        made = track(body(old, paragraph("")), body(new, paragraph("")))
        cell = part(made.data).find(f".//{Q}tc")
        assert cell is not None
        assert cell.findall(f"{Q}p")[-1].find(f"{Q}pPr/{Q}rPr/{Q}ins") is None

    def test_properties_of_table_and_row_are_changes_of_format(self, track: Track) -> None:
        old = table(["甲"]).replace("<w:tr>", "<w:tr><w:trPr><w:cantSplit/></w:trPr>")
        new = (
            table(["甲"])
            .replace("<w:tblPr>", '<w:tblPr><w:jc w:val="center"/>')
            .replace(
                '<w:tblPr><w:jc w:val="center"/><w:tblW w:w="0" w:type="auto"/>',
                '<w:tblPr><w:tblW w:w="0" w:type="auto"/><w:jc w:val="center"/>',
            )
        )
        made = track(body(old, paragraph("")), body(new, paragraph("")))
        assert {one.tag.removeprefix(Q) for one in part(made.data).iter() if one.get(f"{Q}author")} == {
            "tblPrChange",
            "trPrChange",
        }


class TestBeside:
    def test_headers_and_footers(self, track: Track) -> None:
        old = package(paragraph("文"), {"header1": paragraph("2021年"), "footer1": paragraph("第1页")})
        new = package(paragraph("文"), {"header1": paragraph("2022年"), "footer1": paragraph("第1页")})
        made = track(old, new)
        assert tracked(made, "word/header1.xml") == (["2021"], ["2022"])
        assert plain(rejected(part(made.data, "word/header1.xml"))) == ["2021年"]
        assert plain(accepted(part(made.data, "word/header1.xml"))) == ["2022年"]
        assert made.remarks == ()

    def test_a_header_that_came_is_told(self, track: Track) -> None:
        made = track(package(paragraph("文")), package(paragraph("文"), {"header1": paragraph("页眉")}))
        assert "第 1 节有页眉或页脚增减，修订稿里只有新的" in made.remarks

    def test_another_page_is_told(self, track: Track) -> None:
        new = package(paragraph("文"))
        turned = zip_with(new, "word/document.xml", b'w:w="11906" w:h="16838"', b'w:w="16838" w:h="11906"')
        assert track(new, turned).remarks == ("第 1 节的页面设置有变化，修订稿里只有新的",)

    def test_a_section_that_vanished_goes_with_its_text(self, track: Track) -> None:
        section = '<w:p><w:pPr><w:sectPr><w:pgSz w:w="11906" w:h="16838"/></w:sectPr></w:pPr></w:p>'
        made = track(
            body(paragraph("甲"), section, paragraph("附表的说明"), paragraph("尾")),
            body(paragraph("甲"), paragraph("尾")),
        )
        assert tracked(made) == (["附表的说明"], [])

    @staticmethod
    def noted(*notes: str, text: str = "正文") -> bytes:
        marks = "".join(f'<w:r><w:footnoteReference w:id="{number}"/></w:r>' for number in range(1, len(notes) + 1))
        first = '<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
        listed = "".join(NOTE.format(number, paragraph(note)) for number, note in enumerate(notes, 1))
        return package(f"<w:p>{run(text)}{marks}</w:p>", {"footnotes": first + listed})

    def test_a_section_that_went_leaves_its_headers_behind(self) -> None:
        section = (
            '<w:p><w:pPr><w:sectPr><w:headerReference w:type="default" r:id="rId1"/><w:pgSz w:w="11906" w:h="16838"/>'
            "</w:sectPr></w:pPr></w:p>"
        )
        old = package(paragraph("甲") + section + paragraph("尾"), {"header1": paragraph("页眉")})
        new = package(paragraph("甲") + paragraph("尾"), {"header1": paragraph("页眉")})
        made = redline(old, new, AUTHOR, DATE)
        assert len(list(part(made.data).iter(f"{Q}headerReference"))) == 1
        assert len(list(part(made.data).iter(f"{Q}sectPr"))) == 2

    def test_a_reference_to_no_note_is_left_alone(self) -> None:
        lost = self.noted("一条")
        for old, new in ((lost, body(paragraph("正文"))), (body(paragraph("正文")), lost)):
            bare = zip_with(old, "word/document.xml", b'w:id="1"', b'w:id="9"')
            other = zip_with(new, "word/document.xml", b'w:id="1"', b'w:id="9"')
            made = redline(bare, other, AUTHOR, DATE)
            (found,) = part(made.data).iter(f"{Q}footnoteReference")
            assert found.get(f"{Q}id") == "9"

    def test_a_note_that_changed(self, track: Track) -> None:
        made = track(self.noted("来源：甲表"), self.noted("来源：乙表"))
        assert tracked(made, "word/footnotes.xml") == (["甲"], ["乙"])
        assert tracked(made) == ([], [])

    def test_notes_that_came_and_went(self, track: Track) -> None:
        came = track(self.noted("一条"), self.noted("一条", "又一条"))
        assert tracked(came, "word/footnotes.xml") == ([], ["又一条"])
        went = track(self.noted("一条", "又一条"), self.noted("一条"))
        assert tracked(went, "word/footnotes.xml") == (["又一条"], [])
        ids = [one.get(f"{Q}id") for one in part(went.data, "word/footnotes.xml")]
        assert len(set(ids)) == len(ids) == 3
        (gone,) = [one for one in part(went.data).iter(f"{Q}footnoteReference") if one.get(f"{Q}id") != "1"]
        assert gone.get(f"{Q}id") in ids

    def test_one_note_that_two_places_refer_to_is_marked_once(self, track: Track) -> None:
        def twice(note: str) -> bytes:
            return zip_with(
                self.noted(note),
                "word/document.xml",
                b"</w:p>",
                b'<w:r><w:footnoteReference w:id="1"/></w:r></w:p>',
            )

        assert tracked(track(twice("甲表"), twice("乙表")), "word/footnotes.xml") == (["甲"], ["乙"])


def zip_with(data: bytes, name: str, old: bytes, new: bytes) -> bytes:
    """The package with something replaced, once, in one of its parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(buffer, "w") as after:
        for one in before.namelist():
            text = before.read(one)
            after.writestr(one, text.replace(old, new, 1) if one == name else text)
    return buffer.getvalue()


def test_the_comment_of_deleted_text_is_not_referred_to() -> None:
    """The newer file has another comment of that number, or none."""
    start, end = (f'<w:commentRange{edge} w:id="0"/>' for edge in ("Start", "End"))
    reference = '<w:r><w:commentReference w:id="0"/></w:r>'
    about = f'<w:comment w:id="0" w:author="审">{paragraph("核对")}</w:comment>'
    old = package(paragraph("首") + f"<w:p>{start}{run('旧的')}{end}{reference}</w:p>", {"comments": about})
    for new in (body(paragraph("首")), package(paragraph("首"), {"comments": about})):
        made = redline(old, new, AUTHOR, DATE)
        assert tracked(made)[0] == ["旧的"]
        assert part(made.data).find(f".//{Q}commentReference") is None


class TestPictures:
    def test_one_that_changed_is_the_new_one_and_told(self, track: Track) -> None:
        old, new = pictured(picture(1)), pictured(picture(2), PIXEL + b"\0")
        made = track(old, new)
        assert made.count == 0
        assert made.remarks == ("图片有变化，修订稿里只有新的",)
        named = track(pictured(picture(1, "位置图")), pictured(picture(1, "位置图"), PIXEL + b"\0"))
        assert named.remarks == ("图片「位置图」有变化，修订稿里只有新的",)

    def test_one_that_only_has_another_number_did_not_change(self, track: Track) -> None:
        made = track(pictured(picture(1)), pictured(picture(9)))
        assert (made.count, made.remarks) == (0, ())

    def test_one_that_went_is_still_there_to_be_seen(self, track: Track) -> None:
        made = track(pictured(picture(1) + paragraph("尾")), body(paragraph("尾")))
        package_of = zipfile.ZipFile(io.BytesIO(made.data))
        (name,) = [name for name in package_of.namelist() if name.endswith(".png")]
        assert package_of.read(name) == PIXEL
        assert part(made.data).find(f".//{Q}del//{Q}drawing") is not None

    def test_one_that_stood_twice_is_brought_once(self, track: Track) -> None:
        made = track(pictured(picture(1) + picture(2) + paragraph("尾")), body(paragraph("尾")))
        names = zipfile.ZipFile(io.BytesIO(made.data)).namelist()
        assert len([name for name in names if name.endswith(".png")]) == 1
        ids = [one.get("id") for one in part(made.data).iter() if one.tag.endswith("}docPr")]
        assert len(set(ids)) == 2

    def test_a_chart_that_went_keeps_its_figures(self, track: Track) -> None:
        chart = picture(1).replace("drawingml/2006/picture", "drawingml/2006/chart", 1)
        start, end = chart.index("<pic:pic "), chart.index("</a:graphicData>")
        space = "http://schemas.openxmlformats.org/drawingml/2006/chart"
        chart = f'{chart[:start]}<c:chart xmlns:c="{space}" r:id="rIdChart"/>{chart[end:]}'
        relation = f'<Relationship Id="rIdChart" Type="{OFFICE}/chart" Target="charts/chart1.xml"/>'
        below = (
            '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="rId1" Type="{OFFICE}/package" Target="../embeddings/book.xlsx"/>'
            f'<Relationship Id="rId2" Type="{OFFICE}/hyperlink" Target="https://example.org/" TargetMode="External"/>'
            "</Relationships>"
        )
        kinds = (
            '<Default Extension="xlsx" '
            'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"/>'
            '<Override PartName="/word/charts/chart1.xml" '
            'ContentType="application/vnd.openxmlformats-officedocument.drawingml.chart+xml"/>'
        )
        drawn = f'<c:chartSpace xmlns:c="{space}"><c:chart><c:plotArea/></c:chart></c:chartSpace>'

        def charted(book: bytes) -> bytes:
            parts = {
                "word/charts/chart1.xml": drawn.encode(),
                "word/charts/_rels/chart1.xml.rels": below.encode(),
                "word/embeddings/book.xlsx": book,
            }
            return with_parts(parts, body(chart, paragraph("尾")), relation, kinds)

        made = redline(charted(b"book"), body(paragraph("尾")), AUTHOR, DATE)
        files = zipfile.ZipFile(io.BytesIO(made.data))
        (book,) = [name for name in files.namelist() if name.endswith(".xlsx")]
        assert files.read(book) == b"book"
        (name,) = [name for name in files.namelist() if "charts/_rels" in name]
        assert f'Target="{book.replace("word/", "../")}"' in files.read(name).decode()
        assert "https://example.org/" in files.read(name).decode()
        assert redline(charted(b"book"), charted(b"kool"), AUTHOR, DATE).remarks == ("图表有变化，修订稿里只有新的",)
        assert redline(charted(b"book"), charted(b"book"), AUTHOR, DATE).remarks == ()
        assert track(body(paragraph("尾")), body(paragraph("尾"))).count == 0

    def test_one_that_leads_nowhere_does_not_lead_elsewhere(self) -> None:
        lost = picture(1).replace("rIdPicture", "rIdLost")
        made = redline(body(lost, paragraph("尾")), body(paragraph("尾")), AUTHOR, DATE)
        assert b"rIdLost" not in zipfile.ZipFile(io.BytesIO(made.data)).read("word/document.xml")

    def test_one_that_came(self, track: Track) -> None:
        made = track(body(paragraph("尾")), pictured(picture(1) + paragraph("尾")))
        assert part(made.data).find(f".//{Q}ins//{Q}drawing") is not None

    def test_the_text_of_a_box_is_compared(self, track: Track) -> None:
        box = (
            '<w:p><w:r><w:pict><v:shape style="width:100pt;height:50pt"><v:textbox><w:txbxContent>{}</w:txbxContent>'
            "</v:textbox></v:shape></w:pict></w:r></w:p>"
        )
        old, new = body(box.format(paragraph("框里5家"))), body(box.format(paragraph("框里6家")))
        made = track(old, new)
        assert tracked(made) == (["5"], ["6"])
        assert made.remarks == ()


class TestWhatComesIn:
    def test_controls_are_taken_off(self) -> None:
        control = f'<w:sdt><w:sdtPr><w:id w:val="5"/></w:sdtPr><w:sdtContent>{run("1.43")}</w:sdtContent></w:sdt>'
        inline = f"<w:p>{run('得')}{control}</w:p>"
        block = f"<w:sdt><w:sdtPr><w:id w:val='6'/></w:sdtPr><w:sdtContent>{paragraph('整段')}</w:sdtContent></w:sdt>"
        made = redline(
            body(inline, block, paragraph("尾")),
            body(paragraph("得1.71"), paragraph("整段"), paragraph("尾")),
            AUTHOR,
            DATE,
        )
        assert tracked(made) == (["1.43"], ["1.71"])
        made = redline(
            body(paragraph("得1.71"), paragraph("整段"), paragraph("尾")),
            body(inline, block, paragraph("尾")),
            AUTHOR,
            DATE,
        )
        assert part(made.data).find(f".//{Q}sdt") is None
        assert tracked(made) == (["1.71"], ["1.43"])

    def test_changes_that_were_tracked_before_are_accepted(self) -> None:
        who = 'w:id="1" w:author="x" w:date="2021-01-01T00:00:00Z"'
        old_row = f"<w:tr><w:trPr><w:del {who}/></w:trPr><w:tc><w:tcPr/>{paragraph('去')}</w:tc></w:tr>"
        new_row = f"<w:tr><w:trPr><w:ins {who}/></w:trPr><w:tc><w:tcPr/>{paragraph('来')}</w:tc></w:tr>"
        gone = "<w:r><w:delText>丙</w:delText></w:r>"
        messy = body(
            f"<w:p>{run('甲')}<w:ins {who}>{run('乙')}</w:ins><w:del {who}>{gone}</w:del></w:p>",
            f"<w:p><w:pPr><w:rPr><w:del {who}/></w:rPr></w:pPr>{run('半')}</w:p>",
            f"<w:p><w:pPr><w:jc w:val='center'/></w:pPr>{run('段')}</w:p>",
            table(["x"]).partition("<w:tr>")[0] + old_row + new_row + "</w:tbl>",
            table(["x"]).partition("<w:tr>")[0] + old_row + "</w:tbl>",
            table(["x"]).partition("<w:tr>")[0]
            + f"<w:tr><w:tc><w:tcPr><w:cellDel {who}/></w:tcPr>{paragraph('格')}</w:tc></w:tr></w:tbl>",
            f"<w:p><w:pPr><w:rPr><w:del {who}/></w:rPr></w:pPr></w:p>",
        )
        clean = body(
            paragraph("甲乙"),
            f"<w:p><w:pPr><w:jc w:val='center'/></w:pPr>{run('半段')}</w:p>",
            table(["x"]).partition("<w:tr>")[0] + f"<w:tr><w:tc><w:tcPr/>{paragraph('来')}</w:tc></w:tr></w:tbl>",
            paragraph(""),
        )
        for old, new in ((messy, clean), (clean, messy)):
            made = redline(old, new, AUTHOR, DATE)
            assert (tracked(made), made.count) == (([], []), 0) or tracked(made) == ([], [])
            assert plain(part(made.data)) == ["甲乙", "半段", "|来", ""]

    def test_styles_that_the_newer_one_lacks_come_along(self) -> None:
        style = (
            '<w:style w:type="paragraph" w:styleId="{}"><w:name w:val="{}"/>{}<w:next w:val="X"/>'
            '<w:pPr><w:numPr><w:numId w:val="3"/></w:numPr></w:pPr></w:style>'
        )
        both = style.format("Old", "旧式", '<w:basedOn w:val="Base"/>') + style.format("Base", "底式", "")
        old = zip_with(
            body(paragraph("旧的一段话", style="Old"), paragraph("尾")),
            "word/styles.xml",
            b"</w:styles>",
            f"{both}</w:styles>".encode(),
        )
        made = redline(old, body(paragraph("尾")), AUTHOR, DATE)
        sheet = zipfile.ZipFile(io.BytesIO(made.data)).read("word/styles.xml").decode()
        assert 'w:styleId="Old"' in sheet
        assert 'w:styleId="Base"' in sheet
        assert "numPr" not in sheet

    def test_what_is_no_word_file_is_refused(self) -> None:
        with pytest.raises(Refused):
            redline(b"PK", body(paragraph("尾")), AUTHOR, DATE)

    @pytest.mark.parametrize("core", [None, "<dc:title>某</dc:title>"])
    def test_its_state_stands_in_its_properties(self, core: str | None) -> None:
        new = package(paragraph("尾"), {"core": core} if core else None)
        data = redline(body(paragraph("甲")), new, AUTHOR, DATE).data
        files = zipfile.ZipFile(io.BytesIO(data))
        root = ET.fromstring(files.read("docProps/core.xml"))  # noqa: S314 - it was just made
        space = "{http://schemas.openxmlformats.org/package/2006/metadata/core-properties}"
        assert root.findtext(f"{space}contentStatus") == "修订稿"
        assert "docProps/core.xml" in files.read("_rels/.rels").decode()


def test_a_layout_of_our_own_and_its_loops(kit: Kit, track: Track) -> None:
    """What the engine prints: rows and paragraphs by data."""
    layout = kit.layout(
        table(["{%tr for 行 in 表 %}"], ["{{ 行 }}"], ["{%tr endfor %}"])
        + paragraph("{%p for 段 in 段落 %}")
        + paragraph("{{ 段 }}")
        + paragraph("{%p endfor %}")
        + paragraph("尾")
    )
    old = layout.render({"表": ["甲行", "乙行"], "段落": ["第一段的话", "第二段的话"]})
    new = layout.render({"表": ["甲行", "新行", "乙行"], "段落": ["第二段的话"]})
    assert tracked(track(old, new)) == (["第一段的话"], ["新行"])
