"""Content controls around printed values, by which an edit in Word finds its way back to the value it was made in.

Every stretch of a ``Passage`` and every ``Amount`` that knows its origin stands in a control of its own, without a
visible box. Controls of one value are bound to one node of a store, so that Word changes all of them together; a second
store, which nothing is bound to, keeps what was printed: whatever differs from it was edited.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Final

from generator.base.amount import Amount
from generator.base.chinese import chinese_date
from generator.base.passage import Day, Passage
from generator.patterns import regex
from generator.word.relating import RELATIONS, add_part, main_part
from generator.word.running.wording import attribute, plain_text, text_xml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.base.passage import Origin, Stretch
    from generator.word.package import Entry

__all__ = ["APPEARANCE", "PRINTED", "STORE", "TAG", "Controls", "kept", "titled"]

APPEARANCE: Final = "http://schemas.microsoft.com/office/word/2012/wordml"
"""The namespace of ``w15:appearance``, which programs before Word 2013 do not know."""
STORE: Final = "jixiao"
"""The root of the store that the controls are bound to."""
PRINTED: Final = "jixiao-printed"
"""The root of the store that keeps what was printed."""
TAG: Final = "jx"
"""What the tag of a control begins with; the number of its value follows."""

_IDS: Final = {
    STORE: "{6A697869-616F-4A58-9C5E-7D2F10A3B801}",
    PRINTED: "{6A697869-616F-4A58-9C5E-7D2F10A3B802}",
}
_PROPERTIES: Final = "application/vnd.openxmlformats-officedocument.customXmlProperties+xml"
_DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
# Word takes titles of up to 64 characters; a number may follow.
_LONGEST_TITLE: Final = 60
# Of a longer text a digest is kept: it takes the room of the text no second time.
_LONGEST_KEPT: Final = 32
_SPECIAL = regex('[&<>"\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]')
_BREAKING = regex("[\n\r\t]")
_PLAIN_TEXT: Final = '<w15:appearance w15:val="hidden"/><w:text w:multiLine="1"/></w:sdtPr><w:sdtContent><w:r>'
_T: Final = '<w:t xml:space="preserve">'

_Markup = tuple[str, str]


class Controls:
    """The controls of one render."""

    __slots__ = ("_bound", "_printed", "_titles", "_values")

    def __init__(self) -> None:
        self._values: dict[tuple[Origin, int, str], _Markup] = {}
        self._bound: list[str] = []
        self._printed: list[str] = []
        self._titles: dict[str, int] = {}

    def runs(self, value: object, style: str) -> str:
        """A value as runs: what knows its origin in controls, the template's own words between them as they are.

        Args:
            value: What a tag prints; nothing is made of one that does not know where it comes from.
            style: The ``w:rPr`` of the placeholder.
        """
        if isinstance(value, Passage):
            return self._passage(str.__str__(value), value.stretches, style) if value.stretches else ""
        if isinstance(value, Amount):
            return self._control(value.text, value.origin, 1, style) if value.text and value.origin is not None else ""
        if isinstance(value, Day):
            return self._control(chinese_date(value), value.origin, 1, style) if value.origin is not None else ""
        return ""

    def _passage(self, text: str, stretches: tuple[Stretch, ...], style: str) -> str:
        start, end, origin = stretches[0]
        if start == 0 and end == len(text):
            return self._control(text, origin, 1, style)
        pieces: list[str] = []
        at = 0
        for start, end, origin, part in _parts(text, stretches):
            if start > at:
                pieces.append(_run(text[at:start], style))
            pieces.append(self._control(text[start:end], origin, part, style))
            at = end
        if at < len(text):
            pieces.append(_run(text[at:], style))
        return "".join(pieces)

    def _control(self, text: str, origin: Origin, part: int, style: str) -> str:
        key = (origin, part, text)
        value = self._values.get(key)
        if value is None:
            value = self._values[key] = self._new(text, origin, part)
        properties, words = value
        return f"<w:sdt><w:sdtPr>{style}{properties}{style}{words}"

    def _new(self, text: str, origin: Origin, part: int) -> _Markup:
        """The markup of a value's controls: their properties, up to the run, and its text.

        They have no ids: who opens the file gives each its own (ECMA-376, part 1, 17.5.2.18).
        """
        path, computed, unit = origin
        usual, trim = _SPECIAL.search(text) is None, text == text.strip()
        escaped = text if usual else plain_text(text)
        shown = path if _SPECIAL.search(path) is None else attribute(path)
        words = f'<v path="{shown}"'
        if unit:
            words += f' unit="{attribute(unit)}"'
        if part > 1:
            words += f' part="{part}"'
        binding = ""
        if computed:
            words += ' computed="1"'
        # LibreOffice prints a bound text again for each of its lines, and a store may lose the blanks at its ends.
        elif trim and (usual or not _BREAKING.search(text)):
            self._bound.append(f"<v>{escaped}</v>")
            words += f' bound="{len(self._bound)}"'
            binding = f'<w:dataBinding w:xpath="/{STORE}[1]/v[{len(self._bound)}]" w:storeItemID="{_IDS[STORE]}"/>'
        self._printed.append(f"{words}>{escaped if len(text) <= _LONGEST_KEPT else kept(text)}</v>")
        title = titled(path, self._titles, told=not binding)
        if shown is not path:
            title = attribute(title)
        # A text may be given further lines; a number that got one would be refused anyway.
        return (
            f'<w:alias w:val="{title}"/><w:tag w:val="{TAG}{len(self._printed)}"/>{binding}{_PLAIN_TEXT}',
            f"{'<w:t>' if trim else _T}{escaped if usual else text_xml(text)}</w:t></w:r></w:sdtContent></w:sdt>",
        )

    def deliver(self, entries: dict[str, Entry]) -> None:
        """Adds the two stores to the package; none where nothing printed knows its origin."""
        if not self._values:
            return
        body = main_part(entries)
        for root, values in ((STORE, self._bound), (PRINTED, self._printed)):
            number = _number_for(entries, root)
            item, properties = f"customXml/item{number}.xml", f"customXml/itemProps{number}.xml"
            text = f"{_DECLARATION}<{root}>{''.join(values)}</{root}>"
            add_part(entries, item, text, "", body, f"{RELATIONS}/customXml", f"rIdValues{number}")
            described = _DECLARATION + _DESCRIPTION.format(identity=_IDS[root])
            add_part(entries, properties, described, _PROPERTIES, item, f"{RELATIONS}/customXmlProps", "rId1")


_DESCRIPTION: Final = (
    '<ds:datastoreItem xmlns:ds="http://schemas.openxmlformats.org/officeDocument/2006/customXml" '
    'ds:itemID="{identity}"><ds:schemaRefs/></ds:datastoreItem>'
)


def kept(text: str) -> str:
    """What the second store keeps of a text: a short one as it is, of a longer one a digest."""
    return text if len(text) <= _LONGEST_KEPT else f"#{blake2b(text.encode(), digest_size=12).hexdigest()}"


def titled(path: str, seen: dict[str, int], *, told: bool = True) -> str:
    """The title of a control: its path, and a number where others that are not bound have that path too.

    Args:
        path: The path.
        seen: How often each title was given so far; counts this one.
        told: Whether the title must tell the control from others.
    """
    title = path[:_LONGEST_TITLE]
    if not told:
        return title
    seen[title] = seen.get(title, 0) + 1
    return title if seen[title] == 1 else f"{title} {seen[title]}"


def _parts(text: str, stretches: tuple[Stretch, ...]) -> Iterator[tuple[int, int, Origin, int]]:
    """Each stretch with its place among those of its origin, where that tells them apart.

    A text that refers to facts stands there in several parts; a value that is printed twice is the same value.
    """
    alike: dict[Origin, set[str]] = {}
    for start, end, origin in stretches:
        alike.setdefault(origin, set()).add(text[start:end])
    seen: dict[Origin, int] = {}
    for start, end, origin in stretches:
        part = seen[origin] = seen.get(origin, 0) + 1
        yield start, end, origin, part if len(alike[origin]) > 1 else 1


def _run(text: str, style: str) -> str:
    return f"<w:r>{style}{_T}{text_xml(text)}</w:t></w:r>"


def _number_for(entries: dict[str, Entry], root: str) -> int:
    """A free number for a store; that of an old one, where a printed report was made a layout."""
    free = 1
    while (name := f"customXml/item{free}.xml") in entries and f"<{root}".encode() not in entries[name].data():
        free += 1
    return free
