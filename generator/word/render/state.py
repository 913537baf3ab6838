"""The state of one render: its budget, what it has printed so far, what it adds to the package."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from hashlib import sha256
from itertools import count
from typing import Any, Final

from msgspec import Struct, field

from generator.base.files import Document
from generator.base.passage import Origin
from generator.base.sandbox import Budget
from generator.word.opc import RELATIONS, Entry, add_relations, add_types


class OutlineStyles(Struct, frozen=True):
    """The styles of headings and contents lines.

    ``body`` is the part with the text; ``levels`` are those of headings (1 is the highest) by style id; ``chapters``
    the styles by which Word counts chapters; ``contents`` the ids of contents lines by level; ``font`` the Chinese
    font.
    """

    body: str = "word/document.xml"
    levels: Mapping[str, int] = field(default_factory=dict)
    chapters: frozenset[str] = frozenset()
    contents: Mapping[int, str] = field(default_factory=dict)
    font: str = ""


_TYPES: Final = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xml": "application/vnd.openxmlformats-officedocument.drawingml.chart+xml",
}
# Above the numbers of the layout's own drawings, bookmarks and lists.
_FIRST_DRAWING: Final = 100_001
_FIRST_NUMBER: Final = 500_001


class Mark(Struct, frozen=True):
    """A caption, reference or contents list (``value``), printed as a sign until all numbers are known.

    ``line`` is the template line, known only while mistakes are explained.
    """

    value: Any
    part: str
    line: int


class PrintedValue(Struct, frozen=True):
    """One value as printed, at one place or several.

    ``path`` is where it comes from; ``unit`` what its text leaves out; ``part`` its number among the parts of one text
    with the same origin; ``variant`` its number among the texts printed for that path, unit and part.
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
    """A report with marks around its values; mark ``n`` stands for ``values[n - 1]``."""

    entries: dict[str, Entry]
    values: tuple[PrintedValue, ...]


class Origins:
    """Numbers the marked values of one render; mark ``n`` stands for ``values[n - 1]``."""

    __slots__ = ("_numbers", "_variants", "values")

    def __init__(self) -> None:
        self.values: list[PrintedValue] = []
        self._numbers: dict[tuple[Origin, int, str], int] = {}
        self._variants: dict[tuple[Origin, int], int] = {}

    def number(self, text: str, origin: Origin, part: int) -> int:
        """The number of a value's marks: the same for the same text, origin and part."""
        key = (origin, part, text)
        if key not in self._numbers:
            variant = self._variants[origin, part] = self._variants.get((origin, part), 0) + 1
            printed = PrintedValue(origin.path, origin.computed, origin.unit, part, variant, str.__str__(text))
            self.values.append(printed)
            self._numbers[key] = len(self.values)
        return self._numbers[key]


class Rendering(Budget):
    """The state of one render; ``STATE.get()`` is that of the running one.

    ``here`` returns the template line being printed, known only while mistakes are explained.
    """

    part: str = ""
    groups: dict[int, Any] = field(default_factory=dict)
    drawings: Iterator[int] = field(default_factory=lambda: count(_FIRST_DRAWING))
    has_signs: bool = False
    notes: int = 0
    # By bookmark or list that a loop copies: the number of the copy being printed, and a unique number.
    turns: dict[str, tuple[int, int]] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: count(_FIRST_NUMBER))
    lists: dict[int, str] = field(default_factory=dict)
    host: dict[str, Entry] = field(default_factory=dict)
    sheet: OutlineStyles = field(default_factory=OutlineStyles)
    documents: list[Document] = field(default_factory=list)
    origins: Origins | None = None
    marks: list[Mark] = field(default_factory=list)
    here: Callable[[], int] = lambda: 0
    relations: dict[str, dict[tuple[str, str], str]] = field(default_factory=dict)
    _files: dict[str, bytes] = field(default_factory=dict)

    def picture(self, data: bytes, extension: str) -> str:
        """Adds a picture (once) to the part being printed; returns its relationship id."""
        name = f"word/media/{sha256(data).hexdigest()[:16]}.{extension}"
        self._files[name] = data
        return self._related("image", f"/{name}")

    def chart(self, chart: bytes, workbook: bytes) -> str:
        """Adds a chart and its workbook to the part being printed; returns its relationship id."""
        names = (f"word/charts/chart{number}.xml" for number in count(1))
        name = next(name for name in names if name not in self.host and name not in self._files)
        book = f"word/embeddings/{name.rpartition('/')[2].removesuffix('.xml')}.xlsx"
        self._files |= {name: chart, book: workbook}
        self.relations[name] = {("package", f"/{book}"): "rId1"}
        return self._related("chart", f"/{name}")

    def share(self, source: str, part: str, text: str) -> None:
        """Gives ``part`` the relationships of ``source`` that its text uses."""
        for key, number in self.relations.get(source, {}).items():
            if f'"{number}"' in text:
                self.relations.setdefault(part, {})[key] = number

    def _related(self, kind: str, target: str) -> str:
        relations = self.relations.setdefault(self.part, {})
        return relations.setdefault((kind, target), f"rIdValue{len(relations) + 1}")

    def deliver(self, entries: dict[str, Entry]) -> None:
        """Adds the pictures and charts of values to the package."""
        for name, data in self._files.items():
            entries[name] = Entry(name, data)
        for part, relations in self.relations.items():
            made = [(key, f"{RELATIONS}/{kind}", target) for (kind, target), key in relations.items()]
            add_relations(entries, part, made)
        if self._files:
            endings = {name: name.rpartition(".")[2] for name in sorted(self._files)}
            add_types(entries, {name: _TYPES.get(ending, f"image/{ending}") for name, ending in endings.items()})


STATE: ContextVar[Rendering] = ContextVar("word_rendering")
"""The render that is running in this thread."""
