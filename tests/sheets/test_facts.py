"""The facts of a group in a sheet of labels and values, as the forms of accounts have them."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook

from tests.small_template import Small, small

FIELDS = """
收入:
  类型: 组
  标签: 收入
  字段:
    拨款: {类型: 金额, 标签: 财政拨款收入}
    其他收入: {类型: 金额, 标签: 其他收入, 必填: 否, 没有时: 0 元}
    人数: {类型: 整数, 单位: 名, 标签: 人数, 必填: 否}
    合计: {类型: 金额, 标签: 合计, 公式: 收入.拨款 + 收入.其他收入}
"""
ACCOUNTS: list[list[object]] = [
    ["收入支出决算总表"],
    ["编制单位：某局", None, None, None, None, "单位：万元"],
    ["项目", "行次", "决算数", "项目", "行次", "决算数"],
    ["一、财政拨款收入", 1, 182.5, "一、基本支出", 31, 65],
    ["二、其他收入", 2, "—", "二、项目支出", 32, 121],
    ["合计", 9, 182.5, "合计", 40, 186],
]


@pytest.fixture
def form(tmp_path: Path) -> Small:
    return small(tmp_path, FIELDS)


def book(form: Small, rows: list[list[object]]) -> None:
    workbook = Workbook()
    for row in rows:
        workbook.active.append(row)  # type: ignore[union-attr]
    workbook.save(form.folder / "表.xlsx")


def told(form: Small, text: str) -> list[tuple[str, str, str]]:
    return [(one.code, str(one.span).rpartition("/")[2], one.path) for one in form.check(text)]


def test_the_left_side_of_the_accounts(form: Small) -> None:
    book(form, ACCOUNTS)
    found = form.assess("收入: {来源: 表.xlsx, 人数: 3}\n").scorecard.symbols
    values = [found.find(f"收入.{name}")[0].text for name in ("拨款", "其他收入", "人数", "合计")]
    assert values == ["182.5万元", "0元", "3名", "1825000元"]


def test_several_columns_of_values_need_a_word_which(form: Small) -> None:
    book(form, [["项目", "年初预算", "决算数（元）", "备注"], ["财政拨款收入", 3, 4, "见附表"]])
    assert told(form, "收入: {来源: 表.xlsx}\n") == [("JX299", "表.xlsx!Sheet!A2", "收入.拨款")]
    assert told(form, "收入: {来源: 表.xlsx, 数值列: 决算}\n") == [("JX281", "填报.yaml:2:23", "收入")]
    (value,) = form.assess("收入: {来源: 表.xlsx, 数值列: 决算数}\n").scorecard.symbols.find("收入.拨款")
    assert value.text == "4元"


def test_what_is_wrong_in_such_a_sheet(form: Small) -> None:
    book(form, [["项目", "数"], ["拨款（万元）", "约3"], ["财政拨款收入", 4]])
    assert told(form, "收入: {来源: 表.xlsx}\n") == [
        ("JX207", "表.xlsx!Sheet!B2", "收入.拨款"),
        ("JX297", "表.xlsx!Sheet!A3", "收入.拨款"),
    ]
    assert told(form, "收入: {来源: 表.xlsx, 拨款: 3 元}\n")[0] == ("JX290", "填报.yaml:2:18", "收入.拨款")
    book(form, [["名称", "数"], ["支出", 4]])
    assert [code for code, *_ in told(form, "收入: {来源: 表.xlsx}\n")] == ["JX282"]
    assert [code for code, *_ in told(form, "收入: {来源: 没有.xlsx}\n")] == ["JX235"]
