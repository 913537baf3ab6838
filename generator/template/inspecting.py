"""A template's folder looked over for its maintainer: as much of it as can be read, and all that is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from generator.diagnostics import Finding, Span, has_errors, in_order, shown_path
from generator.template import codes
from generator.template.load import _FILES, _OPTIONAL_FILES, _assemble, _misfits, _root

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from generator import reading
    from generator.template.model import Template

__all__ = ["Inspected", "inspect_template"]


@dataclass(frozen=True, slots=True)
class Inspected:
    """What came of a folder.

    Attributes:
        template: The template, where its files can be read at all; where they have errors, the faulty parts are blank.
        findings: What is wrong with its YAML files.
        roots: The located tree of each file, by the file's name.
    """

    template: Template | None
    findings: tuple[Finding, ...]
    roots: Mapping[str, reading.Mapping] = field(default_factory=dict)


def inspect_template(folder: Path) -> Inspected:
    """Reads all YAML files of a template; unlike ``load_template`` it goes on where they have errors.

    Raises:
        FileProblem: One of the files cannot be read.
    """
    missing = [name for name in _FILES if not (folder / name).is_file()]
    if missing:
        place = Span(shown_path(folder))
        return Inspected(None, tuple(codes.MISSING_FILE.at(place, template=folder.name, file=name) for name in missing))
    findings: list[Finding] = []
    names = [name for name in (*_FILES, *_OPTIONAL_FILES) if (folder / name).is_file()]
    roots = {name: _root(folder.absolute(), name, findings) for name in names}
    if has_errors(findings):
        # What else might be said of the others would mostly be mere consequences.
        return Inspected(None, in_order(findings), roots)
    template = _assemble(folder.absolute(), roots, findings)
    findings += _misfits(template, roots, findings)
    return Inspected(template, in_order(findings), roots)
