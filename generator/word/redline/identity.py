"""What a piece of a document is, apart from where it stands: the same text and format give the same identity.

Names that a program gives anew at each printing do not count: relationship ids (what they lead to does), numbers of
drawings, bookmarks that are named after their place.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Final

from generator.patterns import regex
from generator.word import names
from generator.word.names import w
from generator.word.volume import RELATION

if TYPE_CHECKING:
    from generator.word.names import Tree
    from generator.word.volume import Volume

__all__ = ["Identity"]

_PLACE: Final = regex(r"_(Toc|Ref)\d+")
_NUMBERED: Final = frozenset({"docPr", "cNvPr"})
_BOOKMARKS: Final = frozenset({"bookmarkStart", "bookmarkEnd"})
_DEEPEST: Final = 4
_WITHOUT_PLACE: Final = r"_\1"
_NOTES: Final = {"footnoteReference": "footnotes", "endnoteReference": "endnotes"}


class Identity:
    """The identities of the elements of one part.

    Args:
        volume: The file.
        part: The part in which the elements stand.
    """

    def __init__(self, volume: Volume, part: str) -> None:
        self._volume, self._part = volume, part
        self._links = {str(one.get("Id")): one for one in volume.relations(part)}
        self._known: dict[str, str] = {}

    def of(self, element: Tree) -> str:
        """The identity of an element with everything in it."""
        name = names.local(element)
        if name in _BOOKMARKS:
            return ""
        if name in _NOTES:
            return f"<{name}>{self._text_of_note(element, _NOTES[name])}</>"
        parts = [
            "<",
            str(element.tag),
            *self._attributes(element, name),
            ">",
            _placeless(element.text or ""),
        ]
        parts += (self.of(child) for child in element)
        return "".join([*parts, "</>"])

    def note(self, kind: str, key: str) -> Tree | None:
        """The note of that number, ``kind`` being footnotes or endnotes."""
        part = self._volume.related(kind)
        found = () if part is None else self._volume.tree(part)
        return next((one for one in found if one.get(w("id")) == key), None)

    def _text_of_note(self, reference: Tree, kind: str) -> str:
        note = self.note(kind, str(reference.get(w("id"))))
        return "" if note is None else "".join(self.of(child) for child in note)

    def _attributes(self, element: Tree, name: str) -> list[str]:
        found = []
        for key, value in sorted((str(key), str(value)) for key, value in element.attrib.items()):
            if key.startswith(RELATION):
                found.append(f" {key}={self.leads_to(value)}")
            elif not ((name in _NUMBERED and key in {"id", "name"}) or "rsid" in key or key == names.XML_SPACE):
                found.append(f" {key}={_placeless(value)}")
        return found

    def leads_to(self, key: str) -> str:
        """What a relationship leads to: an address, or a digest of the part and of all that belongs to it."""
        if key not in self._known:
            relation = self._links.get(key)
            self._known[key] = "" if relation is None else self._target(self._part, relation, 0)
        return self._known[key]

    def _target(self, part: str, relation: Tree, depth: int) -> str:
        if relation.get("TargetMode") == "External":
            return str(relation.get("Target"))
        name = self._volume.target(part, relation)
        entry = self._volume.entries.get(name)
        if entry is None or depth > _DEEPEST:
            return name
        below = [self._target(name, one, depth + 1) for one in self._volume.relations(name)]
        return sha256("\0".join([sha256(entry.data()).hexdigest(), *sorted(below)]).encode()).hexdigest()


def _placeless(text: str) -> str:
    """A text without the numbers of places that are named after where they stand."""
    return _PLACE.sub(_WITHOUT_PLACE, text) if "_" in text else text
