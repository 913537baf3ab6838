"""From the parts of a Word file to Jinja templates: the stages of compiling a layout.

XML ─join tags─▶ marks in text ─lift─▶ marks in containers ─cells─▶ ─check blocks and syntax─▶ source ─▶ template
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, cast

from lxml import etree

from generator.word import names
from generator.word.blocks import check_blocks
from generator.word.cells import CellTags
from generator.word.joining import SENTINEL, join_paragraph, mark
from generator.word.lifting import TARGET, instruction, lift, settle, shell
from generator.word.names import Tree, ancestor, w
from generator.word.places import Places
from generator.word.syntax import check_tag, written
from generator.word.tags import Tag, literal, scan

if TYPE_CHECKING:
    from generator.diagnostics import Code, Finding, Span
    from generator.word.environment import LayoutEnvironment

__all__ = ["PartSource", "compile_part", "parse_xml"]

_MARK = re.compile(rf"{SENTINEL}(\d+){SENTINEL}|<\?{TARGET} (\d+)\?>")
_ENDINGS: Final = (names.TC, w("hdr"), w("ftr"), names.BOX, w("footnote"), w("endnote"), w("comment"))
_NOISE: Final = (w("proofErr"), w("lastRenderedPageBreak"))
_RSIDS: Final = re.compile(r"rsid\w*$|paraId$|textId$")


@dataclass(slots=True)
class PartSource:
    """One part as Jinja source; ``lines`` tells which tag a line of it belongs to."""

    name: str
    source: str = ""
    lines: dict[int, Tag] = field(default_factory=dict)
    tags: list[Tag] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def parse_xml(data: bytes) -> Tree:
    """The tree of a part. Entities, external files and comments are left alone.

    Raises:
        ValueError: It is not well-formed, or declares a document type.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_pis=True, remove_comments=True
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(str(error.msg)) from error
    if _has_doctype(root):
        raise ValueError("含有文档类型声明")
    return root


def _has_doctype(root: Tree) -> bool:
    return bool(cast("Any", root.getroottree().docinfo).doctype)


def compile_part(name: str, title: str, root: Tree, environment: LayoutEnvironment, span: Span) -> PartSource:
    """Turns one part into Jinja source. The tree is used up.

    Args:
        name: The part's name in the package.
        title: What people call it, ``""`` for the body.
        root: Its tree.
        environment: The Jinja environment of the layout.
        span: The layout's file, for findings.
    """
    part = PartSource(name)

    def report(code: Code, tag: Tag, **words: str) -> None:
        part.findings.append(code.at(span, tag.place, **cast("Any", {"tag": tag.raw, **words})))

    _tidy(root)
    _collect(root, title, part, span)
    for tag in part.tags:
        check_tag(tag, environment, report)
    _placeholders(part.tags)
    lift(part.tags, report)
    settle(root, part.tags)
    CellTags(part.tags, report).apply()
    _supply_paragraphs(root, part.tags)
    text = etree.tostring(root, encoding="unicode")
    check_blocks(_in_order(text, part.tags), report)
    _assemble(text, part, environment)
    return part


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
            part.findings.append(complaint.code.at(span, place, **cast("Any", complaint.words)))
        for tag in part.tags[first:]:
            tag.place = place
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
        part.findings.extend(complaint.code.at(span, place, **cast("Any", complaint.words)) for complaint in complaints)
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
            place = next((tag.place for tag in tags if container[-1].text == str(tag.number)), "")
            start, end = (Tag("{%", "", body, "", place) for body in ("filter _ended", "endfilter"))
            for tag in (start, end):
                tag.number, tag.home, tag.shape = len(tags), container, ("engine",)
                tags.append(tag)
            container.insert(1 if container[0].tag == names.TC_PR else 0, instruction(start))
            container.append(instruction(end))


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
