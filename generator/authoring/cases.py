"""A template's test cases, run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from generator import pipeline
from generator.authoring import codes
from generator.authoring.casefiles import Case, read_cases
from generator.authoring.changing import NoSuchPlace, changed
from generator.authoring.examples import is_written
from generator.authoring.listing import list_templates
from generator.base.diagnostics import Span, shown_path
from generator.base.errors import JixiaoError, Refused
from generator.scoring import find_traces
from generator.submission import codes as submission_codes
from generator.template import find_template, load_template
from generator.word.read.text import text_lines
from generator.yamlfile.build import Entry, Mapping, Scalar

if TYPE_CHECKING:
    from pathlib import Path

    from generator.base.diagnostics import Finding
    from generator.pipeline import Assessment

__all__ = ["CaseResult", "CaseRun", "run_all_cases", "run_cases"]

_INCOMPLETE = (submission_codes.MISSING.number, submission_codes.EMPTY_TABLE.number)

_MOST_SHOWN = 3


class CaseResult(Struct, frozen=True):
    """How one case came out; ``differences`` says what is otherwise than expected, and is empty where all is well."""

    file: str
    name: str
    span: Span
    differences: tuple[str, ...]


class CaseRun(Struct, frozen=True):
    """How the cases of a template came out, and what is wrong with those that could not be run."""

    template: str
    results: tuple[CaseResult, ...]
    findings: tuple[Finding, ...] = ()

    @property
    def failures(self) -> int:
        """How many cases did not come out, or could not be run."""
        return sum(1 for result in self.results if result.differences) + len(self.findings)


def run_cases(folder: Path) -> CaseRun:
    """Run every case of a template. A template without any has a finding that says so."""
    try:
        load_template(folder)
    except Refused as refused:
        return CaseRun(folder.name, (), refused.findings)
    cases, findings = read_cases(folder)
    results = tuple(
        CaseResult(case.file, case.name, case.span, tuple(_differences(case, folder.absolute()))) for case in cases
    )
    if not cases and not findings:
        findings = [codes.NO_CASES.at(Span(shown_path(folder / "tests")), template=folder.name)]
    return CaseRun(folder.name, results, tuple(findings))


def run_all_cases(start: Path, name: str = "", templates: Path | None = None) -> list[CaseRun]:
    """Run the cases of a template, or of all that an input would find: one with errors keeps no other from its run.

    Args:
        start: As if the input were this file.
        name: The template; all of them where it is empty.
        templates: The folder of templates; looked for upward from ``start`` where absent.

    Raises:
        Refused: There is no template of that name.
    """
    if name:
        return [run_cases(find_template(name, start, templates, Span("jixiao template test")))]
    return [run_cases(line.folder) for line in list_templates(start, templates)]


def _differences(case: Case, folder: Path) -> Iterator[str]:
    # Whatever template the input names: a copied template is tested itself, not the one it was copied from.
    root = _named(case.source.root, folder.name)
    try:
        if root is not None and case.changes is not None:
            root = changed(root, case.changes)
        assessment = pipeline.assess_source(replace(case.source, root=root), folder, folder.parent)
    except NoSuchPlace as fault:
        yield codes.BAD_PATH.at(fault.span, place=fault.path, instead=fault.hint).message
    except Refused as refused:
        yield from _codes_differ(case, refused.findings)
        if case.codes is None:
            yield from _refusal(case, refused.findings, folder)
    else:
        yield from _codes_differ(case, assessment.findings)
        yield from _values_differ(case, assessment)
        yield from _texts_differ(case, assessment)


def _named(root: Mapping | None, template: str) -> Mapping | None:
    """The input as one of this template."""
    named = root.get("模板") if root is not None else None
    if root is None or not isinstance(named, Scalar):
        return root
    return changed(root, Mapping((Entry(Scalar("模板", named.span), replace(named, text=template)),), named.span))


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
    """Why there are no scores; where something is missing that the template asks for, what to do about it."""
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
    for text in case.texts:
        if text not in printed:
            yield f"报告里没有「{text}」"
    for text in case.absent:
        if text in printed:
            yield f"报告里不应有「{text}」"
