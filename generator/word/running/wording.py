"""How text becomes WordprocessingML: escaped, with line breaks, never able to break out of its element."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, MappingView, Sequence, Set
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from types import NoneType
from typing import TYPE_CHECKING, Any, Final

from jinja2.runtime import Undefined
from markupsafe import Markup

from generator.base.amount import Amount
from generator.base.chinese import chinese_date
from generator.base.forms import plain
from generator.base.passage import Passage
from generator.word import codes
from generator.word.running.rendering import STATE

if TYPE_CHECKING:
    from generator.base.diagnostics import Code

__all__ = [
    "Printed",
    "PrintedBlock",
    "UnprintableError",
    "attribute",
    "content_of",
    "passage_of",
    "plain_text",
    "text_of",
    "text_xml",
]

_REFUSED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_SPACE: Final = '<w:t xml:space="preserve">'
_BREAK: Final = f"</w:t><w:br/>{_SPACE}"
_TAB: Final = f"</w:t><w:tab/>{_SPACE}"
_BREAKS = re.compile("([\a\f])")
_SIGNS: Final = {"\a": "<?jx paragraph?>", "\f": "<?jx page?>"}
_MARKUP = re.compile(r"<w:(br|cr|tab)\b[^>]*/>|</w:(p)>|<[^>]*>")
_MEANT: Final = {"br": "\n", "cr": "\n", "tab": "\t", "p": "\n", None: ""}
# Objects of these have a text for programmers only.
_ENGINES: Final = ("jinja2.", "docxtpl.")


class Printed(str):
    """XML that the engine itself wrote, to be printed as it is."""

    __slots__ = ()


class PrintedBlock(Printed):
    """Such XML that stands in place of a paragraph."""

    __slots__ = ()


class UnprintableError(Exception):
    """A value cannot be printed; carries the code and the words of the finding."""

    def __init__(self, why: str, mend: str = "", code: Code = codes.UNPRINTABLE) -> None:
        super().__init__(why)
        self.why, self.mend, self.code = why, mend, code


def text_of(value: object) -> str:
    """The text of a value, before escaping.

    Raises:
        UnprintableError: It has no text of its own: a list, a mapping, a method.
    """
    if isinstance(value, str):
        return value if type(value) is str else _own_text(value)
    for kind, text in _TEXTS:
        if isinstance(value, kind):
            return text(value)
    if isinstance(value, Mapping | Sequence | Set | MappingView | Iterator):
        mend = "取其中的一项，或用 {%p for %}、{{p }}、| join('、') 逐项印出。"
        what = "一组有名称的值" if isinstance(value, Mapping) else "一列值"
        raise UnprintableError(f"它是{what}，不是一段文字", mend)
    _check_text(value)
    return str(value)


def _own_text(value: str) -> str:
    """The text of what is more than a text: markup of the engine's, or of the caller's (``markupsafe.Markup``)."""
    if isinstance(value, Printed):
        return content_of(value)
    return value.unescape() if isinstance(value, Markup) else value


def content_of(markup: str) -> str:
    """What is read in markup of the engine's: breaks and tabs as characters, formats left out."""
    text = _MARKUP.sub(lambda found: _MEANT[found.group(1) or found.group(2)], markup)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _check_text(value: object) -> None:
    kind = type(value)
    module = f"{kind.__module__}."
    if module.startswith("docxtpl."):
        mend = "改为普通的文字；着重、图片、文档见《与 docxtpl 的差别》。"
        raise UnprintableError(f"它是 docxtpl 的 {kind.__name__}", mend)
    bare = kind.__str__ is object.__str__ and kind.__repr__ is object.__repr__
    if callable(value) or bare or module.startswith(_ENGINES):
        what = "一个方法" if callable(value) else f"程序里的对象（{kind.__name__}）"
        raise UnprintableError(f"它是{what}，不是一段文字", "取它的一项，或在后面写括号来调用它。")


def _day_and_time(value: datetime) -> str:
    """Midnight is what a date without a time of day comes as, from a spreadsheet for one."""
    day = chinese_date(value)
    return day if not (value.hour or value.minute or value.second) else f"{day} {value:%H:%M:%S}"


def passage_of(value: object) -> str:
    """The text of a value before escaping, which knows where it comes from if the value does.

    Raises:
        UnprintableError: It has no text of its own.
    """
    text = text_of(value)
    origin = getattr(value, "origin", None)
    return text if origin is None else Passage.of(text, origin)


# The first that fits decides, so the narrower kinds come first.
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


def _checked(text: str) -> str:
    """The text with line ends made one kind.

    Raises:
        UnprintableError: It holds a control character, which Word files cannot.
    """
    bad = _REFUSED.search(text)
    if bad is not None:
        why = f"文字里有不可见的控制字符 U+{ord(bad.group()):04X}（第 {bad.start() + 1} 个字）"
        raise UnprintableError(why, "在填报文件里删去这个字符。")
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _escaped(text: str) -> str:
    return _checked(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def text_xml(text: str) -> str:
    r"""Text inside ``w:t``: escaped, a line end as a line break, a tab as a tab stop.

    ``\a`` begins a new paragraph, ``\f`` a new page: a sign is left, which ``break_paragraphs`` finds.
    """
    if type(text) is Passage and text.strong:
        return _with_emphasis(text)
    if "\a" in text or "\f" in text:
        STATE.get().breaks_paragraphs = True
        return "".join(_SIGNS.get(part) or text_xml(part) for part in _BREAKS.split(text))
    escaped = _escaped(text)
    if "\n" in escaped:
        escaped = escaped.replace("\n", _BREAK)
    return escaped.replace("\t", _TAB) if "\t" in escaped else escaped


def _with_emphasis(text: Passage) -> str:
    """The text with signs around its emphasised parts, which ``break_paragraphs`` finds."""
    STATE.get().breaks_paragraphs = True
    pieces: list[str] = []
    at = 0
    for start, end in text.strong:
        before, inside = (str.__getitem__(text, slice(*ends)) for ends in ((at, start), (start, end)))
        pieces.append(f"{text_xml(before)}<?jx strong?>{text_xml(inside)}<?jx weak?>")
        at = end
    return "".join((*pieces, text_xml(str.__getitem__(text, slice(at, None)))))


def plain_text(value: object) -> Printed:
    """A value as the text of an element that knows no breaks (core properties, drawing text)."""
    return value if isinstance(value, Printed) else Printed(_escaped(text_of(value)))


def attribute(value: object) -> Printed:
    """A value inside an XML attribute."""
    return Printed(_escaped(text_of(value)).replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;"))
