"""Aligns a report as it was printed with the edited document: paragraphs, and rows of tables as wholes.

The edited document is plain text; only the fresh print knows where its values are.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import accumulate, groupby, pairwise
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from generator.base.passage import CIRCLED, ORDINAL, UNSEEN
from generator.base.textdiff import Change, best_pairs, differences, with_gaps

if TYPE_CHECKING:
    from generator.word.read.lines import Line, ReadBack


Key = tuple[str, bool, str, int, int]
"""Path, whether computed, unit, part and variant: identifies a printed value (see ``PrintedValue.key``)."""

NUMBERED = re.compile(rf"\s*(?:[（(](?:\d{{1,3}}|{ORDINAL})[)）]|\d{{1,3}}(?:、|[.．](?!\d))|{ORDINAL}、|{CIRCLED})\s*")
"""A ``NUMBERING`` that is no figure at the beginning of a sentence."""
NUMBERING = re.compile(rf"\s*(?:[（(]?(?:\d{{1,3}}|{ORDINAL})[)）、.．]?|{CIRCLED})\s*")
"""A number before an item of a list. The template counts the items."""

# Blanks that do not break are blanks, as some programs save them.
_SEEN = UNSEEN | {0xA0: " "}
# Larger gaps are not searched for similar paragraphs.
_MAX_PAIRS = 2_500
_MIN_TEXT_LIKENESS = 0.4
# Rows of fewer texts may be equal by chance if these are short.
_FEW_CELLS = 3
_MIN_ROW_LIKENESS = 0.3
_COLUMN = re.compile(r"列 (\d+)")
_TABLE = re.compile(r"(.*?表 \d+) 行")
_TAIL = 6


class Part(NamedTuple):
    """Text of a value, or of the template's wording if there is no key."""

    text: str
    key: Key | None = None


class Paragraph(Struct, frozen=True):
    """A paragraph with its parts. ``row`` is the number of its table row, of so many ``cells``; 0 outside of tables."""

    parts: tuple[Part, ...]
    place: str
    row: int = 0
    style: str = ""
    text: str = ""
    ends_section: bool = False
    cells: int = 0

    @property
    def column(self) -> int:
        """The innermost column; 0 outside of tables."""
        found = _COLUMN.findall(self.place)
        return int(found[-1]) if found else 0

    @property
    def table(self) -> str:
        """The name of the outermost table; blank outside of tables."""
        found = _TABLE.match(self.place)
        return found[1] if found and self.row else ""


Pair = tuple[int | None, int | None]
_Block = Sequence[Paragraph]
_Said = tuple[str, ...]


def paragraphs_of(document: ReadBack) -> list[Paragraph]:
    """The paragraphs of an edited document, as plain text without the blanks that people type for an indent."""
    return [
        Paragraph((Part(text),), line.place, line.row, line.style, text, line.ends_section, line.cells)
        for line in document.lines
        if (text := line.text.translate(_SEEN).strip())
    ]


def printed_paragraphs(document: ReadBack, rename: Callable[[str], str]) -> list[Paragraph]:
    """The paragraphs of a fresh print with their values; ``rename`` maps the paths of its input to today's."""
    keys = {number: (rename(held.path), *held.key[1:]) for number, held in document.values.items()}
    counts: dict[tuple[object, ...], int] = {}
    paragraphs = []
    for line in document.lines:
        parts = list(_parts(line, keys, counts))
        # Without the blanks at the two ends.
        for end, strip in ((0, str.lstrip), (-1, str.rstrip)):
            while parts and parts[end].key is None and not parts[end].text.strip():
                parts.pop(end)
            if parts:
                parts[end] = parts[end]._replace(text=strip(parts[end].text))
        if parts:
            text = "".join(part.text for part in parts)
            paragraphs.append(Paragraph(tuple(parts), line.place, line.row, line.style, text, cells=line.cells))
    return paragraphs


def texts_of(paragraphs: Sequence[Paragraph]) -> dict[Key, str]:
    """What a report prints for each value."""
    return {part.key: part.text for one in paragraphs for part in one.parts if part.key is not None}


def _parts(line: Line, keys: dict[int, Key], joined: dict[tuple[object, ...], int]) -> Iterator[Part]:
    """The parts of a line. Parts that only emphasis separates are joined, and the numbers of later parts adjusted.

    ``keys`` are the keys of the values by their numbers; ``joined`` counts the parts of each value joined so far.
    """
    last: Part | None = None
    before: Key | None = None
    for piece in line.pieces:
        key = keys.get(piece.value)
        if key is None:
            yield from (last,) if last is not None else ()
            last, before = Part(piece.text.translate(_SEEN)), None
            continue
        path, computed, unit, part, variant = key
        value = (path, computed, unit, variant)
        if part <= 1:
            joined[value] = 0
        if last is not None and before == (path, computed, unit, part - 1, variant):
            joined[value] = joined.get(value, 0) + 1
            last = Part(last.text + piece.text.translate(_SEEN), last.key)
        else:
            yield from (last,) if last is not None else ()
            last = Part(piece.text.translate(_SEEN), (path, computed, unit, part - joined.get(value, 0), variant))
        before = key
    yield from (last,) if last is not None else ()


def rejoined(old: Sequence[Paragraph], new: Sequence[Paragraph]) -> list[Paragraph]:
    """Joins paragraphs that LibreOffice cut by moving the end of a section to that of a page."""
    texts = {one.text for one in old}
    joined: list[Paragraph] = []
    for one in new:
        last = joined[-1] if joined else None
        if (
            last is not None
            and last.ends_section
            and last.style == one.style
            and last.text not in texts
            and any(text.startswith(last.text) and text.endswith(one.text[-_TAIL:]) for text in texts)
        ):
            text = last.text + one.text
            joined[-1] = replace(last, parts=(Part(text),), text=text, ends_section=one.ends_section)
        else:
            joined.append(one)
    return joined


def align(old: Sequence[Paragraph], new: Sequence[Paragraph]) -> list[Pair]:
    """Pairs the paragraphs in order; None where one was added or removed.

    Rows are paired as wholes, then their cells by column.
    """
    blocks, others = list(blocks_of(old)), list(blocks_of(new))
    starts, new_starts = (list(accumulate(map(len, each), initial=0)) for each in (blocks, others))
    pairs = [
        (starts[i] + at, new_starts[j] + new_at)
        for i, j in _block_pairs(blocks, others)
        for at, new_at in _within(blocks[i], others[j])
    ]
    return list(with_gaps(sorted(pairs), len(old), len(new)))


def blocks_of(paragraphs: Iterable[Paragraph]) -> Iterator[list[Paragraph]]:
    """The paragraphs that belong together: those of one row, or one outside of tables."""
    for row, group in groupby(paragraphs, key=lambda one: one.row):
        if row:
            yield list(group)
        else:
            yield from ([one] for one in group)


def _block_pairs(blocks: Sequence[_Block], others: Sequence[_Block]) -> list[tuple[int, int]]:
    """Pairs blocks of equal text first, then similar ones between them."""
    texts, new_texts = (
        [(bool(block[0].row), *(one.text for one in block)) for block in each] for each in (blocks, others)
    )
    said, new_said = (
        [_said(one) or (side, at) for at, one in enumerate(each)] for side, each in enumerate((blocks, others))
    )
    # Rows in their order that only got other numbers are the same rows.
    changes = [
        Change(one.same, start + one.start, start + one.end, new + one.new_start, new + one.new_end)
        for same, start, end, new, new_end in differences(texts, new_texts)
        for by, new_by in [(texts, new_texts) if same else (said, new_said)]
        for one in differences(by[start:end], new_by[new:new_end])
    ]
    differing = [change for change in changes if not change.same]
    went = {_said(one) for change in differing for one in blocks[change.start : change.end]}
    came = {_said(one) for change in differing for one in others[change.new_start : change.new_end]}
    # Rows that are gone from one place and came in another moved: no other row became them.
    moved = {text for text in went & came if len(text) >= _FEW_CELLS or sum(map(len, text)) >= _TAIL}
    pairs: list[tuple[int, int]] = []
    for same, start, end, new_start, new_end in changes:
        if same:
            pairs += zip(range(start, end), range(new_start, new_end), strict=True)
        else:
            before = [at for at in range(start, end) if _said(blocks[at]) not in moved]
            behind = [at for at in range(new_start, new_end) if _said(others[at]) not in moved]
            similar = _similar([blocks[at] for at in before], [others[at] for at in behind])
            pairs += ((before[i], behind[j]) for i, j in similar)
    return sorted(pairs)


def _said(block: _Block) -> _Said:
    """The texts of a row without the number that the template gives it; of a paragraph nothing."""
    first, texts = block[0], tuple(one.text for one in block)
    is_counted = first.parts[0].key is None or first.parts[0].key[1]
    return texts[is_counted and NUMBERING.fullmatch(first.text) is not None :] if first.row else ()


def names_of(row: _Block) -> list[str]:
    """The words of a row, without its figures; of a paragraph none."""
    texts = (one.text for one in row if one.row)
    return [text for text in texts if not any(map(str.isdecimal, text)) and len(text.strip()) > 1]


def _similar(blocks: Sequence[_Block], others: Sequence[_Block]) -> list[tuple[int, int]]:
    """Pairs blocks in order so that the sum of their likenesses is the greatest."""
    height, width = len(blocks), len(others)
    if not height or not width:
        return []
    if height * width > _MAX_PAIRS:
        return list(zip(range(height), range(width), strict=True)) if height == width else []
    likeness = [[_likeness(block, other) for other in others] for block in blocks]
    # A row that alone has its names became the row that alone has them now, or moved there: no other one did.
    named, new_named = ([tuple(names_of(block)) for block in each] for each in (blocks, others))
    for i, j in ((i, new_named.index(name)) for i, name in enumerate(named) if name and name in new_named):
        rivals = [(i, m) for m in range(width) if m != j] + [(k, j) for k in range(height) if k != i]
        is_alone = named.count(named[i]) == new_named.count(named[i]) == 1
        if is_alone and all(likeness[k][m] < likeness[i][j] for k, m in rivals):
            for k, m in rivals:
                likeness[k][m] = 0.0
    found = list(best_pairs(likeness, _MIN_ROW_LIKENESS))
    # A block that is alone between two pairs became the one of its kind that is alone there now.
    for (i, j), (k, m) in pairwise([(-1, -1), *found, (height, width)]):
        if k - i == m - j == 2:
            one, other = blocks[i + 1][0], others[j + 1][0]
            if bool(one.row) == bool(other.row) and (one.row or one.style == other.style):
                found.append((i + 1, j + 1))
    return found


def _likeness(old: Sequence[Paragraph], new: Sequence[Paragraph]) -> float:
    """How similar two blocks are; 0 if one cannot have become the other."""
    if bool(old[0].row) != bool(new[0].row):
        return 0.0
    if not old[0].row:
        return _text_likeness(NUMBERING.sub("", old[0].text, 1), NUMBERING.sub("", new[0].text, 1), _MIN_TEXT_LIKENESS)
    if old[0].cells != new[0].cells:
        return _text_likeness("".join(one.text for one in old), "".join(one.text for one in new), _MIN_ROW_LIKENESS)
    before, after = _by_column(old), _by_column(new)
    columns = before.keys() | after.keys()
    found = sum(_text_likeness(before.get(column, ""), after.get(column, ""), _MIN_ROW_LIKENESS) for column in columns)
    return found / len(columns) if found / len(columns) >= _MIN_ROW_LIKENESS else 0.0


def _by_column(row: Sequence[Paragraph]) -> dict[int, str]:
    texts: dict[int, str] = {}
    for one in row:
        texts[one.column] = texts.get(one.column, "") + one.text
    return texts


def _text_likeness(old: str, new: str, least: float) -> float:
    if old == new:
        return 1.0
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if matcher.real_quick_ratio() < least or matcher.quick_ratio() < least:
        return 0.0
    # Below the likeness of equal cells.
    return 0.8 * ratio if (ratio := matcher.ratio()) >= least else 0.0


def _within(block: _Block, other: _Block) -> list[tuple[int, int]]:
    """Pairs the paragraphs of two rows, column by column."""
    if len(block) == len(other) == 1:
        return [(0, 0)]
    found: list[tuple[int, int]] = []
    for column in {one.column for one in block} & {one.column for one in other}:
        before = [at for at, one in enumerate(block) if one.column == column]
        after = [at for at, one in enumerate(other) if one.column == column]
        if len(before) == len(after):
            found += zip(before, after, strict=True)
        else:
            pairs = _block_pairs([[block[at]] for at in before], [[other[at]] for at in after])
            found += ((before[i], after[j]) for i, j in pairs)
    return found


def joined(
    pairs: Sequence[Pair], old: Sequence[Paragraph], new: Sequence[Paragraph], sign_of: Callable[[Paragraph], str]
) -> tuple[dict[int, Paragraph], dict[int, str], dict[int, str]]:
    """Paragraphs that were cut: each with the joined text of its pieces; the other pieces, with what joins them.

    Joined, references keep their places in the text. The third result maps pieces that lack the template's closing
    sign to that sign.
    """
    whole: dict[int, Paragraph] = {}
    pieces: dict[int, str] = {}
    unclosed: dict[int, str] = {}
    cells = Counter((one.row, one.column) for one in old)
    for at, (i, j) in enumerate(pairs):
        if i is None or j is None or old[i].text == new[j].text:
            continue
        # A list in a single paragraph of a cell may have signs between its items.
        sign = "" if cells[old[i].row, old[i].column] == 1 and old[i].row else sign_of(old[i])
        first = last = at
        while first > 0 and _is_piece(pairs[first - 1], old[i], new[j], new):
            first -= 1
        while last + 1 < len(pairs) and _is_piece(pairs[last + 1], old[i], new[j], new):
            last += 1
        if first < last:
            numbers = [number for _, number in pairs[first : last + 1] if number is not None]
            texts = [new[number].text for number in numbers]
            if sign:
                texts, end = _bare(texts, old[i])
                unclosed |= {n: end for n in numbers[:-1] if not new[n].text.endswith(end)}
            text = sign.join(texts)
            whole[j] = replace(new[j], parts=(Part(text),), text=text)
            pieces |= {number: sign for number in numbers if number != j}
    return whole, pieces, unclosed


def _bare(texts: list[str], old: Paragraph) -> tuple[list[str], str]:
    """The pieces of an item without the template's number and closing sign, except at both ends; and that sign."""
    is_numbered, last = old.parts[0].key is None, old.parts[-1]
    end = last.text.strip() if last.key is None else ""
    first, *others = texts
    others = [NUMBERED.sub("", one, 1) if is_numbered and one not in old.text else one for one in others]
    *before, final = [first, *others]
    return [*(one.removesuffix(end) for one in before), final], end


def _is_piece(pair: Pair, old: Paragraph, rest: Paragraph, new: Sequence[Paragraph]) -> bool:
    """Whether an added paragraph was cut from an item, which now has only the rest of its text."""
    added = new[pair[1]] if pair[0] is None and pair[1] is not None else None
    if added is None or (added.row, added.column) != (rest.row, rest.column):
        return False
    text = added.text
    if len(text) >= _TAIL and text in old.text:
        return text not in rest.text
    # Compares short pieces as a whole, of longer ones the end that was not edited.
    size = min(len(text), _TAIL)
    return size > 0 and any(
        text[ends] == old.text[ends] != rest.text[ends] for ends in (slice(-size, None), slice(size))
    )


def recut_rows(pairs: Sequence[Pair], old: Sequence[Paragraph], new: Sequence[Paragraph]) -> dict[int, int]:
    """Maps rows whose cells cannot be matched to the rows that they became.

    Cells were joined or split, columns added, removed or, by the head of the table, moved.
    """
    rows = {old[i].row: new[j].row for i, j in pairs if i is not None and j is not None and old[i].row and new[j].row}
    before, after = _by_row(old), _by_row(new)
    moved = {
        before[row][0].table
        for row, now in rows.items()
        if _is_head(before[row]) and _is_moved(before[row], after[now])
    }
    return {
        row: now
        for row, now in rows.items()
        if (before[row][0].cells != after[now][0].cells or before[row][0].table in moved)
        and _by_column(before[row]) != _by_column(after[now])
    }


def _by_row(paragraphs: Sequence[Paragraph]) -> dict[int, list[Paragraph]]:
    rows: dict[int, list[Paragraph]] = {}
    for one in paragraphs:
        rows.setdefault(one.row, []).append(one)
    return rows


def _is_head(row: Sequence[Paragraph]) -> bool:
    """Whether each cell has words of the template, such as 「项目」 or 「2021年决算」."""
    return all(any(part.key is None and part.text.strip() for part in one.parts) for one in row)


def is_renamed(head: Paragraph, now: str, old: Sequence[Paragraph]) -> bool:
    """Whether the head of a column has different words now, not just more or fewer."""
    is_other = head.row and now and head.text not in now and now not in head.text
    return bool(is_other) and _is_head([other for other in old if other.row == head.row])


def _is_moved(old: Sequence[Paragraph], new: Sequence[Paragraph]) -> bool:
    """Whether a unique text of a table's head is over another column now."""
    before, after = _by_column(old), _by_column(new)
    texts = list(before.values())
    return any(
        texts.count(text) == 1 and after.get(column) != text and text in after.values()
        for column, text in before.items()
    )
