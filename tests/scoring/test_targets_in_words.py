"""A target in words, or an actual that cannot be compared, is the bureau's line: that is where it is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.base.diagnostics import Refused
from tests.small_template import small, underlined

FIELDS = """\
目标们:
  类型: 表
  标签: 目标们
  列:
    目标: {类型: 目标, 标签: 目标, 必填: 否}
    完成: {类型: 目标, 标签: 完成}
    同值: {类型: 数量, 标签: 同值, 公式: 目标 if 已填(目标) else 完成}
    率: {类型: 比率, 标签: 率, 公式: FORMULA}
"""


@pytest.mark.parametrize(
    ("formula", "target", "actual", "code", "place"),
    [
        ("完成 ÷ 目标", "消除隐患", "3家", "JX311", "消除隐患"),
        ("完成 ÷ 目标", "5家", "已消除", "JX311", "已消除"),
        ("完成 ÷ 同值", "消除隐患", "3家", "JX311", "消除隐患"),
        ("1 if 完成 ≥ 目标 else 0", "5家", "已消除", "JX311", "已消除"),
        ("1 if 完成 ≥ 同值 else 0", "2-3家", "3家", "JX311", "2-3家"),
        ("1 if 达标(目标, 完成) else 0", "53家", "74", "JX312", '"74"'),
        ("1 if 达标(目标, 完成) else 0", "不适用", "74家", "JX312", "不适用"),
        ("1 if 达标(目标, 完成) else 0", "消除隐患", "已消除", "JX312", "消除隐患"),
        ("1 if 达标(目标, 完成) else 0", "故障率5%", "3%", "JX312", "故障率5%"),
        ("1 if 达标(目标, 「74」) else 0", "53家", "74家", "JX312", "53家"),
        ("完成率(目标, 完成) × 5", "53家", "已完成", "JX312", "已完成"),
        ("1 if 超出(目标, 完成) ≥ 30% else 0", "消除隐患", "已消除", "JX312", "消除隐患"),
        ("完成率(目标, 完成) × 1", "≥3场", "约3场", "JX312", "约3场"),
        ("1 if 达标(同值, 「74」) else 0", "53家", "74家", "JX308", ""),
    ],
)
def test_is_told_at_its_line(tmp_path: Path, formula: str, target: str, actual: str, code: str, place: str) -> None:
    form = small(tmp_path, FIELDS.replace("FORMULA", f'"{formula}"'))
    text = (
        f'目标们:\n- {{目标: {target}, 完成: "{actual}"}}\n'
        if '"' in place
        else (f"目标们:\n- {{目标: {target}, 完成: {actual}}}\n")
    )
    with pytest.raises(Refused) as refused:
        form.assess(text)
    (finding,) = refused.value.findings
    assert finding.code == code
    if place:
        assert underlined(finding) == place
        assert finding.path in ("目标们[1].目标", "目标们[1].完成")


def test_two_formulas_that_ask_for_it_tell_it_once(tmp_path: Path) -> None:
    form = small(
        tmp_path, FIELDS.replace("FORMULA", "完成 ÷ 目标") + "    又: {类型: 数值, 标签: 又, 公式: 目标 × 2}\n"
    )
    with pytest.raises(Refused) as refused:
        form.assess("目标们:\n- {目标: 消除隐患, 完成: 3家}\n")
    (finding,) = refused.value.findings
    assert "「目标们[1].目标」填的是「消除隐患」" in finding.message


RATED = FIELDS.replace("FORMULA", "'完成率(目标, 完成)'") + "    分: {类型: 数值, 标签: 分, 公式: 5 × 率}\n"


@pytest.mark.parametrize(
    ("target", "actual", "points"),
    [
        ("≤0起", "1起", "0"),
        ("≤0起", "0起", "5"),
        ("≤100%", "125%", "3.75"),
        ("≥-5%", "-3%", "5"),
        ("2-3家", "1家", "2.5"),
    ],
)
def test_a_target_of_zero_has_a_rate_to_go_on_with(tmp_path: Path, target: str, actual: str, points: str) -> None:
    card = small(tmp_path, RATED).assess(f"目标们:\n- {{目标: {target}, 完成: {actual}}}\n").scorecard
    assert card.symbols.find("目标们[1].分")[0].text == points


def test_a_field_that_uses_a_rate_that_is_none_is_told_at_the_actual_value(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        small(tmp_path, RATED).assess("目标们:\n- {目标: 3场, 完成: 约3场}\n- {目标: 5家, 完成: 5户左右}\n")
    assert [(one.code, underlined(one)) for one in refused.value.findings] == [("JX312", "约3场"), ("JX312", "5户左右")]
    assert "算不出完成率" in refused.value.findings[0].message
