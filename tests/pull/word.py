"""Edits a Word file as a person at the keyboard of Word does, down to the XML that Word writes."""

from __future__ import annotations

import copy
import io
import itertools
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from tests.word.conftest import W

AUTHOR = 'w:author="某人" w:date="2022-05-01T00:00:00Z"'
INSERTED, DELETED = f"{{{W}}}ins", f"{{{W}}}del"


def w(name: str) -> str:
    return f"{{{W}}}{name}"


def made(xml: str) -> Any:
    return etree.fromstring(f'<x xmlns:w="{W}">{xml}</x>')[0]


class Document:
    """A Word file that is being edited; with ``tracks``, every change is tracked."""

    def __init__(self, data: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            self.files = {name: archive.read(name) for name in archive.namelist()}
        self.root: Any = etree.fromstring(self.files["word/document.xml"])
        self.tracks = False

    # What it says

    def paragraphs(self) -> list[Any]:
        return list(self.root.iter(w("p")))

    def runs(self, paragraph: Any) -> list[Any]:
        """The runs that are not deleted."""
        gone = {DELETED, w("moveFrom")}
        return [run for run in paragraph.iter(w("r")) if not gone & {above.tag for above in run.iterancestors()}]

    def text(self, paragraph: Any) -> str:
        return "".join(_text(run) for run in self.runs(paragraph))

    def paragraph(self, words: str) -> Any:
        """The first paragraph that holds these words."""
        return next(one for one in self.paragraphs() if words in self.text(one))

    def row(self, table: int, words: str, number: int = 0) -> Any:
        """The row of a table, counted from 0, that holds these words."""
        rows = list(list(self.root.iter(w("tbl")))[table].iter(w("tr")))
        return [row for row in rows if words in "".join(map(self.text, row.iter(w("p"))))][number]

    def cell(self, table: int, words: str, column: int, number: int = 0) -> Any:
        """The first paragraph of a cell in such a row."""
        return next(list(self.row(table, words, number).iter(w("tc")))[column].iter(w("p")))

    # Typing

    def replace(self, paragraph: Any, start: int, end: int, new: str) -> None:
        """Types over the characters from ``start`` to before ``end``."""
        for place in (start, end):
            self._cut(paragraph, place)
        at, before, gone = 0, None, []
        for run in self.runs(paragraph):
            if at < start:
                before = run
            elif at < end:
                gone.append(run)
            at += len(_text(run))
        if new:
            run = self._typed(new, gone[0] if gone else before)
            if before is not None:
                _outermost(before).addnext(run)
            elif gone:
                _outermost(gone[0]).addprevious(run)
            else:
                properties = paragraph.find(w("pPr"))
                paragraph.insert(0, run) if properties is None else properties.addnext(run)
        for run in gone:
            self._delete(run)

    def type_over(self, paragraph: Any, old: str, new: str, number: int = 0) -> None:
        """Types over these characters where they occur for the n-th time."""
        at = [match.start() for match in re.finditer(re.escape(old), self.text(paragraph))][number]
        self.replace(paragraph, at, at + len(old), new)

    def everywhere(self, old: str, new: str) -> None:
        """As Word's dialog for replacing does."""
        for paragraph in self.paragraphs():
            at = 0
            while (at := self.text(paragraph).find(old, at)) >= 0:
                self.replace(paragraph, at, at + len(old), new)
                at += len(new)

    # Paragraphs

    def enter(self, paragraph: Any, words: str) -> None:
        """Presses Enter before these words."""
        at = self.text(paragraph).index(words)
        self._cut(paragraph, at)
        second = made("<w:p/>")
        properties = paragraph.find(w("pPr"))
        if properties is not None:
            second.append(copy.deepcopy(properties))
        seen = 0
        for run in self.runs(paragraph):
            if seen >= at:
                second.append(run)
            seen += len(_text(run))
        paragraph.addnext(second)

    def join(self, paragraph: Any) -> None:
        """Deletes the mark at the end of a paragraph, so that the next one goes on in its line."""
        following = paragraph.getnext()
        for child in [child for child in following if child.tag != w("pPr")]:
            paragraph.append(child)
        following.getparent().remove(following)

    def remove(self, paragraph: Any) -> None:
        if self.tracks:
            for run in self.runs(paragraph):
                self._delete(run)
            self._mark(paragraph, "del")
        else:
            paragraph.getparent().remove(paragraph)

    def add_after(self, paragraph: Any, text: str) -> None:
        """Presses Enter at the end of a paragraph and types another one."""
        added = made("<w:p/>")
        properties = paragraph.find(w("pPr"))
        if properties is not None:
            added.append(copy.deepcopy(properties))
        added.append(self._typed(text, next(iter(self.runs(paragraph)), None)))
        if self.tracks:
            self._mark(added, "ins")
        paragraph.addnext(added)

    def move(self, paragraph: Any, before: Any) -> None:
        """Drags a paragraph to before another one."""
        if not self.tracks:
            before.addprevious(paragraph)
            return
        twin = copy.deepcopy(paragraph)
        before.addprevious(twin)
        for one, name in ((paragraph, "moveFrom"), (twin, "moveTo")):
            for run in list(one.iter(w("r"))):
                around = made(f'<w:{name} w:id="95" {AUTHOR}/>')
                run.addprevious(around)
                around.append(run)
            self._mark(one, name)

    def settle(self, *, accept: bool, within: Any = None) -> None:
        """Accepts or rejects the tracked changes."""
        for change in list((self.root if within is None else within).iter(INSERTED, DELETED)):
            if (change.tag == INSERTED) == accept:
                for child in list(change):
                    for text in child.iter(w("delText")):
                        text.tag = w("t")
                    change.addprevious(child)
            change.getparent().remove(change)

    # Saving

    def save(self, path: Path) -> Path:
        """As Word: texts cut where the script changes, marks of the spelling checker, numbers of sessions."""
        for number, paragraph in enumerate(self.root.iter(w("p"))):
            paragraph.set(w("rsidR"), "00A77B3E")
            if number % 3 == 0:
                for run in self.runs(paragraph):
                    _cut_by_script(run)
        declared: dict[str, Any] = {"xml_declaration": True, "encoding": "UTF-8", "standalone": True}
        files = self.files | {"word/document.xml": etree.tostring(self.root, **declared)}
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in files.items():
                archive.writestr(name, data)
        return path

    def _cut(self, paragraph: Any, place: int) -> None:
        """Has a run end at a character."""
        at = 0
        for run in self.runs(paragraph):
            size = len(_text(run))
            if at < place < at + size:
                second = copy.deepcopy(run)
                _keep(run, 0, place - at)
                _keep(second, place - at, size)
                run.addnext(second)
                return
            at += size

    def _typed(self, text: str, like: Any) -> Any:
        run = made("<w:r/>")
        properties = like.find(w("rPr")) if like is not None else None
        if properties is not None:
            run.append(copy.deepcopy(properties))
        for number, line in enumerate(text.split("\n")):
            if number:
                run.append(made("<w:br/>"))
            run.append(made('<w:t xml:space="preserve"/>'))
            run[-1].text = line
        if not self.tracks:
            return run
        around = made(f'<w:ins w:id="91" {AUTHOR}/>')
        around.append(run)
        return around

    def _delete(self, run: Any) -> None:
        if not self.tracks:
            run.getparent().remove(run)
            return
        around = made(f'<w:del w:id="92" {AUTHOR}/>')
        run.addprevious(around)
        around.append(run)
        for text in run.iter(w("t")):
            text.tag = w("delText")

    def _mark(self, paragraph: Any, name: str) -> None:
        """Tracks the end of a paragraph."""
        properties = paragraph.find(w("pPr"))
        if properties is None:
            paragraph.insert(0, properties := made("<w:pPr/>"))
        marks = properties.find(w("rPr"))
        if marks is None:
            properties.append(marks := made("<w:rPr/>"))
        marks.append(made(f'<w:{name} w:id="93" {AUTHOR}/>'))


def _outermost(run: Any) -> Any:
    return run.getparent() if run.getparent().tag in {INSERTED, DELETED} else run


def _signs(run: Any) -> Iterator[tuple[Any, str]]:
    for child in run:
        if child.tag == w("t"):
            yield child, child.text or ""
        elif child.tag in {w("tab"), w("br"), w("cr")} and child.get(w("type")) not in {"page", "column"}:
            yield child, "\t" if child.tag == w("tab") else "\n"


def _text(run: Any) -> str:
    return "".join(text for _, text in _signs(run))


def _keep(run: Any, start: int, end: int) -> None:
    """Leaves only these characters in a run."""
    at = 0
    for child, text in list(_signs(run)):
        kept = text[max(0, start - at) : max(0, end - at)]
        at += len(text)
        if not kept:
            run.remove(child)
        elif child.tag == w("t"):
            child.text = kept
            child.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


def _cut_by_script(run: Any) -> None:
    """Cuts a run where Latin and Chinese meet, as Word does when it saves."""
    at, text = 0, _text(run)
    if not text or any(child.tag not in {w("t"), w("rPr")} for child in run):
        return
    parts = ["".join(group) for _, group in itertools.groupby(text, str.isascii)]
    last = run
    for part in parts:
        piece = copy.deepcopy(run)
        _keep(piece, at, at + len(part))
        at += len(part)
        last.addnext(piece)
        last = piece
    run.addprevious(made('<w:proofErr w:type="gramStart"/>'))
    last.addnext(made('<w:proofErr w:type="gramEnd"/>'))
    run.getparent().remove(run)
