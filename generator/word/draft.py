"""Turns a marked report into a draft: comments on values, highlighted placeholders, a watermark on every page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import deepcopy
from itertools import count
from typing import Final, cast

from docx.opc.constants import CONTENT_TYPE as CT
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.part import XmlPart
from docx.oxml import parse_xml as element_of
from docx.parts.document import DocumentPart
from msgspec import Struct

from generator.base.amount import PLACEHOLDER
from generator.base.diagnostics import Span
from generator.word import names, parts
from generator.word.merge.copy_parts import add_reference, references, turns_pages
from generator.word.names import MARK, XML_SPACE, Tree, ancestor, highest, is_on, w
from generator.word.opc import Entry, escaped
from generator.word.render.state import Marked
from generator.word.xml import drop, insert_ordered, make, unwrap

_AUTHOR, _INITIALS = "绩效自评报告程序", "绩效"
_SPACE: Final = f'xmlns:w="{names.WORD[1:-1]}"'
_LEFT: Final = (
    '<w:pPr><w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/>'
    '<w:ind w:left="0" w:right="0" w:firstLineChars="0" w:firstLine="0"/><w:jc w:val="left"/></w:pPr>'
)
_SMALL: Final = '<w:rPr><w:sz w:val="18"/><w:szCs w:val="18"/></w:rPr>'
_PLACEHOLDER: Final = re.compile(f"({PLACEHOLDER})")
_FIRST_SHAPE: Final = 2049


class Remark(Struct, frozen=True):
    """The lines of a comment, and the paths of its values: it goes to the first that is printed, whole or in part."""

    paths: tuple[str, ...]
    lines: tuple[str, ...]


def make_draft(
    report: Marked, remarks: Sequence[Remark], summary: Callable[[Sequence[Remark]], Sequence[str]]
) -> dict[str, Entry]:
    """The draft of a report; the same for the same report and remarks.

    ``summary`` makes the comment on the title from the remarks on values that are not printed.
    """
    main = parts.open_document(report.entries, Span(""))
    body = cast("Tree", main.element.body)
    roots = parts.text_roots(main)
    marks = ((report.values[int(mark.get("n", "")) - 1].path, mark) for mark in body.iter(MARK))
    comments = _Comments(main, marks)
    homeless = []
    for remark in remarks:
        place = comments.find(remark)
        if place is None:
            homeless.append(remark)
        else:
            comments.add(place, place, remark.lines)
    title = _title_runs(body)
    if title:
        comments.add(title[0], title[-1], summary(homeless))
    for root in roots:
        for mark in list(root.iter(MARK)):
            unwrap(mark)
        for run in list(root.iter(names.R)):
            _highlight(run)
    _mark_pages(main)
    title_property = parts.core_property(main, parts.TITLE)
    title_property.text = f"{title_property.text or ''}（草稿）"
    return parts.save_document(main)


class _Comments:
    """Adds comments to a Word file."""

    def __init__(self, main: DocumentPart, marks: Iterable[tuple[str, Tree]]) -> None:
        # The first place of every value, and of every group, table and row of which something is printed.
        places: dict[str, Tree] = {}
        within: dict[str, Tree] = {}
        for path, mark in marks:
            # Word allows no comments in text boxes.
            if path not in places and ancestor(mark, names.BOX) is None:
                places[path] = mark
                for end in re.finditer(r"[.\[]", path):
                    within.setdefault(path[: end.start()], mark)
        self._places = within | places
        self._root = parts.root_beside(main, RT.COMMENTS)
        self._next = 1 + highest(self._root.findall(w("comment")))

    def find(self, remark: Remark) -> Tree | None:
        """The mark that a remark is about; None where none of its values is printed."""
        return next((self._places[path] for path in remark.paths if path in self._places), None)

    def add(self, first: Tree, last: Tree, lines: Iterable[str]) -> None:
        """Adds a comment on the elements of a paragraph from the first to the last."""
        number, self._next = self._next, self._next + 1
        paragraphs = "".join(
            f"<w:p>{_LEFT}{'' if at else '<w:r><w:annotationRef/></w:r>'}"
            f'<w:r>{_SMALL}<w:t xml:space="preserve">{escaped(line)}</w:t></w:r></w:p>'
            for at, line in enumerate(lines)
        )
        head = f'w:id="{number}" w:author="{_AUTHOR}" w:initials="{_INITIALS}"'
        self._root.append(element_of(f"<w:comment {_SPACE} {head}>{paragraphs}</w:comment>"))
        first.addprevious(element_of(f'<w:commentRangeStart {_SPACE} w:id="{number}"/>'))
        last.addnext(element_of(f'<w:r {_SPACE}><w:commentReference w:id="{number}"/></w:r>'))
        last.addnext(element_of(f'<w:commentRangeEnd {_SPACE} w:id="{number}"/>'))


def _mark_pages(main: DocumentPart) -> None:
    """Marks every page, whatever headers its sections have or lack."""
    numbers = count()
    for part in sorted(parts.all_related(main, RT.HEADER), key=lambda one: str(one.partname)):
        if isinstance(part, XmlPart):
            cast("Tree", part.element).append(_paragraph(next(numbers)))
    known: set[str] = set()
    turning, taken = turns_pages(main), parts.names_in(main)
    free = (name for number in count(1) if (name := f"/word/header{number}.xml") not in taken)
    for section in cast("Tree", main.element).iter(w("sectPr")):
        known |= references(section, "header").keys()
        needed = {"default", *(["even"] if turning else []), *(["first"] if is_on(section, "titlePg") else [])}
        # Sections inherit missing kinds from the section before.
        for kind in sorted(needed - known):
            header = element_of(f'<w:hdr xmlns:w="{names.WORD[1:-1]}"/>')
            header.append(_paragraph(next(numbers)))
            add_reference(section, "header", kind, parts.add_part(main, next(free), CT.WML_HEADER, RT.HEADER, header))
            known.add(kind)


def _paragraph(number: int) -> Tree:
    # Like Word's own watermarks, so that 设计 → 水印 can remove it.
    return element_of(names.markup("watermark.xml").format(number=number + 1, spid=_FIRST_SHAPE + number))


def _title_runs(body: Tree) -> list[Tree]:
    """The runs and marks of the first paragraph with text outside text boxes."""
    for paragraph in body.iter(names.P):
        runs = [child for child in paragraph if child.tag in {names.R, MARK}]
        if ancestor(paragraph, names.BOX) is None and any(text.text for run in runs for text in run.iter(names.T)):
            return runs
    return []


def _highlight(run: Tree) -> None:
    """Splits a run around its placeholders and highlights these; the format stays."""
    if not any(_PLACEHOLDER.search(text.text or "") for text in run.findall(names.T)):
        return
    style = run.find(names.R_PR)
    for child in [child for child in run if child is not style]:
        for piece, marked in _pieces(child):
            made = make(names.R)
            if style is not None or marked:
                properties = make(names.R_PR) if style is None else deepcopy(style)
                if marked:
                    for old in properties.findall(w("highlight")):
                        drop(old)
                    insert_ordered(properties, make(w("highlight"), "yellow"), names.RUN)
                made.append(properties)
            made.append(piece)
            run.addprevious(made)
    drop(run)


def _pieces(child: Tree) -> Iterator[tuple[Tree, bool]]:
    """The pieces of a child of a run, each with whether it is a placeholder."""
    if child.tag != names.T:
        yield child, False
        return
    for at, text in enumerate(_PLACEHOLDER.split(child.text or "")):
        if text:
            piece = make(names.T)
            piece.set(XML_SPACE, "preserve")
            piece.text = text
            yield piece, at % 2 == 1
