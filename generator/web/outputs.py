"""The buttons of the page: files made of a saved filing."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from msgspec import Struct

from generator import pipeline
from generator.base.diagnostics import Finding, JixiaoError
from generator.exports.scoring_form import write_scores
from generator.pipeline import Rendered
from generator.workflows.batch import make_pdf
from generator.workflows.bundle import bundle
from generator.workflows.convert import plan, write
from generator.workflows.draft import render_draft


class Made(Struct, frozen=True):
    """Files that were written, and what was found on the way; no files where something was in the way."""

    files: tuple[Path, ...]
    findings: tuple[Finding, ...]


_Place = tuple[Path, Path | None, Path | None]  # the filing, the folder for outputs, the folder of templates


def _rendered(place: _Place, how: Callable[..., Rendered], *, backup: bool) -> Made:
    done = how(*place, backup=backup)
    return Made(done.files or (done.path,), done.assessment.findings)


def _bundled(place: _Place, *, backup: bool) -> Made:
    done = bundle(*place, backup=backup)
    return Made((done.path,), done.findings)


def _pdf(place: _Place, *, backup: bool) -> Made:
    done = _rendered(place, pipeline.render, backup=backup)
    files, found = list[Path](), list(done.findings)
    for word in (file for file in done.files if file.suffix.lower() == ".docx"):
        path, more = make_pdf(word, backup=backup)
        files.append(path)
        found += more
    return Made(tuple(files), tuple(found))


def _workbook(place: _Place, *, backup: bool) -> Made:  # noqa: ARG001 - called as the others are
    """The filing as a workbook; a name that is taken is numbered, for what stands there is somebody's work."""
    filing, output, templates = place
    folder, number, ending = output or pipeline.DEFAULT_OUTPUT, 1, ".xlsx"
    while (target := folder / f"{filing.stem}{'' if number == 1 else f'-{number}'}{ending}").exists():
        number += 1
    made = plan([filing], target, templates)
    return Made((write(made),), made.findings)


OUTPUTS: Final[dict[str, tuple[str, Callable[..., Made]]]] = {
    "draft": ("草稿", partial(_rendered, how=render_draft)),
    "report": ("报告", partial(_rendered, how=pipeline.render)),
    "scores": ("评分表", partial(_rendered, how=write_scores)),
    "workbook": ("填报表", _workbook),
    "bundle": ("报送材料", _bundled),
    "pdf": ("PDF", _pdf),
}
"""The buttons: what each is called, and what it does."""


def make(what: str, filing: Path, output: Path | None, templates: Path | None, *, backup: bool) -> Made:
    """Make one of ``OUTPUTS``."""
    try:
        return OUTPUTS[what][1]((filing, output, templates), backup=backup)
    except JixiaoError as error:
        return Made((), error.findings)
