"""Paragraphs and rows that came or went, and words of the template: what of it can be written, what is only told."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from generator.base.diagnostics import Span
from generator.patterns import regex
from generator.pulling import codes
from generator.pulling.edits import excerpt

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from generator.base.diagnostics import Finding
    from generator.pulling.aligning import Key, Paragraph
    from generator.pulling.comparing import Added, Comparison, Wording
    from generator.pulling.deciding import Decisions
    from generator.pulling.targets import Targets

__all__ = ["Structure"]

# Numbers before items of a list are the template's, and follow the items.
_NUMBERING = regex(r"\s*(?:[（(]?(?:\d{1,3}|[一二三四五六七八九十]{1,3})[)）、.．]?|[①-⑳㉑-㊿])\s*")
_MOST_NAMED = 4


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

    def decide(self, decisions: Decisions) -> Iterator[Finding]:
        """Takes to the decisions what can be written; findings for all else."""
        yield from self._removed(decisions)
        for added in self._comparison.added:
            yield from self._come(added, decisions)
        yield from (self._worded(wording) for wording in self._comparison.wording if not _is_numbering(wording))
        for unclear in self._comparison.unclear:
            words = {"old": excerpt(unclear.old), "new": excerpt(unclear.new), "facts": self._named(unclear.paths)}
            yield codes.UNCLEAR.at(self._document, unclear.place, **words)

    def _removed(self, decisions: Decisions) -> Iterator[Finding]:
        told: set[str] = set()
        for paragraph in self._comparison.removed:
            row = self._row_gone(paragraph)
            item = self._item(paragraph)
            gone = item is not None and not any(key[0] == item for key in self._seen)
            if row:
                if row not in told:
                    told.add(row)
                    yield self._row_finding(row)
            elif item in told or (item and gone and decisions.remove_item(item, (f"原{paragraph.place}",))):
                told.add(item or "")
            else:
                yield self._text_removed(paragraph)

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
            part.key is None and part.text.strip() and not _NUMBERING.fullmatch(part.text) for part in paragraph.parts
        ):
            return None
        paths = dict.fromkeys(part.key[0] for part in paragraph.parts if part.key is not None)
        items = [path for path in paths if self._targets.items_of(path) is not None]
        return items[0] if len(items) == 1 else None

    def _text_removed(self, paragraph: Paragraph) -> Finding:
        paths = tuple(
            dict.fromkeys(part.key[0] for part in paragraph.parts if part.key is not None and not part.key[1])
        )
        facts = f"（里面有填报值 {self._named(paths)}）" if paths else ""
        mend = (
            "不要这一段的，在填报文件里处理这些值。" if paths else f"请转告模板维护人修改版式或模板（{self._layout}）。"
        )
        words = {"what": excerpt(paragraph.text), "facts": facts, "mend": mend}
        return codes.TEXT_REMOVED.at(self._document, f"原{paragraph.place}", **words)

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
        number = _NUMBERING.match(text) if first.key is None and _NUMBERING.fullmatch(first.text) else None
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
    return bool(_NUMBERING.fullmatch(wording.old)) and bool(_NUMBERING.fullmatch(wording.new))
