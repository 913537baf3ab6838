"""Reports of version 0.1.0, which put every value in a content control, are still verified and read back."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import pytest

from generator import pipeline, pulling
from generator.provenance import State, verify
from tests.provenance.conftest import Change


@pytest.fixture
def old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(Path(__file__).with_name("version_0_1_0"), tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    assert b"<w:sdt>" in zipfile.ZipFile("报告.docx").read("word/document.xml")
    return Path("报告.docx")


def test_one_that_nobody_touched(old: Path) -> None:
    verdict = verify(old, pipeline.print_again)
    assert (verdict.states, verdict.edits) == ((State.OTHER_PROGRAM,), ())
    assert verdict.stamp is not None
    assert (verdict.stamp.program, verdict.stamp.input_name) == ("0.1.0", "填报.yaml")
    assert pulling.plan(old, Path("填报.yaml")).edits == ()


def test_one_that_was_edited(old: Path, change: Change) -> None:
    change(old, "word/document.xml", "起草规章", "起草各项规章")
    verdict = verify(old, pipeline.print_again)
    assert verdict.states == (State.EDITED, State.OTHER_PROGRAM)
    texts = ("一是起草规章。", "一是起草各项规章。")
    assert [(edit.old, edit.new) for edit in verdict.edits] == [texts]
    plan = pulling.plan(old, Path("填报.yaml"))
    assert [(edit.path, edit.old, edit.new) for edit in plan.edits] == [
        ("职责[1]", "一是起草规章。", "一是起草各项规章。")
    ]


def test_it_gives_way_to_a_new_one_without_controls(old: Path) -> None:
    pipeline.render(Path("填报.yaml"), old)
    assert verify(old, pipeline.print_again).states == (State.CURRENT,)
    names = zipfile.ZipFile(old).namelist()
    assert b"<w:sdt>" not in zipfile.ZipFile(old).read("word/document.xml")
    assert [name for name in names if name.startswith("customXml/item")] == [
        "customXml/item1.xml",
        "customXml/itemProps1.xml",
    ]
