"""Names and signs that a maintainer gets wrong: the message says what to write instead."""

from __future__ import annotations

from typing import Any

import pytest

from generator.base.diagnostics import Refused
from tests.word.conftest import paragraph, table

NAMES = ["收支.收入", "收支.支出", "专项资金", "专项资金.项目", "专项资金.金额", "部门.名称"]


def told(kit: Any, *texts: str, **options: Any) -> list[tuple[str, str]]:
    """Code, and message with hint, of what compiling says."""
    with pytest.raises(Refused) as caught:
        kit.layout("".join(map(kit.paragraph, texts)), **{"names": NAMES, **options})
    return [(finding.code, f"{finding.message}{finding.hint}") for finding in caught.value.findings]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{ 收支.收如 }}", "是否为「收支.收入」"),
        ("{{ 收入 }}", "是否为「收支.收入」？"),
        ("{{ 收如 }}", "「收支.收入」"),
        ("{{ 部们.名称 }}", "是否为「部门」"),
        ("{{ 金额 }}", "它是表「专项资金」的一列：写在 {% for 行 in 专项资金 %} 的循环里，写成「行.金额」"),
        ("{{ 某某某某 }}", "可用的有：专项资金、收支、部门。"),
        ("{{ 求和(专项资金.金额) }}", "写一个计算字段"),
        ("{% for 行 in 专项资金 %}{{ 行.金顶 }}{% endfor %}", "是否为「行.金额」"),
        ("{% for 行 in 专项资金 | sort(attribute='金额') %}{{ 行.项木 }}{% endfor %}", "是否为「行.项目」"),
        ("{% for 甲 in 专项资金 %}{% for 乙 in 甲.没有 %}{{ 乙.一级 }}{% endfor %}{% endfor %}", "是否为「甲.金额」"),
        ("{% for 甲 in 专项资金 if 甲.金颔 %}{% endfor %}", "是否为「甲.金额」"),
    ],
)
def test_a_name_that_is_not_there(kit: Any, text: str, said: str) -> None:
    ((code, message),) = told(kit, text, hints={"求和": "在 fields.yaml 里写一个计算字段。"})
    assert code == "JX518"
    assert said in message


def test_a_filter_that_is_not_there_may_have_a_hint_of_its_own(kit: Any) -> None:
    ((code, message),) = told(kit, "{{ 收支.收入 | 求和 }}", hints={"求和": "在 fields.yaml 里写。"})
    assert code == "JX515"
    assert "在 fields.yaml 里写。" in message


def test_a_variable_of_a_loop_is_none_outside_of_it(kit: Any) -> None:
    loop = "{% for 行 in 专项资金 %}{{ 行.金额 }}{% endfor %}"
    ((code, message),) = told(kit, loop, "{{ 行.金额 }}")
    assert code == "JX527"
    assert "「行」只在循环「{% for 行 in 专项资金 %}」（第 1 段" in message
    assert [code for code, _ in told(kit, "{{ 行.金额 }}", loop)] == ["JX527"]
    twice = kit.paragraph(loop + loop + "{% for 序, 行 in 专项资金 | dictsort %}{{ 序 }}{{ 行.什么 }}{% endfor %}")
    assert kit.layout(twice, names=NAMES).names == ("专项资金",)


def test_a_loop_may_have_the_name_of_a_value(kit: Any) -> None:
    text = "{% for 收支 in 专项资金 %}{{ 收支.金额 }}{% endfor %}{{ 收支.收入 }}"
    assert kit.layout(kit.paragraph(text), names=NAMES).names == ("专项资金", "收支")
    inner = "{% for 行 in 专项资金 %}{% for 行 in 行.项目 %}{{ 行.什么 }}{% endfor %}{{ 行.金额 }}{% endfor %}"
    assert kit.layout(kit.paragraph(inner), names=NAMES).names == ("专项资金",)


def test_names_that_a_layout_makes_itself_are_there(kit: Any) -> None:
    text = "{% set 甲 = 1 %}{{ 甲 }}{% macro 乙(丙) %}{{ 丙 }}{% endmacro %}{{ 乙(1) }}"
    text += "{% with 丁 = 1 %}{{ 丁 }}{% endwith %}"
    assert kit.layout(kit.paragraph(text), names=NAMES).names == ()


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("{{ 收支．收入 }}", "JX513", "名称之间的点也是，这里有全角的「．」"),
        ("{{ 收支。收入 }}", "JX513", "名称之间的点也是，这里有全角的「。」"),
        ("{{ 收支.收入 ｜ 万元 }}", "JX513", "这里有全角的「｜」"),
        ("{% if 收支.收入 = 3 %}{% endif %}", "JX513", "「=」写成「==」"),
        ("{% if 收支.收入 ＝ 3 %}{% endif %}", "JX513", "「＝」写成「==」"),
        ("{{ 收支.收入 ÷ 2 × 3 }}", "JX513", "「×」写成「*」；「÷」写成「/」"),
        (
            "{% if 收支.收入 ≥ 3 或 收支.支出 ≤ 2 %}{% endif %}",
            "JX513",
            "「≥」写成「>=」；「≤」写成「<=」；「或」写成「or」",
        ),
        ("{% if 收支.收入 ≠ '≥' 且 收支.支出 %}{% endif %}", "JX513", "。「≠」写成「!=」；「且」写成「and」。"),
        ("{{ 收支.收入 收支.支出 }}", "JX513", "核对名称、引号、括号和过滤器是否写全。"),
        ("{{ 柱形图(数据=专项资金 类别=1) }}", "JX513", "核对名称、引号、括号和过滤器是否写全。"),
        ("{{ 收支.收入 丨 万元 }}", "JX513", "「丨」写成「|」"),
        ("{{ p 收支 }}", "JX513", "「p」要紧跟在「{{」之后"),
        ("{{{ 收支.收入 }}", "JX513", "多了一个花括号"),
        ("{% if 收支.收入 < 90% %}{% endif %}", "JX513", "写成小数"),
        ("{{ 收支.收入 or '… }}", "JX513", "引号要成对"),
        ("{{ 收支.收入 or 「—」 }}", "JX513", "不用「」"),
        ("{% for 行 专项资金 %}{{ 行.金额 }}{% endfor %}", "JX513", "「for 行 in 表」"),
        ("{% for 行 in 专项资金 ％}{{ 行.金额 }}{{ loop.index }}{% endfor %}", "JX512", "{% for"),
        ("{% p for 行 in 专项资金 %}{{ 行.金额 }}{{ loop.index }}{% endfor %}", "JX514", "中间不能有空格"),
        ("{%pfor 行 in 专项资金 %}{{ 行.金额 }}{% endfor %}", "JX514", "「p」后面要有空格"),
        ("{%– for 行 in 专项资金 %}{{ 行.金额 }}{% endfor %}", "JX514", "半角的「-」"),
        ("{% for 行 in 专项资金 }{{ 行.金额 }}{% endfor %}", "JX510", "{% for"),
        ("{% for 行 in 专项资金 %}{{ loop.indx }}{% endfor %}", "JX518", "loop.index"),
        ("｛｛ 收支.收入 ｝｝", "JX512", "「｛｛ 收支.收入 ｝｝」"),
        ("{｛ 收支.收入 ｝}", "JX512", "「{｛ 收支.收入 ｝}」"),
        ("{{ 收支.收入 ｝｝", "JX512", "「{{ 收支.收入 ｝｝」"),
        ("{% if 收支.收入 ％}{% endif %}", "JX512", "「{% if 收支.收入 ％}」"),
        ("｛% if 收支.收入 %｝{% endif %}", "JX512", "「｛% if 收支.收入 %｝」"),
        ("{％ if 收支.收入 ％}{% endif %}", "JX512", "「{％ if 收支.收入 ％}」"),
    ],
)
def test_signs_of_formulas_and_full_width_signs(kit: Any, text: str, code: str, said: str) -> None:
    ((found, message),) = told(kit, text)
    assert found == code
    assert said in message


def test_braces_of_a_text_are_no_tags(kit: Any) -> None:
    assert kit.render(kit.paragraph("｛收入｝ { x } ％"), {}).lines() == ["｛收入｝ { x } ％"]


def test_at_render_time_too_a_name_is_told_whole(kit: Any) -> None:
    layout = kit.layout(
        kit.paragraph("{{ 收支.收如 }}{{ 部门['名'] }}{{ 行.金额 }}")
        + kit.paragraph("{% for 行 in 表 %}{{ 行.金顶 }}{% endfor %}{{ 没有 }}")
    )
    with pytest.raises(Refused) as caught:
        layout.render({"收支": {"收入": 1}, "部门": {"名称": "甲"}, "表": [{"金额": 1}]})
    hints = [(finding.message.partition("没有值")[0], finding.hint) for finding in caught.value.findings]
    assert hints == [
        ("「收支.收如」", "是否为「收支.收入」？"),
        ("「名」", "是否为「名称」？"),
        (
            "「行」",
            "它只在循环「{% for 行 in 表 %}」（第 2 段「{% for 行 in 表 %}{{ 行…」）里有值：把标记移到循环里。",
        ),
        ("「行.金顶」", "是否为「行.金额」？"),
        ("「没有」", "可用的有：收支、部门、表。"),
    ]


@pytest.mark.parametrize("word", ["for x{} in 表", "if 甲"])
def test_blocks_too_deep_are_told_at_the_innermost(kit: Any, word: str) -> None:
    depth = 120 if word.startswith("if") else 30
    body = kit.paragraph("{{ 甲 }}") + "".join(kit.paragraph(f"{{%p {word.format(n)} %}}") for n in range(depth))
    body += kit.paragraph("{%p endfor %}" if "for" in word else "{%p endif %}") * depth
    with pytest.raises(Refused) as caught:
        kit.layout(body)
    (finding,) = caught.value.findings
    assert finding.path.startswith(f"第 {depth + 1} 段")
    assert f"块套到了 {depth} 层，太深" in finding.message


@pytest.mark.parametrize(
    ("row", "codes"),
    [
        (["合计", "{{ 收支.收入 }}"], ["JX555"]),
        (["{{ loop.index }}", "{{ 收支.收入 }}"], []),
        (["{{ 行.项目 }}", "{{ 收支.收入 }}"], []),
        (["其中", ""], []),
        ([table(["{{ 收支.收入 }}"]) + paragraph(""), "{{ 行.金额 }}"], []),
    ],
)
def test_a_row_of_a_loop_that_prints_none_of_its_values(kit: Any, row: list[str], codes: list[str]) -> None:
    rows = [["{%tr for 行 in 专项资金 %}", ""], ["{{ 行.项目 }}", ""], row, ["{%tr endfor %}", ""]]
    assert [one.code for one in kit.layout(table(*rows), names=NAMES).findings] == codes


@pytest.mark.parametrize(
    ("merged", "codes"),
    [
        ("{% vm 行.项目 %}{{ 行.项目 }}", []),
        ("{% vm 行.项目, 行.金额 %}{{ 行.金额 }}", []),
        ("{% vm 行.项目 %}{{ 行.项目名 }}{{ 部门.名称 }}", []),
        ("{% vm 行.项目 %}{{ 行.金额 }}", ["JX558"]),
        ("{% vm %}{{ 行.项目 }}", ["JX558"]),  # all rows are one: only the first one's value was printed
        ("{% vm %}{{ 部门.名称 }}", []),
        ("{% vm 行 %}{{ 行.项目 }}", ["JX575"]),  # no two rows are equal
        ("{% vm 行.项目, 行 %}{{ 行.项目 }}", ["JX575"]),
        ("{% vm 行 %}{{ 行 }}", []),  # a list of texts
    ],
)
def test_a_merged_cell_that_prints_what_differs(kit: Any, merged: str, codes: list[str]) -> None:
    rows = [["{%tr for 行 in 专项资金 %}", ""], [merged, "{{ 行.金额 }}"], ["{%tr endfor %}", ""]]
    names = [*NAMES, "专项资金.项目名"]
    assert [one.code for one in kit.layout(table(*rows), names=names).findings] == codes


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("{% set 数 = 0 %}{% for 行 in 专项资金 %}{% set 数 = 数 + 1 %}{% endfor %}{{ 数 }}", ["JX556"]),
        ("{% set 部门 = 3 %}{{ 部门 }}", ["JX557"]),
        ("{% set 专项资金 = 3 %}{{ 专项资金 }}", ["JX557"]),
        ("{% for 行 in 专项资金 %}{% set 数 = 行.金额 %}{% set 数 = 数 + 1 %}{{ 数 }}{% endfor %}", []),
        (
            "{% set 数 = namespace(计=0) %}{% for 行 in 专项资金 %}{% set 数.计 = 数.计 + 1 %}{% endfor %}{{ 数.计 }}",
            [],
        ),
    ],
)
def test_a_value_that_is_set_in_vain_or_hides_a_fact(kit: Any, text: str, codes: list[str]) -> None:
    assert [one.code for one in kit.layout(kit.paragraph(text), names=NAMES).findings] == codes


@pytest.mark.parametrize("text", ["{{ }}", "{% %}", "{%- -%}", "{%p %}"])
def test_a_tag_with_nothing_in_it(kit: Any, text: str) -> None:
    ((code, message),) = told(kit, text)
    assert code == "JX513"
    assert "里面是空的" in message


@pytest.mark.parametrize("text", ["{{ 表.金额 }}", "{{ 表[9].金额 }}"])
def test_a_table_that_is_taken_for_a_row(kit: Any, text: str) -> None:
    with pytest.raises(Refused) as caught:
        kit.layout(kit.paragraph(text)).render({"表": [{"金额": 1}], "金额": 2})
    assert "前面是一列值（表的各行）" in caught.value.findings[0].hint


def test_escaped_braces_are_no_single_ones(kit: Any) -> None:
    assert kit.layout(kit.paragraph("{_{ 部门.名称 }_}"), names=NAMES).findings == ()
