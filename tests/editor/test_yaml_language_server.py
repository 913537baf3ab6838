"""What VS Code shows for an input: keys and options on completion, labels on hover, mistakes underlined."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest

from generator.template.load import load_template
from generator.workflows.new import start
from tests.editor.language_server import Document, LanguageServer

ROOT = Path(__file__).parents[2]
INPUTS = sorted((ROOT / "inputs").glob("*.yaml"))
TEMPLATES = sorted(manifest.parent for manifest in (ROOT / "templates").glob("*/template.yaml"))
# The server remembers a file after it is closed.
NUMBERS = count(1)
HEAD = "# yaml-language-server: $schema=../templates/meizhou/fields.schema.json\n模板: meizhou\n"


@contextmanager
def editing(server: LanguageServer, text: str) -> Iterator[Document]:
    """An input that is being typed, in the folder of inputs; it is never on the disk."""
    with server.opened(ROOT / "inputs" / f"正在填写{next(NUMBERS)}.yaml", HEAD + text) as document:
        yield document


@pytest.mark.parametrize("file", INPUTS, ids=lambda file: file.stem)
def test_a_shipped_input_has_nothing_underlined(file: Path, server: LanguageServer) -> None:
    with server.opened(file, file.read_text(encoding="utf-8")) as document:
        assert document.underlined() == []


def test_keys_are_offered_at_the_top(server: LanguageServer) -> None:
    with editing(server, "年度: 2021\n\n") as document:
        offered = document.completions("年度: 2021\n")
    fields = load_template(ROOT / "templates" / "meizhou").fields
    to_fill_in = {name for name, field in fields.items() if field.is_filled_in}
    computed = set(fields) - to_fill_in
    assert computed
    assert set(offered) >= to_fill_in - {"年度"}
    assert not set(offered) & {*computed, "年度", "模板"}
    assert offered["采购"]["documentation"].startswith("政府采购：项数、内容、计划、实际")


def test_keys_are_offered_in_a_group(server: LanguageServer) -> None:
    with editing(server, "结转结余:\n  年末: 1 元\n  \n") as document:
        offered = document.completions("年末: 1 元\n  ")
    assert set(offered) >= {"可用资金", "剔除事项", "剔除金额", "剔除依据"}
    assert not set(offered) & {"年末", "剔除前"}
    assert offered["可用资金"]["insertText"].strip() == "可用资金:"
    assert "剔除后" in offered["可用资金"]["documentation"]


def test_keys_are_offered_in_a_row(server: LanguageServer) -> None:
    with editing(server, "专项资金:\n  - \n") as document:
        assert set(document.completions("  - ")) >= {"项目", "金额", "自评分"}


def test_indicators_and_their_keys_are_offered(server: LanguageServer) -> None:
    with editing(server, "指标:\n  数据质量:\n    \n") as document:
        assert set(document.completions("数据质量:\n    ")) >= {"自评分", "说明", "原因", "佐证"}
    with editing(server, "指标:\n  \n") as document:
        assert set(document.completions("指标:\n  ")) >= {"结转结余率", "采购合规性", "工作受表彰或批评"}


def test_the_keys_of_evidence_are_offered(server: LanguageServer) -> None:
    with editing(server, "指标:\n  数据质量:\n    佐证:\n      - \n") as document:
        assert set(document.completions("佐证:\n      - ")) >= {"标题", "文件"}


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("指标:\n  采购合规性:\n    要点:\n      采购制度:\n        结论: ", {"符合", "不符合", "不适用"}),
        ("重点工作:\n  - 任务: 一\n    进展: ", {"已完成", "按计划推进", "推进中", "未启动", "暂停", "取消"}),
    ],
)
def test_options_are_offered(text: str, options: set[str], server: LanguageServer) -> None:
    with editing(server, f"{text}\n") as document:
        assert set(document.completions(text)) == options


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("年末", ["年末财政拨款结转和结余决算数（剔除后）", "类型：金额", "来源：财决01-1表", "示例：1892499.62 元"]),
        ("结转结余", ["财政拨款结转和结余", "年末、可用资金"]),
        ("剔除事项", ["剔除的资金", "选填"]),
        ("数据质量", ["数据质量（2 分）", "评分标准：国有资产年报数据完整"]),
        ("自评分", ["自评分：由人评定的得分"]),
        ("采购制度", ["采购制度（1 分）"]),
    ],
)
def test_the_label_is_shown_on_hover(key: str, said: list[str], server: LanguageServer) -> None:
    text = """结转结余: {年末: 1 元, 剔除事项: 二}
指标:
  数据质量: {自评分: 2}
  采购合规性: {要点: {采购制度: {结论: 符合}}}
"""
    with editing(server, text) as document:
        shown = document.hover(key)
    assert [words for words in said if words not in shown] == []


@pytest.mark.parametrize(
    ("text", "at", "said"),
    [
        ("年渡: 2021\n", "年渡", "年渡"),
        ("采购:\n  项数: 6项\n  计画: 3 元\n", "计画", "计画"),
        ("采购:\n  计划: 349177\n", "349177", "写明单位，如「349177 元」"),
        ("采购:\n  计划: 349177 圆\n", "349177", "写明单位"),
        ("采购:\n  计划:\n", "计划", "写明单位"),
        ("满意度:\n  数值: 96.69\n", "96.69", "百分数，如「96.69%」"),
        ("重点工作:\n  - 任务: 一\n    进展: 做完了\n", "做完了", "已完成、按计划推进、推进中"),
        ("指标:\n  数据质量:\n    得分: 2\n", "得分", "得分"),
        ("指标:\n  结转结余律: {}\n", "结转结余律", "结转结余律"),
        ("指标:\n  采购合规性:\n    要点:\n      采购制度: {结论: 还行}\n", "还行", "符合、不符合、不适用"),
        ("年度: 2021\n年度: 2022\n", "年度: 2022", ""),
    ],
)
def test_a_mistake_is_underlined_at_its_line(text: str, at: str, said: str, server: LanguageServer) -> None:
    with editing(server, text) as document:
        found = document.underlined()
        assert [message for line, message in found if line == document.line_of(at) and said in message]


def test_what_is_missing_is_named(server: LanguageServer) -> None:
    with editing(server, "采购:\n  项数: 6项\n  内容: 无\n  计划: 3 元\n") as document:
        messages = [message for _, message in document.underlined()]
    assert [message for message in messages if "实际" in message]
    assert not [message for message in messages if "重点工作统计" in message or "封面" in message]


@pytest.mark.parametrize("folder", TEMPLATES, ids=lambda folder: folder.name)
def test_a_new_file_far_from_the_templates_finds_its_schema(
    folder: Path, tmp_path: Path, server: LanguageServer
) -> None:
    """As an installed program writes it, in a folder with a Chinese name."""
    started = start(folder.name, tmp_path / "自评 2022" / "填报.yaml", templates=folder.parent)
    text = started.path.read_text(encoding="utf-8")
    with server.opened(started.path, text) as document:
        lines = {line for line, _ in document.underlined()}
        label = load_template(folder).fields["部门"].members["名称"].label
        assert label in document.hover("名称:")
    # Exactly the blanks that must be filled in: a key whose value is absent.
    assert lines == {fact.span.line for fact in started.missing}
