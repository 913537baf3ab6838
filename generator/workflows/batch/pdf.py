"""The PDFs of a run: made by several offices while the workers go on, each beside its report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from generator.base.diagnostics import Finding, JixiaoError, Refused
from generator.exports.pdf.convert import no_pdf
from generator.exports.pdf.fonts import font_findings, fonts_changed, missing_fonts
from generator.exports.pdf.pool import convert_several
from generator.provenance.finished import open_finished
from generator.provenance.guard import write_pdf

if TYPE_CHECKING:
    from generator.workflows.batch.result import Outcome


def make_pdf(target: Path, *, backup: bool = False, force: bool = False) -> tuple[Path, list[Finding]]:
    """The PDF of one report, beside it, with its findings.

    Args:
        target: The report's file.
        backup: Keep a PDF that must not be lost under another name.
        force: Give it up.

    Raises:
        Refused: LibreOffice is not installed or made none, or a PDF is there that must not be lost.
        FileProblem: The PDF cannot be written.
    """
    word = target.read_bytes()
    [(_, made)] = convert_several([target], lambda _: word, 1)
    assert made is not None  # there is a Word file  # noqa: S101
    path = _write(made, word, target, backup=backup, force=force)
    return path, font_findings(target, word, path.read_bytes())


def _write(made: bytes | str, word: bytes, target: Path, *, backup: bool, force: bool) -> Path:
    """Write what LibreOffice made; it may say why it made nothing."""
    if isinstance(made, str):
        raise Refused([no_pdf(target, made)])
    stamp = open_finished(word).stamp
    assert stamp is not None  # this program just made it  # noqa: S101
    return write_pdf(made, target.with_suffix(".pdf"), stamp, backup=backup, force=force)


class Portable:
    """The stage of a run that makes PDFs. A report whose PDF cannot be made stays, and its outcome says why.

    Args:
        count: How many offices work at once.
        backup: Keep PDFs that must not be lost under another name.
        force: Give them up.
    """

    def __init__(self, count: int, *, backup: bool = False, force: bool = False) -> None:
        self._count, self._backup, self._force = count, backup, force
        self._missing: set[str] = set()
        self._instead: set[str] = set()

    def add(self, outcomes: Iterable[Outcome]) -> Iterator[Outcome]:
        """The outcomes, with the PDF of each report that was written.

        Raises:
            Refused: LibreOffice is not installed.
        """
        for outcome, made in convert_several(outcomes, _word_of, self._count):
            yield replace(outcome, word=b"") if made is None else self._written(outcome, made)

    def _written(self, outcome: Outcome, made: bytes | str) -> Outcome:
        target, word, outcome = outcome.target, outcome.word, replace(outcome, word=b"")
        assert target is not None  # else it had no Word file  # noqa: S101
        try:
            path = _write(made, word, target, backup=self._backup, force=self._force)
        except JixiaoError as error:
            return replace(outcome, lacks_pdf=True, findings=(*error.findings, *outcome.findings))
        missing, instead = missing_fonts(word, made) if isinstance(made, bytes) else ((), ())
        self._missing.update(missing)
        self._instead.update(instead)
        return replace(outcome, pdf=path)

    def findings(self) -> list[Finding]:
        """Findings about all PDFs of the run: the fonts that they lack."""
        return [fonts_changed("PDF", sorted(self._missing), sorted(self._instead))] if self._missing else []


def _word_of(outcome: Outcome) -> bytes:
    return outcome.word if outcome.target is not None else b""
