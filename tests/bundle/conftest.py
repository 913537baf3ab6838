"""A small bureau with evidence beside its input, and what is in the archive made of it."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.small_template import FILE, Small, small

INDICATORS = """\
- 名称: 管理
  分值: 10
  下级:
  - {名称: 制度建设, 分值: 4, 得分: 自评分}
  - 名称: 信息公开
    分值: 6
    要点:
    - {名称: 目标公开, 分值: 6}
"""
INPUT = """\
年度: 2024
指标:
  制度建设:
    自评分: 4
    佐证: [部门职责文件, 佐证/制度汇编.pdf, {标题: 现场照片, 文件: 佐证/scan001.JPG}]
  信息公开:
    要点:
      目标公开: {结论: 符合, 佐证: 佐证/网页截图.png}
    佐证: {标题: 制度, 文件: 佐证/制度汇编.pdf}
"""


@dataclass(frozen=True)
class Bureau:
    """An input, its folder, and the evidence in it."""

    small: Small

    @property
    def folder(self) -> Path:
        return self.small.folder

    @property
    def input(self) -> Path:
        return self.folder / FILE

    @property
    def target(self) -> Path:
        return self.folder / "报送.zip"

    def says(self, old: str, new: str) -> None:
        """Change the input."""
        text = self.input.read_text("utf-8")
        assert text.count(old) == 1
        self.input.write_text(text.replace(old, new), "utf-8")

    def put(self, name: str, data: bytes) -> Path:
        """A file in its folder."""
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        return file


@pytest.fixture
def bureau(tmp_path: Path, layout: Callable[[Path], None]) -> Bureau:
    form = small(tmp_path, "", INDICATORS)
    layout(tmp_path / "templates" / "小" / "报告.docx")
    form.write(INPUT)
    found = Bureau(form)
    found.put("佐证/制度汇编.pdf", b"%PDF rules")
    found.put("佐证/scan001.JPG", b"\xff\xd8 photo")
    found.put("佐证/网页截图.png", b"\x89PNG page")
    return found


@pytest.fixture
def layout() -> Callable[[Path], None]:
    """Writes a layout of one line and the list of evidence."""

    def write(path: Path) -> None:
        from docx import Document

        document = Document()
        document.add_paragraph("{{ 年度 }}年，{{ 评分.总分 }}分")
        for line in (
            "{%p for 行 in 佐证清单 %}",
            "{{ 行.序号 }} {{ 行.指标 }} {{ 行.标题 }} {{ 行.文件名 }}",
            "{%p endfor %}",
        ):
            document.add_paragraph(line)
        document.save(str(path))

    return write


def read_archive(path: Path) -> dict[str, bytes]:
    """What is in it, by name, in its order."""
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}
