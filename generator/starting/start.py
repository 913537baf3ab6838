"""From a template, or from last year's input, to a new file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from generator.base.amount import Amount
from generator.base.diagnostics import Span
from generator.base.errors import FileProblem, Refused
from generator.patterns import regex
from generator.publishing import write_whole
from generator.starting import codes
from generator.starting.missing import MissingFact, find_missing
from generator.starting.rolling import emptied_paths, year_field
from generator.starting.schema_line import SchemaPlace, schema_place, with_schema_line
from generator.starting.skeleton import skeleton
from generator.submission import Fact, accept
from generator.template import find_template, load_template, named_template
from generator.yamlfile.edit import rewritten
from generator.yamlfile.source import parse_yaml, read_yaml

if TYPE_CHECKING:
    from generator.base.diagnostics import Finding
    from generator.template import Template
    from generator.yamlfile.edit import KeyPath
    from generator.yamlfile.source import Source

__all__ = ["Started", "roll_over", "start"]

_BREAK = regex(r"\r\n?")


class Started(Struct, frozen=True):
    """A new input that was written.

    Attributes:
        path: The file.
        template: Its template.
        year: The year it is for; None where none was given.
        missing: What must be filled in, by line.
        findings: What else is wrong with it: carried over from last year's.
        schema: The copy of the template's JSON Schema written beside it; None where the template's own is named.
    """

    path: Path
    template: Template
    year: int | None
    missing: tuple[MissingFact, ...]
    findings: tuple[Finding, ...]
    schema: Path | None


def start(name: str, output: Path, year: int | None = None, templates: Path | None = None) -> Started:
    """Write an empty input for a template.

    Args:
        name: The template's name.
        output: The new file; where there is one already, nothing is written.
        year: The year of the report, if it is to be filled in.
        templates: The folder of templates; looked for upward from the new file where absent.

    Raises:
        Refused: There is no such template, or it has errors.
        FileProblem: The file is there already, or cannot be written.
    """
    _refuse_existing(output)
    template = load_template(find_template(name, output, templates, Span("jixiao new")))
    place, field = schema_place(template, output), year_field(template)
    values = {field.name: str(year)} if field is not None and year is not None else {}
    return _write(skeleton(template, place.named, values), output, template, year, place)


def roll_over(last: Path, output: Path, year: int | None = None, templates: Path | None = None) -> Started:
    """Write next year's input from last year's: what stays is carried over, everything else is emptied.

    Args:
        last: Last year's input.
        output: The new file; where there is one already, nothing is written.
        year: The year of the new one; the one after last year's where absent.
        templates: The folder of templates; looked for upward from last year's input where absent.

    Raises:
        Refused: Last year's input cannot be read, or names no template.
        FileProblem: The new file is there already, or one of the files cannot be read or written.
    """
    _refuse_existing(output)
    source = read_yaml(last)
    if source.root is None or source.findings:
        raise Refused(source.findings)
    template = named_template(source.root, last, templates)
    field, place = year_field(template), schema_place(template, output)
    values: dict[KeyPath, str] = dict.fromkeys(emptied_paths(source.root, template), "")
    if field is not None:
        year = year or _year_after(source, template, field.name)
        values[(field.name,)] = str(year)
    text = rewritten(_BREAK.sub("\n", source.text), values)
    return _write(with_schema_line(text, place.named), output, template, year, place)


def _refuse_existing(output: Path) -> None:
    if os.path.lexists(output):
        raise FileProblem([codes.EXISTS.at(Span(str(output)), file=output)])


def _year_after(source: Source, template: Template, name: str) -> int:
    assert source.root is not None  # noqa: S101 - it reads
    fact = accept(source, source.root, template)[0].facts.members[name]
    if not isinstance(fact, Fact) or not isinstance(fact.value, Amount):
        raise Refused([codes.NO_YEAR.at(fact.span, name, name=name)])
    return int(fact.value) + 1


def _write(text: str, output: Path, template: Template, year: int | None, place: SchemaPlace) -> Started:
    data = text.encode()
    missing, others = find_missing(parse_yaml(data, str(output)), template)
    if place.copy is not None:
        write_whole(place.text.encode(), place.copy)
    write_whole(data, output)
    return Started(output, template, year, missing, others, place.copy)
