"""Mistakes in a layout or in its values: all of them at once, each at its place."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from generator.base.diagnostics import Refused, Severity


def findings(kit: Any, body: str, parts: dict[str, str] | None = None, **options: Any) -> list[Any]:
    """What compiling says."""
    with pytest.raises(Refused) as caught:
        kit.layout(body, parts, **options)
    return list(caught.value.findings)


def complaints(kit: Any, body: str, values: dict[str, Any]) -> list[Any]:
    """What rendering says."""
    layout = kit.layout(body)
    with pytest.raises(Refused) as caught:
        layout.render(values)
    return list(caught.value.findings)


def test_seven_faults_of_seven_kinds_are_all_told_at_their_places(kit: Any) -> None:
    body = (
        kit.paragraph("{{ 部门.名称 }}")
        + kit.paragraph("{{ 部门 名称 }}")
        + kit.paragraph("金额 {{ 收入 | 万园 }}")
        + kit.paragraph("{%p if 收入 %}")
        + kit.table(["甲", "乙"], ["{{ 收如 }}", "{{ 收入 }"])
        + kit.paragraph("{% for x in 表 %}{% if x %}{% endfor %}{% endif %}")
        + kit.paragraph("｛｛ 收入 ｝｝")
    )
    header = kit.paragraph("甲") + kit.paragraph("{% endfor %}")
    found = findings(kit, body, {"header1": header}, names=["部门.名称", "收入", "表"])
    assert [(finding.code, finding.path) for finding in found] == [
        ("JX513", "第 2 段「{{ 部门 名称 }}」"),
        ("JX515", "第 3 段「金额 {{ 收入 | 万园 }}」"),
        ("JX520", "第 4 段「{%p if 收入 %}」"),
        ("JX518", "表 1 行 2 列 1"),
        ("JX510", "表 1 行 2 列 2"),
        ("JX522", "第 5 段「{% for x in 表 %}{% i…」"),
        ("JX512", "第 6 段「｛｛ 收入 ｝｝」"),
        ("JX521", "页眉 第 2 段「{% endfor %}」"),
    ]
    assert {finding.span.file for finding in found} == {str(kit.folder / "版式.docx")}
    hints = [finding.hint for finding in found]
    assert "是否为「万元」" in hints[1]
    assert "{%p endif %}" in hints[2]
    assert "是否为「收入」" in hints[3]


def test_what_follows_from_a_slip_is_not_told_besides(kit: Any) -> None:
    cut = kit.paragraph("{{ 收") + kit.paragraph("入 }}") + kit.paragraph("{{ {{ 收入 }} }}")
    rows = kit.table(["{%tr for 行 in 表 %}", ""], ["{{ 行.甲 }}", ""], ["合计", "{{ 收入 }}"])
    found = findings(kit, cut + rows, names=["收入", "表", "表.甲"])
    assert [(one.code, one.path) for one in found] == [
        ("JX510", "第 1 段「{{ 收」"),
        ("JX513", "第 3 段「{{ {{ 收入 }} }}」"),
        ("JX520", "表 1 行 1 列 1"),
    ]


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("{{ }}", "JX513", "里面是空的"),
        ("{{ a. }}", "JX513", "读不懂"),
        ("{{ a | }}", "JX513", "没有写完"),
        ("{{ 'a }}", "JX513", "有不认识的符号「'」"),
        ("{{ 数（a） }}", "JX513", "「（」"),
        ("{% if %}{% endif %}", "JX513", "没有写完"),
        ("{% for x of y %}{% endfor %}", "JX513", "不应有「of」"),
        ("{% set %}{% endset %}", "JX513", "没有写完"),
        ("{% if a %}{% endif b %}", "JX513", "不应有「b」"),
        ("{% if a %}{% else b %}{% endif %}", "JX513", "不应有「b」"),
        ("{% if a %}{% else if b %}{% endif %}", "JX513", "写成「elif」"),
        ("{% for x、y in z %}{% endfor %}", "JX513", "「、」写成「,」"),
        ("{% IF a %}{% ENDIF %}", "JX514", "是否为「if」"),
        ("{% fro x in y %}{% endfor %}", "JX514", "「fro」"),
        ("{% p if x %}{% endif %}", "JX514", "「p」"),
        ("{% include 'x' %}", "JX514", "「include」"),
        ("{% import 'x' as y %}", "JX514", "「import」"),
        ("{{ a | random }}", "JX515", "每次印出的文件要相同"),
        ("{{ a | urlize }}", "JX515", "网址里直接写标记"),
        ("{{ a is intger }}", "JX516", "「integer」"),
        ("{{ a.__class__ }}", "JX517", "「__class__」"),
        ("{{ a['__class__'] }}", "JX517", "「__class__」"),
        ("{{ _x }}", "JX517", "「_x」"),
        ("{{ f(_x=1) }}", "JX517", "「_x」"),
        ("{{ f(1) }}", "JX517", "写成过滤器，由 Layout.open 的 filters 给出"),
        ("{{ len(a) }}", "JX517", "| length"),
        ("{{ a.upper() }}", "JX517", "| upper"),
        ("{{ a.b.strftime('%Y') }}", "JX517", "| 日期"),
        ("{{ '{:.2f}'.format(a) }}", "JX517", "| 小数(2)"),
        ("{{ '%.2f' % a }}", "JX517", "| 小数(2)"),
        ("{{ '%.2f' | format(a) }}", "JX515", "| 小数(2)"),
        ("{% for k, v in a.items() %}{% endfor %}", "JX517", "| items"),
        ("{{ a ** 2 }}", "JX517", "「**」"),
        ("{% set _x = 1 %}", "JX517", "「_x」"),
        ("{{ a | _printed }}", "JX515", "「_printed」"),
        ("{{ a | _attribute }}", "JX517", "「_attribute」"),
        ("{% raw %}{{ x", "JX520", "{% endraw %}"),
        ("{{tc x }}", "JX513", "没有 tc 的写法"),
        ("{{ " + "x" * 4001 + " }}", "JX513", "超过 4000 个字"),
        ("{% endfro %}", "JX514", "「endfro」"),
        ("{% elif x %}", "JX521", "{% elif x %}"),
        ("{% else %}", "JX521", "{% else %}"),
        ("{{ " + "(" * 3000 + " }}", "JX513", "套得太深"),
    ],
)
def test_each_mistake_has_its_code_and_says_what_it_is(kit: Any, text: str, code: str, said: str) -> None:
    found = findings(kit, kit.paragraph(text))
    assert code in [finding.code for finding in found]
    assert any(said in finding.message + finding.hint for finding in found)


def test_a_misspelt_end_is_one_mistake(kit: Any) -> None:
    found = findings(kit, kit.paragraph("{% if x %}甲{% for y in x %}乙{% endfro %}{% endif %}"))
    assert [(finding.code, finding.hint) for finding in found] == [("JX514", "是否为「endfor」「endif」「endmacro」？")]
    assert [finding.code for finding in findings(kit, kit.paragraph("{% endfro %}"))] == ["JX514"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("{%p if x %}", "{% endif %}"),
        ("{% if x %}", "{%p endif %}"),
        ("{%p if x %}", "{%r endif %}"),
    ],
)
def test_a_block_must_open_and_close_in_the_same_way(kit: Any, first: str, second: str) -> None:
    found = findings(kit, kit.paragraph(first) + kit.paragraph("甲") + kit.paragraph(second))
    assert [finding.code for finding in found] == ["JX523"]
    assert second in found[0].message
    assert "第 3 段" in found[0].message


@pytest.mark.parametrize(
    "rows",
    [
        [["{% if x %}甲", "乙{% endif %}"]],
        [["{%p if x %}", "{%p endif %}"]],
        [["{%tr if x %}", ""], ["甲", "{%tc endif %}"]],
        [["{%tr for x in xs %}", ""], ["甲", "{%p endfor %}"]],
    ],
)
def test_a_block_may_not_reach_from_one_container_into_another(kit: Any, rows: list[list[str]]) -> None:
    assert [finding.code for finding in findings(kit, kit.table(*rows))] == ["JX523"]


def test_an_else_must_stand_where_its_block_does(kit: Any) -> None:
    body = kit.paragraph("{%p if x %}") + kit.paragraph("{% else %}") + kit.paragraph("{%p endif %}")
    assert [finding.code for finding in findings(kit, body)] == ["JX523"]


def test_a_second_else_is_refused(kit: Any) -> None:
    found = findings(kit, kit.paragraph("{% if x %}{% else %}{% else %}{% endif %}"))
    assert [finding.code for finding in found] == ["JX513"]


@pytest.mark.parametrize(
    ("body", "container"),
    [("p", "段落"), ("tr", "行"), ("tc", "单元格"), ("image", "段落"), ("two", "段落")],
)
def test_text_beside_a_tag_that_takes_its_container_is_not_lost_silently(kit: Any, body: str, container: str) -> None:
    bodies = {
        "p": kit.paragraph("正文{%p if x %}") + kit.paragraph("{%p endif %}"),
        "tr": kit.table(["{%tr if x %}", "正文"], ["{%tr endif %}", ""]),
        "tc": kit.table(["{%tc if x %}正文", "{%tc endif %}"]),
        "image": f"<w:p>{kit.run('{%p if x %}')}<w:r><w:drawing/></w:r></w:p>" + kit.paragraph("{%p endif %}"),
        "two": kit.paragraph("{%p if x %}{{ y }}") + kit.paragraph("{%p endif %}"),
    }
    (found,) = findings(kit, bodies[body])
    assert found.code == "JX525"
    assert container in found.message
    layout = kit.layout(bodies[body], undefined="empty")
    assert [(warning.code, warning.severity) for warning in layout.findings] == [("JX540", Severity.WARNING)]


def test_places_count_paragraphs_tables_boxes_and_notes(kit: Any) -> None:
    content = f"<w:txbxContent>{kit.paragraph('框 {{ x | 无 }}')}</w:txbxContent>"
    box = f"<w:p><w:r><w:pict><v:shape><v:textbox>{content}</v:textbox></v:shape></w:pict></w:r></w:p>"
    inner = kit.table(["甲", "{{ x | 无 }}"]) + kit.paragraph("后")
    body = (
        kit.paragraph("一")
        + kit.table(["甲"], ["乙"])
        + kit.table(["甲", inner])
        + kit.paragraph("二 {{ x | 无 }}")
        + box
    )
    parts = {
        "header1": kit.paragraph("{{ x | 无 }}"),
        "header2": kit.paragraph("{{ x | 无 }}"),
        "footnotes": f'<w:footnote w:id="3">{kit.paragraph("{{ x | 无 }}")}</w:footnote>',
        "core": "<dc:title>{{ x | 无 }}</dc:title>",
    }
    assert sorted(finding.path for finding in findings(kit, body, parts)) == sorted(
        [
            "表 2 行 1 列 2 内 表 1 行 1 列 2",
            "第 2 段「二 {{ x | 无 }}」",
            "文本框 1 第 1 段「框 {{ x | 无 }}」",
            "页眉 1 第 1 段「{{ x | 无 }}」",
            "页眉 2 第 1 段「{{ x | 无 }}」",
            "脚注部分 脚注 3 第 1 段「{{ x | 无 }}」",
            "文档属性",
        ]
    )


def test_names_are_checked_through_their_paths(kit: Any) -> None:
    names = ["收支.收入决算数", "收支.支出决算数", "部门", "指标.甲.得分"]
    good = "{{ 收支.收入决算数 }}{{ 部门.什么.都行 }}{{ 指标.甲.得分 }}{{ 指标.甲 }}"
    good += "{% for k in 收支 %}{{ k }}{{ loop.index }}{% endfor %}"
    kit.layout(kit.paragraph(good), names=names)
    found = findings(
        kit, kit.paragraph("{{ 收支.收人决算数 | 万元 }}{{ 指标.甲.分数 }}{{ 指标.乙.得分 }}{{ 无 }}"), names=names
    )
    assert [(finding.code, finding.message.split("「")[2].split("」")[0]) for finding in found] == [
        ("JX518", "收支.收人决算数"),
        ("JX518", "指标.甲.分数"),
        ("JX518", "指标.乙.得分"),
        ("JX518", "无"),
    ]
    assert "「收支.收入决算数」" in found[0].hint


def test_all_values_that_are_wrong_are_told_at_once(kit: Any) -> None:
    body = (
        kit.paragraph("{{ 甲 }}{{ 部门.名 }}")
        + kit.table(["{%tr for 行 in 行们 %}", ""], ["{{ 行.数 | 万元 }}", "{{ 行.无 }}"], ["{%tr endfor %}", ""])
        + kit.paragraph("{{ 零 / 0 }}")
        + kit.paragraph("{{ 列 }}")
        + kit.paragraph("{{ 字 }}")
        + kit.paragraph("{% for x in 没有 %}{% endfor %}{% if 也没有 > 1 %}{% endif %}")
        + kit.paragraph("{{ 名 + 零 }}{% if 名 > 零 %}{% endif %}{% for x in 零 %}{% endfor %}{% set q = 名 - 2 %}")
        + kit.paragraph("{{ 名 | 中文数字 }}{{ 列 | join('、') }}{{ 还没有 | 万元 }}")
    )
    values = {
        "部门": {"名称": "x"},
        "行们": [{"数": "多"}, {"数": 1.5}],
        "零": 0,
        "列": ["a"],
        "字": "a\x08b",
        "名": "乙",
    }
    found = complaints(kit, body, values)
    assert [(finding.code, finding.path.split("「")[0]) for finding in found] == [
        ("JX530", "第 1 段"),
        ("JX530", "第 1 段"),
        ("JX532", "表 1 行 2 列 1"),
        ("JX530", "表 1 行 2 列 2"),
        ("JX532", "表 1 行 2 列 1"),
        ("JX533", "第 2 段"),
        ("JX531", "第 3 段"),
        ("JX531", "第 4 段"),
        ("JX530", "第 5 段"),
        ("JX530", "第 5 段"),
        ("JX533", "第 6 段"),
        ("JX533", "第 6 段"),
        ("JX533", "第 6 段"),
        ("JX533", "第 6 段"),
        ("JX532", "第 7 段"),
        ("JX530", "第 7 段"),
    ]
    assert "是否为「部门.名称」" in next(finding.hint for finding in found if "「部门.名」" in finding.message)
    assert "U+0008" in next(finding.message for finding in found if "第 4 段" in finding.path)


def test_a_value_that_is_there_is_not_complained_of(kit: Any) -> None:
    found = complaints(
        kit,
        kit.paragraph("{{ 有 | 万元 }}{{ 无 }}{{ 也无 | default('缺') }}{% if 无 is defined %}{% endif %}"),
        {"有": Fraction(1)},
    )
    assert [finding.message for finding in found] == ["「无」没有值，标记「{{ 无 }}」要用它。"]


def test_a_failing_filter_of_the_callers_is_told_of(kit: Any) -> None:
    def broken(value: object) -> str:
        raise KeyError(value)

    layout = kit.layout(kit.paragraph("{{ 1 | 坏 }}"), filters={"坏": broken})
    with pytest.raises(Refused) as caught:
        layout.render({})
    assert [finding.code for finding in caught.value.findings] == ["JX532"]


def test_endless_mistakes_are_told_in_a_sensible_number(kit: Any) -> None:
    assert len(findings(kit, kit.paragraph("{{" * 5000))) <= 100


def test_tags_beyond_all_measure_are_refused(kit: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "4000" in findings(kit, kit.paragraph("{{ " + "a" * 5000 + " }}"))[0].message
    monkeypatch.setattr("generator.word.compile.stages.MOST_TAGS", 3)
    assert [finding.code for finding in findings(kit, kit.paragraph("{{ x }}" * 4))] == ["JX534"]


def test_mistakes_in_attributes_have_the_place_of_their_paragraph(kit: Any) -> None:
    drawing = '<wp:inline><wp:docPr id="1" name="x" descr="{{ x }} {{ y"/></wp:inline>'
    body = f"<w:p><w:r><w:drawing>{drawing}</w:drawing></w:r></w:p>"
    assert [(f.code, f.path) for f in findings(kit, body)] == [("JX510", "第 1 段「」")]


def test_missing_values_are_told_wherever_they_are_used(kit: Any) -> None:
    texts = [
        "{{ a + 1 }}", "{{ 1 - b }}", "{{ -c }}", "{{ d ~ 'x' }}", "{{ e[0] }}", "{{ f.x }}",
        "{% if 1 in g %}x{% endif %}", "{{ h | length }}", "{{ i == 1 }}", "{% if j %}x{% endif %}",
        "{% set y = k %}{{ y }}", "{{ [l] | join }}",
    ]  # fmt: skip
    found = complaints(kit, "".join(kit.paragraph(text) for text in texts), {})
    assert [finding.message.split("」")[0][1:] for finding in found] == list("abcdefghijkl")
    assert {finding.code for finding in found} == {"JX530"}


def test_with_undefined_empty_other_mistakes_are_still_told(kit: Any) -> None:
    layout = kit.layout(kit.paragraph("{{ 无 | 万元 }}{{ x | 万元 }}{{ x.upper }}"), undefined="empty")
    with pytest.raises(Refused) as caught:
        layout.render({"x": "字", "xs": [1]})
    assert [finding.code for finding in caught.value.findings] == ["JX532", "JX531"]


def test_a_mistake_that_cannot_be_passed_over_ends_the_list(kit: Any) -> None:
    body = kit.paragraph("{% set x %}{{ 1 / 0 }}{% endset %}") + kit.paragraph(
        "{% filter 坏 %}x{% endfilter %}{{ 无 }}"
    )
    layout = kit.layout(body, filters={"坏": lambda _: 1 / 0})
    with pytest.raises(Refused) as caught:
        layout.render({})
    assert [finding.code for finding in caught.value.findings] == ["JX533", "JX532", "JX530"]


def test_a_fault_that_does_not_come_again_is_told_too(kit: Any) -> None:
    times: list[object] = []

    def once(value: object) -> object:
        times.append(value)
        if len(times) == 1:
            raise OSError("磁盘")
        return value

    layout = kit.layout(kit.paragraph("{{ 1 | 一次 }}"), filters={"一次": once})
    with pytest.raises(Refused) as caught:
        layout.render({})
    assert [(finding.code, "磁盘" in finding.message) for finding in caught.value.findings] == [("JX533", True)]


def test_an_endless_loop_in_a_header_is_told_after_the_body(kit: Any) -> None:
    header = kit.paragraph("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}")
    layout = kit.layout(kit.paragraph("{{ 无 }}"), {"header1": header})
    with pytest.raises(Refused) as caught:
        layout.render({"无": 1})
    assert [(finding.code, finding.path[:2]) for finding in caught.value.findings] == [("JX534", "页眉")]
    with pytest.raises(Refused) as caught:
        layout.render({})
    assert [(finding.code, finding.path[:2]) for finding in caught.value.findings] == [
        ("JX530", "第 "),
        ("JX534", "页眉"),
    ]


def test_so_many_faults_come_to_an_end(kit: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("generator.word.compile.explain._MOST_STOPS", 10)
    assert len(complaints(kit, "".join(kit.paragraph("{{ 1 / 0 }}") for _ in range(12)), {})) == 10


def test_values_that_explode_in_a_filter_are_told_beside_the_others(kit: Any) -> None:
    text = "{{ 无 }}{{ (s | replace('a', s)) | length }}{{ xs | map('万元') | list }}"
    text += "{% macro m(f) %}{{ f() }}{% endmacro %}{{ m(s) }}"
    found = complaints(kit, kit.paragraph(text), {"s": "a" * 10_000, "xs": [1]})
    assert [finding.code for finding in found] == ["JX530", "JX534", "JX531", "JX533"]
    assert "不许用的方法" in found[-1].message


@pytest.mark.parametrize(
    ("text", "said"), [("{{ xs[0] < 'a' }}", "种类"), ("{{ d[xs] }}", ""), ("{% if 1 %}{% elif 无 %}{% endif %}", "")]
)
def test_python_has_no_say_in_messages(kit: Any, text: str, said: str) -> None:
    body = kit.paragraph(text + "{{ 别的 }}")
    found = complaints(kit, body, {"xs": [1], "d": {}})
    assert all(said in finding.message for finding in found[:1])
    assert not any("not supported" in finding.message for finding in found)


@pytest.mark.parametrize(
    "text", ["{{ loop.index }}", "{% if loop.first %}{% endif %}", "{% for x in loop.y %}{% endfor %}"]
)
def test_loop_means_something_in_a_loop_only(kit: Any, text: str) -> None:
    assert [finding.code for finding in findings(kit, kit.paragraph(text))] == ["JX526"]
    kit.layout(kit.paragraph("{% for z in zs %}" + text + "{% endfor %}{{ 'loop.index' }}{{ x.loop.y }}"))


@pytest.mark.parametrize("tag", ["{% vm %}", "{% hm %}"])
def test_merges_over_a_loop_need_a_loop(kit: Any, tag: str) -> None:
    found = findings(kit, kit.table([tag + "甲"]))
    assert {finding.code for finding in found} == {"JX526"}
    assert tag in found[0].message
