"""What other departments would stumble over: told to the maintainer who builds it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from generator.authoring.check import check_template

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
