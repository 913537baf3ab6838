"""What a PDF tells: its seal, its pages, its fonts."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from generator.base.diagnostics import Refused
from generator.exports import pdf as fonts
from generator.exports.pdf import font_findings, missing_fonts, pages_of
from generator.provenance.guard import read_seal, sealed, write_pdf
from generator.provenance.stamp import Stamp
from tests.pdf.conftest import Program

PDF = b"%PDF-1.6\n1 0 obj\n<<>>\nendobj\ntrailer\n<</Size 2>>\nstartxref\n9\n%%EOF\n"
KEY = "ab" * 32


def test_a_seal_moves_nothing_and_is_found() -> None:
    made = sealed(PDF, KEY)
    assert made.startswith(PDF[: PDF.index(b"startxref")])
    assert made.endswith(b"startxref\n9\n%%EOF\n")
    assert read_seal(made) == (KEY, True, "")


@pytest.mark.parametrize("touched", [lambda pdf: pdf + b"\n", lambda pdf: pdf.replace(b"/Size 2", b"/Size 3")])
def test_a_touched_one_is_known(touched: object) -> None:
    assert read_seal(touched(sealed(PDF, KEY))) == (KEY, False, "")  # type: ignore[operator]


def test_others_have_none() -> None:
    assert read_seal(PDF) is None
    assert sealed(b"%PDF and no usual end", KEY) == b"%PDF and no usual end"


def test_a_pdf_of_another_filing_stays(tmp_path: Path) -> None:
    stamp = Stamp("填报.yaml", "a", "", "t", "1", "l", "d", "p", report="甲局报告")
    for one in (stamp, stamp._replace(input_digest="b")):
        write_pdf(PDF, tmp_path / "报告.pdf", one)
    with pytest.raises(Refused, match="JX624"):
        write_pdf(PDF, tmp_path / "报告.pdf", stamp._replace(report="乙局报告"))


def test_pages_of_bookmarks() -> None:
    pdf = (
        b"\n4 0 obj\n<</A[9 0 R/XYZ 1 2 0]\n/B[7 0 R/XYZ 1 2 0]\n/C[1 0 R/XYZ 0 0 0]\n>>\nendobj\n"
        b"<</Type/Pages\n/MediaBox[ 0 0 1 1 ]\n/Kids[ 7 0 R 8 0 R\n9 0 R ]>>\n"
        b"<</Type/Catalog/Pages 3 0 R\n/Dests 4 0 R\n>>"
    )
    assert pages_of(pdf) == {"A": 3, "B": 1}
    assert pages_of(PDF) == {}
    assert pages_of(pdf.replace(b"\n4 0 obj", b"\n5 0 obj")) == {}


@pytest.fixture
def word() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("word/document.xml", '<w:rFonts w:ascii="Arial" w:eastAsia="仿宋_GB2312"/>')
        archive.writestr("word/styles.xml", '<w:rFonts w:eastAsia="黑体"/>')
        archive.writestr("word/fontTable.xml", '<w:rFonts w:eastAsia="不算"/>')
    return data.getvalue()


@pytest.fixture(autouse=True)
def _ask_again() -> Iterator[None]:
    fonts._installed.cache_clear()
    yield
    fonts._installed.cache_clear()


def test_missing_fonts_are_named_with_what_stands_for_them(program: Program, word: bytes) -> None:
    program("fc-list", "printf 'SimHei,黑体\\nARIAL\\n'")
    pdf = b"/BaseFont/AAAAAA+Noto#20Sans\n/BaseFont/BAAAAA+Noto#20Sans /BaseFont/Arial\n"
    assert missing_fonts(word, pdf) == (("仿宋_GB2312",), ("Arial", "Noto Sans"))
    (finding,) = font_findings(Path("报告.docx"), word, pdf)
    assert finding.code == "JX769"
    assert "仿宋_GB2312" in finding.message
    assert "Noto Sans" in finding.message


@pytest.mark.parametrize("lines", ["printf '仿宋_GB2312\\n黑体\\nArial\\n'", "exit 1"])
def test_nothing_is_said_where_all_are_there_or_nothing_is_known(program: Program, word: bytes, lines: str) -> None:
    program("fc-list", lines)
    assert font_findings(Path("报告.docx"), word, b"") == []


@pytest.mark.usefixtures("program")
def test_where_there_is_no_fontconfig(word: bytes) -> None:
    assert missing_fonts(word, b"") == ((), ())
