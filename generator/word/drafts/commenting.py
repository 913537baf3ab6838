"""Comments at printed values: what is to be said of a value stands beside it in Word."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from docx.opc.constants import RELATIONSHIP_TYPE as RT
from msgspec import Struct

from generator.word import names
from generator.word.names import ancestor, w
from generator.word.opc import escaped
from generator.word.parts import root_beside
from generator.word.trees import parse_xml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from docx.parts.document import DocumentPart

    from generator.word.names import Tree

__all__ = ["Comments", "Remark", "places_of"]

_AUTHOR, _INITIALS = "绩效自评报告程序", "绩效"
_SPACE: Final = f'xmlns:w="{names.WORD[1:-1]}"'
_PROPERTIES: Final = (
    '<w:pPr><w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/>'
    '<w:ind w:left="0" w:right="0" w:firstLineChars="0" w:firstLine="0"/><w:jc w:val="left"/></w:pPr>'
)
_SMALL: Final = '<w:rPr><w:sz w:val="18"/><w:szCs w:val="18"/></w:rPr>'


class Remark(Struct, frozen=True):
    """What is to be said, in lines, and of what: the first of the paths that is printed, or has something within it."""

    paths: tuple[str, ...]
    lines: tuple[str, ...]


def places_of(marks: Iterable[tuple[str, Tree]]) -> dict[str, Tree]:
    """The first mark of every path at which a comment can stand: Word allows none in a text box."""
    places: dict[str, Tree] = {}
    for path, mark in marks:
        if path not in places and ancestor(mark, names.BOX) is None:
            places[path] = mark
    return places


class Comments:
    """The comments of a Word file, added to those that are there."""

    def __init__(self, main: DocumentPart, places: Mapping[str, Tree]) -> None:
        self._places = places
        self._within = dict(_within(places))
        self._root = root_beside(main, RT.COMMENTS)
        given = [str(one.get(w("id"))) for one in self._root.findall(w("comment"))]
        self._next = max((int(number) for number in given if number.isdecimal()), default=-1) + 1

    def find(self, remark: Remark) -> Tree | None:
        """The mark that a remark is about; None where nothing of it is printed."""
        for path in remark.paths:
            found = self._places.get(path)
            found = self._within.get(path) if found is None else found
            if found is not None:
                return found
        return None

    def add(self, first: Tree, last: Tree, lines: Iterable[str]) -> None:
        """A comment on what stands from one element of a paragraph to another."""
        number, self._next = self._next, self._next + 1
        self._root.append(_comment(number, lines))
        first.addprevious(parse_xml(f'<w:commentRangeStart {_SPACE} w:id="{number}"/>'.encode()))
        reference = f'<w:r {_SPACE}><w:commentReference w:id="{number}"/></w:r>'
        last.addnext(parse_xml(reference.encode()))
        last.addnext(parse_xml(f'<w:commentRangeEnd {_SPACE} w:id="{number}"/>'.encode()))


def _within(places: Mapping[str, Tree]) -> Iterator[tuple[str, Tree]]:
    """Every group, table and row of which something is printed, with its first place."""
    for path, control in reversed(list(places.items())):
        for end in re.finditer(r"[.\[]", path):
            yield path[: end.start()], control


def _comment(number: int, lines: Iterable[str]) -> Tree:
    paragraphs = "".join(
        f"<w:p>{_PROPERTIES}{'' if at else '<w:r><w:annotationRef/></w:r>'}"
        f'<w:r>{_SMALL}<w:t xml:space="preserve">{escaped(line)}</w:t></w:r></w:p>'
        for at, line in enumerate(lines)
    )
    head = f'w:id="{number}" w:author="{_AUTHOR}" w:initials="{_INITIALS}"'
    return parse_xml(f"<w:comment {_SPACE} {head}>{paragraphs}</w:comment>".encode())
