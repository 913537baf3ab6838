"""What is told of formulas before anything is filled in: types, options, steps, circles, ratings."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.authoring.lint import check_settings
from generator.base.diagnostics import Finding
from generator.template.assembling import inspect_template
from generator.template.validate import check_formulas
from tests.small_template import small, underlined

FIELDS = """\
数: {类型: 数值, 标签: 数}
词: {类型: 文字, 标签: 词}
真: {类型: 是否, 标签: 真}
日: {类型: 日期, 标签: 日}
段: {类型: 段落, 标签: 段}
标: {类型: 目标, 标签: 标}
选: {类型: 选项, 标签: 选, 选项: [已完成, 推进中]}
组: {类型: 组, 标签: 组, 字段: {数: {类型: 数值, 标签: 数}}}
表:
  类型: 表
  标签: 表
  列:
    金额: {类型: 金额, 标签: 金额}
    状态: {类型: 选项, 标签: 状态, 选项: [已完成, 推进中]}
    结果: {类型: 文字, 标签: 结果, 公式: '判定("5家", "5家")'}
    短语: {类型: 文字, 标签: 短语, 公式: '"甲" if 真 else 结果'}
"""
INDICATORS = """\
- {名称: 项, 分值: 100, 参数: {线: 5}, 取值: 数 ÷ 2, 得分: SCORE}
"""


def told(folder: Path, *, field: str = "", score: str = "分值", check: str = "") -> list[Finding]:
    """What is found in a template with one more field, one score, one check."""
    fields = FIELDS + (f"新: {field}\n" if field else "")
    indicators = INDICATORS.replace("SCORE", f"'{score}'")
    rules = f"- {{名称: 规则, 条件: '{check}', 消息: 不对}}\n" if check else ""
    made = small(folder, fields, indicators, rules, full=100)
    inspected = inspect_template(made.template.folder)
    assert inspected.findings == ()
    return check_formulas(inspected.template, inspected.unread)


@pytest.mark.parametrize(
    ("score", "problem", "place"),
    [
        ("数 + 词", "「词」不是数字，不能计算", "词"),
        ("数 ÷ 0", "除数是 0", "0"),
        ("-真", "「真」不是数字，不能计算", "真"),
        ("最大(数, 选)", "「选」不是数字，不能计算", "选"),
        ("1 if 约等于(数, 词) else 2", "「词」不是数字，不能计算", "词"),
        ("1 if 数 else 2", "「数」不是条件（是或否）", "数"),
        ("1 if not 词 else 2", "「词」不是条件（是或否）", "词"),
        ("1 if 真 and 数 else 2", "「数」不是条件（是或否）", "数"),
        ("1 if 数 = 词 else 2", "「数 = 词」两边不能这样比较", "数 = 词"),
        ("1 if 词 < 选 else 2", "「词 < 选」两边不能这样比较", "词 < 选"),
        ("1 if 段 = 段 else 2", "「段 = 段」两边不能这样比较", "段 = 段"),
        ("1 if 日 > 数 else 2", "「日 > 数」两边不能这样比较", "日 > 数"),
        ("1 if 真 > 真 else 2", "「真 > 真」两边不能这样比较", "真 > 真"),
        ("求和(表, 状态)", "「状态」不是数字，不能计算", "状态"),
        ("求和(表.金额, 金额)", "「金额」不是条件（是或否）", "金额"),
        ("计数(表, 金额)", "「金额」不是条件（是或否）", "金额"),
        ("加权平均(表, 金额, 结果)", "「结果」不是数字，不能计算", "结果"),
        ("求和(数, 1)", "「求和」的第一个参数「数」不是表", "求和(数, 1)"),
        ("计数(1 + 1)", "「计数」的第一个参数「1 + 1」不是表", "计数(1 + 1)"),
        ("组 + 1", "「组」是表或组，不是一个值", "组"),
        ("表.金额 + 1", "「表.金额」是表或组，不是一个值", "表.金额"),
        ("1 if 已填(1 + 1) else 2", "「已填」只能用于一个名称", "已填(1 + 1)"),
        ("词", "得出的不是数字，不能作为得分", "词"),
        ("达标(标, 标)", "得出的不是数字，不能作为得分", "达标(标, 标)"),
        ("判定(标, 词) + 1", "「判定(标, 词)」不是数字，不能计算", "判定(标, 词)"),
        ("指标.项.取值 + 词", "「词」不是数字，不能计算", "词"),
    ],
)
def test_a_type_that_does_not_fit(tmp_path: Path, score: str, problem: str, place: str) -> None:
    (finding,) = told(tmp_path, score=score)
    assert finding.code == "JX308"
    assert f"「{score}」中{problem}。" in finding.message
    assert underlined(finding) == place
    assert finding.path == "指标.项.得分"


@pytest.mark.parametrize(
    "score",
    [
        "分值 if 标 > 5 else 线",  # a target may be a number
        "(求和(表.金额) + 求和(表, 金额 × 2, 状态 = \"已完成\") + 平均(表.金额)) ÷ 1 万元 + 计数(表)",
        "加权平均(表, 数, 金额 ÷ 数)",
        "取值 if 真 or not 真 else 完成率(标, 标) × 分值",
        "分值 if 词 = 选 and 已填(日) and 已填(表) and 已填(段) else 自评分",
        "指标.项.分值 × 0 + 组.数 + 绝对值(数)",
        "求和(表, 求和(表, 金额) × 自评分)",
        "1 if 判定(标, 词) = \"已完成\" else 四舍五入(数, 2)",
        "限(分段(数, 0, 5, 10, 4, 0), 0, 分值)",
        "分段(数, 线, 5, 1, 4, 0)",  # what the bounds come to is not followed
    ],
)  # fmt: skip
def test_what_fits(tmp_path: Path, score: str) -> None:
    assert told(tmp_path, score=score.replace('"', "「", 1).replace('"', "」", 1)) == []


MORE = "率: {类型: 比率, 标签: 率}\n个: {类型: 整数, 单位: 个, 标签: 个}\n表甲: {类型: 金额, 标签: 表甲}"
WHOLE = "取整以后只有 0 和 1：有几个百分点写「(率 - 100%) ÷ 1%」"
RATE = "求和(表.金额) ÷ 平均(表.金额)"


@pytest.mark.parametrize(
    ("score", "problem", "place"),
    [
        ("5 if 率 ≥ 95 else 0", "「率」是比率，「95」是没有单位的数", "95"),
        ("5 if 95 < 率 else 0", "「95」是没有单位的数，「率」是比率", "95"),
        ("分段(率, ≥ 95, 5, ≥ 90%, 4, 0)", "「率」是比率，「≥ 95」是没有单位的数", "≥ 95"),
        ("限(率, 0, 100) × 分值", "「率」是比率，「100」是没有单位的数", "100"),
        ("分值 - 向上取整((率 - 100) ÷ 1%)", "「率」是比率，「100」是没有单位的数", "100"),
        ("5 if 求和(表, 金额) > 100 else 0", "「求和(表, 金额)」是金额，「100」是没有单位的数", "100"),
        ("5 if 求和(表, 金额 + 5, 金额 > 3 元) > 0 else 0", "「金额」是金额，「5」是没有单位的数", "5"),
        ("5 if 最大(表甲, 10%) > 0 else 0", "「表甲」是金额，「10%」是比率", "10%"),
        ("5 if 完成率(标, 标) > 90 else 0", "「完成率(标, 标)」是比率，「90」是没有单位的数", "90"),
        (f"5 if {RATE} > 90 else 0", f"「{RATE}」是比率，「90」是没有单位的数", "90"),
        ("率", "得出的是比率，不是分数：比率要乘「分值」", "率"),
        ("表甲 × 2", "得出的是金额，不是分数", "表甲 × 2"),
        ("率 × 10%", "得出的是比率，不是分数：比率要乘「分值」", "率 × 10%"),
        ("最大(分值 - 表甲 × 2, 0)", "「分值」是分数，「表甲 × 2」是金额", "表甲 × 2"),
        ("分值 - 率", "「分值」是分数，「率」是比率", "率"),
        ("自评分 if 率 < 1 else 率", "「自评分」是分数，「率」是比率", "率"),
        ("5 if 计数(表, 金额 > 0.5) > 1 else 0", "「金额」是金额，「0.5」是没有单位的小数", "0.5"),
        ("5 if 个 > 90% else 0", "「个」是没有单位的数，「90%」是比率", "个"),
        ("分段(率, < 60%, 0, < 80%, 50, 率) × 分值", "「50」是没有单位的数，「率」是比率", "50"),
        ("5 if 表甲 × 表甲 > 0 else 0", "两个金额相乘，得出的不是金额", "表甲"),
        ("分值 - 向上取整(率 - 100%)", f"「率 - 100%」是比率，{WHOLE}", "率 - 100%"),
        ("分值 - 向上取整((率 - 100%) ÷ 1)", "除以 1 不起作用：一个百分点写「1%」", "1"),
    ],
)
def test_units_that_do_not_fit(tmp_path: Path, score: str, problem: str, place: str) -> None:
    found = told(tmp_path, field=f"{{类型: 文字, 标签: 新}}\n{MORE}", score=score)
    assert [(one.code, underlined(one), one.path) for one in found] == [("JX732", place, "指标.项.得分")]
    assert f"公式「{score}」里{problem}。" in found[0].message


@pytest.mark.parametrize(
    "score",
    [
        "5 if 率 ≥ 95% and 表甲 > 0 and 率 < 1 else 0",
        "分值 × 限(率, 0, 1) if 表甲 ≥ 100 万元 else 率 × 100 ÷ 20",
        "限(表甲 ÷ 1 万元, 0, 100) if 表甲 ÷ 数 > 100 else 分值",
        "最大(分值 - 计数(表) × 2, 0) if 率 × 100 ≥ 95 else 0",
        "分值 × 率 + 自评分 × 0.5 if 表甲 ÷ 求和(表.金额) ≥ 1.2 else 分值 ÷ 2",
        "限(分值 - 个 × 0.5, 0, 分值) if 个 ≥ 3 and 表甲 ÷ 个 > 500 元 else 率 × 率 × 分值",
        "5 if 率 > 90% and 四舍五入(率, 4) < 1 else 向下取整(率 ÷ 1%) × 0.1",
    ],
)
def test_units_that_fit(tmp_path: Path, score: str) -> None:
    assert told(tmp_path, field=f"{{类型: 文字, 标签: 新}}\n{MORE}", score=score) == []


@pytest.mark.parametrize(
    ("field", "problem"),
    [
        ("{类型: 比率, 标签: 新, 公式: 求和(表.金额)}", "得出的是金额，字段的类型是比率"),
        ('{类型: 金额, 标签: 新, 公式: "完成率(标, 标)"}', "得出的是比率，字段的类型是金额"),
        ("{类型: 金额, 标签: 新, 公式: 求和(表.金额), 形式: 比率}", "得出的是金额，印制形式的单位却是「%」"),
        ('{类型: 数值, 标签: 新, 公式: "完成率(标, 标)", 形式: 万元}', "得出的是比率，印制形式的单位却是「万元」"),
        ("{类型: 比率, 标签: 新, 公式: 指标.项.得分}", "得出的是分数，字段的类型是比率"),
        ("{类型: 整数, 标签: 新, 公式: 计数(表), 形式: 万元}", "得出的是没有单位的数，印制形式的单位却是「万元」"),
        ("{类型: 金额, 标签: 新, 公式: 求和(表.金额) ÷ 10000}", "金额以元计，不用再换算"),
        ("{类型: 比率, 标签: 新, 公式: 求和(表.金额) ÷ 组.数 × 100}", "比率不用乘 100"),
    ],
)
def test_a_computed_field_of_another_unit(tmp_path: Path, field: str, problem: str) -> None:
    (finding,) = told(tmp_path, field=field)
    assert (finding.code, finding.path) == ("JX732", "新")
    assert problem in finding.message


@pytest.mark.parametrize(
    ("formula", "problem"),
    [
        ("组.数 - 组.数", "「组.数 - 组.数」两边都是「组.数」"),
        ("数 if 真 else 数", "「数 if 真 else 数」两边都是「数」"),
        ("1 if 数 ≠ 数 else 0", "「数 ≠ 数」两边都是「数」"),
        ("1 if 约等于(数, 数) else 0", "「约等于(数, 数)」两边都是「数」"),
        ("1 if 真 且 真 else 0", "「真 且 真」两边都是「真」"),
        ("完成率(实际值, 目标值)", "「完成率(实际值, 目标值)」的两个参数写反了：先写目标，「实际值」是实际"),
        ("加权平均(表, 金额, 指标.项.得分)", "按得分、比率加权金额：值和权重写反了"),
    ],
)
def test_a_formula_that_contradicts_itself(tmp_path: Path, formula: str, problem: str) -> None:
    targets = "目标值: {类型: 目标, 标签: 目标}\n实际值: {类型: 目标, 标签: 实际}"
    (finding,) = told(tmp_path, field=f"{{类型: 数值, 标签: 新, 公式: {formula!r}}}\n{targets}")
    assert (finding.code, finding.path) == ("JX733", "新")
    assert problem in finding.message


@pytest.mark.parametrize("formula", ["数 × 数", "数 ÷ 组.数 if 数 > 0 else 0", "完成率(目标值, 实际值)"])
def test_a_formula_that_only_looks_so(tmp_path: Path, formula: str) -> None:
    targets = "目标值: {类型: 目标, 标签: 目标}\n实际值: {类型: 目标, 标签: 实际}"
    assert told(tmp_path, field=f"{{类型: 数值, 标签: 新, 公式: {formula!r}}}\n{targets}") == []


def test_a_whole_number_may_be_a_score(tmp_path: Path) -> None:
    assert told(tmp_path, field="{类型: 整数, 标签: 新, 公式: 指标.项.得分}") == []


@pytest.mark.parametrize(
    ("field", "problem"),
    [
        ("新 项: {类型: 文字, 标签: 新}", "「新 项」的名称，公式和标记里不能引用"),
        ("是: {类型: 文字, 标签: 新}", "「是」的名称，公式和标记里不能引用"),
        ("2项: {类型: 文字, 标签: 新}", "「2项」的名称，公式和标记里不能引用"),
        ("指标: {类型: 文字, 标签: 新}", "是填报文件自己的一部分"),
        ("新: {类型: 文字, 标签: 新, 选项: [甲, 乙]}", "的类型是文字，「选项」不起作用"),
        ("新: {类型: 年份, 标签: 新, 最大: 2024}", "的类型是年份，「最大」不起作用"),
        ("新: {类型: 金额, 标签: 新, 单位: 万元}", "的类型是金额，「单位」不起作用"),
        ("新: {类型: 金额, 标签: 新, 形式: 万元}", "照填的样子印，「形式」不起作用"),
        ("新: {类型: 数值, 标签: 新, 公式: 1 + 1, 最大: 5}", "由公式计算，「最大」不起作用"),
        ("新: {类型: 选项, 标签: 新, 选项: [甲、乙]}", "像是几个写成了一个"),
        ("新: {类型: 选项, 标签: 新, 选项: [甲, 甲]}", "选项有重复的"),
        ("新: {类型: 数值, 标签: 新, 最小: 9, 最大: 5}", "「最小」大于「最大」"),
        ("新: {类型: 比率, 标签: 新, 最大: 100}", "漏写了「%」"),
        ("新: {类型: 文字, 标签: 新, 最长: -3}", "「最长」不是字数"),
        ("新: {类型: 金额, 标签: 新, 没有时: 0}", "「没有时」写的「0」不是这一类的值"),
        ("新: {类型: 是否, 标签: 新, 没有时: 没}", "「没有时」写的「没」不是这一类的值"),
        ("新: {类型: 金额, 标签: 新, 结转自: 没有}", "带不过来：没有这个字段"),
        ("新: {类型: 金额, 标签: 新, 结转自: 甲}", "带不过来：它的类型是文字"),
        ("新: {类型: 选项, 标签: 新, 选项: [甲, 乙], 没有时: 甲, 最长: 4}", ""),
        ("新: {类型: 整数, 标签: 新, 单位: 个, 没有时: 0 个, 可负: 是, 最小: -5, 最大: 5}", ""),
        ("新: {类型: 比率, 标签: 新, 没有时: 0%, 最大: 300%}", ""),
        ("新: {类型: 等次, 标签: 新, 等次: {好: 80%-100%, 差: 0%}, 没有时: 差}", ""),
        ("新: {类型: 等次, 标签: 新, 等次: {好: 80%-100%, 中: 60%-80%, 差: 0%-60%}}", ""),
        ("新: {类型: 等次, 标签: 新, 等次: {好: 80%-100%, 中: 60%-85%}}", "的等次，80% 到 85% 两等都有"),
        ("新: {类型: 等次, 标签: 新, 等次: {好: 80%-100%, 中: 50%-60%, 差: 0%}}", "的等次，60% 到 80% 哪一等都不是"),
    ],
)
def test_what_a_field_says_in_vain(tmp_path: Path, field: str, problem: str) -> None:
    made = small(tmp_path, f"甲: {{类型: 文字, 标签: 甲}}\n{field}\n")
    found = [one for one in check_settings(made.template) if one.code == "JX733"]
    assert len(found) == bool(problem)
    assert all(problem in one.message and one.span.line == 3 for one in found)


GAP = "的「得分」在「取值」是 95% 时得 0 分，比更低、更高的都少"
STANDARD = "的「评分标准」说「90%」，公式的得分在 90% 上下没有不同"
STEP = "的「评分标准」说「90%以上的」得 8 分，公式在「取值」是 90% 时得 5 分"
ABOVE = "的「评分标准」说「超过20%的」得 0 分，公式在「取值」略高于 20% 时得 1 分"
EACH = "的「评分标准」说「不超过100%的」，公式的得分在 100% 上下没有不同"
RATIO = "取值: 甲 ÷ 9, 取值形式: 比率, 评分标准: "


@pytest.mark.parametrize(
    ("indicator", "problem"),
    [
        ("得分: 9, 下级: [{名称: 下, 分值: 10, 得分: 自评分}]", "有下级，由下级逐项评分、叙述，「得分」不起作用"),
        ("叙述: 甲, 下级: [{名称: 下, 分值: 10, 得分: 自评分}]", "有下级，由下级逐项评分、叙述，「叙述」不起作用"),
        ("参数: {取值: 3}, 得分: 取值 × 分值", "的参数「取值」和指标自己的「取值」同名"),
        ("得分: 5 if 甲 > 3 else 0", "的「得分」最高得 5 分，和分值 10 不同"),
        ("得分: '分段(甲, ≥ 9, 12, ≥ 5, 4, 0)'", "的「得分」最高得 12 分，和分值 10 不同"),
        ("得分: 分值", "的「得分」不用任何填报的数，每个部门都相同"),
        (
            "得分: 要点, 要点: [{名称: 点, 分值: 10, 结论: {符合: 10%, 不符合: 0%, 不适用: 100%}}]",
            "的结论最高只得分值的 50%",
        ),
        ("得分: 要点, 要点: [{名称: 点, 分值: 10, 结论: {符合: 100%, 不适用: 0%}}]", ""),
        ("得分: '分段(甲, ≥ 9, 分值, ≥ 5, 4, 0)'", ""),
        ("参数: {线: 甲}, 得分: 线", ""),
        ("得分: '10 if 甲 > 3 else 最大(甲, 0)'", ""),
        ("得分: '10 if 甲 > 3 else 最大(4 - 甲, 0)'", "的「得分」在「甲」是 3 时得 1 分，比更低、更高的都少"),
        ("得分: 最大(甲 ÷ 9 × 分值, 分值)", "的「得分」不论「甲」多少都是满分"),
        ("得分: 最小(甲 - 9, 0)", "的「得分」最高得 0 分，和分值 10 不同"),
        ("得分: 限(分值 - 甲 - 3, 0, 7)", "的「得分」最高得 7 分，和分值 10 不同"),
        ("取值: 甲 ÷ 9, 取值形式: 比率, 得分: '限(取值 ÷ 分值, 0, 分值)'", "的「得分」最高得 0.2 分，和分值 10 不同"),
        ("取值: 甲 ÷ 9, 取值形式: 比率, 得分: '限(取值 ÷ 100 × 分值, 0, 分值)'", "最高得 0.2 分，和分值 10 不同"),
        ("取值: 甲 ÷ 9, 取值形式: 比率, 得分: '限(取值 ÷ 500% × 分值, 0, 分值)'", ""),
        ("取值: 甲 ÷ 9, 取值形式: 比率, 得分: '限(取值 ÷ 5 × 分值, 0, 分值)'", ""),
        ("得分: 最小(甲 ÷ 1000000 × 分值, 分值)", ""),
        ("得分: 分值 if 甲 = 0 else 限(甲 × 2, 0, 分值)", ""),
        ("得分: '分值 if 95% ≤ 甲 ≤ 105% else 限(分值 - 绝对值(甲 - 1) × 20, 0, 分值)'", ""),
        ("取值: 甲 ÷ 9, 取值形式: 比率, 得分: 10 if 取值 > 95% else 5 if 85% ≤ 取值 < 95% else 0", GAP),
        ("评分标准: 95%得10分，90%得5分。, 得分: '分段(甲, ≥ 95%, 10, ≥ 9%, 5, 0)'", STANDARD),
        (
            "评分标准: 每处扣0.5分。, 参数: {每处: 5}, 得分: 最大(分值 - 甲 × 每处, 0)",
            "的「评分标准」说「每处扣0.5分」得 9.5 分，公式在「甲」是 1 时得 5 分",
        ),
        (f"{RATIO}不低于95%得满分；90%以上的得8分。, 得分: '分段(取值, ≥ 95%, 10, > 90%, 8, ≥ 60%, 5, 0)'", STEP),
        (f"{RATIO}0得10分；不超过20%得5分；超过20%的不得分。, 得分: '分段(取值, 0%, 10, 20%, 5, 1)'", ABOVE),
        (
            f"{RATIO}0得10分；不超过20%得5分；有超过20%的不得分。, 得分: '分段(取值, 0%, 10, 20%, 5, 1)'",
            ABOVE.replace("超过", "有超过", 1),
        ),
        (
            (
                f"{RATIO}不超过100%的得10分；每超过1个百分点扣0.5分，不足1个百分点按1个计。, "
                "得分: '限(分值 + 向上取整((取值 - 100%) ÷ 1%) × 0.5, 0, 分值)'"
            ),
            EACH,
        ),
        (
            (
                f"{RATIO}95%（含）以上得10分，80%（含）至95%得6分，不足80%的不得分。, "
                "得分: '分段(取值, ≥ 95%, 10, ≥ 80%, 6, 0)'"
            ),
            "",
        ),
        (
            "评分标准: 得分=总投入数÷总产出数×分值。, 取值: 总产出 ÷ 总投入, 得分: 取值 × 分值",
            "「总产出」是除数（总投入数÷总产出数），公式里是被除数",
        ),
        ("评分标准: 得分=总产出数÷总投入数×分值。, 取值: 总产出 ÷ 总投入, 得分: 取值 × 分值", ""),
        (f"{RATIO}达到100%得满分，其余按比例得分。, 得分: '限(取值 × 分值, 0, 分值)'", ""),
        (f"{RATIO}5%以内得10分，5%-20%（含20%）得5分，20%以上不得分。, 得分: '分段(取值, 5%, 10, 20%, 5, 0)'", ""),
        (f"{RATIO}100%得5分，90%以上得4分；另5分。, 得分: 5 + (5 if 取值 ≥ 1 else 4 if 取值 ≥ 90% else 0)", ""),
        (
            (
                f"{RATIO}不超过5%得满分；每超过1个百分点扣1分，不足1个百分点不扣。, "
                "得分: '限(分值 - 向下取整((取值 - 5%) ÷ 1%), 0, 分值)'"
            ),
            "",
        ),
        ("评分标准: 每发现一处不合规的扣2分，扣完为止。, 得分: 分值 - 甲 × 2", "的「得分」在「甲」是 10 时得 -10 分"),
        (
            "评分标准: 95%得10分，90%得5分（财预〔2013〕53号）。, 得分: '分段(甲, ≥ 95%, 100%, ≥ 0.9, 50%, 0) × 分值'",
            "",
        ),
        ('评分标准: 30天10分，45天5分。, 得分: \'10 if 达标("≤30天", 标) else 5 if 达标("≤45天", 标) else 0\'', ""),
        ("评分标准: 由部门评定，3项以上的说明情况。, 得分: 限(甲 × 4, 0, 分值)", ""),
        ("评分标准: 按办法评定。, 得分: 限(甲 × 4, 0, 分值)", ""),
        ("评分标准: 每低1个百分点扣0.2分。, 得分: 限(分值 - (1 - 甲) × 20, 0, 分值)", ""),
    ],
)
def test_what_an_indicator_says_in_vain(tmp_path: Path, indicator: str, problem: str) -> None:
    fields = "甲: {类型: 数值, 标签: 甲}\n标: {类型: 目标, 标签: 标}\n"
    fields += "总产出: {类型: 金额, 标签: 总产出}\n总投入: {类型: 金额, 标签: 总投入}\n"
    made = small(tmp_path, fields, f"- {{名称: 项, 分值: 10, {indicator}}}\n", full=10)
    found = [one.message for one in check_settings(inspect_template(made.folder / "templates" / "小").template)]
    assert len(found) == bool(problem)
    assert all(problem in message for message in found)


@pytest.mark.parametrize(
    ("condition", "is_vain"),
    [
        ("是", True),
        ("甲 > 3 or 是", True),
        ("是 and (甲 > 3 or 是)", True),
        ("甲 > 3 and 是", False),
        ("否", False),
        ("甲 ≠ 甲", False),
    ],
)
def test_a_rule_that_never_reports(tmp_path: Path, condition: str, is_vain: bool) -> None:
    rules = f"- {{名称: 规则, 条件: {condition}, 消息: 不对}}\n"
    made = small(tmp_path, "甲: {类型: 数值, 标签: 甲}\n", checks=rules)
    assert [one.path for one in check_settings(made.template)] == ["勾稽.规则"] * is_vain


@pytest.mark.parametrize(
    ("condition", "message", "is_contrary"),
    [
        ("实有 ≤ 编制", "实有{{ 实有 }}，多于编制{{ 编制 }}", False),
        ("实有 ≥ 编制", "实有{{ 实有 }}，多于编制{{ 编制 }}", True),
        ("编制 ≥ 实有", "实有{{ 实有 }}，多于编制{{ 编制 }}", False),
        ("编制 < 实有", "实有{{ 实有 }}，超过了编制{{ 编制 }}", True),
        ("实有 ≥ 编制", "实有{{ 实有 }}少于编制{{ 编制 }}", False),
        ("实有 ≤ 编制 or 编制 = 0", "实有{{ 实有 | 小数(0) }}少于编制{{ 编制 }}", True),
        ("实有 ≥ 编制", "实有{{ 实有 }}不应多于编制{{ 编制 }}", False),
        ("not (实有 > 编制)", "实有{{ 实有 }}，多于编制{{ 编制 }}", False),
        ("实有 ≤ 编制 × 2", "实有{{ 实有 }}，少于编制{{ 编制 }}", False),
        ("实有 ≤ 编制 or (实有 > 编制 and 编制 = 1)", "实有{{ 实有 }}，多于编制{{ 编制 }}", False),
        ("实有 ≤ 编制", "实有{{ 实有 }}要小于编制{{ 编制 }}", False),
        ("实有 ≤ 编制", "请核对实有{{ 实有 }}是否少于编制{{ 编制 }}", False),
        ("实有 ≤ 编制", "编制{{ 编制 }}通常大于实有{{ 实有 }}", False),
    ],
)
def test_a_rule_the_other_way_round_than_its_message(
    tmp_path: Path, condition: str, message: str, is_contrary: bool
) -> None:
    fields = "实有: {类型: 整数, 标签: 实有}\n编制: {类型: 整数, 标签: 编制}\n"
    made = small(tmp_path, fields, checks=f"- {{名称: 规则, 条件: {condition}, 消息: '{message}'}}\n")
    found = [one.message for one in check_settings(made.template)]
    assert ["的「条件」写反了" in one for one in found] == [True] * is_contrary


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("比率: {小数位: 2, 后缀: '%'}", "「单位」应当是「%」，和后缀相合；现在按「元」换算"),
        ("比率: {单位: ‰, 小数位: 2, 后缀: '%'}", "「单位」应当是「%」，和后缀相合；现在按「‰」换算"),
        ("合计万元: {单位: 元}", "「单位」应当是「万元」，和名称相合；现在按「元」换算"),
        ("约亿元: {单位: 亿元, 后缀: 万元}", "「单位」应当是「万元」，和后缀相合；现在按「亿元」换算"),
        ("元: {小数位: 2}", ""),
        ("人民币: {单位: 万元, 后缀: 万元}", ""),
        ("得分: {小数位: 2, 后缀: 分}", ""),
    ],
)
def test_a_printing_form_that_divides_by_another_unit_than_it_names(tmp_path: Path, form: str, expected: str) -> None:
    made = small(tmp_path, "甲: {类型: 数值, 标签: 甲}\n")
    manifest = made.folder / "templates" / "小" / "template.yaml"
    text = manifest.read_text("utf-8")
    kept, _, behind = text.partition("印制:\n")
    manifest.write_text(f"{kept}印制:\n  {form}\n{behind[behind.index('叙述:') :]}", "utf-8")
    found = [one.message for one in inspect_template(manifest.parent).findings]
    assert [expected in message for message in found] == [True] * bool(expected)


@pytest.mark.parametrize(
    ("field", "problem"),
    [
        ("{类型: 金额, 标签: 新, 公式: 词}", "得出的不是数，与类型「金额」不符"),
        ("{类型: 文字, 标签: 新, 公式: 数 + 1}", "得出的不是文字，与类型「文字」不符"),
        ("{类型: 是否, 标签: 新, 公式: 数}", "得出的不是条件，与类型「是否」不符"),
    ],
)
def test_a_computed_field_of_another_kind(tmp_path: Path, field: str, problem: str) -> None:
    (finding,) = told(tmp_path, field=field)
    assert (finding.code, finding.path) == ("JX308", "新")
    assert problem in finding.message


def test_a_check_that_is_no_condition(tmp_path: Path) -> None:
    (finding,) = told(tmp_path, check="数 + 1")
    assert finding.code == "JX308"
    assert "得出的不是「是」或「否」，不能作为条件" in finding.message


@pytest.mark.parametrize(
    ("check", "message", "hint", "place"),
    [
        ("选 = 「已经完成」", "「选」不会是「已经完成」，这个比较永远不成立。", "「已完成」", "「已经完成」"),
        ("「未完成」 ≠ 选", "「选」不会是「未完成」，这个比较总是成立。", "「已完成」", "「未完成」"),
        ("计数(表, 状态 = 「完成」) > 0", "「状态」不会是「完成」，这个比较永远不成立。", "「已完成」", "「完成」"),
        ("计数(表, 短语 = 「乙」) > 0", "「短语」不会是「乙」，这个比较永远不成立。", "甲", "「乙」"),
        ("判定(标, 标) = 「达标」", "「判定(标, 标)」不会是「达标」，这个比较永远不成立。", "已完成", "「达标」"),
    ],
)
def test_a_text_that_is_none_of_the_options(tmp_path: Path, check: str, message: str, hint: str, place: str) -> None:
    (finding,) = told(tmp_path, check=check)
    assert (finding.code, finding.message) == ("JX714", message)
    assert hint in finding.hint
    assert underlined(finding) == place


@pytest.mark.parametrize(
    ("score", "place"),
    [
        ("分段(数, 10%, 5, 5%, 4, 20%, 3, 0)", "5%"),
        ("分段(数, 10, 5, 10, 4, 0)", "10"),
        ("分段(数, ≥ 60%, 3, ≥ 80%, 5, 0)", "≥ 80%"),
        ("分段(数, ≤ 60%, 3, < 60%, 5, 0)", "< 60%"),
    ],
)
def test_steps_in_the_wrong_order(tmp_path: Path, score: str, place: str) -> None:
    (finding,) = told(tmp_path, score=score)
    assert finding.code == "JX715"
    assert underlined(finding) == place


@pytest.mark.parametrize(
    ("fields", "name", "way"),
    [
        (["新: {类型: 数值, 标签: 新, 公式: 新 + 1}"], "新", "新 → 新"),
        (
            ["乙: {类型: 数值, 标签: 乙, 公式: 甲 × 2}", "甲: {类型: 数值, 标签: 甲, 公式: 乙 ÷ 2}"],
            "乙",
            "乙 → 甲 → 乙",
        ),
        (
            [
                "合: {类型: 组, 标签: 合, 字段: {计: {类型: 数值, 标签: 计, 公式: 求和(行.份)}}}",
                "行: {类型: 表, 标签: 行, 列: {份: {类型: 数值, 标签: 份, 公式: 合.计 ÷ 2}}}",
            ],
            "合.计",
            "合.计 → 行.份 → 合.计",
        ),
        (
            ["新: {类型: 数值, 标签: 新, 公式: 指标.项.得分率 × 9}"],
            "指标.项.得分",
            "指标.项.得分 → 指标.项.线 → 新 → 指标.项.得分",
        ),
        (["新: {类型: 数值, 标签: 新, 公式: 1 if 新 > 1 else 2}"], "新", "新 → 新"),
        (["甲: {类型: 数值, 标签: 甲}", "新: {类型: 数值, 标签: 新, 公式: 新 if 甲 > 1 else 2}"], "新", "新 → 新"),
    ],
)
def test_formulas_in_a_circle(tmp_path: Path, fields: list[str], name: str, way: str) -> None:
    indicators = "- {名称: 项, 分值: 100, 参数: {线: LINE}, 得分: 线}\n"
    line = "新" if "指标" in name else "1"
    made = small(tmp_path, "\n".join(fields) + "\n", indicators.replace("LINE", line), full=100)
    inspected = inspect_template(made.folder / "templates" / "小")
    assert inspected.findings == ()
    (finding,) = check_formulas(inspected.template, inspected.unread)
    assert (finding.code, finding.path) == ("JX309", name)
    assert f"：{way}。" in finding.message
    assert finding.span.line


def test_a_circle_of_points_and_of_groups(tmp_path: Path) -> None:
    indicators = """\
    - 名称: 上
      分值: 100
      下级:
      - 名称: 下
        分值: 100
        要点:
        - {名称: 甲, 分值: 4, 得分: 指标.上.得分}
        - {名称: 乙, 分值: 96, 得分: 分值}
    """
    made = small(tmp_path, "数: {类型: 数值, 标签: 数}\n", indicators, full=100)
    inspected = inspect_template(made.template.folder)
    (finding,) = check_formulas(inspected.template, inspected.unread)
    assert "指标.上.得分 → 指标.下.得分 → 指标.下.要点.甲 → 指标.上.得分" in finding.message


@pytest.mark.parametrize(
    "fields",
    [
        # Either can be filled in, and the other follows: only what is chosen is computed.
        "甲: {类型: 数值, 标签: 甲, 公式: 乙 if 真 else 1}\n乙: {类型: 数值, 标签: 乙, 公式: 甲 if not 真 else 2}\n",
        "甲: {类型: 是否, 标签: 甲, 公式: 真 or 乙}\n乙: {类型: 是否, 标签: 乙, 公式: 非 真 and 甲}\n",
        (
            "甲: {类型: 整数, 标签: 甲, 公式: 计数(表)}\n"
            "表: {类型: 表, 标签: 表, 列: {数: {类型: 整数, 标签: 数, 公式: 甲}}}\n"
        ),
    ],
)
def test_what_is_no_circle_in_any_case(tmp_path: Path, fields: str) -> None:
    made = small(tmp_path, f"真: {{类型: 是否, 标签: 真}}\n{fields}")
    inspected = inspect_template(made.template.folder)
    assert check_formulas(inspected.template, inspected.unread) == []


def ratings(folder: Path, *conditions: str, full: int = 10) -> list[tuple[str, str]]:
    """Codes and messages for a form with these ratings."""
    made = small(folder, "数: {类型: 数值, 标签: 数}\n", f"- {{名称: 项, 分值: {full}, 得分: 自评分}}\n", full=full)
    manifest = made.folder / "templates" / "小" / "template.yaml"
    head = manifest.read_text("utf-8").partition("等级:\n")[0]
    bands = "".join(f"- {{名称: 第{at}档, 条件: {one}}}\n" for at, one in enumerate(conditions, 1))
    manifest.write_text(f"{head}等级:\n{bands}", "utf-8")
    inspected = inspect_template(made.folder / "templates" / "小")
    assert inspected.findings == ()
    return [(finding.code, finding.message) for finding in check_formulas(inspected.template, inspected.unread)]


@pytest.mark.parametrize(
    "conditions",
    [
        ("总分 ≥ 9", "总分 ≥ 8", "总分 < 8"),
        ("总分 ÷ 满分 ≥ 90%", "得分率 ≥ 60%", "是"),
        ("总分 ≥ 9 and 数 > 3", "总分 ≥ 8", "总分 < 8"),  # another fact decides as well
        ("总分 ≥ 9 and 数 > 3", "总分 ≥ 9 and 数 ≤ 3", "总分 < 9"),
        ("数 < 50%", "总分 ≥ 9", "是"),
        ("总分 ≥ 9", "总分 + 1"),  # no condition, which is told as such
    ],
)
def test_ratings_that_meet(tmp_path: Path, conditions: tuple[str, ...]) -> None:
    assert [code for code, _ in ratings(tmp_path, *conditions) if code.startswith("JX71")] == []


@pytest.mark.parametrize(
    ("conditions", "scores"),
    [
        (("总分 ≥ 9", "总分 ≥ 8"), "0 至 7.99"),
        (("总分 > 9", "总分 < 9"), "9"),
        (("总分 ≥ 9", "总分 ≤ 8.5 and 总分 ≥ 2", "总分 < 1"), "1 至 1.99"),
        (("总分 < 9",), "9 至 10"),
        (("得分率 ≥ 90%", "总分 < 8"), "8 至 8.99"),
        (("总分 ≥ 9 and 数 > 3", "总分 ≥ 8", "总分 < 7"), "7 至 7.99"),
        (("总分 > 5 and 数 > 3", "总分 < 2"), "2 至 10 在「数」是 0 时"),
    ],
)
def test_totals_without_a_rating(tmp_path: Path, conditions: tuple[str, ...], scores: str) -> None:
    found = ratings(tmp_path, *conditions)
    assert ("JX717", f"总分 {scores} 不在任何一个等级之内，得这个分的部门出不了报告。") in found
    assert {code for code, _ in found} == {"JX717"}


@pytest.mark.parametrize(
    ("conditions", "scores"),
    [
        (("总分 ≥ 9", "8 ≤ 总分 < 8.9", "是"), "8.9 至 8.99 评为「第3档」，比它低的总分却评为「第2档」"),
        (("总分 ≥ 9", "8 ≤ 总分 ≤ 8.5", "总分 ≥ 6", "是"), "8.51 至 8.99 评为「第3档」，比它低的总分却评为「第2档」"),
        (("总分 ≤ 9 and 数 > 3", "总分 ≥ 8", "是"), "9.01 至 10 在「数」是 3.000001 时 评为「第2档」，比它低的"),
        (("总分 < 6", "6 < 总分 < 8", "是"), "6.01 至 7.99 评为「第2档」，比它低的总分却评为「第3档」"),
    ],
)
def test_totals_with_a_lower_rating_than_less_has(tmp_path: Path, conditions: tuple[str, ...], scores: str) -> None:
    ((code, message),) = ratings(tmp_path, *conditions)
    assert code == "JX717"
    assert scores in message


@pytest.mark.parametrize(
    ("conditions", "name"),
    [
        (("总分 ≥ 8", "总分 ≥ 9", "总分 < 8"), "第2档"),
        (("总分 > 10", "总分 ≤ 10"), "第1档"),
        (("总分 ≥ 5", "总分 < 5", "是"), "第3档"),
        (("总分 ≥ 9 and 数 > 3", "总分 ≥ 90", "是"), "第2档"),
    ],
)
def test_ratings_that_nothing_reaches(tmp_path: Path, conditions: tuple[str, ...], name: str) -> None:
    ((code, message),) = ratings(tmp_path, *conditions)
    assert code == "JX716"
    assert message.startswith(f"没有哪个总分评得上等级「{name}」：从 0 到满分 10，")


@pytest.mark.parametrize(("bare", "is_told"), [("甲", True), ("甲乙丙", False), ("", False)])
def test_an_indicator_that_alone_has_no_standard(tmp_path: Path, bare: str, is_told: bool) -> None:
    lines = [
        f"- {{名称: {name}, 分值: 1, 得分: 自评分{'' if name in bare else ', 评分标准: 好'}}}\n" for name in "甲乙丙"
    ]
    made = small(tmp_path, "数: {类型: 数值, 标签: 数}\n", "".join(lines), full=3)
    found = list(check_settings(inspect_template(made.folder / "templates" / "小").template))
    assert [one.path for one in found if "评分标准" in one.message] == ["指标.甲"] * is_told
