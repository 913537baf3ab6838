"""A newer document with the changes against an older one tracked, as Word's 「修订」 shows them.

Accepting all changes gives the newer document's text, rejecting all gives the older one's. Both are taken as they were
printed; changes tracked in them before, and content controls, are settled first.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, cast

from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.part import XmlPart
from msgspec import Struct

from generator.base.diagnostics import Span
from generator.word import names
from generator.word.names import w
from generator.word.opc import write_package
from generator.word.parts import RELATION, core_properties, open_file, save_document
from generator.word.redline.blocks import mark_container, merge_container
from generator.word.redline.markup import Pen, settle
from generator.word.redline.pair import Carrier, Merge, Pair, Side

if TYPE_CHECKING:
    from docx.parts.document import DocumentPart

    from generator.word.names import Tree


_NUMBERED: Final = tuple(map(w, ("bookmarkStart", "bookmarkEnd", "commentRangeStart", "commentRangeEnd")))
_MARGINS: Final = {w("headerReference"): "页眉", w("footerReference"): "页脚"}
_OF_THE_TEXT: Final = frozenset({RT.HEADER, RT.FOOTER, RT.FOOTNOTES, RT.ENDNOTES})
_SECTION: Final = w("sectPr")
_STATE: Final = "修订稿"  # Word and WPS show it among the properties as 「状态」


class Redline(Struct, frozen=True):
    """A document with tracked changes.

    Attributes:
        data: The bytes of the Word file.
        count: How many marks it has; 0 where the two are the same.
        remarks: In Chinese, what differs and no tracked change can show: a chart, the page of a section.
    """

    data: bytes
    count: int
    remarks: tuple[str, ...]


def redline(old: bytes, new: bytes, author: str, date: str) -> Redline:
    """The newer document with the changes against the older one tracked; the same input gives the same bytes.

    Args:
        old: The older Word file.
        new: The newer one, whose styles, pages and parts the result has.
        author: The name that the changes bear.
        date: Their time, as ``2022-05-20T00:00:00Z``.

    Raises:
        generator.base.diagnostics.Refused: One of them is not a Word file, or not a safe one.
    """
    before, after = open_file(old, Span("")), open_file(new, Span(""))
    for part in (*_texts(before), *_texts(after)):
        settle(cast("Tree", part.element))
    merge = Merge(Pen(author, date, _first_number(after)), Carrier(before, after))
    pair = Pair(Side.of(before), Side.of(after), merge)
    was, now = cast("Tree", before.element.body), cast("Tree", after.element.body)
    last = was.find(_SECTION), now.find(_SECTION)
    merge_container(was, now, pair)
    _compare_sections([*pair.sections, last], pair)
    while merge.nested:
        inner = merge.nested.pop(0)
        if inner.old is None:
            mark_container(inner.new, inner.kind, inner.pair)
        else:
            merge_container(inner.old, inner.new, inner.pair)
    core_properties(after).content_status = _STATE
    data = write_package(save_document(after))
    return Redline(data, merge.pen.count, tuple(dict.fromkeys(merge.remarks)))


def _texts(main: DocumentPart) -> list[XmlPart]:
    """The parts that hold text: the body, headers, footers and notes."""
    beside = [one.target_part for one in main.rels.values() if one.reltype in _OF_THE_TEXT and not one.is_external]
    return [main, *(part for part in dict.fromkeys(beside) if isinstance(part, XmlPart))]


def _first_number(main: DocumentPart) -> int:
    """A number above all that bookmarks and comments have."""
    roots = [cast("Tree", part.element) for part in _texts(main)]
    found = [str(one.get(w("id"), "")) for root in roots for one in root.iter(*_NUMBERED)]
    return 1 + max((int(number) for number in found if number.isdecimal()), default=0)


def _compare_sections(sections: list[tuple[Tree | None, Tree | None]], pair: Pair) -> None:
    """Marks the changes in headers and footers; tells where the page itself is another."""
    done: set[XmlPart] = set()
    for number, (old, new) in enumerate(sections, 1):
        if old is None or new is None or pair.differ(old, new, _MARGINS):
            pair.merge.remarks.append(f"第 {number} 节的页面设置有变化，修订稿里只有新的")
        before, after = dict(_margins(old, pair.old)), dict(_margins(new, pair.new))
        if before.keys() != after.keys():
            pair.merge.remarks.append(f"第 {number} 节有页眉或页脚增减，修订稿里只有新的")
        for kind in sorted(before.keys() & after.keys()):
            if after[kind] not in done:
                done.add(after[kind])
                own = pair.beside(before[kind], after[kind])
                merge_container(cast("Tree", before[kind].element), cast("Tree", after[kind].element), own)


def _margins(section: Tree | None, side: Side) -> Iterator[tuple[tuple[str, str], XmlPart]]:
    """The parts of the headers and footers of a section, by what they are."""
    for reference in () if section is None else section.iter(*_MARGINS):
        relation = side.part.rels.get(str(reference.get(f"{RELATION}id")))
        part = None if relation is None or relation.is_external else relation.target_part
        if isinstance(part, XmlPart):
            yield (names.local(reference), str(reference.get(w("type"), "default"))), part
