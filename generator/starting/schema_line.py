"""The first line of an input, by which an editor finds the template's JSON Schema."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from generator.patterns import regex
from generator.template.schema import SCHEMA_FILE, schema_text

if TYPE_CHECKING:
    from generator.template import Template

__all__ = ["SchemaPlace", "schema_place", "with_schema_line"]

_LINE = regex(r"^#[ \t]*yaml-language-server:[ \t]*\$schema=.*$", re.MULTILINE)


class SchemaPlace(Struct, frozen=True):
    """Where an editor finds the schema: as the input names it, and the file to be written for it, if any."""

    named: str
    copy: Path | None = None
    text: str = ""


def schema_place(template: Template, output: Path) -> SchemaPlace:
    """The schema for a new input.

    A template in a folder above the input is named by its relative way, which holds wherever the whole is moved. Any
    other (in an installed program, on another drive) is copied beside the input: a way into the program's own folder
    would be broken by the next installation, and on every other computer.
    """
    folder, shipped = output.resolve().parent, template.folder.resolve() / SCHEMA_FILE
    if shipped.is_file() and folder.is_relative_to(shipped.parent.parent.parent):
        named = Path(os.path.relpath(shipped, folder)).as_posix()
        # Editors end the name at the first blank.
        if not re.search(r"\s", named):
            return SchemaPlace(named)
    named = "_".join(template.id.split()) + ".schema.json"
    return SchemaPlace(named, output.parent / named, schema_text(template))


def with_schema_line(text: str, named: str) -> str:
    """The text with a line that names this schema, in the place of the one it has or at its head."""
    line = f"# yaml-language-server: $schema={named}"
    found = _LINE.search(text)
    return text[: found.start()] + line + text[found.end() :] if found else f"{line}\n{text}"
