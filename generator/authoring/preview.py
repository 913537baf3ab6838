"""``jixiao template preview``: what a template makes, with its examples or a real input, after every save."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from generator import pipeline
from generator.authoring import codes
from generator.authoring.examples import example_text, write_example
from generator.base.diagnostics import Finding, Refused, Span
from generator.exports.pdf import pictures_of, remove_pictures, to_pdf
from generator.provenance.guard import write_guarded
from generator.template.load import load_template

_NAME = "预览"
_EXAMPLE = "示例填报.yaml"


class Preview(Struct, frozen=True):
    """What was written: the input that it was made from, the Word file, a PDF and pictures where they could be made."""

    input: Path
    word: Path
    pdf: Path | None
    pictures: tuple[Path, ...]
    findings: tuple[Finding, ...]


def preview(folder: Path, output: Path, given: Path | None = None) -> Preview:
    """Write a template's report, to be looked at.

    Args:
        folder: The template's folder.
        output: The folder to write to; a preview that is there is replaced. One that somebody wrote in is kept beside
            the new one, as a backup.
        given: A real input; where absent, the examples of the fields are filled in.

    Raises:
        Refused: The template or the input has errors.
        FileProblem: A file cannot be read or written.
    """
    source = given or write_example(example_text(load_template(folder)), output / _EXAMPLE)
    assessment = pipeline.assess(source, folder.parent)
    used = assessment.submission.template.id
    if used != folder.name:
        raise Refused([codes.OTHER_TEMPLATE.at(Span(str(source)), "模板", actual=used, wanted=folder.name)])
    word = output / f"{_NAME}.docx"
    # Notes of a colleague on the pages must neither be lost nor stop the next preview.
    write_guarded(pipeline.print_report(assessment), word, backup=True)
    # What a reviewer would object to in the examples themselves is nobody's concern.
    findings = [finding for finding in assessment.findings if given is not None or finding.span.file != str(source)]
    pdf, pictures = _pages(word, findings)
    return Preview(source, word, pdf, pictures, tuple(findings))


def _pages(word: Path, findings: list[Finding]) -> tuple[Path | None, tuple[Path, ...]]:
    """The PDF and its pages, as far as this computer can make them; what it cannot is added to ``findings``."""
    pdf = None
    # An old one beside a new Word file would mislead.
    word.with_suffix(".pdf").unlink(missing_ok=True)
    remove_pictures(word.parent)
    try:
        pdf = to_pdf(word)
        return pdf, tuple(pictures_of(pdf))
    except Refused as refused:
        findings += refused.findings
    return pdf, ()


PAUSE = 0.5


def saves(files: Callable[[], Iterable[Path]]) -> Iterator[None]:
    """Comes back once at the start, then after every change of any of the files. Never ends by itself.

    Args:
        files: Gives the files to watch, asked anew each time: files may come and go.
    """
    seen = None
    while True:
        now = _state(files())
        if now != seen:
            # Noted before it is acted on, so that a save in the meantime is not missed.
            seen = now
            yield
        else:
            time.sleep(PAUSE)


def files_below(folder: Path) -> Iterator[Path]:
    """The files of a folder and its folders, without those that Word and editors keep beside an open file."""
    for file in sorted(folder.rglob("*")):
        if not file.name.startswith(("~", ".")) and not file.name.endswith((".tmp", "~")):
            yield file


def _state(files: Iterable[Path]) -> dict[Path, tuple[int, int]]:
    found = {}
    for file in files:
        try:
            stat = file.stat()
        except OSError:
            continue  # gone since it was listed
        found[file] = stat.st_mtime_ns, stat.st_size
    return found
