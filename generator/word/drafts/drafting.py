"""A printed report as a draft: what is still unknown is highlighted, remarks stand in comments, every page says so."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, cast

from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.part import XmlPart
from lxml import etree

from generator.base.diagnostics import Span
from generator.base.placeholder import PLACEHOLDER
from generator.word import names
from generator.word.drafts.commenting import Comments, Remark, places_of
from generator.word.drafts.watermark import mark_pages
from generator.word.names import MARK, XML_SPACE, ancestor, w
from generator.word.opc import own_package, write_package
from generator.word.parts import core_properties, open_document, save_document
from generator.word.properties import RUN, placed
from generator.word.trees import drop, make, parse_xml

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from generator.word.names import Tree
    from generator.word.running.origins import Marked

__all__ = ["Remark", "make_draft"]

_PLACEHOLDER: Final = re.compile(f"({PLACEHOLDER})")
_BESIDE: Final = frozenset({RT.HEADER, RT.FOOTER, RT.FOOTNOTES, RT.ENDNOTES})


def make_draft(
    report: Marked, remarks: Sequence[Remark], summary: Callable[[Sequence[Remark]], Sequence[str]]
) -> bytes:
    """The draft of a report; the same for the same report and remarks.

    Args:
        report: The report; its marks are taken off.
        remarks: What is to be said of its values.
        summary: The lines of the comment at its title, for the remarks on what is not printed anywhere.
    """
    main = open_document(own_package(report.data), Span(""))
    body = cast("Tree", main.element.body)
    beside = {one.target_part for one in main.rels.values() if one.reltype in _BESIDE and not one.is_external}
    roots = [body, *(cast("Tree", part.element) for part in beside if isinstance(part, XmlPart))]
    marks = ((report.values[int(mark.get("n", "")) - 1].path, mark) for mark in body.iter(MARK))
    comments = Comments(main, places_of(marks))
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
        _unwrap(root)
        for run in list(root.iter(names.R)):
            _highlight(run)
    mark_pages(main)
    properties = core_properties(main)
    properties.title = f"{properties.title}（草稿）"
    return write_package(save_document(main))


def _title_runs(body: Tree) -> list[Tree]:
    """What the first paragraph that says something consists of, text boxes apart; empty where there is none."""
    for paragraph in body.iter(names.P):
        runs = [child for child in paragraph if child.tag in {names.R, MARK}]
        if ancestor(paragraph, names.BOX) is None and any(text.text for run in runs for text in run.iter(names.T)):
            return runs
    return []


def _unwrap(root: Tree) -> None:
    """Takes off the marks; what stands in them stays."""
    for mark in list(root.iter(MARK)):
        for child in mark:
            mark.addprevious(child)
        drop(mark)


def _highlight(run: Tree) -> None:
    """Splits a run around the placeholders in it, and marks these yellow; its own format stays."""
    if not any(_PLACEHOLDER.search(text.text or "") for text in run.findall(names.T)):
        return
    style = run.find(names.R_PR)
    for child in [child for child in run if child is not style]:
        for piece, marked in _pieces(child):
            made = make(names.R)
            if style is not None or marked:
                made.append(_format(style, marked=marked))
            made.append(piece)
            run.addprevious(made)
    drop(run)


def _pieces(child: Tree) -> Iterator[tuple[Tree, bool]]:
    """A child of a run, cut where placeholders begin and end, and whether it is one."""
    if child.tag != names.T:
        yield child, False
        return
    for at, text in enumerate(_PLACEHOLDER.split(child.text or "")):
        if text:
            piece = make(names.T)
            piece.set(XML_SPACE, "preserve")
            piece.text = text
            yield piece, at % 2 == 1


def _format(style: Tree | None, *, marked: bool) -> Tree:
    made = make(names.R_PR) if style is None else parse_xml(etree.tostring(style, with_tail=False))
    if marked:
        for old in made.findall(w("highlight")):
            drop(old)
        colour = make(w("highlight"))
        colour.set(w("val"), "yellow")
        placed(made, colour, RUN)
    return made
