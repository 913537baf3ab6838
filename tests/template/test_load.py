"""What a loaded template holds, and when it is loaded anew."""

from __future__ import annotations

import os
import shutil
from fractions import Fraction
from pathlib import Path

import pytest

from generator.base.diagnostics import FileProblem, Severity
from generator.base.formats import Format
from generator.template.load import load_template
from generator.template.model import Field, Indicator, Template, walk_fields


@pytest.fixture
def template(root: Path) -> Template:
    return load_template(root / "templates" / "meizhou")


def field(template: Template, path: str) -> Field:
    return next(one for one in walk_fields(template.fields) if one.path == path)


def indicator(template: Template, name: str) -> Indicator:
    return next(one for one in template.all_indicators() if one.name == name)


def lines(template: Template, file: str) -> list[str]:
    return (template.folder / file).read_text("utf-8").splitlines()


class TestManifest:
    def test_plain_values(self, template: Template, root: Path) -> None:
        assert template.id == "meizhou"
        assert template.title == "梅州市部门整体支出绩效自评报告"
        assert template.version == "2021"
        assert template.file_name == "{{ 部门.名称 }}{{ 年度 }}年度部门整体支出绩效自评报告"
        assert template.layout == root / "templates" / "meizhou" / "报告.docx"

    def test_printing_forms(self, template: Template) -> None:
        assert template.formats["表内得分"] == Format("", 2, "none")
        assert template.formats["比率"] == Format("%", 2, "whole", suffix="%")
        assert template.formats["万元合计"] == Format("万元", 2, "none", comma=True)
        assert template.formats["约亿元"] == Format("亿元", 0, "none")
        assert template.formats["元"] == Format("元", 2, "zeros")

    def test_scoring(self, template: Template) -> None:
        scoring = template.scoring
        assert scoring is not None
        assert (scoring.places, scoring.full, scoring.total.text) == (2, Fraction(110), "合计")
        assert [(band.name, band.condition.text) for band in scoring.bands] == [
            ("优", "总分 ≥ 90"),
            ("良", "总分 ≥ 80"),
            ("中", "总分 ≥ 60"),
            ("差", "总分 < 60"),
        ]
        assert lines(template, "template.yaml")[scoring.full_span.line - 1].strip().startswith("满分: 110")

    def test_narratives(self, template: Template) -> None:
        assert template.narratives.opening["自评"] == ""
        assert "{% for 项 in 要点 %}" in template.narratives.opening["要点"]
        assert template.narratives.remarks.startswith("{{ 说明 }}")
        assert template.narratives.closing["计算"] == "经计算，此项指标自评得{{ 得分 | 得分 }}分。"


class TestFields:
    def test_a_plain_field(self, template: Template) -> None:
        procured = field(template, "采购.项数")
        assert (procured.name, procured.kind, procured.unit, procured.label) == ("项数", "整数", "项", "采购项目数")
        assert (procured.required, procured.kept, procured.example) == (True, False, "6 项")
        assert procured.formula is None
        assert procured.is_filled_in

    def test_bounds_and_choices(self, template: Template) -> None:
        assert (field(template, "满意度.数值").least, field(template, "满意度.数值").most) == (Fraction(0), Fraction(1))
        assert field(template, "专项资金.自评分").most == 100
        assert field(template, "采购.计划").least is None
        assert field(template, "重点工作.进展").choices == ("已完成", "按计划推进", "推进中", "未启动", "暂停", "取消")

    def test_a_computed_field(self, template: Template) -> None:
        weight = field(template, "专项资金.权重")
        assert weight.formula is not None
        assert weight.formula.text == "0 if 跨年 else 金额 ÷ 专项资金合计.参评金额"
        assert weight.format == template.formats["比率"]
        assert not weight.is_filled_in
        assert not weight.is_needed
        line = lines(template, "fields.yaml")[weight.formula.span.line - 1]
        assert line[weight.formula.span.column - 1 :].startswith("0 if 跨年 else 金额 ÷ 专项资金合计.参评金额")

    def test_a_quoted_formula_begins_behind_the_quote(self, template: Template) -> None:
        done = field(template, "绩效目标统计.已完成").formula
        assert done is not None
        line = lines(template, "fields.yaml")[done.span.line - 1]
        assert line[done.span.column - 1 :][: done.span.length] == done.text == "计数(绩效目标, 达成)"

    def test_members_inherit_source_and_keeping(self, template: Template) -> None:
        assert field(template, "职责.内容").source == "三定方案"
        assert field(template, "职责.内容").kept
        assert field(template, "人员.编制依据").source == "机构编制文件"
        assert field(template, "人员.局机关.岗位").kept
        assert not field(template, "重点工作.任务").kept
        assert field(template, "重点工作.任务").source == "市政府重点工作任务分工"

    def test_groups_are_needed_for_the_sake_of_what_is_in_them(self, template: Template) -> None:
        assert field(template, "部门").is_needed
        assert not field(template, "封面").is_needed
        assert not field(template, "专项资金合计").is_needed
        assert not field(template, "专项资金合计").is_filled_in
        assert field(template, "绩效目标").is_needed
        assert not field(template, "表彰").is_needed

    def test_walk_goes_down_before_on(self, template: Template) -> None:
        paths = [one.path for one in walk_fields(template.fields)]
        start = paths.index("人员")
        assert paths[start : start + 5] == ["人员", "人员.预算口径", "人员.编制依据", "人员.局机关", "人员.局机关.岗位"]
        assert len(paths) == len(set(paths))


class TestIndicators:
    def test_the_form(self, template: Template) -> None:
        everything = list(template.all_indicators())
        assert [(one.name, int(one.weight), one.level) for one in template.indicators] == [
            ("预算编制情况", 20, 1),
            ("预算执行情况", 50, 1),
            ("预算使用效益", 30, 1),
            ("工作受表彰或批评", 10, 2),
        ]
        leaves = [one for one in everything if not one.children]
        assert len([one for one in leaves if one.level == 3]) == 27
        assert len([one for one in everything if one.level == 2]) == 12

    def test_a_leaf(self, template: Template) -> None:
        rate = indicator(template, "结转结余率")
        assert rate.path == "预算执行情况/资金管理/结转结余率"
        assert (rate.weight, rate.level, rate.method, rate.bonus) == (Fraction(5), 3, "计算", False)
        assert rate.value is not None
        assert rate.score is not None
        assert rate.value.text == "结转结余.年末 ÷ 结转结余.可用资金"
        assert rate.score.text == "分值 if 取值 ≤ 控制线 else 0"
        assert rate.parameters["控制线"].text == "10%"
        assert rate.value_format == template.formats["比率"]

    def test_ways_of_scoring(self, template: Template) -> None:
        ways = {one.name: one.method for one in template.all_indicators() if not one.children}
        assert ways["预算编制合理性"] == "自评"
        assert ways["采购合规性"] == "要点"
        assert ways["政府采购执行率"] == "计算"
        assert ways["工作受表彰或批评"] == "附加"

    def test_items_and_what_conclusions_earn(self, template: Template) -> None:
        items = indicator(template, "采购合规性").items
        assert [(item.name, int(item.weight)) for item in items] == [
            ("采购制度", 1),
            ("公开执行", 1),
            ("采购备案", 2),
            ("采购信息统计报表", 0),
            ("采购脱贫地区农副产品", 1),
        ]
        assert items[0].shares == {"符合": 1, "不符合": 0, "不适用": 1}
        assert items[4].shares == {"符合": 1, "不符合": 0, "不适用": 1}

    def test_weights_know_their_place(self, template: Template) -> None:
        text = lines(template, "indicators.yaml")
        for one in template.all_indicators():
            weights = [(one.weight, one.weight_span), *((item.weight, item.weight_span) for item in one.items)]
            for weight, span in weights:
                assert text[span.line - 1][: span.column - 1].endswith("分值: ")
                assert Fraction(text[span.line - 1][span.column - 1 :][: span.length]) == weight


def test_checks(template: Template) -> None:
    rule = next(rule for rule in template.checks if rule.name == "目标只用一种写法")
    assert (rule.table, rule.place) == (("绩效目标",), "目标")
    assert rule.severity is Severity.WARNING
    assert rule.condition.text == "not (已填(目标) and 已填(基数))"
    text = lines(template, "checks.yaml")
    for span, said in ((rule.table_span, "绩效目标"), (rule.place_span, "目标")):
        assert text[span.line - 1][span.column - 1 :] == said
    assert template.checks[0].table == ()


class TestSmallTemplates:
    def test_two_files_are_enough(self, tmp_path: Path) -> None:
        (tmp_path / "template.yaml").write_text("名称: 甲\n版本: '1'\n文件名: 乙.DOCX\n版式: 丙.docx\n", "utf-8")
        (tmp_path / "fields.yaml").write_text("年度: {类型: 年份, 标签: 年度}\n", "utf-8")
        template = load_template(tmp_path)
        assert template.file_name == "乙"
        assert (template.scoring, template.indicators, template.checks) == (None, (), ())
        assert (template.narratives.opening, template.narratives.remarks) == ({}, "")
        assert template.formats == {}

    def test_defaults(self, tmp_path: Path) -> None:
        (tmp_path / "template.yaml").write_text(
            "名称: 甲\n版本: '1'\n文件名: 乙\n版式: 丙.docx\n评分: {小数位: 1, 满分: 5}\n印制: {一: {小数位: 1}}\n",
            "utf-8",
        )
        (tmp_path / "fields.yaml").write_text("年度: {类型: 年份, 标签: 年度}\n", "utf-8")
        (tmp_path / "indicators.yaml").write_text("指标: [{名称: 一, 分值: 5, 得分: 自评分}]\n", "utf-8")
        (tmp_path / "checks.yaml").write_text("勾稽: [{名称: 查, 条件: 年度 > 0, 消息: 甲}]\n", "utf-8")
        template = load_template(tmp_path)
        assert template.scoring is not None
        assert template.scoring.total.text == "合计"
        assert template.scoring.bands == ()
        assert template.formats["一"] == Format("", 1, "none", comma=False, suffix="")
        assert template.checks[0].severity is Severity.ERROR
        assert template.indicators[0].level == 1


class TestCache:
    def test_an_unchanged_template_is_loaded_once(self, workplace: Path) -> None:
        folder = workplace / "templates" / "meizhou"
        assert load_template(folder) is load_template(folder)

    @pytest.mark.parametrize(
        ("file", "old", "new"),
        [
            ("template.yaml", "总分 ≥ 80", "总分 ≥ 85"),
            ("fields.yaml", "示例: 6 项", "示例: 7 项"),
            ("indicators.yaml", "控制线: 10%", "控制线: 20%"),
            ("checks.yaml", "级别: 警告", "级别: 提示"),
        ],
    )
    def test_a_changed_file_is_loaded_anew(self, workplace: Path, file: str, old: str, new: str) -> None:
        folder = workplace / "templates" / "meizhou"
        before = load_template(folder)
        path = folder / file
        stamp = path.stat().st_mtime_ns
        path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
        os.utime(path, ns=(stamp + 1_000_000, stamp + 1_000_000))
        after = load_template(folder)
        assert after is not before
        assert after != before

    def test_a_change_of_size_counts_even_within_one_tick_of_the_clock(self, workplace: Path) -> None:
        folder = workplace / "templates" / "meizhou"
        path = folder / "checks.yaml"
        stat = path.stat()
        assert load_template(folder).checks
        path.write_text("勾稽: []\n", "utf-8")
        os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
        assert load_template(folder).checks == ()

    def test_a_file_that_comes_or_goes_counts(self, workplace: Path) -> None:
        folder = workplace / "templates" / "meizhou"
        load_template(folder)
        (folder / "checks.yaml").unlink()
        assert load_template(folder).checks == ()

    def test_one_relative_path_in_two_places(self, workplace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Copies keep the times of their files, so that only the place tells them apart."""
        other = workplace.parent / "other"
        shutil.copytree(workplace, other)
        for here in (workplace, other):
            monkeypatch.chdir(here)
            assert load_template(Path("templates/meizhou")).folder == here / "templates" / "meizhou"

    def test_places_are_told_from_where_the_reader_is(self, workplace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        folder = workplace / "templates" / "meizhou"
        for here, file in ((workplace, "templates/meizhou/indicators.yaml"), (folder, "indicators.yaml")):
            monkeypatch.chdir(here)
            assert Path(load_template(folder).indicators[0].span.file) == Path(file)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="an administrator may read everything")
def test_a_file_that_may_not_be_read(workplace: Path) -> None:
    folder = workplace / "templates" / "meizhou"
    (folder / "fields.yaml").chmod(0)
    with pytest.raises(FileProblem):
        load_template(folder)
