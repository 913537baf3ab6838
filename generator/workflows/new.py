"""``jixiao new``: an empty input from a template."""

from __future__ import annotations

import os
import re
from collections import abc
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from msgspec import Struct

from generator.base.diagnostics import FileProblem, Finding, Span
from generator.base.formats import plain
from generator.provenance.write import write_whole
from generator.submission import codes as submission_codes
from generator.submission.accept import accept
from generator.submission.book import read_book
from generator.submission.filing import Values, is_workbook, node_meaning, said_by, with_lists
from generator.submission.model import field_path
from generator.template.files import find_template
from generator.template.load import KEY as SUPPLEMENT
from generator.template.load import find_supplement, load_template
from generator.template.model import Field, Indicator, Item, Template, is_stated, walk_fields
from generator.template.schema import SCHEMA_FILE, schema_text
from generator.workflows import codes
from generator.yamlfile.build import Mapping
from generator.yamlfile.edit import as_key, as_value, block_lines, item_lines
from generator.yamlfile.regrow import regrown
from generator.yamlfile.source import Source, parse_yaml

_SEPARATOR = " · "
ROWS = "每行照下面的样子写，写时去掉行首的「# 」，没有的选填项可删去："
_OPTIONAL_GROUP = "整组选填；要填时去掉下面各行行首的「# 」。"
_PICTURE = ("文件:", "说明:  # 用一句话写图上是什么", "宽:  # 毫米；不填照图片自己的大小")
_INDICATORS_HEAD = (
    "# 各项指标。自评分只填由部门自评的指标；说明写情况和依据；没有得满分的写明原因；佐证写材料的名称，",
    "# 或放在这个文件夹里的文件，几种的写成 [材料一, 佐证/材料二.pdf]。",
    "指标:",
)
_JUDGED = {submission_codes.NO_JUDGEMENT.number: "自评分", submission_codes.NO_CONCLUSION.number: "结论"}


class Started(Struct, frozen=True):
    """A new input that was written.

    Attributes:
        missing: What must be filled in, by line.
        findings: What else is wrong with it: carried over from last year's.
        schema: The copy of the template's JSON Schema beside it; None if it names the template's own.
        kept: What was carried over unchanged.
        brought: The paths that got last year's values of other fields.
        sheets: The tables whose spreadsheet is now expected under this year's name.
    """

    path: Path
    template: Template
    year: int | None
    missing: tuple[MissingFact, ...]
    findings: tuple[Finding, ...]
    schema: Path | None
    kept: tuple[MissingFact, ...] = ()
    brought: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()


def start(
    name: str, output: Path, year: int | None = None, templates: Path | None = None, supplement: str = ""
) -> Started:
    """Write an empty input for a template; ``supplement`` is the name of one in the folder of the new file.

    Raises:
        Refused: There is no such template or supplement, or it has errors.
        FileProblem: The file exists already, or cannot be written.
    """
    refuse_existing(output)
    place = Span("jixiao new")
    added = find_supplement(supplement, output.parent, place) if supplement else None
    template = load_template(find_template(name, output, templates, place), added)
    schema, field = schema_place(template, output), year_field(template)
    values = {field.name: str(year)} if field is not None and year is not None else {}
    if supplement:
        values[SUPPLEMENT] = supplement
    return write_started(skeleton(template, schema.named, values), output, template, year, schema)


def refuse_existing(output: Path) -> None:
    """Raise FileProblem if a file exists."""
    if os.path.lexists(output):
        raise FileProblem([codes.EXISTS.at(Span(str(output)), file=output)])


def write_started(text: str, output: Path, template: Template, year: int | None, place: SchemaPlace) -> Started:
    """Write a new input, and the copy of the schema that it needs."""
    data = text.encode("utf-8", "replace")
    source = parse_yaml(data, str(output))
    if is_workbook(output):
        from generator.exports.filing_book import filing_book  # noqa: PLC0415 - openpyxl; most new inputs are YAML

        assert source.root is not None  # noqa: S101 - it reads
        data = filing_book(template, said_by(source.root, template), output, template.folder.parent)
        source, place = read_book(data, str(output), output, template.folder.parent), SchemaPlace("")
    missing, others = _find_missing(source, template)
    if place.copy is not None:
        write_whole(place.text.encode(), place.copy)
    write_whole(data, output)
    return Started(output, template, year, missing, others, place.copy)


class MissingFact(Struct, frozen=True):
    """A fact that must be filled in: its path, its label, the place of its key or its cell."""

    path: str
    label: str
    span: Span


def _find_missing(source: Source, template: Template) -> tuple[tuple[MissingFact, ...], tuple[Finding, ...]]:
    """The facts that an input still lacks, by line, and its other findings."""
    assert source.root is not None  # noqa: S101 - it reads
    labels = {field.path: field.label for field in walk_fields(template.fields)}
    for indicator in template.all_indicators():
        path = f"指标.{indicator.name}"
        labels[f"{path}.自评分"] = _stated_about(indicator)
        for item in indicator.items:
            labels[f"{path}.要点.{item.name}.结论"] = f"「结论」（{'、'.join(item.shares)}）"
    missing, others = [], list(source.findings)
    for finding in accept(source, source.root, template)[1]:
        last = _JUDGED.get(finding.code)
        path = f"{finding.path}.{last}" if last else finding.path
        if finding.code in submission_codes.LACKING:
            label = labels.get(field_path(path), "")
            missing.append(MissingFact(path, label, _place(source.root, path) if last else finding.span))
        else:
            others.append(finding)
    return tuple(missing if source.text == "" else sorted(missing, key=lambda fact: fact.span.line)), tuple(others)


def _place(node: Mapping, path: str) -> Span:
    """The place of the key at the path, or of the last existing one on the way there."""
    place = node.span
    for entry in node.entries:
        rest = path.removeprefix(entry.key.text)
        if rest != path and (not rest or rest[0] == "."):
            place = entry.key.span
            if rest and isinstance(entry.value, Mapping):
                return max(place, _place(entry.value, rest[1:]))
    return place


def year_field(template: Template) -> Field | None:
    """The field that holds the year of the report."""
    years = (field for field in template.fields.values() if field.kind == "年份" and field.formula is None)
    return next(years, None)


def flat(text: str) -> str:
    """The text on one line, as a comment needs it."""
    return " ".join(text.split())


def indented(lines: Iterable[str]) -> list[str]:
    """The lines indented by two spaces; empty ones stay empty."""
    return [f"  {line}" if line else "" for line in lines]


def commented(lines: Iterable[str]) -> list[str]:
    """The lines as comments, each headed by ``# ``."""
    return [f"# {line}" for line in lines]


def skeleton(template: Template, schema: str, values: abc.Mapping[str, str]) -> str:
    """The text of an input in which only the given top-level fields, or the supplement, are filled in.

    ``schema`` is the path or URL of the JSON Schema, as written in the file.
    """
    lines = [
        f"# yaml-language-server: $schema={schema}",
        f"# {flat(template.title)}：填报文件",
        "# 在冒号后面填写，冒号后空一格。合计、比率和得分由程序计算，不填。金额写明单位。",
        f"模板: {as_value(template.id)}",
    ]
    if SUPPLEMENT in values:
        lines.append(f"{SUPPLEMENT}: {as_value(values[SUPPLEMENT])}")
    for field in template.fields.values():
        if field.is_filled_in:
            lines += ["", *_field(field, value=values.get(field.name, ""))]
    if any(indicator.is_scored for indicator in template.all_indicators()):
        below = [line for indicator in template.indicators for line in _branch(indicator, ())]
        lines += ["", *_INDICATORS_HEAD, *indented(below)]
    return "\n".join(lines) + "\n"


def filled_skeleton(template: Template, schema: str, values: Values) -> str:
    """The text of an input with these values, and with the explanations of an empty one."""
    empty = parse_yaml(skeleton(template, schema, {}).encode(), "")
    made = regrown(empty, with_lists(values, template), partial(node_meaning, template=template))
    return made.text if made is not None else "\n".join(block_lines(with_lists(values, template))) + "\n"


def _field(field: Field, above: Field | None = None, value: str = "") -> list[str]:
    # The comment above a key: label, kind, whether required, source, example; remarks on a line of their own.
    source = field.source if above is None or above.source != field.source else ""
    parts = [
        flat(field.label),
        _kind(field),
        _need(field),
        f"来源：{flat(source)}" if source else "",
        f"例：{flat(field.example)}" if field.example else "",
    ]
    notes = [f"说明：{flat(field.note)}"] if field.note else []
    key, about = f"{as_key(field.name)}:", commented([_SEPARATOR.join(part for part in parts if part), *notes])
    if field.kind == "组":
        members = [member for member in field.members.values() if member.is_filled_in]
        lines = [key, *indented(line for member in members for line in _field(member, field))]
        if not field.required and any(member.is_needed for member in members):
            # If its key were present, its required members would be reported missing.
            lines = [f"# {_OPTIONAL_GROUP}", *commented(lines)]
        return [*about, *lines]
    if field.kind == "表":
        return [*about, *commented(columns(field)), f"# {ROWS}", key, *indented(commented(sample_row(field)))]
    if field.kind == "图片":
        return [*about, key, *indented(_PICTURE)]
    return [*about, f"{key} {value}".rstrip()]


def _kind(field: Field) -> str:
    match field.kind:
        case "组":
            return ""
        case "选项":
            return f"选一个：{'、'.join(field.choices)}"
        case "等次":
            return f"选一个等次，后面写系数，如 {example_grade(field)}：{'、'.join(field.choices)}"
        case "是否":
            return "填「是」或「否」"
    return f"{field.kind}（{field.unit}）" if field.unit else field.kind


def example_grade(field: Field) -> str:
    """The first grade of a field with the highest coefficient that it allows."""
    grade = next(iter(field.grades))
    return f"{grade} {plain(field.grades[grade][1] * 100)}%"


def _need(field: Field) -> str:
    if not field.required:
        return "选填"
    return "" if field.kind == "组" else "必填，没有的写「无」" if field.may_be_nothing else "必填"


def columns(field: Field) -> list[str]:
    """A description of each column of a table; those of a nested table are indented."""
    lines = []
    for member in field.members.values():
        if member.is_filled_in:
            note = f"说明：{flat(member.note)}" if member.note else ""
            about = _SEPARATOR.join(part for part in (flat(member.label), _kind(member), _need(member), note) if part)
            lines += [f"  {member.name}：{about}", *indented(columns(member))]
    return lines


def sample_row(field: Field) -> list[str]:
    """One row of a table, made of the examples of its columns."""
    return item_lines(line for member in field.members.values() if member.is_filled_in for line in _sample(member))


def _sample(field: Field) -> list[str]:
    key = f"{as_key(field.name)}:"
    if field.kind == "表":
        return [key, *indented(sample_row(field))]
    if field.kind == "图片":
        return [key, *indented([f"文件: {as_value(field.example)}", f"说明: {as_value(field.label)}"])]
    if field.members:
        samples = (_sample(member) for member in field.members.values() if member.is_filled_in)
        return [key, *indented(line for sample in samples for line in sample)]
    return [f"{key} {as_value(field.example)}" if field.example else key]


def _branch(indicator: Indicator, above: tuple[str, ...]) -> list[str]:
    if indicator.rows is not None:
        about = f"{flat(indicator.name)}（{plain(indicator.weight)} 分）：指标填在上面的「{indicator.rows.table}」里"
        return ["", f"# ══ {' › '.join((*above, about))} ══"]
    if not indicator.children:
        return _leaf(indicator)
    here = (*above, f"{flat(indicator.name)}（{plain(indicator.weight)} 分）")
    lines = [line for child in indicator.children for line in _branch(child, here)]
    heads_leaves = not indicator.children[0].children
    return ["", f"# ══ {' › '.join(here)} ══", *lines] if heads_leaves else lines


def _leaf(indicator: Indicator) -> list[str]:
    """The entry of a scored indicator: how it is scored, its evidence and standard, its empty keys."""
    by_bureau = is_stated(indicator.score)
    by_items = any(item.score is None for item in indicator.items)
    way = "按要点评分，逐点填「结论」" if by_items else "由程序计算，不填分"
    way = f"由部门自评，填{_stated_about(indicator)}" if by_bureau else way
    evidence, required = "", indicator.evidence
    if required is not None:
        count = f" {required.least} 种" if required.least > 1 else ""
        named = f"（{'、'.join(map(flat, required.titles))}）" if required.titles else ""
        evidence = f" · 要有佐证{'文件' if required.as_files else ''}{count}{named}"
    keys = ["自评分:"] if by_bureau else []
    if indicator.items:
        keys += ["要点:", *indented(line for item in indicator.items for line in _item(item))]
    return [
        "",
        f"# {flat(indicator.name)} · {plain(indicator.weight)} 分 · {way}{evidence}",
        *([f"# 评分标准：{flat(indicator.fixed_standard)}"] if indicator.standard else []),
        f"{as_key(indicator.name)}:",
        *indented([*keys, "说明:", "原因:", "佐证:"]),
    ]


def _item(item: Item) -> list[str]:
    if item.score is None:
        earned = "、".join(f"{name}得 {plain(item.weight * share)} 分" for name, share in item.shares.items())
        keys = ["结论:"]
    else:
        earned = "由程序计算"
        keys = ["自评分:"] if is_stated(item.score) else []
    return [f"# {plain(item.weight)} 分 · {earned}", f"{as_key(item.name)}:", *indented([*keys, "说明:"])]


def _stated_about(indicator: Indicator) -> str:
    return f"「自评分」（0 到 {plain(indicator.weight)}）"


class SchemaPlace(Struct, frozen=True):
    """Where an editor finds the schema: as the input names it, and the copy to be written, if any."""

    named: str
    copy: Path | None = None
    text: str = ""


def schema_place(template: Template, output: Path) -> SchemaPlace:
    """The schema for a new input.

    That of a template in a folder above the input is named by its relative path, which still holds when both are
    moved. Any other (with a supplement, in an installed program, on another drive) is copied beside the input: a path
    into the program's own folder would break with the next installation and on other computers.
    """
    folder, shipped = output.resolve().parent, template.folder.resolve() / SCHEMA_FILE
    if template.supplement is None and shipped.is_file() and folder.is_relative_to(shipped.parent.parent.parent):
        named = Path(os.path.relpath(shipped, folder)).as_posix()
        # Editors end the name at the first space.
        if not re.search(r"\s", named):
            return SchemaPlace(named)
    named = "_".join(template.id.split()) + ".schema.json"
    return SchemaPlace(named, output.parent / named, schema_text(template))
