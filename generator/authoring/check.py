"""``jixiao template check``: texts, layouts, a trial with the examples, generated files and test cases."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Named
from contextlib import suppress
from functools import partial
from itertools import chain, takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile, ZipFile

from msgspec import Struct
from msgspec.structs import replace

from generator import pipeline
from generator.authoring.cases import CaseResult, read_cases, run_cases
from generator.authoring.generate import add_samples, example_text, old_files
from generator.authoring.lint import check_settings, left_out, silent_zeros, unguarded
from generator.authoring.printed import (
    check_printed,
    claims,
    fixed_years,
    never_computed,
    never_said,
    places_of,
    residues,
    untold,
    unused,
)
from generator.base.diagnostics import Finding, JixiaoError, Refused, Span, has_errors, in_order, shortened, shown_path
from generator.base.files import near_misses
from generator.base.formats import format_filter
from generator.checks import rules as checking
from generator.checks.typography import empty_headings, numbers_out_of_order, skipped_levels
from generator.formula import codes as formula_codes
from generator.formula.values import FUNCTIONS
from generator.narrative.text import Proofreader
from generator.pipeline import Assessment
from generator.provenance.write import temporary_folder
from generator.submission.filing import said_by, written_path
from generator.submission.model import field_path
from generator.template import codes
from generator.template.assembling import Inspected, inspect_template
from generator.template.files import CHECKS, INDICATORS, MANIFEST
from generator.template.model import METHODS, Field, Indicator, Template, walk_fields
from generator.template.scope import Scope, contexts
from generator.template.validate import check_formulas
from generator.word import codes as word_codes
from generator.word.compile.tags import near_tags
from generator.word.layout import Layout
from generator.word.official import check_style
from generator.word.read.document import text_lines, text_of_file
from generator.yamlfile.build import Mapping, Node, Scalar, Sequence, mappings
from generator.yamlfile.source import Source, parse_yaml

if TYPE_CHECKING:
    from generator.narrative.workbook import Block

_FARTHEST = 60
_FAULTY = re.compile(r"^文字中的引用「(\{[{%].*?)」写法有误")
_BREAK = re.compile(r"\r\n|\r|\n")


def check_template(folder: Path) -> tuple[Finding, ...]:
    """The findings of a template: in its YAML files, texts, layout, examples, schema and tests.

    Raises:
        FileProblem: One of the YAML files cannot be read.
    """
    inspected = inspect_template(folder)
    template, found = inspected.template, list(inspected.findings)
    loads = not has_errors(found)
    found += [*check_formulas(template, inspected.unread), *silent_zeros(template), *unguarded(template)]
    errors = [finding for finding in found if finding.severity == "error"]
    broken: set[object] = {(one.span.file, one.span.line) for one in errors}
    broken.update(path for one in errors for path in (one.path, one.path.removesuffix(".得分")))
    settings = check_settings(template, inspected.unread.paths)
    found += [one for one in settings if not {one.path, (one.span.file, one.span.line)} & broken]
    found += checking.misused(template)
    layout, problems = check_layouts(inspected)
    found += [*problems, *check_texts(inspected)]
    if loads:
        texts = list(_all_texts(inspected))
        printed = [one for one in texts if not one[1] or "叙述" in one[1]]
        found += [
            *claims(printed),
            *never_said(template, printed),
            *left_out(template, printed),
            *check_printed(template, texts),
            *fixed_years(template, texts),
        ]
        if not has_errors(found):  # a layout with errors was not read whole
            said = [inspected.files.root(name) for name in (MANIFEST, INDICATORS, CHECKS)]
            found += unused(template, [*(one for one, _, _ in texts), *_raw_layouts(inspected)], said)
        found += old_files(template)
    if layout is not None and not has_errors(found):
        found += try_out(template, layout)
    # If the template has errors, cases are only read: their results would follow from the errors.
    found += read_cases(folder)[1] if has_errors(found) else _check_cases(folder)
    if not any((folder / "tests").glob("*.yaml")):
        found.append(codes.NO_CASES_YET.at(Span(shown_path(folder / "tests")), template=folder.name))
    return in_order(found)


def _check_cases(folder: Path) -> Iterator[Finding]:
    """Findings for test cases that cannot be run, and for those that fail; several for one reason have one."""
    run = run_cases(folder)
    yield from (finding for finding in run.findings if finding.code != codes.NO_CASES.number)
    outside = {one.input: one for one in run.results if not Path(one.input).resolve().is_relative_to(folder.resolve())}
    for file, one in outside.items():
        yield codes.OUTSIDE.at(Span(one.file), "填报", file=file, folder=folder.name)
    alike: dict[str, list[CaseResult]] = {}
    for result in run.results:
        alike.setdefault("；".join(one.rstrip("。") for one in result.differences), []).append(result)
    for difference, results in alike.items():
        if difference:
            names, end = "」「".join(one.name for one in results), "" if difference.endswith("？") else "。"
            yield codes.CASE_DIFFERS.at(results[0].span, case=names, template=folder.name, difference=difference + end)


class _Text(Struct, frozen=True):
    """A text of a template that may refer to names: its node, its path, and the names that it may use."""

    node: Scalar
    path: str
    known: Named[str, object]


def check_texts(inspected: Inspected) -> list[Finding]:
    """Proofread a template's narratives, messages and file name: each finding at its word."""
    proofreader = Proofreader(inspected.template.formats)
    pages = {source.file: _BREAK.split(source.text) for source in inspected.files.sources.values()}
    for text in _texts(inspected):
        place = partial(_place_of, text.node.span, pages[text.node.span.file])
        before = len(proofreader.findings)
        if text.node.text[:1] + text.node.text[-1:] == "“”":
            words = {"problem": "两头是中文引号，会印出来", "mend": "YAML 的值用半角双引号括起来。"}
            proofreader.findings.append(codes.SETTING.at(text.node.span, text.path, name=text.path, **words))
        proofreader.proofread(text.node.text, text.path, place, text.known)
        for one in near_tags(text.node.text, text.known) if len(proofreader.findings) == before else ():
            words = {"hint": "补上开头，或删去它。" if one.code is word_codes.STRAY_END else "", **one.words}
            proofreader.findings.append(one.code.at(place(one.words["tag"]), text.path, **words))
        for at, fault in enumerate(proofreader.findings[before:], before):
            # A text that is folded over lines is read as one; its faulty tag is on one of them.
            if (part := _FAULTY.search(fault.message)) and fault.span == text.node.span:
                proofreader.findings[at] = replace(fault, span=place(part[1]))
    unknowable = codes.UNKNOWN_FILTER.number if "印制" in inspected.unread else ""
    return [finding for finding in proofreader.findings if finding.code != unknowable]


def _all_texts(inspected: Inspected) -> Iterator[tuple[str, str, Span]]:
    """All texts with tags, each whole, with their places: those in YAML, and each layout, which has no path."""
    yield from ((text.node.text, text.path, text.node.span) for text in _texts(inspected))
    for file, _ in _files(inspected, []):
        shown = shown_path(file)
        with suppress(JixiaoError):
            if file.suffix.lower() == ".docx":
                yield "\n".join(text_of_file(Path(shown))), "", Span(shown)
            elif file.suffix.lower() == ".xlsx":
                yield from (("\n".join(lines), "", place) for place, _, _, lines in _sheets(file))


def _raw_layouts(inspected: Inspected) -> Iterator[str]:
    """The XML of all layouts: links, descriptions of pictures and cells of workbooks hold tags, too."""
    for file, _ in _files(inspected, []):
        with suppress(BadZipFile, OSError), ZipFile(file) as package:
            yield from (package.read(name).decode(errors="ignore") for name in package.namelist() if ".xml" in name)


def _texts(inspected: Inspected) -> Iterator[_Text]:
    template, files, unread = inspected.template, inspected.files, inspected.unread
    if "字段" in unread:
        return  # any name may be a field
    scope = Scope(template, unread)
    known = scope.report_shape()
    owners = [owner for above, _, roots in template.all_forms() for owner in contexts(above, roots)]
    yield from _of_manifest(scope, files.root(MANIFEST), known, [one for one, _ in owners if one.is_scored])
    nodes = {one.span: one for name in (INDICATORS, CHECKS) for one in mappings(files.root(name))}
    for one, context in owners:
        columns = scope.columns_shape("".join(context.tables[-1:]))
        if context.tables and not columns:
            continue  # an unknown table was reported: any name may be one of its columns
        names = {**known, **columns, **scope.indicator_shape([one])}
        path, node = f"指标.{one.name}" if one.name else one.path, nodes.get(one.span)
        if f"{path}.参数" in unread and node is not None:
            names |= {key.text: ... for below in mappings(node) for key in below.keys()}
        for key in ("评分标准", "叙述", "依据"):
            yield from _one(node, key, f"{path}.", names)
        for item in one.items:
            yield from _one(nodes.get(item.span), "叙述", f"{path}.要点.", names)
    known = {**known, **scope.form_shape()}
    for rule in template.checks:
        table = ".".join(rule.table)
        columns = scope.columns_shape(table)
        for key in ("消息", "改法") if columns or not table else ():
            yield from _one(nodes.get(rule.span), key, f"勾稽.{rule.name}.", {**known, **columns})


def _of_manifest(
    scope: Scope, root: Mapping, known: Named[str, object], scored: Iterable[Indicator]
) -> Iterator[_Text]:
    yield from _one(root, "文件名", "", known)
    outputs = root.get("输出")
    written = [one for one in outputs.items if isinstance(one, Mapping)] if isinstance(outputs, Sequence) else []
    for node, output in zip(written, scope.template.outputs, strict=False):
        yield from _one(node, "文件名", f"输出.{output.name}.", {**known, **scope.document_shape(output.table)})
    narratives = root.get("叙述")
    if not isinstance(narratives, Mapping):
        return
    yield from _one(narratives, "说明", "叙述.", {**known, **scope.indicator_shape(scored)})
    for method in METHODS:
        of_method = (one for one in scored if method in (one.method, METHODS[-1]))
        own = {**known, **scope.indicator_shape(of_method)}
        yield from _one(narratives, method, "叙述.", own)
        yield from _one(narratives.get("结尾"), method, "叙述.结尾.", own)


def _one(node: Node | None, key: str, above: str, known: Named[str, object]) -> Iterator[_Text]:
    text = node.get(key) if isinstance(node, Mapping) else None
    if isinstance(text, Scalar):
        yield _Text(text, above + key, known)


def _place_of(span: Span, lines: list[str], word: str) -> Span:
    """The place of a word of the text at ``span``, which may be folded over many lines of its file; else the span."""
    edges = (r"(?<![\w.])", r"(?!\w)") if word[:1].isalpha() else (r"(?<!\{)", r"(?!\})")
    pattern = re.compile(re.escape(word).join(edges))
    first = span.line - 1
    for at, line in enumerate(lines[first : first + _FARTHEST], first):
        match = pattern.search(line, span.column - 1 if at == first else 0) if word else None
        if match:
            return Span(span.file, at + 1, match.start() + 1, len(word))
    return span


_HINTS = {
    name: f"「{name}」是公式的函数，版式里没有：在 fields.yaml 里用它写一个计算字段，版式里印那个字段。"
    for name in FUNCTIONS
}
_RATING = re.compile(r"\{[{%][^}%]*\b评分\s*\.\s*等级\b")


def check_layouts(inspected: Inspected) -> tuple[Layout | None, list[Finding]]:
    """The compiled layout of a template, None if it has errors, and the findings in it.

    All Word files of the folder are checked if the template does not name its layout.
    """
    found: list[Finding] = []
    layouts = [_open(file, table, inspected, found) for file, table in _files(inspected, found)]
    return next((layout for layout in layouts if layout is not None), None), found


def _files(inspected: Inspected, found: list[Finding]) -> Iterator[tuple[Path, str]]:
    """The layouts, each with the table for each of whose rows it is printed; that of the report first."""
    template = inspected.template
    if template.outputs:
        used = {(one.layout, one.table): one for one in sorted(template.outputs, key=lambda one: not one.may_be_main)}
        yield from (key for key in used if key[0].is_file())
    elif template.layout == template.folder:
        files = sorted(template.folder.glob("*.docx"))
        yield from ((file, "") for file in files if file.is_file() and not file.name.startswith("~$"))
    elif template.layout.is_file():
        yield template.layout, ""
    elif not any(finding.path == "版式" for finding in inspected.findings):
        place = Span(inspected.files.shown(MANIFEST))
        named = inspected.files.root(MANIFEST).get("版式")
        words = {"template": template.id, "file": template.layout.name}
        hint = near_misses(template.layout.name, template.folder, (".docx",))
        found.append(codes.MISSING_FILE.at(named.span if named else place, "版式", hint=hint, **words))


def _open(file: Path, table: str, inspected: Inspected, found: list[Finding]) -> Layout | None:
    """The compiled layout, None for a workbook; findings in its tags and its format are added to ``found``."""
    shown, template = Path(shown_path(file)), inspected.template
    if file.suffix.lower() == ".xlsx":
        found += check_workbook(file, table, inspected)
        return None
    layout = None
    try:
        filters = {name: format_filter(form) for name, form in template.formats.items()}
        layout = Layout.open(
            shown, filters=filters, names=Scope(template, inspected.unread).layout_names(table), hints=_HINTS
        )
        found += layout.findings
    except JixiaoError as error:
        unknowable = word_codes.UNKNOWN_FILTER.number if "印制" in inspected.unread else ""
        found += (finding for finding in error.findings if finding.code != unknowable)
    try:
        found += check_style(shown)
        lines = list(text_of_file(shown))
    except JixiaoError:
        return layout  # no Word file, which was reported when its tags were read
    if template.scoring is not None and not template.scoring.bands and "等级" not in inspected.unread:
        printed = next((line.strip() for line in lines if _RATING.search(line)), "")
        found += [codes.NO_RATING.at(Span(str(shown)), f"「{printed[:20]}…」")] if printed else []
    return layout


def check_workbook(file: Path, table: str, inspected: Inspected) -> list[Finding]:
    """Proofread the cells of an Excel layout: each finding at its cell."""
    scope = Scope(inspected.template, inspected.unread)
    proofreader = Proofreader(inspected.template.formats)
    known = {**scope.report_shape(), **scope.form_shape(), **scope.document_shape(table)}
    try:
        sheets = list(_sheets(file))
    except JixiaoError as error:
        return list(error.findings)
    for place, root, cells, _ in sheets:
        texts = {row: "".join(text for _, text in tagged) for row, tagged in cells.items()}

        def written(parts: Iterable[int | Block], texts: Named[int, str] = texts) -> str:
            return "".join(texts.get(part, "") if isinstance(part, int) else part.as_text(written) for part in parts)

        def place_of(word: str, cells: Named[int, list[tuple[Any, str]]] = cells, place: Span = place) -> Span:
            for cell, text in chain.from_iterable(cells.values()):
                if word and re.search(rf"(?<![\w.]){re.escape(word)}(?!\w)", text):
                    return Span(place.file, cell.row, cell.column, 0, place.sheet)
            return place

        if "字段" not in inspected.unread:
            proofreader.proofread(written(root.rows), place.sheet, place_of, known)
    return proofreader.findings


def _sheets(file: Path) -> Iterator[tuple[Span, Block, dict[int, list[tuple[Any, str]]], list[str]]]:
    """Each sheet of an Excel layout: its place, its rows in blocks, its cells with tags, its lines."""
    from generator.narrative.workbook import cells_with_tags, lines_of_sheet, open_layout  # noqa: PLC0415 - openpyxl

    for sheet, place, root in open_layout(file, shown_path(file))[1]:
        yield place, root, cells_with_tags(sheet), list(lines_of_sheet(sheet))


_FILE = "示例填报"
_PART = re.compile(r"〔(?:页眉|页脚|脚注|尾注|批注)〕$")
_CONTENTS = re.compile(r"\t[-—–\s]*\d+[-—–\s]*$")
_LONGEST = 30


def check_outline(template: Template, layout: Layout, printed: bytes) -> Iterator[Finding]:
    """Check the numbering of the headings as ``printed`` with all fields, and with the required ones only."""
    seen: set[tuple[str, str]] = set()
    for how, report in (("用示例试填", printed), ("只填必填的字段", _bare(template, layout))):
        for line, said in dict.fromkeys(_faults(report)) if isinstance(report, bytes) else ():
            if (line, said) not in seen:
                seen.add((line, said))
                yield codes.OUTLINE.at(Span(shown_path(template.layout)), how=how, line=line, said=said)


def _faults(printed: bytes) -> Iterator[tuple[str, str]]:
    """Each line with a fault in its number, and the fault."""
    # The list of contents repeats the headings; headers and notes follow the body.
    body = takewhile(lambda line: not _PART.match(line), text_lines(printed))
    lines = tuple(line for line in body if line.strip() and not _CONTENTS.search(line))
    for at, slip in chain(numbers_out_of_order(lines), skipped_levels(lines, most=1), empty_headings(lines)):
        line = lines[at].strip()
        yield shortened(line, _LONGEST), slip.said


def _bare(template: Template, layout: Layout, *, nothing: bool = False) -> bytes | tuple[Finding, ...]:
    """The report with only the required fields filled in, 无 where that is an answer, or why it cannot be printed."""
    needed = replace(template, fields=_needed(template.fields))
    source = parse_yaml(example_text(needed, nothing=nothing).encode(), _FILE)
    try:
        return layout.render(_assess_example(source, template).report.content)
    except Refused as refused:
        return refused.findings


def _assess_example(source: Source, template: Template) -> Assessment:
    """The assessment of an example, with the sample files that it may name; raises ``Refused``."""
    with temporary_folder() as folder:
        add_samples(source.text, folder)
        return pipeline.assess_source(source, folder / _FILE, template.folder.parent)


def _needed(fields: Named[str, Field]) -> dict[str, Field]:
    return {
        name: replace(field, members=_needed(field.members))
        for name, field in fields.items()
        if field.required or not field.is_filled_in
    }


_NOTE = re.compile(r"\[\d+\]|（.*）$")
"""A row's number, or the note behind an indicator's name."""
_FAULTS = (formula_codes.WRONG_TYPE, formula_codes.CYCLE, formula_codes.TOO_MUCH, codes.NOT_PRINTABLE)
_NO_EXAMPLE = frozenset(code.number for code in _FAULTS)
"""Faults that do not depend on the examples."""


def try_out(template: Template, layout: Layout) -> Iterator[Finding]:
    """Fill in the examples of a template without errors, score and print them; yields what goes wrong.

    An example that cannot be filled in is reported, and the trial goes on with a default in its place.
    """
    without: set[str] = set()
    while True:
        trial = _Trial.of(template, without)
        if trial.assessment is not None:
            break
        yield from trial.located(template, without)
        faulty = trial.faulty() - without
        if not faulty:
            yield codes.NOT_TRIED.at(Span(shown_path(template.layout)))
            return
        without |= faulty
    yield from (finding for finding in trial.assessment.findings if finding.span.file != _FILE)
    try:
        printed = layout.render(trial.assessment.report.content)
        yield from check_outline(template, layout, printed)
        nothing = _bare(template, layout, nothing=True)
        if not isinstance(nothing, bytes) and not without:
            yield from never_computed(template, nothing, _FILE)
        bare = list(text_lines(nothing)) if isinstance(nothing, bytes) else []
        yield from residues(list(text_lines(printed)), bare, Span(shown_path(template.layout)))
        yield from untold(template, trial.assessment.report.content, list(text_lines(printed)))
        pipeline.print_all(trial.assessment)
    except Refused as refused:
        yield from refused.findings


class _Trial(Struct, frozen=True):
    """One attempt: its assessment or the findings that prevent one; ``lines`` maps lines of the input to fields."""

    assessment: Assessment | None
    findings: tuple[Finding, ...]
    lines: dict[int, str]
    fields: frozenset[str]

    @classmethod
    def of(cls, template: Template, without: set[str]) -> _Trial:
        source = parse_yaml(example_text(template, without=without).encode(), _FILE)
        said = said_by(source.root, template) if source.root is not None else {}
        lines = {value.span.line: field_path(written_path(path)) for path, value in said.items()}
        fields = frozenset(field.path for field in walk_fields(template.fields) if field.example)
        try:
            assessment = _assess_example(source, template)
        except Refused as refused:
            return cls(None, refused.findings, lines, fields)
        return cls(assessment, (), lines, fields)

    def field(self, finding: Finding) -> str:
        """The field whose example a finding is about; empty if it is about something else."""
        return self.lines.get(finding.span.line, "") if finding.span.file == _FILE else ""

    def faulty(self) -> set[str]:
        """The fields whose examples are to blame."""
        return {self.field(finding) for finding in self.findings} & self.fields

    def located(self, template: Template, without: set[str]) -> Iterator[Finding]:
        """The findings, placed at the fields and indicators whose examples they are about; known ones are left out."""
        places = places_of(template)
        for finding in self.findings:
            if finding.span.file != _FILE and finding.code in _NO_EXAMPLE:
                yield finding
            elif self.field(finding) not in without:
                # The fields and the indicator that its path may mean, the nearest first.
                way = _NOTE.sub("", finding.path.removeprefix("指标."))
                ways = [self.field(finding), *(way.rsplit(".", count)[0] for count in range(way.count(".") + 1))]
                span = next((places[way] for way in ways if way in places), Span(shown_path(template.folder)))
                span = span if finding.span.file == _FILE else finding.span
                yield codes.EXAMPLE.at(span, finding.path, message=finding.message)
