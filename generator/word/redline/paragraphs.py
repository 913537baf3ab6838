"""Two stretches of paragraphs as one, with what came and what went marked word by word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import deepcopy
from typing import TYPE_CHECKING, Any, Final, cast

from lxml import etree
from msgspec import Struct, field

from generator.base.textdiff import Change, changes
from generator.word import names
from generator.word.names import w
from generator.word.redline.markup import DELETED, INSERTED, Atom, Token, own_to_mark, tokens_of
from generator.word.xml import make

if TYPE_CHECKING:
    from generator.word.names import Tree
    from generator.word.redline.pair import Pair


_KEPT: Final = ""
_SUCCEEDED: Final = frozenset(
    {"drawing", "pict", "object", "AlternateContent", "footnoteReference", "endnoteReference"}
)
_DELETED_TEXT: Final = {names.T: w("delText"), w("instrText"): w("delInstrText")}


class _Step(Struct, frozen=True):
    """One token of the merged stream: what became of it, the token itself, and the old one that it was."""

    kind: str
    token: Token
    was: Token | None = None


def merge_paragraphs(old: Sequence[Tree], new: Sequence[Tree], pair: Pair) -> list[Tree]:
    """The paragraphs that become ``new`` when all changes are accepted, and ``old`` when all are rejected.

    Where both sides have paragraphs, the last mark of the one is the last mark of the other: a mark before a table or
    at the end of a cell cannot go. The trees given are not changed.
    """
    if not new:
        return _written([_Step(DELETED, token) for token in tokens_of(old, pair.old.identity)], pair)
    if not old:
        return _written([_Step(INSERTED, token) for token in tokens_of(new, pair.new.identity)], pair)
    before, after = tokens_of(old, pair.old.identity), tokens_of(new, pair.new.identity)
    steps = list(_compared(before[:-1], after[:-1]))
    return _written([*steps, _Step(_KEPT, after[-1], before[-1])], pair)


def _compared(before: list[Token], after: list[Token]) -> Iterator[_Step]:
    for change in changes([token.key for token in before], [token.key for token in after]):
        gone, came = before[change.start : change.end], after[change.new_start : change.new_end]
        if change.same:
            yield from (_Step(_KEPT, now, was) for was, now in zip(gone, came, strict=True))
        else:
            yield from _replaced(gone, came)


def _replaced(gone: list[Token], came: list[Token]) -> Iterator[_Step]:
    """What gave way to what; a chart, picture or note that has a successor is not shown twice."""
    for change in _by_pictures(gone, came):
        was, now = gone[change.start : change.end], came[change.new_start : change.new_end]
        if change.same:
            yield _Step(_KEPT, now[0], was[0])
        else:
            yield from (_Step(DELETED, token) for token in was)
            yield from (_Step(INSERTED, token) for token in now)


def _by_pictures(gone: list[Token], came: list[Token]) -> Iterator[Change]:
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
    """The kind of a drawing, so that it is known what may take its place; empty for anything else."""
    element = token.atoms[0].element if token.atoms else None
    if element is None or names.local(element) not in _SUCCEEDED:
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
    forms: tuple[str, str] = ("", "")
    run: Tree | None = None

    def write(self, step: _Step) -> None:
        for element in step.token.before if step.kind != DELETED else ():
            self._close()
            self.children.append(deepcopy(element))
        if step.token.paragraph is not None:
            self._end_paragraph(step)
            return
        olds = step.was.atoms if step.was is not None else step.token.atoms
        for atom, was in zip(step.token.atoms, olds, strict=True):
            self._atom(atom, was, step.kind)

    def _atom(self, atom: Atom, was: Atom, kind: str) -> None:
        if atom.parts:
            # A field that is the same on both sides is taken as it stands now.
            for part in atom.parts:
                self._atom(part, part, kind)
            return
        target = self._into(atom, kind)
        if not atom.in_run:
            self.run = None
            target.append(self._thing(atom, was, kind))
            return
        forms = (atom.form, was.form if kind == _KEPT else atom.form)
        if self.run is None or self.forms != forms:
            self.run, self.forms = self._new_run(atom, was, kind), forms
            target.append(self.run)
        if atom.text:
            _add_letter(self.run, atom.text, names.T if kind != DELETED else _DELETED_TEXT[names.T])
        else:
            self.run.append(self._thing(atom, was, kind))

    def _into(self, atom: Atom, kind: str) -> Tree | list[Tree]:
        """Where the atom goes: into the link around it and the mark that it belongs in, which go on or begin."""
        wrapper = None if atom.wrapper is None else self.links.get(id(atom.wrapper), atom.wrapper)
        if self.target is None or self.holder[0] is not wrapper or self.holder[1] != kind:
            goes_on = self.target is not None and self.holder[0] is wrapper
            outer: Tree | list[Tree] = self.children
            if wrapper is not None:
                is_old = kind == DELETED and wrapper is atom.wrapper
                outer = self.children[-1] if goes_on else self._linked(wrapper, is_old=is_old)
            self.target = outer if kind == _KEPT else self._marked(outer, kind)
            self.holder, self.run = (wrapper, kind), None
        return self.target

    def _linked(self, wrapper: Tree, *, is_old: bool) -> Tree:
        shell = _empty(wrapper)
        if is_old:
            self.pair.carry(shell)
        self.children.append(shell)
        return shell

    def _marked(self, outer: Tree | list[Tree], kind: str) -> Tree:
        mark = self.pair.pen.mark(kind)
        outer.append(mark)
        return mark

    def _new_run(self, atom: Atom, was: Atom, kind: str) -> Tree:
        run = make(names.R)
        if atom.properties is not None:
            run.append(deepcopy(atom.properties))
        if kind == _KEPT and atom.form != was.form:
            self.pair.pen.change_format(run, "rPr", was.properties)
        return run

    def _thing(self, atom: Atom, was: Atom, kind: str) -> Tree:
        assert atom.element is not None  # it is no letter  # noqa: S101
        element = deepcopy(atom.element)
        if kind == DELETED:
            if element.tag in _DELETED_TEXT:
                element.tag = _DELETED_TEXT[str(element.tag)]
            self.pair.carry(element)
        elif kind == _KEPT and was.element is not None:
            self.pair.meet(was.element, element)
        else:
            self.pair.come(element)
        return element

    def _close(self) -> None:
        self.target = self.run = None

    def _end_paragraph(self, step: _Step) -> None:
        source = step.token.paragraph
        assert source is not None  # it is a mark  # noqa: S101
        paragraph = _empty(source)
        properties = source.find(names.P_PR)
        if properties is not None:
            paragraph.append(deepcopy(properties))
            if step.kind == DELETED:
                self.pair.carry(paragraph[0])
        paragraph.extend(self.children)
        if step.kind != _KEPT:
            self.pair.pen.flag_paragraph(paragraph, step.kind)
        elif step.was is not None:
            self._compare_formats(paragraph, step.was.paragraph)
        self.made.append(paragraph)
        self.children = []
        self._close()

    def _compare_formats(self, paragraph: Tree, was: Tree | None) -> None:
        old = None if was is None else was.find(names.P_PR)
        new = paragraph.find(names.P_PR)
        self.pair.check_sections(old, new)
        if self.pair.differ(old, new, own_to_mark("pPr")):
            self.pair.pen.change_format(paragraph, "pPr", old)


def _empty(element: Tree) -> Tree:
    """The element without what is in it."""
    copy = etree.Element(str(element.tag), nsmap=cast("Any", element.nsmap))
    for key, value in element.attrib.items():
        copy.set(key, value)
    return copy


def _add_letter(run: Tree, letter: str, tag: str) -> None:
    last = run[-1] if len(run) else None
    if last is None or last.tag != tag:
        last = etree.SubElement(run, tag)
        last.set(names.XML_SPACE, "preserve")
        last.text = ""
    last.text = (last.text or "") + letter


def _written(steps: list[_Step], pair: Pair) -> list[Tree]:
    writer = _Writer(pair, _links(steps))
    for step in steps:
        writer.write(step)
    return writer.made


def _links(steps: list[_Step]) -> dict[int, Tree]:
    """The new link for every old one that lives on in it, so that what went from it is shown in it."""
    found: dict[int, Tree] = {}
    for step in steps:
        for was, now in zip(step.was.atoms if step.was is not None else (), step.token.atoms, strict=False):
            if was.wrapper is not None and now.wrapper is not None:
                found.setdefault(id(was.wrapper), now.wrapper)
    return found
