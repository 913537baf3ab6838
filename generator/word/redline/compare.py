"""The redline of two Word files: the newer one, with the changes against the older one tracked.

``redline`` merges the body, then headers and footers, then notes and text boxes: containers of paragraphs and tables,
which are aligned and merged in pairs.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from itertools import pairwise
from operator import attrgetter
from typing import Final, cast

from docx.opc.part import XmlPart
from msgspec import Struct

from generator.base.diagnostics import Span
from generator.base.textdiff import align, likeness
from generator.word import names
from generator.word.names import RELATION, Tree, below, highest, value, w
from generator.word.opc import open_package, write_package
from generator.word.parts import STATE, core_property, open_document, save_document, text_roots
from generator.word.read.document import Reader, paragraphs_in
from generator.word.redline.pair import DELETED, INSERTED, Merge, Pair, Pen, Side, accept_and_unwrap, own_to_mark
from generator.word.redline.paragraphs import merge_paragraphs
from generator.word.xml import field_step

_BLOCKS: Final = (names.P, names.TBL)
_SECTION: Final = w("sectPr")
_NUMBERED: Final = tuple(map(w, ("bookmarkStart", "bookmarkEnd", "commentRangeStart", "commentRangeEnd")))
_MARGINS: Final = {w("headerReference"): "页眉", w("footerReference"): "页脚"}
_SHOWN_STATE: Final = "修订稿"  # Word and WPS show it among the properties as 「状态」
_LEAST_ALIKE: Final = 0.45
_LEAST_ALIKE_ROWS: Final = 0.5
_WORDS_WEIGH: Final = 4
_FIGURES: Final = re.compile(r"[\d.,%％]+")
_FIGURES_AND_BLANKS: Final = re.compile(r"[\d.,%％\s]+")
_LETTERS: Final = re.compile(r"[^\W\d_]{2}")
# A paragraph counts as split (or two as joined) if this share of the text missing on one side is in its neighbour.
_SPLIT_OFF: Final = 0.6
_SHORTEST: Final = 6


class Redline(Struct, frozen=True):
    """A document with tracked changes.

    ``count`` is the number of marks, 0 where nothing changed. ``remarks`` are, in Chinese, differences that no tracked
    change can show, such as a chart or the page setup.
    """

    data: bytes
    count: int
    remarks: tuple[str, ...]


def redline(old: bytes, new: bytes, author: str, date: str) -> Redline:
    """The newer document with the changes against the older one tracked; the same input gives the same bytes.

    It has the newer one's styles, pages and parts. ``date`` is the time of the changes, as ``2022-05-20T00:00:00Z``.

    Raises:
        generator.base.diagnostics.Refused: One of them is not a Word file, or not a safe one.
    """
    before, after = (open_document(open_package(data, Span("")), Span("")) for data in (old, new))
    for root in (*text_roots(before), *text_roots(after)):
        accept_and_unwrap(root)
    # Marks are numbered above all bookmarks and comments.
    numbered = [one for root in text_roots(after) for one in root.iter(*_NUMBERED)]
    merge = Merge(before, after, Pen(author, date, 1 + highest(numbered)))
    pair = Pair(Side(before), Side(after), merge)
    was, now = cast("Tree", before.element.body), cast("Tree", after.element.body)
    last = was.find(_SECTION), now.find(_SECTION)
    _merge_container(was, now, pair)
    _compare_sections([*pair.sections, last], pair)
    while merge.nested:
        inner = merge.nested.pop(0)
        if inner.old is None:
            _mark_container(inner.new, inner.kind, inner.pair)
        else:
            _merge_container(inner.old, inner.new, inner.pair)
    core_property(after, STATE).text = _SHOWN_STATE
    data = write_package(save_document(after))
    return Redline(data, merge.pen.count, tuple(dict.fromkeys(merge.remarks)))


def _compare_sections(sections: list[tuple[Tree | None, Tree | None]], pair: Pair) -> None:
    """Marks the changes in headers and footers; remarks changes of the page setup."""
    done: set[XmlPart] = set()
    for number, (old, new) in enumerate(sections, 1):
        if old is None or new is None or pair.differ(old, new, _MARGINS):
            pair.merge.remarks.append(f"第 {number} 节的页面设置有变化，修订稿里只有新的")
        before, after = dict(_margins(old, pair.old)), dict(_margins(new, pair.new))
        if before.keys() != after.keys():
            pair.merge.remarks.append(f"第 {number} 节有页眉或页脚增减，修订稿里只有新的")
        for kind in sorted(before.keys() & after.keys()):
            if after[kind] not in done:
                done.add(after[kind])
                own = pair.beside(before[kind], after[kind])
                _merge_container(cast("Tree", before[kind].element), cast("Tree", after[kind].element), own)


def _margins(section: Tree | None, side: Side) -> Iterator[tuple[tuple[str, str], XmlPart]]:
    """The header and footer parts of a section, by kind and place."""
    for reference in () if section is None else section.iter(*_MARGINS):
        relation = side.part.rels.get(str(reference.get(f"{RELATION}id")))
        part = None if relation is None or relation.is_external else relation.target_part
        if isinstance(part, XmlPart):
            yield (names.local(reference), str(reference.get(w("type"), "default"))), part


class _Block(Struct, frozen=True):
    """A paragraph or table with what it is compared by."""

    element: Tree
    identity: str
    text: str
    style: str
    ends_section: bool

    @classmethod
    def of(cls, element: Tree, side: Side) -> _Block:
        style = value(element, "pPr/pStyle")
        return cls(element, side.identity(element), _text_of(element), style, _ends_section(element))

    @property
    def is_table(self) -> bool:
        return self.element.tag == names.TBL


class _Step(Struct, frozen=True):
    """Blocks of both sides to be merged: one table, or paragraphs; one side may be empty."""

    old: list[Tree]
    new: list[Tree]
    is_table: bool
    is_same: bool = False

    @property
    def is_kept(self) -> bool:
        """Whether neither side is empty."""
        return bool(self.old and self.new)


def _merge_container(old: Tree, new: Tree, pair: Pair) -> None:
    """Merges the blocks of both into ``new`` (a body, cell, header, note or text box), with marks."""
    before = [_Block.of(child, pair.old) for child in old if child.tag in _BLOCKS]
    after = [_Block.of(child, pair.new) for child in new if child.tag in _BLOCKS]
    if [one.identity for one in before] == [one.identity for one in after]:
        return
    # Elements between the blocks (bookmarks), by the block after them.
    between: dict[int, list[Tree]] = {}
    waiting: list[Tree] = []
    for child in [child for child in new if child.tag not in {names.TC_PR, _SECTION}]:
        new.remove(child)
        if child.tag in _BLOCKS:
            between[id(child)], waiting = waiting, []
        else:
            waiting.append(child)
    steps = []
    for i, j in align(before, after, (_anchor, attrgetter("identity"), _wording), _alike, _LEAST_ALIKE):
        one = [before[i]] if i is not None else []
        other = [after[j]] if j is not None else []
        is_same = bool(one and other) and one[0].identity == other[0].identity
        old_side, new_side = [block.element for block in one], [block.element for block in other]
        steps.append(_Step(old_side, new_side, (one or other)[0].is_table, is_same))
    for step in _with_safe_ends(list(_with_splits(steps))):
        made = _merged(step, pair)
        for block in step.new:
            new.extend(between.pop(id(block), []))
        new.extend(made)
    for rest in (*between.values(), waiting):
        new.extend(rest)
    section = new.find(_SECTION)
    if section is not None:
        new.append(section)


def _mark_container(container: Tree, kind: str, pair: Pair) -> None:
    for block in [one for one in container if one.tag in _BLOCKS]:
        at = container.index(block)
        container[at : at + 1] = _marked(block, kind, pair)


def _merged(step: _Step, pair: Pair) -> list[Tree]:
    old, new = step.old, step.new
    if step.is_same:
        pair.check_sections(old[0].find(names.P_PR), new[0].find(names.P_PR))
        return list(new)
    if not step.is_table:
        return merge_paragraphs(old, new, pair)
    if old and new:
        _merge_tables(old[0], new[0], pair)
        return list(new)
    return [one for block in (*old, *new) for one in _marked(block, DELETED if old else INSERTED, pair)]


def _marked(block: Tree, kind: str, pair: Pair) -> list[Tree]:
    """A block marked as inserted, or a copy of it marked as deleted."""
    if block.tag != names.TBL:
        return merge_paragraphs([block], [], pair) if kind == DELETED else merge_paragraphs([], [block], pair)
    table = block
    if kind == DELETED:
        table = deepcopy(block)
        for properties in table.findall(w("tblPr")):
            pair.carry(properties)
    for row in table.iterfind(names.TR):
        _mark_row(row, kind, pair)
    return [table]


def _text_of(element: Tree) -> str:
    """The text of a block, row or cell, one line for each paragraph."""
    return "\n".join(paragraph.text for paragraph, _ in paragraphs_in(Reader(frozenset()).blocks([element])))


def _ends_section(block: Tree) -> bool:
    return below(block, "pPr/sectPr") is not None


def _anchor(block: _Block) -> str | None:
    """A key for paragraphs with only one end of a field, which must be aligned: the field cannot be there twice."""
    if block.is_table:
        return None
    opened = sum(map(field_step, block.element.iter(w("fldChar"))))
    return str(opened) if opened else None


def _wording(block: _Block) -> str | None:
    """The text without figures, as a key; None where hardly any is left."""
    words = _FIGURES.sub("", block.text)
    if not _LETTERS.search(words):
        return None
    return f"{block.is_table}{block.style}{block.ends_section}\0{words}"


def _alike(old: _Block, new: _Block) -> float:
    if old.is_table != new.is_table or old.ends_section != new.ends_section:
        return 0.0
    if not old.is_table:
        if old.ends_section and not old.text and not new.text:
            return 1.0
        return likeness(old.text, new.text) * (1.0 if old.style == new.style else 0.8)
    columns = [len(one.element.findall(f"{w('tblGrid')}/{w('gridCol')}")) for one in (old, new)]
    if columns[0] != columns[1]:
        return 0.0
    rows = [next(one.element.iter(names.TR), None) for one in (old, new)]
    heads = ["" if row is None else _text_of(row) for row in rows]
    return max(likeness(old.text, new.text), 0.6 if heads[0] and heads[0] == heads[1] else 0.0)


def _with_splits(steps: list[_Step]) -> Iterator[_Step]:
    """Merges the steps of a paragraph that was split, or of two that were joined: only the mark between changed."""
    at = 0
    while at < len(steps):
        step = steps[at]
        at += 1
        while at < len(steps) and (whole := _joined(step, steps[at])) is not None:
            step = whole
            at += 1
        yield step


def _joined(first: _Step, second: _Step) -> _Step | None:
    """The two steps as one, if the text missing in one of them is in the other."""
    one_sided = [step for step in (first, second) if not step.is_kept]
    if first.is_table or second.is_table or len(one_sided) != 1:
        return None
    whole = _Step([*first.old, *second.old], [*first.new, *second.new], is_table=False)
    if min(len(whole.old), len(whole.new)) != 1 or any(map(_ends_section, (*whole.old, *whole.new))):
        return None
    single = one_sided[0]
    part = _pairs(*single.old, *single.new)
    other = second if single is first else first
    having, having_not = (other.new, other.old) if single.old else (other.old, other.new)
    lacking = _pairs(*having) - _pairs(*having_not)
    enough = part.total() >= _SHORTEST and (part & lacking).total() >= _SPLIT_OFF * part.total()
    return whole if enough else None


def _pairs(*paragraphs: Tree) -> Counter[tuple[str, str]]:
    return Counter(pair for paragraph in paragraphs for pair in pairwise(_text_of(paragraph)))


def _with_safe_ends(steps: list[_Step]) -> list[_Step]:
    """Rearranges steps so that, where possible, no run of paragraphs ends in an inserted or deleted mark.

    The paragraph mark before a table, or at the end of a cell, can neither be inserted nor deleted. For paragraphs
    added there, the mark before them is the new one, and the last mark is the old one, moved.
    """
    found: list[_Step] = []
    stretch: list[_Step] = []
    for step in steps:
        if step.is_table and step.is_kept:
            found += [*_ended(stretch), step]
            stretch = []
        else:
            stretch.append(step)
    return [*found, *_ended(stretch)]


def _ended(stretch: list[_Step]) -> list[_Step]:
    """The steps up to a table on both sides, or to the end of the container."""
    last = max((at for at, step in enumerate(stretch) if step.is_kept), default=-1)
    tail = stretch[last + 1 :]
    gone, came = [step for step in tail if step.old], [step for step in tail if step.new]
    if gone and came:
        # Both sides end in a paragraph of their own: these share the mark.
        if gone[-1].is_table or came[-1].is_table:
            return [*stretch[: last + 1], *gone, *came]
        shared = _Step(gone[-1].old, came[-1].new, is_table=False)
        return [*stretch[: last + 1], *gone[:-1], *came[:-1], shared]
    if not tail or last < 0 or tail[-1].is_table:
        return stretch
    # Only one side goes on: its last mark is merged with that of the last common paragraph.
    kept = stretch[last]
    if not any(step.is_table for step in tail):
        old = [*kept.old, *(one for step in tail for one in step.old)]
        return [*stretch[:last], _Step(old, [*kept.new, *(one for step in tail for one in step.new)], is_table=False)]
    # With a table between them they cannot be merged: the text of the common paragraph is shown as moved.
    lone, end = _Step([], kept.new, is_table=False), _Step(kept.old, tail[-1].new, is_table=False)
    if gone:
        lone, end = _Step(kept.old, [], is_table=False), _Step(tail[-1].old, kept.new, is_table=False)
    return [*stretch[:last], lone, *tail[:-1], end]


class _Row(Struct, frozen=True):
    """A row with what it is compared by; ``shape`` are the column spans of its cells."""

    element: Tree
    identity: str
    texts: tuple[str, ...]
    shape: tuple[str, ...]

    @classmethod
    def of(cls, row: Tree, side: Side) -> _Row:
        cells = row.findall(names.TC)
        shape = tuple(value(cell, "tcPr/gridSpan") or "1" for cell in cells)
        return cls(row, side.identity(row), tuple(map(_text_of, cells)), shape)


def _merge_tables(old: Tree, new: Tree, pair: Pair) -> None:
    """Merges the rows of both into ``new``, with marks."""
    if pair.differ(old.find(w("tblPr")), new.find(w("tblPr")), own_to_mark("tblPr")):
        pair.merge.pen.change_format(new, "tblPr", old.find(w("tblPr")))
    before = [_Row.of(row, pair.old) for row in old.iterfind(names.TR)]
    after = [_Row.of(row, pair.new) for row in new.iterfind(names.TR)]
    made: list[Tree] = []
    for i, j in align(before, after, (attrgetter("identity"), _wording_of_row), _alike_rows, _LEAST_ALIKE_ROWS):
        if i is not None and j is not None:
            _merge_row(before[i].element, after[j].element, pair)
            made.append(after[j].element)
        elif i is not None:
            made.append(_mark_row(deepcopy(before[i].element), DELETED, pair))
        elif j is not None:
            made.append(_mark_row(after[j].element, INSERTED, pair))
    for row in new.findall(names.TR):
        new.remove(row)
    new.extend(made)


def _merge_row(old: Tree, new: Tree, pair: Pair) -> None:
    if pair.same(old, new):
        return
    if pair.differ(old.find(w("trPr")), new.find(w("trPr")), own_to_mark("trPr")):
        pair.merge.pen.change_format(new, "trPr", old.find(w("trPr")))
    for was, now in zip(old.iterfind(names.TC), new.iterfind(names.TC), strict=True):
        if pair.differ(was.find(names.TC_PR), now.find(names.TC_PR), own_to_mark("tcPr")):
            pair.merge.pen.change_format(now, "tcPr", was.find(names.TC_PR))
        _merge_container(was, now, pair)


def _mark_row(row: Tree, kind: str, pair: Pair) -> Tree:
    pair.merge.pen.flag_row(row, kind)
    for cell in row.iterfind(names.TC):
        _mark_container(cell, kind, pair)
    return row


def _wording_of_row(row: _Row) -> str | None:
    """The shape and the text of a row without figures, as a key; None where no text is left."""
    words = [_FIGURES_AND_BLANKS.sub("", text) for text in row.texts]
    return "\0".join((*row.shape, *words)) if any(words) else None


def _alike_rows(old: _Row, new: _Row) -> float:
    """The likeness of two rows of the same shape; words weigh more than figures."""
    if old.shape != new.shape:
        return 0.0
    score = whole = 0.0
    for was, now in zip(old.texts, new.texts, strict=True):
        if was or now:
            weight = _WORDS_WEIGH if _FIGURES_AND_BLANKS.sub("", was) and _FIGURES_AND_BLANKS.sub("", now) else 1
            whole += weight
            score += weight * likeness(was, now)
    return score / whole if whole else 1.0
