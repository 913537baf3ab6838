"""An input held against the fields of its template: what it becomes, and all that can be wrong with its shape."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from generator.base.amount import Amount
from generator.submission.model import Fact, Record, Table
from tests.small_template import Small, small

FIELDS = """\
部门:
  类型: 组
  标签: 部门
  字段:
    名称: {类型: 文字, 标签: 全称, 示例: 某某局}
    简称: {类型: 文字, 标签: 简称, 必填: 否}
封面:
  类型: 组
  标签: 封面
  必填: 否
  字段:
    填报人: {类型: 文字, 标签: 填报人}
收入:
  类型: 组
  标签: 收入
  必填: 否
  字段:
    拨款: {类型: 金额, 标签: 拨款, 必填: 否}
    其他: {类型: 金额, 标签: 其他, 必填: 否}
    合计: {类型: 金额, 标签: 合计, 公式: 收入.拨款 + 收入.其他}
职责:
  类型: 表
  标签: 职责
  必填: 否
  列:
    内容: {类型: 文字, 标签: 职责}
    分项: {类型: 列表, 标签: 分项, 必填: 否}
项目:
  类型: 表
  标签: 项目
  必填: 否
  列:
    名称: {类型: 文字, 标签: 名称}
    金额: {类型: 金额, 标签: 金额}
    占比: {类型: 比率, 标签: 占比, 公式: 金额 ÷ 求和(项目.金额)}
成效: {类型: 段落, 标签: 成效, 必填: 否}
依据: {类型: 列表, 标签: 依据, 必填: 否}
"""
BUREAU = "部门: {名称: 甲局}\n"


@pytest.fixture
def form(tmp_path: Path) -> Small:
    return small(tmp_path, FIELDS)


def fact(holder: Record, *names: str) -> Fact:
    """The fact under a path of groups."""
    member: Fact | Record | Table = holder
    for name in names:
        assert isinstance(member, Record)
        member = member.members[name]
    assert isinstance(member, Fact)
    return member


def table(holder: Record, name: str) -> Table:
    member = holder.members[name]
    assert isinstance(member, Table)
    return member


def places(member: Fact | Record | Table) -> Iterator[tuple[str, int, str]]:
    """Path, line and text of a member and of everything below it; a group or table has its fields as text."""
    if isinstance(member, Fact):
        yield member.path, member.span.line, member.text
        return
    yield member.path, member.span.line, "、".join(member.fields)
    for below in member.members.values() if isinstance(member, Record) else member.rows:
        yield from places(below)


def test_everything_knows_its_path_and_its_line_whether_filled_in_or_not(form: Small) -> None:
    submission, findings = form.accept("""\
        部门: {名称: 甲局}
        收入:
          拨款: 1 元
        职责:
          - 拟订规划
          - 内容: 其他
            分项: [甲, 乙]
        项目: 无
        成效: |
          一
          二
        依据:
    """)
    assert findings == []
    assert list(places(submission.facts)) == [
        ("", 1, "年度、部门、封面、收入、职责、项目、成效、依据"),
        ("年度", 1, ""),
        ("部门", 2, "名称、简称"),
        ("部门.名称", 2, "甲局"),
        ("部门.简称", 2, ""),
        ("封面", 1, "填报人"),
        ("封面.填报人", 1, ""),
        ("收入", 4, "拨款、其他、合计"),
        ("收入.拨款", 4, "1 元"),
        ("收入.其他", 4, ""),
        ("职责", 6, "内容、分项"),
        ("职责[1]", 6, "内容、分项"),
        ("职责[1].内容", 6, "拟订规划"),
        ("职责[1].分项", 6, ""),
        ("职责[2]", 7, "内容、分项"),
        ("职责[2].内容", 7, "其他"),
        ("职责[2].分项", 8, "甲\n乙"),
        ("项目", 9, "名称、金额、占比"),
        ("成效", 10, "一\n二\n"),
        ("依据", 13, ""),
    ]


def test_a_table_without_rows_knows_its_path_its_line_and_its_columns(form: Small) -> None:
    submission, _ = form.accept(BUREAU + "项目:\n")
    assert list(places(submission.facts))[-4:] == [
        ("职责", 1, "内容、分项"),
        ("项目", 3, "名称、金额、占比"),
        ("成效", 1, ""),
        ("依据", 1, ""),
    ]


def test_what_cannot_be_used_keeps_its_path_and_its_line_too(form: Small) -> None:
    """A draft is made of it: the text that was typed stays, a wrong shape has none."""
    submission, findings = form.accept("""\
        部门: {名称: [甲局]}
        封面: 张
        收入: {拨款: 1}
        职责:
          - [一]
        项目: 三项
        成效: {一: 二}
    """)
    assert [finding.path for finding in findings] == [
        "部门.名称", "封面", "收入.拨款", "职责[1]", "项目", "成效",
    ]  # fmt: skip
    assert list(places(submission.facts))[2:] == [
        ("部门", 2, "名称、简称"),
        ("部门.名称", 2, ""),
        ("部门.简称", 2, ""),
        ("封面", 3, "填报人"),
        ("封面.填报人", 3, ""),
        ("收入", 4, "拨款、其他、合计"),
        ("收入.拨款", 4, "1"),
        ("收入.其他", 4, ""),
        ("职责", 6, "内容、分项"),
        ("职责[1]", 6, "内容、分项"),
        ("职责[1].内容", 6, ""),
        ("职责[1].分项", 6, ""),
        ("项目", 7, "名称、金额、占比"),
        ("成效", 8, ""),
        ("依据", 1, ""),
    ]


def test_a_fact_keeps_its_value_its_text_and_its_place(form: Small) -> None:
    submission, findings = form.accept("部门:\n  名称: 甲局\n  简称: 甲\n")
    assert findings == []
    name = fact(submission.facts, "部门", "名称")
    assert (name.path, name.value, name.text) == ("部门.名称", "甲局", "甲局")
    assert (name.span.line, name.span.column, name.span.length) == (3, 7, 2)
    assert submission.file == "填报.yaml"
    assert len(submission.digest) == 64


def test_what_is_optional_and_absent_is_a_fact_without_value(form: Small) -> None:
    submission, findings = form.accept(BUREAU)
    assert findings == []
    assert fact(submission.facts, "部门", "简称").value is None
    assert fact(submission.facts, "封面", "填报人").value is None
    assert fact(submission.facts, "成效").value is None
    assert table(submission.facts, "项目").rows == ()


@pytest.mark.parametrize("blank", ["", "~", "null", '""', '"  "', "'　'"])
def test_a_blank_counts_as_absent(form: Small, blank: str) -> None:
    submission, findings = form.accept(f"部门:\n  名称: 甲局\n  简称: {blank}\n收入: {blank}\n项目: {blank}\n")
    assert findings == []
    assert fact(submission.facts, "部门", "简称").value is None
    assert table(submission.facts, "项目").rows == ()
    assert form.faults(f"部门:\n  名称: {blank}\n") == [("JX202", 3, 3)]


def test_a_missing_fact_is_told_at_its_group_and_a_missing_group_at_the_head(form: Small) -> None:
    _, (finding,) = form.accept("年度: 2021\n部门:\n  简称: 甲\n")
    assert (finding.code, finding.span.line, finding.span.column, finding.path) == ("JX202", 4, 3, "部门.名称")
    assert "（全称）" in finding.message
    assert "「某某局」" in finding.hint
    _, (finding,) = form.accept("年度: 2021\n")
    assert (finding.code, finding.path) == ("JX202", "部门")
    assert "名称、简称" in finding.hint


def test_a_required_fact_of_an_optional_group_is_required_once_the_group_is_there(form: Small) -> None:
    assert form.faults(BUREAU + "封面:\n") == []
    assert form.faults(BUREAU + "封面: {}\n") == [("JX202", 3, 5)]


def test_a_misspelt_field_is_told_once_with_its_near_miss(form: Small) -> None:
    _, findings = form.accept("部门:\n  名城: 甲局\n")
    (finding,) = findings
    assert (finding.code, finding.span.line, finding.span.column) == ("JX201", 3, 3)
    assert finding.path == "部门.名城"
    assert finding.hint == "是否为「名称」？"


def test_an_unknown_field_that_means_no_missing_one_leaves_that_missing(form: Small) -> None:
    assert form.faults("部门:\n  电话: 0\n") == [("JX201", 3, 3), ("JX202", 3, 3)]


def test_a_misspelling_excuses_only_one_missing_field(tmp_path: Path) -> None:
    form = small(tmp_path, "基本支出: {类型: 金额, 标签: 甲}\n项目支出: {类型: 金额, 标签: 乙}\n")
    _, (unknown, missing) = form.accept("目支出: 1 元\n")
    assert (unknown.code, unknown.path, unknown.message) == ("JX201", "目支出", "模板里没有「目支出」这个字段。")
    assert (missing.code, missing.path) == ("JX202", "基本支出")
    # What is there cannot have been meant.
    assert form.faults("基本支出: 1 元\n本支出: 1 元\n") == [("JX201", 3, 1)]


def test_the_part_that_is_no_field_is_proposed_too(tmp_path: Path) -> None:
    form = small(tmp_path, "甲: {类型: 文字, 标签: 甲, 必填: 否}\n")
    _, (finding,) = form.accept("指票: {}\n")
    assert (finding.code, finding.hint) == ("JX201", "是否为「指标」？")


@pytest.mark.parametrize(
    ("field", "hint"),
    [
        ("{类型: 文字, 标签: 某事}", "请填写「甲」。"),
        ("{类型: 文字, 标签: 某事, 示例: 子丑}", "请填写「甲」，例如「子丑」。"),
        ("{类型: 组, 标签: 某事, 字段: {子: {类型: 文字, 标签: 子}}}", "请填写「甲」，其中有：子。"),
        (
            "{类型: 表, 标签: 某事, 列: {子: {类型: 数值, 标签: 子}, 丑: {类型: 数值, 标签: 丑, 公式: 子}}}",
            "请填写「甲」，每行有：子。",
        ),
    ],
)
def test_a_missing_fact_is_asked_for_with_what_belongs_into_it(tmp_path: Path, field: str, hint: str) -> None:
    _, (finding,) = small(tmp_path, f"甲: {field}\n").accept("年度: 2021\n")
    assert (finding.code, finding.message, finding.hint) == ("JX202", "缺少「甲」（某事）。", hint)


def test_a_text_that_is_not_of_its_kind_is_told_with_its_path_and_the_hint_of_its_kind(form: Small) -> None:
    _, (finding,) = form.accept(BUREAU + "收入: {拨款: 3 万圆}\n")
    assert (finding.path, finding.hint) == ("收入.拨款", "写成「3 万元」。")
    assert "「万圆」" in finding.message


@pytest.mark.parametrize(
    ("text", "path", "label", "hint"),
    [
        ("部门: 甲局\n", "部门", "", "在它下面缩进两格，逐行写「名称: 值」：名称、简称。"),
        ("部门: {名称: [甲局]}\n", "部门.名称", "（全称）", "在冒号后面直接写这个值。"),
        (BUREAU + "职责:\n  - [甲]\n", "职责[1]", "", "在它下面缩进两格，每行以「- 」开头：内容、分项。"),
        (BUREAU + "成效: {甲: 乙}\n", "成效", "", "每条以「- 」开头，只写文字，文字里的冒号用全角的「：」。"),
    ],
)
def test_a_wrong_shape_is_told_by_path_and_label(form: Small, text: str, path: str, label: str, hint: str) -> None:
    _, (finding,) = form.accept(text)
    assert (finding.path, finding.hint) == (path, hint)
    assert finding.message.startswith(f"「{path}」{label}应当是")


@pytest.mark.parametrize(
    ("text", "place", "expected", "found"),
    [
        ("部门: 甲局\n", (2, 5), "一组「名称: 值」", "一个值"),
        ("部门: [甲局]\n", (2, 5), "一组「名称: 值」", "一个列表"),
        ("部门: {名称: [甲局]}\n", (2, 10), "一个值", "一个列表"),
        ("部门: {名称: {全: 甲局}}\n", (2, 10), "一个值", "一组「名称: 值」"),
        (BUREAU + "项目: 甲\n", (3, 5), "以「- 」开头的若干行", "一个值"),
        (BUREAU + "项目: {名称: 甲}\n", (3, 5), "以「- 」开头的若干行", "一组「名称: 值」"),
        (BUREAU + "项目:\n  - 甲项目\n", (4, 5), "一行「列名: 值」", "一个值"),
        (BUREAU + "职责:\n  - [甲]\n", (4, 5), "一行「列名: 值」", "一个列表"),
        (BUREAU + "成效: {甲: 乙}\n", (3, 5), "一段文字，或以「- 」开头的若干段", "一组「名称: 值」"),
        (BUREAU + "成效:\n  - 一\n  - {甲: 乙}\n", (5, 5), "一段文字，或以「- 」开头的若干段", "一组「名称: 值」"),
    ],
)
def test_a_wrong_shape_says_what_was_expected_and_what_is_there(
    form: Small, text: str, place: tuple[int, int], expected: str, found: str
) -> None:
    _, (finding,) = form.accept(text)
    assert (finding.code, finding.span.line, finding.span.column) == ("JX204", *place)
    assert f"应当是{expected}" in finding.message
    assert finding.message.endswith(f"，这里是{found}。")
    assert finding.hint


def test_a_group_written_with_a_full_width_colon_is_recognised(form: Small) -> None:
    _, (finding,) = form.accept("部门: 名称：甲局\n")
    assert finding.code == "JX204"
    assert "「名称」后面的冒号要用半角的「:」" in finding.hint


def test_quotes_are_advised_for_a_row_and_not_for_a_whole_table(tmp_path: Path) -> None:
    form = small(tmp_path, "问题: {类型: 表, 标签: 问题, 列: {标题: {类型: 文字, 标签: 标题}}}")
    for text, is_advised in (("问题:\n- 标题：慢\n", True), ("问题: 标题：慢\n", False), ('问题: "标题：慢"\n', False)):
        _, (finding,) = form.accept(text)
        assert ("英文双引号" in finding.hint) is is_advised
    assert form.accept('问题:\n- "标题：慢"\n')[1] == []


def test_the_hint_of_a_wrong_shape_lists_what_goes_there(form: Small) -> None:
    _, (finding,) = form.accept(BUREAU + "项目: 甲\n")
    assert finding.hint == "在它下面缩进两格，每行以「- 」开头：名称、金额。"


def test_a_table_has_a_record_for_every_row(form: Small) -> None:
    submission, findings = form.accept(BUREAU + "项目:\n  - {名称: 甲, 金额: 1 万元}\n  - {名称: 乙, 金额: 2 元}\n")
    assert findings == []
    rows = table(submission.facts, "项目").rows
    assert [row.path for row in rows] == ["项目[1]", "项目[2]"]
    assert [fact(row, "金额").value for row in rows] == [10000, 2]
    assert fact(rows[1], "金额").path == "项目[2].金额"
    assert (fact(rows[1], "金额").span.line, fact(rows[1], "金额").span.column) == (5, 17)


def test_faults_of_every_row_are_told(form: Small) -> None:
    text = BUREAU + "项目:\n  - {名称: 甲, 金额: 1}\n  - {金额: 1 元}\n  - {名城: 丙, 金额: 1 元}\n"
    assert form.faults(text) == [("JX205", 4, 17), ("JX202", 5, 5), ("JX201", 6, 6)]


def test_an_empty_table_is_told_only_where_it_is_required(tmp_path: Path) -> None:
    form = small(tmp_path, "项目: {类型: 表, 标签: 项目, 列: {名称: {类型: 文字, 标签: 名称}}}\n")
    _, (finding,) = form.accept("项目: []\n")
    assert (finding.code, finding.span.line, finding.span.column) == ("JX203", 2, 5)
    assert (finding.path, finding.message) == ("项目", "「项目」一行也没有。")
    assert form.faults("项目:\n") == [("JX202", 2, 1)]


def test_an_optional_table_may_be_empty(form: Small) -> None:
    assert form.faults(BUREAU + "项目: []\n") == []


def test_that_there_is_nothing_may_be_said_only_of_a_table_that_may_be_empty(tmp_path: Path) -> None:
    column = "列: {名称: {类型: 文字, 标签: 名称}}"
    form = small(
        tmp_path, f"项目: {{类型: 表, 标签: 项目, {column}}}\n奖项: {{类型: 表, 标签: 奖项, 必填: 否, {column}}}\n"
    )
    rows = "项目: [甲]\n奖项: "
    assert form.faults(rows + "无\n") == form.faults(rows + "' 没有 '\n") == []
    assert form.faults(rows + "若干\n") == [("JX204", 3, 5)]
    assert form.faults("项目: 无\n") == [("JX204", 2, 5)]


@pytest.mark.parametrize("sign", [" = ", "∶", "﹕", "；", "：", ":"])
def test_what_stands_for_a_colon_is_told(form: Small, sign: str) -> None:
    rows = f"职责:\n  - 内容{sign}拟订规划\n    分项：甲\n  - 内容为先，8:30起\n  - '内容{sign}拟订规划'\n"
    assert form.faults(BUREAU + rows) == [("JX204", 4, 5)]
    assert form.faults(BUREAU + f"职责:\n  - 分项{sign}甲\n") == [("JX204", 4, 5)]


def test_a_table_of_which_one_text_is_required_may_be_a_list_of_texts(form: Small) -> None:
    submission, findings = form.accept(BUREAU + "职责:\n  - 拟订规划\n  - {内容: 其他, 分项: [甲, 乙]}\n")
    assert findings == []
    first, second = table(submission.facts, "职责").rows
    assert fact(first, "内容").value == "拟订规划"
    assert (fact(first, "内容").path, fact(first, "内容").span.line) == ("职责[1].内容", 4)
    assert fact(first, "分项").value is None
    assert fact(second, "分项").value == ("甲", "乙")


def test_a_blank_row_is_no_row_of_text(form: Small) -> None:
    assert form.faults(BUREAU + "职责:\n  - ~\n") == [("JX204", 4, 5)]


@pytest.mark.parametrize(
    ("written", "paragraphs", "lines"),
    [
        ("成效: 只有一段\n", ("只有一段",), (3,)),
        ("成效:\n  - 一\n  - 二\n", ("一", "二"), (4, 5)),
        ("成效:\n  - 一\n  - ~\n  - 三\n", ("一", "三"), (4, 6)),
        ("成效: |\n  一\n\n  二\n", ("一", "二"), (3, 3)),
        ("依据: [甲文, 乙文]\n", ("甲文", "乙文"), (3, 3)),
    ],
)
def test_paragraphs_are_a_list_or_the_lines_of_a_text(
    form: Small, written: str, paragraphs: tuple[str, ...], lines: tuple[int, ...]
) -> None:
    submission, findings = form.accept(BUREAU + written)
    assert findings == []
    texts = fact(submission.facts, written.partition(":")[0])
    assert texts.value == paragraphs
    assert tuple(span.line for span in texts.spans) == lines


def test_a_computed_field_that_is_stated_is_kept_apart(form: Small) -> None:
    submission, findings = form.accept(BUREAU + "收入: {拨款: 1 元, 其他: 2 元, 合计: 3 元}\n")
    assert findings == []
    group = submission.facts.members["收入"]
    assert isinstance(group, Record)
    assert "合计" not in group.members
    assert group.stated["合计"].value == 3
    assert isinstance(group.stated["合计"].value, Amount)


def test_a_stated_computed_field_is_typed_too(form: Small) -> None:
    assert form.faults(BUREAU + "收入: {合计: 3}\n") == [("JX205", 3, 10)]
    assert form.faults(BUREAU + "项目:\n  - {名称: 甲, 金额: 1 元, 占比: 全部}\n") == [("JX207", 4, 26)]


def test_a_row_with_one_needed_column_may_be_that_text(form: Small) -> None:
    submission, findings = form.accept(BUREAU + "职责: [甲]\n")
    assert findings == []
    (duty,) = (row.fact("内容") for row in submission.facts.tables[0].rows)
    assert duty is not None
    assert duty.value == "甲"


def test_nothing_is_an_answer(tmp_path: Path) -> None:
    """无 in what may be left out is a blank; where the template says what it stands for, it is that."""
    fields = """
采购:
  类型: 组
  标签: 采购
  字段:
    计划: {类型: 金额, 标签: 计划, 没有时: 0 元}
    内容: {类型: 文字, 标签: 内容, 必填: 否}
说明: {类型: 文字, 标签: 说明, 必填: 否}
额: {类型: 金额, 标签: 额, 必填: 否, 没有时: 0 元}
人: {类型: 整数, 单位: 名, 标签: 人}
"""
    form = small(tmp_path, fields)
    submission, findings = form.accept("采购: 无\n说明: 没有。\n人: 52\n")
    assert findings == []
    assert fact(submission.facts, "采购", "计划").value == fact(submission.facts, "额").value == 0
    assert fact(submission.facts, "采购", "内容").value is fact(submission.facts, "说明").value is None
    assert str(fact(submission.facts, "人").value) == "52名"
    _, findings = form.accept("说明: /\n人: 52\n")
    assert [(finding.code, finding.path) for finding in findings] == [("JX202", "采购")]


MAY_BE_NOTHING = """\
任务: {类型: 表, 标签: 任务, 没有时: 无, 列: {内容: {类型: 文字, 标签: 内容}}}
制度: {类型: 列表, 标签: 制度, 没有时: 无}
任务数: {类型: 整数, 标签: 任务数, 公式: 计数(任务)}
"""


@pytest.mark.parametrize("nothing", ["无", "[]", "[无]", "没有。"])
def test_what_may_be_nothing_has_to_be_said(tmp_path: Path, nothing: str) -> None:
    form = small(tmp_path, MAY_BE_NOTHING)
    facts, found = form.accept(f"任务: {nothing}\n制度: {nothing}\n")
    assert not found
    table, texts = (facts.facts.members[name] for name in ("任务", "制度"))
    assert isinstance(table, Table)
    assert isinstance(texts, Fact)
    assert (table.rows, texts.value) == ((), ())
    assert [(one.code, one.path) for one in form.accept("年度: 2021\n")[1]] == [("JX202", "任务"), ("JX202", "制度")]
