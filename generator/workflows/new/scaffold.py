"""``jixiao new``: from a template, or from last year's input, to a new file."""

from __future__ import annotations

import os
import re
from pathlib import Path

from msgspec import Struct

from generator.base.amount import Amount
from generator.base.diagnostics import FileProblem, Finding, Refused, Span
from generator.provenance.write import write_whole
from generator.submission import codes as submission_codes
from generator.submission.accept import accept
from generator.submission.model import Fact
from generator.template.folder import find_template
from generator.template.load import load_template, named_template
from generator.template.model import Template, walk_fields
from generator.template.schema import SCHEMA_FILE, schema_text
from generator.workflows.new import codes
from generator.workflows.new.blank_form import conclusion_about, skeleton, stated_about
from generator.workflows.new.carry_forward import emptied_paths, year_field
from generator.yamlfile.build import Mapping
from generator.yamlfile.edit import KeyPath, rewritten
from generator.yamlfile.source import Source, parse_yaml, read_yaml

_BREAK = re.compile(r"\r\n?")


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


_MISSING = frozenset({submission_codes.MISSING.number, submission_codes.EMPTY_TABLE.number})
_JUDGED = {submission_codes.NO_JUDGEMENT.number: "自评分", submission_codes.NO_CONCLUSION.number: "结论"}
_ROW = re.compile(r"\[\d+\]")


class MissingFact(Struct, frozen=True):
    """A fact that must be filled in: where it belongs, what it is called, the line of its key."""

    path: str
    label: str
    line: int


def find_missing(source: Source, template: Template) -> tuple[tuple[MissingFact, ...], tuple[Finding, ...]]:
    """The facts that an input still lacks, by line, and whatever else is wrong with it."""
    assert source.root is not None  # noqa: S101 - it reads
    labels = _labels(template)
    missing, others = [], list(source.findings)
    for finding in accept(source, source.root, template)[1]:
        last = _JUDGED.get(finding.code)
        path = f"{finding.path}.{last}" if last else finding.path
        if last or finding.code in _MISSING:
            label = labels.get(_ROW.sub("", path), "")
            missing.append(MissingFact(path, label, _line(source.root, path) if last else finding.span.line))
        else:
            others.append(finding)
    return tuple(sorted(missing, key=lambda fact: fact.line)), tuple(others)


def _labels(template: Template) -> dict[str, str]:
    """What the facts that may be missing are called, by their paths."""
    labels = {field.path: field.label for field in walk_fields(template.fields)}
    for indicator in template.all_indicators():
        path = f"指标.{indicator.name}"
        labels[f"{path}.自评分"] = stated_about(indicator)
        labels |= {f"{path}.要点.{item.name}.结论": conclusion_about(item) for item in indicator.items}
    return labels


def _line(node: Mapping, path: str) -> int:
    """The line of the key that the path leads to, or of the last one on the way that is there."""
    line = node.span.line
    for entry in node.entries:
        rest = path.removeprefix(entry.key.text)
        if rest != path and (not rest or rest[0] == "."):
            line = entry.key.span.line
            if rest and isinstance(entry.value, Mapping):
                return max(line, _line(entry.value, rest[1:]))
    return line


_LINE = re.compile(r"^#[ \t]*yaml-language-server:[ \t]*\$schema=.*$", re.MULTILINE)


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
