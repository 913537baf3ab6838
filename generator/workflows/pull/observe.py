"""Compares an edited document with the report as printed: what became of values, which paragraphs came or went.

A figure is one token, so the digits of an overtyped figure never end up in a neighbour. A change that could belong to
several values leaves only those in doubt.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Final, NamedTuple

from msgspec import Struct, field

from generator.base.textdiff import Change, differences
from generator.workflows.pull.align import Key, Pair, Paragraph, Part, align, is_renamed, joined, recut_rows, texts_of

_FIGURE = re.compile(r"[0-9０-９]+(?:[,，][0-9０-９]{3}(?![0-9０-９]))*(?:[.．][0-9０-９]+)?")
_TOKEN = re.compile(rf"{_FIGURE.pattern}|.", re.DOTALL)
_FIGURE_VALUE = re.compile(r"[0-9０-９.．,，%％‰+\-－−–]+")
_UNIT = re.compile(
    r"\s*(万元|亿元|元|万吨|万|亿|%|％|‰|个百分点|名|家|项|个|分|人次|人|件|场次|场|次|期|份|本|平方米|座|亩|年|月|日|笔|正|副)?"
)
# Shorter paragraphs can be retyped as a whole and still be attributed.
_SHORT = 12
_MIN_LIKENESS = 0.25
# Up to so many tokens between two longer changes are equal by chance.
_LONGEST_CHANCE = 3
_CONTEXT = 4

SEVERAL: Final = "一处改动连着几个填报值"
MOVED: Final = "几个填报值换了位置"
BESIDE: Final = "改动从填报值连到旁边的固定文字"
UNIT: Final = "数后面的单位也改了"
TWO_UNITS: Final = "数后面有两个不同的单位"
SPLIT: Final = "一个数改成了几个数"
GONE: Final = "填报值在这一段里没有了"
ANEW: Final = "整段几乎重写"
PARTS: Final = "同一项内容的另一部分分不清"
TABLE_UNIT: Final = "表的单位改了，表里的数也改了，不知道是不是换了单位"
COLUMN: Final = "表头改了，这一列的数也改了，不知道是不是换了一列"
_MONEY = re.compile(r"(?:亿|千万|百万|十万|万|千|百)?元")
_LONGEST_NOTE = 20


class Reading(Struct):
    """What a paragraph says now: the values that are certain, in order, and why others are not.

    ``wording`` are the template's words that were changed: as printed, and as they are now.
    """

    values: list[tuple[Key, str]] = field(default_factory=list)
    wording: list[tuple[str, str]] = field(default_factory=list)
    doubts: dict[Key, str] = field(default_factory=dict)


def attribute(old: Paragraph, new: Paragraph) -> Reading:
    """Reads a paragraph of the print beside the one that it became."""
    values = [(part.key, part.text) for part in old.parts if part.key is not None]
    if old.text == new.text:
        return Reading(values)
    if not values:
        return Reading(wording=[(old.text, new.text)] if _differs(old.text, new.text) else [])
    if len(old.parts) == 1:
        key, _ = values[0]
        before, same, behind = new.text.partition(old.text)
        ends = before[-1:] + behind[:1]
        if key[1] and same and _FIGURE_VALUE.fullmatch(old.text) and not _FIGURE_VALUE.search(ends):
            return Reading([(key, old.text)], [("", before + behind)])
        return Reading([(key, new.text)])
    return _Attribution(old.parts, new.text).reading()


def _differs(old: str, new: str) -> bool:
    return "".join(old.split()) != "".join(new.split())


class _Attribution:
    """The tokens of a paragraph with the parts that own them, and the text that each part has now."""

    def __init__(self, parts: Sequence[Part], now: str) -> None:
        self._parts = parts
        tokens = [(token, number) for number, part in enumerate(parts) for token in _TOKEN.findall(part.text)]
        self._old: list[str] = [token for token, _ in tokens]
        self._owners = [number for _, number in tokens]
        self._new: list[str] = _TOKEN.findall(now)
        self._now = now
        self._valued = self._values(range(len(parts)))
        self._texts = [""] * len(parts)
        self._doubts: dict[int, str] = {}
        self._loose: list[tuple[str, str]] = []

    def reading(self) -> Reading:
        """What each part says now."""
        changes = _changes(self._old, self._new)
        for same, start, end, new_start, new_end in changes:
            if same:
                for at in range(start, end):
                    self._texts[self._owners[at]] += self._old[at]
            elif start == end:
                self._insert(start, "".join(self._new[new_start:new_end]))
            else:
                self._replace((start, end), (new_start, new_end))
        size = sum(map(len, self._old))
        same_size = sum(len("".join(self._old[start:end])) for same, start, end, _, _ in changes if same)
        if size >= _SHORT and same_size * 2 < _MIN_LIKENESS * (size + len(self._now)):
            # The paragraph was largely rewritten.
            self._doubts |= dict.fromkeys(self._valued, ANEW)
        self._doubt_gone()
        self._doubt_moved()
        self._doubt_whole_texts()
        found = Reading(wording=[pair for pair in self._loose if _differs(*pair)])
        # Wording next to a value in doubt is reported with it.
        shown = {number + step for number in self._doubts for step in (-1, 1)}
        for number, (part, text) in enumerate(zip(self._parts, self._texts, strict=True)):
            if part.key is None:
                if number not in shown and _differs(part.text, text):
                    found.wording.append((part.text, text))
            elif number in self._doubts:
                found.doubts.setdefault(part.key, self._doubts[number])
            else:
                found.values.append((part.key, text))
        return found

    def _values(self, numbers: Iterable[int]) -> list[int]:
        return [number for number in numbers if self._parts[number].key is not None]

    def _insert(self, at: int, text: str) -> None:
        left = self._owners[at - 1] if at else None
        right = self._owners[at] if at < len(self._owners) else None
        if left == right and left is not None:
            self._texts[left] += text
            return
        sides = [side for side in (left, right) if side is not None]
        # Signs belong to figures, everything else to a text, which is edited more often than the words around it.
        is_sign = _FIGURE_VALUE.fullmatch(text) is not None
        figures = {side for side in sides if _FIGURE_VALUE.fullmatch(self._parts[side].text)}
        typed = {side: key[0] for side in sides if (key := self._parts[side].key) is not None and not key[1]}
        held = [side for side in typed if is_sign and side in figures] or [
            side for side in typed if side not in figures
        ]
        if len(held) == 2:
            # Of a text and a value within it, the text; else it may be of either.
            paths = [self._parts[number].key for number in self._valued]
            within = [side for side in held if sum(key is not None and key[0] == typed[side] for key in paths) > 1]
            held = within or held
        # What is in brackets, or goes on behind a comma, is of what is before it.
        if len(held) == 2 and text[0] not in "（(，、；":
            self._doubts |= dict.fromkeys(held, SEVERAL)
        if held:
            self._texts[held[0]] += text
            return
        wording = next((side for side in sides if self._parts[side].key is None), None)
        if wording is None:
            self._loose.append(("", text))
        else:
            self._texts[wording] += text

    def _replace(self, old: tuple[int, int], new: tuple[int, int]) -> None:
        """Divides replacing text among the parts that it touches."""
        text = "".join(self._new[slice(*new)])
        touched = sorted(set(self._owners[slice(*old)]))
        values = self._values(touched)
        if len(touched) == 1 or not values:
            self._texts[touched[0]] += text
            return
        shared = self._share(old, new, values)
        if shared is None:
            self._doubts |= dict.fromkeys(values, self._why_unclear(values, text))
            self._texts[touched[0]] += text
        else:
            for number, piece in shared.items():
                self._texts[number] += piece

    def _why_unclear(self, values: list[int], text: str) -> str:
        """Why a text that replaces these values, and words around them, cannot be attributed."""
        if len(values) > 1:
            places = [self._now.find(self._parts[number].text) for number in values]
            return MOVED if min(places) >= 0 and places != sorted(places) else SEVERAL
        key, said = self._parts[values[0]].key, self._parts[values[0]].text
        if len(said) > 1 and said in self._now:
            return MOVED
        return UNIT if key is not None and key[2] and key[2] not in text else BESIDE

    def _share(self, old: tuple[int, int], new: tuple[int, int], values: list[int]) -> dict[int, str] | None:
        """Shares new text among several parts: figures go to figures in order, words to the wording between them.

        None if the number of figures or a unit changed, or if figures may have changed places.
        """
        start, end = old
        came_tokens = self._new[slice(*new)]
        went = [(at, self._owners[at]) for at in range(start, end) if _FIGURE.fullmatch(self._old[at])]
        came = [at for at, token in enumerate(came_tokens) if _FIGURE.fullmatch(token)]
        holders = [owner for _, owner in went]
        single = all(
            holders.count(value) == 1 and len(_FIGURE.findall(self._parts[value].text)) == 1 for value in values
        )
        if not single or len(went) != len(came) or self._may_have_moved(went, came, new):
            return None
        shared: dict[int, str] = defaultdict(str)
        loose: list[tuple[int, str]] = []
        done = 0
        for (at, owner), new_at in zip(went, came, strict=True):
            behind = "".join(self._old[at + 1 : end + _CONTEXT])
            if _unit(behind) != _unit("".join(self._new[new[0] + new_at + 1 : new[1] + _CONTEXT])):
                return None
            gap, piece, used = "".join(came_tokens[done:new_at]), came_tokens[new_at], new_at + 1
            if self._parts[owner].key is not None:
                before = "".join(self._old[n] for n in range(start, at) if self._owners[n] == owner)
                after = "".join(self._old[n] for n in range(at + 1, end) if self._owners[n] == owner)
                if not gap.endswith(before) or not "".join(came_tokens[used:]).startswith(after):
                    return None
                gap, piece = gap[: len(gap) - len(before)], before + piece + after
                used += len(_TOKEN.findall(after))
            loose.append((owner, gap))
            shared[owner] += piece
            done = used
        loose.append((len(self._parts), "".join(came_tokens[done:])))
        wording = [owner for owner in sorted(set(self._owners[start:end])) if self._parts[owner].key is None]
        for owner, text in loose:
            if text and not wording:
                return None
            if text:
                shared[max((number for number in wording if number < owner), default=wording[0])] += text
        return shared

    def _may_have_moved(self, went: list[tuple[int, int]], came: list[int], new: tuple[int, int]) -> bool:
        """Whether the same figures follow other words in another order."""
        figures = [self._old[at] for at, _ in went]
        others = [self._new[new[0] + at] for at in came]
        if figures == others or sorted(figures) != sorted(others):
            return False
        for (at, _), new_at in zip(went, came, strict=True):
            place = new[0] + new_at
            before = "".join(self._old[max(0, at - _CONTEXT) : at])
            after = "".join(self._new[max(new[0], place - _CONTEXT) : place])
            if not after or not before.endswith(after[-2:]):
                return True
        return False

    def _doubt_gone(self) -> None:
        """Doubts values that vanished, more likely deleted with their words than emptied, and changed units."""
        for number in self._valued:
            part, text = self._parts[number], self._texts[number]
            is_elsewhere = text != part.text and len(part.text) > 1 and part.text in self._now
            if part.text.strip() and not text.strip():
                self._doubts.setdefault(number, MOVED if is_elsewhere else GONE)
            elif _FIGURE_VALUE.fullmatch(part.text) and len(_FIGURE.findall(text)) > 1:
                self._doubts.setdefault(number, SPLIT)
            elif text != part.text and number + 1 < len(self._parts) and part.key is not None and part.key[2]:
                unit, words = part.key[2], self._parts[number + 1].text
                if words.startswith(unit) and not self._texts[number + 1].startswith(unit):
                    self._doubts.setdefault(number, MOVED if is_elsewhere else UNIT)
                elif words.startswith(unit) and (own := _MONEY.search(text)) is not None and own[0] != unit:
                    self._doubts.setdefault(number, TWO_UNITS)

    def _doubt_moved(self) -> None:
        """Doubts changed words that are in another value now: the two may have changed places."""
        for number in self._valued:
            said = self._parts[number].text.strip()
            is_kept = self._texts[number] == said and number not in self._doubts
            for other in () if is_kept or len(said) < 2 or _FIGURE_VALUE.fullmatch(said) else self._valued:
                if other != number and said in self._texts[other] and said not in self._parts[other].text:
                    self._doubts |= {number: MOVED, other: MOVED}

    def _doubt_whole_texts(self) -> None:
        """Doubts all parts of a text with references where any of it is in doubt."""
        texts: dict[str, dict[int, int]] = defaultdict(dict)  # by path: the parts, with their numbers in the text
        for number, part in enumerate(self._parts):
            if part.key is not None and not part.key[1]:
                texts[part.key[0]][number] = part.key[3]
        for numbers in texts.values():
            reach = range(min(numbers), max(numbers) + 1)
            has_references = len(set(numbers.values())) > 1 or max(numbers.values()) > 1
            if has_references and any(number in self._doubts for number in reach):
                self._doubts = dict.fromkeys(self._values(reach), PARTS) | self._doubts


def _changes(old: list[str], new: list[str]) -> list[Change]:
    """Where two lists of tokens differ; merges changes around a few tokens that are equal by chance."""
    found = differences(old, new)
    at = 1
    while at < len(found) - 1:
        (left, a, b, c, d), (same, start, end, _, _), (right, e, f, g, h) = found[at - 1 : at + 2]
        size = end - start
        chance = size <= min(_LONGEST_CHANCE, max(b - a, d - c), max(f - e, h - g))
        has_words = any(map(str.isalnum, [*old[a:b], *new[c:d], *old[e:f], *new[g:h]]))
        if same and not left and not right and chance and has_words and not any(map(_FIGURE.fullmatch, old[start:end])):
            found[at - 1 : at + 2] = [Change(False, a, f, c, h)]
            at = 1
        else:
            at += 1
    return found


def _unit(text: str) -> str:
    found = _UNIT.match(text)
    return found[1] or "" if found is not None else ""


class Seen(NamedTuple):
    """A value as it reads in place of ``old``; ``beside`` are the paths of the values next to it."""

    key: Key
    text: str
    place: str
    beside: tuple[str, ...]
    old: Paragraph


class Wording(NamedTuple):
    """Words of the template as printed, in which paragraph, and as they read now."""

    place: str
    old: str
    new: str
    paragraph: Paragraph


class Unclear(NamedTuple):
    """A paragraph with changes that cannot be attributed to one of these values, and the reasons."""

    place: str
    old: str
    new: str
    paths: tuple[str, ...]
    why: tuple[str, ...]


class Added(NamedTuple):
    """Consecutive new paragraphs, and the pairs around them: as printed, and as they are now."""

    paragraphs: tuple[Paragraph, ...]
    before: tuple[Paragraph, Paragraph] | None
    behind: tuple[Paragraph, Paragraph] | None


class Comparison(Struct, dict=True):
    """What an edited document says.

    Attributes:
        seen: Every value at every place where it is certain.
        unclear: Paragraphs with values that are not certain.
        is_shifted: Whether any paragraph came or went, which changes the numbers behind it.
        recut: Rows of each table whose cells cannot be matched; they are not read.
        cut: Paragraphs that were split off another one.
        removed: Paragraphs that are gone, consecutive ones together.
        kept: How many paragraphs of the report have a partner, and how many there are.
        printed: The paragraphs of the report.
    """

    seen: list[Seen] = field(default_factory=list)
    wording: list[Wording] = field(default_factory=list)
    unclear: list[Unclear] = field(default_factory=list)
    is_shifted: bool = False
    recut: dict[str, list[Paragraph]] = field(default_factory=dict)
    cut: list[Paragraph] = field(default_factory=list)
    removed: list[tuple[Paragraph, ...]] = field(default_factory=list)
    added: list[Added] = field(default_factory=list)
    kept: tuple[int, int] = (0, 0)
    printed: Sequence[Paragraph] = ()

    @cached_property
    def texts(self) -> dict[Key, str]:
        """What the report prints for each value."""
        return texts_of(self.printed)


class Observed(Struct, frozen=True):
    """A value that was edited; ``ways`` are its new texts with their places, several if they contradict each other.

    ``beside`` are the paths of the values next to it, ``tables`` those in which it was edited, as printed.
    """

    key: Key
    printed: str
    ways: dict[str, tuple[str, ...]]
    beside: tuple[str, ...] = ()
    tables: frozenset[str] = frozenset()

    @property
    def edited(self) -> str:
        """What it says now."""
        return next(iter(self.ways))

    @property
    def places(self) -> tuple[str, ...]:
        """Where it was edited."""
        return tuple(dict.fromkeys(place for places in self.ways.values() for place in places))


def compare(old: Sequence[Paragraph], new: Sequence[Paragraph], sign_of: Callable[[Paragraph], str]) -> Comparison:
    """Compares an edited document (``new``) with the report as it was printed.

    ``sign_of`` is what joins the pieces of a paragraph that was cut: a new line for a list's text.
    """
    aligned = align(old, new)
    whole, pieces, unclosed = joined(aligned, old, new, sign_of)
    recut = recut_rows(aligned, old, new)
    came = set(recut.values())
    pairs = [
        (i, j)
        for i, j in aligned
        if j not in pieces and (j is None or new[j].row not in came) and (i is None or old[i].row not in recut)
    ]
    found = Comparison(printed=old, is_shifted=any(None in pair for pair in aligned))
    for i, j in pairs:
        if i is not None and j is not None:
            _take(old[i], whole.get(j, new[j]), found)
    found.wording += [Wording(new[j].place, sign, "", new[j]) for j, sign in unclosed.items()]
    found.cut = [new[j] for j, sign in pieces.items() if not sign]
    for one in old:
        if one.row in recut:
            found.recut.setdefault(one.table, []).append(one)
    _doubt_tables(found, old)
    kept = [i for i, j in pairs if i is not None and j is not None]
    for before, behind in pairwise([-1, *kept, len(old)]):
        lost = tuple(one for one in old[before + 1 : behind] if one.row not in recut)
        found.removed += [lost] if lost else []
    found.added = list(_added(pairs, old, new))
    found.kept = (len(kept), len(old))
    return found


def _doubt_tables(found: Comparison, old: Sequence[Paragraph]) -> None:
    """Doubts what was edited in a table whose unit was changed, or in a column whose head was."""
    printed = found.texts
    for one in found.wording:
        head, units, now = one.paragraph, _MONEY.findall(one.old), _MONEY.findall(one.new)
        is_unit, is_column = bool(now and units != now), is_renamed(head, one.new, old)
        at = next((number for number, other in enumerate(old) if other is head), len(old))
        near = old[at : at + 3] if len(head.text) <= _LONGEST_NOTE else ()
        table = head.table or next((other.table for other in near if other.table), "")
        is_whole = bool(units) or head.column <= 1  # else the unit came to the head of one column
        edited = [
            seen
            for seen in found.seen
            if seen.text != printed[seen.key] and not seen.key[1] and seen.old.table == table != ""
            if (is_unit and seen.key[2] not in ("", *now) and (is_whole or seen.old.column == head.column))
            or (is_column and (seen.old.column, seen.old.cells) == (head.column, head.cells))
        ]
        if edited:
            paths = tuple(dict.fromkeys(seen.key[0] for seen in edited))
            found.seen = [seen for seen in found.seen if seen not in edited]
            found.unclear.append(Unclear(one.place, one.old, one.new, paths, (TABLE_UNIT if is_unit else COLUMN,)))


def _take(old: Paragraph, new: Paragraph, found: Comparison) -> None:
    reading = attribute(old, new)
    around: dict[Key, tuple[str, ...]] = {}
    for number, part in enumerate(old.parts if old.text != new.text else ()):
        if part.key is not None:
            beside = [*old.parts[max(0, number - 1) : number], *old.parts[number + 1 : number + 2]]
            around[part.key] = tuple(other.key[0] for other in beside if other.key is not None)
    found.seen += [Seen(key, text, new.place, around.get(key, ()), old) for key, text in reading.values]
    found.wording += [Wording(new.place, before, now, old) for before, now in reading.wording]
    if reading.doubts:
        paths = tuple(dict.fromkeys(key[0] for key in reading.doubts))
        why = tuple(dict.fromkeys(reading.doubts.values()))
        found.unclear.append(Unclear(new.place, old.text, new.text, paths, why))


def _added(pairs: Sequence[Pair], old: Sequence[Paragraph], new: Sequence[Paragraph]) -> Iterator[Added]:
    waiting: list[Paragraph] = []
    before: tuple[Paragraph, Paragraph] | None = None
    for i, j in pairs:
        if i is None and j is not None:
            waiting.append(new[j])
        elif i is not None and j is not None:
            behind = (old[i], new[j])
            if waiting:
                yield Added(tuple(waiting), before, behind)
                waiting = []
            before = behind
    if waiting:
        yield Added(tuple(waiting), before, None)


def observe(comparison: Comparison) -> list[Observed]:
    """The values that were edited, in the order of the document."""
    printed, edited = comparison.texts, dict[Key, list[Seen]]()
    for seen in comparison.seen:
        if seen.text != printed[seen.key]:
            edited.setdefault(seen.key, []).append(seen)
    found = []
    for key, ones in edited.items():
        texts = dict.fromkeys(seen.text for seen in ones)
        ways = {text: tuple(seen.place for seen in ones if seen.text == text) for text in texts}
        found.append(Observed(key, printed[key], ways, ones[0].beside, frozenset(seen.old.table for seen in ones)))
    return found
