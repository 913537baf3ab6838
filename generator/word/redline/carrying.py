"""What deleted text of the older document leans on, brought into the newer one: pictures, links, styles."""

from __future__ import annotations

import posixpath
from copy import deepcopy
from typing import TYPE_CHECKING, Final

from generator.word import names
from generator.word.names import w
from generator.word.volume import RELATION, drop

if TYPE_CHECKING:
    from generator.word.names import Tree
    from generator.word.volume import Volume

__all__ = ["Carrier"]

_MARGINS: Final = (w("headerReference"), w("footerReference"))
_STYLES: Final = (w("pStyle"), w("rStyle"), w("tblStyle"))
_DRAWING: Final = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
_FIRST_DRAWING: Final = 90_000_000


class Carrier:
    """Brings things from the older document into the newer one."""

    def __init__(self, old: Volume, new: Volume) -> None:
        self._old, self._new = old, new
        self._links: dict[tuple[str, str, str], str] = {}
        self._parts: dict[str, str] = {}
        self._drawings = _FIRST_DRAWING

    def settle(self, element: Tree, source: str, target: str) -> None:
        """Makes a copy from a part of the older document at home in a part of the newer one."""
        for reference in list(element.iter(*_MARGINS)):
            # A section that is gone takes the headers of the one before it.
            drop(reference)
        for one in element.iter():
            for key in [str(key) for key in one.attrib if str(key).startswith(RELATION)]:
                one.set(key, self._link(str(one.get(key)), source, target))
            if one.tag == _DRAWING:
                self._drawings += 1
                one.set("id", str(self._drawings))
            elif one.tag in _STYLES:
                self._bring_style(str(one.get(w("val"))))

    def _link(self, key: str, source: str, target: str) -> str:
        """The relationship of the newer part that leads where this one of the older part leads."""
        known = (key, source, target)
        if known not in self._links:
            relation = next((one for one in self._old.relations(source) if one.get("Id") == key), None)
            self._links[known] = key if relation is None else self._related(relation, source, target)
        return self._links[known]

    def _related(self, relation: Tree, source: str, target: str) -> str:
        kind, made = str(relation.get("Type")), f"rIdOld{len(self._links) + 1}"
        if relation.get("TargetMode") == "External":
            self._new.relate(kind, str(relation.get("Target")), made, external=True, part=target)
        else:
            self._new.relate(kind, self._brought(self._old.target(source, relation)), made, part=target)
        return made

    def _brought(self, name: str) -> str:
        """The part under the name that it has in the newer document, with the parts that belong to it."""
        if name not in self._parts:
            stem, ending = posixpath.splitext(name)
            self._parts[name] = made = f"{stem}-old{len(self._parts) + 1}{ending}"
            self._new.add(made, self._old.type_of(name), self._old.entries[name].data())
            for one in self._old.relations(name):
                if one.get("TargetMode") == "External":
                    self._new.relate(
                        str(one.get("Type")), str(one.get("Target")), str(one.get("Id")), external=True, part=made
                    )
                else:
                    below = self._brought(self._old.target(name, one))
                    self._new.relate(str(one.get("Type")), below, str(one.get("Id")), part=made)
        return self._parts[name]

    def _bring_style(self, key: str) -> None:
        """A style that the newer document does not have, with those that it is based on."""
        sheet = self._new.part("styles", "styles")
        if any(style.get(w("styleId")) == key for style in sheet.iter(w("style"))):
            return
        styles = self._old.part("styles", "styles")
        found = next((style for style in styles.iter(w("style")) if style.get(w("styleId")) == key), None)
        if found is None:
            return
        copy = deepcopy(found)
        copy.attrib.pop(w("default"), "")
        for link in [one for name in ("link", "next") for one in copy.iter(w(name))]:
            drop(link)
        sheet.append(copy)
        for base in copy.iterfind(w("basedOn")):
            self._bring_style(str(base.get(w("val"))))
        for one in [one for one in copy.iter(names.P_PR) if one.find(w("numPr")) is not None]:
            one.remove(one.find(w("numPr")))  # type: ignore[arg-type]  # it was just found
