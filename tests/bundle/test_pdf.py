"""The report as PDF: the same Word file makes the same bytes."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from generator import pipeline
from generator.exports.pdf import pdf_of
from generator.provenance import guard as pdf
from generator.workflows.bundle import bundle
from tests.bundle.conftest import Bureau, read_archive
from tests.pdf.test_offices import ALL

MADE = b"""%%PDF-1.6
5 0 obj <</Producer(LibreOffice 7.4)/CreationDate(D:%(time)s)>> endobj
trailer
<</Size 6/ID [ <%(id)s>
<%(id)s> ]
/DocChecksum /%(checksum)s
>>
startxref
%(text)s
"""


def made(time: bytes, number: bytes, text: bytes = b"9") -> bytes:
    return MADE % {b"time": time, b"id": number * 16, b"checksum": number * 16, b"text": text}


def test_times_and_the_numbers_drawn_from_them_go() -> None:
    one = pdf.without_times(made(b"20260101000000Z'", b"AB"))
    assert one == pdf.without_times(made(b"20261231235959Z'", b"0f"))
    assert b"2026" not in one
    assert b"Producer(LibreOffice 7.4)" in one


def test_everything_stays_in_its_place() -> None:
    before = made(b"20260101000000+08'00'", b"AB")
    after = pdf.without_times(before)
    assert len(after) == len(before)
    for part in (b"trailer", b"/ID [ <", b"/DocChecksum /", b"startxref"):
        assert after.index(part) == before.index(part)


def test_other_documents_have_other_numbers() -> None:
    one, other = (pdf.without_times(made(b"20260101000000Z'", b"AB", text)) for text in (b"8", b"9"))
    start = one.index(b"/ID")
    assert one[start : start + 40] != other[start : start + 40]


@pytest.mark.slow
def test_libreoffice_makes_the_same_twice(root: Path, to_pdf: Callable[[Path], Path]) -> None:
    assert to_pdf is not None  # skipped where there is no LibreOffice
    word = pipeline.print_report(pipeline.assess(root / "inputs" / "jiangmen-gxj-2021.yaml"))
    first = pdf.without_times(pdf_of(word, root))
    time.sleep(1.1)  # its clock counts seconds
    assert pdf.without_times(pdf_of(word, root)) == first
    assert first.startswith(b"%PDF")


def test_the_pdf_is_handed_in(bureau: Bureau, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    office = tmp_path / "soffice"
    office.write_text(f"#!/bin/sh\n{ALL}\n", "utf-8")
    office.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), os.pathsep)
    found = read_archive(bundle(bureau.input, bureau.target).path)
    assert found["2024年报告.pdf"].startswith(b"%PDF")
    assert "  2024年报告.pdf\n" in found["校验.txt"].decode("utf-8")


def test_an_office_that_fails_is_told_at_the_archive(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: "/bin/false" if name == "soffice" else None)
    made = bundle(bureau.input, bureau.target)
    assert [(one.code, one.span.file) for one in made.findings] == [("JX761", str(bureau.target))]
    assert "2024年报告.pdf" not in made.names
