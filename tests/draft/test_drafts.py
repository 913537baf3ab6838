"""What a draft says where something is missing or wrong."""

from __future__ import annotations

import pytest

from generator.base.diagnostics import FileProblem, Refused
from generator.pipeline import publish
from generator.workflows.draft import prepare_draft, print_draft
from tests.draft.conftest import INPUT, Bureau


def test_a_complete_input_has_no_placeholder_and_is_a_draft_all_the_same(bureau: Bureau) -> None:
    draft = bureau.draft()
    assert draft.highlighted == []
    assert draft.path.name == "2021年报告（草稿）.docx"
    assert [about for about, _ in draft.comments] == ["某局2021年自评报告"]
    assert draft.comments[0][1] == "这是草稿。没有发现问题。"
    assert "得10分（100%），为差。" in draft.lines


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("名称: 某局", "备注: 无", "【待填：部门名称】2021年自评报告"),
        ("支出: 7600.00 万元", "支出:", "收入8000.00万元，支出【待填：支出决算数】元，结余【待算：结余】。"),
        ("人数: 48 名", "", "编制【待填：人数】名，另有【待填：人数】，合【待填：人数】；二〇二二年五月一日。"),
        ("日期: 2022-05-01", "日期: 五月", "编制四十八名，另有49，合48；【待填：填报日期】。"),
        ("48 名", "48 台", "编制【待填：人数】名，另有【待填：人数】，合【待填：人数】；二〇二二年五月一日。"),
        (INPUT[INPUT.index("职责:") : INPUT.index("项目:")], "", "【待填：主要职责】"),
        ("金额: 10.00 万元", "金额: \"\"", "甲项目|【待填：项目金额】|升3%|【待算：占比】"),
        ("金额: 10.00 万元", "金额: 很多", "甲项目|【待填：项目金额】|升3%|【待算：占比】"),
    ],
)  # fmt: skip
def test_what_is_missing_or_cannot_be_used_is_to_be_filled_in(bureau: Bureau, old: str, new: str, line: str) -> None:
    draft = bureau.draft((old, new))
    assert line in (draft.rows if "|" in line else draft.lines)
    missing = [piece for piece in draft.highlighted if piece.startswith("【待填")]
    assert missing[0] in line
    assert any(about == missing[0] and said.startswith("错误 JX2") for about, said in draft.comments)


def test_a_table_without_rows_has_one_of_placeholders(bureau: Bureau) -> None:
    draft = bureau.draft((INPUT[INPUT.index("项目:") : INPUT.index("指标:")], ""))
    assert draft.rows[1:] == ["【待填：项目名称】|【待填：项目金额】|升【待填：项目增减】|【待算：占比】"]
    assert "共【待算：项目数】个项目，支出率95%。" in draft.lines


def test_a_group_that_is_absent_shows_its_members(bureau: Bureau) -> None:
    draft = bureau.draft((INPUT[INPUT.index("收支:") : INPUT.index("人数:")], ""))
    assert "收入【待填：收入决算数】万元，支出【待填：支出决算数】元，结余【待算：结余】。" in draft.lines
    assert "一是起草规章，年支出【待填：支出决算数】万元。" in draft.lines


def test_what_may_be_left_out_stays_blank(bureau: Bureau) -> None:
    assert "完" in bureau.draft().lines


def test_a_group_that_may_be_left_out_but_was_begun_is_to_be_finished(bureau: Bureau) -> None:
    draft = bureau.draft(("人数: 48 名", "人数: 48 名\n捐赠: {来源: 某公司}"))
    assert "捐赠【待填：捐赠金额】某公司完" in draft.lines


def test_an_optional_number_that_a_layout_counts_on_gets_a_placeholder_after_all(bureau: Bureau) -> None:
    draft = bureau.draft((", 增减: 3%", ""))
    assert draft.rows[1] == "甲项目|10.00|升【待填：项目增减】|0.13%"


def test_a_divisor_that_is_nought_leaves_the_scores_open(bureau: Bureau) -> None:
    draft = bureau.draft(("收入: 8000.00 万元", "收入: 0.00 万元"))
    assert "共2个项目，支出率【待算：支出率】。" in draft.lines
    assert "支出：【待算：得分】（【待算：得分率】）决算表" in draft.lines
    assert "支出率=【待算：算式】=【待算：支出】【待定】90%。得【待算：得分】分。" in draft.lines
    assert "管理：4（100%）制度" in draft.lines
    assert "得【待算：总分】分（【待算：得分率】），为【待算：等级】。" in draft.lines
    assert [code for code, _ in draft.codes] == ["JX307"]
    assert (draft.comments[1][0], draft.comments[1][1][:8]) == ("【待算：支出率】", "错误 JX307")


def test_what_a_person_has_to_judge_is_to_be_filled_in(bureau: Bureau) -> None:
    draft = bureau.draft(("自评分: 4, 佐证: [制度]", ""), ("{结论: 符合}", "{说明: 按时公开}"))
    assert "管理：【待填：自评分】（【待算：得分率】）【待填：佐证】" in draft.lines
    assert "公开：【待算：得分】（【待算：得分率】）" in draft.lines
    assert ("【待填：自评分】", "错误 JX221") in [(about, said[:8]) for about, said in draft.comments]


def test_an_unknown_rating_leaves_the_total_alone(bureau: Bureau) -> None:
    manifest = bureau.folder / "templates" / "小" / "template.yaml"
    manifest.write_text(manifest.read_text("utf-8").replace("- {名称: 差, 条件: 总分 < 90}\n", ""), "utf-8")
    draft = bureau.draft()
    assert "得10分（100%），为【待算：等级】。" in draft.lines


def test_a_text_with_a_bad_reference_stays_as_typed(bureau: Bureau) -> None:
    draft = bureau.draft(("{{ 收支.支出 | 万元 }}", "{{ 收支.开支 | 万元 }}"))
    assert "一是起草规章，年支出{{ 收支.开支 | 万元 }}万元。" in draft.lines
    assert draft.comments[1][0].startswith("一是起草规章")
    assert "JX403" in draft.comments[1][1]


def test_checks_look_at_what_is_known(bureau: Bureau) -> None:
    draft = bureau.draft(
        ("自评分: 4", "自评分: 3"), ("{结论: 符合}", "{说明: 按时公开}"), ("二是指导行业。", "二是指导行业;好。")
    )
    codes = [code for code, _ in draft.codes]
    assert "JX222" in codes
    assert any(code.startswith("JX4") for code in codes)


def test_what_only_follows_from_a_gap_is_not_told(bureau: Bureau) -> None:
    draft = bureau.draft(("支出: 7600.00 万元", "支出:"))
    assert [code for code, _ in draft.codes] == ["JX202"]


def test_a_score_above_its_weight_is_still_to_be_given(bureau: Bureau) -> None:
    draft = bureau.draft(("自评分: 4", "自评分: 987654"))
    assert [code for code, _ in draft.codes] == ["JX219"]
    assert any("【待填：自评分】" in line or "【待算：" in line for line in draft.lines)
    assert not any("987654" in line for line in draft.lines)


@pytest.mark.parametrize(
    ("text", "code"),
    [("- 甲\n", "JX121"), ("模板: [", "JX124"), ("模板: 没有\n", "JX701"), ("年度: 2021\n", "JX702")],
)
def test_what_cannot_be_read_or_has_no_template_is_refused(bureau: Bureau, text: str, code: str) -> None:
    file = bureau.folder / "坏.yaml"
    file.write_text(text, "utf-8")
    with pytest.raises((Refused, FileProblem)) as refused:
        publish(prepare_draft(file, bureau.folder / "outputs"))
    assert not (bureau.folder / "outputs").exists()
    assert refused.value.findings[0].code == code


def test_the_same_input_gives_the_same_bytes(bureau: Bureau) -> None:
    draft = bureau.draft(("人数: 48 名", ""))
    assert print_draft(draft.rendered.assessment) == draft.path.read_bytes()
