"""A template switches checks on and off, changes their levels and settings, and is told what it gets wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

import generator
from generator.base.diagnostics import Finding, Refused, Severity, Span
from generator.checks.rule import Rule, Setting, misused_switches, used_rules
from generator.checks.rules import RULES
from generator.template.load import load_template
from generator.template.model import Switch, Template
from tests.small_template import Small, small, underlined

FIELDS = """\
目标表:
  类型: 表
  标签: 目标
  列:
    指标: {类型: 文字, 标签: 指标}
    目标: {类型: 目标, 标签: 目标}
    完成: {类型: 目标, 标签: 完成}
    原因: {类型: 文字, 标签: 原因, 必填: 否}
    结果: {类型: 文字, 标签: 结果, 公式: '判定(目标, 完成)'}
"""
INPUT = """\
目标表:
  - {指标: 甲, 目标: 10家, 完成: 14家}
  - {指标: 乙, 目标: 10家, 完成: 9家}
"""


@pytest.fixture
def form(tmp_path: Path) -> Small:
    return small(tmp_path, FIELDS)


def switched(form: Small, text: str) -> list[tuple[str, str]]:
    (form.folder / "templates" / "小" / "checks.yaml").write_text(text, "utf-8")
    return [(finding.code, str(finding.severity)) for finding in form.check(INPUT)]


BOTH = [("JX421", "warning"), ("JX420", "warning")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("勾稽: []\n", BOTH),
        ("检查:\n", BOTH),
        ("检查: {说明原因: 关闭}\n", BOTH[:1]),
        ("检查: {说明原因: 关闭, 超额: 关闭}\n", []),
        ("检查: {说明原因: 错误}\n", [BOTH[0], ("JX420", "error")]),
        ("检查: {说明原因: 开启}\n", BOTH),
        ("检查: {超额: 提示}\n", [("JX421", "info"), BOTH[1]]),
        ("检查: {超额: {级别: 提示}}\n", [("JX421", "info"), BOTH[1]]),
        ("检查: {超额: {级别: 关闭}}\n", BOTH[1:]),
        ("检查: {超额: {幅度: 40%}}\n", BOTH[1:]),
        ("检查: {超额: {幅度: 0.39}}\n", BOTH),
        ("检查: {超额: {级别: 错误, 幅度: 39%}}\n", [("JX421", "error"), BOTH[1]]),
    ],
)
def test_a_template_changes_what_is_checked(form: Small, text: str, found: list[tuple[str, str]]) -> None:
    assert switched(form, text) == found


def test_one_reason_is_not_repeated_whatever_the_limit(form: Small) -> None:
    (form.folder / "templates" / "小" / "checks.yaml").write_text("检查: {原因空洞: {相同: 1}}\n", "utf-8")
    reasons = INPUT.replace("完成: 9家", "完成: 9家, 原因: 有一家企业年底才投产，来不及验收")
    assert [finding.code for finding in form.check(reasons)] == ["JX421"]


@pytest.mark.parametrize(
    ("text", "code", "marked", "hint"),
    [
        ("检查: {说明因由: 关闭}\n", "JX480", "说明因由", "是否为「说明原因」？"),
        ("检查: {勾稽: 关闭}\n", "JX480", "勾稽", "可用的有"),
        ("检查: {超额: {幅渡: 40%}}\n", "JX481", "40%", "是否为「幅度」？"),
        ("检查: {说明原因: {幅度: 40%}}\n", "JX481", "40%", "可用的有：级别"),
        ("检查: {超额: {幅度: 很多}}\n", "JX482", "很多", "如 30%"),
        ("检查: {超额: {幅度: 3 家}}\n", "JX482", "3 家", "如 30%"),
        ("检查: {超额: {幅度: 50}}\n", "JX482", "50", "如 30%"),
        ("检查: {超额: {幅度: [30%, 40%]}}\n", "JX482", "[", "如 30%"),
        ("检查: {超额: 惊告}\n", "JX707", "惊告", "是否为「警告」？"),
        ("检查: {超额: {级别: 严重}}\n", "JX707", "严重", "错误、警告、提示、开启、关闭"),
        ("检查: {超额: []}\n", "JX706", "[", ""),
        ("检查: {超额: {幅度: {甲: 乙}}}\n", "JX706", "{", ""),
        ("检查: 关闭\n", "JX706", "关闭", ""),
    ],
)
def test_what_a_template_gets_wrong_is_told_at_its_place(
    form: Small, text: str, code: str, marked: str, hint: str
) -> None:
    (form.folder / "templates" / "小" / "checks.yaml").write_text(text, "utf-8")
    (finding,) = [f for f in findings(form) if f.code == code]
    assert Path(finding.span.file).name == "checks.yaml"
    assert underlined(finding) == marked
    assert hint in finding.hint


def findings(form: Small) -> tuple[Finding, ...]:
    try:
        return form.check(INPUT)
    except Refused as refused:
        return refused.findings


def test_a_faulty_switch_keeps_the_report_from_being_written(form: Small) -> None:
    (form.folder / "templates" / "小" / "checks.yaml").write_text("检查: {说明因由: 关闭}\n", "utf-8")
    with pytest.raises(Refused):
        generator.render(form.write(INPUT), form.folder)


def test_a_rule_is_on_unless_it_is_switched_off(form: Small) -> None:
    template = load_template(form.folder / "templates" / "小")
    rule = Rule("词", (), lambda _case, _given: [])
    assert len(list(used_rules([rule], template))) == 1
    for on, used in ((True, 1), (None, 1), (False, 0)):
        switched = with_switch(template, Switch("词", Span(""), on=on, level=Severity.INFO))
        assert [use.level for use in used_rules([rule], switched)] == [Severity.INFO] * used


def test_a_setting_may_be_words(form: Small) -> None:
    template = load_template(form.folder / "templates" / "小")
    rule = Rule("词", (), lambda _case, _given: [], settings={"容许": Setting(("甲",), "容许的词")})
    (use,) = used_rules([rule], template)
    assert use.given == {"容许": ("甲",)}
    switch = Switch("词", Span(""), settings={"容许": (("乙", "丙"), Span(""))})
    (use,) = used_rules([rule], with_switch(template, switch))
    assert use.given == {"容许": ("乙", "丙")}
    assert list(misused_switches([rule], with_switch(template, switch))) == []


def with_switch(template: Template, switch: Switch) -> Template:
    return replace(template, switches=(switch,))


def test_the_shipped_templates_switch_only_what_there_is(root: Path) -> None:
    names = {rule.name for rule in RULES}
    for folder in (root / "templates").glob("*/"):
        template = load_template(folder)
        assert {switch.name for switch in template.switches} <= names


@pytest.mark.parametrize(
    ("switches", "text", "code", "is_found"),
    [
        # The province of a bureau's city is not its own, wherever the template keeps the bureau's name.
        ("事实一致: {本单位: [单位名称]}", "全省技术改造企业450家。", "JX422", False),
        ("事实一致: {本单位: [单位简称]}", "全省技术改造企业450家。", "JX422", True),
        ("文字执行率: {名称: [投入率]}", "资金投入率为80%。", "JX499", True),
        ("文字执行率: {名称: [执行率]}", "资金投入率为80%。", "JX499", False),
    ],
)
def test_settings_name_what_a_template_calls_otherwise(
    tmp_path: Path, switches: str, text: str, code: str, *, is_found: bool
) -> None:
    fields = """\
        单位名称: {类型: 文字, 标签: 单位名称}
        单位简称: {类型: 文字, 标签: 单位简称, 必填: 否}
        改造: {类型: 数量, 标签: 技术改造企业数量, 单位: 家}
        投入率: {类型: 比率, 标签: 资金投入率}
        概况: {类型: 文字, 标签: 概况}
        """
    form = small(tmp_path, fields)
    (form.folder / "templates" / "小" / "checks.yaml").write_text(f"检查:\n  {switches}\n", "utf-8")
    found = form.check(f"年度: 2021\n单位名称: 某市某局\n改造: 42家\n投入率: 90%\n概况: {text}\n")
    assert (code in {finding.code for finding in found}) is is_found
