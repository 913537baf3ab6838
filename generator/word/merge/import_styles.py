"""Prepares the styles of a file for another one: new ids, with the file's defaults written into them.

Styles are never matched by name, so an attachment keeps its looks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from typing import Final

from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.oxml import parse_xml
from docx.parts.document import DocumentPart

from generator.word import names
from generator.word.names import Tree, ancestor, value, w
from generator.word.parts import related, root_beside
from generator.word.xml import (
    drop,
    first_child,
    make,
    merge_properties,
    resolve_fonts,
    style_chain,
    styles_by_id,
    unwrap,
)
from generator.word.xml import parse_xml as parse_part

_REFERENCES: Final = (w("pStyle"), w("rStyle"), w("tblStyle"))
_LINKS: Final = (w("basedOn"), w("styleLink"), w("numStyleLink"))
_VAL: Final = w("val")
_LEFT_BEHIND: Final = {
    w(name) for name in ("name", "next", "link", "autoRedefine", "aliases", "qFormat", "locked", "rsid", "personal")
}
_COMPATIBLE: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_SPACE: Final = f'xmlns:w="{names.WORD[1:-1]}"'
# Word's defaults for files that state none.
_PLAIN_PARAGRAPH: Final = (
    f'<w:pPr {_SPACE}><w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/></w:pPr>'
)
_PLAIN_RUN: Final = (
    f'<w:rPr {_SPACE}><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="宋体" '
    'w:cs="Times New Roman"/><w:sz w:val="20"/><w:szCs w:val="20"/></w:rPr>'
)
_LAYERS: Final = (
    (names.P_PR, names.PARAGRAPH, "pPrDefault", _PLAIN_PARAGRAPH),
    (names.R_PR, names.RUN, "rPrDefault", _PLAIN_RUN),
)


def own_styles(guest: DocumentPart, texts: Sequence[Tree], key: str, label: str) -> dict[str, Tree]:
    """The file's styles by their new id, ready for another file; changes the trees of the file to the new ids.

    ``key`` begins the new ids and ``label`` the new names; ``texts`` are the file's trees that hold text.
    """
    theme_root = theme_of(guest)
    sheet, lists = root_beside(guest, RT.STYLES), root_beside(guest, RT.NUMBERING)
    for root in (sheet, lists):
        _strip(root)
    for root in (sheet, lists, *texts):
        resolve_fonts(root, theme_root)
    styles = _Styles(sheet)
    for text in texts:
        styles.name_defaults(text)
    for style in styles.known.values():
        styles.ground(style, ())
    for root in (sheet, lists, *texts):
        for one in list(root.iter(*_REFERENCES, *_LINKS)):
            if one.get(_VAL) in styles.known:
                one.set(_VAL, f"{key}-{one.get(_VAL)}")
            else:
                drop(one)
    for name, style in styles.known.items():
        _rename(style, f"{key}-{name}", label, name)
    return {f"{key}-{name}": style for name, style in styles.known.items()}


def theme_of(main: DocumentPart) -> Tree | None:
    """The root of a file's theme."""
    theme = related(main, RT.THEME)
    return None if theme is None else parse_part(theme.blob)


def used_styles(styles: Mapping[str, Tree], trees: Iterable[Tree]) -> list[Tree]:
    """The styles that trees use, and those that these refer to."""
    found: dict[str, Tree] = {}
    waiting = {str(one.get(_VAL)) for tree in trees for one in tree.iter(*_REFERENCES, *_LINKS)}
    while waiting:
        key = waiting.pop()
        found[key] = styles[key]
        waiting |= {str(one.get(_VAL)) for one in styles[key].iter(*_LINKS)} - found.keys()
    return [found[key] for key in sorted(found)]


class _Styles:
    """A style sheet into which a file's defaults are written."""

    def __init__(self, sheet: Tree) -> None:
        self._sheet = sheet
        # The default style of paragraphs by the table around them.
        self._in_tables: dict[Tree | None, str] = {}
        self.known = styles_by_id(sheet)
        self._defaults = {
            style.get(w("type"), "paragraph"): key
            for key, style in reversed(self.known.items())
            if style.get(w("default")) in {"1", "true", "on"}
        }

    def name_defaults(self, text: Tree) -> None:
        """Names the default style wherever a text relies on it, as the other file has another default."""
        table, paragraph = self._defaults.get("table"), self._defaults.get("paragraph")
        if table is not None:
            for properties in text.iter(w("tblPr")):
                self._refer(properties, w("tblStyle"), table)
        if paragraph is not None:
            for one in text.iter(names.P):
                self._refer(first_child(one, names.P_PR), w("pStyle"), self._in_table(one, paragraph))

    def _refer(self, properties: Tree, tag: str, key: str) -> None:
        style = properties.find(tag)
        if style is None or str(style.get(_VAL)) not in self.known:
            if style is not None:
                drop(style)
            properties.insert(0, make(tag, key))

    def _in_table(self, one: Tree, paragraph: str) -> str:
        """The default style; inside a table whose style has formats, a variant that includes these."""
        table = ancestor(one, names.TBL)
        if table in self._in_tables:
            return self._in_tables[table]
        key = value(table, "tblPr/tblStyle")
        chain = list(style_chain(self.known, key))
        if not any(len(found) for style in chain for tag in (names.P_PR, names.R_PR) for found in style.iterfind(tag)):
            self._in_tables[table] = paragraph
            return paragraph
        made = self._in_tables[table] = f"{paragraph}-{key}"
        if made not in self.known:
            variant = deepcopy(self.known[paragraph])
            title = variant.find(w("name"))
            if title is not None:
                title.set(_VAL, f"{title.get(_VAL)}（表内）")
            self._sheet.append(variant)
            self.known[made] = variant
            self.ground(variant, chain)
        return made

    def ground(self, style: Tree, table: Sequence[Tree]) -> None:
        """Writes the file's defaults into a paragraph style that is based on no other."""
        if style.get(w("type"), "paragraph") != "paragraph" or style.find(w("basedOn")) is not None:
            return
        for tag, order, default, plain in _LAYERS:
            own, said = style.find(tag), self._sheet.find(f"{w('docDefaults')}/{w(default)}/{tag}")
            whole = merge_properties(tag, order, own, *(one.find(tag) for one in table), said, parse_xml(plain))
            if own is not None:
                drop(own)
            late = (names.R_PR, w("tblPr")) if tag == names.P_PR else (w("tblPr"),)
            at = next((style.index(one) for one in style if one.tag in late), len(style))
            style.insert(at, whole)


def _rename(style: Tree, key: str, label: str, old: str) -> None:
    title = value(style, "name") or old
    for child in [child for child in style if child.tag in _LEFT_BEHIND]:
        drop(child)
    style.insert(0, make(w("name"), f"{label} {title}"))
    style.attrib.pop(w("default"), "")
    style.set(w("styleId"), key)
    style.set(w("customStyle"), "1")


def _strip(root: Tree) -> None:
    """Drops extensions of newer Word versions, whose namespaces the other file may not declare."""
    for choices in list(root.iter(f"{_COMPATIBLE}AlternateContent")):
        # The first alternative that needs no other namespace.
        for one in choices:
            if all(str(inner.tag).startswith(names.WORD) for inner in one.iterdescendants()):
                unwrap(one)
                break
        unwrap(choices, {f"{_COMPATIBLE}Choice", f"{_COMPATIBLE}Fallback"})
    for element in [one for one in root.iter() if not str(one.tag).startswith(names.WORD)]:
        drop(element)
    for element in root.iter():
        for key in [str(key) for key in element.attrib if not str(key).startswith(names.WORD)]:
            if not key.startswith("{http://www.w3.org/"):
                del element.attrib[key]
