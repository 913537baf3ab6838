"""Layouts: Word files with tags, compiled once, cached in memory and on disk, rendered many times."""

from __future__ import annotations

import marshal
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from generator.base import cache
from generator.base.diagnostics import Refused, Span
from generator.base.passage import marks_meet, settled_xml
from generator.word.compile import Built, Options, Page, page_of
from generator.word.opc import Entry, open_package, pack_stream, read_file, write_package
from generator.word.render.environment import LayoutEnvironment
from generator.word.render.finish import fit_drawings, move_notes, replace_signs, restart_lists, titled
from generator.word.render.state import STATE, Marked, Origins, OutlineStyles, Rendering
from generator.word.render.values import finalize_marked


class Layout:
    """A compiled layout; immutable, so threads may share it. Make one with ``Layout.open``.

    ``findings`` are warnings about the layout; ``names`` those that its tags use, sorted.
    """

    __slots__ = ("_built", "file", "findings", "names")

    def __init__(self, file: str, built: Built) -> None:
        self.file, self.findings, self.names = file, built.findings, built.names
        self._built = built

    @classmethod
    def open(
        cls,
        source: str | Path | bytes | BinaryIO,
        *,
        filters: Mapping[str, Callable[..., Any]] | None = None,
        names: Iterable[str] | None = None,
        undefined: Literal["strict", "empty"] = "strict",
        hints: Mapping[str, str] | None = None,
    ) -> Layout:
        """Reads and compiles a Word file.

        Args:
            source: The ``.docx`` file: its path, its bytes, or an open binary file.
            filters: The caller's filters, which override the built-in ones.
            names: All names that the tags may use (``收支`` or ``收支.收入决算数``); by default any name.
            undefined: ``strict`` refuses missing values; ``empty`` prints nothing for them.
            hints: Messages for unknown names and filters that people may expect, by name.

        Raises:
            Refused: The file is not a safe Word file, or its tags have mistakes, all of which are in the findings.
            FileProblem: The file cannot be read.
        """
        file = str(source if isinstance(source, str | Path) else getattr(source, "name", "版式"))
        if isinstance(source, bytes):
            data = source
        else:
            data = read_file(Path(source)) if isinstance(source, str | Path) else source.read()
        known = None if names is None else frozenset(names)
        options = Options(dict(filters or {}), known, undefined == "empty", hints=dict(hints or {}))
        return cls(file, _build(file, data, options))

    def render(self, mapping: Mapping[str, Any]) -> bytes:
        """The Word file for these values: the same bytes for the same values.

        Raises:
            Refused: A value is missing or cannot be printed; all such places are in the findings.
        """
        return write_package(self.parts(mapping))

    def parts(self, mapping: Mapping[str, Any]) -> dict[str, Entry]:
        """The entries of the Word file that ``render`` writes, by name; raises as ``render``."""
        return _parts(self._built, mapping, Rendering(host=self._built.entries, sheet=self._built.sheet))

    def marked(self, mapping: Mapping[str, Any]) -> Marked:
        """The Word file with marks around values of known origin, for the program's readers; raises as ``render``."""
        options = self._built.options
        environment = LayoutEnvironment(options.filters, chainable=options.chainable, finalize=finalize_marked)
        pages = tuple(replace(page, template=environment.template_of(page.code)) for page in self._built.pages)
        origins = Origins()
        state = Rendering(host=self._built.entries, sheet=self._built.sheet, origins=origins)
        return Marked(_parts(replace(self._built, pages=pages), mapping, state), tuple(origins.values))

    def page(self, mapping: Mapping[str, Any], title: str) -> str:
        """The text of the Word file as one self-contained HTML page; raises as ``render``."""
        from generator.word.read.html import public_page  # noqa: PLC0415 - lxml; few templates have pages

        return public_page(title, self.marked(mapping))


def _parts(built: Built, mapping: Mapping[str, Any], state: Rendering) -> dict[str, Entry]:
    entries = dict(built.entries)
    running = STATE.set(state)
    try:
        for page in built.pages:
            state.part = page.name
            entries[page.name] = _printed(page, mapping, state)
        if state.marks:
            from generator.word.render.cross_references import resolve_marks  # noqa: PLC0415 - most layouts have no marks

            resolve_marks(entries, state.marks, state.sheet)
        if state.notes:
            move_notes(entries, state)
        if state.lists:
            restart_lists(entries, state)
    except Exception as error:
        from generator.word.compile.explain import explain  # noqa: PLC0415 - only when a render has failed

        whole = built if built.sources else _assembled(built.span, built.data, built.options)
        raise Refused(explain(whole, mapping, error)) from error
    finally:
        STATE.reset(running)
    state.deliver(entries)
    if state.documents:
        from generator.word.merge.join import place_documents  # noqa: PLC0415 - needs python-docx

        return place_documents(entries, state.documents)
    return entries


def _printed(page: Page, mapping: Mapping[str, Any], state: Rendering) -> Entry:
    entry = pack_stream(page.name, titled(_chunks(page, mapping)), state.printed)
    if page.name in state.relations:
        entry = Entry(page.name, fit_drawings(entry.text()))
    if state.has_signs:
        # Rare: a value breaks its paragraph in two, for which the whole text is needed.
        state.has_signs = False
        return Entry(page.name, replace_signs(entry.text(), state.host))
    return entry


_PARAGRAPH_END: Final = "</w:p>"
_ENOUGH: Final = 1 << 17
# Small enough that values of millions of characters do not fill the memory before they are checked.
_BATCH: Final = 32


def _chunks(page: Page, mapping: Mapping[str, Any]) -> Iterator[str]:
    """The part's text in pieces of whole paragraphs, without doubled punctuation between values and layout."""
    pieces = page.template.root_render_func(page.template.new_context(dict(mapping)))
    held: list[str] = []
    bare: list[str] = []
    size, enough = 0, _ENOUGH
    while batch := list(islice(pieces, _BATCH)):
        held.append("".join(batch))
        bare.append("".join(map(page.bare.get, batch, batch)))
        size += len(held[-1])
        if size > enough:
            whole, end, rest = "".join(held).rpartition(_PARAGRAPH_END)
            said, _, unsaid = "".join(bare).rpartition(_PARAGRAPH_END)
            yield _settled(whole, said) + end
            held, bare, size, enough = [rest], [unsaid], len(rest), _ENOUGH + 2 * len(rest)
    yield _settled("".join(held), "".join(bare))


def _settled(text: str, bare: str) -> str:
    # Few parts need it, and the bare text, much shorter than the whole, shows it sooner.
    return settled_xml(text) if marks_meet(bare) else text


class _Kept(Struct, array_like=True):
    """A compiled layout in the disk cache, with the code of each page as bytes."""

    names: tuple[str, ...]
    sheet: OutlineStyles
    codes: dict[str, bytes]


@lru_cache(maxsize=32)
def _build(file: str, data: bytes, options: Options) -> Built:
    """Compiles a layout, or takes it from the cache on disk.

    Raises:
        Refused: It is not a safe Word file, or its tags have mistakes.
    """
    # Compiling does not run filters: only their names count.
    known = None if options.known is None else sorted(options.known)
    key = cache.key_of(sha256(data).digest(), sorted(options.filters), known, options.chainable)
    kept: _Kept | None = cache.load(key, _Kept)
    if kept is not None:
        environment = LayoutEnvironment(options.filters, chainable=options.chainable)
        # The cache is sealed by this user's program.
        pages = tuple(page_of(name, marshal.loads(code), environment) for name, code in kept.codes.items())  # noqa: S302
        entries = {name: entry for name, entry in open_package(data, Span(file)).items() if name not in kept.codes}
        return Built(Span(file), data, entries, pages, options, (), kept.sheet, kept.names)
    built = _assembled(Span(file), data, options)
    # Findings are reported each time, so layouts with any are not cached on disk.
    if not built.findings:
        code = {page.name: marshal.dumps(page.code) for page in built.pages}
        cache.store(key, _Kept(built.names, built.sheet, code))
    return built


def _assembled(span: Span, data: bytes, options: Options) -> Built:
    from generator.word.compile.stages import assemble  # noqa: PLC0415 - lxml; a recalled layout does without

    return assemble(span, data, options)
