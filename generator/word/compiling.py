"""From the parts of a Word file to Jinja templates: the stages of compiling a layout.

XML ─join tags─▶ marks in text ─lift─▶ marks in containers ─cells─▶ ─check blocks and syntax─▶ source ─▶ template
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, cast

from lxml import etree

from generator.word import codes, names
from generator.word.blocks import check_blocks
from generator.word.cells import CellTags
from generator.word.joining import SENTINEL, join_paragraph, mark
from generator.word.lifting import TARGET, instruction, lift, settle, shell
from generator.word.names import Tree, ancestor, w
from generator.word.places import Places
from generator.word.syntax import check_tag, written
from generator.word.tables import watch_tables, write_widths
from generator.word.tags import Tag, has_escapes, literal, scan
from generator.word.trimming import trim
from generator.word.usage import Usage

if TYPE_CHECKING:
    from generator.diagnostics import Code, Finding, Span
    from generator.word.building import Options
    from generator.word.environment import LayoutEnvironment
    from generator.word.inspecting import Part
    from generator.word.lifting import Report

__all__ = ["PartSource", "compile_part"]

_MARK = re.compile(rf"{SENTINEL}(\d+){SENTINEL}|<\?{TARGET} (\d+)\?>")
_ENDINGS: Final = (names.TC, w("hdr"), w("ftr"), names.BOX, w("footnote"), w("endnote"), w("comment"))
_DRAWING: Final = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
_MOST_TAGS: Final = 20_000
_NOISE: Final = (w("proofErr"), w("lastRenderedPageBreak"))
_RSIDS: Final = re.compile(r"rsid\w*$|paraId$|textId$")


@dataclass(slots=True)
class PartSource:
    """One part as Jinja source; ``lines`` tells which tag a line of it belongs to.

    ``prints`` is false where the part holds nothing to print and can be kept as it is.
    """

    name: str
    source: str = ""
    lines: dict[int, Tag] = field(default_factory=dict)
    tags: list[Tag] = field(default_factory=list)
    prints: bool = False
    usage: Usage = field(default_factory=Usage)
    noted: list[tuple[int, Finding]] = field(default_factory=list)

    @property
    def findings(self) -> list[Finding]:
        """What is wrong with it, in the order of its text."""
        return [finding for _, finding in sorted(self.noted, key=lambda pair: pair[0])]


def compile_part(part: Part, environment: LayoutEnvironment, span: Span, options: Options) -> PartSource:
    """Turns one part into Jinja source. Its tree is used up.

    Args:
        part: The part.
        environment: The Jinja environment of the layout.
        span: The layout's file, for findings.
        options: The known names, and whether docxtpl's habits are let pass.
    """
    source = PartSource(part.name)
    root, tags = part.root, source.tags

    def report(code: Code, tag: Tag, **words: str) -> None:
        if options.chainable and code is codes.NOT_ALONE:
            code = codes.DROPPED
        source.noted.append((tag.number, code.at(span, tag.place, **cast("Any", {"tag": tag.raw, **words}))))

    escapes = has_escapes("".join(map(str, root.itertext())))
    _tidy(root)
    _collect(root, part.title, source, span)
    if len(tags) > _MOST_TAGS:
        source.noted.append((0, codes.TOO_MUCH.at(span, part.title, why=f"标记超过 {_MOST_TAGS} 个")))
        return source
    for tag in tags:
        check_tag(tag, environment, report, source.usage)
    if options.known is not None:
        source.usage.check(options.known, report)
    _work_in(root, tags, report)
    text = etree.tostring(root, encoding="unicode")
    check_blocks(_in_order(text, tags), report)
    _assemble(text, source, environment)
    source.prints = escapes or bool(tags)
    return source


def _work_in(root: Tree, tags: list[Tag], report: Report) -> None:
    """Brings every tag to the place in the tree that it speaks for, and what the engine adds of its own."""
    trim(tags)
    _placeholders(tags)
    lift(tags, report)
    settle(root, tags)
    CellTags(tags, report).apply()
    write_widths(root)
    watch_tables(root, tags, lambda table, printer: _wrap(table, printer, tags))
    _supply_paragraphs(root, tags)
    _number_drawings(root, tags)


def _tidy(root: Tree) -> None:
    """Drops what Word notes for itself: proofing marks, and the revision numbers that would be doubled by loops."""
    for element in list(root.iter(*_NOISE)):
        _dissolve(element)
    for element in list(root.iter(w("smartTag"))):
        _dissolve(element)
    keep_ids = names.local(root) == "comments"
    for element in root.iter(names.P, names.TR, names.R, w("sectPr")):
        for attribute in list(element.attrib):
            if not keep_ids and _RSIDS.search(str(attribute)):
                del element.attrib[attribute]


def _dissolve(element: Tree) -> None:
    """Takes an element away and leaves its runs."""
    parent = element.getparent()
    if parent is None:
        return
    position = parent.index(element)
    for child in [child for child in element if names.local(child) != "smartTagPr"]:
        parent.insert(position, child)
        position += 1
    parent.remove(element)


def _collect(root: Tree, title: str, part: PartSource, span: Span) -> None:
    """Finds all tags of a part and puts marks in their place."""
    places = Places(root, title)
    for paragraph in root.iter(names.P):
        first, place = len(part.tags), places.of(paragraph)
        for complaint in join_paragraph(paragraph, part.tags):
            part.noted.append((first, complaint.code.at(span, place, **cast("Any", complaint.words))))
        for tag in part.tags[first:]:
            tag.place = place
            if tag.kind == "{{" and not tag.scope and ancestor(paragraph, names.FALLBACK) is not None:
                tag.printer = "_copied"
    for element in root.iter():
        _collect_plain(element, title, places, part, span)


def _collect_plain(element: Tree, title: str, places: Places, part: PartSource, span: Span) -> None:
    """Tags in attributes (a picture's description) and in text outside ``w:t`` (drawings, core properties)."""
    spots: list[tuple[str, str]] = [(str(key), str(value)) for key, value in element.attrib.items() if "{" in value]
    if element.tag != names.T and "{" in (element.text or ""):
        spots.append(("", element.text or ""))
    for key, text in spots:
        paragraph = ancestor(element, names.P)
        place = (places.of(paragraph) if paragraph is not None else "") or title
        marked = _mark_plain(text, "_attribute" if key else "_plain", place, part, span)
        if key:
            element.set(key, marked)
        else:
            element.text = marked


def _mark_plain(text: str, printer: str, place: str, part: PartSource, span: Span) -> str:
    found, complaints = scan(text)
    if found:
        part.noted += [(len(part.tags), wrong.code.at(span, place, **cast("Any", wrong.words))) for wrong in complaints]
    parts: list[str] = []
    at = 0
    for start, end, tag in found:
        tag.number, tag.place, tag.scope, tag.printer = len(part.tags), place, "", printer
        part.tags.append(tag)
        parts += (literal(text[at:start]), mark(tag))
        at = end
    return "".join((*parts, literal(text[at:])))


def _placeholders(tags: list[Tag]) -> None:
    """``{{p x }}`` and ``{{r x }}`` print paragraphs and runs in the format that the placeholder has."""
    for tag in tags:
        if tag.kind == "{{" and tag.scope in {"p", "r"}:
            paragraph, run = shell(*_around(tag))
            if tag.scope == "p":
                tag.printer = f"_paragraphs({_quoted(paragraph)}, {_quoted(run)})"
            else:
                tag.printer = f"_run({_quoted(run)})"


def _around(tag: Tag) -> tuple[Tree | None, Tree | None]:
    if tag.node is None:
        return None, None
    return ancestor(tag.node, names.P), tag.node.getparent()


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n")
    return f"'{escaped}'"


def _supply_paragraphs(root: Tree, tags: list[Tag]) -> None:
    """Where a container may lose its last paragraph, an empty one is supplied: Word calls a cell without one broken."""
    for container in list(root.iter(*_ENDINGS)):
        if len(container) and not isinstance(container[-1].tag, str):
            start, end = _filter_block("_ended", tags[int(container[-1].text or "0")], tags)
            container.insert(1 if container[0].tag == names.TC_PR else 0, instruction(start))
            container.append(instruction(end))


def _wrap(element: Tree, printer: str, tags: list[Tag]) -> None:
    """Has what is printed of an element go through one of the engine's filters."""
    start, end = _filter_block(printer, tags[0], tags)
    element.addprevious(instruction(start))
    element.addnext(instruction(end))


def _filter_block(printer: str, like: Tag, tags: list[Tag]) -> list[Tag]:
    made = [Tag("{%", "", body, like.raw, like.place, shape=("engine",)) for body in (f"filter {printer}", "endfilter")]
    for tag in made:
        tag.number = len(tags)
        tags.append(tag)
    return made


def _number_drawings(root: Tree, tags: list[Tag]) -> None:
    """Drawings in a loop must not all have the same number."""
    if any(tag.word in {"for", "macro"} for tag in tags):
        for drawing in root.iter(_DRAWING):
            tag = Tag("{{", "", "0", "", printer="_drawing", number=len(tags), shape=("engine",))
            tags.append(tag)
            drawing.set("id", mark(tag))


def _in_order(text: str, tags: list[Tag]) -> list[Tag]:
    return [tags[int(found.group(1) or found.group(2))] for found in _MARK.finditer(text)]


def _assemble(text: str, part: PartSource, environment: LayoutEnvironment) -> None:
    """The source: the part's XML with each tag on a line of its own, so that a line number leads back to its tag."""
    pieces: list[str] = []
    line = 1
    at = 0
    for found in _MARK.finditer(text):
        tag = part.tags[int(found.group(1) or found.group(2))]
        between = text[at : found.start()]
        code = "" if tag.kind == "{#" else written(tag, environment, tag.printer)
        pieces += (between, code)
        line += between.count("\n")
        part.lines[line + 1] = tag
        line += code.count("\n")
        at = found.end()
    pieces.append(text[at:])
    part.source = "".join(pieces)
