"""A template's folder looked over for its maintainer: as much of it as can be read, and all that is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from generator.base.diagnostics import in_order
from generator.template.assembling import assemble
from generator.template.folder import find_files, read_files

if TYPE_CHECKING:
    from pathlib import Path

    from generator.base.diagnostics import Finding
    from generator.template.folder import Files, Unread
    from generator.template.model import Template

__all__ = ["Inspected", "inspect_template"]


class Inspected(Struct, frozen=True):
    """What came of a folder.

    Attributes:
        template: The template, its faulty parts left blank.
        findings: What is wrong with its YAML files.
        unread: What of it could not be read.
        files: Its files, each with its located tree.
    """

    template: Template
    findings: tuple[Finding, ...]
    unread: Unread
    files: Files


def inspect_template(folder: Path) -> Inspected:
    """Reads all YAML files of a template; unlike ``load_template`` it goes on where they have errors.

    Raises:
        FileProblem: One of the files cannot be read.
    """
    names, findings = find_files(folder)
    files = read_files(folder.absolute(), names, findings)
    template, unread = assemble(files, findings)
    return Inspected(template, in_order(findings), unread, files)
