"""What reviewers found in one filing is told at its rows; honest filings of ten bureaus get none of it."""

from __future__ import annotations

from pathlib import Path

import pytest

import generator
from tests.changed_input import findings_of, tree
from tests.checks import honest
from tests.small_template import small, underlined

INPUTS = Path(__file__).parents[2] / "inputs"
SPENT = "全年执行数: {0} 万元\n  其中财政拨款: {0} 万元"
ALIKE_PEOPLE = ("农户", "居民", "学生", "老年人", "残疾人", "企业", "游客", "职工", "村组")
VISITS = "接待人次{}, 年度指标值: ≥18万人次, 实际完成值: 19.6万人次"
FAULTS = (
    # 0.1 % of the money spent with all output delivered
    (SPENT.format("35.40"), SPENT.format("0.04"), "JX448", "0.04 万元"),
    (
        "新创小戏, 年度指标值: ≥2个, 实际完成值: 2个",
        "资金支付率, 年度指标值: ≥95%, 实际完成值: 95%",
        "JX444",
        "资金支付率",
    ),
    (
        "每场演出成本, 年度指标值: ≤6000元, 实际完成值: 5900元",
        "每场演出成本, 年度指标值: ≥6000元, 实际完成值: 6000元",
        "JX442",
        "≥6000元",
    ),
    ("偏差原因: 两名学员外出务工退出培训，2025年补招。", "偏差原因: 差异较大", "JX471", "差异较大"),
    # one indicator three times
    ("新增读者证, 年度指标值: ≥1500张, 实际完成值: 1640张", VISITS.format(""), "JX445", "接待人次"),
    ("志愿服务队伍, 年度指标值: ≥10支, 实际完成值: 11支", VISITS.format("数"), "JX445", "接待人次数"),
    (
        "读者和观众满意度, 年度指标值: ≥90%, 实际完成值: 95.2%",
        "读者和观众满意度, 年度指标值: ≥90%, 实际完成值: 120%",
        "JX446",
        "120%",
    ),
    ("佐证: [满意度调查报告]", "佐证: [没有收到投诉的说明]", "JX473", "93.4%"),
    ("减少一次县外交流赛。", "减少一次县外交流赛，已于2025年9月公告。", "JX455", "2025"),
    ("取消一次境外参展。", "取消一次境外参展，截至2025年底没有再办。", "JX455", "2025"),
    ("参加2.3万人次。", "参加2.3万人次，办于2024年11月至2023年4月。", "JX496", "2024年11月至2023年4月"),
    ("实际完成值: 明显提升", "实际完成值: 没有明显提升", "JX488", "达成预期指标 95%"),
    ("实际完成值: 有所提升", "实际完成值: 未开展", "JX488", "达成预期指标 90%"),
    ("简称: 云溪县文广旅体局", "简称: 石城县民政局", "JX479", "石城县民政局"),
    # digits of figures beside their rows: swapped, doubled, with another unit, and in the plan
    ("放映1212场，覆盖", "放映1221场，覆盖", "JX495", "1221场"),
    ("接待19.6万人次，举办", "接待196万人次，举办", "JX422", "196万人次"),
    ("≤520万元, 实际完成值: 438.2万元", "≤520万元, 实际完成值: 483.2万元", "JX495", "483.2万元"),
    ("没有按期完工。", "没有按期完工。全年支出2352.35万元。", "JX495", "2352.35万元"),
    ("没有按期完工。", "没有按期完工。各项绩效指标全部完成。", "JX424", "各项绩效指标全部完成"),
    ("覆盖14个乡镇。", "覆盖14个乡镇，各项指标均达到预期目标。", "JX424", "各项指标均达到预期目标"),
    ("文物建筑的修缮，其余", "文物建筑的修缮，年末无结转，其余", "JX422", "年末无结转"),
    ("举办全民健身活动12次，", "举办全民健身活动21次，", "JX422", "21次"),
    ("完成情况: 惠民", "完成情况: 青石县文化广电旅游体育局认真落实任务。惠民", "JX479", "青石县文化广电旅游体育局"),
    ("完成情况: 全年放映", "完成情况: 青石县交通运输局积极筹备。全年放映", "JX479", "青石县交通运输局"),
    ("举办活动212场。", "举办活动212场。青石县民政局主要职责是救助老年人。", "JX479", "青石县民政局"),
    # figures behind just the name of a row of the same project, a month long past, what cannot be negative
    ("演出60场，新创小戏2个", "演出90场，新创小戏2个", "JX422", "90场"),
    ("举办推介会6场", "举办推介会7场", "JX422", "7场"),
    ("举办活动13次", "举办活动14次", "JX422", "14次"),
    ("公益电影放映监管平台统计表", "青石县公益电影放映监管平台统计表", "JX479", "青石县"),
    ("覆盖120个行政村，任务", "覆盖102个行政村，任务", "JX422", "102个"),
    ("群众满意度不低于90%", "群众满意度不低于80%", "JX422", "80%"),
    ("其余3处2025年6月底前", "其余3处2015年6月底前", "JX455", "2015"),
    ("≤24小时, 实际完成值: 6小时", "≤24小时, 实际完成值: -6小时", "JX446", "-6小时"),
    (
        "其余3处完成主体木构，没有通过竣工验收。",
        "2024年8月7日通过竣工验收，2024年10月16日完工。",
        "JX477",
        "2024年8月7日通过竣工验收",
    ),
)
ALIKE = "".join(
    f"- {{一级指标: 效益指标, 二级指标: 社会效益指标, 三级指标: {name}受益情况, "
    f"年度指标值: ≥95%, 实际完成值: 95%, 分值: 1, 佐证: [表]}}\n"
    for name in ALIKE_PEOPLE
)
CODES = {code for *_, code, _ in FAULTS if code} | {"JX470", "JX443", "JX447", "JX449", "JX472", "JX478", "JX457"}


def test_every_fault_is_told_at_its_row(tmp_path: Path) -> None:
    text = (INPUTS / "tongyong-whlj-2024.yaml").read_text("utf-8")
    text = text.replace(
        "旅游接待人次增长率, 年度指标值: ≥8%, 实际完成值: 12.8%, 分值: 8",
        "旅游收入增长率, 年度指标值: ≥8%, 实际完成值: 9%, 分值: 1",
    )
    text = text.replace(
        "人数, 年度指标值: ≥20人, 实际完成值: 22人, 分值: 6", "人数, 年度指标值: ≥20人, 实际完成值: 22人, 分值: 4"
    )
    text = text.replace(
        "- {一级指标: 效益指标, 二级指标: 生态效益", f"{ALIKE}- {{一级指标: 效益指标, 二级指标: 生态效益"
    )
    for old, new, *_ in FAULTS:
        assert old in text
        text = text.replace(old, new, 1)
    file = tmp_path / "有问题的.yaml"
    file.write_text(text, "utf-8")
    found = [(one.code, underlined(one)) for one in generator.check(file, templates=INPUTS.parent / "templates")]
    assert {(code, said) for *_, code, said in FAULTS if code} <= set(found)
    assert ("JX470", "≥95%") in found


@pytest.mark.parametrize(
    ("file", "name", "changes"),
    [
        pytest.param(file, name, changes, id=name)
        for file, bureaus in (
            ("tongyong-whlj-2024.yaml", honest.tongyong()),
            ("meizhou-gxj-2021.yaml", honest.MEIZHOU),
            ("hunan-slj-2024.yaml", honest.HUNAN),
        )
        for name, changes in bureaus
    ],
)
def test_honest_filings_get_none_of_it(file: str, name: str, changes: str, tmp_path: Path) -> None:
    (tmp_path / "templates").symlink_to(INPUTS.parent / "templates")
    filing = tmp_path / file
    filing.write_text(
        (INPUTS / file).read_text("utf-8").replace("梅州市工业和信息化局", name).replace("梅州市工信局", name), "utf-8"
    )
    found = findings_of(filing, tree(changes), tmp_path / "改过的.yaml")
    assert not [one.message for one in found if one.severity == "error"]
    assert not [(one.code, one.message) for one in found if one.code in CODES]


@pytest.mark.parametrize(
    ("file", "changes", "told"),
    [
        # The field says why the budget was changed too, which another check asks for.
        (
            "tongyong-whlj-2024.yaml",
            "项目支出.全年预算数: 1012.60 万元\n执行率说明: 年中压减一般性支出，收回的资金由财政统筹。",
            [],
        ),
        ("meizhou-gxj-2021.yaml", "指标.预算编制合理性.原因: 项目库管理不细。", [("JX491", "项目库管理不细。")]),
    ],
)
def test_a_reason_beside_full_marks(file: str, changes: str, told: list[tuple[str, str]], tmp_path: Path) -> None:
    (tmp_path / "templates").symlink_to(INPUTS.parent / "templates")
    (tmp_path / file).write_text((INPUTS / file).read_text("utf-8"), "utf-8")
    path = tmp_path / "改过的.yaml"
    found = findings_of(tmp_path / file, tree(changes), path)
    assert [(one.code, underlined(one).strip('"')) for one in found if one.code == "JX491"] == told


@pytest.mark.parametrize(
    ("level", "name", "target", "actual"),
    [
        ("质量指标", "校园安全事故次数", "0次", "0次"),
        ("成本指标", "补助标准执行率", "100%", "100%"),
        ("时效指标", "待遇发放时间", "每月15日前", "每月10日前"),
    ],
)
def test_ordinary_indicators_are_not_objected_to(
    level: str, name: str, target: str, actual: str, tmp_path: Path
) -> None:
    row = {"二级指标": level, "三级指标": name, "年度指标值": target, "实际完成值": actual}
    changes = "".join(f'"指标表[6].{column}": "{text}"\n' for column, text in row.items())
    found = findings_of(INPUTS / "tongyong-whlj-2024.yaml", tree(changes), tmp_path / "改.yaml")
    assert not [(one.code, one.message) for one in found if one.path.startswith("指标表[6]")]


def test_without_a_budget_no_rate_is_said_to_be_low(tmp_path: Path) -> None:
    changes = tree('{"项目[1].全年预算数": 0.00 万元, "项目[1].执行说明": 预算年中全部收回。}')
    found = findings_of(INPUTS / "tongyong-whlj-2024.yaml", changes, tmp_path / "改.yaml")
    assert found
    assert "JX448" not in {finding.code for finding in found}


def test_a_weight_with_more_places_than_scores_have_is_told_at_the_weight(tmp_path: Path) -> None:
    changes = tree('{"项目[1].指标表[1].分值": "12.333", "项目[1].指标表[2].分值": "9.667"}')
    found = findings_of(INPUTS / "tongyong-whlj-2024.yaml", changes, tmp_path / "改.yaml")
    assert [(one.code, one.path, underlined(one), one.hint) for one in found if one.severity == "error"] == [
        ("JX314", "项目[1].指标表[1].分值", '"12.333"', "分值最多写 2 位小数。"),
        ("JX314", "项目[1].指标表[2].分值", '"9.667"', "分值最多写 2 位小数。"),
    ]


TRUE_OF_A_COUNTY = (
    ("预期目标: 完成公益电影", "预期目标: 全市放映农村公益电影15000场，全省文物普查登记点数4.2万处。完成公益电影"),
    ("预期目标: 完成公益电影", "预期目标: 新增乡村文艺队伍6支，改造固定放映点3个。完成公益电影"),
    ("新创小戏2个，覆盖14个乡镇", "新创小戏2个，未成年人观众0.6万人次，省外观众人次0.3万人次"),
    ("投放宣传片14个月次，", "省外游客满意度93%，"),
    ("演出60场，", "演出60场，其中校园演出12场，"),
    ("全年放映1212场，", "全年放映1212场，流动放映300场，为部队放映6场，"),
    ("演出60场，新创小戏2个", "惠民演出45场、校园演出15场，新增演出点2个"),
    ("群众满意度93.4%；", "群众满意度93.4%，对场馆环境的满意度94.3%；"),
    ("演出60场，新创", "全县演出142场，本项目演出60场，新创"),
    ("三馆免费开放，接待", "三馆免费开放，读者满意度95.8%，接待"),
    ("接待19.6万人次，举办", "图书馆接待9.1万人次，文化馆接待5.2万人次，博物馆接待5.3万人次，举办"),
    ("三级指标: 参观群众满意度", "三级指标: 群众满意度"),
    ("完成5处文物建筑的修缮，", "工程满意度调查中群众满意度91%，完成5处文物建筑的修缮，"),
    ("覆盖120个行政村，任务", "固定放映点由12个增加到15个，暑期观影0.7万人次，任务"),
    ("旅游接待人次增长12.8%，群众", "旅游接待人次增长12.8%，旅游收入增长18.2%，群众"),
    ("停工62天，工程没有完工，", "停工62天，合同金额483.20万元，支付438.20万元，工程没有完工，"),
    ("完成5处文物", "工程总投资520万元，省级补助300万元，完成5处文物"),
    ("演出60场，新创", "市级惠民演出12场，全年演出60场，新创"),
    ("完成5处文物", "省文物局下达革命旧址群修缮资金300万元，完成5处文物"),
    ("公益电影放映监管平台统计表", "旅游强县建设方案"),
    ("公益电影放映监管平台统计表", "省级文明县复评材料"),
    ("公益电影放映监管平台统计表", "云溪县公益电影统计表"),
    ("公益电影放映监管平台统计表", "报送县政府的放映情况"),
    ("公益电影放映监管平台统计表", "脱贫县统筹整合资金方案"),
    ("惠民文化任务全部完成", "惠民文化任务全部完成，全年接待游客86.3万人次"),
    ("惠民文化任务全部完成", "除革命旧址群修缮外，各项绩效指标全部完成"),
    ("惠民文化任务全部完成", "各项指标均已完成，唯文化骨干培训合格率低于目标"),
    ("惠民文化任务全部完成", "2023年各项绩效指标均已完成"),
    ("惠民文化任务全部完成", "16项指标均已完成"),
    ("惠民文化任务全部完成", "各项指标可衡量，无偏差情况，惠民文化任务全部完成"),
    ("惠民文化任务全部完成", "就诊率91%，比目标高6个百分点"),
    ("惠民文化任务全部完成", "支出24万元，占预算的80%"),
    ("文物建筑的修缮，其余", "文物建筑的修缮，没有结余资金，其余"),
    ("文物建筑的修缮，其余", "文物建筑的修缮，2023年末无结转，其余"),
    ("全年放映1212场，", "本项目各项指标均已完成，全年放映1212场，"),
    ("全年放映1212场，", "2023年完成设备采购，本年放映1212场，"),
    ("全年放映1212场，", "放映设备质保期截至2026年12月，全年放映1212场，"),
    ("公益电影放映监管平台统计表", "青石县对口帮扶协议"),
    ("公益电影放映监管平台统计表", "经费由县财政统筹的文件"),
    ("公益电影放映监管平台统计表", "项目按县政府会议纪要调整"),
    ("全年放映1212场", "2023年底建成的平台运行正常，全年放映1212场"),
    ("全年放映1212场", "2023年放映1186场，2024年放映1212场，增长2.2%"),
)


@pytest.mark.parametrize(("old", "new"), TRUE_OF_A_COUNTY)
def test_figures_about_something_else_are_left_alone(old: str, new: str, tmp_path: Path) -> None:
    text = (INPUTS / "tongyong-whlj-2024.yaml").read_text("utf-8")
    assert old in text
    file = tmp_path / "填报.yaml"
    file.write_text(text.replace(old, new), "utf-8")
    found = generator.check(file, templates=INPUTS.parent / "templates")
    assert [one for one in found if one.code in ("JX410", "JX422", "JX424", "JX455", "JX457", "JX479", "JX495")] == []


def test_a_plan_unlike_its_target_is_told(tmp_path: Path) -> None:
    text = (INPUTS / "tongyong-whlj-2024.yaml").read_text("utf-8")
    file = tmp_path / "填报.yaml"
    plan = "预期目标: 乡村文艺队伍达到150支，新增放映场次1500场。完成公益电影"
    file.write_text(text.replace("预期目标: 完成公益电影", plan), "utf-8")
    found = generator.check(file, templates=INPUTS.parent / "templates")
    assert [underlined(one) for one in found if one.code == "JX422"] == ["150支"]


REASON = "第三期培训与抗洪值守时间重合，部分学员缺考。"
OF_ITS_ROW: tuple[tuple[str, list[str]], ...] = (
    ("目标为96%以上，实际为90.5%，因抗洪值守缺考，2025年补考。", ["96%"]),
    ("目标95%，实际合格率92.5%，因抗洪值守缺考，2025年补考。", ["92.5%"]),
    ("比目标低3.5个百分点，因抗洪值守缺考，2025年补考。", ["3.5个百分点"]),
    ("只完成目标的90.5%，因抗洪值守缺考，2025年补考。", ["90.5%"]),
    ("目标95%，实际90.5%，差4.5个百分点，完成目标的95.3%，因抗洪值守缺考，2025年补考。", []),
    ("2023年目标93%，实际91.1%，2024年目标提高，又因抗洪值守缺考，2025年补考。", []),
    ("2025年目标调整为92%，因抗洪值守缺考，第三期合格率78.4%。", []),
    ("参考率比目标低6个百分点，影响合格率，因抗洪值守缺考，2025年补考。", []),
    ("合格率比目标低6个百分点，因抗洪值守缺考，2025年补考。", ["6个百分点"]),
    ("完成率90.5%，因抗洪值守缺考，2025年补考。", []),
    ("第三期合格率目标95%，实际82%，因抗洪值守缺考，2025年补考。", []),
    ("实际93%，扣除补考的，有效90.5%，因抗洪值守缺考，2025年补考。", []),
    ("实际参考率91%，计划培训200人，实际培训195人，因抗洪值守缺考，2025年补考。", []),
)


@pytest.mark.parametrize(("reason", "told"), OF_ITS_ROW)
def test_a_reason_is_held_against_the_target_and_the_actual_value_of_its_row(
    reason: str, told: list[str], tmp_path: Path
) -> None:
    text = (INPUTS / "tongyong-whlj-2024.yaml").read_text("utf-8")
    assert REASON in text
    file = tmp_path / "填报.yaml"
    file.write_text(text.replace(REASON, reason), "utf-8")
    found = generator.check(file, templates=INPUTS.parent / "templates")
    assert [underlined(one) for one in found if one.code == "JX410"] == told


SURGE = "新高铁站4月通车，带动省外客源，超出年初预计；"
CONTRARY = (
    (REASON, "已超额完成目标，培训质量好。", True),
    (REASON, "已按计划完成，无偏差。", True),
    (REASON, "前两期达到目标，第三期因抗洪缺考，没有完成。", False),
    (REASON, "抗洪值守占用培训时间，2025年完成目标。", False),
    (REASON, "目标设定偏高，主要参照已达到目标的城区学员。", False),
    (REASON, "高温天数超过预期，学员中暑缺考。", False),
    (REASON, "完成目标的95.3%，第三期与抗洪重合。", False),
    (REASON, "农村类按计划完成，城区类与抗洪重合。", False),
    (REASON, "培训合格率已达到目标。", True),
    (SURGE, "没有完成目标，因客源减少；", True),
    (SURGE, "两项推介未完成计划，客源靠高铁；", False),
    ("分值: 3, 佐证: [部门决算报表]", "分值: 3, 偏差原因: 两次公务接待取消，未完成计划, 佐证: [部门决算报表]", False),
    ("分值: 3, 佐证: [部门决算报表]", "分值: 3, 偏差原因: 没有达到目标，厉行节约, 佐证: [部门决算报表]", True),
    (SURGE, "除一季度未完成计划外，其余三季度均超额；", False),
    (SURGE, "年初没有达到目标，高铁站通车后增长快；", False),
)


@pytest.mark.parametrize(("old", "reason", "is_contrary"), CONTRARY)
def test_a_reason_that_says_the_opposite_of_its_row_is_told(
    old: str, reason: str, is_contrary: bool, tmp_path: Path
) -> None:
    text = (INPUTS / "tongyong-whlj-2024.yaml").read_text("utf-8")
    assert old in text
    file = tmp_path / "填报.yaml"
    file.write_text(text.replace(old, reason), "utf-8")
    found = generator.check(file, templates=INPUTS.parent / "templates")
    assert len([one for one in found if one.code == "JX422"]) == is_contrary


def test_a_project_of_which_each_unit_costs_something_else_is_told(tmp_path: Path) -> None:
    text = (INPUTS / "tongyong-whlj-2024.yaml").read_text("utf-8")
    file = tmp_path / "填报.yaml"
    file.write_text(
        text.replace("全年放映1212场，", "每场成本196元，每村放映10场，全年放映1212场，超计划放映22场，"), "utf-8"
    )
    found = generator.check(file, templates=INPUTS.parent / "templates")
    assert [underlined(one) for one in found if one.code in ("JX410", "JX422")] == ["196元", "22场"]


def test_a_reason_of_two_indicators_is_held_against_the_figures_of_both(tmp_path: Path) -> None:
    amount = "{类型: 金额, 标签: 数}"
    fields = f"甲: {{类型: 组, 标签: 甲, 字段: {{预算: {amount}, 支出: {amount}}}}}\n"
    fields += fields.replace("甲", "乙") + "理由: {类型: 文字, 标签: 理由}\n"
    indicators = "".join(
        f"- {{名称: {name}执行率, 分值: 5, 取值: {name}.支出 ÷ {name}.预算, 得分: 取值 × 分值, 原因: 理由}}\n"
        for name in "甲乙"
    )
    template = small(tmp_path, fields, indicators)
    figures = "甲: {预算: 520万元, 支出: 438.2万元}\n乙: {预算: 613万元, 支出: 571.9万元}\n理由: "
    for said in ("支付438.2万元，工期顺延。", "支付571.9万元，工期顺延。"):
        assert template.pointed(figures + said, "JX495") == []
    assert template.pointed(figures + "支付483.2万元，工期顺延。", "JX495") == [("483.2万元", "理由")]
    assert template.pointed(figures + "支付517.9万元，工期顺延。", "JX495") == [("517.9万元", "理由")]
