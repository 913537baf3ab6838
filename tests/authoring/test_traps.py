"""What other departments would stumble over: told to the maintainer who builds it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import docx
import openpyxl
import pytest

from generator.authoring.check import check_template
from generator.base.diagnostics import shown_path

pytestmark = pytest.mark.usefixtures("without_cases")

Change = Callable[[str, str, str], None]
PEOPLE = "核定编制{{ 人员.核定编制 }}"


def found(folder: Path) -> set[str]:
    return {one.code for one in check_template(folder) if one.code in ("JX774", "JX775", "JX776")}


@pytest.mark.parametrize(
    ("new", "code"),
    [
        (f"{PEOPLE}，联系人：{{{{ 封面.填报人 }}}}", "JX774"),
        (f"{PEOPLE}（{{{{ 封面.填报人 }}}}）", "JX774"),
        ("核定编制{{ 人员.核定编制 }}名", "JX774"),
        ("核定编制{{ 人员.核定编制 }}万名", "JX774"),
        (f"租金已及时上缴，{PEOPLE}", "JX775"),
        (f"{{% if not 总体目标 %}}没有目标。{{% endif %}}{PEOPLE}", "JX776"),
        (f"{{% if 封面.填报人 %}}联系人：{{{{ 封面.填报人 }}}}，已及时上缴，{{% endif %}}{PEOPLE}", ""),
    ],
)
def test_a_trap_in_the_layout_is_told(city: Path, change: Change, new: str, code: str) -> None:
    change("报告.docx!document", PEOPLE, new)
    assert found(city) == ({code} - {""})


def test_a_promise_of_a_list_that_may_be_empty_is_told(city: Path, change: Change) -> None:
    promise = "{{ 年度 }}年承担重点工作{{ 重点工作统计.总数 }}项："
    guarded = f"{{% if 重点工作 %}}{promise}{{% else %}}{{{{ 年度 }}}}年没有承担年度重点工作任务。{{% endif %}}"
    change("报告.docx!document", guarded, promise)
    assert found(city) == {"JX774"}


UNITS = {
    "{{ 收入.合计 }}元": "按「万元」换算，后面写的是「元」",
    "{{ 收入.财政拨款 | 元 }}万元": "按「元」换算，后面写的是「万元」",
    "{{ 收入.财政拨款 | 小数 }}亿元": "按「元」换算，后面写的是「亿元」",
    "{{ 满意度.数值 | 小数 }}%": "照小数印（95% 印成 0.95），后面写的是「%」",
    "{{ 满意度.数值 | 万元 }}": "的值是比率，印制形式「万元」的单位是「万元」",
    "{{ 收入.财政拨款 | 比率 }}": "的值是金额，印制形式「比率」的单位是「%」",
    "{{ 满意度.数值 | 大写金额 }}": "的值是比率，印制形式「大写金额」的单位是「元」",
    "{% for 行 in 项目 %}{{ 行.预算 | 元 }}万元": "按「元」换算，后面写的是「万元」",
    "{% if 行.执行率 > 95 %}": "拿比率和「95」比：95% 写成 0.95",
    "高{% endif %}{% endfor %}{% if 年度 == '2024' %}": "拿数和文字「2024」比，不会相等：数不加引号",
    "年{% endif %}{{ 收入.合计 }}万元，{{ 收入.财政拨款 | 元 }}元，{{ 满意度.数值 | 百分比 }}": "",
    "{% if 满意度.数值 >= 0.95 and 部门.简称 == '某某局' and 年度 == 2024 %}高{% endif %}": "",
    "{{ 收入.财政拨款 | 大写金额 }}，{{ 满意度.数值 | 小数 }}": "",
    "{{ 收入.财政拨款 | 万元 }} 元": "按「万元」换算，后面写的是「元」",
    "{{ 收入.财政拨款 | 万元 }}（亿元）": "按「万元」换算，后面写的是「亿元」",
    "{{ 评分.总分 | 万元 }}": "的值是分数，印制形式「万元」的单位是「万元」",
    "{{ 指标.履职效果.得分 | 小数(1) }}": "的得分有 2 位小数，这里只印 1 位：不是算出的分，各行加起来也会和合计不同",
    "{{ 人员.实有人数 | 百分比 }}": "的值是没有单位的数，印制形式「百分比」的单位是「%」",
    "{% if 满意度.数值 == '95%' %}高{% endif %}": "拿数和文字「95%」比，不会相等：数不加引号",
    "{% if 问题 == '无' %}没有{% endif %}": "拿表和'无'比：有没有行只写名称，有几行写「问题 | length」",
    "{% if 评分.等级 == '优秀' %}好{% endif %}": "拿「评分.等级」和「优秀」比，不会相等：它是中、优、差、良",
    "{% for 行 in 重点工作 %}{% if 行.进展 == '完成' %}": "拿「行.进展」和「完成」比，不会相等：它是已完成、推进中",
    "成{% endif %}{% endfor %}{% if 评分.等级 == '优' and 评分.得分率 > 0.9 %}{{ 评分.总分 | 小数 }}{% endif %}": "",
    "{{ 评分.总分 }}分，{{ 人员.实有人数 }}，{{ 指标.履职效果.分值 | 小数(0) }}，{{ 评分.满分 | 小数(0) }}": "",
}
TABLES = {
    ("{{ 项.分值 | 得分 }}", "{{ 项.得分率 }}"): "印在「分值」一列，「得分率」是另一列",
    ("{{ 项.得分 | 得分 }}", "{{ 项.分值 | 得分 }}"): "印在「自评得分」一列，「分值」是另一列",
    (
        "{{ 行.得分 | 得分 }}",
        "{{ 行.分值 | 得分 }}",
    ): "印在「自评得分」一列，「分值」是另一列",  # a heading of two lines
    ("{{ 项.目标 }}", "{{ 项.完成 }}"): "印在「目标值」一列，「实际完成值」是另一列",
    ("{{ 项.预算 | 万元 }}", "{{ 项.支出 | 万元 }}"): "印在「预算金额」一列，「实际支出」是另一列",
    ("{{ 项.预算 | 万元 }}", "{{ 项.预算 | 亿元 }}"): "按「亿元」换算，表头或表上写的单位是「万元」",
    ("单位：万元", "（单位：人民币元）"): "等 4 处按「万元」换算，表头或表上写的单位是「元」",
    (">预算金额<", ">预算金额（元）<"): "等 2 处按「万元」换算，表头或表上写的单位是「元」",
}


@pytest.mark.parametrize(("old", "new"), TABLES)
def test_a_tag_below_the_heading_of_another_column_or_unit(city: Path, change: Change, old: str, new: str) -> None:
    change("报告.docx!document", old, new)
    (found,) = [one for one in check_template(city) if one.code == "JX734"]
    assert found.message.endswith(f"{TABLES[old, new]}。")
    assert found.path.startswith("「| ")


def test_units_beside_tags_that_are_not_theirs(city: Path, change: Change) -> None:
    text = "，".join([PEOPLE, *UNITS]).replace(">", "&gt;")
    change("报告.docx!document", PEOPLE, text)
    found = [one for one in check_template(city) if one.code == "JX734"]
    wanted = {f"{problem}。" for problem in UNITS.values() if problem}
    assert {said for said in wanted if any(one.message.endswith(said) for one in found)} == wanted
    assert len(found) == len(wanted)
    assert {Path(one.span.file).name for one in found} == {"报告.docx"}


@pytest.mark.parametrize(("label", "count"), [("合计", 0), ("合计（元）", 1), ("", 1)])
def test_the_unit_of_a_label_is_that_of_the_tags_behind_it(city: Path, change: Change, label: str, count: int) -> None:
    cells = ["单价（元）", "{{ 收入.财政拨款 | 元 }}", label, "{{ 收入.财政拨款 | 万元 }}"]
    row = "".join(f"<w:tc><w:p><w:r><w:t>{cell}</w:t></w:r></w:p></w:tc>" for cell in cells)
    table = f"<w:tbl><w:tblPr/><w:tblGrid/><w:tr>{row}</w:tr></w:tbl><w:p/>"
    change("报告.docx!document", "<w:body>", f"<w:body><w:p><w:r><w:t>单位：万元</w:t></w:r></w:p>{table}")
    told = [one.message for one in check_template(city) if one.code == "JX734"]
    assert len(told) == count, told


@pytest.mark.parametrize(
    ("tag", "problem"),
    [
        ("{{ 预算 | 元 }}", "按「元」换算，表头或表上写的单位是「万元」"),
        ("{{ 预算 | 百分比 }}", "的值是金额，印制形式「百分比」的单位是「%」"),
        ("{{ 支出 | 万元 }}", "前面写的是「预算金额」，印的却是「支出」"),
        ("{{ 预算 | 万元 }}", ""),
    ],
)
def test_the_tags_of_a_document_for_each_row(city: Path, change: Change, tag: str, problem: str) -> None:
    outputs = (
        "输出:\n- {名称: 报告, 版式: 报告.docx, 文件名: 报告}\n- {名称: 表, 版式: 表.docx, 文件名: 表, 每行: 项目}"
    )
    change("template.yaml", "版式: 报告.docx", outputs)
    document = docx.Document()
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "预算金额（万元）", tag
    document.save(str(city / "表.docx"))
    told = [one.message for one in check_template(city) if one.code == "JX734"]
    assert [one.partition("」")[2] for one in told] == [f"{problem}。"] * bool(problem)


@pytest.mark.parametrize(
    ("unit", "head", "tag", "problem"),
    [
        ("单位：万元、分", "预算金额", "{{ 项.预算 | 万元 }}", ""),
        ("单位：元", "预算金额", "{{ 项.预算 | 万元 }}", "按「万元」换算，表头或表上写的单位是「元」"),
        ("单位：万元、分", "预算金额", "{{ 项.预算 | 元 }}", "按「元」换算，表头或表上写的单位是「万元」"),
        ("", "预算金额（元）", "{{ 项.预算 | 万元 }}", "按「万元」换算，表头或表上写的单位是「元」"),
        ("", "预算金额", "{{ 项.支出 | 万元 }}", "印在「预算金额」一列，「实际支出」是另一列"),
    ],
)
def test_the_tags_of_a_workbook(city: Path, change: Change, unit: str, head: str, tag: str, problem: str) -> None:
    outputs = "输出:\n- {名称: 报告, 版式: 报告.docx, 文件名: 报告}\n- {名称: 汇总表, 版式: 表.xlsx, 文件名: 表}"
    change("template.yaml", "版式: 报告.docx", outputs)
    book = openpyxl.Workbook()
    for row in (["部门：{{ 部门.名称 }}", unit], ["序号", head, "实际支出"], ["{%tr for 项 in 项目 %}"]):
        book.worksheets[0].append(row)
    book.worksheets[0].append(["{{ loop.index }}", tag, "=B4"])
    book.worksheets[0].append(["{%tr endfor %}"])
    book.save(city / "表.xlsx")
    told = [(one.span.file, one.message.partition("」")[2]) for one in check_template(city) if one.code == "JX734"]
    assert told == [(shown_path(city / "表.xlsx"), f"{problem}。")] * bool(problem)


def test_a_unit_in_a_narrative_and_one_that_stands_twice(city: Path, change: Change) -> None:
    change("indicators.yaml", "{{ 取值 }}", "{{ 取值 | 万元 }}{{ 收入.财政拨款 }}万元")
    found = [one for one in check_template(city) if one.code in ("JX734", "JX774")]
    assert {one.code for one in found} == {"JX734", "JX774"}
    assert any("「{{ 取值 | 万元 }}」的值是比率" in one.message and one.span.line for one in found)


def test_a_table_and_a_group_printed_as_one_value_are_errors(city: Path, change: Change) -> None:
    change("indicators.yaml", "{{ 取值 }}", "{{ 项目 }}{{ 支出 }}{{ 总体目标 }}{{ 总体目标 | join('；') }}")
    found = [one for one in check_template(city) if one.code == "JX405"]
    assert {one.message.split("」")[0] for one in found} == {
        f"文字「{{{{ {name} }}}}" for name in ("项目", "支出", "总体目标")
    }
    assert all(one.span.line and one.severity == "error" for one in found)


@pytest.mark.parametrize(("level", "is_told"), [("", True), (", 级别: 2", False)])
def test_an_indicator_that_no_table_prints(city: Path, change: Change, level: str, is_told: bool) -> None:
    change(
        "indicators.yaml", "指标:\n", f"指标:\n- {{名称: 加分, 分值: 5, 附加: 是, 评分标准: 好, 得分: 自评分{level}}}\n"
    )
    change("template.yaml", "满分: 100", "满分: 105")
    found = [one.message for one in check_template(city) if one.code == "JX733"]
    assert found == ["「加分」没有下级，版式里「二级指标」的表不印它，各行加起来不等于总分。"] * is_told


CLEAR = "绩效目标分解为具体指标，清晰、可衡量。\n      得分: "
NARRATIVE = "{{p 三级.叙述 }}"
SLIPS = {
    ("template.yaml", "得分率形式: 比率", "得分率形式: 得分"): "得分率会照小数印",
    ("template.yaml", "总分: 合计 ", "总分: 最大(合计, 100) "): "「总分」不随合计变",
    ("template.yaml", "基本符合: 60%", "基本符合: 100%"): "的结论「基本符合」得的不比「符合」少",
    ("template.yaml", "不符合: 0%", "不符合: 100%"): "的结论「不符合」得的不比「符合」少",
    ("template.yaml", "{% if 原因 %}扣分原因：{{ 原因 }}{% endif %}", ""): "里没有印「原因」",
    ("template.yaml", '"{{ 说明 }}{% if 原因 %}扣分原因：{{ 原因 }}{% endif %}"', "“{{ 说明 }}{{ 原因 }}”"): (
        "两头是中文引号"
    ),
    ("template.yaml", '  说明: "{{ 说明 }}{% if 原因 %}扣分原因：{{ 原因 }}{% endif %}"\n', ""): "里没有印「说明」",
    ("template.yaml", "{{ 项.得分 | 得分 }}", "{{ 项.得分 | 百分比 }}"): "的值是分数，印制形式「百分比」的单位是「%」",
    ("template.yaml", "{{ loop.index | 中文数字 }}", "{{ loop.index | 万元 }}"): "的值是没有单位的数",
    ("template.yaml", "本项指标自评得{{ 得分 | 得分", "本项指标自评得{{ 得分 | 中文数字"): "这里只印 0 位",
    (
        "indicators.yaml",
        f"{CLEAR}自评分",
        "每开展1次得1分。\n      得分: 限(计数(问题) × 2, 0, 5)",
    ): "公式在「问题」是 1 时得 2",
    ("indicators.yaml", f"{CLEAR}自评分", "扣完为止。\n      得分: 最小(5 - 求和(项目.自评分), 0)"): "最高得 0 分",
    ("报告.docx!document", "%}{{ 行.一级 }}", "%}{{ 行.二级 }}"): "印在「一级指标」一列，「二级指标」是另一列",
    ("checks.yaml", "{{ 支出.项目支出 | 万元 }}", "{{ 支出.项目支出 }}"): "自己带着单位，后面又写了「万元」",
    ("indicators.yaml", "按时公开, 分值: 1", "按时公开, 分值: 1, 结论: {基本符: 50%}"): "的结论「基本符」只有这里有",
    ("报告.docx!document", "{% if 人员.下属单位数 %}", "{% if 人员 %}"): "问的「人员」是必填的一组，总是成立",
    ("template.yaml", "年度部门整体支出绩效自评报告", "年度报告（2024年度）"): "「2024年度」写死了年份",
    ("fields.yaml", "公式: 求和(项目.预算)", "公式: 求和(项目.支出)"): "加的是「支出」一列，「项目」另有「预算」",
    ("checks.yaml", "勾稽:", "检查: {花钱与产出: {执行率: 项目.支出比}}\n勾稽:"): "「项目.支出比」不是这个模板的字段",
    ("checks.yaml", "勾稽:", "指标表: [{表: 项目, 名称: 名称, 目标: 名称}]\n勾稽:"): "「名称」一列写了不止一次",
    ("报告.docx!document", "{{ 封面.填报人 }}", ""): "「封面.填报人」部门要填，版式、叙述、公式、勾稽里却都没有它",
    ("报告.docx!document", NARRATIVE, ""): "等 12 项的叙述，用示例试填后没有印出来",
    (
        "报告.docx!document",
        NARRATIVE,
        f"{NARRATIVE}</w:t></w:r></w:p><w:p><w:r><w:t>{NARRATIVE}",
    ): "的叙述，用示例试填后印了不止一遍",
    (
        "报告.docx!document",
        "{{ 封面.填报人 }}",
        "{{ 封面.联系电话 }}",
    ): "前面写的是「填报人」，印的却是「封面.联系电话」",
    (
        "报告.docx!document",
        "等级为“{{ 评分.等级 }}",
        "等级为“{{ 评分.总分 }}",
    ): "前面写的是「等级」，印的却是「评分.总分」",
    (
        "报告.docx!document",
        "得分率{{ 评分.得分率 }}",
        "得分率{{ 评分.总分 }}",
    ): "前面写的是「得分率」，印的却是「评分.总分」",
    ("报告.docx!document", "自评得{{ 评分.总分 | 得分 }}分", "自评得{{ 评分.得分率 | 得分 }}分"): "后面写的是「分」",
    ("报告.docx!document", "收入决算{{ 收入.合计 }}万元", "收入决算{{ 收入.合计 }}，"): "印出来没有单位",
    (
        "报告.docx!document",
        "执行率{{ 项目合计.执行率 }}",
        "执行率{{ 项目合计.支出 | 万元 }}",
    ): "前面写的是「执行率」，印的却是「项目合计.支出」",
    ("报告.docx!document", "（{{ 年度 }}年度）", "（2024年度）"): "「2024年度」写死了年份",
    ("报告.docx!document", "{%tr if 行.三级 %}", "{%tr if 行.名称 == '没有的' %}"): "和「没有的」比，不会相等",
}


@pytest.mark.parametrize(("file", "old", "new"), SLIPS)
def test_a_slip_of_a_template_is_told(city: Path, change: Change, file: str, old: str, new: str) -> None:
    change(file, old, new)
    found = [one for one in check_template(city) if one.code in ("JX733", "JX734")]
    assert any(SLIPS[file, old, new] in one.message for one in found)
    assert all(one.hint and Path(one.span.file).name == file.partition("!")[0] for one in found if one.code != "JX733")


def test_columns_of_targets_and_actual_values_that_are_swapped(tmp_path: Path) -> None:
    copy = Path(shutil.copytree(Path(__file__).parents[2] / "templates" / "hunan", tmp_path / "hunan"))
    text = (copy / "checks.yaml").read_text(encoding="utf-8")
    swapped = text.replace(
        "{表: 产出目标, 名称: 指标, 目标: 目标, 完成: 完成", "{表: 产出目标, 名称: 指标, 目标: 完成, 完成: 目标"
    )
    (copy / "checks.yaml").write_text(swapped, encoding="utf-8")
    assert [one.path for one in check_template(copy) if "「目标」和「完成」写反了" in one.message] == [
        "指标表.产出目标"
    ]


def test_the_tag_that_cannot_be_printed_is_named_not_one_of_a_loop_before_it(tmp_path: Path) -> None:
    copy = Path(shutil.copytree(Path(__file__).parents[2] / "templates" / "meizhou", tmp_path / "meizhou"))
    text = (copy / "template.yaml").read_text(encoding="utf-8")
    (copy / "template.yaml").write_text(text.replace('"{{ 说明 }}', '"{{ 说明 | 小数 }}'), encoding="utf-8")
    told = [one.message for one in check_template(copy) if one.code == "JX405"]
    assert told
    assert all("「{{ 说明 | 小数 }}」" in one for one in told), told


def test_a_divisor_of_nothing_is_told_before_any_filing(city: Path, change: Change) -> None:
    change(
        "fields.yaml", "预算: {类型: 金额, 标签: 公用经费预算", "预算: {类型: 金额, 没有时: 0 元, 标签: 公用经费预算"
    )
    found = [one.message for one in check_template(city) if one.code == "JX733"]
    assert len(found) == 1
    assert "没有发生的部门算不出" in found[0]


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("template.yaml", "  不适用: 100%", "  不适用: 100%\n  不存在: 100%\n  存在: 0%"),
        ("fields.yaml", "    填报人:", "    科室: {类型: 文字, 标签: 承办科室, 必填: 否, 不公开: 是}\n    填报人:"),
        *(
            ("报告.docx!document", PEOPLE, f"{text}，{PEOPLE}")
            for text in (
                "基本支出、项目支出分别为{{ 支出.基本支出 | 万元 }}万元、{{ 支出.项目支出 | 万元 }}万元",
                "扣除项目支出（{{ 支出.基本支出 | 万元 }}万元）",
                "总分{{ 评分.满分 | 得分 }}分，等级和总分：{{ 评分.等级 }}、{{ 评分.总分 | 得分 }}分",
                "自2018年度起实行，2021年度至2025年度的规划",
                "预算（万元）：{{ 预算.调整预算数 | 万元 }}",
                "详见表3-1和附件1",
                "在编{{ 人员.实有人数 }}（名额以内）",
            )
        ),
    ],
)
def test_what_is_right_though_it_looks_like_a_slip(city: Path, change: Change, file: str, old: str, new: str) -> None:
    change(file, old, new)
    assert [one.message for one in check_template(city) if one.code in ("JX733", "JX734")] == []
