"""Files that LibreOffice only saved again are told apart from those that somebody edited in it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import generator
from generator import pipeline
from generator.base.diagnostics import Refused
from generator.provenance.finished import State
from generator.provenance.guard import write_guarded
from generator.provenance.verify import verify
from tests.office import Office
from tests.provenance.conftest import Change

Save = Callable[[Path], Path]


@pytest.fixture
def save_again(libreoffice: Office, tmp_path: Path) -> Save:
    """Open and save a file with LibreOffice, in its place."""

    def save(file: Path) -> Path:
        saved = libreoffice(file, file.suffix[1:], tmp_path / "saved")
        assert saved.read_bytes() != file.read_bytes()
        return Path(shutil.copy(saved, file))

    return save


def test_a_report_that_was_only_saved(report: Path, save_again: Save) -> None:
    verdict = verify(save_again(report), pipeline.print_again)
    assert verdict.states == (State.RESAVED,)
    assert verdict.edits == ()
    assert verdict.input is not None  # its properties came through
    with pytest.raises(Refused, match="文字未改，文件被另存过"):
        write_guarded(b"PK", report)


@pytest.mark.slow
def test_a_report_with_long_tables_and_pages_that_turn(place: Path, root: Path, save_again: Save) -> None:
    """LibreOffice breaks one of its paragraphs in two, at the end of a page."""
    shutil.copy(root / "inputs" / "jiangmen-gxj-2021.yaml", place / "inputs")
    rendered = generator.render(Path("inputs") / "jiangmen-gxj-2021.yaml")
    assert verify(save_again(rendered.path), pipeline.print_again).states == (State.RESAVED,)


def test_what_was_edited_before_it_was_saved(report: Path, save_again: Save, change: Change) -> None:
    change(report, "word/document.xml", "年度部门", "年度各部门")
    change(report, "word/document.xml", "重点工作任务", "重点任务")
    verdict = verify(save_again(report), pipeline.print_again)
    assert verdict.states == (State.EDITED,)
    words = {"重点工作任务": "重点任务", "年度部门": "年度各部门"}
    for edit, (old, new) in zip(verdict.edits, words.items(), strict=True):
        assert (edit.old or "").replace(old, new) == edit.new
    shutil.rmtree("inputs")
    blind = verify(report, pipeline.print_again)
    assert blind.states == (State.EDITED, State.INPUT_NOT_FOUND)
    assert [(edit.place, edit.new) for edit in blind.edits] == [(edit.place, edit.new) for edit in verdict.edits]


def test_of_a_workbook_it_is_not_known(scores: Path, save_again: Save) -> None:
    assert verify(save_again(scores), pipeline.print_again).states == (State.ALTERED,)
