"""Files that an input names, inside its folder only: look-up, pictures, documents."""

from __future__ import annotations

import errno
import os
import re
import shutil
import stat
import struct
from collections.abc import Container
from contextlib import suppress
from fractions import Fraction
from itertools import islice
from pathlib import Path, PureWindowsPath
from typing import Final

from msgspec import Struct

from generator.base.diagnostics import Span, suggestion

_MOST_LISTED = 1_000
OLE: Final = b"\xd0\xcf\x11\xe0"
"""The first bytes of old Office formats and of files with a password."""
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def is_locked(data: bytes) -> bool:
    """Whether a Word or Excel file needs a password: an old container around an encrypted package."""
    return data.startswith(OLE) and _ENCRYPTED in data


def read_regular(path: Path, most: int = -1) -> bytes:
    """The file's bytes, cut off at ``most``.

    Raises:
        OSError: It cannot be read, or is a folder, a device or a pipe, which would block.
    """
    kind = path.stat().st_mode
    if stat.S_ISDIR(kind):
        os.scandir(path).close()  # why a folder cannot be listed says more
    if not stat.S_ISREG(kind):
        raise OSError(errno.EISDIR if stat.S_ISDIR(kind) else errno.ENODEV, "no regular file")
    with path.open("rb") as file:
        return file.read(most)


def files_below(folder: Path) -> list[Path]:
    """Every file below a folder, by name, and every folder below it that cannot be listed: reading it tells why."""
    unread: list[Path] = []
    places = os.walk(folder, onerror=lambda error: unread.append(Path(error.filename)))
    return sorted([*(Path(place, name) for place, _, names in places for name in names), *unread])


def is_hidden(file: Path, below: Path) -> bool:
    """Whether a file, or a folder around it below that one, is hidden, or is the lock of a file open in Office."""
    inner = file.relative_to(below) if file.is_relative_to(below) else file
    return any(part.startswith((".", "~$")) and part not in (".", "..") for part in inner.parts)


def find_program(name: str) -> str:
    """The path of a program; blank if not installed. Skips the working folder, in which Windows looks.

    >>> find_program("没有这个程序")
    ''
    """
    found = shutil.which(name) or ""
    if not found or Path(found).is_absolute():
        return found
    folders = (Path(folder) for folder in os.get_exec_path())
    files = (folder / f"{name}{ending}" for folder in folders if folder.is_absolute() for ending in ("", ".exe"))
    return next((str(file) for file in files if file.is_file() and os.access(file, os.X_OK)), "")


class Outside(Exception):
    """The name leads out of the folder."""


class Absent(Exception):
    """There is no file of that name."""


def find_beside(name: str, folder: Path) -> Path:
    """The file of this name below the input's folder; the name may have either kind of slash.

    Raises:
        Outside: It is absolute, goes upward, or leads out of the folder by a link.
        Absent: There is no such file, or no system accepts the name.
    """
    parts = re.split(r"[\\/]", name)
    # On any system, so that an input means the same everywhere.
    if PureWindowsPath(name).anchor or not parts[0] or ".." in parts:
        raise Outside(name)
    target = folder.joinpath(*parts)
    try:
        resolved = target.resolve()
        if not resolved.is_relative_to(folder.resolve()):
            raise Outside(name)
        found = resolved.is_file()
    except (OSError, ValueError, RuntimeError):  # a name that no system accepts; a link that leads to itself
        found = False
    if not found:
        raise Absent(name)
    return target


def near_misses(name: str, folder: Path, endings: Container[str] = ()) -> str:
    """A hint with the files in the input's folder, for a name that was not found.

    Skips files with other than these ``endings`` (in lower case), if any are given.
    """
    *above, _ = parts = re.split(r"[\\/]", name)
    try:
        entries = [entry.name for entry in islice(folder.joinpath(*above).iterdir(), _MOST_LISTED)]
    except (OSError, ValueError):
        return ""
    # Office programs keep a ~$ file beside an open one.
    wanted = (entry for entry in entries if not entry.startswith("~$"))
    fitting = sorted(entry for entry in wanted if not endings or Path(entry).suffix.lower() in endings)
    same = [entry for entry in fitting if Path(entry).stem == parts[-1].strip()]
    if same:
        return f"写成「{'」或「'.join('/'.join([*above, entry]) for entry in same)}」：文件名要连同扩展名写全。"
    # A file of another year is not meant.
    years = _years(name)
    meant = [entry for entry in fitting if not years or not _years(entry) or years == _years(entry)]
    return suggestion("/".join(parts), ["/".join([*above, entry]) for entry in meant])


def _years(name: str) -> set[str]:
    return set(re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", name))


_MOST_BYTES: Final = 32 * 1024 * 1024
_MOST_PIXELS: Final = 100_000
_MOST_AREA: Final = 200_000_000  # A4 at 1200 dots to the inch has 140 million
_EMU_PER_MM: Final = 36_000
_USUAL: Final = 96 * 10_000 // 254  # pixels to the metre, at 96 to the inch
_COARSEST, _FINEST = 1_000, 100_000
_WIDEST, _HIGHEST = 156, 210
"""The text block of an official document in mm, with room for a caption below."""
_MOST_SEGMENTS: Final = 1_000
_PNG_END, _JPEG_END = b"IEND\xaeB`\x82", b"\xff\xd9"
_LAST_UPRIGHT: Final = 4
"""Pictures with a higher Exif orientation lie on their side."""
_START_OF_FRAME: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


class Image(Struct, frozen=True):
    """What Word needs to know of a picture: extension, size in pixels, pixels per metre, Exif orientation (1 to 8)."""

    extension: str
    width: int
    height: int
    density: int = _USUAL
    turn: int = 1


class Picture(Struct, frozen=True):
    """A picture as layouts print it; ``width`` in mm, by default from its resolution."""

    data: bytes
    image: Image
    description: str
    width: Fraction | None = None

    def extent(self) -> tuple[int, int]:
        """Its size in EMU (36,000 per mm) before it is turned; by default not wider, and never higher, than a page."""
        lies = self.image.turn > _LAST_UPRIGHT
        wide, high = (self.image.width, self.image.height)[:: -1 if lies else 1]
        most = min(Fraction(wide * 1_000, self.image.density), Fraction(_WIDEST)) if self.width is None else self.width
        shown = min(most, Fraction(_HIGHEST * wide, high)) * _EMU_PER_MM
        size = (max(1, round(shown)), max(1, round(shown * high / wide)))
        return size[::-1] if lies else size

    def __str__(self) -> str:
        return self.description


def read_picture(file: Path, description: str, width: Fraction | None = None) -> Picture:
    """Reads a picture; raises as ``measure``, and ``OSError`` if it cannot be read."""
    _check_size(file.stat().st_size)
    data = file.read_bytes()
    return Picture(data, measure(data), description, width)


def _check_size(size: int) -> None:
    if size > _MOST_BYTES:  # before they are read
        raise ValueError(f"图片超过 {_MOST_BYTES // 1024 // 1024} MB")


def measure(data: bytes) -> Image:
    """The kind and size of a picture; raises ``ValueError`` if it is no PNG, JPEG, GIF or BMP, or too large."""
    _check_size(len(data))
    try:
        image = _measure(data)
    except (struct.error, IndexError):
        image = None
    if image is None or not (0 < image.width <= _MOST_PIXELS and 0 < image.height <= _MOST_PIXELS):
        raise ValueError("这不是完好的 PNG、JPEG、GIF 或 BMP 图片")
    if image.width * image.height > _MOST_AREA:
        # A few bytes may expand to gigabytes in the program that opens the report.
        raise ValueError(f"图片有 {image.width}×{image.height} 像素，超过 {_MOST_AREA // 10_000} 万")
    return image


def _measure(data: bytes) -> Image | None:
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        wide, high = struct.unpack_from(">2I", data, 16)
        return Image("png", wide, high, _png_density(data)) if _PNG_END in data else None
    if data[:6] in {b"GIF87a", b"GIF89a"}:
        return Image("gif", *struct.unpack_from("<2H", data, 6))
    if data.startswith(b"BM"):
        wide, high = struct.unpack_from("<2i", data, 18)
        density = _density(struct.unpack_from("<i", data, 38)[0]) if len(data) > 42 else _USUAL
        return Image("bmp", wide, abs(high), density)
    return _jpeg(data) if data.startswith(b"\xff\xd8") else None


def _density(dots: int) -> int:
    """The stated pixels per metre, if plausible."""
    return dots if _COARSEST <= dots <= _FINEST else _USUAL


def _png_density(data: bytes) -> int:
    at = 33
    for _ in range(_MOST_SEGMENTS):
        length, kind = struct.unpack_from(">I4s", data, at) if len(data) >= at + 8 else (0, b"IDAT")
        if kind == b"pHYs" and len(data) >= at + 17:
            dots, unit = struct.unpack_from(">I4xB", data, at + 8)
            return _density(dots) if unit == 1 else _USUAL
        if kind == b"IDAT":
            break
        at += length + 12
    return _USUAL


def _jpeg(data: bytes) -> Image | None:
    at, density, turn = 2, _USUAL, 1
    for _ in range(_MOST_SEGMENTS):
        if data[at] != 0xFF:
            break
        marker, length = struct.unpack_from(">xBH", data, at)
        if marker == 0xE0 and data[at + 4 : at + 9] == b"JFIF\0":
            unit, dots = struct.unpack_from(">BH", data, at + 11)
            density = _density(dots * 10_000 // 254 if unit == 1 else dots * 100 if unit == 2 else 0)
        if marker == 0xE1 and data[at + 4 : at + 10] == b"Exif\0\0":
            turn = _turn(data[at + 10 : at + 2 + length])
        if marker in _START_OF_FRAME:
            high, wide = struct.unpack_from(">2H", data, at + 5)
            return Image("jpeg", wide, high, density, turn) if _JPEG_END in data[at:] else None
        at += 2 + length
    return None


def _turn(exif: bytes) -> int:
    """How a phone or camera was held; 1 if that is not said."""
    order = "<" if exif.startswith(b"II") else ">"
    with suppress(struct.error):
        (start,) = struct.unpack_from(f"{order}I", exif, 4)
        (count,) = struct.unpack_from(f"{order}H", exif, start)
        for number in range(count):
            tag, turn = struct.unpack_from(f"{order}H6xH", exif, start + 2 + 12 * number)
            if tag == 0x0112:
                return turn if 1 <= turn <= 8 else 1
    return 1


class Document(Struct):
    """A Word file as layouts print it, with its name as typed and where the input names it.

    ``opened`` is what the package ``word`` has read of it; False if it cannot be used.
    """

    data: bytes
    name: str
    span: Span
    path: str
    opened: object = None

    def __str__(self) -> str:
        return self.name
