"""Word files in fields of the kind 文档: set into the report where its layout says, looking as they looked alone."""

from __future__ import annotations

import io
from typing import Any

import docx
import pytest
from docx.enum.section import WD_ORIENT, WD_SECTION
from openxml_audit import OpenXmlValidator

from generator.base.diagnostics import Refused, Span
from generator.base.files import Document
from generator.word.merge.join import open_enclosed

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360f8cfc0000003010100"
    "c9fe92ef0000000049454e44ae426082"
)


def document(made: Any = None, data: bytes = b"", number: int = 3) -> Document:
    out = io.BytesIO(data)
    if made is not None:
        made.save(out)
    return Document(out.getvalue(), "说明.docx", Span("填报.yaml", number, 5), "情况.说明")


def written(*lines: str, style: str = "Normal") -> Any:
    made = docx.Document()
    for line in lines:
        made.add_paragraph(line, style=style)
    return made


def test_its_text_stands_where_the_layout_says(kit: Any) -> None:
    body = kit.paragraph("前") + kit.paragraph("{{p x }}") + kit.paragraph("后")
    values = {"x": document(written("一", "二"))}
    out = kit.render(body, values)
    assert out.lines() == ["前", "一", "二", "后"]
    assert out.data == kit.render(body, values).data
    assert OpenXmlValidator().validate(kit.file(out.data, "成品.docx")).errors == []


def test_its_looks_and_lists_are_its_own(kit: Any) -> None:
    body = kit.paragraph("{%p for x in xs %}") + kit.paragraph("{{p x }}") + kit.paragraph("{%p endfor %}")
    out = kit.render(body, {"xs": [document(written("第一", style="List Number")) for _ in range(2)]})
    styles = [one.style and one.style.name for one in docx.Document(io.BytesIO(out.data)).paragraphs if one.text]
    assert styles == ["文档1 List Number", "文档2 List Number"]
    lists = [one.get(f"{W}val") for one in out.tree("word/styles.xml").iter(f"{W}numId")]
    assert len(lists) == len(set(lists)) > 0


def test_pictures_come_along_and_pages_do_not(kit: Any) -> None:
    made = written("甲")
    made.sections[0].header.paragraphs[0].text = "页眉"
    made.add_section(WD_SECTION.NEW_PAGE)
    made.add_paragraph().add_run().add_picture(io.BytesIO(PIXEL))
    out = kit.render(kit.paragraph("{{p x }}"), {"x": document(made)})
    assert PIXEL in out.files.values()
    assert len(list(out.tree().iter(f"{W}sectPr"))) == 1
    assert not any("header" in name for name in out.files)


def test_a_cell_still_ends_in_a_paragraph(kit: Any) -> None:
    made = docx.Document()
    made.add_table(1, 1).cell(0, 0).text = "格"
    out = kit.render(kit.table([kit.paragraph("{{p x }}")]), {"x": document(made)})
    outer = next(out.tree().iter(f"{W}tc"))
    assert [child.tag for child in outer if child.tag != f"{W}tcPr"] == [f"{W}tbl", f"{W}p"]


def test_it_is_refused_at_the_line_that_names_it(kit: Any) -> None:
    with pytest.raises(Refused) as caught:
        kit.render(kit.paragraph("{{p x }}"), {"x": document(data=b"PK", number=7)})
    (found,) = caught.value.findings
    assert (found.code, found.span.file, found.span.line, found.path) == ("JX537", "填报.yaml", 7, "情况.说明")
    assert "文档「说明.docx」不能放进报告：这不是完好的 Word 文件" in found.message


def test_it_stands_in_the_text_alone(kit: Any) -> None:
    layout = kit.layout(kit.paragraph("正文"), {"header1": kit.paragraph("{{p x }}")})
    with pytest.raises(Refused) as caught:
        layout.render({"x": document(written("一"))})
    assert "Word 文件只能放在正文里" in caught.value.findings[0].message


def test_in_a_line_only_its_name_is_printed(kit: Any) -> None:
    assert kit.render(kit.paragraph("见 {{ x }}"), {"x": document(written("一"))}).lines() == ["见 说明.docx"]


def test_pages_that_lie_are_told() -> None:
    """A wide table would leave the report's paper."""
    made = written("宽表")
    made.sections[0].orientation = WD_ORIENT.LANDSCAPE
    assert [one.code for one in open_enclosed(document(made)).noted] == ["JX559"]
    assert open_enclosed(document(written("正文"))).noted == ()
