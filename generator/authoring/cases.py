"""Read and run a template's test cases: templates/<name>/tests/*.yaml.

A file names an input and lists cases; a case changes facts and states the expected results::

    填报: 某市-2021.yaml
    用例:
    - 名称: 再完成一项重点工作
      改动: {"重点工作[3].进展": 已完成}
      得分: {某项指标: 1.71, 总分: 102.62}
      计算: {重点工作统计.已完成: 5}
      等级: 优
      文字: [85.71%]
      没有: [71.43%]
      问题: [JX415]

``问题`` lists the codes of all findings, each as often as it is found; without the key, findings are not compared. An
input with errors has no scores, only 问题. A file that names its template and has no cases is an input for the others.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from generator import pipeline
from generator.authoring.generate import is_written
from generator.base.diagnostics import FileProblem, Finding, JixiaoError, Refused, Span, shown_path, suggestion
from generator.pipeline import Assessment
from generator.scoring.model import find_traces
from generator.submission import codes as submission_codes
from generator.template import codes
from generator.template.files import Notes, Reader, find_template
from generator.template.load import list_templates, load_template
from generator.word.read.document import text_lines
from generator.yamlfile.build import Entry, Mapping, Node, Scalar, Sequence
from generator.yamlfile.source import Source, read_yaml

_EXPECTATIONS = ("得分", "计算", "等级", "文字", "没有", "问题")


class Case(Struct, frozen=True):
    """One case as written in ``file``: its input, its changes, and what it expects."""

    file: str
    name: str
    span: Span
    source: Source
    changes: Mapping | None
    scores: dict[str, str]
    values: dict[str, str]
    rating: str
    texts: tuple[str, ...]
    absent: tuple[str, ...]
    codes: tuple[str, ...] | None


def read_cases(folder: Path) -> tuple[list[Case], list[Finding]]:
    """The cases of a template that can be run, and the findings about the others."""
    cases: list[Case] = []
    notes = Notes()
    for file in sorted((folder / "tests").glob("*.yaml")):
        try:
            cases += _CaseFile(file, notes).cases()
        except FileProblem as problem:
            notes.findings.extend(problem.findings)
    return cases, notes.findings


class _CaseFile(Struct):
    """One file of cases; the inputs that it names are read once."""

    file: Path
    notes: Notes
    inputs: dict[str, Source] = field(default_factory=dict)
    named: bool = False

    def cases(self) -> Iterator[Case]:
        source = read_yaml(self.file, shown_path(self.file))
        root = source.root
        if root is not None and root.get("模板") is not None and root.get("用例") is None:
            return  # an input that cases of other files start from, and that they check
        self.notes.findings.extend(source.findings)
        if root is None:
            return
        reader = Reader(root, "", self.notes)
        shared = self._source(reader)
        for one in reader.readers("用例"):
            before = len(self.notes.findings)
            case = self._case(one, shared)
            if len(self.notes.findings) == before and case is not None:
                yield case
        reader.finish()

    def _source(self, reader: Reader) -> Source | None:
        """The input that a file or a case names, if it names one that can be read."""
        node = reader.scalar("填报")
        # An input that cannot be read is not reported as missing as well.
        self.named = self.named or reader.node.get("填报") is not None
        if node is None:
            return None
        if node.text not in self.inputs:
            try:
                path = self.file.parent / node.text
                self.inputs[node.text] = read_yaml(path, shown_path(path.resolve()))
            except FileProblem as problem:
                self.notes.findings.extend(replace(one, span=node.span, path="填报") for one in problem.findings)
                return None
        return self.inputs[node.text]

    def _case(self, reader: Reader, shared: Source | None) -> Case | None:
        name = reader.text("名称", required=True)
        source = self._source(reader) or shared
        changes = reader.reader("改动")
        if source is None and not self.named:
            self.notes.findings.append(codes.NO_INPUT.at(reader.node.span, case=name))
        scores, values, rating = reader.text_map("得分"), reader.text_map("计算"), reader.text("等级")
        texts, absent, expected = reader.texts("文字"), reader.texts("没有"), reader.texts("问题")
        reader.finish()
        # The expectation may be under a misspelt key, which was reported.
        if not any(reader.get(key) or f"{reader.path}.{key}" in self.notes.unread for key in _EXPECTATIONS):
            self.notes.findings.append(codes.NOTHING_EXPECTED.at(reader.node.span, case=name))
        if source is None:
            return None
        return Case(
            file=shown_path(self.file),
            name=name,
            span=reader.node.span,
            source=source,
            changes=changes.node if changes is not None else None,
            scores=scores,
            values=values,
            rating=rating,
            texts=texts,
            absent=absent,
            codes=expected if reader.get("问题") is not None else None,
        )


_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


class NoSuchPlace(Exception):
    """A path that is not in the tree, with a hint at what is there instead."""


def changed(root: Mapping, changes: Mapping) -> Mapping:
    """The tree with values replaced by their paths (``重点工作[3].进展``).

    A blank value removes the key or the row. A new key may be added to an existing mapping, and a row behind the last
    one: ``表彰[3]`` if there are two.

    Raises:
        NoSuchPlace: A path does not lead to a place in the tree.
    """
    for entry in changes.entries:
        steps = [name or int(number) for name, number in _STEP.findall(entry.key.text)]
        try:
            made, hint = _replaced(root, steps, entry.value), ""
        except NoSuchPlace as fault:
            made, hint = None, str(fault)
        if not isinstance(made, Mapping):
            raise NoSuchPlace(codes.BAD_PATH.at(entry.key.span, place=entry.key.text, instead=hint).message)
        root = made
    return root


def _replaced(node: Node, steps: list[str | int], value: Node) -> Node:
    if not steps:
        return value
    step, *rest = steps
    is_blank = isinstance(value, Scalar) and value.is_blank
    if isinstance(node, Mapping) and isinstance(step, str):
        entries = list(node.entries)
        at = next((number for number, entry in enumerate(entries) if entry.key.text == step), len(entries))
        if at == len(entries):
            if rest:
                raise NoSuchPlace(suggestion(step, [key.text for key in node.keys()]))
            entries.append(Entry(Scalar(step, value.span), value))
        else:
            old = entries[at]
            removed = is_blank and not rest
            entries[at : at + 1] = [] if removed else [Entry(old.key, _replaced(old.value, rest, value))]
        return Mapping(tuple(entries), node.span)
    if isinstance(node, Sequence) and isinstance(step, int):
        items = list(node.items)
        if not 1 <= step <= len(items) + (not rest and not is_blank):
            raise NoSuchPlace(_instead(node))
        before = items[step - 1 : step] or [value]
        items[step - 1 : step] = [] if is_blank and not rest else [_replaced(before[0], rest, value)]
        return Sequence(tuple(items), node.span)
    raise NoSuchPlace(_instead(node))


def _instead(node: Node) -> str:
    """A hint at what is there, for a path that goes on in another way."""
    if isinstance(node, Sequence):
        count = len(node.items)
        return f"这里是 {count} 行，行号从 1 数起；写 [{count + 1}] 和整行的内容是加一行。"
    if isinstance(node, Mapping):
        return suggestion("", [key.text for key in node.keys()])
    return f"这里是一个值「{node.text}」，下面没有别的。"


_INCOMPLETE = (submission_codes.MISSING.number, submission_codes.EMPTY_TABLE.number)

_MOST_SHOWN = 3


class CaseResult(Struct, frozen=True):
    """The result of one case; it passed if there are no ``differences``. ``input`` is the file that it changes."""

    file: str
    input: str
    name: str
    span: Span
    differences: tuple[str, ...]


class CaseRun(Struct, frozen=True):
    """The results of a template's cases, and the findings about those that could not be run."""

    template: str
    results: tuple[CaseResult, ...]
    findings: tuple[Finding, ...] = ()

    @property
    def failures(self) -> int:
        """How many cases failed or could not be run."""
        return sum(1 for result in self.results if result.differences) + len(self.findings)


def run_cases(folder: Path) -> CaseRun:
    """Run every case of a template; a template without cases gives a finding."""
    try:
        load_template(folder)
    except Refused as refused:
        return CaseRun(folder.name, (), refused.findings)
    cases, findings = read_cases(folder)
    results = tuple(
        CaseResult(case.file, case.source.file, case.name, case.span, tuple(_differences(case, folder.absolute())))
        for case in cases
    )
    if not cases and not findings:
        findings = [codes.NO_CASES.at(Span(shown_path(folder / "tests")), template=folder.name)]
    return CaseRun(folder.name, results, tuple(findings))


def run_all_cases(start: Path, name: str = "", templates: Path | None = None) -> list[CaseRun]:
    """Run the cases of the template of that name, or of all, in ``templates`` or the next folder upward from ``start``.

    Raises:
        Refused: There is no template of that name.
    """
    if name:
        return [run_cases(find_template(name, start, templates, Span("jixiao template test")))]
    return [run_cases(line.folder) for line in list_templates(start, templates)]


def _differences(case: Case, folder: Path) -> Iterator[str]:
    root = case.source.root
    named = root.get("模板") if root is not None else None
    try:
        if root is not None and isinstance(named, Scalar):
            # Whatever template the input names: a copied template tests itself, not the one it was copied from.
            own = Entry(Scalar("模板", named.span), replace(named, text=folder.name))
            root = changed(root, Mapping((own,), named.span))
        if root is not None and case.changes is not None:
            root = changed(root, case.changes)
        # The files that the input names lie beside it.
        source = replace(case.source, root=root)
        assessment = pipeline.assess_source(source, Path(source.file), folder.parent)
    except NoSuchPlace as fault:
        yield str(fault)
    except Refused as refused:
        yield from _codes_differ(case, refused.findings)
        if case.codes is None:
            yield from _refusal(case, refused.findings, folder)
    else:
        yield from _codes_differ(case, assessment.findings)
        yield from _values_differ(case, assessment)
        yield from _texts_differ(case, assessment)


def _codes_differ(case: Case, findings: tuple[Finding, ...]) -> Iterator[str]:
    expected, found = Counter(case.codes or ()), Counter(finding.code for finding in findings)
    if case.codes is None or expected == found:
        return
    yield f"问题：预期 {_counted(expected)}，实际 {_counted(found)}"
    more = {finding.code: finding.message for finding in reversed(findings) if finding.code in found - expected}
    yield from (f"多出的 {code}：{more[code]}" for code in sorted(more)[:_MOST_SHOWN])


def _counted(codes_found: Counter[str]) -> str:
    """Codes with how often each of them is found: ``JX414、JX415 3 处``."""
    each = (f"{code}{f' {count} 处' if count > 1 else ''}" for code, count in sorted(codes_found.items()))
    return "、".join(each) or "没有"


def _refusal(case: Case, findings: tuple[Finding, ...], folder: Path) -> Iterator[str]:
    """Why there are no scores; if required facts are missing, also what to do about it."""
    yield f"填报有错误，没有算出得分：{findings[0].message}"
    taken = {key.text for key in case.changes.keys()} if case.changes is not None else set()
    missing = [finding.path for finding in findings if finding.code in _INCOMPLETE and finding.path not in taken]
    if missing:
        again = f"，或运行「jixiao template schema {folder.name}」由示例重写" if is_written(case.source.text) else ""
        yield f"模板新加了必填的字段时，在「{case.source.file}」里补上「{'」「'.join(missing)}」{again}"


def _values_differ(case: Case, assessment: Assessment) -> Iterator[str]:
    scorecard = assessment.scorecard
    for name, expected in {**case.scores, **case.values}.items():
        traces = find_traces(scorecard, name)
        actual = traces[0].text if traces else "没有这个名称"
        if len(traces) > 1:
            actual = f"有 {len(traces)} 行，请写明是第几行，如「{traces[0].name}」"
        if actual != expected:
            yield f"{name}：预期 {expected}，实际 {actual}"
    rating = scorecard.total.rating if scorecard.total is not None else ""
    if case.rating and case.rating != rating:
        yield f"等级：预期 {case.rating}，实际 {rating or '没有'}"


def _texts_differ(case: Case, assessment: Assessment) -> Iterator[str]:
    if not case.texts and not case.absent:
        return
    try:
        printed = "\n".join(text_lines(pipeline.print_report(assessment)))
    except JixiaoError as error:
        yield f"报告印不出：{error.findings[0].message}"
        return
    yield from (f"报告里没有「{text}」" for text in case.texts if text not in printed)
    yield from (f"报告里不应有「{text}」" for text in case.absent if text in printed)
