"""From edited values to what the input is to say: which can be written, and why the others cannot."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from msgspec import Struct, field

from generator.pulling import codes
from generator.pulling.retype import TAG, Cut, NotReadable, is_same, locate, retyped
from generator.submission.kinds import read_kind
from generator.yamlfile.edit import NewItems, NewValue, NoItem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from generator.base.diagnostics import Code, Finding, Span
    from generator.pulling.align import Key
    from generator.pulling.observe import Observed
    from generator.pulling.targets import Target, Targets

__all__ = ["Decisions", "Edit", "excerpt"]

_LONGEST = 60
_AROUND = 12


class Edit(Struct, frozen=True):
    """One fact that is to change.

    Attributes:
        path: Its path.
        label: What people call it.
        old: What it says, of a long text the part around the change.
        new: What it is to say, likewise.
        places: Where in the document it was edited.
        span: Where in the input it stands.
        note: What else to know, in Chinese.
        keys: The printed values whose edits it takes up, with what they read.
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
    flat = text.replace("\n", "⏎")
    return flat if len(flat) <= _LONGEST else f"{flat[:_LONGEST]}…"


def _around(raw: str, cuts: Sequence[Cut]) -> tuple[str, str]:
    """What stands around the changes of a text, before and after."""
    start, end = min(cut.start for cut in cuts), max(cut.end for cut in cuts)
    first, last = max(0, start - _AROUND), min(len(raw), end + _AROUND)
    for tag in TAG.finditer(raw):
        # A reference is shown whole.
        first = tag.start() if tag.start() < first < tag.end() else first
        last = tag.end() if tag.start() < last < tag.end() else last
    after = raw
    for cut in sorted(set(cuts), reverse=True):
        after = after[: cut.start] + cut.new + after[cut.end :]
    head, tail = "…" if first else "", "…" if last < len(raw) else ""
    return f"{head}{raw[first:last]}{tail}", f"{head}{after[first : len(after) - (len(raw) - last)]}{tail}"


class _Rewriting(Struct):
    """One value of the file while it is rewritten: the cuts in its text, and items that come behind it."""

    target: Target
    cuts: list[Cut] = field(default_factory=list)
    whole: str | None = None

    @property
    def text(self) -> str:
        """What the value is to say."""
        if self.whole is not None:
            return self.whole
        text = self.target.raw or ""
        for cut in sorted(set(self.cuts), reverse=True):
            text = text[: cut.start] + cut.new + text[cut.end :]
        return text


class Decisions:
    """What is decided so far: the edits, what is wrong, and how the values of the file change."""

    def __init__(self, targets: Targets, now: Mapping[Key, str], document: Span) -> None:
        self._document = document
        self.edits: list[Edit] = []
        self.findings: list[Finding] = []
        self._targets = targets
        self._now = now
        self._rewritten: dict[Span, _Rewriting] = {}
        self._removed: list[Target] = []
        self._new_items: list[tuple[Target, tuple[str, ...], bool]] = []

    def take(self, path: str, observed: Sequence[Observed]) -> None:
        """Decides on the edits of one fact, which may have been printed in several ways."""
        target = self._targets.get(path)
        if target is None:
            words = {"name": path, "label": self._targets.label(path), "new": excerpt(observed[0].edited)}
            finding = codes.CHANGED_ON_BOTH_SIDES.at(self._document, observed[0].places[0], now="（已删去）", **words)
            self.findings.append(finding)
        elif self._is_refused(target, observed):
            return
        elif target.is_text:
            self._take_text(target, observed)
        else:
            self._take_whole(target, observed)

    def _is_refused(self, target: Target, observed: Sequence[Observed]) -> bool:
        """Whether the edits are in conflict, or stand where nothing can be written."""
        words = {"name": target.path, "label": target.label}
        first = observed[0]
        if any(len(one.ways) > 1 for one in observed):
            ways = "；".join(
                f"「{excerpt(text)}」（{'、'.join(places)}）" for one in observed for text, places in one.ways.items()
            )
            self.findings.append(codes.CONFLICT.at(target.span, target.path, ways=ways, **words))
        elif (both := self._changed_since(observed)) is not None:
            if both[0] != both[1]:
                new, now = excerpt(both[0]), excerpt(both[1])
                self.findings.append(
                    codes.CHANGED_ON_BOTH_SIDES.at(target.span, target.path, new=new, now=now, **words)
                )
        elif target.raw is None:
            old, new = excerpt(first.printed), excerpt(first.edited)
            self.findings.append(
                codes.IN_A_TABLE.at(target.span, target.path, old=old, new=new, where=target.span, **words)
            )
        else:
            return False
        return True

    def _changed_since(self, observed: Sequence[Observed]) -> tuple[str, str] | None:
        """The edit and what the input prints now, where the input was changed as well since the printing."""
        for one in observed:
            now = self._now.get(one.key)
            if now is None or now != one.printed:
                return one.edited, now if now is not None else "（已删去）"
        return None

    def _take_whole(self, target: Target, observed: Sequence[Observed]) -> None:
        typed: dict[str, Observed] = {}
        for one in observed:
            try:
                text = retyped(target, one.printed, one.edited, one.key[2])
            except NotReadable as fault:
                self._refuse(codes.NOT_READABLE, target, one, why=fault.why, mend=fault.mend)
                return
            if text and is_same(target, text):
                words = {"name": target.path, "now": one.printed, "new": one.edited, "place": _listed(one.places)}
                self.findings.append(codes.PRINTED_OTHERWISE.at(target.span, target.path, **words))
            else:
                typed[text] = one
        if len(typed) > 1 and not _all_the_same(target, list(typed)):
            ways = "；".join(f"「{one.edited}」（{_listed(one.places)}）" for one in typed.values())
            words = {"name": target.path, "label": target.label, "ways": ways}
            self.findings.append(codes.CONFLICT.at(target.span, target.path, **words))
        elif typed:
            text = next(iter(typed))
            self._rewriting(target).whole = text
            note = self._inside(target, observed)
            self._edit(target, list(typed.values()), target.fact.text.strip(), text or "（空）", note)

    def _take_text(self, target: Target, observed: Sequence[Observed]) -> None:
        raw = target.raw or ""
        within = _line(raw, target.line) if target.line else None
        cuts = []
        for one in observed:
            cut = locate(raw, one.printed, one.edited, one.key[3], within)
            if cut is None:
                count = raw.count(one.printed)
                why = "原文在其中不止一处" if count > 1 else "在填报文件里找不到原来的文字"
                self._refuse(codes.CANNOT_PLACE, target, one, why=why)
                return
            cuts.append(cut)
        rewriting = self._rewriting(target)
        if _clash([*rewriting.cuts, *cuts]):
            ways = "；".join(f"「{excerpt(one.edited)}」（{_listed(one.places)}）" for one in observed)
            words = {"name": target.path, "label": target.label, "ways": ways}
            self.findings.append(codes.CONFLICT.at(target.span, target.path, **words))
            return
        rewriting.cuts += cuts
        note = self._inside(target, observed)
        self._edit(target, observed, *_around(raw, cuts), note)

    def _inside(self, target: Target, observed: Sequence[Observed]) -> str:
        """Whether the fact was edited where the text of another one refers to it."""
        paths = dict.fromkeys(path for one in observed for path in one.beside if path != target.path)
        around = [path for path in paths if "{{" in ((self._targets.get(path) or target).raw or "")]
        return f"改在「{around[0]}」对它的引用里" if around and "{{" not in (target.raw or "") else ""

    def remove_item(self, path: str, places: tuple[str, ...]) -> bool:
        """Has one text of a list taken out; false where that cannot be."""
        target, whole = self._targets.get(path), self._targets.list_of(path)
        if target is None or whole is None or target.raw is None or len(whole.spans) < 2:
            return False
        if target.line:
            start, end = _line(target.raw, target.line)
            self._rewriting(target).cuts.append(Cut(start, min(len(target.raw), end + 1), ""))
        else:
            self._removed.append(target)
        self._edit(target, (), target.fact.text, "（删去这一段）", places=places)
        return True

    def add_items(self, path: str, texts: tuple[str, ...], places: tuple[str, ...], *, before: bool = False) -> bool:
        """Has texts added to a list behind one of its texts, or before it; false where that cannot be."""
        target = self._targets.get(path)
        if target is None or target.raw is None or not target.item:
            return False
        if target.line:
            start, end = _line(target.raw, target.line)
            at, lines = (start, "".join(f"{text}\n" for text in texts)) if before else (end, "\n" + "\n".join(texts))
            self._rewriting(target).cuts.append(Cut(at, at, lines))
        else:
            self._new_items.append((target, texts, before))
        old = f"（在它{'前' if before else '后'}面增加）"
        self._edit(target, (), old, excerpt("\n".join(texts)), places=places)
        return True

    def changes(self) -> list[NewValue | NewItems | NoItem]:
        """How the values of the file change."""
        made: list[NewValue | NewItems | NoItem] = []
        for span, rewriting in self._rewritten.items():
            text = rewriting.text
            if rewriting.target.item and not rewriting.target.line and not text.strip():
                made.append(NoItem(span.line, span.column))
                continue
            if rewriting.target.item and not rewriting.target.line and "\n" in text:
                # In a list, a new line is a new text.
                text, *more = [line for line in text.split("\n") if line.strip()] or [""]
                made.append(NewItems(span.line, span.column, tuple(more))) if more else None
            made.append(NewValue(span.line, span.column, text))
        made += (NoItem(target.span.line, target.span.column) for target in self._removed)
        made += (
            NewItems(target.span.line, target.span.column, texts, before) for target, texts, before in self._new_items
        )
        return made

    def drop(self, span: Span) -> None:
        """Takes back what was decided on the value that begins there."""
        self._rewritten.pop(span, None)
        self._removed = [target for target in self._removed if target.span != span]
        self._new_items = [one for one in self._new_items if one[0].span != span]
        self.edits = [edit for edit in self.edits if edit.span != span]

    def _rewriting(self, target: Target) -> _Rewriting:
        return self._rewritten.setdefault(target.span, _Rewriting(target))

    def _refuse(self, code: Code, target: Target, one: Observed, **words: str) -> None:
        told = {
            "name": target.path,
            "label": target.label,
            "old": excerpt(one.printed),
            "new": excerpt(one.edited),
            "place": _listed(one.places),
        }
        self.findings.append(code.at(target.span, target.path, **told, **words))

    def _edit(  # noqa: PLR0913, PLR0917 - what there is to say of an edit
        self,
        target: Target,
        observed: Sequence[Observed],
        old: str,
        new: str,
        note: str = "",
        places: tuple[str, ...] = (),
    ) -> None:
        where = tuple(dict.fromkeys(place for one in observed for place in one.places)) or places
        keys = tuple((one.key, one.edited) for one in observed)
        self.edits.append(Edit(target.path, target.label, excerpt(old), excerpt(new), where, target.span, note, keys))


def _listed(places: Sequence[str]) -> str:
    return "、".join(places)


def _all_the_same(target: Target, texts: Sequence[str]) -> bool:
    """Whether figures in different writing say the same."""
    if target.field is None or not all(texts):
        return False
    return len({read_kind(target.field, text) for text in texts}) == 1


def _clash(cuts: Sequence[Cut]) -> bool:
    """Whether two different cuts touch the same characters."""
    ordered = sorted(set(cuts))
    return any(after.start < before.end or after.start == before.start for before, after in pairwise(ordered))


def _line(raw: str, number: int) -> tuple[int, int]:
    """From where to where the line of that number goes; blank lines do not count."""
    at = count = 0
    for line in raw.split("\n"):
        count += bool(line.strip())
        if count == number and line.strip():
            return at, at + len(line)
        at += len(line) + 1
    return 0, len(raw)
