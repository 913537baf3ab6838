"""Takes out of a Word file what a report does not carry along: paths of somebody's computer, embedded objects."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from lxml import etree

from generator.word.fields import SIMPLE_FIELD, address, fields_of, is_local_address, keyword
from generator.word.names import w
from generator.word.opc import Entry, pack, relations_of
from generator.word.xml import drop, join_codes, parse_xml, unwrap

if TYPE_CHECKING:
    from generator.word.names import Tree


_LOCAL_LINK = re.compile(rb"""Target=["']\s*(file:|[A-Za-z]:[\\/]|[A-Za-z]:%5c|\\|%5c|/)""", re.IGNORECASE)
_LINK_ID = re.compile(
    rb"""(<\w+:(?:hyperlink|hlink\w+)\b(?:\s+(?!\w+:id=)[^\s=<>]+=(?:"[^"<]*"|'[^'<]*'))*)(\s+\w+:id=)["']([^"']*)["']"""
)
_OBJECT, _PICT = w("object"), w("pict")
_EMBEDDED: Final = ("{urn:schemas-microsoft-com:office:office}OLEObject", w("objectEmbed"), w("objectLink"))
_IS_OBJECT: Final = "{urn:schemas-microsoft-com:office:office}ole"
_IMAGE, _DRAWING = "{urn:schemas-microsoft-com:vml}imagedata", w("drawing")
_RELATION_ID: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def strip(entries: dict[str, Entry]) -> list[str]:
    """Takes out paths of somebody's computer and embedded objects; what they were, in Chinese.

    The paths are that of the .dotx that a document was made from, and links to files on a drive or share, whose text
    stays. Of an object its picture stays; one without a picture is left for those who refuse it.
    """
    dropped: list[str] = []
    for name in [name for name in entries if name.endswith(".xml") and b"<w:object" in entries[name].data()]:
        dropped += _drop_objects(entries, name)
    for name in [name for name in entries if name.endswith("settings.xml.rels")]:
        text = entries[name].data()
        kept = re.sub(rb"<[^<>]*/attachedTemplate[\"'][^<>]*?(?:/>|>\s*</[^>]*>)", b"", text)
        settings = name.replace("_rels/", "").removesuffix(".rels")
        if kept != text and settings in entries:
            entries[name] = pack(name, kept)
            data = re.sub(rb"<\w+:attachedTemplate\b[^<>]*/>", b"", entries[settings].data())
            entries[settings] = pack(settings, data)
            dropped.append("它所用的 Word 模板（.dotx）的路径")
    for name in [name for name in entries if name.endswith(".rels") and _LOCAL_LINK.search(entries[name].data())]:
        dropped += _unlinked(entries, name)
    return dropped


def _drop_objects(entries: dict[str, Entry], name: str) -> list[str]:
    try:
        root = parse_xml(entries[name].data())
        links = parse_xml(entries[relations_of(name)].data())
    except (ValueError, KeyError):
        return []  # told when it is read
    found = [one for each in root.iter(_OBJECT) if _is_shown(each) for one in each.iter(*_EMBEDDED)]
    if not found:
        return []
    keys = {str(one.get(_RELATION_ID)) for one in found}
    for one in [
        one for one in links if one.get("Id") in keys and str(one.get("Type")).endswith(("oleObject", "package"))
    ]:
        inside = posixpath.normpath(posixpath.join("/", posixpath.dirname(name), str(one.get("Target"))))
        if one.get("TargetMode") != "External":
            entries.pop(inside.lstrip("/"), None)
        drop(one)
    for one in found:
        _show_picture(one)
    for part, tree in ((name, root), (relations_of(name), links)):
        _replace(entries, part, tree)
    return [_OBJECT_SHOWN.format(str(one.get("ProgID") or one.get(w("progId"), "")) or "OLE") for one in found]


def _is_shown(element: Tree) -> bool:
    pictures = (one.get(_RELATION_ID) for one in element.iter(_IMAGE))
    return any(pictures) or next(element.iter(_DRAWING), None) is not None


def _show_picture(embedded: Tree) -> None:
    """Leaves the picture of an object in its place."""
    around = embedded.getparent()
    drop(embedded)
    if around is None or around.tag != _OBJECT:
        return
    for shape in around.iter():
        shape.attrib.pop(_IS_OBJECT, "")
    around.attrib.clear()
    around.tag = _PICT
    if next(around.iter(_DRAWING), None) is not None:
        unwrap(around)


def _replace(entries: dict[str, Entry], name: str, root: Tree) -> None:
    entries[name] = pack(name, etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


_OBJECT_SHOWN: Final = "嵌入的对象（{}，只留它的图）"
_LINK: Final = "连到本机或共享文件夹的链接（{}）"


def _unlinked(entries: dict[str, Entry], name: str) -> list[str]:
    part = name.replace("_rels/", "").removesuffix(".rels")
    try:
        links = [one for one in parse_xml(entries[name].data()) if _is_local(one)]
    except ValueError:
        return []  # told when it is read
    if not links or part not in entries:
        return []
    keys = {str(one.get("Id", "")).encode() for one in links}

    def plain(found: re.Match[bytes]) -> bytes:
        if found[3] not in keys:
            return found[0]
        # Pictures and shapes need the attribute.
        return found[1] if b":hyperlink" in found[1][:20] else b'%s%s""' % (found[1], found[2])

    entries[part] = pack(part, _LINK_ID.sub(plain, entries[part].data()))
    root = links[0].getroottree().getroot()
    for one in links:
        drop(one)
    _replace(entries, name, root)
    return [_LINK.format(unquote(str(one.get("Target")))) for one in links]


def _is_local(relation: Tree) -> bool:
    is_link = relation.get("TargetMode") == "External" and str(relation.get("Type", "")).endswith("/hyperlink")
    return is_link and is_local_address(str(relation.get("Target", "")))


def settle_fields(entries: dict[str, Entry], name: str, root: Tree) -> list[str]:
    """Turns fields that link to a drive or share, or show an object, into their text; what they were, in Chinese."""
    codes = [one.code for one in fields_of(root) if _is_dropped(one.code)]
    if not codes:
        return []
    for field in join_codes(root):
        if field.code and _is_dropped(field.code[0].text or ""):
            for node in field.nodes:
                drop(node)
    for simple in [one for one in root.iter(SIMPLE_FIELD) if _is_dropped(str(one.get(w("instr"), "")))]:
        unwrap(simple)
    _replace(entries, name, root)
    return [_LINK.format(unquote(address(code))) for code in codes if keyword(code) != _SHOWS_OBJECT]


_SHOWS_OBJECT: Final = "EMBED"


def _is_dropped(code: str) -> bool:
    return keyword(code) == _SHOWS_OBJECT or is_local_address(address(code))
