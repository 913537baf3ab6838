"""jixiao: from a bureau's facts to its annual self-evaluation report in Word.

The stages, in the order of the data (``pipeline`` runs them)::

    reading      a YAML file, every value with its line and column
    template     templates/<name>/: fields, scoring form, checks, printing forms
    submission   what the bureau filled in, typed against the template
    scoring      formulas to scores, with the trace of every one
    narrating    every text of the report, written out
    checking     what a reviewer would object to
    word         a Word layout with tags, compiled once, rendered many times
    provenance   what a file tells of its making; nobody's work is overwritten
    publishing   the file, written whole or not at all

beside them::

    starting     a new input, from a template or from last year's
    workflows    the draft of an input that is not finished: its gaps shown, its findings as comments
    pulling      edits that were made in Word, written back to the input
    correcting   slips in an input's texts, mended on request
    authoring    what template maintainers need: names, cases, checks, previews
    sheets       tables that bureaus keep in Excel or CSV
    workbook     the scoring form as an Excel workbook

and below them ``formula``, ``base``, ``diagnostics``, ``errors``. Nothing here names a city, a
bureau or an indicator: those are data, in ``templates/``.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from generator.version import __version__

if TYPE_CHECKING:
    from generator.base.diagnostics import Finding
    from generator.pipeline import Assessment, Rendered

__all__ = ["__version__", "check", "render", "score"]


def render(
    input: str | Path,  # noqa: A002 - the documented name
    output: str | Path | None = None,
    *,
    templates: str | Path | None = None,
) -> Rendered:
    """Write the report of an input; what you get knows its path, scores and findings.

    Args:
        input: The bureau's YAML file.
        output: The .docx file or the folder to write to; ``outputs`` where absent.
        templates: The folder of templates; looked for upward from the input where absent.

    Raises:
        generator.base.diagnostics.Refused: The input has errors; nothing was written.
        generator.base.diagnostics.FileProblem: A file cannot be read or written.
    """
    from generator import pipeline  # noqa: PLC0415 - ``import generator`` costs nothing

    return pipeline.render(Path(input), _path(output), _path(templates))


def score(input: str | Path, *, templates: str | Path | None = None) -> Assessment:  # noqa: A002
    """The scores of an input, with traces and findings; nothing is written.

    Raises:
        generator.base.diagnostics.Refused: The input cannot be scored.
        generator.base.diagnostics.FileProblem: A file cannot be read.
    """
    from generator import pipeline  # noqa: PLC0415

    return pipeline.assess(Path(input), _path(templates))


def check(input: str | Path, *, templates: str | Path | None = None) -> tuple[Finding, ...]:  # noqa: A002
    """Everything that is found in an input, whether it can be scored or not.

    Raises:
        generator.base.diagnostics.FileProblem: A file cannot be read.
    """
    from generator import pipeline  # noqa: PLC0415
    from generator.base.diagnostics import Refused  # noqa: PLC0415

    try:
        return pipeline.assess(Path(input), _path(templates)).findings
    except Refused as refused:
        return refused.findings


def _path(given: str | Path | None) -> Path | None:
    return None if given is None else Path(given)
