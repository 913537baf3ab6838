"""Make filings of filings: convert between YAML and workbooks, merge several people's, roll over to the next year."""

from __future__ import annotations

import os
import re
from collections import abc
from collections.abc import Collection, Iterable, Iterator
from functools import partial
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from generator.base.amount import Amount
from generator.base.diagnostics import Finding, Refused, Span, has_errors, in_order
from generator.exports.filing_book import filing_book
from generator.provenance.guard import overwrite
from generator.provenance.write import write_whole
from generator.submission import codes as submission_codes
from generator.submission.accept import accept, read_filing
from generator.submission.entries import REVIEW, review_files
from generator.submission.filing import (
    Values,
    field_at,
    is_workbook,
    meaning,
    node_meaning,
    said_by,
    says_same,
    with_lists,
    written_path,
)
from generator.submission.model import Fact, Record, Table
from generator.submission.sheet_tables import FILE
from generator.template.load import named_template
from generator.template.model import Field, Template
from generator.workflows import codes
from generator.workflows.new import (
    ROWS,
    MissingFact,
    Started,
    columns,
    commented,
    filled_skeleton,
    refuse_existing,
    sample_row,
    schema_place,
    write_started,
    year_field,
)
from generator.yamlfile.build import Entry, Mapping, Node, Scalar, Sequence, scalars
from generator.yamlfile.edit import KeyPath, flow_text
from generator.yamlfile.regrow import Meaning, exact, node_at, put_at, regrown
from generator.yamlfile.source import Source, parse_yaml

_TEMPLATE: KeyPath = ("模板",)


class Rewrite(Struct, frozen=True):
    """A value that changes in an existing file: its text before and after; blank if there is none."""

    path: str
    before: str
    after: str


class Conversion(Struct, frozen=True):
    """What is to be written, and what that changes in the existing file.

    ``other`` says why that seems to be another filing, if it does.
    """

    output: Path
    data: bytes
    findings: tuple[Finding, ...]
    changes: tuple[Rewrite, ...] = ()
    present: Source | None = None
    other: str = ""


def plan(inputs: abc.Sequence[Path], output: Path, templates: Path | None = None) -> Conversion:
    """Work out what a conversion of filings of one template writes; an existing YAML file is changed in place.

    Raises:
        Refused: A filing cannot be read, two of them contradict each other, or something cannot be kept.
        FileProblem: A file cannot be read, or the workbook to write exists.
    """
    if is_workbook(output):
        refuse_existing(output)
    sources = [read_filing(path, templates) for path in inputs]
    found = [finding for source in sources for finding in source.findings]
    found += (finding for path in inputs for finding in _reviews_left(path, output))
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


def _reviews_left(last: Path, output: Path) -> Iterator[Finding]:
    """A finding for the review of a filing, which the new file does not have by its name."""
    files = [file.name for file in review_files(last) if file.is_file()]
    if files and review_files(last.absolute()) != review_files(output.absolute()):
        yield codes.REVIEW_LEFT.at(Span(str(last)), files="」「".join(files), ending=REVIEW)


def write(made: Conversion) -> Path:
    """Write what was planned; raises ``Refused`` if the file was changed meanwhile."""
    if made.present is None:
        return write_whole(made.data, made.output)
    changed = codes.TEXT_CHANGED_MEANWHILE.at(Span(made.present.file), file=made.present.file)
    return overwrite(made.output, made.present, made.data.decode(), changed)


def _as_yaml(values: Values, template: Template, output: Path, found: tuple[Finding, ...]) -> Conversion:
    """YAML with these values: the existing file with the differences, or a new one with explanations."""
    if not os.path.lexists(output):
        text = filled_skeleton(template, schema_place(template, output).named, values)
        return Conversion(output, text.encode(), found)
    present = read_filing(output)
    if present.root is None or has_errors(present.findings):
        raise Refused(present.findings)
    before = said_by(present.root, template)
    named, wanted = before.get(_TEMPLATE), values.get(_TEMPLATE)
    if named is not None and wanted is not None and named.text.strip() != wanted.text.strip():
        raise Refused([_said_twice(named, wanted, _TEMPLATE)])
    made = _changed(present, with_lists(values, template), partial(node_meaning, template=template))
    changes = []
    for path in dict.fromkeys([*before, *values]):
        old, new = before.get(path), values.get(path)
        if old is None or new is None or not says_same(old, new, field_at(path, template)):
            texts = ("" if one is None else one.text for one in (old, new))
            changes.append(Rewrite(written_path(path), *texts))
    year, (author, _) = year_field(template), template.properties.get("作者", ("", present))
    owners = {author, year.name if year is not None else ""}
    other = next(
        (f"{one.path}：{one.before} → {one.after}" for one in changes if one.before and one.path in owners), ""
    )
    return Conversion(output, made.text.encode(), found, tuple(changes), present, other)


def _changed(source: Source, new: Mapping, meaning: Meaning) -> Source:
    made = regrown(source, new, meaning)
    if made is None:
        raise Refused([codes.CANNOT_REWRITE.at(Span(source.file), file=source.file)])
    return made


def _said_twice(before: Scalar, value: Scalar, path: KeyPath) -> Finding:
    words = {"name": written_path(path), "text": value.text, "other": f"{before.span}（「{before.text}」）"}
    hint = "两份填报用的模板不同，不能写在一处：换一个要写到的文件。" if path == _TEMPLATE else ""
    return submission_codes.SAID_TWICE.at(value.span, written_path(path), hint=hint, **words)


def merged(base: Values, more: Values, template: Template) -> tuple[Values, list[Finding]]:
    """The values of two filings together; where they contradict each other, the first one's and a finding.

    Rows of one table with the same name become one row; other rows of the second filing are appended.
    """
    both, found = dict(base), list[Finding]()
    merger = _Merger(base, more, template)
    for path, value in more.items():
        here = merger.moved(path)
        if here is None:
            continue
        before = both.setdefault(here, value)
        field = field_at(here, template)
        same = says_same(before, value, field)
        if not same and field is not None and field.kind == "金额":
            # The same amount may be stated in two units.
            one, other = meaning(before, field), meaning(value, field)
            same = isinstance(one, tuple) and isinstance(other, tuple) and one[0] == other[0]
        if not same:
            found.append(_said_twice(before, value, here))
    return both, [*found, *merger.found]


class _Merger:
    """Finds the places of one filing's rows among those of another."""

    def __init__(self, base: Values, more: Values, template: Template) -> None:
        self.template, self.found = template, list[Finding]()
        self.base, self.more = _rows(base, template), _rows(more, template)
        self.places: dict[KeyPath, KeyPath | None] = {}

    def moved(self, path: KeyPath) -> KeyPath | None:
        """The path of a value in the merged filing; None if its row is ambiguous."""
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
        """The place of a row in the base: its twin, the only row of its name, else a new one; None if unclear."""
        there, here = self.base.get(above, {}), self.more[row[:-1]]
        number, own = row[-1], here[row[-1]]
        same = [at for at, other in there.items() if other.all == own.all]
        if same:
            # Identical rows are paired in order.
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
        taken = [place[-1] for place in self.places.values() if place is not None and place[:-1] == above]
        return (*above, max(map(int, [*there, *taken]), default=-1) + 1)


class _Said(Struct, frozen=True):
    """A row: the text that names it, all its values, its place."""

    name: str
    all: frozenset[object]
    span: Span


def _rows(values: Values, template: Template) -> dict[KeyPath, dict[str | int, _Said]]:
    """The rows of every list of a filing, by the path of the list and the number of the row."""
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


_BREAK = re.compile(r"\r\n?")
_LINE = re.compile(r"^#[ \t]*yaml-language-server:[ \t]*\$schema=.*$", re.MULTILINE)


def roll_over(last: Path, output: Path, year: int | None = None, templates: Path | None = None) -> Started:
    """Write next year's input from last year's: values that stay are carried over, all others are emptied.

    The new year is by default the one after last year's.

    Raises:
        Refused: Last year's input cannot be read, or names no template.
        FileProblem: The new file exists already, or a file cannot be read or written.
    """
    refuse_existing(output)
    source = read_filing(last, templates)
    if source.root is None or has_errors(source.findings):
        raise Refused(source.findings)
    template = named_template(source.root, last, templates)
    field, place = year_field(template), schema_place(template, output)
    dated = source.root.get(field.name) if field is not None else None
    if is_workbook(last):
        text = filled_skeleton(template, place.named, said_by(source.root, template))
        source = parse_yaml(text.encode(), source.file)
    assert source.root is not None  # noqa: S101 - it was just written
    indicators = source.root.get("指标")
    emptied = list(_emptied(source.root, template.fields))
    emptied += _all_below(indicators, ("指标",)) if indicators is not None else ()
    facts = accept(source, source.root, template)[0].facts
    brought = dict(_brought(source.root, facts, template, emptied))
    sheets: dict[KeyPath, Node] = {}
    noted = list(_reviews_left(last, output))
    values = {**dict.fromkeys(emptied), **{path: node for path, node in brought.items() if isinstance(node, Scalar)}}
    if field is not None:
        stated = facts.members[field.name]
        at = dated.span if dated is not None else Span(str(last))
        last_year = int(stated.value) if isinstance(stated, Fact) and isinstance(stated.value, Amount) else None
        if not year and last_year is None:
            raise Refused([codes.NO_YEAR.at(at, field.name, name=field.name)])
        year = year or (last_year or 0) + 1
        if last_year is not None and year != last_year + 1 and brought:
            years = {"year": str(year), "last": str(last_year), "before": str(year - 1)}
            names = "、".join(_names(brought))
            noted.append(codes.NOT_THE_NEXT_YEAR.at(at, field.name, names=names, **years))
            brought, values = {}, dict.fromkeys(emptied)
        values[(field.name,)] = Scalar(str(year), stated.span)
        values |= (sheets := dict(_next_sources(source.root, emptied, str(last_year), str(year))))
    text = _without_old_comments(_BREAK.sub("\n", source.text), dated)
    cleared = parse_yaml(text.encode("utf-8", "replace"), source.file)
    assert cleared.root is not None  # noqa: S101 - it lacks comments only
    made = _changed(cleared, put_at(cleared.root, values), exact)
    text = _with_rows(made.text, template, [path for path in emptied if not values[path]], brought)
    # In place of the line that names a schema, or else at the head.
    line = f"# yaml-language-server: $schema={place.named}"
    text = _LINE.sub(lambda _: line, text, count=1) if _LINE.search(text) else f"{line}\n{text}"
    started = write_started(text, output, template, year, place)
    root = read_filing(output, templates).root
    filled = _filled(root, template.fields) if root is not None else ()
    stays = ((field, key) for _, field, key, _ in filled if _stays(field) or _stays_in_part(field))
    kept = tuple(MissingFact(field.path, field.label, key.span) for field, key in stays)
    found = (*started.findings, *noted)
    return replace(started, kept=kept, brought=_names(brought), sheets=tuple(map(_named, sheets)), findings=found)


def _names(brought: Iterable[KeyPath]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(_named, brought)))


def _next_sources(root: Mapping, emptied: Iterable[KeyPath], last: str, year: str) -> Iterator[tuple[KeyPath, Node]]:
    """The spreadsheets of emptied tables whose names contain last year, under this year's names."""
    for path in emptied:
        node = node_at(root, path)[0]
        file = node.get(FILE) if isinstance(node, Mapping) else None
        if isinstance(node, Mapping) and isinstance(file, Scalar) and last in file.text:
            pairs = [(entry.key, entry.value) for entry in node.entries]
            texts = [(key, value.text.replace(last, year)) for key, value in pairs if isinstance(value, Scalar)]
            yield path, Mapping(tuple(Entry(key, Scalar(text, key.span)) for key, text in texts), node.span)


def _without_old_comments(text: str, dated: Node | None) -> str:
    """The text without comments about the year that it is ``dated``, unless removing them would change a value."""
    year = re.match(r"\s*(\d{4})", dated.text) if isinstance(dated, Scalar) else None
    if year is None:
        return text
    comment = rf"#(?![ \t]*yaml-)[^\n]*(?:{year[1]}[ ]*年|去年|今年|原报告|待补)[^\n]*"
    for old in (rf"^[ \t]*{comment}\n", rf"[ \t]+{comment}$"):
        made = re.sub(old, "", text, flags=re.MULTILINE)
        before, after = (parse_yaml(one.encode(), "").root for one in (text, made))
        if before is not None and after is not None:
            is_same = [one.text for one in scalars(before)] == [one.text for one in scalars(after)]
            text = made if is_same else text
    return text


def _brought(
    root: Mapping, facts: Record, template: Template, emptied: Iterable[KeyPath]
) -> Iterator[tuple[KeyPath, Node]]:
    """What the template carries over into other fields: the plan's goals, last year's figures, also row by row.

    A table is carried over even from a spreadsheet, with the columns that both tables have.
    """
    for path in emptied:
        field = template.by_path.get(_named(path))
        if field is None or not field.brought:
            continue
        of_row = any(isinstance(step, int) for step in path)
        way = (*path[:-1], field.brought.rpartition(".")[2]) if of_row else tuple(field.brought.split("."))
        node, table = node_at(root, way)[0], facts.at(map(str, way))
        if isinstance(table, Table) and table.rows:
            rows = [
                Mapping(
                    tuple(Entry(Scalar(name, one.span), Scalar(one.text, one.span)) for name, one in cells), row.span
                )
                for row in table.rows
                if (cells := [(name, one) for name in field.members if (one := row.fact(name)) and one.text])
            ]
            yield path, Sequence(tuple(rows), table.span)
        elif isinstance(node, Scalar) and not node.is_blank:
            yield path, node


def _named(path: KeyPath) -> str:
    return ".".join(step for step in path if isinstance(step, str))


def _with_rows(text: str, template: Template, emptied: Collection[KeyPath], brought: abc.Mapping[KeyPath, Node]) -> str:
    """The text with the rows that are carried over, in braces; other empty tables get their columns and a sample."""
    root, lines = parse_yaml(text.encode(), "").root, text.split("\n")
    places: list[tuple[int, KeyPath]] = []
    for path in emptied:
        holder, _ = node_at(root, path[:-1])
        key = next((k for k in holder.keys() if k.text == path[-1]), None) if isinstance(holder, Mapping) else None
        if key is not None and lines[key.span.line - 1].rstrip().endswith(":"):
            places.append((key.span.line, path))
    for line, path in sorted(places, reverse=True):
        field, indent, rows = template.by_path.get(_named(path)), " " * (2 * len(path) - 2), brought.get(path)
        if isinstance(rows, Sequence) and rows.items:
            lines[line:line] = [f"{indent}  - {flow_text(row)}" for row in rows.items]
        elif field is not None and field.kind == "表":
            head = [*commented(columns(field)), f"# {ROWS}", *commented(sample_row(field))]
            lines[line:line] = [f"{indent}  {one}" for one in head]
    return "\n".join(lines)


def _filled(
    node: Mapping, fields: abc.Mapping[str, Field], above: KeyPath = ()
) -> Iterator[tuple[KeyPath, Field, Scalar, Node]]:
    """The path, field, key and value of what a mapping fills in, groups by their members; other keys are skipped."""
    for entry in node.entries:
        field = fields.get(entry.key.text)
        if field is not None and field.kind == "组" and isinstance(entry.value, Mapping):
            yield from _filled(entry.value, field.members, (*above, field.name))
        elif field is not None and not _is_blank(entry.value):
            yield (*above, field.name), field, entry.key, entry.value


def _emptied(node: Mapping, fields: abc.Mapping[str, Field], above: KeyPath = ()) -> Iterator[KeyPath]:
    """The paths of the fields to empty; a table keeps its rows if some columns stay."""
    for path, field, _, value in _filled(node, fields, above):
        if _stays_in_part(field) and not _stays(field) and isinstance(value, Sequence):
            for number, row in enumerate(value.items):
                if isinstance(row, Mapping):
                    yield from _emptied(row, field.members, (*path, number))
        elif not _stays(field):
            yield path


def _stays(field: Field) -> bool:
    return field.kept and all(_stays(member) for member in field.members.values())


def _stays_in_part(field: Field) -> bool:
    """Whether a column of a table stays."""
    return any(member.kept or _stays_in_part(member) for member in field.members.values())


def _all_below(node: Node, path: KeyPath) -> Iterator[KeyPath]:
    if isinstance(node, Mapping):
        for entry in node.entries:
            yield from _all_below(entry.value, (*path, entry.key.text))
    elif not _is_blank(node):
        yield path


def _is_blank(node: Node) -> bool:
    return isinstance(node, Scalar) and node.is_blank
