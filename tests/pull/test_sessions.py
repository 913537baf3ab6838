"""Figures typed over one by one, and whole sessions at random: each edit comes back or is told, and nothing else."""

from __future__ import annotations

import random
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.workflows.pull.plan import plan_edits
from tests.pull.corpus import J, M
from tests.pull.test_corpus import facts, opened, printed
from tests.pull.word import Document

FIGURE = re.compile(r"\d+(?:\.\d+)?")
ROW = re.compile(r"\[\d+\]")
LONGEST = 14
WORDS = ("（含下属单位）", "，同比增长3.5%", "全年", "按规定")


class Place(NamedTuple):
    """Where a fact with one figure is printed."""

    paragraph: int
    start: int
    text: str
    path: str
    row: bool


@cache
def places(report: str) -> list[Place]:
    """Every place of a fact with one figure, by the number of its paragraph."""
    document, typed = Document(printed(report)), facts(opened(report).source.text)
    marked = opened(report).report
    numbers = [number for number, one in enumerate(document.paragraphs()) if document.text(one).strip()]
    found = []
    for number, line in zip(numbers, marked.lines, strict=False):
        at = 0
        for piece in line.pieces:
            held = marked.values.get(piece.value)
            if held is not None and not held.computed and held.path != "年度":
                figures, text = FIGURE.findall(piece.text), typed.get(held.path, "{{")
                if (
                    len(figures) == 1
                    and len(piece.text) <= LONGEST
                    and "{{" not in text
                    and text.count(figures[0]) == 1
                ):
                    found.append(Place(number, at, piece.text, held.path, bool(line.row)))
            at += len(piece.text)
    return found


def other(figure: str, chance: random.Random) -> str:
    """Quite another figure in the same form."""
    while True:
        digits = [chance.choice("0123456789") if sign.isdigit() else sign for sign in figure]
        digits[0] = chance.choice("123456789")
        if (new := "".join(digits)) != figure:
            return new


def check(report: str, file: Path, wanted: dict[str, str]) -> None:
    """Each wanted fact is written so, or told; no other fact is written."""
    plan = plan_edits(file, opened(report))
    before = facts(plan.source.text)
    after = facts(plan.after) if plan.after is not None else before
    changed = {path: text for path, text in after.items() if text != before.get(path)}
    # Words that were put at the end of a text belong to it.
    added = re.compile("|".join(map(re.escape, WORDS)))
    # A cell that spans rows says it of all of them.
    spans = {(ROW.sub("", path), before[path]): text for path, text in wanted.items()}
    meant = {path: (wanted.get(path), spans.get((ROW.sub("", path), before.get(path, "")))) for path in changed}
    right = {path: added.sub("", text) in {*meant[path], before.get(path)} for path, text in changed.items()}
    assert [path for path, is_right in right.items() if not is_right] == []
    if any(finding.code == "JX866" for finding in plan.findings):
        return  # the figures do not fit together, which is said; nothing is written
    told = "\n".join(f"{one.path} {one.message} {one.hint}" for one in plan.findings)
    for path in wanted.keys() - changed.keys():
        assert path in told, (path, wanted[path], [finding.code for finding in plan.findings])
        assert not {finding.code for finding in plan.findings} & {"JX863", "JX862"}


def typed_over(report: str, chosen: list[Place], chance: random.Random, document: Document) -> dict[str, str]:
    """Types over these figures, last first; what the facts should say."""
    before, wanted = facts(opened(report).source.text), {}
    paragraphs = document.paragraphs()
    for place in sorted(chosen, reverse=True):
        old = FIGURE.findall(place.text)[0]
        new = other(old, chance)
        start = place.start + place.text.index(old)
        document.replace(paragraphs[place.paragraph], start, start + len(old), new)
        wanted[place.path] = before[place.path].replace(old, new)
    return wanted


def sweep(report: str, chosen: list[Place], folder: Path) -> None:
    for number, place in enumerate(chosen):
        document = Document(printed(report))
        wanted = typed_over(report, [place], random.Random(number), document)  # noqa: S311
        check(report, document.save(folder / "改稿.docx"), wanted)


@pytest.mark.parametrize("report", [M, pytest.param(J, marks=pytest.mark.slow)])
def test_some_figures_typed_over(report: str, tmp_path: Path) -> None:
    sweep(report, places(report)[:: len(places(report)) // 3], tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("report", [M, J])
def test_every_figure_typed_over(report: str, tmp_path: Path) -> None:
    sweep(report, places(report), tmp_path)


@pytest.mark.slow
@settings(max_examples=3, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32), size=st.integers(1, 8), report=st.sampled_from([M, J]))
def test_sessions(seed: int, size: int, report: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Figures typed over here and there, and words put in or taken out beside them."""
    chance = random.Random(seed)  # noqa: S311
    by_path = {place.path: place for place in chance.sample(places(report), len(places(report)))}
    once = [place for place in by_path.values() if sum(one.path == place.path for one in places(report)) == 1]
    chosen = chance.sample(once, min(size, len(once)))
    document = Document(printed(report))
    wanted = typed_over(report, chosen, chance, document)
    paragraphs = document.paragraphs()
    for place in chance.sample(chosen, len(chosen) // 2):
        text = document.text(paragraphs[place.paragraph])
        if not place.row and len(text) > LONGEST * 2:
            at = chance.choice([0, len(text)])
            document.replace(paragraphs[place.paragraph], at, at, chance.choice(WORDS))
    check(report, document.save(tmp_path_factory.mktemp("session") / "改稿.docx"), wanted)
