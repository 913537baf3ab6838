"""Text behind a #: a comment has a blank behind the sign; anything else may be meant to be printed."""

from __future__ import annotations

import pytest

from generator.yamlfile.source import parse_yaml


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("甲: 产业规模 #1 偏小\n", [(1, 9, 5)]),
        ("甲:\n- 三号楼 #2 机组\n- 四\n", [(2, 7, 5)]),
        ("甲: {乙: 一 #2\n  }\n", [(1, 10, 2)]),
        ("甲: 一 # 这是注释\n", []),
        ("甲: 一 ## 分隔\n", []),
        ("甲: 一#2 机组\n", []),
        ('甲: "产业规模 #1 偏小"\n', []),
        ("#甲\n甲: 一\n", []),
        ("甲: |\n  一 #2\n", []),
    ],
)
def test_text_that_would_be_lost_is_told(text: str, places: list[tuple[int, int, int]]) -> None:
    findings = parse_yaml(text.encode(), "填报.yaml").findings
    assert [(finding.span.line, finding.span.column, finding.span.length) for finding in findings] == places
    assert {finding.code for finding in findings} <= {"JX130"}
