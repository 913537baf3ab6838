"""The rules on texts as pure functions: what is found in a text, and what belongs there instead."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from generator.checks.rule import Case, Slip
from generator.checks.texts import Text
from generator.checks.typography import comparison_signs, doubled_punctuation, half_width_punctuation, unpaired_marks
from generator.checks.wording import (
    blank_references,
    distant_years,
    file_numbers,
    full_width_characters,
    literal_braces,
    relative_years,
    stray_blanks,
    stray_page_numbers,
)
from tests.small_template import small

Rule = Callable[[str], Iterator[Slip]]


def found(rule: Rule, text: str) -> list[tuple[str, str | None]]:
    """What is underlined, and what is to stand there."""
    return [(text[slip.start : slip.end], slip.mended) for slip in sorted(rule(text))]


class TestHalfWidthPunctuation:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("管理制度;资金到位,支出2.5%,增长", [(";", "；"), (",", "，"), (",", "，")]),
            ("包括:局本级", [(":", "：")]),
            ("完成了吗?是!", [("?", "？"), ("!", "！")]),
            ("（试行）,《办法》;“双月”:", [(",", "，"), (";", "；"), (":", "：")]),
            ("5G,居全省", [(",", "，")]),
            ("制度 ;资金", [(";", "；")]),
            ("总分:98", [(":", "：")]),
            ("执行到位.", [(".", "。")]),
            ("执行到位.\n另有", [(".", "。")]),
            ("增长12.5%.", [(".", "。")]),
            ("制度健全.资金到位", [(".", None)]),
            ("等等...", [("...", "……")]),
            ("等等。。。", [("。。。", "……")]),
            ("为{{ 经济.产值 }};{{ 经济.增长 }},居", [(";", "；"), (",", "，")]),
            ("{{ 部门.名称 }},主管", [(",", "，")]),
            ("某发〔2021〕12号;另", [(";", "；")]),
        ],
    )
    def test_is_found_beside_chinese(self, text: str, expected: list[tuple[str, str | None]]) -> None:
        assert found(half_width_punctuation, text) == expected

    @pytest.mark.parametrize(
        "text",
        [
            "增长2.5%，居全省第1,234位",
            "时间12:30，比例1:2",
            "https://example.org/a?b=1,2;3和www.example.org，someone@example.org",
            "A,B;C",
            "Hello, world. Yes!",
            "1.加强管理",
            "1.",
            "报告.docx",
            "见第1.2条",
            "{{ 部门.名称 }}",
            "{{ 时 }}:{{ 分 }}",
            "{{ 值 | default('无,有') }}",
            "——……",
        ],
    )
    def test_is_not_found_elsewhere(self, text: str) -> None:
        assert found(half_width_punctuation, text) == []


class TestDoubledPunctuation:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("制度，，资金；；", [("，，", "，"), ("；；", "；")]),
            ("到位。。", [("。。", "。")]),
            ("到位，。另", [("，", "")]),
            ("到位。，另", [("。", None)]),
            ("到位、、、另", [("、、、", "、")]),
            ("增长5.4% %，占12%%", [("% %", "%"), ("%%", "%")]),
        ],
    )
    def test_is_found(self, text: str, expected: list[tuple[str, str | None]]) -> None:
        assert found(doubled_punctuation, text) == expected

    @pytest.mark.parametrize("text", ["到位……另——", "到位。”，", "（一）、", "到位。"])
    def test_is_not_found_in_what_is_usual(self, text: str) -> None:
        assert found(doubled_punctuation, text) == []


def test_signs_of_comparison_are_those_that_every_font_has() -> None:
    assert found(comparison_signs, "≧12家，≦5%，≥3，≤4，＞5") == [("≧", "≥"), ("≦", "≤")]


class TestUnpairedMarks:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("无线电台（站)的", [(")", "）")]),
            ("无线电台(站）的", [("(", "（")]),
            ("通知（试行〕", [("（", None), ("〕", None)]),
            ("〔2021]年", [("]", "〕")]),
            ("[甲〕", [("[", "〔")]),
            ("【甲〕", [("〕", "】")]),
            ("公司(甲乙丙)", [("(", "（"), (")", "）")]),
            ("第(1)项", [("(", "（"), (")", "）")]),
            ("[甲]", [("[", "〔"), ("]", "〕")]),
            ("落实“1+6+3””的部署", [("”", "")]),
            ("落实““1+6+3”的部署", [("“", "")]),
            ("（甲））", [("）", "")]),
            ("落实““1+6+3””的部署", [("“", ""), ("”", "")]),
            ("（甲", [("（", None)]),
            ("甲）", [("）", None)]),
            ("《办法", [("《", None)]),
            ("办法》", [("》", None)]),
            ("“甲“", [("“", None), ("“", None)]),
            ("（甲《乙）丙", [("《", None)]),
            ('他说"创新"', [('"', "“"), ('"', "”")]),
        ],
    )
    def test_are_found(self, text: str, expected: list[tuple[str, str | None]]) -> None:
        assert found(unpaired_marks, text) == expected

    @pytest.mark.parametrize(
        "text",
        [
            "（甲（乙））（（甲）乙）",
            "（甲（乙）丙）“丁‘戊’”《己〈庚〉辛》〔2021〕【壬】「癸」",
            "1）加强；2）改进；a)甲",
            "（含①）甲",
            "区间[0,5)和(5,10]",
            "5G(NSA)组网，f(x)=(a+b)×2",
            "it’s",
            '5"屏',
            '"abc"',
            "某发(2021)12号，某发[2021]12号",
            "{{ 指标['甲'].得分 }}（{{ 甲 }}）",
            "（{% if 甲 %}乙{% endif %}）",
        ],
    )
    def test_are_not_found_in_pairs_numbers_and_formulas(self, text: str) -> None:
        assert found(unpaired_marks, text) == []

    def test_what_is_wrong_is_said(self) -> None:
        said = [slip.said for slip in sorted(unpaired_marks("（甲”））"))]
        assert said == ["前面缺少「“」", "多了一个"]
        assert next(unpaired_marks("《甲")).said == "后面缺少「》」"


class TestStrayBlanks:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("执行 到位", [(" ", "")]),
            ("制度， 资金 （ 专项 ）", [(" ", "")] * 4),
            ("制度\u3000资金\u00a0到位", [("\u3000", ""), ("\u00a0", "")]),
            ("到位。 2021年", [(" ", "")]),
            ("\u3000\u3000制度健全", [("\u3000\u3000", "")]),
            ("“ 甲 ”", [(" ", ""), (" ", "")]),
        ],
    )
    def test_are_found_within_chinese(self, text: str, expected: list[tuple[str, str | None]]) -> None:
        assert found(stray_blanks, text) == expected

    @pytest.mark.parametrize(
        "text",
        [
            "5G 基站 2500 座",
            "《“5G赋能 数智某市”协议》",
            "“创新 创业”大赛",
            "张 三",
            "第一段\n第二段",
            "{{ 部门 }} {{ 年度 }}",
            "甲{{ 部门 }}",
        ],
    )
    def test_are_not_found_in_titles_names_and_beside_figures(self, text: str) -> None:
        assert found(stray_blanks, text) == []


def test_full_width_digits_letters_and_per_cent_signs() -> None:
    assert found(full_width_characters, "完成１２．５％，ＧＤＰ增长") == [("１２．５％", "12.5%"), ("ＧＤＰ", "GDP")]
    assert found(full_width_characters, "完成12.5%，甲．乙，＞5，＋") == []


class TestPageNumbers:
    @pytest.mark.parametrize(
        ("text", "marked"),
        [
            ("制度健全，— 12 —执行到位", "— 12 —"),
            ("制度健全- 3 -", "- 3 -"),
            ("－5－", "－5－"),
            ("第 3 页 共 10 页", "第 3 页 共 10 页"),
            ("制度健全\n12\n执行到位", "12"),
        ],
    )
    def test_are_found(self, text: str, marked: str) -> None:
        assert found(stray_page_numbers, text) == [(marked, None)]

    @pytest.mark.parametrize("text", ["培训2-3场", "2019—2023—", "12", "珠海-江门-5号", "见第3页", "1-2-3"])
    def test_are_not_found_in_ranges(self, text: str) -> None:
        assert found(stray_page_numbers, text) == []


class TestRelativeYears:
    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("比去年增加", "2020年"),
            ("今年完成", "2021年"),
            ("明年计划", "2022年"),
            ("前年底", "2019年"),
        ],
    )
    def test_are_found_with_the_year_that_they_are_in_the_report(self, text: str, said: str) -> None:
        (slip,) = relative_years(text, 2021)
        assert said in slip.said

    def test_without_a_year_none_is_named(self) -> None:
        assert [slip.said for slip in relative_years("比去年增加", None)] == ["应写明年份"]

    @pytest.mark.parametrize(
        "text",
        [
            "减去年初结转",
            "过去年份",
            "扣除去年末",
            "说明年度目标",
            "文明年度",
            "以前年度",
            "目前年产",
            "当今年代",
            "《今年工作要点》",
            "“今年干什么”",
            "上年、本年、当年",
            "{{ 今年 }}",
        ],
    )
    def test_are_not_found_where_the_characters_are_no_word(self, text: str) -> None:
        assert list(relative_years(text, 2021)) == []


class TestBraces:
    @pytest.mark.parametrize(
        ("text", "marked"),
        [
            ("按{年度}年", ["{年度}"]),
            ("按｛｛ 年度 ｝｝年", ["｛｛ 年度 ｝｝"]),
            ("按{{ 年度 }}}年", ["}"]),
            ("按{年度年", ["{"]),
            ("｛% if 甲 %｝", ["｛% if 甲 %｝"]),
        ],
    )
    def test_are_found(self, text: str, marked: list[str]) -> None:
        assert [piece for piece, _ in found(literal_braces, text)] == marked

    @pytest.mark.parametrize("text", ["{{ 年度 }}年", "{% if 甲 %}乙{% endif %}", "{# 注 #}", "没有"])
    def test_are_not_found_in_references(self, text: str) -> None:
        assert found(literal_braces, text) == []


class TestYears:
    @pytest.mark.parametrize(
        ("text", "marked"),
        [
            ("2012年支出100万元", ["2012"]),
            ("2019年度执行率，2020年、2022年", ["2019"]),
            ("二〇一二年支出", ["二〇一二"]),
            ("2031年完成", ["2031"]),
            ("2012年12月31日盘点", ["2012"]),
        ],
    )
    def test_far_from_the_reports_are_found(self, text: str, marked: list[str]) -> None:
        assert [text[slip.start : slip.end] for slip in distant_years(text, 2021)] == marked

    @pytest.mark.parametrize(
        "text",
        [
            "2020年、2021年度和2022年",
            "《2015年预算》和“2035年远景目标”",
            "某发〔2018〕3号、某发（2018）3号",
            "2019—2023年、2016-2018年、2016年至2018年",
            "“十四五”规划",
            "自2018年起，从2015年以来，到2025年，截至2018年底",
            "2016年印发的办法、2017年修订、2010年成立、2018年3月出台",
            "与2019年相比，比2019年增长",
            "比2035年目标低，2023年6月底前完工",
            "设备为2011年10月前购置，2011年12月底前已停用，按2011年6月底前完成整改的要求更新",
            "产值2012万元",
            "12019年",
            "{{ 年度 }}年",
        ],
    )
    def test_that_are_near_or_explained_are_not(self, text: str) -> None:
        assert list(distant_years(text, 2021)) == []

    @pytest.mark.parametrize("text", ["比2031年增长", "2011年6月底前完工", "2031年6月底前完工", "2011年的支出"])
    def test_that_are_far_are_told(self, text: str) -> None:
        assert [slip.said for slip in distant_years(text, 2021)] == ["和报告年度（2021）相差 10 年"]

    def test_the_distance_can_be_widened(self) -> None:
        assert list(distant_years("2019年支出", 2021, 2)) == []
        assert [slip.said for slip in distant_years("2018年支出", 2021, 2)] == ["和报告年度（2021）相差 3 年"]


class TestFileNumbers:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("某发（2021）12号", [("（2021）", "〔2021〕")]),
            ("某发(2021)12号", [("(2021)", "〔2021〕")]),
            ("某发[2021]12号", [("[2021]", "〔2021〕")]),
            ("某发【2021】12 号", [("【2021】", "〔2021〕")]),
            ("某发〔2021年〕12号", [("〔2021年〕", "〔2021〕")]),
            ("某发〔２０２１〕12号", [("〔２０２１〕", "〔2021〕")]),
            ("某发〔21〕12号", [("〔21〕", None)]),
            ("某发（202）12号", [("（202）", None)]),
            ("某发〔2021〕第12号", [("第", "")]),
            ("某发2021年12号", [("2021年", "〔2021〕")]),
            ("按规定（某财评12号）执行", [("12号", None)]),
        ],
    )
    def test_are_found(self, text: str, expected: list[tuple[str, str | None]]) -> None:
        assert found(file_numbers, text) == expected

    @pytest.mark.parametrize(
        "text",
        [
            "某发〔2021〕12号",
            "公告〔2021〕第12号",
            "（2021）粤14民初12号",
            "（情况通报第16期）",
            "（办公楼3号）",
            "通知（2021年12月）",
            "{{ 文号 }}",
        ],
    )
    def test_are_not_found_where_they_are_right_or_none(self, text: str) -> None:
        assert found(file_numbers, text) == []


NAMES: dict[str, object] = {
    "金额": None,
    "名称": "甲",
    "空": "",
    "组": {"值": None, "数": 3},
    "表": [{"值": ""}, {"值": "乙"}],
    "单": [],
}


class TestBlankReferences:
    @pytest.mark.parametrize(
        ("text", "marked"),
        [
            ("金额为{{ 金额 }}元", ["{{ 金额 }}"]),
            ("{{ 金额 | 万元 }}和{{名称}}", ["{{ 金额 | 万元 }}"]),
            ("{{ 组.值 }}{{ 组.数 }}{{ 空 }}", ["{{ 组.值 }}", "{{ 空 }}"]),
            ("{{ 表[1].值 }}{{ 表[2].值 }}{{ 表[3].值 }}{{ 表[0].值 }}", ["{{ 表[1].值 }}"]),
            ("{{ 单 }}", ["{{ 单 }}"]),
            ("{{ 不存在.甲 }}{{ 名称.甲 }}", []),
            ("{{ 金额 | default('无') }}", []),
            ("{% if 金额 %}{{ 金额 }}{% endif %}", []),
            ("{{ 金额 or 名称 }}", []),
            ("没有", []),
        ],
    )
    def test_are_found_where_they_print_nothing(self, text: str, marked: list[str]) -> None:
        assert [text[slip.start : slip.end] for slip in blank_references(text, NAMES)] == marked


class TestComparisonSigns:
    """They are looked for in every value, wherever and however it is written."""

    @pytest.mark.parametrize("written", ["≧10场", '"\\u226710场"'])
    def test_in_the_input(self, tmp_path: Path, written: str) -> None:
        form = small(tmp_path, "目标: {类型: 目标, 标签: 目标}\n")
        assert [finding.code for finding in form.check(f"目标: {written}\n")] == ["JX463"]

    def test_in_a_table_of_its_own(self, tmp_path: Path) -> None:
        fields = "目标: {类型: 表, 标签: 目标, 列: {名称: {类型: 文字, 标签: 名称}, 数: {类型: 目标, 标签: 数}}}\n"
        form = small(tmp_path, fields)
        (tmp_path / "目标.csv").write_text("名称,数\n甲,≧3家\n", "utf-8")
        (finding,) = [one for one in form.check("目标: {来源: 目标.csv}\n") if one.code == "JX463"]
        assert Path(finding.span.file).name == "目标.csv"


def test_no_trigger_matches_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Behind the last text there would be no end of it."""
    asked: list[re.Pattern[str]] = []
    usual = Case.printed_with

    def noted(case: Case, trigger: re.Pattern[str], *, titles: bool = True) -> list[Text]:
        asked.append(trigger)
        return usual(case, trigger, titles=titles)

    monkeypatch.setattr(Case, "printed_with", noted)
    found = small(tmp_path, "概况: {类型: 段落, 标签: 概况}\n").check('概况: "好\\u3000"\n')
    assert [finding.code for finding in found] == []
    assert len(asked) >= 8
    for trigger in asked:
        assert trigger.search("") is None
        for text in ("\u3000", " ", "。", "年", "甲", "1"):
            match = trigger.search(text)
            assert match is None or match.end() > match.start()
