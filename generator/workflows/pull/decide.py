"""From edited values to what the input is to say: which can be written, and why the others cannot."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import groupby, pairwise

from msgspec import Struct, field

from generator.base.diagnostics import Code, Finding, Span
from generator.submission.kinds import read_kind
from generator.workflows import codes
from generator.workflows.pull.align import NUMBERING, Key, Paragraph
from generator.workflows.pull.observe import Added, Comparison, Observed, Wording
from generator.workflows.pull.targets import TAG, Cut, NotReadable, Target, Targets, is_same, locate, retyped
from generator.yamlfile.edit import NewItems, NewValue, NoItem

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


_MOST_NAMED = 4
# More entries are not taken out of the input because they are missing from a document.
_FEW = 5
_AROUND_STRUCTURE = 12


class Structure:
    """What came, went or was worded otherwise, apart from the values themselves.

    Args:
        comparison: The document beside the report as printed.
        keys: The values that were printed.
        targets: The input's facts.
        document: What findings call the document.
        layout: What they call the layout.
    """

    def __init__(
        self, comparison: Comparison, keys: Collection[Key], targets: Targets, document: str, layout: str
    ) -> None:
        self._comparison = comparison
        self._targets = targets
        self._document, self._layout = Span(document), layout
        self._seen = {seen.key for seen in comparison.seen}
        self._rows: dict[str, set[Key]] = {}
        for key in keys:
            row = targets.row_of(key[0])
            if row is not None:
                self._rows.setdefault(row[0], set()).add(key)
        self._printed_rows = Counter(one.row for one in comparison.printed if one.row)
        self._printed_tables = Counter(one.table for one in comparison.printed if one.table)

    def decide(self, decisions: Decisions) -> Iterator[Finding]:
        """Takes to the decisions what can be written; findings for all else."""
        yield from self._removed(decisions)
        for added in self._comparison.added:
            yield from self._come(added, decisions)
        yield from (self._worded(wording) for wording in self._comparison.wording if not _is_numbering(wording))
        for unclear in self._comparison.unclear:
            old, new = _around_change(unclear.old, unclear.new)
            words = {"old": old, "new": new, "why": "；".join(unclear.why), "facts": self._named(unclear.paths)}
            yield codes.UNCLEAR.at(self._document, unclear.place, **words)

    def _removed(self, decisions: Decisions) -> Iterator[Finding]:
        """What is gone: single items are taken out of the input, a missing part never is."""
        small: list[Paragraph] = []
        for run in self._comparison.removed:
            if self._is_part(run):
                yield self._part_removed(run, f"「{excerpt(run[0].text)}」起的 {len(run)} 段")
            else:
                small += run
        items = {
            item: one
            for one in small
            if (item := self._item(one)) is not None and not any(key[0] == item for key in self._seen)
        }
        lists = {found[0] for item in items if (found := self._targets.items_of(item)) is not None}
        emptied = {name for name in lists if len(items) > 1 and self._targets.items_left(name, items) < 1}
        if len(items) > _FEW or emptied:
            lost = [one for item, one in items.items() if len(items) > _FEW or item.rpartition("[")[0] in emptied]
            yield self._part_removed(lost, f"「{excerpt(lost[0].text)}」等 {len(lost)} 段分段填报的内容")
            small = [one for one in small if one not in lost]
        yield from self._small_removed(small, items, decisions)

    def _is_part(self, run: Sequence[Paragraph]) -> bool:
        """Whether a table, or more than a few paragraphs and rows on end, are gone."""
        tables = Counter(one.table for one in run if one.table)
        whole = any(count == self._printed_tables[table] for table, count in tables.items())
        return whole or len({(one.row, one.row or number) for number, one in enumerate(run)}) > _FEW

    def _part_removed(self, lost: Sequence[Paragraph], what: str) -> Finding:
        paths = dict.fromkeys(part.key[0] for one in lost for part in one.parts if part.key and not part.key[1])
        tables = list(dict.fromkeys(one.table for one in lost if one.table))
        named = f"，包括{'、'.join(tables[:_MOST_NAMED])}{'等' if len(tables) > _MOST_NAMED else ''}" if tables else ""
        facts = f"（里面有 {len(paths)} 个填报值{named}）" if paths else f"（{named[1:]}）" if named else ""
        return codes.PART_REMOVED.at(self._document, f"原{lost[0].place}", what=what, facts=facts)

    def _small_removed(
        self, removed: Sequence[Paragraph], items: Mapping[str, Paragraph], decisions: Decisions
    ) -> Iterator[Finding]:
        told: set[str] = set()
        rows = Counter(one.row for one in removed)
        for row, group in groupby(removed, key=lambda one: one.row):
            is_row = bool(row) and rows[row] == self._printed_rows[row]
            for ones in [list(group)] if is_row else [[one] for one in group]:
                fact = next((found for one in ones if (found := self._row_gone(one))), "")
                item = self._item(ones[0]) or ""
                if fact or item in told:
                    if fact and fact not in told:
                        yield self._row_finding(fact)
                    told.add(fact)
                elif not is_row and item in items and decisions.remove_item(item, (f"原{ones[0].place}",)):
                    told.add(item)
                else:
                    yield self._text_removed(ones)

    def _row_gone(self, paragraph: Paragraph) -> str:
        """The row of a table of which nothing is printed any more, with which the paragraph went."""
        for part in paragraph.parts:
            row = self._targets.row_of(part.key[0]) if part.key is not None else None
            if row is not None and not self._rows[row[0]] & self._seen:
                return row[0]
        return ""

    def _row_finding(self, path: str) -> Finding:
        found = self._targets.row_of(path)
        assert found is not None  # noqa: S101 - it was found by its path
        span = found[1].span
        texts = [fact.text for fact in found[1].members.values() if hasattr(fact, "text") and fact.text]
        return codes.ROW_REMOVED.at(span, path, name=path, what=excerpt("，".join(texts[:_MOST_NAMED])), line=span.line)

    def _item(self, paragraph: Paragraph) -> str | None:
        """The path of the list's text that a paragraph consists of; its references may belong to others."""
        if any(
            part.key is None and part.text.strip() and not NUMBERING.fullmatch(part.text) for part in paragraph.parts
        ):
            return None
        paths = dict.fromkeys(part.key[0] for part in paragraph.parts if part.key is not None)
        items = [path for path in paths if self._targets.items_of(path) is not None]
        return items[0] if len(items) == 1 else None

    def _text_removed(self, paragraphs: Sequence[Paragraph]) -> Finding:
        keys = (part.key for one in paragraphs for part in one.parts if part.key is not None)
        paths = tuple(dict.fromkeys(key[0] for key in keys if not key[1]))
        facts = f"（里面有填报值 {self._named(paths)}）" if paths else ""
        mend = (
            "不要这一段的，在填报文件里处理这些值。" if paths else f"请转告模板维护人修改版式或模板（{self._layout}）。"
        )
        words = {"what": excerpt("，".join(one.text for one in paragraphs)), "facts": facts, "mend": mend}
        words["unit"] = "行" if paragraphs[0].row else "段"
        return codes.TEXT_REMOVED.at(self._document, f"原{paragraphs[0].place}", **words)

    def _come(self, added: Added, decisions: Decisions) -> Iterator[Finding]:
        for row, group in groupby(added.paragraphs, key=lambda one: one.row):
            paragraphs = list(group)
            if row:
                yield self._row_added(paragraphs, added)
            elif not self._joined(paragraphs, added, decisions):
                yield from (
                    codes.TEXT_ADDED.at(self._document, one.place, what=excerpt(one.text), layout=self._layout)
                    for one in paragraphs
                )

    def _joined(self, paragraphs: Sequence[Paragraph], added: Added, decisions: Decisions) -> bool:
        """Adds paragraphs to the list whose texts they stand among, in the same style."""
        style = paragraphs[0].style
        places = tuple(one.place for one in paragraphs)
        for around, before in ((added.before, False), (added.behind, True)):
            if around is None or around[1].style != style or around[1].row:
                continue
            item = self._item(around[0])
            if item is not None:
                texts = tuple(self._bare(one.text, around[0]) for one in paragraphs)
                return decisions.add_items(item, texts, places, before=before)
        return False

    def _bare(self, text: str, beside: Paragraph) -> str:
        """A text without the number that the template puts before each."""
        first = beside.parts[0]
        number = NUMBERING.match(text) if first.key is None and NUMBERING.fullmatch(first.text) else None
        return text[number.end() if number is not None else 0 :].strip()

    def _row_added(self, paragraphs: Sequence[Paragraph], added: Added) -> Finding:
        around = (pair[0] for pair in (added.before, added.behind) if pair is not None)
        keys = (part.key for paragraph in around for part in paragraph.parts)
        row = next((row for key in keys if key is not None and (row := self._targets.row_of(key[0]))), None)
        mend = "在填报文件里相应的表格加一行。"
        if row is not None:
            table = row[0].rpartition("[")[0]
            mend = f"在填报文件的「{table}」里加一项，写法照第 {row[1].span.line} 行起的那一项。"
        what = excerpt("，".join(one.text for one in paragraphs))
        return codes.ROW_ADDED.at(self._document, paragraphs[0].place, what=what, mend=mend)

    def _worded(self, wording: Wording) -> Finding:
        words = {"old": excerpt(wording.old), "new": excerpt(wording.new), "layout": self._layout}
        return codes.WORDING.at(self._document, wording.place, **words)

    def _named(self, paths: Sequence[str]) -> str:
        """Facts with their lines."""
        targets = [target for path in paths[:_MOST_NAMED] if (target := self._targets.get(path)) is not None]
        more = " 等" if len(paths) > _MOST_NAMED else ""
        return "、".join(f"{target.path}（{target.span}）" for target in targets) + more if targets else "计算的值"


def _is_numbering(wording: Wording) -> bool:
    return bool(NUMBERING.fullmatch(wording.old)) and bool(NUMBERING.fullmatch(wording.new))


def _around_change(old: str, new: str) -> tuple[str, str]:
    """The stretch of two texts in which they differ, with some words before."""
    same = next((at for at, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), 0)
    start = max(0, same - _AROUND_STRUCTURE)
    dots = "…" if start else ""
    return dots + excerpt(old[start:]), dots + excerpt(new[start:])
