"""The files of a template that are written from its fields: the schema for editors, the input made of the examples."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.authoring import codes
from generator.authoring.examples import example_text, is_written
from generator.base.diagnostics import Span, shown_path
from generator.provenance.write import write_whole
from generator.template import load_template
from generator.template.schema import SCHEMA_FILE, schema_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from generator.base.diagnostics import Finding
    from generator.template import Template

__all__ = ["EXAMPLE_FILE", "example_of", "old_files", "write_generated"]

EXAMPLE_FILE = "tests/示例填报.yaml"


def write_generated(folder: Path) -> list[Path]:
    """Write the files anew that a template's fields make: its schema, and its example where it has that still.

    Raises:
        Refused: The template has errors.
        FileProblem: A file cannot be read or written.
    """
    template = load_template(folder)
    written = [write_whole(schema_text(template).encode(), folder / SCHEMA_FILE)]
    example = folder / EXAMPLE_FILE
    # An input that does not say that it was written here is somebody's work.
    if example.is_file() and is_written(_text(example)):
        written.append(write_whole(example_of(template).encode(), example))
    return written


def example_of(template: Template) -> str:
    """What stands in ``tests/示例填报.yaml``: the examples, and where the schema for editors is."""
    return example_text(template, f"../{SCHEMA_FILE}")


def old_files(template: Template) -> Iterator[Finding]:
    """Those that the template's fields would not make as they are."""
    schema, example = template.folder / SCHEMA_FILE, template.folder / EXAMPLE_FILE
    what = (
        "不存在" if not schema.is_file() else "不是由现在的字段写出的" if _text(schema) != schema_text(template) else ""
    )
    if what:
        yield codes.OLD_SCHEMA.at(Span(shown_path(schema)), file=SCHEMA_FILE, what=what, template=template.id)
    written = _text(example) if example.is_file() else ""
    if is_written(written) and written != example_of(template):
        yield codes.OLD_EXAMPLE.at(Span(shown_path(example)), file=EXAMPLE_FILE, template=template.id)


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8", errors="replace")
