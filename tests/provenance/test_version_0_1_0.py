"""Reports of version 0.1.0, which put every value in a content control, are still verified and read back."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import pytest

import generator
from generator import pipeline
from generator.provenance.finished import State, open_finished
from generator.provenance.stamp import PREFIX, TEXT_DIGEST, digest_of_texts
from generator.provenance.verify import verify
from generator.word.opc import own_package, write_package, write_properties
from generator.workflows.pull.plan import plan as plan_edits_of
from tests.provenance.conftest import Change
from tests.word.conftest import package, paragraph, run


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
    assert plan_edits_of(old, Path("填报.yaml")).edits == ()


def test_one_that_was_edited(old: Path, change: Change) -> None:
    change(old, "word/document.xml", "起草规章", "起草各项规章")
    verdict = verify(old, pipeline.print_again)
    assert verdict.states == (State.EDITED, State.OTHER_PROGRAM)
    texts = ("一是起草规章。", "一是起草各项规章。")
    assert [(edit.old, edit.new) for edit in verdict.edits] == [texts]
    plan = plan_edits_of(old, Path("填报.yaml"))
    assert [(edit.path, edit.old, edit.new) for edit in plan.edits] == [
        ("职责[1]", "一是起草规章。", "一是起草各项规章。")
    ]


@pytest.mark.parametrize(("program", "same"), [("0.1.0", True), ("0.2.0", False)])
def test_its_contents_lists_were_text(old: Path, program: str, same: bool) -> None:
    stamp = open_finished(old.read_bytes()).stamp
    assert stamp is not None
    begin, separate, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end"))
    contents = f"{begin}<w:r><w:instrText>TOC</w:instrText></w:r>{separate}{run('一、概况')}{end}"
    entries = own_package(package(f"<w:p>{contents}</w:p>{paragraph('正文')}"))
    digest = {TEXT_DIGEST: digest_of_texts(["一、概况", "正文"])}
    write_properties(entries, stamp._replace(program=program).properties() | digest, PREFIX)
    assert open_finished(write_package(entries)).has_its_text is same


def test_it_gives_way_to_a_new_one_without_controls(old: Path) -> None:
    generator.render(Path("填报.yaml"), old)
    assert verify(old, pipeline.print_again).states == (State.CURRENT,)
    names = zipfile.ZipFile(old).namelist()
    assert b"<w:sdt>" not in zipfile.ZipFile(old).read("word/document.xml")
    assert [name for name in names if name.startswith("customXml/item")] == [
        "customXml/item1.xml",
        "customXml/itemProps1.xml",
    ]
