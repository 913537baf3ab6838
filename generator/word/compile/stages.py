"""Compiles one part of a layout: XML with tags becomes Jinja source."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, cast

from jinja2 import TemplateError
from lxml import etree
from msgspec import Struct, field

from generator.base.diagnostics import Code, Finding, Refused, Span, has_errors
from generator.base.sandbox import MOST_TAGS
from generator.word import codes, names
from generator.word.compile.blocks import bind, check_blocks, deepest, number_copies, trim
from generator.word.compile.built import Built, Options, Page, page_of
from generator.word.compile.cells import TARGET, CellTags, instruction, lift, settle, shell, watch_tables, write_widths
from generator.word.compile.clean import accept, embed_notes, read_styles, tidy
from generator.word.compile.syntax import Usage, check_tag, written
from generator.word.compile.tags import ESCAPES, Collector, Tag, own_block, quoted
from generator.word.inspect import Part, inspect
from generator.word.names import SENTINEL, Tree, ancestor, w
from generator.word.opc import open_package
from generator.word.render.environment import LayoutEnvironment
from generator.word.render.limits import limited
from generator.word.render.state import OutlineStyles

if TYPE_CHECKING:
    from generator.word.compile.cells import Report

_MARK = re.compile(rf"{SENTINEL}(\d+){SENTINEL}|<\?{TARGET} (\d+)\?>")
_ENDINGS: Final = (names.TC, w("hdr"), w("ftr"), names.BOX, w("footnote"), w("endnote"), w("comment"))


class PartSource(Struct):
    """One part as Jinja source; ``lines`` maps its line numbers to tags.

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
        options: The known names, and whether docxtpl's habits are tolerated.
    """
    source = PartSource(part.name, usage=Usage(options.hints))
    root = part.root

    def report(code: Code, tag: Tag, **words: str) -> None:
        if options.chainable and code is codes.NOT_ALONE:
            code = codes.DROPPED
        source.noted.append((tag.number, code.at(span, tag.place, **cast("Any", {"tag": tag.raw, **words}))))

    changes = accept(root, part.title)
    if changes is not None:
        source.noted.append((-1, codes.CHANGES.at(span, changes.place, count=changes.number)))
    text = "".join(map(str, root.itertext()))
    escapes = any(written in text for written in ESCAPES)
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
    roots = {name.partition(".")[0] for name in options.known or ()} | source.usage.variables.keys()
    source.noted += [(at, told) for at, name, told in collector.lone if options.known is None or name in roots]
    source.usage.check_calls(options.known, report)
    _work_in(root, tags, report, marked=options.marked and part.is_text)
    text = etree.tostring(root, encoding="unicode")
    check_blocks([tags[int(found.group(1) or found.group(2))] for found in _MARK.finditer(text)], report)
    _assemble(text, source, environment)
    source.prints = escapes or bool(tags) or changes is not None or part.is_emptied
    return source


def _in_order(root: Tree, tags: list[Tag]) -> list[Tag]:
    """The tags as they are printed: those of a text box or note between those of the paragraph around it."""
    if next(root.iter(names.BOX, *names.NOTES), None) is None:
        return tags
    found = dict.fromkeys(int(mark[1]) for mark in _MARK.finditer(etree.tostring(root, encoding="unicode")))
    return [tags[number] for number in found | dict.fromkeys(range(len(tags)))]


def _work_in(root: Tree, tags: list[Tag], report: Report, *, marked: bool) -> None:
    """Moves every tag to the container that it replaces, and adds the engine's own tags."""
    trim(tags)
    write_widths(root)
    # ``{{p x }}`` and ``{{r x }}`` print paragraphs and runs in the format that the placeholder has.
    for tag in tags:
        if tag.kind == "{{" and tag.scope in {"p", "r"}:
            node = tag.node
            around = (None, None) if node is None else (ancestor(node, names.P), node.getparent())
            paragraph, run = shell(*around)
            if tag.scope == "p":
                tag.printer = f"_paragraphs({quoted(paragraph)}, {quoted(run)})"
            else:
                tag.printer = f"_run({quoted(run)})"
    lift(tags, report)
    settle(root, tags)
    if marked:
        bind(tags)
        settle(root, tags)
    CellTags(tags, report).apply()
    watch_tables(root, tags)
    # Where a container may lose its last paragraph, an empty one is supplied: Word calls a cell without one broken.
    for container in list(root.iter(*_ENDINGS)):
        if len(container) and not isinstance(container[-1].tag, str):
            start, end = own_block(tags, "_ended", tags[int(container[-1].text or "0")])
            container.insert(1 if container[0].tag == names.TC_PR else 0, instruction(start))
            container.append(instruction(end))
    number_copies(root, tags)


def _assemble(text: str, part: PartSource, environment: LayoutEnvironment) -> None:
    """Writes the source: the part's XML with each tag on its own line, so that a line number leads back to its tag."""
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
    except TemplateError as error:
        # Each tag was sound alone; what is left is a wrong order, such as an else after an else.
        tag = source.lines.get(getattr(error, "lineno", 0) or 0)
        raise Refused([_misfit(tag, span, "与前后的标记配不起来", "核对它前后的标记。")]) from error
    except (SyntaxError, RecursionError) as error:
        # Python, which Jinja makes of it, has its limits.
        tag, depth = deepest(source.lines.values())
        raise Refused([_misfit(tag, span, f"块套到了 {depth} 层，太深", "把里层的内容移到外面，少套几层。")]) from error
    return page_of(source.name, code, environment)


def _misfit(tag: Tag | None, span: Span, why: str, mend: str) -> Finding:
    return codes.SYNTAX.at(span, tag.place if tag else "", tag=tag.raw if tag else "", why=why, mend=mend)
