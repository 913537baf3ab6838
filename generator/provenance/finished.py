"""Reads finished files, which may have been edited since: their stamp, their text, and the edits in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from enum import Enum
from functools import cached_property
from itertools import zip_longest
from pathlib import Path
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from generator.base.diagnostics import Finding, Refused, Span
from generator.base.files import files_below
from generator.base.textdiff import align, differences, likeness
from generator.provenance import codes
from generator.provenance.stamp import (
    DRAFT,
    FILE_DIGEST,
    FINAL,
    REDLINE,
    TEXT_DIGEST,
    VOLUME,
    Record,
    Stamp,
    check_sum,
    digest_of_parts,
    digest_of_texts,
    filing_name,
    is_word,
    read_page,
    read_record,
)
from generator.word.opc import Entry, is_bare, open_package, read_properties
from generator.word.read.document import VOLATILE, Piece
from generator.word.read.lines import Line, Oddity, read_lines, shown_otherwise


class Finished(Struct, frozen=True, dict=True):
    """A Word file, workbook or page that may have been edited: its package and custom properties; a page has neither.

    Attributes:
        stamp: Its stamp; None if this program did not write it.
        record: Its record; None if an office program dropped it.
        is_bare: Whether the file holds nothing but its parts; of a page, whether it is as it was written.
    """

    entries: Mapping[str, Entry]
    properties: Mapping[str, str]
    stamp: Stamp | None
    record: Record | None
    is_bare: bool = True

    @cached_property
    def is_untouched(self) -> bool:
        """Whether every part is unchanged and nothing was added."""
        if self.is_page or not self.is_bare:
            return self.is_bare
        return self.properties.get(FILE_DIGEST) == digest_of_parts(self.entries, self.properties)

    @property
    def is_page(self) -> bool:
        """Whether it is a page."""
        return not self.entries

    @property
    def _is_old(self) -> bool:
        return self.stamp is not None and self.stamp.program == "0.1.0"

    @cached_property
    def oddities(self) -> tuple[Oddity, ...]:
        """Why an office program may show something else than the text, or why the stated state is wrong."""
        if not self.is_word or self.stamp is None:
            return ()
        found = [] if self.is_bare else [Oddity("压缩包的前后或中间有多余的内容")]
        texts = [line.text for line in self.lines]
        found += (
            Oddity(f"状态写的是「{self.stamp.state}」，写出时是「{state}」")
            for state in (FINAL, DRAFT, REDLINE, VOLUME)
            if state != self.stamp.state and self.properties.get(TEXT_DIGEST) == digest_of_texts(texts, state)
        )
        try:
            found += shown_otherwise(self.entries, is_redline=self.stamp.state == REDLINE)
        except ValueError:
            found.append(Oddity("里面有损坏的部件"))
        return tuple(found)

    def odd_beside(self, written: Finished | None) -> tuple[str, ...]:
        """Its oddities in words, without the looks of texts that it had when it was written, if that is known."""
        known = {one for one in written.oddities if one.kind == "look"} if written is not None else ()
        return () if self.is_untouched else tuple(one.text for one in self.oddities if one not in known)

    @property
    def is_word(self) -> bool:
        """Whether it is a Word file; others have no lines."""
        return not self.is_page and is_word(self.entries)

    @cached_property
    def lines(self) -> list[Line]:
        """Its current lines, stripped; raises ``Refused`` if they cannot be read."""
        if not self.is_word:
            return []
        try:
            # Version 0.1.0 included tables of contents in the digest.
            read = read_lines(self.entries, VOLATILE - {"TOC"} if self._is_old else VOLATILE)
        except ValueError as error:
            raise Refused([]) from error
        return [replace(line, pieces=(Piece(line.text.strip()),)) for line in read.lines]

    @cached_property
    def has_its_text(self) -> bool:
        """Whether its text is unchanged."""
        return self.is_the_text([line.text for line in self.lines])

    def is_the_text(self, texts: Sequence[str]) -> bool:
        """Whether these lines are its original text."""
        state = self.stamp.state if self.stamp is not None and not self._is_old else FINAL
        return self.properties.get(TEXT_DIGEST) == digest_of_texts(texts, state)


def open_finished(data: bytes, file: str = "") -> Finished:
    """Open a Word file, workbook or page, ``file`` in findings; raises ``Refused`` if it is none, or broken."""
    if (page := read_page(data)) is not None:
        return Finished({}, {}, page[0], None, page[1])
    span = Span(file)
    entries = open_package(data, span)
    try:
        properties = read_properties(entries)
        stamp = Stamp.read(properties)
        return Finished(entries, properties, stamp, read_record(entries) if stamp is not None else None, is_bare(data))
    except ValueError as error:
        raise Refused([]) from error


# With more pairs than this, lines are paired in order, not by likeness.
_MOST_PAIRS: Final = 2_500


class Edit(Struct, frozen=True):
    """One paragraph or cell that was changed, added or removed: where it is, or was; its text before and now.

    ``old`` is ``""`` if it was added, None if only its check sum is known; ``new`` is ``""`` if it was removed.
    """

    place: str
    old: str | None
    new: str


def find_edits(sums: Sequence[int], new: Sequence[Line], old: Sequence[Line] | None = None) -> tuple[Edit, ...]:
    """The edits of a text, in order; a paragraph that an office program split at a page break is no edit.

    ``sums`` are the check sums of the original lines, not used if ``old``, the lines themselves, are known.
    """
    if old is not None:
        sums = [check_sum(line.text) for line in old]
    known = [check_sum(line.text) for line in new]
    edits: list[Edit] = []
    for same, i, j, k, n in differences(sums, known):
        is_broken = j - i == 1 and n - k > 1 and check_sum("".join(line.text for line in new[k:n])) == sums[i]
        if same or is_broken:
            continue
        if old is not None:
            edits += _paired(old[i:j], new[k:n])
            continue
        edits += (Edit(line.place, None if at < j - i else "", line.text) for at, line in enumerate(new[k:n]))
        place = new[n - 1].place if n else ""
        edits += [Edit(f"{place}之后" if place else "开头", None, "")] * (j - i - (n - k))
    return tuple(edits)


def _paired(old: Sequence[Line], new: Sequence[Line]) -> Iterator[Edit]:
    """The edits between these lines: in order if they are equally many, else each with the most similar line."""
    if len(old) == len(new) or len(old) * len(new) > _MOST_PAIRS:
        pairs: Iterable[tuple[Line | None, Line | None]] = zip_longest(old, new)
    else:
        aligned = align(old, new, (), lambda one, other: likeness(one.text, other.text), least=0)
        pairs = ((None if i is None else old[i], None if j is None else new[j]) for i, j in aligned)
    for before, after in pairs:
        if after is not None:
            yield Edit(after.place, before.text if before is not None else "", after.text)
        elif before is not None:
            yield Edit(before.place, before.text, "")


class State(Enum):
    """What verifying found: the value is shown to people, the name to programs."""

    CURRENT = "现行（与填报、模板一致）"
    DRAFT = "草稿"
    REDLINE = "修订稿，不是正式的报告"
    EDITED = "人工改动过"
    ALTERED = "被改动过或另存过"
    RESAVED = "文字未改，文件被另存过"
    INPUT_CHANGED = "填报已变"
    SOURCES_CHANGED = "填报所附的文件已变"
    TEMPLATE_CHANGED = "模板已变"
    OTHER_PROGRAM = "程序版本不同"
    INPUT_NOT_FOUND = "没有找到填报"
    TEMPLATE_NOT_FOUND = "没有找到模板"
    FOREIGN = "不是本程序写的"


def condition_of(finished: Finished, written: Finished | None = None) -> tuple[State, tuple[Edit, ...]]:
    """Whether a file was changed (else ``CURRENT``), and the edits of its text; ``written`` is it as written, if known.

    There are no edits for a workbook or page, or if neither the original lines nor a record are known.
    """
    if finished.stamp is None:
        return State.FOREIGN, ()
    if finished.is_untouched:
        return State.CURRENT, ()
    if not finished.is_word:
        return State.ALTERED, ()
    odd = finished.odd_beside(written)
    if finished.has_its_text:
        return (State.ALTERED if odd else State.RESAVED), ()
    if written is None and finished.record is None:
        return State.EDITED, ()
    sums = finished.record.sums if finished.record is not None else ()
    edits = find_edits(sums, finished.lines, written.lines if written is not None else None)
    return (State.EDITED if edits else State.ALTERED if odd else State.RESAVED), edits


def is_all_in(edited: Finished, new: Finished, *, is_pulled: bool = False) -> bool:
    """Whether the new report has everything that a person edited: all changed lines, no comments or pictures besides.

    Computed values that follow from an edit may differ. ``is_pulled``: the filing has all edits of the text.
    """
    pictures = [sum(name.startswith("word/media/") for name in one.entries) for one in (edited, new)]
    commented = any(re.fullmatch(r"word/comments\w*\.xml", name) for name in edited.entries)
    # Tracked deletions, formulas and parts that are not read are somebody's work, too.
    odd, own = (shown_otherwise(one.entries, is_redline=True) for one in (edited, new))
    if commented or pictures[0] > pictures[1] or any(one.kind != "look" or one not in own for one in odd):
        return False
    if is_pulled:
        return True
    if edited.record is None:
        return not find_edits((), edited.lines, new.lines)
    now, after = (Counter(check_sum(line.text) for line in one.lines) for one in (edited, new))
    before = Counter(edited.record.sums)
    return all(after[one] >= now[one] for one in now - before) and all(after[one] <= now[one] for one in before - now)


def stale_documents(folder: Path, written: Container[Path], name: str) -> list[Finding]:
    """A finding for documents of the input ``name`` in or below the folder that were not written this time."""
    names = []
    for path in files_below(folder):
        is_one = path.suffix.lower() in {".docx", ".xlsx", ".html"} and not path.name.startswith("~$")
        if is_one and path not in written:
            with suppress(OSError, Refused):
                stamp = open_finished(path.read_bytes(), str(path)).stamp
                if stamp is not None and stamp.output and filing_name(stamp.input_name) == filing_name(name):
                    names.append(path.relative_to(folder).as_posix())
    return [codes.LEFT_OVER.at(Span(str(folder)), folder=folder, files="、".join(names))] if names else []
