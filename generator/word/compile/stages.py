"""Compiles layouts: prepares the XML of each part and turns it, with its tags, into Jinja source."""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy
from typing import Any, Final, cast

from jinja2 import TemplateError
from lxml import etree
from msgspec import Struct, field
from msgspec.structs import replace

from generator.base.diagnostics import Code, Finding, Refused, Span, has_errors
from generator.base.sandbox import MOST_TAGS
from generator.word import codes, names
from generator.word.compile import Built, Options, Page, cells, page_of
from generator.word.compile.blocks import check_blocks, check_rows, deepest, number_copies, trim
from generator.word.compile.cells import TARGET, Report
from generator.word.compile.syntax import Usage, check_tag, source_of
from generator.word.compile.tags import ESCAPES, Collector, Tag, own_block, quoted
from generator.word.inspect import Part, Places, inspect
from generator.word.names import SENTINEL, Tree, ancestor, value, w
from generator.word.opc import Entry, open_package
from generator.word.render.environment import LayoutEnvironment
from generator.word.render.limits import limited
from generator.word.render.state import OutlineStyles
from generator.word.xml import accept_changes, drop, parse_xml, style_chain, styles_by_id, tracked_changes, unwrap

_NOISE: Final = (w("proofErr"), w("lastRenderedPageBreak"))
# Version 0.1.0 printed values in content controls with such tags.
_PRINTED: Final = re.compile(r"jx\d+")
_RSIDS: Final = re.compile(r"rsid\w*$|paraId$|textId$")


def tidy(root: Tree) -> None:
    """Removes proofing marks and revision ids, smart tags, and the content controls that version 0.1.0 printed."""
    for element in list(root.iter(*_NOISE)):
        unwrap(element)
    for element in list(root.iter(w("smartTag"))):
        unwrap(element, {w("smartTagPr")})
    for control in list(root.iter(names.SDT)):
        # A report was made into a layout.
        if _PRINTED.fullmatch(value(control, "sdtPr/tag")):
            for content in control.findall(w("sdtContent")):
                unwrap(content)
            unwrap(control, {w("sdtPr"), w("sdtEndPr")})
        elif "{" in "".join(map(str, control.itertext(names.T))):
            # Word would show bound data or a prompt in place of what the tags of a control print.
            for name in ("dataBinding", "showingPlcHdr"):
                for bound in control.findall(f"{w('sdtPr')}/{w(name)}"):
                    drop(bound)
    for element in root.iter(names.P, names.TR, names.R, w("sectPr")):
        for attribute in [str(key) for key in element.attrib if _RSIDS.search(str(key))]:
            # Other parts refer to the paragraphs of comments by id.
            if ancestor(element, w("comment")) is None:
                del element.attrib[attribute]


def embed_notes(parts: list[Part]) -> list[Part]:
    """Moves notes and comments into their references, so that each copy prints its own (see ``move_notes``)."""
    bodies = [part.root for part in parts if not part.title]
    emptied: set[str] = set()
    for part in parts if bodies else ():
        notes = {str(note.get(w("id"))): note for note in part.root.iterchildren(*names.NOTES)}
        tags = {f"{note.tag}Reference" for note in notes.values()}
        for reference in list(bodies[0].iter(*tags)) if tags else ():
            note = notes.get(str(reference.get(w("id"))))
            if note is not None and note.get(w("type"), "normal") == "normal":
                reference.append(deepcopy(note))
                emptied.add(part.name)
        for note in [note for note in notes.values() if part.name in emptied]:
            if note.get(w("type"), "normal") == "normal":
                part.root.remove(note)
    return [replace(part, is_emptied=part.name in emptied) for part in parts]


def _accept(root: Tree, title: str) -> tuple[int, str]:
    """Accepts every tracked change of a part; returns their number and the place of the first."""
    changes = tracked_changes(root)
    if not changes:
        return 0, ""
    around = changes[0].iterancestors(names.P, names.TR, names.TBL)
    paragraph = next((paragraph for element in around for paragraph in element.iter(names.P)), None)
    place = Places(root, title).of(paragraph) if paragraph is not None else ""
    accept_changes(root)
    return len(changes), place or title


_STYLES: Final = "word/styles.xml"
_HEADING = re.compile(r"heading ([1-9])$", re.IGNORECASE)
_CONTENTS = re.compile(r"toc ([1-9])$", re.IGNORECASE)
_BODY_LEVEL: Final = 9


def read_styles(entries: Mapping[str, Entry], body: str) -> OutlineStyles:
    """The styles of headings and contents lines of a layout; ``body`` is the part with the text."""
    if _STYLES not in entries:
        return OutlineStyles(body)
    root = parse_xml(entries[_STYLES].data())
    styles = styles_by_id(root)
    titles = {key: value(style, "name") for key, style in styles.items() if style.get(w("type")) == "paragraph"}
    levels = {key: _level(key, styles) for key in titles}
    usual = [style for style in styles.values() if style.get(w("default")) and style.get(w("type")) == "paragraph"]
    fonts = [one for place in (*usual, *root.iter(w("rPrDefault"))) for one in place.iter(w("rFonts"))]
    return OutlineStyles(
        body,
        {key: level for key, level in levels.items() if level},
        frozenset(key for key, name in titles.items() if name.lower() == "heading 1"),
        {int(found.group(1)): key for key, name in titles.items() if (found := _CONTENTS.match(name))},
        next(filter(None, (str(one.get(w("eastAsia"), "")) for one in fonts)), ""),
    )


def _level(key: str, styles: Mapping[str, Tree]) -> int:
    """The outline level of a paragraph style, its own or inherited; 0 for body text."""
    for style in style_chain(styles, key):
        named, outline = _HEADING.match(value(style, "name")), value(style, "pPr/outlineLvl")
        if outline.isdecimal():
            return 0 if int(outline) >= _BODY_LEVEL else int(outline) + 1
        if named:
            return int(named.group(1))
    return 0


_MARK = re.compile(rf"{SENTINEL}(\d+){SENTINEL}|<\?{TARGET} (\d+)\?>")
_ENDINGS: Final = (names.TC, w("hdr"), w("ftr"), names.BOX, w("footnote"), w("endnote"), w("comment"))


class PartSource(Struct):
    """One part as Jinja source; ``lines`` maps line numbers to tags; without ``prints`` it is copied as it is."""

    name: str
    usage: Usage
    source: str = ""
    lines: dict[int, Tag] = field(default_factory=dict)
    tags: list[Tag] = field(default_factory=list)
    prints: bool = False
    noted: list[tuple[int, Finding]] = field(default_factory=list)

    @property
    def findings(self) -> list[Finding]:
        """Its findings in the order of the text."""
        return [finding for _, finding in sorted(self.noted, key=lambda pair: pair[0])]


def compile_part(part: Part, environment: LayoutEnvironment, span: Span, options: Options) -> PartSource:
    """Turns one part into Jinja source; uses up its tree."""
    source = PartSource(part.name, Usage(options.hints))
    root = part.root

    def report(code: Code, tag: Tag, **words: str) -> None:
        if options.chainable and code is codes.NOT_ALONE:
            code = codes.DROPPED
        source.noted.append((tag.number, code.at(span, tag.place, **cast("Any", {"tag": tag.raw, **words}))))

    changes, place = _accept(root, part.title)
    if changes:
        source.noted.append((-1, codes.CHANGES.at(span, place, count=changes)))
    text = "".join(map(str, root.itertext()))
    escapes = any(escape in text for escape in ESCAPES)
    tidy(root)
    collector = Collector(part.title, span)
    collector.collect(root)
    tags = source.tags = collector.tags
    source.noted += collector.noted
    if len(tags) > MOST_TAGS:
        source.noted.append((0, codes.TOO_MUCH.at(span, part.title, why=f"标记超过 {MOST_TAGS} 个")))
        return source
    for tag in _in_order(root, tags):
        if tag.shape != ("engine",):
            check_tag(tag, environment, report, source.usage)
    if options.known is not None:
        source.usage.check(options.known, report)
        source.usage.check_set(options.known, report)
        check_rows(source.usage.in_loops_over_rows(), report)
    roots = {name.partition(".")[0] for name in options.known or ()} | source.usage.variables.keys()
    source.noted += [(at, told) for at, name, told in collector.lone if options.known is None or name in roots]
    source.usage.check_calls(options.known, report)
    _place_tags(root, tags, report)
    text = etree.tostring(root, encoding="unicode")
    check_blocks(
        [tags[int(found.group(1) or found.group(2))] for found in _MARK.finditer(text)], report, source.usage.lost
    )
    _assemble(text, source, environment)
    source.prints = escapes or bool(tags or changes) or part.is_emptied
    return source


def _in_order(root: Tree, tags: list[Tag]) -> list[Tag]:
    """The tags in printing order: those of text boxes and notes among those of the paragraph around them."""
    if next(root.iter(names.BOX, *names.NOTES), None) is None:
        return tags
    found = dict.fromkeys(int(mark[1]) for mark in _MARK.finditer(etree.tostring(root, encoding="unicode")))
    return [tags[number] for number in found | dict.fromkeys(range(len(tags)))]


def _place_tags(root: Tree, tags: list[Tag], report: Report) -> None:
    """Moves every tag to the container that it replaces, and adds the engine's own tags."""
    trim(tags)
    cells.write_widths(root)
    # ``{{p x }}`` and ``{{r x }}`` print paragraphs and runs in the format of the placeholder.
    for tag in [tag for tag in tags if tag.kind == "{{" and tag.scope in {"p", "r"}]:
        run = quoted(cells.format_of(ancestor(tag.node, names.R), names.R_PR))
        paragraph = quoted(cells.format_of(ancestor(tag.node, names.P), names.P_PR))
        tag.printer = f"_paragraphs({paragraph}, {run})" if tag.scope == "p" else f"_run({run})"
    cells.lift(tags, report)
    cells.keep_totals(root, tags)
    cells.record_places(root, tags)
    cells.CellTags(tags, report).apply()
    cells.watch_tables(root, tags)
    # Containers that may lose their last paragraph get an empty one, without which Word refuses a cell.
    for container in list(root.iter(*_ENDINGS)):
        last = cells.tag_at(container[-1], tags) if len(container) else None
        if last is not None:
            start, end = own_block(tags, "_ended", last)
            container.insert(1 if container[0].tag == names.TC_PR else 0, cells.instruction(start))
            container.append(cells.instruction(end))
    number_copies(root, tags, report)


def _assemble(text: str, part: PartSource, environment: LayoutEnvironment) -> None:
    """Writes the source: the part's XML with each tag on a line of its own, so that lines lead back to tags."""
    pieces: list[str] = []
    line = 1
    at = 0
    for found in _MARK.finditer(text):
        tag = part.tags[int(found.group(1) or found.group(2))]
        between = text[at : found.start()]
        code = "" if tag.kind == "{#" else source_of(tag, environment, tag.printer)
        pieces += (between, code)
        line += between.count("\n")
        part.lines[line + 1] = tag
        line += code.count("\n")
        at = found.end()
    pieces.append(text[at:])
    part.source = "".join(pieces)


def assemble(span: Span, data: bytes, options: Options) -> Built:
    """Compiles a layout from the bytes of its file.

    Raises:
        Refused: It is not a safe Word file, or its tags have mistakes.
    """
    entries = open_package(data, span)
    environment = LayoutEnvironment(options.filters, chainable=options.chainable)
    inspected, paths = inspect(entries, span)
    parts = embed_notes(inspected)
    body = next((part.name for part in parts if not part.title), "")
    sources = [compile_part(part, environment, span, options) for part in parts]
    captions = [name for source in sources for name in source.usage.captions]
    found = [codes.LOCAL_PATH.at(span, what=paths)] if paths else []
    found += [finding for source in sources for finding in source.findings]
    for source in sources:
        for tag, code, words in source.usage.check_references(captions):
            found.append(code.at(span, tag.place, tag=tag.raw, **cast("Any", words)))
    findings = tuple(dict.fromkeys(found))
    if has_errors(findings):
        raise Refused(findings)
    printed = {source.name: source for source in sources if source.prints}
    pages = tuple(_page(environment, source, span) for source in printed.values())
    kept = {name: entry for name, entry in entries.items() if name not in printed}
    # Only numbering and charts ask for the styles.
    sheet = read_styles(entries, body) if any(source.usage.calls for source in sources) else OutlineStyles(body)
    names = tuple(sorted(set().union(*(source.usage.names() for source in printed.values()))))
    return Built(span, data, kept, pages, options, findings, sheet, names, printed)


def _page(environment: LayoutEnvironment, source: PartSource, span: Span) -> Page:
    try:
        tree = limited(environment.parse(source.source))
        code = environment.compile(tree, source.name, source.name)
    except (TemplateError, SyntaxError, RecursionError) as error:
        if isinstance(error, TemplateError):
            # Each tag was parsed alone, so what is wrong is their order, such as an else after an else.
            tag = source.lines.get(getattr(error, "lineno", 0) or 0)
            why, mend = "与前后的标记配不起来", "核对它前后的标记。"
        else:
            # Limits of Python, to which Jinja compiles.
            tag, depth = deepest(source.lines.values())
            why, mend = f"块套到了 {depth} 层，太深", "把里层的内容移到外面，少套几层。"
        place, raw = (tag.place, tag.raw) if tag else ("", "")
        raise Refused([codes.SYNTAX.at(span, place, tag=raw, why=why, mend=mend)]) from error
    return page_of(source.name, code, environment)
