"""Finished Word files set into a layout."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import docx
import docx.enum.style
import openxml_audit
import pytest

from generator.base.errors import FileProblem, Refused
from generator.base.picture import read_picture
from generator.word import Layout, SubDocument

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def inner(folder: Path) -> None:
    """A file with headings, a list, a table and a style of its own."""
    document = docx.Document()
    document.add_heading("小标题 {{ 不是标记 }}", 2)
    document.add_paragraph("第一项", style="List Number")
    document.add_paragraph("第二项", style="List Number")
    special = document.styles.add_style("Special", docx.enum.style.WD_STYLE_TYPE.PARAGRAPH)
    special.base_style = document.styles["Quote"]
    document.add_paragraph("特别", style="Special")
    table = document.add_table(1, 2, style="Table Grid")
    table.cell(0, 0).text = "甲 & <乙>"
    document.save(str(folder / "内.docx"))


def host(kit: Any) -> Path:
    document = docx.Document()
    document.add_paragraph("前")
    document.add_paragraph("{%p for x in xs %}")
    document.add_paragraph("{{p x }}")
    document.add_paragraph("{%p endfor %}")
    document.add_paragraph("后", style="List Number")
    path = kit.folder / "外.docx"
    document.save(str(path))
    return Path(path)


def test_its_text_styles_and_tables_come_along(kit: Any) -> None:
    inner(kit.folder)
    sub = SubDocument(kit.folder, "内.docx")
    out = kit.out(Layout.open(host(kit)).render({"xs": [sub]}))
    assert out.lines() == ["前", "小标题 {{ 不是标记 }}", "第一项", "第二项", "特别", "甲 & <乙>", "", "后"]
    path = kit.file(out.data, "成品.docx")
    opened: Any = docx.Document(str(path))
    styles = [paragraph.style.name for paragraph in opened.paragraphs]
    assert styles == ["Normal", "Heading 2", "List Number", "List Number", "Special", "List Number"]
    assert docx.Document(str(path)).styles["Special"].base_style.name == "Quote"
    assert out.xml().count("<w:sectPr") == 1


def test_the_outcome_is_sound_and_always_the_same(kit: Any) -> None:
    inner(kit.folder)
    layout = Layout.open(host(kit))
    first, second = (layout.render({"xs": [SubDocument(kit.folder, "内.docx")] * 2}) for _ in range(2))
    assert first == second
    before = {str(error) for error in openxml_audit.OpenXmlValidator().validate(str(host(kit))).errors}
    after = {
        str(error) for error in openxml_audit.OpenXmlValidator().validate(str(kit.file(first, "成品.docx"))).errors
    }
    assert {error for error in after - before if "stylesWithEffects" not in error} == set()


def test_lists_are_lists_of_their_own(kit: Any) -> None:
    numbering = (
        '<w:abstractNum w:abstractNumId="7"><w:nsid w:val="00000001"/><w:lvl w:ilvl="0"><w:start w:val="1"/>'
        '<w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl></w:abstractNum>'
        '<w:num w:numId="3"><w:abstractNumId w:val="7"/></w:num>'
    )
    item = (
        '<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="{}"/></w:numPr></w:pPr><w:r><w:t>项</w:t></w:r></w:p>'
    )
    kit.file(kit.package(item.format(3) + item.format(99), {"numbering": numbering}), "内.docx")
    sub = SubDocument(kit.folder, "内.docx")
    out = kit.render(kit.paragraph("{{p x }}") * 2, {"x": sub})
    used = [node.get(f"{WORD}val") for node in out.tree().iter(f"{WORD}numId")]
    assert used == ["1", "1"]
    assert "numbering+xml" in out.xml("[Content_Types].xml")
    assert "numbering.xml" in out.xml("word/_rels/document.xml.rels")
    host_lists = kit.render(kit.paragraph("{{p x }}"), {"x": sub}, {"numbering": numbering.replace('"3"', '"5"')})
    kinds = [
        (node.tag.removeprefix(WORD), next(iter(node.attrib.values())))
        for node in host_lists.tree("word/numbering.xml")
    ]
    assert kinds == [("abstractNum", "7"), ("abstractNum", "8"), ("num", "5"), ("num", "6")]
    assert openxml_audit.OpenXmlValidator().validate(str(kit.file(host_lists.data, "成品.docx"))).errors == []


def test_pictures_and_links_come_along(kit: Any, png: bytes) -> None:
    (kit.folder / "p.png").write_bytes(png)
    link = '<w:p><w:hyperlink r:id="web"><w:r><w:t>网页</w:t></w:r></w:hyperlink></w:p>'
    made = kit.layout(kit.paragraph("{{ x }}") + link).render({"x": read_picture(kit.folder / "p.png", "图")})
    inside = {**kit.out(made).files}
    web = '<Relationship Id="web" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink" '
    web += 'Target="https://example.com/" TargetMode="External"/></Relationships>'
    name = "word/_rels/document.xml.rels"
    inside[name] = inside[name].replace(b"</Relationships>", web.encode())
    kit.file(kit.zipped(inside), "内.docx")
    out = kit.render(kit.paragraph("{{p x }}") * 2, {"x": SubDocument(kit.folder, "内.docx")})
    relations = out.xml(name)
    assert relations.count("/image") == 1
    assert relations.count("https://example.com/") == 1
    numbers = [node.get("id") for node in out.tree().iter() if str(node.tag).endswith("}docPr")]
    assert len(set(numbers)) == 2
    assert openxml_audit.OpenXmlValidator().validate(str(kit.file(out.data, "成品.docx"))).errors == []


@pytest.fixture(name="png")
def fixture_png() -> bytes:
    import struct
    import zlib

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">2I5B", 1, 1, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0\0\0\0")) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('<w:p><w:r><w:footnoteReference w:id="1"/></w:r></w:p>', "脚注"),
        ('<w:p><w:r><w:commentReference w:id="1"/></w:r></w:p>', "批注"),
        ('<w:p><w:ins w:id="1" w:author="a"><w:r><w:t>x</w:t></w:r></w:ins></w:p>', "修订"),
        ('<w:p><w:r><w:drawing><wp:inline r:id="chart1"/></w:drawing></w:r></w:p>', "图表"),
    ],
)
def test_what_would_lose_its_other_half_is_refused(kit: Any, body: str, said: str) -> None:
    kit.file(kit.package(body), "内.docx")
    with pytest.raises(Refused) as caught:
        SubDocument(kit.folder, "内.docx")
    assert said in caught.value.findings[0].message


@pytest.mark.parametrize("name", ["../外.docx", "没有.docx"])
def test_files_come_from_the_folder_only(kit: Any, name: str) -> None:
    (kit.folder / "内").mkdir()
    kit.file(kit.package(kit.paragraph("x")), "外.docx")
    with pytest.raises(FileProblem):
        SubDocument(kit.folder / "内", name)
