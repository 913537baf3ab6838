"""Merges two runs of paragraphs into one, with insertions and deletions marked word by word.

Paragraphs are read as atoms, not by ``word.read``, which reads what people see: a redline must write every run, link,
field and drawing back to its place.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import deepcopy
from typing import Any, Final, cast

from lxml import etree
from msgspec import Struct, field

from generator.base.textdiff import Change, changes, pieces
from generator.word import names
from generator.word.names import Tree, w
from generator.word.redline.pair import DELETED, INSERTED, Pair, Side, own_to_mark
from generator.word.xml import field_step, make

_KEPT: Final = ""
_MARK: Final = "¶"
_REPLACEABLE: Final = {"drawing", "pict", "object", "AlternateContent", "footnoteReference", "endnoteReference"}
_DELETED_TEXT: Final = {names.T: w("delText"), w("instrText"): w("delInstrText")}
# Elements without extent in the text, which are kept as in the newer document.
_LOOSE: Final = frozenset(map(w, (
    "bookmarkStart", "bookmarkEnd", "commentRangeStart", "commentRangeEnd", "permStart", "permEnd", "proofErr",
)))  # fmt: skip
_WRAPPERS: Final = frozenset(map(w, ("hyperlink", "fldSimple")))


class Atom(Struct, frozen=True):
    """One character, or one element that is not text.

    ``element`` is a child of a run, or of the paragraph where ``in_run`` is false. ``format`` is the run's format
    (``properties``) as XML; ``wrapper`` the link or simple field around it; ``parts`` the atoms of a whole field.
    """

    text: str
    key: str
    element: Tree | None = None
    properties: Tree | None = None
    format: str = ""
    wrapper: Tree | None = None
    parts: tuple[Atom, ...] = ()
    in_run: bool = True


class Token(Struct, frozen=True):
    """The unit of comparison: its atoms and the loose elements before it; a paragraph mark has no atoms."""

    key: str
    atoms: tuple[Atom, ...] = ()
    before: list[Tree] = field(default_factory=list)
    paragraph: Tree | None = None


class _Merged(Struct, frozen=True):
    """One token of the merged stream, its kind of change, and the old token where it was kept."""

    kind: str
    token: Token
    was: Token | None = None


def merge_paragraphs(old: Sequence[Tree], new: Sequence[Tree], pair: Pair) -> list[Tree]:
    """The paragraphs that become ``new`` when all changes are accepted, and ``old`` when all are rejected.

    The last marks of both sides are paired: a mark before a table or at the end of a cell cannot be deleted. The given
    trees are not changed.
    """
    before = [token for one in old for token in _tokens(one, pair.old)]
    after = [token for one in new for token in _tokens(one, pair.new)]
    if not new:
        stream = [_Merged(DELETED, token) for token in before]
    elif not old:
        stream = [_Merged(INSERTED, token) for token in after]
    else:
        stream = [*_compared(before[:-1], after[:-1]), _Merged(_KEPT, after[-1], before[-1])]
    # Text deleted from a link that stays is shown in the new link.
    links: dict[int, Tree] = {}
    for one in stream:
        for was, now in zip(one.was.atoms if one.was is not None else (), one.token.atoms, strict=False):
            if was.wrapper is not None and now.wrapper is not None:
                links.setdefault(id(was.wrapper), now.wrapper)
    writer = _Writer(pair, links)
    for one in stream:
        writer.write(one)
    return writer.made


def _tokens(paragraph: Tree, side: Side) -> Iterator[Token]:
    """The tokens of a paragraph, its mark last."""
    letters: list[Atom] = []
    loose: dict[int, list[Tree]] = {}  # by the number of letters before them
    for atom in _with_whole_fields(list(_atoms(paragraph, None, side))):
        if atom.element is not None and atom.element.tag in _LOOSE:
            loose.setdefault(len(letters), []).append(atom.element)
        elif atom.text:
            letters.append(atom)
        else:
            before = loose.pop(len(letters), [])
            yield from _words(letters, loose)
            yield Token(atom.key, (atom,), before)
            letters, loose = [], {}
    before = loose.pop(len(letters), [])
    yield from _words(letters, loose)
    yield Token(_MARK, before=before, paragraph=paragraph)


def _words(letters: list[Atom], loose: dict[int, list[Tree]]) -> Iterator[Token]:
    at = 0
    for piece in pieces("".join(atom.text for atom in letters)):
        before = [one for number in range(at, at + len(piece)) for one in loose.get(number, ())]
        yield Token(piece, tuple(letters[at : at + len(piece)]), before)
        at += len(piece)


def _atoms(parent: Tree, wrapper: Tree | None, side: Side) -> Iterator[Atom]:
    for child in parent:
        if child.tag == names.R:
            properties = child.find(names.R_PR)
            fmt = "" if properties is None else etree.tostring(properties, encoding="unicode")
            for one in child:
                if one.tag == names.T:
                    yield from (Atom(letter, letter, None, properties, fmt, wrapper) for letter in one.text or "")
                elif one.tag != names.R_PR:
                    yield Atom("", side.identity(one), one, properties, fmt, wrapper)
        elif child.tag in _WRAPPERS:
            yield from _atoms(child, child, side)
        elif child.tag in _LOOSE:
            yield Atom("", "", child)
        elif child.tag != names.P_PR:
            yield Atom("", side.identity(child), child, wrapper=wrapper, in_run=False)


def _with_whole_fields(atoms: list[Atom]) -> Iterator[Atom]:
    """Turns every complete field into one atom."""
    at = 0
    while at < len(atoms):
        end = _end_of_field(atoms, at)
        if end is None:
            yield atoms[at]
            at += 1
            continue
        inside: list[Atom] = []
        for one in atoms[at:end]:
            if one.element is not None and one.element.tag in _LOOSE:
                yield one
            else:
                inside.append(one)
        yield Atom("", "\x00".join(one.key for one in inside), wrapper=atoms[at].wrapper, parts=tuple(inside))
        at = end


def _end_of_field(atoms: list[Atom], start: int) -> int | None:
    """The index after a field that begins at ``start``; None if no complete field does."""
    depth = 0
    for at in range(start, len(atoms)):
        element = atoms[at].element
        depth += field_step(element) if element is not None else 0
        if not depth or atoms[at].wrapper is not atoms[start].wrapper:
            return at + 1 if at > start and not depth else None
    return None


def _compared(before: list[Token], after: list[Token]) -> Iterator[_Merged]:
    for change in changes([token.key for token in before], [token.key for token in after]):
        gone, came = before[change.start : change.end], after[change.new_start : change.new_end]
        if change.same:
            yield from (_Merged(_KEPT, now, was) for was, now in zip(gone, came, strict=True))
            continue
        for part in _by_pictures(gone, came):
            was, now = gone[part.start : part.end], came[part.new_start : part.new_end]
            if part.same:
                yield _Merged(_KEPT, now[0], was[0])
            else:
                yield from (_Merged(DELETED, token) for token in was)
                yield from (_Merged(INSERTED, token) for token in now)


def _by_pictures(gone: list[Token], came: list[Token]) -> Iterator[Change]:
    """Pairs charts, pictures and notes that replaced each other, so that none is shown twice."""
    olds = [at for at, token in enumerate(gone) if _kind(token)]
    news = [at for at, token in enumerate(came) if _kind(token)]
    if [_kind(gone[at]) for at in olds] != [_kind(came[at]) for at in news]:
        olds = news = []
    last = (0, 0)
    for i, j in zip(olds, news, strict=True):
        yield Change(False, last[0], i, last[1], j)
        yield Change(True, i, i + 1, j, j + 1)
        last = (i + 1, j + 1)
    yield Change(False, last[0], len(gone), last[1], len(came))


def _kind(token: Token) -> str:
    """The kind of a drawing or note, which only its kind replaces; empty for anything else."""
    element = token.atoms[0].element if token.atoms else None
    if element is None or names.local(element) not in _REPLACEABLE:
        return ""
    return names.local(element) + "".join(str(one.get("uri")) for one in element.iter() if one.get("uri"))


class _Writer(Struct):
    """Writes the merged stream as paragraphs."""

    pair: Pair
    links: dict[int, Tree]
    made: list[Tree] = field(default_factory=list)
    children: list[Tree] = field(default_factory=list)
    holder: tuple[Tree | None, str] = (None, _KEPT)
    target: Tree | list[Tree] | None = None
    formats: tuple[str, str] = ("", "")
    run: Tree | None = None

    def write(self, one: _Merged) -> None:
        for element in one.token.before if one.kind != DELETED else ():
            self.target = self.run = None
            self.children.append(deepcopy(element))
        if one.token.paragraph is not None:
            paragraph = _empty(one.token.paragraph)
            properties = one.token.paragraph.find(names.P_PR)
            if properties is not None:
                paragraph.append(deepcopy(properties))
                if one.kind == DELETED:
                    self.pair.carry(paragraph[0])
            paragraph.extend(self.children)
            if one.kind != _KEPT:
                self.pair.merge.pen.flag_paragraph(paragraph, one.kind)
            elif one.was is not None and one.was.paragraph is not None:
                old, new = one.was.paragraph.find(names.P_PR), paragraph.find(names.P_PR)
                self.pair.check_sections(old, new)
                if self.pair.differ(old, new, own_to_mark("pPr")):
                    self.pair.merge.pen.change_format(paragraph, "pPr", old)
            self.made.append(paragraph)
            self.children = []
            self.target = self.run = None
            return
        olds = one.was.atoms if one.was is not None else one.token.atoms
        for atom, was in zip(one.token.atoms, olds, strict=True):
            self._atom(atom, was, one.kind)

    def _atom(self, atom: Atom, was: Atom, kind: str) -> None:
        if kind == DELETED and atom.element is not None and atom.element.tag == w("commentReference"):
            return  # the newer document has no such comment, or another one of that number
        if atom.parts:
            # Equal fields are taken from the newer document.
            for part in atom.parts:
                self._atom(part, part, kind)
            return
        target = self._into(atom, kind)
        if not atom.in_run:
            self.run = None
            target.append(self._thing(atom, was, kind))
            return
        formats = (atom.format, was.format if kind == _KEPT else atom.format)
        if self.run is None or self.formats != formats:
            self.run, self.formats = make(names.R), formats
            if atom.properties is not None:
                self.run.append(deepcopy(atom.properties))
            if formats[0] != formats[1]:
                self.pair.merge.pen.change_format(self.run, "rPr", was.properties)
            target.append(self.run)
        if atom.text:
            tag = names.T if kind != DELETED else _DELETED_TEXT[names.T]
            last = self.run[-1] if len(self.run) else None
            if last is None or last.tag != tag:
                last = etree.SubElement(self.run, tag)
                last.set(names.XML_SPACE, "preserve")
                last.text = ""
            last.text = (last.text or "") + atom.text
        else:
            self.run.append(self._thing(atom, was, kind))

    def _into(self, atom: Atom, kind: str) -> Tree | list[Tree]:
        """The link and mark to append the atom to; begins new ones where the open ones do not fit."""
        wrapper = None if atom.wrapper is None else self.links.get(id(atom.wrapper), atom.wrapper)
        if self.target is None or self.holder[0] is not wrapper or self.holder[1] != kind:
            outer: Tree | list[Tree] = self.children
            if wrapper is not None:
                if self.target is None or self.holder[0] is not wrapper:
                    link = _empty(wrapper)
                    if kind == DELETED and wrapper is atom.wrapper:
                        self.pair.carry(link)
                    self.children.append(link)
                outer = self.children[-1]
            self.target = outer
            if kind != _KEPT:
                self.target = self.pair.merge.pen.mark(kind)
                outer.append(self.target)
            self.holder, self.run = (wrapper, kind), None
        return self.target

    def _thing(self, atom: Atom, was: Atom, kind: str) -> Tree:
        assert atom.element is not None  # not a character  # noqa: S101
        element = deepcopy(atom.element)
        if kind == DELETED:
            if element.tag in _DELETED_TEXT:
                element.tag = _DELETED_TEXT[str(element.tag)]
            self.pair.carry(element)
        elif kind == _KEPT and was.element is not None:
            self.pair.compare_objects(was.element, element)
        else:
            self.pair.mark_new_notes(element)
        return element


def _empty(element: Tree) -> Tree:
    return etree.Element(str(element.tag), cast("Any", element.attrib), cast("Any", element.nsmap))
