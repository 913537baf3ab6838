"""Texts that refer to facts: what may stand in them, what is refused, and that nothing else can be reached."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.base.amount import Amount
from generator.base.diagnostics import Finding, Span
from generator.base.formats import Format
from generator.narrative.text import Writer

NAMES: dict[str, object] = {
    "年度": Amount(Fraction(2021), "2021"),
    "部门": {"名称": "甲局", "简称": "甲"},
    "收入": {"合计": Amount(Fraction(82800300), "8280.03万元"), "其他": None},
    "比率": Amount(Fraction("0.9669"), "96.69%"),
    "三分之一": Fraction(1, 3),
    "盘点日期": date(2021, 12, 31),
    "公开": True,
    "项目": [
        {"名称": "甲项目", "金额": Amount(Fraction(10000), "1万元"), "原因": None},
        {"名称": "乙项目", "金额": Amount(Fraction(20000), "2万元"), "原因": "迟"},
    ],
    "没有行的表": [],
}
FORMS = {"万元": Format("万元", 2), "得分": Format(places=2, trim="zeros")}


def written(text: str, *, trusted: bool = False, length: int | None = None) -> tuple[str, list[Finding]]:
    writer = Writer(FORMS, NAMES)
    span = Span("填报.yaml", 7, 5, len(text) if length is None else length)
    return writer.write(text, span, "甲.乙", {"本项": Amount(Fraction(5), "5")}, trusted=trusted), writer.findings


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("没有引用", "没有引用"),
        ("单个 { 和 } 与 % 照写", "单个 { 和 } 与 % 照写"),
        ("{{ 部门.名称 }}{{年度}}年", "甲局2021年"),
        ("{{ 收入.合计 }}", "8280.03万元"),
        ("{{ 收入.合计 | 万元 }}万元", "8280.03万元"),
        ("{{ 收入.合计 | 元(1) }}元", "82800300.0元"),
        ("{{ 收入['合计'] }}", "8280.03万元"),
        ("{{ 项目[1].名称 }}、{{ 项目[2].名称 }}", "甲项目、乙项目"),
        ("{{ 项目[2]['金额'] | 万元 }}", "2.00"),
        ("{{ 比率 }}", "96.69%"),
        ("{{ 三分之一 }}", "0.333333"),
        ("{{ 盘点日期 }}", "2021年12月31日"),
        ("{{ 盘点日期 | 日期('汉字') }}", "二〇二一年十二月三十一日"),
        ("{{ 公开 }}", "是"),
        ("{{ 年度 > 2021 }}", "否"),
        ("{{ 收入.其他 }}", ""),
        ("{{ 收入.其他 | 万元 }}", ""),
        ("{{ 收入.其他 | 元 }}", ""),
        ("{{ 本项 }}", "5"),
        ("{{ 3 }}", "3"),
        ("{{ -年度 }}", "-2021"),
        ("{{ 项目 | length }}项", "2项"),
        ("{{ 项目 | map(attribute='名称') | join('、') }}", "甲项目、乙项目"),
        ("{{ 项目 | map(attribute='原因') | join('，') }}", "，迟"),
        ("{{ 部门.名称[1] }}", "甲"),
        ("{{ (项目 | first).名称 }}{{ (项目 | last).名称 }}", "甲项目乙项目"),
        ("{{ 没有行的表 | join }}", ""),
        ("{% if 年度 == 2021 %}当年{% else %}他年{% endif %}", "当年"),
        ("{% if 收入.其他 %}有{% elif not 公开 %}不{% endif %}完", "完"),
        ("{{ '多' if 收入.合计 > 5 and 公开 else '少' }}", "多"),
        ("{{ '无' if 年度 == 2022 }}", ""),
        ("{{ 收入.其他 or '无' }}", "无"),
        ("{{ 收入.其他 | default('没有', true) }}", "没有"),
        ("{{ 比率 | 比较号(1) }}", "＜"),
        ("{{ 年度 | 比较号(2021) }}{{ 年度 | 比较号(1) }}", "=＞"),
        ("{# 注释不印 #}文", "文"),
        ("甲 < 乙 & \"丙\" > '丁'", "甲 < 乙 & \"丙\" > '丁'"),
        ("<b>{{ 部门.名称 }}&amp;{{ '<i>' }}", "<b>甲局&amp;<i>"),
        ("一\n{{ 年度 }}\n\n二\n", "一\n2021\n\n二"),
    ],
)
def test_a_reference_is_written_out(text: str, result: str) -> None:
    assert written(text) == (result, [])


@pytest.mark.parametrize(
    ("text", "result"),
    [
        (
            "{% for 项 in 项目 %}{{ loop.index | 圈号 }}{{ 项.名称 }}{% if not loop.last %}，{% endif %}{% endfor %}",
            "①甲项目，②乙项目",
        ),
        ("{% for 项 in 项目 %}{% if loop.first %}{{ loop.length }}{% endif %}{% endfor %}", "2"),
        ("{% for 名, 值 in 对 %}{% endfor %}", None),
        ("{{ 本项 + 1 - 2 }}", "4"),
    ],
)
def test_the_templates_own_text_may_loop_and_add(text: str, result: str | None) -> None:
    printed, findings = written(text, trusted=True)
    if result is None:
        assert [finding.code for finding in findings] == ["JX403"]
    else:
        assert (printed, findings) == (result, [])


@pytest.mark.parametrize(
    ("text", "word", "hint"),
    [
        ("{{ 部们.名称 }}", "部们", "是否为「部门」？"),
        ("名城见 {{ 部门.名城 }}", "名城 }}", "是否为「名称」？"),
        ("{% if 年渡 %}有{% endif %}", "年渡", "是否为「年度」？"),
        ("{{ 年渡 | 万元 }}", "年渡", "是否为「年度」？"),
        ("{{ 年渡 | default('x') }}", "年渡", "是否为「年度」？"),
        ("{{ '有' if 公开 else 年渡 }}", "年渡", "是否为「年度」？"),
        ("{{ 年渡['甲'] }}", "年渡", "是否为「年度」？"),
        ("{{ 年渡.甲.乙 }}", "年渡", "是否为「年度」？"),
        ("{{ 项目[1].名城 }}", "名城", "是否为「名称」？"),
        ("{{ 项目[1]['名城'] }}", "名城", "是否为「名称」？"),
        ("{{ 部门.名称[0] }}", "0", "可用的有"),
        ("{{ 项目.名称 }}", "名称", "可用的有"),
        ("{{ 部门.名称.长 }}", "长", "可用的有"),
        ("{{ 项目 | map(attribute='名城') | join }}", "名城", "是否为「名称」？"),
        ("{{ loop.index }}", "loop", "可用的有"),
        ("{{ self }}", "self", "可用的有"),
        ("{{ range }}", "range", "可用的有"),
    ],
)
def test_an_unknown_name_is_told_where_it_stands_with_near_misses(text: str, word: str, hint: str) -> None:
    printed, (finding,) = written(text)
    assert printed == text
    name = word.split(maxsplit=1)[0]
    assert (finding.code, finding.path) == ("JX403", "甲.乙")
    assert finding.message == f"文字引用的「{name}」不存在。"
    assert hint in finding.hint
    assert finding.span == Span("填报.yaml", 7, 5 + text.index(word), len(name))


@pytest.mark.parametrize("row", [0, 9])
def test_a_row_that_is_not_there_is_told(row: int) -> None:
    _, (finding,) = written(f"见{{{{ 项目[{row}].名称 }}}}")
    assert finding.code == "JX405"
    assert finding.message == f"文字「{{{{ 项目[{row}].名称 }}}}」无法写出：没有第 {row} 行。"
    assert finding.span.column == 6


def test_all_unknown_names_of_a_text_are_told_at_once() -> None:
    _, findings = written("{{ 部们.名称 }}{% if 公开 %}{{ 年渡 }}{% else %}{{ 部门.简你 }}{% endif %}{{ 部们.简称 }}")
    assert sorted(finding.message for finding in findings) == [
        "文字引用的「年渡」不存在。",
        "文字引用的「简你」不存在。",
        "文字引用的「部们」不存在。",
    ]


def test_the_place_is_that_of_the_whole_text_where_its_columns_are_not_known() -> None:
    text = "{{ 年渡 }}"
    assert written(text, length=len(text) + 2)[1][0].span == Span("填报.yaml", 7, 5 + 1 + 3, 2)  # in quotes
    for length in (1, len(text) - 2, len(text) + 3):  # a block, a folded text, one with escapes
        assert written(text, length=length)[1][0].span == Span("填报.yaml", 7, 5, length)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("{% for x in 项目 %}{{ x.名称 }}{% endfor %}", "循环"),
        ("{% set x = 1 %}", "赋值"),
        ("{% set x %}甲{% endset %}", "赋值"),
        ("{% include 'x' %}", "引入其他文件"),
        ("{% import 'x' as y %}", "引入其他文件"),
        ("{% from 'x' import y %}", "引入其他文件"),
        ("{% extends 'x' %}", "引入其他文件"),
        ("{% block x %}{% endblock %}", "这种标记"),
        ("{% macro f() %}{% endmacro %}", "这种标记"),
        ("{% call f() %}{% endcall %}", "这种标记"),
        ("{% filter 万元 %}1{% endfilter %}", "这种标记"),
        ("{% with x = 1 %}{% endwith %}", "这种标记"),
        ("{% autoescape true %}{% endautoescape %}", "这种标记"),
        ("{{ range(9) }}", "调用"),
        ("{{ 部门.名称.upper() }}", "调用"),
        ("{{ 年度 + 1 }}", "运算"),
        ("{{ 年度 - 1 }}", "运算"),
        ("{{ 'a' * 1000000000 }}", "运算"),
        ("{{ 年度 / 0 }}", "运算"),
        ("{{ 9 ** 9 ** 9 }}", "运算"),
        ("{{ 年度 % 7 }}", "运算"),
        ("{{ 年度 // 7 }}", "运算"),
        ("{{ '%999999999d' % 1 }}", "运算"),
        ("{{ +年度 }}", "运算"),
        ("{{ 'a' ~ 'b' }}", "拼接"),
        ("{{ [1, 2] }}", "列表"),
        ("{{ (1, 2) }}", "列表"),
        ("{{ {'a': 1} }}", "列表"),
        ("{{ 项目[0:1] }}", "列表"),
        ("{{ 年度 is defined }}", "这种标记"),
        ("{{ 年度.__class__ }}", "以下划线开头的名称"),
        ("{{ 部门._名称 }}", "以下划线开头的名称"),
        ("{{ _ }}", "以下划线开头的名称"),
        ("{{ __import__ }}", "以下划线开头的名称"),
        ("{{ ''.__class__.__mro__ }}", "以下划线开头的名称"),
    ],
)
def test_a_bureaus_text_may_not_do_more(text: str, what: str) -> None:
    printed, (finding,) = written(text)
    assert printed == text
    assert finding.code == "JX402"
    assert f"用了不允许的写法（{what}）。" in finding.message
    assert "只能引用名称" in finding.hint


@pytest.mark.parametrize(
    "text",
    [
        "{% set x = 1 %}",
        "{% include 'x' %}",
        "{{ 年度 * 2 }}",
        "{{ f() }}",
        "{{ 年度.__class__ }}",
        "{% macro f() %}{% endmacro %}",
    ],
)
def test_the_templates_own_text_may_not_do_these_either(text: str) -> None:
    assert [finding.code for finding in written(text, trusted=True)[1]] == ["JX402"]


@pytest.mark.parametrize(
    "text",
    [
        "{{ 部门['items'] }}",
        "{{ 部门['__class__'] }}",
        "{{ 部门.名称['upper'] }}",
        "{{ 部门.名称['__class__'] }}",
        "{{ 年度['numerator'] }}",
        "{{ 年度.numerator }}",
        "{{ 盘点日期.year }}",
        "{{ 项目['append'] }}",
        "{{ 项目 | map(attribute='keys') | join }}",
        "{{ 部门.名称 | map(attribute='__class__') | join }}",
    ],
)
def test_no_attribute_of_an_object_can_be_reached(text: str) -> None:
    printed, (finding,) = written(text)
    assert printed == text
    assert finding.code == ("JX402" if "['_" in text else "JX403")


def test_rows_are_not_counted_from_the_end() -> None:
    for text in ("{{ 项目[-1].名称 }}", "{{ 项目[-2].名称 }}"):
        assert [finding.code for finding in written(text)[1]] == ["JX403"]


def test_a_loop_shows_only_its_count() -> None:
    for name in ("previtem", "cycle", "depth", "changed"):
        _, findings = written("{% for 项 in 项目 %}{{ loop." + name + " }}{% endfor %}", trusted=True)
        assert [finding.code for finding in findings] == ["JX403"]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("{{ 年度 | 万圆 }}", "「万元」"),
        ("{{ 年度 | 去领 }}", "「去零」"),
        ("{{ 项目 | map('万圆') | upper }}", "可用的有"),
    ],
)
def test_an_unknown_printing_form_is_told_with_near_misses(text: str, hint: str) -> None:
    _, (finding,) = written(text)
    assert finding.code == "JX404"
    assert hint in finding.hint


def test_an_unknown_printing_form_is_pointed_at() -> None:
    text = "共 {{ 收入.合计 | 万圆 }} 万元"
    _, (finding,) = written(text)
    assert finding.span == Span("填报.yaml", 7, 5 + text.index("万圆"), 2)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{{ 部门 }}", "引用的是一组值，不是一个值"),
        ("{{ 项目 }}", "引用的是一组值，不是一个值"),
        ("{{ 项目 | join('、') }}", "引用的是一组值，不是一个值"),
        ("{{ 项目 | map(attribute='名称') }}", "引用的是一组值，不是一个值"),
        ("{{ 项目 | map('万元') | join }}", "要的是一个准确的数，得到的是一组值"),
        ("{{ 1.5 }}", "引用的是一组值，不是一个值"),
        ("{{ 部门.名称 | 万元 }}", "要的是一个准确的数，得到的是「甲局」"),
        ("{{ 公开 | 万元 }}", "要的是一个准确的数，得到的是「是」"),
        ("{{ 部门.名称 | 元 }}", "要的是"),
        ("{{ 比率 | 中文数字 }}", "要的是整数"),
        ("{{ 年度 | 小数(99) }}", "小数位数要写"),
        ("{{ 项目 | map('万圆') | join }}", "「| 万圆」不是可用的印制形式"),
        ("{{ 年度 | length }}", "所引用的内容不能这样写"),
        ("{{ 年度 | first }}", "所引用的内容不能这样写"),
        ("{{ -部门.名称 }}", "所引用的内容不能这样写"),
        ("{{ 年度 > 部门.名称 }}", "所引用的内容不能这样写"),
        ("{{ 收入.其他 > 3 }}", "所引用的内容不能这样写"),
        ("{{ 年度 | 小数(1, 2, 3) }}", "所引用的内容不能这样写"),
        ("{{ 年度 | 比较号('甲') }}", "所引用的内容不能这样写"),
    ],
)
def test_what_cannot_be_printed_is_told_in_chinese(text: str, problem: str) -> None:
    printed, (finding,) = written(text)
    assert printed == text
    assert finding.code == "JX405"
    assert problem in finding.message
    assert "argument" not in finding.message
    assert "object" not in finding.message


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{{ 年度", "没有写完"),
        ("{{ 年度 }", "不应有「}」"),
        ("{{ 年度 | }}", "没有写完"),
        ("{{ }}", "没有写完"),
        ("{{ 年度 万元 }}", "不应有「万元」"),
        ("{{ 年度 ｜ 万元 }}", "有不认识的符号「｜」"),
        ("{% if 年度 %}有", "没有写完"),
        ("{% endif %}", "没有「endif」这种标记"),
        ("{% 如果 年度 %}", "没有「如果」这种标记"),
        ("{{ " + "(" * 3000 + "年度" + ")" * 3000 + " }}", "套得太深"),
        ("{{ " + "not " * 3000 + "年度 }}", "套得太深"),
        ("{% if 年度 %}" * 150 + "甲" + "{% endif %}" * 150, "200 处引用"),
    ],
)
def test_a_reference_that_is_written_wrongly_is_told_in_chinese(text: str, problem: str) -> None:
    printed, (finding,) = written(text)
    assert printed == text
    assert finding.code == "JX401"
    assert problem in finding.message
    assert "expected" not in finding.message


def test_joins_within_joins_do_not_run_away() -> None:
    text = "项目 | map(attribute='名称') | join('甲')"
    for _ in range(24):
        text = f"项目 | map(attribute='名称') | join({text})"
    assert written("{{ " + text + " }}")[1] == []
    rows = [{"名": "字" * 100}] * 100
    writer = Writer({}, {"表": rows})
    inner = "''"
    for _ in range(30):
        inner = f"表 | map(attribute='名') | join({inner})"
    writer.write("{{ " + inner + " }}", Span("f", 1, 1), "")
    (finding,) = writer.findings
    assert finding.code == "JX405"
    assert "超过了 100000 字" in finding.message


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{% for a in 表 %}{% for b in 表 %}{% endfor %}{% endfor %}", "循环的次数太多"),
        ("{% for a in 表 %}{% for b in 表 %}{{ a.名 }}{{ b.名 }}{% endfor %}{% endfor %}", "循环的次数太多"),
        ("{% for a in 表 %}{{ 长 }}{% endfor %}", "写出的文字太长"),
        ("{{ 年度 }}" * 20_001, "模板的文字里引用太多"),
        ("{{ " + "9" * 5_000 + " }}", "数字太长"),
    ],
)
def test_texts_of_a_template_do_not_run_away(text: str, problem: str) -> None:
    rows = [{"名": "字"}] * 1_000
    writer = Writer({}, {"表": rows, "长": "字" * 5_000, "年度": "2021"})
    assert writer.write(text, Span("f", 1, 1), "", trusted=True) == text
    (finding,) = writer.findings
    assert problem in finding.message


def test_loops_go_over_what_there_is() -> None:
    writer = Writer({}, {"表": [{"名": "甲"}, {"名": "乙"}], "空": []})
    for text, result in (
        ("{% for a in 表 %}{{ loop.index }}{{ a.名 }}{% if not loop.last %}、{% endif %}{% endfor %}", "1甲、2乙"),
        ("{% for a in 空 %}{{ a.名 }}{% else %}无{% endfor %}", "无"),
        ("{% for a in 表 if a.名 == '乙' %}{{ loop.length }}{{ a.名 }}{% endfor %}", "1乙"),
        ("{% for a in 表 | map(attribute='名') %}{{ a }}{% endfor %}", "甲乙"),
    ):
        assert writer.write(text, Span("f", 1, 1), "", trusted=True) == result
    assert writer.findings == []
    assert writer.write("{% for a in 表[9] %}{% endfor %}", Span("f", 1, 1), "", trusted=True)
    (finding,) = writer.findings
    assert (finding.code, "没有第 9 行" in finding.message) == ("JX405", True)


def test_a_text_may_not_refer_to_a_text_that_refers_further() -> None:
    writer = Writer({}, {"年度": "2021", "甲": "{{ 年度 }}年"})
    assert writer.write("见{{ 甲 }}", Span("f", 1, 1), "") == "见{{ 甲 }}"
    (finding,) = writer.findings
    assert finding.code == "JX405"
    assert "所引用的文字里还有引用" in finding.message


@given(st.text(alphabet="{}%#|.()[]'\"_ 年度部门项目if endfor在0", max_size=40))
def test_no_text_breaks_the_writer(text: str) -> None:
    printed, findings = written(text)
    assert isinstance(printed, str)
    assert all(finding.code.startswith("JX40") for finding in findings)
    assert "<" not in printed or "<" in text


@pytest.mark.parametrize(("text", "column"), [("**一是加强领导。**其余**", 14), ("前**后", 2)])
def test_signs_of_emphasis_without_partner_are_told(text: str, column: int) -> None:
    writer = Writer({}, {})
    writer.write(text, Span("x", 1, 1, len(text)), "正文")
    assert [(one.code, one.span.column) for one in writer.findings] == [("JX406", column)]


def test_emphasis_may_stand_around_references() -> None:
    written = Writer({}, {"数": 3}).write("**共{{ 数 }}项。**其余", Span("x", 1, 1, 9), "正文")
    assert written == "共3项。其余"
    assert getattr(written, "strong", ()) == ((0, 4),)
