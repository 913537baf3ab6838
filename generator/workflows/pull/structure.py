"""Items, rows and paragraphs that came or went in an edited document, and changed wording."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import groupby
from typing import Any

from generator.base.diagnostics import Code, Finding, Span
from generator.base.textdiff import same_start
from generator.submission.model import Fact, Record
from generator.workflows import codes
from generator.workflows.pull.align import NUMBERED, NUMBERING, Key, Paragraph, blocks_of, names_of
from generator.workflows.pull.decide import Decisions, excerpt
from generator.workflows.pull.edit_targets import EditTarget, EditTargets
from generator.workflows.pull.observe import Added, Comparison, Wording

_MOST_NAMED = 4
# If more entries than these are missing from a document, none is removed from the input.
_FEW = 5
_AROUND = 12
_MIN_MOVED = 6
_BLANK = re.compile(r"[\s\u3000—－\-/_＿年月日]+")
_NUMBER = re.compile(r"[\d一二三四五六七八九十①-⑳㉑-㊿]+")
_CLOSING = re.compile(r"[。；;，,、.．]+")


def item_of(paragraph: Paragraph, targets: EditTargets) -> str | None:
    """The path of the item of a list that a paragraph prints, except for a number before it and a sign behind it.

    References in the item are other values.
    """
    words = [part for part in paragraph.parts if part.key is None and part.text.strip()]
    if words and words[-1] is paragraph.parts[-1] and _CLOSING.fullmatch(words[-1].text.strip()):
        words.pop()
    if not all(NUMBERING.fullmatch(part.text) for part in words):
        return None
    paths = dict.fromkeys(part.key[0] for part in paragraph.parts if part.key is not None)
    items = [path for path in paths if targets.list_of(path) is not None]
    return items[0] if len(items) == 1 else None


def sign_of(paragraph: Paragraph, targets: EditTargets) -> str:
    """What joins the pieces of a paragraph: items of lists are cut into lines."""
    return "" if item_of(paragraph, targets) is None else "\n"


class Structure:
    """What came, went or was reworded, apart from the values themselves.

    ``document`` and ``layout`` are the names for findings; ``older``: the template was changed since the printing.
    """

    def __init__(
        self, comparison: Comparison, targets: EditTargets, document: str, layout: str, *, older: bool
    ) -> None:
        self._comparison = comparison
        self._targets = targets
        self._document, self._layout, self._older = Span(document), layout, older
        self._seen = {seen.key for seen in comparison.seen}
        self._rows: dict[str, set[Key]] = {}
        for key in comparison.texts:
            for name, _ in targets.rows_of(key[0]):
                self._rows.setdefault(name, set()).add(key)
        self._printed_rows = Counter(one.row for one in comparison.printed if one.row)
        self._printed_tables = Counter(one.table for one in comparison.printed if one.table)
        seen_paths = {key[0] for key in self._seen}
        self._gone = {
            item: one
            for run in comparison.removed
            for one in run
            if (item := item_of(one, targets)) is not None and item not in seen_paths
        }
        came = [one.text for added in comparison.added for one in added.paragraphs]
        self._moved = {item for item, one in self._gone.items() if any(_item_text(one) in text for text in came)}
        # Rows and paragraphs that are gone, by their texts; those that were found elsewhere.
        self._lost = {
            _said(ones, is_numbered=ones[0].parts[0].key is None): ones
            for run in comparison.removed
            for ones in blocks_of(run)
        }
        self._found: set[int] = set()

    def movable(self) -> dict[str, EditTarget | None]:
        """What may be found elsewhere, by its printed text: items that are gone or uncertain; None for other texts.

        Items that are printed exactly as typed are left out.
        """
        printed = {item: _item_text(one) for item, one in self._gone.items()}
        for unclear in self._comparison.unclear:
            printed |= {path: unclear.old for path in unclear.paths if self._targets.list_of(path) is not None}
        found = {text: self._targets.get(path) for path, text in printed.items()}
        items = {text: target for text, target in found.items() if target is not None and target.text != text}
        others: dict[str, EditTarget | None] = {}
        for one in (one for run in self._comparison.removed for one in run if len(one.text) >= _MIN_MOVED):
            item = item_of(one, self._targets)
            of_list = self._targets.list_of(item) if item is not None else None
            # An item that can be removed without emptying its list is gone, not moved.
            if of_list is None or self._targets.items_left(of_list.path, self._gone) <= 0:
                others[one.text] = None
        return items | others

    def decide(self, decisions: Decisions) -> Iterator[Finding]:
        """Decides on what can be written; yields findings for everything else."""
        for added in self._comparison.added:
            yield from self._added(added, decisions)
        worded = list(self._worded())
        yield from self._removed(decisions)
        yield from worded
        for one in self._comparison.cut:
            yield self._at(codes.PARAGRAPH_CUT, one.place, what=excerpt(one.text))
        for table, ones in self._comparison.recut.items():
            count, facts = len({one.row for one in ones}), self._named(_paths(ones))
            yield self._at(codes.RECUT, f"原{table}", count=count, what=excerpt(ones[0].text), facts=facts)
        for unclear in self._comparison.unclear:
            # From shortly before the first difference.
            start = max(0, same_start(unclear.old, unclear.new) - _AROUND)
            dots = "…" if start else ""
            old, new = dots + excerpt(unclear.old[start:]), dots + excerpt(unclear.new[start:])
            why, facts = "；".join(unclear.why), self._named(unclear.paths)
            yield self._at(codes.UNCLEAR, unclear.place, old=old, new=new, why=why, facts=facts)

    def _at(self, code: Code, place: str, **words: Any) -> Finding:
        return code.at(self._document, place, layout=self._layout, **words)

    def _worded(self) -> Iterator[Finding]:
        """Findings for changed words of the template; only one if the template itself was changed since."""
        found = [one for one in self._comparison.wording if not self._is_renumbered(one)]
        for one in found[:1] if self._older else found:
            words = {"old": excerpt(one.old), "new": excerpt(one.new)}
            joined = (
                ones
                for said, ones in self._lost.items()
                if len(said) == 1 and len(said[0]) >= _MIN_MOVED and said[0] in one.new and said[0] not in one.old
            )
            # What was typed over a placeholder like 「—」 in a cell belongs into a field.
            is_blank = one.paragraph.row and _BLANK.fullmatch(one.old) and one.old == one.paragraph.text
            mend = self._blank_of(one.paragraph, one.paragraph.column) if is_blank else ""
            if (lost := next(joined, None)) is not None:
                yield self._moved_to(lost, one.place)
            elif mend:
                yield self._at(codes.CELL_ADDED, one.place, what=words["new"], mend=mend)
            elif self._older:
                yield self._at(codes.OLDER_WORDING, one.place, count=len(found), **words)
            elif not one.old.strip():
                yield self._at(codes.TEXT_ADDED, one.place, what=f"文字「{words['new']}」")
            else:
                yield self._at(codes.WORDING, one.place, **words)

    def _is_renumbered(self, one: Wording) -> bool:
        """Whether only the number of an item changed because something came or went, in the same notation."""
        if not self._comparison.is_shifted or _NUMBER.sub("", one.old) != _NUMBER.sub("", one.new):
            return False
        number, cell = NUMBERING, one.paragraph
        if cell.row and not NUMBERED.fullmatch(one.old):
            # A bare number in a table counts only in a first column that numbers the rows.
            first = [one.text.strip() for one in self._comparison.printed if (one.table, one.column) == (cell.table, 1)]
            numbers = [int(text) for text in first if text.isdecimal()]
            is_count = cell.column == 1 and numbers == list(range(1, len(numbers) + 1))
            number = NUMBERING if is_count else NUMBERED
        return number.fullmatch(one.old) is not None and number.fullmatch(one.new) is not None

    def _removed(self, decisions: Decisions) -> Iterator[Finding]:
        """Removes single items that are gone from the input, but never a whole missing part."""
        small: list[Paragraph] = []
        moved = {id(self._gone[item]) for item in self._moved}
        for run in self._comparison.removed:
            lost = [one for one in run if id(one) not in self._found]
            # A whole table, or more than a few paragraphs and rows.
            gone = [one for one in lost if id(one) not in moved]
            tables = Counter(one.table for one in gone if one.table)
            is_whole = any(count == self._printed_tables[table] for table, count in tables.items())
            if is_whole or len({(one.row, one.row or number) for number, one in enumerate(gone)}) > _FEW:
                yield self._part_removed(lost, f"「{excerpt(lost[0].text)}」起的 {len(lost)} 段")
            else:
                small += lost
        items = {item: one for item, one in self._gone.items() if any(one is other for other in small)}
        lost_items = items.keys() - self._moved
        lists = {found.path for item in items if (found := self._targets.list_of(item)) is not None}
        emptied = {name for name in lists if len(items) > 1 and self._targets.items_left(name, items) < 1}
        if len(lost_items) > _FEW or emptied:
            lost = [
                one
                for item, one in items.items()
                if item.rpartition("[")[0] in emptied or (len(lost_items) > _FEW and item in lost_items)
            ]
            yield self._part_removed(lost, f"「{excerpt(lost[0].text)}」等 {len(lost)} 段分段填报的内容")
            small = [one for one in small if one not in lost]
        yield from self._small_removed(small, items, decisions)

    def _part_removed(self, lost: Sequence[Paragraph], what: str) -> Finding:
        paths = _paths(lost)
        tables = list(dict.fromkeys(one.table for one in lost if one.table))
        named = f"，包括{'、'.join(tables[:_MOST_NAMED])}{'等' if len(tables) > _MOST_NAMED else ''}" if tables else ""
        facts = f"（里面有 {len(paths)} 个填报值{named}）" if paths else f"（{named[1:]}）" if named else ""
        return self._at(codes.PART_REMOVED, f"原{lost[0].place}", what=what, facts=facts)

    def _small_removed(
        self, removed: Sequence[Paragraph], items: Mapping[str, Paragraph], decisions: Decisions
    ) -> Iterator[Finding]:
        handled: set[str] = set()
        rows = Counter(one.row for one in removed)
        for row, group in groupby(removed, key=lambda one: one.row):
            is_row = bool(row) and rows[row] == self._printed_rows[row]
            for ones in [list(group)] if is_row else [[one] for one in group]:
                # The row of the input that they printed, if nothing of it is printed now.
                keys = (part.key for one in ones for part in one.parts if part.key is not None)
                names = (name for key in keys for name, _ in self._targets.rows_of(key[0]))
                fact = next((name for name in names if not self._rows[name] & self._seen), "")
                item = item_of(ones[0], self._targets) or ""
                if fact or item in handled:
                    if fact and fact not in handled:
                        row_gone = self._targets.rows_of(fact)[-1][1]
                        texts = [one.text for one in row_gone.members.values() if isinstance(one, Fact) and one.text]
                        what, line = excerpt("，".join(texts[:_MOST_NAMED])), row_gone.span.line
                        yield codes.ROW_REMOVED.at(row_gone.span, fact, name=fact, what=what, line=line)
                    handled.add(fact)
                elif item in decisions.kept or (
                    not is_row and item in items and decisions.remove_item(item, (f"原{ones[0].place}",))
                ):
                    handled.add(item)
                else:
                    facts, mend = "", f"请转告模板维护人修改版式或模板（{self._layout}）。"
                    if paths := _paths(ones):
                        facts, mend = (
                            f"（里面有填报值 {self._named(paths)}）",
                            "不要这些文字的，在填报文件里处理这些值。",
                        )
                    unit = "行" if is_row else "格里的文字" if row else "段"
                    words = {"what": _listed(ones), "facts": facts, "mend": mend, "unit": unit}
                    yield self._at(codes.TEXT_REMOVED, f"原{ones[0].place}", **words)

    def _added(self, added: Added, decisions: Decisions) -> Iterator[Finding]:
        known = {pair[1].table for pair in (added.before, added.behind) if pair is not None}
        for table, group in groupby(added.paragraphs, key=lambda one: one.table):
            paragraphs = list(group)
            rows = [list(row) for _, row in groupby(paragraphs, key=lambda one: one.row)]
            if table and table not in known:
                yield self._text_added(paragraphs, f"一个表（{len(rows)} 行），以", "起")
            elif table:
                yield from (self._moved_here(row) or self._row_added(row, added) for row in rows)
            elif not self._joined(paragraphs, added, decisions):
                texts = "\n".join(one.text for one in paragraphs)
                decisions.kept |= {item for item in self._moved if _item_text(self._gone[item]) in texts}
                if len(paragraphs) > _FEW:
                    yield self._text_added(paragraphs, "", f"起的 {len(paragraphs)} 段")
                else:
                    yield from (self._moved_here([one]) or self._paragraph_added(one, added) for one in paragraphs)

    def _text_added(self, paragraphs: Sequence[Paragraph], before: str, behind: str = "") -> Finding:
        what = f"{before}「{excerpt(paragraphs[0].text)}」{behind}"
        return self._at(codes.TEXT_ADDED, paragraphs[0].place, what=what)

    def _paragraph_added(self, one: Paragraph, added: Added) -> Finding:
        """A finding for a new paragraph; behind one that prints a single row, it is probably meant as another row."""
        pairs = [pair[0] for pair in (added.before, added.behind) if pair is not None]
        before = pairs[0] if added.before is not None and not pairs[0].row else None
        is_like = before is not None and (NUMBERED.match(one.text) or before.style == one.style)
        around = [self._targets.rows_of(path)[-1:] for path in _paths([before] if before is not None else [])]
        if not is_like or len({row[0][0] for row in around if row}) != 1 or any(one.text in old.text for old in pairs):
            return self._text_added([one], "一段")
        return self._row_added([one], added)

    def _joined(self, paragraphs: Sequence[Paragraph], added: Added, decisions: Decisions) -> bool:
        """Adds paragraphs to the list whose items, in the same style, are around them; false if there is none."""
        places = tuple(one.place for one in paragraphs)
        for around, before in ((added.before, False), (added.behind, True)):
            if around is None or around[1].style != paragraphs[0].style or around[1].row:
                continue
            item = item_of(around[0], self._targets)
            if item is not None:
                first = around[0].parts[0]
                is_numbered = first.key is None and NUMBERING.fullmatch(first.text) is not None
                if NUMBERED.match(paragraphs[0].text) and not NUMBERED.match(around[0].text):
                    return False  # a heading of the template's kind
                end = around[0].parts[-1].text.strip() if around[0].parts[-1].key is None else ""
                texts = [NUMBERED.sub("", one.text, 1) if is_numbered else one.text for one in paragraphs]
                return decisions.add_items(
                    item, [text.strip().removesuffix(end) for text in texts], places, before=before
                )
        return False

    def _moved_here(self, paragraphs: Sequence[Paragraph]) -> Finding | None:
        """A finding for a row or paragraph that was moved here from a place where no value was taken from."""
        same = self._lost.get(_said(paragraphs, is_numbered=False)) or self._lost.get(_said(paragraphs))
        # Else the removed row with the same names, whose figures were edited.
        first, names = paragraphs[0], names_of(paragraphs)
        called_so = [
            ones
            for ones in (() if same else self._lost.values())
            if names_of(ones) == names != [] and (ones[0].parts[0].key is None or ones[0].text == first.text)
        ]
        is_one = len(called_so) == 1 and bool(first.row) and bool(called_so[0][0].row)
        lost = same or (called_so[0] if is_one else None)
        if not lost or id(lost[0]) in self._found:
            return None
        return self._moved_to(lost, paragraphs[0].place, "" if same else _listed(paragraphs))

    def _moved_to(self, lost: Sequence[Paragraph], place: str, now: str = "") -> Finding:
        self._found |= {id(one) for one in lost}
        mend, row = "次序由版式和模板决定，重新生成时会恢复。", self._whole_row_in(lost)
        paths = _paths(lost)
        if row is not None:
            mend = f"在填报文件里把第 {row[1].span.line} 行起的「{row[0]}」挪到相应的位置。"
        elif paths:
            mend = f"在填报文件里改：{self._named(paths)}。"
        if now:
            mend += f"它原为「{_listed(lost)}」，改了的也在那里改。"
        words = {
            "unit": "行" if lost[0].row else "段",
            "what": now or _listed(lost),
            "was": f"原{lost[0].place.partition('「')[0]}",
        }
        return self._at(codes.ROW_MOVED, place, mend=mend, **words)

    def _row_in(self, paragraphs: Iterable[Paragraph]) -> tuple[str, Record] | None:
        """The innermost row of the input that the paragraphs print."""
        keys = (part.key for one in paragraphs for part in one.parts if part.key is not None)
        return next((rows[-1] for key in keys if (rows := self._targets.rows_of(key[0]))), None)

    def _whole_row_in(self, paragraphs: Sequence[Paragraph]) -> tuple[str, Record] | None:
        """The row of the input that a row of a table prints, unless other rows of the table print more of it."""
        found = self._row_in(paragraphs)
        return None if found is not None and (paragraphs[0].table, found[0]) in self._shared else found

    @cached_property
    def _shared(self) -> set[tuple[str, str]]:
        """The rows of the input that several rows of a table print, with these tables."""
        printed: dict[tuple[str, str], set[int]] = {}
        for one in self._comparison.printed:
            if one.row and (found := self._row_in([one])) is not None:
                printed.setdefault((one.table, found[0]), set()).add(one.row)
        return {key for key, rows in printed.items() if len(rows) > 1}

    def _row_added(self, paragraphs: Sequence[Paragraph], added: Added) -> Finding:
        pairs = [pair for pair in (added.before, added.behind) if pair is not None]
        same = next((old for old, new in pairs if new.row == paragraphs[0].row != 0), None)
        if same is not None:  # typed into an empty cell of a printed row
            mend = self._blank_of(same, paragraphs[0].column) or "里填写相应的一项"
            return self._at(codes.CELL_ADDED, paragraphs[0].place, what=_listed(paragraphs), mend=mend)
        printed = ([one for one in self._comparison.printed if one.row == old.row != 0] or [old] for old, _ in pairs)
        row = next((found for ones in printed if (found := self._whole_row_in(ones)) is not None), None)
        texts = [one.text for one in paragraphs]
        blocks = blocks_of(self._comparison.printed)
        # The head of a table is repeated where it was cut in two.
        if row is None or any(texts == [one.text for one in ones] and not _paths(ones) for ones in blocks):
            return self._at(codes.TEXT_ADDED, paragraphs[0].place, what=f"一行「{_listed(paragraphs)}」")
        table = row[0].rpartition("[")[0]
        mend = f"在填报文件的「{table}」里加一项，写法照第 {row[1].span.line} 行起的那一项。"
        words = {"unit": "行" if paragraphs[0].row else "段", "what": _listed(paragraphs), "mend": mend}
        return self._at(codes.ROW_ADDED, paragraphs[0].place, **words)

    def _blank_of(self, beside: Paragraph, column: int) -> str:
        """The field of an empty cell in this row: that of the column, or that named by the label before it."""
        cells = [one for one in self._comparison.printed if one.row == beside.row]
        row = self._row_in(cells)
        if row is None:
            label = next((one.text.strip() for one in reversed(cells) if one.column < column), "")
            return f"里填写「{label[:-1]}」" if label.endswith(("：", ":")) else ""
        table = row[0].rpartition("[")[0]
        printed = (one for one in self._comparison.printed if (one.table, one.column) == (beside.table, column))
        for path in (part.key[0] for one in printed for part in one.parts if part.key is not None):
            name, _, field = path.removeprefix(table).partition("].")
            target = self._targets.get(f"{row[0]}.{field}")
            if path.startswith(f"{table}[") and name and (target is None or not target.fact.text.strip()):
                return f"第 {row[1].span.line} 行起的「{row[0]}」里填写「{field}」"
        return ""

    def _named(self, paths: Sequence[str]) -> str:
        targets = [target for path in paths[:_MOST_NAMED] if (target := self._targets.get(path)) is not None]
        more = " 等" if len(paths) > _MOST_NAMED else ""
        return "、".join(f"{target.path}（{target.span}）" for target in targets) + more if targets else "计算的值"


def _listed(paragraphs: Iterable[Paragraph]) -> str:
    return excerpt("，".join(one.text for one in paragraphs))


def _paths(paragraphs: Iterable[Paragraph]) -> tuple[str, ...]:
    """The paths of the facts that the paragraphs print."""
    keys = (part.key for one in paragraphs for part in one.parts if part.key is not None)
    return tuple(dict.fromkeys(key[0] for key in keys if not key[1]))


def _said(paragraphs: Sequence[Paragraph], *, is_numbered: bool = True) -> tuple[str, ...]:
    """The texts of a row or paragraph without its number; with it if that is a fact, such as a year or a code."""
    texts = [one.text for one in paragraphs]
    if not is_numbered:
        return tuple(texts)
    if len(texts) > 1 and NUMBERING.fullmatch(texts[0]):
        return tuple(texts[1:])
    return (NUMBERED.sub("", texts[0], 1), *texts[1:])


def _item_text(paragraph: Paragraph) -> str:
    """The printed text of an item, without the template's number."""
    return "".join(part.text for part in paragraph.parts if part.key is not None)
