"""``jixiao convert``: filings from YAML to workbooks and back, and the workbooks of several people into one filing."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from msgspec import Struct

from generator.base.diagnostics import Finding, Refused, Span, has_errors, in_order
from generator.exports.filing_book import filing_book
from generator.provenance.guard import overwrite
from generator.provenance.write import write_whole
from generator.submission import codes as submission_codes
from generator.submission.filing import (
    Values,
    field_at,
    is_workbook,
    meaning,
    read_filing,
    said_by,
    says_same,
    told,
    with_lists,
    written_path,
)
from generator.template.load import named_template
from generator.template.model import Field, Template
from generator.workflows import codes
from generator.workflows.new import filled_skeleton, refuse_existing, schema_place
from generator.yamlfile.build import Scalar
from generator.yamlfile.edit import KeyPath
from generator.yamlfile.regrow import regrown
from generator.yamlfile.source import Source


class Rewrite(Struct, frozen=True):
    """A value of the file that is written to: what it says now and what it is to say; blank where it says nothing."""

    path: str
    before: str
    after: str


class Conversion(Struct, frozen=True):
    """What is to be written, and what that changes in the file that is there."""

    output: Path
    data: bytes
    findings: tuple[Finding, ...]
    changes: tuple[Rewrite, ...] = ()
    present: Source | None = None


def plan(inputs: Sequence[Path], output: Path, templates: Path | None = None) -> Conversion:
    """Work out what a conversion writes. Nothing is written.

    Args:
        inputs: Filings of one template, as YAML or workbooks.
        output: The file to write; a YAML file that is there is changed in place.
        templates: The folder of templates; looked for upward from each filing where absent.

    Raises:
        Refused: A filing cannot be read, two of them say different things, or something cannot be kept.
        FileProblem: A file cannot be read, or a workbook is there already.
    """
    if is_workbook(output):
        refuse_existing(output)
    sources = [read_filing(path, templates) for path in inputs]
    found = [finding for source in sources for finding in source.findings]
    roots = [source.root for source in sources if source.root is not None]
    if has_errors(found) or len(roots) < len(sources):
        raise Refused(in_order(found))
    template = named_template(roots[0], inputs[0], templates)
    values = said_by(roots[0], template)
    for root, path in zip(roots[1:], inputs[1:], strict=True):
        named_template(root, path, templates)
        values, clashes = merged(values, said_by(root, template), template)
        found += clashes
    if has_errors(found):
        raise Refused(in_order(found))
    if is_workbook(output):
        return Conversion(output, filing_book(template, values, output, templates), in_order(found))
    return _as_yaml(values, template, output, in_order(found))


def write(made: Conversion) -> Path:
    """Write what was planned.

    Raises:
        Refused: The file was changed meanwhile.
        FileProblem: It cannot be written.
    """
    if made.present is None:
        return write_whole(made.data, made.output)
    changed = codes.TEXT_CHANGED_MEANWHILE.at(Span(made.present.file), file=made.present.file)
    return overwrite(made.output, made.present, made.data.decode(), changed)


def _as_yaml(values: Values, template: Template, output: Path, found: tuple[Finding, ...]) -> Conversion:
    """YAML that says these values: the file that is there with what differs, or a new one with its explanations."""
    if not os.path.lexists(output):
        text = filled_skeleton(template, schema_place(template, output).named, values)
        return Conversion(output, text.encode(), found)
    present = read_filing(output)
    if present.root is None or has_errors(present.findings):
        raise Refused(present.findings)
    before = said_by(present.root, template)
    made = regrown(present.text, with_lists(values, template), partial(told, template=template))
    if made is None:
        raise Refused([codes.CANNOT_REWRITE.at(Span(present.file), file=present.file)])
    changes = tuple(_changes(before, values, template))
    return Conversion(output, made.encode(), found, changes, present)


def _changes(before: Values, after: Values, template: Template) -> Iterator[Rewrite]:
    for path in dict.fromkeys([*before, *after]):
        old, new = before.get(path), after.get(path)
        if old is None or new is None or not says_same(old, new, field_at(path, template)):
            yield Rewrite(written_path(path), old.text if old is not None else "", new.text if new is not None else "")


def merged(base: Values, more: Values, template: Template) -> tuple[Values, list[Finding]]:
    """What two filings say together; of a value that they say differently, the first one's, and a finding.

    Rows of a table that both have are one row if they have the same name; those of the second one that the first one
    has not come behind.
    """
    both, found = dict(base), list[Finding]()
    merger = _Merger(base, more, template)
    for path, value in more.items():
        here = merger.moved(path)
        if here is None:
            continue
        before = both.setdefault(here, value)
        field = field_at(here, template)
        if not (says_same(before, value, field) or _is_same_money(before, value, field)):
            words = {"name": written_path(here), "text": value.text, "other": f"{before.span}（「{before.text}」）"}
            found.append(submission_codes.SAID_TWICE.at(value.span, written_path(here), **words))
    return both, [*found, *merger.found]


def _is_same_money(one: Scalar, other: Scalar, field: Field | None) -> bool:
    """Whether both are the same amount of money, in 元 the one and in 万元 the other."""
    if field is None or field.kind != "金额":
        return False
    said, too = meaning(one, field), meaning(other, field)
    return isinstance(said, tuple) and isinstance(too, tuple) and said[0] == too[0]


class _Merger:
    """Finds the places of one filing's rows among those of another."""

    def __init__(self, base: Values, more: Values, template: Template) -> None:
        self.template, self.found = template, list[Finding]()
        self.base, self.more = _rows(base, template), _rows(more, template)
        self.places: dict[KeyPath, KeyPath | None] = {}

    def moved(self, path: KeyPath) -> KeyPath | None:
        """The path of a value in the merged filing; None where its row cannot be told apart from others."""
        at = next((at for at in range(len(path) - 1, -1, -1) if isinstance(path[at], int)), None)
        if at is None:
            return path
        row = path[: at + 1]
        if row not in self.places:
            above = self.moved(path[:at])
            self.places[row] = self._place(row, above) if above is not None else None
        place = self.places[row]
        return (*place, *path[at + 1 :]) if place is not None else None

    def _place(self, row: KeyPath, above: KeyPath) -> KeyPath | None:
        there, here = self.base.get(above, {}), self.more[row[:-1]]
        number, own = row[-1], here[row[-1]]
        same = [at for at, other in there.items() if other.all == own.all]
        if same:
            # Rows that are alike word by word belong together in their order.
            twins = [at for at, other in here.items() if other.all == own.all]
            if twins.index(number) < len(same):
                return (*above, same[twins.index(number)])
        alike = [at for at, other in there.items() if other.name == own.name and own.name]
        alone = sum(other.name == own.name for other in here.values()) == 1
        if alike and len(alike) == 1 and alone:
            return (*above, alike[0])
        if alike:
            words = {"table": written_path(above), "text": own.name}
            self.found.append(codes.ROWS_NOT_MATCHED.at(own.span, written_path(row), **words))
            return None
        free = max((int(at) for at in [*there, *self._taken(above)]), default=-1) + 1
        return (*above, free)

    def _taken(self, above: KeyPath) -> list[int]:
        places = (place for place in self.places.values() if place is not None and place[:-1] == above)
        return [int(place[-1]) for place in places]


class _Said(Struct, frozen=True):
    """A row: the text that names it, everything that it says, and where."""

    name: str
    all: frozenset[object]
    span: Span


def _rows(values: Values, template: Template) -> dict[KeyPath, dict[str | int, _Said]]:
    """The rows of every list of a filing, by the path of the list and their numbers."""
    parts: dict[KeyPath, dict[KeyPath, Scalar]] = {}
    for path, value in values.items():
        for at, step in enumerate(path):
            if isinstance(step, int):
                parts.setdefault(path[: at + 1], {})[path] = value
    rows: dict[KeyPath, dict[str | int, _Said]] = {}
    for row, said in parts.items():
        texts = {path[len(row) :]: value for path, value in said.items()}
        field = field_at(row, template)
        named = [(name,) for name, one in field.members.items() if one.kind == "文字"] if field is not None else []
        name = next((texts[key].text.strip() for key in [(), *named, ("标题",), ("文件",)] if key in texts), "")
        everything = frozenset((key, meaning(value, field_at((*row, *key), template))) for key, value in texts.items())
        rows.setdefault(row[:-1], {})[row[-1]] = _Said(name, everything, next(iter(said.values())).span)
    return rows
