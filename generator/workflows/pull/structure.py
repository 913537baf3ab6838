"""Items, rows and paragraphs that came or went in an edited document, and wording that was changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import groupby

from generator.base.diagnostics import Finding, Span
from generator.workflows import codes
from generator.workflows.pull.align import NUMBERING, Key, Paragraph
from generator.workflows.pull.decide import Decisions, excerpt
from generator.workflows.pull.observe import Added, Comparison
from generator.workflows.pull.targets import Target, Targets

_MOST_NAMED = 4
# More entries are not taken out of the input because they are missing from a document.
_FEW = 5
_AROUND = 12
_MIN_MOVED = 8


def item_of(paragraph: Paragraph, targets: Targets) -> str | None:
    """The path of the list's text that a paragraph consists of; its references may belong to others."""
    if any(part.key is None and part.text.strip() and not NUMBERING.fullmatch(part.text) for part in paragraph.parts):
        return None
    paths = dict.fromkeys(part.key[0] for part in paragraph.parts if part.key is not None)
    items = [path for path in paths if targets.items_of(path) is not None]
    return items[0] if len(items) == 1 else None


class Structure:
    """What came, went or was worded otherwise, apart from the values themselves.

    Args:
        comparison: The document beside the report as printed.
        keys: The values that were printed.
        targets: The input's facts.
        document: What findings call the document.
        layout: What they call the layout.
        older: Whether the template was changed since the printing.
    """

    def __init__(  # noqa: PLR0913 - what findings need
        self,
        comparison: Comparison,
        keys: Collection[Key],
        targets: Targets,
        document: str,
        layout: str,
        *,
        older: bool,
    ) -> None:
        self._comparison = comparison
        self._targets = targets
        self._document, self._layout, self._older = Span(document), layout, older
        self._seen = {seen.key for seen in comparison.seen}
        self._rows: dict[str, set[Key]] = {}
        for key in keys:
            row = targets.row_of(key[0])
            if row is not None:
                self._rows.setdefault(row[0], set()).add(key)
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

    def movable(self) -> dict[str, Target | None]:
        """What may turn up elsewhere, by its printed text: items that went or cannot be told; None for what is no item.

        Of the items, only those of which not every character is printed as it was typed.
        """
        printed = {item: _item_text(one) for item, one in self._gone.items()}
        for unclear in self._comparison.unclear:
            printed |= {path: unclear.old for path in unclear.paths if self._targets.items_of(path) is not None}
        found = {text: self._targets.get(path) for path, text in printed.items()}
        items = {text: target for text, target in found.items() if target is not None and target.text != text}
        others = {
            one.text: None
            for run in self._comparison.removed
            for one in run
            if not one.row and len(one.text) >= _MIN_MOVED and item_of(one, self._targets) is None
        }
        return others | items

    def decide(self, decisions: Decisions) -> Iterator[Finding]:
        """Decides on what can be written; yields findings for all else."""
        for added in self._comparison.added:
            yield from self._added(added, decisions)
        yield from self._removed(decisions)
        yield from self._worded()
        for unclear in self._comparison.unclear:
            # The stretch of two texts in which they differ, with some words before.
            same = next(
                (at for at, (one, other) in enumerate(zip(unclear.old, unclear.new, strict=False)) if one != other), 0
            )
            start = max(0, same - _AROUND)
            dots = "…" if start else ""
            old, new = dots + excerpt(unclear.old[start:]), dots + excerpt(unclear.new[start:])
            words = {"old": old, "new": new, "why": "；".join(unclear.why), "facts": self._named(unclear.paths)}
            yield codes.UNCLEAR.at(self._document, unclear.place, **words)

    def _worded(self) -> Iterator[Finding]:
        """The template's words that were changed: one by one only where it cannot have been the template itself."""
        found = [
            one
            for one in self._comparison.wording
            if not (NUMBERING.fullmatch(one.old) and NUMBERING.fullmatch(one.new))
        ]
        for one in found[:1] if self._older else found:
            words = {"old": excerpt(one.old), "new": excerpt(one.new)}
            if self._older:
                yield codes.OLDER_WORDING.at(self._document, one.place, count=len(found), **words)
            else:
                yield codes.WORDING.at(self._document, one.place, layout=self._layout, **words)

    def _removed(self, decisions: Decisions) -> Iterator[Finding]:
        """Takes single items that are gone out of the input, but never a missing part."""
        small: list[Paragraph] = []
        moved = {id(self._gone[item]) for item in self._moved}
        for run in self._comparison.removed:
            if self._is_part([one for one in run if id(one) not in moved]):
                yield self._part_removed(run, f"「{excerpt(run[0].text)}」起的 {len(run)} 段")
            else:
                small += run
        items = {item: one for item, one in self._gone.items() if any(one is other for other in small)}
        lost_items = items.keys() - self._moved
        lists = {found[0] for item in items if (found := self._targets.items_of(item)) is not None}
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

    def _is_part(self, run: Sequence[Paragraph]) -> bool:
        """Whether a removed run is a whole table, or more than a few paragraphs and rows."""
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
                item = item_of(ones[0], self._targets) or ""
                if fact or item in told:
                    if fact and fact not in told:
                        yield self._row_finding(fact)
                    told.add(fact)
                elif item in decisions.kept or (
                    not is_row and item in items and decisions.remove_item(item, (f"原{ones[0].place}",))
                ):
                    told.add(item)
                else:
                    yield self._text_removed(ones)

    def _row_gone(self, paragraph: Paragraph) -> str:
        """The path of the input's row that a removed paragraph printed, if nothing of it is printed now; or blank."""
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

    def _added(self, added: Added, decisions: Decisions) -> Iterator[Finding]:
        known = {pair[1].table for pair in (added.before, added.behind) if pair is not None}
        for table, group in groupby(added.paragraphs, key=lambda one: one.table):
            paragraphs = list(group)
            rows = [list(row) for _, row in groupby(paragraphs, key=lambda one: one.row)]
            if table and table not in known:
                yield self._text_added(paragraphs, f"一个表（{len(rows)} 行），以", "起")
            elif table:
                yield from (self._row_added(row, added) for row in rows)
            elif not self._joined(paragraphs, added, decisions):
                texts = "\n".join(one.text for one in paragraphs)
                decisions.kept |= {item for item in self._moved if _item_text(self._gone[item]) in texts}
                if len(paragraphs) > _FEW:
                    yield self._text_added(paragraphs, "", f"起的 {len(paragraphs)} 段")
                else:
                    yield from (self._text_added([one], "一段") for one in paragraphs)

    def _text_added(self, paragraphs: Sequence[Paragraph], before: str, behind: str = "") -> Finding:
        what = f"{before}「{excerpt(paragraphs[0].text)}」{behind}"
        return codes.TEXT_ADDED.at(self._document, paragraphs[0].place, what=what, layout=self._layout)

    def _joined(self, paragraphs: Sequence[Paragraph], added: Added, decisions: Decisions) -> bool:
        """Adds paragraphs to the list whose items, in the same style, are around them; false where there is none."""
        style = paragraphs[0].style
        places = tuple(one.place for one in paragraphs)
        for around, before in ((added.before, False), (added.behind, True)):
            if around is None or around[1].style != style or around[1].row:
                continue
            item = item_of(around[0], self._targets)
            if item is not None:
                first = around[0].parts[0]
                is_numbered = first.key is None and NUMBERING.fullmatch(first.text) is not None
                texts = [NUMBERING.sub("", one.text, 1) if is_numbered else one.text for one in paragraphs]
                return decisions.add_items(item, [text.strip() for text in texts], places, before=before)
        return False

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

    def _named(self, paths: Sequence[str]) -> str:
        targets = [target for path in paths[:_MOST_NAMED] if (target := self._targets.get(path)) is not None]
        more = " 等" if len(paths) > _MOST_NAMED else ""
        return "、".join(f"{target.path}（{target.span}）" for target in targets) + more if targets else "计算的值"


def _item_text(paragraph: Paragraph) -> str:
    """What an item prints, without the template's number before it."""
    return "".join(part.text for part in paragraph.parts if part.key is not None)
