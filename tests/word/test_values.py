"""Pictures."""

from __future__ import annotations

import base64
import struct
import zlib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from generator.word import Picture
from generator.word.running.pictures import measure

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
)
GIF = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
BMP = b"BM" + bytes(16) + struct.pack("<2i", 7, -5) + bytes(20)


def picture(folder: Path, name: str = "图.png", data: bytes | None = None, **size: Any) -> Picture:
    (folder / name).write_bytes(png() if data is None else data)
    return Picture(folder, name, **size)


def test_a_picture_comes_with_its_file_and_relationship(kit: Any) -> None:
    values = {
        "x": picture(kit.folder, width=40),
        "y": picture(kit.folder, "b.png", height=Decimal("10.5"), description='"厂房"'),
    }
    body = kit.paragraph("前{{ x }}后") + kit.paragraph("{{r y }}")
    out = kit.render(body, values, {"header1": kit.paragraph("{{ x }}"), "footer1": kit.paragraph("无")})
    assert out.lines() == ["前后", ""]
    media = [name for name in out.files if name.startswith("word/media/")]
    assert len(media) == 1
    assert out.files[media[0]] == png()
    assert f'Target="/{media[0]}"' in out.xml("word/_rels/document.xml.rels")
    assert f'Target="/{media[0]}"' in out.xml("word/_rels/header1.xml.rels")
    assert out.xml("[Content_Types].xml").count('Extension="png"') == 1
    extents = [
        (extent.get("cx"), extent.get("cy")) for extent in out.tree().iter() if str(extent.tag).endswith("}extent")
    ]
    assert extents == [("1440000", "720000"), ("756000", "378000")]
    assert 'descr="&quot;厂房&quot;"' in out.xml()


def test_pictures_in_a_loop_have_numbers_of_their_own(kit: Any) -> None:
    drawing = '<w:r><w:drawing><wp:inline><wp:docPr id="1" name="印章"/></wp:inline></w:drawing></w:r>'
    body = (
        kit.paragraph("{%p for x in xs %}")
        + f"<w:p>{kit.run('{{ x }}')}{drawing}</w:p>"
        + kit.paragraph("{%p endfor %}")
    )
    image = picture(kit.folder)
    layout = kit.layout(body)
    out = kit.out(layout.render({"xs": [image, image]}))
    numbers = [node.get("id") for node in out.tree().iter() if str(node.tag).endswith("}docPr")]
    assert len(set(numbers)) == 4
    assert out.data == layout.render({"xs": [image, image]})


@pytest.mark.parametrize("name", ["../外.png", "/etc/passwd", "没有.png", "链.png"])
def test_pictures_come_from_the_folder_only(kit: Any, name: str) -> None:
    inside = kit.folder / "内"
    inside.mkdir()
    (kit.folder / "外.png").write_bytes(png())
    (inside / "链.png").symlink_to(kit.folder / "外.png")
    with pytest.raises(ValueError, match="图片"):
        Picture(inside, name)


def test_pictures_are_files_of_a_sensible_size(kit: Any) -> None:
    (kit.folder / "大.png").write_bytes(png(20_001, 10_000))
    with pytest.raises(ValueError, match="20001×10000 像素，超过 20000 万"):
        Picture(kit.folder, "大.png")
    with (kit.folder / "稀疏.png").open("wb") as file:
        file.truncate(33 * 1024 * 1024)
    with pytest.raises(ValueError, match="图片超过 32 MB"):
        Picture(kit.folder, "稀疏.png")
    (kit.folder / "夹.png").mkdir()
    with pytest.raises(ValueError, match=r"没有图片「夹.png」，或它不是普通的文件"):
        Picture(kit.folder, "夹.png")
    with pytest.raises(ValueError, match="这不是完好的"):
        measure(b"\xff\xd8" + b"\xff\xe0\0\x02" * 2_000 + b"\xff\xc0\0\x0b\x08\0\x1e\0\x28")


def test_a_picture_that_cannot_be_read(kit: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Path) -> bytes:
        raise PermissionError(13, "no")

    monkeypatch.setattr(Path, "read_bytes", fail)
    (kit.folder / "图.png").write_bytes(png())
    with pytest.raises(ValueError, match=r"图片「图.png」读不出"):
        Picture(kit.folder, "图.png")


@pytest.mark.parametrize("size", [{"width": 0}, {"height": -1}])
def test_sizes_are_positive(kit: Any, size: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="大于 0"):
        picture(kit.folder, **size)


def test_natural_sizes_fit_the_page(kit: Any) -> None:
    out = kit.render(kit.paragraph("{{ x }}"), {"x": picture(kit.folder)})
    assert 'cx="38100" cy="19050"' in out.xml()
    wide = b"GIF89a" + struct.pack("<2H", 4000, 1000)
    assert measure(wide).natural_extent() == (156 * 36_000, 39 * 36_000)


@pytest.mark.parametrize(
    ("data", "expected"),
    [(png(3, 9), ("png", 3, 9)), (JPEG, ("jpeg", 40, 30)), (GIF, ("gif", 1, 1)), (BMP, ("bmp", 7, 5))],
)
def test_kinds_of_pictures(data: bytes, expected: tuple[str, int, int]) -> None:
    image = measure(data)
    assert (image.extension, image.width, image.height) == expected


@pytest.mark.parametrize(
    "data", [b"", b"<svg/>", b"\x89PNG\r\n\x1a\n", JPEG[:20], b"\xff\xd8\0\0\0\0", png(0, 1), bytes(33 * 1024 * 1024)]
)
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="图片"):
        measure(data)


def test_width_and_height_may_both_be_given(kit: Any) -> None:
    out = kit.render(kit.paragraph("{{ x }}"), {"x": picture(kit.folder, width=10, height=10)})
    assert 'cx="360000" cy="360000"' in out.xml()
