"""Other programs read the whole report: python-docx, on which most of them stand, sees every character of it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from docx import Document
from docx.document import Document as DocumentType
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from generator import pipeline
from generator.word.opc import own_package
from generator.word.read.document import read_texts, text_lines
from generator.word.read.lines import read_lines

ROOT = Path(__file__).resolve().parents[2]


def paragraphs(block: DocumentType | _Cell) -> Iterator[Paragraph]:
    """Every paragraph in order, those in cells as well, each merged cell once."""
    for inner in block.iter_inner_content():
        if isinstance(inner, Paragraph):
            yield inner
        elif isinstance(inner, Table):
            for row in inner.rows:
                for cell in row._tr.tc_lst:
                    yield from paragraphs(_Cell(cell, inner))


@pytest.mark.parametrize("name", ["meizhou-gxj-2021", "jiangmen-gxj-2021"])
def test_python_docx_reads_every_character_in_order(name: str) -> None:
    data = pipeline.print_report(pipeline.assess(ROOT / "inputs" / f"{name}.yaml"))
    theirs = [paragraph.text for paragraph in paragraphs(Document(io.BytesIO(data)))]
    ours: list[str] = []
    for line in text_lines(data):
        if line.startswith("〔页"):
            break
        cells = line.removeprefix("| ").removesuffix(" |").split(" | ") if line.startswith("| ") else [line]
        ours += [text for cell in cells for text in cell.split("⏎")]
    assert len("".join(theirs)) > 9_000
    assert theirs == ours


@pytest.mark.parametrize("name", ["meizhou-gxj-2021", "jiangmen-gxj-2021"])
def test_the_digest_and_the_reader_see_the_same_texts(name: str) -> None:
    data = pipeline.print_report(pipeline.assess(ROOT / "inputs" / f"{name}.yaml"))
    entries = own_package(data)
    assert read_texts(entries) == [line.text.strip() for line in read_lines(entries).lines]
