"""Pictures that lead elsewhere, that never end, or that stand for more than any memory holds."""

from __future__ import annotations

import os
import struct
from pathlib import Path

import pytest

from tests.hostile.confined import Attempt, assert_withstood
from tests.hostile.packages import LAUGHS, OUTSIDE

pytestmark = pytest.mark.slow

NO_PICTURE = "这不是完好的 PNG、JPEG、GIF 或 BMP 图片"
NOT_HERE = "不在允许的文件夹里"
NONE_THERE = "没有图片"
PIXELS = "像素，超过 20000 万"


def png(width: int, height: int) -> bytes:
    """Beginning and end of a picture of that size."""
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4s2I", 13, b"IHDR", width, height) + b"\x08\x06\0\0\0IEND\xaeB`\x82"


FILES = {
    "宽高.png": (png(100_000, 100_000), PIXELS),
    "更宽.png": (png(0xFFFFFFFF, 0xFFFFFFFF), NO_PICTURE),
    "空白.png": (png(0, 0), NO_PICTURE),
    "截断.png": (png(10, 10)[:18], NO_PICTURE),
    "大.gif": (b"GIF89a" + struct.pack("<2H", 65_535, 65_535), PIXELS),
    "大.bmp": (b"BM" + bytes(16) + struct.pack("<2i", 100_000, -100_000), PIXELS),
    "最小.bmp": (b"BM" + bytes(16) + struct.pack("<2i", 1, -(2**31)), NO_PICTURE),
    "无尽.jpg": (b"\xff\xd8" + b"\xff\xe0\0\x02" * 8_000_000, NO_PICTURE),
    "填充.jpg": (b"\xff\xd8" + b"\xff" * 30_000_000, NO_PICTURE),
    "段落.jpg": (b"\xff\xd8\xff\xc0\0", NO_PICTURE),
    "笑.svg": (f"<?xml version='1.0'?>{LAUGHS}<svg>&a11;</svg>".encode(), NO_PICTURE),
    "外.svg": (f"<?xml version='1.0'?>{OUTSIDE}<svg>&e;</svg>".encode(), NO_PICTURE),
    "网页.png": (b"<script>alert(1)</script>", NO_PICTURE),
    "空.png": (b"", NO_PICTURE),
    "太大.png": (png(10, 10) + bytes(33 * 1024 * 1024), "图片超过 32 MB"),
}
NAMES = {
    "../外面.png": NOT_HERE,
    "..\\外面.png": NOT_HERE,
    "内/../../外面.png": NOT_HERE,
    "/etc/passwd": NOT_HERE,
    "C:\\外面.png": NOT_HERE,
    "\\\\server\\share\\a.png": NOT_HERE,
    "链.png": NOT_HERE,
    "夹/外面.png": NOT_HERE,
    "": NOT_HERE,
    "环.png": NONE_THERE,
    "管道.png": NONE_THERE,
    "内": NONE_THERE,
    "没有.png": NONE_THERE,
    "x" * 5_000 + ".png": NONE_THERE,
    "a/" * 3_000 + "b.png": NONE_THERE,
    "a\0.png": NONE_THERE,
    "稀疏.png": "图片超过 32 MB",
}
DEVICES = ("zero", "full", "random", "tty")


def test_names_of_pictures(tmp_path: Path) -> None:
    folder = tmp_path / "图"
    (folder / "内").mkdir(parents=True)
    (tmp_path / "外面.png").write_bytes(png(1, 1))
    (folder / "链.png").symlink_to(tmp_path / "外面.png")
    (folder / "夹").symlink_to(tmp_path)
    (folder / "环.png").symlink_to("环.png")
    os.mkfifo(folder / "管道.png")
    with (folder / "稀疏.png").open("wb") as file:
        file.truncate(10_000_000_000)
    attempts = [Attempt(("picture", "--", "图", name), words) for name, words in NAMES.items()]
    attempts += [Attempt(("picture", "--", "/dev", name), NONE_THERE) for name in DEVICES]
    assert_withstood(tmp_path, attempts)


def test_contents_of_pictures(tmp_path: Path) -> None:
    for name, (data, _) in FILES.items():
        (tmp_path / name).write_bytes(data)
    assert_withstood(tmp_path, [Attempt(("picture", "--", ".", name), words) for name, (_, words) in FILES.items()])
