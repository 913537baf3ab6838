"""jixiao: writes a bureau's annual self-evaluation report in Word from the facts in a YAML file or a workbook.

Packages, each importing only from those below it::

    cli          the command jixiao
    workflows    new, draft, pull, diff, batch, bundle, volume, review
    exports      Excel workbooks, PDF
    api          what ``generator.render`` gives to Python programs
    authoring    what template maintainers need: new, check, test, preview
    pipeline     the stages from an input to its report
    provenance   what a file records of its making; edited files are not overwritten
    checks       what a reviewer would object to, and automatic corrections
    narrative    every text of the report, written out
    scoring      formulas to scores, with the trace of each
    submission   what the bureau filled in, typed against the template
    template     templates/<name>/: fields, scoring form, checks, number formats
    word         a layout with tags, compiled once, rendered many times; Word files read and merged
    yamlfile     YAML with the line and column of every value, edited in place
    formula      formulas parsed, evaluated and traced
    base         amounts, diagnostics, text comparison, cache

Nothing here names a city, a bureau or an indicator: those are data, in ``templates/``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generator.base import __version__

if TYPE_CHECKING:
    from generator.api import Result
    from generator.base.diagnostics import Finding
    from generator.pipeline import Assessment

__all__ = ["__version__", "check", "render", "score"]


def render(  # noqa: PLR0913 - each has its default
    input: str | Path | bytes | Mapping[str, Any],  # noqa: A002 - the documented name
    output: str | Path | None = None,
    *,
    templates: str | Path | None = None,
    draft: bool = False,
    pdf: bool = False,
    write: bool = True,
    name: str = "填报.yaml",
    only: Sequence[str] = (),
    backup: bool = False,
    force: bool = False,
) -> Result:
    """Write the report of an input.

    Args:
        input: The bureau's YAML file or workbook, its bytes, or a dictionary of what it would say.
        output: The .docx file or the folder to write to; ``outputs`` if None.
        templates: The folder of templates; looked for upward from the input if None.
        draft: Write what there is, errors or not, with gaps marked and problems as comments.
        pdf: Make a PDF as well, with LibreOffice; where it is not installed, a finding says so.
        write: Keep the files; else only the result has their bytes.
        name: What findings call an input that is no file; the files that it names are looked for beside this one.
        only: The names of the documents to write, of a template that makes several.
        backup: Rename an output file that was edited by hand, or that something else wrote, before writing.
        force: Overwrite such a file.

    Returns:
        The path and the bytes of the report, with its scores and findings.

    Raises:
        generator.base.diagnostics.Refused: The input has errors; nothing was written.
        generator.base.diagnostics.FileProblem: A file cannot be read or written.
        TypeError: A dictionary holds what no filing can.
    """
    from generator import api  # noqa: PLC0415 - ``import generator`` must cost nothing

    options: dict[str, Any] = {"draft": draft, "pdf": pdf, "write": write, "name": name, "only": only}
    return api.render(input, _path(output), _path(templates), **options, backup=backup, force=force)


def score(input: str | Path, *, templates: str | Path | None = None) -> Assessment:  # noqa: A002
    """Score an input: the scores with their traces, and the findings; nothing is written.

    Raises:
        generator.base.diagnostics.Refused: The input cannot be scored.
        generator.base.diagnostics.FileProblem: A file cannot be read.
    """
    from generator import pipeline  # noqa: PLC0415 - ``import generator`` must cost nothing

    return pipeline.assess(Path(input), _path(templates))


def check(input: str | Path, *, templates: str | Path | None = None) -> tuple[Finding, ...]:  # noqa: A002
    """Everything found in an input, whether it can be scored or not.

    Raises:
        generator.base.diagnostics.FileProblem: A file cannot be read.
    """
    from generator import pipeline  # noqa: PLC0415 - ``import generator`` must cost nothing

    return pipeline.findings_of(lambda: pipeline.assess(Path(input), _path(templates)))


def _path(given: str | Path | None) -> Path | None:
    return None if given is None else Path(given)
