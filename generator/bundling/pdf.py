"""The report as PDF, without what differs each time that LibreOffice makes one."""

from __future__ import annotations

import tempfile
from pathlib import Path

from generator.office.timeless import without_times

__all__ = ["to_pdf", "without_times"]


def to_pdf(word: bytes) -> bytes:
    """The Word file as PDF; the same program with the same fonts makes the same bytes.

    Raises:
        Refused: There is no LibreOffice here, or it failed; the finding says so and is no error.
    """
    from generator import office  # noqa: PLC0415 - not every bundle has a PDF

    with tempfile.TemporaryDirectory(prefix="jixiao-") as folder:
        file = Path(folder) / "报告.docx"
        file.write_bytes(word)
        return without_times(office.to_pdf(file).read_bytes())
