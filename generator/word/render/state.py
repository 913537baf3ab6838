"""The state of one render: its limits, what it has printed so far, what it adds to the package."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from hashlib import sha256
from itertools import count
from typing import Any, Final, Literal

from msgspec import Struct, field

from generator.base.files import Document
from generator.base.passage import Origin
from generator.base.sandbox import Budget
from generator.word.opc import Entry, add_relations, add_types, pack


class OutlineStyles(Struct, frozen=True):
    """By style id: the level of headings (1 is the highest); by level: the id of the style of a contents line.

    ``chapters`` are the styles that Word itself counts chapters by. ``body`` is the name of the part with the text.
    """

    body: str = "word/document.xml"
    levels: Mapping[str, int] = field(default_factory=dict)
    chapters: frozenset[str] = frozenset()
    contents: Mapping[int, str] = field(default_factory=dict)
    font: str = ""


_IMAGE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
_HYPERLINK: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
_CHART: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/chart"
_PACKAGE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/package"
_TYPES: Final = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xml": "application/vnd.openxmlformats-officedocument.drawingml.chart+xml",
}
# Drawings that a layout brings have small numbers; those made here must differ from them.
_FIRST_DRAWING: Final = 100_001
_FIRST_NUMBER: Final = 500_001


class Mark(Struct, frozen=True):
    """What replaces one sign in the text.

    ``line`` is that of the template, known only where mistakes are explained. ``style`` and ``run`` are the formats of
    the placeholder of a contents list.
    """

    kind: Literal["caption", "reference", "contents"]
    part: str
    line: int
    name: str = ""
    label: str = ""
    by_chapter: bool = True
    copied: bool = False
    levels: int = 0
    pages: bool = False
    style: str = ""
    run: str = ""


class PrintedValue(Struct, frozen=True):
    """One value as it was printed, at one place or several.

    Attributes:
        path: Where it comes from.
        computed: Whether it was computed.
        unit: The unit that its text leaves out.
        part: Its number among the parts of one text that come from the same place.
        variant: Its number among the texts that were printed for that path, unit and part.
        text: What was printed.
    """

    path: str
    computed: bool
    unit: str
    part: int
    variant: int
    text: str

    @property
    def key(self) -> tuple[str, bool, str, int, int]:
        """Identifies the same value in another print of the report."""
        return self.path, self.computed, self.unit, self.part, self.variant


class Marked(Struct, frozen=True):
    """A report with marks around its values: the files of the package, and the value of each mark from number 1."""

    entries: dict[str, Entry]
    values: tuple[PrintedValue, ...]


class Origins:
    """The values of one render that are marked: ``values[n - 1]`` is the value of the marks with number ``n``."""

    __slots__ = ("_numbers", "_variants", "values")

    def __init__(self) -> None:
        self.values: list[PrintedValue] = []
        self._numbers: dict[tuple[Origin, int, str], int] = {}
        self._variants: dict[tuple[Origin, int], int] = {}

    def number(self, text: str, origin: Origin, part: int) -> int:
        """The number of a value's marks; the same text of the same origin and part has the same number."""
        key = (origin, part, text)
        if key not in self._numbers:
            variant = self._variants[origin, part] = self._variants.get((origin, part), 0) + 1
            self.values.append(
                PrintedValue(origin.path, origin.computed, origin.unit, part, variant, str.__str__(text))
            )
            self._numbers[key] = len(self.values)
        return self._numbers[key]


class Rendering(Budget):
    """The state of one render; the one that is running is ``STATE.get()``.

    ``here`` tells the line of the template that is being printed; it is known only where mistakes are explained.
    """

    part: str = ""
    groups: dict[int, Any] = field(default_factory=dict)
    drawings: Iterator[int] = field(default_factory=lambda: count(_FIRST_DRAWING))
    breaks_paragraphs: bool = False
    notes: int = 0
    # Of each bookmark and list that a loop copies: which copy is printed, and a number of its own.
    turns: dict[str, tuple[int, int]] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: count(_FIRST_NUMBER))
    lists: dict[int, str] = field(default_factory=dict)
    host: dict[str, Entry] = field(default_factory=dict)
    sheet: OutlineStyles = field(default_factory=OutlineStyles)
    documents: list[Document] = field(default_factory=list)
    origins: Origins | None = None
    marks: list[Mark] = field(default_factory=list)
    here: Callable[[], int] = lambda: 0
    _relations: dict[str, dict[tuple[str, str], str]] = field(default_factory=dict)
    _files: dict[str, bytes] = field(default_factory=dict)

    def picture(self, data: bytes, extension: str) -> str:
        """The relationship id of a picture in the part being printed; the same picture is kept once."""
        name = f"word/media/{sha256(data).hexdigest()[:16]}.{extension}"
        self._files[name] = data
        return self._related(_IMAGE, f"/{name}")

    def hyperlink(self, address: str) -> str:
        """The relationship id of a web address in the part being printed."""
        return self._related(_HYPERLINK, address)

    def chart(self, chart: bytes, workbook: bytes) -> str:
        """The relationship id of a chart in the part being printed; the workbook is what people edit."""
        names = (f"word/charts/chart{number}.xml" for number in count(1))
        name = next(name for name in names if name not in self.host and name not in self._files)
        book = f"word/embeddings/{name.rpartition('/')[2].removesuffix('.xml')}.xlsx"
        self._files |= {name: chart, book: workbook}
        self._relations[name] = {(_PACKAGE, f"/{book}"): "rId1"}
        return self._related(_CHART, f"/{name}")

    def share(self, source: str, part: str, text: str) -> None:
        """Gives a part those relationships of another that its text names."""
        for key, number in self._relations.get(source, {}).items():
            if f'"{number}"' in text:
                self._relations.setdefault(part, {})[key] = number

    def _related(self, kind: str, target: str) -> str:
        relations = self._relations.setdefault(self.part, {})
        return relations.setdefault((kind, target), f"rIdValue{len(relations) + 1}")

    def deliver(self, entries: dict[str, Entry]) -> None:
        """Adds the pictures and links that values brought to the package."""
        for name, data in self._files.items():
            entries[name] = pack(name, data)
        for part, relations in self._relations.items():
            add_relations(entries, part, [(key, kind, target) for (kind, target), key in relations.items()])
        if self._files:
            endings = {name: name.rpartition(".")[2] for name in sorted(self._files)}
            add_types(entries, {name: _TYPES.get(ending, f"image/{ending}") for name, ending in endings.items()})


STATE: ContextVar[Rendering] = ContextVar("word_rendering")
"""The render that is running in this thread."""
