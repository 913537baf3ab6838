"""Turns values into WordprocessingML: escaped, with line breaks, confined to their element."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, MappingView, Sequence, Set
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from types import NoneType
from typing import Any, Final
from urllib.parse import quote

from jinja2.runtime import Undefined
from markupsafe import Markup

from generator.base.amount import Amount
from generator.base.files import Document, Picture
from generator.base.formats import chinese_date, plain
from generator.base.passage import Day, Origin, Passage, Stretch
from generator.word.names import SENTINEL, markup
from generator.word.render.state import STATE

_REFUSED = re.compile("[\x00-\x08\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_SPACE: Final = '<w:t xml:space="preserve">'
_BREAK: Final = f"</w:t><w:br/>{_SPACE}"
_TAB: Final = f"</w:t><w:tab/>{_SPACE}"
_FIELD: Final = ("begin", "separate", "end")
_BREAKS = re.compile("([\a\f])")
_UNBROKEN = re.compile("[^\a\f]+")
_SIGNS: Final = {"\a": "<?jx paragraph?>", "\f": "<?jx page?>"}
_MARKUP = re.compile(r"<w:(br|cr|tab)\b[^>]*/>|</w:(p)>|<[^>]*>")
_MEANT: Final = {"br": "\n", "cr": "\n", "tab": "\t", "p": "\n", None: ""}
# Packages whose objects have no text for readers.
_ENGINES: Final = ("jinja2.", "docxtpl.")


class Printed(str):
    """XML that the engine wrote, printed as it is."""

    __slots__ = ()


class PrintedBlock(Printed):
    """Such XML in place of a paragraph."""

    __slots__ = ()


class UnprintableError(Exception):
    """A value cannot be printed; has the words of the finding."""

    def __init__(self, why: str, mend: str = "") -> None:
        super().__init__(why)
        self.why, self.mend = why, mend


def text_of(value: object) -> str:
    """The text of a value, before escaping.

    Raises:
        UnprintableError: It has no text of its own: a list, a mapping, a method.
    """
    if type(value) is str:
        return value
    if isinstance(value, Printed):
        return content_of(value)
    if isinstance(value, str):
        return value.unescape() if isinstance(value, Markup) else value
    for known, text in _TEXTS:
        if isinstance(value, known):
            return text(value)
    if isinstance(value, Mapping | Sequence | Set | MappingView | Iterator):
        mend = "取其中的一项，或用 {%p for %}、{{p }}、| join('、') 逐项印出。"
        what = "一组有名称的值" if isinstance(value, Mapping) else "一列值"
        raise UnprintableError(f"它是{what}，不是一段文字", mend)
    kind = type(value)
    module = f"{kind.__module__}."
    if module.startswith("docxtpl."):
        mend = "改为普通的文字；着重、图片、文档见《与 docxtpl 的差别》。"
        raise UnprintableError(f"它是 docxtpl 的 {kind.__name__}", mend)
    bare = kind.__str__ is object.__str__ and kind.__repr__ is object.__repr__
    if callable(value) or bare or module.startswith(_ENGINES):
        what = "一个方法" if callable(value) else f"程序里的对象（{kind.__name__}）"
        raise UnprintableError(f"它是{what}，不是一段文字", "取它的一项，或在后面写括号来调用它。")
    return str(value)


def content_of(markup: str) -> str:
    """The text of the engine's markup: breaks and tabs as characters, formats left out."""
    text = _MARKUP.sub(lambda found: _MEANT[found.group(1) or found.group(2)], markup)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _day_and_time(value: datetime) -> str:
    """A date, and a time unless that is midnight, as spreadsheets store dates without a time."""
    day = chinese_date(value)
    return f"{day} {value:%H:%M:%S}" if value.hour or value.minute or value.second else day


def passage_of(value: object) -> str:
    """The text of a value before escaping, with the value's origin if it has one.

    Raises:
        UnprintableError: It has no text of its own.
    """
    text = text_of(value)
    origin = getattr(value, "origin", None)
    return text if origin is None else Passage.of(text, origin)


# The first match decides, so narrower types come first.
_TEXTS: Final[tuple[tuple[type, Callable[[Any], str]], ...]] = (
    (NoneType, lambda _: ""),
    (Undefined, str),
    (bool, lambda value: "是" if value else "否"),
    (Amount, str),
    (Fraction, plain),
    (Decimal, lambda value: format(value, "f")),
    (datetime, _day_and_time),
    (date, chinese_date),
)


def _escaped(text: str) -> str:
    """The text as XML, with uniform line ends.

    Raises:
        UnprintableError: It holds a control character.
    """
    bad = _REFUSED.search(text)
    if bad is not None:
        why = f"文字里有不可见的控制字符 U+{ord(bad.group()):04X}（第 {bad.start() + 1} 个字）"
        raise UnprintableError(why, "在填报文件里删去这个字符。")
    if "\r" in text or "\v" in text:
        # Word puts line breaks on the clipboard as vertical tabs.
        text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\v", "\n")
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def text_xml(text: str) -> str:
    r"""Text inside ``w:t``: escaped, with line breaks and tabs.

    For new paragraphs (``\a``), new pages (``\f``) and emphasis it leaves signs, which ``replace_signs`` replaces.
    """
    if type(text) is Passage and text.strong:
        STATE.get().has_signs = True
        pieces: list[str] = []
        at = 0
        for start, end in text.strong:
            before, inside = (str.__getitem__(text, slice(*ends)) for ends in ((at, start), (start, end)))
            pieces.append(f"{text_xml(before)}<?jx strong?>{text_xml(inside)}<?jx weak?>")
            at = end
        return "".join((*pieces, text_xml(str.__getitem__(text, slice(at, None)))))
    if "\a" in text or "\f" in text:
        STATE.get().has_signs = True
        return "".join(_SIGNS.get(part) or text_xml(part) for part in _BREAKS.split(text))
    escaped = _escaped(text)
    if "\n" in escaped:
        escaped = escaped.replace("\n", _BREAK)
    return escaped.replace("\t", _TAB) if "\t" in escaped else escaped


def run_xml(text: str, style: str = "") -> str:
    """A run with a format (``w:rPr``) around text that is XML already."""
    return f"<w:r>{style}{_SPACE}{text}</w:t></w:r>"


def field_xml(instruction: str, result: str, style: str = "") -> str:
    """A field with the runs that it shows."""
    begin, middle, end = (f'<w:r>{style}<w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in _FIELD)
    code = f'<w:r>{style}<w:instrText xml:space="preserve"> {instruction} </w:instrText></w:r>'
    return f"{begin}{code}{middle}{result}{end}"


def plain_text(value: object) -> Printed:
    """A value as the text of an element without breaks (core properties, drawing text)."""
    return value if isinstance(value, Printed) else Printed(_escaped(text_of(value)))


def attribute(value: object) -> Printed:
    """A value inside an XML attribute."""
    return Printed(_escaped(text_of(value)).replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;"))


_ADDRESS = re.compile(r"(https?://|mailto:)[^\s\"<>]+$", re.IGNORECASE)
_ADDRESS_SIGNS: Final = "%/:?#[]@!$&'()*+,;=~"


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
        """Its markup inside ``w:t``."""


DRAWING: Final = (
    '<w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
)


def drawing_xml(title: str, words: object, extent: tuple[int, int], file: str, **places: str) -> str:
    """A drawing in the line, with the content of a file of ``markup`` filled in."""
    number = next(STATE.get().drawings)
    wide, high = extent
    content = markup(file).format(number=number, wide=wide, high=high, **places)
    return (
        f'{DRAWING}distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{wide}" cy="{high}"/>'
        f'<wp:docPr id="{number}" name="{title} {number}" descr="{attribute(words)}"/>{content}</wp:inline></w:drawing>'
    )


def picture_run(picture: Picture, style: str) -> str:
    """A run with a picture of the filing, set in the line."""
    relation = STATE.get().picture(picture.data, picture.image.extension)
    turn = _TURNS[picture.image.turn - 1]
    made = drawing_xml("图片", picture.description, picture.extent(), "picture.xml", relation=relation, turn=turn)
    return f"<w:r>{style}{made}</w:r>"


def document_block(document: Document, paragraph: str, style: str) -> str:
    """A paragraph with a sign in place of a Word file of the filing, which ``place_documents`` replaces."""
    state = STATE.get()
    if state.part != state.sheet.body:
        raise UnprintableError("Word 文件只能放在正文里", "把标记移出页眉、页脚和注释。")
    if document.opened is False:
        # Drafts are printed all the same.
        said = plain_text(f"（文档「{document}」不能用）")
        return f"<w:p>{paragraph}{run_xml(said, style)}</w:p>"
    state.documents.append(document)
    return f"<w:p><w:r><w:t>{SENTINEL}{len(state.documents)}</w:t></w:r></w:p>"


# By Exif orientation: Word flips first, then turns clockwise.
_FLIP, _RIGHT, _HALF, _LEFT = ' flipH="1"', ' rot="5400000"', ' rot="10800000"', ' rot="16200000"'
_TURNS: Final = ("", _FLIP, _HALF, _HALF + _FLIP, _LEFT + _FLIP, _RIGHT, _RIGHT + _FLIP, _LEFT)


def address(content: str) -> Printed:
    """The printed address of a link as an attribute, percent-encoded where necessary.

    Raises:
        UnprintableError: Links may not lead there.
    """
    typed = content_of(content).replace("&quot;", '"')
    text = quote(typed.strip(), safe=_ADDRESS_SIGNS)
    if not _ADDRESS.match(text):
        raise UnprintableError(f"「{typed}」不是网址", "超链接只能是 http、https 或 mailto 地址。")
    return Printed(text.replace("&", "&amp;"))


def field_code(value: object) -> Printed:
    """A value inside the code of a field.

    Raises:
        UnprintableError: It holds characters with a meaning there.
    """
    text = text_of(value)
    if any(sign in text for sign in '"\\{}\n\r\t'):
        raise UnprintableError("域代码里的值不能有引号、反斜线、花括号和换行", "把这些字符从值里去掉。")
    return plain_text(text)


VALUE_SIGN: Final = re.compile(r"<\?jx v(?: \d+)?\?>")


def finalize_marked(value: object) -> str:
    """``finalize``, in marked prints with signs around the parts of known origin, which ``replace_signs`` replaces."""
    origins, text = STATE.get().origins, ""
    parts: list[tuple[int, int, Origin, int]] = []
    if origins is not None and isinstance(value, Passage):
        text, parts = value, _parts(value, value.stretches)
    elif origins is not None and isinstance(value, Amount | Day) and value.origin is not None:
        text = value.text if isinstance(value, Amount) else chinese_date(value)
        parts = [(0, len(text), value.origin, 1)] if text else []
    if origins is None or not parts:
        return finalize(value)
    STATE.get().has_signs = True
    pieces: list[str] = []
    at = 0
    for start, end, origin, part in parts:
        number = origins.number(text[start:end], origin, part)
        pieces += (text_xml(text[at:start]), f"<?jx v {number}?>", text_xml(text[start:end]), "<?jx v?>")
        at = end
    return "".join((*pieces, text_xml(text[at:])))


def _parts(text: str, stretches: tuple[Stretch, ...]) -> list[tuple[int, int, Origin, int]]:
    """Each stretch as (start, end, origin, number).

    Stretches of one origin are numbered if their texts differ; equal ones are the same value printed again.
    """
    if "\a" in text or "\f" in text:
        # Marks cannot contain the end of a paragraph.
        stretches = tuple(
            Stretch(*piece.span(), one.origin)
            for one in stretches
            for piece in _UNBROKEN.finditer(text, one.start, one.end)
        )
    alike: dict[Origin, set[str]] = {}
    for one in stretches:
        alike.setdefault(one.origin, set()).add(text[one.start : one.end])
    seen: dict[Origin, int] = {}
    parts: list[tuple[int, int, Origin, int]] = []
    for one in stretches:
        number = seen[one.origin] = seen.get(one.origin, 0) + 1
        parts.append((one.start, one.end, one.origin, number if len(alike[one.origin]) > 1 else 1))
    return parts


BLOCKS: Final = ("<w:p>", "<w:p ", "<w:tbl>", "<w:sdt>")
"""How the XML of paragraphs and tables begins, as kept by ``{%p set %}`` or printed by a macro."""

_SPECIAL = re.compile("[&<>\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_OPEN_RUN: Final = '<w:r><w:t xml:space="preserve">'


def finalize(value: object) -> str:
    """A value as markup in a run's text. Called for every ``{{ }}``, so the usual types come first."""
    kind = type(value)
    if kind is str:
        return value if _SPECIAL.search(value) is None else text_xml(value)  # type: ignore[call-overload, arg-type, return-value]
    if kind is Printed or kind is PrintedBlock:
        if kind is Printed and value.startswith(BLOCKS):  # type: ignore[attr-defined]
            raise UnprintableError("它是若干段，放不进一段文字里", "把标记写成 {{p }}，独占一段。")
        return value  # type: ignore[return-value]
    # Before the abstract classes, as isinstance takes longer with these than printing a figure.
    if kind is Amount or kind is Passage or kind is int:
        return text_xml(str(value))
    if isinstance(value, Picture | RunValue):
        runs = picture_run(value, "") if isinstance(value, Picture) else value.runs_xml("")
        return f"</w:t></w:r>{runs}{_OPEN_RUN}"
    if isinstance(value, TextValue):
        return value.text_xml()
    return text_xml(text_of(value))
