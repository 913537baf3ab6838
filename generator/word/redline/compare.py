"""The paragraphs and tables of a body, a cell, a header or a note, of two documents, made one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from itertools import pairwise
from typing import TYPE_CHECKING, Final, cast

from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.part import XmlPart
from msgspec import Struct

from generator.base.diagnostics import Span
from generator.base.textdiff import align, likeness
from generator.word import names
from generator.word.names import w
from generator.word.opc import write_package
from generator.word.parts import RELATION, core_properties, open_file, save_document
from generator.word.redline.markup import (
    DELETED,
    INSERTED,
    Pen,
    Step,
    is_open_field,
    own_to_mark,
    settle,
    text_of,
    with_safe_ends,
)
from generator.word.redline.pair import Carrier, Merge, Pair, Side
from generator.word.redline.paragraphs import merge_paragraphs

if TYPE_CHECKING:
    from docx.parts.document import DocumentPart

    from generator.word.names import Tree

_BLOCKS: Final = (names.P, names.TBL)
_PROPERTIES: Final = frozenset(map(w, ("tcPr", "sectPr")))
_LEAST_ALIKE: Final = 0.45
_LEAST_ALIKE_ROWS: Final = 0.5
_WORDS_WEIGH: Final = 4
_FIGURES: Final = re.compile(r"[\d.,%％]+")
_FIGURES_AND_BLANKS: Final = re.compile(r"[\d.,%％\s]+")
_LETTERS: Final = re.compile(r"[^\W\d_]{2}")
_SPLIT_OFF: Final = 0.6
_SHORTEST: Final = 6


class _Block(Struct, frozen=True):
    """A block with what it is compared by."""

    element: Tree
    identity: str
    text: str

    @property
    def is_table(self) -> bool:
        return self.element.tag == names.TBL


def merge_container(old: Tree, new: Tree, pair: Pair) -> None:
    """Puts the blocks of both into ``new``, what came and what went marked as such."""
    before, after = _blocks(old, pair.old.identity.of), _blocks(new, pair.new.identity.of)
    if [one.identity for one in before] == [one.identity for one in after]:
        return
    others = _others(new)
    pairs = align(before, after, (_anchor, _identity, _wording), _alike, _LEAST_ALIKE)
    steps = [
        Step(
            [before[i].element] if i is not None else [],
            [after[j].element] if j is not None else [],
            is_table=_is_table(before, i, after, j),
        )
        for i, j in pairs
    ]
    for step in with_safe_ends(list(_with_splits(steps))):
        made = _merged(step, pair)
        for one in step.new:
            new.extend(others.pop(id(one), []))
        new.extend(made)
    for rest in others.values():
        new.extend(rest)
    _last_properties_last(new)


def mark_container(container: Tree, kind: str, pair: Pair) -> None:
    """Marks every block of a container as inserted or deleted."""
    for block in [one for one in container if one.tag in _BLOCKS]:
        at = container.index(block)
        made = _marked(block, kind, pair)
        container.remove(block)
        for number, one in enumerate(made):
            container.insert(at + number, one)


def _merged(step: Step, pair: Pair) -> list[Tree]:
    old, new = step.old, step.new
    if len(old) == len(new) == 1 and pair.same(old[0], new[0]):
        pair.check_sections(old[0].find(names.P_PR), new[0].find(names.P_PR))
        return list(new)
    if not step.is_table:
        return merge_paragraphs(old, new, pair)
    if old and new:
        _merge_tables(old[0], new[0], pair)
        return list(new)
    return [one for block in (*old, *new) for one in _marked(block, DELETED if old else INSERTED, pair)]


def _marked(block: Tree, kind: str, pair: Pair) -> list[Tree]:
    if block.tag == names.TBL:
        return [_marked_table(block, kind, pair)]
    return merge_paragraphs(*(([block], []) if kind == DELETED else ([], [block])), pair)


def _blocks(container: Tree, identity: Callable[[Tree], str]) -> list[_Block]:
    return [_Block(child, identity(child), text_of(child)) for child in container if child.tag in _BLOCKS]


def _others(container: Tree) -> dict[int, list[Tree]]:
    """What stands between the blocks (bookmarks), taken out, by the block that follows it; -1 for what comes last."""
    found: dict[int, list[Tree]] = {}
    waiting: list[Tree] = []
    for child in list(container):
        if child.tag in _BLOCKS:
            found[id(child)], waiting = waiting, []
        elif child.tag in _PROPERTIES:
            continue
        else:
            waiting.append(child)
        container.remove(child)
    found[-1] = waiting
    return found


def _last_properties_last(container: Tree) -> None:
    """The last section's properties stand behind the body's text."""
    section = container.find(w("sectPr"))
    if section is not None:
        container.append(section)


def _is_table(before: Sequence[_Block], i: int | None, after: Sequence[_Block], j: int | None) -> bool:
    return before[i].is_table if i is not None else after[j or 0].is_table


def _anchor(block: _Block) -> str | None:
    """Where a field begins that ends elsewhere, the two documents must meet: it cannot be there twice."""
    if block.is_table or not is_open_field(block.element):
        return None
    signs = [str(one.get(w("fldCharType"))) for one in block.element.iter(w("fldChar"))]
    return f"{signs.count('begin') - signs.count('end')}"


def _identity(block: _Block) -> str:
    return block.identity


def _wording(block: _Block) -> str | None:
    """The words without the figures; None where there are hardly any."""
    words = _FIGURES.sub("", block.text)
    if not _LETTERS.search(words):
        return None
    return f"{block.is_table}{_style(block)}{_ends_section(block)}\0{words}"


def _style(block: _Block) -> str:
    style = block.element.find(f"{names.P_PR}/{w('pStyle')}")
    return "" if style is None else str(style.get(w("val")))


def _ends_section(block: _Block) -> bool:
    return block.element.find(f"{names.P_PR}/{w('sectPr')}") is not None


def _alike(old: _Block, new: _Block) -> float:
    if old.is_table != new.is_table or _ends_section(old) != _ends_section(new):
        return 0.0
    if not old.is_table:
        if _ends_section(old) and not old.text and not new.text:
            return 1.0
        return likeness(old.text, new.text) * (1.0 if _style(old) == _style(new) else 0.8)
    if _columns(old) != _columns(new):
        return 0.0
    same_head = next(old.element.iter(names.TR), None), next(new.element.iter(names.TR), None)
    heads = [None if row is None else text_of(row) for row in same_head]
    return max(likeness(old.text, new.text), 0.6 if heads[0] == heads[1] and heads[0] else 0.0)


def _columns(block: _Block) -> int:
    return len(block.element.findall(f"{w('tblGrid')}/{w('gridCol')}"))


def _with_splits(steps: list[Step]) -> Iterator[Step]:
    """A paragraph that was cut in two, or two that became one, as one step: only the mark between them changed."""
    at = 0
    while at < len(steps):
        step = steps[at]
        at += 1
        while at < len(steps) and (whole := _joined(step, steps[at])) is not None:
            step = whole
            at += 1
        yield step


def _joined(first: Step, second: Step) -> Step | None:
    """The two steps as one, if the text that one of them lacks is the other's."""
    one_sided = [step for step in (first, second) if not (step.old and step.new)]
    if first.is_table or second.is_table or len(one_sided) != 1:
        return None
    whole = Step([*first.old, *second.old], [*first.new, *second.new], is_table=False)
    if min(len(whole.old), len(whole.new)) != 1 or any(_ends_section_of(one) for one in (*whole.old, *whole.new)):
        return None
    single = one_sided[0]
    part = _pairs(*single.old, *single.new)
    other = second if single is first else first
    lacking = _pairs(*other.new) if single.old else _pairs(*other.old)
    lacking -= _pairs(*other.old) if single.old else _pairs(*other.new)
    enough = part.total() >= _SHORTEST and (part & lacking).total() >= _SPLIT_OFF * part.total()
    return whole if enough else None


def _ends_section_of(paragraph: Tree) -> bool:
    return paragraph.find(f"{names.P_PR}/{w('sectPr')}") is not None


def _pairs(*paragraphs: Tree) -> Counter[tuple[str, str]]:
    """The pairs of neighbouring characters."""
    found: Counter[tuple[str, str]] = Counter()
    for paragraph in paragraphs:
        text = text_of(paragraph)
        found.update(pairwise(text))
    return found


class _Row(Struct, frozen=True):
    """A row with what it is compared by."""

    element: Tree
    identity: str
    texts: tuple[str, ...]
    shape: tuple[str, ...]


def _merge_tables(old: Tree, new: Tree, pair: Pair) -> None:
    """Puts the rows of both into ``new``, what came and what went marked as such."""
    if pair.differ(old.find(w("tblPr")), new.find(w("tblPr")), own_to_mark("tblPr")):
        pair.pen.change_format(new, "tblPr", old.find(w("tblPr")))
    before = [_row(row, pair.old.identity.of(row)) for row in old.iterfind(names.TR)]
    after = [_row(row, pair.new.identity.of(row)) for row in new.iterfind(names.TR)]
    made: list[Tree] = []
    for i, j in align(before, after, (_identity_of_row, _wording_of_row), _alike_rows, _LEAST_ALIKE_ROWS):
        if i is not None and j is not None:
            _merge_row(before[i].element, after[j].element, pair)
            made.append(after[j].element)
        elif i is not None:
            made.append(_marked_row(deepcopy(before[i].element), DELETED, pair))
        elif j is not None:
            made.append(_marked_row(after[j].element, INSERTED, pair))
    for row in new.findall(names.TR):
        new.remove(row)
    new.extend(made)


def _marked_table(table: Tree, kind: str, pair: Pair) -> Tree:
    """A table all of whose rows came, or (a copy of one) all of whose rows went."""
    marked = deepcopy(table) if kind == DELETED else table
    properties = marked.find(w("tblPr"))
    if kind == DELETED and properties is not None:
        pair.carry(properties)
    for row in marked.iterfind(names.TR):
        _marked_row(row, kind, pair)
    return marked


def _merge_row(old: Tree, new: Tree, pair: Pair) -> None:
    """Compares the cells of two rows of the same shape, cell by cell."""
    if pair.same(old, new):
        return
    if pair.differ(old.find(w("trPr")), new.find(w("trPr")), own_to_mark("trPr")):
        pair.pen.change_format(new, "trPr", old.find(w("trPr")))
    for was, now in zip(old.iterfind(names.TC), new.iterfind(names.TC), strict=True):
        if pair.differ(was.find(names.TC_PR), now.find(names.TC_PR), own_to_mark("tcPr")):
            pair.pen.change_format(now, "tcPr", was.find(names.TC_PR))
        merge_container(was, now, pair)


def _marked_row(row: Tree, kind: str, pair: Pair) -> Tree:
    pair.pen.flag_row(row, kind)
    for cell in row.iterfind(names.TC):
        mark_container(cell, kind, pair)
    return row


def _row(row: Tree, identity: str) -> _Row:
    cells = row.findall(names.TC)
    return _Row(row, identity, tuple(text_of(cell) for cell in cells), tuple(_shape(row)))


def _shape(row: Tree) -> Iterator[str]:
    """How many columns each cell takes."""
    for cell in row.iterfind(names.TC):
        span = cell.find(f"{names.TC_PR}/{w('gridSpan')}")
        yield "1" if span is None else str(span.get(w("val")))


def _identity_of_row(row: _Row) -> str:
    return row.identity


def _wording_of_row(row: _Row) -> str | None:
    """The words of the row without its figures, and its shape; None where it has no words."""
    words = [_FIGURES_AND_BLANKS.sub("", text) for text in row.texts]
    return "\0".join((*row.shape, *words)) if any(words) else None


def _alike_rows(old: _Row, new: _Row) -> float:
    """How alike two rows of the same shape are; words weigh more than figures."""
    if old.shape != new.shape:
        return 0.0
    score = whole = 0.0
    for was, now in zip(old.texts, new.texts, strict=True):
        if was or now:
            weight = _WORDS_WEIGH if _FIGURES_AND_BLANKS.sub("", was) and _FIGURES_AND_BLANKS.sub("", now) else 1
            whole += weight
            score += weight * likeness(was, now)
    return score / whole if whole else 1.0


_NUMBERED: Final = tuple(map(w, ("bookmarkStart", "bookmarkEnd", "commentRangeStart", "commentRangeEnd")))
_MARGINS: Final = {w("headerReference"): "页眉", w("footerReference"): "页脚"}
_OF_THE_TEXT: Final = frozenset({RT.HEADER, RT.FOOTER, RT.FOOTNOTES, RT.ENDNOTES})
_SECTION: Final = w("sectPr")
_STATE: Final = "修订稿"  # Word and WPS show it among the properties as 「状态」


class Redline(Struct, frozen=True):
    """A document with tracked changes.

    Attributes:
        data: The bytes of the Word file.
        count: How many marks it has; 0 where the two are the same.
        remarks: In Chinese, what differs and no tracked change can show: a chart, the page of a section.
    """

    data: bytes
    count: int
    remarks: tuple[str, ...]


def redline(old: bytes, new: bytes, author: str, date: str) -> Redline:
    """The newer document with the changes against the older one tracked; the same input gives the same bytes.

    Args:
        old: The older Word file.
        new: The newer one, whose styles, pages and parts the result has.
        author: The name that the changes bear.
        date: Their time, as ``2022-05-20T00:00:00Z``.

    Raises:
        generator.base.diagnostics.Refused: One of them is not a Word file, or not a safe one.
    """
    before, after = open_file(old, Span("")), open_file(new, Span(""))
    for part in (*_texts(before), *_texts(after)):
        settle(cast("Tree", part.element))
    merge = Merge(Pen(author, date, _first_number(after)), Carrier(before, after))
    pair = Pair(Side.of(before), Side.of(after), merge)
    was, now = cast("Tree", before.element.body), cast("Tree", after.element.body)
    last = was.find(_SECTION), now.find(_SECTION)
    merge_container(was, now, pair)
    _compare_sections([*pair.sections, last], pair)
    while merge.nested:
        inner = merge.nested.pop(0)
        if inner.old is None:
            mark_container(inner.new, inner.kind, inner.pair)
        else:
            merge_container(inner.old, inner.new, inner.pair)
    core_properties(after).content_status = _STATE
    data = write_package(save_document(after))
    return Redline(data, merge.pen.count, tuple(dict.fromkeys(merge.remarks)))


def _texts(main: DocumentPart) -> list[XmlPart]:
    """The parts that hold text: the body, headers, footers and notes."""
    beside = [one.target_part for one in main.rels.values() if one.reltype in _OF_THE_TEXT and not one.is_external]
    return [main, *(part for part in dict.fromkeys(beside) if isinstance(part, XmlPart))]


def _first_number(main: DocumentPart) -> int:
    """A number above all that bookmarks and comments have."""
    roots = [cast("Tree", part.element) for part in _texts(main)]
    found = [str(one.get(w("id"), "")) for root in roots for one in root.iter(*_NUMBERED)]
    return 1 + max((int(number) for number in found if number.isdecimal()), default=0)


def _compare_sections(sections: list[tuple[Tree | None, Tree | None]], pair: Pair) -> None:
    """Marks the changes in headers and footers; tells where the page itself is another."""
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
                merge_container(cast("Tree", before[kind].element), cast("Tree", after[kind].element), own)


def _margins(section: Tree | None, side: Side) -> Iterator[tuple[tuple[str, str], XmlPart]]:
    """The parts of the headers and footers of a section, by what they are."""
    for reference in () if section is None else section.iter(*_MARGINS):
        relation = side.part.rels.get(str(reference.get(f"{RELATION}id")))
        part = None if relation is None or relation.is_external else relation.target_part
        if isinstance(part, XmlPart):
            yield (names.local(reference), str(reference.get(w("type"), "default"))), part
