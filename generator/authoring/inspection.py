"""``jixiao template check``: everything that can be told of a template before a bureau uses it, in one run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator import checking
from generator.authoring import codes
from generator.authoring.casefiles import read_cases
from generator.authoring.cases import run_cases
from generator.authoring.generated import old_files
from generator.authoring.layouts import check_layouts
from generator.authoring.texts import check_texts
from generator.authoring.trying import try_out
from generator.base.diagnostics import Span, has_errors, in_order, shown_path
from generator.template.inspecting import inspect_template
from generator.template.soundness import check_formulas

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from generator.base.diagnostics import Finding

__all__ = ["check_template"]


def check_template(folder: Path) -> tuple[Finding, ...]:
    """Everything that is found in a template: in its YAML files, texts, layout, examples, schema and tests.

    Raises:
        FileProblem: One of the YAML files cannot be read.
    """
    inspected = inspect_template(folder)
    template, found = inspected.template, list(inspected.findings)
    loads = not has_errors(found)
    found += check_formulas(template, inspected.unread)
    found += checking.misused(template)
    layout, problems = check_layouts(inspected)
    found += [*problems, *check_texts(inspected)]
    if loads:
        found += old_files(template)
    if layout is not None and not has_errors(found):
        found += try_out(template, layout)
    # Where the template itself has errors, what a case says would only follow from them.
    found += read_cases(folder)[1] if has_errors(found) else _cases(folder)
    if not any((folder / "tests").glob("*.yaml")):
        found.append(codes.NO_CASES_YET.at(Span(shown_path(folder / "tests")), template=folder.name))
    return in_order(found)


def _cases(folder: Path) -> Iterator[Finding]:
    """What is wrong with the test cases, and those that do not come out."""
    run = run_cases(folder)
    yield from (finding for finding in run.findings if finding.code != codes.NO_CASES.number)
    for result in run.results:
        if result.differences:
            told = "；".join(difference.rstrip("。") for difference in result.differences)
            told += "" if told.endswith("？") else "。"
            yield codes.CASE_DIFFERS.at(result.span, case=result.name, template=folder.name, difference=told)
