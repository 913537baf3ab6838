"""Writes findings as comments into a filled-in workbook and leaves everything else in it unchanged.

The parts are edited as text: openpyxl would drop features it does not support, and the results of formulas.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from xml.sax.saxutils import escape, unescape

from openpyxl.utils import column_index_from_string

from generator.base.diagnostics import Finding, Refused, Span, column_letters
from generator.provenance import codes
from generator.provenance.write import write_whole
from generator.submission.grid import MOST_BYTES, OWN_REMARK
from generator.word import opc
from generator.word.names import markup
from generator.yamlfile.source import read_file

AUTHOR = "jixiao检查"
_LONGEST = 1_000
_BOOK = "xl/workbook.xml"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_ATTRIBUTE = r'\b{}="([^"]*)"'
_SHEET = re.compile(r"<sheet\b[^>]*>")
_COMMENT = re.compile(r'<comment\b[^>]*?\bref="([A-Z]+)([0-9]+)"[^>]*>.*?</comment>', re.DOTALL)
_AUTHOR = re.compile(r"<author\b[^>]*?(?:/>|>(.*?)</author>)", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_SHAPE = re.compile(r"<v:shape\b[^>]*>.*?</v:shape>", re.DOTALL)
# Elements that follow <legacyDrawing> in a sheet.
_BEHIND = re.compile(
    r"<(?:legacyDrawingHF|drawingHF|picture|oleObjects|controls|webPublishItems|tableParts|extLst)\b|</worksheet>"
)
_NEW_COMMENTS = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    f'<comments xmlns="{_MAIN}"><authors></authors><commentList></commentList></comments>'
)
_FIRST_ID = 90_000


def annotate(file: Path, findings: Iterable[Finding]) -> int:
    """Write findings into their workbook, replacing those of an earlier run; returns the number of cells commented.

    Raises:
        Refused: The workbook changed meanwhile, or its comments are in an unsupported form.
        FileProblem: It cannot be read or written, perhaps because another program has it open.
    """
    before = read_file(file, str(file), MOST_BYTES)
    notes: dict[str, dict[tuple[int, int], list[str]]] = {}
    for one in (row for finding in findings for row in finding.rows or (finding,)):
        if one.span.sheet and one.span.file == str(file):
            text = f"{one.severity.word} {one.code}：{one.message}" + (f"\n改法：{one.hint}" if one.hint else "")
            cell = (max(one.span.line, 1), max(one.span.column, 1))
            notes.setdefault(one.span.sheet, {}).setdefault(cell, []).append(text[:_LONGEST])
    package = opc.own_package(before)
    book = _Book({**package})
    try:
        for title, part in book.sheets().items():
            book.put(part, {cell: "\n".join(texts) for cell, texts in notes.get(title, {}).items()})
    except (LookupError, ValueError):  # its own comments are in an unsupported form
        raise Refused([codes.CANNOT_ANNOTATE.at(Span(str(file)), file=file)]) from None
    if read_file(file, str(file), MOST_BYTES) != before:
        raise Refused([codes.CHANGED_MEANWHILE.at(Span(str(file)), file=file)])
    if book.entries != package:
        write_whole(opc.write_package(book.entries), file)
    return book.written


class _Book:
    """The package of a workbook being commented."""

    def __init__(self, entries: dict[str, opc.Entry]) -> None:
        self.entries = entries
        self.written = 0

    def sheets(self) -> dict[str, str]:
        """The part of each sheet, by its title."""
        parts = {one["Id"]: opc.target_of(_BOOK, one) for one in opc.relations_in(self.entries, _BOOK)}
        tags = _SHEET.findall(self.entries[_BOOK].text())
        return {unescape(_value(tag, "name"), {"&quot;": '"'}): parts[_value(tag, r"\w+:id")] for tag in tags}

    def put(self, sheet: str, notes: Mapping[tuple[int, int], str]) -> None:
        """Replace the comments of an earlier run; people's comments are kept."""
        comments, shapes = (opc.targets(self.entries, sheet, f"/{kind}") for kind in ("comments", "vmlDrawing"))
        if not comments and not notes:
            return
        number = re.sub(r"\D", "", posixpath.basename(sheet)) or "0"
        if not comments:
            comments = [f"xl/jixiao_comments{number}.xml"]
            self._add(comments[0], _NEW_COMMENTS, _COMMENTS_TYPE, sheet, "comments")
        if not shapes:
            shapes = [f"xl/drawings/jixiao_shapes{number}.vml"]
            key = self._add(shapes[0], markup("notes_of_sheet.xml"), _SHAPES_TYPE, sheet, "vmlDrawing")
            text, tag = self.entries[sheet].text(), f'<legacyDrawing xmlns:r="{opc.RELATIONS}" r:id="{key}"/>'
            at = next(_BEHIND.finditer(text), None)
            if at is None or "<legacyDrawing " in text:
                raise LookupError(sheet)
            self._change(sheet, f"{text[: at.start()]}{tag}{text[at.start() :]}")
        self._write(comments[-1], shapes[-1], notes)

    def _add(self, name: str, text: str, kind: str, sheet: str, relation: str) -> str:
        """Add a part of a sheet; returns the id of its relationship."""
        key = f"jixiao_{relation}"
        opc.add_part(self.entries, name, text, kind, sheet, f"{opc.RELATIONS}/{relation}", key)
        return key

    def _change(self, name: str, text: str) -> None:
        if text != self.entries[name].text():
            self.entries[name] = opc.Entry(name, text)

    def _write(self, comments: str, shapes: str, notes: Mapping[tuple[int, int], str]) -> None:
        text, drawn = self.entries[comments].text(), self.entries[shapes].text()
        authors = [unescape(name) for name in _AUTHOR.findall(text)]
        if "</authors>" not in text or "</commentList>" not in text or "</xml>" not in drawn:
            raise LookupError(comments)
        if AUTHOR not in authors:
            authors.append(AUTHOR)
            text = text.replace("</authors>", f"<author>{AUTHOR}</author></authors>")
        own = str(authors.index(AUTHOR))
        taken: dict[tuple[int, int], str] = {}
        for match in list(_COMMENT.finditer(text)):
            place = int(match[2]), column_index_from_string(match[1])
            # By text, since LibreOffice drops the author.
            if OWN_REMARK.match(_TAG.sub("", match[0])):
                text = text.replace(match[0], "", 1)
                drawn = _SHAPE.sub(lambda shape, at=place: "" if _is_at(shape[0], at) else shape[0], drawn)  # type: ignore[misc]
            else:
                taken[place] = match[0]
        added = ""
        for number, (place, note) in enumerate(notes.items()):
            cell = f"{column_letters(place[1])}{place[0]}"
            if place in taken:
                # A cell has one comment: a person's is kept, and the finding is shown on the screen only.
                continue
            self.written += 1
            escaped = escape(note).replace("\n", "&#10;")
            text_of_note = f'<text><r><t xml:space="preserve">{escaped}</t></r></text>'
            added += f'<comment ref="{cell}" authorId="{own}">{text_of_note}</comment>'
            height = 40 + 15 * (len(note) // 20)
            words = {"id": _FIRST_ID + number, "row": place[0] - 1, "column": place[1] - 1, "height": height}
            shape = markup("note_of_cell.xml").format(**words)
            drawn = drawn.replace("</xml>", f"{shape}</xml>")
        self._change(comments, text.replace("</commentList>", f"{added}</commentList>"))
        self._change(shapes, drawn)


_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_SHAPES_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"


def _value(tag: str, name: str) -> str:
    match = re.search(_ATTRIBUTE.format(name), tag)
    if match is None:
        raise LookupError(tag)
    return match[1]


def _is_at(shape: str, place: tuple[int, int]) -> bool:
    row, column = (re.search(rf"<x:{name}>\s*(\d+)\s*</x:{name}>", shape) for name in ("Row", "Column"))
    return row is not None and column is not None and (int(row[1]) + 1, int(column[1]) + 1) == place
