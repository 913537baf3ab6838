"""Fonts that a Word file asks for and this computer does not have, and what a PDF has instead."""

from __future__ import annotations

import re
import subprocess
import zipfile
from collections.abc import Iterable
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from generator.base.diagnostics import Finding, Span
from generator.exports.pdf import codes
from generator.exports.pdf.convert import find_program

_SECONDS = 30
_PARTS = re.compile(r"word/(?:document|styles|header\d*|footer\d*|footnotes|endnotes)\.xml")
_FONTS = re.compile(rb"<w:rFonts\b[^>]*>")
_NAMED = re.compile(rb'w:(?:ascii|hAnsi|eastAsia)="([^"]+)"')
_EMBEDDED = re.compile(rb"/BaseFont/(?:[A-Z]{6}\+)?([^\s/\[\]<>()]+)")
_ESCAPED = re.compile(r"#([0-9A-Fa-f]{2})")


def missing_fonts(word: bytes, pdf: bytes) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The fonts that the file asks for and that are not installed, and their substitutes in the PDF.

    None and none where the system cannot tell which are installed, or all are.
    """
    installed = _installed()
    missing = [name for name in _asked(word) if name.casefold() not in installed] if installed else []
    return tuple(missing), _embedded(pdf) if missing else ()


def font_findings(file: Path, word: bytes, pdf: bytes) -> list[Finding]:
    """Findings about the fonts of a PDF: one, or none.

    Args:
        file: What the finding names.
        word: The Word file.
        pdf: What was made of it.
    """
    missing, instead = missing_fonts(word, pdf)
    return [fonts_changed(str(file), missing, instead)] if missing else []


def fonts_changed(file: str, missing: Iterable[str], instead: Iterable[str]) -> Finding:
    """The finding that names the missing fonts and their substitutes."""
    said = "、".join(instead) or "别的字体"
    return codes.MISSING_FONTS.at(Span(file), missing="、".join(missing), instead=said)


def _asked(word: bytes) -> list[str]:
    """The fonts that the text and its styles name, sorted."""
    with zipfile.ZipFile(BytesIO(word)) as archive:
        parts = [archive.read(name) for name in archive.namelist() if _PARTS.fullmatch(name)]
    tags = {tag for part in parts for tag in _FONTS.findall(part)}
    return sorted({name.decode() for tag in tags for name in _NAMED.findall(tag)})


@lru_cache(maxsize=1)
def _installed() -> frozenset[str]:
    """The names of all fonts, in every language; none where fontconfig is not there to be asked."""
    program = find_program(("fc-list",))
    if not program:
        return frozenset()
    try:
        listed = subprocess.run(  # noqa: S603 - found on the path
            [program, "--format", "%{family}\\n"], capture_output=True, check=True, timeout=_SECONDS
        ).stdout.decode("utf-8", "replace")
    except (OSError, subprocess.SubprocessError):
        return frozenset()
    return frozenset(name.strip().casefold() for line in listed.splitlines() for name in line.split(","))


def _embedded(pdf: bytes) -> tuple[str, ...]:
    """The fonts that the PDF brings along, sorted."""
    names = {name.decode("latin-1") for name in _EMBEDDED.findall(pdf)}
    return tuple(sorted({_ESCAPED.sub(lambda sign: chr(int(sign[1], 16)), name) for name in names}))
