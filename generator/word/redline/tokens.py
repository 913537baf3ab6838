"""A paragraph as a stream of tokens: words, figures, fields, pictures, and the mark that ends it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from lxml import etree
from msgspec import Struct, field

from generator.base.textdiff import pieces
from generator.word import names
from generator.word.names import w

if TYPE_CHECKING:
    from generator.word.names import Tree
    from generator.word.redline.pair import Identity


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
