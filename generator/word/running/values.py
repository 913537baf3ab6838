"""Values that bring their own markup, such as pictures. Only the engine writes XML."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from generator.base.diagnostics import why_not
from generator.word.running.pictures import Image, check_size, measure
from generator.word.running.rendering import STATE
from generator.word.running.wording import UnprintableError, attribute

if TYPE_CHECKING:
    from decimal import Decimal

__all__ = ["BlockValue", "Picture", "RunValue", "TextValue", "checked_address"]

_ADDRESS = re.compile(r"(https?://|mailto:)[^\s\"<>]+$", re.IGNORECASE)
_SIGNS: Final = "%/:?#[]@!$&'()*+,;=~"
_EMU_PER_MM: Final = 36_000
_LINK: Final = (
    '<a:hlinkClick xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:id="{relation}"/>'
)


class RunValue(ABC):
    """A value that prints as runs inside a paragraph."""

    __slots__ = ()

    @abstractmethod
    def runs_xml(self, style: str) -> str:
        """Its runs; ``style`` is the ``w:rPr`` of the placeholder."""


class BlockValue(ABC):
    """A value that prints as paragraphs (``{{p x }}``)."""

    __slots__ = ()

    @abstractmethod
    def block_xml(self, paragraph: str, style: str) -> str:
        """Its paragraphs; the placeholder's ``w:pPr`` and ``w:rPr`` are given."""


class TextValue(ABC):
    """A value that prints inside a run's text, in its format."""

    __slots__ = ()

    @abstractmethod
    def text_xml(self) -> str:
        """What stands in the text."""


class Picture(RunValue):
    """A picture from a file, set in the line, for ``{{ x }}`` or ``{{r x }}``.

    Args:
        folder: The folder that pictures may come from.
        name: The file in it (PNG, JPEG, GIF or BMP).
        width: Its width in mm; with only one of width and height the other keeps the proportion.
        height: Its height in mm.
        description: What it shows, for those who cannot see it.
        anchor: A web address that a click on it opens.

    Raises:
        ValueError: The file lies outside the folder, cannot be read or is no picture; or a size is not positive.
    """

    __slots__ = ("_anchor", "_data", "_description", "_image", "_size")

    def __init__(  # noqa: PLR0913 - all but the file are named
        self,
        folder: str | Path,
        name: str,
        *,
        width: Decimal | int | None = None,
        height: Decimal | int | None = None,
        description: str = "",
        anchor: str = "",
    ) -> None:
        self._fill(_read(Path(folder), name), width, height, description or Path(name).stem, anchor)

    @classmethod
    def from_bytes(
        cls,
        data: bytes,
        *,
        width: Decimal | int | None = None,
        height: Decimal | int | None = None,
        description: str = "",
        anchor: str = "",
    ) -> Picture:
        """A picture that a program made.

        Raises:
            ValueError: It is no picture that Word can show, or a size is not positive.
        """
        made = cls.__new__(cls)
        made._fill(data, width, height, description, anchor)
        return made

    def _fill(
        self, data: bytes, width: Decimal | int | None, height: Decimal | int | None, description: str, anchor: str
    ) -> None:
        self._data, self._description, self._anchor = data, description, anchor
        self._image = measure(data)
        self._size = _extent(self._image, width, height)

    def runs_xml(self, style: str) -> str:
        """One run with the drawing."""
        state = STATE.get()
        relation, number = state.picture(self._data, self._image.extension), next(state.drawings)
        wide, high = self._size
        words, link = attribute(self._description), ""
        if self._anchor:
            link = _LINK.format(relation=state.hyperlink(checked_address(self._anchor)))
        drawing = _DRAWING.format(relation=relation, number=number, wide=wide, high=high, words=words, link=link)
        return f"<w:r>{style}{drawing}</w:r>"


def checked_address(address: object) -> str:
    """A web address that a link may lead to; signs that an address cannot have are written as ``%…``.

    Raises:
        UnprintableError: It is none.
    """
    text = quote(str(address).strip(), safe=_SIGNS)
    if not _ADDRESS.match(text):
        raise UnprintableError(f"「{address}」不是网址", "超链接只能是 http、https 或 mailto 地址。")
    return text


def _read(folder: Path, name: str) -> bytes:
    from generator.yamlfile.beside import Absent, Outside, find_beside  # noqa: PLC0415 - few reports have pictures

    try:
        # Never a pipe or a device: reading these may never end.
        path = find_beside(name, folder)
        check_size(path.stat().st_size)
        return path.read_bytes()
    except Outside as error:
        raise ValueError(f"图片「{name}」不在允许的文件夹里") from error
    except Absent as error:
        raise ValueError(f"没有图片「{name}」，或它不是普通的文件") from error
    except OSError as error:
        raise ValueError(f"图片「{name}」读不出：{why_not(error)}") from error


def _extent(image: Image, width: Decimal | int | None, height: Decimal | int | None) -> tuple[int, int]:
    """Width and height in EMU (36,000 to the mm)."""
    if (width is not None and width <= 0) or (height is not None and height <= 0):
        raise ValueError("图片的宽和高要大于 0 毫米")
    wide, high = (None if size is None else round(size * _EMU_PER_MM) for size in (width, height))
    if wide is None and high is None:
        return image.natural_extent()
    if wide is None:
        return max(1, (high or 0) * image.width // image.height), high or 0
    return wide, high if high is not None else max(1, wide * image.height // image.width)


_DRAWING: Final = (
    '<w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" distT="0" '
    'distB="0" distL="0" distR="0"><wp:extent cx="{wide}" cy="{high}"/><wp:docPr id="{number}" name="图片 {number}" '
    'descr="{words}">{link}</wp:docPr><wp:cNvGraphicFramePr><a:graphicFrameLocks '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" noChangeAspect="1"/></wp:cNvGraphicFramePr>'
    '<a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
    '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture">'
    '<pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:nvPicPr>'
    '<pic:cNvPr id="{number}" name="图片 {number}"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill>'
    '<a:blip xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:embed="{relation}"/>'
    '<a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/>'
    '<a:ext cx="{wide}" cy="{high}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic>'
    "</a:graphicData></a:graphic></wp:inline></w:drawing>"
)
