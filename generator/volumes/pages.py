"""The pages on which the reports of a volume stand, as LibreOffice lays it out; and the volume as PDF."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from generator.exports.pdf import convert
from generator.exports.pdf.convert import open_office, pages_of

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["as_pdf", "count_pages"]

_SECONDS_A_REPORT = 20.0


def count_pages(data: bytes, reports: int) -> tuple[Mapping[str, int], str]:
    """The pages of the bookmarks of a volume, or why they are not known.

    Raises:
        Refused: LibreOffice is not installed.
    """
    pdf = as_pdf(data, reports)
    if isinstance(pdf, str):
        return {}, f"LibreOffice 没有转出 PDF：{pdf}"
    pages = pages_of(pdf)
    return pages, "" if pages else "这个版本的 LibreOffice 不报告页码，需要 7.4 或更新的"


def as_pdf(data: bytes, reports: int) -> bytes | str:
    """The volume as PDF with its blank pages, or why there is none; ``reports`` says how long it may take.

    Raises:
        Refused: LibreOffice is not installed.
    """
    with tempfile.TemporaryDirectory(prefix="jixiao-") as folder, open_office() as office:
        file = Path(folder) / "汇编.docx"
        file.write_bytes(data)
        return office.convert([file], convert.SECONDS + _SECONDS_A_REPORT * reports, as_book=True)[file]
