"""Word files in other dialects of Open XML, and with objects of other programs in them."""

from __future__ import annotations

import re
from typing import Any

import pytest

from generator.base.diagnostics import Refused, Span
from generator.word import Layout
from generator.word.merge.join import Attachment, attach
from generator.word.opc import own_package, write_package

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
ROOM = re.compile(rb"http://schemas\.openxmlformats\.org/(wordprocessingml|drawingml|officeDocument)/2006/([\w/-]+)")


def strict(kit: Any, data: bytes) -> bytes:
    """The file as Word saves it under 「严格的 Open XML」."""
    files = kit.out(data).files
    for name in [name for name in files if name.endswith((".xml", ".rels")) and name != "[Content_Types].xml"]:
        files[name] = ROOM.sub(rb"http://purl.oclc.org/ooxml/\1/\2", files[name])
    return bytes(kit.zipped(files))


def prefixed(kit: Any, data: bytes) -> bytes:
    """The file as programs write it that number prefixes."""
    files = kit.out(data).files
    for name in [name for name in files if name.startswith("word/") and name.endswith(".xml")]:
        files[name] = re.sub(rb"\bw:|(?<=xmlns:)w(?==)", lambda one: b"ns0" + one[0][1:], files[name])
    return bytes(kit.zipped(files))


def joined(kit: Any, data: bytes) -> tuple[Any, tuple[Any, ...]]:
    guest = Attachment.open(data, "附.docx", "附", Span("x.yaml", 1, 1, 1), "附件[1]")
    return kit.out(write_package(attach(own_package(kit.package(kit.paragraph("报告"))), [guest]))), guest.noted


BODY = (
    '<w:p><w:pPr><w:ind w:hanging="{hanging}" {start}="{indent}"/><w:jc w:val="{end}"/></w:pPr>'
    '<w:r><w:rPr><w:spacing w:val="{gap}"/><w:w w:val="{wide}"/><w:sz w:val="{size}"/></w:rPr>'
    "<w:t>正文{{{{ a }}}}</w:t></w:r></w:p>"
    '<w:tbl><w:tblPr><w:tblW w:w="{whole}" w:type="pct"/><w:tblCellMar><{mar} w:w="{cell}" '
    'w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid><w:gridCol w:w="{column}"/></w:tblGrid><w:tr><w:tc><w:tcPr>'
    '<w:tcW w:w="{column}" w:type="dxa"/>'
    '<w:textDirection w:val="{down}"/></w:tcPr><w:p><w:r><w:t>10pt</w:t></w:r></w:p></w:tc></w:tr></w:tbl>'
)
STRICT = BODY.format(
    start="w:start", indent="21pt", hanging="1cm", end="end", gap="-0.5pt", wide="80%", size="10.5pt", whole="100.0%",
    mar="w:start", cell="5.4pt", column="10mm", down="rl",
)  # fmt: skip
USUAL = BODY.format(
    start="w:left", indent="420", hanging="567", end="right", gap="-10", wide="80", size="21", whole="5000",
    mar="w:left", cell="108", column="567", down="tbRl",
)  # fmt: skip


def test_strict_open_xml_is_read_as_what_it_means(kit: Any) -> None:
    usual = kit.out(Layout.open(kit.package(USUAL)).render({"a": "值"}))
    out = kit.out(Layout.open(strict(kit, kit.package(STRICT))).render({"a": "值"}))
    assert out.xml() == usual.xml()
    assert all(b"purl.oclc" not in data for data in out.files.values())
    attached, noted = joined(kit, strict(kit, kit.package(STRICT.replace("{{ a }}", ""))))
    assert attached.lines()[-2:] == ["正文", "10pt"]
    assert noted == ()
    assert [one.get(f"{W}w") for one in attached.tree().iter(f"{W}tblW")] == ["5000"]


def test_other_prefixes_than_words_own(kit: Any) -> None:
    data = prefixed(kit, kit.package(kit.paragraph("{{ a }}"), {"header1": kit.paragraph("眉{{ a }}")}))
    out = kit.out(Layout.open(data).render({"a": "值"}))
    assert (out.lines(), out.lines("word/header1.xml")) == (["值"], ["眉值"])
    attached, _ = joined(kit, prefixed(kit, kit.package(kit.paragraph("正文"))))
    assert attached.lines()[-1] == "正文"
    assert "ns0:" not in attached.xml()


def with_object(kit: Any, shape: str, target: str = "embeddings/oleObject1.bin", kind: str = "oleObject") -> bytes:
    """A file with an equation, between the marks of its field as Word writes it."""
    marks = [f'<w:r><w:fldChar w:fldCharType="{one}"/></w:r>' for one in ("begin", "separate", "end")]
    body = (
        f"<w:p><w:r><w:t>前</w:t></w:r>{marks[0]}<w:r><w:instrText> EMBED Equation.3 </w:instrText></w:r>{marks[1]}"
        f'<w:r><w:object w:dxaOrig="320" w:dyaOrig="240" xmlns:o="urn:schemas-microsoft-com:office:office">{shape}'
        '<o:OLEObject Type="Embed" ProgID="Equation.3" ShapeID="s1" DrawAspect="Content" ObjectID="_1" r:id="rIdO"/>'
        f"</w:object></w:r>{marks[2]}<w:r><w:t>后</w:t></w:r></w:p>"
    )
    files = kit.out(kit.package(body)).files
    links, types = "word/_rels/document.xml.rels", "[Content_Types].xml"
    made = f'<Relationship Id="rIdO" Type="{OFFICE}/{kind}" Target="{target}"/>'
    made += f'<Relationship Id="rIdP" Type="{OFFICE}/image" Target="media/image1.wmf"/></Relationships>'
    files[links] = files[links].replace(b"</Relationships>", made.encode())
    defaults = "".join(f'<Default Extension="{one}" ContentType="image/x-wmf"/>' for one in ("wmf", "bin"))
    files[types] = files[types].replace(b"<Default", f"{defaults}<Default".encode(), 1)
    return bytes(kit.zipped({**files, f"word/{target}": b"\xd0\xcf", "word/media/image1.wmf": b"\xd7\xcd\xc6\x9a"}))


SHAPE = (
    '<v:shape id="s1" style="width:16pt;height:12pt" o:ole=""><v:imagedata r:id="rIdP" o:title="" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"/></v:shape>'
)


@pytest.mark.parametrize(
    ("target", "kind"), [("embeddings/oleObject1.bin", "oleObject"), ("embeddings/a.xlsx", "package")]
)
def test_of_an_object_its_picture_is_left(kit: Any, target: str, kind: str) -> None:
    data = with_object(kit, SHAPE, target, kind)
    layout = Layout.open(data)
    assert [one.code for one in layout.findings] == ["JX538"]
    attached, noted = joined(kit, data)
    assert [one.code for one in noted] == ["JX554"]
    assert "Equation.3" in noted[0].message
    for out in (kit.out(layout.render({})), attached):
        assert out.lines()[-1] == "前后"
        assert not [name for name in out.files if "embeddings" in name]
        (picture,) = out.tree().iter("{urn:schemas-microsoft-com:vml}imagedata")
        around = picture.getparent().getparent()
        assert (around.tag, dict(around.attrib)) == (f"{W}pict", {})
        assert b"fldChar" not in out.files["word/document.xml"]


def test_an_object_without_a_picture_is_refused(kit: Any) -> None:
    with pytest.raises(Refused) as caught:
        Layout.open(with_object(kit, ""))
    assert any("OLE" in one.message for one in caught.value.findings)
