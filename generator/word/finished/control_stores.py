"""The two stores of a printed report, read back: what its controls were printed with, and what Word wrote since."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct, field

from generator.patterns import regex
from generator.word.names import w
from generator.word.running.controls import PRINTED, STORE, TAG, titled
from generator.word.trees import parse_xml

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.word.names import Tree
    from generator.word.package import Entry

__all__ = ["Held", "Stores", "read_stores"]

_NUMBER: Final = regex(rf"{TAG}([1-9]\d{{0,6}})")
_STEP = regex(rf"/(?:\w+:)?{STORE}(?:\[1\])?/(?:\w+:)?v\[([1-9]\d{{0,6}})\]")


class Held(Struct, frozen=True):
    """One value as it was printed.

    Attributes:
        path: Where it comes from.
        computed: Whether it was computed.
        unit: The unit that its text leaves out.
        part: Its place among the parts of one text that come from the same place.
        variant: Its place among the values of that path, unit and part, which were printed in different ways.
        kept: Its text as printed, of a longer one a digest (see ``controls.kept``).
        stored: What the store that the controls are bound to says now; None where they are bound to none.
    """

    path: str
    computed: bool
    unit: str
    part: int
    variant: int
    kept: str
    stored: str | None = None

    @property
    def key(self) -> tuple[str, bool, str, int, int]:
        """What names the same value in another printing of the report."""
        return self.path, self.computed, self.unit, self.part, self.variant


class Stores(Struct):
    """The values by number, and the ways from a control to its number."""

    values: dict[int, Held] = field(default_factory=dict)
    _bound: dict[int, int] = field(default_factory=dict)
    _loose: dict[str, int] = field(default_factory=dict)

    def number(self, control: Tree) -> int:
        """The number of a control's value; 0 for one that is none of ours.

        Some programs drop the tag of a control; then it is told by what it is bound to, or by its title.
        """
        properties = control.find(w("sdtPr"))
        if properties is None or not self.values:
            return 0
        tag = _NUMBER.fullmatch(_word(properties, "tag", "val"))
        if tag is not None:
            return int(tag[1]) if int(tag[1]) in self.values else 0
        step = _STEP.fullmatch(_word(properties, "dataBinding", "xpath"))
        if step is not None:
            return self._bound.get(int(step[1]), 0)
        return self._loose.get(_word(properties, "alias", "val"), 0)

    def is_tagged(self, control: Tree) -> bool:
        """Whether a control still has the tag that it was printed with."""
        properties = control.find(w("sdtPr"))
        return properties is not None and _NUMBER.fullmatch(_word(properties, "tag", "val")) is not None

    def add(self, number: int, held: Held, bound: int, title: str) -> None:
        """Takes a value in."""
        self.values[number] = held
        if bound:
            self._bound[bound] = number
        else:
            self._loose.setdefault(title, number)


def _word(properties: Tree, name: str, attribute: str) -> str:
    found = properties.find(w(name))
    return "" if found is None else str(found.get(w(attribute), ""))


def read_stores(entries: Mapping[str, Entry]) -> Stores:
    """What a package's stores say; nothing where it has none.

    Programs write the parts anew under other names, so they are found by what is in them.

    Raises:
        ValueError: A part is no XML.
    """
    roots: dict[str, Tree] = {}
    for name, entry in sorted(entries.items()):
        if name.startswith("customXml/") and name.endswith(".xml") and b"jixiao" in (data := entry.data()):
            root = parse_xml(data)
            roots.setdefault(str(root.tag), root)
    stores = Stores()
    if PRINTED not in roots:
        return stores
    texts = [value.text or "" for value in roots[STORE]] if STORE in roots else []
    seen: dict[tuple[str, bool, str, int], int] = {}
    titles: dict[str, int] = {}
    for number, value in enumerate(roots[PRINTED], 1):
        path, unit, computed = str(value.get("path", "")), str(value.get("unit", "")), value.get("computed") == "1"
        part, bound = _figure(value.get("part"), 1), _figure(value.get("bound"), 0)
        alike = (path, computed, unit, part)
        seen[alike] = seen.get(alike, 0) + 1
        stored = texts[bound - 1] if 0 < bound <= len(texts) else None
        title = "" if bound else titled(path, titles)
        stores.add(number, Held(*alike, seen[alike], value.text or "", stored), bound, title)
    return stores


def _figure(text: object, default: int) -> int:
    return int(str(text)) if text is not None and str(text).isdecimal() else default
