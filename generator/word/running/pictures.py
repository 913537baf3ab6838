"""The kind and size of a picture, read from its first bytes."""

from __future__ import annotations

import struct
from typing import Final

from msgspec import Struct

__all__ = ["Image", "check_size", "measure"]

_MOST_BYTES: Final = 32 * 1024 * 1024
_MOST_PIXELS: Final = 100_000
_MOST_AREA: Final = 200_000_000  # A4 at 1200 dots to the inch has 140 million
_EMU_PER_PIXEL: Final = 9_525  # at 96 pixels to the inch
_WIDEST: Final = 156 * 36_000  # the text block of an official document is 156 mm wide
_MOST_SEGMENTS: Final = 1_000
_START_OF_FRAME: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


class Image(Struct, frozen=True):
    """What Word must know of a picture: its kind as a file name's ending, and its size in pixels."""

    extension: str
    width: int
    height: int

    def natural_extent(self) -> tuple[int, int]:
        """Its size in EMU, made smaller if it is wider than the text."""
        wide, high = self.width * _EMU_PER_PIXEL, self.height * _EMU_PER_PIXEL
        return (wide, high) if wide <= _WIDEST else (_WIDEST, max(1, high * _WIDEST // wide))


def check_size(size: int) -> None:
    """Look at how many bytes a picture has, before they are read.

    Raises:
        ValueError: They are too many.
    """
    if size > _MOST_BYTES:
        raise ValueError(f"图片超过 {_MOST_BYTES // 1024 // 1024} MB")


def measure(data: bytes) -> Image:
    """The kind and size of a picture.

    Raises:
        ValueError: It is not a PNG, JPEG, GIF or BMP picture, or one beyond all measure.
    """
    check_size(len(data))
    try:
        image = _measure(data)
    except (struct.error, IndexError):
        image = None
    if image is None or not (0 < image.width <= _MOST_PIXELS and 0 < image.height <= _MOST_PIXELS):
        raise ValueError("这不是完好的 PNG、JPEG、GIF 或 BMP 图片")
    if image.width * image.height > _MOST_AREA:
        # A few bytes may stand for gigabytes, which the office program that opens the report would need.
        raise ValueError(f"图片有 {image.width}×{image.height} 像素，超过 {_MOST_AREA // 10_000} 万")
    return image


def _measure(data: bytes) -> Image | None:
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return Image("png", *struct.unpack_from(">2I", data, 16))
    if data[:6] in {b"GIF87a", b"GIF89a"}:
        return Image("gif", *struct.unpack_from("<2H", data, 6))
    if data.startswith(b"BM"):
        wide, high = struct.unpack_from("<2i", data, 18)
        return Image("bmp", wide, abs(high))
    return _jpeg(data) if data.startswith(b"\xff\xd8") else None


def _jpeg(data: bytes) -> Image | None:
    at = 2
    for _ in range(_MOST_SEGMENTS):
        if data[at] != 0xFF:
            break
        marker, length = struct.unpack_from(">xBH", data, at)
        if marker in _START_OF_FRAME:
            high, wide = struct.unpack_from(">2H", data, at + 5)
            return Image("jpeg", wide, high)
        at += 2 + length
    return None
