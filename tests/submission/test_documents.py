"""Fields of the kind 文档: how they are written, what can be wrong, and that they come into the report."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import pytest

from generator.base.files import Document
from generator.narrative.content import facts_of
from generator.scoring.score import score
from generator.submission.model import Fact
from generator.template.schema import schema_text
from tests.small_template import Small, small

FIELDS = "说明: {类型: 文档, 标签: 情况说明, 必填: 否}\n"


@pytest.fixture
def form(tmp_path: Path) -> Small:
    return small(tmp_path, FIELDS)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "填报"
    place.mkdir()
    for name in ("情况.docx", "情况.pdf"):
        (place / name).write_bytes(name.encode())
    return place


def test_a_document_is_a_file_of_the_filing(form: Small, folder: Path) -> None:
    submission, findings = form.accept("说明: 情况.docx\n", folder)
    assert findings == []
    fact = submission.facts.members["说明"]
    assert isinstance(fact, Fact)
    assert (fact.value, fact.text) == ("情况.docx", "情况.docx")
    assert fact.document is not None
    assert (fact.document.data, fact.document.span.line, fact.document.path) == ("情况.docx".encode(), 2, "说明")
    assert submission.sources == (("情况.docx", sha256("情况.docx".encode()).hexdigest()),)


def test_it_is_printed_as_itself(form: Small, folder: Path) -> None:
    submission, _ = form.accept("说明: 情况.docx\n", folder)
    scorecard, _ = score(submission)
    assert scorecard is not None
    assert isinstance(facts_of(submission.facts, scorecard.symbols)["说明"], Document)


@pytest.mark.parametrize("text", ["", "说明:\n"])
def test_it_need_not_be_there(form: Small, folder: Path, text: str) -> None:
    submission, findings = form.accept(text, folder)
    assert (submission.sources, findings) == ((), [])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("说明: 没有.docx\n", "JX228"),
        ("说明: ../情况.docx\n", "JX227"),
        ("说明: 情况.pdf\n", "JX229"),
        ("说明: [情况.docx]\n", "JX204"),
    ],
)
def test_what_can_be_wrong_is_told_at_its_line(form: Small, folder: Path, text: str, code: str) -> None:
    submission, findings = form.accept(text, folder)
    assert [(one.code, one.span.line, one.path) for one in findings] == [(code, 2, "说明")]
    assert submission.sources == ()


def test_the_schema_knows_its_ending(form: Small) -> None:
    shape = json.loads(schema_text(form.template))["properties"]["说明"]
    assert shape["type"] == ["string", "null"]
    assert "[dD][oO][cC][xX]" in shape["pattern"]
