"""A workbook's package made the same every time, with the results of its formulas in it."""

from __future__ import annotations

import re
import tempfile
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING

from generator.base.diagnostics import Span
from generator.base.errors import FileProblem
from generator.patterns import regex
from generator.workbook import codes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from openpyxl import Workbook

__all__ = ["pack", "saved_book"]

_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
_CONTENT_TYPES, _PROPERTIES, _SHEET = "[Content_Types].xml", "docProps/core.xml", "xl/worksheets/sheet1.xml"
_DATES = regex(r"<dcterms:(created|modified)\b.*?</dcterms:\1>", re.DOTALL)
_FORMULA = regex(r'(<c r="([A-Z]+[0-9]+)"[^>]*><f>[^<]*</f>)<v(?:\s*/>|></v>)')


def saved_book(book: Workbook) -> bytes:
    """The bytes that openpyxl saves; it writes every sheet to a temporary file first.

    Raises:
        FileProblem: There is no room for that file.
    """
    saved = BytesIO()
    try:
        book.save(saved)
    except Exception as error:  # its writer tells of a full disk by an error of its own, which has no common root
        if isinstance(error, OSError) or "IO_" in str(error):
            raise FileProblem([codes.NO_ROOM.at(Span(tempfile.gettempdir()))]) from error
        raise
    return saved.getvalue()


def pack(data: bytes, results: Mapping[str, str]) -> bytes:
    """The package without the times at which it was made.

    openpyxl writes formulas without results. What only shows a file (a preview, a phone) does not compute: it would
    show blanks.

    Args:
        data: The package as openpyxl saves it, with one sheet.
        results: The result of each formula, by its cell.
    """
    with zipfile.ZipFile(BytesIO(data)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    parts[_PROPERTIES] = _DATES.sub("", parts[_PROPERTIES].decode()).encode()
    sheet = parts[_SHEET].decode()
    parts[_SHEET] = _FORMULA.sub(lambda match: f"{match[1]}<v>{results[match[2]]}</v>", sheet).encode()
    return _zipped(parts)


def _zipped(parts: Mapping[str, bytes]) -> bytes:
    whole = BytesIO()
    with zipfile.ZipFile(whole, "w") as package:
        for name in sorted(parts, key=lambda name: (name != _CONTENT_TYPES, name)):
            entry = zipfile.ZipInfo(name, _FIRST_DAY)
            # What zipfile takes from the system it runs on.
            entry.create_system, entry.compress_type = 3, zipfile.ZIP_DEFLATED
            package.writestr(entry, parts[name])
    return whole.getvalue()
