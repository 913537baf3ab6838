"""A fault of a text with references underlines the reference that is to blame, not the whole text."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.small_template import small

FIELDS = """\
数: {类型: 整数, 标签: 数, 必填: 否}
名: {类型: 文字, 标签: 名, 必填: 否}
话: {类型: 文字, 标签: 话, 必填: 否}
"""


@pytest.mark.parametrize(
    ("text", "code", "marked"),
    [
        ("共{{ 数 }}项，{{ 数 }", "JX401", "{{ 数 }"),
        ("共{{ 数 }}项，{{ 数 数 }}个", "JX401", "{{ 数 数 }}"),
        ("共{{ 数 }}项，{{ 名 }}{% if %}{% endif %}", "JX401", "{% if %}"),
        ("共{{ 数 }}项，{% if 名 %}有", "JX401", "{% if 名 %}"),
        ("共{{ 数 }}项，{% if 名 %}有{% endif %}{% endif %}", "JX401", "{% endif %}"),
        ("{% if 数 %}共{% if 名 %}有{% endif %}项", "JX401", "{% if 数 %}"),
        ("共{{ 数 }}项，{% for 甲 in 名 %}{% endfor %}", "JX402", "{% for 甲 in 名 %}"),
        ("共{{ 数 }}项，{{ 数 + 1 }}", "JX402", "{{ 数 + 1 }}"),
        ("共{{ 数 }}项，{{ 名.__class__ }}", "JX402", "__class__"),
        ("共{{ 数 }}项，{{ 名 | 万元 }}", "JX405", "{{ 名 | 万元 }}"),
    ],
)
def test_the_reference_to_blame_is_underlined(tmp_path: Path, text: str, code: str, marked: str) -> None:
    form = small(tmp_path, FIELDS)
    for quote in ("'", '"'):
        assert form.pointed(f"数: 3\n名: 甲\n话: {quote}{text}{quote}\n", code) == [(marked, "话")]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("{% if 数 = 3 %}多{% endif %}", "判断相等的「=」写成「==」。"),
        ("{% if 数 ≥ 3 且 名 %}多{% endif %}", "「≥」写成「>=」；「且」写成「and」。"),
        ("{{ 数 ÷ 名 }}", "这里不能运算：在模板的 fields.yaml 里写一个计算字段，再引用它。"),
        ("{% if 数 %}多", "在它之后补上「{% endif %}」。"),
        ("多{% endif %}", "补上「{% if … %}」，或删去它。"),
        ("{{ 数 }", "写成「{{ 名称 }}」，两个花括号成对。"),
    ],
)
def test_a_slip_in_a_reference_is_told_how_to_mend(tmp_path: Path, text: str, hint: str) -> None:
    (finding,) = [one for one in small(tmp_path, FIELDS).check(f"数: 3\n话: '{text}'\n") if one.code == "JX401"]
    assert finding.hint == hint
