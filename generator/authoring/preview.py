"""``jixiao template preview``: a template's report with its examples or a real input, remade after every save."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from generator import pipeline
from generator.authoring import codes
from generator.authoring.generate import example_text, write_example
from generator.base.diagnostics import Finding, Refused, Span
from generator.exports.pdf import pictures_of, remove_pictures, to_pdf
from generator.provenance.guard import write_all, write_guarded
from generator.template.load import load_template

_NAME = "预览"
_EXAMPLE = "示例填报.yaml"


class Preview(Struct, frozen=True):
    """The files of a preview: the input, the Word file, and a PDF with pictures of its pages if they could be made.

    ``others`` are all documents, where a filing makes several.
    """

    input: Path
    word: Path
    pdf: Path | None
    pictures: tuple[Path, ...]
    findings: tuple[Finding, ...]
    others: tuple[Path, ...] = ()


def preview(folder: Path, output: Path, given: Path | None = None) -> Preview:
    """Write a template's report with its examples or a real input.

    Args:
        folder: The template's folder.
        output: The folder to write to; an earlier preview is replaced, one that was edited is kept as a backup.
        given: A real input; if None, the examples of the fields are filled in.

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
    # A colleague's notes in it must neither be lost nor stop the next preview.
    write_guarded(pipeline.print_report(assessment), word, backup=True)
    others = {word.with_suffix("") / file: data for file, data in pipeline.print_all(assessment).items()}
    write_all(others, backup=True)
    # Findings in the examples themselves concern nobody.
    findings = [finding for finding in assessment.findings if given is not None or finding.span.file != str(source)]
    pdf, pictures = _pages(word, findings)
    return Preview(source, word, pdf, pictures, tuple(findings), tuple(others))


def _pages(word: Path, findings: list[Finding]) -> tuple[Path | None, tuple[Path, ...]]:
    """The PDF and pictures of its pages; why they could not be made is added to ``findings``."""
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
    """Yields once at the start, then after every change of any of the files; never ends by itself.

    Args:
        files: Returns the files to watch; called for every look, since files come and go.
    """
    seen = None
    while True:
        now = _state(files())
        if now != seen:
            # Set before yielding, so that a save during the work is not missed.
            seen = now
            yield
        else:
            time.sleep(PAUSE)


def files_below(folder: Path) -> Iterator[Path]:
    """All files below a folder, without the lock and backup files of Word and editors."""
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
