"""What comes of every edit of the corpus: right, told with a true reason, and never wrong or silent."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

import docx
import pytest

from generator import pipeline
from generator.base.diagnostics import Span
from generator.word.read.lines import read_back
from generator.workflows.pull.plan import Input, Plan, open_input, plan_edits
from generator.yamlfile.build import Mapping, Node, Sequence
from generator.yamlfile.source import parse_yaml
from tests.office import Office
from tests.pull.corpus import CASES, Case
from tests.pull.word import Document

RIGHT, TOLD, PARTLY, NOTHING, WRONG, SILENT = "写对", "说明", "部分写对", "没有改动", "写错", "漏报"
ROOT = Path(__file__).parents[2]
FIGURE = re.compile(r"\d+")
Save = Callable[[int, Path], Path]


@cache
def opened(report: str) -> Input:
    return open_input(ROOT / "inputs" / f"{report}-gxj-2021.yaml")


@cache
def printed(report: str) -> bytes:
    return pipeline.print_report(opened(report).assessment)


@cache
def original(report: str) -> dict[str, str]:
    return facts(opened(report).source.text)


def facts(text: str) -> dict[str, str]:
    """Every text of an input by its path."""

    def flat(node: Node, path: str = "") -> Iterator[tuple[str, str]]:
        if isinstance(node, Mapping):
            for entry in node.entries:
                yield from flat(entry.value, f"{path}.{entry.key.text}")
        elif isinstance(node, Sequence):
            for number, item in enumerate(node.items, 1):
                yield from flat(item, f"{path}[{number}]")
        else:
            yield path[1:], node.text

    root = parse_yaml(text.encode(), "x").root
    assert root is not None
    return dict(flat(root))


def outcome(case: Case, file: Path) -> tuple[str, list[str]]:
    """What came of an edit, and the codes that were told."""
    plan = plan_edits(file, opened(case.report))
    codes = sorted({finding.code for finding in plan.findings})
    return _outcome(case, file, plan, codes), codes


def _outcome(case: Case, file: Path, plan: Plan, codes: list[str]) -> str:
    ways = [way(plan.source.text) for way in case.wanted]
    if plan.after in ways:
        return RIGHT
    before = original(case.report)
    if case.round[0]:
        return gone_round(case, file, before, plan)
    after = facts(plan.after) if plan.after is not None else before
    is_told = bool(case.told & set(codes))
    changed = {path for path in after.keys() | before.keys() if after.get(path) != before.get(path)}
    if not ways and not changed:
        return NOTHING if not case.told and not codes else TOLD if is_told else SILENT
    wanted = [facts(way) for way in ways]
    if after in wanted:
        return RIGHT
    if not any(all(way.get(path) == after.get(path) for path in changed) for way in wanted):
        return WRONG
    return SILENT if not is_told else PARTLY if changed else TOLD


def gone_round(case: Case, file: Path, before: dict[str, str], plan: Plan) -> str:
    """What came of replacing a text everywhere: nothing else may have changed, and what stays must be told."""
    after = facts(plan.after) if plan.after is not None else before
    same = [{path: said.replace(*case.round) for path, said in texts.items()} for texts in (before, after)]
    if same[0] != same[1]:
        return WRONG
    if plan.after is not None:
        source = ROOT / "inputs" / f"{case.report}-gxj-2021.yaml"
        assessment = pipeline.assess_source(parse_yaml(plan.after.encode(), str(source)), source)
        # Computed figures follow those that were typed.
        again, edited = (
            [FIGURE.sub("#", line.text) for line in read_back(data, Span("x")).lines]
            for data in (pipeline.print_report(assessment), file.read_bytes())
        )
        if again == edited:
            return RIGHT
    is_told = case.told & {finding.code for finding in plan.findings}
    return SILENT if not is_told else PARTLY if after != before else TOLD


def outcomes(cases: Iterable[Case], folder: Path, save: Save) -> Iterator[tuple[Case, str, list[str]]]:
    """What came of each case; ``save`` saves the edited file once more, as some program does."""
    for number, case in enumerate(cases):
        document = Document(printed(case.report))
        for step in case.steps:
            step(document)
        yield case, *outcome(case, save(number, document.save(folder / f"{number}.docx")))


def save_with_docx(number: int, file: Path) -> Path:
    """Saves every fifth file once more by python-docx."""
    if number % 5 == 0:
        docx.Document(io.BytesIO(file.read_bytes())).save(str(file))
    return file


def table_of(counts: dict[str, Counter[str]]) -> str:
    columns = (RIGHT, PARTLY, TOLD, NOTHING, WRONG, SILENT)
    lines = [f"| 改动 | 例数 | {' | '.join(columns)} |", f"|{'---|' * (len(columns) + 2)}"]
    for kind, found in {**counts, "合计": sum(counts.values(), Counter())}.items():
        lines.append(f"| {kind} | {found.total()} | {' | '.join(str(found[one]) for one in columns)} |")
    return "\n".join(lines)


def test_every_thirtieth_edit(tmp_path: Path) -> None:
    """None is written wrong, none is silent. The others are tried by ``make slow``."""
    found = list(outcomes(CASES[3::30], tmp_path, save_with_docx))
    assert [(case, codes) for case, what, codes in found if what in {WRONG, SILENT}] == []


def test_the_page_counts_the_edits_of_today() -> None:
    page = (ROOT / "docs" / "改稿回填.md").read_text("utf-8")
    for kind, count in [*Counter(case.kind for case in CASES).items(), ("合计", len(CASES))]:
        assert f"| {kind} | {count} |" in page, "run pytest --refresh tests/pull/test_corpus.py"


@pytest.mark.slow
def test_every_edit(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """None is written wrong, none is silent; docs/改稿回填.md shows what was measured.

    One test, so that the edits are made once.
    """
    counts: dict[str, Counter[str]] = {}
    bad = []
    for number, (case, what, codes) in enumerate(outcomes(CASES, tmp_path, save_with_docx)):
        counts.setdefault(case.kind, Counter())[what] += 1
        bad += [(number, case.kind, what, codes)] if what in {WRONG, SILENT} else []
    assert bad == []
    assert sum(found[RIGHT] for found in counts.values()) >= 120
    page, wanted = ROOT / "docs" / "改稿回填.md", table_of(counts)
    if request.config.getoption("--refresh"):
        head, _, rest = page.read_text("utf-8").partition("| 改动 | 例数 |")
        page.write_text(f"{head}{wanted}\n\n{rest.partition(chr(10) * 2)[2]}", "utf-8")
    assert wanted in page.read_text("utf-8"), "run pytest --refresh tests/pull/test_corpus.py"


@pytest.mark.slow
def test_edits_saved_by_libreoffice(libreoffice: Office, tmp_path: Path) -> None:
    """Every twelfth edit, saved once more by LibreOffice."""

    def save(_number: int, file: Path) -> Path:
        return libreoffice(file, "docx", tmp_path / "LibreOffice")

    found = list(outcomes(CASES[::12], tmp_path, save))
    assert [(case, codes) for case, what, codes in found if what in {WRONG, SILENT}] == []
    assert sum(what == RIGHT for _, what, _ in found) * 2 >= len(found)
