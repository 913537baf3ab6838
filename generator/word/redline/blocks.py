"""The paragraphs and tables of a body, a cell, a header or a note, of two documents, made one."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from generator.base.textdiff import align, likeness
from generator.patterns import regex
from generator.word import names
from generator.word.names import w
from generator.word.redline.atoms import is_open_field, text_of
from generator.word.redline.ends import Step, with_safe_ends
from generator.word.redline.paragraphs import merge_paragraphs
from generator.word.redline.pen import DELETED
from generator.word.redline.tables import marked_table, merge_tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from generator.word.names import Tree
    from generator.word.redline.pair import Pair

__all__ = ["mark_container", "merge_container"]

_BLOCKS: Final = (names.P, names.TBL)
_PROPERTIES: Final = frozenset(map(w, ("tcPr", "sectPr")))
_LEAST_ALIKE: Final = 0.45
_FIGURES: Final = regex(r"[\d.,%％]+")
_LETTERS: Final = regex(r"[^\W\d_]{2}")
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
        merge_tables(old[0], new[0], pair)
        return list(new)
    return [one for block in (*old, *new) for one in _marked(block, DELETED if old else "ins", pair)]


def _marked(block: Tree, kind: str, pair: Pair) -> list[Tree]:
    if block.tag == names.TBL:
        return [marked_table(block, kind, pair)]
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
