"""Tests that domain people write: templates/<name>/tests/*.yaml.

A file names an input and lists cases; a case changes facts and says what must come out::

    填报: ../../../inputs/某市-2021.yaml
    用例:
    - 名称: 再完成一项重点工作
      改动: {"重点工作[3].进展": 已完成}
      得分: {某项指标: 1.71, 总分: 102.62}
      计算: {重点工作统计.已完成: 5}
      等级: 优
      文字: [85.71%]
      没有: [71.43%]
      问题: [JX415]

``问题`` are the codes that are found, all of them and no others, each as often as it is found; without the key nothing
is said of them. An input with errors has no scores, only 问题. A file that names its template and has no cases is an
input, for the other files to start from.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from generator import pipeline
from generator.authoring import codes
from generator.authoring.changing import NoSuchPlace, changed
from generator.diagnostics import Span
from generator.errors import Refused
from generator.reading import Entry, Mapping, Scalar, read_yaml
from generator.scoring import find_traces
from generator.template.reader import Reader
from generator.word.plain import text_lines

if TYPE_CHECKING:
    from generator.diagnostics import Finding
    from generator.pipeline import Assessment
    from generator.reading import Source

__all__ = ["CaseResult", "run_cases"]


@dataclass(frozen=True, slots=True)
class CaseResult:
    """How one case came out; ``differences`` says what is otherwise than expected, and is empty where all is well."""

    file: str
    name: str
    differences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Case:
    """One case as written."""

    name: str
    source: Source
    changes: Mapping | None
    scores: dict[str, str]
    values: dict[str, str]
    rating: str
    texts: tuple[str, ...]
    absent: tuple[str, ...]
    codes: tuple[str, ...] | None


def run_cases(folder: Path) -> Iterator[CaseResult]:
    """Run every case of a template.

    Raises:
        Refused: There are no cases, or a file of cases has errors.
    """
    files = sorted((folder / "tests").glob("*.yaml"))
    if not files:
        raise Refused([codes.NO_CASES.at(Span(str(folder / "tests")), template=folder.name)])
    for file in files:
        for case in _cases(file):
            yield CaseResult(str(file), case.name, tuple(_run(case, folder)))


def _cases(file: Path) -> list[_Case]:
    source = read_yaml(file)
    findings: list[Finding] = list(source.findings)
    if source.root is None:
        raise Refused(findings)
    if source.root.get("模板") is not None and source.root.get("用例") is None:
        return []  # an input that the cases of other files start from
    reader = Reader(source.root, "", findings)
    shared = reader.text("填报")
    cases = [case for one in reader.readers("用例") if (case := _case(one, file, shared)) is not None]
    reader.finish()
    if findings:
        raise Refused(findings)
    return cases


_EXPECTATIONS = ("得分", "计算", "等级", "文字", "没有", "问题")


def _case(reader: Reader, file: Path, shared: str) -> _Case | None:
    name = reader.text("名称", required=True)
    given = reader.text("填报") or shared
    changes = reader.reader("改动")
    expected = reader.get("问题")
    if not any(reader.get(key) for key in _EXPECTATIONS):
        reader.findings.append(codes.NOTHING_EXPECTED.at(reader.node.span, case=name))
    case = None
    if given:
        case = _Case(
            name=name,
            source=read_yaml(file.parent / given),
            changes=changes.node if changes is not None else None,
            scores=reader.text_map("得分"),
            values=reader.text_map("计算"),
            rating=reader.text("等级"),
            texts=reader.texts("文字"),
            absent=reader.texts("没有"),
            codes=reader.texts("问题") if expected is not None else None,
        )
    else:
        reader.findings.append(codes.NO_INPUT.at(reader.node.span, case=name))
    reader.finish()
    return case


def _run(case: _Case, folder: Path) -> Iterator[str]:
    # Whatever template the input names: a copied template is tested itself, not the one it was copied from.
    root = _named(case.source.root, folder.name)
    try:
        if root is not None and case.changes is not None:
            root = changed(root, case.changes)
        assessment = pipeline.assess_source(replace(case.source, root=root), folder, folder.parent)
    except NoSuchPlace as fault:
        yield codes.BAD_PATH.at(Span(case.source.file), case=case.name, place=fault.path).message
        return
    except Refused as refused:
        yield from _codes_differ(case, refused.findings, refused=True)
        return
    yield from _codes_differ(case, assessment.findings, refused=False)
    yield from _values_differ(case, assessment)
    yield from _texts_differ(case, assessment)


def _named(root: Mapping | None, template: str) -> Mapping | None:
    """The input as one of this template."""
    named = root.get("模板") if root is not None else None
    if root is None or not isinstance(named, Scalar):
        return root
    return changed(root, Mapping((Entry(Scalar("模板", named.span), replace(named, text=template)),), named.span))


def _codes_differ(case: _Case, findings: tuple[Finding, ...], *, refused: bool) -> Iterator[str]:
    found = sorted(finding.code for finding in findings)
    if case.codes is not None and sorted(case.codes) != found:
        yield f"问题：预期 {'、'.join(sorted(case.codes)) or '没有'}，实际 {'、'.join(found) or '没有'}"
    elif refused and case.codes is None:
        yield f"填报有错误，没有算出得分：{findings[0].message}"


def _values_differ(case: _Case, assessment: Assessment) -> Iterator[str]:
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


def _texts_differ(case: _Case, assessment: Assessment) -> Iterator[str]:
    if not case.texts and not case.absent:
        return
    printed = "\n".join(text_lines(pipeline.print_report(assessment)))
    for text in case.texts:
        if text not in printed:
            yield f"报告里没有「{text}」"
    for text in case.absent:
        if text in printed:
            yield f"报告里不应有「{text}」"
