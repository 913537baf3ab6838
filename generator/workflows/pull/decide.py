"""Decides how edited values change the input, and says why some cannot be written."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from generator.base.diagnostics import Code, Finding, Span, shortened
from generator.base.passage import without_marks
from generator.submission.kinds import read_kind
from generator.workflows import codes
from generator.workflows.pull.align import Key
from generator.workflows.pull.edit_targets import TAG, EditTarget, EditTargets, NotReadable, is_same, locate, retyped
from generator.workflows.pull.observe import Observed
from generator.yamlfile.build import Scalar
from generator.yamlfile.edit import Cut, spliced

_LONGEST = 60
_AROUND = 12
# A sign that only its font knows; no input can hold it.
_SYMBOL = re.compile("[\ue000-\uf8ff]")
# What a text of the input does not print as it is typed.
_MARKUP = re.compile(r"\{[{%#]|\*\*")
MARKUP: Final = "里面有「{{」「{%」「{#」或「**」，在填报文件里是引用和着重的记号，印不出来"
# Shorter stretches are equal by chance.
_MIN_SHARED = 4


class Edit(Struct, frozen=True):
    """One fact that is to change: old and new text (of a long one, the part around the change), where it was edited.

    ``keys`` are the printed values whose edits it contains, with their new texts.
    """

    path: str
    label: str
    old: str
    new: str
    places: tuple[str, ...]
    span: Span
    note: str = ""
    keys: tuple[tuple[Key, str], ...] = ()


def excerpt(text: str) -> str:
    """The beginning of a text, on one line."""
    return shortened(text.replace("\n", "⏎"), _LONGEST)


def _around(raw: str, cuts: Sequence[Cut]) -> tuple[str, str]:
    start, end = min(cut.start for cut in cuts), max(cut.end for cut in cuts)
    first, last = max(0, start - _AROUND), min(len(raw), end + _AROUND)
    for tag in TAG.finditer(raw):
        # References are shown whole.
        first = tag.start() if tag.start() < first < tag.end() else first
        last = tag.end() if tag.start() < last < tag.end() else last
    after = spliced(raw, cuts)
    head, tail = "…" if first else "", "…" if last < len(raw) else ""
    return f"{head}{raw[first:last]}{tail}", f"{head}{after[first : len(after) - (len(raw) - last)]}{tail}"


class _Rewriting(Struct):
    """A value of the file that changes: by cuts in its text, as a whole, or as an item that goes or gets neighbours."""

    target: EditTarget
    cuts: list[Cut] = field(default_factory=list)
    whole: str | None = None
    is_removed: bool = False
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()

    def values(self) -> list[Scalar]:
        """What is there afterwards: one value, of an item also several or none."""
        raw = self.target.raw or ""
        text = spliced(raw, self.cuts) if self.whole is None else self.whole
        own = [text] if text and not self.is_removed else []
        if own and self.target.item and not self.target.line and text != raw:
            # A new line in an item is a new item.
            own = [line for line in text.split("\n") if line.strip()]
        texts, itself = (*self.before, *own, *self.after), len(self.before) if own else None
        nowhere = Span("")
        return [Scalar(one, self.target.span if at == itself else nowhere, quoted=True) for at, one in enumerate(texts)]


class Decisions:
    """What is decided so far: the edits, the findings, and how the values of the file change.

    Args:
        targets: The facts of the input.
        now: What the input prints today for each value.
        document: The document, for findings.
        movable: Printed texts that may have been moved, with their items; None for those that are no items.
        older: Whether the template was changed since the printing: its words may be where a value was.
    """

    def __init__(
        self,
        targets: EditTargets,
        now: Mapping[Key, str],
        document: Span,
        movable: Mapping[str, EditTarget | None],
        *,
        older: bool,
    ) -> None:
        self._document, self._older = document, older
        self.edits: list[Edit] = []
        self.findings: list[Finding] = []
        # Items that must not be removed, because their words could not be written at their new place.
        self.kept: set[str] = set()
        self._movable = movable
        self._targets = targets
        self._now = now
        self._rewritten: dict[Span, _Rewriting] = {}

    def take(self, path: str, observed: Sequence[Observed]) -> None:
        """Decides on the edits of one fact, which may be printed in several places."""
        target = self._targets.get(path)
        # Those that were made in the input as well are done.
        observed = [one for one in observed if len(one.ways) > 1 or one.edited != self._now.get(one.key)]
        if not observed:
            return
        if target is None:
            words = {"name": path, "label": self._targets.label(path), "new": excerpt(observed[0].edited)}
            finding = codes.CHANGED_ON_BOTH_SIDES.at(self._document, observed[0].places[0], now="（已删去）", **words)
            self.findings.append(finding)
        elif not self._is_refused(target, observed):
            (self._take_text if target.is_text else self._take_whole)(target, observed)

    def _is_refused(self, target: EditTarget, observed: Sequence[Observed]) -> bool:
        """Whether the edits are in conflict, or of a value that is not in the file; adds the finding."""
        if any(len(one.ways) > 1 for one in observed):
            self._conflict(target, observed)
        elif other := next((one for one in observed if self._now.get(one.key) != one.printed), None):
            now = excerpt(self._now.get(other.key, "（已删去）"))
            self._report(codes.CHANGED_ON_BOTH_SIDES, target, new=excerpt(other.edited), now=now)
        elif target.raw is None:
            self._refuse(codes.IN_A_TABLE, target, observed[0])
        else:
            return False
        return True

    def _take_whole(self, target: EditTarget, observed: Sequence[Observed]) -> None:
        typed: dict[str, Observed] = {}
        for one in observed:
            try:
                text = retyped(target, one.printed, one.edited, one.key[2])
            except NotReadable as fault:
                figure = _without_words(target, one) if self._older else None
                if figure is None:
                    self._refuse(codes.NOT_READABLE, target, one, why=fault.why, mend=fault.mend)
                    return
                if figure == one.printed:
                    continue
                text = retyped(target, one.printed, figure, one.key[2])
                one = replace(one, ways={figure: one.places})  # noqa: PLW2901 - the words behind it are the template's
            if text and is_same(target, text):
                if one.edited.strip() != one.printed.strip():
                    words = {"done": "的值没有变", "now": one.printed, "new": one.edited}
                    self._report(codes.PRINTED_OTHERWISE, target, place="、".join(one.places), **words)
            else:
                typed[text] = one
        if len({read_kind(target.field, text) if target.field and text else text for text in typed}) > 1:
            self._conflict(target, list(typed.values()))
        elif typed:
            text = next(iter(typed))
            self._rewriting(target).whole = text
            note = self._inside(target, observed)
            self._edit(target, list(typed.values()), target.fact.text.strip(), text or "（空）", note)

    def _take_text(self, target: EditTarget, observed: Sequence[Observed]) -> None:
        raw = target.raw or ""
        start, end = target.extent
        cuts: list[Cut] = []
        as_printed = []
        for one in observed:
            found = locate(raw[start:end], one.printed, one.edited, one.key[3])
            before, after = raw[start:end], spliced(raw[start:end], found or ()).replace("**\n**", "")
            # New words would be read as references or emphasis.
            why = MARKUP if len(_MARKUP.findall(after)) > len(_MARKUP.findall(before)) else ""
            if _SYMBOL.search(one.edited) and not _SYMBOL.search(one.printed):
                why = "里面有用符号字体插入的符号，读不出是什么字"
            elif found is None:
                reasons = ("在填报文件里找不到原来的文字", "改动碰到了着重的星号", "原文在其中不止一处")
                why = reasons[min(without_marks(raw)[0].count(one.printed), 2)]
            if why or found is None:
                self._refuse(codes.CANNOT_PLACE, target, one, why=why)
                return
            texts = [self._with_references(cut.new, target, one.places) for cut in found]
            for cut, text in zip(found, texts, strict=True):
                if text is None:
                    return
                cuts.append(Cut(start + cut.start, start + cut.end, text))
            as_printed += [one] if texts == [cut.new for cut in found] else []
        rewriting = self._rewriting(target)
        ordered = sorted({*rewriting.cuts, *cuts})
        if any(two.start < one.end or two.start == one.start for one, two in pairwise(ordered)):
            self._conflict(target, observed)
            return
        rewriting.cuts += cuts
        self._edit(target, observed, *_around(raw, cuts), self._inside(target, observed), as_printed=as_printed)

    def _with_references(self, text: str, into: EditTarget, places: Sequence[str]) -> str | None:
        """A text that came into a target, with the references of the items that it was moved from.

        None, with a finding, if the words were also changed, or are not only those of an item.
        """
        for printed, item in self._movable.items():
            if item is not None and printed in text:
                text = text.replace(printed, item.text)
                continue
            blocks = SequenceMatcher(None, printed, text, autojunk=False).get_matching_blocks()
            shared = sum(block.size for block in blocks if block.size >= _MIN_SHARED)
            if not shared or shared * 2 < (len(printed) if item is None else min(len(printed), len(text))):
                continue
            why = "里面有从别的段落挪来的文字，那一段不能从填报文件里删去"
            if item is not None:
                self.kept.add(item.path)
                why = "这段文字挪了位置或拆开了，又改了字，里面的引用和着重分不清"
            old, new = excerpt(printed) if item is not None else "（原来没有）", excerpt(text)
            self._report(codes.CANNOT_PLACE, item or into, why=why, place="、".join(places), old=old, new=new)
            return None
        return text

    def _inside(self, target: EditTarget, observed: Sequence[Observed]) -> str:
        """A note if the fact was edited where the text of another one refers to it."""
        paths = dict.fromkeys(path for one in observed for path in one.beside if path != target.path)
        around = [path for path in paths if "{{" in ((self._targets.get(path) or target).raw or "")]
        return f"改在「{around[0]}」对它的引用里" if around and "{{" not in (target.raw or "") else ""

    def remove_item(self, path: str, places: tuple[str, ...]) -> bool:
        """Removes an item from its list; false if that is impossible."""
        target, whole = self._targets.get(path), self._targets.list_of(path)
        if target is None or whole is None or target.raw is None or len(whole.spans) < 2:
            return False
        if target.line:
            start, end = target.extent
            self._rewriting(target).cuts.append(Cut(start, min(len(target.raw), end + 1), ""))
        else:
            self._rewriting(target).is_removed = True
        self._edit(target, (), target.fact.text, "（删去这一段）", places=places)
        return True

    def add_items(self, path: str, texts: Sequence[str], places: tuple[str, ...], *, before: bool = False) -> bool:
        """Adds texts to a list behind an item, or before it; false if that is impossible."""
        target = self._targets.get(path)
        if target is None or target.raw is None or not target.item:
            return False
        came = [self._with_references(text, target, places) for text in texts]
        known = tuple(text for text in came if text is not None)
        if marked := [text for text in texts if _MARKUP.search(text)]:
            words = {"why": MARKUP, "place": "、".join(places), "old": "（原来没有）", "new": excerpt(marked[0])}
            self._report(codes.CANNOT_PLACE, target, **words)
        if marked or not known:
            return True
        if target.line:
            start, end = target.extent
            at, lines = (start, "".join(f"{text}\n" for text in known)) if before else (end, "\n" + "\n".join(known))
            self._rewriting(target).cuts.append(Cut(at, at, lines))
        else:
            one = self._rewriting(target)
            one.before, one.after = ((*one.before, *known), one.after) if before else (one.before, (*known, *one.after))
        self._edit(target, (), f"（在它{'前' if before else '后'}面增加）", excerpt("\n".join(known)), places=places)
        return True

    def values(self) -> dict[Span, list[Scalar]]:
        """What becomes of the file's values, by where they begin."""
        return {span: one.values() for span, one in self._rewritten.items()}

    def drop(self, span: Span) -> None:
        """Withdraws the decisions on the value that begins there."""
        self._rewritten.pop(span, None)
        self.edits = [edit for edit in self.edits if edit.span != span]

    def _rewriting(self, target: EditTarget) -> _Rewriting:
        return self._rewritten.setdefault(target.span, _Rewriting(target))

    def _conflict(self, target: EditTarget, observed: Sequence[Observed]) -> None:
        ways = "；".join(
            f"「{excerpt(text)}」（{'、'.join(places)}）" for one in observed for text, places in one.ways.items()
        )
        self._report(codes.CONFLICT, target, ways=ways)

    def _refuse(self, code: Code, target: EditTarget, one: Observed, **words: str) -> None:
        old, new = excerpt(one.printed), excerpt(one.edited)
        self._report(code, target, old=old, new=new, place="、".join(one.places), **words)

    def _report(self, code: Code, target: EditTarget, **words: str) -> None:
        named = {"name": target.path, "label": target.label, **words}
        self.findings.append(code.at(target.span, target.path, where=target.span, **named))

    def _edit(  # noqa: PLR0913, PLR0917 - the parts of an edit
        self,
        target: EditTarget,
        observed: Sequence[Observed],
        old: str,
        new: str,
        note: str = "",
        places: tuple[str, ...] = (),
        as_printed: Sequence[Observed] | None = None,
    ) -> None:
        where = tuple(dict.fromkeys(place for one in observed for place in one.places)) or places
        keys = tuple((one.key, one.edited) for one in (observed if as_printed is None else as_printed))
        self.edits.append(Edit(target.path, target.label, excerpt(old), excerpt(new), where, target.span, note, keys))


def _without_words(target: EditTarget, one: Observed) -> str | None:
    """The figure at the beginning of an edited value, without the words behind it; None if there is none."""
    start = next((at for at, char in enumerate(one.edited) if char.isdecimal()), len(one.edited))
    for end in range(len(one.edited) - 1, start, -1):
        if one.edited[end].isdecimal():
            break
        with contextlib.suppress(NotReadable):
            retyped(target, one.printed, one.edited[start:end], one.key[2])
            return one.edited[start:end]
    return None
