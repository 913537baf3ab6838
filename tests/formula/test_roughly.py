"""约等于: two numbers that differ by no more than the rounding of the facts that they come from."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.small_template import small

FIELDS = """\
年初: {类型: 金额, 标签: 年初}
收入: {类型: 金额, 标签: 收入}
支出: {类型: 金额, 标签: 支出}
年末: {类型: 金额, 标签: 年末}
明细: {类型: 表, 标签: 明细, 列: {金额: {类型: 金额, 标签: 金额}}}
合计: {类型: 金额, 标签: 合计, 公式: 求和(明细.金额)}
"""
CHECKS = """\
- {名称: 年末, 条件: '约等于(年初 + 收入 - 支出, 年末)', 位置: 年末, 消息: 年末不符。}
- {名称: 明细, 条件: '约等于(合计, 支出) and 收入 > 0 元', 位置: 支出, 消息: 明细不符。}
"""


@pytest.mark.parametrize(
    ("opening", "income", "spent", "closing", "right"),
    [
        ("1.00 万元", "5.00 万元", "4.00 万元", "2.00 万元", True),
        ("1.00 万元", "5.00 万元", "4.00 万元", "2.02 万元", True),  # four halves of 0.01
        ("1.00 万元", "5.00 万元", "4.00 万元", "2.03 万元", False),
        ("1 万元", "5 万元", "4.00 万元", "2.02 万元", True),
        ("1 万元", "5 万元", "4 万元", "3 万元", False),
        ("1 万元", "5 万元", "4 万元", "2 万元", True),
        ("10000 元", "50000.00 元", "4.00 万元", "20050.01 元", True),
        ("10000 元", "50000.00 元", "4.00 万元", "20050.02 元", False),
    ],
)
def test_an_identity_of_money(tmp_path: Path, opening: str, income: str, spent: str, closing: str, right: bool) -> None:
    form = small(tmp_path, FIELDS, checks=CHECKS)
    text = f"年初: {opening}\n收入: {income}\n支出: {spent}\n年末: {closing}\n明细: [{{金额: {spent}}}]\n"
    found = [(finding.path, finding.message) for finding in form.check(text)]
    assert found == ([] if right else [("年末", "年末不符。")])


@pytest.mark.parametrize(
    ("parts", "right"),
    [
        (["1.50 万元", "2.50 万元"], True),
        (["1.50 万元", "2.51 万元"], True),
        (["1.50 万元", "2.52 万元"], False),
        (["1.5 万元", "2.4 万元"], True),  # half of 0.1 of each part, of 0.1 of the whole
        (["1.5 万元", "2.3 万元"], False),
        ([], False),
    ],
)
def test_the_parts_of_a_sum_are_looked_for_below_it(tmp_path: Path, parts: list[str], right: bool) -> None:
    form = small(tmp_path, FIELDS.replace("标签: 明细,", "标签: 明细, 必填: 否,"), checks=CHECKS)
    rows = ", ".join(f"{{金额: {part}}}" for part in parts)
    text = f"年初: 0 元\n收入: 4 万元\n支出: 4 万元\n年末: 0 元\n明细: [{rows}]\n"
    assert [finding.path for finding in form.check(text)] == ([] if right else ["支出"])


def test_what_is_missing_is_told(tmp_path: Path) -> None:
    form = small(tmp_path, FIELDS.replace("标签: 年末}", "标签: 年末, 必填: 否}"), checks=CHECKS)
    text = "年初: 0 元\n收入: 4 万元\n支出: 4 万元\n明细: [{金额: 4 万元}]\n"
    assert [finding.code for finding in form.check(text)] == ["JX306"]
