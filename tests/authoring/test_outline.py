"""jixiao template check: the numbered headings that a layout prints."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from generator.authoring.check import check_template

pytestmark = pytest.mark.usefixtures("without_cases")

Change = Callable[[str, str, str], None]


def found(folder: Path) -> list[str]:
    return [finding.message for finding in check_template(folder) if finding.code == "JX768"]


def test_a_new_template_prints_its_outline_in_order(city: Path) -> None:
    assert found(city) == []


def test_a_number_out_of_order_is_found(city: Path, change: Change) -> None:
    change("报告.docx!document", "（三）绩效目标完成情况", "（五）绩效目标完成情况")
    assert found(city) == [
        "用示例试填后，印出的「（五）绩效目标完成情况」接在「（二）」后面，应为「（三）」。",
        "用示例试填后，印出的「（四）项目支出情况」接在「（五）」后面，应为「（六）」。",
    ]


def test_levels_left_out_are_found(city: Path, change: Change) -> None:
    change("报告.docx!document", "（一）部门主要职责", "部门主要职责")
    number = "{% if not (loop.first and loop.last) %}{{ loop.index }}.{% endif %}"
    change("报告.docx!document", number + "{{ 项.内容 | 句 }}", "{{ loop.index | 圈号 }}{{ 项.内容 }}")
    messages = found(city)
    assert any("上一级是「一、」，中间少了「（一）」、「1.」、「（1）」一级" in message for message in messages)


def test_a_section_that_may_be_empty_is_found(city: Path, change: Change) -> None:
    change("fields.yaml", "  标签: 存在问题及改进措施\n", "  标签: 存在问题及改进措施\n  必填: 否\n")
    change("报告.docx!document", "{{ 年度 }}年度自评没有发现需要说明的问题。", "")
    assert found(city) == ["只填必填的字段后，印出的「（五）存在问题及改进措施」这个标题下面没有内容。"]


def test_a_report_that_needs_its_optional_fields_is_tried_in_full_only(city: Path, change: Change) -> None:
    change("fields.yaml", "    其他: {类型: 金额, 标签: ", "    其他: {类型: 金额, 必填: 否, 标签: ")
    assert found(city) == []


def test_a_list_of_contents_does_not_count_twice(city: Path, change: Change) -> None:
    next_one = "</w:t></w:r></w:p><w:p><w:r><w:t>"
    contents = f"一、部门基本情况</w:t><w:tab/><w:t>1{next_one}四、附表</w:t><w:tab/><w:t>9{next_one}"
    change("报告.docx!document", "一、部门基本情况", f"{contents}一、部门基本情况")
    assert found(city) == []
