"""From an edited report back to the input: which facts change, and nothing else."""

from __future__ import annotations

import copy
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from generator.base.diagnostics import FileProblem, Refused, Span
from generator.word.read.lines import read_back
from generator.workflows.pull.align import Paragraph, Part
from generator.workflows.pull.observe import attribute
from generator.workflows.pull.plan import plan as plan_edits_of
from generator.workflows.pull.plan import write
from tests.provenance.conftest import stamped_as_before
from tests.pull.conftest import Edited, Office, text_of
from tests.word.conftest import W, package, paragraph, run

SPAN = Span("x")


def test_report_as_it_was_printed(office: Office) -> None:
    plan = office.plan()
    assert (plan.edits, plan.findings, plan.consequences, plan.remarks, plan.after) == ((), (), (), (), None)


class TestFigures:
    def test_edit_in_word(self, office: Office, edited: Edited) -> None:
        edited.as_word("8280.03", "8281.00")
        plan = office.plan(edited.save())
        assert office.changed_lines(plan) == [
            ('收支: {收入: 8280.03 万元, 支出: "7000.00万元"}', '收支: {收入: 8281.00 万元, 支出: "7000.00万元"}')
        ]
        (edit,) = plan.edits
        assert (edit.path, edit.label, edit.old, edit.new) == (
            "收支.收入",
            "收入决算数",
            "8280.03 万元",
            "8281.00 万元",
        )
        assert (edit.span.line, edit.span.column) == (7, 10)
        assert edit.places == ("第 3 段「本局2021年收入8281.00万元，人…」", "第 4 段「收入8281.00万元（即8280.03…」")

    def test_edit_of_the_text_alone_in_one_of_its_places(self, office: Office, edited: Edited) -> None:
        edited.as_text("8280.03", "8281.00", number=1)
        assert office.edits(office.plan(edited.save())) == [("收支.收入", "8280.03 万元", "8281.00 万元")]

    def test_same_fact_in_two_forms(self, office: Office, edited: Edited) -> None:
        edited.as_word("8280.03", "8281.00")
        edited.as_word("8280.03万元", "8281.00万元")
        assert office.edits(office.plan(edited.save())) == [("收支.收入", "8280.03 万元", "8281.00 万元")]

    @pytest.mark.parametrize(
        ("old", "new", "line"),
        [
            ("8280.03万元", "82810000 元", '收支: {收入: 82810000 元, 支出: "7000.00万元"}'),
            ("7000.00", "7,001.50", '收支: {收入: 8280.03 万元, 支出: "7,001.50万元"}'),
            ("48名", "49名", "人数: 49名"),
            ("48名", "49 名", "人数: 49名"),
            ("48名", "49", "人数: 49"),
            ("96.69%", "97.00%", "满意度: 97.00%"),
            ("96.69%", "97 %", "满意度: 97%"),
            ("74家", "75家", "规模: 75家"),
            ("2-3家", "3-4家", "目标: 3-4家"),
            ("2-3家", "不少于3家", "目标: 不少于3家"),
            ("2-3家", "2-3个", "目标: 2-3个"),
            ("74家", "74个", "规模: 74个"),
            ("机关", "事业", "性质: 事业"),
            ("2022年5月1日", "2022年6月12日", "日期: 2022-06-12"),
            ("2022年5月1日", "2022-06-02", "日期: 2022-06-02"),
            ("2022年5月1日", "２０２２年６月２日", "日期: 2022-06-02"),
            ("2021", "2022", "年度: 2022   # 报告年度"),
        ],
    )
    def test_every_kind(self, office: Office, edited: Edited, old: str, new: str, line: str) -> None:
        edited.as_word(old, new)
        assert line in [after for _, after in office.changed_lines(office.plan(edited.save()))]

    @pytest.mark.parametrize(
        ("old", "new", "said"),
        [
            ("8280.03", "约八千万", "约八千万"),
            ("8280.03", "-5", "-5 万元"),
            ("48名", "48.5名", "48.5名"),
            ("48名", "48台", "48台"),
            ("96.69%", "很满意", "很满意"),
            ("机关", "企业", "企业"),
            ("2022年5月1日", "2022年5月", "2022年5月"),
            ("2021", "今年", "今年"),
        ],
    )
    def test_what_does_not_parse(self, office: Office, edited: Edited, old: str, new: str, said: str) -> None:
        edited.as_word(old, new)
        plan = office.plan(edited.save())
        assert (plan.edits, plan.after) == ((), None)
        (finding,) = plan.findings
        assert finding.code == "JX857"
        assert f"改成「{new}」" in finding.message
        assert said in finding.message
        assert finding.hint

    def test_two_forms_that_say_the_same(self, office: Office, edited: Edited) -> None:
        edited.as_word("8280.03", "8281.00")
        edited.as_word("8280.03万元", "82810000元")
        assert office.edits(office.plan(edited.save())) == [("收支.收入", "8280.03 万元", "8281.00 万元")]

    @pytest.mark.parametrize(("new", "codes"), [("7,000.000", [("JX867", "收支.支出")]), ("7000.00 ", [])])
    def test_same_value_in_another_writing(
        self, office: Office, edited: Edited, new: str, codes: list[tuple[str, str]]
    ) -> None:
        edited.as_word("7000.00", new)
        plan = office.plan(edited.save())
        assert (plan.after, office.codes(plan)) == (None, codes)
        assert not any("写入" in finding.message for finding in plan.findings)

    def test_two_units(self, office: Office, edited: Edited) -> None:
        """「7001.00元万元」 says no amount; 「7001.00万元万元」 says one."""
        edited.as_text("7000.00", "7001.00元")
        plan = office.plan(edited.save())
        assert (plan.after, [finding.code for finding in plan.findings]) == (None, ["JX861"])
        edited = office.edited()
        edited.as_text("7000.00", "7001.00万元")
        assert office.edits(office.plan(edited.save())) == [("收支.支出", "7000.00万元", "7001.00万元")]

    @pytest.mark.parametrize("typed", ["{{ 人数 }}", "{% if 人数 %}", "{# 人数 #}", "**重点**"])
    def test_text_that_an_input_would_not_read_as_text(self, office: Office, edited: Edited, typed: str) -> None:
        edited.as_word("二是指导行业。", f"二是{typed}指导行业。")
        edited.add_after("二是", f"另有{typed}一项。")
        plan = office.plan(edited.save())
        assert (plan.after, office.codes(plan)) == (None, [("JX859", "职责[2]")] * 2)
        assert all("记号" in finding.message for finding in plan.findings)

    def test_printing_form_decides_how_it_reads(self, office: Office, edited: Edited) -> None:
        edited.as_word("8280.03", "8281")
        plan = office.plan(edited.save())
        assert office.edits(plan) == [("收支.收入", "8280.03 万元", "8281 万元")]
        assert [finding.code for finding in plan.findings] == ["JX867"]
        assert "印成「8281.00」" in plan.findings[0].message

    def test_emptied_value(self, office: Office, edited: Edited) -> None:
        edited.replace("编制48名", "编制")
        plan = office.plan(edited.save())
        assert (plan.after, [finding.code for finding in plan.findings]) == (None, ["JX861"])
        assert "填报值在这一段里没有了" in plan.findings[0].message


class TestTexts:
    def test_word_in_a_paragraph(self, office: Office, edited: Edited) -> None:
        edited.as_word("二是指导行业。", "二是指导全行业。")
        assert office.changed_lines(office.plan(edited.save())) == [
            ("  - 二是指导行业。   # 核对过", "  - 二是指导全行业。   # 核对过")
        ]

    def test_outside_of_references(self, office: Office, edited: Edited) -> None:
        edited.as_word("，全年运转正常。", "，全年运转良好。")
        edited.as_word("本局", "我局")
        assert office.changed_lines(office.plan(edited.save())) == [
            (
                "  简介: 本局{{ 年度 }}年收入{{ 收支.收入 | 万元 }}万元，人员{{ 人数 }}，全年运转正常。",
                "  简介: 我局{{ 年度 }}年收入{{ 收支.收入 | 万元 }}万元，人员{{ 人数 }}，全年运转良好。",
            )
        ]

    def test_inside_of_a_reference_is_an_edit_of_that_fact(self, office: Office, edited: Edited) -> None:
        edited.as_text("48名", "50名", number=0)
        plan = office.plan(edited.save())
        assert office.edits(plan) == [("人数", "48名", "50名")]
        assert plan.edits[0].note == "改在「部门.简介」对它的引用里"

    def test_line_of_a_list_that_is_one_text(self, office: Office, edited: Edited) -> None:
        edited.as_word("第二段概述。", "第二段新概述。")
        assert office.changed_lines(office.plan(edited.save())) == [("  第二段概述。", "  第二段新概述。")]

    def test_line_break_in_a_text(self, office: Office, edited: Edited) -> None:
        edited.as_text("某局", "某局\n（本级）", number=1)
        plan = office.plan(edited.save())
        assert "  名称: |-\n    某局\n    （本级）   # 与公章一致\n" not in (plan.after or "")
        assert "某局\\n（本级）" in (plan.after or "") or "    某局\n    （本级）\n" in (plan.after or "")

    def test_line_break_in_a_paragraph_makes_two(self, office: Office, edited: Edited) -> None:
        edited.as_word("一是起草规章。", "一是起草规章。\n另起一段。")
        after = office.plan(edited.save()).after or ""
        assert "  - 一是起草规章。\n  - 另起一段。\n  - 二是指导行业。   # 核对过\n" in after

    def test_text_that_yaml_would_read_otherwise(self, office: Office, edited: Edited) -> None:
        edited.as_word("《甲办法》", "《甲办法》, 含附件: 一")
        after = office.plan(edited.save()).after or ""
        assert '制度: ["《甲办法》, 含附件: 一", 《乙规定》]' in after

    def test_words_put_beside_a_value_are_meant_for_it(self, office: Office, edited: Edited) -> None:
        edited.as_text("某局", "某局（本级）", number=1)
        edited.replace("单位。", "单位（正处级）。")
        plan = office.plan(edited.save())
        assert office.edits(plan) == [("部门.名称", "某局", "某局（本级）")]
        assert [finding.code for finding in plan.findings] == ["JX860"]

    def test_words_put_before_a_value(self, office: Office, edited: Edited) -> None:
        edited.as_text("某局", "原某局", number=1)
        assert office.edits(office.plan(edited.save())) == [("部门.名称", "某局", "原某局")]

    def test_figures_put_beside_a_figure_are_meant_for_it(self, office: Office, edited: Edited) -> None:
        edited.replace("8280.03万元（", "8281.50万元（")
        assert office.edits(office.plan(edited.save())) == [("收支.收入", "8280.03 万元", "8281.50 万元")]

    def test_words_put_beside_a_figure_are_not(self, office: Office, edited: Edited) -> None:
        edited.replace("8280.03万元（", "8280.03多万元（")
        plan = office.plan(edited.save())
        assert (plan.edits, [finding.code for finding in plan.findings]) == ((), ["JX860"])
        assert "「万元（即」改成了「多万元（即」" in plan.findings[0].message


class TestParagraphs:
    def test_taken_out(self, office: Office, edited: Edited) -> None:
        gone = edited.paragraph("二是指导行业。")
        gone.getparent().remove(gone)
        plan = office.plan(edited.save())
        assert (plan.findings, office.edits(plan)) == ((), [("职责[2]", "二是指导行业。", "（删去这一段）")])
        assert plan.edits[0].places == ("原第 8 段「二是指导行业。」",)
        assert "  - 一是起草规章。\n  - 三是{{ 年度 }}年组织考核，按时完成。\n" in (plan.after or "")

    def test_with_references_taken_out(self, office: Office, edited: Edited) -> None:
        gone = edited.paragraph("三是2021年")
        gone.getparent().remove(gone)
        plan = office.plan(edited.save())
        assert [path for path, _, _ in office.edits(plan)] == ["职责[3]"]
        assert "  - 二是指导行业。   # 核对过\n制度:" in (plan.after or "")

    def test_line_of_one_text_taken_out(self, office: Office, edited: Edited) -> None:
        gone = edited.paragraph("第一段概述。")
        gone.getparent().remove(gone)
        assert "概述: |\n  第二段概述。\n项目:" in (office.plan(edited.save()).after or "")

    def test_put_in(self, office: Office, edited: Edited) -> None:
        before = edited.paragraph("一是起草规章。")
        for text in ("又一段。", "再一段。"):
            before.addnext(edited.made(f"<w:p>{run(text)}</w:p>"))
        plan = office.plan(edited.save())
        assert office.edits(plan) == [("职责[1]", "（在它后面增加）", "再一段。⏎又一段。")]
        assert "  - 一是起草规章。\n  - 再一段。\n  - 又一段。\n  - 二是" in (plan.after or "")

    def test_put_in_at_the_end_and_in_one_text(self, office: Office, edited: Edited) -> None:
        edited.paragraph("第二段概述。").addnext(edited.made(f"<w:p>{run('第三段。')}</w:p>"))
        edited.paragraph("三是2021年").addnext(edited.made(f"<w:p>{run('四是其他。')}</w:p>"))
        after = office.plan(edited.save()).after or ""
        assert "  第一段概述。\n  第二段概述。\n  第三段。\n项目:" in after
        assert "组织考核，按时完成。\n  - 四是其他。\n制度:" in after

    def test_put_in_before_the_first(self, office: Office, edited: Edited) -> None:
        edited.paragraph("一是起草规章。").addprevious(edited.made(f"<w:p>{run('总起一段。')}</w:p>"))
        plan = office.plan(edited.save())
        assert office.edits(plan) == [("职责[1]", "（在它前面增加）", "总起一段。")]
        assert "职责:\n  - 总起一段。\n  - 一是起草规章。\n" in (plan.after or "")

    def test_elsewhere_it_is_only_told(self, office: Office, edited: Edited) -> None:
        edited.paragraph("一、基本情况").addnext(edited.made(f"<w:p>{run('单独的一段。')}</w:p>"))
        plan = office.plan(edited.save())
        assert (plan.edits, office.codes(plan)) == ((), [("JX864", "第 3 段「单独的一段。」")])

    def test_templates_paragraph_taken_out(self, office: Office, edited: Edited) -> None:
        for start in ("一、基本情况", "编制48名"):
            gone = edited.paragraph(start)
            gone.getparent().remove(gone)
        plan = office.plan(edited.save())
        assert plan.after is None
        assert [finding.code for finding in plan.findings] == ["JX865", "JX865"]
        with_facts = next(finding for finding in plan.findings if "填报值" in finding.message)
        assert f"人数（{office.input}:8:5）" in with_facts.message or "人数（" in with_facts.message

    def test_put_in_at_the_end_of_the_report(self, office: Office, edited: Edited) -> None:
        last = edited.paragraph("2022年5月1日")
        last.addnext(edited.made(f"<w:p>{run('附记一段。')}</w:p>"))
        plan = office.plan(edited.save())
        assert office.codes(plan) == [("JX864", "第 17 段「附记一段。」")]

    def test_much_at_once_is_one_sentence(self, office: Office, edited: Edited) -> None:
        last = edited.paragraph("2022年5月1日")
        row = f"<w:tr><w:tc><w:p>{run('新的一行')}</w:p></w:tc></w:tr>"
        last.addnext(edited.made(f"<w:tbl>{row * 9}</w:tbl>"))
        for number in range(8, 0, -1):
            last.addnext(edited.made(f"<w:p>{run(f'附记{number}。')}</w:p>"))
        plan = office.plan(edited.save())
        assert [finding.code for finding in plan.findings] == ["JX864", "JX864"]
        assert ["8 段" in plan.findings[0].message, "一个表（9 行）" in plan.findings[1].message] == [True, True]

    def test_emptied_but_not_taken_out(self, office: Office, edited: Edited) -> None:
        edited.as_word("二是指导行业。", "")
        plan = office.plan(edited.save())
        assert "  - 一是起草规章。\n  - 三是{{ 年度 }}年" in (plan.after or "")

    def test_copy_of_a_numbered_item(self, office: Office) -> None:
        """The number before an item is the template's; it goes along with the items."""
        from tests.word.conftest import package, paragraph

        layout = office.folder / "templates" / "小" / "报告.docx"
        numbered = (
            paragraph("{%p for 项 in 职责 %}") + paragraph("（{{ loop.index }}）{{ 项 }}") + paragraph("{%p endfor %}")
        )
        layout.write_bytes(package(numbered))
        office.render()
        edited = office.edited()
        gone = edited.paragraph("（1）一是起草规章。")
        gone.getparent().remove(gone)
        edited.paragraph("（3）").addnext(edited.made(f"<w:p>{run('（3）四是其他。')}</w:p>"))
        for old, new in (("（2）", "（1）"), ("（3）", "（2）")):
            edited.retype(edited.paragraph(old), text_of(edited.paragraph(old)).replace(old, new))
        plan = office.plan(edited.save())
        assert plan.findings == ()
        assert "职责:\n  - 二是指导行业。   # 核对过\n  - 三是{{ 年度 }}年组织考核，按时完成。\n  - 四是其他。\n" in (
            plan.after or ""
        )

    def test_only_text_of_a_list_stays(self, office: Office) -> None:
        office.change_input("  - 二是指导行业。   # 核对过\n  - 三是{{ 年度 }}年组织考核，按时完成。\n", "")
        office.render()
        edited = office.edited()
        gone = edited.paragraph("一是起草规章。")
        gone.getparent().remove(gone)
        plan = office.plan(edited.save())
        assert (plan.after, [finding.code for finding in plan.findings]) == (None, ["JX865"])


class TestMovedItems:
    """Words of an item that are elsewhere now keep the references that they were printed from."""

    REFERS = "三是{{ 年度 }}年组织考核，按时完成。"

    def test_moved(self, office: Office, edited: Edited) -> None:
        edited.paragraph("一是起草规章。").addprevious(edited.paragraph("三是2021年"))
        plan = office.plan(edited.save())
        assert plan.findings == ()
        assert f"职责:\n  - {self.REFERS}\n  - 一是起草规章。\n  - 二是" in (plan.after or "")

    def test_moved_and_edited(self, office: Office, edited: Edited) -> None:
        edited.replace("按时完成", "及时完成")
        edited.paragraph("一是起草规章。").addprevious(edited.paragraph("三是2021年"))
        plan = office.plan(edited.save())
        assert (plan.after, office.codes(plan)) == (None, [("JX859", "职责[3]")])
        assert "挪了位置" in plan.findings[0].message

    def test_joined_to_the_one_before(self, office: Office, edited: Edited) -> None:
        edited.remove("三是2021年")
        edited.replace("二是指导行业。", "二是指导行业。三是2021年组织考核，按时完成。")
        plan = office.plan(edited.save())
        assert plan.findings == ()
        assert f"  - 一是起草规章。\n  - 二是指导行业。{self.REFERS}\n制度:" in (plan.after or "")

    def test_split_by_enter(self, office: Office, edited: Edited) -> None:
        edited.retype(edited.paragraph("三是2021年"), "三是2021年组织")
        edited.add_after("三是2021年组织", "考核，按时完成。")
        plan = office.plan(edited.save())
        assert plan.findings == ()
        assert "  - 三是{{ 年度 }}年组织\n  - 考核，按时完成。\n" in (plan.after or "")

    def test_split_beside_another_edit(self, office: Office, edited: Edited) -> None:
        """Items behind one that came have other numbers when the report is printed again."""
        edited.add_after("一是起草", "另起一段。")
        edited.replace("二是指导行业。", "二是指导全行业。")
        plan = office.plan(edited.save())
        assert (len(plan.edits), plan.findings) == (2, ())

    def test_moved_out_of_lists(self, office: Office, edited: Edited) -> None:
        """It cannot be written there, so it stays where it is in the input."""
        edited.paragraph("二、职责").addprevious(edited.paragraph("三是2021年"))
        plan = office.plan(edited.save())
        assert (plan.after, [finding.code for finding in plan.findings]) == (None, ["JX872"])


class TestEmphasis:
    """The signs around what is emphasised are not printed, and stay where they are."""

    TYPED = '"**一是起草规章。**成立了领导小组。"'

    @pytest.mark.parametrize(
        ("old", "new", "typed"),
        [
            ("起草规章", "起草各项规章", "**一是起草各项规章。**成立了领导小组。"),
            ("领导小组", "工作小组", "**一是起草规章。**成立了工作小组。"),
            ("。成立了", "；设立了", "**一是起草规章；**设立了领导小组。"),
            ("规章。成立了", "规章。由局长负责，成立了", "**一是起草规章。**由局长负责，成立了领导小组。"),
            ("一是起草", "（一）起草", "**（一）起草规章。**成立了领导小组。"),
            ("一是起草", "主要一是起草", "主要**一是起草规章。**成立了领导小组。"),
            ("成立了领导小组。", "", "**一是起草规章。**"),
        ],
    )
    def test_stays(self, office: Office, old: str, new: str, typed: str) -> None:
        office.change_input("一是起草规章。", self.TYPED)
        office.render()
        edited = office.edited()
        edited.replace(old, new)
        plan = office.plan(edited.save())
        assert plan.findings == ()
        assert f'  - "{typed}"\n' in (plan.after or "")

    @pytest.mark.parametrize("first", ["一是起草各项", "一是起草", "一是"])
    def test_split_within_it(self, office: Office, first: str) -> None:
        whole = "一是起草各项重要规章。"
        office.change_input("一是起草规章。", f'"**{whole}**成立了领导小组。"')
        office.render()
        edited = office.edited()
        edited.retype(edited.paragraph("一是起草"), first)
        edited.add_after(first, f"{whole.removeprefix(first)}成立了领导小组。")
        plan = office.plan(edited.save())
        assert plan.findings == ()
        assert f'  - "**{first}**"\n  - "**{whole.removeprefix(first)}**成立了领导小组。"\n' in (plan.after or "")

    def test_all_of_it_deleted(self, office: Office) -> None:
        office.change_input("一是起草规章。", self.TYPED)
        office.render()
        edited = office.edited()
        edited.replace("一是起草规章。成立", "成立")
        plan = office.plan(edited.save())
        assert (plan.after, office.codes(plan)) == (None, [("JX859", "职责[1]")])
        assert "改动碰到了着重的星号" in plan.findings[0].message

    def test_moved_with_it(self, office: Office) -> None:
        office.change_input("一是起草规章。", self.TYPED)
        office.render()
        edited = office.edited()
        edited.paragraph("三是2021年").addnext(edited.paragraph("一是起草规章。"))
        plan = office.plan(edited.save())
        assert plan.findings == ()
        assert f"按时完成。\n  - {self.TYPED}\n" in (plan.after or "")


class TestRows:
    def test_taken_out(self, office: Office, edited: Edited) -> None:
        row = edited.row("乙项目")
        row.getparent().remove(row)
        plan = office.plan(edited.save())
        assert (plan.after, office.codes(plan)) == (None, [("JX862", "项目[2]")])
        assert "第 25 行" in plan.findings[0].hint
        assert plan.findings[0].span.line == 25

    def test_put_in(self, office: Office, edited: Edited) -> None:
        row = edited.row("甲项目")
        twin = copy.deepcopy(row)
        row.addnext(twin)
        edited.retype(next(twin.iter(f"{{{W}}}p")), "丙项目")
        plan = office.plan(edited.save())
        assert (plan.after, [finding.code for finding in plan.findings]) == (None, ["JX863"])
        assert "丙项目，10.00，0.14%" in plan.findings[0].message
        assert "「项目」" in plan.findings[0].hint

    @pytest.mark.parametrize(
        ("named", "amount", "codes"),
        [("农产品销售", "35.00", ["JX876"]), ("农产品销售", "20.00", []), ("乙项目二期", "35.00", [])],
    )
    def test_replaced_by_another(self, office: Office, named: str, amount: str, codes: list[str]) -> None:
        office.change_input("20.00 万元}", "20.00 万元, 说明: 续建}")
        office.render()
        edited = office.edited()
        edited.replace("乙项目", named)
        if amount != "20.00":
            edited.as_word("20.00", amount)
        plan = office.plan(edited.save())
        assert [one.code for one in plan.findings if one.code != "JX856"] == codes
        assert all("项目[2].说明" in one.hint for one in plan.findings if one.code == "JX876")
        assert office.edits(plan)[0] == ("项目[2].名称", "乙项目", named)

    def test_edit_beside_such(self, office: Office, edited: Edited) -> None:
        row = edited.row("乙项目")
        row.getparent().remove(row)
        edited.as_word("10.00", "11.00")
        plan = office.plan(edited.save())
        assert office.edits(plan) == [("项目[1].金额", "10.00 万元", "11.00 万元")]
        assert [finding.code for finding in plan.findings] == ["JX862"]


class TestRefused:
    def test_computed_value_names_its_facts(self, office: Office, edited: Edited) -> None:
        edited.as_word("1280.03", "1281.00")
        plan = office.plan(edited.save())
        assert plan.after is None
        (finding,) = plan.findings
        assert (finding.code, str(finding.severity)) == ("JX856", "warning")
        assert "把「1280.03」改成「1281.00」" in finding.message
        assert "收支.收入（" in finding.hint
        assert ":7:10）" in finding.hint

    def test_computed_value_that_comes_out_so(self, office: Office, edited: Edited) -> None:
        """Who corrects a figure corrects the sums as well: they are right once the figure is."""
        edited.as_word("8280.03", "8281.03")
        edited.as_word("1280.03", "1281.03")
        plan = office.plan(edited.save())
        assert (office.edits(plan), plan.findings) == ([("收支.收入", "8280.03 万元", "8281.03 万元")], ())

    def test_fact_in_words(self, office: Office, edited: Edited) -> None:
        edited.as_word("四十八", "四十九")
        plan = office.plan(edited.save())
        assert [finding.code for finding in plan.findings] == ["JX856"]
        assert "人数（" in plan.findings[0].hint

    def test_wording_of_the_template(self, office: Office, edited: Edited) -> None:
        edited.replace("一、基本情况", "一、基本概况")
        edited.replace("，规模", "、规模")
        plan = office.plan(edited.save())
        assert plan.after is None
        assert [(finding.code, finding.path) for finding in plan.findings] == [
            ("JX860", "第 2 段「一、基本概况」"),
            ("JX860", "第 5 段「编制48名，满意度96.69%、规模74…」"),
        ]
        assert "「，规模」改成了「、规模」" in plan.findings[1].message
        assert "报告.docx" in plan.findings[1].hint

    def test_two_places_edited_differently(self, office: Office, edited: Edited) -> None:
        edited.as_text("8280.03", "8281.00", number=0)
        edited.as_text("8280.03", "8282.00", number=0)
        edited.as_word("48名", "49名")
        plan = office.plan(edited.save())
        assert office.edits(plan) == [("人数", "48名", "49名")]
        (finding,) = plan.findings
        assert (finding.code, finding.path) == ("JX854", "收支.收入")
        assert "「8281.00」（第 3 段" in finding.message
        assert "「8282.00」（第 4 段" in finding.message

    def test_two_forms_edited_differently(self, office: Office, edited: Edited) -> None:
        edited.as_word("8280.03", "8281.00")
        edited.as_word("8280.03万元", "8282.00万元")
        plan = office.plan(edited.save())
        assert (plan.edits, office.codes(plan)) == ((), [("JX854", "收支.收入")])

    def test_value_in_a_table_file(self, office: Office) -> None:
        (office.folder / "项目.csv").write_text("名称,金额\n甲项目,10.00万元\n", "utf-8")
        start = office.text.index("项目:\n  - {名称: 甲")
        office.input.write_text(office.text[:start] + "项目: {来源: 项目.csv}\n", "utf-8")
        office.render()
        edited = office.edited()
        edited.as_word("10.00", "11.00")
        plan = office.plan(edited.save())
        assert (plan.after, office.codes(plan)) == (None, [("JX858", "项目[1].金额")])
        assert "项目.csv:2:2" in plan.findings[0].message

    def test_text_that_cannot_be_told_from_its_like(self, office: Office) -> None:
        office.change_input(
            "简介: 本局{{ 年度 }}年收入{{ 收支.收入 | 万元 }}万元，人员{{ 人数 }}，全年运转正常。",
            "简介: 甲、甲、{{ 年度 }}、",
        )
        office.render()
        edited = office.edited()
        edited.as_word("、", "，")
        plan = office.plan(edited.save())
        assert office.edits(plan) == [("部门.简介", "甲、甲、{{ 年度 }}、", "甲、甲、{{ 年度 }}，")]

    def test_text_of_which_there_is_more_than_one(self, office: Office) -> None:
        from tests.word.conftest import package, paragraph

        layout = office.folder / "templates" / "小" / "报告.docx"
        layout.write_bytes(package(paragraph("{{ 部门.名称 }}{{ 部门.简介[:1] }}")))
        office.change_input("简介: 本局", "简介: 本局本部")
        office.render()
        edited = office.edited()
        edited.as_word("本", "我")
        plan = office.plan(edited.save())
        assert (plan.after, office.codes(plan)) == (None, [("JX859", "部门.简介")])
        assert "原文在其中不止一处" in plan.findings[0].message

    def test_texts_edited_differently_in_the_same_place(self, office: Office) -> None:
        """A text is printed whole, and in another place without its end: two values to Word, one to the input."""
        from tests.word.conftest import package, paragraph

        layout = office.folder / "templates" / "小" / "报告.docx"
        layout.write_bytes(
            package(paragraph("{{ 部门.名称 }}") + paragraph("{{ 职责[1] }}") + paragraph("{{ 职责[1][:4] }}等"))
        )
        office.render()
        edited = office.edited()
        edited.as_word("二是指导行业。", "二是督导行业。")
        edited.as_word("二是指导", "二是领导")
        plan = office.plan(edited.save())
        assert (plan.edits, office.codes(plan)) == ((), [("JX854", "职责[2]")])
        edited.as_word("二是领导", "二是督导")
        assert office.edits(office.plan(edited.save())) == [("职责[2]", "二是指导行业。", "二是督导行业。")]

    def test_text_that_was_not_typed_as_printed(self, office: Office) -> None:
        from tests.word.conftest import package, paragraph

        layout = office.folder / "templates" / "小" / "报告.docx"
        layout.write_bytes(package(paragraph("{{ 部门.名称 }}") + paragraph("{{ 部门.简介 }}")))
        office.change_input("简介: 本局", "简介: 本局，本局，")
        office.render()
        edited = office.edited()
        edited.as_word("本局，本局，", "我局，我局，")
        plan = office.plan(edited.save())
        assert "简介: 我局，我局，{{" in (plan.after or "")

    def test_input_that_would_not_be_accepted_is_not_written(self, office: Office, edited: Edited) -> None:
        edited.as_word("7000.00", "0")
        plan = office.plan(edited.save())
        assert plan.after is None
        assert "JX866" in [finding.code for finding in plan.findings]


class TestSince:
    """The input has changed since the report was printed."""

    def test_both_changed_different_facts(self, office: Office, edited: Edited) -> None:
        edited.as_word("8280.03", "8281.00")
        old = office.keep()
        office.change_input("48名", "50名")
        plan = office.plan(edited.save(), old)
        assert office.edits(plan) == [("收支.收入", "8280.03 万元", "8281.00 万元")]
        assert plan.findings == ()
        assert "填报文件在生成以后改过" in plan.remarks[0]
        assert "50名" in (plan.after or "")

    def test_both_changed_the_same_fact(self, office: Office, edited: Edited) -> None:
        edited.as_word("8280.03", "8281.00")
        old = office.keep()
        office.change_input("8280.03", "8290.00")
        plan = office.plan(edited.save(), old)
        assert (plan.edits, office.codes(plan)) == ((), [("JX855", "收支.收入")])
        assert "改成「8281.00」" in plan.findings[0].message
        assert "也改成了「8290.00」" in plan.findings[0].message

    def test_both_made_the_same_change(self, office: Office, edited: Edited) -> None:
        edited.as_word("48名", "50名")
        old = office.keep()
        office.change_input("48名", "50名")
        plan = office.plan(edited.save(), old)
        assert (plan.edits, plan.findings) == ((), ())

    def test_both_made_one_of_two_changes_of_a_text(self, office: Office, edited: Edited) -> None:
        old = office.keep()
        edited.replace("，人员48名，全年运转正常", "，在编人员48名，全年运转良好")
        office.change_input("，人员{{", "，在编人员{{")
        plan = office.plan(edited.save(), base=old)
        assert "，在编人员{{ 人数 }}，全年运转良好。" in (plan.after or "")
        assert plan.findings == ()

    def test_long_text_changed_on_both_sides(self, office: Office) -> None:
        long = "一是起草规章，" + "并组织实施各项具体工作，" * 4 + "完毕。"
        office.change_input("一是起草规章。", long)
        office.render()
        edited = office.edited()
        edited.as_word(long, long.replace("完毕", "结束"))
        old = office.keep()
        office.change_input("完毕。", "完成。")
        plan = office.plan(edited.save(), old)
        assert (plan.edits, office.codes(plan)) == ((), [("JX855", "职责[1]")])

    def test_row_that_is_gone_from_the_input(self, office: Office, edited: Edited) -> None:
        edited.as_word("20.00", "21.00")
        old = office.keep()
        office.change_input("  - {名称: 乙项目, 金额: 20.00 万元}\n", "")
        plan = office.plan(edited.save(), old)
        assert (plan.after, plan.edits) == (None, ())
        assert office.codes(plan) == [("JX855", "表 1 行 3 列 2")]
        assert "（已删去）" in plan.findings[0].message

    def test_rows_keep_their_identity(self, office: Office, edited: Edited) -> None:
        edited.as_word("20.00", "21.00")
        old = office.keep()
        office.change_input("项目:\n", "项目:\n  - {名称: 丙项目, 金额: 20.00 万元}\n")
        plan = office.plan(edited.save(), old)
        assert office.edits(plan) == [("项目[3].金额", "20.00 万元", "21.00 万元")]
        assert plan.findings == ()

    def test_items_keep_their_identity(self, office: Office, edited: Edited) -> None:
        edited.as_word("二是指导行业。", "二是指导全行业。")
        edited.add_after("三是2021年", "四是其他。")
        old = office.keep()
        office.change_input("  - 一是起草规章。\n", "  - 一是起草规章。\n  - 又一是宣传规章。\n")
        plan = office.plan(edited.save(), old)
        assert [path for path, _, _ in office.edits(plan)] == ["职责[3]", "职责[4]"]
        assert "  - 二是指导全行业。   # 核对过\n" in (plan.after or "")

    @pytest.mark.parametrize("is_old", [False, True])
    def test_base_is_found_in_git(self, office: Office, is_old: bool) -> None:
        if is_old:
            office.report.write_bytes(stamped_as_before(office.report.read_bytes(), office.input))
        edited = office.edited()
        edited.as_word("48名", "49名")
        document = edited.save()
        git(office.folder, "init", "-q")
        for number in ("75家", "76家"):
            git(office.folder, "add", ".")
            git(office.folder, "commit", "-q", "-m", "x")
            office.change_input("74家" if number == "75家" else "75家", number)
        office.input.rename(office.folder / "改名.yaml")
        plan = plan_edits_of(document, office.folder / "改名.yaml")
        assert office.edits(plan) == [("人数", "48名", "49名")]
        assert plan.findings == ()
        assert "取自 git" in plan.remarks[1]

    def test_base_is_not_in_git(self, office: Office, edited: Edited) -> None:
        edited.as_word("48名", "49名")
        document = edited.save()
        office.change_input("74家", "75家")
        git(office.folder, "init", "-q")
        git(office.folder, "add", ".")
        git(office.folder, "commit", "-q", "-m", "x")
        with pytest.raises(Refused) as refused:
            office.plan(document)
        assert "git 里也没有生成时的那一份" in refused.value.findings[0].message

    def test_base_is_another_input(self, office: Office, edited: Edited) -> None:
        edited.as_word("48名", "49名")
        document = edited.save()
        office.change_input("74家", "75家")
        old = office.keep()
        with pytest.raises(Refused) as refused:
            office.plan(document, old)
        assert "也不是生成时的那一份" in refused.value.findings[0].message

    def test_template_has_changed(self, office: Office, edited: Edited) -> None:
        edited.as_word("48名", "49名")
        fields = office.folder / "templates" / "小" / "fields.yaml"
        fields.write_text(fields.read_text("utf-8") + "\n# 改动\n", "utf-8")
        plan = office.plan(edited.save())
        assert office.edits(plan) == [("人数", "48名", "49名")]
        assert plan.remarks == ("模板在生成以后改过，固定文字的差别可能由此而来。",)

    def test_words_of_the_template_have_changed(self, office: Office) -> None:
        office.render()
        edited = office.edited()
        edited.replace("编制48名，满意度", "编制49名在编人员，满意率")
        edited.replace("（即", "（就是")
        fields = office.folder / "templates" / "小" / "fields.yaml"
        fields.write_text(fields.read_text("utf-8") + "\n# 改动\n", "utf-8")
        plan = office.plan(edited.save())
        assert office.edits(plan) == [("人数", "48名", "49名")]
        assert [one.code for one in plan.findings] == ["JX870"]


class TestPlainReports:
    def test_plain_report(self, office: Office) -> None:
        office.render()
        edited = office.edited()
        edited.replace("8280.03万元（即", "8281.00万元（即")
        edited.replace("二是指导行业。", "二是指导全行业。")
        edited.replace("编制48名", "编制49名")
        plan = office.plan(edited.save())
        assert office.edits(plan) == [
            ("收支.收入", "8280.03 万元", "8281.00 万元"),
            ("人数", "48名", "49名"),
            ("职责[2]", "二是指导行业。", "二是指导全行业。"),
        ]
        assert plan.findings == ()
        assert plan.remarks == ()

    def test_some_controls_stripped(self, office: Office, edited: Edited) -> None:
        """Who types a paragraph anew loses the controls in it."""
        paragraph = edited.paragraph("编制48名")
        for child in list(paragraph):
            paragraph.remove(child)
        text = "编制49名，满意度97.00%，规模74家，目标2-3家，机关单位。"
        paragraph.append(edited.made(run(text)))
        plan = office.plan(edited.save())
        assert office.edits(plan) == [("人数", "48名", "49名"), ("满意度", "96.69%", "97.00%")]
        assert plan.findings == ()

    def test_paragraph_written_anew(self, office: Office, edited: Edited) -> None:
        paragraph = edited.paragraph("编制48名")
        for child in list(paragraph):
            paragraph.remove(child)
        paragraph.append(edited.made(run("本单位是机关，编制情况良好，满意。")))
        plan = office.plan(edited.save())
        assert plan.after is None
        assert plan.edits == ()
        assert [finding.code for finding in plan.findings] == ["JX861"]
        assert "整段几乎重写" in plan.findings[0].message

    def test_value_taken_out_of_its_sentence(self, office: Office) -> None:
        office.render()
        edited = office.edited()
        edited.replace("，规模74家", "")
        plan = office.plan(edited.save())
        assert (plan.after, office.codes(plan)) == (None, [("JX861", "第 5 段「编制48名，满意度96.69%，目标2-…」")])
        assert "规模（" in plan.findings[0].hint

    def test_words_beside_values(self, office: Office) -> None:
        """What is put beside a value of words is meant for it, and so are figures beside a figure."""
        office.render()
        edited = office.edited()
        edited.replace("编制48名", "编制148名")
        edited.replace("目标2-3家", "目标约2-3家")
        edited.replace("机关单位", "行政机关单位")
        edited.replace("支出7000.00万元", "支出约7000.00万元")
        plan = office.plan(edited.save())
        assert office.edits(plan)[:2] == [("人数", "48名", "148名"), ("目标", "2-3家", "约2-3家")]
        assert sorted(finding.code for finding in plan.findings) == ["JX857", "JX860"]

    def test_rows_and_paragraphs_there_too(self, office: Office) -> None:
        office.render()
        edited = office.edited()
        row, gone = edited.row("乙项目"), edited.paragraph("二是指导行业。")
        row.getparent().remove(row)
        gone.getparent().remove(gone)
        edited.paragraph("三是2021年").addnext(edited.made(f"<w:p>{run('四是其他。')}</w:p>"))
        plan = office.plan(edited.save())
        assert sorted(path for path, _, _ in office.edits(plan)) == ["职责[2]", "职责[3]"]
        assert office.codes(plan) == [("JX862", "项目[2]")]

    def test_input_that_has_changed_since_is_not_compared(self, office: Office) -> None:
        office.render()
        old = office.folder / "旧填报.yaml"
        old.write_bytes(office.input.read_bytes())
        edited = office.edited()
        edited.replace("编制48名", "编制49名")
        document = edited.save()
        office.change_input("74家", "80家")
        with pytest.raises(Refused) as refused:
            office.plan(document)
        assert [finding.code for finding in refused.value.findings] == ["JX853"]
        with pytest.raises(Refused, match="JX852"):
            plan_edits_of(document, Path(shutil.copy(office.input, office.folder / "别的.yaml")))
        plan = office.plan(document, base=old)
        assert office.edits(plan) == [("人数", "48名", "49名")]
        assert plan.findings == ()

    def test_no_record_at_all(self, office: Office, edited: Edited) -> None:
        edited.as_word("48名", "49名")
        forget_stamp(edited)
        plan = office.plan(edited.save())
        assert office.edits(plan) == [("人数", "48名", "49名")]
        assert [remark[:8] for remark in plan.remarks] == ["改稿没有来源记录"]


class TestDocuments:
    def test_revisions_are_read_as_accepted(self, office: Office, edited: Edited) -> None:
        paragraph = edited.paragraph("二是指导行业。")
        for child in list(paragraph):
            paragraph.remove(child)
        deleted = "<w:del w:id='1' w:author='x'><w:r><w:delText>行业</w:delText></w:r></w:del>"
        inserted = f"<w:ins w:id='2' w:author='x'>{run('企业')}</w:ins>"
        xml = f"<w:p>{run('二是指导')}{deleted}{inserted}{run('。')}</w:p>"
        for child in list(edited.made(xml)):
            paragraph.append(child)
        plan = office.plan(edited.save())
        assert office.edits(plan) == [("职责[2]", "二是指导行业。", "二是指导企业。")]
        assert plan.remarks == ("改稿里还有 2 处修订没有接受或拒绝，按全部接受读取。",)

    def test_what_nobody_sees_is_left_out(self, office: Office, edited: Edited) -> None:
        edited.as_word("48名", "4\u200b9\u202c名\u200e")
        edited.as_word("二是指导行业。", "二是指导\ufeff行业。")
        plan = office.plan(edited.save())
        assert (office.edits(plan), plan.findings) == ([("人数", "48名", "49名")], ())

    def test_a_sign_before_a_figure(self, office: Office, edited: Edited) -> None:
        """It is the figure's, be it typed as a minus or as a dash."""
        edited.as_text("8280.03", "−8280.03")
        edited.as_text("7000.00", "–7000.00")
        plan = office.plan(edited.save())
        assert office.codes(plan) == [("JX857", "收支.收入"), ("JX857", "收支.支出")]

    @pytest.mark.parametrize(
        ("sign", "wanted", "codes"),
        [
            ('<w:sym w:font="Symbol" w:char="F034"/>', [("人数", "48名", "448名")], []),
            ('<w:sym w:font="Wingdings" w:char="F0FE"/>', [], ["JX859", "JX857"]),
            ('<m:oMath xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"><m:t>4</m:t></m:oMath>',
             [("人数", "48名", "448名")], []),
            (f'<w:ruby xmlns:w="{W}"><w:rt>{run("yi")}</w:rt></w:ruby>', [], []),
        ],
    )  # fmt: skip
    def test_signs_that_are_no_text(
        self, office: Office, edited: Edited, sign: str, wanted: list[tuple[str, str, str]], codes: list[str]
    ) -> None:
        edited.as_word("四十八", "四百四十八")
        for start in ("编制48名", "本局2021年"):
            text = text_of(paragraph := edited.paragraph(start))
            edited.retype(paragraph, text.partition("48名")[0])
            paragraph.append(edited.made(f"<w:r>{sign}</w:r>"))
            paragraph.append(edited.made(run("48名" + text.partition("48名")[2])))
        plan = office.plan(edited.save())
        assert office.edits(plan) == wanted
        assert [one.code for one in plan.findings if one.code != "JX856"] == codes

    def test_blanks_around_a_paragraph_are_no_edit(self, office: Office, edited: Edited) -> None:
        """People type an indent, programs leave line breaks behind and write blanks that do not break."""
        for start in ("编制48名", "一是起草规章。", "甲项目", "10.00"):
            paragraph = edited.paragraph(start)
            edited.retype(paragraph, f"\u3000\u3000{text_of(paragraph)}\u00a0\n")
        edited.replace("乙项目", "　丙项目 ")
        plan = office.plan(edited.save())
        assert (office.edits(plan), plan.findings) == ([("项目[2].名称", "乙项目", "丙项目")], ())

    def test_text_that_looks_deleted_is_told(self, office: Office, edited: Edited) -> None:
        edited.paragraph("二是指导行业。").append(edited.made("<w:r><w:rPr><w:strike/></w:rPr><w:t>不要</w:t></w:r>"))
        assert "删除线" in office.plan(edited.save()).remarks[0]

    def test_comments_are_told(self, office: Office, edited: Edited) -> None:
        name = "word/comments.xml"
        edited.files[name] = f'<w:comments xmlns:w="{W}"><w:comment w:id="1"/></w:comments>'.encode()
        assert office.plan(edited.save()).remarks == ("改稿里有 1 条批注，批注不会带回。",)

    def test_pictures_are_told(self, office: Office, edited: Edited) -> None:
        space = "http://schemas.openxmlformats.org/drawingml/2006/picture"
        picture = f'<w:r><w:drawing><p:pic xmlns:p="{space}"/></w:drawing></w:r>'
        edited.paragraph("二是指导行业。").append(edited.made(picture))
        assert office.plan(edited.save()).remarks[0].startswith("改稿多了 1 幅图")
        edited.remove("二是指导行业。")
        kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
        relation = f'<Relationship Id="rId99" Type="{kind}" Target="media/image9.png"/></Relationships>'
        rels = "word/_rels/document.xml.rels"
        edited.files[rels] = edited.files[rels].replace(b"</Relationships>", relation.encode())
        edited.files["word/media/image9.png"] = b"another picture"
        assert office.plan(edited.save()).remarks[0].startswith("改稿换了 1 幅图")

    def test_words_of_an_attachment_are_changed_in_its_file(self, office: Office) -> None:
        (office.folder / "附表.docx").write_bytes(package(paragraph("问卷120份。")))
        office.input.write_text(f"{office.text}附件: [附表.docx]\n", "utf-8")
        office.render()
        edited = office.edited()
        edited.replace("120份", "150份")
        (finding,) = office.plan(edited.save()).findings
        assert (finding.code, "附件、文档里的，改「附表.docx」" in finding.hint) == ("JX860", True)

    def test_words_that_an_office_program_repeated(self, office: Office, edited: Edited) -> None:
        """As LibreOffice 7.4 does to reports of version 0.1.0: where most words are so, nothing is read."""
        texts = (
            "一是起草规章。",
            "二是指导行业。",
            "年组织考核，按时完成。",
            "第一段概述。",
            "第二段概述。",
            "，全年运转正常。",
        )
        edited.replace(texts[0], texts[0] * 2)
        assert [edit.new for edit in office.plan(edited.save()).edits] == ["一是起草规章。一是起草规章。"]
        for text in texts[1:]:
            edited.replace(text, text * 4)
        with pytest.raises(Refused) as refused:
            office.plan(edited.save())
        (finding,) = refused.value.findings
        assert finding.code == "JX850"
        assert "有 6 个填报值的文字重复了几遍" in finding.message

    def test_draft(self, office: Office, edited: Edited) -> None:
        edited.files["docProps/custom.xml"] = edited.files["docProps/custom.xml"].replace(
            "正式".encode(), "草稿".encode()
        )
        with pytest.raises(Refused) as refused:
            office.plan(edited.save())
        assert [finding.code for finding in refused.value.findings] == ["JX851"]

    def test_report_of_another_input(self, office: Office, edited: Edited) -> None:
        """A document without a stamp, of which little is alike."""
        forget_stamp(edited)
        for number, one in enumerate(edited.root.iter(f"{{{W}}}p")):
            edited.retype(one, f"{number}：别的文字") if number % 3 else one.getparent().remove(one)
        with pytest.raises(Refused) as refused:
            office.plan(edited.save())
        assert [finding.code for finding in refused.value.findings] == ["JX852"]

    def test_report_of_another_template(self, office: Office, edited: Edited) -> None:
        edited.files["docProps/custom.xml"] = edited.files["docProps/custom.xml"].replace(
            ">小<".encode(), ">大<".encode()
        )
        with pytest.raises(Refused) as refused:
            office.plan(edited.save())
        assert "它用的是模板「大」" in refused.value.findings[0].message

    def test_no_word_file(self, office: Office) -> None:
        with pytest.raises(Refused):
            office.plan(office.input)
        with pytest.raises(FileProblem):
            office.plan(office.folder / "没有.docx")

    def test_input_with_errors(self, office: Office) -> None:
        office.change_input("48名", "48台")
        with pytest.raises(Refused) as refused:
            office.plan()
        assert all(finding.span.file.endswith("填报.yaml") for finding in refused.value.findings)


class TestWriting:
    def test_round_trip(self, office: Office, edited: Edited) -> None:
        """Printed, edited, pulled, printed again: the text is that of the edited document."""
        edited.as_word("8280.03", "8281.03")
        edited.as_word("8280.03万元", "8281.03万元")
        edited.as_word("1280.03", "1281.03")
        edited.as_text("48名", "49名")
        edited.as_text("48名", "49名")
        edited.as_word("四十八", "四十九")
        edited.as_word("96.69%", "97.01%")
        edited.as_word("二是指导行业。", "二是指导全行业，并作评估。")
        document = edited.save()
        before = office.text
        plan = office.plan(document)
        assert plan.findings == ()
        assert write(plan) == office.input
        assert office.text == (
            before.replace("8280.03 万元", "8281.03 万元")
            .replace("48名", "49名")
            .replace("96.69%", "97.01%")
            .replace("二是指导行业。", "二是指导全行业，并作评估。")
        )
        office.render()
        wanted, got = (read_back(file.read_bytes(), SPAN) for file in (document, office.report))
        assert [line.text for line in got.lines] == [line.text for line in wanted.lines]
        assert office.plan().edits == ()

    def test_mark_and_line_ends_stay(self, office: Office) -> None:
        data = b"\xef\xbb\xbf" + office.text.replace("\n", "\r\n").encode()
        office.input.write_bytes(data)
        office.render()
        edited = office.edited()
        edited.as_word("48名", "49名")
        write(office.plan(edited.save()))
        assert office.input.read_bytes() == data.replace("48名".encode(), "49名".encode())

    def test_input_that_changed_meanwhile(self, office: Office, edited: Edited) -> None:
        edited.as_word("48名", "49名")
        plan = office.plan(edited.save())
        office.change_input("74家", "75家")
        before = office.text
        with pytest.raises(Refused) as refused:
            write(plan)
        assert [finding.code for finding in refused.value.findings] == ["JX868"]
        assert office.text == before


def forget_stamp(edited: Edited) -> None:
    """Takes away what the report says of its making."""
    edited.files = {name: data for name, data in edited.files.items() if name != "docProps/custom.xml"}
    relations = edited.files["_rels/.rels"].decode()
    edited.files["_rels/.rels"] = re.sub(r"<Relationship [^>]*custom-properties[^>]*/>", "", relations).encode()


def git(folder: Path, *command: str) -> None:
    name = ("-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "init.defaultBranch=main")
    subprocess.run(["git", *name, *command], cwd=folder, check=True, capture_output=True)


@pytest.mark.parametrize(
    ("parts", "now", "why"),
    [
        (("国资收入", "253.99", "万元和其他收入"), "国资收入2539900元和其他收入", {"数后面的单位也改了"}),
        (("单位为", "无线电监测站", "、", "服务中心", "。"), "单位为服务中心、无线电监测站。", {"几个填报值换了位置"}),
        (("检查", "12", "万元以上的项目"), "检查万元和千元以上各2轮的项目", {"改动从填报值连到旁边的固定文字"}),
    ],
)
def test_why_it_cannot_be_told(parts: tuple[str, ...], now: str, why: set[str]) -> None:
    keys = [(f"值{at}", False, "万元", 1, 1) if at % 2 else None for at in range(len(parts))]
    printed = Paragraph(tuple(map(Part, parts, keys)), "", text="".join(parts))
    found = attribute(printed, Paragraph((Part(now),), "", text=now))
    assert (found.values, set(found.doubts.values())) == ([], why)
