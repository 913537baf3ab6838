"""What comes of every edit of the corpus: right, told with a true reason, and never wrong or silent."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import docx
import pytest

from generator import pipeline
from generator.workflows.pull.plan import Input, open_input, plan_edits
from generator.yamlfile.build import Mapping, Node, Sequence
from generator.yamlfile.source import parse_yaml
from tests.pull.corpus import CASES, Case
from tests.pull.word import Document

RIGHT, TOLD, PARTLY, NOTHING, WRONG, SILENT = "写对", "说明", "部分写对", "没有改动", "写错", "漏报"
ROOT = Path(__file__).parents[2]


@cache
def opened(report: str) -> Input:
    return open_input(ROOT / "inputs" / f"{report}-gxj-2021.yaml")


@cache
def printed(report: str) -> bytes:
    return pipeline.print_report(opened(report).assessment)


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


def replaced(text: str, pairs: tuple[tuple[str, str], ...]) -> str:
    for old, new in pairs:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def outcome(case: Case, file: Path) -> tuple[str, list[str]]:
    """What came of an edit, and the codes that were told."""
    plan = plan_edits(file, opened(case.report))
    codes = sorted({finding.code for finding in plan.findings})
    before = facts(plan.source.text)
    after = facts(plan.after) if plan.after is not None else before
    ways = [facts(replaced(plan.source.text, way)) for way in case.wanted]
    if not ways and after == before:
        return (NOTHING if not case.told and not codes else TOLD if case.told & set(codes) else SILENT), codes
    if after in ways:
        return RIGHT, codes
    changed = {path for path in after.keys() | before.keys() if after.get(path) != before.get(path)}
    if not any(all(way.get(path) == after.get(path) for path in changed) for way in ways):
        return WRONG, codes
    if not case.told & set(codes):
        return SILENT, codes
    return (PARTLY if changed else TOLD), codes


def outcomes(folder: Path) -> Iterator[tuple[Case, str, list[str]]]:
    for number, case in enumerate(CASES):
        document = Document(printed(case.report))
        for step in case.steps:
            step(document)
        file = document.save(folder / f"{number}.docx")
        if number % 5 == 0:  # saved once more by python-docx
            docx.Document(io.BytesIO(file.read_bytes())).save(str(file))
        yield case, *outcome(case, file)


def table_of(counts: dict[str, Counter[str]]) -> str:
    columns = (RIGHT, PARTLY, TOLD, NOTHING, WRONG, SILENT)
    lines = [f"| 改动 | 例数 | {' | '.join(columns)} |", f"|{'---|' * (len(columns) + 2)}"]
    for kind, found in {**counts, "合计": sum(counts.values(), Counter())}.items():
        lines.append(f"| {kind} | {found.total()} | {' | '.join(str(found[one]) for one in columns)} |")
    return "\n".join(lines)


def test_every_edit(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """None is written wrong, none is silent; docs/改稿回填.md shows what was measured.

    One test, so that the edits are made once.
    """
    counts: dict[str, Counter[str]] = {}
    bad = []
    for number, (case, what, codes) in enumerate(outcomes(tmp_path)):
        counts.setdefault(case.kind, Counter())[what] += 1
        bad += [(number, case.kind, what, codes)] if what in {WRONG, SILENT} else []
    assert bad == []
    assert sum(map(Counter.total, counts.values())) >= 150
    assert sum(found[RIGHT] for found in counts.values()) >= 105
    page, wanted = ROOT / "docs" / "改稿回填.md", table_of(counts)
    if request.config.getoption("--refresh"):
        head, _, rest = page.read_text("utf-8").partition("| 改动 | 例数 |")
        page.write_text(f"{head}{wanted}\n\n{rest.partition(chr(10) * 2)[2]}", "utf-8")
    assert wanted in page.read_text("utf-8"), "docs/改稿回填.md is out of date: make refresh writes it"
