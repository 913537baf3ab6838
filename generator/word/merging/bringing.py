"""What an attachment's text leans on besides itself, brought into the report under names of its own: styles and lists.

Nothing is matched by name: an attachment looks in the report as it looked alone.
"""

from __future__ import annotations

from copy import deepcopy
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from lxml import etree

from generator.word import names
from generator.word.names import ancestor, w
from generator.word.properties import PARAGRAPH, RUN, merged, resolve_fonts
from generator.word.trees import make
from generator.word.volume import drop

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from generator.word.names import Tree
    from generator.word.volume import Volume

__all__ = ["Belongings"]

_REFERENCES: Final = (w("pStyle"), w("rStyle"), w("tblStyle"))
_LEFT_BEHIND: Final = ("next", "link", "autoRedefine", "aliases", "qFormat", "locked", "rsid", "personal")
_DEFAULT: Final = {"paragraph": w("pStyle"), "table": w("tblStyle")}
_MOST_STEPS: Final = 20
# What text looks like where a file says nothing of it.
_PLAIN_RUN: Final = (
    f'<w:rPr xmlns:w="{names.WORD[1:-1]}"><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" '
    'w:eastAsia="宋体" w:cs="Times New Roman"/><w:sz w:val="20"/><w:szCs w:val="20"/></w:rPr>'
)
_PLAIN_PARAGRAPH: Final = (
    f'<w:pPr xmlns:w="{names.WORD[1:-1]}"><w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/></w:pPr>'
)


class Belongings:
    """The styles and lists of one attachment.

    Args:
        host: The report.
        guest: The attachment.
        number: Which attachment it is.
        texts: The trees of the attachment that hold text; their references are rewritten.
        family: Which of the files with just these styles and lists, where several share one copy of the styles.
        known: The keys of the styles that the host has of its guests; those that are brought are added.
        label: What a style's name begins with.
    """

    def __init__(  # noqa: PLR0913 - the last three have their defaults
        self,
        host: Volume,
        guest: Volume,
        number: int,
        texts: list[Tree],
        *,
        family: int | None = None,
        known: set[str] | None = None,
        label: str = "附件",
    ) -> None:
        self._host, self._number, self._texts = host, number, texts
        self._family = number if family is None else family
        self._known = set() if known is None else known
        self._label = label
        name = guest.related("theme")
        self._theme = guest.tree(name) if name is not None else None
        self._sheet = guest.part("styles", "styles")
        lists = guest.related("numbering")
        self._lists = guest.tree(lists) if lists is not None else make(w("numbering"))
        for root in (self._sheet, self._lists):
            _strip(root)
            resolve_fonts(root, self._theme)
        self._styles = {str(style.get(w("styleId"))): style for style in self._sheet.iter(w("style"))}
        self._variants: dict[str, tuple[str, str]] = {}

    def bring(self) -> None:
        """Brings everything that the texts use, and has the texts use it."""
        for text in self._texts:
            resolve_fonts(text, self._theme)
            self._name_defaults(text)
        wanted = self._closure(self._used())
        brought = [self._brought(key) for key in sorted(wanted | self._variants.keys())]
        self._bring_lists([*self._texts, *brought])
        for tree in (*self._texts, *brought):
            self._rename(tree)
        sheet = self._host.part("styles", "styles")
        sheet.extend(one for one in brought if str(one.get(w("styleId"))) not in self._known)
        self._known |= {str(one.get(w("styleId"))) for one in brought}

    def _key(self, key: str) -> str:
        return f"FJ{self._family}-{key}"

    def _default(self, kind: str) -> str | None:
        usual = (key for key, style in self._styles.items() if style.get(w("default")) in {"1", "true", "on"})
        return next((key for key in usual if self._styles[key].get(w("type"), "paragraph") == kind), None)

    def _name_defaults(self, text: Tree) -> None:
        """Names the default style where a text relies on it: the report's would take its place."""
        table, paragraph = self._default("table"), self._default("paragraph")
        for properties in text.iter(w("tblPr")):
            style = properties.find(w("tblStyle"))
            if table is not None and (style is None or str(style.get(w("val"))) not in self._styles):
                if style is not None:
                    drop(style)
                properties.insert(0, _valued("tblStyle", table))
        for one in text.iter(names.P):
            properties_found = one.find(names.P_PR)
            properties = make(names.P_PR) if properties_found is None else properties_found
            style = properties.find(w("pStyle"))
            if paragraph is None or (style is not None and str(style.get(w("val"))) in self._styles):
                continue
            if style is not None:
                drop(style)
            if properties_found is None:
                one.insert(0, properties)
            properties.insert(0, _valued("pStyle", self._in_table(one, paragraph)))

    def _in_table(self, one: Tree, paragraph: str) -> str:
        """The default style; in a table that has formats of its own, one that gives way to them as the default does."""
        table = ancestor(one, names.TBL)
        style = None if table is None else table.find(f"{w('tblPr')}/{w('tblStyle')}")
        key = "" if style is None else str(style.get(w("val")))
        chain = list(self._chain(key))
        if not any(len(found) for above in chain for found in above.iterfind(names.P_PR)) and not any(
            len(found) for above in chain for found in above.iterfind(names.R_PR)
        ):
            return paragraph
        self._variants[f"{paragraph}-{key}"] = paragraph, key
        return f"{paragraph}-{key}"

    def _chain(self, key: str) -> Iterator[Tree]:
        """A style and those that it is based on."""
        for _ in range(_MOST_STEPS):
            if key not in self._styles:
                return
            yield self._styles[key]
            based = self._styles[key].find(w("basedOn"))
            key = "" if based is None else str(based.get(w("val")))

    def _used(self) -> set[str]:
        named = {str(one.get(w("val"))) for tree in (*self._texts, self._lists) for one in tree.iter(*_REFERENCES)}
        links = (w("styleLink"), w("numStyleLink"))
        return named | {str(one.get(w("val"))) for one in self._lists.iter(*links)}

    def _closure(self, keys: Iterable[str]) -> set[str]:
        return {str(style.get(w("styleId"))) for key in keys for style in self._chain(key)}

    def _brought(self, key: str) -> Tree:
        """A style as the report gets it: what the attachment takes for granted is written into it."""
        base, table = self._variants.get(key, (key, ""))
        style = deepcopy(self._styles[base])
        named = style.find(w("name"))
        title = key if named is None else str(named.get(w("val")))
        for name in ("name", *_LEFT_BEHIND):
            for child in style.findall(w(name)):
                drop(child)
        style.insert(0, _valued("name", f"{self._label}{self._family} {title}{'（表内）' if table else ''}"))
        style.attrib.pop(w("default"), "")
        style.set(w("styleId"), key)
        style.set(w("customStyle"), "1")
        if style.get(w("type"), "paragraph") == "paragraph" and style.find(w("basedOn")) is None:
            self._ground(style, list(self._chain(table)))
        return style

    def _ground(self, style: Tree, table: list[Tree]) -> None:
        """Writes a file's own defaults into a style that is based on none."""
        for tag, order, plain, default in (
            (names.P_PR, PARAGRAPH, _PLAIN_PARAGRAPH, "pPrDefault"),
            (names.R_PR, RUN, _PLAIN_RUN, "rPrDefault"),
        ):
            own = style.find(tag)
            above = [one.find(tag) for one in table]
            said = self._sheet.find(f"{w('docDefaults')}/{w(default)}/{tag}")
            whole = merged(tag, order, own, *above, said, etree.fromstring(plain))
            if own is not None:
                drop(own)
            at = next((style.index(one) for one in style if one.tag in {names.R_PR, w("tblPr")}), len(style))
            style.insert(at if tag == names.P_PR else len(style), whole)

    def _bring_lists(self, trees: list[Tree]) -> None:
        """Copies of the lists that are used, each with its shape, under new numbers."""
        used = sorted({str(one.get(w("val"))) for tree in trees for one in tree.iter(w("numId"))})
        found = {str(one.get(w("numId"))): one for one in self._lists.iter(w("num"))}
        used = [key for key in used if key in found]
        mapped: dict[str, str] = {}
        if used:
            numbering = self._host.part("numbering", "numbering")
            shapes = self._bring_shapes(numbering, {_link(found[key]) for key in used})
            for key in used:
                copy = deepcopy(found[key])
                mapped[key] = _free(numbering, "num", "numId")
                copy.set(w("numId"), mapped[key])
                for link in copy.iterfind(w("abstractNumId")):
                    link.set(w("val"), shapes.get(str(link.get(w("val"))), "0"))
                _insert(numbering, copy)
        for tree in trees:
            for one in list(tree.iter(w("numId"))):
                key, holder = str(one.get(w("val"))), one.getparent()
                if key in mapped:
                    one.set(w("val"), mapped[key])
                elif key != "0" and holder is not None:
                    # A list that is defined nowhere is none to Word either; 0 takes away that of the style.
                    drop(holder)

    def _bring_shapes(self, numbering: Tree, keys: set[str]) -> dict[str, str]:
        mapped: dict[str, str] = {}
        for shape in list(self._lists.iter(w("abstractNum"))):
            key = str(shape.get(w("abstractNumId")))
            if key not in keys:
                continue
            copy = deepcopy(shape)
            mapped[key] = _free(numbering, "abstractNum", "abstractNumId")
            copy.set(w("abstractNumId"), mapped[key])
            # Word takes lists with the same number for one; this one is new, and the same in every render.
            for one in copy.iter(w("nsid")):
                one.set(w("val"), sha256(f"{self._number}-{key}".encode()).hexdigest()[:8].upper())
            for name in ("tmpl", "lvlPicBulletId"):
                for one in list(copy.iter(w(name))):
                    drop(one)
            self._rename(copy)
            _insert(numbering, copy)
        return mapped

    def _rename(self, tree: Tree) -> None:
        if tree.tag == w("style"):
            tree.set(w("styleId"), self._key(str(tree.get(w("styleId")))))
        links = (w("basedOn"), w("styleLink"), w("numStyleLink"))
        for one in list(tree.iter(*_REFERENCES, *links)):
            key = str(one.get(w("val")))
            if key in self._styles or key in self._variants:
                one.set(w("val"), self._key(key))
            else:
                drop(one)


def _valued(name: str, value: str) -> Tree:
    element = make(w(name))
    element.set(w("val"), value)
    return element


def _link(number: Tree) -> str:
    link = number.find(w("abstractNumId"))
    return "" if link is None else str(link.get(w("val")))


def _free(root: Tree, tag: str, key: str) -> str:
    used = [int(str(one.get(w(key)))) for one in root.iter(w(tag)) if str(one.get(w(key))).isdecimal()]
    return str(max(used, default=0) + 1)


def _insert(numbering: Tree, element: Tree) -> None:
    """The schema wants picture bullets, then shapes, then lists."""
    before = {w("numPicBullet"), w("abstractNum"), *([w("num")] if element.tag == w("num") else [])}
    numbering.insert(sum(one.tag in before for one in numbering), element)


def _strip(root: Tree) -> None:
    """Drops what newer versions of Word add: the report's part may not declare it."""
    for element in [one for one in root.iter() if not str(one.tag).startswith(names.WORD)]:
        drop(element)
    for element in root.iter():
        for key in [str(key) for key in element.attrib if not str(key).startswith(names.WORD)]:
            if not key.startswith("{http://www.w3.org/"):
                del element.attrib[key]
