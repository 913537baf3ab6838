"""Pictures."""

from __future__ import annotations

import base64
import re
import struct
import zlib
from fractions import Fraction
from pathlib import Path
from typing import Any

import openxml_audit
import pytest

from generator.base.files import Picture, measure, read_picture

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def png(width: int = 4, height: int = 2) -> bytes:
    """A whole picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + b"\xff\0\0" * width for _ in range(height))
    head = struct.pack(">2I5B", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


JPEG = (
    b"\xff\xd8\xff\xe0"
    + struct.pack(">H", 16)
    + b"JFIF\0"
    + bytes(9)
    + b"\xff\xc0"
    + struct.pack(">HBHHB", 11, 8, 30, 40, 1)
    + bytes(3)
    + b"\xff\xd9"
)
GIF = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
BMP = b"BM" + bytes(16) + struct.pack("<2i", 7, -5) + bytes(20)


def picture(width: int | None = None, description: str = "图") -> Picture:
    return Picture(png(), measure(png()), description, None if width is None else Fraction(width))


def test_a_picture_comes_with_its_file_and_relationship(kit: Any) -> None:
    values = {"x": picture(40), "y": picture(21, '"厂房"')}
    body = kit.paragraph("前{{ x }}后") + kit.paragraph("{{r y }}") + kit.paragraph("{{p y }}")
    out = kit.render(body, values, {"header1": kit.paragraph("{{ x }}"), "footer1": kit.paragraph("无")})
    assert out.lines() == ["前后", "", ""]
    media = [name for name in out.files if name.startswith("word/media/")]
    assert len(media) == 1
    assert out.files[media[0]] == png()
    assert f'Target="/{media[0]}"' in out.xml("word/_rels/document.xml.rels")
    assert f'Target="/{media[0]}"' in out.xml("word/_rels/header1.xml.rels")
    assert out.xml("[Content_Types].xml").count('ContentType="image/png"') == 1
    extents = [
        (extent.get("cx"), extent.get("cy")) for extent in out.tree().iter() if str(extent.tag).endswith("}extent")
    ]
    assert extents == [("1440000", "720000"), ("756000", "378000"), ("756000", "378000")]
    assert out.xml().count('descr="&quot;厂房&quot;"') == 2
    assert not openxml_audit.OpenXmlValidator().validate(str(kit.file(out.data, "成品.docx"))).errors


def test_where_text_is_wanted_a_picture_is_what_it_shows(kit: Any) -> None:
    out = kit.render(kit.paragraph("{{ x | upper }}{{ x ~ '。' }}"), {"x": picture(description="a图")})
    assert out.lines() == ["A图a图。"]


def test_pictures_in_a_loop_have_numbers_of_their_own(kit: Any) -> None:
    drawing = '<w:r><w:drawing><wp:inline><wp:docPr id="1" name="印章"/></wp:inline></w:drawing></w:r>'
    body = (
        kit.paragraph("{%p for x in xs %}")
        + f"<w:p>{kit.run('{{ x }}')}{drawing}</w:p>"
        + kit.paragraph("{%p endfor %}")
    )
    image = picture()
    layout = kit.layout(body)
    out = kit.out(layout.render({"xs": [image, image]}))
    numbers = [node.get("id") for node in out.tree().iter() if str(node.tag).endswith("}docPr")]
    assert len(set(numbers)) == 4
    assert out.data == layout.render({"xs": [image, image]})


def test_pictures_are_files_of_a_sensible_size(tmp_path: Path) -> None:
    (tmp_path / "大.png").write_bytes(png().replace(struct.pack(">2I", 4, 2), struct.pack(">2I", 20_001, 10_000)))
    with pytest.raises(ValueError, match="20001×10000 像素，超过 20000 万"):
        read_picture(tmp_path / "大.png", "图")
    with (tmp_path / "稀疏.png").open("wb") as file:
        file.truncate(33 * 1024 * 1024)
    with pytest.raises(ValueError, match="图片超过 32 MB"):
        read_picture(tmp_path / "稀疏.png", "图")
    with pytest.raises(ValueError, match="这不是完好的"):
        measure(b"\xff\xd8" + b"\xff\xe0\0\x02" * 2_000 + b"\xff\xc0\0\x0b\x08\0\x1e\0\x28")


def test_a_picture_has_its_own_resolution_and_fits_the_page() -> None:
    wide = b"GIF89a" + struct.pack("<2H", 4000, 1000)
    assert Picture(wide, measure(wide), "图").extent() == (156 * 36_000, 39 * 36_000)
    assert picture().extent() == (38_105, 19_053)
    fine = png().replace(b"IDAT", b"IDAT", 1)
    at = fine.index(b"IDAT") - 4
    fine = fine[:at] + struct.pack(">I4s2IBI", 9, b"pHYs", 1000, 1000, 1, 0) + fine[at:]
    assert Picture(fine, measure(fine), "图").extent() == (144_000, 72_000)
    high = measure(png(1080, 6000))
    assert [Picture(b"", high, "图", wide).extent()[1] for wide in (None, Fraction(120))] == [210 * 36_000] * 2
    assert measure(JPEG).density == 96 * 10_000 // 254
    assert measure(JPEG[:13] + b"\x02\0\x64" + JPEG[16:]).density == 10_000
    assert measure(BMP[:38] + struct.pack("<i", 2835) + bytes(8)).density == 2835


@pytest.mark.parametrize(
    ("data", "expected"),
    [(png(3, 9), ("png", 3, 9)), (JPEG, ("jpeg", 40, 30)), (GIF, ("gif", 1, 1)), (BMP, ("bmp", 7, 5))],
)
def test_kinds_of_pictures(data: bytes, expected: tuple[str, int, int]) -> None:
    image = measure(data)
    assert (image.extension, image.width, image.height) == expected


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_photo_stands_as_the_phone_was_held(kit: Any, order: str) -> None:
    entries = [(0x010F, 2, 0), (0x0112, 3, 6)]
    exif = b"II*\0" if order == "<" else b"MM\0*"
    exif += struct.pack(f"{order}IH", 8, len(entries))
    exif += b"".join(struct.pack(f"{order}HHIHH", tag, kind, 1, value, 0) for tag, kind, value in entries)
    data = JPEG[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 8) + b"Exif\0\0" + exif + JPEG[2:]
    image = measure(data)
    assert (image.width, image.height, image.turn) == (40, 30, 6)
    photo = Picture(data, image, "图", Fraction(30))
    assert photo.extent() == (40 * 36_000, 30 * 36_000)
    assert 'rot="5400000"' in kit.render(kit.paragraph("{{p x }}"), {"x": photo}).xml()
    assert measure(data.replace(exif, exif[:4] + b"\xff" * 4 + exif[8:])).turn == 1


def test_a_page_says_what_is_on_a_picture(kit: Any) -> None:
    page = kit.layout(kit.paragraph("{{p x }}")).page({"x": picture(description="厂房 <东>")}, "报告")
    assert "〔图：厂房 &lt;东&gt;〕" in page


def test_a_picture_fits_its_cell_and_its_line_is_as_high(kit: Any) -> None:
    exact = '<w:spacing w:before="60" w:line="560" w:lineRule="exact"/>'
    exact = f'<w:pPr>{exact}<w:ind w:left="80" w:firstLineChars="200" w:firstLine="640"/><w:jc w:val="center"/></w:pPr>'
    line = f"<w:p>{exact}<w:r><w:t>{{{{ x }}}}</w:t></w:r></w:p>"
    cell = f'<w:tc><w:tcPr><w:tcW w:w="2216" w:type="dxa"/></w:tcPr>{line}</w:tc>'
    out = kit.render(f"{line}<w:tbl><w:tblPr/><w:tblGrid/><w:tr>{cell}</w:tr></w:tbl>{line}", {"x": picture(60)}).xml()
    assert re.findall(r'wp:extent cx="(\d+)" cy="(\d+)"', out) == [
        ("2160000", "1080000"),
        ("1270000", "635000"),
        ("2160000", "1080000"),
    ]
    none = '<w:ind w:left="80" w:firstLineChars="0" w:firstLine="0"/>'
    assert out.count(f'<w:spacing w:line="240" w:lineRule="auto" w:before="60"/>{none}<w:jc') == 3
    two = kit.render(line.replace("{{ x }}", "{{ x }}{{ x }}字"), {"x": picture(60)}).xml()
    assert (two.count("<wp:extent"), two.count(none), two.count('w:lineRule="auto"')) == (2, 1, 1)
    no_width = f"<w:tbl><w:tblPr/><w:tblGrid/><w:tr>{cell.replace('2216', '0')}</w:tr></w:tbl>"
    assert 'cx="2160000" cy="1080000"' in kit.render(no_width, {"x": picture(60)}).xml()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg/>",
        b"\x89PNG\r\n\x1a\n",
        JPEG[:20],
        JPEG[:-2],
        png()[:-12],
        b"\xff\xd8\0\0\0\0",
        png(0, 1),
        bytes(33 * 1024 * 1024),
    ],
)
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="图片"):
        measure(data)
