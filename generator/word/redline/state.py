"""What makes a redline known as one: its state in the document's properties."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lxml import etree

if TYPE_CHECKING:
    from generator.word.names import Tree
    from generator.word.volume import Volume

__all__ = ["declare"]

_STATE: Final = "修订稿"
_CORE: Final = "{http://schemas.openxmlformats.org/package/2006/metadata/core-properties}"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
_PART: Final = "docProps/core.xml"
_TYPE: Final = "application/vnd.openxmlformats-package.core-properties+xml"
_RELATION: Final = f"{_PACKAGE}/metadata/core-properties"


def declare(volume: Volume) -> None:
    """Writes the state into the document's properties, where Word and WPS show it as 「状态」."""
    properties = _properties(volume)
    status = properties.find(f"{_CORE}contentStatus")
    if status is None:
        status = etree.SubElement(properties, f"{_CORE}contentStatus")
    status.text = _STATE


def _properties(volume: Volume) -> Tree:
    if _PART not in volume.entries:
        volume.add(_PART, _TYPE, etree.Element(f"{_CORE}coreProperties", nsmap={"cp": _CORE[1:-1]}))
        relations = volume.tree("_rels/.rels")
        made = etree.SubElement(relations, f"{{{_PACKAGE}}}Relationship")
        for key, value in (("Id", "rIdState"), ("Type", _RELATION), ("Target", _PART)):
            made.set(key, value)
    return volume.tree(_PART)
