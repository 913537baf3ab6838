"""What a maintainer writes in a layout out of the habit of formulas, told in ``template check``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from generator.authoring.check import check_template


@pytest.mark.parametrize(
    ("written", "code", "said"),
    [
        ("{{ 计数(项目) }}", "JX518", "在 fields.yaml 里用它写一个计算字段"),
        ("{{ 项目 | 求和 }}", "JX515", "「求和」是公式的函数"),
        ("{% if 年度 = 2022 %}x{% endif %}", "JX513", "「=」写成「==」"),
        ("{{ 收入．合计 }}", "JX513", "名称之间的点也是"),
        ("｛｛ 收入.合计 ｝｝", "JX512", "半角"),
        ("{{ 项.金额 }}", "JX527", "移到这个循环的开头与结尾之间"),
        ("{{ 合计 }}", "JX518", "「收入.合计」"),
    ],
)
def test_habits_of_formulas(city: Path, change: Callable[..., None], written: str, code: str, said: str) -> None:
    change("报告.docx!document", "{{ 收入.合计 }}", written)
    found = [(finding.code, finding.hint) for finding in check_template(city) if finding.span.file.endswith(".docx")]
    assert [one for one, _ in found] == [code]
    assert said in found[0][1]
