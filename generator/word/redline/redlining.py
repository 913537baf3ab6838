"""A newer document with the changes against an older one tracked, as Word's 「修订」 shows them.

Accepting all changes gives the newer document's text, rejecting all gives the older one's. Both are taken as they were
printed; changes tracked in them before, and content controls, are settled first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from generator.base.diagnostics import Span
from generator.word import names
from generator.word.names import w
from generator.word.redline.blocks import merge_container
from generator.word.redline.carrying import Carrier
from generator.word.redline.pair import Pair, Side
from generator.word.redline.pen import Pen
from generator.word.redline.settling import settle
from generator.word.redline.state import declare
from generator.word.volume import RELATION, Volume

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.word.names import Tree

__all__ = ["Redline", "redline"]

_NUMBERED: Final = tuple(map(w, ("bookmarkStart", "bookmarkEnd", "commentRangeStart", "commentRangeEnd")))
_MARGINS: Final = {w("headerReference"): "页眉", w("footerReference"): "页脚"}
_OF_THE_TEXT: Final = frozenset({"header", "footer", "footnotes", "endnotes"})
_SECTION: Final = w("sectPr")


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
        generator.base.errors.Refused: One of them is not a Word file, or not a safe one.
    """
    before, after = Volume(old, Span("")), Volume(new, Span(""))
    for volume in (before, after):
        for part in _texts(volume):
            settle(volume.tree(part))
    pen = Pen(author, date, _first_number(after))
    remarks: list[str] = []
    sides = Side.of(before, before.main), Side.of(after, after.main)
    pair = Pair(*sides, pen, Carrier(before, after), remarks)
    last = before.body.find(_SECTION), after.body.find(_SECTION)
    merge_container(before.body, after.body, pair)
    _compare_sections([*pair.sections, last], pair)
    declare(after)
    return Redline(after.data(), pen.count, tuple(dict.fromkeys(remarks)))


def _texts(volume: Volume) -> list[str]:
    """The parts that hold text: the body, headers, footers and notes."""
    relations = [one for one in volume.relations(volume.main) if one.get("TargetMode") != "External"]
    beside = [
        volume.target(volume.main, one) for one in relations if str(one.get("Type")).rpartition("/")[2] in _OF_THE_TEXT
    ]
    return [volume.main, *dict.fromkeys(name for name in beside if name in volume.entries)]


def _first_number(volume: Volume) -> int:
    """A number above all that bookmarks and comments have."""
    found = [one.get(w("id"), "") for part in _texts(volume) for one in volume.tree(part).iter(*_NUMBERED)]
    return 1 + max((int(number) for number in found if str(number).isdecimal()), default=0)


def _compare_sections(sections: list[tuple[Tree | None, Tree | None]], pair: Pair) -> None:
    """Marks the changes in headers and footers; tells where the page itself is another."""
    done: set[str] = set()
    for number, (old, new) in enumerate(sections, 1):
        if old is None or new is None or pair.differ(old, new, _MARGINS):
            pair.remarks.append(f"第 {number} 节的页面设置有变化，修订稿里只有新的")
        before, after = dict(_margins(old, pair.old)), dict(_margins(new, pair.new))
        if before.keys() != after.keys():
            pair.remarks.append(f"第 {number} 节有页眉或页脚增减，修订稿里只有新的")
        for kind in sorted(before.keys() & after.keys()):
            if after[kind] not in done:
                done.add(after[kind])
                own = pair.beside(before[kind], after[kind])
                merge_container(own.old.volume.tree(before[kind]), own.new.volume.tree(after[kind]), own)


def _margins(section: Tree | None, side: Side) -> Iterator[tuple[tuple[str, str], str]]:
    """The parts of the headers and footers of a section, by what they are."""
    links = {str(one.get("Id")): one for one in side.volume.relations(side.part)}
    for reference in () if section is None else section.iter(*_MARGINS):
        relation = links.get(str(reference.get(f"{RELATION}id")))
        if relation is not None:
            kind = (names.local(reference), str(reference.get(w("type"), "default")))
            yield kind, side.volume.target(side.part, relation)
