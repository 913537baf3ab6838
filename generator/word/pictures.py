"""The kind and size of a picture, read from its first bytes."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

__all__ = ["Image", "measure"]

_MOST_BYTES: Final = 32 * 1024 * 1024
_MOST_PIXELS: Final = 100_000
_EMU_PER_PIXEL: Final = 9_525  # at 96 pixels to the inch
_WIDEST: Final = 156 * 36_000  # the text block of an official document is 156 mm wide
_START_OF_FRAME: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


@dataclass(frozen=True, slots=True)
class Image:
    """What Word must know of a picture: its kind as a file name's ending, and its size in pixels."""

    extension: str
    width: int
    height: int

    def natural_extent(self) -> tuple[int, int]:
        """Its size in EMU, made smaller if it is wider than the text."""
        wide, high = self.width * _EMU_PER_PIXEL, self.height * _EMU_PER_PIXEL
        return (wide, high) if wide <= _WIDEST else (_WIDEST, max(1, high * _WIDEST // wide))


def measure(data: bytes) -> Image:
    """The kind and size of a picture.

    Raises:
        ValueError: It is not a PNG, JPEG, GIF or BMP picture, or one beyond all measure.
    """
    if len(data) > _MOST_BYTES:
        raise ValueError(f"图片超过 {_MOST_BYTES // 1024 // 1024} MB")
    try:
        image = _measure(data)
    except (struct.error, IndexError):
        image = None
    if image is None or not (0 < image.width <= _MOST_PIXELS and 0 < image.height <= _MOST_PIXELS):
        raise ValueError("这不是完好的 PNG、JPEG、GIF 或 BMP 图片")
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
    while data[at] == 0xFF:
        marker, length = struct.unpack_from(">xBH", data, at)
        if marker in _START_OF_FRAME:
            high, wide = struct.unpack_from(">2H", data, at + 5)
            return Image("jpeg", wide, high)
        at += 2 + length
    return None
