"""Test cases as domain people write them: templates/<name>/tests/*.yaml.

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

from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from generator.authoring import codes
from generator.base.diagnostics import shown_path
from generator.base.errors import FileProblem
from generator.template.reader import Notes, Reader
from generator.yamlfile.source import read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from generator.base.diagnostics import Finding, Span
    from generator.yamlfile.build import Mapping
    from generator.yamlfile.source import Source

__all__ = ["Case", "read_cases"]

_EXPECTATIONS = ("得分", "计算", "等级", "文字", "没有", "问题")


class Case(Struct, frozen=True):
    """One case as written: its input, what it changes there, what it expects. ``file`` is where it stands."""

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
    """The cases of a template that can be run, and what is wrong with the others: one keeps no other from being run."""
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
            return  # an input that the cases of other files start from; they tell what is wrong with it
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
        # One that is named but cannot be read is not said to be missing as well.
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
        # What is expected may stand under a misspelt key, which was said.
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
