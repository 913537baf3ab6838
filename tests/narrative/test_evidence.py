"""The evidence in what is printed: titles by indicator, the list, and where each title comes from."""

from __future__ import annotations

from pathlib import Path

from generator.base.passage import Passage
from tests.small_template import small

INDICATORS = """\
- 名称: 管理
  分值: 10
  下级:
  - {名称: 制度, 分值: 4, 得分: 自评分, 叙述: "{{ 佐证 | join('、') }}："}
  - {名称: 公开, 分值: 6, 要点: [{名称: 目标公开, 分值: 6}]}
"""
INPUT = """\
指标:
  制度: {自评分: 4, 佐证: [汇编, {标题: 记录, 文件: 记录一.pdf}, {标题: 记录, 文件: 记录二.pdf}]}
  公开:
    佐证: 目录
    要点: {目标公开: {结论: 符合, 佐证: [目录, 截图.png]}}
"""


def origins(text: object) -> list[str]:
    assert isinstance(text, str)
    return [stretch.origin.path for stretch in text.stretches] if isinstance(text, Passage) else []


def test_the_list_and_the_texts_know_the_titles_and_their_places(tmp_path: Path) -> None:
    for name in ("记录一.pdf", "记录二.pdf", "截图.png"):
        (tmp_path / name).write_bytes(b"x")
    content = small(tmp_path, "", INDICATORS).assess(INPUT).report.content
    rows = content["佐证清单"]
    assert isinstance(rows, list)
    assert rows == [
        {"序号": 1, "对象": "", "指标序号": 1, "指标": "制度", "标题": "汇编", "文件名": ""},
        {"序号": 2, "对象": "", "指标序号": 1, "指标": "制度", "标题": "记录", "文件名": "记录一.pdf、记录二.pdf"},
        {"序号": 3, "对象": "", "指标序号": 2, "指标": "公开", "标题": "目录", "文件名": ""},
        {"序号": 4, "对象": "", "指标序号": 2, "指标": "公开", "标题": "截图", "文件名": "截图.png"},
    ]
    assert [origins(row["标题"]) for row in rows] == [
        ["指标.制度.佐证[1]"],
        ["指标.制度.佐证[2]"],
        ["指标.公开.佐证[1]"],
        [],  # the file's name: nobody typed the title
    ]
    written = content["指标"]
    assert isinstance(written, dict)
    assert written["制度"]["叙述"] == ["汇编、记录：得4分。"]
    assert (written["制度"]["依据"], written["公开"]["依据"]) == ("汇编；记录", "目录；截图")
    assert origins(written["制度"]["依据"]) == ["指标.制度.佐证[1]", "指标.制度.佐证[2]"]


def test_without_evidence_the_list_is_empty_and_without_a_form_there_is_none(tmp_path: Path) -> None:
    content = small(tmp_path, "", INDICATORS).assess(
        "指标:\n  制度: {自评分: 4}\n  公开: {要点: {目标公开: {结论: 符合}}}\n"
    )
    assert content.report.content["佐证清单"] == []
    assert "佐证清单" not in small(tmp_path / "另", "").assess("年度: 2024\n").report.content
