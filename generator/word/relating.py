"""Parts of a package found and added by their text alone: where every report passes, a tree would cost too much."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Final

from generator.word.package import CONTENT_TYPES, pack

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.word.package import Entry

__all__ = [
    "DECLARATION",
    "PACKAGE",
    "RELATIONS",
    "add_part",
    "escaped",
    "main_part",
    "relations_of",
    "replace_text",
    "targets",
    "text_of",
    "unescaped",
]

DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
RELATIONS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
_NO_RELATIONS: Final = f'{DECLARATION}<Relationships xmlns="{PACKAGE}"></Relationships>'
_RELATION: Final = r"<(?:\w+:)?Relationship\s([^>]*)>"
_ATTRIBUTE: Final = r"(\w+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')"
_REFUSED: Final = "[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]"


def escaped(text: str) -> str:
    """A text as it stands in XML, also in an attribute; what XML cannot hold becomes a �."""
    text = re.sub(_REFUSED, "\ufffd", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def unescaped(text: str) -> str:
    """What an escaped text says."""
    if "&" not in text:
        return text
    from html import unescape  # noqa: PLC0415 - few texts need it

    return unescape(text)


def text_of(entry: Entry) -> str:
    """The text of a part that is XML.

    Raises:
        ValueError: It is not text.
    """
    return entry.data().decode("utf-8-sig")


def replace_text(entries: dict[str, Entry], name: str, text: str) -> None:
    """Gives a part this text."""
    entries[name] = pack(name, text.encode())


def relations_of(part: str) -> str:
    """The name of the part that holds a part's relationships; of the whole package for ``""``."""
    folder, _, file = part.rpartition("/")
    return f"{folder}/_rels/{file}.rels".lstrip("/")


def targets(entries: Mapping[str, Entry], part: str, kind: str) -> list[str]:
    """The parts to which the relationships of that kind lead, as far as they are there."""
    name = relations_of(part)
    if name not in entries:
        return []
    found = []
    for relation in re.findall(_RELATION, text_of(entries[name])):
        words = {key: double or single for key, double, single in re.findall(_ATTRIBUTE, relation)}
        if words.get("Type", "").endswith(kind):
            target = posixpath.normpath(posixpath.join("/", part.rpartition("/")[0], words.get("Target", "")))
            found.append(target.lstrip("/"))
    return [name for name in found if name in entries]


def main_part(entries: Mapping[str, Entry]) -> str:
    """The name of the part with the text, or with the workbook.

    Raises:
        ValueError: There is none.
    """
    found = targets(entries, "", "/officeDocument")
    if not found:
        raise ValueError("no main part")
    return found[0]


def add_part(  # noqa: PLR0913, PLR0917 - what a part needs
    entries: dict[str, Entry], name: str, text: str, kind: str, holder: str, relation: str, key: str
) -> None:
    """Adds or replaces a part of XML, with its content type and the relationship that leads to it.

    Args:
        entries: The package.
        name: The part's name.
        text: Its content.
        kind: Its content type; ``""`` where the default for .xml will do.
        holder: The part that the relationship belongs to; ``""`` for the package.
        relation: The full type of the relationship.
        key: The relationship's id.
    """
    replace_text(entries, name, text)
    if kind:
        _declare(entries, name, kind)
    if name not in targets(entries, holder, relation):
        file = relations_of(holder)
        relations = text_of(entries[file]) if file in entries else _NO_RELATIONS
        made = f'<Relationship Id="{key}" Type="{relation}" Target="/{name}"/>'
        replace_text(entries, file, _before_end(relations, "Relationships", made))


def _declare(entries: dict[str, Entry], name: str, kind: str) -> None:
    types = text_of(entries[CONTENT_TYPES])
    if f'PartName="/{name}"' not in types:
        made = f'<Override PartName="/{name}" ContentType="{kind}"/>'
        replace_text(entries, CONTENT_TYPES, _before_end(types, "Types", made))


def _before_end(text: str, root: str, added: str) -> str:
    """The XML with something put at the end of its root, which may be an empty element."""
    opened = re.sub(rf"<((?:\w+:)?{root})\b([^>]*)/>\s*$", r"<\1\2></\1>", text)
    prefix = re.search(rf"</((?:\w+:)?){root}>\s*$", opened)
    if prefix is None:
        raise ValueError(f"no end of {root}")
    own = added.replace("<", f"<{prefix[1]}", 1)
    return opened[: prefix.start()] + own + opened[prefix.start() :]
