"""The ends of stretches of paragraphs: the mark before a table, or at the end of a cell, can neither come nor go.

Where paragraphs came at such an end, it is the mark before them that is new, and the last mark is the old one, moved.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from copy import deepcopy
from typing import TYPE_CHECKING, Final

from lxml import etree
from msgspec import Struct, field

from generator.base.textdiff import pieces
from generator.word import names
from generator.word.names import w
from generator.word.xml import drop, make

if TYPE_CHECKING:
    from generator.word.names import Tree
    from generator.word.redline.pair import Identity


class Step(Struct, frozen=True):
    """Blocks of both sides that are one: one table or several paragraphs, or none on one side."""

    old: list[Tree]
    new: list[Tree]
    is_table: bool

    @property
    def is_kept(self) -> bool:
        """Whether both sides have it."""
        return bool(self.old and self.new)


def with_safe_ends(steps: list[Step]) -> list[Step]:
    """The same steps, such that no stretch of paragraphs ends in a mark that came or went, as far as can be."""
    found: list[Step] = []
    stretch: list[Step] = []
    for step in steps:
        if step.is_table and step.is_kept:
            found += [*_ended(stretch), step]
            stretch = []
        else:
            stretch.append(step)
    return [*found, *_ended(stretch)]


def _ended(stretch: list[Step]) -> Iterator[Step]:
    """A stretch up to a table that stays, or to the end of its container."""
    last = max((at for at, step in enumerate(stretch) if step.is_kept), default=-1)
    tail = stretch[last + 1 :]
    gone, came = [step for step in tail if step.old], [step for step in tail if step.new]
    if gone and came:
        yield from stretch[: last + 1]
        yield from _met(gone, came)
    elif tail and last >= 0 and not tail[-1].is_table:
        yield from stretch[:last]
        yield from _moved(stretch[last], tail)
    else:
        yield from stretch


def _met(gone: list[Step], came: list[Step]) -> Iterator[Step]:
    """Both sides end in a paragraph of their own: the two share the mark."""
    if gone[-1].is_table or came[-1].is_table:
        yield from (*gone, *came)
        return
    yield from (*gone[:-1], *came[:-1])
    yield Step(gone[-1].old, came[-1].new, is_table=False)


def _moved(kept: Step, tail: list[Step]) -> Iterator[Step]:
    """One side alone has more: its last mark is the mark of the last paragraph that both have."""
    if not any(step.is_table for step in tail):
        old = [*kept.old, *(one for step in tail for one in step.old)]
        yield Step(old, [*kept.new, *(one for step in tail for one in step.new)], is_table=False)
        return
    # With a table between them the two cannot be one paragraph: the text of the kept one is shown as moved.
    is_new = bool(tail[-1].new)
    yield Step([] if is_new else kept.old, kept.new if is_new else [], is_table=False)
    yield from tail[:-1]
    yield Step(
        kept.old if is_new else tail[-1].old,
        tail[-1].new if is_new else kept.new,
        is_table=False,
    )


INSERTED: Final = "ins"
DELETED: Final = "del"
# What a paragraph's mark has besides the paragraph's own format: it does not belong to the format that was.
_OF_THE_MARK: Final = frozenset(map(w, ("rPr", "sectPr", "pPrChange")))
_LATE_IN_PARAGRAPH: Final = tuple(map(w, ("sectPr", "pPrChange")))
_OF_THE_CELL: Final = frozenset(map(w, ("cellIns", "cellDel", "cellMerge", "tcPrChange")))
_OF_THE_ROW: Final = frozenset(map(w, ("ins", "del", "trPrChange")))


class Pen:
    """Marks what changed, in the name of one author at one time.

    Args:
        author: Who.
        date: When, as ``2022-05-20T00:00:00Z``.
        first: The number of the first mark; the following ones count on.
    """

    def __init__(self, author: str, date: str, first: int) -> None:
        self._author, self._date, self._next = author, date, first
        self.count = 0

    def mark(self, name: str) -> Tree:
        """An empty ``w:ins``, ``w:del``, ``w:pPrChange`` …"""
        element = make(w(name))
        element.set(w("id"), str(self._next))
        element.set(w("author"), self._author)
        element.set(w("date"), self._date)
        self._next += 1
        self.count += 1
        return element

    def flag_paragraph(self, paragraph: Tree, kind: str) -> None:
        """Says of the paragraph's mark that it was inserted or deleted."""
        properties = _properties(paragraph, names.P_PR)
        run = properties.find(names.R_PR)
        if run is None:
            run = make(names.R_PR)
            late = next((child for child in properties if child.tag in _LATE_IN_PARAGRAPH), None)
            properties.insert(len(properties) if late is None else properties.index(late), run)
        run.insert(0, self.mark(kind))

    def flag_row(self, row: Tree, kind: str) -> None:
        """Says of a row that it was inserted or deleted."""
        properties = row.find(w("trPr"))
        if properties is None:
            properties = make(w("trPr"))
            exceptions = row.find(w("tblPrEx"))
            row.insert(0 if exceptions is None else row.index(exceptions) + 1, properties)
        _keep_filled(properties)
        properties.append(self.mark(kind))

    def change_format(self, holder: Tree, name: str, old: Tree | None) -> None:
        """Writes into an element what its properties were (``name`` is that of the properties: ``pPr`` …)."""
        properties = _properties(holder, w(name))
        change = self.mark(f"{name}Change")
        was = make(w(name))
        was.extend(deepcopy(child) for child in (() if old is None else old) if child.tag not in own_to_mark(name))
        for filled in (properties, was) if name == "trPr" else ():
            _keep_filled(filled)
        change.append(was)
        properties.append(change)


def own_to_mark(name: str) -> frozenset[str]:
    """What stands among properties of this kind and is none that a change of format may hold."""
    return {"pPr": _OF_THE_MARK, "tcPr": _OF_THE_CELL, "trPr": _OF_THE_ROW}.get(name, frozenset({w(f"{name}Change")}))


def _keep_filled(row_properties: Tree) -> None:
    """The schema wants properties of a row besides its mark; what is said here holds anyway."""
    if not any(child.tag not in _OF_THE_ROW for child in row_properties):
        default = make(w("cantSplit"))
        default.set(w("val"), "off")
        row_properties.insert(0, default)


def _properties(holder: Tree, tag: str) -> Tree:
    found = holder.find(tag)
    if found is None:
        found = make(tag)
        holder.insert(0, found)
    return found


_GONE: Final = frozenset(
    map(
        w,
        (
            "del", "moveFrom", "proofErr", "lastRenderedPageBreak", "pPrChange", "rPrChange", "tblPrChange",
            "tcPrChange", "trPrChange", "sectPrChange", "tblGridChange", "tblPrExChange", "numberingChange",
            "moveFromRangeStart", "moveFromRangeEnd", "moveToRangeStart", "moveToRangeEnd", "cellIns", "cellMerge",
        ),
    )
)  # fmt: skip
_UNWRAPPED: Final = frozenset(map(w, ("sdtContent", "smartTag", "customXml", "ins", "moveTo", "dir", "bdo")))
_ASIDE: Final = frozenset(map(w, ("sdtPr", "sdtEndPr", "smartTagPr", "customXmlPr")))


def settle(root: Tree) -> None:
    """Accepts every tracked change below the root, and puts what stands in content controls in their place."""
    _drop_rows_and_cells(root)
    for paragraph in list(root.iter(names.P)):
        if paragraph.find(f"{names.P_PR}/{names.R_PR}/{w('del')}") is not None:
            _join_with_next(paragraph)
    for element in [one for one in root.iter() if one.tag in _GONE]:
        drop(element)
    for element in [one for one in root.iter() if one.tag in _UNWRAPPED or one.tag == names.SDT]:
        _unwrap(element)


def _drop_rows_and_cells(root: Tree) -> None:
    for row in [row for row in root.iter(names.TR) if row.find(f"{w('trPr')}/{w('del')}") is not None]:
        drop(row)
    for cell in [cell for cell in root.iter(names.TC) if cell.find(f"{names.TC_PR}/{w('cellDel')}") is not None]:
        drop(cell)
    for element in [row for row in root.iter(names.TR) if row.find(names.TC) is None and row.find(names.SDT) is None]:
        drop(element)
    for element in [table for table in root.iter(names.TBL) if next(table.iter(names.TR), None) is None]:
        drop(element)


def _join_with_next(paragraph: Tree) -> None:
    """A paragraph whose mark was deleted goes on in the next one."""
    following = paragraph.getnext()
    if following is None or following.tag != names.P:
        return
    content = [child for child in paragraph if child.tag != names.P_PR]
    at = 1 if following.find(names.P_PR) is not None else 0
    for number, child in enumerate(content):
        following.insert(at + number, child)
    drop(paragraph)


def _unwrap(element: Tree) -> None:
    parent = element.getparent()
    if parent is None:
        return
    at = parent.index(element)
    for number, child in enumerate([child for child in element if child.tag not in _ASIDE]):
        parent.insert(at + number, child)
    drop(element)


LOOSE: Final = frozenset(
    map(
        w,
        ("bookmarkStart", "bookmarkEnd", "commentRangeStart", "commentRangeEnd", "permStart", "permEnd", "proofErr"),
    )
)
"""What takes no room in the text: it is kept as the newer document has it."""
WRAPPERS: Final = frozenset(map(w, ("hyperlink", "fldSimple")))
_FIELD_SIGN: Final = w("fldChar")
_INSTRUCTION: Final = w("instrText")
_PLACE: Final = re.compile(r"_(Toc|Ref)\d+")
MARK: Final = "¶"


class Atom(Struct, frozen=True):
    """One character, or one thing that is not text.

    Attributes:
        text: The character; empty for anything else.
        key: What it is compared by.
        element: The thing itself, a child of a run, or of the paragraph where ``in_run`` is false.
        properties: The run's format, and ``form``, the same as text.
        wrapper: The link or simple field around it.
        parts: The atoms of a field, from its begin to its end.
    """

    text: str
    key: str
    element: Tree | None = None
    properties: Tree | None = None
    form: str = ""
    wrapper: Tree | None = None
    parts: tuple[Atom, ...] = ()
    in_run: bool = True


class Token(Struct, frozen=True):
    """What is compared as a whole: its atoms, and what takes no room before it. A mark has its paragraph instead."""

    key: str
    atoms: tuple[Atom, ...] = ()
    before: list[Tree] = field(default_factory=list)
    paragraph: Tree | None = None


def text_of(element: Tree) -> str:
    """The text of a block, its paragraphs and cells parted by line breaks."""
    return "\n".join(
        "".join(node.text or "" for node in paragraph.iter(names.T)) for paragraph in element.iter(names.P)
    )


def is_open_field(paragraph: Tree) -> bool:
    """Whether a field begins in the paragraph and ends in another, or the other way round."""
    kinds = [str(sign.get(w("fldCharType"))) for sign in paragraph.iter(_FIELD_SIGN)]
    return kinds.count("begin") != kinds.count("end")


def tokens_of(paragraphs: Sequence[Tree], identity: Identity) -> list[Token]:
    """The paragraphs as one stream, each ending in its mark."""
    return [token for paragraph in paragraphs for token in _tokens(paragraph, identity)]


def _tokens(paragraph: Tree, identity: Identity) -> Iterator[Token]:
    waiting: list[Tree] = []
    letters: list[Atom] = []
    places: dict[int, list[Tree]] = {}
    for atom in _with_whole_fields(list(_atoms(paragraph, None, identity))):
        if atom.element is not None and atom.element.tag in LOOSE:
            # Between two letters it stands before the second one.
            places.setdefault(len(letters), []).append(atom.element)
        elif atom.text:
            letters.append(atom)
        else:
            waiting = places.pop(len(letters), [])
            yield from _words(letters, places)
            yield Token(atom.key, (atom,), waiting)
            letters, places = [], {}
    waiting = places.pop(len(letters), [])
    yield from _words(letters, places)
    yield Token(MARK, before=waiting, paragraph=paragraph)


def _words(letters: list[Atom], places: dict[int, list[Tree]]) -> Iterator[Token]:
    at = 0
    for piece in pieces("".join(atom.text for atom in letters)):
        before = [one for number in range(at, at + len(piece)) for one in places.get(number, ())]
        yield Token(piece, tuple(letters[at : at + len(piece)]), before)
        at += len(piece)


def _atoms(parent: Tree, wrapper: Tree | None, identity: Identity) -> Iterator[Atom]:
    for child in parent:
        if child.tag == names.R:
            yield from _of_run(child, wrapper, identity)
        elif child.tag in WRAPPERS:
            yield from _atoms(child, child, identity)
        elif child.tag in LOOSE:
            yield Atom("", "", child)
        elif child.tag != names.P_PR:
            yield Atom("", identity.of(child), child, wrapper=wrapper, in_run=False)


def _of_run(run: Tree, wrapper: Tree | None, identity: Identity) -> Iterator[Atom]:
    properties = run.find(names.R_PR)
    form = "" if properties is None else etree.tostring(properties, encoding="unicode")
    for child in run:
        if child.tag == names.T:
            for letter in child.text or "":
                yield Atom(letter, letter, None, properties, form, wrapper)
        elif child.tag != names.R_PR:
            yield Atom("", _key(child, identity), child, properties, form, wrapper)


def _key(element: Tree, identity: Identity) -> str:
    if element.tag == _INSTRUCTION:
        return _PLACE.sub(r"_\1", element.text or "")
    return identity.of(element)


def _with_whole_fields(atoms: list[Atom]) -> Iterator[Atom]:
    """Every field that begins and ends here as one atom: half a field is none."""
    at = 0
    while at < len(atoms):
        end = _end_of_field(atoms, at)
        if end is None:
            yield atoms[at]
            at += 1
        else:
            inside = [one for one in atoms[at:end] if one.element is None or one.element.tag not in LOOSE]
            loose = [one for one in atoms[at:end] if one.element is not None and one.element.tag in LOOSE]
            key = "\x00".join(one.key for one in inside)
            yield from loose
            yield Atom("", key, wrapper=atoms[at].wrapper, parts=tuple(inside))
            at = end


def _end_of_field(atoms: list[Atom], start: int) -> int | None:
    """Behind the end of the field that begins here; None where none does, or it ends elsewhere."""
    depth = 0
    for at in range(start, len(atoms)):
        kind = _field_sign(atoms[at])
        depth += {"begin": 1, "end": -1}.get(kind, 0)
        if not depth or atoms[at].wrapper is not atoms[start].wrapper:
            return at + 1 if at > start and not depth else None
    return None


def _field_sign(atom: Atom) -> str:
    is_sign = atom.element is not None and atom.element.tag == _FIELD_SIGN
    return str(atom.element.get(w("fldCharType"))) if is_sign and atom.element is not None else ""
