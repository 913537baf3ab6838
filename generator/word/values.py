"""Values that bring their own markup: formatted text, listings, pictures. The engine writes their XML, nobody else."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from generator.diagnostics import why_not
from generator.word.pictures import Image, measure
from generator.word.rendering import STATE
from generator.word.wording import UnprintableError, text_of, text_xml

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal

__all__ = ["BlockValue", "Listing", "Picture", "RichText", "RunValue", "TextValue"]

_COLOUR = re.compile(r"[0-9A-Fa-f]{6}$|auto$")
_ADDRESS = re.compile(r"(https?://|mailto:)[^\s\"<>]+$", re.IGNORECASE)
_UNDERLINES: Final = frozenset({"single", "double", "thick", "dotted", "dash", "dotDash", "dotDotDash", "wave"})
_EMU_PER_MM: Final = 36_000
_BREAKS = re.compile("([\a\f])")
_SIGNS: Final = {"\a": "<?jx paragraph?>", "\f": "<?jx page?>"}


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


class RichText(RunValue):
    """Text in several formats, for ``{{r x }}``, with the arguments that docxtpl's has.

    A piece without any format of its own has the placeholder's.
    """

    __slots__ = ("_pieces",)

    def __init__(self, text: object = None, **formats: Any) -> None:
        self._pieces: list[tuple[str, dict[str, Any]]] = []
        if text is not None:
            self.add(text, **formats)

    def add(self, text: object, **formats: Any) -> RichText:
        """Adds a piece.

        Args:
            text: What it says; another ``RichText`` is added with its formats.
            **formats: ``style``, ``color``, ``highlight``, ``size`` (half points), ``subscript``, ``superscript``,
                ``bold``, ``italic``, ``underline``, ``strike``, ``font`` (for Chinese characters too), ``url_id`` (a
                web address).

        Raises:
            ValueError: There is no such format.
        """
        if isinstance(text, RichText):
            self._pieces += text._pieces
            return self
        unknown = set(formats) - set(_FORMATS) - {"url_id"}
        if unknown:
            raise ValueError(f"RichText 没有这种格式：{'、'.join(sorted(unknown))}")
        self._pieces.append((text_of(text), {name: value for name, value in formats.items() if value}))
        return self

    def __str__(self) -> str:
        return "".join(text for text, _ in self._pieces)

    def runs_xml(self, style: str) -> str:
        """Its runs."""
        return "".join(_piece(text, formats, style) for text, formats in self._pieces)


def _piece(text: str, formats: dict[str, Any], style: str) -> str:
    address = str(formats.get("url_id", ""))
    # The schema gives the properties an order; _FORMATS has it.
    own = "".join(write(formats[name]) for name, write in _FORMATS.items() if name in formats)
    run = f'<w:r>{f"<w:rPr>{own}</w:rPr>" if own else style}<w:t xml:space="preserve">{text_xml(text)}</w:t></w:r>'
    if not address:
        return run
    if not _ADDRESS.match(address):
        raise UnprintableError(f"「{address}」不是网址", "超链接只能是 http、https 或 mailto 地址。")
    return f'<w:hyperlink r:id="{STATE.get().hyperlink(address)}" w:history="1">{run}</w:hyperlink>'


def _attribute_value(value: object) -> str:
    return text_xml(str(value)).replace('"', "&quot;")


def _colour(value: object) -> str:
    colour = str(value).removeprefix("#")
    if not _COLOUR.match(colour):
        raise UnprintableError(f"颜色要写六位十六进制数，得到的是「{value}」")
    return colour


def _font(value: object) -> str:
    name = _attribute_value(str(value).rpartition(":")[2])
    return f'<w:rFonts w:ascii="{name}" w:hAnsi="{name}" w:eastAsia="{name}" w:cs="{name}"/>'


def _size(value: object) -> str:
    if not str(value).isdecimal() or not 2 <= int(str(value)) <= 3276:
        raise UnprintableError(f"字号要写半磅数（如 32 为三号），得到的是「{value}」")
    return f'<w:sz w:val="{value}"/><w:szCs w:val="{value}"/>'


def _underline(value: object) -> str:
    return f'<w:u w:val="{value if value in _UNDERLINES else "single"}"/>'


_FORMATS: Final[dict[str, Callable[[object], str]]] = {
    "style": lambda value: f'<w:rStyle w:val="{_attribute_value(value)}"/>',
    "font": _font,
    "bold": lambda _: "<w:b/><w:bCs/>",
    "italic": lambda _: "<w:i/><w:iCs/>",
    "strike": lambda _: "<w:strike/>",
    "color": lambda value: f'<w:color w:val="{_colour(value)}"/>',
    "size": _size,
    "underline": _underline,
    "highlight": lambda value: f'<w:shd w:val="clear" w:color="auto" w:fill="{_colour(value)}"/>',
    "subscript": lambda _: '<w:vertAlign w:val="subscript"/>',
    "superscript": lambda _: '<w:vertAlign w:val="superscript"/>',
}


class Listing(TextValue):
    r"""Text that may begin new paragraphs (``\a``) and pages (``\f``) in the format of its placeholder."""

    __slots__ = ("text",)

    def __init__(self, text: object) -> None:
        self.text = text_of(text)

    def text_xml(self) -> str:
        """Its text with signs where paragraphs and pages are to break, for ``break_paragraphs`` to find."""
        if "\a" in self.text or "\f" in self.text:
            STATE.get().breaks_paragraphs = True
        return "".join(_SIGNS.get(part) or text_xml(part) for part in _BREAKS.split(self.text))

    def __str__(self) -> str:
        return self.text


class Picture(RunValue):
    """A picture from a file, set in the line, for ``{{ x }}`` or ``{{r x }}``.

    Args:
        folder: The folder that pictures may come from.
        name: The file in it (PNG, JPEG, GIF or BMP).
        width: Its width in mm; with only one of width and height the other keeps the proportion.
        height: Its height in mm.
        description: What it shows, for those who cannot see it.

    Raises:
        ValueError: The file lies outside the folder, cannot be read or is no picture; or a size is not positive.
    """

    __slots__ = ("_data", "_description", "_image", "_size")

    def __init__(
        self,
        folder: str | Path,
        name: str,
        *,
        width: Decimal | int | None = None,
        height: Decimal | int | None = None,
        description: str = "",
    ) -> None:
        self._data = _read(Path(folder), name)
        self._image = measure(self._data)
        self._size = _extent(self._image, width, height)
        self._description = description or Path(name).stem

    def runs_xml(self, style: str) -> str:
        """One run with the drawing."""
        state = STATE.get()
        relation, number = state.picture(self._data, self._image.extension), next(state.drawings)
        wide, high = self._size
        words = _attribute_value(self._description)
        return (
            f"<w:r>{style}{_DRAWING.format(relation=relation, number=number, wide=wide, high=high, words=words)}</w:r>"
        )


def _read(folder: Path, name: str) -> bytes:
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise ValueError(f"图片「{name}」不在允许的文件夹里")
    try:
        return path.read_bytes()
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
    'descr="{words}"/><wp:cNvGraphicFramePr><a:graphicFrameLocks '
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
