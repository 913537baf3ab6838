"""Word files as plain text, for tests: paragraphs and cells in the order of the document."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

from docx import Document
from docx.table import Table
from docx.text.paragraph import Paragraph

__all__ = ["lines_of", "text_of"]


def text_of(file: Path | bytes) -> str:
    """All lines of the document, headers and footers at the end."""
    return "\n".join(lines_of(file)) + "\n"


def lines_of(file: Path | bytes) -> Iterator[str]:
    """A line for each paragraph, prefixed with its style; a line for each row of a table, cells between bars."""
    document = Document(io.BytesIO(file) if isinstance(file, bytes) else str(file))
    for block in document.iter_inner_content():
        yield from _lines(block)
    for number, section in enumerate(document.sections, 1):
        for kind in ("header", "even_page_header", "footer", "even_page_footer"):
            part = getattr(section, kind)
            if not part.is_linked_to_previous:
                for block in part.iter_inner_content():
                    yield from (f"[{kind} {number}] {line}" for line in _lines(block))


def _lines(block: Paragraph | Table) -> Iterator[str]:
    if isinstance(block, Paragraph):
        yield f"[{block.style.name}] {block.text}" if block.style is not None else block.text
        return
    for row in block.rows:
        yield "| " + " | ".join(cell.text.replace("\n", "⏎") for cell in row.cells) + " |"
