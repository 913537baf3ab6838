"""Text in formats of its own, with the arguments that docxtpl's has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from generator.patterns import regex
from generator.word.running.rendering import STATE
from generator.word.running.values import BlockValue, RunValue, checked_address
from generator.word.running.wording import UnprintableError, attribute, text_of, text_xml

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["RichText", "RichTextParagraph"]

_COLOUR = regex(r"[0-9A-Fa-f]{6}$|auto$")
_LANGUAGE = regex(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")
_UNDERLINES: Final = frozenset({"single", "double", "thick", "dotted", "dash", "dotDash", "dotDotDash", "wave"})


class RichText(RunValue):
    """Text in several formats, for ``{{r x }}``.

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
                ``bold``, ``italic``, ``underline``, ``strike``, ``font`` (for Chinese characters too), ``rtl``,
                ``lang``, ``url_id`` (a web address).

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


class RichTextParagraph(BlockValue):
    """Paragraphs of formatted text, for ``{{p x }}``.

    A paragraph without a style of its own has the placeholder's format.
    """

    __slots__ = ("_paragraphs",)

    def __init__(self, text: object = None, parastyle: str = "") -> None:
        self._paragraphs: list[tuple[RichText, str]] = []
        if text is not None:
            self.add(text, parastyle)

    def add(self, text: object, parastyle: str = "") -> RichTextParagraph:
        """Adds a paragraph: a text or a ``RichText``; ``parastyle`` is the id of its style."""
        self._paragraphs.append((text if isinstance(text, RichText) else RichText(text), parastyle))
        return self

    def __str__(self) -> str:
        return "\n".join(str(text) for text, _ in self._paragraphs)

    def block_xml(self, paragraph: str, style: str) -> str:
        """Its paragraphs."""
        return "".join(
            f"<w:p>{_paragraph_style(parastyle) or paragraph}{text.runs_xml('' if parastyle else style)}</w:p>"
            for text, parastyle in self._paragraphs
        )


def _paragraph_style(name: str) -> str:
    return f'<w:pPr><w:pStyle w:val="{attribute(name)}"/></w:pPr>' if name else ""


def _piece(text: str, formats: dict[str, Any], style: str) -> str:
    # The schema gives the properties an order; _FORMATS has it.
    own = "".join(write(formats[name]) for name, write in _FORMATS.items() if name in formats)
    run = f'<w:r>{f"<w:rPr>{own}</w:rPr>" if own else style}<w:t xml:space="preserve">{text_xml(text)}</w:t></w:r>'
    if "url_id" not in formats:
        return run
    relation = STATE.get().hyperlink(checked_address(formats["url_id"]))
    return f'<w:hyperlink r:id="{relation}" w:history="1">{run}</w:hyperlink>'


def _colour(value: object) -> str:
    colour = str(value).removeprefix("#")
    if not _COLOUR.match(colour):
        raise UnprintableError(f"颜色要写六位十六进制数，得到的是「{value}」")
    return colour


def _font(value: object) -> str:
    name = attribute(str(value).rpartition(":")[2])
    return f'<w:rFonts w:ascii="{name}" w:hAnsi="{name}" w:eastAsia="{name}" w:cs="{name}"/>'


def _size(value: object) -> str:
    if not str(value).isdecimal() or not 2 <= int(str(value)) <= 3276:
        raise UnprintableError(f"字号要写半磅数（如 32 为三号），得到的是「{value}」")
    return f'<w:sz w:val="{value}"/><w:szCs w:val="{value}"/>'


def _underline(value: object) -> str:
    return f'<w:u w:val="{value if value in _UNDERLINES else "single"}"/>'


def _language(value: object) -> str:
    if not _LANGUAGE.match(str(value)):
        raise UnprintableError(f"语言要写「zh-CN」这样的代号，得到的是「{value}」")
    return f'<w:lang w:val="{value}"/>'


_FORMATS: Final[dict[str, Callable[[object], str]]] = {
    "style": lambda value: f'<w:rStyle w:val="{attribute(value)}"/>',
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
    "rtl": lambda _: "<w:rtl/>",
    "lang": _language,
}
