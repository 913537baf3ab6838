"""Figures in texts beside those in tables: what is found to differ, and everything that is left alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from generator.base.diagnostics import Finding
from tests.changed_input import marked

Checked = Callable[[str], tuple[Finding, ...]]


def differing(findings: tuple[Finding, ...], *codes: str) -> list[str]:
    return [marked(finding) for finding in findings if finding.code in (codes or ("JX422", "JX423"))]


@pytest.mark.parametrize(
    ("said", "figures"),
    [
        # 绩效目标[2] 新增技术改造企业数量 40家 42家, [3] 技术改造投资额 5亿元 5.20亿元, 三公经费 10 and 8.50 万元
        ("全年新增技术改造企业45家。", ["45家"]),
        ("技术改造新增企业45家，走访200家。", ["45家"]),
        ("有45家企业完成技术改造。", ["45家"]),
        ("全年新增技术改造企业４５家。", ["４５家"]),
        ("全年新增技术改造企业42家。", []),
        ("年初定下的是新增技术改造企业40家。", []),
        ("新增技术改造企业45家，其中新增技术改造企业42家。", ["45家"]),
        ("新增技术改造企业45家，全市新增技术改造企业42家。", []),
        # 某市某局: the city is its own, the province is not
        ("2024年全市新增技术改造企业45家。", ["45家"]),
        ("我局推动全省新增技术改造企业45家。", ["45家"]),
        ("2024年全省新增技术改造企业4500家。", []),
        ("全国新增技术改造企业4.5万家。", []),
        ("技术改造投资5.3亿元。", ["5.3亿元"]),
        ("技术改造投资5.2亿元。", []),
        ("技术改造投资5亿元。", []),
        ("技术改造投资52000万元。", []),
        ("技术改造投资51999万元。", ["51999万元"]),
        ("三公经费实际支出85000元。", []),
        ("三公经费实际支出85001元。", ["85001元"]),
        ("2024年新增技术改造企业45家。", ["45家"]),
    ],
)
def test_a_figure_of_a_known_thing_is_compared_with_what_is_stated_of_it(
    checked: Checked, said: str, figures: list[str]
) -> None:
    assert differing(checked(f"年度工作: [{said}]")) == figures


@pytest.mark.parametrize(
    "said",
    [
        "新增技术改造企业约45家。",
        "新增技术改造企业近45家。",
        "新增技术改造企业超过45家。",
        "新增技术改造企业45家以上。",
        "新增技术改造企业45多家。",
        "新增技术改造企业45余家。",
        "新增技术改造企业，其中大型的45家。",
        "计划新增技术改造企业45家。",
        "预计新增技术改造企业45家。",
        "力争新增技术改造企业45家。",
        "上年新增技术改造企业45家。",
        "2023年新增技术改造企业45家。",
        "2023年，新增技术改造企业45家。",
        "技术改造企业比上年增加45家。",
        "技术改造投资增长3亿元。",
        "技术改造投资额节约3亿元。",
        "技术改造企业占全部企业的45%。",
        "印发《关于新增技术改造企业45家的通知》。",
        "第45家技术改造企业投产。",
        "技术改造企业40-45家。",
        "技术改造企业45户次。",
        "技术改造企业45只猫。",
        "技术改造企业4,5家。",
        "改造45家。",
        "新增企业45家。",
        "培训覆盖了45家单位。",
        "市级新增技术改造企业12家。",
        "省财政下达技术改造投资3亿元。",
        "{{ 绩效目标[2].完成 }}技术改造企业投产。",
    ],
)
def test_what_may_be_something_else_is_left_alone(checked: Checked, said: str) -> None:
    assert differing(checked(f'年度工作: ["{said}"]')) == []


@pytest.mark.parametrize("place", ["下年计划", "绩效目标[2].原因"])
def test_plans_and_the_row_itself_are_left_alone(checked: Checked, place: str) -> None:
    assert differing(checked(f"{place}: 新增技术改造企业45家。")) == []


def test_the_finding_names_both_places(checked: Checked) -> None:
    (finding,) = [f for f in checked("年度工作: [全年新增技术改造企业45家。]") if f.code == "JX422"]
    assert finding.message.startswith("文字「全年新增技术改造企业45家」写的是 45家，「新增技术改造企业数量」填的是 ")
    assert "目标40家、完成42家（绩效目标[2]，第 " in finding.message
    assert "{{ 绩效目标[2].完成 }}" in finding.hint


def test_a_long_clause_is_shown_up_to_its_figure(checked: Checked) -> None:
    said = "经过一年来全体干部职工的共同努力和有关部门的大力支持新增技术改造企业45家并带动了上下游企业共同发展壮大"
    (finding,) = [f for f in checked(f"年度工作: [{said}。]") if f.code == "JX422"]
    shown = finding.message.partition("「")[2].partition("」")[0]
    assert shown.endswith("新增技术改造企业45家")
    assert len(shown) == 30


def test_two_things_of_one_name_are_not_told_apart(checked: Checked) -> None:
    twice = "绩效目标[1]: {项目: 公共服务提升, 指标: 新增技术改造企业数量, 目标: 5家, 完成: 5家}\n"
    assert differing(checked(f"{twice}年度工作: [全年新增技术改造企业45家。]")) == []


def test_two_rows_that_say_the_same_are_one_thing(checked: Checked) -> None:
    twice = "绩效目标[1]: {项目: 公共服务提升, 指标: 新增技术改造企业数量, 目标: 40家, 完成: 42家}\n"
    assert len(differing(checked(f"{twice}年度工作: [全年新增技术改造企业45家。]"))) == 1


def test_a_bound_in_the_table_agrees_with_what_lies_in_it(checked: Checked) -> None:
    bound = "绩效目标[2]: {项目: 企业技术改造, 指标: 新增技术改造企业数量, 目标: ≥40家, 完成: ≥44家}\n"
    (finding,) = [f for f in checked(f"{bound}年度工作: [全年新增技术改造企业45家。]") if f.code == "JX433"]
    assert "（文字里有「全年新增技术改造企业45家」，见 年度工作[1]）" in finding.hint
    assert differing(checked(f"{bound}年度工作: [全年新增技术改造企业45家。]")) == []
    assert differing(checked(f"{bound}年度工作: [全年新增技术改造企业39家。]")) == ["39家"]


def test_a_rougher_figure_in_the_table_agrees_with_a_finer_one_in_a_text(checked: Checked) -> None:
    rough = "绩效目标[3].完成: 5.2亿元\n"
    assert differing(checked(f"{rough}年度工作: [技术改造投资5.23亿元。]")) == []
    assert differing(checked(f"{rough}年度工作: [技术改造投资5.26亿元。]")) == ["5.26亿元"]


@pytest.mark.parametrize(
    ("first", "second", "figures"),
    [
        ("规上工业增加值120.5亿元", "全年规上工业增加值为125亿元", ["125亿元"]),
        ("规上工业增加值120.5亿元", "全年规上工业增加值达到120.50亿元", []),
        ("规上工业增加值120.5亿元", "全年规上工业增加值为12.05万元", ["12.05万元"]),
        ("规上工业增加值120.5亿元", "规上工业增加值125家", []),
        ("增加值同比增长5%", "增加值同比增长6%", []),
        ("相当于全市规上增加值的5%", "相当于全市规上增加值的6%", []),
        ("增加值5亿元", "增加值6亿元", []),
        ("上年规上工业增加值5亿元", "规上工业增加值6亿元", []),
        ("甲、规上工业增加值5亿元", "乙、规上工业增加值6亿元", []),
    ],
)
def test_two_texts_are_compared_where_they_say_the_very_same_words(
    checked: Checked, first: str, second: str, figures: list[str]
) -> None:
    assert differing(checked(f"概况: {first}。\n年度工作: [{second}。]"), "JX423") == figures


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("年度重点工作任务3项，已完成2项", []),
        ("年度重点工作任务共3项，完成2项", []),
        ("年度重点工作任务共三项，完成两项", []),
        ("年度重点工作任务4项，已完成2项", ["4"]),
        ("年度重点工作任务4项，全部完成4项", ["4", "4"]),
        ("年度重点工作任务三项，完成三项", ["三"]),
        ("本局承担任务5项，完成5项", []),
        ("绩效目标共5个，完成5个", ["5"]),
        ("年度重点工作任务千千项，完成两项", []),
    ],
)
def test_counts_are_those_of_the_list_that_is_named(checked: Checked, said: str, found: list[str]) -> None:
    assert differing(checked(f"概况: {said}。"), "JX424") == found


def test_a_figure_in_a_comment_is_not_said(checked: Checked) -> None:
    assert [
        f for f in checked("年度工作: ['全年完成技术改造。{# 原稿：新增技术改造企业45家 #}']") if f.code == "JX422"
    ] == []


def test_emphasised_words_are_read_as_plain_ones_and_marked_where_they_stand(checked: Checked) -> None:
    (found,) = [f for f in checked("年度工作: ['全年**新增技术改造**企业**45家。**']") if f.code == "JX422"]
    assert marked(found) == "45家"
    assert "*" not in found.message


@pytest.mark.parametrize(
    ("said", "figures"),
    [
        ("全年检查1,286家，发现隐患820处，整改790处，整改率93.6%。", ["93.6%"]),
        ("全年检查1,286家，发现隐患820处，整改790处，整改率96.3%。", []),
        ("计划除治3.6万株，实际除治3.3万株，完成917%。", ["917%"]),
        ("完成年计划4,200人的140%，实际服务4,368人。", []),
        ("服务4,368人，完成年计划4,200人的140%。", ["140%"]),
        ("当年归集额48.32亿元，提取33.18亿元，占当年归集额的86.7%。", ["86.7%"]),
        ("培训278人次，其中女性119人次，占48.2%。", ["48.2%"]),
        ("培训278人次，其中女性119人次，占42.8%，比上年提高1.5个百分点。", []),
        ("培训5,860人次，比上年的5,120人次增加704人次，增长14.5%。", ["704人次"]),
        ("培训5,860人次，比上年的5,120人次增加740人次，下降14.5%。", ["14.5%"]),
        ("培训5,860人次，比上年的5,120人次增加740人次，增长14.5%。", []),
        ("2023年培训5,120人次，2024年培训5,860人次，增长14.5%。", []),
        ("2023年培训5,120人次，2024年培训5,860人次，增长41.5%。", ["41.5%"]),
        ("事故167起、死亡36人，与上年的182起、39人相比，分别下降8.2%和7.7%。", []),
        ("事故167起、死亡36人，与上年的182起、39人相比，分别下降8.2%和17.7%。", ["17.7%"]),
        ("收入792.22万元，同比上年度增加189.25万元，增加31.39%。", []),
        ("收入792.22万元，同比上年度增加189.25万元，增加13.39%。", ["13.39%"]),
        ("在职120人，退休30人，比上年增加2人，增长1.7%。", []),
        ("覆盖率由78%提高到82%，提高4%。", ["4%"]),
        ("安排500万元，支出{{ 三公经费.实际 }}，比上年的400万元增加50万元，增长5%。", []),
        ("{{ 年度 }}年培训5,860人次，比上年的5,120人次增加704人次。", ["704人次"]),
        ("覆盖率由78%提高到82%，提高4个百分点。", []),
        ("覆盖率由87%提高到82%。", ["82%"]),
        ("每个成本1.2万元，低于预算的1.1万元。", ["1.1万元"]),
        ("逾期率0.21‰，低于全省0.3‰的平均水平。", []),
        ("进学校48场、进企业56场、进社区58场，三类合计126场。", ["126场"]),
        ("进学校48场、进企业56场、进社区58场，三类合计162场。", []),
        ("总投资263万元，其中财政120万元、自筹30万元、社会资本131万元。", ["263万元"]),
        ("办理案件4,836件，增长7.4%，其中民事2,913件、刑事189件、行政27件。", ["4,836件"]),
        ("办理案件4,836件，增长7.4%，其中民事2,913件、刑事896件。", []),
        ("立项课题23项（省级7项、市级61项）。", ["23项"]),
        ("服务4,368名残疾人，完成年计划4,200人的140%。", ["140%"]),
        ("追回346.5万元，罚款528万元，两项合计399.3万元。", ["399.3万元"]),
        ("参保46.82万人，参保率96.1%，其中职工5.34万人、居民4148万人。", ["46.82万人"]),
        ("标准由350元提高到830元，增加30元，增幅8.6%。", ["30元", "8.6%"]),
        ("对15个乡镇280户的问卷调查，收回有效问卷271份，有效率96.8%。", []),
        ("应参保12.6万人，新增参保1.1万人，参保率96%。", []),
        ("2023年120件，2024年比2023年多15件，增长12.5%。", []),
        ("改造130户，其中安装扶手112户、改造卫生间74户、坡化地面53户。", []),
        ("党员1,286名，其中女党员412名、35岁以下926名。", []),
        ("存款562亿元，比年初增加30亿元，同比增长8%。", []),
        ("存款562亿元，比年初的532亿元增长5.6%，同比增长8%。", []),
        ("规上工业增加值271.22亿元，比上年的227.94亿元增长10.8%。", []),
        ("受理诉求709件，办结700件，按时办结率100%。", []),
        ("安排预算500万元，首付款为合同价1,200万元的30%。", []),
        ("每户补助1,200元，增加200元，高于全省的1,100元。", []),
        ("全省排名从8位上升到5位。", []),
        ("男40人、女33人，其中党员30人，共73人。", []),
        ("每校13人、每校12人，共125人。", []),
        ("设备费约100万元、安装费82万元、监理费70万元，三项合计252万元。", []),
        ("企业200家，其中规上企业120家、高新技术企业90家。", []),
        ("检查企业120家（不含个体户80家、合作社30家）。", []),
        ("在职人员55人，其中行政编制13人、事业编制11人，退休人员32人。", []),
        ("一期投资1,200万元，二期投资800万元，占总投资的60%和40%。", []),
        ("监测户86户260人，消除风险72户218人，消除率83.7%。", []),
        ("存款562亿元，比年初增加30亿元，增长6.5%。", ["6.5%"]),
        ("税收8.2亿元，比上年的7.6亿元增加0.6亿元，同比增长9.7%。", ["9.7%"]),
        ("男40人、女33人，其中党员30人，共37人。", ["37人"]),
        ("收入1,200万元，其中财政拨款1,100万元，其他收入200万元，比上年增加200万元，增长20%。", ["1,200万元"]),
        ("收入1,200万元，其中财政拨款1,100万元，其他收入100万元，比上年增加200万元，增长20%。", []),
        ("年初结转36.5万元，收入1,840万元，支出1,794万元，年末结转82.5万元，执行率95.6%。", []),
    ],
)
def test_a_figure_that_its_sentence_tells_is_computed(checked: Checked, said: str, figures: list[str]) -> None:
    assert differing(checked(f'年度工作: ["{said}"]'), "JX410") == figures


def test_a_long_sentence_is_quoted_from_the_beginning_of_a_clause(checked: Checked) -> None:
    before = "全年组织巡回宣讲、送课下乡和集中培训等各类活动，覆盖全部乡镇、街道和社区，社会反响良好"
    found = checked(f'年度工作: ["{before}，下达资金1,250万元，到位1,000万元，到位率90%。"]')
    (message,) = [one.message for one in found if one.code == "JX410"]
    assert message.startswith("「覆盖全部乡镇、街道和社区，社会反响良好，下达资金")


@pytest.mark.parametrize(
    ("said", "years"),
    [
        ("2023年全市新增技术改造企业42家。", ["2023"]),
        ("2023年，本部门完成各项任务。", ["2023"]),
        ("2023年全市新增技术改造企业38家，2024年42家。", []),
        ("2023年全市新增技术改造企业38家，比上年多2家。", []),
        ("2023年印发的办法继续有效。", []),
        ("截至2023年底累计改造120家。", []),
    ],
)
def test_last_year_at_the_head_of_a_text_may_be_left_over(checked: Checked, said: str, years: list[str]) -> None:
    assert differing(checked(f'年度工作: ["{said}"]'), "JX457") == years


def test_amounts_of_one_row_with_the_same_digits_are_not_a_hundredfold_apart(checked: Checked) -> None:
    found = checked("三公经费: {预算: 12.34 万元, 实际: 1234.00 元}")
    assert differing(found, "JX484") == ["1234.00 元"]
