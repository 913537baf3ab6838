"""What is generated for templates: one to start from, an example input and editors' schemas from its fields, a preview.

The preview is the report with the examples or a real input, remade after every save.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import time
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from fractions import Fraction
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from generator import pipeline
from generator.base.diagnostics import FileProblem, Finding, Refused, Span, shown_path, why_not
from generator.base.formats import plain
from generator.exports.pdf import pdf_of, pictures_of, remove_pictures
from generator.provenance import codes as publishing_codes
from generator.provenance.guard import write_all, write_guarded
from generator.provenance.write import Existing, safe_name, write_whole
from generator.template import codes
from generator.template.files import SHIPPED
from generator.template.load import load_template
from generator.template.model import Field, Indicator, Item, Template, is_stated, walk_indicators
from generator.template.schema import SCHEMA_FILE, schema_text
from generator.workflows.new import example_grade, flat, indented
from generator.yamlfile.edit import as_key, as_value, item_lines

_ROWS = 2
_SAID = "（示例）这里写这项指标的情况。"
_DOCUMENT = "佐证材料"
_DEFAULTS = {
    "金额": "100 万元",
    "比率": "100%",
    "日期": "2024-12-31",
    "年份": "2024",
    "数量": "1 项",
    "目标": "≥1项",
    "是否": "是",
}
_NUMBERS = ("数值", "整数")
_BOUNDED = {"金额": (Fraction(1_000_000), 1, " 元"), "比率": (Fraction(1), 100, "%")}
_ENDS = "。；，！？"
_MARK = "：示例填报。各项照抄模板中的示例，不是真实的数字。"
_HEAD = 3
PICTURE_FILE = "示例图片.png"
DOCUMENT_FILE = "示例文档.docx"
_SAMPLES = Path(__file__).parent / "samples"


def is_written(text: str) -> bool:
    """Whether an input was written by ``example_text`` and still has its head line."""
    return any(line.startswith("#") and line.endswith(_MARK) for line in text.splitlines()[:_HEAD])


def example_text(template: Template, schema: str = "", without: Container[str] = (), *, nothing: bool = False) -> str:
    """The text of an input: every field that is required or has an example filled in, two rows in every table.

    Editors find the JSON Schema at ``schema``. Skips the examples of the fields ``without``; with ``nothing``, says 无
    wherever that is an answer.
    """
    lines = [f"# yaml-language-server: $schema={schema}"] if schema else []
    lines += [f"# {flat(template.title)}{_MARK}", f"模板: {as_value(template.id)}"]
    given = _Given(without, dict(_indicator_rows(template)), nothing)
    for field in template.fields.values():
        entry = _field(field, given)
        lines += [f"# {flat(field.label)}", *entry] if entry else []
    leaves = [indicator for indicator in template.all_indicators() if indicator.is_scored]
    lines += ["指标:"] if leaves else []
    for leaf in leaves:
        # With full marks, so that no reason is required.
        entry = [f"自评分: {plain(leaf.weight)}"] if is_stated(leaf.score) else []
        if leaf.items:
            entry += ["要点:", *indented(line for item in leaf.items for line in _item(item))]
        entry = [f"{as_key(leaf.name)}:", *indented([*entry, f"说明: {_SAID}", *_evidence(leaf)])]
        lines += indented(entry)
    return "\n".join(lines) + "\n"


class _Given(Struct, frozen=True):
    """What decides the values: the fields whose examples are not used, and what the rows of some tables must say."""

    without: Container[str]
    rows: Mapping[str, Sequence[Mapping[str, str]]]
    nothing: bool = False


def _indicator_rows(template: Template) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """For each table of indicators, by its path, rows that give every group its weight."""
    for above, _, roots in template.all_forms():
        found: dict[str, list[dict[str, str]]] = {}
        for node in walk_indicators(roots):
            if (rows := node.rows) is None:
                continue
            said = found.setdefault(f"{above}{rows.table}", [])
            levels = [node.name, *rows.below.get(node.name, ())[:1]] if rows.groups else []
            row = dict(zip(rows.levels, levels, strict=False))
            column = rows.weight.text.strip()
            said.append({**row, column: plain(node.weight), rows.name: f"示例指标{len(said) + 1}"})
        yield from found.items()


def _field(field: Field, given: _Given) -> list[str]:
    """The lines of one field; none for one that is computed, or optional and without example."""
    if not field.is_filled_in:
        return []
    key = f"{as_key(field.name)}:"
    if given.nothing and field.required and field.absent:
        return [f"{key} 无"]
    if field.kind == "组":
        below = [line for member in field.members.values() for line in _field(member, given)]
        return [key, *indented(below)] if below else []
    if field.kind == "表":
        said = given.rows.get(field.path) or [{}] * _ROWS
        return [key, *(line for number, row in enumerate(said, 1) for line in _row(field, number, row, given))]
    if field.kind == "图片":
        return [key, f"  文件: {PICTURE_FILE}", f"  说明: {as_value(flat(field.label))}"] if field.required else []
    value = _value(field, given.without) if field.kind != "文档" else DOCUMENT_FILE if field.required else ""
    return [f"{key} {as_value(value)}"] if value else []


def _value(field: Field, without: Container[str]) -> str:
    """The example; for a required field without one, a default."""
    example = field.example if field.path not in without else ""
    return example or (_default(field) if field.required else "")


def _row(field: Field, number: int, said: Mapping[str, str], given: _Given) -> list[str]:
    """One row; later rows have a number in their first text, so that no two are equal."""
    members = list(field.members.values())
    named = next((member.name for member in members if member.kind == "文字" and member.is_filled_in), "")
    fixed = {name: [f"{as_key(name)}: {as_value(value)}"] for name, value in said.items()}
    lines = [line for member in members for line in fixed.get(member.name) or _field(member, given)]
    if number > 1 and named and not said:
        start = f"{as_key(named)}: "
        text = next((_value(member, given.without) for member in members if member.name == named), "")
        # Before the full stop.
        words = text.rstrip(_ENDS)
        other = as_value(f"{words}（例{number}）{text[len(words) :]}")
        lines = [f"{start}{other}" if line.startswith(start) else line for line in lines]
    return item_lines(lines)


def _default(field: Field) -> str:
    """A valid value for a required field without example."""
    if field.grades:
        return example_grade(field)
    if field.choices:
        return field.choices[0]
    if field.kind in _NUMBERS:
        return f"{_bounded(field, Fraction(1))} {field.unit}".strip()
    if field.kind in _BOUNDED and (field.least is not None or field.most is not None):
        start, scale, unit = _BOUNDED[field.kind]
        return f"{_bounded(field, start, scale)}{unit}"
    return _DEFAULTS.get(field.kind, flat(field.label))


def _bounded(field: Field, wanted: Fraction, scale: int = 1) -> str:
    """The number nearest to the wanted one within the field's bounds, multiplied by ``scale``."""
    least = max(wanted, field.least) if field.least is not None else wanted
    return plain((min(least, field.most) if field.most is not None else least) * scale)


def _evidence(indicator: Indicator) -> list[str]:
    """As much evidence as required, with the required titles."""
    required = indicator.evidence
    if required is None or not (required.titles or required.as_files or required.least > 1):
        return [f"佐证: [{_DOCUMENT}]"]
    others = [f"{_DOCUMENT}{number}" for number in range(1, required.least - len(required.titles) + 1)]
    file = ["  文件: 佐证/示例.pdf"] if required.as_files else []
    return ["佐证:", *(line for title in (*required.titles, *others) for line in (f"- 标题: {as_value(title)}", *file))]


def _item(item: Item) -> list[str]:
    shares = item.shares
    if item.score is None and shares:
        return [f"{as_key(item.name)}: {{结论: {as_value(max(shares, key=lambda name: shares[name]))}}}"]
    if is_stated(item.score):
        return [f"{as_key(item.name)}: {{自评分: {plain(item.weight)}}}"]
    return []


EXAMPLE_FILE = "tests/示例填报.yaml"


def write_example(text: str, file: Path) -> Path:
    """Write an example, and beside it the sample files that it names and that are not there yet."""
    add_samples(text, file.parent)
    return write_whole(text.encode(), file)


def add_samples(text: str, folder: Path) -> None:
    """Copy the sample files that an example names, unless the folder has them."""
    for sample in _SAMPLES.iterdir():
        if f": {sample.name}\n" in text and not (folder / sample.name).exists():
            write_whole(sample.read_bytes(), folder / sample.name)


def write_generated(folder: Path) -> list[Path]:
    """Rewrite the files generated from a template's fields: its schema, and its example if it still has one.

    Raises:
        Refused: The template has errors.
        FileProblem: A file cannot be read or written.
    """
    template = load_template(folder)
    written = [write_whole(schema_text(template).encode(), folder / SCHEMA_FILE)]
    example = folder / EXAMPLE_FILE
    # Without the head line it is somebody's own input.
    if example.is_file() and is_written(_text(example)):
        written.append(write_example(example_of(template), example))
    return written


def example_of(template: Template) -> str:
    """The content of ``tests/示例填报.yaml``, with the path of the schema for editors."""
    return example_text(template, f"../{SCHEMA_FILE}")


def old_files(template: Template) -> Iterator[Finding]:
    """Findings for generated files that are missing or out of date."""
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


KINDS = {"评分表": "starter", "自评表": "tongyong", "项目": "starter_project"}
"""The shapes of a new template: a form that the place sets, the national forms of a department and of a project.

Each is a folder beside this module, or one of the shipped templates.
"""
_TITLE = re.compile(r"^名称: .*$", re.MULTILINE)
_NAME = re.compile(r"\w[\w-]*")
_LONGEST = 40
_FOLDER, _CASES = "templates", "tests"
_INPUT = re.compile(r"^[ \t-]*填报:[ \t]*(\S+)[ \t]*$", re.MULTILINE)
_SCHEMA = re.compile(r"^(#[ \t]*yaml-language-server:[ \t]*\$schema=)\S+", re.MULTILINE)


def create_template(
    name: str, templates: Path, title: str = "", kind: str = "评分表", source: Path | None = None
) -> Template:
    """Create a template's folder in ``templates``, whole or not at all.

    It starts from one of ``KINDS``, or copies the template ``source`` with its cases, and has their title by default.

    Raises:
        Refused: The name is not allowed.
        FileProblem: The folder exists, or cannot be written.
    """
    _check_name(name)
    target = templates / name
    if os.path.lexists(target):
        raise FileProblem([codes.EXISTS.at(Span(str(target)), folder=target)])
    # Beside the target, so that one rename moves it there; hidden, so that it is never found as a template.
    workshop = templates / f".jixiao-{secrets.token_hex(4)}"
    fresh = not templates.exists()
    try:
        folder = workshop / name
        places = (Path(__file__).parent, *SHIPPED)
        _copy(source or next(place / KINDS[kind] for place in places if (place / KINDS[kind]).is_dir()), folder, title)
        template = load_template(folder)
        write_whole(schema_text(template).encode(), folder / SCHEMA_FILE)
        if source is None:
            write_example(example_of(template), folder / EXAMPLE_FILE)
        (workshop / name).rename(target)
    except FileProblem as problem:
        findings = [
            replace(one, message=one.message.replace(str(workshop), str(templates))) for one in problem.findings
        ]
        raise FileProblem([replace(one, span=Span(str(target))) for one in findings]) from problem
    except OSError as fault:
        why = why_not(fault)
        raise FileProblem([publishing_codes.CANNOT_WRITE.at(Span(str(target)), file=target, why=why)]) from fault
    finally:
        shutil.rmtree(workshop, ignore_errors=True)
        if fresh and templates.is_dir() and not any(templates.iterdir()):
            templates.rmdir()
    return load_template(target)


def templates_folder(start: Path) -> Path:
    """The nearest folder of templates upward from ``start``; if there is none, the one to be created there."""
    here = start.resolve()
    above = (folder / _FOLDER for folder in (here, *here.parents))
    return next((folder for folder in above if folder.is_dir()), start / _FOLDER)


def _check_name(name: str) -> None:
    why = ""
    if not _NAME.fullmatch(name):
        why = "里面有不能用的字符" if name.strip() else "名称是空的"
    elif len(name) > _LONGEST:
        why = f"超过 {_LONGEST} 个字"
    elif safe_name(name, "") != name:
        why = "它是系统保留的名称"
    if why:
        raise Refused([codes.BAD_NAME.at(Span(name), name=name, why=why)])


def _copy(source: Path, folder: Path, title: str) -> None:
    """Copy a template, its cases with the inputs that they change, so that they pass in the new place."""
    for file in sorted(source.rglob("*")):
        if not file.is_file() or file.name.startswith((".", "~$")):
            continue
        target = folder / file.relative_to(source)
        if file.suffix == ".yaml" and file.parent.name == _CASES:
            _copy_case(file, target, source.name, folder.name)
        else:
            write_whole(_contents(file, title), target)


def _copy_case(file: Path, target: Path, old: str, new: str) -> None:
    """Copy a file of cases or an input under the new template's name, with the inputs elsewhere that it names."""
    named_so = re.compile(rf"(^模板:[ \t]*|jixiao template test ){re.escape(old)}[ \t]*$", re.MULTILINE)
    text = named_so.sub(lambda match: match[1] + new, file.read_text("utf-8"))
    for named in dict.fromkeys(_INPUT.findall(text)):
        there = file.parent / named
        if Path(named).name != named and there.is_file():
            _copy_case(there, target.with_name(there.name), old, new)
            text = text.replace(named, there.name)
    write_whole(_SCHEMA.sub(rf"\1../{SCHEMA_FILE}", text).encode(), target)


def _contents(file: Path, title: str) -> bytes:
    data = file.read_bytes()
    if file.name != "template.yaml" or not title.strip():
        return data
    line = f"名称: {as_value(flat(title))}"
    return _TITLE.sub(lambda _: line, data.decode(), count=1).encode()


_PREVIEW = "预览"
_EXAMPLE = "示例填报.yaml"


class Preview(Struct, frozen=True):
    """The files of a preview: the input, the Word file, and a PDF with pictures of its pages if they could be made.

    ``others`` are all documents, where a filing makes several.
    """

    input: Path
    word: Path
    pdf: Path | None
    pictures: tuple[Path, ...]
    findings: tuple[Finding, ...]
    others: tuple[Path, ...] = ()


def preview(folder: Path, output: Path, given: Path | None = None) -> Preview:
    """Write a template's report with a ``given`` input, or its examples, to the folder ``output``.

    Replaces an earlier preview; keeps one that was edited as a backup.

    Raises:
        Refused: The template or the input has errors.
        FileProblem: A file cannot be read or written.
    """
    source = given or write_example(example_text(load_template(folder)), output / _EXAMPLE)
    assessment = pipeline.assess(source, folder.parent)
    used = assessment.submission.template.id
    if used != folder.name:
        raise Refused([codes.OTHER_TEMPLATE.at(Span(str(source)), "模板", actual=used, wanted=folder.name)])
    word = output / f"{_PREVIEW}.docx"
    # A colleague's notes in it must neither be lost nor stop the next preview.
    write_guarded(pipeline.print_report(assessment), word, Existing.BACK_UP)
    others = {word.with_suffix("") / file: data for file, data in pipeline.print_all(assessment).items()}
    write_all(others, Existing.BACK_UP)
    # Findings in the examples themselves concern nobody.
    findings = [finding for finding in assessment.findings if given is not None or finding.span.file != str(source)]
    pdf, pictures = _pages(word, findings)
    return Preview(source, word, pdf, pictures, tuple(findings), tuple(others))


def _pages(word: Path, findings: list[Finding]) -> tuple[Path | None, tuple[Path, ...]]:
    """The PDF and pictures of its pages; why they could not be made is added to ``findings``."""
    pdf = word.with_suffix(".pdf")
    # An old one beside a new Word file would mislead.
    pdf.unlink(missing_ok=True)
    remove_pictures(word.parent)
    try:
        pdf.write_bytes(pdf_of(word.read_bytes(), word))
        return pdf, tuple(pictures_of(pdf))
    except Refused as refused:
        findings += refused.findings
    return pdf if pdf.is_file() else None, ()


PAUSE = 0.5


def saves(files: Callable[[], Iterable[Path]]) -> Iterator[None]:
    """Yields once at the start, then after every change of any of the files, listed anew each time; never ends."""
    seen = None
    while True:
        now = {}
        for file in files():
            # Some may be gone since they were listed.
            with suppress(OSError):
                stat = file.stat()
                now[file] = stat.st_mtime_ns, stat.st_size
        if now != seen:
            # Set before yielding, so that a save during the work is not missed.
            seen = now
            yield
        else:
            time.sleep(PAUSE)


def files_below(folder: Path) -> Iterator[Path]:
    """All files below a folder, without the lock and backup files of Word and editors."""
    for file in sorted(folder.rglob("*")):
        if not file.name.startswith(("~", ".")) and not file.name.endswith((".tmp", "~")):
            yield file
