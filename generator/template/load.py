"""A template's folder to a Template. All problems of all its files come in one run."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from generator.base.diagnostics import has_errors, in_order
from generator.base.errors import Refused
from generator.template.folder import find_files, read_files
from generator.template.kept import keep_template, place_of, recall_template

if TYPE_CHECKING:
    from generator.base.diagnostics import Finding
    from generator.template.model import Template

__all__ = ["load_template"]

_CACHED_TEMPLATES = 32


def load_template(folder: Path) -> Template:
    """The template in this folder; loaded once as long as its files stay the same.

    Raises:
        Refused: The template has errors.
        FileProblem: One of its files cannot be read.
    """
    names, found = find_files(folder)
    if found:
        raise Refused(found)
    # Two folders may have the same relative name in turn, and two versions of a file the same time; places are told
    # from the working folder.
    stats = [(folder / name).stat() for name in names]
    return _load(folder.absolute(), names, tuple((stat.st_mtime_ns, stat.st_size) for stat in stats), Path.cwd())


@lru_cache(maxsize=_CACHED_TEMPLATES)
def _load(folder: Path, names: tuple[str, ...], _stamps: tuple[tuple[int, int], ...], here: Path) -> Template:
    place = place_of(folder, names, here)
    kept = recall_template(place)
    if kept is not None:
        return kept
    from generator.template.assembling import assemble  # noqa: PLC0415 - most templates were read before

    findings: list[Finding] = []
    template, _ = assemble(read_files(folder, names, findings), findings)
    if has_errors(findings):
        raise Refused(in_order(findings))
    # Not where somebody saved a file in between: it would be kept as what it was.
    if place and place == place_of(folder, names, here):
        keep_template(place, template)
    return template
