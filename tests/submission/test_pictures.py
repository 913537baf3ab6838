"""Fields of the kind 图片: how they are written, what can be wrong, and that they come into the report."""

from __future__ import annotations

import json
import struct
import zlib
from fractions import Fraction
from hashlib import sha256
from pathlib import Path

import pytest

from generator.base.files import Picture
from generator.narrative.content import facts_of
from generator.scoring.symbols import Symbols
from generator.submission.model import Fact
from generator.template.schema import schema_text
from generator.workflows.new import skeleton
from tests.small_template import Small, small

FIELDS = """\
现场: {类型: 图片, 标签: 现场照片, 必填: 否}
照片:
  类型: 表
  标签: 照片
  必填: 否
  列:
    图: {类型: 图片, 标签: 照片}
"""


def png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">2I5B", 4, 2, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"".join(b"\0" + bytes(12) for _ in range(2)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.fixture
def form(tmp_path: Path) -> Small:
    return small(tmp_path, FIELDS)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "填报"
    (place / "图").mkdir(parents=True)
    (place / "图" / "厂房.png").write_bytes(png())
    (place / "假.png").write_bytes(b"<svg/>")
    return place


def test_a_picture_is_a_file_with_what_it_shows(form: Small, folder: Path) -> None:
    submission, findings = form.accept("现场: {文件: 图/厂房.png, 说明: 新厂房 正门, 宽: 120}\n", folder)
    assert findings == []
    fact = submission.facts.members["现场"]
    assert isinstance(fact, Fact)
    assert (fact.value, fact.text) == ("新厂房 正门", "图/厂房.png")
    assert fact.picture is not None
    assert (fact.picture.width, fact.picture.data) == (Fraction(120), png())
    assert submission.sources == (("图/厂房.png", sha256(png()).hexdigest()),)


def test_it_comes_into_the_report_also_from_a_table(form: Small, folder: Path) -> None:
    text = "照片:\n- 图: {文件: 图/厂房.png, 说明: 正门}\n- 图: {文件: 图/厂房.png, 说明: 侧门, 宽: 50 mm}\n"
    submission, findings = form.accept(text, folder)
    assert findings == []
    names = facts_of(submission.facts, Symbols(submission))
    assert names["现场"] is None
    rows = names["照片"]
    assert isinstance(rows, list)
    assert [str(row["图"]) for row in rows] == ["正门", "侧门"]
    assert all(isinstance(row["图"], Picture) for row in rows)


@pytest.mark.parametrize(
    ("written", "code", "said"),
    [
        ("图/厂房.png", "JX266", "「文件」和「说明」"),
        ("{说明: 厂房}", "JX266", "「文件」和「说明」"),
        ("{文件: 图/厂房.png}", "JX267", "没有写「说明」"),
        ("{文件: ../外.png, 说明: 图}", "JX268", "不在填报文件所在的文件夹里"),
        ("{文件: 图/厂旁.png, 说明: 图}", "JX269", "找不到图片"),
        ("{文件: 假.png, 说明: 图}", "JX270", "这不是完好的 PNG"),
        ("{文件: 图/厂房.png, 说明: 图, 宽: 很宽}", "JX271", "5 至 400"),
        ("{文件: 图/厂房.png, 说明: 图, 宽: 500}", "JX271", "5 至 400"),
        ("{文件: 图/厂房.png, 说明: 图, 高: 50}", "JX201", "「高」"),
    ],
)
def test_what_is_wrong_is_told(form: Small, folder: Path, written: str, code: str, said: str) -> None:
    _, findings = form.accept(f"现场: {written}\n", folder)
    assert [one.code for one in findings] == [code]
    assert said in findings[0].message + findings[0].hint


def test_a_form_that_was_not_filled_in_has_no_picture(form: Small, folder: Path, tmp_path: Path) -> None:
    text = skeleton(form.template, "", {})
    assert "现场:\n  文件:\n  说明:  # 用一句话写图上是什么\n" in text
    assert form.accept("现场:\n  文件:\n  说明:\n", folder)[1] == []
    needed = small(tmp_path / "必", "现场: {类型: 图片, 标签: 现场照片}\n")
    assert [one.code for one in needed.accept("现场:\n  文件:\n", folder)[1]] == ["JX202"]


def test_editors_know_its_keys(form: Small) -> None:
    shape = json.loads(schema_text(form.template))["properties"]["现场"]
    assert list(shape["properties"]) == ["文件", "说明", "宽"]
